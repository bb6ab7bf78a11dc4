// Makes ZIP files for tests, good and bad.
import { crc32, deflateRawSync } from 'node:zlib'

const words = (...pairs: readonly (readonly [2 | 4, number])[]): Buffer => {
  const bytes = Buffer.alloc(pairs.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of pairs) at = size === 2 ? bytes.writeUInt16LE(value, at) : bytes.writeUInt32LE(value, at)
  return bytes
}

/** A ZIP of texts; bytes are taken as packed already, of the size that zeros unpack to. `lie`: the size that is said. */
export const makeZip = (
  files: Readonly<Record<string, string | Buffer>>,
  options: { readonly lie?: number } = {},
): Buffer => {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path)
    const packed = typeof content === 'string' ? deflateRawSync(Buffer.from(content)) : content
    const size = options.lie ?? (typeof content === 'string' ? Buffer.byteLength(content) : 512 * 1024 * 1024)
    const crc = typeof content === 'string' ? crc32(Buffer.from(content)) : 0
    const rest = [
      [2, 20],
      [2, 0],
      [2, 8],
      [2, 0],
      [2, 0x21],
      [4, crc],
      [4, packed.length],
      [4, size],
      [2, name.length],
      [2, 0],
    ] as const
    const local = Buffer.concat([words([4, 0x04034b50], ...rest), name, packed])
    central.push(
      Buffer.concat([words([4, 0x02014b50], [2, 20], ...rest, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name]),
    )
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const count = central.length
  return Buffer.concat([
    ...locals,
    directory,
    words([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directory.length], [4, offset], [2, 0]),
  ])
}
