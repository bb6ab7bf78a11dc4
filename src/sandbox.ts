// `ceralacca sandbox` (npm start): database, directory service and two providers on loopback, each its own process.
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readConfig } from './config.ts'
import { fromLatin1 } from './core/lib/bytes.ts'
import { addressKey } from './core/mail/address.ts'
import { readCertificates, sha1Fingerprint } from './core/smime/certificate.ts'
import { openOffice } from './office.ts'
import { httpsFetcher } from './shell/adapters/fetcher.ts'
import { makeScanner } from './shell/adapters/scanner.ts'
import { openSigner } from './shell/adapters/signer.ts'
import { startEmbedded } from './shell/db/embedded.ts'
import { migrate } from './shell/db/migrate.ts'
import { type Database, openDatabase } from './shell/db/pool.ts'
import { startDirectoryService } from './shell/directory/service.ts'
import { openTrust } from './shell/directory/trust.ts'
import { addScramKeys, hashPassword } from './shell/identity/passwords.ts'
import { createMailbox } from './shell/mailstore/mailboxes.ts'
import { OFFICE_PROVIDER, SANDBOX_PASSWORD } from './shell/sandbox/contract.ts'
import { seedOffice } from './shell/sandbox/office.ts'
import {
  type PreparedProvider,
  type PreparedSandbox,
  prepareSandbox,
  readSandboxOptions,
} from './shell/sandbox/prepare.ts'
import { sandboxTable } from './shell/sandbox/table.ts'

const QUOTA_BYTES = 1024 ** 3
/** Accounts for load are not to fill up. */
const LOAD_QUOTA_BYTES = 100 * 1024 ** 3
const READY_LIMIT_MS = 180_000
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const BUILD_PAGES = fileURLToPath(new URL('../web/build.ts', import.meta.url))

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

/** Runs the sandbox until SIGINT or SIGTERM. */
export const sandboxCommand = async (): Promise<number> => {
  try {
    return await runSandbox()
  } catch (error) {
    const { code, port } = error as { code?: string; port?: number }
    if (code !== 'EADDRINUSE') throw error
    complain(
      `La porta ${port} è occupata: forse la sandbox è già avviata in un altro terminale? ` +
        `CERALACCA_PORT_OFFSET=10000 npm start la avvia su altre porte.\n` +
        `Port ${port} is taken: is the sandbox running in another terminal? CERALACCA_PORT_OFFSET moves the ports.`,
    )
    process.exit(1)
  }
}

const runSandbox = async (): Promise<number> => {
  const begun = performance.now()
  const options = readSandboxOptions(process.env, process.cwd())
  const pages = buildPages()
  const prepared = await prepareSandbox(options)
  const database = await startEmbedded({
    dataDir: options.dataDir,
    databases: prepared.providers.map((one) => one.provider.key),
    log: complain,
  })
  await Promise.all(
    prepared.providers.map((one) => makeAccounts(database.url(one.provider.key), one, options.users > 0)),
  )
  await pages
  let up = false
  const directory = await startDirectory(prepared, options.dataDir, () => up)
  const children = prepared.providers.map((one) => keepRunning(one, database.url(one.provider.key)))
  await Promise.all(prepared.providers.map(untilReady))
  up = true
  say(sandboxTable(prepared, options.dataDir))
  say(`ready in ${((performance.now() - begun) / 1000).toFixed(1)} s. Ctrl-C ferma tutto / stops everything.`)

  await new Promise<void>((resolve) => {
    process.on('SIGINT', () => resolve())
    process.on('SIGTERM', () => resolve())
    whenNpmIsGone(resolve)
  })
  up = false
  say('arresto in corso / stopping …')
  await Promise.all(children.map((child) => child.stop()))
  await directory.close()
  await database.stop()
  return 0
}

