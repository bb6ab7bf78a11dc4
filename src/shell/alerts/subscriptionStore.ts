// SQL of push subscriptions: each belongs to a sign-in, and is there as long as that is.
import type { TypeStates } from '../../core/jmap/pushStates.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Database, type Queries, type Tx, timestamp } from '../db/pool.ts'
import { IDLE_MS } from '../identity/account/sessions.ts'

/** By what somebody has signed in to a box. */
export type Opener = { readonly kind: 'session' | 'program'; readonly id: string } | { readonly kind: 'main' }

export type Subscription = {
  readonly id: string
  readonly mailboxId: number
  readonly deviceClientId: string
  readonly url: string
  readonly publicKey: Uint8Array | null
  readonly auth: Uint8Array | null
  readonly verificationCode: string
  readonly verifiedAt: Instant | null
  readonly types: readonly string[] | null
  readonly expiresAt: Instant
  readonly told: Readonly<Partial<TypeStates>>
  readonly attempts: number
  readonly failingSince: Instant | null
}

const COLUMNS = `s.id, s.mailbox_id as "mailboxId", s.device_client_id as "deviceClientId", s.url,
  s.public_key as "publicKey", s.auth, s.verification_code as "verificationCode", s.verified_at as "verifiedAt", s.types,
  s.expires_at as "expiresAt", s.told, s.attempts, s.failing_since as "failingSince"`

const DIGEST = `sha256(convert_to(b.password_hash, 'UTF8'))`

/** The subscriptions of a sign-in: $1 the box, $2 the kind, $3 the id. */
const MINE = `s.mailbox_id = $1 and s.opener = $2 and s.opener_id is not distinct from $3::uuid
  and (s.opener <> 'main' or s.opener_digest = (select ${DIGEST} from mailbox b where b.id = s.mailbox_id))
  and s.ended_at is null`

const openerValues = (mailboxId: number, opener: Opener) => [
  mailboxId,
  opener.kind,
  opener.kind === 'main' ? null : opener.id,
]

export const listSubscriptions = (
  db: Queries,
  mailboxId: number,
  opener: Opener,
  now: Instant,
): Promise<readonly Subscription[]> =>
  db.query<Subscription>(
    'push-subscriptions-list',
    `select ${COLUMNS} from push_subscription s where ${MINE} and s.expires_at > $4 order by s.created_at, s.id`,
    [...openerValues(mailboxId, opener), timestamp(now)],
  )

/** Subscriptions that a box has made since an instant, ended ones too; the box is held meanwhile. */
export const countMade = async (tx: Tx, mailboxId: number, since: Instant): Promise<number> => {
  await tx.query('push-subscriptions-lock', 'select 1 from mailbox where id = $1 for no key update', [mailboxId])
  const [row] = await tx.query<{ n: number }>(
    'push-subscriptions-count',
    'select count(*) as n from push_subscription where mailbox_id = $1 and created_at > $2',
    [mailboxId, timestamp(since)],
  )
  return row!.n
}

export type NewSubscription = Pick<
  Subscription,
  'id' | 'mailboxId' | 'deviceClientId' | 'url' | 'publicKey' | 'auth' | 'verificationCode' | 'types' | 'expiresAt'
>

export const insertSubscription = (tx: Tx, opener: Opener, one: NewSubscription, now: Instant): void =>
  tx.send(
    'push-subscription-insert',
    `insert into push_subscription (mailbox_id, opener, opener_id, opener_digest, id, device_client_id, url, public_key,
       auth, verification_code, types, expires_at, created_at)
     select b.id, $2, $3::uuid, case when $2 = 'main' then ${DIGEST} end, $4, $5, $6, $7, $8, $9, $10::text[], $11, $12
     from mailbox b where b.id = $1`,
    [
      ...openerValues(one.mailboxId, opener),
      one.id,
      one.deviceClientId,
      one.url,
      one.publicKey === null ? null : Buffer.from(one.publicKey),
      one.auth === null ? null : Buffer.from(one.auth),
      one.verificationCode,
      one.types,
      timestamp(one.expiresAt),
      timestamp(now),
    ],
  )

export const changeSubscription = (
  db: Queries,
  id: string,
  { expiresAt, types }: { readonly expiresAt: Instant; readonly types: readonly string[] | null },
): Promise<unknown> =>
  db.query(
    'push-subscription-change',
    // What it wants of more types is looked at anew.
    `update push_subscription set expires_at = $2, types = $3::text[],
       looked_modseq = case when types is distinct from $3::text[] then 0 else looked_modseq end
     where id = $1 and ended_at is null`,
    [id, timestamp(expiresAt), types],
  )

