// A member of the sandbox's Order enrols over the API; the operator asks again and then approves; the box lives: it takes
// certified mail from another provider, and answers.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SANDBOX_PASSWORD } from '../../src/shell/sandbox/contract.ts'
import { SANDBOX_CONVENTIONS, seedOffice } from '../../src/shell/sandbox/office.ts'
import { READY_TO_ENROL, STRUCK_OFF } from '../../src/shell/sandbox/roll.ts'
import { photo } from '../shell/documents/papers.ts'
import { type Answer, type Sent, startApi, type TestApi } from '../support/api.ts'
import { message, send } from './support/mail.ts'
import { kindsOf, textOf } from './support/observe.ts'
import { type Pair, startPair } from './support/pair.ts'

const [MEMBER] = READY_TO_ENROL
const EMAIL = 'elena.desantis@posta.example'
const ADDRESS = 'elena.desantis@pec.alfa.example'

let pair: Pair
let api: TestApi

beforeAll(async () => {
  pair = await startPair({ office: true })
  await seedOffice(pair.alfa.office!)
  await pair.settle()
  api = await startApi(pair.alfa.office!)
})
afterAll(async () => {
  await api?.close()
  await pair?.stop()
})

type Id = Parameters<TestApi['call']>[0]
const cookie = (answer: Answer): string => /^([^=]+=[^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? ''

/** Calls with the cookie of somebody; what is refused fails the test with the problem. */
const calling =
  (jar: string) =>
  async (id: Id, sent: Sent = {}) => {
    const answer = await api.call(id, { ...sent, headers: { cookie: jar } })
    if (answer.status >= 300) throw new Error(`${id}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

/** The newest ordinary e-mail of a kind. */
const mailTo = async (kind: string): Promise<string> => {
  const { items } = await calling('')('listNotices', { query: { to: EMAIL } })
  return items.find((one: { kind: string }) => one.kind === kind).text
}

const opening = (conventionCode: string, { fiscalCode, surname, givenName } = MEMBER!) =>
  api.call('startEnrolment', { body: { conventionCode, fiscalCode, surname, givenName } })

it.each([
  ['a convention that is over', SANDBOX_CONVENTIONS.expired, MEMBER!, 'conventionExpired'],
  ['a convention that is full', SANDBOX_CONVENTIONS.full, MEMBER!, 'conventionFull'],
  ['a code of none', 'OMCEO-XX-9999', MEMBER!, 'conventionUnknown'],
  ['who was struck off', SANDBOX_CONVENTIONS.open, STRUCK_OFF, 'memberNotActive'],
] as const)('%s is told at the first step', async (_, code, member, problem) => {
  expect((await opening(code, member)).body).toMatchObject({ code: problem })
})

it('from the code to a box that takes and sends certified mail', async () => {
  const { alfa, beta } = pair
  const opened = await opening(` ${SANDBOX_CONVENTIONS.open.toLowerCase().replaceAll('-', ' ')}`)
  expect(opened.status).toBe(200)
  const member = calling(cookie(opened))
  await member('saveDraft', {
    body: {
      ...{ address: 'elena.desantis', phone: '347 1234567', birthPlace: 'L’Aquila', birthDate: '14/03/1971' },
      ...{ street: 'Via Roma 1', postcode: '67100', town: 'L’Aquila', province: 'AQ', documentType: 'identityCard' },
      ...{ documentNumber: 'CA12345AA', documentIssuer: 'Comune di L’Aquila', documentExpiry: '31/12/2033' },
    },
  })
  await member('setEnrolmentPassword', { body: { password: SANDBOX_PASSWORD } })
  await member('sendConfirmation', { body: { email: EMAIL } })
  await pair.settle()
  const code = /\b(\d{3} \d{3})\b/.exec(await mailTo('referenceCode'))![1]!
  await member('confirmCode', { body: { code } })
  for (const kind of ['front', 'back']) {
    const { documents } = await member('putDocument', { params: { kind }, body: await photo(kind) })
    expect(documents.at(-1)).toMatchObject({ kind, pages: 1, origin: 'portal' })
  }
  await member('acceptModule', { body: { terms: true, privacy: true, truthful: true } })
  const sent = await member('submitEnrolment')
  expect(sent).toMatchObject({ state: 'awaitingReview', missing: [] })

  const operator = calling(
    cookie(await api.call('signIn', { body: { email: 'operatore@alfa.example', password: SANDBOX_PASSWORD } })),
  )
  const [row] = (await operator('listCases')).items
  expect(row).toMatchObject({ caseNumber: sent.caseNumber, surname: 'De Santis', late: false })
  const params = { case: row.caseNumber }
  const asked = await operator('askAgain', { params, body: { version: row.version, reason: 'La foto è sfocata.' } })
  expect(asked.case.state).toBe('awaitingDocument')
  await pair.settle()

  // On another device, by the link in the e-mail.
  const token = /\/riprendi#(\S+)/.exec(await mailTo('caseAskedAgain'))![1]!
  const elsewhere = calling(cookie(await api.call('resumeEnrolment', { body: { token } })))
  expect((await elsewhere('getEnrolment')).review.reason).toBe('La foto è sfocata.')
  await elsewhere('submitEnrolment')

  const seen = await operator('getCase', { params })
  expect(seen.checks.filter((one: { outcome: string }) => one.outcome !== 'right')).toEqual([])
  await operator('approveCase', { params, body: { version: seen.case.version } })
  await pair.settle()
  expect(await elsewhere('getEnrolment')).toMatchObject({ state: 'active', box: { address: ADDRESS } })
  expect(await mailTo('boxActivated')).toContain(ADDRESS)
  expect(await kindsOf(alfa, ADDRESS)).toEqual(['transportEnvelope'])

  const question = message({ to: ADDRESS, subject: 'Una domanda', messageId: '<domanda@client.example>' })
  expect((await send(beta, 'giulia.neri', [ADDRESS], question)).code).toBe(250)
  await pair.settle()
  const inbox = await alfa.inbox(ADDRESS)
  expect(inbox.map((one) => one.kind)).toEqual(['transportEnvelope', 'transportEnvelope'])
  expect(await textOf(alfa, inbox[1]!)).toContain('Una domanda')
  const answer = message({ to: 'giulia.neri@pec.beta.example', messageId: '<risposta@client.example>' })
  expect((await send(alfa, 'elena.desantis', ['giulia.neri@pec.beta.example'], answer)).code).toBe(250)
  await pair.settle()
  expect((await kindsOf(alfa, ADDRESS)).slice(2)).toEqual(['acceptance', 'deliveryComplete'])

  const second = await opening(SANDBOX_CONVENTIONS.open)
  expect(second.body).toMatchObject({ code: 'alreadyEnrolled' })
})
