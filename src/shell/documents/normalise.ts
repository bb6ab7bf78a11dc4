// From the bytes of a file to images of its pages, or to why it is not taken. What it runs may crash or run away: outside
// of tests it runs in a process of its own (`normaliser.ts`).
import { type FileType, type RefusedDocument, sniffDocument } from '../../core/enrolment/documentKinds.ts'
import { imagePages, type NormalPage } from './images.ts'
import { pdfPages } from './pdfPages.ts'

export type NormalDocument = { readonly type: FileType; readonly pages: readonly NormalPage[] }

/** Normalises a file; `wantQr` looks for QRs too, which takes time. */
export const normalise = async (bytes: Uint8Array, wantQr: boolean): Promise<NormalDocument | RefusedDocument> => {
  const type = sniffDocument(bytes)
  if (typeof type !== 'string') return type
  const pages = type === 'pdf' ? await pdfPages(bytes, wantQr) : await imagePages(bytes, type, wantQr)
  return 'refusal' in pages ? pages : { type, pages }
}
