// A message from another server: verify, sort, decide, seal, commit. Only then may that server hear 250.
import { createHash } from 'node:crypto'
import type { Instant } from '../../core/lib/instant.ts'
import { type Rope, rangePiece } from '../../core/lib/rope.ts'
import { addressKey, sameAddress } from '../../core/mail/address.ts'
import { conversationNames, messageWithin } from '../../core/mail/conversation.ts'
import { decodeText, firstValue } from '../../core/mail/header.ts'
import type { MimeScan } from '../../core/mail/mime.ts'
import { receives } from '../../core/mailbox/standing.ts'
import {
  addresseeKeys,
  detectVirus,
  factsOf,
  type IncomingMessage,
  type IncomingSort,
  receiptTransitions,
  reportVirus,
  sortIncoming,
  wrapAnomaly,
} from '../../core/pec/incoming.ts'
import type { JournalEntry, MessageFacts, PecKind } from '../../core/pec/model.ts'
import type { ScanVerdict } from '../../core/ports.ts'
import type { ContentRow } from '../content/store.ts'
import { findMailboxes, type Mailbox } from '../mailstore/mailboxes.ts'
import { arrive } from './arrive.ts'
import { type Changes, noChanges } from './changes.ts'
import { fileSealed, quarantineFor, receiptJob } from './consequences.ts'
import { examine } from './examine.ts'
import { seal } from './seal.ts'
import { loadSubmission, recordedArrivals } from './store.ts'
import type { World } from './world.ts'

export type ReceiveInput = {
  /** Empty for the null reverse-path. */
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly content: ContentRow
  readonly scan: MimeScan
}

/** What the other server is told: `refused` is a 554 with the reason, everything else a 250. */
export type ReceiveOutcome =
  | { readonly kind: 'stored' | 'duplicate' | 'quarantined' | 'discarded' }
  | { readonly kind: 'refused'; readonly reason: string }

/** Receives a message at the incoming point. RFC 6109 §3.2, §2.2.2. Throws Fault where it cannot be dealt with now. */
export const receive = async (world: World, input: ReceiveInput): Promise<ReceiveOutcome> => {
  world.contents.remember(input.content)
  const { signature, form, postacert } = await examine(world, input)
  const sort = sortIncoming(signature, form)
  world.telemetry.arrived(sort.kind)
  switch (sort.kind) {
    case 'envelope':
      return receiveEnvelope(world, input, sort, postacert)
    case 'receipt':
      return receiveReceipt(world, input, sort)
    default:
      return receiveOrdinary(world, input, sort)
  }
}

const whole = (content: ContentRow) => [rangePiece(content.id, 0, content.sizeBytes)]

const scanOf = (world: World, input: ReceiveInput): Promise<ScanVerdict> =>
  world.scanner.scan(world.contents.stream(whole(input.content)))

type EnvelopeSort = Extract<IncomingSort, { kind: 'envelope' }>
type ReceiptSort = Extract<IncomingSort, { kind: 'receipt' }>

