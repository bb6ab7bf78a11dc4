// What an Order says of a member (strike-off, transfer, death, withdrawal, suspension), and what follows for the box.
import type { Refusal } from '../../core/api/problems.ts'
import { procedureNotice } from '../../core/enrolment/procedureNotices.ts'
import { PROCEDURES, type ProcedureKind, statusAfter, whyNot } from '../../core/enrolment/procedures.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { termMachine } from '../../core/mailbox/term.ts'
import { endOfDayAfter } from '../../core/mailbox/termSchedule.ts'
import type { MemberStatus } from '../../core/register/member.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { changeTerm, livingBoxOf, lockTerm, type TermRow, writeTermEvent } from './store.ts'

export type NewProcedure = {
  readonly orderId: number
  readonly memberId: number
  readonly kind: ProcedureKind
  /** Civil date from which it holds. */
  readonly on: string
  readonly reason: string
  /** Code of the Order to which the member goes. */
  readonly toOrder?: string | undefined
  readonly actor: Extract<Actor, { kind: 'staff' }>
}

type Member = { readonly id: number; readonly status: MemberStatus }

const lockMember = async (tx: Tx, { orderId, memberId }: NewProcedure): Promise<Member | undefined> => {
  const [row] = await tx.query<Member>(
    'procedure-member',
    'select id, status from member where id = $2 and order_id = $1 for no key update',
    [orderId, memberId],
  )
  return row
}

const isOrder = async (tx: Tx, code: string): Promise<boolean> =>
  (await tx.query('procedure-order', 'select 1 from professional_order where code = $1', [code])).length > 0

/** Plans or calls off what follows for the box; gives it as it stands then. */
const changeTheBox = (tx: Tx, row: TermRow, procedure: NewProcedure, now: Instant): TermRow => {
  const { orderLeaves, closesAfterDays, suspendsBox } = PROCEDURES[procedure.kind]
  const by = { actor: 'staff', staffId: procedure.actor.staffId } as const
  const reason = procedure.reason
  const suspended = suspendsBox ? termMachine.next(row.state, 'suspend') : undefined
  const closeAt =
    closesAfterDays !== undefined
      ? endOfDayAfter(now, closesAfterDays)
      : procedure.kind === 'reinstate'
        ? null
        : row.closeAt
  if (suspended) writeTermEvent(tx, row.mailboxId, 'suspend', by, now, { reason })
  if (closeAt !== null && closeAt !== row.closeAt) {
    writeTermEvent(tx, row.mailboxId, 'planClose', by, now, { reason, details: { closeAt } })
  }
  if (closeAt === null && row.closeAt !== null) writeTermEvent(tx, row.mailboxId, 'planOff', by, now, { reason })
  if (orderLeaves && !row.orderLeft) writeTermEvent(tx, row.mailboxId, 'orderLeft', by, now, { reason })
  return changeTerm(tx, row, {
    ...(suspended ? { state: suspended } : {}),
    closeAt,
    orderLeft: procedure.kind === 'reinstate' ? false : row.orderLeft || orderLeaves,
  })
}

/** Begins a procedure: register, box, audit and notices in one transaction. */
export const beginProcedure = (office: Office, procedure: NewProcedure): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const member = await lockMember(tx, procedure)
    if (!member) return { refusal: 'notFound' } as const
    const boxId = await livingBoxOf(tx, member.id)
    const row = boxId === undefined ? undefined : await lockTerm(tx, boxId)
    if (procedure.toOrder !== undefined && !(await isOrder(tx, procedure.toOrder))) {
      return { refusal: 'orderUnknown' } as const
    }
    const why = whyNot(procedure.kind, member.status, row !== undefined)
    if (why) return { refusal: 'notInThisState', detail: why } as const
    const now = office.clock.now()
    const status = statusAfter(procedure.kind, member.status)!
    if (status !== member.status) {
      tx.send('procedure-status', 'update member set status = $2, status_since = $3, changed_at = $4 where id = $1', [
        member.id,
        status,
        procedure.on,
        timestamp(now),
      ])
    }
    const { kind, on, reason, toOrder } = procedure
    writeAudit(tx, [
      {
        at: now,
        actor: procedure.actor,
        orderId: procedure.orderId,
        action: `member.${kind}`,
        subjectKind: 'member',
        subjectId: member.id,
        details: { on, reason, status, ...(toOrder ? { toOrder } : {}) },
      },
    ])
    if (row) await tell(tx, office, changeTheBox(tx, row, procedure, now), procedure)
    return undefined
  })

/** The holder is told what follows, at the reference e-mail; nobody writes to who has died. */
const tell = async (tx: Tx, office: Office, row: TermRow, procedure: NewProcedure): Promise<void> => {
  if (procedure.kind === 'death') return
  await writeNotice(tx, office, {
    ...procedureNotice(procedure.kind, {
      name: `${row.givenName} ${row.surname}`,
      address: row.address,
      order: row.orderName,
      secretariatPhone: row.profile.secretariat.phone,
      helpDeskPhone: row.terms.helpDeskPhone,
      closeAt: row.closeAt ?? undefined,
      expiresAt: row.expiresAt,
    }),
    to: row.referenceEmail,
    orderId: row.orderId,
    subjectKind: 'mailbox',
    subjectId: row.address,
  })
}
