// Composes the office of a provider: what its verbs are given, and the jobs that it does.
import type { Base, Network } from './compose.ts'
import type { Config } from './config.ts'
import { DAY, HOUR, MINUTE, SECOND } from './core/lib/instant.ts'
import { Fault } from './core/lib/refusal.ts'
import type { MailServer, MailServers } from './core/mailbox/mailServers.ts'
import type { Signer } from './core/ports.ts'
import { openPoster } from './shell/adapters/poster.ts'
import { capturingRelay, smtpRelay } from './shell/adapters/relay.ts'
import { openSigner } from './shell/adapters/signer.ts'
import { openVault } from './shell/adapters/vault.ts'
import { openVapid } from './shell/adapters/webPush.ts'
import { deliverAlert } from './shell/alerts/deliver.ts'
import { sweepFilling } from './shell/alerts/filling.ts'
import { runAlerts } from './shell/alerts/run.ts'
import { sweepAlerts } from './shell/alerts/send.ts'
import { findChanges, isSubscriptionJob, sweepPushes, tellStates } from './shell/alerts/tellStates.ts'
import { invoiceOrdered } from './shell/billing/withheld.ts'
import { takeIncomingDocuments } from './shell/documents/gateway.ts'
import { SWEEP_EVERY_MS, sweepDocuments } from './shell/documents/retention.ts'
import { lapseIdle, remindIdle } from './shell/enrolment/close.ts'
import { provisionBox } from './shell/enrolment/decide/provision.ts'
import { sendRequestedLink } from './shell/enrolment/resume.ts'
import type { EvidenceSource } from './shell/evidence/bundle.ts'
import { takeHelpMail } from './shell/helpdesk/gateway.ts'
import { tendTickets } from './shell/helpdesk/tend.ts'
import { sweepAnswers } from './shell/idempotency/answers.ts'
import { runAppPasswordExpiry } from './shell/identity/account/appPasswordExpiry.ts'
import { sweepProgramLinks } from './shell/identity/account/programLinks.ts'
import { sendReset, sweepResets } from './shell/identity/account/reset.ts'
import { sweepAccountSessions } from './shell/identity/account/sessions.ts'
import { warnHolder } from './shell/identity/recovery/request.ts'
import { sendPasswordLink } from './shell/identity/staff/forgotten.ts'
import { sweepSessions } from './shell/identity/staff/sessions.ts'
import { sweepTakeOuts } from './shell/mailbox/takeOutMail.ts'
import { runDigests, runTerms } from './shell/mailbox/terms.ts'
import { archiveOf } from './shell/mailstore/archive.ts'
import { createMailbox } from './shell/mailstore/mailboxes.ts'
import { sendNotice } from './shell/notices/notices.ts'
import type { Office } from './shell/office.ts'
import type { Job, JobHandler } from './shell/outbox/outbox.ts'
import { putRecurring, type Recurring, runRecurring } from './shell/outbox/recurring.ts'
import { sendDeskMail } from './shell/pec/desk.ts'
import type { World } from './shell/pec/world.ts'
import { domicileDuty } from './shell/register/addDomicile.ts'
import { noteUnread } from './shell/register/unread.ts'

const OWN_QUOTA_BYTES = 10 * 1024 ** 3

/** The ports that everybody's mail program tries first (RFC 8314 §7); the sandbox has others. */
const TLS_PORTS = { imap: 993, pop3: 995, smtp: 465 } as const

const mailServersOf = ({ sandbox, hostname, listen }: Config): MailServers => {
  const host = sandbox ? 'localhost' : hostname
  const at = (port: number, own: { readonly port: number } | undefined): MailServer => ({
    host,
    port: (sandbox && own?.port) || port,
    security: 'tls',
  })
  return {
    imap: at(TLS_PORTS.imap, listen.imapTls),
    pop3: at(TLS_PORTS.pop3, listen.pop3Tls),
    smtp: at(TLS_PORTS.smtp, listen.submissionTls),
  }
}

/**
 * What signs profiles: the key of the mail servers' TLS, whose certificate devices trust; never the one that signs
 * certified mail. Undefined where that key is of a kind that is not signed with here.
 */
const profileSignerOf = ({ tls }: Config): Signer | undefined => {
  const [leaf, ...chain] = tls.certificate
    .split(/(?=-----BEGIN CERTIFICATE-----)/)
    .filter((one) => one.includes('BEGIN'))
  try {
    return openSigner({ keyPem: tls.key, certificatePem: leaf ?? '', chainPem: chain.join('') })
  } catch {
    return undefined
  }
}

/** The address of `Name <address>`. */
const bareAddress = (from: string): string => /<([^<>]+)>$/.exec(from)?.[1] ?? from

/** What an office is opened over. */
export type OfficeBase = Pick<Base, 'db' | 'clock' | 'scanner'> & {
  readonly contents?: Base['contents']
  readonly telemetry: Pick<Base['telemetry'], 'log'>
}

