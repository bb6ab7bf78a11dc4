// Whatever applicants and operators do, in any order and at once: the register of cases, purchases and invoices agrees.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRefusal } from '../../../src/core/api/problems.ts'
import { type EnrolmentState, enrolmentMachine, LIVING } from '../../../src/core/enrolment/machine.ts'
import { DAY } from '../../../src/core/lib/instant.ts'
import { isDuplicate } from '../../../src/shell/db/pool.ts'
import { acceptModule } from '../../../src/shell/enrolment/acceptModule.ts'
import { lapseIdle, withdrawEnrolment } from '../../../src/shell/enrolment/close.ts'
import { approveCase, askAgain, refuseCase } from '../../../src/shell/enrolment/decide/decisions.ts'
import { saveDraft } from '../../../src/shell/enrolment/saveDraft.ts'
import { findEnrolment } from '../../../src/shell/enrolment/store.ts'
import { submitEnrolment } from '../../../src/shell/enrolment/submit.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention, makeDocument, makeOperator } from './decide/support.ts'
import { addMember, begin, DRAFT, type Person } from './support.ts'

const PEOPLE = 3
const SEATS = 2
const CLIENT = { remoteAddress: '::1', userAgent: 'model' }

let office: TestOffice
let operator: { kind: 'staff'; staffId: number }
beforeAll(async () => {
  office = await testOffice()
  operator = { kind: 'staff', staffId: await makeOperator(office.db, office.clock.now()) }
})
afterAll(() => office.stop())

// As often as they stand here; `apply` goes all the way.
const EVENTS = [
  ...(['apply', 'apply', 'apply', 'apply', 'apply', 'submit', 'submit', 'fill', 'fill', 'address', 'start'] as const),
  ...(['askAgain', 'askAgain', 'refuse', 'approve', 'withdraw', 'wait'] as const),
]
type Command = {
  readonly event: (typeof EVENTS)[number]
  readonly who: number
  readonly local: number
  readonly twice: boolean
}
const command: fc.Arbitrary<Command> = fc.record({
  event: fc.constantFrom(...EVENTS),
  who: fc.nat({ max: PEOPLE - 1 }),
  local: fc.nat({ max: 2 }),
  twice: fc.boolean(),
})

type Place = { readonly code: string; readonly people: readonly Person[]; readonly cases: (string | undefined)[] }

/** Some hash and keys, some e-mail that was confirmed: what they cost is not what is tried here. */
const borrowPassword = async (id: string, local: string): Promise<void> => {
  await office.db.query(
    'model-password',
    `update enrolment set password_hash = 'x', scram_salt = $2, scram_iterations = 4096, scram_stored_key = $3,
       scram_server_key = $3, reference_email = $4, reference_confirmed_at = created_at
     where id = $1 and state in ('draft', 'awaitingDocument')`,
    [id, new Uint8Array(16), new Uint8Array(32), `${local}.${id.slice(0, 8)}@posta.example`],
  )
}

const fillCase = async (id: string, local: string): Promise<void> => {
  await saveDraft(office, id, { address: local, birthDate: '03/04/1970', ...DRAFT })
  await borrowPassword(id, local)
  for (const kind of ['front', 'back'])
    await makeDocument(office.db, id, kind, office.clock.now()).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error // it has one
    })
  await acceptModule(office, id, CLIENT)
}

const run = async (place: Place, { event, who, local }: Command): Promise<void> => {
  const id = place.cases[who]
  if (event === 'start') {
    const more = { code: `${place.code}-0051`, ...(local === 0 || id === undefined ? {} : { held: id }) }
    const answer = await begin(office, place.people[who]!, more)
    if (!isRefusal(answer)) place.cases[who] = answer.enrolmentId
    return
  }
  if (event === 'apply') {
    for (const step of ['start', 'fill', 'submit'] as const) await run(place, { event: step, who, local, twice: false })
    return
  }
  if (event === 'wait') {
    office.clock.advance(16 * DAY)
    await lapseIdle(office)
    return
  }
  if (id === undefined) return
  const name = `${place.code.toLowerCase()}.nome${local}`
  if (event === 'address') await saveDraft(office, id, { address: name })
  else if (event === 'fill') await fillCase(id, name)
  else if (event === 'submit') await submitEnrolment(office, id, '::1')
  else if (event === 'withdraw') await withdrawEnrolment(office, id, '::1')
  else await decide(id, event)
}

const decide = async (id: string, event: 'askAgain' | 'refuse' | 'approve'): Promise<void> => {
  const one = await findEnrolment(office.db, id)
  if (!one) return
  const { caseNumber, version } = one
  if (event === 'approve') await approveCase(office, operator, { caseNumber, version })
  else if (event === 'askAgain') await askAgain(office, operator, { caseNumber, version, reason: 'La foto è mossa' })
  else await refuseCase(office, operator, { caseNumber, version, reason: 'Documento di un altro' })
}

