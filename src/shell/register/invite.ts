// Invitations of an Order to its members: shown first, then sent, with the outcome of each.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { invitation, whyNotInvited } from '../../core/register/invitation.ts'
import { type MemberStatus, registerName } from '../../core/register/member.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { type ConventionFacts, findConvention, standingOn } from '../convention/store.ts'
import { type Queries, timestamp } from '../db/pool.ts'
import { STANDING_REFUSAL } from '../enrolment/start.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'

export type InviteRequest = {
  readonly orderId: number
  readonly convention: string
  readonly members: readonly number[]
  readonly actor: Extract<Actor, { kind: 'staff' }>
}

type Row = {
  readonly id: number
  readonly surname: string
  readonly givenName: string
  readonly status: MemberStatus
  readonly email: string | null
  readonly hasBox: boolean
  readonly isEnrolling: boolean
  readonly hasDomicile: boolean
  readonly invitedAt: number | null
}

export type Candidate = { readonly id: number; readonly name: string; readonly email: string; readonly why?: string }

const BATCH = 200

/** How the members of the Order stand; ids of others are none. */
const candidates = async (
  db: Queries,
  { orderId, members }: InviteRequest,
  conventionId: number,
  now: number,
): Promise<readonly Candidate[]> => {
  const rows = await db.query<Row>(
    'invite-candidates',
    `select m.id, m.surname, m.given_name as "givenName", m.status, m.contact_email as email,
       exists (select 1 from mailbox_term t where t.member_id = m.id and t.convention_id = $3
         and t.state in ('active', 'suspended', 'expired')) as "hasBox",
       exists (select 1 from enrolment e where e.member_id = m.id and e.convention_id = $3
         and e.state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved')) as "isEnrolling",
       exists (select 1 from domicile d where d.member_id = m.id and d.state = 'confirmed') as "hasDomicile",
       (select max(i.sent_at) from member_invitation i where i.member_id = m.id and i.convention_id = $3) as "invitedAt"
     from member m where m.order_id = $1 and m.id = any($2::bigint[]) order by m.surname, m.given_name, m.id`,
    [orderId, [...new Set(members)], conventionId],
  )
  return rows.map((row) => {
    const email = row.email && parseAddrSpec(row.email) ? row.email : ''
    const why = whyNotInvited({ ...row, email: email || undefined, invitedAt: row.invitedAt ?? undefined }, now)
    return { id: row.id, name: registerName(row), email, ...(why === undefined ? {} : { why }) }
  })
}

const textOf = (office: Office, { convention, order }: ConventionFacts) =>
  invitation({
    order: order.name,
    conventionCode: convention.code,
    link: `${office.publicUrl}/convenzioni/${encodeURIComponent(convention.code)}`,
    payer: convention.terms.payer,
    termMonths: convention.terms.termMonths,
    secretariatPhone: order.profile.secretariat.phone,
    helpDeskPhone: convention.terms.helpDeskPhone,
  })

/** The Order's own convention, while it takes enrolments. */
const openConvention = async (office: Office, request: InviteRequest): Promise<ConventionFacts | Refusal> => {
  const facts = await findConvention(office.db, request.convention)
  if (!facts || facts.order.id !== request.orderId) return { refusal: 'conventionUnknown' }
  const standing = await standingOn(office.db, facts.convention, civilDateOf(office.clock.now()))
  return standing === 'open' ? facts : { refusal: STANDING_REFUSAL[standing] }
}

/** Who would be invited, who not and why, and the words. */
export const previewInvitations = async (office: Office, request: InviteRequest) => {
  const facts = await openConvention(office, request)
  if ('refusal' in facts) return facts
  const all = await candidates(office.db, request, facts.convention.id, office.clock.now())
  return { ...textOf(office, facts), all }
}

/** Sends the invitations, batch by batch: who was invited by the batch before a crash is not invited again. */
export const sendInvitations = async (
  office: Office,
  request: InviteRequest,
): Promise<readonly Candidate[] | Refusal> => {
  const facts = await openConvention(office, request)
  if ('refusal' in facts) return facts
  const { orderId, actor } = request
  const text = textOf(office, facts)
  const outcomes: Candidate[] = []
  for (let from = 0; from < request.members.length; from += BATCH) {
    const members = request.members.slice(from, from + BATCH)
    const batch = await office.db.tx(async (tx) => {
      // two secretaries who invite the same people: one after the other
      await tx.query(
        'invite-lock',
        'select id from member where order_id = $1 and id = any($2::bigint[]) order by fiscal_key collate "C", id for no key update',
        [orderId, members],
      )
      const now = office.clock.now()
      const all = await candidates(tx, { ...request, members }, facts.convention.id, now)
      for (const one of all.filter(({ why }) => why === undefined)) {
        const about = { orderId, subjectKind: 'member', subjectId: String(one.id) }
        const notice = await writeNotice(tx, office, { kind: 'invitation', to: one.email, ...text, ...about })
        tx.send(
          'invite-insert',
          `insert into member_invitation (id, member_id, convention_id, email, notice_id, staff_id, sent_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [randomUUID(), one.id, facts.convention.id, one.email, notice, actor.staffId, timestamp(now)],
        )
      }
      const sent = all.filter(({ why }) => why === undefined).length
      const details = { convention: facts.convention.code, sent, left: all.length - sent }
      writeAudit(tx, [
        {
          at: now,
          actor,
          orderId,
          action: 'members.invited',
          subjectKind: 'convention',
          subjectId: facts.convention.code,
          details,
        },
      ])
      return all
    })
    outcomes.push(...batch)
  }
  return outcomes
}
