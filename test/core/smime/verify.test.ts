// Verification: each way in which a signature is refused, and who is believed.
import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../../src/core/lib/instant.ts'
import { signedData, signingTemplate } from '../../../src/core/smime/cms.ts'
import { explicit, NULL, octetString, oid, sequence, setOf, tlv } from '../../../src/core/smime/derWrite.ts'
import { hash } from '../../../src/core/smime/hash.ts'
import { judge, planVerification } from '../../../src/core/smime/verify.ts'
import { answer } from '../../../src/shell/adapters/verifier.ts'
import { extensions, writeExtension, writeName } from '../../../src/shell/sandbox/x509.ts'
import {
  CONTENT,
  caExtensions,
  type Made,
  mailExtensions,
  make,
  makeCrl,
  makeRoot,
  makeRsaKey,
  NOW,
  read,
  signDer,
  trustOf,
  verdictOf,
  word,
} from './make.ts'

const root = makeRoot()
const signer = make('Alfa', { issuer: root })
const signed = read(signDer(signer))
const email = 'posta@alfa.example'

/** The verdict on a signature by `who`, trusting `root` alone. */
const judged = (who: Made, chain: readonly Made[] = [], trust = trustOf([root])) =>
  word(verdictOf(read(signDer(who, { chain })), trust))

describe('the signature', () => {
  it('is valid under a trusted root', () => {
    expect(verdictOf(signed, trustOf([root]))).toMatchObject({
      kind: 'valid',
      signer: { serialHex: signer.certificate.serialHex },
      chain: [{ serialHex: signer.certificate.serialHex }, { serialHex: root.certificate.serialHex }],
      digest: 'sha256',
      weak: false,
      signingTime: NOW - (NOW % 1000),
    })
  })

  it('is refused over another content', () => {
    expect(word(verdictOf(signed, trustOf([root]), { over: Buffer.from('altro') }))).toBe('digestMismatch')
  })

  it('is refused where the key is another', () => {
    const impostor = { key: make('Alfa').key, certificate: signer.certificate }
    expect(judged(impostor)).toBe('badSignature')
  })

  it('is refused where nobody signed', () => {
    expect(word(verdictOf({ ...signed, signers: [] }, trustOf([root])))).toBe('noSigner')
    expect(word(verdictOf({ ...signed, certificates: [] }, trustOf([root])))).toBe('noSigner')
  })

  it('finds a signer that is known and not enclosed', () => {
    const trust = trustOf([root], [], [signer])
    expect(word(verdictOf({ ...signed, certificates: [] }, trust))).toBe('valid')
  })

  it('is judged for each of several signers', () => {
    const beta = make('Beta', { issuer: make('Unknown', { own: caExtensions() }) })
    const other = read(signDer(beta))
    const both = {
      ...signed,
      certificates: [...signed.certificates, ...other.certificates],
      signers: [...signed.signers, ...other.signers],
    }
    expect(word(verdictOf(both, trustOf([root]), { signer: 0 }))).toBe('valid')
    expect(word(verdictOf(both, trustOf([root]), { signer: 1 }))).toBe('unknownIssuer')
    expect(word(verdictOf(both, trustOf([root]), { signer: 2 }))).toBe('noSigner')
  })

  it('wants one answer for each check', () => {
    const plan = planVerification({
      signed,
      contentDigest: hash('sha256', CONTENT),
      trust: trustOf([root]),
      at: NOW,
      requireCrl: false,
    })
    expect(plan.checks.map((check) => check.subject)).toEqual(['message', 'certificate'])
    expect(() => judge(plan, [true])).toThrow(RangeError)
    expect(word(judge(plan, [true, false]))).toBe('badChain')
    expect(word(judge(plan, [false, true]))).toBe('badSignature')
  })
})