/** Builds the web pages where they are missing or older than their sources, while the database starts. */
const buildPages = (): Promise<void> =>
  new Promise((resolve) => {
    const child = fork(BUILD_PAGES, ['--if-stale'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
    const failed = (why: string): void => {
      complain(
        `Le pagine web non sono state costruite (${why}): posta e API funzionano lo stesso. Per riprovare: npm ci && npm run build\n` +
          'The web pages were not built; mail and API work all the same.',
      )
      resolve()
    }
    child.once('error', (error) => failed(error.message))
    child.once('exit', (code, signal) => (code === 0 ? resolve() : failed(`exit ${signal ?? code}`)))
  })

/** npm does not pass on a signal that ends it alone: the sandbox that it started must not stay behind. */
const whenNpmIsGone = (stop: () => void): void => {
  if (process.env.npm_lifecycle_event !== 'start') return
  const { ppid } = process
  const timer = setInterval(() => {
    if (process.ppid === ppid) return
    clearInterval(timer)
    stop()
  }, 500)
}

/** Makes the provider's mailboxes: those of the contract, and those asked for load. */
const makeAccounts = async (url: string, one: PreparedProvider, forLoad: boolean): Promise<void> => {
  const db = openDatabase(url, { connections: 4 })
  try {
    await migrate(db)
    // One hash serves all: the password of the sandbox is no secret.
    const passwordHash = await hashPassword(SANDBOX_PASSWORD)
    for (const { address } of one.accounts) {
      const quotaBytes = forLoad && addressKey(address).startsWith('user') ? LOAD_QUOTA_BYTES : QUOTA_BYTES
      await createMailbox(db, { address, passwordHash, quotaBytes, uidValidity: Math.floor(Date.now() / 1000) })
    }
    // Accounts for load get theirs at their first login: each takes its time.
    const { accounts, domain } = one.provider
    await addScramKeys(
      db,
      accounts.map((local) => `${local}@${domain}`),
      SANDBOX_PASSWORD,
    )
    if (one.provider.key === OFFICE_PROVIDER) await fillOffice(db, url, one)
  } finally {
    await db.close()
  }
}

/** The office of the provider that has one: an Order, its roll, conventions, staff. */
const fillOffice = async (db: Database, url: string, one: PreparedProvider): Promise<void> => {
  const config = readConfig({ ...one.env, DATABASE_URL: url })
  const log = (): void => {}
  const base = { db, clock: { now: Date.now }, scanner: makeScanner(config.scanner), telemetry: { log } }
  const office = await openOffice(config, base)
  if (office) await seedOffice(office)
}

const read = (path: string): string => readFileSync(path, 'utf8')

/** SHA-1 of the certificates in a PEM file, as the directory writes them. */
const fingerprints = (path: string): readonly string[] => {
  const certificates = readCertificates(fromLatin1(read(path)))
  if ('kind' in certificates) throw new Error(`${path}: ${certificates.detail}`)
  return certificates.map((certificate) => sha1Fingerprint(certificate.der))
}

const startDirectory = (prepared: PreparedSandbox, dataDir: string, isUp: () => boolean) => {
  const { directory, authority, caFile, providers } = prepared
  const alarm = {
    raise: (name: string, details: Readonly<Record<string, string | number>>) => {
      // While the providers are starting their parts cannot be had: that is no news.
      if (isUp()) complain(`indice / directory: ${name} ${JSON.stringify(details)}`)
    },
  }
  const clock = { now: Date.now }
  const fetcher = httpsFetcher({ roots: [read(caFile)] })
  return startDirectoryService({
    signer: openSigner({ keyPem: read(directory.signing.key), certificatePem: read(directory.signing.certificate) }),
    sources: providers.map((one) => ({
      name: one.provider.name,
      certificateHashes: fingerprints(one.env.CERALACCA_SIGNING_CERTIFICATE_FILE!),
      url: one.env.CERALACCA_PUBLICATION_URL!,
    })),
    fetcher,
    trust: openTrust({ roots: [fromLatin1(read(caFile))], crlUrls: [], fetcher, clock, alarm, everyMs: 3_600_000 }),
    url: providers[0]!.env.CERALACCA_DIRECTORY_URL!,
    clock,
    host: '127.0.0.1',
    port: directory.port,
    tls: { key: read(directory.tls.key), cert: read(directory.tls.certificate) },
    everyMs: 60_000,
    stateDir: dataDir,
    alarm,
    crl: () => authority.makeCrl([]),
  })
}

/** A provider runs much code for each message, none of it for long: what helps is that the code is near. */
const NODE_OPTIONS = [
  // A message is garbage as soon as it is committed: a wider nursery copies less of it.
  '--max-semi-space-size=64',
  // Node's own code in large pages, where the system has them; without a word where it has not.
  '--use-largepages=silent',
  // V8's own functions beside the compiled ones.
  '--short-builtin-calls',
]

/** Runs a provider as a child, and again if it dies, until told to stop. */
const keepRunning = (one: PreparedProvider, databaseUrl: string): { stop: () => Promise<void> } => {
  let stopping = false
  let child: ChildProcess
  let gone: Promise<void>
  const start = (): void => {
    child = fork(MAIN, ['serve'], {
      env: { ...process.env, ...one.env, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, ...NODE_OPTIONS],
    })
    gone = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve()
        if (stopping) return
        complain(`${one.provider.name}: terminato / ended (${signal ?? code}), riavvio / starting again`)
        setTimeout(start, 500)
      })
    })
  }
  start()
  return {
    stop: async () => {
      stopping = true
      child.kill('SIGTERM')
      await gone
    },
  }
}

const untilReady = async (one: PreparedProvider): Promise<void> => {
  const until = performance.now() + READY_LIMIT_MS
  for (;;) {
    try {
      const answer = await fetch(`http://${one.env.CERALACCA_HTTP}/readyz`)
      if (answer.ok) return
      await answer.body?.cancel()
    } catch {
      // not listening yet
    }
    if (performance.now() > until) throw new Error(`${one.provider.name} is not ready after ${READY_LIMIT_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
