// What a group commit writes without conditions: one statement a table for all the units of a batch.

import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { Changes } from './changes.ts'

/** Statements on their way: none, where the units want nothing of the kind. */
type Sent = readonly Promise<unknown>[]

/** The submissions. */
export const insertSubmissions = (tx: Tx, units: readonly Changes[]): Sent => {
  const submissions = units.flatMap((unit) => unit.submissions)
  if (submissions.length === 0) return []
  return [
    tx.query(
      'commit-submissions',
      `insert into submission (identifier, mailbox_id, facts, receipt_type, postacert_id, envelope_id, state, accepted_at)
         select * from unnest($1::text[], $2::bigint[], $3::jsonb[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[])`,
      [
        submissions.map((one) => one.message.identifier),
        submissions.map((one) => one.mailboxId),
        submissions.map((one) => JSON.stringify(one.message)),
        submissions.map((one) => one.receiptType),
        submissions.map((one) => one.postacert ?? null),
        submissions.map((one) => one.envelope ?? null),
        submissions.map((one) => one.state),
        submissions.map((one) => timestamp(one.at)),
      ],
    ),
  ]
}

/** The recipients of accepted submissions, each pending. */
export const insertRecipients = (tx: Tx, units: readonly Changes[]): Sent => {
  const recipients = units
    .flatMap((unit) => unit.submissions)
    .filter((one) => one.state === 'accepted')
    .flatMap((one) => one.message.recipients.map((recipient) => ({ ...recipient, of: one })))
  if (recipients.length === 0) return []
  return [
    tx.query(
      'commit-recipients',
      `insert into recipient (identifier, address_key, address, certified, state, changed_at)
           select identifier, address_key, address, certified, 'pending', at
           from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[])
             as x (identifier, address_key, address, certified, at)
           on conflict do nothing`,
      [
        recipients.map((one) => one.of.message.identifier),
        recipients.map((one) => addressKey(one.address)),
        recipients.map((one) => one.address),
        recipients.map((one) => one.certified),
        recipients.map((one) => timestamp(one.of.at)),
      ],
    ),
  ]
}

/** New jobs; those born leased are under the lease of this node. */
export const insertJobs = (
  tx: Tx,
  units: readonly Changes[],
  lease: { readonly node: string; readonly now: Instant; readonly until: Instant },
): Sent => {
  const jobs = units.flatMap((unit) => unit.jobs)
  if (jobs.length === 0) return []
  return [
    tx.query(
      'commit-jobs',
      `insert into outbox (id, kind, payload, due_at, lease_owner, leased_until, created_at)
         select id, kind, payload, due_at, case when leased then $6 end, case when leased then $7::timestamptz end, $8
         from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::timestamptz[], $5::boolean[])
           as x (id, kind, payload, due_at, leased)`,
      [
        jobs.map((one) => one.id),
        jobs.map((one) => one.kind),
        jobs.map((one) => JSON.stringify(one.payload)),
        jobs.map((one) => timestamp(one.dueAt)),
        jobs.map((one) => one.leased),
        lease.node,
        timestamp(lease.until),
        timestamp(lease.now),
      ],
    ),
  ]
}

/** Infected messages, kept aside. */
export const insertQuarantine = (tx: Tx, units: readonly Changes[]): Sent => {
  const quarantine = units.flatMap((unit) => unit.quarantine)
  if (quarantine.length === 0) return []
  return [
    tx.query(
      'commit-quarantine',
      `insert into quarantine (content_id, identifier, signature, direction, at, keep_until)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
         on conflict do nothing`,
      [
        quarantine.map((one) => one.content),
        quarantine.map((one) => one.identifier),
        quarantine.map((one) => one.signature),
        quarantine.map((one) => one.direction),
        quarantine.map((one) => timestamp(one.at)),
        quarantine.map((one) => timestamp(one.keepUntil)),
      ],
    ),
  ]
}

/** Messages that waited have left. After the filings: the mailbox has moved on by then, and is held. */
export const settleReleased = (tx: Tx, units: readonly Changes[]): Sent => {
  const released = units.flatMap((unit) => unit.released)
  if (released.length === 0) return []
  return [
    tx.query(
      'commit-released',
      `update email_submission e
       set undo_status = 'final', identifier = x.identifier, send_at = x.at, held = null, changed = b.modseq
       from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as x (id, identifier, at), mailbox b
       where e.id = x.id and b.id = e.mailbox_id`,
      [
        released.map(({ id }) => id),
        released.map(({ identifier }) => identifier),
        released.map(({ at }) => timestamp(at)),
      ],
    ),
  ]
}
