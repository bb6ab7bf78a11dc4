// Cases that end without a box: those that stand still, and those that are taken back.
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { acceptModule } from '../../../src/shell/enrolment/acceptModule.ts'
import { lapseIdle, remindIdle, withdrawEnrolment } from '../../../src/shell/enrolment/close.ts'
import { saveDraft } from '../../../src/shell/enrolment/saveDraft.ts'
import { addEvent, type Enrolment, findEnrolment, moveEnrolment } from '../../../src/shell/enrolment/store.ts'
import { submitEnrolment } from '../../../src/shell/enrolment/submit.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention } from './decide/support.ts'
import { addMember, fill, lastMail, started, submitted } from './support.ts'

let office: TestOffice
let orderId: number
beforeAll(async () => {
  office = await testOffice()
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
})
afterAll(() => office.stop())

let n = 0
const person = () => addMember(office.db, orderId, n++)
const load = async (id: string): Promise<Enrolment> => (await findEnrolment(office.db, id))!
const askAgain = async (id: string): Promise<void> => {
  const enrolment = await load(id)
  const move = { at: office.clock.now(), actor: { kind: 'system' }, reason: 'La foto è mossa' } as const
  await office.db.tx((tx) => moveEnrolment(tx, enrolment, 'askAgain', move))
}
const documents = async (id: string) =>
  office.db.query<{ kind: string }>(
    'test-credit',
    `select i.kind from invoice i join purchase p on p.id = i.purchase_id
    where p.enrolment_id = $1 order by i.created_at, i.kind`,
    [id],
  )

it('a draft is reminded of once, then lapses: its address is free and nothing of it is left', async () => {
  const one = await person()
  const id = await started(office, one)
  await fill(office, id, { local: 'resta.ferma' })
  office.clock.advance(24 * DAY)
  expect(await remindIdle(office)).toBe(1)
  expect(await remindIdle(office)).toBe(0)
  expect((await lastMail(office.db, 'resta.ferma@posta.example')).text).toContain('08/04/2026')
  expect(await lapseIdle(office)).toBe(0)
  office.clock.advance(6 * DAY + 1)
  expect(await lapseIdle(office)).toBe(1)
  expect(await lapseIdle(office)).toBe(0)
  expect(await load(id)).toMatchObject({ state: 'lapsed', draft: {}, address: undefined, passwordSet: false })
  expect((await lastMail(office.db, 'resta.ferma@posta.example')).text).toContain('rimasta ferma')
  expect(await saveDraft(office, await started(office, await person()), { address: 'resta.ferma' })).toBeUndefined()
})

it('a draft that is worked on does not lapse', async () => {
  const id = await started(office, await person())
  office.clock.advance(29 * DAY)
  await saveDraft(office, id, { phone: '0862 1' })
  office.clock.advance(2 * DAY)
  await lapseIdle(office)
  expect((await load(id)).state).toBe('draft')
})

it('a case that is to be mended lapses too, and its purchase is taken back; one that waits for us does not', async () => {
  const [toMend, waiting] = [
    await submitted(office, await person(), 'da.correggere'),
    await submitted(office, await person(), 'aspetta.noi'),
  ]
  await askAgain(toMend)
  office.clock.advance(31 * DAY)
  expect(await lapseIdle(office)).toBeGreaterThanOrEqual(1)
  expect([(await load(toMend)).state, (await load(waiting)).state]).toEqual(['lapsed', 'awaitingReview'])
  expect((await documents(toMend)).map(({ kind }) => kind).sort()).toEqual(['TD01', 'TD04'])
  expect((await documents(waiting)).map(({ kind }) => kind)).toEqual(['TD01'])
})

it('what was mended is sent again in place: no second purchase, the clock begins anew', async () => {
  const id = await submitted(office, await person(), 'mando.di.nuovo')
  await askAgain(id)
  office.clock.advance(2 * DAY)
  expect(await saveDraft(office, id, { documentNumber: 'CA99999AA' })).toBeUndefined()
  // what the module states has changed
  expect((await submitEnrolment(office, id, '::1'))?.refusal).toBe('draftIncomplete')

  await acceptModule(office, id, { remoteAddress: '::1', userAgent: 'x' })
  expect(await submitEnrolment(office, id, '::1')).toBeUndefined()
  expect(await load(id)).toMatchObject({ state: 'awaitingReview', submittedAt: office.clock.now() })
  expect(await documents(id)).toHaveLength(1)
  expect((await lastMail(office.db, 'mando.di.nuovo@posta.example')).text).toContain('correzioni')
})

test('eight at once take a case back once', async () => {
  const id = await submitted(office, await person(), 'otto.ritiri')
  const answers = await Promise.all(Array.from({ length: 8 }, () => withdrawEnrolment(office, id, '::1')))
  expect(answers.every((answer) => answer === undefined)).toBe(true)
  expect(await documents(id)).toHaveLength(2)
})

test('a case that was approved is no longer the applicant’s to take back', async () => {
  const id = await submitted(office, await person(), 'troppo.tardi')
  const enrolment = await load(id)
  await office.db.tx(async (tx) => {
    await moveEnrolment(tx, enrolment, 'approve', { at: office.clock.now(), actor: { kind: 'system' } })
    addEvent(tx, id, { event: 'x', actor: { kind: 'system' }, at: office.clock.now() })
  })
  expect(await withdrawEnrolment(office, id, '::1')).toEqual({ refusal: 'notInThisState' })
})
