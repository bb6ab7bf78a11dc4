// The operator's decisions on a case: approve, ask again, refuse. Of two who decide at once one does; the other is told.
import type { Refusal } from '../../../core/api/problems.ts'
import {
  askAgainNotice,
  type CaseOfNotice,
  type DecisionNotice,
  refusalNotice,
} from '../../../core/enrolment/decisionNotices.ts'
import { type EnrolmentEvent, enrolmentMachine } from '../../../core/enrolment/machine.ts'
import { missing } from '../../../core/enrolment/requirements.ts'
import { civilDateOf } from '../../../core/lib/calendar.ts'
import { isOnRegister } from '../../../core/register/member.ts'
import { tidyName } from '../../../core/register/personName.ts'
import { type Actor, writeAudit } from '../../audit/write.ts'
import { reversePurchase } from '../../billing/purchases.ts'
import { refuseFields } from '../../convention/fields.ts'
import type { Queries, Tx } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { isFree } from '../addresses.ts'
import { type Case, caseFacts, loadCase, noticeCase } from '../case.ts'
import { linkFor, reachableAt, tell } from '../letters.ts'
import { addEvent, findByCaseNumber, lockEnrolment, moveEnrolment } from '../store.ts'
import { changedBy } from './changed.ts'
import { putProvision } from './provision.ts'

/** Who decides: staff of the provider. */
export type Decider = Extract<Actor, { kind: 'staff' }>

export type Decision = {
  readonly caseNumber: string
  /** Of the case that was looked at. */
  readonly version: number
  /** Words to the applicant. */
  readonly reason: string
}

type Decided = { readonly caseNumber: string }
type Outcome = Decided | Refusal

/** Runs a decision on the locked case, if it is still the one that was looked at and the machine lets it. */
const deciding = async (
  office: Office,
  { caseNumber, version }: Pick<Decision, 'caseNumber' | 'version'>,
  event: EnrolmentEvent,
  decide: (tx: Tx, one: Case) => Promise<Refusal | undefined>,
): Promise<Outcome> => {
  const found = await findByCaseNumber(office.db, caseNumber)
  if (!found) return { refusal: 'caseUnknown' }
  return office.db.tx(async (tx) => {
    const enrolment = await lockEnrolment(tx, found.id)
    if (!enrolment) return { refusal: 'caseUnknown' }
    if (enrolment.version !== version) return changedBy(tx, enrolment.id)
    if (enrolmentMachine.next(enrolment.state, event) === undefined) return { refusal: 'notInThisState' }
    return (await decide(tx, await loadCase(tx, enrolment))) ?? { caseNumber }
  })
}

const record = (tx: Tx, office: Office, one: Case, actor: Decider, action: string): void =>
  writeAudit(tx, [
    {
      at: office.clock.now(),
      actor,
      orderId: one.order.id,
      action,
      subjectKind: 'enrolment',
      subjectId: one.enrolment.caseNumber,
    },
  ])

/** Why a case cannot be approved as it stands: what is missing is told word by word. */
export const obstacleToApproval = async (db: Queries, office: Office, one: Case): Promise<Refusal | undefined> => {
  const { enrolment, member } = one
  if (!isOnRegister(member.status)) return { refusal: 'memberNotActive' }
  const fields = missing(caseFacts(one), civilDateOf(office.clock.now())).flatMap((step) => step.fields)
  if (fields.length > 0)
    return {
      refusal: 'documentsMissing',
      detail: {
        it: `Non si può approvare: ${fields.map(({ it }) => it).join(' ')} Chiedi una correzione.`,
        en: `It cannot be approved: ${fields.map(({ en }) => en).join(' ')} Ask for it to be mended.`,
      },
      fields: fields.map(({ field, code, it, en }) => ({ field, code, it, en })),
    }
  return (await isFree(office, db, enrolment.address!, enrolment)) ? undefined : { refusal: 'addressTaken' }
}

