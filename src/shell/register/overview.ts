// The Order at a glance: its conventions, and how many members want somebody's eyes.

import { conventionStanding } from '../../core/convention/convention.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { conventionsOfOrder, seatsTaken } from '../convention/store.ts'
import type { Office } from '../office.ts'
import { orderFigures } from './listStore.ts'
import { lastImportAt } from './rollStore.ts'

/** What the first page of the Order's console shows. */
export const orderOverview = async (office: Office, orderId: number) => {
  const now = office.clock.now()
  const today = civilDateOf(now)
  const [[order], facts, figures, importedAt] = await Promise.all([
    office.db.query<{ code: string; name: string }>(
      'order-name',
      'select code, name from professional_order where id = $1',
      [orderId],
    ),
    conventionsOfOrder(office.db, orderId),
    orderFigures(office.db, orderId, now),
    lastImportAt(office.db, orderId),
  ])
  const taken = await seatsTaken(
    office.db,
    facts.map(({ convention }) => convention.id),
  )
  return {
    code: order!.code,
    name: order!.name,
    conventions: facts.map(({ convention }) => {
      const { code, domain, startsOn, endsOn, seats, terms, id } = convention
      const { termMonths, priceCents, payer } = terms
      return {
        ...{ code, domain, startsOn, endsOn, termMonths, priceCents, payer, taken: taken.get(id) ?? 0 },
        standing: conventionStanding(convention, today, taken.get(id) ?? 0),
        ...(seats === undefined ? {} : { seats }),
      }
    }),
    members: figures.members,
    boxes: figures.boxes,
    exceptions: figures.exceptions,
    lastImportAt: importedAt,
  }
}
