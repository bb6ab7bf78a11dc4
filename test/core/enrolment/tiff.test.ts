// The directories of a TIFF: what is read of a fax, and the attacks by name.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTiff } from '../../../src/core/enrolment/tiff.ts'

type Entry = readonly [tag: number, type: number, count: number, value: number]
const SHORT = 3
const LONG = 4
const RATIONAL = 5

/** A TIFF of the given directories, one after the other; `next` says otherwise where each points. */
const tiff = (directories: readonly (readonly Entry[])[], next: readonly number[] = [], little = true): Uint8Array => {
  const sizes = directories.map((entries) => 2 + entries.length * 12 + 4)
  const offsets = sizes.map((_, i) => 8 + sizes.slice(0, i).reduce((a, b) => a + b, 0))
  const end = 8 + sizes.reduce((a, b) => a + b, 0)
  const view = new DataView(new ArrayBuffer(end + 64))
  view.setUint16(0, little ? 0x4949 : 0x4d4d)
  view.setUint16(2, 42, little)
  view.setUint32(4, directories.length > 0 ? 8 : 0, little)
  // two fractions, 204/1 and 98/1
  for (const [i, value] of [204, 1, 98, 1].entries()) view.setUint32(end + i * 4, value, little)
  for (const [i, entries] of directories.entries()) {
    view.setUint16(offsets[i]!, entries.length, little)
    for (const [j, [tag, type, count, value]] of entries.entries()) {
      const at = offsets[i]! + 2 + j * 12
      view.setUint16(at, tag, little)
      view.setUint16(at + 2, type, little)
      view.setUint32(at + 4, count, little)
      if (type === SHORT && count === 1) view.setUint16(at + 8, value, little)
      else view.setUint32(at + 8, type === RATIONAL ? end + value : value, little)
    }
    view.setUint32(offsets[i]! + sizes[i]! - 4, next[i] ?? offsets[i + 1] ?? 0, little)
  }
  return new Uint8Array(view.buffer)
}
const page = (width: number, height: number): readonly Entry[] => [
  [256, SHORT, 1, width],
  [257, LONG, 1, height],
]
const fax: readonly Entry[] = [...page(1728, 1143), [258, SHORT, 1, 1], [282, RATIONAL, 1, 0], [283, RATIONAL, 1, 8]]

describe('a TIFF', () => {
  it.each([true, false])('says its pages, little-endian %s', (little) => {
    expect(readTiff(tiff([fax, page(100, 50)], [], little))).toEqual([
      { width: 1728, height: 1143, bitsPerSample: 1, aspect: 204 / 98 },
      { width: 100, height: 50, bitsPerSample: 1, aspect: 1 },
    ])
  })
  it('of ten pages is read, of eleven refused', () => {
    expect(readTiff(tiff(Array(10).fill(page(10, 10))))).toHaveLength(10)
    expect(readTiff(tiff(Array(11).fill(page(10, 10))))).toEqual({ refusal: 'documentTooManyPages' })
  })
  it('takes nonsense resolutions for square pixels', () => {
    const odd: readonly Entry[] = [...page(10, 10), [282, RATIONAL, 1, 0], [283, RATIONAL, 1, 4]]
    expect(readTiff(tiff([odd]))).toMatchObject([{ aspect: 1 }])
  })
})

describe('a hostile TIFF', () => {
  it.each([
    ['a directory that follows itself', tiff([page(10, 10)], [8])],
    ['two directories in a circle', tiff([page(10, 10), page(10, 10)], [38, 8])],
    ['no directory', tiff([])],
    ['a directory beyond the end', tiff([page(10, 10)], [0xfffffff0])],
    ['65,535 entries', tiff([Array(65_535).fill([0, SHORT, 1, 0])]).subarray(0, 1000)],
    ['a page without height', tiff([[[256, SHORT, 1, 10]]])],
    ['a value beyond the end', tiff([[page(1, 1)[0]!, [257, LONG, 2, 0xffffff00]]])],
    ['only a header', tiff([page(1, 1)]).subarray(0, 4)],
  ])('%s', (_, bytes) => expect(readTiff(bytes)).toEqual({ refusal: 'documentUnreadable' }))

  it('a page of 4 gigapixels', () => {
    expect(readTiff(tiff([page(65_535, 65_535)]))).toEqual({ refusal: 'documentTooManyPixels' })
  })
  it('any bytes are read or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readTiff(bytes)))
  })
})
