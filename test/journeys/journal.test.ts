// The journal after a mixed run (RFC 6109 §2.3): what it holds of each operation, that it holds together, and only grows.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/lib/instant.ts'
import { addressKey } from '../../src/core/mail/address.ts'
import type { JournalEvent } from '../../src/core/pec/model.ts'
import { EICAR } from '../../src/shell/adapters/eicar.ts'
import { exportJournal, type JournalRow, verifyJournal } from '../../src/shell/journal/store.ts'
import { handOver, message, send } from './support/mail.ts'
import { dataOf, identifierOf, journalOf, unreachable } from './support/observe.ts'
import { type OrdinaryServer, startOrdinary } from './support/ordinary.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let ordinary: OrdinaryServer
let startedAt: number
const MARIO = 'mario.rossi@pec.alfa.example'
const ANNA = 'anna.bianchi@pec.alfa.example'
const GIULIA = 'giulia.neri@pec.beta.example'
const ABSENT = 'assente@pec.beta.example'
const OUTSIDE = 'mario@posta.example'
/** PEC msgids of the run, by what was sent. */
const ids: Record<'mixed' | 'refused' | 'virus' | 'virusAtBeta' | 'late', string> = {
  mixed: '',
  refused: '',
  virus: '',
  virusAtBeta: '',
  late: '',
}

const submit = async (recipients: readonly string[], parts: Parameters<typeof message>[0] = {}): Promise<string> => {
  const reply = await send(alfa, 'mario.rossi', recipients, message({ to: recipients.join(', '), ...parts }))
  await pair.settle()
  return identifierOf(reply)
}

beforeAll(async () => {
  pair = await startPair({ algorithm: 'p256' })
  ;({ alfa, beta } = pair)
  startedAt = pair.clock.now()
  ordinary = await startOrdinary(pair, 'posta.example')
  ids.mixed = await submit([ANNA, GIULIA, ABSENT, OUTSIDE], { subject: '=?utf-8?Q?Perch=C3=A9=09no=3F?=' })
  ids.refused = await submit([GIULIA], { bcc: 'x@y.example' })
  ids.virus = await submit([GIULIA], { body: `${EICAR}\r\n` })
  alfa.scanner.blind = true
  ids.virusAtBeta = await submit([GIULIA], { body: `${EICAR}\r\n` })
  alfa.scanner.blind = false
  await handOver(
    beta,
    OUTSIDE,
    [GIULIA],
    message({ from: OUTSIDE, to: GIULIA, messageId: '<ordinaria@posta.example>' }),
  )
  await handOver(
    beta,
    OUTSIDE,
    [GIULIA],
    message({ from: OUTSIDE, to: GIULIA, body: EICAR, messageId: '<v@posta.example>' }),
  )
  await send(alfa, 'anna.bianchi', [GIULIA], message({ to: GIULIA }))
  await pair.settle()
  const comeBack = unreachable(pair, 'pec.beta.example')
  ids.late = await submit([GIULIA])
  for (const wait of [12 * HOUR, 11 * HOUR + 45 * MINUTE]) {
    pair.clock.advance(wait)
    await pair.settle()
  }
  comeBack()
  pair.clock.advance(10 * MINUTE)
  await pair.settle()
})
afterAll(async () => {
  await ordinary?.close()
  await pair?.stop()
})

const all = async (provider: TestProvider, address?: string): Promise<readonly JournalRow[]> =>
  Array.fromAsync(exportJournal(provider.world.db, { from: startedAt, to: pair.clock.now() + 1, address }))
const told = (rows: readonly JournalRow[]): readonly string[] =>
  rows.map((row) => `${row.event} ${row.recipients.join(' ')}`).toSorted()

describe('every operation is there', () => {
  it('a message to a colleague, to the other provider, to nobody and to ordinary mail', async () => {
    const mine = (await journalOf(alfa, ids.mixed)).map((row) => row.event)
    const count = (event: JournalEvent): number => mine.filter((one) => one === event).length
    expect(mine[0]).toBe('accepted')
    // handed to Beta and to ordinary mail; taken and delivered within; three receipts from Beta
    expect([count('accepted'), count('sent'), count('takenInCharge'), count('delivered')]).toEqual([1, 2, 1, 1])
    expect(count('receiptReceived')).toBe(3)
    const theirs = told(await journalOf(beta, ids.mixed))
    expect(theirs.filter((line) => !line.startsWith('sent'))).toEqual([
      `delivered ${GIULIA}`,
      `takenInCharge ${GIULIA} ${ABSENT}`,
      `undeliverable ${ABSENT}`,
    ])
    expect(theirs.filter((line) => line.startsWith('sent'))).toHaveLength(3)
  })

  const others: [keyof typeof ids, Side, readonly JournalEvent[]][] = [
    ['refused', 'alfa', ['refused']],
    ['virus', 'alfa', ['virusDetected', 'refused']],
    ['virusAtBeta', 'beta', ['virusDetected', 'sent']],
    ['virusAtBeta', 'alfa', ['accepted', 'sent', 'receiptReceived', 'virusNotified']],
    ['late', 'alfa', ['accepted', 'timeoutNotified', 'timeoutNotified', 'sent', 'receiptReceived', 'receiptReceived']],
  ]
  it.each(others)('%s at %s', async (which, side, events) => {
    const got = (await journalOf(pair[side], ids[which])).map((row) => row.event)
    expect(got.toSorted()).toEqual(events.toSorted())
  })

  it('ordinary mail, wrapped and refused', async () => {
    const rows = (await all(beta)).filter((row) => row.msgid.includes('posta.example'))
    expect(rows.map((row) => row.event)).toEqual(['anomaly', 'ordinaryRefused'])
    for (const row of rows) expect(row).toMatchObject({ sender: OUTSIDE, recipients: [GIULIA], subject: 'Prova' })
    expect(rows[1]!.detail).toContain('virus')
  })
})
type Side = 'alfa' | 'beta'

