// The layout of the example files of RFC 6109 §4.5.10, with certificates of our own: how others write their LDIF.
import { describe, expect, it } from 'vitest'
import { parseDirectory, printDirectory } from '../../../src/core/directory/providers.ts'
import { sha1Fingerprint } from '../../../src/core/smime/certificate.ts'
import { providerKey, providerRecord } from './make.ts'

const key = providerKey('Gestore Alfa S.p.A.', 'pec.alfa.example')
const hash = sha1Fingerprint(key.certificate.der)
/** Values on lines of their own below the name, as the examples have them. */
const certificate = Buffer.from(key.certificate.der)
  .toString('base64')
  .replace(/.{1,58}/g, ' $&\n')
const example = `dn: o=postacert
objectclass: top
objectclass: organization
objectClass: LDIFLocationURLObject
o: postacert
LDIFLocationURL: https://igpec.example/igpec.ldif.p7m
description: Base root

dn: providerName=Gestore Alfa S.p.A.,o=postacert
objectclass: top
objectclass: provider
providerName: Gestore Alfa S.p.A.

providerCertificateHash:
 ${hash}
providerCertificate;binary::
${certificate}mailReceipt: ricevute@alfa.example
LDIFLocationURL: http://alfa.example/alfa.ldif.p7m
managedDomains: pec.alfa.example
managedDomains: cert.ditta.example

dn: providerUnit=Sede secondaria, providerName=Gestore Alfa
  S.p.A.,o=postacert
objectclass: top
objectclass: provider
providerName: Gestore Alfa S.p.A.
providerUnit: Sede secondaria
providerCertificateHash:
 ${hash.toLowerCase()}
providerCertificate;binary::
${certificate}mailReceipt: ricevute@sede.alfa.example
managedDomains: sede.alfa.example
`.replace('S.p.A.\n\nprovider', 'S.p.A.\nprovider')

describe('RFC 6109 §4.5.10 a directory', () => {
  const directory = parseDirectory(Buffer.from(example))
  it('is read as the examples are written: base root, main and secondary environment', () => {
    if (directory.kind === 'problems') throw new Error(directory.problems.join('; '))
    expect(directory.url).toBe('https://igpec.example/igpec.ldif.p7m')
    expect(directory.records).toMatchObject([
      {
        name: 'Gestore Alfa S.p.A.',
        unit: undefined,
        certificateHashes: [hash],
        serviceMailbox: 'ricevute@alfa.example',
      },
      {
        name: 'Gestore Alfa S.p.A.',
        unit: 'Sede secondaria',
        managedDomains: ['sede.alfa.example'],
        ldifUrl: undefined,
      },
    ])
    expect(directory.providerOfDomain('CERT.ditta.example')?.unit).toBeUndefined()
  })

  it('is written in the classes of the scheme', () => {
    const url = 'https://igpec.example/igpec.ldif.p7m'
    const text = Buffer.from(
      printDirectory([providerRecord('Gestore Alfa', 'pec.alfa.example', [key])], { url }),
    ).toString()
    const [, base, record] = text.split('\n\n')
    expect(base).toContain('objectClass: LDIFLocationURLObject\n')
    expect(base).toContain(`LDIFLocationURL: ${url}`)
    expect(record).toContain('objectClass: provider\n')
    for (const name of [
      'providerName',
      'providerCertificateHash',
      'providerCertificate;binary:',
      'mailReceipt',
      'managedDomains',
    ]) {
      expect(record).toMatch(new RegExp(`^${name}: `, 'm'))
    }
  })
})
