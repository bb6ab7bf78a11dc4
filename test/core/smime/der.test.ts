// DER: what the reader refuses, and BER turned into it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  childrenOf,
  DerError,
  derHeader,
  octetsOf,
  oidOf,
  readDer,
  readWhole,
  smallIntegerOf,
  TAG,
  timeOf,
  toDefinite,
} from '../../../src/core/smime/der.ts'
import { octetString, oid, sequence, setOf, smallInteger, time, tlv } from '../../../src/core/smime/derWrite.ts'

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex')
const root = (bytes: Uint8Array) => readDer(bytes, 0, bytes.length)

describe('reading', () => {
  it.each([
    ['nothing', ''],
    ['a lone tag', '30'],
    ['content missing', '3003 0201'],
    ['a length of five octets', '30 85 0000000001 00'],
    ['a tag number above 30', '1f 81 01 00'],
    ['a length cut short', '30 82 01'],
    ['bytes after the end', '3000 00'],
  ])('refuses %s', (_, bytes) => {
    expect(() => readWhole(hex(bytes), TAG.sequence)).toThrow(DerError)
  })

  it('tells what may still be BER from what cannot be read', () => {
    const berOf = (bytes: Uint8Array): boolean | undefined => {
      try {
        root(bytes)
      } catch (error) {
        return (error as DerError).ber
      }
    }
    expect(berOf(hex('3080 0000'))).toBe(true)
    expect(berOf(hex('308102 0500'))).toBe(true)
    expect(berOf(hex('3005 0500'))).toBe(false)
  })

  it('limits the number of elements', () => {
    const many = sequence(...Array.from({ length: 20 }, () => smallInteger(1)))
    expect(childrenOf(root(many), 20)).toHaveLength(20)
    expect(() => childrenOf(root(many), 19)).toThrow('too many')
  })

  it.each(['1.2.840.113549.1.7.2', '2.5.29.15', '0.9.2342.19200300.100.1.3', '2.999.1', '1.3.6.1.4.1.16572.2.2.1'])(
    'gives back the identifier %s',
    (dotted) => expect(oidOf(root(oid(dotted)))).toBe(dotted),
  )

  it('refuses identifiers that do not end, and arcs beyond any use', () => {
    expect(() => oidOf(root(hex('0602 2a86')))).toThrow(DerError)
    expect(() => oidOf(root(hex('060c 2affffffffffffffffffff7f')))).toThrow(DerError)
  })

  it.each([
    ['17 0d 3236303230333130313533305a', Date.UTC(2026, 1, 3, 10, 15, 30)],
    ['17 0d 3439313233313233353935395a', Date.UTC(2049, 11, 31, 23, 59, 59)],
    ['17 0d 3530303130313030303030305a', Date.UTC(1950, 0, 1)],
    ['17 0b 303230313031303030305a', Date.UTC(2002, 0, 1)],
    ['18 0f 32303530303130313030303030305a', Date.UTC(2050, 0, 1)],
    ['18 11 32303236303230333130313533302e355a', Date.UTC(2026, 1, 3, 10, 15, 30)],
  ])('reads the time %s', (bytes, at) => expect(timeOf(root(hex(bytes)))).toBe(at))

  it.each([
    '170d 3236313330333130313533305a',
    '170d 32363032303331303135333020',
    '170d 3236303230333130317833305a',
    '1700',
  ])('refuses the time %s', (bytes) => expect(() => timeOf(root(hex(bytes)))).toThrow(DerError))

  it('reads octet strings in pieces', () => {
    const pieces = tlv(0x24, octetString(hex('0102')), tlv(0x24, octetString(hex('03')), octetString(hex(''))))
    expect(Buffer.from(octetsOf(root(pieces))).toString('hex')).toBe('010203')
  })
})

describe('writing', () => {
  it('gives back numbers and instants', () => {
    fc.assert(fc.property(fc.nat(0x7fffffff), (n) => smallIntegerOf(root(smallInteger(n))) === n))
    const instants = fc.integer({ min: Date.UTC(1950, 0, 1) / 1000, max: Date.UTC(2200, 0, 1) / 1000 })
    fc.assert(fc.property(instants, (s) => timeOf(root(time(s * 1000))) === s * 1000))
  })

  it('writes lengths in their shortest form', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536, 70_000), (length) => {
        expect(root(octetString(new Uint8Array(length))).end).toBe(derHeader(4, length).length + length)
      }),
    )
  })

  it('sorts the elements of a set by their bytes (X.690 §11.6)', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 6 })
    fc.assert(
      fc.property(parts, (items) => {
        const elements = items.map(octetString)
        const sorted = elements.map((one) => Buffer.from(one)).sort(Buffer.compare)
        expect(Buffer.from(setOf(...elements))).toEqual(Buffer.from(tlv(TAG.set, ...sorted)))
      }),
    )
  })
})

describe('BER made definite', () => {
  it('closes indefinite lengths at every level', () => {
    const ber = hex('3080 3080 020105 0000 2480 0402 0102 0401 03 0000 0000')
    expect(Buffer.from(toDefinite(ber)).toString('hex')).toBe('300e3003020105240704020102040103')
  })

  it('shortens long-winded lengths', () => {
    expect(Buffer.from(toDefinite(hex('30820003 020105'))).toString('hex')).toBe('3003020105')
  })

  it('leaves DER as it is, the very same array', () => {
    const der = sequence(sequence(smallInteger(5)), octetString(hex('0102')))
    expect(toDefinite(der).buffer).toBe(der.buffer)
  })

  it.each([
    ['one that never ends', '3080 020105'],
    ['one that ends outside what holds it', '3006 3080 020105 00 00'],
    ['a primitive one', '0480 0102 0000'],
    ['too many levels', '3080'.repeat(200)],
  ])('refuses an indefinite length: %s', (_, bytes) => expect(() => toDefinite(hex(bytes))).toThrow(DerError))

  it('reads or refuses any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          toDefinite(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(DerError)
        }
      }),
    )
  })
})
