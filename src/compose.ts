// Composes one provider out of its configuration: the only place, with main.ts, that sees everything.
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Config } from './config.ts'
import { profileProblems } from './core/directory/profile.ts'
import { fromLatin1 } from './core/lib/bytes.ts'
import { DAY, MINUTE } from './core/lib/instant.ts'
import { Fault } from './core/lib/refusal.ts'
import { pecMsgid } from './core/pec/ids.ts'
import type { Clock, Fetcher, Resolver, Transport } from './core/ports.ts'
import { readCertificates } from './core/smime/certificate.ts'
import { officeHandlers, openOffice, putDuties } from './office.ts'
import { holds, startServers } from './servers.ts'
import { openFileBlobs } from './shell/adapters/blobs.ts'
import { httpsFetcher } from './shell/adapters/fetcher.ts'
import { dnsResolver, staticResolver } from './shell/adapters/resolver.ts'
import { type CheckedScanner, makeScanner } from './shell/adapters/scanner.ts'
import { openSigner } from './shell/adapters/signer.ts'
import { smtpTransport } from './shell/adapters/transport.ts'
import type { AlertPayload } from './shell/alerts/deliveries.ts'
import { openContentStore } from './shell/content/store.ts'
import { migrate } from './shell/db/migrate.ts'
import { openDatabase } from './shell/db/pool.ts'
import { type DirectoryHolder, openDirectory } from './shell/directory/refresh.ts'
import { openTrust } from './shell/directory/trust.ts'
import { openAuthenticator } from './shell/identity/authenticate.ts'
import { tellNotSent } from './shell/mailbox/notSent.ts'
import { createMailbox } from './shell/mailstore/mailboxes.ts'
import type { Mailstore } from './shell/mailstore/mailstore.ts'
import { openMailstore } from './shell/mailstore/open.ts'
import type { Office } from './shell/office.ts'
import { type Job, type Outbox, openOutbox, queueDepths, releaseLeases } from './shell/outbox/outbox.ts'
import { arriveLocal } from './shell/pec/arrive.ts'
import { openCommitter } from './shell/pec/commit.ts'
import type { TransferPayload } from './shell/pec/consequences.ts'
import { expireMessage } from './shell/pec/expire.ts'
import { type HeldDesk, sendHeld } from './shell/pec/sendHeld.ts'
import { writeArrows } from './shell/pec/store.ts'
import { countTaken } from './shell/pec/submissions.ts'
import { transfer } from './shell/pec/transfer.ts'
import type { World } from './shell/pec/world.ts'
import { type Log, openLog } from './shell/telemetry/log.ts'
import { createTelemetry } from './shell/telemetry/telemetry.ts'

/** A node that died keeps its jobs this long, unless it comes back before. */
const LEASE_MS = 5 * MINUTE
/** Blobs younger than this may belong to a transaction still under way. */
const ORPHAN_AGE_MS = 2 * DAY
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
  readonly mailstore: Mailstore
  /** Register, enrolment, invoices: where the configuration has them. */
  readonly office?: Office | undefined
  /** Stops the servers, lets what is under way finish, closes everything. `why` goes to the log. */
  readonly stop: (why: string) => Promise<void>
}

/** Starts a provider: database, directory, outbox, servers of the configured roles. */
export const startProvider = async (config: Config, overrides: Overrides = {}): Promise<RunningProvider> => {
  const base = await openBase(config, overrides)
  const network = await openNetwork(config, overrides, base)
  const office = await openOffice(config, base, network)
  const work = await openWork(config, base, network, office)
  network.trust.start()
  network.directory.start()
  const upkeep = startUpkeep(base, work)
  if (config.roles.has('worker')) {
    if (office) await putDuties(office, work.world)
    work.outbox.start()
    void work.mailstore.catchUp()
  }
  const servers = await startServers(config, base, network, work, office)
  const { log, telemetry } = base
  return {
    config,
    world: work.world,
    outbox: work.outbox,
    mailstore: work.mailstore,
    office,
    stop: async (why) => {
      telemetry.log({ kind: 'stopping', why })
      upkeep.stop()
      await Promise.all(servers.map((server) => server.close()))
      await work.outbox.stop()
      await work.mailstore.close()
      await network.directory.stop()
      await network.trust.stop()
      await network.transport.close()
      await office?.relay.close()
      await base.contents.close()
      await base.db.close()
      telemetry.log({ kind: 'stopped' })
      log.flush()
    },
  }
}

