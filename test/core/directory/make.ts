// Providers made for the tests of the directory.
import type { ProviderRecord } from '../../../src/core/directory/providers.ts'
import { sha1Fingerprint } from '../../../src/core/smime/certificate.ts'
import { extensions } from '../../../src/shell/sandbox/x509.ts'
import { type Made, mailExtensions, make, makeRoot } from '../smime/make.ts'

export const root = makeRoot('Autorità')

/** A signing certificate of a provider, after the profile. */
export const providerKey = (name: string, domain: string): Made =>
  make(name, {
    issuer: root,
    own: [...mailExtensions(`posta-certificata@${domain}`), extensions.extendedKeyUsage('1.3.6.1.5.5.7.3.4')],
  })

/** A record with a new certificate, or with those given. */
export const providerRecord = (name: string, domain: string, keys = [providerKey(name, domain)]): ProviderRecord => ({
  name,
  unit: undefined,
  certificates: keys.map((one) => one.certificate),
  certificateHashes: keys.map((one) => sha1Fingerprint(one.certificate.der)),
  serviceMailbox: `servizio@${domain}`,
  managedDomains: [domain],
  ldifUrl: `https://${domain}/provider.ldif.p7m`,
  description: undefined,
})
