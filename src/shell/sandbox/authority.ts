// The sandbox's own certification authority: it stands where AgID's would, for two providers that exist nowhere.
import type { KeyObject } from 'node:crypto'
import { createPrivateKey, generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { equalBytes } from '../../core/lib/bytes.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { DAY, HOUR } from '../../core/lib/instant.ts'
import type { Certificate } from '../../core/smime/certificate.ts'
import { readCertificates } from '../../core/smime/certificate.ts'
import type { Revoked } from './x509.ts'
import { extensions, spkiOf, toPem, writeCertificate, writeCrl, writeName } from './x509.ts'

/** A key with its certificate, PEM (PKCS #8 for the key). */
export type KeyPair = { readonly keyPem: string; readonly certificatePem: string }

export type Validity = { readonly notBefore?: Instant | undefined; readonly notAfter?: Instant | undefined }

export type SandboxAuthority = KeyPair & {
  readonly certificate: Certificate
  /** A provider's signing certificate, after RFC 6109 §5.5; of 3 years unless said. */
  readonly issueProviderCertificate: (
    input: Validity & {
      readonly providerName: string
      /** The address it signs with, `posta-certificata@…`. */
      readonly serviceAddress: string
      readonly algorithm: 'rsa' | 'p256'
    },
  ) => Promise<KeyPair>
  /** A P-256 certificate for TLS servers (and clients) of those names; of 2 years. */
  readonly issueServerCertificate: (
    input: Validity & { readonly names: readonly string[]; readonly ips?: readonly string[] | undefined },
  ) => Promise<KeyPair>
  /** Revocation list, DER; current for 7 days from `thisUpdate` unless said. */
  readonly makeCrl: (
    revoked?: readonly Revoked[],
    validity?: { readonly thisUpdate?: Instant | undefined; readonly nextUpdate?: Instant | undefined },
  ) => Uint8Array
}

const generate = promisify(generateKeyPair)
const makeKey = async (algorithm: 'rsa' | 'p256'): Promise<KeyObject> =>
  algorithm === 'rsa'
    ? (await generate('rsa', { modulusLength: 2048 })).privateKey
    : (await generate('ec', { namedCurve: 'P-256' })).privateKey

const makeSerial = (): Uint8Array => {
  const serial = randomBytes(16)
  // positive, and without a leading zero that DER would not allow
  serial[0] = (serial[0]! & 0x3f) | 0x40
  return serial
}

const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string

const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4'
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const DIGITAL_SIGNATURE = 0x80
const CERT_AND_CRL_SIGN = 0x06

/**
 * Makes an authority with a new RSA-2048 key and a self-signed certificate of 10 years. `crlUrl` is written into what
 * it issues.
 */
export const makeAuthority = async (input: {
  readonly crlUrl: string
  readonly name?: string | undefined
  readonly notBefore?: Instant | undefined
  readonly notAfter?: Instant | undefined
}): Promise<SandboxAuthority> => {
  const key = await makeKey('rsa')
  const name = writeName([
    ['C', 'IT'],
    ['O', 'Ceralacca'],
    ['CN', input.name ?? 'Ceralacca Sandbox CA'],
  ])
  const spki = spkiOf(key)
  const notBefore = input.notBefore ?? Date.now() - HOUR
  const der = writeCertificate({
    serial: makeSerial(),
    subject: name,
    issuer: name,
    notBefore,
    notAfter: input.notAfter ?? notBefore + 3_650 * DAY,
    spki,
    extensions: [
      extensions.basicConstraints(0),
      extensions.keyUsage(CERT_AND_CRL_SIGN),
      extensions.subjectKey(spki),
      extensions.authorityKey(spki),
    ],
    issuerKey: key,
  })
  return openAuthority({ keyPem: keyPem(key), certificatePem: toPem('CERTIFICATE', der), crlUrl: input.crlUrl })
}

/** Opens an authority from its files. Throws Error where they cannot be read or are not a pair. */
export const openAuthority = async (input: KeyPair & { readonly crlUrl: string }): Promise<SandboxAuthority> => {
  const issuerKey = createPrivateKey(input.keyPem)
  const read = readCertificates(input.certificatePem)
  if ('kind' in read) throw new Error(`sandbox authority: ${read.detail}`)
  const certificate = read[0]!
  const issuerSpki = spkiOf(issuerKey)
  if (!equalBytes(issuerSpki, certificate.spki)) throw new Error('sandbox authority: key and certificate differ')

  const issue = (
    key: KeyObject,
    subject: Uint8Array,
    validity: Validity & { readonly days: number },
    own: readonly Uint8Array[],
  ): KeyPair => {
    const spki = spkiOf(key)
    const notBefore = validity.notBefore ?? Date.now() - HOUR
    const der = writeCertificate({
      serial: makeSerial(),
      subject,
      issuer: certificate.subject.der,
      notBefore,
      notAfter: validity.notAfter ?? notBefore + validity.days * DAY,
      spki,
      extensions: [
        extensions.keyUsage(DIGITAL_SIGNATURE),
        extensions.subjectKey(spki),
        extensions.authorityKey(issuerSpki),
        extensions.crlUrl(input.crlUrl),
        ...own,
      ],
      issuerKey,
    })
    return { keyPem: keyPem(key), certificatePem: toPem('CERTIFICATE', der) }
  }

  return {
    keyPem: input.keyPem,
    certificatePem: input.certificatePem,
    certificate,
    // RFC 6109 §5.5.1, §5.5.2: the name in O, the address in subjectAltName only, no basicConstraints
    issueProviderCertificate: async ({ providerName, serviceAddress, algorithm, ...validity }) =>
      issue(
        await makeKey(algorithm),
        writeName([
          ['C', 'IT'],
          ['O', providerName],
          ['CN', 'Posta Certificata'],
        ]),
        { ...validity, days: 1_095 },
        [extensions.extendedKeyUsage(EMAIL_PROTECTION), extensions.alternativeNames({ emails: [serviceAddress] })],
      ),
    issueServerCertificate: async ({ names, ips, ...validity }) =>
      issue(await makeKey('p256'), writeName([['CN', names[0] ?? 'localhost']]), { ...validity, days: 730 }, [
        extensions.extendedKeyUsage(SERVER_AUTH, CLIENT_AUTH),
        extensions.alternativeNames({ dns: names, ips: ips ?? [] }),
      ]),
    makeCrl: (revoked = [], validity = {}) => {
      const thisUpdate = validity.thisUpdate ?? Date.now()
      const nextUpdate = validity.nextUpdate ?? thisUpdate + 7 * DAY
      return writeCrl({ issuer: certificate.subject.der, issuerKey, thisUpdate, nextUpdate, revoked })
    },
  }
}
