// The sandbox's authority: certificates after the profile, and reopening from files.
import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { profileProblems } from '../../../src/core/directory/profile.ts'
import { DAY } from '../../../src/core/lib/instant.ts'
import { readCertificates } from '../../../src/core/smime/certificate.ts'
import { parseCrl } from '../../../src/core/smime/crl.ts'
import { makeAuthority, openAuthority } from '../../../src/shell/sandbox/authority.ts'

const crlUrl = 'https://localhost:7443/ca.crl'
const authority = await makeAuthority({ crlUrl })
const only = (pem: string) => {
  const read = readCertificates(pem)
  if ('kind' in read) throw new Error(read.detail)
  return read[0]!
}
const input = { providerName: 'Gestore Alfa', serviceAddress: 'posta-certificata@pec.alfa.example' }

describe("the sandbox's authority", () => {
  it.each(['rsa', 'p256'] as const)('issues certificates of providers after RFC 6109 §5.5: %s', async (algorithm) => {
    const pair = await authority.issueProviderCertificate({ ...input, algorithm })
    const certificate = only(pair.certificatePem)
    expect(profileProblems(certificate, 'Gestore Alfa')).toEqual([])
    expect(certificate.emails).toEqual(['posta-certificata@pec.alfa.example'])
    expect(certificate.subject.emails).toEqual([])
    expect(certificate.crlUrls).toEqual([crlUrl])
    expect(certificate.publicKey).toEqual(
      algorithm === 'rsa' ? { kind: 'rsa', bits: 2048 } : { kind: 'ec', curve: 'p256' },
    )
    const judged = new X509Certificate(pair.certificatePem)
    expect(judged.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true)
    expect(judged.checkIssued(new X509Certificate(authority.certificatePem))).toBe(true)
  })

  it('issues certificates of servers that TLS accepts', async () => {
    const { certificatePem } = await authority.issueServerCertificate({
      names: ['mx.alfa.example', 'localhost'],
      ips: ['127.0.0.1', '::1'],
    })
    const judged = new X509Certificate(certificatePem)
    for (const host of ['mx.alfa.example', 'localhost']) expect(judged.checkHost(host)).toBe(host)
    expect(judged.checkHost('mx.beta.example')).toBeUndefined()
    for (const ip of ['127.0.0.1', '::1']) expect(judged.checkIP(ip)).toBe(ip)
  })

  it('issues certificates that have expired, for tests', async () => {
    const notAfter = Date.now() - DAY
    const pair = await authority.issueProviderCertificate({
      ...input,
      algorithm: 'p256',
      notBefore: notAfter - DAY,
      notAfter,
    })
    expect(only(pair.certificatePem).notAfter).toBe(notAfter - (notAfter % 1_000))
  })

  it('is reopened from its files, and goes on issuing under the same name and key', async () => {
    const { keyPem, certificatePem } = authority
    const again = await openAuthority({ keyPem, certificatePem, crlUrl })
    const pair = await again.issueProviderCertificate({ ...input, algorithm: 'p256' })
    const judged = new X509Certificate(pair.certificatePem)
    expect(judged.verify(new X509Certificate(certificatePem).publicKey)).toBe(true)
    const crl = parseCrl(again.makeCrl())
    expect(crl).toMatchObject({ kind: 'crl', aki: authority.certificate.ski })
  })

  it('is not opened with the key of another', async () => {
    const other = await makeAuthority({ crlUrl, name: 'Altra' })
    const { certificatePem } = authority
    await expect(openAuthority({ keyPem: other.keyPem, certificatePem, crlUrl })).rejects.toThrow('differ')
  })
})
