// Certificates, lists and signatures made for the tests of smime: P-256 unless said, valid for a year around `NOW`.
import type { KeyObject } from 'node:crypto'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { DAY, type Instant } from '../../../src/core/lib/instant.ts'
import type { Certificate } from '../../../src/core/smime/certificate.ts'
import { parseCertificate } from '../../../src/core/smime/certificate.ts'
import type { SignedData } from '../../../src/core/smime/cms.ts'
import { readSignedData, signingTemplate } from '../../../src/core/smime/cms.ts'
import type { Crl } from '../../../src/core/smime/crl.ts'
import { parseCrl } from '../../../src/core/smime/crl.ts'
import { hash } from '../../../src/core/smime/hash.ts'
import type { Trust, VerificationInput } from '../../../src/core/smime/verify.ts'
import { judge, planVerification, type SignatureVerdict } from '../../../src/core/smime/verify.ts'
import { answer } from '../../../src/shell/adapters/verifier.ts'
import {
  extensions,
  type Revoked,
  spkiOf,
  writeCertificate,
  writeCrl,
  writeName,
} from '../../../src/shell/sandbox/x509.ts'

export const NOW: Instant = Date.UTC(2026, 1, 3, 9, 15, 30)

export type Made = { readonly key: KeyObject; readonly certificate: Certificate }

export const makeKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
export const makeRsaKey = (bits = 2048): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: 65537 }).privateKey

const DIGITAL_SIGNATURE = extensions.keyUsage(0x80)
const CA_USAGE = extensions.keyUsage(0x06)
export const caExtensions = (pathLength?: number) => [extensions.basicConstraints(pathLength), CA_USAGE]
export const mailExtensions = (email: string) => [DIGITAL_SIGNATURE, extensions.alternativeNames({ emails: [email] })]

export const parsed = (der: Uint8Array): Certificate => {
  const certificate = parseCertificate(der)
  if (certificate.kind === 'problem') throw new Error(certificate.detail)
  return certificate
}

/** A certificate of `issuer`, or of itself; key identifiers are added. */
export const make = (
  name: string,
  input: {
    readonly issuer?: Made | undefined
    readonly own?: readonly Uint8Array[]
    readonly key?: KeyObject
    readonly notBefore?: Instant
    readonly notAfter?: Instant
    readonly digest?: 'sha1' | 'sha256'
    readonly serial?: Uint8Array
  } = {},
): Made => {
  const key = input.key ?? makeKey()
  const subject = writeName([
    ['C', 'IT'],
    ['O', name],
  ])
  const issuerKey = input.issuer?.key ?? key
  const der = writeCertificate({
    serial: input.serial ?? Uint8Array.of(0x41, ...randomBytes(7)),
    subject,
    issuer: input.issuer?.certificate.subject.der ?? subject,
    notBefore: input.notBefore ?? NOW - 180 * DAY,
    notAfter: input.notAfter ?? NOW + 180 * DAY,
    spki: spkiOf(key),
    extensions: [
      extensions.subjectKey(spkiOf(key)),
      extensions.authorityKey(spkiOf(issuerKey)),
      ...(input.own ?? mailExtensions(`posta@${name.toLowerCase()}.example`)),
    ],
    issuerKey,
    digest: input.digest,
  })
  return { key, certificate: parsed(der) }
}

export const makeRoot = (name = 'Root', own = caExtensions()): Made => make(name, { own })

export const makeCrl = (issuer: Made, revoked: readonly Revoked[] = [], thisUpdate = NOW - DAY, days = 7): Crl => {
  const { key, certificate } = issuer
  const der = writeCrl({
    issuer: certificate.subject.der,
    issuerKey: key,
    thisUpdate,
    nextUpdate: thisUpdate + days * DAY,
    revoked,
  })
  const crl = parseCrl(der)
  if (crl.kind === 'problem') throw new Error(crl.detail)
  return crl
}

export const CONTENT = Buffer.from('Content-Type: text/plain\r\n\r\nciao\r\n')

/** A detached signature of `CONTENT`, DER. */
export const signDer = (
  signer: Made,
  options: { readonly chain?: readonly Made[]; readonly at?: Instant; readonly content?: Uint8Array } = {},
): Uint8Array => {
  const algorithm = signer.key.asymmetricKeyType === 'rsa' ? 'rsa-sha256' : 'ecdsa-sha256'
  const chain = (options.chain ?? []).map((one) => one.certificate.der)
  const template = signingTemplate({ algorithm, certificate: signer.certificate.der, chain })
  const attributes = template.attributes(hash('sha256', options.content ?? CONTENT), options.at ?? NOW)
  return template.signedData(attributes, sign('sha256', attributes, signer.key), options.content)
}

export const read = (der: Uint8Array): SignedData => {
  const signed = readSignedData(der)
  if (signed.kind === 'problem') throw new Error(signed.detail)
  return signed
}

export const trustOf = (
  roots: readonly Made[],
  crls: readonly Crl[] = [],
  intermediates: readonly Made[] = [],
): Trust => ({
  roots: roots.map((one) => one.certificate),
  intermediates: intermediates.map((one) => one.certificate),
  crls,
})

/** Plans, answers without any memory, and judges. */
export const verdictOf = (
  signed: SignedData,
  trust: Trust,
  more: Partial<VerificationInput> & { readonly over?: Uint8Array } = {},
): SignatureVerdict => {
  const { over = CONTENT, ...rest } = more
  const contentDigest = hash(signed.signers[rest.signer ?? 0]?.digest ?? 'sha256', over)
  const plan = planVerification({ signed, trust, contentDigest, at: NOW, requireCrl: false, ...rest })
  return judge(plan, plan.checks.map(answer))
}

/** `valid`, or the reason why not. */
export const word = (verdict: SignatureVerdict): string => (verdict.kind === 'valid' ? 'valid' : verdict.reason)
