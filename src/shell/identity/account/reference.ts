// The reference e-mail of a box: changed by who has proved to be the one and confirmed by the new one; for a while the
// old one can undo it.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import {
  CODE_TRIES,
  CONFIRM_MS,
  COOLING_MS,
  isCheckDue,
  RECOVERY_COOLING_MS,
} from '../../../core/identity/accountRecovery.ts'
import {
  confirmReferenceLetter,
  referenceNewText,
  referenceOldText,
  referenceUndoneText,
} from '../../../core/identity/accountTextsRecovery.ts'
import { type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { sameAddress } from '../../../core/mail/address.ts'
import { type Actor, writeAudit } from '../../audit/write.ts'
import { type Tx, timestamp } from '../../db/pool.ts'
import { readReference } from '../../enrolment/referenceEmail.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { hashToken, newToken } from '../tokens.ts'
import { findHolder, type Holder, hashCode, isCode, lockHolder, newCode, tellHolder } from './holder.ts'
import { resetPage } from './password.ts'
import {
  askedChange,
  type ChangeRow,
  changeOfLink,
  changesAsked,
  countTry,
  dropAsked,
  lastMade,
  putAsked,
  setReference,
} from './referenceStore.ts'
import { dropResets } from './reset.ts'
import { type AccountCaller, endAccountSessionsOf } from './sessions.ts'

/** Letters to confirm within ten minutes: of one account, and to one address. */
const MOST_LETTERS = 4

const referencePage = (office: Pick<Office, 'publicUrl'>): string => `${office.publicUrl}/riferimento`

export type ReferenceStanding = {
  readonly email: string | undefined
  /** The change that waits for the new one. */
  readonly asked: { readonly email: string; readonly expiresAt: Instant } | undefined
  /** The change that the old one can undo still. */
  readonly cooling: { readonly oldEmail: string | undefined; readonly until: Instant } | undefined
  readonly checkDue: boolean
}

const isCooling = (row: ChangeRow | undefined, now: Instant): row is ChangeRow & { readonly undoUntil: Instant } =>
  row !== undefined && row.undoUntil !== null && row.undoUntil > now

/** How the reference e-mail of the caller's box stands. */
export const referenceStanding = async (office: Office, accountId: number): Promise<ReferenceStanding> => {
  const { db, clock } = office
  const now = clock.now()
  const [holder, asked, made] = [
    await findHolder(db, accountId),
    await askedChange(db, accountId),
    await lastMade(db, accountId),
  ]
  const waits = asked?.sentAt && asked.sentAt > now - CONFIRM_MS ? asked : undefined
  return {
    email: holder?.referenceEmail ?? undefined,
    asked: waits && { email: waits.newEmail, expiresAt: waits.sentAt! + CONFIRM_MS },
    cooling: isCooling(made, now) ? { oldEmail: made.oldEmail ?? undefined, until: made.undoUntil } : undefined,
    checkDue: holder !== undefined && (!holder.referenceEmail || isCheckDue(holder.referenceKnownAt, now)),
  }
}

/** Asks for a change: code and link go to the new one. */
export const askReferenceChange = async (
  office: Office,
  caller: AccountCaller,
  typed: string,
): Promise<Refusal | undefined> => {
  const email = readReference(office, typed)
  if (typeof email !== 'string') return email
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    const holder = await lockHolder(tx, caller.accountId)
    if (!holder) return { refusal: 'notFound' }
    if (holder.referenceEmail !== null && sameAddress(holder.referenceEmail, email)) {
      return { refusal: 'referenceSame' }
    }
    if (isCooling(await lastMade(tx, holder.accountId), now)) return { refusal: 'referenceCooling' }
    const letters = await changesAsked(tx, holder.accountId, email, now - 10 * MINUTE)
    if (Math.max(letters.account, letters.email) >= MOST_LETTERS) return { refusal: 'tooManyMessages' }
    const [id, confirm, code] = [randomUUID(), newToken('link'), newCode()]
    const { accountId, address, name, referenceEmail: oldEmail } = holder
    putAsked(tx, { id, accountId, oldEmail, newEmail: email, confirm, codeHash: hashCode(id, code) }, now)
    const link = `${referencePage(office)}#${confirm}`
    await writeNotice(tx, office, {
      kind: 'referenceConfirm',
      to: email,
      ...confirmReferenceLetter({ name, address, link, code, until: now + CONFIRM_MS }),
      subjectKind: 'mailbox',
      subjectId: address,
    })
    return undefined
  })
}

