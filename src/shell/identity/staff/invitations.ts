// Invitations to work here: what a link is for, and accepting it.
import type { Refusal } from '../../../core/api/problems.ts'
import { brokenRules, STAFF_PASSWORD_POLICY } from '../../../core/identity/passwordPolicy.ts'
import { PERMISSIONS, type Role } from '../../../core/identity/permissions.ts'
import { accessChangeText } from '../../../core/identity/staffTexts.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { writeAudit } from '../../audit/write.ts'
import { type Queries, timestamp } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { hashPassword } from '../passwords.ts'
import { hashToken, isToken } from '../tokens.ts'
import { checkPassword } from './passwordDesk.ts'
import { endSessionsOf } from './sessions.ts'
import { type Arrival, type Begun, beginAfterPassword, begun } from './signIn.ts'
import { findStaffByEmail, giveRole, type StaffRecord, setStaffPassword } from './store.ts'

export type Invitation = {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly orderId: number | null
  readonly orderName: string | null
  /** Of somebody who has the role already: a link to choose a new password. */
  readonly again: boolean
}

const INVALID: Refusal = { refusal: 'linkInvalid' }

const find = async (db: Queries, token: string, now: number): Promise<Invitation | undefined> => {
  if (!isToken('link', token)) return undefined
  const [row] = await db.query<Invitation>(
    'staff-invitation-find',
    `select i.email, i.name, i.role, i.order_id as "orderId", o.name as "orderName",
       exists (select 1 from staff_role r
               where r.staff_id = i.staff_id and r.order_id is not distinct from i.order_id) as again
     from staff_invitation i left join professional_order o on o.id = i.order_id
     where i.token_hash = $1 and i.used_at is null and i.expires_at > $2 and i.staff_id is not null`,
    [hashToken(token), timestamp(now)],
  )
  return row && Object.hasOwn(PERMISSIONS, row.role) ? row : undefined
}

const hasAccount = (record: StaffRecord | undefined): record is StaffRecord =>
  record?.state === 'active' && record.passwordHash !== null

/** What a link invites to. */
export const lookAtInvitation = async (
  office: Office,
  token: string,
): Promise<{ readonly invitation: Invitation; readonly hasAccount: boolean } | Refusal> => {
  const invitation = await find(office.db, token, office.clock.now())
  if (!invitation) return INVALID
  const record = await findStaffByEmail(office.db, addressKey(invitation.email))
  return { invitation, hasAccount: hasAccount(record) && !invitation.again }
}

/** The rules that a password of staff breaks, as a refusal. */
export const weakPassword = (
  password: string,
  who: { readonly email: string; readonly name: string },
): Refusal | undefined => {
  const owner = { names: [who.name], addresses: [who.email] }
  const broken = brokenRules(STAFF_PASSWORD_POLICY, password, owner)
  if (broken.length === 0) return undefined
  return {
    refusal: 'passwordWeak',
    fields: broken.map(({ rule, label }) => ({ field: 'password', code: rule.kind, ...label })),
  }
}

/** Accepts: who is new sets a password, who has an account gives theirs. The link is good once. */
export const acceptInvitation = async (
  office: Office,
  { token, password }: { readonly token: string; readonly password: string },
  arrival: Arrival,
): Promise<Begun | Refusal> => {
  const now = office.clock.now()
  const invitation = await find(office.db, token, now)
  if (!invitation) return INVALID
  const account = addressKey(invitation.email)
  const record = await findStaffByEmail(office.db, account)
  if (!record) return INVALID
  const { again } = invitation
  const active = hasAccount(record)
  const known = active && !again
  if (known) {
    const verdict = await checkPassword(office, account, record, password, arrival.remoteAddress)
    if (verdict === 'throttled') return { refusal: 'tooManyAttempts' }
    if (verdict === 'wrong') return { refusal: 'signInWrong' }
  } else {
    const weak = weakPassword(password, invitation)
    if (weak) return weak
  }
  const passwordHash = known ? undefined : await hashPassword(password)
  const done = await office.db.tx(async (tx) => {
    const used = await tx.query(
      'staff-invitation-use',
      'update staff_invitation set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2 returning 1',
      [hashToken(token), timestamp(now)],
    )
    if (used.length === 0) return false
    // Somebody may have accepted another invitation of the same person meanwhile: then the password is set already.
    const current = await findStaffByEmail(tx, account)
    if (!current || hasAccount(current) !== active) {
      tx.send('staff-invitation-unuse', 'update staff_invitation set used_at = null where token_hash = $1', [
        hashToken(token),
      ])
      return false
    }
    if (passwordHash !== undefined) setStaffPassword(tx, current.id, passwordHash)
    if (again) {
      endSessionsOf(tx, current.id)
      const { subject, text } = accessChangeText('passwordChanged', current.name)
      await writeNotice(tx, office, { kind: 'staffAccess', to: current.email, subject, text })
    } else giveRole(tx, current.id, invitation.orderId, invitation.role, now)
    writeAudit(tx, [
      {
        at: now,
        actor: { kind: 'staff', staffId: current.id, remoteAddress: arrival.remoteAddress },
        orderId: invitation.orderId ?? undefined,
        action: again ? 'password.reset' : 'staff.joined',
        subjectKind: 'staff',
        subjectId: current.id,
        details: { role: invitation.role },
      },
    ])
    await beginAfterPassword(tx, office, current, arrival)
    return true
  })
  return done ? begun(office, arrival.newToken) : INVALID
}
