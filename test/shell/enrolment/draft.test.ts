// Drafts, addresses and passwords over a real database.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { isRefusal } from '../../../src/core/api/problems.ts'
import { acceptModule } from '../../../src/shell/enrolment/acceptModule.ts'
import { proposeAddresses } from '../../../src/shell/enrolment/proposeAddresses.ts'
import { saveDraft } from '../../../src/shell/enrolment/saveDraft.ts'
import { setEnrolmentPassword } from '../../../src/shell/enrolment/setPassword.ts'
import { findEnrolment } from '../../../src/shell/enrolment/store.ts'
import { viewEnrolment } from '../../../src/shell/enrolment/view.ts'
import { createMailbox } from '../../../src/shell/mailstore/mailboxes.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention } from './decide/support.ts'
import { addMember, fill, PASSWORD, started } from './support.ts'

const DOMAIN = 'pec.prova.example'
let office: TestOffice
let orderId: number
beforeAll(async () => {
  office = await testOffice()
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
})
afterAll(() => office.stop())

let n = 0
const opened = async (changes = {}): Promise<string> =>
  started(office, await addMember(office.db, orderId, n++, changes))
const addressOf = async (id: string) => (await findEnrolment(office.db, id))?.address
const shown = async (id: string) => {
  const view = await viewEnrolment(office, id, 'it')
  if (isRefusal(view)) throw new Error(view.refusal)
  return view
}
const lacks = async (id: string) => (await shown(id)).missing.flatMap(({ fields }) => fields.map(({ code }) => code))

describe('an address', () => {
  it('is reserved for one person, and the other is told what is free', async () => {
    const [first, second] = [await opened(), await opened()]
    expect(await saveDraft(office, first, { address: ' Casella.Contesa ' })).toBeUndefined()
    expect(await addressOf(first)).toBe(`casella.contesa@${DOMAIN}`)
    const refused = await saveDraft(office, second, { address: 'casella.contesa', phone: '0862 222222' })
    expect(refused?.refusal).toBe('addressTaken')
    expect(refused?.fields?.[0]?.it).toMatch(/Liberi: \w+\.\w+/)
    // all that was typed is kept
    expect((await shown(second)).draft).toMatchObject({ address: 'casella.contesa', phone: '0862 222222' })
    expect(await lacks(second)).toContain('addressNotReserved')
  })

  it('of eight who want it at once is one’s', async () => {
    const ids = []
    for (let i = 0; i < 8; i++) ids.push(await opened())
    const answers = await Promise.all(ids.map((id) => saveDraft(office, id, { address: 'tutti.insieme' })))
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
    expect(answers.filter((answer) => answer?.refusal === 'addressTaken')).toHaveLength(7)
  })

  it('stays reserved where another one is refused', async () => {
    const id = await opened()
    await saveDraft(office, id, { address: 'resta.questo' })
    expect((await saveDraft(office, id, { address: 'segreteria' }))?.refusal).toBe('addressRefused')
    expect(await addressOf(id)).toBe(`resta.questo@${DOMAIN}`)
    expect(await saveDraft(office, id, { address: '' })).toBeUndefined()
    expect(await addressOf(id)).toBeUndefined()
  })

  it('of a box, of the provider, or ever another’s is nobody’s any more', async () => {
    await createMailbox(office.db, { address: `gia.casella@${DOMAIN}`, quotaBytes: 1, uidValidity: 1 })
    await office.db.query(
      'test-holder',
      `insert into address_holder (address_key, fiscal_key, at) values ($1, 'ALTRUI', '2020-01-01')`,
      [`fu.di.altri@${DOMAIN}`],
    )
    const id = await opened()
    for (const local of ['gia.casella', 'fu.di.altri', 'ricevute', 'documenti'])
      expect((await saveDraft(office, id, { address: local }))?.refusal, local).toMatch(/^address(Taken|Refused)$/)
    expect(await addressOf(id)).toBeUndefined()
  })

  it('that one held before comes back to oneself', async () => {
    const one = await addMember(office.db, orderId, n++)
    await office.db.query(
      'test-holder-own',
      `insert into address_holder (address_key, fiscal_key, at) values ($1, $2, '2020-01-01')`,
      [`era.mio@${DOMAIN}`, one.fiscalCode],
    )
    expect(await saveDraft(office, await started(office, one), { address: 'era.mio' })).toBeUndefined()
  })

  test.each([
    'mаrio.rossi', // Cyrillic а
    'mario․rossi', // one dot leader
    'ｍario.rossi',
    'mario rossi',
    'mario.rossi@altro.example',
    'mario\u202eissor',
    'mario.rossi\u0000',
    "mario'--",
    'a'.repeat(64),
    '..mario',
    '-mario',
    'postmaster',
    'abuse',
  ])('like %j is refused', async (typed) => {
    const id = await opened()
    const answer = await saveDraft(office, id, { address: typed })
    if (answer === undefined) {
      // what cannot be seen is not part of it
      expect(await addressOf(id)).toMatch(/^[a-z0-9._-]+@pec\.prova\.example$/)
    } else expect(answer.refusal).toBe('addressRefused')
  })

  it('is proposed, and one that is wanted is judged', async () => {
    const id = await opened({ surname: 'De Santis', givenName: 'Àgata' })
    const other = await opened()
    await saveDraft(office, other, { address: 'agata.desantis' })
    const answer = await proposeAddresses(office, id, 'agata.desantis', 'it')
    if (isRefusal(answer)) throw new Error(answer.refusal)
    expect(answer.domain).toBe(DOMAIN)
    expect(answer.proposals).not.toContain('agata.desantis')
    expect(answer.proposals.length).toBeGreaterThanOrEqual(3)
    expect(answer.wanted).toEqual({ local: 'agata.desantis', free: false })
    const free = await proposeAddresses(office, id, answer.proposals[0], 'it')
    expect(!isRefusal(free) && free.wanted?.free).toBe(true)
  })
})

