// From the first page to the submission, over a real database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRefusal } from '../../../src/core/api/problems.ts'
import { withdrawEnrolment } from '../../../src/shell/enrolment/close.ts'
import { saveDraft } from '../../../src/shell/enrolment/saveDraft.ts'
import { submitEnrolment } from '../../../src/shell/enrolment/submit.ts'
import { viewEnrolment } from '../../../src/shell/enrolment/view.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention } from './decide/support.ts'
import { addMember, begin, fill, lastMail, type Person, started, submitted } from './support.ts'

let office: TestOffice
let orderId: number
beforeAll(async () => {
  office = await testOffice()
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
})
afterAll(() => office.stop())

let n = 0
const person = (): Promise<Person> => addMember(office.db, orderId, n++)
const view = async (id: string) => {
  const shown = await viewEnrolment(office, id, 'it')
  if (isRefusal(shown)) throw new Error(shown.refusal)
  return shown
}
const count = async (table: 'purchase' | 'invoice' | 'audit'): Promise<number> => {
  const [row] = await office.db.query<{ n: number }>(`test-count-${table}`, `select count(*) as n from ${table}`)
  return row!.n
}

describe('what is missing', () => {
  it('tells everything at the beginning, step by step, in both languages', async () => {
    const id = await started(office, await person())
    const shown = await view(id)
    expect(shown.missing.map(({ step }) => step)).toEqual(['address', 'person', 'email', 'document', 'module'])
    expect(shown.missing[0]!.fields).toEqual([
      { field: 'address', code: 'addressMissing', message: 'Scegli l’indirizzo della casella.' },
    ])
    const english = await viewEnrolment(office, id, 'en')
    expect(!isRefusal(english) && english.missing[0]!.fields[0]!.message).toBe('Choose the address of the box.')
  })

  it.each([
    ['password', 'password', 'passwordMissing'],
    ['email', 'referenceEmail', 'emailMissing'],
    ['front', 'front', 'frontMissing'],
    ['acceptance', 'acceptance', 'acceptanceMissing'],
  ])('without %s the case is not sent', async (without, field, code) => {
    const id = await started(office, await person())
    const rest = without === 'email' ? [without, 'acceptance'] : [without]
    await fill(office, id, {
      local: `senza.${without}`,
      without: without === 'password' ? [without, 'acceptance'] : rest,
    })
    const refused = await submitEnrolment(office, id, '::1')
    expect(refused?.refusal).toBe('draftIncomplete')
    expect(refused?.fields).toContainEqual(expect.objectContaining({ field, code }))
  })
})

describe('a case that is sent', () => {
  it('is received, bought, invoiced and told in one go', async () => {
    const one = await person()
    const [purchases, invoices, audits] = [await count('purchase'), await count('invoice'), await count('audit')]
    const id = await submitted(office, one, 'prima.persona')
    const shown = await view(id)
    expect(shown.state).toBe('awaitingReview')
    expect(shown.missing).toEqual([])
    expect(shown.address).toBe('prima.persona@pec.prova.example')
    expect(shown.tracker.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'received done',
      'verified current',
      'active todo',
    ])
    // Monday 10:00 and two working days
    expect(shown.expectedBy).toBe('2026-03-11T09:00:00.000Z')
    expect(shown.events.map(({ event }) => event)).toEqual(['start', 'accept', 'submit'])
    expect(await count('purchase')).toBe(purchases + 1)
    expect(await count('invoice')).toBe(invoices + 1)
    expect(await count('audit')).toBe(audits + 1)
    const { text, token } = await lastMail(office.db, 'prima.persona@posta.example')
    expect(text).toContain(shown.caseNumber)
    expect(text).toContain('11/03/2026')
    expect(token).not.toBe('')
  })

  it('sent twice is sent once, and the answer is the same', async () => {
    const id = await submitted(office, await person(), 'due.volte')
    const purchases = await count('purchase')
    expect(await submitEnrolment(office, id, '::1')).toBeUndefined()
    expect(await count('purchase')).toBe(purchases)
    expect((await view(id)).events.filter(({ event }) => event === 'submit')).toHaveLength(1)
  })

  it('cannot be changed while it is looked at, but remembers the step', async () => {
    const id = await submitted(office, await person(), 'non.cambia')
    expect(await saveDraft(office, id, { phone: '06 5555555' })).toEqual({ refusal: 'notInThisState' })
    expect(await saveDraft(office, id, { step: 'summary' })).toBeUndefined()
  })

  it('taken back leaves a credit note and frees the address and the person', async () => {
    const one = await person()
    const id = await submitted(office, one, 'ci.ripenso')
    const invoices = await count('invoice')
    expect(await withdrawEnrolment(office, id, '::1')).toBeUndefined()
    expect(await withdrawEnrolment(office, id, '::1')).toBeUndefined()
    expect(await count('invoice')).toBe(invoices + 1)
    expect((await view(id)).state).toBe('withdrawn')
    const other = await person()
    await submitted(office, other, 'ci.ripenso')
    const second = await started(office, one)
    expect(second).not.toBe(id)
  })
})

describe('the last seat', () => {
  it('is one person’s, whoever sends in the same moment', async () => {
    const { conventionId, orderId: other } = await makeConvention(office.db, 0, { code: 'OMCEO-CH' })
    await office.db.query('test-seats', 'update convention set seats = 3 where id = $1', [conventionId])
    const people = []
    for (let i = 0; i < 8; i++) people.push(await addMember(office.db, other, 100 + i))
    const ids: string[] = []
    for (const [i, one] of people.entries()) {
      const answer = await begin(office, one, { code: 'OMCEO-CH-0051' })
      if (isRefusal(answer)) throw new Error(answer.refusal)
      await fill(office, answer.enrolmentId, { local: `posto.numero${i}` })
      ids.push(answer.enrolmentId)
    }
    const answers = await Promise.all(ids.map((id) => submitEnrolment(office, id, '::1')))
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(3)
    expect(answers.filter((answer) => answer?.refusal === 'conventionFull')).toHaveLength(5)
    // what was typed stays
    const refused = ids[answers.findIndex((answer) => answer !== undefined)]!
    expect((await view(refused)).draft.town).toBe('L’Aquila')
    expect((await view(refused)).convention.standing).toBe('full')
  })
})
