// Bytes and text: the same with Node's Buffer and, in a browser, without.
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'

type Bytes = typeof import('../../../src/core/lib/bytes.ts')
const withBuffer: Bytes = await import('../../../src/core/lib/bytes.ts')

/** The module as a browser would load it. */
const loadWithoutBuffer = async (): Promise<Bytes> => {
  vi.resetModules()
  vi.stubGlobal('Buffer', undefined)
  try {
    return await import('../../../src/core/lib/bytes.ts')
  } finally {
    vi.unstubAllGlobals()
  }
}
const withoutBuffer = await loadWithoutBuffer()
afterEach(() => {
  vi.unstubAllGlobals()
})

test('the two are not the same module', () => expect(withoutBuffer).not.toBe(withBuffer))

describe.each([
  ['with Buffer', withBuffer],
  ['without Buffer', withoutBuffer],
])('%s', (_, bytes) => {
  const plain = (array: Uint8Array): number[] => Array.from(array)

  test('Latin-1 reverses for any bytes, and of a part', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (array) => {
        expect(plain(bytes.fromLatin1(bytes.toLatin1(array)))).toEqual(plain(array))
      }),
    )
    expect(bytes.toLatin1(Uint8Array.of(1, 97, 232, 99, 2), 1, 4)).toBe('aèc')
    expect(bytes.toLatin1(Uint8Array.of(97, 98), 1, 10)).toBe('b')
    expect(bytes.toLatin1(new Uint8Array(20_000).fill(97)).length).toBe(20_000)
    expect(plain(bytes.fromLatin1('\u010a'))).toEqual([10])
  })

  test('a view into a larger buffer is read from where it begins', () => {
    const view = Uint8Array.of(1, 2, 97, 98, 3).subarray(2, 4)
    expect(bytes.toLatin1(view)).toBe('ab')
    expect(bytes.toBase64(view)).toBe('YWI=')
    expect(bytes.toHex(view)).toBe('6162')
    expect(bytes.toUtf8(view)).toBe('ab')
  })

  test('UTF-8', () => {
    expect(plain(bytes.fromUtf8('è😀'))).toEqual([0xc3, 0xa8, 0xf0, 0x9f, 0x98, 0x80])
    expect(plain(bytes.fromUtf8('\ud800'))).toEqual([0xef, 0xbf, 0xbd])
    expect(bytes.toUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xff))).toBe('\ufeffa\ufffd')
    expect(bytes.toUtf8Strict(Uint8Array.of(0xc3, 0xa8))).toBe('è')
    expect(bytes.toUtf8Strict(Uint8Array.of(0xc3))).toBeUndefined()
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(bytes.toUtf8Strict(bytes.fromUtf8(text))).toBe(text)
      }),
    )
  })

  test('base64, in lines and back', () => {
    expect(bytes.toBase64(bytes.fromLatin1('ciao'))).toBe('Y2lhbw==')
    expect(bytes.toBase64Lines(new Uint8Array(0))).toBe('')
    expect(bytes.toBase64Lines(new Uint8Array(58))).toBe(`${'A'.repeat(76)}\r\nAA==\r\n`)
    expect(bytes.toLatin1(bytes.fromBase64(' Y2l\r\nhbw'))).toBe('ciao')
    expect(bytes.toLatin1(bytes.fromBase64('Y2lhb'))).toBe('cia')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        const lines = bytes.toBase64Lines(array)
        expect(plain(bytes.fromBase64(lines))).toEqual(plain(array))
        expect(lines).toMatch(/^([A-Za-z0-9+/=]{1,76}\r\n)*$/)
      }),
    )
  })

  test('hexadecimal, concatenation, equality', () => {
    expect(bytes.toHex(Uint8Array.of(0, 10, 255))).toBe('000aff')
    expect(plain(bytes.concat([Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)]))).toEqual([1, 2, 3])
    expect(bytes.equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(bytes.equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(bytes.equalBytes(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false)
  })
})