describe('attacks on the signature', () => {
  const info = signed.signers[0]!
  const withAttributes = (more: object) => ({
    ...signed,
    signers: [{ ...info, attributes: { ...info.attributes!, ...more } }],
  })

  it('wrapping: a signed type of content that is not the one outside', () => {
    expect(word(verdictOf({ ...signed, contentType: '1.2.3' }, trustOf([root])))).toBe('malformed')
  })

  it('wrapping: signed attributes of one message shown as the content of another', () => {
    const attributes = info.attributes!.signedBytes
    const stripped = { ...signed, content: attributes, signers: [{ ...info, attributes: undefined }] }
    expect(word(verdictOf(stripped, trustOf([root]), { content: attributes, over: attributes }))).toBe('malformed')
  })

  it('no signed attributes: refused without the content, believed with it', () => {
    const bare = { ...signed, signers: [{ ...info, attributes: undefined }] }
    expect(word(verdictOf(bare, trustOf([root])))).toBe('malformed')
    expect(word(verdictOf(bare, trustOf([root]), { content: CONTENT }))).toBe('badSignature')
  })

  it('another certificate of the same name and serial number than the one meant (RFC 5035)', () => {
    const serial = Buffer.from(signer.certificate.serialHex, 'hex')
    const twin = make('Alfa', { issuer: root, key: signer.key, serial, own: mailExtensions('beta@alfa.example') })
    const swapped = { ...signed, certificates: [twin.certificate] }
    expect(word(verdictOf(swapped, trustOf([root])))).toBe('wrongCertificate')
  })

  it('algorithms other than those protected (RFC 6211)', () => {
    const protection = { digestOid: '1.3.14.3.2.26', signatureOid: info.signatureOid }
    expect(word(verdictOf(withAttributes({ protection }), trustOf([root])))).toBe('malformed')
  })

  it('a signature of another digest than the one of the content', () => {
    const sha512 = { ...info, algorithm: { kind: 'ecdsa', digest: 'sha512' } as const }
    expect(word(verdictOf({ ...signed, signers: [sha512] }, trustOf([root])))).toBe('malformed')
  })

  it('algorithms not known', () => {
    const unknown = { ...info, digest: undefined }
    expect(word(verdictOf({ ...signed, signers: [unknown] }, trustOf([root])))).toBe('unsupportedAlgorithm')
    const oddKey = { ...info, algorithm: undefined }
    expect(word(verdictOf({ ...signed, signers: [oddKey] }, trustOf([root])))).toBe('unsupportedAlgorithm')
  })

  it('an RSA algorithm named for an EC key', () => {
    const crossed = {
      ...info,
      algorithm: { kind: 'rsa', digest: 'sha256' } as const,
      attributes: { ...info.attributes!, protection: undefined },
    }
    expect(word(verdictOf({ ...signed, signers: [crossed] }, trustOf([root])))).toBe('badSignature')
  })
})

describe('the certificate', () => {
  it.each([
    ['expired', { notAfter: NOW - HOUR }, 'expired'],
    ['not yet valid', { notBefore: NOW + HOUR }, 'notYetValid'],
    ['for enciphering only', { own: [extensions.keyUsage(0x20)] }, 'wrongUsage'],
    ['for servers only', { own: [extensions.extendedKeyUsage('1.3.6.1.5.5.7.3.1')] }, 'wrongUsage'],
    ['for mail', { own: [extensions.extendedKeyUsage('1.3.6.1.5.5.7.3.4')] }, 'valid'],
    ['for non-repudiation', { own: [extensions.keyUsage(0x40)] }, 'valid'],
    ['with a critical extension not understood', { own: [writeExtension('1.2.3.4', true, NULL)] }, 'badChain'],
    ['signed with SHA-1', { digest: 'sha1' as const }, 'weakDigest'],
  ])('%s', (_, input, expected) => {
    expect(judged(make('Alfa', { issuer: root, ...input }))).toBe(expected)
  })

  it('was valid at another instant', () => {
    const old = read(signDer(make('Alfa', { issuer: root, notAfter: NOW - HOUR })))
    expect(word(verdictOf(old, trustOf([root]), { at: NOW - DAY }))).toBe('valid')
  })

  it('of a short RSA key, or signed with SHA-1, is weak: for archives only', () => {
    const short = read(signDer(make('Alfa', { issuer: root, key: makeRsaKey(1024) })))
    expect(word(verdictOf(short, trustOf([root])))).toBe('weakKey')
    expect(verdictOf(short, trustOf([root]), { acceptWeakDigest: true })).toMatchObject({ kind: 'valid', weak: true })
    const sha1 = read(signDer(make('Alfa', { issuer: root, digest: 'sha1' })))
    expect(verdictOf(sha1, trustOf([root]), { acceptWeakDigest: true })).toMatchObject({ kind: 'valid', weak: true })
  })
})

