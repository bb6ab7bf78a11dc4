// The rows that use cases share: a sealed message filed in a mailbox, handed to another server, or kept aside.
import { DAY, type Instant } from '../../core/lib/instant.ts'
import { domainOf } from '../../core/mail/address.ts'
import { decodeText } from '../../core/mail/header.ts'
import type { MessageFacts, PecMsgid } from '../../core/pec/model.ts'
import type { Filing, NewJob, NewQuarantine } from './changes.ts'
import type { Sealed } from './seal.ts'
import type { World } from './world.ts'

/** Subject of a draft, decoded, from its header lines. */
export const subjectOf = (header: string): string | undefined => {
  const found = /(?:^|\r\n)Subject:((?:[^\r]|\r\n[ \t])*)/.exec(header)
  return found ? decodeText(found[1]!.replace(/\r\n/g, '').trim()) : undefined
}

/** Files a sealed message in a mailbox. `msgid`: the certified message that it is about. */
export const fileSealed = (sealed: Sealed, mailboxId: number, msgid: PecMsgid): Filing => ({
  mailboxId,
  content: sealed.row.id,
  kind: sealed.draft.kind,
  msgid,
  subject: subjectOf(sealed.draft.header),
  sizeBytes: sealed.row.sizeBytes,
  at: sealed.draft.at,
})

/** What a transfer job carries; times in milliseconds. */
export type TransferPayload = {
  readonly domain: string
  readonly content: string
  readonly sizeBytes: number
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  /** Towards certified domains TLS is required and verified. RFC 6109 §5.3 */
  readonly certified: boolean
  /** What is sent: the envelope of a message of ours, or a receipt about another's. */
  readonly what: 'envelope' | 'receipt'
  readonly identifier: PecMsgid
  /** Of the original message, for the journal. RFC 6109 §2.3 */
  readonly sender: string
  readonly subject?: string | undefined
  readonly clientMsgid?: string | undefined
  readonly messageId: string
  readonly giveUpAt: Instant
}

/** RFC 6109 §2.2.2: a message stays idle for twenty-four hours at the most, so that the user gets an error. */
const GIVE_UP_AFTER = DAY

/** A job that hands a sealed message to the server of a domain. */
export const transferJob = (
  world: World,
  of: {
    readonly sealed: Sealed
    readonly domain: string
    readonly forwardPaths: readonly string[]
    readonly certified: boolean
    /** What is sent, or what the receipt is about. */
    readonly message: MessageFacts
  },
): NewJob => {
  const { draft, row } = of.sealed
  const payload: TransferPayload = {
    domain: of.domain,
    content: row.id,
    sizeBytes: row.sizeBytes,
    reversePath: draft.reversePath,
    forwardPaths: of.forwardPaths,
    certified: of.certified,
    what: draft.kind === 'transportEnvelope' ? 'envelope' : 'receipt',
    identifier: of.message.identifier,
    sender: of.message.sender,
    subject: of.message.subject,
    clientMsgid: of.message.clientMsgid,
    messageId: draft.messageId,
    giveUpAt: draft.at + GIVE_UP_AFTER,
  }
  return { id: world.contents.newId(), kind: 'transfer', payload, dueAt: draft.at, leased: world.hasRoom('transfer') }
}

/** A job that sends a receipt to the one address it is for. */
export const receiptJob = (world: World, sealed: Sealed, message: MessageFacts): NewJob => {
  const to = sealed.draft.forwardPaths[0] ?? ''
  return transferJob(world, {
    sealed,
    domain: domainOf(to),
    forwardPaths: [to],
    certified: true,
    message,
  })
}

/** RFC 6109 §2.2.4: infected messages are kept for thirty months. */
export const quarantineFor = (
  content: string,
  identifier: PecMsgid,
  signature: string,
  direction: 'access' | 'incoming',
  at: Instant,
): NewQuarantine => {
  const until = new Date(at)
  until.setUTCMonth(until.getUTCMonth() + 30)
  return { content, identifier, signature, direction, at, keepUntil: until.getTime() }
}
