// Two whole providers in the test's process: real PostgreSQL, real SMTP over TLS on loopback, one clock that the test moves.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Overrides, type RunningProvider, startProvider } from '../../../src/compose.ts'
import { readConfig } from '../../../src/config.ts'
import { printDirectory } from '../../../src/core/directory/schema.ts'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { HOUR, type Instant } from '../../../src/core/lib/instant.ts'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { rangePiece } from '../../../src/core/lib/rope.ts'
import { addressKey } from '../../../src/core/mail/address.ts'
import type { Fetcher, Resolver, Scanner, Signer } from '../../../src/core/ports.ts'
import { eicarScanner } from '../../../src/shell/adapters/eicar.ts'
import { openSigner } from '../../../src/shell/adapters/signer.ts'
import { newMasterKeyLine } from '../../../src/shell/adapters/vault.ts'
import { timestamp } from '../../../src/shell/db/pool.ts'
import { recordOf } from '../../../src/shell/directory/publish.ts'
import { signLdif } from '../../../src/shell/directory/signedLdif.ts'
import { hashPassword } from '../../../src/shell/identity/passwords.ts'
import {
  createMailbox,
  findMailboxes,
  listMessages,
  type NewMailbox,
  type StoredMessage,
} from '../../../src/shell/mailstore/mailboxes.ts'
import { makeAuthority, openAuthority, type SandboxAuthority } from '../../../src/shell/sandbox/authority.ts'
import { SANDBOX, sellerOf } from '../../../src/shell/sandbox/contract.ts'
import { silentLog } from '../../../src/shell/telemetry/log.ts'
import { testDatabase } from '../../shell/db/support.ts'
import { reservePort } from '../../support/ports.ts'

export const PASSWORD = 'Sandbox2026'
const CRL_URL = 'http://crl.example/ca.crl'
const DIRECTORY_URL = 'https://directory.example/igpec.ldif.p7m'

export type Side = 'alfa' | 'beta'

/** A scanner that the test may take down, or make blind. */
export type SwitchableScanner = Scanner & { readonly version: () => Promise<string>; down: boolean; blind: boolean }

export type TestProvider = RunningProvider & {
  readonly domain: string
  readonly ports: { readonly incoming: number; readonly submission: number }
  readonly scanner: SwitchableScanner
  /** Takes the signing key away, as a hardware module that does not answer. */
  readonly signing: { down: boolean }
  readonly mailbox: (address: string, more?: Partial<NewMailbox>) => Promise<void>
  /** Messages of a mailbox, oldest first. */
  readonly inbox: (address: string) => Promise<readonly StoredMessage[]>
  readonly bytes: (message: StoredMessage) => Promise<Uint8Array>
  /**
   * Stops and starts again over the same data, as after a restart; `changes` to its environment stay from then on,
   * `meanwhile` happens while it is down.
   */
  readonly restart: (changes?: Readonly<Record<string, string>>, meanwhile?: () => void) => Promise<void>
}

export type Pair = {
  readonly alfa: TestProvider
  readonly beta: TestProvider
  readonly authority: SandboxAuthority
  /** PEM file of the authority, for foreign judges. */
  readonly caFile: string
  readonly directory: string
  readonly clock: { now: () => Instant; advance: (ms: number) => void }
  /** Runs whatever is due at both, until nothing is. */
  readonly settle: () => Promise<void>
  /** Routes of the domains, which a test may change or remove. */
  readonly routes: Record<string, { host: string; port: number; tlsName: string }>
  /** Revoked serial numbers, in effect at the next refresh of the lists. */
  readonly revoke: (serialHex: string) => Promise<void>
  /** Publishes these certificates (PEM) as a provider's, in place of those before; both refresh their directory. */
  readonly certify: (side: Side, certificates: readonly string[]) => Promise<void>
  /** Takes the revocation lists away: refreshes fail, lists already held stay. */
  readonly lists: { down: boolean }
  /** Takes the index of providers away, or puts other bytes in its place. */
  readonly index: { down: boolean; instead: Uint8Array | undefined }
  readonly stop: () => Promise<void>
}

const switchable = (inner: Scanner): SwitchableScanner => {
  const scanner: SwitchableScanner = {
    name: inner.name,
    down: false,
    blind: false,
    version: async () => inner.name,
    scan: (bytes) => {
      if (scanner.down) throw new Fault('scanner', 'taken down by the test')
      return scanner.blind ? Promise.resolve({ kind: 'clean' }) : inner.scan(bytes)
    },
  }
  return scanner
}

