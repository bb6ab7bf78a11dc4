// Reads the directories of a TIFF before anything decodes it: how many pages, how large, at which resolution.
import { DOCUMENT_LIMITS, type RefusedDocument } from './documentKinds.ts'

export type TiffPage = {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  /** Pixels of equal length along x for one along y: a fax of 204×98 dpi has 2.08. */
  readonly aspect: number
}

const TAGS = { width: 256, height: 257, bitsPerSample: 258, xResolution: 282, yResolution: 283 } as const
const SHORT = 3
const LONG = 4
const RATIONAL = 5

/** Aspects beyond this are nonsense of a broken header, not a fax. */
const MOST_ASPECT = 4

type Reader = { readonly view: DataView; readonly little: boolean }

const u16 = ({ view, little }: Reader, at: number): number => view.getUint16(at, little)
const u32 = ({ view, little }: Reader, at: number): number => view.getUint32(at, little)

/** The first value of a directory's entry; undefined where its type is not that of a number. */
const firstValue = (reader: Reader, entry: number): number | undefined => {
  const type = u16(reader, entry + 2)
  const count = u32(reader, entry + 4)
  if (type === SHORT) return u16(reader, count <= 2 ? entry + 8 : u32(reader, entry + 8))
  if (type === LONG) return u32(reader, count <= 1 ? entry + 8 : u32(reader, entry + 8))
  if (type !== RATIONAL) return undefined
  const at = u32(reader, entry + 8)
  const below = u32(reader, at + 4)
  return below === 0 ? undefined : u32(reader, at) / below
}

const readPage = (reader: Reader, directory: number, entries: number): TiffPage => {
  const values = new Map<number, number>()
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12
    const tag = u16(reader, entry)
    const known = Object.values(TAGS).some((one) => one === tag)
    const value = known ? firstValue(reader, entry) : undefined
    if (value !== undefined) values.set(tag, value)
  }
  const x = values.get(TAGS.xResolution) ?? 0
  const y = values.get(TAGS.yResolution) ?? 0
  const aspect = x > 0 && y > 0 ? x / y : 1
  return {
    width: values.get(TAGS.width) ?? 0,
    height: values.get(TAGS.height) ?? 0,
    bitsPerSample: values.get(TAGS.bitsPerSample) ?? 1,
    aspect: aspect > MOST_ASPECT || aspect < 1 / MOST_ASPECT ? 1 : aspect,
  }
}

/** The pages of a TIFF, or why it is refused: directories in a circle, beyond the end, too many, too large. */
export const readTiff = (bytes: Uint8Array): readonly TiffPage[] | RefusedDocument => {
  const reader = {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    little: bytes[0] === 0x49,
  }
  const pages: TiffPage[] = []
  const seen = new Set<number>()
  try {
    for (let at = u32(reader, 4); at !== 0; ) {
      if (seen.has(at)) return { refusal: 'documentUnreadable' }
      seen.add(at)
      if (pages.length === DOCUMENT_LIMITS.pages) return { refusal: 'documentTooManyPages' }
      const entries = u16(reader, at)
      const page = readPage(reader, at, entries)
      if (page.width === 0 || page.height === 0) return { refusal: 'documentUnreadable' }
      if (page.width * page.height > DOCUMENT_LIMITS.pagePixels) return { refusal: 'documentTooManyPixels' }
      pages.push(page)
      at = u32(reader, at + 2 + entries * 12)
    }
  } catch (error) {
    if (error instanceof RangeError) return { refusal: 'documentUnreadable' } // beyond the end
    throw error
  }
  return pages.length > 0 ? pages : { refusal: 'documentUnreadable' }
}
