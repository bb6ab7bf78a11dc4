// The environment's schema, and its only reader: what a provider needs to run, and what is missing where it does not.
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { AccountPolicy } from './core/identity/accountPolicy.ts'
import { MINUTE } from './core/lib/instant.ts'
import { addressKey, parseAddrSpec } from './core/mail/address.ts'
import type { ProviderIdentity } from './core/pec/model.ts'
import { readOffice } from './officeConfig.ts'
import { ROLES, type Role, SETTINGS, type Setting } from './settings.ts'
import { parseClamdAddress } from './shell/adapters/clamd.ts'
import type { RelayOptions } from './shell/adapters/relay.ts'
import type { ScannerChoice } from './shell/adapters/scanner.ts'
import { type MasterKey, parseMasterKeys } from './shell/adapters/vault.ts'
import type { Retention } from './shell/documents/retention.ts'
import type { Seller } from './shell/office.ts'

export { ROLES, type Role, SETTINGS }

export type Listen = { readonly host: string; readonly port: number }
export type KeyPair = { readonly key: string; readonly certificate: string }

export type Config = {
  readonly node: string
  readonly roles: ReadonlySet<Role>
  readonly provider: ProviderIdentity
  readonly domains: readonly string[]
  /** Name that the mail servers give themselves and that their certificate carries. */
  readonly hostname: string
  readonly databaseUrl: string
  readonly blobs: string
  /** PEM. `next` is the certificate published ahead of a renewal. */
  readonly signing: KeyPair & { readonly chain: string; readonly next?: string | undefined }
  readonly tls: KeyPair
  /** PEM bundles: who may certify providers, who may sign the directory, who may certify servers. */
  readonly roots: { readonly providers: string; readonly directory: string; readonly servers: string }
  readonly directoryUrl: string
  /** rfc822Name of who signs the directory. */
  readonly directorySigner: string
  /** What the directory's server is shown. */
  readonly directoryClient?: KeyPair | undefined
  readonly publicationUrl: string
  readonly requireCrl: boolean
  readonly crlUrls: 'fromCertificates' | readonly string[]
  readonly listen: {
    readonly incoming?: Listen | undefined
    readonly submissionTls?: Listen | undefined
    readonly submissionStarttls?: Listen | undefined
    readonly imapTls?: Listen | undefined
    readonly imapStarttls?: Listen | undefined
    readonly pop3Tls?: Listen | undefined
    readonly pop3Starttls?: Listen | undefined
    readonly http?: Listen | undefined
    readonly publication?: Listen | undefined
  }
  readonly scanner: ScannerChoice
  /** Master keys of the vault for documents, the newest last; none without an office. */
  readonly documentKeys: readonly MasterKey[]
  /** What the office needs (register, enrolment, invoices); undefined where this provider keeps none here. */
  readonly office?: OfficeConfig | undefined
  readonly limits: {
    readonly maxMessageBytes: number
    readonly maxSizeTimesRecipients: number
    readonly maxRecipients: number
  }
  /** Static routes by domain instead of DNS; only where certified mail runs in a closed network. */
  readonly routes?: Readonly<Record<string, readonly { host: string; port: number; tlsName?: string }[]>> | undefined
  readonly sandbox: boolean
  readonly refreshMs: { readonly directory: number; readonly crl: number }
}

export type OfficeConfig = {
  readonly publicUrl: string
  readonly noticeFrom: string
  readonly deskAddress: string
  readonly papersAddress?: string | undefined
  readonly helpAddress?: string | undefined
  /** The provider's own help desk. */
  readonly helpDesk?: { readonly phone: string; readonly hours?: string | undefined } | undefined
  readonly seller: Seller
  readonly reviewDays: number
  readonly accountPolicy: AccountPolicy
  readonly retention: Retention
  /** Undefined in the sandbox, where ordinary mail is captured. */
  readonly relay?: RelayOptions | undefined
  /** PEM of the key by which push services know this provider; without it no alerts are shown on devices. */
  readonly vapidKey?: string | undefined
}

