// Identifiers of contents: UUID version 7 (RFC 9562 §5.7), so that new rows go to the end of their index.
import { randomFillSync } from 'node:crypto'
import type { ContentId } from '../../core/lib/rope.ts'

const POOL_BYTES = 8 * 512
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES
let lastMs = 0
let counter = 0

const text = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`

/** A new identifier: milliseconds, a counter of 12 bits within them, 62 random bits. Grows within this process. */
export const newContentId = (): ContentId => {
  if (used === POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const random = pool.subarray(used, used + 8)
  used += 8
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    counter = (random[0]! << 2) | (random[1]! & 3) // the lower quarter: room to count
  } else if (++counter > 0xfff) {
    lastMs++
    counter = 0
  }
  const bytes = Buffer.allocUnsafe(16)
  bytes.writeUIntBE(lastMs, 0, 6)
  bytes.writeUInt16BE(0x7000 | counter, 6)
  random.copy(bytes, 8)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return text(bytes.toString('hex'))
}

/** The 16 bytes of an identifier, written into `target`. Throws RangeError for anything else. */
export const writeId = (id: ContentId, target: Buffer, at: number): void => {
  const hex = id.replaceAll('-', '')
  if (hex.length !== 32 || target.write(hex, at, 16, 'hex') !== 16) throw new RangeError('not the id of a content')
}

/** The identifier that 16 bytes say. */
export const readId = (bytes: Buffer, at: number): ContentId => text(bytes.toString('hex', at, at + 16))