const receiveEnvelope = async (
  world: World,
  input: ReceiveInput,
  sort: EnvelopeSort,
  postacert: Rope | undefined,
): Promise<ReceiveOutcome> => {
  const { data, signer } = sort
  const message = factsOf(data)
  const certified = new Set(data.recipients.map((recipient) => addressKey(recipient.address)))
  const listed = input.forwardPaths.filter((address) => certified.has(addressKey(address)))
  let contentIsStored = false
  if (listed.length < input.forwardPaths.length) {
    // An envelope replayed to somebody whom the certification data do not name proves nothing for him.
    const forwardPaths = input.forwardPaths.filter((address) => !listed.includes(address))
    const reason = 'destinatario non compreso nei dati di certificazione'
    const outcome = await receiveOrdinary(world, { ...input, forwardPaths }, { kind: 'anomalous', signer, reason })
    if (listed.length === 0) return outcome
    contentIsStored = outcome.kind === 'stored'
  }
  const verdict = await scanOf(world, input)
  let recipients = listed
  for (let first = true; ; first = false) {
    if (!first) {
      // A server that did not hear our 250 sends again: what is recorded is neither delivered nor answered twice.
      const recorded = await recordedArrivals(world.db, data.identifier, signer.name, listed)
      recipients = listed.filter((address) => !recorded.has(addressKey(address)))
    }
    if (recipients.length === 0) return discard(world, input, message, listed, 'duplicate')
    if (verdict.kind === 'infected') {
      const aside = { ...input, forwardPaths: recipients }
      if (await quarantineEnvelope(world, aside, sort, contentIsStored, verdict.signature))
        return { kind: 'quarantined' }
      continue
    }
    const { fields } = input.scan.root
    const subject = firstValue(fields, 'subject')
    const outcome = await arrive(
      world,
      {
        message,
        requested: data.receiptType ?? 'complete',
        recipients,
        to: addresseeKeys(fields, 'to'),
        cc: addresseeKeys(fields, 'cc'),
        postacert: postacert ?? [],
        envelope: {
          id: input.content.id,
          sizeBytes: input.content.sizeBytes,
          subject: subject === undefined ? undefined : decodeText(subject),
        },
        answered: conversationNames(messageWithin(input.scan.root)?.fields ?? []).answered,
        signer: signer.name,
        serviceMailbox: signer.serviceMailbox,
      },
      (changes) => {
        if (!contentIsStored) changes.contents.push(input.content)
      },
    )
    if (outcome === 'committed') return { kind: 'stored' }
  }
}

/** RFC 6109 §3.2.3, §2.2.4: kept aside, the sender's provider told, nothing delivered. */
const quarantineEnvelope = async (
  world: World,
  input: ReceiveInput,
  sort: EnvelopeSort,
  contentIsStored: boolean,
  signature: string,
): Promise<boolean> => {
  const recipients = input.forwardPaths
  const at = world.clock.now()
  const message = factsOf(sort.data)
  const to = sort.signer.serviceMailbox
  const { notices, journal } = detectVirus(message, recipients, signature, to, { provider: world.provider, at })
  const changes = noChanges()
  if (!contentIsStored) changes.contents.push(input.content)
  changes.journal.push(...journal)
  changes.quarantine.push(quarantineFor(input.content.id, message.identifier, signature, 'incoming', at))
  for (const sealed of await seal(world, notices)) {
    changes.contents.push(sealed.row)
    changes.jobs.push(receiptJob(world, sealed, message))
  }
  for (const address of recipients) {
    changes.arrivals.push({
      identifier: message.identifier,
      address,
      signer: sort.signer.name,
      state: 'quarantined',
      content: input.content.id,
      at,
    })
  }
  return (await world.committer.commit(changes)) === 'committed'
}

/** RFC 6109 §2.1.1.1.1, §2.2.5: for the service mailbox, which takes nothing else; users never get them. */
const BETWEEN_PROVIDERS: ReadonlySet<PecKind> = new Set(['takeInCharge', 'virusDetection'])

