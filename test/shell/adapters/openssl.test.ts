// OpenSSL as the foreign judge of signatures: it accepts ours, we accept its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Certificate } from '../../../src/core/smime/certificate.ts'
import { readCertificates } from '../../../src/core/smime/certificate.ts'
import { readSignedData, signingTemplate } from '../../../src/core/smime/cms.ts'
import { parseCrl } from '../../../src/core/smime/crl.ts'
import { hash } from '../../../src/core/smime/hash.ts'
import type { SignatureVerdict, VerificationInput } from '../../../src/core/smime/verify.ts'
import { openSigner } from '../../../src/shell/adapters/signer.ts'
import { verifyContent } from '../../../src/shell/adapters/verifier.ts'
import { type KeyPair, makeAuthority, type SandboxAuthority } from '../../../src/shell/sandbox/authority.ts'
import { judgePath, needs } from '../../support/judges.ts'

const CONTENT = Buffer.from('Content-Type: text/plain\r\n\r\nperch\xe9 no\r\n.\r\n', 'latin1')
const folder = mkdtempSync(join(tmpdir(), 'cera-cms-'))
const at = (name: string) => join(folder, name)
const openssl = (...args: string[]) => execFileSync(judgePath('openssl'), args, { cwd: folder, stdio: 'pipe' })