/** The first of two approvals: the case stays where it is, and waits for another operator. */
const approveFirst = async (tx: Tx, office: Office, one: Case, actor: Decider): Promise<undefined> => {
  const { enrolment } = one
  await tx.query(
    'decide-first-approval',
    'update enrolment set first_approver_id = $2, version = version + 1 where id = $1 returning 1',
    [enrolment.id, actor.staffId],
  )
  addEvent(tx, enrolment.id, { event: 'firstApproval', actor, at: office.clock.now() })
  record(tx, office, one, actor, 'case.approvedFirst')
  return undefined
}

/** Approves a case: the job that makes its box is put. Where two must approve, the second one does that. */
export const approveCase = (office: Office, actor: Decider, look: Omit<Decision, 'reason'>): Promise<Outcome> =>
  deciding(office, look, 'approve', async (tx, one) => {
    const { enrolment, convention } = one
    const first = enrolment.firstApproverId
    if (convention.terms.secondPairOfEyes && first === actor.staffId) return { refusal: 'samePerson' }
    const obstacle = await obstacleToApproval(tx, office, one)
    if (obstacle) return obstacle
    if (convention.terms.secondPairOfEyes && first === undefined) return approveFirst(tx, office, one, actor)
    const now = office.clock.now()
    await moveEnrolment(tx, enrolment, 'approve', { at: now, actor, decidedAt: now, reviewerId: actor.staffId })
    record(tx, office, one, actor, 'case.approved')
    putProvision(tx, enrolment.id, now)
    return undefined
  })

const caseOfNotice = (office: Office, one: Case): CaseOfNotice => ({
  ...noticeCase(one),
  name: `${tidyName(one.member.givenName)} ${tidyName(one.member.surname)}`,
  publicUrl: office.publicUrl,
})

/** Writes to the applicant, where there is an address; each case may be told such a thing more than once. */
const write = async (tx: Tx, office: Office, one: Case, notice: (to: string) => DecisionNotice): Promise<void> => {
  const to = reachableAt(one)
  if (to !== undefined) await tell(tx, office, one, to, notice(to))
}

const SHORTEST_REASON = 5

/** Words that the applicant can use: blanks are none. */
const noReason = ({ reason }: Decision): Refusal | undefined =>
  refuseFields('badRequest', [
    [
      'reason',
      reason.trim().length >= SHORTEST_REASON,
      'missing',
      'Scrivi il motivo: l’iscritto lo legge così com’è.',
      'Write the reason: the member reads it as it is.',
    ],
  ])

/** Asks the applicant to mend something. */
export const askAgain = async (office: Office, actor: Decider, decision: Decision): Promise<Outcome> =>
  noReason(decision) ??
  deciding(office, decision, 'askAgain', async (tx, one) => {
    const { enrolment } = one
    const now = office.clock.now()
    const reason = decision.reason.trim()
    await moveEnrolment(tx, enrolment, 'askAgain', {
      at: now,
      actor,
      reason,
      reviewReason: reason,
      reviewerId: actor.staffId,
    })
    record(tx, office, one, actor, 'case.askedAgain')
    await write(tx, office, one, (to) =>
      askAgainNotice({ ...caseOfNotice(office, one), reason, link: linkFor(tx, office, enrolment, to, now) }),
    )
    return undefined
  })

/** Refuses a case: its address is free again, its password forgotten, its purchase undone. */
export const refuseCase = async (office: Office, actor: Decider, decision: Decision): Promise<Outcome> =>
  noReason(decision) ??
  deciding(office, decision, 'refuse', async (tx, one) => {
    const { enrolment } = one
    const now = office.clock.now()
    const reason = decision.reason.trim()
    await moveEnrolment(tx, enrolment, 'refuse', {
      at: now,
      actor,
      reason,
      decidedAt: now,
      reviewReason: reason,
      reviewerId: actor.staffId,
    })
    record(tx, office, one, actor, 'case.refused')
    await write(tx, office, one, () => refusalNotice({ ...caseOfNotice(office, one), reason }))
    // Last, for it holds the numbers of invoices until the end.
    await reversePurchase(tx, { enrolmentId: enrolment.id }, 'refused', now)
    return undefined
  })
