// SignedData: what is written is read again; what is damaged or tricky is refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSignedData, signedAttributes, signedData, signingTemplate } from '../../../src/core/smime/cms.ts'
import { childrenOf, readDer } from '../../../src/core/smime/der.ts'
import { octetString, oid, sequence, setOf, smallInteger, time, tlv } from '../../../src/core/smime/derWrite.ts'
import { hash } from '../../../src/core/smime/hash.ts'
import { OID } from '../../../src/core/smime/sign.ts'
import { CONTENT, make, makeRoot, NOW, read, signDer } from './make.ts'

const root = makeRoot()
const signer = make('Alfa', { issuer: root })
const digest = hash('sha256', CONTENT)
const sha256 = hash('sha256', signer.certificate.der)

describe('writing', () => {
  it('is read again: detached', () => {
    const signed = read(signDer(signer, { chain: [root] }))
    expect(signed.contentType).toBe(OID.data)
    expect(signed.content).toBeUndefined()
    expect(signed.certificates.map((one) => one.serialHex).sort()).toEqual(
      [signer, root].map((one) => one.certificate.serialHex).sort(),
    )
    const [info] = signed.signers
    expect(info).toMatchObject({
      identifier: { kind: 'issuerAndSerial', serialHex: signer.certificate.serialHex },
      digest: 'sha256',
      algorithm: { kind: 'ecdsa', digest: 'sha256' },
      attributes: {
        contentType: OID.data,
        signingTime: NOW - (NOW % 1000),
        signingCertificate: { digest: 'sha256' },
        protection: { digestOid: '2.16.840.1.101.3.4.2.1', signatureOid: '1.2.840.10045.4.3.2' },
      },
    })
    expect(Buffer.from(info!.attributes!.messageDigest)).toEqual(Buffer.from(digest))
    expect(Buffer.from(info!.attributes!.signingCertificate!.hash)).toEqual(Buffer.from(sha256))
  })

  it('is read again: attached', () => {
    expect(Buffer.from(read(signDer(signer, { content: CONTENT })).content!)).toEqual(CONTENT)
  })

  it('gives the same attributes by template as made one by one, in any year', () => {
    const identity = { algorithm: 'ecdsa-sha256', certificate: signer.certificate.der, chain: [] } as const
    const template = signingTemplate(identity)
    for (const signingTime of [NOW, 0, Date.UTC(2049, 11, 31, 23, 59, 59), Date.UTC(2050, 0, 1)]) {
      const one = signedAttributes({ digest, signingTime, signerCertificateSha256: sha256, algorithm: 'ecdsa-sha256' })
      expect(Buffer.from(template.attributes(digest, signingTime))).toEqual(Buffer.from(one))
      const signature = Uint8Array.of(1, 2, 3)
      const input = {
        attributes: one,
        signature,
        algorithm: 'ecdsa-sha256',
        certificates: [identity.certificate],
      } as const
      expect(Buffer.from(template.signedData(one, signature))).toEqual(Buffer.from(signedData(input)))
    }
  })

  it('puts the attributes in the order of DER', () => {
    const template = signingTemplate({ algorithm: 'rsa-sha256', certificate: signer.certificate.der, chain: [] })
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(4_000_000_000), (bytes, second) => {
        const set = template.attributes(bytes, second * 1000)
        const items = childrenOf(readDer(set, 0, set.length)).map((item) =>
          Buffer.from(set.subarray(item.start, item.end)),
        )
        expect(items).toEqual([...items].sort(Buffer.compare))
      }),
    )
  })

  it('refuses digests of another length', () => {
    const template = signingTemplate({ algorithm: 'rsa-sha256', certificate: signer.certificate.der, chain: [] })
    expect(() => template.attributes(new Uint8Array(20), NOW)).toThrow(RangeError)
  })
})

describe('hostile bytes', () => {
  const der = signDer(signer, { chain: [root], content: CONTENT })

  it('truncated anywhere', () => {
    for (let length = 0; length < der.length; length++)
      expect(readSignedData(der.subarray(0, length)).kind).toBe('problem')
  })

  it('with bytes after the end', () => {
    expect(readSignedData(Buffer.concat([der, Buffer.of(0)])).kind).toBe('problem')
  })

  it('with any one octet changed', () => {
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, octet) => {
        const bytes = Uint8Array.from(der)
        bytes[at] = octet
        expect(['signedData', 'problem']).toContain(readSignedData(bytes).kind)
      }),
      { numRuns: 500 },
    )
  })

  it('of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(readSignedData(bytes).kind).toBe('problem')
      }),
    )
  })

  it('nested without end', () => {
    expect(readSignedData(Buffer.alloc(100_000, Buffer.from('3080', 'hex'))).kind).toBe('problem')
    expect(readSignedData(Buffer.alloc(100_000, 0x30)).kind).toBe('problem')
  })

  it('longer than the limit, or with more certificates or signers than the limits', () => {
    const limits = { maxBytes: 1_000_000, maxCertificates: 2, maxSigners: 1 }
    expect(readSignedData(der, limits).kind).toBe('signedData')
    expect(readSignedData(der, { ...limits, maxBytes: der.length - 1 }).kind).toBe('problem')
    expect(readSignedData(der, { ...limits, maxCertificates: 1 }).kind).toBe('problem')
    expect(readSignedData(der, { ...limits, maxSigners: 0 }).kind).toBe('problem')
  })
})

describe('signed attributes', () => {
  const attribute = (type: string, ...values: Uint8Array[]) => sequence(oid(type), setOf(...values))
  const contentType = attribute(OID.contentType, oid(OID.data))
  const messageDigest = attribute(OID.messageDigest, octetString(digest))
  const withAttributes = (...attributes: Uint8Array[]) =>
    readSignedData(
      signedData({
        attributes: tlv(0x31, ...attributes),
        signature: Uint8Array.of(1),
        algorithm: 'ecdsa-sha256',
        certificates: [signer.certificate.der],
      }),
    )

  it('may be the two necessary ones', () => {
    expect(withAttributes(contentType, messageDigest)).toMatchObject({
      signers: [{ attributes: { signingTime: undefined, signingCertificate: undefined, protection: undefined } }],
    })
  })

  const other = attribute(OID.messageDigest, octetString(new Uint8Array(32)))
  it.each([
    ['the message digest twice', [contentType, messageDigest, other]],
    [
      'two values of the message digest',
      [contentType, attribute(OID.messageDigest, octetString(digest), octetString(new Uint8Array(32)))],
    ],
    ['no message digest', [contentType]],
    ['no content type', [messageDigest]],
    [
      'a message digest of another length',
      [contentType, attribute(OID.messageDigest, octetString(new Uint8Array(20)))],
    ],
    ['a signing time that is none', [contentType, messageDigest, attribute(OID.signingTime, smallInteger(5))]],
    ['no value of the signing time', [contentType, messageDigest, attribute(OID.signingTime)]],
    [
      'two signing times',
      [contentType, messageDigest, attribute(OID.signingTime, time(0)), attribute(OID.signingTime, time(1e12))],
    ],
  ])('are refused with %s', (_, attributes) => {
    expect(withAttributes(...attributes).kind).toBe('problem')
  })
})
