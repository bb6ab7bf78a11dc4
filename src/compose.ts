// Composes one provider out of its configuration: the only place, with main.ts, that sees everything.
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import type { Config } from './config.ts'
import { profileProblems } from './core/directory/profile.ts'
import { fromLatin1 } from './core/lib/bytes.ts'
import { MINUTE } from './core/lib/instant.ts'
import { Fault } from './core/lib/refusal.ts'
import { pecMsgid } from './core/pec/ids.ts'
import type { Clock, Fetcher, Resolver, Transport } from './core/ports.ts'
import { readCertificates } from './core/smime/certificate.ts'
import { openFileBlobs } from './shell/adapters/blobs.ts'
import { httpsFetcher } from './shell/adapters/fetcher.ts'
import { dnsResolver, staticResolver } from './shell/adapters/resolver.ts'
import { type CheckedScanner, makeScanner } from './shell/adapters/scanner.ts'
import { openSigner } from './shell/adapters/signer.ts'
import { smtpTransport } from './shell/adapters/transport.ts'
import { openContentStore } from './shell/content/store.ts'
import { migrate } from './shell/db/migrate.ts'
import { openDatabase } from './shell/db/pool.ts'
import { makePublisher } from './shell/directory/publish.ts'
import { openDirectory } from './shell/directory/refresh.ts'
import { openTrust } from './shell/directory/trust.ts'
import { openAuthenticator } from './shell/identity/authenticate.ts'
import { createMailbox } from './shell/mailstore/mailboxes.ts'
import { openMailboxReader } from './shell/mailstore/reader.ts'
import { type Outbox, openOutbox, queueDepths, releaseLeases } from './shell/outbox/outbox.ts'
import { arriveLocal } from './shell/pec/arrive.ts'
import { openCommitter } from './shell/pec/commit.ts'
import type { TransferPayload } from './shell/pec/consequences.ts'
import { expireMessage } from './shell/pec/expire.ts'
import { writeArrows } from './shell/pec/store.ts'
import { transfer } from './shell/pec/transfer.ts'
import type { World } from './shell/pec/world.ts'
import { startHttpServer, startPublicationServer } from './shell/servers/http.ts'
import { accessHandlers, incomingHandlers } from './shell/servers/points.ts'
import { startSmtpServer } from './shell/servers/smtp.ts'
import { type Log, openLog } from './shell/telemetry/log.ts'
import { createTelemetry } from './shell/telemetry/telemetry.ts'

/** A node that died keeps its jobs this long, unless it comes back before. */
const LEASE_MS = 5 * MINUTE
const SERVICE_QUOTA_BYTES = 2 ** 50

/** What tests put in place of the world's parts. */
export type Overrides = {
  readonly clock?: Clock
  readonly transport?: Transport
  readonly resolver?: Resolver
  readonly fetcher?: Fetcher
  readonly scanner?: CheckedScanner
  readonly log?: Log
}

export type RunningProvider = {
  readonly config: Config
  readonly world: World
  readonly outbox: Outbox
  /** Stops the servers, lets what is under way finish, closes everything. `why` goes to the log. */
  readonly stop: (why: string) => Promise<void>
}

