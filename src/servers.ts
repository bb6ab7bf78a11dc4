// Starts the servers of a provider: each role its ports.
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Base, Network, Work } from './compose.ts'
import type { Config, Listen } from './config.ts'
import { fromLatin1 } from './core/lib/bytes.ts'
import { evidenceSource } from './office.ts'
import { subscriptionVerbs } from './shell/alerts/subscriptions.ts'
import { openLocks } from './shell/db/locks.ts'
import { makePublisher } from './shell/directory/publish.ts'
import { evidenceOf } from './shell/evidence/evidence.ts'
import { openVerdicts } from './shell/evidence/verdicts.ts'
import { changes } from './shell/mailstore/mailboxes.ts'
import { openMaildrops } from './shell/mailstore/maildrop.ts'
import { outgoingVerbs } from './shell/mailstore/outgoing.ts'
import { openMailboxReader } from './shell/mailstore/reader.ts'
import { settingsVerbs } from './shell/mailstore/webSettings.ts'
import type { Office } from './shell/office.ts'
import { sentVerbs } from './shell/pec/submissions.ts'
import { submitStored } from './shell/pec/submitStored.ts'
import { loadPages } from './shell/servers/http/pages.ts'
import { startHttpServer, startPublicationServer } from './shell/servers/http.ts'
import { startImapServer } from './shell/servers/imap.ts'
import { accessHandlers, incomingHandlers } from './shell/servers/points.ts'
import { startPop3Server } from './shell/servers/pop3.ts'
import { startSmtpServer } from './shell/servers/smtp.ts'

/** Where `npm run build` puts the web pages. */
const PAGES = join(import.meta.dirname, '..', 'dist', 'web')

/** A server that runs. */
export type Closable = { readonly close: () => Promise<void> }

/** Starts the servers of the configured roles. */
export const startServers = async (
  config: Config,
  base: Base,
  network: Network,
  work: Work,
  office: Office | undefined,
): Promise<readonly Closable[]> => [
  ...(await startMailServers(config, base, work)),
  ...(await startPublication(config, base)),
  ...(await startHttp(config, base, network, work, office)),
]

const startMailServers = async (config: Config, base: Base, work: Work): Promise<readonly Closable[]> => {
  const { roles } = config
  return [
    ...(roles.has('submission') ? await startSubmission(config, base, work) : []),
    ...(roles.has('incoming') ? await startIncoming(config, base, work) : []),
    ...(roles.has('imap') ? await startImap(config, base, work) : []),
    ...(roles.has('pop3') ? await startPop3(config, base, work) : []),
  ]
}

/** Everything in the sandbox comes from one address. */
const doorLimits = (config: Config) => (config.sandbox ? { maxConnectionsPerAddress: 5_000 } : {})

/** What the SMTP servers share. */
const smtpCommon = (config: Config, base: Base) => {
  const { maxMessageBytes, maxRecipients } = config.limits
  const limits = { maxMessageBytes, maxRecipients, ...doorLimits(config) }
  return { tls: secureContext(config), hostname: config.hostname, limits, now: base.clock.now }
}

/** Starts a server on the port with TLS from the first byte and on the one where it is begun, those that there are. */
const startBoth = async (
  tls: Listen | undefined,
  starttls: Listen | undefined,
  start: (where: Listen & { readonly security: 'tls' | 'starttls' }) => Promise<Closable>,
): Promise<readonly Closable[]> => [
  ...(tls ? [await start({ ...tls, security: 'tls' })] : []),
  ...(starttls ? [await start({ ...starttls, security: 'starttls' })] : []),
]

const startSubmission = (config: Config, base: Base, { world }: Work): Promise<readonly Closable[]> => {
  const { listen, hostname, limits } = config
  const handlers = accessHandlers(world, base.identity, hostname, limits)
  const log = base.telemetry.smtp('submission')
  const access = { ...smtpCommon(config, base), role: 'submission', handlers, log } as const
  return startBoth(listen.submissionTls, listen.submissionStarttls, (where) => startSmtpServer({ ...access, ...where }))
}

const startIncoming = (config: Config, base: Base, { world }: Work): Promise<readonly Closable[]> => {
  const handlers = incomingHandlers(world, config.hostname, config.limits)
  const log = base.telemetry.smtp('incoming')
  const incoming = { ...smtpCommon(config, base), role: 'incoming', handlers, log } as const
  return startBoth(undefined, config.listen.incoming, (where) => startSmtpServer({ ...incoming, ...where }))
}

