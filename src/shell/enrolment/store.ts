// Enrolments in the database: rows, their moves along the machine, and what happened to them.
import type { EnrolmentDraft } from '../../core/enrolment/draft.ts'
import { type EnrolmentEvent, type EnrolmentState, enrolmentMachine } from '../../core/enrolment/machine.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { holdMemberOf } from '../register/store.ts'

export type Acceptance = 'onScreen' | 'signedPdf' | 'paper'

export type Enrolment = {
  readonly id: string
  readonly caseNumber: string
  readonly conventionId: number
  readonly memberId: number
  readonly state: EnrolmentState
  readonly version: number
  readonly fiscalKey: string
  /** Whole, and reserved. */
  readonly address: string | undefined
  readonly draft: EnrolmentDraft
  readonly passwordSet: boolean
  /** Where codes are sent; confirmed or not. */
  readonly referenceEmail: string | undefined
  readonly referenceConfirmedAt: Instant | undefined
  readonly acceptedAt: Instant | undefined
  readonly acceptance: Acceptance | undefined
  readonly reviewReason: string | undefined
  readonly reviewerId: number | undefined
  readonly firstApproverId: number | undefined
  readonly createdAt: Instant
  readonly changedAt: Instant
  /** Last sent: the clock of the review. */
  readonly submittedAt: Instant | undefined
  readonly decidedAt: Instant | undefined
  readonly activatedAt: Instant | undefined
  readonly mailboxId: number | undefined
  readonly createdBy: 'applicant' | 'secretariat'
}

type Row = {
  readonly id: string
  readonly case_number: string
  readonly convention_id: number
  readonly member_id: number
  readonly state: EnrolmentState
  readonly version: number
  readonly fiscal_key: string
  readonly address: string | null
  readonly draft: EnrolmentDraft
  readonly password_set: boolean
  readonly reference_email: string | null
  readonly reference_confirmed_at: Instant | null
  readonly accepted_at: Instant | null
  readonly acceptance: Acceptance | null
  readonly review_reason: string | null
  readonly reviewer_id: number | null
  readonly first_approver_id: number | null
  readonly created_at: Instant
  readonly changed_at: Instant | null
  readonly submitted_at: Instant | null
  readonly decided_at: Instant | null
  readonly activated_at: Instant | null
  readonly mailbox_id: number | null
  readonly created_by: 'applicant' | 'secretariat'
}

const COLUMNS = `id, case_number, convention_id, member_id, state, version, fiscal_key, address, draft,
  password_hash is not null as password_set, reference_email, reference_confirmed_at, accepted_at, acceptance,
  review_reason, reviewer_id, first_approver_id, created_at, changed_at, submitted_at, decided_at, activated_at,
  mailbox_id, created_by`
/** As the partial indexes have it, so that they are used. */
const IS_LIVING = `state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved', 'active')`

const enrolmentOf = (row: Row): Enrolment => ({
  id: row.id,
  caseNumber: row.case_number,
  conventionId: row.convention_id,
  memberId: row.member_id,
  state: row.state,
  version: row.version,
  fiscalKey: row.fiscal_key,
  address: row.address ?? undefined,
  draft: row.draft,
  passwordSet: row.password_set,
  referenceEmail: row.reference_email ?? undefined,
  referenceConfirmedAt: row.reference_confirmed_at ?? undefined,
  acceptedAt: row.accepted_at ?? undefined,
  acceptance: row.acceptance ?? undefined,
  reviewReason: row.review_reason ?? undefined,
  reviewerId: row.reviewer_id ?? undefined,
  firstApproverId: row.first_approver_id ?? undefined,
  createdAt: row.created_at,
  changedAt: row.changed_at ?? row.created_at,
  submittedAt: row.submitted_at ?? undefined,
  decidedAt: row.decided_at ?? undefined,
  activatedAt: row.activated_at ?? undefined,
  mailboxId: row.mailbox_id ?? undefined,
  createdBy: row.created_by,
})

export const findEnrolment = async (db: Queries, id: string): Promise<Enrolment | undefined> => {
  const [row] = await db.query<Row>('enrolment-by-id', `select ${COLUMNS} from enrolment where id = $1`, [id])
  return row && enrolmentOf(row)
}

