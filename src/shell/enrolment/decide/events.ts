// What is written down beside a decision on a case: its event, and who did what.
import type { Instant } from '../../../core/lib/instant.ts'
import { type Tx, timestamp } from '../../db/pool.ts'

export type CaseEvent = {
  readonly enrolmentId: string
  readonly event: string
  readonly actor: 'staff' | 'system'
  readonly staffId?: number | undefined
  readonly reason?: string | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

/** Writes an event of a case; the caller holds the case's row, which orders them. */
export const writeCaseEvent = (tx: Tx, event: CaseEvent, at: Instant): void => {
  tx.send(
    'decide-event',
    `insert into enrolment_event (enrolment_id, seq, at, event, actor, staff_id, reason, details)
     select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7 from enrolment_event where enrolment_id = $1`,
    [
      event.enrolmentId,
      timestamp(at),
      event.event,
      event.actor,
      event.staffId,
      event.reason,
      JSON.stringify(event.details ?? {}),
    ],
  )
}
