// The reference e-mail: codes and links that confirm it, and those who guess.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { HOUR, MINUTE } from '../../../src/core/lib/instant.ts'
import { confirmCode, confirmLink, sendConfirmation } from '../../../src/shell/enrolment/referenceEmail.ts'
import { resumeEnrolment } from '../../../src/shell/enrolment/resume.ts'
import { findEnrolment } from '../../../src/shell/enrolment/store.ts'
import { newToken } from '../../../src/shell/identity/tokens.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention } from './decide/support.ts'
import { addMember, begin, lastMail, type Person, started, submitted } from './support.ts'

let office: TestOffice
let orderId: number
beforeAll(async () => {
  office = await testOffice()
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
})
afterAll(() => office.stop())

let n = 0
const person = (): Promise<Person> => addMember(office.db, orderId, n++)
const opened = async (): Promise<string> => started(office, await person())
const email = (): string => `persona${n}@posta.example`
const confirmed = async (id: string) => (await findEnrolment(office.db, id))?.referenceConfirmedAt !== undefined
const wrong = (code: string): string => String((Number(code.replace(' ', '')) + 1) % 1_000_000).padStart(6, '0')

test.each([
  ['emailInvalid', 'mario'],
  ['emailInvalid', 'mario@posta'],
  ['emailInvalid', 'mario@[127.0.0.1]'],
  ['emailInvalid', 'mario rossi@posta.example'],
  ['emailInvalid', 'mario@posta.example\r\nBcc: tutti@posta.example'],
  ['emailInvalid', 'mаrio@posta.example'],
  ['emailInvalid', `${'a'.repeat(300)}@posta.example`],
  ['emailCertified', 'mario@PEC.prova.example'],
])('%s: %j', async (refusal, typed) => {
  expect(await sendConfirmation(office, await opened(), typed)).toEqual({ refusal })
})

describe('the code', () => {
  it('confirms, as it stands in the message or without its blank', async () => {
    const [id, to] = [await opened(), email()]
    await sendConfirmation(office, id, ` ${to} `)
    const { code, text } = await lastMail(office.db, to)
    expect(code).toMatch(/^\d{3} \d{3}$/)
    expect(text).toContain('https://prova.example/conferma#')
    expect(await confirmed(id)).toBe(false)
    expect(await confirmCode(office, id, wrong(code))).toEqual({ refusal: 'codeWrong' })
    expect(await confirmCode(office, id, ` ${code} `)).toBeUndefined()
    expect(await confirmed(id)).toBe(true)
    // a second click
    expect(await confirmCode(office, id, code)).toBeUndefined()
  })

  it('that was received first stays good when another is sent', async () => {
    const [id, to] = [await opened(), email()]
    await sendConfirmation(office, id, to)
    const first = await lastMail(office.db, to)
    office.clock.advance(HOUR)
    await sendConfirmation(office, id, to)
    expect(await confirmCode(office, id, first.code)).toBeUndefined()
  })

  it('is tried ten times, not more, and a new one is another', async () => {
    const [id, to] = [await opened(), email()]
    await sendConfirmation(office, id, to)
    const { code } = await lastMail(office.db, to)
    const answers = await Promise.all(Array.from({ length: 14 }, () => confirmCode(office, id, wrong(code))))
    expect(answers.filter((answer) => answer?.refusal === 'codeWrong')).toHaveLength(10)
    expect(answers.filter((answer) => answer?.refusal === 'codeExpired')).toHaveLength(4)
    expect(await confirmCode(office, id, code)).toEqual({ refusal: 'codeExpired' })
    office.clock.advance(MINUTE)
    await sendConfirmation(office, id, to)
    expect(await confirmCode(office, id, (await lastMail(office.db, to)).code)).toBeUndefined()
  })

  it('lives a day', async () => {
    const [id, to] = [await opened(), email()]
    await sendConfirmation(office, id, to)
    office.clock.advance(25 * HOUR)
    const { code, token } = await lastMail(office.db, to)
    expect(await confirmCode(office, id, code)).toEqual({ refusal: 'codeExpired' })
    expect(await confirmLink(office, token)).toEqual({ refusal: 'linkInvalid' })
  })

  it('of an address is of no use once another was given', async () => {
    const [id, to] = [await opened(), email()]
    await sendConfirmation(office, id, to)
    const first = await lastMail(office.db, to)
    await sendConfirmation(office, id, `altra.${to}`)
    expect((await confirmCode(office, id, first.code))?.refusal).toMatch(/^code(Wrong|Expired)$/)
    expect(await confirmLink(office, first.token)).toEqual({ refusal: 'linkInvalid' })
    expect(await confirmed(id)).toBe(false)
  })
})

describe('the link', () => {
  it('confirms on any device, twice too, and opens nothing', async () => {
    const [id, to] = [await opened(), email()]
    await sendConfirmation(office, id, to)
    const { token } = await lastMail(office.db, to)
    const enrolment = await findEnrolment(office.db, id)
    expect(await confirmLink(office, token)).toEqual({ caseNumber: enrolment!.caseNumber, email: to })
    expect(await confirmLink(office, token)).toMatchObject({ email: to })
    expect(await confirmed(id)).toBe(true)
    expect(await resumeEnrolment(office, token, newToken('case'))).toEqual({ refusal: 'linkInvalid' })
  })

  it('to go on, which went to a mistyped address, opens nothing once the address was mended', async () => {
    const one = await person()
    const [id, to] = [await started(office, one), email()]
    await sendConfirmation(office, id, to)
    await begin(office, one)
    const { token } = await lastMail(office.db, to)
    await sendConfirmation(office, id, `giusta.${to}`)
    expect(await resumeEnrolment(office, token, newToken('case'))).toEqual({ refusal: 'linkInvalid' })
  })
})

describe('how many', () => {
  it('three messages in ten minutes, then some patience', async () => {
    const [id, to] = [await opened(), email()]
    for (let i = 0; i < 3; i++) expect(await sendConfirmation(office, id, to)).toBeUndefined()
    expect(await sendConfirmation(office, id, to)).toEqual({ refusal: 'tooManyMessages' })
    office.clock.advance(10 * MINUTE)
    expect(await sendConfirmation(office, id, to)).toBeUndefined()
  })

  it('to one address, whoever asks', async () => {
    const to = 'bersaglio@posta.example'
    const answers = []
    for (let i = 0; i < 8; i++) answers.push(await sendConfirmation(office, await opened(), to))
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(6)
  })
})

it('cannot be changed while the case is looked at', async () => {
  const id = await submitted(office, await person(), 'email.ferma')
  expect(await sendConfirmation(office, id, email())).toEqual({ refusal: 'notInThisState' })
})
