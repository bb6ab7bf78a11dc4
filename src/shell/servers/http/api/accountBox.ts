// Endpoints of the box as its holder's first page shows it.
import { type BoxOverview, boxOverview } from '../../../mailbox/overview.ts'
import { handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()

const termView = (row: NonNullable<BoxOverview['term']>) => ({
  state: row.state,
  order: row.orderName,
  activatedAt: iso(row.activatedAt),
  expiresAt: iso(row.expiresAt),
  ...(row.graceUntil === null ? {} : { graceUntil: iso(row.graceUntil) }),
  ...(row.closeAt === null ? {} : { closeAt: iso(row.closeAt) }),
  ...(row.purgeAfter === null ? {} : { purgeAfter: iso(row.purgeAfter) }),
  payer: row.payer,
  nextPayer: row.nextPayer,
  receivesWhenExpired: row.terms.receivesWhenExpired,
  takeOutDays: row.terms.takeOutDays,
  helpDeskPhone: row.terms.helpDeskPhone,
})

const overviewView = ({ level, concerns, space, term, reference, domicile, secondFactor }: BoxOverview) => ({
  level,
  concerns: [...concerns],
  space,
  ...(term && { term: termView(term) }),
  ...(reference && { reference: { ...reference, knownAt: iso(reference.knownAt) } }),
  ...(domicile && {
    domicile: { ...domicile, since: domicile.since === undefined ? undefined : iso(domicile.since) },
  }),
  ...(secondFactor === undefined ? {} : { secondFactor }),
})

export const accountBoxHandlers = {
  getBoxOverview: handler<'getBoxOverview'>(async ({ office, caller }) =>
    overviewView(await boxOverview(office, caller)),
  ),
}