/** What is here: clock, log, database, contents, key, scanner. */
const openBase = async (config: Config, overrides: Overrides) => {
  const wrong = signingProblems(config)
  if (wrong.length > 0) throw new Error(`signing certificate: ${wrong.join('; ')}`)
  const clock = overrides.clock ?? { now: Date.now }
  const log = overrides.log ?? openLog({ provider: config.provider.name })
  const telemetry = createTelemetry({ log, processFigures: true })
  const db = openDatabase(config.databaseUrl, { connections: 16, applicationName: `ceralacca ${config.node}` })
  await migrate(db)
  await writeArrows(db)
  // Only who works the outbox holds leases: the node's other programs leave them alone.
  if (config.roles.has('worker')) await releaseLeases(db, config.node)
  await createMailbox(db, {
    address: config.provider.serviceMailbox,
    role: 'service',
    ordinaryMail: 'refuse',
    quotaBytes: SERVICE_QUOTA_BYTES,
    uidValidity: Math.floor(clock.now() / 1000),
  })
  const contents = openContentStore({ db, blobs: openFileBlobs(config.blobs) })
  const signer = openSigner({
    keyPem: config.signing.key,
    certificatePem: config.signing.certificate,
    chainPem: config.signing.chain,
  })
  const scanner = overrides.scanner ?? makeScanner(config.scanner)
  // One for all servers: it knows who has failed to sign in.
  const identity = openAuthenticator(db, clock)
  return { clock, log, telemetry, db, contents, signer, scanner, identity }
}
export type Base = Awaited<ReturnType<typeof openBase>>

