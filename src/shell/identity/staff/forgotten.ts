// A forgotten password of staff: the link to choose another goes to the e-mail. The second factor stays as it is.

import type { Role } from '../../../core/identity/permissions.ts'
import { newPasswordText } from '../../../core/identity/staffTexts.ts'
import { DAY, MINUTE } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { timestamp } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { finishJob, putJob } from '../../outbox/jobs.ts'
import type { Job } from '../../outbox/outbox.ts'
import { writeInvitation } from './people.ts'

/** Another link is not written before this. */
const EVERY_MS = 10 * MINUTE
const LINK_MS = DAY

/** Asks for the link. Who is known is found out later, by the outbox: the answer is the same, after the same work. */
export const askPasswordLink = async (office: Pick<Office, 'db' | 'clock'>, email: string): Promise<void> => {
  const now = office.clock.now()
  const payload = { duty: 'staffLink', account: addressKey(email.trim()) }
  await office.db.tx(async (tx) => putJob(tx, { kind: 'duty', payload, dueAt: now }, now))
}

/** Writes the link that was asked for, where somebody who works here has the e-mail. */
export const sendPasswordLink = async (office: Office, job: Job): Promise<void> => {
  const { account } = job.payload as { readonly account: string }
  const now = office.clock.now()
  await office.db.tx(async (tx) => {
    if (!(await finishJob(tx, job.id))) return
    const [row] = await tx.query<{
      id: number
      email: string
      name: string
      role: Role
      orderId: number | null
    }>(
      'staff-forgotten-find',
      `select s.id, s.email, s.name, r.role, r.order_id as "orderId" from staff s join staff_role r on r.staff_id = s.id
       where s.email_key = $1 and s.state = 'active'
         and not exists (select 1 from staff_invitation i where i.staff_id = s.id and i.created_at > $2)
       order by r.order_id nulls first limit 1`,
      [account, timestamp(now - EVERY_MS)],
    )
    if (!row) return
    const place = row.orderId === null ? null : { id: row.orderId, name: '' }
    const link = writeInvitation(tx, office, place, { staff: row, lastsMs: LINK_MS }, row)
    const { subject, text } = newPasswordText(row.name, link)
    await writeNotice(tx, office, { kind: 'staffPassword', to: row.email, subject, text })
  })
}
