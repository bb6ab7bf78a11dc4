// The Order's register at its console: the overview, members, their lists and files.
import type { Static } from 'typebox'
import type { MemberRow } from '../../../../core/api/orders.ts'
import { isRefusal } from '../../../../core/api/problems.ts'
import { civilDateOf } from '../../../../core/lib/calendar.ts'
import { exportMembers } from '../../../register/exportMembers.ts'
import {
  addMember,
  correctMember,
  findMemberRow,
  type MemberSeen,
  memberWhole,
  pageOfMembers,
} from '../../../register/members.ts'
import { orderOverview } from '../../../register/overview.ts'
import { type Client, type Handlers, handler, type OrderCaller } from './handler.ts'

const at = (instant: number): string => new Date(instant).toISOString()

export const staffOf = (caller: OrderCaller, client: Client) =>
  ({ kind: 'staff', staffId: caller.staffId, remoteAddress: client.remoteAddress }) as const

const boxOf = (row: MemberSeen): Pick<Static<typeof MemberRow>, 'box'> =>
  row.box_state === null
    ? {}
    : {
        box: {
          address: row.box_address!,
          state: row.box_state,
          activatedAt: at(row.activated_at!),
          expiresAt: at(row.expires_at!),
          usedBytes: row.used_bytes!,
          quotaBytes: row.quota_bytes!,
          ...(row.grace_until === null ? {} : { graceUntil: at(row.grace_until) }),
          seesUnread: row.sees_unread ?? false,
          ...(row.unread_since === null ? {} : { unreadSince: at(row.unread_since) }),
        },
      }

/** A member as the API shows it. */
export const memberView = (row: MemberSeen): Static<typeof MemberRow> => ({
  id: row.id,
  fiscalCode: row.fiscal_code,
  surname: row.surname,
  givenName: row.given_name,
  number: row.number,
  section: row.section,
  status: row.status,
  exceptions: [...row.exceptions],
  ...(row.contact_email === null ? {} : { contactEmail: row.contact_email }),
  ...(row.domicile_address === null
    ? {}
    : {
        domicile: { address: row.domicile_address, state: row.domicile_state!, origin: row.domicile_origin! },
      }),
  ...(row.case_number === null
    ? {}
    : { enrolment: { caseNumber: row.case_number, state: row.case_state!, since: at(row.case_since!) } }),
  ...boxOf(row),
  ...(row.invited_at === null ? {} : { invitedAt: at(row.invited_at) }),
})

const getMember = handler<'getMember'>(async ({ office, caller, params, client }) => {
  const whole = await memberWhole(office, caller.order.id, params.member)
  if (!whole) return { refusal: 'notFound' }
  return {
    member: memberView(whole.member),
    domiciles: whole.domiciles.map((one) => ({
      id: one.id,
      address: one.address,
      origin: one.origin,
      state: one.state,
      since: at(one.since),
      ...(one.until === undefined ? {} : { until: at(one.until) }),
    })),
    enrolments: whole.cases.map((one) => ({
      caseNumber: one.caseNumber,
      convention: one.convention,
      state: one.state,
      createdAt: at(one.createdAt),
      ...(one.submittedAt === null ? {} : { submittedAt: at(one.submittedAt) }),
      ...(one.reason === null ? {} : { reason: one.reason }),
    })),
    events: whole.events.map((one) => ({
      at: at(one.at),
      event: one.event,
      actor: one.actor,
      ...(one.staff === null ? {} : { staff: one.staff }),
      ...(one.reason === null ? {} : { reason: one.reason }),
    })),
    procedures: whole.procedures.map(({ kind, why }) => ({
      kind,
      allowed: why === undefined,
      ...(why === undefined ? {} : { why: why[client.language] }),
    })),
  }
})

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

export const registerHandlers = {
  getOrder: handler<'getOrder'>(async ({ office, caller }) => {
    const { lastImportAt, conventions, ...rest } = await orderOverview(office, caller.order.id)
    return {
      ...rest,
      conventions: conventions.map((one) => ({ ...one })),
      ...(lastImportAt === undefined ? {} : { lastImportAt: at(lastImportAt) }),
    }
  }),
  listMembers: handler<'listMembers'>(async ({ office, caller, query }) => {
    const { items, ...rest } = await pageOfMembers(office, caller.order.id, query)
    return { items: items.map(memberView), ...rest }
  }),
  exportMembers: handler<'exportMembers'>(async ({ office, caller, params, query }) => ({
    type: TYPES[params.format],
    bytes: exportMembers(office, caller.order.id, query, params.format),
    fileName: `iscritti-${caller.order.code}-${civilDateOf(office.clock.now())}.${params.format}`,
  })),
  getMember,
  updateMember: handler<'updateMember'>(async ({ office, caller, client, params, body }) => {
    const refused = await correctMember(office, caller.order.id, params.member, body, staffOf(caller, client))
    if (refused) return refused
    const row = await findMemberRow(office, caller.order.id, params.member)
    return row ? memberView(row) : { refusal: 'notFound' }
  }),
  addMember: handler<'addMember'>(async ({ office, caller, client, body }) => {
    const added = await addMember(office, caller.order.id, body, staffOf(caller, client))
    if (isRefusal(added)) return added
    return memberView((await findMemberRow(office, caller.order.id, added.id))!)
  }),
} satisfies Partial<Handlers>
