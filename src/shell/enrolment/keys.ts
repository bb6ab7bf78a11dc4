// The secrets of a case: sessions of browsers, links in e-mails, and the code that confirms the reference e-mail.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { DAY, HOUR, type Instant, MINUTE } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { hashToken, isToken, newToken } from '../identity/tokens.ts'

/** A browser keeps a case for longer than an idle draft lives. */
export const SESSION_MS = 90 * DAY
export const RESUME_DAYS = 7
export const CODE_HOURS = 24
const TRIES = 10
/** Browsers and links of one case; the oldest give way. */
const MOST_KEYS = 20

export type KeyPurpose = 'session' | 'resume' | 'confirm'

export type CaseKey = {
  readonly enrolmentId: string
  readonly email: string | null
  readonly createdAt: Instant
  readonly usedAt: Instant | null
}

const LIFE_MS: Readonly<Record<KeyPurpose, number>> = {
  session: SESSION_MS,
  resume: RESUME_DAYS * DAY,
  confirm: CODE_HOURS * HOUR,
}

/** Stores the digest of a secret that opens a case. */
export const putKey = (
  tx: Tx,
  key: { readonly token: string; readonly enrolmentId: string; readonly purpose: KeyPurpose; readonly email?: string },
  now: Instant,
): void => {
  tx.send(
    'enrolment-key-put',
    `insert into enrolment_key (token_hash, enrolment_id, purpose, email, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (token_hash) do update set expires_at = excluded.expires_at
       where enrolment_key.enrolment_id = excluded.enrolment_id`,
    [
      hashToken(key.token),
      key.enrolmentId,
      key.purpose,
      key.email,
      timestamp(now),
      timestamp(now + LIFE_MS[key.purpose]),
    ],
  )
  tx.send(
    'enrolment-key-trim',
    `delete from enrolment_key where token_hash in (
       select token_hash from enrolment_key where enrolment_id = $1 and purpose = $2
       order by created_at desc, token_hash offset $3)`,
    [key.enrolmentId, key.purpose, MOST_KEYS],
  )
}

/** Makes a link's secret for an e-mail. */
export const newLink = (
  tx: Tx,
  link: { readonly enrolmentId: string; readonly purpose: 'resume' | 'confirm'; readonly email: string },
  now: Instant,
): string => {
  const token = newToken('link')
  putKey(tx, { ...link, token }, now)
  return token
}

/** The case that a link opens now; undefined for all others, whatever is wrong with them. */
export const findLink = async (
  db: Queries,
  token: string,
  purpose: 'resume' | 'confirm',
  now: Instant,
): Promise<CaseKey | undefined> => {
  if (!isToken('link', token)) return undefined
  const [row] = await db.query<CaseKey>(
    'enrolment-link-find',
    `select enrolment_id as "enrolmentId", email, created_at as "createdAt", used_at as "usedAt" from enrolment_key
     where token_hash = $1 and purpose = $2 and expires_at > $3`,
    [hashToken(token), purpose, timestamp(now)],
  )
  return row
}

export const markUsed = (tx: Tx, token: string, now: Instant): void => {
  tx.send('enrolment-key-used', 'update enrolment_key set used_at = coalesce(used_at, $2) where token_hash = $1', [
    hashToken(token),
    timestamp(now),
  ])
}

/** Forgets a secret. */
export const dropKey = async (db: Queries, tokenHash: Uint8Array): Promise<void> => {
  await db.query('enrolment-key-drop', 'delete from enrolment_key where token_hash = $1', [tokenHash])
}

/** Forgets links and codes that went to another address than this one. */
export const dropLinksElsewhere = (tx: Tx, enrolmentId: string, email: string): void => {
  tx.send(
    'enrolment-links-elsewhere',
    `delete from enrolment_key where enrolment_id = $1 and purpose in ('resume', 'confirm') and lower(email) <> lower($2)`,
    [enrolmentId, email],
  )
}

/** When a link to go on was last sent, and whether one was ever opened. */
export const lastResume = async (
  db: Queries,
  enrolmentId: string,
): Promise<{ readonly sentAt: Instant | undefined; readonly used: boolean }> => {
  const [row] = await db.query<{ sent_at: Instant | null; used: boolean | null }>(
    'enrolment-resume-last',
    `select max(created_at) as sent_at, bool_or(used_at is not null) as used from enrolment_key
     where enrolment_id = $1 and purpose = 'resume'`,
    [enrolmentId],
  )
  return { sentAt: row?.sent_at ?? undefined, used: row?.used ?? false }
}

