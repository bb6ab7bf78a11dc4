// Begins an enrolment: the convention, the person, the register; then a new case, or the way back to the one there is.
import { randomBytes, randomUUID } from 'node:crypto'
import type { FieldRefusal, Refusal } from '../../core/api/problems.ts'
import { makeCaseNumber } from '../../core/enrolment/caseNumber.ts'
import { LIVING } from '../../core/enrolment/machine.ts'
import { restartOf } from '../../core/enrolment/restart.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { parseFiscalCode } from '../../core/register/fiscalCode.ts'
import { isOnRegister } from '../../core/register/member.ts'
import { matchName, type NameDifference } from '../../core/register/personName.ts'
import { type ConventionFacts, findConvention, standingOn } from '../convention/store.ts'
import type { Queries, Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { membersByCode, type StoredMember } from '../register/store.ts'
import { lastResume, putKey } from './keys.ts'
import { reachableAt, sendResumeLink } from './letters.ts'
import {
  addEvent,
  type Enrolment,
  findEnrolment,
  findLiving,
  forgetDraft,
  insertEnrolment,
  lockEnrolment,
  moveEnrolment,
} from './store.ts'

export type Start = {
  readonly conventionCode: string
  readonly fiscalCode: string
  readonly surname: string
  readonly givenName: string
  /** A new secret for this browser (`newToken('case')`). */
  readonly sessionToken: string
  /** The case that this browser holds already. */
  readonly heldEnrolmentId?: string | undefined
}

/** `resumed`: this browser held the case already, and keeps its secret. */
export type Started = { readonly kind: 'started' | 'resumed'; readonly enrolmentId: string }

export const STANDING_REFUSAL = {
  notYet: 'conventionNotYet',
  expired: 'conventionExpired',
  full: 'conventionFull',
} as const

type Person = { readonly member: StoredMember; readonly differences: readonly NameDifference[] }

const NAME_FIELDS: Readonly<Record<'surname' | 'givenName', FieldRefusal>> = {
  surname: {
    field: 'surname',
    code: 'nameMismatch',
    it: 'Il cognome non è quello dell’albo.',
    en: 'The surname is not that of the roll.',
  },
  givenName: {
    field: 'givenName',
    code: 'nameMismatch',
    it: 'Il nome non è quello dell’albo.',
    en: 'The given name is not that of the roll.',
  },
}

/** The member of the Order that these data name. */
const findPerson = async (
  db: Queries,
  { order }: ConventionFacts,
  start: Start,
  canonicalCode: string,
): Promise<Person | Refusal> => {
  const member = (await membersByCode(db, order.id, [canonicalCode], false)).get(canonicalCode)
  if (!member) return { refusal: 'memberUnknown' }
  const match = matchName(start, member)
  if (match.kind === 'mismatch')
    return { refusal: 'nameMismatch', fields: match.fields.map((field) => NAME_FIELDS[field]) }
  // art. 16 c.7 DL 185/2008: who is suspended is on the register, and keeps the duty of a digital domicile
  if (!isOnRegister(member.status)) return { refusal: 'memberNotActive' }
  return { member, differences: match.kind === 'partial' ? match.differences : [] }
}

const DESK_DETAIL = {
  it: 'La segreteria del tuo Ordine ha già aperto una pratica per te. Chiedile di indicare la tua e-mail: riceverai il link per completarla.',
  en: 'The secretariat of your Order has opened a case for you already. Ask it to enter your e-mail: you will get the link to complete it.',
}

/** What becomes of a living case of the person that this browser does not hold: a refusal, or nothing any more. */
const meetLiving = async (
  tx: Tx,
  office: Office,
  facts: ConventionFacts,
  member: StoredMember,
  living: Enrolment,
): Promise<Refusal | undefined> => {
  const enrolment = await lockEnrolment(tx, living.id)
  if (!enrolment || !LIVING.includes(enrolment.state)) return undefined
  const now = office.clock.now()
  const about = { ...facts, enrolment, member }
  const email = reachableAt(about)
  const { sentAt, used } = await lastResume(tx, enrolment.id)
  const restart = restartOf(
    {
      ...enrolment,
      email,
      emailConfirmed: enrolment.referenceConfirmedAt !== undefined,
      linkSentAt: sentAt,
      linkUsed: used,
    },
    now,
  )
  if (restart === 'box') return { refusal: 'alreadyEnrolled' }
  if (restart === 'desk') return { refusal: 'alreadyEnrolled', detail: DESK_DETAIL }
  if (restart === 'sendLink') {
    await sendResumeLink(tx, office, about, email!)
    return { refusal: 'caseElsewhere' }
  }
  const lapsed = await moveEnrolment(tx, enrolment, 'lapse', { at: now, actor: { kind: 'applicant' } })
  if (lapsed) forgetDraft(tx, enrolment.id)
  return undefined
}

/** Inserts the case; undefined where another was quicker. */
const open = async (
  tx: Tx,
  office: Office,
  { convention }: ConventionFacts,
  { member, differences }: Person,
  start: Start,
): Promise<Started | undefined> => {
  const now = office.clock.now()
  const id = randomUUID()
  const year = Number(civilDateOf(now).slice(0, 4))
  const made = await insertEnrolment(
    tx,
    {
      id,
      caseNumber: makeCaseNumber(year, randomBytes(8)),
      conventionId: convention.id,
      memberId: member.id,
      fiscalKey: member.canonicalCode,
      createdBy: 'applicant',
    },
    now,
  )
  if (!made) return undefined
  const { surname, givenName, fiscalCode } = start
  addEvent(tx, id, {
    event: 'start',
    at: now,
    actor: { kind: 'applicant' },
    details: { surname, givenName, fiscalCode, differences },
  })
  putKey(tx, { token: start.sessionToken, enrolmentId: id, purpose: 'session' }, now)
  return { kind: 'started', enrolmentId: id }
}

const ROUNDS = 5

/** Begins an enrolment, or goes on with the one that this browser holds. */
export const startEnrolment = async (office: Office, start: Start): Promise<Started | Refusal> => {
  const { db, clock } = office
  const today = civilDateOf(clock.now())
  const facts = await findConvention(db, start.conventionCode)
  if (!facts) return { refusal: 'conventionUnknown' }
  const code = parseFiscalCode(start.fiscalCode, Number(today.slice(0, 4)))
  if (code.kind === 'refused') return { refusal: 'fiscalCodeInvalid' }
  const [person, standing, held] = await Promise.all([
    findPerson(db, facts, start, code.canonical),
    standingOn(db, facts.convention, today),
    start.heldEnrolmentId === undefined ? undefined : findEnrolment(db, start.heldEnrolmentId),
  ])
  const closed = standing === 'open' ? undefined : { refusal: STANDING_REFUSAL[standing] }
  if ('refusal' in person) return closed ?? person
  for (let round = 0; round < ROUNDS; round++) {
    const living = await findLiving(db, facts.convention.id, code.canonical)
    if (living && living.id === held?.id) return { kind: 'resumed', enrolmentId: living.id }
    if (!living && closed) return closed
    const answer = await db.tx(async (tx) => {
      const refusal = living && (await meetLiving(tx, office, facts, person.member, living))
      return refusal ?? (closed ? closed : open(tx, office, facts, person, start))
    })
    if (answer) return answer
  }
  return { refusal: 'caseElsewhere' }
}
