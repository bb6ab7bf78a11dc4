// Tells push subscriptions what has changed (RFC 8620 §7.2): found by a duty, posted by a job of each.
import { afterPush, type DeliveryStep } from '../../core/identity/alertDelivery.ts'
import { accountIdOf, pushSubscriptionId } from '../../core/jmap/ids.ts'
import { changedStates, stateChange, typeStates } from '../../core/jmap/pushStates.ts'
import { pushVerification } from '../../core/jmap/pushSubscription.ts'
import { DAY, type Instant } from '../../core/lib/instant.ts'
import type { PostRequest } from '../../core/ports.ts'
import { encryptPush } from '../adapters/webPush.ts'
import { boxStates } from '../mailstore/box.ts'
import { finishJob, putJob, putOffJob } from '../outbox/jobs.ts'
import type { Job } from '../outbox/outbox.ts'
import {
  endSubscription,
  findSubscription,
  noteFailing,
  noteLooked,
  noteTold,
  type Subscription,
  sweepSubscriptions,
  waitingSubscriptions,
} from './subscriptionStore.ts'
import { jobOf, type PushOffice, type SubscriptionPayload } from './subscriptions.ts'

const PAGE = 500

const wantedOf = ({ types }: Pick<Subscription, 'types'>): ReadonlySet<string> | undefined =>
  types === null ? undefined : new Set(types)

/** Puts a job for each subscription to which something is to be told. */
export const findChanges = async ({ db, clock }: PushOffice): Promise<void> => {
  for (;;) {
    const waiting = await waitingSubscriptions(db, PAGE)
    for (const one of waiting) {
      const states = await boxStates(db, one.mailboxId)
      const changed = changedStates(one.told, typeStates(states), wantedOf(one))
      const now = clock.now()
      if (Object.keys(changed).length === 0) await noteLooked(db, one.id, states.modseq)
      else
        await db.tx(async (tx) => putJob(tx, { id: one.id, kind: 'alert', payload: jobOf(one.url), dueAt: now }, now))
    }
    if (waiting.length < PAGE) return
  }
}

/** Whether a job is one of these. */
export const isSubscriptionJob = ({ payload }: Job): boolean =>
  (payload as Partial<SubscriptionPayload>).subscription === true

/** A message that waits at the push service for so long is of no use: the next one says the same. */
const TTL_SECONDS = 86_400

const requestOf = (
  { vapid }: PushOffice,
  { id, url, publicKey, auth }: Subscription,
  message: object,
  now: Instant,
): PostRequest => {
  const plain = Buffer.from(JSON.stringify(message))
  const keys = publicKey && auth ? { publicKey, auth } : undefined
  return {
    url,
    headers: {
      'content-type': 'application/json',
      ttl: String(TTL_SECONDS),
      urgency: 'normal',
      // RFC 8030 §5.4: what waits at the service is replaced by what came after
      topic: id.replaceAll('-', ''),
      ...(keys ? { 'content-encoding': 'aes128gcm' } : {}),
      ...(vapid ? { authorization: vapid.authorization(url, now) } : {}),
    },
    body: keys ? encryptPush(plain, keys) : plain,
  }
}

/** The job of a subscription: says the code, or what has changed; ends it where nobody takes it, or its sign-in is over. */
export const tellStates = async (office: PushOffice, job: Job): Promise<void> => {
  const { db, clock, poster } = office
  const one = await findSubscription(db, job.id, clock.now())
  if (!one?.living || !poster) {
    await db.tx(async (tx) => {
      if ((await finishJob(tx, job.id)) && one) await endSubscription(tx, one.id, clock.now())
    })
    return
  }
  const states = await boxStates(db, one.mailboxId)
  const told = typeStates(states)
  const changed = changedStates(one.told, told, wantedOf(one))
  const message =
    one.verifiedAt === null
      ? pushVerification(pushSubscriptionId(one.id), one.verificationCode)
      : Object.keys(changed).length > 0
        ? stateChange(accountIdOf(one.mailboxId), changed)
        : undefined
  const answer = message && (await poster.post(requestOf(office, one, message, clock.now())))
  const now = clock.now()
  const facts = { attempts: one.attempts + 1, createdAt: one.failingSince ?? now, now }
  const step: DeliveryStep = answer ? afterPush(answer, facts) : { kind: 'delivered' }
  await db.tx(async (tx) => {
    if (step.kind === 'again') {
      putOffJob(tx, job.id, step.at)
      noteFailing(tx, one.id, now)
      return
    }
    if (!(await finishJob(tx, job.id))) return
    if (step.kind !== 'delivered') await endSubscription(tx, one.id, now)
    else if (one.verifiedAt !== null) noteTold(tx, one.id, told, states.modseq)
  })
}

/** Forgets what is over. */
export const sweepPushes = ({ db, clock }: Pick<PushOffice, 'db' | 'clock'>): Promise<void> =>
  sweepSubscriptions(db, clock.now() - DAY, clock.now())
