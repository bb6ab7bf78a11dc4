// Alerts over a real database: each thing told once in whatever order nodes run and crash; hours, levels, what stays unread.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/lib/instant.ts'
import { SEEN } from '../../../src/core/mail/flags.ts'
import { sweepFilling } from '../../../src/shell/alerts/filling.ts'
import { runAlerts } from '../../../src/shell/alerts/run.ts'
import { sweepAlerts } from '../../../src/shell/alerts/send.ts'
import { takeDelivered } from '../../../src/shell/alerts/take.ts'
import type { Database } from '../../../src/shell/db/pool.ts'
import { appendJournal } from '../../../src/shell/journal/store.ts'
import type { BodyOf, EndpointOf } from '../../../web/ui/contract.ts'
import { addAccount, startApi, type TestApi } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { type Bench, folderNamed, message, openBench, taken } from '../mailstore/support.ts'

let bench: Bench
let office: TestOffice
let api: TestApi
let turn = 0
let anna: { address: string; reference: string; token: string; box: number }

beforeAll(async () => {
  bench = await openBench()
  const base = await testOffice()
  const advance = (ms: number): void => {
    bench.clock.at += ms
  }
  office = { ...base, db: bench.db, clock: { now: bench.clock.now, advance } }
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
  await bench.close()
})
beforeEach(async () => {
  // Ten in the morning in Italy, whatever day it is.
  bench.clock.at = Math.ceil(bench.clock.at / DAY) * DAY + 9 * HOUR
  turn += 1
  const address = `anna${turn}@pec.prova.example`
  const reference = `anna${turn}@posta.example`
  const token = await addAccount(bench.db, { rights: 'own', address }, {}, bench.clock.at)
  const [row] = await bench.db.query<{ id: number }>(
    't-reference',
    `update account set reference_email = $2 from mailbox b where b.id = mailbox_id and b.address = $1 returning b.id`,
    [address, reference],
  )
  anna = { address, reference, token, box: row!.id }
})

let number = 0
/** A delivery as the journal tells of it; gives its msgid. */
const deliver = async (to = anna.address): Promise<string> => {
  const msgid = `m${++number}@pec.altro.example`
  await bench.db.tx((tx) =>
    appendJournal(tx, [
      {
        event: 'delivered',
        at: bench.clock.at,
        msgid,
        sender: 'tizio@pec.altro.example',
        recipients: [to],
        subject: 'Notifica di un atto',
        related: [],
        provider: 'Altro',
      },
    ]),
  )
  return msgid
}
type Letter = { readonly kind: string; readonly subject: string; readonly text: string }
const letters = (to = anna.reference) =>
  bench.db.query<Letter>(
    't-letters',
    `select kind, subject, body_text as text from notice where recipient = $1 and kind like 'alert.%' order by created_at, kind`,
    [to],
  )
const kinds = async () => (await letters()).map(({ kind }) => kind)
const jobs = async () =>
  (
    await bench.db.query<{ n: number }>(
      't-jobs',
      `select count(*) as n from outbox o join notice n on n.id = o.id where n.recipient = $1`,
      [anna.reference],
    )
  )[0]!.n

const PLAIN = {
  email: true,
  showSender: false,
  showSubject: false,
  timing: 'now',
  digestHour: 8,
  unread: true,
  filling: true,
} as const
const choose = async (changes: Partial<BodyOf<EndpointOf<'setAlerts'>>>) => {
  const answer = await api.call('setAlerts', { as: anna.token, body: { ...PLAIN, ...changes } })
  expect(answer.status).toBe(200)
  return answer.body
}

describe('a message', () => {
  it('is told of once, without sender and subject, however often the duty runs', async () => {
    await deliver(anna.address.toUpperCase())
    await runAlerts(office)
    await runAlerts(office)
    const [letter, ...more] = await letters()
    expect(more).toEqual([])
    expect(letter!.text).toContain(anna.address)
    expect(`${letter!.subject}${letter!.text}`).not.toMatch(/tizio|Notifica/)
    expect(await jobs()).toBe(1)
  })
  it('is told of once by nodes that run at once', async () => {
    for (let i = 0; i < 5; i++) {
      await deliver()
      await Promise.all([runAlerts(office), runAlerts(office), runAlerts(office)])
    }
    expect(await jobs()).toBe(5)
    expect(await letters()).toHaveLength(5)
  })
  it('is told of once where each transaction crashes before its commit, and the duty begins anew', async () => {
    await deliver()
    for (let crashes = 0; ; crashes++) {
      let before = crashes
      let crashed = false
      const tx: Database['tx'] = (work) =>
        bench.db.tx(async (inner) => {
          const value = await work(inner)
          if (before-- === 0) {
            crashed = true
            throw new Error('the lights went out')
          }
          return value
        })
      await runAlerts({ ...office, db: { ...bench.db, tx } }).catch(() => {})
      if (!crashed) break
    }
    expect(await letters()).toHaveLength(1)
    expect(await jobs()).toBe(1)
  })
  it('is told of by nobody to who has no reference e-mail or wants none', async () => {
    await bench.mailbox(`senza${turn}@pec.prova.example`)
    await deliver(`senza${turn}@pec.prova.example`)
    await choose({ email: false })
    await deliver()
    await runAlerts(office)
    expect(await letters()).toEqual([])
    const rows = await bench.db.query('t-rows', 'select from alert where settled_at is null')
    expect(rows).toEqual([])
  })
  it('is named as its holder wants, and what was kept for that goes', async () => {
    await choose({ showSender: true, showSubject: true })
    await deliver()
    await runAlerts(office)
    expect((await letters())[0]!.text).toContain('tizio@pec.altro.example  «Notifica di un atto»')
    const kept = await bench.db.query('t-kept', 'select from alert where mailbox_id = $1 and subject is not null', [
      anna.box,
    ])
    expect(kept).toEqual([])
  })
  it('waits for the end of quiet hours, then comes with the others in one letter', async () => {
    await choose({ quiet: { fromHour: 9, toHour: 12 } })
    for (let i = 0; i < 3; i++) await deliver()
    await runAlerts(office)
    expect(await letters()).toEqual([])
    office.clock.advance(2 * HOUR)
    await runAlerts(office)
    expect((await letters()).map(({ subject }) => subject)).toEqual(['3 nuovi messaggi nella tua casella PEC'])
  })
  it('waits for the letter of the day, and is not told where that is not wanted any more', async () => {
    await choose({ timing: 'digest', digestHour: 18 })
    await deliver()
    office.clock.advance(7 * HOUR)
    await deliver()
    await runAlerts(office)
    expect(await letters()).toEqual([])
    office.clock.advance(HOUR)
    await runAlerts(office)
    expect(await letters()).toHaveLength(1)
    await deliver()
    await runAlerts(office)
    await choose({ email: false })
    office.clock.advance(DAY)
    await runAlerts(office)
    expect(await letters()).toHaveLength(1)
  })
})

