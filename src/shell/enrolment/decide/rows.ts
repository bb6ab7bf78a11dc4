// A case as a row of the operator's lists, and how old it is in working days of its Order.
import type { Static } from 'typebox'
import type { CaseRow } from '../../../core/api/operator.ts'
import type { EnrolmentState } from '../../../core/enrolment/machine.ts'
import { expectedBy } from '../../../core/enrolment/tracker.ts'
import { workingDaysBetween, type YearDay } from '../../../core/lib/calendar.ts'
import type { Instant } from '../../../core/lib/instant.ts'

export type CaseRowView = Static<typeof CaseRow>

export type StoredRow = {
  readonly id: string
  readonly case_number: string
  readonly state: EnrolmentState
  readonly version: number
  readonly order_code: string
  readonly convention_code: string
  readonly surname: string
  readonly given_name: string
  readonly fiscal_code: string
  readonly sort_at: Instant
  readonly submitted_at: Instant | null
  readonly decided_at: Instant | null
  readonly first_approval: boolean
  readonly local_holidays: readonly YearDay[]
}

/** What a row is made of, joined to some enrolments: a table's name or a query in brackets. */
export const selectRows = (enrolments: string): string =>
  `select e.id, e.case_number, e.state, e.version, o.code as order_code, c.code as convention_code,
    m.surname, m.given_name, m.fiscal_code, coalesce(e.submitted_at, e.created_at) as sort_at, e.submitted_at, e.decided_at,
    e.first_approver_id is not null as first_approval, o.local_holidays
  from ${enrolments} e join convention c on c.id = e.convention_id join member m on m.id = e.member_id
    join professional_order o on o.id = m.order_id`
export const SELECT_ROWS = selectRows('enrolment')

/** Whether a case waits for its review for longer than it may. */
export const isLate = (
  row: { readonly state: EnrolmentState; readonly submittedAt: Instant | undefined },
  holidays: readonly YearDay[],
  reviewDays: number,
  now: Instant,
): boolean => {
  const due = expectedBy(row, reviewDays, holidays)
  return due !== undefined && due < now
}

/** A row as the API gives it. */
export const rowView = (row: StoredRow, reviewDays: number, now: Instant): CaseRowView => {
  const submittedAt = row.submitted_at ?? undefined
  const until = row.state === 'awaitingReview' ? now : (row.decided_at ?? now)
  return {
    caseNumber: row.case_number,
    state: row.state,
    version: row.version,
    order: row.order_code,
    convention: row.convention_code,
    surname: row.surname,
    givenName: row.given_name,
    fiscalCode: row.fiscal_code,
    ...(submittedAt === undefined ? {} : { submittedAt: new Date(submittedAt).toISOString() }),
    ageDays: submittedAt === undefined ? 0 : workingDaysBetween(submittedAt, until, row.local_holidays),
    late: isLate({ state: row.state, submittedAt }, row.local_holidays, reviewDays, now),
    firstApproval: row.first_approval,
  }
}
