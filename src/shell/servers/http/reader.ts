// What the HTTP API needs of the mailboxes: given by whoever keeps them.
import type { Instant } from '../../../core/lib/instant.ts'
import type { SignInDesk } from '../../identity/sasl.ts'

/** One message of a mailbox, as a list shows it. */
export type MessageSummary = {
  /** Grows with each message that arrives in the mailbox. */
  readonly uid: number
  /** Kind of certified message (`acceptance`, `transportEnvelope` …), or `ordinary`. */
  readonly kind: string
  /** Identifier of the certified message that it is or is about; of ordinary mail, its Message-ID. */
  readonly msgid: string
  readonly subject?: string | undefined
  readonly receivedAt: Instant
  readonly sizeBytes: number
}

/** Reads mailboxes. `Box` is whatever the keeper knows a signed-in mailbox by. Each may throw a Fault. */
export type MailboxReader<Box = unknown> = {
  /** Who has that address and password. */
  readonly authenticate: SignInDesk<Box>['authenticate']
  /** Number of messages, and the uid that the next one gets. */
  readonly status: (mailbox: Box) => Promise<{ readonly messages: number; readonly uidNext: number }>
  /** Messages with a uid above `after`, lowest first, at most `limit`. */
  readonly list: (
    mailbox: Box,
    query: { readonly after: number; readonly limit: number },
  ) => Promise<readonly MessageSummary[]>
  /** Brings back what was removed since an instant; gives how many, or undefined where there is no room for them. */
  readonly restore: (mailbox: Box, since: Instant) => Promise<number | undefined>
  /** All mail as a ZIP, made while it is sent. */
  readonly takeOut: (mailbox: Box) => Promise<AsyncIterable<Uint8Array>>
  /** Resolves when there may be a uid above `after`, when `ms` have passed, or when the signal says that nobody waits. */
  readonly wait: (mailbox: Box, after: number, ms: number, signal: AbortSignal) => Promise<void>
  /** The bytes of a message, exactly; undefined where the mailbox has no such uid. */
  readonly open: (
    mailbox: Box,
    uid: number,
  ) => Promise<{ readonly sizeBytes: number; readonly stream: AsyncIterable<Uint8Array> } | undefined>
}
