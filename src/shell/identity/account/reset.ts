// A forgotten password of a box or a collaborator: link and code to the reference e-mail or the own one, and what they
// open. Nothing that is said or done on the way tells whether there is such a box or collaborator.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import {
  type Asked,
  CODE_TRIES,
  mayAsk,
  NETWORK_MOST_AN_HOUR,
  ownerOf,
  PLAIN_PASSWORD_POLICY,
  RESET_MS,
  resetTarget,
  TYPING_MS,
} from '../../../core/identity/accountRecovery.ts'
import { passwordChangedText, resetLetter } from '../../../core/identity/accountTextsRecovery.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { networkOf } from '../../../core/mail/sasl/backoff.ts'
import { signsIn } from '../../../core/mailbox/standing.ts'
import { writeAudit } from '../../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { finishJob, putJob } from '../../outbox/jobs.ts'
import type { Job } from '../../outbox/outbox.ts'
import { hashPassword, makePassword, putPassword } from '../passwords.ts'
import { hashToken, isToken, newToken } from '../tokens.ts'
import { revokeAppPasswordsOf } from './appPasswords.ts'
import { countCollaborators } from './collaboratorStore.ts'
import {
  findHolder,
  findHolderByAddress,
  type Holder,
  hashCode,
  isCode,
  lockHolder,
  newCode,
  policyOf,
  tellHolder,
} from './holder.ts'
import { type NewPassword, type PasswordRules, resetPage, setOwnPassword, weakAccountPassword } from './password.ts'
import { lastMadeChange } from './referenceStore.ts'
import { endAccountSessionsOf } from './sessions.ts'
import { findAccount, findDelegate } from './store.ts'

/** Asks for a new password. Gives the secret with which the code that arrives may be typed. */
export const askReset = async (
  office: Pick<Office, 'db' | 'clock'>,
  address: string,
  remoteAddress: string,
): Promise<{ readonly ticket: string }> => {
  const now = office.clock.now()
  const ticket = newToken('link')
  const id = randomUUID()
  const payload = { duty: 'passwordReset', reset: id, account: addressKey(address.trim()) }
  await office.db.tx(async (tx) => {
    tx.send(
      'reset-ask',
      'insert into password_reset (id, ticket_hash, network, asked_at, expires_at) values ($1, $2, $3, $4, $5)',
      [id, hashToken(ticket), networkOf(remoteAddress.slice(0, 64)), timestamp(now), timestamp(now + RESET_MS)],
    )
    putJob(tx, { kind: 'duty', payload, dueAt: now }, now)
  })
  return { ticket }
}

/** The duty `passwordReset`: writes link and code, where there is such a box and it may have another letter. */
export const sendReset = async (office: Office, job: Job): Promise<void> => {
  const { reset, account } = job.payload as { readonly reset: string; readonly account: string }
  await office.db.tx(async (tx) => {
    if (!(await finishJob(tx, job.id))) return
    const found = (await findHolderByAddress(tx, account)) ?? (await findDelegate(tx, account))
    const person = found && (await lockPerson(tx, 'accountId' in found ? found.accountId : found.id))
    if (!person) return
    const now = office.clock.now()
    const to = await targetOf(tx, person, now)
    if (to === undefined || !mayAsk(await askedOf(tx, person.accountId, now))) return
    const [link, code, until] = [newToken('link'), newCode(), now + RESET_MS]
    const written = await tx.query(
      'reset-write',
      `update password_reset set account_id = $2, email = $3, token_hash = $4, code_hash = $5, expires_at = $6
       where id = $1 and (select count(*) from password_reset o
         where o.network = password_reset.network and o.asked_at > $7) <= $8 returning 1`,
      [
        reset,
        person.accountId,
        to,
        hashToken(link),
        hashCode(reset, code),
        timestamp(until),
        timestamp(now - HOUR),
        NETWORK_MOST_AN_HOUR,
      ],
    )
    if (written.length === 0) return
    const { name, address, holder } = person
    const letter = resetLetter({ ...person, link: `${resetPage(office)}#${link}`, code, until, name, address })
    const about = holder ? { subjectKind: 'mailbox', subjectId: address } : {}
    await writeNotice(tx, office, { kind: 'passwordReset', to, ...letter, ...about })
  })
}

/** Who signs in with a password: the holder of a box, or a collaborator of boxes of others. */
type Person = PasswordRules & {
  readonly accountId: number
  /** By which they sign in. */
  readonly address: string
  readonly name: string
  readonly collaborator: boolean
  readonly holder?: Holder | undefined
}

/** Whoever may still sign in. */
const findPerson = async (db: Queries, accountId: number): Promise<Person | undefined> => {
  const holder = await findHolder(db, accountId)
  if (holder) {
    const { address, name } = holder
    const rules = { policy: policyOf(holder), owner: ownerOf(holder) }
    return signsIn(holder.state) ? { accountId, address, name, ...rules, collaborator: false, holder } : undefined
  }
  const record = await findAccount(db, accountId)
  if (record?.kind !== 'delegate' || record.state !== 'active') return undefined
  const { signInName: address, name } = record
  const owner = { names: [name], addresses: [address] }
  return { accountId, address, name, policy: PLAIN_PASSWORD_POLICY, owner, collaborator: true }
}

const lockPerson = async (tx: Tx, accountId: number): Promise<Person | undefined> => {
  await lockHolder(tx, accountId)
  return findPerson(tx, accountId)
}

/** Where link and code go: a collaborator's own e-mail is also the name of the account. */
const targetOf = async (tx: Tx, { holder, accountId, address }: Person, now: Instant): Promise<string | undefined> =>
  holder ? resetTarget(holder.referenceEmail ?? undefined, await lastMadeChange(tx, accountId), now) : address

