// Prepares the sandbox's folder: its authority, keys and certificates, and the environment of each provider.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { newMasterKeyLine } from '../adapters/vault.ts'
import { newVapidKey } from '../adapters/webPush.ts'
import { makeAuthority, openAuthority, type SandboxAuthority } from './authority.ts'
import {
  DIRECTORY_PORT,
  DIRECTORY_SIGNER,
  deskAddressOf,
  helpAddressOf,
  hostnameOf,
  papersAddressOf,
  SANDBOX,
  SANDBOX_PASSWORD,
  type SandboxProvider,
  sellerOf,
  serviceAddressOf,
  serviceMailboxOf,
} from './contract.ts'

export type SandboxOptions = {
  /** Folder of the data, absolute. */
  readonly dataDir: string
  /** Added to every port of the contract, so that more than one sandbox can run. */
  readonly portOffset: number
  /** Extra accounts user1…userN of each provider, for load. */
  readonly users: number
  readonly algorithm: 'rsa' | 'p256'
  /** Raises the limits of size for load. */
  readonly maxMessageBytes?: number | undefined
  /** Settings that are passed on to the providers as they are: what is asked of sign-ins, to be tried out. */
  readonly passedOn?: Readonly<Record<string, string>>
}

const PASSED_ON = ['CERALACCA_SECOND_FACTOR_FROM', 'CERALACCA_APP_PASSWORD_MONTHS'] as const

/** Reads the sandbox's own few settings. */
export const readSandboxOptions = (env: Readonly<Record<string, string | undefined>>, cwd: string): SandboxOptions => ({
  dataDir: resolve(cwd, env.CERALACCA_DATA ?? 'data'),
  portOffset: Number(env.CERALACCA_PORT_OFFSET ?? 0),
  users: Number(env.CERALACCA_SANDBOX_USERS ?? 0),
  algorithm: env.CERALACCA_SANDBOX_ALGORITHM === 'p256' ? 'p256' : 'rsa',
  maxMessageBytes: env.CERALACCA_SANDBOX_MAX_MESSAGE_BYTES
    ? Number(env.CERALACCA_SANDBOX_MAX_MESSAGE_BYTES)
    : undefined,
  passedOn: Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
})

export type SandboxAccount = { readonly address: string; readonly password: string }

export type PreparedProvider = {
  readonly provider: SandboxProvider
  /** What `serve` reads; DATABASE_URL is added when the database runs. */
  readonly env: Readonly<Record<string, string>>
  readonly accounts: readonly SandboxAccount[]
}

export type PreparedSandbox = {
  readonly authority: SandboxAuthority
  readonly providers: readonly PreparedProvider[]
  /** Files of the directory service: its TLS pair and its signing pair, PEM. */
  readonly directory: { readonly tls: KeyFiles; readonly signing: KeyFiles; readonly port: number }
  readonly caFile: string
}

type KeyFiles = { readonly key: string; readonly certificate: string }

/** Writes a file whole or not at all, readable by its owner only. */
const writePrivate = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/** The pair of files, made once. */
const keep = async (
  folder: string,
  name: string,
  make: () => Promise<{ keyPem: string; certificatePem: string }>,
): Promise<KeyFiles> => {
  const files = { key: join(folder, `${name}.key.pem`), certificate: join(folder, `${name}.pem`) }
  if (!existsSync(files.key) || !existsSync(files.certificate)) {
    const made = await make()
    await writePrivate(files.certificate, made.certificatePem)
    await writePrivate(files.key, made.keyPem)
  }
  return files
}