describe('what stays unread', () => {
  /** A certified message in the box, delivered now. */
  const arrive = async (): Promise<number> => {
    const inbox = await folderNamed(bench, anna.box, 'INBOX')
    const [uid] = taken(await bench.store.append(anna.box, inbox.id, [message(bench)])).uids
    await bench.db.query(
      't-kind',
      `update message set kind = 'transportEnvelope', msgid = $3 where folder_id = $1 and uid = $2`,
      [inbox.id, uid, await deliver()],
    )
    return uid!
  }
  it('is told of after three days and after seven, then never again', async () => {
    await arrive()
    await runAlerts(office)
    office.clock.advance(3 * DAY - MINUTE)
    await runAlerts(office)
    expect(await kinds()).toEqual(['alert.message'])
    office.clock.advance(MINUTE)
    await Promise.all([runAlerts(office), runAlerts(office)])
    expect(await kinds()).toEqual(['alert.message', 'alert.unread3'])
    office.clock.advance(4 * DAY)
    await Promise.all([runAlerts(office), runAlerts(office)])
    office.clock.advance(30 * DAY)
    await runAlerts(office)
    expect(await kinds()).toEqual(['alert.message', 'alert.unread3', 'alert.unread7'])
  })
  it('is not told of once it was read, or is not there any more', async () => {
    const inbox = await folderNamed(bench, anna.box, 'INBOX')
    const [read, gone] = [await arrive(), await arrive()]
    await runAlerts(office)
    await bench.store.store(inbox.id, [read], { how: 'add', system: SEEN, keywords: [] })
    await bench.store.expunge(inbox.id, [gone])
    office.clock.advance(8 * DAY)
    await runAlerts(office)
    expect(await kinds()).toEqual(['alert.message'])
    expect(await bench.db.query('t-watch', 'select from alert_watch where mailbox_id = $1', [anna.box])).toEqual([])
  })
})

describe('a box that fills up', () => {
  const fill = (percent: number) =>
    bench.db.query('t-fill', 'update mailbox set used_bytes = quota_bytes * $2 / 100 where id = $1', [
      anna.box,
      percent,
    ])
  it('is told of once at each level, and again after it was below', async () => {
    const told: string[][] = []
    for (const percent of [69, 70, 75, 86, 99, 60, 71]) {
      await fill(percent)
      office.clock.advance(MINUTE)
      await Promise.all([sweepFilling(office), sweepFilling(office)])
      await runAlerts(office)
      told.push((await letters()).map(({ subject }) => subject.replace(/\D/g, '')))
    }
    expect(told.map((all) => all.length)).toEqual([0, 1, 1, 2, 3, 3, 4])
    expect(told.at(-1)).toEqual(['70', '85', '95', '70'])
  })
  it('is found by what is delivered, too', async () => {
    await fill(90)
    await deliver()
    await takeDelivered(office)
    await runAlerts(office)
    expect(await kinds()).toEqual(['alert.filling', 'alert.message'])
  })
})

describe('what is wanted', () => {
  it('is the plain choice at first, and then what was chosen', async () => {
    const first = (await api.call('getAlerts', { as: anna.token })).body
    expect(first).toEqual({ ...PLAIN, referenceEmail: anna.reference })
    const chosen = { timing: 'digest', digestHour: 7, quiet: { fromHour: 22, toHour: 6 } } as const
    expect(await choose(chosen)).toEqual({ ...first, ...chosen })
    expect((await choose({ quiet: { fromHour: 5, toHour: 5 } })).quiet).toBeUndefined()
    const bad = await api.call('setAlerts', { as: anna.token, body: { ...PLAIN, digestHour: 24 } })
    expect(bad.status).toBe(400)
  })
  it('what was told is forgotten after a month', async () => {
    await deliver()
    await runAlerts(office)
    office.clock.advance(30 * DAY)
    await sweepAlerts(office)
    expect(await bench.db.query('t-left', 'select from alert where mailbox_id = $1', [anna.box])).toEqual([])
    await runAlerts(office)
    expect(await letters()).toHaveLength(1)
  })
})