// --- the code that is typed ------------------------------------------------------------------------------------------

const codeHash = (enrolmentId: string, code: string): Buffer =>
  createHash('sha256').update(`${enrolmentId} ${code}`).digest()

/** Six digits, computed: a code that is sent again is the same one, so that those received stay valid. */
const codeOf = (secret: Uint8Array, enrolmentId: string, email: string, createdAt: Instant): string => {
  const digest = createHmac('sha256', secret).update(`code ${enrolmentId} ${email} ${createdAt}`).digest()
  return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
}

/** The code for an address: the one that was sent before where it is still good, else a new one. */
export const issueCode = async (
  tx: Tx,
  secret: Uint8Array,
  enrolmentId: string,
  email: string,
  now: Instant,
): Promise<string> => {
  const key = addressKey(email)
  const [row] = await tx.query<{ email: string; tries: number; created_at: Instant; sent_at: Instant }>(
    'enrolment-code-find',
    `select email, tries, created_at, coalesce(sent_at, created_at) as sent_at from enrolment_code
     where enrolment_id = $1 for update`,
    [enrolmentId],
  )
  const isGood = row && row.email === key && row.tries < TRIES && row.sent_at > now - CODE_HOURS * HOUR
  const createdAt = isGood ? row.created_at : now
  const code = codeOf(secret, enrolmentId, key, createdAt)
  tx.send(
    'enrolment-code-put',
    `insert into enrolment_code (enrolment_id, email, code_hash, tries, created_at, sent_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (enrolment_id) do update set email = excluded.email, code_hash = excluded.code_hash,
       tries = excluded.tries, created_at = excluded.created_at, sent_at = excluded.sent_at`,
    [enrolmentId, key, codeHash(enrolmentId, code), isGood ? row.tries : 0, timestamp(createdAt), timestamp(now)],
  )
  return code
}

/**
 * Judges a code that was typed; each judgement counts, right or wrong, before it is made. `expired`: too old, tried too
 * often, or there is none.
 */
export const tryCode = async (
  db: Queries,
  enrolmentId: string,
  typed: string,
  now: Instant,
): Promise<'expired' | 'wrong' | { readonly email: string }> => {
  const [row] = await db.query<{ email: string; code_hash: Uint8Array }>(
    'enrolment-code-try',
    `update enrolment_code set tries = tries + 1
     where enrolment_id = $1 and tries < $2 and coalesce(sent_at, created_at) > $3 returning email, code_hash`,
    [enrolmentId, TRIES, timestamp(now - CODE_HOURS * HOUR)],
  )
  if (!row) return 'expired'
  const given = codeHash(enrolmentId, typed.replace(/\D/g, ''))
  return timingSafeEqual(given, row.code_hash) ? { email: row.email } : 'wrong'
}

export const dropCode = (tx: Tx, enrolmentId: string): void => {
  tx.send('enrolment-code-drop', 'delete from enrolment_code where enrolment_id = $1', [enrolmentId])
}

// --- how many messages -----------------------------------------------------------------------------------------------

const BURST = { most: 3, withinMs: 10 * MINUTE } as const
const DAILY = { most: 20, withinMs: DAY } as const
/** To one address, about whatever case. */
const EACH = { most: 6, withinMs: 10 * MINUTE } as const

/** Whether a case may have another code or link sent to an address now. */
export const mayWrite = async (db: Queries, enrolmentId: string, email: string, now: Instant): Promise<boolean> => {
  const [row] = await db.query<{ burst: number; daily: number }>(
    'enrolment-messages',
    `select count(*) filter (where created_at > $2) as burst, count(*) as daily from notice
     where subject_kind = 'enrolment' and subject_id = $1 and kind in ('referenceCode', 'resumeLink')
       and created_at > $3`,
    [enrolmentId, timestamp(now - BURST.withinMs), timestamp(now - DAILY.withinMs)],
  )
  const [each] = await db.query<{ sent: number }>(
    'enrolment-messages-to',
    `select count(*) as sent from notice where lower(recipient) = lower($1) and created_at > $2
       and kind in ('referenceCode', 'resumeLink')`,
    [email, timestamp(now - EACH.withinMs)],
  )
  return (row?.burst ?? 0) < BURST.most && (row?.daily ?? 0) < DAILY.most && (each?.sent ?? 0) < EACH.most
}
