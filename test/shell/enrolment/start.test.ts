// Beginning an enrolment: who may, what people mistype, who has begun already, eight at once.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { isRefusal } from '../../../src/core/api/problems.ts'
import { DAY, MINUTE } from '../../../src/core/lib/instant.ts'
import { makeFiscalCode, omocodiaOf } from '../../../src/core/register/fiscalCode.ts'
import { sendConfirmation } from '../../../src/shell/enrolment/referenceEmail.ts'
import { requestResume, resumeEnrolment, sendRequestedLink } from '../../../src/shell/enrolment/resume.ts'
import { saveDraft } from '../../../src/shell/enrolment/saveDraft.ts'
import { startEnrolment } from '../../../src/shell/enrolment/start.ts'
import { findEnrolment } from '../../../src/shell/enrolment/store.ts'
import { findApplicant } from '../../../src/shell/identity/applicants.ts'
import { newToken } from '../../../src/shell/identity/tokens.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention } from './decide/support.ts'
import { addMember, begin, CODE, fill, lastMail, type Person, started, submitted } from './support.ts'

let office: TestOffice
let orderId: number
beforeAll(async () => {
  office = await testOffice()
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
})
afterAll(() => office.stop())

let n = 0
const person = (changes = {}): Promise<Person> => addMember(office.db, orderId, n++, changes)
const refusalOf = (answer: object): string => (isRefusal(answer) ? answer.refusal : 'none')
const stateOf = async (id: string) => (await findEnrolment(office.db, id))?.state
const token = () => newToken('case')

describe('what is typed', () => {
  it('is taken in any case, with blanks, without accents, with omocodia, and begins a case', async () => {
    const one = await person({ surname: 'D’Angelò', givenName: 'Niccolò Maria' })
    const answer = await startEnrolment(office, {
      conventionCode: ' omceo aq–0051 ',
      fiscalCode: omocodiaOf(one.fiscalCode)[77]!.toLowerCase().replace(/(...)/, '$1 '),
      surname: "DANGELO'",
      givenName: 'niccolo',
      sessionToken: token(),
    })
    expect(answer).toMatchObject({ kind: 'started' })
  })

  test.each([
    ['conventionUnknown', { conventionCode: 'OMCEO-AQ-0O51' }],
    ['fiscalCodeInvalid', { fiscalCode: 'RSSMRA70D03A345A' }],
    [
      'memberUnknown',
      {
        fiscalCode: makeFiscalCode({
          surname: 'Nessuno',
          givenName: 'Ulisse',
          birthDate: '1950-01-01',
          sex: 'M',
          birthPlace: 'H501',
        }),
      },
    ],
    ['nameMismatch', { surname: 'Bianchini' }],
  ] as const)('%s', async (refusal, change) => {
    const { fiscalCode, surname, givenName } = await person()
    const typed = { conventionCode: CODE, fiscalCode, surname, givenName, sessionToken: token(), ...change }
    const answer = await startEnrolment(office, typed)
    expect(refusalOf(answer)).toBe(refusal)
    if (refusal === 'nameMismatch' && isRefusal(answer))
      expect(answer.fields?.map(({ field }) => field)).toEqual(['surname'])
  })

  test.each([
    ['suspended', 'none'],
    ['cancelled', 'memberNotActive'],
    ['transferred', 'memberNotActive'],
    ['deceased', 'memberNotActive'],
  ])('a member who is %s: %s', async (status, refusal) => {
    expect(refusalOf(await begin(office, await person({ status })))).toBe(refusal)
  })

  it('of another Order finds nobody', async () => {
    const { orderId: other } = await makeConvention(office.db, 0, { code: 'OMCEO-TE' })
    const one = await addMember(office.db, other, 500)
    expect(refusalOf(await begin(office, one))).toBe('memberUnknown')
  })

  test.each([
    ['conventionNotYet', '2027-01-01', '2028-01-01'],
    ['conventionExpired', '2024-01-01', '2026-03-08'],
    ['none', '2026-03-09', '2026-03-09'],
  ])('%s, from %s to %s', async (refusal, from, to) => {
    const code = `OMCEO-X${n}`
    const { orderId: other, conventionId } = await makeConvention(office.db, 0, { code })
    await office.db.query('test-dates', 'update convention set starts_on = $2, ends_on = $3 where id = $1', [
      conventionId,
      from,
      to,
    ])
    const one = await addMember(office.db, other, n++)
    expect(refusalOf(await begin(office, one, { code: `${code}-0051` }))).toBe(refusal)
  })
})