/** What stops the program from starting: every missing or wrong setting, each with what it is for. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `Configurazione incompleta: il programma non parte. Incomplete configuration, not starting:\n${problems
        .map((problem) => `  - ${problem}`)
        .join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

const MEBIBYTE = 1024 * 1024

/** Reads a provider's configuration. Throws ConfigError naming everything that is missing or wrong. */
export const readConfig = (env: Environment): Config => {
  const problems: string[] = []
  const text = (name: Setting): string => env[name]?.trim() ?? ''
  for (const [name, setting] of Object.entries(SETTINGS)) {
    if (setting.required && !env[name]?.trim()) problems.push(`${name}: manca / missing: ${setting.about}`)
  }
  const file = (name: Setting): string => {
    if (!text(name)) return ''
    try {
      return readFileSync(text(name), 'utf8')
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`)
      return ''
    }
  }
  const number = (name: Setting, fallback: number, least: number): number => {
    if (!text(name)) return fallback
    const value = Number(text(name))
    if (Number.isSafeInteger(value) && value >= least) return value
    problems.push(`${name}: must be a whole number from ${least}`)
    return fallback
  }
  const listen = (name: Setting): Listen | undefined => {
    if (!text(name)) return undefined
    const found = /^(.+):(\d{1,5})$/.exec(text(name))
    if (found && Number(found[2]) < 65_536) return { host: found[1]!.replace(/^\[|\]$/g, ''), port: Number(found[2]) }
    problems.push(`${name}: must be host:port`)
    return undefined
  }
  const address = (name: Setting): string => {
    if (text(name) && !parseAddrSpec(text(name))) problems.push(`${name}: is not an address`)
    return addressKey(text(name))
  }
  const list = (name: Setting): readonly string[] =>
    text(name)
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')

  /** RFC 6109 §4.5, §5.6: the directory travels over HTTPS only. */
  const httpsUrl = (name: Setting): string => {
    if (text(name) && !/^https:\/\/[^\s/]/i.test(text(name))) problems.push(`${name}: must be an https URL`)
    return text(name)
  }

  const sandbox = text('CERALACCA_SANDBOX') === '1'
  const client = {
    key: file('CERALACCA_DIRECTORY_CLIENT_KEY_FILE'),
    certificate: file('CERALACCA_DIRECTORY_CLIENT_CERTIFICATE_FILE'),
  }
  if ((client.key === '') !== (client.certificate === '')) {
    problems.push('CERALACCA_DIRECTORY_CLIENT_*_FILE: key and certificate go together')
  }
  const roles = readRoles(text('CERALACCA_ROLES'), problems)
  const config: Config = {
    node: text('CERALACCA_NODE') || hostname(),
    roles,
    provider: {
      name: text('CERALACCA_PROVIDER_NAME'),
      domain: text('CERALACCA_PROVIDER_DOMAIN').toLowerCase(),
      serviceAddress: address('CERALACCA_SERVICE_ADDRESS'),
      serviceMailbox: address('CERALACCA_SERVICE_MAILBOX'),
    },
    domains: list('CERALACCA_DOMAINS').map((domain) => domain.toLowerCase()),
    hostname: text('CERALACCA_HOSTNAME'),
    databaseUrl: text('DATABASE_URL'),
    blobs: text('CERALACCA_BLOBS'),
    signing: {
      key: file('CERALACCA_SIGNING_KEY_FILE'),
      certificate: file('CERALACCA_SIGNING_CERTIFICATE_FILE'),
      chain: file('CERALACCA_SIGNING_CHAIN_FILE'),
      next: file('CERALACCA_NEXT_CERTIFICATE_FILE') || undefined,
    },
    tls: { key: file('CERALACCA_TLS_KEY_FILE'), certificate: file('CERALACCA_TLS_CERTIFICATE_FILE') },
    roots: {
      providers: file('CERALACCA_PROVIDER_ROOTS_FILE'),
      directory: file('CERALACCA_DIRECTORY_ROOTS_FILE'),
      servers: file('CERALACCA_SERVER_ROOTS_FILE'),
    },
    directoryUrl: httpsUrl('CERALACCA_DIRECTORY_URL'),
    directoryClient: client.key === '' ? undefined : client,
    directorySigner: address('CERALACCA_DIRECTORY_SIGNER'),
    publicationUrl: httpsUrl('CERALACCA_PUBLICATION_URL'),
    requireCrl: text('CERALACCA_REQUIRE_CRL') !== 'no',
    crlUrls: text('CERALACCA_CRL_URLS') ? list('CERALACCA_CRL_URLS') : 'fromCertificates',
    listen: {
      incoming: listen('CERALACCA_INCOMING'),
      submissionTls: listen('CERALACCA_SUBMISSION_TLS'),
      submissionStarttls: listen('CERALACCA_SUBMISSION_STARTTLS'),
      imapTls: listen('CERALACCA_IMAP_TLS'),
      imapStarttls: listen('CERALACCA_IMAP_STARTTLS'),
      pop3Tls: listen('CERALACCA_POP3_TLS'),
      pop3Starttls: listen('CERALACCA_POP3_STARTTLS'),
      http: listen('CERALACCA_HTTP'),
      publication: listen('CERALACCA_PUBLICATION'),
    },
    scanner: readScanner(text('CERALACCA_SCANNER'), sandbox, problems),
    documentKeys: readDocumentKeys(
      file('CERALACCA_DOCUMENT_KEYS_FILE'),
      text('CERALACCA_DOCUMENT_KEYS_FILE') !== '',
      text('CERALACCA_PUBLIC_URL') !== '',
      problems,
    ),
    office: readOffice({ text, file, number, address, sandbox }, problems),
    limits: {
      maxMessageBytes: number('CERALACCA_MAX_MESSAGE_BYTES', 100 * MEBIBYTE, 1),
      // DM 2 November 2005 art. 12: at least 50 recipients, and size × recipients up to 30 MB
      maxSizeTimesRecipients: number('CERALACCA_MAX_SIZE_TIMES_RECIPIENTS', 30 * MEBIBYTE, 30_000_000),
      maxRecipients: number('CERALACCA_MAX_RECIPIENTS', 500, 50),
    },
    routes: readRoutes(text('CERALACCA_ROUTES'), problems),
    sandbox,
    refreshMs: sandbox
      ? { directory: 10 * MINUTE, crl: 10 * MINUTE }
      : { directory: 24 * 60 * MINUTE, crl: 60 * MINUTE },
  }
  problems.push(...missingListeners(config))
  // RFC 6109 §5.3: passwords and messages of users never travel in clear
  const { http } = config.listen
  if (http && !LOOPBACK.test(http.host) && text('CERALACCA_HTTP_BEHIND_TLS') !== 'yes') {
    problems.push('CERALACCA_HTTP: in plain beyond loopback; put TLS in front and say CERALACCA_HTTP_BEHIND_TLS=yes')
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i

const readScanner = (text: string, sandbox: boolean, problems: string[]): ScannerChoice => {
  if (sandbox && text === 'eicar') return { kind: 'eicarOnly' }
  const address = parseClamdAddress(text)
  if (address) return { kind: 'clamd', address }
  if (text) {
    problems.push('CERALACCA_SCANNER: must be unix:/path or tcp:host:port of clamd (eicar serves the sandbox only)')
  }
  return { kind: 'eicarOnly' }
}

/** The office keeps identity documents: never unencrypted. */
const readDocumentKeys = (
  text: string,
  given: boolean,
  isNeeded: boolean,
  problems: string[],
): readonly MasterKey[] => {
  const name = 'CERALACCA_DOCUMENT_KEYS_FILE'
  if (!given) {
    if (isNeeded) problems.push(`${name}: manca / missing, and CERALACCA_PUBLIC_URL needs it`)
    return []
  }
  const keys = parseMasterKeys(text)
  if (!('problem' in keys)) return keys
  if (text !== '') problems.push(`${name}: ${keys.problem}`)
  return []
}

const readRoles = (text: string, problems: string[]): ReadonlySet<Role> => {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  if (names.length === 0 || names.includes('all')) return new Set(ROLES)
  const wrong = names.filter((name) => !(ROLES as readonly string[]).includes(name))
  if (wrong.length > 0) problems.push(`CERALACCA_ROLES: unknown ${wrong.join(' ')}`)
  return new Set(ROLES.filter((role) => names.includes(role)))
}

const readRoutes = (text: string, problems: string[]): Config['routes'] => {
  if (!text) return undefined
  try {
    const routes: unknown = JSON.parse(text)
    if (isObject(routes) && Object.values(routes).every((hosts) => Array.isArray(hosts) && hosts.every(isRoute))) {
      return routes as Config['routes']
    }
    problems.push('CERALACCA_ROUTES: must be {"domain": [{"host": "…", "port": 25, "tlsName": "…"}]}')
  } catch {
    problems.push('CERALACCA_ROUTES: is not JSON')
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isRoute = (value: unknown): boolean => {
  if (!isObject(value)) return false
  const { host, port, tlsName = '' } = value
  const isPort = Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536
  return typeof host === 'string' && host !== '' && isPort && typeof tlsName === 'string'
}

/** A role without a port to serve on is a mistake of the configuration. */
const missingListeners = ({ roles, listen }: Config): readonly string[] => {
  const missing: string[] = []
  if (roles.has('incoming') && !listen.incoming) missing.push('CERALACCA_INCOMING: the role incoming has no port')
  for (const role of ['submission', 'imap', 'pop3'] as const) {
    const name = `CERALACCA_${role.toUpperCase()}`
    if (roles.has(role) && !listen[`${role}Tls`] && !listen[`${role}Starttls`]) {
      missing.push(`${name}_TLS or ${name}_STARTTLS: the role ${role} has no port`)
    }
  }
  if (roles.has('http') && !listen.http) missing.push('CERALACCA_HTTP: the role http has no port')
  return missing
}
