// The source of a message, as bytes are: what they would draw as text must not hide what they are.
import { toLatin1 } from '../../../../src/core/lib/bytes.ts'
import { download } from '../../jmap/client.ts'

const MOST_BYTES = 200 * 1024

/** The first 200 KB. Throws Problem. */
export const readSource = async (blobId: string): Promise<string> => {
  const blob = await download(blobId)
  const bytes = new Uint8Array(await blob.slice(0, MOST_BYTES).arrayBuffer())
  return toLatin1(bytes, 0, MOST_BYTES).replace(/[^\x09\x0a\x20-\x7e]/g, (c) => (c === '\r' ? '' : '·'))
}
