// Messages for the tests of the verifier: the sample envelope signed anew, by whom and with what a test wants.
import { execFileSync } from 'node:child_process'
import { sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Instant } from '../../../src/core/lib/instant.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import { signedStructure } from '../../../src/core/pec/read.ts'
import { hash } from '../../../src/core/smime/hash.ts'
import { signingTemplate } from '../../../src/core/smime/sign.ts'
import { toPem } from '../../../src/shell/sandbox/x509.ts'
import { type Made, NOW } from '../../core/smime/make.ts'
import { judgePath } from '../../support/judges.ts'

export const sample = (name: string): Buffer => readFileSync(`spec/samples/${name}`)

const DATICERT = /(name="daticert\.xml"[\s\S]*?\r\n\r\n)([A-Za-z0-9+/=\r\n]+?)(\r\n\r\n--)/
const FROM = 'posta-certificata@gestore-a.example'

/** The bytes of a message up to its signature, the entity to sign, and what is after the signature. */
const cut = (message: Buffer) => {
  const structure = signedStructure(parseMime(message).root)!
  return {
    entity: message.subarray(structure.signedStart, structure.signedEnd),
    before: message.subarray(0, structure.signaturePart.bodyStart),
    after: message.subarray(structure.signaturePart.bodyEnd),
  }
}

const withSignature = (message: Buffer, sign: (entity: Buffer) => Uint8Array): Buffer => {
  const { entity, before, after } = cut(message)
  const lines = (
    Buffer.from(sign(entity))
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n')
  return Buffer.concat([before, Buffer.from(lines), after])
}

const detached = (signer: Made, entity: Uint8Array, at: Instant): Uint8Array => {
  const algorithm = signer.key.asymmetricKeyType === 'rsa' ? 'rsa-sha256' : 'ecdsa-sha256'
  const template = signingTemplate({ algorithm, certificate: signer.certificate.der, chain: [] })
  const attributes = template.attributes(hash('sha256', entity), at)
  return template.signedData(attributes, sign('sha256', attributes, signer.key))
}

/**
 * The sample envelope in the name of the signer's address, whose domain becomes the sender's too; `attachment` (base64
 * lines) in place of the sample's.
 */
export const envelopeSignedBy = (signer: Made, at: Instant = NOW, attachment?: Buffer): Buffer => {
  const message = sample('02_busta_di_trasporto.eml').toString('latin1')
  const address = signer.certificate.emails[0]!
  const renamed = message.replaceAll(FROM, address)
  const domain = address.slice(address.indexOf('@') + 1)
  const provider = signer.certificate.subject.organization!
  const changed = editDaticert(renamed.replaceAll('pec.ordine-a.example', domain), (xml) =>
    xml.replaceAll('pec.ordine-a.example', domain).replace('Gestore A S.p.A.', provider),
  )
  const [before = '', after = ''] =
    attachment === undefined ? [changed] : changed.split(/JVBER[A-Za-z0-9+/=\r\n]*(?=\r\n--)/)
  const whole = Buffer.concat([
    Buffer.from(before, 'latin1'),
    ...(attachment ? [attachment] : []),
    Buffer.from(after, 'latin1'),
  ])
  return withSignature(whole, (entity) => detached(signer, entity, at))
}

/** A message whose signed entity is changed and signed again by one who holds the key: what only a provider can do. */
export const signedAgain = (message: Buffer, signer: Made, change: (text: string) => string): Buffer => {
  const changed = Buffer.from(change(message.toString('latin1')), 'latin1')
  if (changed.equals(message)) throw new Error('the edit changed nothing')
  return withSignature(changed, (entity) => detached(signer, entity, NOW))
}

/** The text with the certification data inside it changed. */
export const editDaticert = (text: string, change: (xml: string) => string): string =>
  text.replace(DATICERT, (_, head: string, body: string, tail: string) => {
    const xml = change(Buffer.from(body, 'base64').toString('utf8'))
    return `${head}${Buffer.from(xml).toString('base64')}${tail}`
  })

/** A sample signed anew by OpenSSL with a digest of one's choice. */
export const signedByOpenssl = (
  message: Buffer,
  signer: Made,
  digest: string,
  options: readonly string[] = [],
): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'ceralacca-sign-'))
  const path = (name: string) => join(folder, name)
  try {
    writeFileSync(path('cert.pem'), toPem('CERTIFICATE', signer.certificate.der))
    writeFileSync(path('key.pem'), signer.key.export({ type: 'pkcs8', format: 'pem' }))
    return withSignature(message, (entity) => {
      writeFileSync(path('entity'), entity)
      const files = ['-in', path('entity'), '-signer', path('cert.pem'), '-inkey', path('key.pem')]
      const args = ['cms', '-sign', '-binary', '-md', digest, '-outform', 'DER', ...files, ...options]
      return execFileSync(judgePath('openssl'), args, { stdio: ['ignore', 'pipe', 'pipe'] })
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