/** The same, locked until the transaction ends, and the applicant's member: every change of a case begins here. */
export const lockEnrolment = async (tx: Tx, id: string): Promise<Enrolment | undefined> => {
  holdMemberOf(tx, 'enrolment', id)
  const [row] = await tx.query<Row>('enrolment-lock', `select ${COLUMNS} from enrolment where id = $1 for update`, [id])
  return row && enrolmentOf(row)
}

/** By the number in its one form (`parseCaseNumber`). */
export const findByCaseNumber = async (db: Queries, caseNumber: string): Promise<Enrolment | undefined> => {
  const [row] = await db.query<Row>('enrolment-by-number', `select ${COLUMNS} from enrolment where case_number = $1`, [
    caseNumber,
  ])
  return row && enrolmentOf(row)
}

/** The living enrolment of a person in a convention. */
export const findLiving = async (
  db: Queries,
  conventionId: number,
  fiscalKey: string,
): Promise<Enrolment | undefined> => {
  const [row] = await db.query<Row>(
    'enrolment-living',
    `select ${COLUMNS} from enrolment where convention_id = $1 and fiscal_key = $2 and ${IS_LIVING}`,
    [conventionId, fiscalKey],
  )
  return row && enrolmentOf(row)
}

/** Enrolments of a member, the newest first. */
export const enrolmentsOfMember = async (db: Queries, memberId: number): Promise<readonly Enrolment[]> => {
  const rows = await db.query<Row>(
    'enrolments-of-member',
    `select ${COLUMNS} from enrolment where member_id = $1 order by created_at desc, id`,
    [memberId],
  )
  return rows.map(enrolmentOf)
}

export type NewEnrolment = Pick<
  Enrolment,
  'id' | 'caseNumber' | 'conventionId' | 'memberId' | 'fiscalKey' | 'createdBy'
>

/** Inserts a draft; false where the person has a living one in the convention already (or the number is taken). */
export const insertEnrolment = async (tx: Tx, one: NewEnrolment, now: Instant): Promise<boolean> => {
  const made = await tx.query(
    'enrolment-insert',
    `insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_by, created_at, changed_at)
     values ($1, $2, $3, $4, 'draft', $5, $6, $7, $7) on conflict do nothing returning 1`,
    [one.id, one.caseNumber, one.conventionId, one.memberId, one.fiscalKey, one.createdBy, timestamp(now)],
  )
  return made.length > 0
}

/** Writes what the applicant typed. The row is locked by who calls. */
export const writeDraft = (tx: Tx, id: string, draft: EnrolmentDraft, now: Instant): void => {
  tx.send('enrolment-draft', 'update enrolment set draft = $2, version = version + 1, changed_at = $3 where id = $1', [
    id,
    JSON.stringify(draft),
    timestamp(now),
  ])
}

/**
 * Reserves an address for a case, or none; the password goes, for it is bound to the address. Breaks the unique
 * constraint `enrolment_address` where another took it in the same moment.
 */
export const writeAddress = (tx: Tx, id: string, address: string | undefined): void => {
  tx.send(
    'enrolment-address-set',
    `update enrolment set address = $2, address_key = $3, password_hash = null, scram_salt = null,
       scram_iterations = null, scram_stored_key = null, scram_server_key = null where id = $1`,
    [id, address, address === undefined ? undefined : addressKey(address)],
  )
}

/** Sets how the module was accepted; `undefined`: it no longer is. */
export const writeAcceptance = (tx: Tx, id: string, acceptance: Acceptance | undefined, now: Instant): void => {
  tx.send(
    'enrolment-acceptance',
    'update enrolment set acceptance = $2, accepted_at = $3, version = version + 1, changed_at = $4 where id = $1',
    [id, acceptance, acceptance === undefined ? undefined : timestamp(now), timestamp(now)],
  )
}

// --- what happened ---------------------------------------------------------------------------------------------------

export type CaseActor =
  | { readonly kind: 'applicant' }
  | { readonly kind: 'system' }
  | { readonly kind: 'staff'; readonly staffId: number }

