// SQL of the reference e-mail of a box: what it is, and its changes.
import type { MadeChange } from '../../../core/identity/accountRecovery.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { hashToken, isToken } from '../tokens.ts'

export type ChangeRow = {
  readonly id: string
  readonly accountId: number
  readonly how: 'holder' | 'recovery'
  readonly state: 'asked' | 'made' | 'undone' | 'dropped'
  readonly oldEmail: string | null
  readonly newEmail: string
  readonly codeHash: Uint8Array | null
  readonly tries: number
  readonly askedAt: Instant
  readonly sentAt: Instant | null
  readonly undoUntil: Instant | null
  readonly resetFrom: Instant | null
}

const SELECT = `select id, account_id as "accountId", how, state, old_email as "oldEmail", new_email as "newEmail",
    code_hash as "codeHash", tries, asked_at as "askedAt", sent_at as "sentAt", undo_until as "undoUntil",
    reset_from as "resetFrom" from reference_change`

/** The change that waits for its confirmation. */
export const askedChange = async (db: Queries, accountId: number): Promise<ChangeRow | undefined> =>
  (await db.query<ChangeRow>('reference-asked', `${SELECT} where account_id = $1 and state = 'asked'`, [accountId]))[0]

/** The last change that was made and not undone. */
export const lastMade = async (db: Queries, accountId: number): Promise<ChangeRow | undefined> =>
  (
    await db.query<ChangeRow>(
      'reference-made',
      `${SELECT} where account_id = $1 and state = 'made' order by made_at desc, id limit 1`,
      [accountId],
    )
  )[0]

/** The same as the rules of new passwords look at it. */
export const lastMadeChange = async (db: Queries, accountId: number): Promise<MadeChange | undefined> => {
  const row = await lastMade(db, accountId)
  return row && row.resetFrom !== null ? { ...row, resetFrom: row.resetFrom } : undefined
}

/** The change that a link confirms, or undoes, now. */
export const changeOfLink = async (
  db: Queries,
  token: string,
  confirmSince: Instant,
  now: Instant,
): Promise<{ readonly row: ChangeRow; readonly kind: 'confirm' | 'undo' } | undefined> => {
  if (!isToken('link', token)) return undefined
  const [row] = await db.query<ChangeRow & { confirms: boolean }>(
    'reference-by-link',
    `select c.*, (select confirm_hash = $1 from reference_change r where r.id = c.id) as confirms
     from (${SELECT} where confirm_hash = $1 and state = 'asked' and sent_at > $2
           or undo_hash = $1 and state = 'made' and undo_until > $3) c`,
    [hashToken(token), timestamp(confirmSince), timestamp(now)],
  )
  return row && { row, kind: row.confirms ? 'confirm' : 'undo' }
}

/** Counts a try of the code of a change; the row as it was, where one more may be tried. */
export const countTry = async (
  db: Queries,
  accountId: number,
  most: number,
  since: Instant,
): Promise<{ readonly id: string; readonly codeHash: Uint8Array | null } | undefined> =>
  (
    await db.query<{ id: string; codeHash: Uint8Array | null }>(
      'reference-code-try',
      `update reference_change set tries = tries + 1
       where account_id = $1 and state = 'asked' and tries < $2 and sent_at > $3
       returning id, code_hash as "codeHash"`,
      [accountId, most, timestamp(since)],
    )
  )[0]

export type NewChange = {
  readonly id: string
  readonly accountId: number
  readonly oldEmail: string | null
  readonly newEmail: string
  readonly confirm: string
  readonly codeHash: Uint8Array
}

/** Writes that a change is asked for, in place of the one that was. */
export const putAsked = (tx: Tx, change: NewChange, now: Instant): void => {
  dropAsked(tx, change.accountId)
  tx.send(
    'reference-ask',
    `insert into reference_change (id, account_id, how, old_email, new_email, state, confirm_hash, code_hash, asked_at, sent_at)
     values ($1, $2, 'holder', $3, $4, 'asked', $5, $6, $7, $7)`,
    [
      change.id,
      change.accountId,
      change.oldEmail,
      change.newEmail,
      hashToken(change.confirm),
      change.codeHash,
      timestamp(now),
    ],
  )
}

export const dropAsked = (tx: Tx, accountId: number): void => {
  tx.send('reference-drop', `update reference_change set state = 'dropped' where account_id = $1 and state = 'asked'`, [
    accountId,
  ])
}

/** Sets the reference e-mail itself. */
export const setReference = (tx: Tx, mailboxId: number, email: string | null, now: Instant): void => {
  tx.send(
    'reference-set',
    'update account set reference_email = $2, reference_since = $3, reference_checked_at = $3 where mailbox_id = $1',
    [mailboxId, email, timestamp(now)],
  )
  if (email === null) return
  tx.send('reference-set-term', 'update mailbox_term set reference_email = $2 where mailbox_id = $1', [
    mailboxId,
    email,
  ])
}

/** Letters that went out for changes of an account, and to one address for whatever box, lately. */
export const changesAsked = async (
  db: Queries,
  accountId: number,
  email: string,
  since: Instant,
): Promise<{ readonly account: number; readonly email: number }> => {
  const [row] = await db.query<{ account: number; email: number }>(
    'reference-letters',
    `select (select count(*) from reference_change where account_id = $1 and sent_at > $3) as account,
       (select count(*) from notice where lower(recipient) = lower($2) and created_at > $3 and kind = 'referenceConfirm') as email`,
    [accountId, email, timestamp(since)],
  )
  return row!
}
