// What a holder does about collaborators: invites, sends again, withdraws, changes rights, ends; and leaving by oneself.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import { invitationLetter } from '../../../core/identity/accountTextsDelegation.ts'
import {
  type DelegateRights,
  INVITATION_MS,
  mayInvite,
  maySendAgain,
  personName,
} from '../../../core/identity/delegation.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { addressKey, domainOf } from '../../../core/mail/address.ts'
import { writeAudit } from '../../audit/write.ts'
import { type Tx, timestamp } from '../../db/pool.ts'
import { readReference } from '../../enrolment/referenceEmail.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { hashToken, newToken } from '../tokens.ts'
import { revokeAppPasswordsOf } from './appPasswords.ts'
import {
  boxEntry,
  findCollaborator,
  findInvitation,
  invitingFacts,
  isBoxAddress,
  type OpenInvitation,
  tellCollaborator,
  tellHolderOf,
} from './collaboratorStore.ts'
import { findHolderByAddress, type Holder, lockHolder } from './holder.ts'
import type { AccountCaller } from './sessions.ts'

const ABSENT: Refusal = { refusal: 'notFound' }
const CERTIFIED: Refusal = {
  refusal: 'emailCertified',
  detail: {
    it: 'Un collaboratore accede con la propria e-mail ordinaria, non con un indirizzo PEC: lì riceve l’invito e gli avvisi.',
    en: 'A collaborator signs in with an ordinary e-mail address, not a certified one: invitation and notices go there.',
  },
}

/** The page where a link is accepted; the secret stands in the fragment, which no server sees. */
const linkOf = (office: Office, token: string): string => `${office.publicUrl}/collaboratore#${token}`

const readEmail = (office: Office, typed: string): string | Refusal => {
  const email = readReference(office, typed)
  if (typeof email !== 'string') return email.refusal === 'emailCertified' ? CERTIFIED : email
  return office.isCertified(domainOf(email)) ? CERTIFIED : email
}

type Wanted = { readonly email: string; readonly name: string; readonly rights: DelegateRights }

