// Hands a message to the server of another domain. Handler of the `transfer` jobs. RFC 6109 §2.2.2, §5.3

import { Fault } from '../../core/lib/refusal.ts'
import { rangePiece } from '../../core/lib/rope.ts'
import { addressKey } from '../../core/mail/address.ts'
import { nonDelivery } from '../../core/pec/drafts.ts'
import { type Draft, type JournalEntry, recipientMachine } from '../../core/pec/model.ts'
import type { RecipientOutcome } from '../../core/ports.ts'
import { isWaiting, type Job } from '../outbox/outbox.ts'
import { bounceInto } from './bounce.ts'
import { type Changes, noChanges } from './changes.ts'
import { fileSealed, type TransferPayload } from './consequences.ts'
import { seal } from './seal.ts'
import { type KnownSubmission, loadSubmission } from './store.ts'
import type { World } from './world.ts'

type Failure = { readonly address: string; readonly code: string; readonly reply: string }

/** Sends what the job names; what the other server refuses for good becomes a notice to the sender. */
export const transfer = async (world: World, job: Job): Promise<void> => {
  const payload = job.payload as TransferPayload
  const stop = world.telemetry.stage('transfer')
  const outcomes = await attempt(world, payload)
  const at = world.clock.now()
  for (;;) {
    const changes = await consequences(world, job, payload, outcomes, at)
    if ((await world.committer.commit(changes)) === 'committed') break
    // Finished by another node; or a receipt came in between: decided again on the new facts, and nothing sent again.
    if (!(await isWaiting(world.db, job.id))) break
  }
  stop()
}

/** What follows from the outcomes. Throws Fault where nothing does yet: the job is put off. */
const consequences = async (
  world: World,
  job: Job,
  payload: TransferPayload,
  outcomes: ReadonlyMap<string, RecipientOutcome>,
  at: number,
): Promise<Changes> => {
  const changes = noChanges()
  changes.done.push(job.id)
  const sent = payload.forwardPaths.filter((address) => outcomes.get(address)?.kind === 'delivered')
  if (sent.length > 0) changes.journal.push(entry(world, payload, 'sent', sent, at))

  const failures: Failure[] = []
  const later: string[] = []
  // After a day of silence the last notice is the timer's to give, to each certified recipient: not ours as well.
  const timed = payload.certified && payload.what === 'envelope'
  const expired: string[] = []
  for (const address of payload.forwardPaths) {
    const outcome = outcomes.get(address) ?? { kind: 'temporary', code: '4.4.0', reply: 'no answer' }
    if (outcome.kind === 'permanent') failures.push({ address, code: outcome.code, reply: outcome.reply })
    else if (outcome.kind === 'temporary' && at >= payload.giveUpAt && timed) expired.push(address)
    else if (outcome.kind === 'temporary' && at >= payload.giveUpAt) {
      failures.push({ address, code: outcome.code.replace(/^4/, '5'), reply: outcome.reply })
    } else if (outcome.kind === 'temporary') later.push(address)
  }
  if (expired.length > 0) changes.journal.push(entry(world, payload, 'discarded', expired, at, firstReply(outcomes)))
  if (failures.length > 0) await failInto(world, changes, payload, failures, at)
  if (later.length > 0) {
    if (later.length === payload.forwardPaths.length) throw new Fault('transport', firstReply(outcomes))
    // Part went and part did not: the rest is a job of its own, with a first wait behind it.
    changes.jobs.push({
      id: world.contents.newId(),
      kind: 'transfer',
      payload: { ...payload, forwardPaths: later },
      dueAt: at + 30_000,
      leased: false,
    })
  }
  return changes
}

const attempt = async (world: World, payload: TransferPayload): Promise<ReadonlyMap<string, RecipientOutcome>> => {
  try {
    return await world.transport.send({
      domain: payload.domain,
      reversePath: payload.reversePath,
      forwardPaths: payload.forwardPaths,
      sizeBytes: payload.sizeBytes,
      content: () => world.contents.stream([rangePiece(payload.content, 0, payload.sizeBytes)]),
      requireTls: payload.certified,
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const outcome: RecipientOutcome = { kind: 'temporary', code: '4.4.0', reply: error.message }
    return new Map(payload.forwardPaths.map((address) => [address, outcome]))
  }
}

const firstReply = (outcomes: ReadonlyMap<string, RecipientOutcome>): string =>
  [...outcomes.values()].map((outcome) => outcome.reply)[0] ?? 'no answer'

/** RFC 6109 §2.3: what is recorded of a transfer is of the original message. */
const entry = (
  world: World,
  payload: TransferPayload,
  event: JournalEntry['event'],
  recipients: readonly string[],
  at: number,
  detail?: string,
): JournalEntry => ({
  event,
  at,
  msgid: payload.identifier,
  clientMsgid: payload.clientMsgid,
  sender: payload.sender,
  recipients,
  subject: payload.subject,
  related: [payload.messageId],
  provider: world.provider.name,
  detail,
})

/** Terminal decisions: a receipt that cannot be handed over is an alarm; an envelope's failure is told to the sender. */
const failInto = async (
  world: World,
  changes: Changes,
  payload: TransferPayload,
  failures: readonly Failure[],
  at: number,
): Promise<void> => {
  const detail = failures.map((failure) => `${failure.address}: ${failure.reply}`).join('; ')
  const known = payload.what === 'envelope' ? await loadSubmission(world.db, payload.identifier) : undefined
  if (!known) {
    const addresses = failures.map((failure) => failure.address)
    changes.journal.push(entry(world, payload, 'discarded', addresses, at, detail))
    world.alarm.raise('receiptNotTransferred', { messageId: payload.messageId, detail })
    return
  }
  if (payload.certified) await failCertified(world, changes, payload, known, failures, at)
  else await bounceInto(world, changes, known, failures, at)
}

/** RFC 6109 §2.2.2, §3.3.3: the sender gets an error within a day; pec.md §5.5: a refusal is a non-delivery of ours. */
const failCertified = async (
  world: World,
  changes: Changes,
  payload: TransferPayload,
  known: KnownSubmission,
  all: readonly Failure[],
  at: number,
): Promise<void> => {
  const facts = { provider: world.provider, at }
  const states = new Map(known.recipients.map((one) => [addressKey(one.address), one.state]))
  // A recipient whose outcome the sender has already been told gets no second one.
  const failures = all.filter((failure) => {
    const state = states.get(addressKey(failure.address))
    return state !== undefined && recipientMachine.next(state, 'nonDelivery') !== undefined
  })
  const notices: Draft[] = failures.map((failure) =>
    nonDelivery(known.message, facts, {
      recipient: failure.address,
      error: failure.code === '5.1.2' ? 'noDomain' : failure.code === '5.1.1' ? 'noRecipient' : 'other',
      extendedError: `${failure.code} - ${failure.reply}`.slice(0, 500),
    }),
  )
  for (const sealed of await seal(world, notices)) {
    changes.contents.push(sealed.row)
    changes.filings.push(fileSealed(sealed, known.mailboxId, payload.identifier))
  }
  failures.forEach((failure, i) => {
    changes.transitions.push({
      identifier: payload.identifier,
      address: failure.address,
      event: 'nonDelivery',
      from: states.get(addressKey(failure.address)),
      at,
    })
    changes.journal.push({
      ...entry(world, payload, 'undeliverable', [failure.address], at, failure.reply),
      related: [notices[i]!.messageId],
    })
  })
}
