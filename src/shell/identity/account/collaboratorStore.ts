// SQL of collaborators: who is let into a box and who is invited; and telling holder and collaborator of it.
import type { HolderEvent } from '../../../core/identity/accountTextsDelegation.ts'
import {
  collaboratorText,
  type DelegationFacts,
  holderDelegationText,
} from '../../../core/identity/accountTextsDelegation.ts'
import type { DelegateRights, InvitingFacts } from '../../../core/identity/delegation.ts'
import { DAY, type Instant } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import type { AuditEntry } from '../../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { type Holder, tellHolder } from './holder.ts'

export type Collaborator = {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly rights: DelegateRights
  readonly since: Instant
  readonly endedAt: Instant | null
  readonly lastUsedAt: Instant | null
  readonly programs: number
}

/** Those who are let in, then those who were. */
export const listCollaborators = (db: Queries, mailboxId: number, now: Instant): Promise<readonly Collaborator[]> =>
  db.query<Collaborator>(
    'collaborator-list',
    `select a.id, a.name, a.email, d.rights, d.given_at as since, d.revoked_at as "endedAt",
       greatest(d.used_at, (select max(p.last_used_at) from app_password p
                            where p.account_id = a.id and p.mailbox_id = d.mailbox_id)) as "lastUsedAt",
       (select count(*) from app_password p where p.account_id = a.id and p.mailbox_id = d.mailbox_id
          and p.revoked_at is null and (p.expires_at is null or p.expires_at > $2)) as programs
     from delegation d join account a on a.id = d.account_id
     where d.mailbox_id = $1 order by d.revoked_at desc nulls first, lower(a.name), a.id limit 200`,
    [mailboxId, timestamp(now)],
  )

/** How many are let in. */
export const countCollaborators = async (db: Queries, mailboxId: number): Promise<number> => {
  const sql = 'select count(*) as n from delegation where mailbox_id = $1 and revoked_at is null'
  return (await db.query<{ n: number }>('collaborator-count', sql, [mailboxId]))[0]!.n
}

/** One who is let in. */
export const findCollaborator = async (
  db: Queries,
  mailboxId: number,
  accountId: number,
): Promise<Pick<Collaborator, 'id' | 'name' | 'email' | 'rights'> | undefined> =>
  (
    await db.query<Pick<Collaborator, 'id' | 'name' | 'email' | 'rights'>>(
      'collaborator-find',
      `select a.id, a.name, a.email, d.rights from delegation d join account a on a.id = d.account_id
       where d.mailbox_id = $1 and d.account_id = $2 and d.revoked_at is null`,
      [mailboxId, accountId],
    )
  )[0]

export type OpenInvitation = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly rights: DelegateRights
  readonly sends: number
  readonly sentAt: Instant
  readonly expiresAt: Instant
}

const INVITATION = 'id, name, email, rights, sends, sent_at as "sentAt", expires_at as "expiresAt"'
const OPEN = 'mailbox_id = $1 and used_at is null and withdrawn_at is null'

/** Those that were neither accepted nor withdrawn, expired ones too: they can be sent again. */
export const listInvitations = (db: Queries, mailboxId: number): Promise<readonly OpenInvitation[]> =>
  db.query<OpenInvitation>(
    'invitation-list',
    `select ${INVITATION} from delegation_invitation where ${OPEN} order by sent_at desc, id limit 200`,
    [mailboxId],
  )

export const findInvitation = async (
  db: Queries,
  mailboxId: number,
  by: { readonly id: string } | { readonly email: string },
): Promise<OpenInvitation | undefined> => {
  const [row] =
    'id' in by
      ? await db.query<OpenInvitation>(
          'invitation-by-id',
          `select ${INVITATION} from delegation_invitation where ${OPEN} and id = $2`,
          [mailboxId, by.id],
        )
      : await db.query<OpenInvitation>(
          'invitation-by-email',
          `select ${INVITATION} from delegation_invitation where ${OPEN} and email_key = $2`,
          [mailboxId, addressKey(by.email)],
        )
  return row
}

/** How many there are, and how many letters left today. `but`: an invitation that is not counted. */
export const invitingFacts = async (
  db: Queries,
  mailboxId: number,
  now: Instant,
  but?: string,
): Promise<InvitingFacts> => {
  const [row] = await db.query<InvitingFacts>(
    'invitation-facts',
    `select (select count(*) from delegation where mailbox_id = $1 and revoked_at is null) as collaborators,
       (select count(*) from delegation_invitation where ${OPEN} and expires_at > $2 and id is distinct from $4) as open,
       (select coalesce(sum(sends), 0)::int8 from delegation_invitation
        where mailbox_id = $1 and created_at > $3) as "lettersToday"`,
    [mailboxId, timestamp(now), timestamp(now - DAY), but ?? null],
  )
  return row!
}

/** Whether an address is some box's: such a one is nobody's name as a collaborator. */
export const isBoxAddress = async (db: Queries, email: string): Promise<boolean> =>
  (await db.query('collaborator-box', 'select 1 from mailbox where address_key = $1', [addressKey(email)])).length > 0

/** Tells the holder, by reference e-mail and in the box. */
export const tellHolderOf = (
  tx: Tx,
  office: Office,
  holder: Holder,
  event: HolderEvent,
  who: Omit<DelegationFacts, 'address' | 'holder'>,
): Promise<void> => {
  const facts = { ...who, address: holder.address, holder: holder.name }
  const page = `${office.publicUrl}/casella/collaboratori`
  return tellHolder(tx, office, holder, { kind: 'collaborators', ...holderDelegationText(event, facts, page) })
}

/** Tells the collaborator, by own e-mail. */
export const tellCollaborator = async (
  tx: Tx,
  office: Office,
  holder: Holder,
  event: 'rights' | 'revoked' | 'left',
  who: Omit<DelegationFacts, 'address' | 'holder'>,
): Promise<void> => {
  const text = collaboratorText(event, { ...who, address: holder.address, holder: holder.name })
  await writeNotice(tx, office, { kind: 'collaborators', to: who.email, ...text })
}

/** An entry of the trail about a box, under somebody's own name. */
export const boxEntry = (
  by: { readonly accountId: number; readonly remoteAddress: string },
  address: string,
  action: string,
  at: Instant,
  details: Readonly<Record<string, unknown>> = {},
): AuditEntry => ({
  at,
  actor: { kind: 'account', ...by },
  action,
  subjectKind: 'mailbox',
  subjectId: address,
  details,
})

/** Notes that somebody who is let into a box looks at it in the browser; of holders nothing. */
export const noteBoxUse = (tx: Pick<Tx, 'send'>, accountId: number, mailboxId: number, now: Instant): void => {
  tx.send('delegation-used', 'update delegation set used_at = $3 where account_id = $1 and mailbox_id = $2', [
    accountId,
    mailboxId,
    timestamp(now),
  ])
}