let authority: SandboxAuthority
const pairs: Record<string, KeyPair> = {}
beforeAll(async () => {
  authority = await makeAuthority({ crlUrl: 'https://localhost/ca.crl' })
  writeFileSync(at('ca.pem'), authority.certificatePem)
  writeFileSync(at('content'), CONTENT)
  for (const algorithm of ['rsa', 'p256'] as const) {
    const pair = await authority.issueProviderCertificate({
      providerName: 'Gestore Alfa',
      serviceAddress: 'posta-certificata@pec.alfa.example',
      algorithm,
    })
    pairs[algorithm] = pair
    writeFileSync(at(`${algorithm}.pem`), pair.certificatePem)
    writeFileSync(at(`${algorithm}.key`), pair.keyPem)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const verdict = (file: string, more: Partial<VerificationInput> = {}): SignatureVerdict => {
  const signed = readSignedData(readFileSync(at(file)))
  if (signed.kind === 'problem') throw new Error(signed.detail)
  const trust = { roots: [authority.certificate], intermediates: [], crls: [] }
  const content = signed.content === undefined ? CONTENT : undefined
  return verifyContent({ signed, content, trust, at: Date.now(), requireCrl: false, ...more })
}

describe.skipIf(needs('openssl'))('OpenSSL accepts what we sign', () => {
  it.each(['rsa', 'p256'])('with a key of kind %s, detached and attached', async (algorithm) => {
    const signer = openSigner(pairs[algorithm]!)
    const template = signingTemplate(signer)
    const attributes = template.attributes(hash('sha256', CONTENT), Date.now())
    const signature = await signer.sign(attributes)
    writeFileSync(at('ours.p7s'), template.signedData(attributes, signature))
    writeFileSync(at('ours.p7m'), template.signedData(attributes, signature, CONTENT))
    const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-CAfile', 'ca.pem', '-out', 'out']
    openssl(...verify, '-in', 'ours.p7s', '-content', 'content')
    openssl(...verify, '-in', 'ours.p7m')
    expect(readFileSync(at('out'))).toEqual(CONTENT)
    expect(verdict('ours.p7s').kind).toBe('valid')
    expect(verdict('ours.p7m').kind).toBe('valid')
    writeFileSync(at('other'), 'altro')
    expect(() => openssl(...verify, '-in', 'ours.p7s', '-content', 'other')).toThrow(/verification failure/i)
  })
})

describe.skipIf(needs('openssl'))('we accept what OpenSSL signs', () => {
  const base = ['cms', '-sign', '-binary', '-in', 'content', '-outform', 'DER', '-out', 'theirs']
  const by = (algorithm: string) => ['-signer', `${algorithm}.pem`, '-inkey', `${algorithm}.key`]

  it.each([
    ['RSA', [...by('rsa'), '-md', 'sha256']],
    ['RSA, SHA-512', [...by('rsa'), '-md', 'sha512']],
    ['RSA-PSS', [...by('rsa'), '-md', 'sha256', '-keyopt', 'rsa_padding_mode:pss']],
    ['P-256', [...by('p256'), '-md', 'sha256']],
    ['P-256, SHA-384', [...by('p256'), '-md', 'sha384']],
    ['attached', [...by('rsa'), '-md', 'sha256', '-nodetach']],
    ['attached, streamed as BER', [...by('rsa'), '-md', 'sha256', '-nodetach', '-stream']],
    ['with the identifier of the key', [...by('rsa'), '-md', 'sha256', '-keyid']],
    ['with CAdES attributes', [...by('rsa'), '-md', 'sha256', '-cades']],
    ['without signed attributes', [...by('rsa'), '-md', 'sha256', '-noattr']],
    ['by two signers', [...by('rsa'), ...by('p256'), '-md', 'sha256']],
  ])('%s', (_, args) => {
    openssl(...base, ...args)
    expect(verdict('theirs')).toMatchObject({ kind: 'valid', weak: false })
  })

  it('SHA-1, for archives only', () => {
    openssl(...base, ...by('rsa'), '-md', 'sha1')
    expect(verdict('theirs')).toMatchObject({ kind: 'invalid', reason: 'weakDigest' })
    expect(verdict('theirs', { acceptWeakDigest: true })).toMatchObject({ kind: 'valid', digest: 'sha1', weak: true })
  })

  it('but not of another content, however it is signed', () => {
    for (const more of [[], ['-noattr'], ['-keyopt', 'rsa_padding_mode:pss']]) {
      openssl(...base, ...by('rsa'), '-md', 'sha256', ...more)
      expect(verdict('theirs', { content: Buffer.from('altro') }).kind).toBe('invalid')
    }
  })

  it('streamed BER cut short anywhere is refused', () => {
    openssl(...base, ...by('rsa'), '-md', 'sha256', '-nodetach', '-stream')
    const whole = readFileSync(at('theirs'))
    expect(whole.subarray(0, 2).toString('hex')).toBe('3080')
    for (let length = 0; length < whole.length; length++)
      expect(readSignedData(whole.subarray(0, length)).kind).toBe('problem')
  })
})

describe.skipIf(needs('openssl'))('OpenSSL accepts what the authority makes', () => {
  it('certificates after the strict profile, and lists', async () => {
    const server = await authority.issueServerCertificate({ names: ['mx.alfa.example'], ips: ['127.0.0.1', '::1'] })
    writeFileSync(at('server.pem'), server.certificatePem)
    openssl('verify', '-x509_strict', '-CAfile', 'ca.pem', '-purpose', 'smimesign', 'rsa.pem', 'p256.pem')
    openssl('verify', '-x509_strict', '-CAfile', 'ca.pem', '-purpose', 'sslserver', 'server.pem')
    const { serialHex } = (readCertificates(pairs.rsa!.certificatePem) as readonly Certificate[])[0]!
    const list = authority.makeCrl([{ serialHex, at: Date.now() - 1_000, reason: 1 }])
    const read = parseCrl(list)
    if (read.kind === 'problem') throw new Error(read.detail)
    writeFileSync(at('ca.crl'), list)
    openssl('crl', '-inform', 'DER', '-in', 'ca.crl', '-CAfile', 'ca.pem', '-noout')
    openssl('crl', '-inform', 'DER', '-in', 'ca.crl', '-out', 'crl.pem')
    const check = ['verify', '-crl_check', '-CAfile', 'ca.pem', '-CRLfile', 'crl.pem']
    openssl(...check, 'p256.pem')
    expect(() => openssl(...check, 'rsa.pem')).toThrow(/revoked/)
    openssl(
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content',
      '-outform',
      'DER',
      '-out',
      'theirs',
      '-signer',
      'rsa.pem',
      '-inkey',
      'rsa.key',
    )
    const trust = { roots: [authority.certificate], intermediates: [], crls: [read] }
    expect(verdict('theirs', { trust, requireCrl: true })).toMatchObject({ kind: 'invalid', reason: 'revoked' })
  })
})
