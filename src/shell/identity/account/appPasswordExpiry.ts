// Passwords of programs that expire, where the provider wants it: those that were there before, and notices before the end.

import {
  APP_PASSWORD_NOTICE_DAYS,
  dueAppPasswordNotice,
  olderAppPasswordEnd,
} from '../../../core/identity/accountPolicy.ts'
import { appPasswordExpiryText } from '../../../core/identity/accountTextsPrograms.ts'
import { DAY, type Instant } from '../../../core/lib/instant.ts'
import { timestamp } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { tellAccount } from './devices.ts'
import { findAccount } from './store.ts'

const PAGE = 500

type Row = { readonly id: string; readonly createdAt: Instant }

/** Gives an end to those that have none, or takes it away where the provider wants none any more. */
const applyPolicy = async ({ db, clock, accountPolicy }: Office): Promise<void> => {
  const now = clock.now()
  if (accountPolicy.appPasswordMonths === undefined) {
    await db.query(
      'app-password-no-end',
      `update app_password set expires_at = null, told_days = null
       where expires_at > $1 and revoked_at is null`,
      [timestamp(now)],
    )
    return
  }
  for (;;) {
    const rows = await db.query<Row>(
      'app-password-endless',
      `select id, created_at as "createdAt" from app_password where expires_at is null and revoked_at is null limit $1`,
      [PAGE],
    )
    await db.query(
      'app-password-end',
      `update app_password p set expires_at = x.at from unnest($1::uuid[], $2::timestamptz[]) x (id, at)
       where p.id = x.id and p.expires_at is null`,
      [
        rows.map((row) => row.id),
        rows.map((row) => timestamp(olderAppPasswordEnd(row.createdAt, accountPolicy, now) ?? now)),
      ],
    )
    if (rows.length < PAGE) return
  }
}

type Ending = {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly expiresAt: Instant
  readonly toldDays: number | null
}

const ENDING = `from app_password p where p.revoked_at is null and p.expires_at > $1 and p.expires_at < $2
  and (p.told_days is null or p.told_days > $3)`

/** Tells an account of all its passwords that are about to end, in one notice; each notice once. */
const tell = (office: Office, accountId: number): Promise<void> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const rows = await tx.query<Ending>(
      'app-password-ending',
      `select p.id, p.name, b.address, p.expires_at as "expiresAt", p.told_days as "toldDays"
       from app_password p join mailbox b on b.id = p.mailbox_id
       where p.account_id = $1 and p.revoked_at is null and p.expires_at > $2 order by p.expires_at, p.name
       for update of p`,
      [accountId, timestamp(now)],
    )
    const due = rows.flatMap((row) => {
      const found = dueAppPasswordNotice(row.expiresAt, row.toldDays ?? undefined, now)
      return found ? [{ ...row, notice: found.notice }] : []
    })
    const record = await findAccount(tx, accountId)
    if (due.length === 0 || !record) return
    tx.send(
      'app-password-told',
      `update app_password p set told_days = x.days from unnest($1::uuid[], $2::int[]) x (id, days) where p.id = x.id`,
      [due.map((row) => row.id), due.map((row) => row.notice)],
    )
    if (record.state !== 'active') return
    await tellAccount(tx, office, record, appPasswordExpiryText(record, due, `${office.publicUrl}/casella/programmi`))
  })

/** Every day: what the provider wants of passwords of programs is done, and their people are told in time. */
export const runAppPasswordExpiry = async (office: Office): Promise<void> => {
  await applyPolicy(office)
  const now = office.clock.now()
  const [first, last] = [APP_PASSWORD_NOTICE_DAYS[0], APP_PASSWORD_NOTICE_DAYS.at(-1)!]
  const accounts = await office.db.query<{ id: number }>(
    'app-password-ending-accounts',
    `select distinct p.account_id as id ${ENDING} order by 1`,
    [timestamp(now), timestamp(now + (first + 1) * DAY), last],
  )
  for (const { id } of accounts) {
    try {
      await tell(office, id)
    } catch (error) {
      office.log({ kind: 'mailstoreError', what: `passwords of programs of account ${id}`, error })
    }
  }
}
