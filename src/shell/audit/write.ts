// Writes the trail of who did what, in the transaction of what was done.
import type { Instant } from '../../core/lib/instant.ts'
import { type Tx, timestamp } from '../db/pool.ts'

/** Who does something: staff of an Order or the provider, who uses a box, an applicant, or the system by itself. */
export type Actor =
  | { readonly kind: 'staff'; readonly staffId: number; readonly remoteAddress?: string | undefined }
  | { readonly kind: 'account'; readonly accountId: number; readonly remoteAddress?: string | undefined }
  | { readonly kind: 'applicant'; readonly remoteAddress?: string | undefined }
  | { readonly kind: 'system' }

export const SYSTEM: Actor = { kind: 'system' }

export type AuditEntry = {
  readonly at: Instant
  readonly actor: Actor
  /** The Order that it is about; none where it is the provider's own. */
  readonly orderId?: number | undefined
  /** `member.added`, `roll.applied` … */
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string | number
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

/** Writes entries: they are there when the transaction is. No password, document or content of mail goes into them. */
export const writeAudit = (tx: Tx, entries: readonly AuditEntry[]): void => {
  if (entries.length === 0) return
  tx.send(
    'audit-write',
    `insert into audit (at, actor, staff_id, order_id, action, subject_kind, subject_id, remote_address, details, account_id)
     select * from unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                          $8::text[], $9::jsonb[], $10::bigint[])`,
    [
      entries.map((entry) => timestamp(entry.at)),
      entries.map((entry) => entry.actor.kind),
      entries.map(({ actor }) => (actor.kind === 'staff' ? actor.staffId : undefined)),
      entries.map((entry) => entry.orderId),
      entries.map((entry) => entry.action),
      entries.map((entry) => entry.subjectKind),
      entries.map((entry) => String(entry.subjectId)),
      entries.map(({ actor }) => (actor.kind === 'system' ? undefined : actor.remoteAddress)),
      entries.map((entry) => JSON.stringify(entry.details ?? {})),
      entries.map(({ actor }) => (actor.kind === 'account' ? actor.accountId : undefined)),
    ],
  )
}
