// What the operator sees: the queue with its clock in working days, search, and a case beside what is known around it.

import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CaseView } from '../../../../src/core/api/operator.ts'
import { isRefusal } from '../../../../src/core/api/problems.ts'
import { DAY, HOUR } from '../../../../src/core/lib/instant.ts'
import { type CaseViewData, viewCase } from '../../../../src/shell/enrolment/decide/caseView.ts'
import { approveCase } from '../../../../src/shell/enrolment/decide/decisions.ts'
import { type CasePage, listCases } from '../../../../src/shell/enrolment/decide/queue.ts'
import { type TestOffice, testOffice } from '../../../support/office.ts'
import { makeCase, makeConvention, makeOperator, type TestCase, type TestConvention } from './support.ts'

let office: TestOffice
let teramo: TestConvention
let aquila: TestConvention
let giulia: number
/** Cases by age, the oldest first. */
let old: readonly TestCase[]

beforeAll(async () => {
  office = await testOffice()
  const now = office.clock.now() // Monday, 9 March 2026, 10:00
  aquila = await makeConvention(office.db, now)
  // The Friday is the patron’s day there.
  teramo = await makeConvention(office.db, now, {
    code: 'OMCEO-TE',
    holidays: ['03-06'],
    terms: { secondPairOfEyes: true },
  })
  giulia = await makeOperator(office.db, now)
  const under = (convention: TestConvention, days: number, hours: number, n: number) =>
    makeCase(office.db, convention, now, {
      fiscalCode: `QUEUE-${n}`,
      surname: n === 2 ? 'D’Angelo' : `Verdi${n}`,
      submittedAt: now - days * DAY - hours * HOUR,
    })
  old = [
    await under(aquila, 5, 1, 1), // Wednesday morning: three working days
    await under(teramo, 5, 0, 2), // Wednesday at ten, but Friday is a holiday: two, and due this minute
    await under(aquila, 3, -1, 3), // Friday after ten: one
    await under(aquila, 2, 0, 4), // Saturday: one
    await under(aquila, 0, 1, 5), // today: none
  ]
})
afterAll(() => office.stop())

const page = async (filter: Partial<Parameters<typeof listCases>[1]> = {}): Promise<CasePage> => {
  const found = await listCases(office, { limit: 50, ...filter })
  if (isRefusal(found)) throw new Error(found.refusal)
  return found
}
const numbers = (found: CasePage): readonly string[] => found.items.map((row) => row.caseNumber)

describe('the queue', () => {
  test('is oldest first, its age in working days of each Order, late by the Order’s calendar', async () => {
    const found = await page()
    expect(numbers(found)).toEqual(old.map((one) => one.caseNumber))
    expect(found.items.map((row) => [row.ageDays, row.late])).toEqual([
      [3, true],
      [2, false],
      [1, false],
      [1, false],
      [0, false],
    ])
    expect(found).toMatchObject({ waiting: 5, late: 1 })
  })

  test('comes in pages that skip nothing', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const found: CasePage = await page({ limit: 2, cursor })
      seen.push(...numbers(found))
      cursor = found.next
    } while (cursor)
    expect(seen).toEqual(old.map((one) => one.caseNumber))
    expect(await listCases(office, { limit: 2, cursor: 'x' })).toEqual({ refusal: 'badRequest' })
  })

  test('is of one Order where asked', async () => {
    const found = await page({ order: 'OMCEO-TE' })
    expect(numbers(found)).toEqual([old[1]!.caseNumber])
    expect(found).toMatchObject({ waiting: 1, late: 0 })
  })

  test.each([
    ['a surname without its accent', 'dangelo'],
    ['words in any order', 'mario dangelo'],
    ['the fiscal code', 'queue-2'],
  ])('is searched by %s', async (_, q) => {
    // as the register writes it
    await office.db.query(
      'test-search',
      `update member set search = 'dangelo mario ' || lower(fiscal_code) where surname = 'D’Angelo'`,
    )
    expect(numbers(await page({ q }))).toEqual([old[1]!.caseNumber])
  })

  test('is searched by case number and address, whatever the state', async () => {
    const done = await makeCase(office.db, aquila, office.clock.now(), { fiscalCode: 'DONE', state: 'refused' })
    expect(numbers(await page({ q: done.caseNumber.toLowerCase() }))).toContain(done.caseNumber)
    expect(numbers(await page({ q: done.address }))).toEqual([done.caseNumber])
    expect(numbers(await page({ state: 'refused' }))).toEqual([done.caseNumber])
    expect(numbers(await page({ q: '100%' }))).toEqual([])
  })

  test('shows an approved case whose box is not there after ten minutes', async () => {
    const one = await makeCase(office.db, aquila, office.clock.now(), { fiscalCode: 'STUCK', state: 'approved' })
    expect(numbers(await page())).not.toContain(one.caseNumber)
    office.clock.advance(HOUR)
    expect(numbers(await page())).toContain(one.caseNumber)
    office.clock.advance(-HOUR)
  })
})

