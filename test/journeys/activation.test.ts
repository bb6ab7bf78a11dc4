// From the approval to the first message in the box, through the real engine.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromLatin1, toLatin1, toUtf8 } from '../../src/core/lib/bytes.ts'
import { decodeQuotedPrintable } from '../../src/core/mail/encoding.ts'
import { putProvision } from '../../src/shell/enrolment/decide/provision.ts'
import type { Office } from '../../src/shell/office.ts'
import { makeCase, makeConvention, type TestConvention } from '../shell/enrolment/decide/support.ts'
import { type Pair, startPair } from './support/pair.ts'

let pair: Pair
let convention: TestConvention
const office = (): Office => pair.alfa.office!

beforeAll(async () => {
  pair = await startPair({ office: true })
  convention = await makeConvention(office().db, pair.clock.now(), { domain: 'pec.alfa.example' })
})
afterAll(() => pair?.stop())

test('the box gets one certified message from the desk, in plain words, after it was made', async () => {
  const one = await makeCase(office().db, convention, pair.clock.now(), {
    state: 'approved',
    local: 'mario.rossi.medico',
  })
  await office().db.tx(async (tx) => putProvision(tx, one.id, pair.clock.now()))
  await pair.settle()
  const inbox = await pair.alfa.inbox(one.address)
  expect(inbox.map((message) => message.kind)).toEqual(['transportEnvelope'])
  const text = toUtf8(fromLatin1(decodeQuotedPrintable(toLatin1(await pair.alfa.bytes(inbox[0]!)))))
  expect(text).toContain('CHE COSA VALE PER LEGGE')
  expect(text).toContain('art. 48')
  expect(text).toContain(one.caseNumber)
  const desk = await pair.alfa.inbox('assistenza@pec.alfa.example')
  expect(desk.map((message) => message.kind)).toEqual(['acceptance', 'deliveryComplete'])
})
