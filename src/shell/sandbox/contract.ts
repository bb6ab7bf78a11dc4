// The sandbox's contract: two providers, their ports and accounts. People script against it: nothing here changes.

export type SandboxProvider = {
  readonly key: 'alfa' | 'beta'
  readonly name: string
  readonly domain: string
  readonly ports: {
    readonly incoming: number
    readonly submissionTls: number
    readonly submissionStarttls: number
    readonly imapTls: number
    readonly imapStarttls: number
    readonly pop3Tls: number
    readonly pop3Starttls: number
    readonly http: number
    readonly publication: number
  }
  /** Local parts; the domain is the provider's. */
  readonly accounts: readonly string[]
}

/** Password of every account of the sandbox; nothing outside the sandbox has a default. */
export const SANDBOX_PASSWORD = 'Sandbox2026'

/** HTTPS port of the sandbox's directory service. */
export const DIRECTORY_PORT = 7443

/** Address in the certificate that signs the sandbox's directory. */
export const DIRECTORY_SIGNER = 'indice@igpec.example'

export const SANDBOX: readonly SandboxProvider[] = [
  {
    key: 'alfa',
    name: 'Gestore Alfa',
    domain: 'pec.alfa.example',
    ports: {
      incoming: 1025,
      submissionTls: 1465,
      submissionStarttls: 1587,
      imapTls: 1993,
      imapStarttls: 1143,
      pop3Tls: 1995,
      pop3Starttls: 1110,
      http: 8080,
      publication: 8443,
    },
    accounts: ['mario.rossi', 'anna.bianchi', 'luca.verdi'],
  },
  {
    key: 'beta',
    name: 'Gestore Beta',
    domain: 'pec.beta.example',
    ports: {
      incoming: 2025,
      submissionTls: 2465,
      submissionStarttls: 2587,
      imapTls: 2993,
      imapStarttls: 2143,
      pop3Tls: 2995,
      pop3Starttls: 2110,
      http: 9080,
      publication: 9443,
    },
    accounts: ['giulia.neri', 'paolo.gallo'],
  },
]

/** The provider that has an Order, with its register and convention. */
export const OFFICE_PROVIDER: SandboxProvider['key'] = 'alfa'

/** Service mailbox of a provider of the sandbox (`mailReceipt`). */
export const serviceMailboxOf = (provider: SandboxProvider): string => `ricevute@${provider.domain}`

/** From of all that a provider of the sandbox signs. */
export const serviceAddressOf = (provider: SandboxProvider): string => `posta-certificata@${provider.domain}`

/** Name on the TLS certificate of a provider's servers. */
export const hostnameOf = (provider: SandboxProvider): string => `mx.${provider.domain}`

/** Certified mailbox from which a provider of the sandbox writes to its holders. */
export const deskAddressOf = (provider: SandboxProvider): string => `assistenza@${provider.domain}`

/** Mailbox of a provider of the sandbox to which papers and faxes are sent. */
export const papersAddressOf = (provider: SandboxProvider): string => `documenti@${provider.domain}`

/** Mailbox of a provider of the sandbox to which answers to the help desk come. */
export const helpAddressOf = (provider: SandboxProvider): string => `aiuto@${provider.domain}`

/** A provider of the sandbox as it stands on its invoices: invented, with check digits that are right. */
export const sellerOf = (provider: SandboxProvider) => ({
  name: `${provider.name} S.r.l.`,
  vatNumber: provider.key === 'alfa' ? '01234560017' : '09876540015',
  fiscalCode: provider.key === 'alfa' ? '01234560017' : '09876540015',
  taxRegime: 'RF01',
  address: { street: 'Via della Ceralacca 1', postcode: '10100', town: 'Torino', province: 'TO' },
  iban: 'IT60X0542811101000000123456',
  phone: '800 000 000',
  email: `amministrazione@${provider.key}.example`,
})