export type NewCaseEvent = {
  readonly event: string
  readonly actor: CaseActor
  readonly at: Instant
  readonly reason?: string | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

export type CaseEvent = {
  readonly seq: number
  readonly at: Instant
  readonly event: string
  readonly actor: 'applicant' | 'staff' | 'system'
  readonly staffId: number | null
  readonly reason: string | null
  readonly details: Readonly<Record<string, unknown>>
}

/** Adds an event to a case whose row the transaction has locked: so their numbers have no gaps. */
export const addEvent = (tx: Tx, enrolmentId: string, one: NewCaseEvent): void => {
  tx.send(
    'enrolment-event-add',
    `insert into enrolment_event (enrolment_id, seq, at, event, actor, staff_id, reason, details)
     select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7 from enrolment_event where enrolment_id = $1`,
    [
      enrolmentId,
      timestamp(one.at),
      one.event,
      one.actor.kind,
      one.actor.kind === 'staff' ? one.actor.staffId : undefined,
      one.reason,
      JSON.stringify(one.details ?? {}),
    ],
  )
}

/** What happened to a case, in order. */
export const eventsOf = (db: Queries, enrolmentId: string): Promise<readonly CaseEvent[]> =>
  db.query<CaseEvent>(
    'enrolment-events',
    `select seq, at, event, actor, staff_id as "staffId", reason, details from enrolment_event
     where enrolment_id = $1 order by seq`,
    [enrolmentId],
  )

// --- moves -----------------------------------------------------------------------------------------------------------

export type Move = Omit<NewCaseEvent, 'event'> & {
  readonly submittedAt?: Instant | undefined
  readonly decidedAt?: Instant | undefined
  readonly activatedAt?: Instant | undefined
  readonly reviewReason?: string | undefined
  readonly reviewerId?: number | undefined
  readonly mailboxId?: number | undefined
}

/**
 * Moves a case along its machine and writes the event; gives the new state, or undefined where the machine has no such
 * arrow or another has moved the case since it was read. A case that ends without a box forgets its password.
 */
export const moveEnrolment = async (
  tx: Tx,
  { id, state }: Pick<Enrolment, 'id' | 'state'>,
  event: EnrolmentEvent,
  move: Move,
): Promise<EnrolmentState | undefined> => {
  const next = enrolmentMachine.next(state, event)
  if (next === undefined) return undefined
  const instant = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : timestamp(at))
  const moved = await tx.query(
    'enrolment-move',
    `update enrolment set state = $3, version = version + 1, changed_at = $4,
       submitted_at = coalesce($5, submitted_at), decided_at = coalesce($6, decided_at),
       activated_at = coalesce($7, activated_at), review_reason = coalesce($8, review_reason),
       reviewer_id = coalesce($9, reviewer_id), mailbox_id = coalesce($10, mailbox_id),
       first_approver_id = case when $3 in ('awaitingReview', 'awaitingDocument') then null else first_approver_id end
     where id = $1 and state = $2 returning 1`,
    [
      id,
      state,
      next,
      timestamp(move.at),
      instant(move.submittedAt),
      instant(move.decidedAt),
      instant(move.activatedAt),
      move.reviewReason,
      move.reviewerId,
      move.mailboxId,
    ],
  )
  if (moved.length === 0) return undefined
  addEvent(tx, id, { ...move, event })
  if (enrolmentMachine.isFinal(next)) forgetSecrets(tx, id)
  return next
}

/** The password of a case is known to it no more, nor the code that was sent. */
export const forgetSecrets = (tx: Tx, id: string): void => {
  tx.send(
    'enrolment-forget',
    `update enrolment set password_hash = null, scram_salt = null, scram_iterations = null, scram_stored_key = null,
       scram_server_key = null where id = $1`,
    [id],
  )
  tx.send('enrolment-code-drop', 'delete from enrolment_code where enrolment_id = $1', [id])
}

/** A draft that was never sent keeps nothing of what was typed once it is over. */
export const forgetDraft = (tx: Tx, id: string): void => {
  tx.send(
    'enrolment-draft-forget',
    `update enrolment set draft = '{}', address = null, address_key = null, acceptance = null, accepted_at = null
     where id = $1`,
    [id],
  )
}