/** Makes what is missing in the sandbox's folder; what is there stays. */
export const prepareSandbox = async (options: SandboxOptions): Promise<PreparedSandbox> => {
  const keys = join(options.dataDir, 'keys')
  await mkdir(keys, { recursive: true })
  const caFile = join(options.dataDir, 'ca.pem')
  const caKeyFile = join(keys, 'ca.key.pem')
  const port = (contract: number): number => contract + options.portOffset
  const crlUrl = `https://localhost:${port(DIRECTORY_PORT)}/ca.crl`
  if (!existsSync(caFile) || !existsSync(caKeyFile)) {
    const made = await makeAuthority({ crlUrl })
    await writePrivate(caKeyFile, made.keyPem)
    await writePrivate(caFile, made.certificatePem)
  }
  const authority = await openAuthority({
    keyPem: await readFile(caKeyFile, 'utf8'),
    certificatePem: await readFile(caFile, 'utf8'),
    crlUrl,
  })
  const serverPair = (name: string, names: readonly string[]) =>
    keep(keys, name, () =>
      authority.issueServerCertificate({ names: [...names, 'localhost'], ips: ['127.0.0.1', '::1'] }),
    )
  const directory = {
    tls: await serverPair('directory-tls', ['igpec.example']),
    signing: await keep(keys, 'directory', () =>
      authority.issueProviderCertificate({
        providerName: 'Indice dei gestori',
        serviceAddress: DIRECTORY_SIGNER,
        algorithm: 'rsa',
      }),
    ),
    port: port(DIRECTORY_PORT),
  }
  const providers: PreparedProvider[] = []
  const routes = Object.fromEntries(
    SANDBOX.map((one) => [
      one.domain,
      [{ host: '127.0.0.1', port: port(one.ports.incoming), tlsName: hostnameOf(one) }],
    ]),
  )
  for (const provider of SANDBOX) {
    const signing = await keep(keys, `${provider.key}-${options.algorithm}`, () =>
      authority.issueProviderCertificate({
        providerName: provider.name,
        serviceAddress: serviceAddressOf(provider),
        algorithm: options.algorithm,
      }),
    )
    const tls = await serverPair(`${provider.key}-tls`, [hostnameOf(provider)])
    const documentKeys = join(keys, `${provider.key}-documents.keys`)
    if (!existsSync(documentKeys)) await writePrivate(documentKeys, newMasterKeyLine('sandbox'))
    const vapidKey = join(keys, `${provider.key}-vapid.key.pem`)
    if (!existsSync(vapidKey)) await writePrivate(vapidKey, newVapidKey())
    const sellerFile = join(options.dataDir, `${provider.key}-seller.json`)
    await writePrivate(sellerFile, JSON.stringify(sellerOf(provider), undefined, 2))
    const listen = (contract: number): string => `127.0.0.1:${port(contract)}`
    const env: Record<string, string> = {
      CERALACCA_SANDBOX: '1',
      CERALACCA_PROVIDER_NAME: provider.name,
      CERALACCA_PROVIDER_DOMAIN: provider.domain,
      CERALACCA_DOMAINS: provider.domain,
      CERALACCA_SERVICE_ADDRESS: serviceAddressOf(provider),
      CERALACCA_SERVICE_MAILBOX: serviceMailboxOf(provider),
      CERALACCA_HOSTNAME: hostnameOf(provider),
      CERALACCA_NODE: `sandbox-${provider.key}`,
      CERALACCA_BLOBS: join(options.dataDir, provider.key, 'blobs'),
      CERALACCA_SIGNING_KEY_FILE: signing.key,
      CERALACCA_SIGNING_CERTIFICATE_FILE: signing.certificate,
      CERALACCA_TLS_KEY_FILE: tls.key,
      CERALACCA_TLS_CERTIFICATE_FILE: tls.certificate,
      CERALACCA_PROVIDER_ROOTS_FILE: caFile,
      CERALACCA_DIRECTORY_ROOTS_FILE: caFile,
      CERALACCA_SERVER_ROOTS_FILE: caFile,
      CERALACCA_DIRECTORY_URL: `https://localhost:${port(DIRECTORY_PORT)}/igpec.ldif.p7m`,
      CERALACCA_DIRECTORY_SIGNER: DIRECTORY_SIGNER,
      CERALACCA_PUBLICATION_URL: `https://localhost:${port(provider.ports.publication)}/directory/provider.ldif.p7m`,
      CERALACCA_INCOMING: listen(provider.ports.incoming),
      CERALACCA_SUBMISSION_TLS: listen(provider.ports.submissionTls),
      CERALACCA_SUBMISSION_STARTTLS: listen(provider.ports.submissionStarttls),
      CERALACCA_IMAP_TLS: listen(provider.ports.imapTls),
      CERALACCA_IMAP_STARTTLS: listen(provider.ports.imapStarttls),
      CERALACCA_POP3_TLS: listen(provider.ports.pop3Tls),
      CERALACCA_POP3_STARTTLS: listen(provider.ports.pop3Starttls),
      CERALACCA_HTTP: listen(provider.ports.http),
      CERALACCA_PUBLICATION: listen(provider.ports.publication),
      // The certificates name the port they were made for; another offset moves it.
      CERALACCA_CRL_URLS: crlUrl,
      CERALACCA_SCANNER: 'eicar',
      CERALACCA_DOCUMENT_KEYS_FILE: documentKeys,
      CERALACCA_VAPID_KEY_FILE: vapidKey,
      CERALACCA_PUBLIC_URL: `http://127.0.0.1:${port(provider.ports.http)}`,
      CERALACCA_NOTICE_FROM: `${provider.name} <attivazioni@${provider.key}.example>`,
      CERALACCA_DESK_ADDRESS: deskAddressOf(provider),
      CERALACCA_PAPERS_ADDRESS: papersAddressOf(provider),
      CERALACCA_HELP_ADDRESS: helpAddressOf(provider),
      CERALACCA_HELP_PHONE: '800 000 000',
      CERALACCA_HELP_HOURS: 'lunedì – venerdì, 8:30 – 18:00',
      CERALACCA_SELLER_FILE: sellerFile,
      CERALACCA_ROUTES: JSON.stringify(routes),
      ...options.passedOn,
    }
    if (options.maxMessageBytes) {
      env.CERALACCA_MAX_MESSAGE_BYTES = String(options.maxMessageBytes)
      env.CERALACCA_MAX_SIZE_TIMES_RECIPIENTS = String(options.maxMessageBytes * 50)
    }
    const locals = [...provider.accounts, ...Array.from({ length: options.users }, (_, i) => `user${i + 1}`)]
    const accounts = locals.map((local) => ({ address: `${local}@${provider.domain}`, password: SANDBOX_PASSWORD }))
    providers.push({ provider, env, accounts })
  }
  return { authority, providers, directory, caFile }
}