const startImap = (config: Config, base: Base, { mailstore }: Work): Promise<readonly Closable[]> => {
  const { contents, identity, telemetry, clock } = base
  const imap = {
    tls: secureContext(config),
    hostname: config.hostname,
    limits: { maxMessageBytes: config.limits.maxMessageBytes, ...doorLimits(config) },
    desk: identity.desk('imap'),
    whyEnded: identity.whyEnded,
    mailstore,
    contents,
    log: telemetry.imap,
    measure: telemetry.imapCommand,
    now: clock.now,
  }
  return startBoth(config.listen.imapTls, config.listen.imapStarttls, (where) => startImapServer({ ...imap, ...where }))
}

const startPop3 = async (config: Config, base: Base, work: Work): Promise<readonly Closable[]> => {
  const { db, contents, identity, telemetry } = base
  const locks = openLocks(config.databaseUrl)
  const open = openMaildrops({
    db,
    contents,
    locks,
    mailstore: work.mailstore,
    failed: (error) => telemetry.log({ kind: 'pop3Fault', id: 'seen', error }),
  })
  const pop3 = {
    tls: secureContext(config),
    limits: doorLimits(config),
    desk: identity.desk('pop3'),
    open,
    whyEnded: identity.whyEnded,
    mayDelete: changes,
    log: telemetry.pop3,
  }
  const servers = await startBoth(config.listen.pop3Tls, config.listen.pop3Starttls, (where) =>
    startPop3Server({ ...pop3, ...where }),
  )
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()))
    await locks.close()
  }
  return [{ close }]
}

/** Each provider publishes its own LDIF, signed with its key. */
const startPublication = async (config: Config, { signer, clock }: Base): Promise<readonly Closable[]> => {
  if (!config.listen.publication) return []
  const facts = {
    name: config.provider.name,
    serviceMailbox: config.provider.serviceMailbox,
    managedDomains: config.domains,
    ldifUrl: config.publicationUrl,
    certificates: [config.signing.certificate, config.signing.next ?? ''].filter((pem) => pem !== '').map(fromLatin1),
  }
  const routes = { '/directory/provider.ldif.p7m': makePublisher(facts, signer, clock) }
  return [await startPublicationServer({ ...config.listen.publication, tls: config.tls, routes })]
}

const startHttp = async (
  config: Config,
  base: Base,
  network: Network,
  work: Work,
  office: Office | undefined,
): Promise<readonly Closable[]> => {
  if (!config.roles.has('http') || !config.listen.http) return []
  const { db, contents, scanner, telemetry, identity } = base
  const evidence = evidenceSource(config, base, network)
  const pages = await loadPages(PAGES, {
    provider: config.provider.name,
    sandbox: config.sandbox,
    helpDesk: config.office?.helpDesk,
  })
  if (!pages) telemetry.log({ kind: 'pagesMissing', folder: PAGES })
  const server = await startHttpServer({
    ...config.listen.http,
    metrics: telemetry.metrics,
    log: telemetry.log,
    readiness: async () => ({
      database: await holds(() => db.query('ready', 'select 1')),
      scanner: await holds(() => scanner.version()),
      directory: network.directory.hasCopy(),
      revocation: !config.requireCrl || network.trust.current().crls.length > 0,
    }),
    pages,
    mailboxes: openMailboxReader({ db, identity, contents, mailstore: work.mailstore }),
    jmap: {
      desk: identity.desk('jmap'),
      whyEnded: identity.whyEnded,
      mailstore: work.mailstore,
      contents,
      outgoing: outgoingVerbs(db, work.mailstore.touch),
      push: office && subscriptionVerbs(office),
      sent: sentVerbs(db),
      verdicts: openVerdicts(evidence),
      webSettings: settingsVerbs(db, work.mailstore.touch),
      directory: () => evidence.directory()?.directory,
      evidenceOf: (...given) => evidenceOf({ db, clock: base.clock, evidence }, ...given),
      pec: {
        provider: config.provider.name,
        maxRecipients: config.limits.maxRecipients,
        maxSizeTimesRecipients: config.limits.maxSizeTimesRecipients,
      },
      submit: (message) => submitStored(work.world, config.hostname, message),
      maxRecipients: config.limits.maxRecipients,
      now: base.clock.now,
      onBug: (method, reference, error) =>
        telemetry.log({ kind: 'httpBug', route: `jmap ${method}`, reference, error }),
    },
    office,
  })
  return [server]
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

/** Whether a question is answered, be the answer what it may. */
export const holds = async (check: () => Promise<unknown>): Promise<boolean> => {
  try {
    await check()
    return true
  } catch {
    return false
  }
}
