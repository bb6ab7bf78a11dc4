// Tells the holder of a box about its term: in the box by certified mail, and at the reference e-mail.
import { createHash } from 'node:crypto'
import { type TermNoticeFacts, termNotice } from '../../core/enrolment/termNotices.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { receives } from '../../core/mailbox/standing.ts'
import { mailboxStateFor, type TermNotice } from '../../core/mailbox/termSchedule.ts'
import { alertBoxes, putAlerts } from '../alerts/store.ts'
import type { Tx } from '../db/pool.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { writeDeskMail } from '../pec/desk.ts'
import { makeRenewalLink } from './renewalLink.ts'
import { factsOf, markTold, noticeKey, type TermRow } from './store.ts'

/** Notices in which a holder who pays finds the link to renew. */
const WITH_LINK: readonly TermNotice[] = ['expiry90', 'expiry30', 'expiry7', 'expired']

/** Notices that say that the end is near, or that it has come. */
const ENDING: Readonly<Partial<Record<TermNotice, true>>> = {
  expiry90: true,
  expiry30: true,
  expiry7: true,
  expired: true,
}

/** A UUID made of a text: the same notice is the same message. */
const idOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Writes a notice of the present term, once; to the box too where it receives. */
export const tellHolder = async (
  tx: Tx,
  office: Office,
  row: TermRow,
  notice: TermNotice,
  days: number,
  now: Instant,
): Promise<void> => {
  if (!(await markTold(tx, row, notice, now))) return
  const { nextPayer } = factsOf(row)
  const name = `${row.givenName} ${row.surname}`
  const facts: TermNoticeFacts = {
    name,
    address: row.address,
    order: row.orderName,
    helpDeskPhone: row.terms.helpDeskPhone,
    secretariatPhone: row.profile.secretariat.phone,
    expiresAt: row.expiresAt,
    graceUntil: row.graceUntil ?? undefined,
    purgeAfter: row.purgeAfter ?? undefined,
    days,
    nextPayer,
    receivesWhenExpired: row.terms.receivesWhenExpired,
    renewalLink:
      nextPayer === 'member' && WITH_LINK.includes(notice) ? makeRenewalLink(tx, office, row, now) : undefined,
  }
  const text = termNotice(notice, facts)
  const about = `term ${row.mailboxId} ${noticeKey(row.term, notice)}`
  await writeNotice(tx, office, {
    ...text,
    to: row.referenceEmail,
    orderId: row.orderId,
    subjectKind: 'mailbox',
    subjectId: row.address,
    onceKey: about,
  })
  if (receives(mailboxStateFor(row.state, row.terms.receivesWhenExpired))) {
    writeDeskMail(tx, office, { id: idOf(about), to: { name, address: row.address }, ...text })
  }
  if (notice in ENDING) await tellChannels(tx, row, notice, notice === 'expired' ? 0 : days, now)
}

/** The same on the holder's devices and to their webhook, by the duty of alerts. */
const tellChannels = async (tx: Tx, row: TermRow, notice: TermNotice, days: number, now: Instant): Promise<void> => {
  const [box] = await alertBoxes(tx, [row.mailboxId])
  if (!box) return
  const what = `expiry:${noticeKey(row.term, notice)}`
  putAlerts(tx, [[box, { what, kind: 'expiry', level: days, receivedAt: now }]], now)
}