/** Confirms by the code that was typed; each try counts before it is judged. */
export const giveReferenceCode = async (
  office: Office,
  caller: AccountCaller,
  code: string,
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const now = office.clock.now()
  const tried = await countTry(office.db, caller.accountId, CODE_TRIES, now - CONFIRM_MS)
  if (!tried) return { refusal: 'codeExpired' }
  if (!isCode(tried.id, code, tried.codeHash)) return { refusal: 'codeWrong' }
  const actor: Actor = { kind: 'account', accountId: caller.accountId, remoteAddress }
  const made = await office.db.tx((tx) => confirmAsked(tx, office, caller.accountId, tried.id, actor))
  return made ? undefined : { refusal: 'codeExpired' }
}

/** Makes the change that was asked for, where it still is the one; the account is held. */
const confirmAsked = async (
  tx: Tx,
  office: Office,
  accountId: number,
  id: string,
  actor: Actor,
): Promise<Holder | undefined> => {
  const holder = await lockHolder(tx, accountId)
  const asked = await askedChange(tx, accountId)
  const now = office.clock.now()
  if (!holder || asked?.id !== id || isCooling(await lastMade(tx, accountId), now)) return undefined
  await makeChange(tx, office, holder, { id, how: 'holder', newEmail: asked.newEmail }, actor)
  return holder
}

/** Makes a change: sets the reference e-mail, and tells the old one, the new one and the box. The account is held. */
export const makeChange = async (
  tx: Tx,
  office: Office,
  holder: Holder,
  change: { readonly id: string; readonly how: 'holder' | 'recovery'; readonly newEmail: string },
  actor: Actor,
): Promise<void> => {
  const now = office.clock.now()
  const { accountId, address, name, referenceEmail: oldEmail } = holder
  const coolingMs = change.how === 'holder' ? COOLING_MS : RECOVERY_COOLING_MS
  const undo = newToken('link')
  // A recovery ends what was under way: from now on this change alone may be undone.
  tx.send(
    'reference-settle',
    `update reference_change set undo_until = least(undo_until, $2), reset_from = least(reset_from, $2)
     where account_id = $1 and state = 'made'`,
    [accountId, timestamp(now)],
  )
  tx.send(
    'reference-make',
    `insert into reference_change (id, account_id, how, old_email, new_email, state, undo_hash, asked_at, made_at, undo_until, reset_from)
     values ($1, $2, $3, $4, $5, 'made', $6, $7, $7, $8, $8)
     on conflict (id) do update set state = 'made', old_email = excluded.old_email, undo_hash = excluded.undo_hash,
       made_at = excluded.made_at, undo_until = excluded.undo_until, reset_from = excluded.reset_from,
       confirm_hash = null, code_hash = null`,
    [
      change.id,
      accountId,
      change.how,
      oldEmail,
      change.newEmail,
      hashToken(undo),
      timestamp(now),
      timestamp(now + coolingMs),
    ],
  )
  dropAsked(tx, accountId)
  dropResets(tx, accountId, now)
  setReference(tx, holder.mailboxId, change.newEmail, now)
  audited(tx, holder, change.how === 'holder' ? 'reference.changed' : 'reference.recovered', actor, now)
  const facts = { name, address, newEmail: change.newEmail, undoUntil: now + coolingMs, resetFrom: now + coolingMs }
  if (oldEmail !== null) {
    const text = referenceOldText({ ...facts, undo: `${referencePage(office)}#${undo}` })
    await writeNotice(tx, office, {
      kind: 'referenceOld',
      to: oldEmail,
      ...text,
      subjectKind: 'mailbox',
      subjectId: address,
    })
  }
  await tellHolder(tx, office, holder, { kind: 'referenceNew', ...referenceNewText(facts) }, [change.newEmail])
}

