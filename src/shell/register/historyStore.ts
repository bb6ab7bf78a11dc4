// What happened to a member: cases, the box, what staff and rolls did, for the page of one member.
import type { EnrolmentState } from '../../core/enrolment/machine.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Queries } from '../db/pool.ts'

export type MemberCase = {
  readonly caseNumber: string
  readonly convention: string
  readonly state: EnrolmentState
  readonly createdAt: Instant
  readonly submittedAt: Instant | null
  readonly reason: string | null
}

/** The cases of a member, the newest first. */
export const casesOf = (db: Queries, memberId: number): Promise<readonly MemberCase[]> =>
  db.query<MemberCase>(
    'member-cases',
    `select e.case_number as "caseNumber", c.code as convention, e.state, e.created_at as "createdAt",
       e.submitted_at as "submittedAt", e.review_reason as reason
     from enrolment e join convention c on c.id = e.convention_id where e.member_id = $1 order by e.created_at desc`,
    [memberId],
  )

export type MemberEvent = {
  readonly at: Instant
  readonly event: string
  readonly actor: 'applicant' | 'staff' | 'system'
  readonly staff: string | null
  readonly reason: string | null
}

/** The trail of a member and the events of the boxes, oldest first. */
export const memberEvents = (db: Queries, orderId: number, memberId: number): Promise<readonly MemberEvent[]> =>
  db.query<MemberEvent>(
    'member-events',
    `select * from (
       select a.at, a.action as event, a.actor, s.name as staff, a.details ->> 'reason' as reason
       from audit a left join staff s on s.id = a.staff_id
       where a.order_id = $1 and a.subject_kind = 'member' and a.subject_id = $2::bigint::text
       union all
       select e.at, 'box.' || e.event, e.actor, s.name, e.reason
       from mailbox_term t join mailbox_term_event e using (mailbox_id) left join staff s on s.id = e.staff_id
       where t.member_id = $2::bigint
       order by at desc limit 200) last order by at`,
    [orderId, memberId],
  )
