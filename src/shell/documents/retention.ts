// Papers go when their time is over: rows and wrapped key, so that no copy that was forgotten can be read.
import { DAY } from '../../core/lib/instant.ts'
import { SYSTEM, writeAudit } from '../audit/write.ts'
import { timestamp } from '../db/pool.ts'
import { tendRecoveries } from '../identity/recovery/request.ts'
import type { Office } from '../office.ts'

export type Retention = {
  /** Days from the end of a case that gave no box; a refusal may be contested. */
  readonly closedDays: number
  /** Days from activation for which the papers of a box are kept in the archive. */
  readonly archiveDays: number
  /** Days without a change after which a draft, or a case that was to be mended, is over. */
  readonly draftDays: number
}

/** Thirty days after a refusal; ten years after activation, the term of ordinary prescription (art. 2946 c.c.). */
export const RETENTION: Retention = { closedDays: 30, archiveDays: 3653, draftDays: 30 }

const BATCH = 200

/** Writes the day on which the papers of ended and of approved cases go. What was superseded never goes to the archive. */
const settleDates = async (office: Office): Promise<void> => {
  const { closedDays, archiveDays } = office.retention ?? RETENTION
  await office.db.query(
    'document-date-closed',
    `update document d set delete_after =
       (select max(v.at) from enrolment_event v where v.enrolment_id = e.id) + make_interval(days => $1)
     from enrolment e where d.enrolment_id = e.id and d.delete_after is null and d.state <> 'archived'
       and (e.state in ('refused', 'withdrawn', 'lapsed') or (e.state in ('active', 'ended') and d.state = 'superseded'))`,
    [closedDays],
  )
  await office.db.query(
    'document-date-archive',
    `update document d set state = 'archived', delete_after = coalesce(e.activated_at, e.decided_at) + make_interval(days => $1)
     from enrolment e where d.enrolment_id = e.id and d.state = 'current' and e.state in ('active', 'ended')
       and coalesce(e.activated_at, e.decided_at) is not null`,
    [archiveDays],
  )
}

/** Deletes the papers whose time is over; gives how many. Safe to run on several nodes, and again. */
export const sweepDocuments = async (office: Office): Promise<number> => {
  await settleDates(office)
  const { closedDays, archiveDays } = office.retention ?? RETENTION
  await tendRecoveries(office, closedDays, archiveDays)
  const now = office.clock.now()
  let all = 0
  for (;;) {
    const gone = await office.db.tx(async (tx) => {
      const rows = await tx.query<{ id: string; enrolment_id: string | null; kind: string }>(
        'document-sweep',
        `delete from document where id in (
           select id from document where delete_after <= $1 order by delete_after limit $2 for update skip locked)
         returning id, enrolment_id, kind`,
        [timestamp(now), BATCH],
      )
      writeAudit(
        tx,
        rows.map((row) => ({
          at: now,
          actor: SYSTEM,
          action: 'document.deleted',
          subjectKind: 'document',
          subjectId: row.id,
          details: { kind: row.kind, enrolment: row.enrolment_id },
        })),
      )
      return rows.length
    })
    all += gone
    if (gone < BATCH) return all
  }
}

/** How often the papers are swept. */
export const SWEEP_EVERY_MS = DAY / 4
