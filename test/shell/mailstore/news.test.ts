// Changes travel between processes, and none is missed where a connection is lost.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SEEN } from '../../../src/core/mail/flags.ts'
import type { Folder } from '../../../src/shell/mailstore/mailstore.ts'
import { payloads, readPayload } from '../../../src/shell/mailstore/news.ts'
import { type Bench, fill, folderNamed, type Node, openBench, taken } from './support.ts'

describe('payloads', () => {
  test('are read as they were written, and not by whoever wrote them', () => {
    expect(payloads('me', ['1:2', '1:0'])).toEqual(['me 1:2 1:0'])
    expect(readPayload('me 1:2 1:0', 'you')).toEqual([
      { mailboxId: 1, folderId: 2 },
      { mailboxId: 1, folderId: 0 },
    ])
    expect(readPayload('me 1:2', 'me')).toBeUndefined()
    expect(payloads('me', [])).toEqual([])
  })
  test('stay below what PostgreSQL takes', () => {
    const changes = Array.from({ length: 2_000 }, (_, i) => `${i}:${i}`)
    const all = payloads('me', changes)
    for (const payload of all) expect(payload.length).toBeLessThan(8_000)
    expect(all.flatMap((payload) => readPayload(payload, '')!)).toHaveLength(2_000)
  })
  test('that are none are passed over', () =>
    expect(readPayload('x y 1:z 3:4 :', 'me')).toEqual([{ mailboxId: 3, folderId: 4 }]))
})

describe('two processes', () => {
  let it: Bench
  let other: Node
  let box: number
  let inbox: Folder
  let n = 0
  beforeAll(async () => {
    it = await openBench()
    other = await it.another()
  })
  afterAll(() => it.close())
  beforeEach(async () => {
    box = await it.mailbox(`box${++n}@pec.example`)
    inbox = await folderNamed(it, box, 'INBOX')
  })
  /** Resolves when the condition holds; looked at after each change of the folder. */
  const sees = async (node: Node, holds: (count: number, system: (index: number) => number) => boolean) => {
    let look = (): void => {}
    const open = (await node.store.open(inbox.id, () => look()))!
    await new Promise<void>((resolve) => {
      look = () => holds(open.state().count, open.state().system) && resolve()
      look()
    })
    return open
  }

  test('a session hears of messages, flags and removals at the other', async () => {
    const seen = sees(other, (count) => count === 3)
    await fill(it, box, inbox.id, 3)
    const open = await seen
    const flagged = sees(other, (_, system) => system(1) === SEEN)
    taken(await it.store.store(inbox.id, [2], { how: 'add', system: SEEN, keywords: [] }))
    ;(await flagged).close()
    const gone = sees(other, (count) => count === 2)
    await it.store.expunge(inbox.id, [1])
    ;(await gone).close()
    expect(open.state().indexOf(2)).toBe(0)
    open.close()
  })
  test('the process that changes tells its own sessions before its promise resolves', async () => {
    const told: number[] = []
    const open = (await it.store.open(inbox.id, () => told.push(open.state().count)))!
    await fill(it, box, inbox.id, 1)
    expect(told).toEqual([1])
    open.close()
    await fill(it, box, inbox.id, 1)
    expect(told).toEqual([1])
  })
  test('watchers hear of every folder of their mailbox, here and there, until they leave', async () => {
    const here: number[] = []
    const leaveHere = it.store.watch(box, (folderId) => here.push(folderId))
    const sent = await folderNamed(it, box, 'Sent')
    const there = new Promise<number>((resolve) => {
      const leave = other.store.watch(box, (folderId) => {
        leave()
        resolve(folderId)
      })
    })
    await fill(it, box, sent.id, 1)
    expect(here).toEqual([sent.id])
    expect(await there).toBe(sent.id)
    leaveHere()
    await fill(it, box, inbox.id, 1)
    expect(here).toEqual([sent.id])
  })
  test('after a lost connection what is open is looked at again', async () => {
    const open = await sees(other, (count) => count === 0)
    const seen = sees(other, (count) => count === 1)
    // The connections that listen end, and what comes meanwhile is told to nobody.
    await it.db.query(
      'test-kill',
      `select pg_terminate_backend(pid)::text from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`,
    )
    await fill(it, box, inbox.id, 1)
    ;(await seen).close()
    open.close()
  })
})
