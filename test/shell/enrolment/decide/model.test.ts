// Whatever applicants, operators, failing nodes and closings do in any order: no box without a holder, no holder with two
// living boxes of one convention, no address of two people, no approved case that is forgotten.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRefusal } from '../../../../src/core/api/problems.ts'
import { isDuplicate } from '../../../../src/shell/db/pool.ts'
import { approveCase, askAgain, type Decider, refuseCase } from '../../../../src/shell/enrolment/decide/decisions.ts'
import { provisionBox } from '../../../../src/shell/enrolment/decide/provision.ts'
import { findEnrolment, lockEnrolment, moveEnrolment } from '../../../../src/shell/enrolment/store.ts'
import { changeBox } from '../../../../src/shell/mailbox/change.ts'
import type { Office } from '../../../../src/shell/office.ts'
import type { Job } from '../../../../src/shell/outbox/outbox.ts'
import { type TestOffice, testOffice } from '../../../support/office.ts'
import { expectNothingWrong } from './never.ts'
import { makeCase, makeConvention, makeOperator, type TestCase, type TestConvention } from './support.ts'

let office: TestOffice
let conventions: readonly TestConvention[]
let operators: readonly Decider[]

beforeAll(async () => {
  office = await testOffice()
  const now = office.clock.now()
  conventions = [
    await makeConvention(office.db, now),
    await makeConvention(office.db, now, { code: 'OMCEO-TE', terms: { secondPairOfEyes: true } }),
  ]
  operators = [
    { kind: 'staff', staffId: await makeOperator(office.db, now, 'Uno') },
    { kind: 'staff', staffId: await makeOperator(office.db, now, 'Due') },
  ]
})
afterAll(() => office.stop())

type Command =
  | { readonly kind: 'start'; readonly person: number; readonly convention: number; readonly local: number }
  | {
      readonly kind: 'approve' | 'askAgain' | 'refuse'
      readonly at: number
      readonly by: number
      readonly stale: boolean
    }
  | { readonly kind: 'submit' | 'withdraw'; readonly at: number }
  | { readonly kind: 'close'; readonly at: number }
  | {
      readonly kind: 'provision'
      readonly at: number
      readonly how: 'once' | 'together' | 'failing'
      readonly statement: number
    }

const at = fc.nat({ max: 3 })
const decision = fc.constantFrom(
  'approve' as const,
  'approve' as const,
  'approve' as const,
  'askAgain' as const,
  'refuse' as const,
)
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('start' as const),
    person: fc.nat({ max: 2 }),
    convention: fc.nat({ max: 1 }),
    local: fc.nat({ max: 2 }),
  }),
  fc.record({
    kind: decision,
    at,
    by: fc.nat({ max: 1 }),
    stale: fc.nat({ max: 5 }).map((n) => n === 0),
  }),
  fc.record({ kind: fc.constantFrom('submit' as const, 'submit' as const, 'withdraw' as const), at }),
  fc.record({ kind: fc.constant('close' as const), at }),
  fc.record({
    kind: fc.constant('provision' as const),
    at,
    how: fc.constantFrom('once' as const, 'together' as const, 'failing' as const),
    statement: fc.integer({ min: 1, max: 25 }),
  }),
)

/** An office whose transactions fail at their n-th statement. */
const failingAt = (n: number): Office => ({
  ...office,
  db: {
    ...office.db,
    tx: (fn) =>
      office.db.tx((tx) => {
        let count = 0
        const step = (): void => {
          if (++count === n) tx.send('test-fail', 'select 1 / 0')
        }
        return fn({
          ...tx,
          query: (...args) => {
            step()
            return tx.query(...args)
          },
          send: (...args) => {
            step()
            tx.send(...args)
          },
        })
      }),
  },
})

const jobOf = (one: TestCase): Job => ({ id: one.id, kind: 'provision', payload: { enrolment: one.id }, attempts: 0 })

/** Someone may have the place already: the database says no, and nothing has happened. */
const unlessTaken = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!isDuplicate(error, 'enrolment_living') && !isDuplicate(error, 'enrolment_address')) throw error
  })
}

/** The state in which a command does something. */
const MEANT = {
  ...{ approve: 'awaitingReview', askAgain: 'awaitingReview', refuse: 'awaitingReview', withdraw: 'awaitingReview' },
  ...{ submit: 'awaitingDocument', provision: 'approved', close: 'active' },
} as const

/** The case that a command is about: one of those for which it is meant, or any where there is none. */
const aim = async (
  cases: readonly TestCase[],
  one: Exclude<Command, { kind: 'start' }>,
): Promise<TestCase | undefined> => {
  const states = await Promise.all(cases.map(async ({ id }) => (await findEnrolment(office.db, id))!.state))
  const meant = cases.filter((_, i) => states[i] === MEANT[one.kind])
  const pool = meant.length > 0 ? meant : cases
  return pool[one.at % Math.max(pool.length, 1)]
}

const step = async (run: number, cases: TestCase[], one: Command): Promise<void> => {
  const now = office.clock.now()
  if (one.kind === 'start') {
    const made = makeCase(office.db, conventions[one.convention]!, now, {
      fiscalCode: `RUN${run}-PERSON${one.person}`,
      local: `run${run}.local${one.local}`,
    })
    await unlessTaken(made.then((found) => cases.push(found)))
    return
  }
  const found = await aim(cases, one)
  if (!found) return
  const { version } = (await findEnrolment(office.db, found.id))!
  switch (one.kind) {
    case 'approve':
    case 'askAgain':
    case 'refuse': {
      const decide = { approve: approveCase, askAgain, refuse: refuseCase }[one.kind]
      const look = { caseNumber: found.caseNumber, version: one.stale ? version - 1 : version, reason: 'Una ragione.' }
      const outcome = await decide(office, operators[one.by]!, look)
      if (one.stale) expect(isRefusal(outcome) && outcome.refusal).toBe('caseChanged')
      return
    }
    case 'submit':
    case 'withdraw':
      await office.db.tx(async (tx) => {
        const enrolment = (await lockEnrolment(tx, found.id))!
        await moveEnrolment(tx, enrolment, one.kind, { at: now, actor: { kind: 'applicant' } })
      })
      return
    case 'close':
      await changeBox(office, {
        address: found.address,
        event: 'close',
        reason: 'Chiusa per prova.',
        actor: operators[0]!,
      })
      return
    case 'provision':
      if (one.how === 'failing') await provisionBox(failingAt(one.statement), jobOf(found)).catch(() => {})
      else
        await Promise.all([
          provisionBox(office, jobOf(found)),
          ...(one.how === 'together' ? [provisionBox(office, jobOf(found))] : []),
        ])
  }
}

test('holds after every step', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 45, size: 'max' }), async (commands) => {
      run++
      const cases: TestCase[] = []
      for (const one of commands) {
        await step(run, cases, one)
        await expectNothingWrong(office.db)
      }
    }),
    { numRuns: 25 },
  )
  // the property would hold of a world in which nothing ever happens
  const [row] = await office.db.query<{ boxes: number }>(
    'test-boxes',
    `select count(*)::int as boxes from mailbox where address like 'run%'`,
  )
  expect(row!.boxes).toBeGreaterThan(5)
}, 120_000)
