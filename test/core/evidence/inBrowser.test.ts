// What the verifier's page puts in the place of Node: digests, answers about signatures, the snapshot of the directory.
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDirectory } from '../../../src/core/directory/schema.ts'
import { directoryOfSnapshot, snapshotOf } from '../../../src/core/directory/snapshot.ts'
import { bundleName, nameMessages, plainName } from '../../../src/core/evidence/layout.ts'
import type { Digest, SignatureAlgorithm } from '../../../src/core/smime/algorithms.ts'
import { answer } from '../../../web/verifier/answer.ts'
import { createHash as ofPage } from '../../../web/verifier/createHash.ts'

const DIGESTS: readonly Digest[] = ['sha1', 'sha256', 'sha384', 'sha512']
const data = Buffer.from('Il giorno 23/11/2026 …')

it.each(DIGESTS)('%s is that of Node', (name) => {
  const expected = createHash(name).update(data).update('è').digest()
  expect(Buffer.from(ofPage(name).update(data).update('è').digest())).toEqual(expected)
  expect(ofPage(name).update(data).digest('hex')).toBe(createHash(name).update(data).digest('hex'))
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pssOnly = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const pss = (key: KeyObject) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
const spkiOf = (key: KeyObject): Uint8Array => key.export({ type: 'spki', format: 'der' })

describe('a signature', () => {
  const cases: readonly (readonly [string, { publicKey: KeyObject; privateKey: KeyObject }, SignatureAlgorithm])[] = [
    ...DIGESTS.map((digest) => [`RSA ${digest}`, rsa, { kind: 'rsa', digest }] as const),
    ['RSA-PSS', rsa, { kind: 'rsaPss', digest: 'sha256', saltBytes: 32 }],
    ['RSA-PSS with a key for nothing else', pssOnly, { kind: 'rsaPss', digest: 'sha256', saltBytes: 32 }],
    ['ECDSA P-256', curve('P-256'), { kind: 'ecdsa', digest: 'sha256' }],
    ['ECDSA P-384', curve('P-384'), { kind: 'ecdsa', digest: 'sha384' }],
    ['ECDSA P-521', curve('P-521'), { kind: 'ecdsa', digest: 'sha512' }],
  ]
  it.each(cases)('by %s holds, and no other does', async (_, { publicKey, privateKey }, algorithm) => {
    const signature = sign(algorithm.digest, data, algorithm.kind === 'rsaPss' ? pss(privateKey) : privateKey)
    const check = { algorithm, spki: spkiOf(publicKey), data, signature }
    expect(await answer(check)).toBe(true)
    expect(await answer({ ...check, data: Buffer.from('altro') })).toBe(false)
    expect(await answer({ ...check, signature: signature.subarray(1) })).toBe(false)
    expect(await answer({ ...check, spki: spkiOf(curve('P-256').publicKey) })).toBe(false)
    expect(await answer({ ...check, spki: Uint8Array.of(1, 2, 3) })).toBe(false)
  })
})

describe('a snapshot of the directory', () => {
  const whole = parseDirectory(readFileSync('spec/samples/igpec.ldif'))
  if (whole.kind === 'problems') throw new Error('the sample cannot be read')
  const snapshot = snapshotOf(whole.records, 1_000)
  const asked = directoryOfSnapshot(JSON.parse(JSON.stringify(snapshot)))

  it('knows certificates and domains as the directory does', () => {
    for (const record of whole.records) {
      for (const sha1 of record.certificateHashes) expect(asked.providerOfCertificate(sha1)?.name).toBe(record.name)
      for (const domain of record.managedDomains) {
        expect(asked.providerOfDomain(domain)?.name).toBe(record.name)
        expect(asked.isCertified(domain.toUpperCase())).toBe(true)
      }
    }
    expect(asked.isCertified('posta.example')).toBe(false)
    expect(asked.providerOfCertificate('00')).toBeUndefined()
  })

  it('does not tell the domains', () => {
    const text = JSON.stringify(snapshot)
    for (const record of whole.records) for (const domain of record.managedDomains) expect(text).not.toContain(domain)
  })
})

describe('names in a bundle', () => {
  it.each([
    ['anna.bianchi@pec.example', 'anna.bianchi-at-pec.example'],
    ['../../etc/passwd', 'etc-passwd'],
    ['"; rm -rf ~ #@x', 'rm-rf-at-x'],
    ['perché no', 'perche-no'],
    ['…', 'x'],
    ['a'.repeat(200), 'a'.repeat(60)],
  ])('%s', (text, name) => expect(plainName(text)).toBe(name))

  it('come in the order of what happened, whichever way they were found', () => {
    const messages = [
      { kind: 'deliveryComplete', at: 3, about: ['b@x.example'] },
      { kind: 'deliveryConcise', at: 3, about: ['a@x.example'] },
      { kind: 'acceptance', at: 2, about: [] },
      { kind: 'takeInCharge', at: 3, about: ['a@x.example', 'b@x.example'] },
      { kind: 'transportEnvelope', at: 2, about: [] },
    ] as const
    const expected = [
      '02-busta-di-trasporto.eml',
      '03-accettazione.eml',
      '04-consegna-sintetica-a-at-x.example.eml',
      '05-presa-in-carico-a-at-x.example-e-altri-1.eml',
      '06-consegna-b-at-x.example.eml',
    ]
    expect(nameMessages(messages, true).map((one) => one.name)).toEqual(expected)
    expect(nameMessages(messages.toReversed(), true).map((one) => one.name)).toEqual(expected)
    expect(bundleName('opec1.2026@pec.example')).toBe('prove-opec1.2026-at-pec.example.zip')
  })
})
