// Decisions over a real database: what each does, what stops it, and two operators who decide at once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRefusal, type Refusal } from '../../../../src/core/api/problems.ts'
import { placePurchase } from '../../../../src/shell/billing/purchases.ts'
import { approveCase, askAgain, type Decider, refuseCase } from '../../../../src/shell/enrolment/decide/decisions.ts'
import { type TestOffice, testOffice } from '../../../support/office.ts'
import { makeCase, makeConvention, makeOperator, type TestCase, type TestConvention } from './support.ts'

let office: TestOffice
let convention: TestConvention
let careful: TestConvention
let giulia: Decider
let marco: Decider

beforeAll(async () => {
  office = await testOffice()
  const now = office.clock.now()
  convention = await makeConvention(office.db, now)
  careful = await makeConvention(office.db, now, { code: 'OMCEO-TE', terms: { secondPairOfEyes: true } })
  giulia = { kind: 'staff', staffId: await makeOperator(office.db, now, 'Giulia Operatrice') }
  marco = { kind: 'staff', staffId: await makeOperator(office.db, now, 'Marco Operatore') }
})
afterAll(() => office.stop())

let people = 0
/** A case of a new person. */
const newCase = (changes: Parameters<typeof makeCase>[3] = {}, under = convention): Promise<TestCase> =>
  makeCase(office.db, under, office.clock.now(), { fiscalCode: `PERSON-${++people}`, ...changes })

const stateOf = async (one: TestCase) => {
  const [row] = await office.db.query<Record<string, unknown>>(
    'test-state',
    `select e.state, e.version, e.reviewer_id, e.first_approver_id, e.review_reason, e.password_hash,
       (select count(*)::int from outbox where id = e.id) as jobs,
       (select array_agg(event order by seq) from enrolment_event where enrolment_id = e.id) as events,
       (select array_agg(kind order by created_at) from notice where subject_id = e.id::text) as notices,
       (select array_agg(action order by id) from audit where subject_id = e.case_number) as trail
     from enrolment e where id = $1`,
    [one.id],
  )
  return row!
}
const code = (outcome: object): string => (isRefusal(outcome) ? outcome.refusal : 'done')
const REASON = 'La foto è sfocata: rifalla con più luce.'

describe('approving', () => {
  test('puts the job of the box, once, with event and trail', async () => {
    const one = await newCase()
    expect(await approveCase(office, giulia, { caseNumber: one.caseNumber, version: 1 })).toEqual({
      caseNumber: one.caseNumber,
    })
    expect(await stateOf(one)).toMatchObject({
      state: 'approved',
      version: 2,
      reviewer_id: giulia.staffId,
      jobs: 1,
      events: ['approve'],
      trail: ['case.approved'],
    })
  })

  test.each<[string, Parameters<typeof makeCase>[3], string, RegExp?]>([
    ['without the back', { documents: ['front'] }, 'documentsMissing', /retro/],
    ['without acceptance', { acceptance: null }, 'documentsMissing'],
    ['with a document that has expired', { draft: { documentExpiry: '2026-03-08' } }, 'documentsMissing', /scad/],
    ['of who was struck off', { status: 'cancelled' }, 'memberNotActive'],
    ['of who is suspended: the duty stays', { status: 'suspended' }, 'done'],
    ['of a passport without its back', { documents: ['front'], draft: { documentType: 'passport' } }, 'done'],
    ['that is still a draft', { state: 'draft' }, 'notInThisState'],
    ['that is active', { state: 'active' }, 'notInThisState'],
  ])('a case %s', async (_, changes, expected, text) => {
    const one = await newCase(changes)
    const outcome = await approveCase(office, giulia, { caseNumber: one.caseNumber, version: 1 })
    expect(code(outcome)).toBe(expected)
    if (text) expect((outcome as Refusal).detail?.it).toMatch(text)
    expect((await stateOf(one)).jobs).toBe(expected === 'done' ? 1 : 0)
  })

  test('an address that a mailbox has got meanwhile stops it', async () => {
    const one = await newCase()
    await office.db.query(
      'test-mailbox',
      'insert into mailbox (address, address_key, quota_bytes, uid_validity) values ($1, $1, 1, 1)',
      [one.address],
    )
    expect(code(await approveCase(office, giulia, { caseNumber: one.caseNumber, version: 1 }))).toBe('addressTaken')
  })

  test('an unknown case', async () => {
    expect(code(await approveCase(office, giulia, { caseNumber: 'NONE', version: 1 }))).toBe('caseUnknown')
  })

  test('where two must, the second makes the box, and it is another person', async () => {
    const one = await newCase({}, careful)
    const look = { caseNumber: one.caseNumber }
    expect(code(await approveCase(office, giulia, { ...look, version: 1 }))).toBe('done')
    expect(await stateOf(one)).toMatchObject({
      state: 'awaitingReview',
      version: 2,
      jobs: 0,
      events: ['firstApproval'],
    })
    expect(code(await approveCase(office, giulia, { ...look, version: 2 }))).toBe('samePerson')
    expect(code(await approveCase(office, marco, { ...look, version: 2 }))).toBe('done')
    expect(await stateOf(one)).toMatchObject({
      state: 'approved',
      jobs: 1,
      reviewer_id: marco.staffId,
      first_approver_id: giulia.staffId,
      trail: ['case.approvedFirst', 'case.approved'],
    })
  })

  test('a first approval is void once something is to be mended', async () => {
    const one = await newCase({}, careful)
    await approveCase(office, giulia, { caseNumber: one.caseNumber, version: 1 })
    await askAgain(office, marco, { caseNumber: one.caseNumber, version: 2, reason: REASON })
    expect(await stateOf(one)).toMatchObject({ state: 'awaitingDocument', first_approver_id: null })
  })
})

