// Certificates: the fields that matter, and bytes that are not certificates.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCertificate, pemBlocks, readCertificates, sha1Fingerprint } from '../../../src/core/smime/certificate.ts'
import { explicit, NULL, sequence } from '../../../src/core/smime/derWrite.ts'
import { extensions, writeExtension } from '../../../src/shell/sandbox/x509.ts'
import { make, makeRoot, makeRsaKey } from './make.ts'

const samples = new URL('../../../spec/samples/', import.meta.url)
const sample = (name: string) => readFileSync(new URL(name, samples), 'utf8')
const only = (pem: string) => {
  const read = readCertificates(pem)
  if ('kind' in read) throw new Error(read.detail)
  expect(read).toHaveLength(1)
  return read[0]!
}

describe('a certificate of a provider', () => {
  const certificate = only(sample('test_a.pem'))

  it('has its names, dates, key and identifiers', () => {
    expect(certificate).toMatchObject({
      serialHex: '06e30e15c60e7505a533132858317a97eb77b579',
      issuer: { commonName: 'PEC Test CA1', organization: 'Ente di prova', country: 'IT' },
      subject: { commonName: 'Posta Certificata', organization: 'Gestore A S.p.A.', emails: [] },
      notBefore: Date.UTC(2026, 10, 23, 8, 45, 20),
      notAfter: Date.UTC(2029, 10, 22, 8, 45, 20),
      publicKey: { kind: 'rsa', bits: 2048 },
      signatureAlgorithm: { kind: 'rsa', digest: 'sha256' },
      emails: ['posta-certificata@gestore-a.example'],
      isCa: false,
      hasBasicConstraints: false,
      ski: '1ddf7a436dc42341c3cc7393ec659a167667d3e9',
      aki: 'e41531fad1a73fc9902851c0356460c7fd9cd0e8',
      crlUrls: ['http://crl.test.example/ca1.crl'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.4'],
      critical: ['2.5.29.15'],
      unknownCritical: [],
    })
    expect([...certificate.keyUsage!]).toEqual(['digitalSignature'])
  })

  it('has the fingerprint that the directory lists', () => {
    expect(sha1Fingerprint(certificate.der)).toBe('D6281E00705D3708E9CE3BB34471E2087B1FEA57')
  })
})

it('reads the certificate of an authority', () => {
  expect(only(sample('test_ca.pem'))).toMatchObject({ isCa: true, pathLength: undefined, keyUsage: undefined })
  expect(makeRoot('R', [extensions.basicConstraints(2)]).certificate).toMatchObject({ isCa: true, pathLength: 2 })
})

it('lists critical extensions that it does not understand', () => {
  const { certificate } = make('X', {
    own: [writeExtension('1.2.3.4', true, NULL), writeExtension('1.2.3.5', false, NULL)],
  })
  expect(certificate.unknownCritical).toEqual(['1.2.3.4'])
})

it('tells the strength of keys', () => {
  expect(make('X').certificate.publicKey).toEqual({ kind: 'ec', curve: 'p256' })
  expect(make('X', { key: makeRsaKey(1024) }).certificate.publicKey).toEqual({ kind: 'rsa', bits: 1024 })
})

it('takes every certificate of a PEM file, and bare DER', () => {
  const pem = `text before\n${sample('test_a.pem')}\n${sample('test_b.pem')}`
  expect(readCertificates(pem)).toHaveLength(2)
  expect(readCertificates(pemBlocks(pem, 'CERTIFICATE')[1]!)).toHaveLength(1)
  expect(readCertificates('nothing here')).toMatchObject({ kind: 'problem' })
})

describe('bytes that are not a certificate', () => {
  const { certificate } = make('X')

  it('are refused at every truncation', () => {
    for (let length = 0; length < certificate.der.length; length++)
      expect(parseCertificate(certificate.der.subarray(0, length)).kind).toBe('problem')
  })

  it('are refused with bytes after the end', () => {
    expect(parseCertificate(Buffer.concat([certificate.der, Buffer.of(0)])).kind).toBe('problem')
  })

  it('are refused where an extension stands twice', () => {
    const usage = extensions.keyUsage(0x80)
    expect(() => make('X', { own: [usage, usage] })).toThrow('twice')
  })

  it('never throw, whatever one octet becomes', () => {
    const index = fc.nat(certificate.der.length - 1)
    fc.assert(
      fc.property(index, fc.nat(255), (at, octet) => {
        const bytes = Uint8Array.from(certificate.der)
        bytes[at] = octet
        expect(['certificate', 'problem']).toContain(parseCertificate(bytes).kind)
      }),
      { numRuns: 500 },
    )
  })

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parseCertificate(bytes).kind).toBe('problem')
        expect(parseCertificate(sequence(explicit(0, bytes), bytes)).kind).toBe('problem')
      }),
    )
  })
})