const askedOf = async (db: Queries, accountId: number, now: Instant): Promise<Asked> => {
  const [row] = await db.query<Asked>(
    'reset-asked',
    `select count(*) filter (where asked_at > $2) as "lastTenMinutes", count(*) filter (where asked_at > $3) as "lastHour",
       count(*) as "lastDay" from password_reset where account_id = $1 and asked_at > $4`,
    [accountId, timestamp(now - 10 * MINUTE), timestamp(now - HOUR), timestamp(now - DAY)],
  )
  return row!
}

/** Judges a code that was typed on the page that asked; each try counts before it is judged. Gives the secret to go on. */
export const giveResetCode = async (
  office: Office,
  { ticket, code }: { readonly ticket: string; readonly code: string },
): Promise<{ readonly token: string } | Refusal> => {
  const now = office.clock.now()
  const [row] = isToken('link', ticket)
    ? await office.db.query<{ id: string; code_hash: Uint8Array | null }>(
        'reset-code-try',
        `update password_reset set tries = tries + 1
         where ticket_hash = $1 and tries < $2 and expires_at > $3 and used_at is null returning id, code_hash`,
        [hashToken(ticket), CODE_TRIES, timestamp(now)],
      )
    : []
  if (!row) return { refusal: 'codeExpired' }
  if (!isCode(row.id, code, row.code_hash)) return { refusal: 'codeWrong' }
  const token = newToken('link')
  await office.db.query('reset-code-right', 'update password_reset set page_hash = $2 where id = $1', [
    row.id,
    hashToken(token),
  ])
  return { token }
}

const INVALID: Refusal = { refusal: 'linkInvalid' }

type Open = { readonly id: string; readonly accountId: number; readonly expiresAt: Instant }

const findReset = async (db: Queries, token: string, now: Instant): Promise<Open | undefined> => {
  if (!isToken('link', token)) return undefined
  const [row] = await db.query<Open>(
    'reset-find',
    `select id, account_id as "accountId", expires_at as "expiresAt" from password_reset
     where (token_hash = $1 or page_hash = $1) and used_at is null and expires_at > $2 and account_id is not null`,
    [hashToken(token), timestamp(now)],
  )
  return row
}

/** Whose password a link sets, until when. It spends nothing; the first look gives time to type. */
export const lookAtReset = async (
  office: Office,
  token: string,
): Promise<{ readonly person: Person; readonly expiresAt: Instant } | Refusal> => {
  const now = office.clock.now()
  const open = await findReset(office.db, token, now)
  const person = open && (await findPerson(office.db, open.accountId))
  if (!open || !person) return INVALID
  const [longer] = await office.db.query<{ expires_at: Instant }>(
    'reset-extend',
    `update password_reset set extended_at = $2, expires_at = greatest(expires_at, $3::timestamptz)
     where id = $1 and extended_at is null returning expires_at`,
    [open.id, timestamp(now), timestamp(now + TYPING_MS)],
  )
  return { person, expiresAt: longer?.expires_at ?? open.expiresAt }
}

/** Sets the password by a link, which is good once: all sessions end, the second factor stays. */
export const resetPassword = async (
  office: Office,
  { token, ...given }: NewPassword & { readonly token: string },
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const open = await findReset(office.db, token, office.clock.now())
  const person = open && (await findPerson(office.db, open.accountId))
  if (!open || !person) return INVALID
  const weak = weakAccountPassword(person, given.password)
  if (weak) return weak
  const made = person.holder
    ? await makePassword(office.db, person.address, given.password)
    : { passwordHash: await hashPassword(given.password) }
  return office.db.tx(async (tx) => {
    const at = office.clock.now()
    const current = await lockPerson(tx, open.accountId)
    // A change of the reference e-mail, or another password, may have come meanwhile: then the link is spent.
    const used = await tx.query(
      'reset-use',
      'update password_reset set used_at = $2 where id = $1 and used_at is null and expires_at > $2 returning 1',
      [open.id, timestamp(at)],
    )
    if (used.length === 0 || !current) return INVALID
    dropResets(tx, open.accountId, at)
    if ('keys' in made) await putPassword(tx, current.address, made)
    else setOwnPassword(tx, open.accountId, made.passwordHash)
    endAccountSessionsOf(tx, open.accountId)
    if (given.endAppPasswords) revokeAppPasswordsOf(tx, open.accountId, undefined, at)
    writeAudit(tx, [
      {
        at,
        actor: { kind: 'account', accountId: open.accountId, remoteAddress },
        action: 'password.reset',
        subjectKind: 'account',
        subjectId: open.accountId,
      },
    ])
    const { name, address, collaborator } = current
    const others = current.holder ? await countCollaborators(tx, current.holder.mailboxId) : 0
    const text = passwordChangedText(name, address, 'reset', at, resetPage(office), { collaborator, others })
    const kind = 'accountPassword'
    if (current.holder) await tellHolder(tx, office, current.holder, { kind, ...text })
    else await writeNotice(tx, office, { kind, to: current.address, ...text })
    return undefined
  })
}

/** No link that was written opens anything any more. */
export const dropResets = (tx: Tx, accountId: number, now: Instant): void => {
  tx.send(
    'reset-drop',
    'update password_reset set used_at = $2 where account_id = $1 and used_at is null and expires_at > $2',
    [accountId, timestamp(now)],
  )
}

/** Forgets what was asked long ago. */
export const sweepResets = async (db: Queries, now: Instant): Promise<void> => {
  await db.query('reset-sweep', 'delete from password_reset where asked_at < $1', [timestamp(now - 30 * DAY)])
}