/** Whoever knows the code is told of changes from now on. */
export const verifySubscription = (db: Queries, id: string, told: TypeStates, now: Instant): Promise<unknown> =>
  db.query(
    'push-subscription-verify',
    `update push_subscription set verified_at = $2, told = $3 where id = $1 and verified_at is null and ended_at is null`,
    [id, timestamp(now), JSON.stringify(told)],
  )

export const endSubscription = async (db: Queries, id: string, now: Instant): Promise<void> => {
  await db.query(
    'push-subscription-end',
    `update push_subscription set ended_at = $2, public_key = null, auth = null, url = '' where id = $1 and ended_at is null`,
    [id, timestamp(now)],
  )
}

export type Waiting = Pick<Subscription, 'id' | 'mailboxId' | 'url' | 'types' | 'told'> & { readonly modseq: number }

/** Those whose box has changed since it was looked at last, and of which no job tells already. */
export const waitingSubscriptions = (db: Queries, limit: number): Promise<readonly Waiting[]> =>
  db.query<Waiting>(
    'push-subscriptions-waiting',
    `select s.id, s.mailbox_id as "mailboxId", s.url, s.types, s.told, b.modseq
     from push_subscription s join mailbox b on b.id = s.mailbox_id
     where s.ended_at is null and s.verified_at is not null and b.modseq > s.looked_modseq
       and not exists (select from outbox o where o.id = s.id)
     order by s.id limit $1`,
    [limit],
  )

/** Nothing up to a modseq is to be told any more. */
export const noteLooked = async (db: Queries, id: string, modseq: number): Promise<void> => {
  await db.query('push-subscription-looked', 'update push_subscription set looked_modseq = $2 where id = $1', [
    id,
    modseq,
  ])
}

/** What a try has come to: told of these states, or failing since a while. */
export const noteTold = (tx: Tx, id: string, told: Readonly<Partial<TypeStates>>, modseq: number): void =>
  tx.send(
    'push-subscription-told',
    `update push_subscription set told = $2, looked_modseq = $3, attempts = 0, failing_since = null where id = $1`,
    [id, JSON.stringify(told), modseq],
  )

export const noteFailing = (tx: Tx, id: string, now: Instant): void =>
  tx.send(
    'push-subscription-failing',
    `update push_subscription set attempts = attempts + 1, failing_since = coalesce(failing_since, $2) where id = $1`,
    [id, timestamp(now)],
  )

const MAY_LOOK = `a.state = 'active' and (a.mailbox_id = b.id or exists (
  select from delegation d where d.account_id = a.id and d.mailbox_id = b.id and d.revoked_at is null))`

/** A subscription that has not ended, and whether what made it still opens its box. */
export const findSubscription = async (
  db: Queries,
  id: string,
  now: Instant,
): Promise<(Subscription & { readonly living: boolean }) | undefined> =>
  (
    await db.query<Subscription & { readonly living: boolean }>(
      'push-subscription-find',
      `select ${COLUMNS}, s.expires_at > $2 and b.state <> 'suspended' and case s.opener
           when 'main' then s.opener_digest = ${DIGEST} and not exists (
             select from account a where a.mailbox_id = b.id and (a.totp_confirmed_at is not null
               or exists (select from account_passkey k where k.account_id = a.id)))
           when 'program' then exists (
             select from app_password p join account a on a.id = p.account_id
             where p.id = s.opener_id and p.mailbox_id = b.id and p.revoked_at is null
               and (p.expires_at is null or p.expires_at > $2) and ${MAY_LOOK})
           else exists (
             select from account_session t join account a on a.id = t.account_id
             where t.id = s.opener_id and t.stage = 'full' and t.expires_at > $2 and t.seen_at > $3 and ${MAY_LOOK})
         end as living
       from push_subscription s join mailbox b on b.id = s.mailbox_id where s.id = $1 and s.ended_at is null`,
      [id, timestamp(now), timestamp(now - IDLE_MS)],
    )
  )[0]

/** Forgets those that ended some time ago, that were never verified, or that have expired. */
export const sweepSubscriptions = async (db: Database, before: Instant, now: Instant): Promise<void> => {
  await db.query(
    'push-subscriptions-sweep',
    `delete from push_subscription where ended_at < $1 or (verified_at is null and created_at < $1) or expires_at < $2`,
    [timestamp(before), timestamp(now)],
  )
}
