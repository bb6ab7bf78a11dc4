// How somebody's account stands, as the help desk sees it: never what is in a box. Each look is written down first.
import type { Refusal } from '../../core/api/problems.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import type { Concern } from '../../core/mailbox/overview.ts'
import type { MailboxState } from '../../core/mailbox/standing.ts'
import { writeAudit } from '../audit/write.ts'
import { type Queries, timestamp } from '../db/pool.ts'
import { findHolderByAddress } from '../identity/account/holder.ts'
import { type BoxOverview, boxOverview } from '../mailbox/overview.ts'
import type { Office } from '../office.ts'
import type { DeskActor } from './desk.ts'

export type SignInRow = {
  readonly at: Instant
  readonly outcome: 'entered' | 'halfWay' | 'wrong'
  readonly method: string
}
export type ProgramRow = {
  readonly services: readonly string[]
  readonly createdAt: Instant
  readonly lastUsedAt: Instant | null
  readonly lastService: string | null
}

export type AccountHealth = {
  readonly address: string
  readonly name: string
  readonly state: MailboxState
  readonly concerns: readonly Concern[]
  readonly space: BoxOverview['space']
  readonly term: BoxOverview['term']
  readonly secondFactor: boolean
  readonly passkeys: number
  readonly reference: {
    readonly email: string | null
    readonly knownAt: Instant
    readonly checkDue: boolean
    /** Until when the last change can be undone. */
    readonly coolingUntil: Instant | null
    /** How the last notices to it ended. */
    readonly lastNotice: 'waiting' | 'sent' | 'captured' | 'failed' | null
  }
  readonly programs: readonly ProgramRow[]
  readonly signIns: readonly SignInRow[]
  readonly delegates: number
}

type More = {
  readonly passkeys: number
  readonly delegates: number
  readonly coolingUntil: Instant | null
  readonly lastNotice: AccountHealth['reference']['lastNotice']
}

const moreOf = async (
  db: Queries,
  of: { readonly accountId: number; readonly mailboxId: number; readonly email: string | null },
  now: Instant,
): Promise<More> => {
  const [row] = await db.query<More>(
    'health-more',
    `select (select count(*) from account_passkey where account_id = $1) as passkeys,
       (select count(*) from delegation where mailbox_id = $2 and revoked_at is null) as delegates,
       (select max(undo_until) from reference_change where account_id = $1 and state = 'made' and undo_until > $4)
         as "coolingUntil",
       (select state from notice where lower(recipient) = lower($3) order by created_at desc limit 1) as "lastNotice"`,
    [of.accountId, of.mailboxId, of.email, timestamp(now)],
  )
  return row!
}

/** How the account of an address stands. */
export const accountHealth = async (
  office: Office,
  actor: DeskActor,
  address: string,
): Promise<AccountHealth | Refusal> => {
  const { db } = office
  const now = office.clock.now()
  const holder = await findHolderByAddress(db, addressKey(address.trim()))
  if (!holder) return { refusal: 'notFound' }
  await db.tx(async (tx) =>
    writeAudit(tx, [{ at: now, actor, action: 'account.viewed', subjectKind: 'mailbox', subjectId: holder.address }]),
  )
  const { accountId, mailboxId, referenceEmail } = holder
  const overview = await boxOverview(office, { mailbox: { id: mailboxId, address: holder.address }, rights: 'own' })
  const more = await moreOf(db, { accountId, mailboxId, email: referenceEmail }, now)
  const programs = await db.query<ProgramRow>(
    'health-programs',
    `select scopes as services, created_at as "createdAt", last_used_at as "lastUsedAt", last_service as "lastService"
     from app_password where mailbox_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
     order by last_used_at desc nulls last, created_at desc limit 20`,
    [mailboxId, timestamp(now)],
  )
  const signIns = await db.query<SignInRow>(
    'health-sign-ins',
    'select at, outcome, method from account_sign_in where account_id = $1 order by at desc, id desc limit 10',
    [accountId],
  )
  return {
    address: holder.address,
    name: holder.name,
    state: holder.state,
    concerns: overview.concerns,
    space: overview.space,
    term: overview.term,
    secondFactor: overview.secondFactor ?? false,
    passkeys: more.passkeys,
    delegates: more.delegates,
    reference: {
      email: referenceEmail,
      knownAt: holder.referenceKnownAt,
      checkDue: overview.reference?.checkDue ?? false,
      coolingUntil: more.coolingUntil,
      lastNotice: more.lastNotice,
    },
    programs,
    signIns,
  }
}
