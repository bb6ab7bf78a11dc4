// Links by which a holder who pays orders the next term: a secret for one box and one term.
import { createHash, randomBytes } from 'node:crypto'
import type { Instant } from '../../core/lib/instant.ts'
import { endOfDayAfter } from '../../core/mailbox/termSchedule.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import type { TermRow } from './store.ts'

const hashOf = (token: string): Uint8Array => createHash('sha256').update(token).digest()

/** A link that renews the box once, until its grace ends. */
export const makeRenewalLink = (tx: Tx, office: Office, row: TermRow, now: Instant): string => {
  const token = randomBytes(32).toString('base64url')
  const until = row.graceUntil ?? endOfDayAfter(row.expiresAt, row.terms.graceDays)
  tx.send(
    'renewal-link-make',
    'insert into renewal_link (token_hash, mailbox_id, term, created_at, expires_at) values ($1, $2, $3, $4, $5)',
    [hashOf(token), row.mailboxId, row.term, timestamp(now), timestamp(until)],
  )
  return `${office.publicUrl}/rinnovo#${token}`
}

/** The box and the term that a link renews; undefined where it is none, or no longer one. */
export const findRenewalLink = async (
  db: Queries,
  token: string,
  now: Instant,
): Promise<{ readonly mailboxId: number; readonly term: number } | undefined> => {
  const [row] = await db.query<{ mailboxId: number; term: number }>(
    'renewal-link-find',
    'select mailbox_id as "mailboxId", term from renewal_link where token_hash = $1 and expires_at >= $2',
    [hashOf(token), timestamp(now)],
  )
  return row
}
