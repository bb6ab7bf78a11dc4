// The sweep over boxes under conventions: whatever is due is done, each step in a transaction of its own.
import { orderDigest } from '../../core/enrolment/termNotices.ts'
import { DAY } from '../../core/lib/instant.ts'
import { NOTICE_DAYS, type TermNotice } from '../../core/mailbox/termSchedule.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { stepTerm } from './step.ts'
import { dueTerms } from './store.ts'

const PAGE = 500
/** More steps than a box can have due at once: notice, expiry, closing. */
const STEPS = 10

/** Does what is due for every box. One that fails is told to the log and keeps nobody else waiting. */
export const runTerms = async (office: Office): Promise<void> => {
  const now = office.clock.now()
  const noticeBy = now + (NOTICE_DAYS[0] + 1) * DAY
  for (let after = 0; ; ) {
    const page = await dueTerms(office.db, now, noticeBy, after, PAGE)
    for (const { mailbox_id: id } of page) {
      try {
        for (let steps = 0; steps < STEPS && (await stepTerm(office, id)); steps++);
      } catch (error) {
        office.log({ kind: 'mailstoreError', what: `term of mailbox ${id}`, error })
      }
    }
    if (page.length < PAGE) return
    after = page.at(-1)!.mailbox_id
  }
}

type Told = {
  readonly name: string
  readonly address: string
  readonly kind: string
  readonly expiresAt: number
}

/** Writes to the secretariat of an Order what its members were told since the last time; the bookmark moves with it. */
const digest = async (tx: Tx, office: Office, order: { id: number; code: string; name: string; email: string }) => {
  const name = `digest ${order.code}`
  const [mark] = await tx.query<{ position: number }>(
    'digest-mark',
    `insert into bookmark (name, position) values ($1, 0) on conflict (name) do update set position = bookmark.position
     returning position`,
    [name],
  )
  const now = office.clock.now()
  const told = await tx.query<Told>(
    'digest-told',
    `select m.given_name || ' ' || m.surname as name, b.address, split_part(n.kind, ':', 2) as kind,
       t.expires_at as "expiresAt"
     from mailbox_term_notice n join mailbox_term t using (mailbox_id) join member m on m.id = t.member_id
       join mailbox b on b.id = n.mailbox_id
     where m.order_id = $1 and n.at > $2 and n.at <= $3 order by t.expires_at, b.address_key`,
    [order.id, timestamp(mark!.position), timestamp(now)],
  )
  tx.send('digest-move', 'update bookmark set position = $2 where name = $1', [name, now])
  if (told.length === 0) return
  const lines = told.map(({ kind, ...rest }) => ({ ...rest, notice: kind as TermNotice }))
  await writeNotice(tx, office, {
    ...orderDigest(order.name, lines, `${office.publicUrl}/ordine/${order.code}`),
    to: order.email,
    orderId: order.id,
    subjectKind: 'order',
    subjectId: order.code,
  })
}

/** Writes the day's news of terms to each Order. */
export const runDigests = async (office: Office): Promise<void> => {
  const orders = await office.db.query<{ id: number; code: string; name: string; email: string }>(
    'digest-orders',
    `select id, code, name, profile -> 'secretariat' ->> 'email' as email from professional_order order by id`,
  )
  for (const order of orders) await office.db.tx((tx) => digest(tx, office, order))
}
