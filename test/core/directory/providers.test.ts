// The providers' directory (RFC 6109 §4.5): read from LDIF, looked up, printed.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  makeDirectory,
  type ProviderRecord,
  parseDirectory,
  printDirectory,
} from '../../../src/core/directory/providers.ts'
import { providerRecord } from './make.ts'

const samples = new URL('../../../spec/samples/', import.meta.url)
const sample = readFileSync(new URL('igpec.ldif', samples))
const good = (directory: ReturnType<typeof parseDirectory>) => {
  if (directory.kind === 'problems') throw new Error(directory.problems.join('; '))
  return directory
}
const problems = (directory: ReturnType<typeof parseDirectory>) =>
  directory.kind === 'problems' ? directory.problems.join('\n') : 'none'

describe('the sample index', () => {
  const directory = good(parseDirectory(sample))

  it('has two providers', () => {
    expect(directory.url).toBe('https://igpec.test.example/igpec.ldif.p7m')
    expect(directory.records).toMatchObject([
      {
        name: 'Gestore A S.p.A.',
        unit: undefined,
        certificateHashes: ['D6281E00705D3708E9CE3BB34471E2087B1FEA57'],
        serviceMailbox: 'prese-in-carico@gestore-a.example',
        managedDomains: ['pec.ordine-a.example', 'gestore-a.example'],
        ldifUrl: 'https://gestore-a.example/gestore.ldif.p7m',
        description: 'gestore di prova',
      },
      { name: 'Gestore B S.r.l.', managedDomains: ['pec.gestore-b.example'] },
    ])
  })

  it('finds providers by domain, whatever the case (RFC 6109 §4.5.5)', () => {
    expect(directory.providerOfDomain('PEC.Gestore-B.example')?.name).toBe('Gestore B S.r.l.')
    expect(directory.providerOfDomain('posta.example')).toBeUndefined()
    expect(directory.isCertified('Pec.Ordine-A.Example')).toBe(true)
    expect(directory.isCertified('sub.pec.ordine-a.example')).toBe(false)
    expect(directory.isCertified('')).toBe(false)
  })

  it('finds providers by certificate, whatever the case (RFC 6109 §4.5.1)', () => {
    const sha1 = '16420844f10e422d099831e8ce5ffe424bd10e4c'
    expect(directory.providerOfCertificate(sha1)?.name).toBe('Gestore B S.r.l.')
    expect(directory.providerOfCertificate(sha1.toUpperCase())?.name).toBe('Gestore B S.r.l.')
    expect(directory.providerOfCertificate('00')).toBeUndefined()
  })

  it("knows the providers' own domains, certified or not", () => {
    expect(directory.isOfProvider('Gestore-B.example')).toBe(true)
    expect(directory.isCertified('gestore-b.example')).toBe(false)
    expect(directory.isOfProvider('posta.example')).toBe(false)
  })

  it('is printed and read again', () => {
    const { records, url } = directory
    const again = good(parseDirectory(printDirectory(records, { url })))
    expect(again.records).toEqual(records)
    expect(again.url).toBe(url)
  })
})

const alfa = providerRecord('Gestore Alfa, S.p.A. "pec"', 'pec.alfa.example')
const beta = providerRecord('Gestore Beta', 'pec.beta.example')
const text = (records: readonly ProviderRecord[]) => Buffer.from(printDirectory(records)).toString()
const changed = (from: string | RegExp, to: string, records = [alfa, beta]) => {
  const before = text(records)
  const after = before.replace(from, to)
  expect(after).not.toBe(before)
  return parseDirectory(Buffer.from(after))
}

