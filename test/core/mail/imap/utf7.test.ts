// Modified UTF-7: the RFC's examples, what is refused, and names that come back as they were.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf7, encodeUtf7 } from '../../../../src/core/mail/imap/utf7.ts'

describe('modified UTF-7', () => {
  it.each([
    // RFC 3501 §5.1.3
    ['~peter/mail/&U,BTFw-/&ZeVnLIqe-', '~peter/mail/台北/日本語'],
    ['R&-D', 'R&D'],
    ['Perch&AOk-', 'Perché'],
    ['&2D3eAA-', '😀'],
    ['&AAo-', '\n'],
    ['&-&-', '&&'],
    ['&AOk-&-', 'é&'],
    ['', ''],
  ])('%s is %s', (wire, name) => {
    expect(decodeUtf7(wire)).toBe(name)
    expect(encodeUtf7(name)).toBe(wire)
  })

  it.each([
    ['a run that does not end', '&AOk'],
    ['a bare ampersand', 'R&D'],
    ['printable ASCII in base64', '&AGE-'],
    ['two runs in a row (RFC 3501 §5.1.3: superfluous shifts)', '&U,BTFw-&ZeVnLIqe-'],
    ['loose bits that are not zero', '&AOl-'],
    ['a whole loose character', '&AOkA-'],
    ['half a pair', '&2D0-'],
    ['the slash of plain base64', '&U/BT-'],
    ['bytes that are not ASCII', 'è'],
    ['control characters', 'a\tb'],
  ])('refuses %s', (_name, wire) => expect(decodeUtf7(wire)).toBeUndefined())

  it('gives back any name, in one way of writing only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(decodeUtf7(encodeUtf7(name))).toBe(name)
        expect(encodeUtf7(name)).toMatch(/^[ -~]*$/)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^(?:&[A-Za-z0-9+,]{0,8}-|[a&-])*$/), (wire) => {
        const name = decodeUtf7(wire)
        if (name !== undefined) expect(encodeUtf7(name)).toBe(wire)
      }),
    )
  })
})
