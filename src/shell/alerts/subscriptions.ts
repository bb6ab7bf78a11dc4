// Push subscriptions as JMAP's clients use them: made, proved, changed, ended.
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { postUrl } from '../../core/identity/alertDelivery.ts'
import { typeStates } from '../../core/jmap/pushStates.ts'
import {
  MOST_AN_HOUR,
  MOST_SUBSCRIPTIONS,
  type SubscriptionChanges,
  type WantedSubscription,
} from '../../core/jmap/pushSubscription.ts'
import { HOUR, type Instant } from '../../core/lib/instant.ts'
import { arePushKeys } from '../adapters/webPush.ts'
import { boxStates } from '../mailstore/box.ts'
import type { Office } from '../office.ts'
import { putJob } from '../outbox/jobs.ts'
import {
  changeSubscription,
  countMade,
  endSubscription,
  insertSubscription,
  listSubscriptions,
  type Opener,
  type Subscription,
  verifySubscription,
} from './subscriptionStore.ts'

export type PushOffice = Pick<Office, 'db' | 'clock' | 'poster' | 'vapid' | 'sandbox'>

/** The job of a subscription has its id: one at a time tells it something. */
export type SubscriptionPayload = { readonly host: string; readonly subscription: true }

export const jobOf = (url: string): SubscriptionPayload => ({ host: new URL(url).host, subscription: true })

type Made = { readonly id: string; readonly expiresAt: Instant }
type NotMade = { readonly refusal: 'url' | 'keys' | 'tooMany' | 'tooOften' | 'unavailable' }

const keysOf = ({ keys }: WantedSubscription) =>
  keys && { publicKey: Buffer.from(keys.p256dh, 'base64url'), auth: Buffer.from(keys.auth, 'base64url') }

const create = async (
  office: PushOffice,
  mailboxId: number,
  opener: Opener,
  wanted: WantedSubscription,
): Promise<Made | NotMade> => {
  const { db, clock, poster, sandbox } = office
  if (!poster) return { refusal: 'unavailable' }
  const url = postUrl(wanted.url, sandbox)
  const keys = keysOf(wanted)
  if (url === undefined) return { refusal: 'url' }
  if (keys && !arePushKeys(keys)) return { refusal: 'keys' }
  // A name that cannot be looked up now may be later; an address inside never becomes right.
  if ((await poster.check(url))?.kind === 'refused') return { refusal: 'url' }
  return db.tx<Made | NotMade>(async (tx) => {
    const now = clock.now()
    if ((await countMade(tx, mailboxId, now - HOUR)) >= MOST_AN_HOUR) return { refusal: 'tooOften' }
    if ((await listSubscriptions(tx, mailboxId, opener, now)).length >= MOST_SUBSCRIPTIONS)
      return { refusal: 'tooMany' }
    const { deviceClientId, types = null, expiresAt } = wanted
    const id = randomUUID()
    const verificationCode = randomBytes(24).toString('base64url')
    const { publicKey = null, auth = null } = keys ?? {}
    const row = { id, mailboxId, deviceClientId, url, publicKey, auth, verificationCode, types, expiresAt }
    insertSubscription(tx, opener, row, now)
    putJob(tx, { id, kind: 'alert', payload: jobOf(url), dueAt: now }, now)
    return { id, expiresAt }
  })
}

const isCode = (given: string, code: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(code)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Changes one; false where the code is another one. */
const change = async (office: PushOffice, one: Subscription, changes: SubscriptionChanges): Promise<boolean> => {
  const { db, clock } = office
  const { verificationCode, expiresAt = one.expiresAt, types = one.types } = changes
  if (verificationCode !== undefined && !isCode(verificationCode, one.verificationCode)) return false
  await changeSubscription(db, one.id, { expiresAt, types })
  if (verificationCode !== undefined && one.verifiedAt === null) {
    const states = await boxStates(db, one.mailboxId)
    await verifySubscription(db, one.id, typeStates(states), clock.now())
  }
  return true
}

/** The verbs over one office. */
export const subscriptionVerbs = (office: PushOffice) => ({
  /** By which key pushes are signed (RFC 8292), in base64url. */
  vapidKey: office.vapid?.publicKey,
  list: (mailboxId: number, opener: Opener) => listSubscriptions(office.db, mailboxId, opener, office.clock.now()),
  create: (mailboxId: number, opener: Opener, wanted: WantedSubscription) => create(office, mailboxId, opener, wanted),
  change: (one: Subscription, changes: SubscriptionChanges) => change(office, one, changes),
  end: (one: Pick<Subscription, 'id'>) => endSubscription(office.db, one.id, office.clock.now()),
})
export type Subscriptions = ReturnType<typeof subscriptionVerbs>
