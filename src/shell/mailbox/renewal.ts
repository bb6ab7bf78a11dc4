// The link by which a holder renews: what it offers, the order, and the invoice that follows.
import type { Refusal } from '../../core/api/problems.ts'
import { costOf } from '../../core/billing/invoice.ts'
import { vatOfSeller } from '../../core/billing/sale.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { endOfDayAfter, mayRenew, nextTermEnd } from '../../core/mailbox/termSchedule.ts'
import type { InvoiceFile } from '../billing/store.ts'
import { hasTermInvoice, loadTermInvoice } from '../billing/storeOfProvider.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { findRenewalLink } from './renewalLink.ts'
import { renewTerm } from './step.ts'
import { factsOf, lockTerm, type TermRow } from './store.ts'

export type RenewalOffer = {
  readonly address: string
  readonly name: string
  readonly order: string
  readonly expiresAt: Instant
  readonly nextExpiresAt: Instant
  readonly termMonths: number
  readonly priceCents: number
  readonly totalCents: number
  readonly payer: 'order' | 'member' | 'nobody'
  readonly open: boolean
  readonly expired: boolean
  readonly graceUntil: Instant
  readonly receivesWhenExpired: boolean
  readonly takeOutDays: number
  readonly helpDeskPhone: string
  /** It was ordered already. */
  readonly renewed: boolean
  readonly invoiced: boolean
}

type Link = { readonly mailboxId: number; readonly term: number }

/** Whether the holder may order the next term: an Order that pays renews by itself. */
const isOpen = (row: TermRow): boolean => factsOf(row).nextPayer === 'member' && mayRenew(row.state)

const offerOf = async (tx: Tx, { seller }: Office, row: TermRow, link: Link): Promise<RenewalOffer> => {
  const { termMonths, priceCents, graceDays, receivesWhenExpired, takeOutDays, helpDeskPhone } = row.terms
  const renewed = row.term > link.term
  return {
    address: row.address,
    name: `${row.givenName} ${row.surname}`,
    order: row.orderName,
    expiresAt: row.expiresAt,
    nextExpiresAt: nextTermEnd(row.expiresAt, termMonths),
    termMonths,
    priceCents,
    totalCents: costOf(priceCents, vatOfSeller(seller)),
    payer: factsOf(row).nextPayer,
    open: !renewed && isOpen(row),
    expired: row.state === 'expired',
    graceUntil: row.graceUntil ?? endOfDayAfter(row.expiresAt, graceDays),
    receivesWhenExpired,
    takeOutDays,
    helpDeskPhone,
    renewed,
    invoiced: renewed && (await hasTermInvoice(tx, link.mailboxId, link.term + 1)),
  }
}

const withLink = async <T>(
  office: Office,
  token: string,
  act: (tx: Tx, row: TermRow, link: Link) => Promise<T | Refusal>,
): Promise<T | Refusal> => {
  const link = await findRenewalLink(office.db, token, office.clock.now())
  if (!link) return { refusal: 'linkInvalid' }
  return office.db.tx(async (tx) => {
    const row = await lockTerm(tx, link.mailboxId)
    return row ? act(tx, row, link) : { refusal: 'linkInvalid' }
  })
}

/** What a link offers. */
export const lookAtRenewal = (office: Office, token: string): Promise<RenewalOffer | Refusal> =>
  withLink(office, token, (tx, row, link) => offerOf(tx, office, row, link))

/** Orders the next term by a link, at the holder's cost; a second time it changes nothing. */
export const renewByLink = (office: Office, token: string): Promise<RenewalOffer | Refusal> =>
  withLink<RenewalOffer>(office, token, async (tx, row, link) => {
    if (row.term > link.term) return offerOf(tx, office, row, link)
    if (!isOpen(row)) return { refusal: 'notInThisState' }
    const renewed = await renewTerm(tx, office, row, { actor: 'applicant' }, office.clock.now())
    return offerOf(tx, office, renewed, link)
  })

/** The invoice of the term that was ordered by a link, where its holder pays for it. */
export const findRenewalInvoice = async (office: Office, token: string): Promise<InvoiceFile | Refusal> => {
  const link = await findRenewalLink(office.db, token, office.clock.now())
  if (!link) return { refusal: 'linkInvalid' }
  return (await loadTermInvoice(office.db, link.mailboxId, link.term + 1)) ?? { refusal: 'notFound' }
}
