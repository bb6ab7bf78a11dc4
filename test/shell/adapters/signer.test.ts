// The signer and the verifier: what they refuse to open, and what they remember.
import { createPrivateKey, verify } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { readCertificates } from '../../../src/core/smime/certificate.ts'
import type { PlannedCheck } from '../../../src/core/smime/verify.ts'
import { openSigner } from '../../../src/shell/adapters/signer.ts'
import { answer, answerPlanned, knownCertificate } from '../../../src/shell/adapters/verifier.ts'
import { type KeyPair, makeAuthority, type SandboxAuthority } from '../../../src/shell/sandbox/authority.ts'
import { spkiOf } from '../../../src/shell/sandbox/x509.ts'

let authority: SandboxAuthority
let rsa: KeyPair
let p256: KeyPair
beforeAll(async () => {
  authority = await makeAuthority({ crlUrl: 'https://localhost/ca.crl' })
  const input = { providerName: 'Gestore Alfa', serviceAddress: 'posta-certificata@pec.alfa.example' }
  rsa = await authority.issueProviderCertificate({ ...input, algorithm: 'rsa' })
  p256 = await authority.issueProviderCertificate({ ...input, algorithm: 'p256' })
})

describe('the signer', () => {
  it('signs with SHA-256, by the algorithm of its key', async () => {
    for (const [pair, algorithm] of [
      [rsa, 'rsa-sha256'],
      [p256, 'ecdsa-sha256'],
    ] as const) {
      const signer = openSigner({ ...pair, chainPem: authority.certificatePem })
      expect(signer.algorithm).toBe(algorithm)
      expect(signer.chain).toEqual([authority.certificate.der])
      const bytes = Buffer.from('attributes')
      const signature = await signer.sign(bytes)
      expect(verify('sha256', bytes, pair.certificatePem, signature)).toBe(true)
    }
  })

  it('does not open a key with the certificate of another', () => {
    expect(() => openSigner({ keyPem: rsa.keyPem, certificatePem: p256.certificatePem })).toThrow('not the one')
  })

  it('does not open what it cannot read', () => {
    expect(() => openSigner({ keyPem: rsa.keyPem, certificatePem: 'nothing' })).toThrow('no certificate')
    expect(() => openSigner({ keyPem: 'nothing', certificatePem: rsa.certificatePem })).toThrow()
    expect(() => openSigner({ ...rsa, chainPem: 'nothing' })).toThrow('chain')
  })

  it('takes an empty chain', () => {
    expect(openSigner({ ...rsa, chainPem: ' \n' }).chain).toEqual([])
  })
})

describe('the verifier', () => {
  const openedCertificate = () => {
    const read = readCertificates(rsa.certificatePem)
    if ('kind' in read) throw new Error(read.detail)
    return read[0]!
  }
  const check = (subject: PlannedCheck['subject']): PlannedCheck => {
    const { tbs: data, signature } = openedCertificate()
    const algorithm = { kind: 'rsa', digest: 'sha256' } as const
    return { subject, algorithm, spki: authority.certificate.spki, data, signature }
  }

  it.each(['message', 'certificate', 'crl'] as const)(
    'answers the same again about a %s, and apart for what differs',
    (subject) => {
      const good = check(subject)
      const last = good.signature.length - 1
      const bad = {
        ...good,
        signature: Uint8Array.from(good.signature, (octet, i) => (i === last ? octet ^ 1 : octet)),
      }
      const otherData = { ...good, data: Uint8Array.from([...good.data, 0]) }
      const otherKey = { ...good, spki: spkiOf(createPrivateKey(p256.keyPem)) }
      for (let round = 0; round < 2; round++) {
        expect(answerPlanned(good)).toBe(true)
        expect(answerPlanned(bad)).toBe(false)
        expect(answerPlanned(otherData)).toBe(false)
        expect(answerPlanned(otherKey)).toBe(false)
        expect(answerPlanned({ ...good, algorithm: { kind: 'rsa', digest: 'sha512' } })).toBe(false)
        expect(answerPlanned({ ...good, algorithm: { kind: 'ecdsa', digest: 'sha256' } })).toBe(false)
      }
    },
  )

  it('reads a certificate once, whatever message it lies in; with another byte it is another', () => {
    const der = Uint8Array.from(openedCertificate().der)
    const within = Uint8Array.from([1, 2, ...der, 3]).subarray(2, 2 + der.length)
    const known = knownCertificate(der)
    expect(known).toMatchObject({ kind: 'certificate', der })
    expect(knownCertificate(within)).toBe(known)
    within[within.length - 1] = within.at(-1)! ^ 1
    expect(knownCertificate(within)).not.toBe(known)
    // what was read does not change with the array that it was read from
    expect(known).toMatchObject({ der })
    expect(knownCertificate(Uint8Array.of(1, 2, 3))).toMatchObject({ kind: 'problem' })
  })

  it('does not remember messages: the same array with other bytes is another question', () => {
    const question = check('message')
    const data = Uint8Array.from(question.data)
    expect(answerPlanned({ ...question, data })).toBe(true)
    data[10] = data[10]! ^ 1
    expect(answerPlanned({ ...question, data })).toBe(false)
  })

  it('says no, and does not throw, for keys and signatures that are nonsense', () => {
    const good = check('message')
    expect(answer({ ...good, spki: Uint8Array.of(1, 2, 3) })).toBe(false)
    expect(answer({ ...good, signature: Uint8Array.of() })).toBe(false)
    expect(answer({ ...good, algorithm: { kind: 'rsaPss', digest: 'sha256', saltBytes: 500 } })).toBe(false)
  })
})
