// What operators decide of a box: they suspend, resume, renew and close it.
import type { Refusal } from '../../core/api/problems.ts'
import { addressKey } from '../../core/mail/address.ts'
import { termMachine } from '../../core/mailbox/term.ts'
import { endOfDayAfter } from '../../core/mailbox/termSchedule.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import type { Office } from '../office.ts'
import { closeTerm, renewTerm } from './step.ts'
import { changeTerm, findTermByAddress, lockTerm, type TermRow, writeTermEvent } from './store.ts'

export type BoxChange = {
  readonly address: string
  readonly event: 'suspend' | 'resume' | 'renew' | 'close'
  readonly reason: string
  readonly actor: Extract<Actor, { kind: 'staff' }>
}

const NOT_NOW: Refusal = { refusal: 'notInThisState' }

/** Changes a box in words; refused where its state has no such arrow. */
export const changeBox = async (office: Office, change: BoxChange): Promise<TermRow | Refusal> => {
  const found = await findTermByAddress(office.db, addressKey(change.address))
  if (!found) return { refusal: 'notFound' }
  return office.db.tx(async (tx) => {
    const row = (await lockTerm(tx, found.mailboxId))!
    const state = termMachine.next(row.state, change.event)
    if (state === undefined) return NOT_NOW
    // Its holder has given it up: whoever pays is not to pay on.
    if (change.event === 'renew' && row.holderCloseAt !== null) return { refusal: 'boxGivenUp' }
    const now = office.clock.now()
    const by = { actor: 'staff', staffId: change.actor.staffId } as const
    writeAudit(tx, [
      {
        at: now,
        actor: change.actor,
        orderId: row.orderId,
        action: `box.${change.event}`,
        subjectKind: 'mailbox',
        subjectId: row.address,
        details: { reason: change.reason },
      },
    ])
    if (change.event === 'renew') return renewTerm(tx, office, row, by, now, change.reason)
    if (change.event === 'close') {
      return closeTerm(tx, office, row, by, endOfDayAfter(now, row.terms.takeOutDays), change.reason, now)
    }
    writeTermEvent(tx, row.mailboxId, change.event, by, now, { reason: change.reason })
    return changeTerm(tx, row, { state })
  })
}
