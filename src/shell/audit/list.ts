// Reads the trail of who did what, newest first, page by page.
import type { Instant } from '../../core/lib/instant.ts'
import type { Queries } from '../db/pool.ts'

export type AuditRow = {
  readonly id: number
  readonly at: Instant
  readonly actor: 'staff' | 'applicant' | 'account' | 'system'
  readonly staff: string | null
  readonly action: string
  readonly subjectKind: string
  readonly subject: string
  readonly details: Readonly<Record<string, unknown>>
}

export type AuditFilter = {
  /** An action (`member.added`), or all of a kind (`member`). */
  readonly action?: string | undefined
  readonly subject?: string | undefined
  readonly staff?: number | undefined
  /** Entries before this one. */
  readonly before?: number | undefined
  readonly limit: number
}

// To whom a box has written is its holder's to see.
const COLUMNS = `a.id, a.at, a.actor, s.name as staff, a.action, a.subject_kind as "subjectKind", a.subject_id as subject,
  a.details - 'recipients' as details`
const FILTER = `($2::text is null or a.action = $2 or starts_with(a.action, $2 || '.'))
  and ($3::text is null or a.subject_id = $3) and ($4::bigint is null or a.staff_id = $4)
  and ($5::bigint is null or a.id < $5)`

const valuesOf = ({ action, subject, staff, before, limit }: AuditFilter): readonly unknown[] => [
  action ?? null,
  subject ?? null,
  staff ?? null,
  before ?? null,
  limit,
]

/** What was done at an Order, by whomever. */
export const listOrderAudit = (db: Queries, orderId: number, filter: AuditFilter): Promise<readonly AuditRow[]> =>
  db.query<AuditRow>(
    'audit-of-order',
    `select ${COLUMNS} from audit a left join staff s on s.id = a.staff_id
     where a.order_id = $1 and ${FILTER} order by a.id desc limit $6`,
    [orderId, ...valuesOf(filter)],
  )

/**
 * What was done at the provider: what is of no Order, and what the provider's own people did at one. What an Order's
 * secretaries do there is the Order's to see. `$1` says nothing here; both statements share their filter.
 */
export const listProviderAudit = (db: Queries, filter: AuditFilter): Promise<readonly AuditRow[]> =>
  db.query<AuditRow>(
    'audit-of-provider',
    `select ${COLUMNS} from audit a left join staff s on s.id = a.staff_id
     where $1 and (a.order_id is null or exists
         (select 1 from staff_role r where r.staff_id = a.staff_id and r.order_id is null))
       and ${FILTER} order by a.id desc limit $6`,
    [true, ...valuesOf(filter)],
  )
