// The operator's side of requests to change a dead reference e-mail: the queue, the look, the decision.
import type { Refusal } from '../../../core/api/problems.ts'
import { parseCaseNumber } from '../../../core/enrolment/caseNumber.ts'
import {
  matchOf,
  mayApproveMatch,
  type RecoveryEvent,
  type RecoveryMatch,
  recoveryMachine,
} from '../../../core/identity/recoveryMachine.ts'
import { recoveryAskedAgainLetter, recoveryRefusedLetter } from '../../../core/identity/recoveryTexts.ts'
import { type Actor, writeAudit } from '../../audit/write.ts'
import { type Tx, timestamp } from '../../db/pool.ts'
import { writeView } from '../../documents/store.ts'
import { type OpenedPage, unsealPage, type Viewer } from '../../documents/view.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { findHolderByAddress, type Holder, lockHolder } from '../account/holder.ts'
import { makeChange } from '../account/reference.ts'
import { recoveryLink } from './request.ts'
import {
  findRecoveryByNumber,
  lockRecovery,
  moveRecovery,
  pageOfRecovery,
  type Recovery,
  type RecoveryEventRow,
  type RecoveryPaper,
  recoveryEvents,
  recoveryPapers,
  touchRecovery,
  writeRecoveryEvent,
} from './store.ts'

export type Decider = Extract<Actor, { kind: 'staff' }>
export type RecoveryLook = { readonly caseNumber: string; readonly version: number }

export type RecoveryCase = {
  readonly recovery: Recovery
  readonly match: RecoveryMatch
  /** Whose box it is, where there is one. */
  readonly holder: Holder | undefined
  readonly papers: readonly RecoveryPaper[]
  readonly events: readonly RecoveryEventRow[]
  /** Until when the new e-mail opens no new password. */
  readonly coolingUntil: number | undefined
  readonly secondPairOfEyes: boolean
}

const numberOf = (typed: string): string => parseCaseNumber(typed) ?? typed

/** A request with all that helps to decide it. */
export const viewRecoveryCase = async (office: Office, typed: string): Promise<RecoveryCase | Refusal> => {
  const { db, clock } = office
  const recovery = await findRecoveryByNumber(db, numberOf(typed))
  if (!recovery) return { refusal: 'caseUnknown' }
  const holder = await findHolderByAddress(db, recovery.addressKey)
  const [cooling] = await db.query<{ until: number }>(
    'recovery-cooling',
    `select reset_from as until from reference_change where id = $1 and state = 'made' and reset_from > $2`,
    [recovery.id, timestamp(clock.now())],
  )
  return {
    recovery,
    holder,
    match: matchOf(holder, recovery.fiscalKey),
    papers: await recoveryPapers(db, recovery.id),
    events: await recoveryEvents(db, recovery.id),
    coolingUntil: cooling?.until,
    secondPairOfEyes: holder?.terms?.secondPairOfEyes ?? false,
  }
}

/** Opens a page of a paper; only once the look is written down. */
export const openRecoveryPage = async (
  office: Office,
  viewer: Viewer,
  of: { readonly caseNumber: string; readonly documentId: string; readonly page: number },
): Promise<OpenedPage | undefined> => {
  const sealed = await office.db.tx(async (tx) => {
    const found = await pageOfRecovery(tx, numberOf(of.caseNumber), of.documentId, of.page)
    if (found) writeView(tx, found, viewer, office.clock.now())
    return found
  })
  return sealed && unsealPage(office, sealed)
}

/** Runs a decision on the locked request, if it is still the one that was looked at and the machine lets it. */
const deciding = async (
  office: Office,
  { caseNumber, version }: RecoveryLook,
  event: RecoveryEvent,
  decide: (tx: Tx, one: Recovery) => Promise<Refusal | undefined>,
): Promise<Refusal | undefined> => {
  const found = await findRecoveryByNumber(office.db, numberOf(caseNumber))
  if (!found) return { refusal: 'caseUnknown' }
  return office.db.tx(async (tx) => {
    const one = await lockRecovery(tx, found.id)
    if (!one) return { refusal: 'caseUnknown' }
    if (one.version !== version) return { refusal: 'caseChanged' }
    if (!recoveryMachine.next(one.state, event)) return { refusal: 'notInThisState' }
    return decide(tx, one)
  })
}