describe('who has begun already', () => {
  it('goes on in the browser that holds the case', async () => {
    const one = await person()
    const id = await started(office, one)
    expect(await begin(office, one, { held: id })).toEqual({ kind: 'resumed', enrolmentId: id })
  })

  it('begins anew where nobody can be reached, and what was typed is gone', async () => {
    const one = await person()
    const id = await started(office, one)
    await saveDraft(office, id, { phone: '0862 111111', address: 'ricomincio.da.capo' })
    const second = await started(office, one)
    expect([await stateOf(id), await stateOf(second)]).toEqual(['lapsed', 'draft'])
    const [old, fresh] = [await findEnrolment(office.db, id), await findEnrolment(office.db, second)]
    expect([old?.draft, old?.address, fresh?.draft]).toEqual([{}, undefined, {}])
  })

  it('gets the link to the reference e-mail, which opens the case and confirms the e-mail', async () => {
    const one = await person()
    const id = await started(office, one)
    await sendConfirmation(office, id, 'altrove@posta.example')
    expect(refusalOf(await begin(office, one))).toBe('caseElsewhere')
    const { text, token: link } = await lastMail(office.db, 'altrove@posta.example')
    expect(text).toContain('https://prova.example/riprendi#')
    const session = token()
    expect(await resumeEnrolment(office, link, session)).toEqual({ enrolmentId: id })
    expect((await findEnrolment(office.db, id))?.referenceConfirmedAt).toBeDefined()
    expect((await findApplicant(office.db, session, office.clock.now()))?.enrolmentId).toBe(id)
    // on the telephone too, within its days
    expect(await resumeEnrolment(office, link, token())).toEqual({ enrolmentId: id })
    office.clock.advance(8 * DAY)
    expect(await resumeEnrolment(office, link, token())).toEqual({ refusal: 'linkInvalid' })
  })

  it('is not locked out by an e-mail that nobody reads', async () => {
    const one = await person()
    const id = await started(office, one)
    await sendConfirmation(office, id, 'sbagliata@posta.example')
    expect(refusalOf(await begin(office, one))).toBe('caseElsewhere')
    office.clock.advance(10 * MINUTE)
    expect(await begin(office, one)).toMatchObject({ kind: 'started' })
    expect(await stateOf(id)).toBe('lapsed')
    const { token: link } = await lastMail(office.db, 'sbagliata@posta.example')
    const answer = await resumeEnrolment(office, link, token())
    if (!isRefusal(answer)) expect((await findEnrolment(office.db, answer.enrolmentId))?.draft).toEqual({})
  })

  it('has sent it: another browser gets the link, however often, but few messages', async () => {
    const one = await person()
    const id = await submitted(office, one, 'gia.inviata')
    for (let i = 0; i < 9; i++) expect(refusalOf(await begin(office, one))).toBe('caseElsewhere')
    const [row] = await office.db.query<{ n: number }>(
      'test-links',
      `select count(*) as n from notice where recipient = 'gia.inviata@posta.example' and kind = 'resumeLink'`,
    )
    expect(row!.n).toBeLessThanOrEqual(3)
    expect(await stateOf(id)).toBe('awaitingReview')
  })

  it('eight at once: one living case', async () => {
    const one = await person()
    await Promise.all(Array.from({ length: 8 }, () => begin(office, one)))
    const rows = await office.db.query<{ state: string }>(
      'test-states',
      `select state from enrolment where member_id = $1 and state <> 'lapsed'`,
      [one.memberId],
    )
    expect(rows).toEqual([{ state: 'draft' }])
  })
})

describe('asking for the link', () => {
  const request = async (fiscalCode: string): Promise<void> => {
    await requestResume(office, { conventionCode: CODE, fiscalCode })
    const outbox = office.outbox({ duty: (job) => sendRequestedLink(office, job) })
    await outbox.runDue()
    await outbox.idle()
  }
  const letters = async (): Promise<number> => {
    const [row] = await office.db.query<{ n: number }>(
      'test-resume-count',
      `select count(*) as n from notice where kind = 'resumeLink'`,
    )
    return row!.n
  }

  it('sends it where there is a case, and the job is the same where there is none', async () => {
    const one = await person()
    const id = await started(office, one)
    await fill(office, id, { local: 'chiede.il.link' })
    const before = await letters()
    await request(one.fiscalCode)
    expect(await letters()).toBe(before + 1)
    await request((await person()).fiscalCode)
    await request('non è un codice')
    expect(await letters()).toBe(before + 1)
    expect(office.failures).toEqual([])
    const left = await office.db.query('test-jobs', `select 1 from outbox where payload ->> 'duty' = 'resumeLink'`)
    expect(left).toEqual([])
  })
})

describe('secrets', () => {
  it.each(['', 'clc_', `clc_${'A'.repeat(43)}`, `cll_${'A'.repeat(43)}`, `cll_${'A'.repeat(42)}'`, 'x'.repeat(10_000)])(
    '%s opens nothing',
    async (guess) => {
      expect(await resumeEnrolment(office, guess, token())).toEqual({ refusal: 'linkInvalid' })
      expect(await findApplicant(office.db, guess, office.clock.now())).toBeUndefined()
    },
  )

  it('are not in the database', async () => {
    const secret = token()
    const { fiscalCode, surname, givenName } = await person()
    await startEnrolment(office, { conventionCode: CODE, fiscalCode, surname, givenName, sessionToken: secret })
    const rows = await office.db.query(
      'test-secret',
      `select 1 from enrolment_key where position(convert_to($1, 'UTF8') in token_hash) > 0`,
      [secret.slice(4)],
    )
    expect(rows).toEqual([])
  })

  it('a link of one purpose does not serve for another', async () => {
    const id = await started(office, await person())
    await sendConfirmation(office, id, 'scopo@posta.example')
    const { token: link } = await lastMail(office.db, 'scopo@posta.example')
    expect(await resumeEnrolment(office, link, token())).toEqual({ refusal: 'linkInvalid' })
  })
})
