// The holder gives up the box, or keeps it after all.
import type { Refusal } from '../../core/api/problems.ts'
import {
  holderClosingText,
  holderStaysText,
  type OrderClosingFacts,
  orderClosingText,
  orderStaysText,
} from '../../core/enrolment/closingTexts.ts'
import type { NoticeText } from '../../core/enrolment/termNotices.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey, sameAddress } from '../../core/mail/address.ts'
import { type Closing, holderClosing } from '../../core/mailbox/closing.ts'
import { endOfDayAfter } from '../../core/mailbox/termSchedule.ts'
import { writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import { findHolder, tellHolder } from '../identity/account/holder.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { domicilesOf } from '../register/domicileStore.ts'
import { payerNow } from './payer.ts'
import { changeTerm, closingFacts, findTermByAddress, lockTerm, type TermRow, writeTermEvent } from './store.ts'

export type ClosingView = {
  readonly order: string
  /** What the Order has as domicile of the holder is this box. */
  readonly isDomicile: boolean
  /** What would happen, or will. */
  readonly closing: Closing
  /** The holder has asked for it. */
  readonly planned: boolean
}

const NO: Refusal = { refusal: 'closingNotPossible' }
const BY_HOLDER = { actor: 'applicant' } as const

const isDomicileOf = async (tx: Pick<Tx, 'query'>, row: TermRow): Promise<boolean> =>
  (await domicilesOf(tx, row.memberId)).some(
    (one) => one.state === 'confirmed' && sameAddress(one.address, row.address),
  )

const closingOf = (row: TermRow, now: Instant): Closing | undefined => {
  if (row.holderCloseAt === null) return holderClosing(closingFacts(row), now)
  return { closeAt: row.holderCloseAt, purgeAfter: endOfDayAfter(row.holderCloseAt + 1, row.terms.takeOutDays) }
}

/** What giving up the box would mean, or means already. */
export const lookAtClosing = async (office: Office, { mailbox }: AccountCaller): Promise<ClosingView | Refusal> => {
  const row = await findTermByAddress(office.db, addressKey(mailbox.address))
  const closing = row && closingOf(row, office.clock.now())
  if (!row || !closing || row.state === 'closed' || row.state === 'purged') return NO
  return {
    order: row.orderName,
    isDomicile: await isDomicileOf(office.db, row),
    closing,
    planned: row.holderCloseAt !== null,
  }
}

/** Both are told; the Order where it pays, or has the box as its member's domicile. */
const tell = async (
  tx: Tx,
  office: Office,
  caller: AccountCaller,
  row: TermRow,
  toHolder: NoticeText,
  toOrder: (facts: Omit<OrderClosingFacts, 'closeAt'>) => NoticeText,
): Promise<void> => {
  const holder = await findHolder(tx, caller.accountId)
  if (holder) await tellHolder(tx, office, holder, toHolder)
  const pays = (await payerNow(tx, row)) === 'order'
  const isDomicile = await isDomicileOf(tx, row)
  if (!pays && !isDomicile) return
  await writeNotice(tx, office, {
    ...toOrder({
      order: row.orderName,
      name: `${row.givenName} ${row.surname}`,
      address: row.address,
      pays,
      isDomicile,
      consoleUrl: `${office.publicUrl}/ordine/${row.orderCode}`,
    }),
    to: row.profile.secretariat.email,
    orderId: row.orderId,
    subjectKind: 'mailbox',
    subjectId: row.address,
  })
}

const change = (
  office: Office,
  caller: AccountCaller,
  remoteAddress: string,
  act: (tx: Tx, row: TermRow, now: Instant) => Promise<Refusal | { readonly action: string }>,
): Promise<Refusal | undefined> =>
  office.db.tx<Refusal | undefined>(async (tx) => {
    const row = await lockTerm(tx, caller.mailbox.id)
    if (!row) return NO
    const now = office.clock.now()
    const done = await act(tx, row, now)
    if ('refusal' in done) return done
    writeAudit(tx, [
      {
        at: now,
        actor: { kind: 'account', accountId: caller.accountId, remoteAddress },
        orderId: row.orderId,
        action: done.action,
        subjectKind: 'mailbox',
        subjectId: row.address,
      },
    ])
    return undefined
  })

const page = (office: Office): string => `${office.publicUrl}/casella/chiusura`

/** Plans the closing: the box stays as it is until then, and is renewed by nobody. A second time it changes nothing. */
export const planClosing = (
  office: Office,
  caller: AccountCaller,
  typed: string,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  change(office, caller, remoteAddress, async (tx, row, now) => {
    if (!sameAddress(typed.trim(), row.address)) return { refusal: 'addressNotTyped' }
    if (row.holderCloseAt !== null) return { refusal: 'notInThisState' }
    const closing = holderClosing(closingFacts(row), now)
    if (!closing) return NO
    const { closeAt } = closing
    const next = changeTerm(tx, row, { holderCloseAt: closeAt })
    writeTermEvent(tx, row.mailboxId, 'planClose', BY_HOLDER, now, { details: { closeAt, by: 'holder' } })
    const [name, address, order] = [`${row.givenName} ${row.surname}`, row.address, row.orderName]
    const toHolder = holderClosingText({ name, address, order, ...closing, page: page(office) })
    await tell(tx, office, caller, next, toHolder, (facts) => orderClosingText({ ...facts, closeAt }))
    return { action: 'box.closingPlanned' }
  })

/** Calls off what the holder has planned; what Order or provider have planned stays. */
export const callOffClosing = (
  office: Office,
  caller: AccountCaller,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  change(office, caller, remoteAddress, async (tx, row, now) => {
    if (row.holderCloseAt === null || row.state === 'closed') return { refusal: 'notInThisState' }
    const next = changeTerm(tx, row, { holderCloseAt: null })
    writeTermEvent(tx, row.mailboxId, 'planOff', BY_HOLDER, now, { details: { by: 'holder' } })
    const name = `${row.givenName} ${row.surname}`
    const toHolder = holderStaysText({ name, address: row.address, page: `${office.publicUrl}/casella/password` })
    await tell(tx, office, caller, next, toHolder, orderStaysText)
    return { action: 'box.closingCalledOff' }
  })