describe('the chain', () => {
  const middle = make('Middle', { issuer: root, own: caExtensions(0) })
  const below = make('Alfa', { issuer: middle })

  it('passes by enclosed and by known authorities', () => {
    expect(judged(below, [middle])).toBe('valid')
    expect(judged(below, [], trustOf([root], [], [middle]))).toBe('valid')
    expect(judged(below)).toBe('unknownIssuer')
  })

  it('does not believe a root because it is enclosed', () => {
    const own = makeRoot('Other')
    expect(judged(make('Alfa', { issuer: own }), [own])).toBe('unknownIssuer')
    expect(judged(make('Alfa'))).toBe('unknownIssuer')
  })

  it('is not taken in by a root of the same name', () => {
    const twin = makeRoot('Root')
    const forged = make('Alfa', { issuer: twin })
    expect(judged(forged, [twin])).toBe('unknownIssuer')
    // without key identifiers only the signature tells them apart
    const bare = { ...read(signDer(forged)) }
    const certificates = bare.certificates.map((one) => ({ ...one, aki: undefined }))
    expect(word(verdictOf({ ...bare, certificates }, trustOf([root])))).toBe('badChain')
  })

  it('believes a certificate that is itself trusted', () => {
    const alone = make('Alfa')
    expect(judged(alone, [], trustOf([alone]))).toBe('valid')
  })

  it('refuses a certificate issued by one that is no authority', () => {
    expect(judged(make('Beta', { issuer: signer }), [signer])).toBe('badChain')
    const noSigning = make('Middle', { issuer: root, own: [extensions.basicConstraints(), extensions.keyUsage(0x80)] })
    expect(judged(make('Beta', { issuer: noSigning }), [noSigning])).toBe('badChain')
  })

  it('refuses more authorities than pathLenConstraint allows', () => {
    const lower = make('Lower', { issuer: middle, own: caExtensions() })
    expect(judged(make('Beta', { issuer: lower }), [middle, lower])).toBe('badChain')
  })

  it('refuses an expired authority', () => {
    const expired = make('Middle', { issuer: root, own: caExtensions(), notAfter: NOW - HOUR })
    expect(judged(make('Beta', { issuer: expired }), [expired])).toBe('expired')
  })

  it('takes the good one of two certificates of an authority', () => {
    const { key } = middle
    const expired = make('Middle', { issuer: root, own: caExtensions(), key, notAfter: NOW - HOUR })
    expect(judged(below, [expired, middle])).toBe('valid')
    expect(judged(below, [middle, expired])).toBe('valid')
  })

  it('ends, however many certificates go round in circles', () => {
    const keys = [make('A'), make('B'), make('C')]
    const circle = keys.flatMap((one, i) =>
      Array.from({ length: 10 }, () => {
        const issuer = keys[(i + 1) % 3]!
        return make(['A', 'B', 'C'][i]!, { issuer, key: one.key, own: caExtensions() })
      }),
    )
    expect(judged(make('Alfa', { issuer: keys[0] }), circle)).toBe('unknownIssuer')
  })
})

describe('name constraints', () => {
  const base = (tag: number, text: string) => sequence(tlv(tag, Buffer.from(text)))
  const constrained = (permitted: readonly Uint8Array[], excluded: readonly Uint8Array[] = []) => {
    const value = sequence(
      ...(permitted.length > 0 ? [tlv(0xa0, ...permitted)] : []),
      ...(excluded.length > 0 ? [tlv(0xa1, ...excluded)] : []),
    )
    return make('Middle', { issuer: root, own: [...caExtensions(), writeExtension('2.5.29.30', true, value)] })
  }
  const name = (...parts: Parameters<typeof writeName>[0]) => sequence(explicit(4, writeName(parts)))

  it.each([
    ['permitted host', [base(0x81, 'alfa.example')], [], 'valid'],
    ['another permitted host', [base(0x81, 'beta.example')], [], 'badChain'],
    ['one of two permitted hosts', [base(0x81, 'beta.example'), base(0x81, 'Alfa.Example')], [], 'valid'],
    ['permitted domain, of which this is no subdomain', [base(0x81, '.alfa.example')], [], 'badChain'],
    ['permitted domain above', [base(0x81, '.example')], [], 'valid'],
    ['permitted mailbox', [base(0x81, email)], [], 'valid'],
    ['another permitted mailbox', [base(0x81, 'altra@alfa.example')], [], 'badChain'],
    ['excluded host', [], [base(0x81, 'alfa.example')], 'badChain'],
    ['another excluded host', [], [base(0x81, 'beta.example')], 'valid'],
    ['a lookalike of the permitted host', [base(0x81, 'fa.example')], [], 'badChain'],
    ['permitted subject', [name(['C', 'IT'], ['O', 'ALFA'])], [], 'valid'],
    ['beginning of the subject', [name(['C', 'IT'])], [], 'valid'],
    ['another subject', [name(['C', 'IT'], ['O', 'Beta'])], [], 'badChain'],
    ['excluded subject', [], [name(['C', 'IT'], ['O', 'Alfa'])], 'badChain'],
    ['hosts of servers alone', [base(0x82, 'beta.example')], [], 'valid'],
  ])('%s', (_, permitted, excluded, expected) => {
    const authority = constrained(permitted, excluded)
    expect(judged(make('Alfa', { issuer: authority }), [authority])).toBe(expected)
  })

  it('cannot judge names of a constrained type that is not understood', () => {
    const authority = constrained([], [base(0x86, '.example')])
    const own = [writeExtension('2.5.29.17', false, sequence(tlv(0x86, Buffer.from('http://alfa.example'))))]
    expect(judged(make('Alfa', { issuer: authority, own }), [authority])).toBe('badChain')
  })
})