/** Starts a provider: database, directory, servers of the configured roles, outbox. */
export const startProvider = async (config: Config, overrides: Overrides = {}): Promise<RunningProvider> => {
  const clock = overrides.clock ?? { now: Date.now }
  const log = overrides.log ?? openLog({ provider: config.provider.name })
  const telemetry = createTelemetry({ log, processFigures: true })
  const { alarm } = telemetry
  const db = openDatabase(config.databaseUrl, { connections: 16, applicationName: `ceralacca ${config.node}` })
  await migrate(db)
  await writeArrows(db)
  // Only who works the outbox holds leases: the node's other programs leave them alone.
  if (config.roles.has('worker')) await releaseLeases(db, config.node)
  const at = clock.now()
  await createMailbox(db, {
    address: config.provider.serviceMailbox,
    role: 'service',
    ordinaryMail: 'refuse',
    quotaBytes: SERVICE_QUOTA_BYTES,
    uidValidity: Math.floor(at / 1000),
  })

  const blobs = openFileBlobs(config.blobs)
  const contents = openContentStore({ db, blobs })
  const signer = openSigner({
    keyPem: config.signing.key,
    certificatePem: config.signing.certificate,
    chainPem: config.signing.chain,
  })
  const wrong = signingProblems(config)
  if (wrong.length > 0) throw new Error(`signing certificate: ${wrong.join('; ')}`)
  const scanner = overrides.scanner ?? makeScanner(config.scanner)
  const serverRoots: readonly string[] = config.roots.servers ? [config.roots.servers] : rootCertificates
  const fetcher = overrides.fetcher ?? httpsFetcher({ roots: serverRoots, allowPlain: true })
  // RFC 6109 §5.6: the directory over HTTPS only, with the certificate by which it knows us
  const directoryFetcher = overrides.fetcher ?? httpsFetcher({ roots: serverRoots, client: config.directoryClient })
  // Revocation lists outlive a restart: without them nothing certified is taken.
  const stateDir = join(config.blobs, 'lists')
  await mkdir(stateDir, { recursive: true })
  const trust = openTrust({
    stateDir,
    roots: [fromLatin1(config.roots.providers)],
    crlUrls: config.crlUrls,
    certificates: () =>
      directory.hasCopy() ? directory.current().records.flatMap((record) => record.certificates) : [],
    fetcher,
    clock,
    alarm,
    everyMs: config.refreshMs.crl,
  })
  const directory = await openDirectory({
    db,
    fetcher: directoryFetcher,
    url: config.directoryUrl,
    roots: [fromLatin1(config.roots.directory)],
    signedBy: [config.directorySigner],
    trust: () => trust.current(),
    ownCertificate: signer.certificate,
    telemetry: {
      log: (event) => {
        telemetry.log(event)
        // A new directory may name certificates whose revocation lists are not at hand yet; a failure raises its alarm.
        if (event.kind === 'directoryRefreshed') trust.refresh().catch(() => {})
      },
    },
    clock,
    alarm,
    everyMs: config.refreshMs.directory,
  })
  const transport =
    overrides.transport ??
    smtpTransport({
      hostname: config.hostname,
      resolver: overrides.resolver ?? (config.routes ? staticResolver(config.routes) : dnsResolver()),
      roots: () => serverRoots,
    })

  const filed = new EventTarget()
  const committer = openCommitter({
    db,
    contents,
    clock,
    node: config.node,
    leaseMs: LEASE_MS,
    batch: 64,
    stage: () => telemetry.stage('commit'),
    onFiled: (ids) => {
      for (const id of ids) filed.dispatchEvent(new Event(String(id)))
    },
    onCommit: (changes) => {
      for (const job of changes.jobs) if (job.leased) outbox.adopt(job)
    },
  })
  const world: World = {
    provider: config.provider,
    domains: new Set(config.domains),
    clock,
    db,
    contents,
    signer,
    scanner,
    directory,
    trust,
    requireCrl: config.requireCrl,
    transport,
    alarm,
    telemetry,
    committer,
    limits: { sizeTimesRecipientsBytes: config.limits.maxSizeTimesRecipients },
    // 120 random bits
    newIdentifier: (now) => pecMsgid(now, randomBytes(15).toString('hex'), config.provider.domain),
    hasRoom: (kind) => outbox.hasRoom(kind),
  }
  const outbox: Outbox = openOutbox({
    db,
    clock,
    node: config.node,
    leaseMs: LEASE_MS,
    concurrency: { arrive: 64, transfer: 512, timeout: 16 },
    laneOf: (job) => (job.kind === 'transfer' ? `transfer ${(job.payload as TransferPayload).domain}` : job.kind),
    perLane: 64,
    pollMs: 500,
    handlers: {
      arrive: (job) => arriveLocal(world, job),
      transfer: (job) => transfer(world, job),
      timeout: (job) => expireMessage(world, job),
    },
    onError: (job, error) =>
      telemetry.log({
        kind: error instanceof Fault ? 'jobFaulted' : 'jobBug',
        job: `${job.kind} ${job.id}`,
        attempts: job.attempts,
        error,
      }),
  })
  telemetry.watch({
    queue: () => queueDepths(db, clock),
    scanner: () => holds(() => scanner.version()),
    directory: () => {
      const { records } = directory.current()
      return {
        ageSeconds: (clock.now() - (directory.fetchedAt() ?? 0)) / 1000,
        providers: records.length,
        domains: records.reduce((sum, record) => sum + record.managedDomains.length, 0),
      }
    },
  })

  const closers: (() => Promise<void>)[] = []
  const roles = config.roles
  trust.start()
  directory.start()
  if (roles.has('worker')) outbox.start()

  const tls = secureContext(config)
  const identity = openAuthenticator(db, clock)
  const pointLimits = { maxMessageBytes: config.limits.maxMessageBytes }
  const smtpLimits = {
    maxMessageBytes: config.limits.maxMessageBytes,
    maxRecipients: config.limits.maxRecipients,
    ...(config.sandbox ? { maxConnectionsPerAddress: 1_000 } : {}),
  }
  const smtp = { tls, hostname: config.hostname, limits: smtpLimits, now: clock.now }
  if (roles.has('submission')) {
    const handlers = accessHandlers(world, identity, config.hostname, pointLimits)
    for (const [listen, security] of [
      [config.listen.submissionTls, 'tls'],
      [config.listen.submissionStarttls, 'starttls'],
    ] as const) {
      if (!listen) continue
      const server = await startSmtpServer({
        ...smtp,
        ...listen,
        role: 'submission',
        security,
        handlers,
        log: telemetry.smtp('submission'),
      })
      closers.push(() => server.close())
    }
  }
  if (roles.has('incoming') && config.listen.incoming) {
    const handlers = incomingHandlers(world, config.hostname, pointLimits)
    const server = await startSmtpServer({
      ...smtp,
      ...config.listen.incoming,
      role: 'incoming',
      security: 'starttls',
      handlers,
      log: telemetry.smtp('incoming'),
    })
    closers.push(() => server.close())
  }
  if (config.listen.publication) {
    const facts = {
      name: config.provider.name,
      serviceMailbox: config.provider.serviceMailbox,
      managedDomains: config.domains,
      ldifUrl: config.publicationUrl,
      certificates: [config.signing.certificate, config.signing.next ?? ''].filter((pem) => pem !== '').map(fromLatin1),
    }
    const server = await startPublicationServer({
      ...config.listen.publication,
      tls: config.tls,
      routes: {
        '/directory/provider.ldif.p7m': makePublisher(facts, signer, clock),
      },
    })
    closers.push(() => server.close())
  }
  if (roles.has('http') && config.listen.http) {
    const server = await startHttpServer({
      ...config.listen.http,
      metrics: telemetry.metrics,
      readiness: async () => ({
        database: await holds(() => db.query('ready', 'select 1')),
        scanner: await holds(() => scanner.version()),
        directory: directory.hasCopy(),
        revocation: !config.requireCrl || trust.current().crls.length > 0,
      }),
      mailboxes: openMailboxReader({ db, identity, contents, filed }),
    })
    closers.push(() => server.close())
  }

  return {
    config,
    world,
    outbox,
    stop: async (why) => {
      telemetry.log({ kind: 'stopping', why })
      await Promise.all(closers.map((close) => close()))
      await outbox.stop()
      await directory.stop()
      await trust.stop()
      await transport.close()
      await contents.close()
      await db.close()
      telemetry.log({ kind: 'stopped' })
      log.flush()
    },
  }
}

const holds = async (check: () => Promise<unknown>): Promise<boolean> => {
  try {
    await check()
    return true
  } catch {
    return false
  }
}

/**
 * What in our signing certificate others could not accept: the profile, and that From is its address.
 * RFC 6109 §2.1, §2.2.6, §5.5.1, §5.5.2
 */
export const signingProblems = ({ signing, provider }: Pick<Config, 'signing' | 'provider'>): readonly string[] => {
  const read = readCertificates(fromLatin1(signing.certificate))
  if ('kind' in read) return [read.detail]
  const certificate = read[0]!
  const from = certificate.emails.includes(provider.serviceAddress)
    ? []
    : [`${provider.serviceAddress} is not its address`]
  return [...profileProblems(certificate, provider.name), ...from]
}

const secureContext = (config: Config): (() => SecureContext) => {
  const context = createSecureContext({
    key: config.tls.key,
    cert: config.tls.certificate,
    // RFC 8996: nothing under TLS 1.2
    minVersion: 'TLSv1.2',
  })
  return () => context
}