/** A receipt goes unchanged to whom it is for; what it says of our recipients moves their state. RFC 6109 §2.2.2, §2.1 */
const receiveReceipt = async (world: World, input: ReceiveInput, sort: ReceiptSort): Promise<ReceiveOutcome> => {
  const at = world.clock.now()
  const { data, pecKind, signer } = sort
  const forwardPaths = input.forwardPaths.filter((address) => isFor(world, sort, address))
  // Handed on by somebody to whom it is not for: it counts for nothing, so that it takes no place from the true one.
  if (forwardPaths.length === 0) return discard(world, input, factsOf(data), input.forwardPaths, 'not for them')
  const mailboxes = await findMailboxes(world.db, forwardPaths)
  const changes = noChanges()
  changes.contents.push(input.content)
  changes.seen.push({ key: seenKey(sort), at })
  const subject = firstValue(input.scan.root.fields, 'subject')
  const filedIn = forwardPaths.map((address) => mailboxes.get(addressKey(address))).filter(isMailbox)
  for (const mailbox of filedIn) {
    changes.filings.push({
      mailboxId: mailbox.id,
      content: input.content.id,
      kind: pecKind,
      msgid: data.identifier,
      subject: subject === undefined ? undefined : decodeText(subject),
      sizeBytes: input.content.sizeBytes,
      at,
    })
  }
  for (const move of receiptTransitions(pecKind, data)) {
    changes.transitions.push({ ...move, identifier: data.identifier, at })
  }
  const entry: JournalEntry = {
    event: filedIn.length > 0 ? 'receiptReceived' : 'discarded',
    at,
    msgid: data.identifier,
    clientMsgid: data.clientMsgid,
    sender: data.sender,
    recipients: data.deliveryTo ? [data.deliveryTo] : (data.takenFor ?? []),
    subject: data.subject,
    related: [messageIdOf(input)],
    provider: signer.name,
    detail: pecKind,
  }
  changes.journal.push(entry)
  if (pecKind === 'virusDetection') await tellOfVirus(world, changes, sort, at)
  const outcome = await world.committer.commit(changes)
  // The same receipt again (a replay, or an answer that was not heard): once is enough.
  if (outcome === 'committed') return { kind: 'stored' }
  return discard(world, input, factsOf(data), entry.recipients, 'duplicate')
}

/** Takes-in-charge and virus detections are for the service mailbox, the others for who sent the original. RFC 6109 §2.1 */
const isFor = (world: World, { pecKind, data }: ReceiptSort, address: string): boolean =>
  sameAddress(address, BETWEEN_PROVIDERS.has(pecKind) ? world.provider.serviceMailbox : data.sender)

/** RFC 6109 §3.2.4, §2.2.2: the sender is told, and the operator too: our own check let the virus through. */
const tellOfVirus = async (world: World, changes: Changes, sort: ReceiptSort, at: Instant): Promise<void> => {
  world.alarm.raise('virusMissedAtAccess', { identifier: sort.data.identifier, signer: sort.signer.name })
  const known = await loadSubmission(world.db, sort.data.identifier)
  const recipient = sort.data.deliveryTo
  const told = known?.recipients.find((one) => recipient !== undefined && sameAddress(one.address, recipient))
  // Not a recipient of that message, or one whose outcome the sender has: there is nothing to tell him.
  if (!known || !told || told.state === 'delivered' || told.state === 'failed') return
  const facts = { provider: world.provider, at }
  const { notice, journal } = reportVirus(known.message, told.address, sort.data.extendedError, facts)
  const [sealed] = await seal(world, [notice])
  changes.contents.push(sealed!.row)
  changes.filings.push(fileSealed(sealed!, known.mailboxId, sort.data.identifier))
  changes.journal.push(...journal)
}

/** What came again, or to the wrong place, is not dealt with; that it came is recorded. RFC 6109 §2.3 */
const discard = async (
  world: World,
  input: ReceiveInput,
  message: MessageFacts,
  recipients: readonly string[],
  why: 'duplicate' | 'not for them',
): Promise<ReceiveOutcome> => {
  const changes = noChanges()
  changes.journal.push({
    event: 'discarded',
    at: world.clock.now(),
    msgid: message.identifier,
    clientMsgid: message.clientMsgid,
    sender: message.sender,
    recipients,
    subject: message.subject,
    related: [messageIdOf(input)],
    provider: world.provider.name,
    detail: why,
  })
  await world.committer.commit(changes)
  return { kind: why === 'duplicate' ? 'duplicate' : 'discarded' }
}

/** Dedupe by what a receipt says, not by its bytes (pec.md §13). */
const seenKey = ({ pecKind, data, signer }: ReceiptSort): string => {
  const about = data.deliveryTo ? addressKey(data.deliveryTo) : (data.takenFor ?? []).map(addressKey).sort().join(',')
  const kind = pecKind.startsWith('delivery') ? 'delivery' : pecKind
  return createHash('sha256').update(`${signer.name}\n${kind}\n${data.identifier}\n${about}`).digest('hex')
}

