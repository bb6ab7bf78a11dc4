// The certified address that a member has elsewhere: registered, asked by certified mail, confirmed by its receipt.
import { createHash } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import type { OrderProfile } from '../../core/convention/convention.ts'
import { HOUR, type Instant, MINUTE } from '../../core/lib/instant.ts'
import { addressKey, domainOf, parseAddrSpec } from '../../core/mail/address.ts'
import { domicileFailed, domicileMessage, domicileRegistered } from '../../core/register/domicileNotice.ts'
import { type Actor, SYSTEM, writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { finishJob, putJob, putOffJob } from '../outbox/jobs.ts'
import type { Job } from '../outbox/outbox.ts'
import { deskMailStanding, writeDeskMail } from '../pec/desk.ts'
import {
  askedDomicile,
  ceaseDomiciles,
  type Domicile,
  domicilesOf,
  insertDomiciles,
  lockDomicile,
  settleDomicile,
} from './domicileStore.ts'
import { lockMember } from './store.ts'

export type NewAddress = {
  readonly orderId: number
  readonly memberId: number
  readonly address: string
  readonly actor: Extract<Actor, { kind: 'staff' }>
}

/** Registers an address and asks for its confirmation; one that waited before has ceased. */
export const addDomicile = (office: Office, given: NewAddress): Promise<Domicile | Refusal> =>
  office.db.tx(async (tx) => {
    const { orderId, memberId, actor } = given
    const address = given.address.trim()
    const member = await lockMember(tx, orderId, memberId)
    if (!member) return { refusal: 'notFound' }
    if (!parseAddrSpec(address)) return { refusal: 'emailInvalid' }
    if (!office.isCertified(domainOf(address))) return { refusal: 'addressNotCertified' }
    const known = await domicilesOf(tx, memberId)
    const isSame = (one: Domicile): boolean =>
      addressKey(one.address) === addressKey(address) && (one.state === 'awaiting' || one.state === 'confirmed')
    if (known.some(isSame)) return { refusal: 'domicileSame' }
    const now = office.clock.now()
    ceaseDomiciles(tx, memberId, ['awaiting'], now)
    const [id] = await insertDomiciles(tx, [{ memberId, address, origin: 'secretariat', state: 'awaiting' }], now)
    putJob(tx, { kind: 'duty', payload: { duty: 'domicile', domicile: id }, dueAt: now }, now)
    writeAudit(tx, [
      {
        at: now,
        actor,
        orderId,
        action: 'domicile.added',
        subjectKind: 'member',
        subjectId: memberId,
        details: { address },
      },
    ])
    const before = known.find(({ state }) => state === 'confirmed')?.address
    await tellMember(tx, office, { id: id!, memberId, rollEmail: member.email, address, before })
    return (await lockDomicile(tx, id!))!
  })

type Registered = {
  readonly id: number
  readonly memberId: number
  readonly rollEmail: string | undefined
  readonly address: string
  readonly before: string | undefined
}

/** Tells the member where ordinary e-mail reaches them: who changes a domicile at the desk may not be who has it. */
const tellMember = async (tx: Tx, office: Office, registered: Registered): Promise<void> => {
  const { id, memberId, rollEmail, address, before } = registered
  const about = await aboutOf(tx, id)
  const boxes = await tx.query<{ email: string }>(
    'domicile-references',
    `select reference_email as email from mailbox_term
     where member_id = $1 and state in ('active', 'suspended', 'expired')`,
    [memberId],
  )
  const all = [...(rollEmail === undefined ? [] : [rollEmail]), ...boxes.map(({ email }) => email)]
  const notice = domicileRegistered({ ...question(about), address, before })
  for (const to of new Set(all.filter((one) => parseAddrSpec(one)).map((one) => one.toLowerCase())))
    await writeNotice(tx, office, {
      ...notice,
      to,
      orderId: about.orderId,
      subjectKind: 'member',
      subjectId: String(memberId),
      onceKey: `domicile registered ${id} ${to}`,
    })
}

/** The id of the message that asks for a domicile. */
const questionOf = (id: number): string => {
  const hex = createHash('sha256').update(`domicile ${id}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

type About = {
  readonly asked: boolean
  readonly askedAt: Instant | null
  readonly surname: string
  readonly givenName: string
  readonly orderId: number
  readonly orderCode: string
  readonly orderName: string
  readonly profile: OrderProfile
}

const aboutOf = async (tx: Tx, id: number): Promise<About> => {
  const [row] = await tx.query<About>(
    'domicile-about',
    `select d.asked_at is not null as asked, d.asked_at as "askedAt", m.surname, m.given_name as "givenName",
       o.id as "orderId", o.code as "orderCode", o.name as "orderName", o.profile
     from domicile d join member m on m.id = d.member_id join professional_order o on o.id = m.order_id where d.id = $1`,
    [id],
  )
  return row!
}

const question = ({ givenName, surname, orderName, profile }: About) => ({
  name: `${givenName} ${surname}`,
  order: orderName,
  secretariatPhone: profile.secretariat.phone,
})

/** What became of the question: confirmed where the message was delivered, failed where it never will be. */
const outcomeOf = (standing: Awaited<ReturnType<typeof deskMailStanding>>): 'confirmed' | 'failed' | undefined => {
  if (!standing) return undefined
  if (!standing.accepted) return 'failed'
  if (standing.state === 'delivered') return 'confirmed'
  return standing.state === 'failed' || standing.state === 'expired' ? 'failed' : undefined
}

const settle = async (
  tx: Tx,
  office: Office,
  domicile: Domicile,
  about: About,
  state: 'confirmed' | 'failed',
  now: Instant,
): Promise<void> => {
  const { id, memberId, address } = domicile
  if (state === 'confirmed') ceaseDomiciles(tx, memberId, ['confirmed'], now)
  settleDomicile(tx, id, state, now)
  writeAudit(tx, [
    {
      at: now,
      actor: SYSTEM,
      orderId: about.orderId,
      action: state === 'confirmed' ? 'domicile.confirmed' : 'domicile.failed',
      subjectKind: 'member',
      subjectId: memberId,
      details: { address },
    },
  ])
  if (state === 'confirmed') return
  const link = `${office.publicUrl}/ordine/${about.orderCode}/iscritti/${memberId}`
  await writeNotice(tx, office, {
    ...domicileFailed({ ...question(about), address, link }),
    to: about.profile.secretariat.email,
    orderId: about.orderId,
    subjectKind: 'member',
    subjectId: String(memberId),
    onceKey: `domicile failed ${id}`,
  })
}

/** The duty `domicile`: asks once, then looks at the receipt until there is an answer. */
export const domicileDuty = async (office: Office, _world: unknown, job: Job): Promise<void> => {
  const { domicile: id } = job.payload as { readonly domicile: number }
  const standing = await deskMailStanding(office, questionOf(id))
  await office.db.tx(async (tx) => {
    const now = office.clock.now()
    const domicile = await lockDomicile(tx, id)
    if (domicile?.state !== 'awaiting') {
      await finishJob(tx, job.id)
      return
    }
    const about = await aboutOf(tx, id)
    const isCertified = office.isCertified(domainOf(domicile.address))
    const outcome = isCertified ? outcomeOf(standing) : 'failed'
    if (outcome) {
      if (await finishJob(tx, job.id)) await settle(tx, office, domicile, about, outcome, now)
      return
    }
    if (!about.asked) {
      const to = { name: question(about).name, address: domicile.address }
      const mail = writeDeskMail(tx, office, { id: questionOf(id), to, ...domicileMessage(question(about)) })
      askedDomicile(tx, id, mail, now)
    }
    // at first every minute; after an hour the other side is slow, and a day decides
    const isYoung = now - (about.askedAt ?? now) < HOUR
    putOffJob(tx, job.id, now + (isYoung ? MINUTE : 15 * MINUTE))
  })
}
