// Those who work at an Order or at the provider: who they are, invitations, changes of role, and the last administrator.
import type { Refusal } from '../../../core/api/problems.ts'
import type { Role } from '../../../core/identity/permissions.ts'
import { invitationText } from '../../../core/identity/staffTexts.ts'
import { DAY, type Instant } from '../../../core/lib/instant.ts'
import { addressKey, parseAddrSpec } from '../../../core/mail/address.ts'
import { type Actor, writeAudit } from '../../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { hashToken, newToken } from '../tokens.ts'
import { endSessionsOf } from './sessions.ts'
import { addInvited, giveRole, resetAccess, type StaffRecord, takeRole } from './store.ts'

export const INVITATION_MS = 7 * DAY

/** Where somebody works: at an Order, or (null) at the provider. */
export type Place = { readonly id: number; readonly name: string } | null

export type StaffRow = {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly state: 'invited' | 'active' | 'disabled'
  readonly secondFactor: boolean
  readonly lastSeenAt?: Instant | undefined
}

const idOf = (place: Place): number | null => place?.id ?? null

const ADMIN = { order: 'orderAdmin', provider: 'operatorAdmin' } as const
const adminOf = (place: Place): Role => (place ? ADMIN.order : ADMIN.provider)

/** Who works at a place, and who is invited: nothing of what they are elsewhere. */
export const listStaff = async (
  db: Queries,
  place: Place,
  now: Instant,
  staffId?: number,
): Promise<readonly StaffRow[]> => {
  const rows = await db.query<Omit<StaffRow, 'lastSeenAt'> & { readonly lastSeenAt: Instant | null }>(
    'staff-list',
    `select s.id, s.email, s.name, r.role, s.state, s.totp_confirmed_at is not null as "secondFactor",
       (select max(seen_at) from staff_session x where x.staff_id = s.id and x.stage = 'full') as "lastSeenAt"
     from staff_role r join staff s on s.id = r.staff_id
     where r.order_id is not distinct from $1 and ($3::bigint is null or s.id = $3)
     union all
     select i.staff_id, i.email, i.name, i.role, 'invited', false, null
     from staff_invitation i
     where i.order_id is not distinct from $1 and i.used_at is null and i.expires_at > $2 and i.staff_id is not null
       and ($3::bigint is null or i.staff_id = $3)
       and not exists (select 1 from staff_role r where r.staff_id = i.staff_id and r.order_id is not distinct from $1)
     order by 3, 2, 1`,
    [idOf(place), timestamp(now), staffId ?? null],
  )
  return rows.map(({ lastSeenAt, ...row }) => ({ ...row, ...(lastSeenAt === null ? {} : { lastSeenAt }) }))
}

/** What inviting needs of the office: the command line has no more. */
export type Inviting = Pick<Office, 'db' | 'clock' | 'publicUrl' | 'provider'>

export type NewInvitation = { readonly email: string; readonly name: string; readonly role: Role }

type Invited = {
  readonly staff: Pick<StaffRecord, 'id'>
  readonly by?: number | undefined
  readonly lastsMs?: number
}

