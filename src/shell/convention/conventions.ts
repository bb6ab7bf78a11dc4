// Conventions as the operator keeps them. Boxes that exist keep the terms that they were made under.
import type { Static } from 'typebox'
import type { ConventionBody } from '../../core/api/operator.ts'
import type { Refusal } from '../../core/api/problems.ts'
import { type ConventionTerms, conventionStanding, normalConventionCode } from '../../core/convention/convention.ts'
import { isPhone } from '../../core/help/links.ts'
import { civilDateOf, isCivilDate } from '../../core/lib/calendar.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { refuseFields } from './fields.ts'
import { seatsTaken } from './store.ts'

export type ConventionInput = Static<typeof ConventionBody>
export type ListedConvention = ConventionInput & {
  readonly standing: ReturnType<typeof conventionStanding>
  readonly taken: number
}

type Row = {
  readonly id: number
  readonly code: string
  readonly order_code: string
  readonly framework_code: string | null
  readonly domain: string
  readonly starts_on: string
  readonly ends_on: string
  readonly seats: number | null
  readonly terms: ConventionTerms
}

const SELECT = `select c.id, c.code, o.code as order_code, f.code as framework_code, c.domain, c.starts_on, c.ends_on, c.seats, c.terms
  from convention c join professional_order o on o.id = c.order_id left join framework f on f.id = c.framework_id`

/** A password needs no less, whatever a convention says; and what can be longer is no password any more. */
const SHORTEST = 8
const LONGEST = 200

const wrongForm = (code: string, terms: ConventionTerms): Refusal | undefined => {
  const { minLength, maxLength } = terms.passwordPolicy
  return refuseFields('badRequest', [
    [
      'code',
      /^[A-Z0-9]+(-[A-Z0-9]+)*$/.test(code) && code.length >= 4,
      'form',
      'Il codice è fatto di lettere, cifre e trattini, per esempio OMCEO-AQ-0051.',
      'The code is made of letters, digits and hyphens, such as OMCEO-AQ-0051.',
    ],
    [
      'terms.passwordPolicy',
      minLength >= SHORTEST && minLength <= maxLength && maxLength <= LONGEST,
      'lengths',
      `La password ha almeno ${SHORTEST} caratteri e al massimo ${LONGEST}, e il minimo non supera il massimo.`,
      `A password has at least ${SHORTEST} characters and at most ${LONGEST}, and the least is not above the most.`,
    ],
    [
      'terms.helpDeskPhone',
      isPhone(terms.helpDeskPhone),
      'missing',
      'Serve un numero di telefono per l’assistenza.',
      'The help desk needs a telephone number.',
    ],
  ])
}

/** A convention without a number of its own has the provider's, as it is now. */
const withDesk = ({ helpDesk }: Office, terms: ConventionTerms): ConventionTerms => {
  const { helpDeskPhone, helpDeskHours, ...rest } = terms
  const isOwn = helpDeskPhone.trim() !== ''
  const { phone, hours } = isOwn || !helpDesk ? { phone: helpDeskPhone.trim(), hours: helpDeskHours } : helpDesk
  return { ...rest, helpDeskPhone: phone, ...(hours ? { helpDeskHours: hours } : {}) }
}

const datesAreWell = ({ startsOn, endsOn }: ConventionInput): boolean =>
  isCivilDate(startsOn) && isCivilDate(endsOn) && endsOn >= startsOn

const idOf = async (tx: Queries, table: 'order' | 'framework', code: string): Promise<number | undefined> => {
  const [row] =
    table === 'order'
      ? await tx.query<{ id: number }>('order-id', 'select id from professional_order where code = $1', [code])
      : await tx.query<{ id: number }>('framework-id', 'select id from framework where code = $1', [code])
  return row?.id
}

type Places = { readonly orderId: number; readonly frameworkId: number | undefined }

const placesOf = async (tx: Tx, { order, framework }: ConventionInput): Promise<Places | Refusal> => {
  const orderId = await idOf(tx, 'order', order)
  if (orderId === undefined) return { refusal: 'orderUnknown' }
  if (framework === undefined) return { orderId, frameworkId: undefined }
  const frameworkId = await idOf(tx, 'framework', normalConventionCode(framework))
  return frameworkId === undefined ? { refusal: 'frameworkUnknown' } : { orderId, frameworkId }
}

const ANOTHERS: Refusal = {
  refusal: 'codeMismatch',
  detail: {
    it: 'Questo codice è di una convenzione di un altro Ordine: una convenzione non passa da un Ordine all’altro.',
    en: 'This code is of another Order’s convention: a convention does not move from one Order to another.',
  },
}

/** Adds a convention or changes it. */
export const putConvention = async (
  office: Office,
  actor: Actor,
  typed: string,
  convention: ConventionInput,
): Promise<ListedConvention | Refusal> => {
  const code = normalConventionCode(convention.code)
  if (normalConventionCode(typed) !== code) return { refusal: 'codeMismatch' }
  const terms = withDesk(office, convention.terms)
  const wrong = wrongForm(code, terms)
  if (wrong) return wrong
  if (!datesAreWell(convention)) return { refusal: 'datesWrong' }
  const domain = convention.domain.trim().toLowerCase()
  if (!office.domains.has(domain)) return { refusal: 'domainUnknown' }
  const now = office.clock.now()
  return office.db.tx(async (tx) => {
    const places = await placesOf(tx, convention)
    if ('refusal' in places) return places
    const { startsOn, endsOn, seats } = convention
    const [row] = await tx.query<{ id: number; added: boolean }>(
      'convention-put',
      `insert into convention (code, order_id, framework_id, domain, starts_on, ends_on, seats, terms, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (code) do update set framework_id = excluded.framework_id, domain = excluded.domain,
         starts_on = excluded.starts_on, ends_on = excluded.ends_on, seats = excluded.seats, terms = excluded.terms
         where convention.order_id = excluded.order_id
       returning id, xmax = 0 as added`,
      [
        code,
        places.orderId,
        places.frameworkId,
        domain,
        startsOn,
        endsOn,
        seats,
        JSON.stringify(terms),
        timestamp(now),
      ],
    )
    if (!row) return ANOTHERS
    const action = row.added ? 'convention.added' : 'convention.changed'
    const { orderId } = places
    const details = { startsOn, endsOn, seats, domain, terms }
    writeAudit(tx, [{ at: now, actor, orderId, action, subjectKind: 'convention', subjectId: code, details }])
    return (await listed(tx, await tx.query<Row>('convention-one', `${SELECT} where c.id = $1`, [row.id]), now))[0]!
  })
}

const listed = async (db: Queries, rows: readonly Row[], now: number): Promise<readonly ListedConvention[]> => {
  const seats = await seatsTaken(
    db,
    rows.map((row) => row.id),
  )
  const today = civilDateOf(now)
  return rows.map((row) => {
    const { code, domain, terms } = row
    const taken = seats.get(row.id) ?? 0
    const facts = { startsOn: row.starts_on, endsOn: row.ends_on, seats: row.seats ?? undefined }
    return {
      code,
      order: row.order_code,
      ...(row.framework_code === null ? {} : { framework: row.framework_code }),
      domain,
      startsOn: row.starts_on,
      endsOn: row.ends_on,
      ...(row.seats === null ? {} : { seats: row.seats }),
      terms,
      standing: conventionStanding(facts, today, taken),
      taken,
    }
  })
}

/** All conventions with how they stand, by code. */
export const listConventions = async (office: Office): Promise<readonly ListedConvention[]> =>
  listed(office.db, await office.db.query<Row>('convention-list', `${SELECT} order by c.code`), office.clock.now())