/** Invites somebody to the caller's box. The answer is the same whether or not they have an account here. */
export const inviteCollaborator = async (
  office: Office,
  caller: AccountCaller,
  wanted: Wanted,
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const email = readEmail(office, wanted.email)
  if (typeof email !== 'string') return email
  const name = personName(wanted.name)
  if (name === undefined) return { refusal: 'nameInvalid' }
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    const holder = await lockHolder(tx, caller.accountId)
    if (!holder) return ABSENT
    const { mailboxId } = holder
    if (await isBoxAddress(tx, email)) return CERTIFIED
    if (await isLetIn(tx, mailboxId, email)) return { refusal: 'alreadyCollaborator' }
    const open = await findInvitation(tx, mailboxId, { email })
    if (open && open.expiresAt > now) return { refusal: 'alreadyInvited' }
    const may = mayInvite(await invitingFacts(tx, mailboxId, now))
    if (may !== 'yes') return { refusal: may === 'tooMany' ? 'tooManyCollaborators' : 'tooManyInvitations' }
    if (open) withdraw(tx, open.id, now)
    const token = newToken('link')
    const who = { email, name, rights: wanted.rights }
    const expiresAt = now + INVITATION_MS
    tx.send(
      'invitation-put',
      `insert into delegation_invitation
         (id, mailbox_id, email, email_key, name, rights, token_hash, created_at, sent_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
      [
        randomUUID(),
        mailboxId,
        email,
        addressKey(email),
        name,
        who.rights,
        hashToken(token),
        timestamp(now),
        timestamp(expiresAt),
      ],
    )
    await sendLetter(tx, office, holder, who, token, expiresAt)
    await tellHolderOf(tx, office, holder, 'invited', who)
    audited(tx, caller, holder, 'collaborator.invited', who, remoteAddress, now)
    return undefined
  })
}

const isLetIn = async (tx: Tx, mailboxId: number, email: string): Promise<boolean> => {
  const sql = `select 1 from delegation d join account a on a.id = d.account_id
    where d.mailbox_id = $1 and d.revoked_at is null and a.email_key = $2`
  return (await tx.query('collaborator-by-email', sql, [mailboxId, addressKey(email)])).length > 0
}

const sendLetter = async (
  tx: Tx,
  office: Office,
  holder: Holder,
  who: Wanted,
  token: string,
  until: Instant,
): Promise<void> => {
  const facts = { ...who, address: holder.address, holder: holder.name }
  const letter = invitationLetter(facts, { link: linkOf(office, token), until })
  await writeNotice(tx, office, { kind: 'collaboratorInvited', to: who.email, ...letter })
}

const withdraw = (tx: Tx, id: string, now: Instant): void => {
  tx.send('invitation-withdraw', 'update delegation_invitation set withdrawn_at = $2 where id = $1', [
    id,
    timestamp(now),
  ])
}

const audited = (
  tx: Tx,
  caller: AccountCaller,
  holder: Pick<Holder, 'address'>,
  action: string,
  { email, rights }: Omit<Wanted, 'name'>,
  remoteAddress: string,
  at: Instant,
): void =>
  writeAudit(tx, [
    boxEntry({ accountId: caller.accountId, remoteAddress }, holder.address, action, at, { email, rights }),
  ])

/** One of the caller's open invitations, in a transaction that holds the box. */
const withInvitation = (
  office: Office,
  caller: AccountCaller,
  id: string,
  act: (tx: Tx, holder: Holder, invitation: OpenInvitation, now: Instant) => Promise<Refusal | undefined>,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const holder = await lockHolder(tx, caller.accountId)
    const invitation = holder && (await findInvitation(tx, holder.mailboxId, { id }))
    return holder && invitation ? act(tx, holder, invitation, office.clock.now()) : ABSENT
  })

/** Sends an invitation again: with a new link, for as long as a new one. */
export const sendInvitationAgain = (
  office: Office,
  caller: AccountCaller,
  id: string,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  withInvitation(office, caller, id, async (tx, holder, invitation, now) => {
    const facts = await invitingFacts(tx, holder.mailboxId, now, id)
    if (!maySendAgain(invitation, facts.lettersToday, now)) return { refusal: 'tooManyInvitations' }
    if (mayInvite(facts) === 'tooMany') return { refusal: 'tooManyCollaborators' }
    const token = newToken('link')
    const expiresAt = now + INVITATION_MS
    const sent = await tx.query(
      'invitation-again',
      `update delegation_invitation set token_hash = $2, sends = sends + 1, sent_at = $3, expires_at = $4
       where id = $1 and used_at is null and withdrawn_at is null returning 1`,
      [id, hashToken(token), timestamp(now), timestamp(expiresAt)],
    )
    if (sent.length === 0) return ABSENT
    await sendLetter(tx, office, holder, invitation, token, expiresAt)
    audited(tx, caller, holder, 'collaborator.invitedAgain', invitation, remoteAddress, now)
    return undefined
  })

/** Withdraws an invitation: its link opens nothing any more. */
export const withdrawInvitation = (
  office: Office,
  caller: AccountCaller,
  id: string,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  withInvitation(office, caller, id, async (tx, holder, invitation, now) => {
    const sql = `update delegation_invitation set withdrawn_at = $2
      where id = $1 and used_at is null and withdrawn_at is null returning 1`
    if ((await tx.query('invitation-end', sql, [id, timestamp(now)])).length === 0) return ABSENT
    audited(tx, caller, holder, 'invitation.withdrawn', invitation, remoteAddress, now)
    return undefined
  })

/** Changes what a collaborator may do; what is open by programs with the former right is closed. */
export const changeCollaborator = (
  office: Office,
  caller: AccountCaller,
  id: number,
  rights: DelegateRights,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const holder = await lockHolder(tx, caller.accountId)
    const found = holder && (await findCollaborator(tx, holder.mailboxId, id))
    if (!holder || !found) return ABSENT
    const sql = `update delegation set rights = $3 where account_id = $1 and mailbox_id = $2 and revoked_at is null
      and rights <> $3 returning 1`
    if ((await tx.query('delegation-rights', sql, [id, holder.mailboxId, rights])).length === 0) return undefined
    const who = { ...found, rights }
    await tellCollaborator(tx, office, holder, 'rights', who)
    await tellHolderOf(tx, office, holder, 'rights', who)
    audited(tx, caller, holder, 'collaborator.rights', who, remoteAddress, now)
    return undefined
  })

/** Lets a collaborator in no more, from now on: in no browser and by no program. */
export const revokeCollaborator = (
  office: Office,
  caller: AccountCaller,
  id: number,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const holder = await lockHolder(tx, caller.accountId)
    const found = holder && (await findCollaborator(tx, holder.mailboxId, id))
    if (!holder || !found || !(await endDelegation(tx, id, holder.mailboxId, now))) return ABSENT
    await tellCollaborator(tx, office, holder, 'revoked', found)
    await tellHolderOf(tx, office, holder, 'revoked', found)
    audited(tx, caller, holder, 'collaborator.revoked', found, remoteAddress, now)
    return undefined
  })

/** Gives up the caller's own access to a box of another. */
export const leaveBox = (
  office: Office,
  caller: AccountCaller,
  address: string,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const known = await findHolderByAddress(tx, addressKey(address.trim()))
    const holder = known && (await lockHolder(tx, known.accountId))
    const found = holder && (await findCollaborator(tx, holder.mailboxId, caller.accountId))
    if (!holder || !found || !(await endDelegation(tx, caller.accountId, holder.mailboxId, now))) return ABSENT
    await tellCollaborator(tx, office, holder, 'left', found)
    await tellHolderOf(tx, office, holder, 'left', found)
    audited(tx, caller, holder, 'collaborator.left', found, remoteAddress, now)
    return undefined
  })

/** Ends all that somebody has at a box: what is open there by a program asks within a moment, and is closed. */
const endDelegation = async (tx: Tx, accountId: number, mailboxId: number, now: Instant): Promise<boolean> => {
  const sql = `update delegation set revoked_at = $3 where account_id = $1 and mailbox_id = $2 and revoked_at is null
    returning 1`
  if ((await tx.query('delegation-end', sql, [accountId, mailboxId, timestamp(now)])).length === 0) return false
  const both = [accountId, mailboxId]
  tx.send('delegation-sessions', 'delete from account_session where account_id = $1 and mailbox_id = $2', both)
  tx.send('delegation-links', 'delete from program_link where account_id = $1 and mailbox_id = $2', both)
  revokeAppPasswordsOf(tx, accountId, mailboxId, now)
  return true
}

/** Ends all that anybody has at a box that is deleted: collaborators, invitations, passwords of programs, sessions. */
export const endAllAt = (tx: Tx, mailboxId: number, now: Instant): void => {
  const at = [mailboxId, timestamp(now)]
  tx.send('box-delegations', 'update delegation set revoked_at = $2 where mailbox_id = $1 and revoked_at is null', at)
  tx.send(
    'box-invitations',
    'update delegation_invitation set withdrawn_at = $2 where mailbox_id = $1 and used_at is null and withdrawn_at is null',
    at,
  )
  tx.send('box-programs', 'update app_password set revoked_at = $2 where mailbox_id = $1 and revoked_at is null', at)
  tx.send('box-links', 'delete from program_link where mailbox_id = $1', [mailboxId])
  tx.send('box-sessions', 'delete from account_session where mailbox_id = $1', [mailboxId])
}