const LIVING_SQL = LIVING.map((state) => `'${state}'`).join(', ')
/** Each finds nothing. */
const NEVER: Readonly<Record<string, string>> = {
  'two living cases of a person in a convention': `select 1 from enrolment where state in (${LIVING_SQL}) group by convention_id, fiscal_key having count(*) > 1`,
  'two cases that hold an address': `select 1 from enrolment where state in (${LIVING_SQL}) and address_key is not null group by address_key having count(*) > 1`,
  'more than the seats': `select 1 from enrolment e join convention c on c.id = e.convention_id
    where state in ('awaitingReview', 'awaitingDocument', 'approved', 'active') group by c.id, c.seats having count(*) > c.seats`,
  'a case that was sent without a purchase, or a purchase of one that was not': `select 1 from enrolment e
    left join purchase p on p.enrolment_id = e.id where (e.submitted_at is not null) <> (p.id is not null)`,
  'an invoice without purchase, or a purchase without invoice': `select 1 from purchase p left join invoice i on i.purchase_id = p.id and i.kind = 'TD01' where i.id is null`,
  'a case that ended without a box and is still paid for': `select 1 from enrolment e join purchase p on p.enrolment_id = e.id
    where (e.state in ('refused', 'withdrawn', 'lapsed')) <> (p.state = 'reversed')`,
  'a reversal without its credit note': `select 1 from purchase p left join invoice i on i.purchase_id = p.id and i.kind = 'TD04' where (p.state = 'reversed') <> (i.id is not null)`,
  'a gap in the numbers of invoices': `select 1 from invoice group by series, year having max(number) <> count(*) or min(number) <> 1`,
  'a gap in the numbers of events': `select 1 from enrolment_event group by enrolment_id having max(seq) <> count(*)`,
  'a draft that ended and is remembered': `select 1 from enrolment where state in ('lapsed', 'withdrawn') and submitted_at is null and (draft <> '{}' or address is not null)`,
  'a password of a case that is over': `select 1 from enrolment where state in ('lapsed', 'withdrawn', 'refused') and password_hash is not null`,
}

const MOVES = ['submit', 'askAgain', 'approve', 'refuse', 'withdraw', 'lapse', 'provisioned', 'boxClosed'] as const

/** The events of each case, played on the machine, lead to its state. */
const expectOnMachine = async (): Promise<void> => {
  const rows = await office.db.query<{ id: string; state: EnrolmentState; events: string[] }>(
    'model-events',
    `select e.id, e.state, array_agg(v.event order by v.seq) as events from enrolment e
     join enrolment_event v on v.enrolment_id = e.id group by e.id, e.state`,
  )
  for (const { state, events } of rows) {
    let at: EnrolmentState = 'draft'
    for (const event of events) {
      const move = MOVES.find((one) => one === event)
      if (move === undefined) continue
      const next = enrolmentMachine.next(at, move)
      expect(next, `${at} ${move} of ${events.join(' ')}`).toBeDefined()
      at = next!
    }
    expect(at, events.join(' ')).toBe(state)
  }
}

let places = 0
test('random lives of cases', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 6, maxLength: 24 }), async (commands) => {
      const code = `M${++places}`
      const { orderId, conventionId } = await makeConvention(office.db, office.clock.now(), { code })
      await office.db.query('model-seats', `update convention set seats = $2, ends_on = '2999-12-31' where id = $1`, [
        conventionId,
        SEATS,
      ])
      const people: Person[] = []
      for (let i = 0; i < PEOPLE; i++) people.push(await addMember(office.db, orderId, i))
      const place: Place = { code, people, cases: people.map(() => undefined) }
      for (let i = 0; i < commands.length; i++) {
        const one = commands[i]!
        const next = commands[i + 1]
        // now and then two at once, of the same case or of two
        if (one.twice && next) {
          i++
          await Promise.all([run(place, one), run(place, next), run(place, one)])
        } else await run(place, one)
      }
      for (const [what, text] of Object.entries(NEVER))
        expect(await office.db.query(`never ${what}`.slice(0, 63), text), what).toEqual([])
      await expectOnMachine()
    }),
    { numRuns: 60 },
  )
  // A model that nothing happens in proves nothing.
  const seen = await office.db.query<{ event: string }>('model-seen', 'select distinct event from enrolment_event')
  const happened = new Set(seen.map(({ event }) => event))
  for (const event of ['submit', 'askAgain', 'approve', 'refuse', 'withdraw', 'lapse'])
    expect(happened).toContain(event)
})
