// The names in a zip archive, out of its directory; nothing is unpacked.
const END = 0x06054b50
const ENTRY = 0x02014b50
const MOST = 5_000

export type ZipEntry = { readonly name: string; readonly sizeBytes: number; readonly encrypted: boolean }

/** Undefined where it is no zip that can be read. */
export const zipEntries = (bytes: Uint8Array): readonly ZipEntry[] | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - 22
  while (end >= 0 && end > bytes.length - 70_000 && view.getUint32(end, true) !== END) end -= 1
  if (end < 0 || view.getUint32(end, true) !== END) return undefined
  const count = Math.min(MOST, view.getUint16(end + 10, true))
  const entries: ZipEntry[] = []
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) return undefined
    const nameBytes = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes))
    if (!name.endsWith('/'))
      entries.push({
        name,
        sizeBytes: view.getUint32(at + 24, true),
        encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      })
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}
