// Boxes under conventions at the operator's console, and the links by which holders renew.
import type { Static } from 'typebox'
import type { BoxSchema } from '../../../../core/api/orders.ts'
import { isRefusal } from '../../../../core/api/problems.ts'
import { invoicePdf } from '../../../billing/invoicePdf.ts'
import { changeBox } from '../../../mailbox/change.ts'
import { boxesWithEvents } from '../../../mailbox/find.ts'
import { findRenewalInvoice, lookAtRenewal, type RenewalOffer, renewByLink } from '../../../mailbox/renewal.ts'
import type { TermRow } from '../../../mailbox/store.ts'
import { handler } from './handler.ts'

const instant = (at: number): string => new Date(at).toISOString()

/** A box as both consoles show it: metadata only. */
export const boxView = (row: TermRow): Static<typeof BoxSchema> => ({
  address: row.address,
  state: row.state,
  activatedAt: instant(row.activatedAt),
  expiresAt: instant(row.expiresAt),
  ...(row.graceUntil === null ? {} : { graceUntil: instant(row.graceUntil) }),
  usedBytes: row.usedBytes,
  quotaBytes: row.quotaBytes,
  ...(row.unreadSince === null ? {} : { unreadSince: instant(row.unreadSince) }),
})

const offerView = (offer: RenewalOffer) => ({
  ...offer,
  expiresAt: instant(offer.expiresAt),
  nextExpiresAt: instant(offer.nextExpiresAt),
  graceUntil: instant(offer.graceUntil),
})

export const boxHandlers = {
  getBoxes: handler<'getBoxes'>(async ({ office, query }) => ({
    items: (await boxesWithEvents(office, query.q)).map(({ row, events }) => ({
      ...boxView(row),
      holder: `${row.givenName} ${row.surname}`,
      order: row.orderName,
      events: events.map((event) => ({
        at: instant(event.at),
        event: event.event,
        actor: event.actor,
        ...(event.staff === null ? {} : { staff: event.staff }),
        ...(event.reason === null ? {} : { reason: event.reason }),
      })),
    })),
  })),
  changeBox: handler<'changeBox'>(async ({ office, caller, params, body, client }) => {
    const changed = await changeBox(office, {
      address: params.address,
      ...body,
      actor: { kind: 'staff', staffId: caller.staffId, remoteAddress: client.remoteAddress },
    })
    return isRefusal(changed) ? changed : boxView(changed)
  }),
  lookAtRenewal: handler<'lookAtRenewal'>(async ({ office, body }) => {
    const offer = await lookAtRenewal(office, body.token)
    return isRefusal(offer) ? offer : offerView(offer)
  }),
  orderRenewal: handler<'orderRenewal'>(async ({ office, body }) => {
    const offer = await renewByLink(office, body.token)
    return isRefusal(offer) ? offer : offerView(offer)
  }),
  getRenewalInvoice: handler<'getRenewalInvoice'>(async ({ office, body }) => {
    const invoice = await findRenewalInvoice(office, body.token)
    if (isRefusal(invoice)) return invoice
    return {
      type: 'application/pdf',
      bytes: await invoicePdf(invoice.data, invoice.createdAt),
      fileName: invoice.fileName.replace(/\.xml$/, '.pdf'),
    }
  }),
}