/** Opens the office, where the configuration has one; its own mailboxes are made if they are missing. */
export const openOffice = async (
  config: Config,
  base: OfficeBase,
  network?: Pick<Network, 'directory' | 'trust'>,
): Promise<Office | undefined> => {
  if (!config.office) return undefined
  const { publicUrl, noticeFrom, deskAddress, papersAddress, helpAddress, helpDesk, seller } = config.office
  const { reviewDays, retention, relay, vapidKey } = config.office
  const { db, clock, scanner, telemetry, contents } = base
  for (const address of [deskAddress, papersAddress, helpAddress]) {
    if (address === undefined) continue
    await createMailbox(db, { address, quotaBytes: OWN_QUOTA_BYTES, uidValidity: Math.floor(clock.now() / 1000) })
  }
  return {
    provider: config.provider,
    domains: new Set(config.domains),
    db,
    clock,
    scanner,
    vault: openVault(config.documentKeys),
    relay: relay ? smtpRelay(relay) : capturingRelay(),
    isCertified: (domain) => {
      if (!network) throw new Fault('directory', 'this command looks into no directory')
      return network.directory.current().isCertified(domain)
    },
    publicUrl,
    noticeFrom,
    deskAddress,
    papersAddress,
    helpAddress,
    mailServers: mailServersOf(config),
    profileSigner: profileSignerOf(config),
    takeOut: contents && ((wanted) => archiveOf({ db, contents, provider: config.provider.name }, wanted)),
    poster: openPoster({ loopback: config.sandbox }),
    vapid: vapidKey === undefined ? undefined : openVapid(vapidKey, `mailto:${bareAddress(noticeFrom)}`),
    evidence: contents && network && evidenceSource(config, { db, clock, contents }, network),
    helpDesk,
    messageLimits: config.limits,
    seller,
    reviewDays,
    retention,
    secondFactor: !config.sandbox,
    accountPolicy: config.office.accountPolicy,
    sandbox: config.sandbox,
    log: telemetry.log,
  }
}

/** What evidence of messages is made of. */
export const evidenceSource = (
  { provider }: Config,
  { db, clock, contents }: Pick<Base, 'db' | 'clock' | 'contents'>,
  { directory, trust }: Pick<Network, 'directory' | 'trust'>,
): EvidenceSource => ({
  db,
  contents,
  provider: provider.name,
  trust: trust.current,
  directory: () => (directory.hasCopy() ? { directory: directory.current(), at: directory.fetchedAt() } : undefined),
  now: clock.now,
})

/** A duty: something that falls due. `payload.duty` names it. */
type Duty = (office: Office, world: World, job: Job) => Promise<void>

/** The duties by name; each finishes its job, or puts it off to the next time. */
const DUTIES: Readonly<Record<string, Duty>> = {
  deskMail: sendDeskMail,
  domicile: domicileDuty,
  recurring: (office, world, job) => runRecurring(office.db, office.clock, recurringDuties(office, world), job),
  recoveryWarning: (office, _, job) => warnHolder(office, job),
  passwordReset: (office, _, job) => sendReset(office, job),
  staffLink: (office, _, job) => sendPasswordLink(office, job),
  resumeLink: (office, _, job) => sendRequestedLink(office, job),
}

/** What comes back every so often. */
const recurringDuties = (office: Office, world: World): Readonly<Record<string, Recurring>> => ({
  terms: { everyMs: HOUR, run: () => runTerms(office) },
  leftovers: { everyMs: DAY, run: () => sweepLeftovers(office) },
  unread: { everyMs: DAY, run: () => noteUnread(office) },
  digests: { everyMs: DAY, run: () => runDigests(office) },
  papers: { everyMs: 15 * SECOND, run: async () => void (await takeIncomingDocuments(office, world.contents)) },
  helpMail: { everyMs: 15 * SECOND, run: async () => void (await takeHelpMail(office, world.contents)) },
  tickets: { everyMs: HOUR, run: () => tendTickets(office) },
  retention: { everyMs: SWEEP_EVERY_MS, run: async () => void (await sweepDocuments(office)) },
  withheldInvoices: { everyMs: DAY, run: async () => void (await invoiceOrdered(office)) },
  alerts: { everyMs: MINUTE, run: () => runAlerts(office) },
  pushes: { everyMs: 2 * SECOND, run: () => findChanges(office) },
  appPasswords: { everyMs: DAY, run: () => runAppPasswordExpiry(office) },
  filling: { everyMs: HOUR, run: () => sweepFilling(office) },
  idleCases: { everyMs: DAY, run: () => tendIdle(office) },
})

/** Reminds of cases that stand still, and ends those that did for too long. */
const tendIdle = async (office: Office): Promise<void> => {
  await remindIdle(office)
  await lapseIdle(office)
}

/** Forgets what served its time: sessions that ended, answers to requests that came twice. */
const sweepLeftovers = async ({ db, clock }: Office): Promise<void> => {
  await sweepSessions(db, clock.now())
  await sweepAccountSessions(db, clock.now())
  await sweepResets(db, clock.now())
  await sweepProgramLinks(db, clock.now())
  await sweepTakeOuts(db, clock.now())
  await sweepAnswers(db, clock.now())
  await sweepAlerts({ db, clock })
  await sweepPushes({ db, clock })
}

/** Puts the duties that come back, where they are not there yet. */
export const putDuties = (office: Office, world: World): Promise<void> =>
  putRecurring(office.db, office.clock, Object.keys(recurringDuties(office, world)))

/** What the outbox does for the office. */
export const officeHandlers = (
  office: Office,
  world: World,
): Readonly<Record<'notice' | 'provision' | 'duty' | 'alert', JobHandler>> => ({
  notice: (job) => sendNotice(office, job),
  provision: (job) => provisionBox(office, job),
  alert: (job) => (isSubscriptionJob(job) ? tellStates(office, job) : deliverAlert(office, job)),
  duty: async (job) => {
    const { duty } = job.payload as { readonly duty: string }
    const run = DUTIES[duty]
    if (!run) throw new Error(`no duty is called ${duty}`)
    await run(office, world, job)
  },
})
