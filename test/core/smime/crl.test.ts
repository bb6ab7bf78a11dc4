// Revocation lists: entries, reasons, scope, and bytes that are not lists.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { parseCrl } from '../../../src/core/smime/crl.ts'
import { make, makeCrl, makeRoot, NOW } from './make.ts'

const root = makeRoot()

it('lists the revoked by serial number', () => {
  const { certificate } = make('Alfa', { issuer: root })
  const crl = makeCrl(root, [
    { serialHex: certificate.serialHex, at: NOW - DAY, reason: 1 },
    { serialHex: '00ff', at: NOW - 2 * DAY },
  ])
  expect(crl).toMatchObject({
    thisUpdate: NOW - DAY,
    nextUpdate: NOW + 6 * DAY,
    aki: root.certificate.ski,
    scope: { users: true, authorities: true, urls: undefined, usable: true },
  })
  expect(crl.issuer.der).toEqual(root.certificate.subject.der)
  expect([...crl.revoked]).toEqual([
    [certificate.serialHex, { at: NOW - DAY, reason: 1 }],
    ['00ff', { at: NOW - 2 * DAY, reason: undefined }],
  ])
})

it('reads an empty list', () => {
  expect(makeCrl(root).revoked.size).toBe(0)
})

it('reads 50,000 entries', () => {
  const revoked = Array.from({ length: 50_000 }, (_, i) => ({
    serialHex: (0x40000000 + i).toString(16),
    at: NOW - i * 1_000,
    reason: i % 2 === 0 ? 4 : undefined,
  }))
  const crl = makeCrl(root, revoked)
  expect(crl.revoked.size).toBe(50_000)
  expect(crl.revoked.get('4000c34f')).toEqual({ at: NOW - 49_999_000, reason: undefined })
  expect(crl.revoked.get('4000c34e')).toEqual({ at: NOW - 49_998_000, reason: 4 })
})

it('is refused at every truncation, and never throws whatever one octet becomes', () => {
  const { der } = makeCrl(root, [{ serialHex: '11', at: NOW, reason: 1 }])
  for (let length = 0; length < der.length; length++) expect(parseCrl(der.subarray(0, length)).kind).toBe('problem')
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.nat(255), (at, octet) => {
      const bytes = Uint8Array.from(der)
      bytes[at] = octet
      expect(['crl', 'problem']).toContain(parseCrl(bytes).kind)
    }),
    { numRuns: 500 },
  )
})
