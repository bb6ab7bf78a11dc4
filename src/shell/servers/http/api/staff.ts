// Endpoints of who works where, and of the trail of who did what.
import { type AuditFilter, type AuditRow, listOrderAudit, listProviderAudit } from '../../../audit/list.ts'
import { findOrder } from '../../../identity/staff/orders.ts'
import {
  changeStaff,
  hasAdmin,
  inviteStaff,
  listStaff,
  type Place,
  type StaffRow,
} from '../../../identity/staff/people.ts'
import { type Call, handler, type StaffCaller } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()

const shown = ({ lastSeenAt, ...row }: StaffRow) => ({
  ...row,
  ...(lastSeenAt === undefined ? {} : { lastSeenAt: iso(lastSeenAt) }),
})

const actorOf = (caller: StaffCaller, { remoteAddress }: { readonly remoteAddress: string }) =>
  ({ kind: 'staff', staffId: caller.staffId, remoteAddress, name: caller.name }) as const

/** The Order that the path names, as a place of work. */
const placeOf = ({ caller }: Pick<Call<'listOrderStaff'>, 'caller'>): NonNullable<Place> => {
  const { id, code } = caller.order
  return { id, name: caller.grants.find((grant) => grant.order === code)?.at?.name ?? code }
}

const ORDER_HAS_ADMIN = {
  refusal: 'staffExists',
  detail: {
    it: 'L’Ordine ha già un amministratore: le altre persone le invita lui, dalla sua console.',
    en: 'The Order has an administrator already: others are invited by them, from their console.',
  },
} as const

type AuditQuery = {
  readonly action?: string | undefined
  readonly subject?: string | undefined
  readonly staff?: number | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const filterOf = ({ cursor, limit, ...rest }: AuditQuery): AuditFilter | undefined => {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) return undefined
  // one more than asked: it says whether there is another page
  return { ...rest, before: cursor === undefined ? undefined : Number(cursor), limit: limit + 1 }
}

const auditPage = async (query: AuditQuery, read: (filter: AuditFilter) => Promise<readonly AuditRow[]>) => {
  const filter = filterOf(query)
  if (!filter) return { refusal: 'badRequest' } as const
  const rows = await read(filter)
  const items = rows.slice(0, query.limit).map(({ staff, at, ...row }) => ({
    ...row,
    at: iso(at),
    ...(staff === null ? {} : { staff }),
  }))
  const last = items.at(-1)
  return { items, ...(rows.length > query.limit && last ? { next: String(last.id) } : {}) }
}

export const staffHandlers = {
  listOrderStaff: handler<'listOrderStaff'>(async (call) => ({
    items: (await listStaff(call.office.db, placeOf(call), call.office.clock.now())).map(shown),
  })),
  inviteOrderStaff: handler<'inviteOrderStaff'>(async (call) => {
    const outcome = await inviteStaff(call.office, actorOf(call.caller, call.client), placeOf(call), call.body)
    return 'refusal' in outcome ? outcome : shown(outcome)
  }),
  changeOrderStaff: handler<'changeOrderStaff'>(async (call) => {
    const { office, caller, client, params, body } = call
    const outcome = await changeStaff(office, actorOf(caller, client), placeOf(call), params.staff, body.role)
    return 'refusal' in outcome ? outcome : shown(outcome)
  }),
  listProviderStaff: handler<'listProviderStaff'>(async ({ office }) => ({
    items: (await listStaff(office.db, null, office.clock.now())).map(shown),
  })),
  inviteProviderStaff: handler<'inviteProviderStaff'>(async ({ office, caller, client, body }) => {
    const { order: code, ...invitation } = body
    // the administrator of an Order is of an Order, everybody else of none
    if ((code !== undefined) !== (body.role === 'orderAdmin')) return { refusal: 'orderUnknown' }
    const place = code === undefined ? null : await findOrder(office.db, code)
    if (place === undefined) return { refusal: 'orderUnknown' }
    // An Order's people are the Order's: the provider invites the first, and nobody beside them.
    if (place && (await hasAdmin(office.db, place.id))) return ORDER_HAS_ADMIN
    const outcome = await inviteStaff(office, actorOf(caller, client), place, invitation)
    return 'refusal' in outcome ? outcome : shown(outcome)
  }),
  changeProviderStaff: handler<'changeProviderStaff'>(async ({ office, caller, client, params, body }) => {
    const outcome = await changeStaff(office, actorOf(caller, client), null, params.staff, body.role)
    return 'refusal' in outcome ? outcome : shown(outcome)
  }),
  listOrderAudit: handler<'listOrderAudit'>(({ office, caller, query }) =>
    auditPage(query, (filter) => listOrderAudit(office.db, caller.order.id, filter)),
  ),
  listProviderAudit: handler<'listProviderAudit'>(({ office, query }) =>
    auditPage(query, (filter) => listProviderAudit(office.db, filter)),
  ),
}