/** The others: whom we trust, the providers' directory, the way to their servers. */
const openNetwork = async (config: Config, overrides: Overrides, base: Base) => {
  const { clock, telemetry } = base
  const { alarm } = telemetry
  const serverRoots: readonly string[] = config.roots.servers ? [config.roots.servers] : rootCertificates
  // Revocation lists outlive a restart: without them nothing certified is taken.
  const stateDir = join(config.blobs, 'lists')
  await mkdir(stateDir, { recursive: true })
  const trust = openTrust({
    stateDir,
    roots: [fromLatin1(config.roots.providers)],
    crlUrls: config.crlUrls,
    certificates: () =>
      directory.hasCopy() ? directory.current().records.flatMap((record) => record.certificates) : [],
    fetcher: overrides.fetcher ?? httpsFetcher({ roots: serverRoots, allowPlain: true }),
    clock,
    alarm,
    everyMs: config.refreshMs.crl,
  })
  const directory: DirectoryHolder = await openDirectory({
    db: base.db,
    // RFC 6109 §5.6: the directory over HTTPS only, with the certificate by which it knows us
    fetcher: overrides.fetcher ?? httpsFetcher({ roots: serverRoots, client: config.directoryClient }),
    url: config.directoryUrl,
    roots: [fromLatin1(config.roots.directory)],
    signedBy: [config.directorySigner],
    trust: () => trust.current(),
    ownCertificate: base.signer.certificate,
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
  return { trust, directory, transport }
}
export type Network = Awaited<ReturnType<typeof openNetwork>>

/** The work: group commit, the mailstore, the world of the use cases, the outbox. */
const openWork = async (
  config: Config,
  base: Base,
  { trust, directory, transport }: Network,
  office: Office | undefined,
) => {
  const { clock, db, contents, telemetry, scanner } = base
  const committer = openCommitter({
    db,
    contents,
    clock,
    node: config.node,
    leaseMs: LEASE_MS,
    batch: 64,
    stage: () => telemetry.stage('commit'),
    onFiled: (filed, unseen) => mailstore.filed(filed, unseen),
    makeFolders: (wanted) => mailstore.makeFolders(wanted),
    onCommit: (changes) => {
      for (const job of changes.jobs) if (job.leased) outbox.adopt(job)
      const taken = changes.transitions.filter(({ event }) => event === 'takeInCharge')
      if (taken.length > 0) void tellTaken(taken.map(({ identifier }) => identifier))
    },
  })
  const mailstore = await openMailstore({
    db,
    contents,
    committer,
    clock,
    onError: (what, error) => telemetry.log({ kind: 'mailstoreError', what, error }),
  })
  /** Who looks hears of it; where the database is away he sees it the next time that he looks. */
  const tellTaken = async (identifiers: readonly string[]): Promise<void> => {
    const mailboxIds = await countTaken(db, identifiers).catch(() => [])
    for (const mailboxId of mailboxIds) await mailstore.touch(mailboxId)
  }
  const world: World = {
    provider: config.provider,
    domains: new Set(config.domains),
    clock,
    db,
    contents,
    signer: base.signer,
    scanner,
    directory,
    trust,
    requireCrl: config.requireCrl,
    transport,
    alarm: telemetry.alarm,
    telemetry,
    committer,
    limits: { sizeTimesRecipientsBytes: config.limits.maxSizeTimesRecipients },
    // 120 random bits
    newIdentifier: (now) => pecMsgid(now, randomBytes(15).toString('hex'), config.provider.domain),
    hasRoom: (kind) => outbox.hasRoom(kind),
  }
  const heldDesk: HeldDesk = {
    hostname: config.hostname,
    tell: office && ((tx, held, why) => tellNotSent(tx, office, held, why)),
    touch: mailstore.touch,
  }
  const outbox: Outbox = openOutbox({
    db,
    clock,
    node: config.node,
    leaseMs: LEASE_MS,
    concurrency: { arrive: 64, transfer: 512, timeout: 16, send: 8, notice: 4, provision: 4, duty: 4, alert: 16 },
    laneOf,
    perLane: 64,
    pollMs: 500,
    handlers: {
      arrive: (job) => arriveLocal(world, job),
      transfer: (job) => transfer(world, job),
      timeout: (job) => expireMessage(world, job),
      send: (job) => sendHeld(world, heldDesk, job),
      ...(office ? officeHandlers(office, world) : {}),
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
    directory: () => directoryFigures(directory, clock),
  })
  return { world, outbox, mailstore }
}
/** Jobs that wait for the same other server wait for each other and for nobody else. */
const laneOf = ({ kind, payload }: Job): string => {
  if (kind === 'transfer') return `transfer ${(payload as TransferPayload).domain}`
  return kind === 'alert' ? `alert ${(payload as AlertPayload).host}` : kind
}

export type Work = Awaited<ReturnType<typeof openWork>>

const directoryFigures = (directory: DirectoryHolder, clock: Clock) => {
  const { records } = directory.current()
  return {
    ageSeconds: (clock.now() - (directory.fetchedAt() ?? 0)) / 1000,
    providers: records.length,
    domains: records.reduce((sum, record) => sum + record.managedDomains.length, 0),
  }
}

/** Clears away, once a day, what no content names (blobs whose transaction never came), and what was removed long ago. */
const startUpkeep = ({ clock, contents, telemetry }: Base, { mailstore }: Work): { readonly stop: () => void } => {
  const sweep = (): void => {
    Promise.all([contents.sweep(clock.now() - ORPHAN_AGE_MS), mailstore.upkeep()]).catch((error: unknown) =>
      telemetry.alarm.raise('sweepFailed', { detail: String(error).slice(0, 200) }),
    )
  }
  const timer = setInterval(sweep, DAY)
  timer.unref()
  return { stop: () => clearInterval(timer) }
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