/** Starts Alfa (`pec.alfa.example`) and Beta (`pec.beta.example`) with mario.rossi, anna.bianchi and giulia.neri, paolo.gallo. */
export const startPair = async (
  given: {
    readonly algorithm?: 'rsa' | 'p256'
    readonly office?: boolean
    readonly scanner?: Scanner
    /** More of Alfa's environment. */
    readonly alfa?: Readonly<Record<string, string>>
  } = {},
): Promise<Pair> => {
  const folder = await mkdtemp(join(tmpdir(), 'ceralacca-pair-'))
  // The clock starts at the real instant: certificates and TLS live by that.
  let offset = 0
  const clock = {
    now: () => Date.now() + offset,
    advance: (ms: number) => {
      offset += ms
    },
  }
  const made = await makeAuthority({ crlUrl: CRL_URL })
  const authority = await openAuthority({ ...made, crlUrl: CRL_URL })
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.certificatePem)
  const indexKeys = await authority.issueProviderCertificate({
    providerName: 'Indice',
    serviceAddress: 'indice@igpec.example',
    algorithm: 'rsa',
  })
  const indexSigner = openSigner(indexKeys)
  const revoked: { serialHex: string; at: Instant }[] = []
  const routes: Pair['routes'] = {}
  const records: ReturnType<typeof recordOf>[] = []
  const lists = { down: false }
  const index: Pair['index'] = { down: false, instead: undefined }
  const fetcher: Fetcher = {
    get: async (url) => {
      if (url === CRL_URL) {
        if (lists.down) throw new Fault('directory', 'the lists were taken away by the test')
        return authority.makeCrl(revoked, { thisUpdate: clock.now() - HOUR, nextUpdate: clock.now() + 1000 * HOUR })
      }
      if (url === DIRECTORY_URL && index.down) throw new Fault('directory', 'the index was taken away by the test')
      if (url === DIRECTORY_URL && index.instead) return index.instead
      if (url === DIRECTORY_URL) return signLdif(printDirectory(records, { url }), indexSigner, clock.now())
      throw new Fault('directory', `no such page ${url}`)
    },
  }

  const prepare = async (side: Side) => {
    const domain = `pec.${side}.example`
    const home = join(folder, side)
    await mkdir(home)
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(join(home, name), text)
      return join(home, name)
    }
    const name = side === 'alfa' ? 'Gestore Alfa' : 'Gestore Beta'
    const signing = await authority.issueProviderCertificate({
      providerName: name,
      serviceAddress: `posta-certificata@${domain}`,
      algorithm: given.algorithm ?? 'rsa',
    })
    const tls = await authority.issueServerCertificate({ names: [`mx.${domain}`, 'localhost'], ips: ['127.0.0.1'] })
    const ports = { incoming: await reservePort(), submission: await reservePort() }
    const database = await testDatabase()
    routes[domain] = { host: '127.0.0.1', port: ports.incoming, tlsName: `mx.${domain}` }
    const record = (certificates: readonly string[]) =>
      recordOf({
        name,
        serviceMailbox: `ricevute@${domain}`,
        managedDomains: [domain],
        ldifUrl: `https://${domain}/provider.ldif.p7m`,
        certificates: certificates.map(fromLatin1),
      })
    records.push(record([signing.certificatePem]))
    const env: Record<string, string> = {
      CERALACCA_SANDBOX: '1',
      CERALACCA_SCANNER: 'eicar',
      CERALACCA_DOCUMENT_KEYS_FILE: await write('documents.keys', newMasterKeyLine('test')),
      CERALACCA_PROVIDER_NAME: name,
      CERALACCA_PROVIDER_DOMAIN: domain,
      CERALACCA_DOMAINS: domain,
      CERALACCA_SERVICE_ADDRESS: `posta-certificata@${domain}`,
      CERALACCA_SERVICE_MAILBOX: `ricevute@${domain}`,
      CERALACCA_HOSTNAME: `mx.${domain}`,
      CERALACCA_BLOBS: join(home, 'blobs'),
      CERALACCA_SIGNING_KEY_FILE: await write('signing.key', signing.keyPem),
      CERALACCA_SIGNING_CERTIFICATE_FILE: await write('signing.pem', signing.certificatePem),
      CERALACCA_TLS_KEY_FILE: await write('tls.key', tls.keyPem),
      CERALACCA_TLS_CERTIFICATE_FILE: await write('tls.pem', tls.certificatePem),
      CERALACCA_PROVIDER_ROOTS_FILE: caFile,
      CERALACCA_DIRECTORY_ROOTS_FILE: caFile,
      CERALACCA_SERVER_ROOTS_FILE: caFile,
      CERALACCA_DIRECTORY_URL: DIRECTORY_URL,
      CERALACCA_DIRECTORY_SIGNER: 'indice@igpec.example',
      CERALACCA_PUBLICATION_URL: `https://${domain}/provider.ldif.p7m`,
      CERALACCA_INCOMING: `127.0.0.1:${ports.incoming}`,
      CERALACCA_SUBMISSION_TLS: `127.0.0.1:${ports.submission}`,
      CERALACCA_ROLES: 'submission incoming worker',
      DATABASE_URL: database.url,
      ...(given.office
        ? {
            CERALACCA_PUBLIC_URL: `http://${side}.example`,
            CERALACCA_NOTICE_FROM: `${name} <attivazioni@${side}.example>`,
            CERALACCA_DESK_ADDRESS: `assistenza@${domain}`,
            CERALACCA_PAPERS_ADDRESS: `documenti@${domain}`,
            CERALACCA_HELP_ADDRESS: `aiuto@${domain}`,
            CERALACCA_SELLER_FILE: await write(
              'seller.json',
              JSON.stringify(sellerOf(SANDBOX.find((one) => one.key === side)!)),
            ),
          }
        : {}),
      ...(side === 'alfa' ? given.alfa : {}),
    }
    const certify = (certificates: readonly string[]): void => {
      records[records.findIndex((one) => one.name === name)] = record(certificates)
    }
    return {
      domain,
      ports,
      database,
      env,
      certify,
      scanner: switchable(given.scanner ?? eicarScanner()),
      signing: { down: false },
    }
  }

  const prepared = { alfa: await prepare('alfa'), beta: await prepare('beta') }
  const start = async (side: Side): Promise<TestProvider> => {
    const { domain, ports, database, env, scanner, signing } = prepared[side]
    const resolver: Resolver = { mx: async (name) => (routes[name] ? [routes[name]] : []) }
    const overrides: Overrides = { clock, fetcher, resolver, scanner, log: silentLog }
    const open = async (): Promise<RunningProvider> => {
      const opened = await startProvider(readConfig(env), overrides)
      const { signer } = opened.world
      const { sign } = signer
      const switched: Signer['sign'] = async (bytes) => {
        if (signing.down) throw new Fault('signer', 'taken down by the test')
        return sign(bytes)
      }
      Object.assign(signer, { sign: switched })
      return opened
    }
    let running = await open()
    await running.world.directory.refresh()
    await running.world.trust.refresh()
    const passwordHash = await hashPassword(PASSWORD)
    const mailbox: TestProvider['mailbox'] = async (address, more = {}) => {
      await createMailbox(database.db, { address, passwordHash, quotaBytes: 1e9, uidValidity: 1, ...more })
    }
    const provider: TestProvider = {
      get config() {
        return running.config
      },
      get world() {
        return running.world
      },
      get outbox() {
        return running.outbox
      },
      get mailstore() {
        return running.mailstore
      },
      get office() {
        return running.office
      },
      stop: (why) => running.stop(why),
      domain,
      ports,
      scanner,
      signing,
      mailbox,
      inbox: async (address) => {
        const found = (await findMailboxes(database.db, [address])).get(addressKey(address))
        return found ? listMessages(database.db, found.id, 0, 1000) : []
      },
      bytes: (message) =>
        running.world.contents.bytes([rangePiece(message.content, 0, message.sizeBytes)], 256 * 1024 * 1024),
      restart: async (changes = {}, meanwhile = () => {}) => {
        await running.stop('restart')
        meanwhile()
        Object.assign(env, changes)
        running = await open()
        await running.world.directory.refresh().catch((error) => {
          if (!index.down) throw error
        })
        await running.world.trust.refresh().catch((error) => {
          if (!lists.down) throw error
        })
      },
    }
    return provider
  }
  const due = async (provider: TestProvider): Promise<number> => {
    const [row] = await provider.world.db.query<{ n: number }>(
      'test-due',
      'select count(*)::int as n from outbox where due_at <= $1',
      [timestamp(clock.now())],
    )
    return row!.n
  }
  const [alfa, beta] = await Promise.all([start('alfa'), start('beta')])
  for (const name of ['mario.rossi', 'anna.bianchi']) await alfa.mailbox(`${name}@${alfa.domain}`)
  for (const name of ['giulia.neri', 'paolo.gallo']) await beta.mailbox(`${name}@${beta.domain}`)
  return {
    alfa,
    beta,
    authority,
    caFile,
    directory: folder,
    clock,
    routes,
    settle: async () => {
      // The rows say what is left: a job that the outbox's own poll has just claimed is in nobody's memory yet.
      for (let rounds = 0; ; rounds++) {
        await Promise.all([alfa.outbox.idle(), beta.outbox.idle()])
        const ran = (await alfa.outbox.runDue()) + (await beta.outbox.runDue())
        if (ran > 0) rounds = 0
        else if ((await due(alfa)) + (await due(beta)) === 0) return
        if (rounds > 300) throw new Error('jobs are due that nobody runs')
      }
    },
    revoke: async (serialHex) => {
      revoked.push({ serialHex, at: clock.now() - HOUR })
      // A refresh may be under way that began before the revocation: the second one cannot have.
      for (let times = 0; times < 2; times++)
        await Promise.all([alfa.world.trust.refresh(), beta.world.trust.refresh()])
    },
    certify: async (side, certificates) => {
      prepared[side].certify(certificates)
      await Promise.all([alfa, beta].map((one) => one.world.directory.refresh()))
    },
    lists,
    index,
    stop: async () => {
      await Promise.all([alfa.stop('end of test'), beta.stop('end of test')])
      await Promise.all([prepared.alfa.database.drop(), prepared.beta.database.drop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
