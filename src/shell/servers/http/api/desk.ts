// The desk of the Order: domiciles elsewhere, procedures, invitations.
import { isRefusal, type Refusal } from '../../../../core/api/problems.ts'
import { isCivilDate } from '../../../../core/lib/calendar.ts'
import { beginProcedure } from '../../../mailbox/procedure.ts'
import { addDomicile } from '../../../register/addDomicile.ts'
import { type InviteRequest, previewInvitations, sendInvitations } from '../../../register/invite.ts'
import { findMemberRow } from '../../../register/members.ts'
import { type Client, type Handlers, handler, type OrderCaller } from './handler.ts'
import { memberView, staffOf } from './register.ts'

const NO_DAY: Refusal = {
  refusal: 'badRequest',
  fields: [{ field: 'on', code: 'date', it: 'Questo giorno non esiste.', en: 'There is no such day.' }],
}

const requestOf = (
  caller: OrderCaller,
  client: Client,
  body: { readonly convention: string; readonly members: readonly number[] },
): InviteRequest => ({ ...body, orderId: caller.order.id, actor: staffOf(caller, client) })

export const deskHandlers = {
  addDomicile: handler<'addDomicile'>(async ({ office, caller, client, params, body }) => {
    const { address } = body
    const actor = staffOf(caller, client)
    const added = await addDomicile(office, { orderId: caller.order.id, memberId: params.member, address, actor })
    if (isRefusal(added)) return added
    const { id, origin, state, since } = added
    return { id, address: added.address, origin, state, since: new Date(since).toISOString() }
  }),
  beginProcedure: handler<'beginProcedure'>(async ({ office, caller, client, params, body }) => {
    if (!isCivilDate(body.on)) return NO_DAY
    const actor = staffOf(caller, client)
    const refused = await beginProcedure(office, {
      orderId: caller.order.id,
      memberId: params.member,
      ...body,
      actor,
    })
    if (refused) return refused
    return memberView((await findMemberRow(office, caller.order.id, params.member))!)
  }),
  previewInvitations: handler<'previewInvitations'>(async ({ office, caller, client, body }) => {
    const preview = await previewInvitations(office, requestOf(caller, client, body))
    if (isRefusal(preview)) return preview
    const { subject, text, all } = preview
    return {
      subject,
      text,
      invited: all.flatMap(({ id, name, email, why }) => (why === undefined ? [{ id, name, email }] : [])),
      left: all.flatMap(({ id, name, why }) => (why === undefined ? [] : [{ id, name, why }])),
    }
  }),
  sendInvitations: handler<'sendInvitations'>(async ({ office, caller, client, body }) => {
    const sent = await sendInvitations(office, requestOf(caller, client, body))
    if (isRefusal(sent)) return sent
    return {
      outcomes: sent.map(({ id, name, why }) => ({ id, name, sent: why === undefined, ...(why ? { why } : {}) })),
    }
  }),
} satisfies Partial<Handlers>
