// The holder takes out all mail of the box: asks for the copy, downloads it once, one at a time.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { DAY, type Instant, MINUTE } from '../../core/lib/instant.ts'
import type { ArchiveForm } from '../../core/mailbox/archive.ts'
import { takeOutText } from '../../core/mailbox/archiveTexts.ts'
import { writeAudit } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { boxEntry } from '../identity/account/collaboratorStore.ts'
import { lockHolder, tellHolder } from '../identity/account/holder.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'

/** For how long a copy that was asked for may be downloaded. */
const GOOD_MS = 3 * DAY
/** A download that gave no byte for so long is over, whoever held it has gone. */
const BUSY_MS = 5 * MINUTE
const BEAT_MS = MINUTE
const KEPT_MS = 180 * DAY

const UNAVAILABLE: Refusal = { refusal: 'unavailable' }
const RUNNING: Refusal = { refusal: 'takeOutRunning' }

type Open = {
  readonly id: string
  readonly form: ArchiveForm
  readonly askedAt: Instant
  readonly expiresAt: Instant
  readonly busyUntil: Instant | null
}

const OPEN = `select id, form, asked_at as "askedAt", expires_at as "expiresAt", busy_until as "busyUntil"
  from take_out where mailbox_id = $1 and taken_at is null and not dropped`

const isBusy = ({ busyUntil }: Open, now: Instant): boolean => busyUntil !== null && busyUntil > now

const audited = (
  tx: Tx,
  { mailbox, accountId }: AccountCaller,
  action: string,
  remoteAddress: string,
  at: Instant,
): void => writeAudit(tx, [boxEntry({ accountId, remoteAddress }, mailbox.address, action, at)])

const sizeOf = async (
  db: Queries,
  mailboxId: number,
): Promise<{ readonly messages: number; readonly bytes: number }> => {
  const [row] = await db.query<{ messages: number; bytes: number }>(
    'takeout-size',
    'select coalesce(sum(messages), 0)::bigint as messages, coalesce(sum(bytes), 0)::bigint as bytes from folder where mailbox_id = $1',
    [mailboxId],
  )
  return row!
}

export type Asked = { readonly messages: number; readonly bytes: number; readonly expiresAt: Instant }

/** Asks for a copy, in place of one that was asked for and never downloaded; the holder is told. */
export const askTakeOut = async (
  office: Office,
  caller: AccountCaller,
  form: ArchiveForm,
  remoteAddress: string,
): Promise<Asked | Refusal> => {
  if (!office.takeOut) return UNAVAILABLE
  return office.db.tx<Asked | Refusal>(async (tx) => {
    const now = office.clock.now()
    const holder = await lockHolder(tx, caller.accountId)
    const { id: mailboxId, address } = caller.mailbox
    const [open] = await tx.query<Open>('takeout-open', OPEN, [mailboxId])
    if (open && isBusy(open, now)) return RUNNING
    const expiresAt = now + GOOD_MS
    tx.send(
      'takeout-drop',
      'update take_out set dropped = true where mailbox_id = $1 and taken_at is null and not dropped',
      [mailboxId],
    )
    tx.send(
      'takeout-ask',
      `insert into take_out (id, account_id, mailbox_id, form, asked_at, expires_at) values ($1, $2, $3, $4, $5, $6)`,
      [randomUUID(), caller.accountId, mailboxId, form, timestamp(now), timestamp(expiresAt)],
    )
    audited(tx, caller, 'box.takeOutAsked', remoteAddress, now)
    if (holder) {
      const securityPage = `${office.publicUrl}/casella/password`
      const text = takeOutText({ name: holder.name, address, at: now, until: expiresAt, securityPage })
      await tellHolder(tx, office, holder, text)
    }
    return { ...(await sizeOf(tx, mailboxId)), expiresAt }
  })
}

/** Takes the copy that was asked for, so that no other download begins; why not, where it may not. */
const claim = async (db: Queries, mailboxId: number, now: Instant): Promise<Open | Refusal> => {
  const [open] = await db.query<Open>('takeout-open', OPEN, [mailboxId])
  if (!open || open.expiresAt <= now) return { refusal: 'takeOutOver' }
  const claimed = await db.query(
    'takeout-claim',
    `update take_out set busy_until = $2 where id = $1 and taken_at is null and not dropped
       and (busy_until is null or busy_until <= $3) returning 1`,
    [open.id, timestamp(now + BUSY_MS), timestamp(now)],
  )
  return claimed.length > 0 ? open : RUNNING
}

/** Passes the bytes on; whole, the copy is used up; broken off, it may be downloaded again. */
async function* watched(
  office: Office,
  caller: AccountCaller,
  id: string,
  bytes: AsyncIterable<Uint8Array>,
  remoteAddress: string,
): AsyncGenerator<Uint8Array> {
  const { db, clock } = office
  let whole = false
  let beatAt = clock.now()
  try {
    for await (const chunk of bytes) {
      yield chunk
      const now = clock.now()
      if (now - beatAt < BEAT_MS) continue
      beatAt = now
      await db.query('takeout-beat', 'update take_out set busy_until = $2 where id = $1', [
        id,
        timestamp(now + BUSY_MS),
      ])
    }
    whole = true
  } finally {
    await db.tx(async (tx) => {
      const now = clock.now()
      tx.send('takeout-end', 'update take_out set busy_until = null, taken_at = $2 where id = $1', [
        id,
        whole ? timestamp(now) : null,
      ])
      audited(tx, caller, whole ? 'box.takenOut' : 'box.takeOutBroken', remoteAddress, now)
    })
  }
}

/** The archive, while it is made. */
export const takeOutMail = async (
  office: Office,
  caller: AccountCaller,
  remoteAddress: string,
): Promise<AsyncIterable<Uint8Array> | Refusal> => {
  if (!office.takeOut) return UNAVAILABLE
  const at = office.clock.now()
  const open = await claim(office.db, caller.mailbox.id, at)
  if ('refusal' in open) return open
  const bytes = await office.takeOut({ mailbox: caller.mailbox, form: open.form, at })
  return watched(office, caller, open.id, bytes, remoteAddress)
}

export type TakeOutView = {
  /** Of the one that may be downloaded. */
  readonly open: { readonly form: ArchiveForm; readonly expiresAt: Instant; readonly running: boolean } | undefined
  /** When one was last downloaded whole. */
  readonly takenAt: Instant | undefined
}

/** What there is to download, and what was. */
export const lookAtTakeOut = async ({ db, clock }: Office, { mailbox }: AccountCaller): Promise<TakeOutView> => {
  const now = clock.now()
  const [open] = await db.query<Open>('takeout-open', OPEN, [mailbox.id])
  const [last] = await db.query<{ at: Instant | null }>(
    'takeout-last',
    'select max(taken_at) as at from take_out where mailbox_id = $1',
    [mailbox.id],
  )
  return {
    open:
      open && open.expiresAt > now
        ? { form: open.form, expiresAt: open.expiresAt, running: isBusy(open, now) }
        : undefined,
    takenAt: last?.at ?? undefined,
  }
}

/** Forgets what was asked for long ago. */
export const sweepTakeOuts = async (db: Queries, now: Instant): Promise<void> => {
  await db.query('takeout-sweep', 'delete from take_out where expires_at < $1', [timestamp(now - KEPT_MS)])
}
