// An envelope reaches its mailboxes: taken in charge and delivered, with its receipts, in one transaction.

import { toHex } from '../../core/lib/bytes.ts'
import { type Rope, rangePiece } from '../../core/lib/rope.ts'
import { addressKey } from '../../core/mail/address.ts'
import { MimeScanner } from '../../core/mail/mime.ts'
import { briefRope, planBrief } from '../../core/pec/brief.ts'
import { deliver, receiptForm, type TakenEnvelope } from '../../core/pec/delivery.ts'
import { take } from '../../core/pec/incoming.ts'
import type { MessageFacts, ReceiptType } from '../../core/pec/model.ts'
import { findMailboxes, standingFor } from '../mailstore/mailboxes.ts'
import { isWaiting, type Job } from '../outbox/outbox.ts'
import { noChanges } from './changes.ts'
import { fileSealed, receiptJob } from './consequences.ts'
import type { LocalArrival } from './handoff.ts'
import { seal } from './seal.ts'
import { recordedArrivals } from './store.ts'
import type { World } from './world.ts'

/** An envelope whose signature and form hold, or that this provider made itself. */
export type ArrivingEnvelope = {
  readonly message: MessageFacts
  readonly requested: ReceiptType
  readonly recipients: readonly string[]
  readonly to: ReadonlySet<string>
  readonly cc: ReadonlySet<string>
  readonly postacert: Rope
  readonly envelope: { readonly id: string; readonly sizeBytes: number; readonly subject?: string | undefined }
  /** Names the conversation that the original goes on. */
  readonly answered?: string | undefined
  /** Name of the provider that signed the envelope. */
  readonly signer: string
  /** Service mailbox of the sender's provider. */
  readonly serviceMailbox: string
  /** The sender's mailbox, where the sender is a user of this provider. */
  readonly senderMailboxId?: number | undefined
}

/**
 * Takes in charge and delivers, all in one transaction: the receipt is true only if the envelope is in the mailbox.
 * RFC 6109 §2.2.2, §2.2.3, §3.2.1, §3.3.2. `prepare` adds what the caller wants written in the same transaction.
 */
export const arrive = async (
  world: World,
  arriving: ArrivingEnvelope,
  prepare: (changes: ReturnType<typeof noChanges>) => void,
): Promise<'committed' | 'lost'> => {
  const stop = world.telemetry.stage('arrive')
  const at = world.clock.now()
  const facts = { provider: world.provider, at }
  const { message, recipients } = arriving
  const wanted = [...recipients, ...(arriving.senderMailboxId === undefined ? [] : [arriving.serviceMailbox])]
  const mailboxes = await findMailboxes(world.db, wanted)
  const taken: TakenEnvelope = {
    message,
    requested: arriving.requested,
    to: arriving.to,
    cc: arriving.cc,
    postacert: arriving.postacert,
    brief: await briefOf(world, arriving),
  }
  const { receipt, journal } = take(message, recipients, arriving.serviceMailbox, facts)
  const decisions = recipients.map((address) => {
    const mailbox = mailboxes.get(addressKey(address))
    const standing = standingFor(mailbox, arriving.envelope.sizeBytes)
    return deliver(taken, { address, standing }, facts)
  })
  const [sealedTake, ...receipts] = await seal(world, [receipt, ...decisions.map((decision) => decision.receipt)])

  const changes = noChanges()
  prepare(changes)
  changes.journal.push(...journal)
  changes.contents.push(sealedTake!.row)
  if (arriving.senderMailboxId === undefined) {
    changes.jobs.push(receiptJob(world, sealedTake!, message))
  } else {
    // RFC 6109 §3.4: the sender is ours too, so the receipts are already where they must go
    const service = mailboxes.get(addressKey(arriving.serviceMailbox))
    if (service) changes.filings.push(fileSealed(sealedTake!, service.id, message.identifier))
  }
  decisions.forEach((decision, i) => {
    const sealed = receipts[i]!
    changes.journal.push(...decision.journal)
    changes.contents.push(sealed.row)
    const mailbox = mailboxes.get(addressKey(decision.recipient))
    if (decision.kind === 'delivered' && mailbox) {
      // RFC 6109 §2.2.3, §3.3.2: the very bytes that arrived
      changes.filings.push({
        mailboxId: mailbox.id,
        content: arriving.envelope.id,
        kind: 'transportEnvelope',
        msgid: message.identifier,
        ...(arriving.answered === undefined ? {} : { thread: arriving.answered, names: [message.identifier] }),
        subject: arriving.envelope.subject,
        sizeBytes: arriving.envelope.sizeBytes,
        at,
      })
    }
    changes.arrivals.push({
      identifier: message.identifier,
      address: decision.recipient,
      signer: arriving.signer,
      state: decision.kind,
      content: arriving.envelope.id,
      at,
    })
    if (arriving.senderMailboxId === undefined) {
      changes.jobs.push(receiptJob(world, sealed, message))
    } else {
      changes.filings.push(fileSealed(sealed, arriving.senderMailboxId, message.identifier))
      changes.transitions.push({
        identifier: message.identifier,
        address: decision.recipient,
        event: decision.kind === 'delivered' ? 'delivery' : 'nonDelivery',
        at,
      })
    }
  })
  const outcome = await world.committer.commit(changes)
  stop()
  return outcome
}

/** The brief form of the original, where one of the recipients will get a brief receipt. RFC 6109 §3.3.2.2 */
const briefOf = async (world: World, arriving: ArrivingEnvelope): Promise<Rope | undefined> => {
  const { requested, recipients, to, cc } = arriving
  if (!recipients.some((address) => receiptForm(requested, address, to, cc) === 'brief')) return undefined
  const scanner = new MimeScanner()
  for await (const chunk of world.contents.stream(arriving.postacert)) scanner.push(chunk)
  const plan = planBrief(arriving.postacert, scanner.finish())
  const hashes = await world.contents.digests(plan.digests, 'sha1')
  return briefRope(plan, hashes.map(toHex))
}

/** Handler of the `arrive` jobs: mail of this provider for its own mailboxes. RFC 6109 §3.4 */
export const arriveLocal = async (world: World, job: Job): Promise<void> => {
  const arrival = job.payload as LocalArrival
  const { identifier } = arrival.message
  let recipients = arrival.recipients
  while ((await arriveAt(world, job, arrival, recipients)) === 'lost') {
    if (!(await isWaiting(world.db, job.id))) return
    // The envelope came back from outside first (an ordinary recipient sent it on): what is recorded is done.
    const recorded = await recordedArrivals(world.db, identifier, world.provider.name, arrival.recipients)
    recipients = arrival.recipients.filter((address) => !recorded.has(addressKey(address)))
  }
}

const arriveAt = (
  world: World,
  job: Job,
  arrival: LocalArrival,
  recipients: readonly string[],
): Promise<'committed' | 'lost'> => {
  if (recipients.length === 0) return world.committer.commit({ ...noChanges(), done: [job.id] })
  return arrive(
    world,
    {
      message: arrival.message,
      requested: arrival.requested,
      recipients,
      to: new Set(arrival.to),
      cc: new Set(arrival.cc),
      postacert: [rangePiece(arrival.postacert.id, 0, arrival.postacert.sizeBytes)],
      envelope: { ...arrival.envelope, subject: arrival.subject },
      answered: arrival.answered,
      signer: world.provider.name,
      serviceMailbox: world.provider.serviceMailbox,
      senderMailboxId: arrival.senderMailboxId,
    },
    (changes) => changes.done.push(job.id),
  )
}
