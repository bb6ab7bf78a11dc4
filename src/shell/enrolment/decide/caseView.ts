// A case with all that helps to decide it: what was typed beside the register, checks, papers, who looked, what may be done.
import type { Static } from 'typebox'
import type { CaseView } from '../../../core/api/operator.ts'
import type { BoxSchema } from '../../../core/api/orders.ts'
import { PROBLEMS, type Refusal } from '../../../core/api/problems.ts'
import { parseCaseNumber } from '../../../core/enrolment/caseNumber.ts'
import { type Check, checksOf } from '../../../core/enrolment/checks.ts'
import { enrolmentMachine } from '../../../core/enrolment/machine.ts'
import { civilDateOf } from '../../../core/lib/calendar.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import type { Queries } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { type Case, loadCase, nameDifferences } from '../case.ts'
import { findByCaseNumber } from '../store.ts'
import { obstacleToApproval } from './decisions.ts'
import { type Findings, findingsOf, type OtherBox } from './findings.ts'
import { rowView, SELECT_ROWS, type StoredRow } from './rows.ts'

export type CaseViewData = Static<typeof CaseView>

const at = (instant: Instant): string => new Date(instant).toISOString()
const given = <K extends string, V>(key: K, value: V | null | undefined): { readonly [k in K]?: V } =>
  value === null || value === undefined ? {} : ({ [key]: value } as { readonly [k in K]: V })

type Paper = {
  readonly id: string
  readonly kind: 'front' | 'back' | 'module' | 'paper'
  readonly state: string
  readonly pages: number
  readonly sizeBytes: number
  readonly uploadedAt: Instant
  readonly origin: string
  readonly warnings: readonly string[]
}

/** All papers, the present ones first. */
const papersOf = (db: Queries, enrolmentId: string) =>
  db.query<Paper>(
    'review-papers',
    `select id, kind, state, pages, size_bytes as "sizeBytes", uploaded_at as "uploadedAt", origin, warnings
     from document where enrolment_id = $1
     order by state = 'superseded', array_position(array['front', 'back', 'module', 'paper'], kind), uploaded_at desc`,
    [enrolmentId],
  )

const viewsOf = (db: Queries, enrolmentId: string) =>
  db.query<{ at: Instant; staff: string; kind: string; page: number }>(
    'review-views',
    `select v.at, s.name as staff, coalesce(d.kind, '') as kind, v.page
     from document_view v join staff s on s.id = v.staff_id left join document d on d.id = v.document_id
     where v.enrolment_id = $1 order by v.at desc, v.id desc limit 200`,
    [enrolmentId],
  )

const namesOf = async (db: Queries, { events }: Case): Promise<ReadonlyMap<number, string>> => {
  const ids = [...new Set(events.flatMap(({ staffId }) => (staffId === null ? [] : [staffId])))]
  if (ids.length === 0) return new Map()
  const rows = await db.query<{ id: number; name: string }>(
    'review-names',
    'select id, name from staff where id = any($1::bigint[])',
    [ids],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

const boxView = (box: OtherBox): Static<typeof BoxSchema> => ({
  address: box.address,
  state: box.state,
  activatedAt: at(box.activatedAt),
  expiresAt: at(box.expiresAt),
  ...(box.graceUntil === null ? {} : { graceUntil: at(box.graceUntil) }),
  usedBytes: box.usedBytes,
  quotaBytes: box.quotaBytes,
  ...(box.unreadSince === null ? {} : { unreadSince: at(box.unreadSince) }),
})

const checks = (one: Case, findings: Findings, now: Instant): readonly Check[] => {
  const { enrolment, member, documents } = one
  return checksOf(
    {
      draft: enrolment.draft,
      member,
      differences: nameDifferences(one),
      documents,
      acceptance: enrolment.acceptance,
      referenceEmail: enrolment.referenceEmail,
      referenceConfirmed: enrolment.referenceConfirmedAt !== undefined,
      sameDocument: findings.sameDocument,
      sameEmail: findings.sameEmail,
      samePhone: findings.samePhone,
      otherBoxes: findings.boxes.filter(({ state }) => state !== 'closed').map(({ address }) => address),
      earlierCases: findings.earlier.map((row) => ({ caseNumber: row.case_number, state: row.state })),
    },
    civilDateOf(now),
  )
}

const wordsOf = (refusal: Refusal): string => {
  const { it } = PROBLEMS[refusal.refusal]
  return refusal.detail?.it ?? `${it.title}. ${it.detail}`
}

/** What this operator may do with the case now; of what not, why. */
const actionsOf = async (db: Queries, office: Office, one: Case, staffId: number): Promise<CaseViewData['actions']> => {
  const { enrolment, convention } = one
  const may = (event: 'approve' | 'askAgain' | 'refuse'): boolean =>
    enrolmentMachine.next(enrolment.state, event) !== undefined
  const own = convention.terms.secondPairOfEyes && enrolment.firstApproverId === staffId
  const obstacle: Refusal | undefined = !may('approve')
    ? { refusal: 'notInThisState' }
    : own
      ? { refusal: 'samePerson' }
      : await obstacleToApproval(db, office, one)
  const simple = (action: 'askAgain' | 'refuse') => ({
    action,
    allowed: may(action),
    ...(may(action) ? {} : { why: wordsOf({ refusal: 'notInThisState' }) }),
  })
  return [
    { action: 'approve', allowed: obstacle === undefined, ...(obstacle ? { why: wordsOf(obstacle) } : {}) },
    simple('askAgain'),
    simple('refuse'),
  ]
}

const memberView = ({ member }: Case): CaseViewData['member'] => ({
  surname: member.surname,
  givenName: member.givenName,
  fiscalCode: member.fiscalCode,
  number: member.number ?? '',
  section: member.section,
  status: member.status,
})

/** The case with this number, as this operator sees it. */
export const viewCase = async (office: Office, typed: string, staffId: number): Promise<CaseViewData | Refusal> => {
  const { db, reviewDays } = office
  const enrolment = await findByCaseNumber(db, parseCaseNumber(typed) ?? typed)
  if (!enrolment) return { refusal: 'caseUnknown' }
  const one = await loadCase(db, enrolment)
  const [[row], findings, papers, views, names, actions] = await Promise.all([
    db.query<StoredRow>('review-row', `${SELECT_ROWS} where e.id = $1`, [enrolment.id]),
    findingsOf(db, enrolment),
    papersOf(db, enrolment.id),
    viewsOf(db, enrolment.id),
    namesOf(db, one),
    actionsOf(db, office, one, staffId),
  ])
  const now = office.clock.now()
  return {
    case: rowView(row!, reviewDays, now),
    draft: enrolment.draft as CaseViewData['draft'],
    ...given('address', enrolment.address),
    ...given('referenceEmail', enrolment.referenceEmail),
    ...given('acceptance', enrolment.acceptance),
    member: memberView(one),
    checks: checks(one, findings, now).map((check) => ({ ...check })),
    documents: papers.map(({ state, uploadedAt, warnings, ...paper }) => ({
      ...paper,
      uploadedAt: at(uploadedAt),
      warnings: [...warnings],
      superseded: state === 'superseded',
    })),
    otherBoxes: findings.boxes.map(boxView),
    earlierCases: findings.earlier.map((earlier) => rowView(earlier, reviewDays, now)),
    events: one.events.map((event) => ({
      at: at(event.at),
      event: event.event,
      actor: event.actor,
      ...given('staff', event.staffId === null ? undefined : names.get(event.staffId)),
      ...given('reason', event.reason),
    })),
    views: views.map((view) => ({ ...view, at: at(view.at) })),
    actions,
  }
}