describe('a password', () => {
  it('wants the address first', async () => {
    expect((await setEnrolmentPassword(office, await opened(), PASSWORD))?.refusal).toBe('draftIncomplete')
  })

  test.each([
    ['corta1', 'length'],
    ['solodilettere', 'digit'],
    ['1234567890', 'letter'],
    ['parola.difficile9', 'notPersonal'],
  ])('%s breaks the rule %s', async (password, rule) => {
    const id = await opened()
    const local = `parola.difficile${n}`
    await saveDraft(office, id, { address: local })
    const refused = await setEnrolmentPassword(office, id, password)
    expect(refused?.refusal).toBe('passwordWeak')
    expect(refused?.fields?.map(({ code }) => code)).toContain(rule)
  })

  it('goes with the address for which its keys were made, and that is told', async () => {
    const id = await opened()
    await saveDraft(office, id, { address: 'primo.indirizzo' })
    expect(await setEnrolmentPassword(office, id, PASSWORD)).toBeUndefined()
    expect((await shown(id)).passwordSet).toBe(true)
    await saveDraft(office, id, { address: 'secondo.indirizzo' })
    expect((await shown(id)).passwordSet).toBe(false)
    expect(await lacks(id)).toContain('passwordAddressChanged')
    const [row] = await office.db.query('test-scram', 'select scram_salt from enrolment where id = $1', [id])
    expect(row).toEqual({ scram_salt: null })
    expect(await setEnrolmentPassword(office, id, PASSWORD)).toBeUndefined()
    expect(await lacks(id)).not.toContain('passwordAddressChanged')
  })

  it('is kept as hash and keys only', async () => {
    const id = await opened()
    await saveDraft(office, id, { address: 'solo.hash' })
    await setEnrolmentPassword(office, id, PASSWORD)
    const [row] = await office.db.query<{ text: string }>(
      'test-row-text',
      'select row_to_json(enrolment)::text as text from enrolment where id = $1',
      [id],
    )
    expect(row!.text).toContain('$argon2id$')
    expect(row!.text).not.toContain(PASSWORD)
  })
})

describe('what was accepted', () => {
  it('is accepted no more once the data change, and that is told', async () => {
    const id = await opened()
    await fill(office, id, { local: 'accetta.poi.cambia' })
    expect((await shown(id)).acceptance).toBe('onScreen')
    await saveDraft(office, id, { step: 'summary', referenceEmail: 'accetta.poi.cambia@posta.example' })
    expect((await shown(id)).acceptance).toBe('onScreen')
    await saveDraft(office, id, { town: 'Teramo' })
    expect(await lacks(id)).toEqual(['acceptanceChanged'])
    expect(await acceptModule(office, id, { remoteAddress: '::1', userAgent: 'x' })).toBeUndefined()
    expect(await lacks(id)).toEqual([])
    const accepted = await office.db.query<{ details: { version: string; sha256: string; by: string } }>(
      'test-accepted',
      `select details from enrolment_event where enrolment_id = $1 and event = 'accept' order by seq`,
      [id],
    )
    expect(accepted).toHaveLength(2)
    expect(accepted[1]!.details.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(accepted[1]!.details.version).not.toBe('')
  })

  it('cannot be accepted before the data are there', async () => {
    const refused = await acceptModule(office, await opened(), { remoteAddress: '::1', userAgent: 'x' })
    expect(refused?.refusal).toBe('draftIncomplete')
  })
})

describe('events', () => {
  it('are numbered without gaps, whatever comes at once', async () => {
    const id = await opened()
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => saveDraft(office, id, { address: `gara.di.nomi${i}`, town: `Città ${i}` })),
    )
    await setEnrolmentPassword(office, id, PASSWORD)
    await Promise.all(Array.from({ length: 6 }, (_, i) => saveDraft(office, id, { address: `altra.gara${i}` })))
    const events = await office.db.query<{ seq: number }>(
      'test-seqs',
      'select seq from enrolment_event where enrolment_id = $1 order by seq',
      [id],
    )
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
  })
})