describe('a record', () => {
  it('may hold two certificates while one is renewed (RFC 6109 §4.5)', () => {
    const next = providerRecord('Gestore Beta', 'pec.beta.example')
    const both = {
      ...beta,
      certificates: [...beta.certificates, ...next.certificates],
      certificateHashes: [...beta.certificateHashes, ...next.certificateHashes],
    }
    const directory = good(parseDirectory(printDirectory([alfa, both])))
    for (const sha1 of both.certificateHashes) expect(directory.providerOfCertificate(sha1)?.name).toBe('Gestore Beta')
  })

  it('may have a secondary environment, written as in the text or as in the slip (RFC 6109 §4.5.7)', () => {
    const unit = { ...providerRecord('Gestore Beta', 'sec.beta.example'), unit: 'Sede 2', ldifUrl: undefined }
    const directory = good(parseDirectory(printDirectory([unit, beta])))
    expect(directory.providerOfDomain('sec.beta.example')).toMatchObject({ unit: 'Sede 2' })
    expect(changed('dn: providerUnit=', 'dn: providerUnits=', [beta, unit]).kind).toBe('directory')
    expect(problems(parseDirectory(printDirectory([unit])))).toContain('without the main one')
    expect(problems(parseDirectory(printDirectory([beta, { ...unit, ldifUrl: 'https://x.example/a' }])))).toContain(
      'LDIFLocationURL',
    )
  })

  it('is read whatever the case of names and hashes', () => {
    expect(changed(/providerCertificateHash: (\w+)/g, 'PROVIDERCERTIFICATEHASH: $1').kind).toBe('directory')
    const lower = text([beta]).replace(/Hash: (\w+)/, (_, sha1: string) => `Hash: ${sha1.toLowerCase()}`)
    expect(good(parseDirectory(Buffer.from(lower))).records[0]!.certificateHashes).toEqual(beta.certificateHashes)
    const shouted = { ...beta, managedDomains: ['PEC.Beta.Example', 'pec.beta.example'] }
    expect(good(parseDirectory(Buffer.from(text([shouted])))).records[0]!.managedDomains).toEqual(['pec.beta.example'])
  })

  it.each([
    [
      'a hash of no certificate',
      /providerCertificateHash: \w\w/,
      'providerCertificateHash: ZZ',
      'is of no certificate',
    ],
    ['no hash', /providerCertificateHash: \w+\n/, '', 'has no hash'],
    ['no mailReceipt', /mailReceipt: .*\n/, '', 'mailReceipt'],
    ['two mailReceipts', /mailReceipt: .*\n/, 'mailReceipt: a@b.example\nmailReceipt: c@d.example\n', 'more than once'],
    ['a mailReceipt that is no address', /mailReceipt: .*\n/, 'mailReceipt: <a@b.example>\n', 'mailReceipt'],
    ['no domain', /managedDomains: .*\n/, '', 'no managed domain'],
    ['a domain that is none', /managedDomains: .*\n/, 'managedDomains: *.example\n', 'not a domain'],
    ['a domain of the top', /managedDomains: .*\n/, 'managedDomains: it\n', 'not a domain'],
    ['another name than its dn', /providerName: .*\n/, 'providerName: Altro\n', 'dn'],
    ['another root', /o=postacert/, 'o=altro', 'not under o=postacert'],
    ['another class', 'objectClass: provider', 'objectClass: person', 'class'],
    ['a URL that is none', /LDIFLocationURL: .*\n/, 'LDIFLocationURL: javascript:1\n', 'URL'],
    [
      'a certificate that is none',
      /providerCertificate;binary:: [^:]*\n(?=mail)/,
      'providerCertificate;binary:: MAA=\n',
      'certificate',
    ],
  ])('is refused with %s', (_, from, to, expected) => {
    expect(problems(changed(from, to, [beta]))).toContain(expected)
  })
})

describe('two providers', () => {
  it('cannot claim the same domain, whatever the case', () => {
    const thief = { ...beta, managedDomains: ['pec.beta.example', 'PEC.ALFA.example'.toLowerCase()] }
    expect(problems(makeDirectory([alfa, thief]))).toContain('domain pec.alfa.example')
  })

  it('cannot claim the same certificate', () => {
    const { certificates, certificateHashes } = alfa
    expect(problems(makeDirectory([alfa, { ...beta, certificates, certificateHashes }]))).toContain('certificate')
  })

  it('cannot have the same name', () => {
    expect(problems(makeDirectory([beta, { ...alfa, name: 'GESTORE  beta' }]))).toContain('twice')
  })
})
