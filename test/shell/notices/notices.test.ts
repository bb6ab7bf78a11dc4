// Ordinary e-mail: written with what it tells of, sent once it is committed, never lost and never under two names.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { HOUR } from '../../../src/core/lib/instant.ts'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { listNotices, sendNotice, writeNotice } from '../../../src/shell/notices/notices.ts'
import type { Outbox } from '../../../src/shell/outbox/outbox.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'

let office: TestOffice
let outbox: Outbox
let n = 0
let to: string

beforeAll(async () => {
  office = await testOffice()
  outbox = office.outbox({ notice: (job) => sendNotice(office, job) })
})
afterAll(() => office?.stop())
beforeEach(() => {
  to = `persona${++n}@posta.example`
  office.failures.length = 0
})

const write = (more: Partial<Parameters<typeof writeNotice>[2]> = {}): Promise<string | undefined> =>
  office.db.tx((tx) =>
    writeNotice(tx, office, { kind: 'test', to, subject: 'Codice di conferma', text: 'Il codice è 123 456.', ...more }),
  )
const mine = () => listNotices(office.db, { to, limit: 10 })

it('is handed to the relay once it is committed', async () => {
  const id = await write()
  expect((await mine())[0]?.state).toBe('waiting')
  await outbox.runDue()
  expect(office.relay.sent.at(-1)).toMatchObject({
    messageId: `${id}@pec.prova.example`,
    from: office.noticeFrom,
    to,
    subject: 'Codice di conferma',
    text: 'Il codice è 123 456.',
  })
  expect((await mine())[0]?.state).toBe('sent')
  await outbox.runDue()
  expect(office.relay.sent.filter((mail) => mail.to === to)).toHaveLength(1)
})

it('is not there where what it tells of was rolled back', async () => {
  const failing = office.db.tx(async (tx) => {
    await writeNotice(tx, office, { kind: 'test', to, subject: 's', text: 't' })
    throw new Error('the rest failed')
  })
  await expect(failing).rejects.toThrow('the rest failed')
  await outbox.runDue()
  expect(await mine()).toEqual([])
})

it('with a key is told once', async () => {
  expect(await write({ onceKey: `once ${n}` })).toBeDefined()
  expect(await write({ onceKey: `once ${n}` })).toBeUndefined()
  await outbox.runDue()
  expect(office.relay.sent.filter((mail) => mail.to === to)).toHaveLength(1)
})

it.each([
  ['a fault of the relay', () => new Fault('relay', 'no answer')],
  ['a temporary refusal', () => ({ kind: 'temporary', code: '4.7.0', reply: '451 4.7.0 later' }) as const],
])('%s: it is tried again under the same Message-ID', async (_, outcome) => {
  const id = await write()
  office.relay.outcomes.push(outcome())
  await outbox.runDue()
  expect(office.failures).toHaveLength(1)
  expect((await mine())[0]?.state).toBe('waiting')
  office.clock.advance(HOUR)
  await outbox.runDue()
  expect(office.relay.sent.at(-1)?.messageId).toBe(`${id}@pec.prova.example`)
  expect((await mine())[0]?.state).toBe('sent')
})

it('refused for good, is settled as failed', async () => {
  await write()
  office.relay.outcomes.push({ kind: 'permanent', code: '5.1.1', reply: '550 5.1.1 no such user' })
  await outbox.runDue()
  expect((await mine())[0]?.state).toBe('failed')
})

it('takes no address that is none, and no line ends in its subject', async () => {
  await expect(write({ to: 'a@b.example\r\nBcc: c@d.example' })).rejects.toThrow(RangeError)
  await write({ subject: 'uno\r\nBcc: c@d.example' })
  expect((await mine())[0]?.subject).toBe('uno Bcc: c@d.example')
})

it('is listed newest first, page by page', async () => {
  for (const text of ['1', '2', '3']) {
    await write({ text })
    office.clock.advance(1)
  }
  const first = await listNotices(office.db, { to, limit: 2 })
  expect(first.map((notice) => notice.text)).toEqual(['3', '2'])
  const rest = await listNotices(office.db, { to, after: first[1]!.id, limit: 2 })
  expect(rest.map((notice) => notice.text)).toEqual(['1'])
})