const audited = (tx: Tx, holder: Holder, action: string, actor: Actor, at: Instant): void =>
  writeAudit(tx, [
    {
      at,
      actor,
      orderId: holder.orderId ?? undefined,
      action,
      subjectKind: 'account',
      subjectId: holder.accountId,
    },
  ])

/** Gives up the change that waits. */
export const dropReferenceChange = (office: Office, caller: AccountCaller): Promise<void> =>
  office.db.tx(async (tx) => {
    await lockHolder(tx, caller.accountId)
    dropAsked(tx, caller.accountId)
  })

/** Takes a change back: the old one is good again, every session ends but the given one. The account is held. */
const undo = async (tx: Tx, office: Office, holder: Holder, row: ChangeRow, actor: Actor, but?: string) => {
  const now = office.clock.now()
  const undone = await tx.query(
    'reference-undo',
    `update reference_change set state = 'undone', undo_hash = null
     where id = $1 and state = 'made' and undo_until > $2 returning 1`,
    [row.id, timestamp(now)],
  )
  if (undone.length === 0) return false
  dropAsked(tx, holder.accountId)
  dropResets(tx, holder.accountId, now)
  setReference(tx, holder.mailboxId, row.oldEmail, now)
  endAccountSessionsOf(tx, holder.accountId, but)
  audited(tx, holder, 'reference.undone', actor, now)
  const text = referenceUndoneText(holder.name, holder.address, row.oldEmail, resetPage(office))
  await tellHolder(tx, office, holder, { kind: 'referenceUndone', ...text }, [row.oldEmail, row.newEmail])
  return true
}

/** Undoes the last change from the account. */
export const undoOwnChange = (
  office: Office,
  caller: AccountCaller,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const holder = await lockHolder(tx, caller.accountId)
    const made = await lastMade(tx, caller.accountId)
    const actor: Actor = { kind: 'account', accountId: caller.accountId, remoteAddress }
    // Without an old one there is nothing to go back to.
    const done = holder && made?.oldEmail && (await undo(tx, office, holder, made, actor, caller.sessionId))
    return done ? undefined : { refusal: 'notInThisState' }
  })

/** Says that the reference e-mail is still the holder's. */
export const confirmStillMine = async (office: Office, caller: AccountCaller): Promise<void> => {
  const sql = 'update account set reference_checked_at = $2 where id = $1'
  await office.db.query('reference-checked', sql, [caller.accountId, timestamp(office.clock.now())])
}

// --- by links --------------------------------------------------------------------------------------------------------

export type ReferenceLink = {
  readonly kind: 'confirm' | 'undo'
  readonly address: string
  /** What is the reference e-mail afterwards. */
  readonly email: string | undefined
}

const INVALID: Refusal = { refusal: 'linkInvalid' }

const shown = (kind: 'confirm' | 'undo', row: ChangeRow, { address }: Holder): ReferenceLink => ({
  kind,
  address,
  email: kind === 'confirm' ? row.newEmail : (row.oldEmail ?? undefined),
})

/** What a link does; it spends nothing. */
export const lookAtReferenceLink = async (office: Office, token: string): Promise<ReferenceLink | Refusal> => {
  const now = office.clock.now()
  const found = await changeOfLink(office.db, token, now - CONFIRM_MS, now)
  const holder = found && (await findHolder(office.db, found.row.accountId))
  return holder ? shown(found.kind, found.row, holder) : INVALID
}

/** Does what a link is for. */
export const useReferenceLink = async (
  office: Office,
  token: string,
  remoteAddress: string,
): Promise<ReferenceLink | Refusal> => {
  const now = office.clock.now()
  const found = await changeOfLink(office.db, token, now - CONFIRM_MS, now)
  if (!found) return INVALID
  const { row, kind } = found
  const actor: Actor = { kind: 'account', accountId: row.accountId, remoteAddress }
  return office.db.tx(async (tx) => {
    const holder =
      kind === 'confirm'
        ? await confirmAsked(tx, office, row.accountId, row.id, actor)
        : await lockHolder(tx, row.accountId)
    if (!holder || (kind === 'undo' && !(await undo(tx, office, holder, row, actor)))) return INVALID
    return shown(kind, row, holder)
  })
}