const messageIdOf = (input: ReceiveInput): string =>
  firstValue(input.scan.root.fields, 'message-id')?.trim().replace(/^<|>$/g, '') ?? ''

const isMailbox = (mailbox: Mailbox | undefined): mailbox is Mailbox => mailbox !== undefined

/** Ordinary or damaged mail: wrapped for the mailboxes that take it. RFC 6109 §3.2.2, §2.2.2 */
const receiveOrdinary = async (
  world: World,
  input: ReceiveInput,
  sort: Exclude<IncomingSort, EnvelopeSort | ReceiptSort>,
): Promise<ReceiveOutcome> => {
  const at = world.clock.now()
  const verdict = await scanOf(world, input)
  const incoming: IncomingMessage = {
    reversePath: input.reversePath,
    forwardPaths: input.forwardPaths,
    content: input.content.id,
    sizeBytes: input.content.sizeBytes,
    root: input.scan.root,
  }
  if (verdict.kind === 'infected') {
    // RFC 6109 §2.2.2: no notice of certified mail for what is not certified mail
    await refuseInJournal(world, incoming, `virus: ${verdict.signature}`, at)
    return { kind: 'refused', reason: 'Messaggio rifiutato: contiene un virus. Message refused: it carries a virus.' }
  }
  const found = await findMailboxes(world.db, input.forwardPaths)
  const mailboxes = input.forwardPaths.map((address) => found.get(addressKey(address))).filter(isMailbox)
  // RFC 6109 §2.2.2: what a provider signed must go on even if damaged; ordinary mail as each mailbox wants.
  const takers = mailboxes.filter(
    (mailbox) =>
      receives(mailbox.state) &&
      mailbox.role !== 'service' &&
      (sort.kind === 'anomalous' || mailbox.ordinaryMail === 'wrap'),
  )
  if (takers.length === 0) {
    await refuseInJournal(world, incoming, 'ordinary mail not taken', at)
    return {
      kind: 'refused',
      reason:
        'Messaggio rifiutato dal sistema. Indirizzo destinatario sconosciuto o non abilitato alla ricezione di posta non certificata. Recipient unknown or not taking ordinary mail.',
    }
  }
  const { envelope, journal } = wrapAnomaly(
    incoming,
    takers.map((mailbox) => mailbox.address),
    sort.reason,
    { provider: world.provider, at },
  )
  const [sealed] = await seal(world, [envelope])
  const changes = noChanges()
  changes.contents.push(input.content, sealed!.row)
  changes.journal.push(...journal)
  const msgid = messageIdOf(input)
  const { answered } = conversationNames(input.scan.root.fields)
  const thread = answered === undefined ? {} : { thread: answered, names: [msgid] }
  for (const mailbox of takers) changes.filings.push({ ...fileSealed(sealed!, mailbox.id, msgid), ...thread })
  const taking = new Set(takers.map((mailbox) => addressKey(mailbox.address)))
  const others = incoming.forwardPaths.filter((address) => !taking.has(addressKey(address)))
  // Said to be from a provider, so nobody was refused at RCPT: that these got nothing is recorded.
  if (others.length > 0) changes.journal.push(refusal(world, incoming, others, 'ordinary mail not taken', at))
  await world.committer.commit(changes)
  return { kind: 'stored' }
}

const refuseInJournal = async (world: World, incoming: IncomingMessage, detail: string, at: number): Promise<void> => {
  const changes = noChanges()
  changes.journal.push(refusal(world, incoming, incoming.forwardPaths, detail, at))
  await world.committer.commit(changes)
}

const refusal = (
  world: World,
  incoming: IncomingMessage,
  recipients: readonly string[],
  detail: string,
  at: number,
): JournalEntry => {
  const subject = firstValue(incoming.root.fields, 'subject')
  return {
    event: 'ordinaryRefused',
    at,
    msgid: firstValue(incoming.root.fields, 'message-id')?.trim() ?? '',
    sender: incoming.reversePath,
    recipients,
    subject: subject === undefined ? undefined : decodeText(subject),
    related: [],
    provider: world.provider.name,
    detail,
  }
}