describe('what RFC 6109 §2.3 wants of each entry', () => {
  it('msgid, date and time, sender, recipients, subject, event, related ids, provider', async () => {
    for (const provider of [alfa, beta]) {
      const rows = await all(provider)
      expect(rows.length).toBeGreaterThan(10)
      for (const row of rows) {
        expect(row.msgid).not.toBe('')
        expect(row.at).toBeGreaterThanOrEqual(startedAt)
        expect(row.at).toBeLessThanOrEqual(pair.clock.now())
        expect(row.sender).toContain('@')
        expect(row.recipients.length).toBeGreaterThan(0)
        expect(row.provider).toMatch(/^Gestore (Alfa|Beta)$/)
        expect(row.hash).toMatch(/^[0-9a-f]{64}$/)
      }
    }
  })

  it('the subject decoded, without the control characters that would break a line of the export', async () => {
    const rows = (await all(alfa)).filter((row) => row.msgid === ids.mixed)
    expect(new Set(rows.map((row) => row.subject))).toEqual(new Set(['Perché no?']))
    expect(new Set(rows.map((row) => row.clientMsgid))).toEqual(new Set(['<prova-1@client.example>']))
  })

  it('the related ids are those of the messages in the mailboxes, and the instant is theirs', async () => {
    const [accepted] = (await journalOf(alfa, ids.mixed)).filter((row) => row.event === 'accepted')
    const stored = (await alfa.inbox(MARIO)).find((one) => one.msgid === ids.mixed && one.kind === 'acceptance')!
    const bytes = await alfa.bytes(stored)
    const messageId = /^Message-ID: <(.*)>\r$/m.exec(Buffer.from(bytes).toString('latin1'))![1]!
    expect(accepted!.related).toEqual([messageId, ids.mixed])
    // the certification data tell whole seconds
    expect(Math.trunc(accepted!.at / 1000) * 1000).toBe(dataOf(bytes).at)
    expect(stored.receivedAt).toBe(accepted!.at)
  })

  it('every receipt that was made is named by exactly one entry of its maker', async () => {
    const made = await all(beta)
    const named = made.filter((row) => row.event !== 'sent').flatMap((row) => row.related)
    expect(new Set(named).size).toBe(named.length)
    const receipts = (await alfa.inbox(MARIO)).filter((one) => /^delivery|^nonDelivery/.test(one.kind))
    expect(receipts.length).toBeGreaterThan(1)
    for (const one of receipts) {
      const text = Buffer.from(await alfa.bytes(one)).toString('latin1')
      const id = /^Message-ID: <(.*)>\r$/m.exec(text)![1]!
      const makers = [
        ...named,
        ...(await all(alfa)).filter((row) => row.event === 'delivered').flatMap((row) => row.related),
      ]
      expect(makers.filter((other) => other === id)).toHaveLength(1)
    }
  })
})

describe('export by address', () => {
  it.each([
    [MARIO, 'alfa'],
    [GIULIA, 'alfa'],
    [GIULIA, 'beta'],
    [ABSENT, 'beta'],
  ] as const)('%s at %s: all that concerns him, and nothing else', async (address, side) => {
    const concerns = (row: JournalRow): boolean =>
      [row.sender, ...row.recipients].some((one) => addressKey(one) === addressKey(address))
    const whole = await all(pair[side])
    const his = await all(pair[side], address.toUpperCase())
    expect(his).toEqual(whole.filter(concerns))
    expect(his.length).toBeGreaterThan(0)
    expect(his.length).toBeLessThan(whole.length)
  })
  it('of nobody: nothing', async () => {
    expect(await all(alfa, 'nessuno@altrove.example')).toEqual([])
  })
})

describe('the chain', () => {
  it.each(['alfa', 'beta'] as const)('of %s is whole', async (side) => {
    const { db } = pair[side].world
    const verdict = await verifyJournal(db, 0, 4e12)
    expect(verdict).toMatchObject({ kind: 'whole', entries: (await all(pair[side])).length })
  })

  it.each([
    ["update journal set subject = 'altro'"],
    ["update journal set sender = 'altro@x.example' where seq = 1"],
    ['delete from journal'],
    ['delete from journal where seq = (select max(seq) from journal)'],
    ['truncate journal'],
    ['delete from journal_head'],
  ])('%s: refused', async (sql) => {
    const before = await all(alfa)
    const attempt = alfa.world.db.query(`test-${sql}`.slice(0, 60), sql)
    await expect(attempt).rejects.toThrow(/only grows|refused/)
    expect(await all(alfa)).toEqual(before)
    expect((await verifyJournal(alfa.world.db, 0, 4e12)).kind).toBe('whole')
  })
})