describe('revocation', () => {
  const { serialHex } = signer.certificate
  const withCrls = (crls: ReturnType<typeof makeCrl>[], more = {}) =>
    word(verdictOf(signed, trustOf([root], crls), { requireCrl: true, ...more }))

  it('wants a current list of the issuer, where it is required', () => {
    expect(withCrls([])).toBe('crlUnavailable')
    expect(withCrls([], { requireCrl: false })).toBe('valid')
    expect(withCrls([makeCrl(root)])).toBe('valid')
    expect(withCrls([makeCrl(root, [], NOW - 8 * DAY)])).toBe('crlUnavailable')
    expect(withCrls([makeCrl(makeRoot('Other'))])).toBe('crlUnavailable')
  })

  it('refuses the revoked, from the instant of revocation', () => {
    const crl = makeCrl(root, [{ serialHex, at: NOW - HOUR }])
    expect(withCrls([crl])).toBe('revoked')
    expect(withCrls([crl], { requireCrl: false })).toBe('revoked')
    expect(withCrls([crl], { at: NOW - 2 * HOUR })).toBe('valid')
  })

  it('believes a revocation in a list that is out of date', () => {
    expect(withCrls([makeCrl(root, [{ serialHex, at: NOW - 30 * DAY }], NOW - 20 * DAY), makeCrl(root)])).toBe(
      'revoked',
    )
  })

  it('does not believe a list that its issuer has not signed', () => {
    const twin = makeRoot('Root')
    const forged = { ...makeCrl(twin), aki: undefined }
    expect(withCrls([forged])).toBe('crlUnavailable')
    const forgedEntry = { ...makeCrl(twin, [{ serialHex, at: NOW - HOUR }]), aki: undefined }
    expect(withCrls([forgedEntry, makeCrl(root)])).toBe('valid')
  })

  it('passes over lists that speak of others, or only of changes', () => {
    const crl = makeCrl(root)
    const scope = (more: object) => withCrls([{ ...crl, scope: { ...crl.scope, ...more } }])
    expect(scope({ users: false })).toBe('crlUnavailable')
    expect(scope({ authorities: false })).toBe('valid')
    expect(scope({ usable: false })).toBe('crlUnavailable')
    expect(scope({ urls: ['http://crl.example/other.crl'] })).toBe('crlUnavailable')
  })

  it('is asked of the authorities in between too', () => {
    const middle = make('Middle', { issuer: root, own: caExtensions() })
    const below = read(signDer(make('Alfa', { issuer: middle }), { chain: [middle] }))
    const lists = (entries: Parameters<typeof makeCrl>[1]) => trustOf([root], [makeCrl(root, entries), makeCrl(middle)])
    expect(word(verdictOf(below, lists([]), { requireCrl: true }))).toBe('valid')
    const revoked = [{ serialHex: middle.certificate.serialHex, at: NOW - DAY }]
    expect(word(verdictOf(below, lists(revoked), { requireCrl: true }))).toBe('revoked')
  })
})

it('accepts the identifier by key (RFC 5652 §5.3)', () => {
  const ski = signed.signers.map((info) => ({
    ...info,
    identifier: { kind: 'subjectKeyIdentifier', ski: signer.certificate.ski! } as const,
  }))
  expect(word(verdictOf({ ...signed, signers: ski }, trustOf([root])))).toBe('valid')
})

it('refuses a SHA-1 digest of the content but for archives', () => {
  const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value))
  const attributes = setOf(
    attribute('1.2.840.113549.1.9.3', oid('1.2.840.113549.1.7.1')),
    attribute('1.2.840.113549.1.9.4', octetString(hash('sha256', CONTENT))),
  )
  const certificates = [signer.certificate.der]
  const made = read(signedData({ attributes, signature: Uint8Array.of(1), algorithm: 'ecdsa-sha256', certificates }))
  const info = made.signers[0]!
  const old = {
    ...made,
    signers: [
      {
        ...info,
        digest: 'sha1' as const,
        algorithm: { kind: 'ecdsa', digest: 'sha1' } as const,
        attributes: { ...info.attributes!, messageDigest: hash('sha1', CONTENT) },
      },
    ],
  }
  const plan = (acceptWeakDigest: boolean) =>
    planVerification({
      signed: old,
      contentDigest: hash('sha1', CONTENT),
      trust: trustOf([root]),
      at: NOW,
      requireCrl: false,
      acceptWeakDigest,
    })
  expect(word(judge(plan(false), [true, true]))).toBe('weakDigest')
  expect(judge(plan(true), [true, true])).toMatchObject({ kind: 'valid', digest: 'sha1', weak: true })
  expect(answer(plan(true).checks[0]!)).toBe(false)
})

it('makes templates of certificates only', () => {
  expect(() => signingTemplate({ algorithm: 'rsa-sha256', certificate: Uint8Array.of(1), chain: [] })).toThrow(
    RangeError,
  )
})
