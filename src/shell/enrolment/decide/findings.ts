// What the database knows around a case: the person's other boxes and cases, and other people's cases that look alike.
import { readDocumentNumber } from '../../../core/enrolment/personalData.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import type { TermState } from '../../../core/mailbox/term.ts'
import type { Queries } from '../../db/pool.ts'
import type { Enrolment } from '../store.ts'
import { SELECT_ROWS, type StoredRow } from './rows.ts'

export type OtherBox = {
  readonly address: string
  readonly state: TermState
  readonly activatedAt: Instant
  readonly expiresAt: Instant
  readonly graceUntil: Instant | null
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly unreadSince: Instant | null
}

export type Findings = {
  readonly earlier: readonly StoredRow[]
  readonly boxes: readonly OtherBox[]
  readonly sameDocument: readonly string[]
  readonly sameEmail: readonly string[]
  readonly samePhone: readonly string[]
}

const MOST = 20

/** Other cases of the person, at whatever Order, the newest first. */
const earlierCases = (db: Queries, { id, fiscalKey }: Enrolment) =>
  db.query<StoredRow>(
    'review-earlier',
    `${SELECT_ROWS} where e.fiscal_key = $1 and e.id <> $2 order by e.created_at desc limit ${MOST}`,
    [fiscalKey, id],
  )

/** Boxes of the person that are not this case's own. */
const otherBoxes = (db: Queries, { id, fiscalKey }: Enrolment) =>
  db.query<OtherBox>(
    'review-boxes',
    `select b.address, t.state, t.activated_at as "activatedAt", t.expires_at as "expiresAt",
       t.grace_until as "graceUntil", b.used_bytes as "usedBytes", b.quota_bytes as "quotaBytes",
       t.unread_since as "unreadSince"
     from mailbox_term t join mailbox b on b.id = t.mailbox_id
     where t.fiscal_key = $1 and t.enrolment_id <> $2 and t.state <> 'purged' order by t.activated_at desc limit ${MOST}`,
    [fiscalKey, id],
  )

type Alike = {
  readonly case_number: string
  readonly document: boolean
  readonly email: boolean
  readonly phone: boolean
}

/** Digits of a telephone number that matter: the country's prefix is written or not. */
const phoneKey = (phone: string | undefined): string => (phone ?? '').replace(/\D/g, '').slice(-9)

/** Cases of other people that were sent, with the same document, reference e-mail or telephone. */
const alike = (db: Queries, { fiscalKey, draft, referenceEmail }: Enrolment) => {
  const document = readDocumentNumber(draft.documentNumber)
  const phone = phoneKey(draft.phone)
  return db.query<Alike>(
    'review-alike',
    `select case_number, coalesce(document_key = $2, false) as document, coalesce(lower(reference_email) = $3, false) as email,
       coalesce(phone_key = $4, false) as phone
     from enrolment
     where fiscal_key <> $1 and submitted_at is not null
       and (document_key = $2 or lower(reference_email) = $3 or phone_key = $4)
     order by submitted_at desc limit ${3 * MOST}`,
    [fiscalKey, document || null, referenceEmail?.toLowerCase(), phone || null],
  )
}

/** Gathers all of it. */
export const findingsOf = async (db: Queries, enrolment: Enrolment): Promise<Findings> => {
  const [earlier, boxes, others] = await Promise.all([
    earlierCases(db, enrolment),
    otherBoxes(db, enrolment),
    alike(db, enrolment),
  ])
  const numbers = (kind: 'document' | 'email' | 'phone'): readonly string[] =>
    others.filter((one) => one[kind]).map((one) => one.case_number)
  return {
    earlier,
    boxes,
    sameDocument: numbers('document'),
    sameEmail: numbers('email'),
    samePhone: numbers('phone'),
  }
}
