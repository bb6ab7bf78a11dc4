// What time does to tickets: those that wait for their person in vain are solved, then closed, then forgotten.
import { KEPT_DAYS, LAPSE_DAYS, nextClock, ticketMachine } from '../../core/helpdesk/ticket.ts'
import { DAY } from '../../core/lib/instant.ts'
import { timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { sweepAttachments } from './attachments.ts'
import { shipCanned } from './canned.ts'
import { tellOpener } from './notify.ts'
import { insertMessage, lockTicket, moveTicket } from './store.ts'

const AT_A_TIME = 200

/** Ends what nobody has said anything about for too long; each ticket in a transaction of its own. */
const lapseTickets = async (office: Office): Promise<void> => {
  const now = office.clock.now()
  const rows = await office.db.query<{ id: string }>(
    'tickets-idle',
    `select id from ticket where state = 'waitingForYou' and changed_at < $1 or state = 'solved' and changed_at < $2
     order by changed_at limit $3`,
    [timestamp(now - LAPSE_DAYS.waitingForYou * DAY), timestamp(now - LAPSE_DAYS.solved * DAY), AT_A_TIME],
  )
  for (const { id } of rows) {
    await office.db.tx(async (tx) => {
      const one = await lockTicket(tx, id)
      const waited = one && (one.state === 'waitingForYou' ? LAPSE_DAYS.waitingForYou : LAPSE_DAYS.solved)
      const state = one && ticketMachine.next(one.state, 'lapse')
      if (!one || !state || one.state === 'unconfirmed' || one.changedAt >= now - waited! * DAY) return
      moveTicket(tx, one, { state, clock: nextClock(one, { event: 'lapse', state, category: one.category }, now) }, now)
      await insertMessage(tx, id, { kind: 'event', via: 'web', body: `lapsed ${state}` }, now)
      if (state === 'solved') await tellOpener(tx, office, one, { kind: 'lapsed' })
    })
  }
}

/** The duty `tickets`. */
export const tendTickets = async (office: Office): Promise<void> => {
  const { db, clock } = office
  const now = clock.now()
  await shipCanned(office)
  await lapseTickets(office)
  await db.query('tickets-unconfirmed-sweep', `delete from ticket where state = 'unconfirmed' and created_at < $1`, [
    timestamp(now - LAPSE_DAYS.unconfirmed * DAY),
  ])
  await db.query('tickets-sweep', `delete from ticket where state = 'closed' and changed_at < $1`, [
    timestamp(now - KEPT_DAYS * DAY),
  ])
  await db.query('ticket-keys-sweep', 'delete from ticket_key where expires_at < $1', [timestamp(now)])
  await sweepAttachments(db, now - DAY)
}