describe('asking again', () => {
  test('tells the applicant why, with a link that opens the case', async () => {
    const one = await newCase()
    const decision = { caseNumber: one.caseNumber, version: 1, reason: `  ${REASON} ` }
    expect(code(await askAgain(office, giulia, decision))).toBe('done')
    expect(await stateOf(one)).toMatchObject({
      state: 'awaitingDocument',
      review_reason: REASON,
      password_hash: 'hash',
      notices: ['caseAskedAgain'],
      trail: ['case.askedAgain'],
    })
    const [notice] = await office.db.query<{ body_text: string; recipient: string; order_id: number }>(
      'test-notice',
      'select body_text, recipient, order_id from notice where subject_id = $1',
      [one.id],
    )
    expect(notice).toMatchObject({ recipient: 'mario.rossi@posta.example', order_id: convention.orderId })
    expect(notice!.body_text).toContain(REASON)
    expect(notice!.body_text).toMatch(/https:\/\/prova\.example\/riprendi#\S+/)
  })
})

describe('refusing', () => {
  test('wants words', async () => {
    const one = await newCase()
    const decision = { caseNumber: one.caseNumber, version: 1, reason: '        ' }
    expect(code(await refuseCase(office, giulia, decision))).toBe('badRequest')
    expect(code(await askAgain(office, giulia, decision))).toBe('badRequest')
    expect(await stateOf(one)).toMatchObject({ state: 'awaitingReview', version: 1 })
  })

  test('tells the applicant, forgets the password, frees the address, takes the purchase back', async () => {
    const one = await newCase()
    const { conventionId } = convention
    await office.db.tx(async (tx) => {
      const order = { enrolmentId: one.id, conventionId, memberId: one.memberId, kind: 'first' as const, term: 1 }
      await placePurchase(tx, office, order, office.clock.now())
    })
    expect(code(await refuseCase(office, giulia, { caseNumber: one.caseNumber, version: 1, reason: REASON }))).toBe(
      'done',
    )
    expect(await stateOf(one)).toMatchObject({
      state: 'refused',
      password_hash: null,
      notices: ['caseRefused'],
      trail: ['case.refused'],
    })
    const [purchase] = await office.db.query<{ state: string; papers: string[] }>(
      'test-purchase',
      `select p.state, array_agg(i.kind order by i.kind) as papers from purchase p left join invoice i on i.purchase_id = p.id
       where p.enrolment_id = $1 group by p.state`,
      [one.id],
    )
    expect(purchase).toEqual({ state: 'reversed', papers: ['TD01', 'TD04'] })
    // the address may be had by another
    await expect(newCase({ local: one.address.split('@')[0]! })).resolves.toBeDefined()
  })

  test('is possible while something is to be mended', async () => {
    const one = await newCase({ state: 'awaitingDocument' })
    expect(code(await refuseCase(office, giulia, { caseNumber: one.caseNumber, version: 1, reason: REASON }))).toBe(
      'done',
    )
  })
})

describe('two operators at once', () => {
  const decide = {
    approve: (actor: Decider, caseNumber: string) => approveCase(office, actor, { caseNumber, version: 1 }),
    askAgain: (actor: Decider, caseNumber: string) =>
      askAgain(office, actor, { caseNumber, version: 1, reason: REASON }),
    refuse: (actor: Decider, caseNumber: string) =>
      refuseCase(office, actor, { caseNumber, version: 1, reason: REASON }),
  }
  const SAID = { approve: 'ha approvato', askAgain: 'ha chiesto una correzione', refuse: 'ha rifiutato' }

  test.each([
    ['approve', 'approve'],
    ['approve', 'refuse'],
    ['askAgain', 'approve'],
    ['refuse', 'askAgain'],
  ] as const)('%s and %s: one wins, the other is told by whom, what and when', async (first, second) => {
    const one = await newCase()
    const outcomes = await Promise.all([decide[first](giulia, one.caseNumber), decide[second](marco, one.caseNumber)])
    const lost = outcomes.findIndex(isRefusal)
    expect(outcomes.filter(isRefusal)).toHaveLength(1)
    const [winner, did] = lost === 0 ? ['Marco Operatore', second] : ['Giulia Operatrice', first]
    const refusal = outcomes[lost] as Refusal
    expect(refusal.refusal).toBe('caseChanged')
    expect(refusal.detail?.it).toContain(`${winner} ${SAID[did]}`)
    expect(refusal.detail?.it).toContain('il 09/03/2026 alle 10:00')
    expect(await stateOf(one)).toMatchObject({ version: 2, events: [did] })
  })

  test('eight at once: one box is ordered', async () => {
    const one = await newCase()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => decide.approve(giulia, one.caseNumber)))
    expect(outcomes.filter((outcome) => !isRefusal(outcome))).toHaveLength(1)
    expect(await stateOf(one)).toMatchObject({ jobs: 1, events: ['approve'], trail: ['case.approved'] })
  })
})