/** Writes an invitation in place of an older one to the same place; gives its link. */
export const writeInvitation = (
  tx: Tx,
  office: Inviting,
  place: Place,
  { staff, by, lastsMs = INVITATION_MS }: Invited,
  { email, name, role }: NewInvitation,
): string => {
  const now = office.clock.now()
  const token = newToken('link')
  tx.send(
    'staff-invitation-replace',
    'delete from staff_invitation where staff_id = $1 and order_id is not distinct from $2 and used_at is null',
    [staff.id, idOf(place)],
  )
  tx.send(
    'staff-invitation-add',
    `insert into staff_invitation (token_hash, email, name, order_id, role, invited_by, created_at, expires_at, staff_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [hashToken(token), email, name, idOf(place), role, by, timestamp(now), timestamp(now + lastsMs), staff.id],
  )
  return `${office.publicUrl}/invito/${token}`
}

const sendInvitation = async (
  tx: Tx,
  office: Inviting,
  place: Place,
  invited: Invited & { readonly byName?: string | undefined },
  invitation: NewInvitation,
): Promise<string> => {
  const link = writeInvitation(tx, office, place, invited, invitation)
  const { email, name, role } = invitation
  const at = place?.name ?? office.provider.name
  const expiresAt = office.clock.now() + INVITATION_MS
  const { subject, text } = invitationText({ name, role, at, by: invited.byName, link, expiresAt })
  await writeNotice(tx, office, { kind: 'staffInvitation', to: email, subject, text, orderId: place?.id })
  return link
}

/** A name on one line: it goes into a letter that somebody else reads. */
const oneLineName = (name: string): string => name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()

/** Invites somebody to a role at a place; a second invitation takes the place of the first. Gives the link too. */
export const inviteWithLink = async (
  office: Inviting,
  actor: Actor & { readonly name?: string },
  place: Place,
  invitation: NewInvitation,
): Promise<{ readonly row: StaffRow; readonly link: string } | Refusal> => {
  const email = invitation.email.trim()
  const name = oneLineName(invitation.name)
  if (!parseAddrSpec(email) || !email.includes('.', email.indexOf('@'))) return { refusal: 'emailInvalid' }
  if (name.length < 2) return { refusal: 'badRequest' }
  const now = office.clock.now()
  const { role } = invitation
  return office.db.tx(async (tx) => {
    const staff = await addInvited(tx, { email, emailKey: addressKey(email), name }, now)
    const [there] = await listStaff(tx, place, now, staff.id)
    if (there && there.state !== 'invited') return { refusal: 'staffExists' }
    const by = actor.kind === 'staff' ? actor.staffId : undefined
    const link = await sendInvitation(tx, office, place, { staff, by, byName: actor.name }, { email, name, role })
    writeAudit(tx, [
      {
        at: now,
        actor,
        orderId: place?.id,
        action: 'staff.invited',
        subjectKind: 'staff',
        subjectId: staff.id,
        details: { email, role },
      },
    ])
    return { row: { id: staff.id, email, name, role, state: 'invited', secondFactor: false }, link }
  })
}

/** The same for who must not see the link: it is for the mailbox of the one who is invited. */
export const inviteStaff = async (...given: Parameters<typeof inviteWithLink>): Promise<StaffRow | Refusal> => {
  const outcome = await inviteWithLink(...given)
  return 'refusal' in outcome ? outcome : outcome.row
}

/** Whether an Order has an administrator who can invite the others. */
export const hasAdmin = async (db: Queries, orderId: number): Promise<boolean> =>
  othersAdmin(db, { id: orderId, name: '' }, 0)

/** Locks a place, so that of two who take away the last two administrators one is refused. */
const lockPlace = async (tx: Tx, place: Place): Promise<void> => {
  if (place) await tx.query('staff-lock-order', 'select 1 from professional_order where id = $1 for update', [place.id])
  else await tx.query('staff-lock-provider', 'select 1 from staff_role where order_id is null for update')
}

const othersAdmin = async (tx: Queries, place: Place, staffId: number): Promise<boolean> => {
  const rows = await tx.query(
    'staff-other-admins',
    `select 1 from staff_role r join staff s on s.id = r.staff_id
     where r.order_id is not distinct from $1 and r.role = $2 and r.staff_id <> $3 and s.state = 'active' limit 1`,
    [idOf(place), adminOf(place), staffId],
  )
  return rows.length > 0
}

/** Changes a role at a place; `none` takes it away, with the invitations to it, and ends the sessions. */
export const changeStaff = async (
  office: Office,
  actor: Actor,
  place: Place,
  staffId: number,
  role: Role | 'none',
): Promise<StaffRow | Refusal> => {
  const now = office.clock.now()
  return office.db.tx(async (tx) => {
    await lockPlace(tx, place)
    const [before] = await listStaff(tx, place, now, staffId)
    if (!before) return { refusal: 'notFound' }
    const isLast = before.role === adminOf(place) && before.state !== 'invited' && role !== before.role
    if (isLast && !(await othersAdmin(tx, place, staffId))) return { refusal: 'lastAdmin' }
    if (role === 'none') {
      takeRole(tx, staffId, idOf(place))
      tx.send(
        'staff-invitation-take',
        'delete from staff_invitation where staff_id = $1 and order_id is not distinct from $2 and used_at is null',
        [staffId, idOf(place)],
      )
      endSessionsOf(tx, staffId)
    } else if (before.state === 'invited') {
      tx.send(
        'staff-invitation-role',
        'update staff_invitation set role = $3 where staff_id = $1 and order_id is not distinct from $2 and used_at is null',
        [staffId, idOf(place), role],
      )
    } else giveRole(tx, staffId, idOf(place), role, now)
    writeAudit(tx, [
      {
        at: now,
        actor,
        orderId: place?.id,
        action: role === 'none' ? 'staff.removed' : 'staff.changed',
        subjectKind: 'staff',
        subjectId: staffId,
        details: { email: before.email, before: before.role, ...(role === 'none' ? {} : { after: role }) },
      },
    ])
    return role === 'none' ? { ...before, state: 'disabled' as const } : { ...before, role }
  })
}

/** Forgets password and second factor of somebody who has lost them, and sends a new link; undefined: nobody. */
export const resetStaff = async (office: Inviting, email: string): Promise<string | undefined> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const [row] = await tx.query<{
      id: number
      email: string
      name: string
      role: Role
      orderId: number | null
      orderName: string | null
    }>(
      'staff-reset-find',
      `select s.id, s.email, s.name, r.role, o.id as "orderId", o.name as "orderName"
       from staff s join staff_role r on r.staff_id = s.id left join professional_order o on o.id = r.order_id
       where s.email_key = $1 order by r.order_id nulls first limit 1`,
      [addressKey(email)],
    )
    if (!row) return undefined
    resetAccess(tx, row.id)
    endSessionsOf(tx, row.id)
    const place = row.orderId === null ? null : { id: row.orderId, name: row.orderName ?? '' }
    writeAudit(tx, [
      {
        at: now,
        actor: { kind: 'system' },
        action: 'staff.reset',
        subjectKind: 'staff',
        subjectId: row.id,
        orderId: place?.id,
      },
    ])
    return sendInvitation(tx, office, place, { staff: row }, row)
  })
