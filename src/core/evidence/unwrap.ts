// What is inside a signed document, as bytes: signatures may stand around signatures (`atto.pdf.p7m.p7m`).
import { readSignedData } from '../smime/cms.ts'
import { cmsOf } from './inspect.ts'

/** More signatures around each other than anybody needs. */
export const MOST_LAYERS = 8

/** The content of a signed document, its outer signature taken away; undefined where there is none inside. */
export const signedContent = (bytes: Uint8Array): Uint8Array | undefined => {
  const signed = readSignedData(cmsOf(bytes))
  return signed.kind === 'signedData' ? signed.content : undefined
}

const MARK = 0x30

/** Whether bytes begin as a signed document does: what is inside one may be one too. */
export const isSigned = (bytes: Uint8Array): boolean =>
  bytes[0] === MARK && bytes.length > 16 && readSignedData(bytes).kind === 'signedData'