const record = (tx: Tx, office: Office, one: Recovery, actor: Decider, action: string, reason?: string): void => {
  const at = office.clock.now()
  writeRecoveryEvent(tx, one.id, action, actor, at, reason)
  writeAudit(tx, [{ at, actor, action: `recovery.${action}`, subjectKind: 'recovery', subjectId: one.caseNumber }])
}

/** Approves: the reference e-mail changes. Where two must approve, the second one does that. */
export const approveRecovery = (office: Office, actor: Decider, look: RecoveryLook): Promise<Refusal | undefined> =>
  deciding(office, look, 'approve', async (tx, one) => {
    const found = await findHolderByAddress(tx, one.addressKey)
    const holder = found && (await lockHolder(tx, found.accountId))
    if (!holder || !mayApproveMatch(matchOf(holder, one.fiscalKey))) return { refusal: 'recoveryMismatch' }
    const now = office.clock.now()
    if (holder.terms?.secondPairOfEyes) {
      if (one.firstApproverId === actor.staffId) return { refusal: 'samePerson' }
      if (one.firstApproverId === null) {
        tx.send('recovery-first-approval', 'update recovery set first_approver_id = $2 where id = $1', [
          one.id,
          actor.staffId,
        ])
        touchRecovery(tx, one.id, now)
        record(tx, office, one, actor, 'firstApproval')
        return undefined
      }
    }
    moveRecovery(tx, one, 'approved', now, { reviewerId: actor.staffId })
    record(tx, office, one, actor, 'approve')
    await makeChange(tx, office, holder, { id: one.id, how: 'recovery', newEmail: one.newEmail }, actor)
    return undefined
  })

export type RecoveryDecision = RecoveryLook & { readonly reason: string }

/** Asks for something to be mended, in the words that a person wrote. */
export const askRecoveryAgain = (
  office: Office,
  actor: Decider,
  { reason, ...look }: RecoveryDecision,
): Promise<Refusal | undefined> =>
  deciding(office, look, 'askAgain', async (tx, one) => {
    moveRecovery(tx, one, 'awaitingDocument', office.clock.now(), { reviewerId: actor.staffId, reason })
    record(tx, office, one, actor, 'askAgain', reason)
    const letter = recoveryAskedAgainLetter({ ...one, reason, link: recoveryLink(tx, office, one.id) })
    await writeNotice(tx, office, { kind: 'recoveryAskAgain', to: one.newEmail, ...letter })
    return undefined
  })

/** Refuses, with the reason that a person wrote. */
export const refuseRecovery = (
  office: Office,
  actor: Decider,
  { reason, ...look }: RecoveryDecision,
): Promise<Refusal | undefined> =>
  deciding(office, look, 'refuse', async (tx, one) => {
    moveRecovery(tx, one, 'refused', office.clock.now(), { reviewerId: actor.staffId, reason })
    record(tx, office, one, actor, 'refuse', reason)
    await writeNotice(tx, office, {
      kind: 'recoveryRefused',
      to: one.newEmail,
      ...recoveryRefusedLetter({ ...one, reason }),
    })
    return undefined
  })

/** Lets the new e-mail open a new password at once: the operator has spoken with the holder. */
export const liftRecoveryCooling = async (
  office: Office,
  actor: Decider,
  caseNumber: string,
): Promise<Refusal | undefined> => {
  const one = await findRecoveryByNumber(office.db, numberOf(caseNumber))
  if (!one) return { refusal: 'caseUnknown' }
  return office.db.tx(async (tx) => {
    const now = timestamp(office.clock.now())
    const lifted = await tx.query(
      'recovery-lift',
      `update reference_change set reset_from = $2 where id = $1 and state = 'made' and reset_from > $2 returning 1`,
      [one.id, now],
    )
    if (lifted.length === 0) return { refusal: 'notInThisState' }
    record(tx, office, one, actor, 'coolingLifted')
    return undefined
  })
}