const view = async (one: TestCase, staff = giulia): Promise<CaseViewData> => {
  const found = await viewCase(office, one.caseNumber, staff)
  if (isRefusal(found)) throw new Error(found.refusal)
  expect(Check(CaseView, found)).toBe(true)
  return found
}
const check = (found: CaseViewData, name: string) => found.checks.find((one) => one.check === name)

describe('a case', () => {
  test('fits its schema, with checks, papers and what may be done', async () => {
    const found = await view(old[0]!)
    expect(found).toMatchObject({
      case: { caseNumber: old[0]!.caseNumber, state: 'awaitingReview', version: 1, late: true },
      address: old[0]!.address,
      referenceEmail: 'mario.rossi@posta.example',
      member: { surname: 'Verdi1', status: 'active' },
      documents: [{ kind: 'front', superseded: false }, { kind: 'back' }],
      otherBoxes: [],
      earlierCases: [],
      actions: [
        { action: 'approve', allowed: true },
        { action: 'askAgain', allowed: true },
        { action: 'refuse', allowed: true },
      ],
    })
    expect(check(found, 'register')).toMatchObject({ outcome: 'right' })
  })

  test('says who else has the document, the e-mail, the telephone', async () => {
    const now = office.clock.now()
    const draft = { documentNumber: 'ca 99.999-aa', phone: '+39 347 765.43.21' }
    const first = await makeCase(office.db, aquila, now, {
      fiscalCode: 'ALIKE-1',
      draft,
      referenceEmail: 'Uno@posta.example',
    })
    const second = await makeCase(office.db, teramo, now, {
      fiscalCode: 'ALIKE-2',
      draft: { documentNumber: 'CA99999AA', phone: '3477654321' },
      referenceEmail: 'uno@posta.example',
    })
    const own = await makeCase(office.db, teramo, now, {
      fiscalCode: 'ALIKE-1',
      draft,
      referenceEmail: 'altra@posta.example',
    })
    const found = await view(first)
    for (const name of ['documentNumber', 'referenceEmail', 'phone']) {
      expect(check(found, name)?.text).toContain(second.caseNumber)
      expect(check(found, name)?.text).not.toContain(own.caseNumber)
    }
    expect(found.earlierCases.map((row) => row.caseNumber)).toEqual([own.caseNumber])
  })

  test('tells what may not be done, and why', async () => {
    const now = office.clock.now()
    const incomplete = await makeCase(office.db, aquila, now, { fiscalCode: 'LACKS', documents: [] })
    expect((await view(incomplete)).actions[0]).toMatchObject({ allowed: false, why: expect.stringMatching(/fronte/) })
    const drafted = await makeCase(office.db, aquila, now, { fiscalCode: 'DRAFT', state: 'draft' })
    expect((await view(drafted)).actions.map((one) => one.allowed)).toEqual([false, false, false])
    const eyes = await makeCase(office.db, teramo, now, { fiscalCode: 'EYES' })
    await approveCase(office, { kind: 'staff', staffId: giulia }, { caseNumber: eyes.caseNumber, version: 1 })
    const found = await view(eyes)
    expect(found.case.firstApproval).toBe(true)
    expect(found.actions[0]).toMatchObject({ allowed: false, why: expect.stringMatching(/secondo operatore/) })
    expect(found.events).toMatchObject([{ event: 'firstApproval', staff: 'Giulia Operatrice' }])
    expect((await view(eyes, giulia + 1)).actions[0]!.allowed).toBe(true)
  })

  test('an unknown one', async () => {
    expect(await viewCase(office, '26-AAAA-AAAA', giulia)).toEqual({ refusal: 'caseUnknown' })
  })
})
