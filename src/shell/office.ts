// What every verb of the office (register, conventions, enrolment, billing, staff, notices) is given: one value, made
// once by the composition root.
import type { Seller } from '../core/billing/party.ts'
import type { AccountPolicy } from '../core/identity/accountPolicy.ts'
import type { MailServers } from '../core/mailbox/mailServers.ts'
import type { ProviderIdentity } from '../core/pec/model.ts'
import type { Clock, Poster, Relay, Scanner, Signer, Vault } from '../core/ports.ts'
import type { Vapid } from './adapters/webPush.ts'
import type { Database } from './db/pool.ts'
import type { Normaliser } from './documents/normaliser.ts'
import type { Retention } from './documents/retention.ts'
import type { EvidenceSource } from './evidence/bundle.ts'
import type { ArchiveWanted } from './mailstore/archive.ts'
import type { LogEvent } from './telemetry/events.ts'

export type { Seller }

export type Office = {
  readonly provider: ProviderIdentity
  /** Domains whose mailboxes are here, lower case. */
  readonly domains: ReadonlySet<string>
  readonly db: Database
  readonly clock: Clock
  readonly scanner: Scanner & { readonly version: () => Promise<string> }
  readonly vault: Vault
  readonly relay: Relay
  /** What makes page images of papers; the program's own where none is given. */
  readonly normaliser?: Normaliser | undefined
  /** How long papers are kept; the usual where not given. */
  readonly retention?: Retention | undefined
  /** Whether a domain is of a PEC provider, by the directory in use. Throws Fault where there is none yet. */
  readonly isCertified: (domain: string) => boolean
  /** Where people reach the pages, without a slash at the end. */
  readonly publicUrl: string
  /** From of ordinary e-mail. */
  readonly noticeFrom: string
  /** The provider's own certified mailbox: from it holders get the first message, and domiciles are asked. */
  readonly deskAddress: string
  /** The mailbox to which papers and faxes are sent, if there is one. */
  readonly papersAddress?: string | undefined
  /** The mailbox to which answers to the help desk's e-mails come; without it people answer on the pages only. */
  readonly helpAddress?: string | undefined
  /** What a mail program is told to reach a box: TLS from the first byte at both. */
  readonly mailServers?: MailServers | undefined
  /** Signs the profiles of Apple's devices, by the servers' TLS certificate; without it they go unsigned. */
  readonly profileSigner?: Signer | undefined
  /** A whole box as a ZIP, made while it is sent; where mail is kept here. */
  readonly takeOut?: ((wanted: ArchiveWanted) => Promise<AsyncIterable<Uint8Array>>) | undefined
  /** Posts alerts to devices and webhooks; where there is none, these channels are not offered. */
  readonly poster?: Poster | undefined
  /** By whose key push services know this provider; without it no alerts are shown on devices. */
  readonly vapid?: Vapid | undefined
  /** What evidence of messages is made of; where mail is kept here. */
  readonly evidence?: EvidenceSource | undefined
  /** The provider's own number for help, where no convention gives one. */
  readonly helpDesk?: { readonly phone: string; readonly hours?: string | undefined } | undefined
  /** How large a message may be, and to how many. */
  readonly messageLimits?: { readonly maxRecipients: number; readonly maxSizeTimesRecipients: number } | undefined
  readonly seller: Seller
  /** Working days in which a case is to be seen. */
  readonly reviewDays: number
  /** Whether staff must give a second factor: everywhere but in the sandbox. */
  readonly secondFactor: boolean
  /** What is asked of those who use a box. */
  readonly accountPolicy: AccountPolicy
  readonly sandbox: boolean
  readonly log: (event: LogEvent) => void
}
