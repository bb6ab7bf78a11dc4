// The verbs over messages on a real database: append, flags, copy, move, expunge, restore, seen by two processes.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { DELETED, FLAGGED, type FlagChange, SEEN } from '../../../src/core/mail/flags.ts'
import { timestamp } from '../../../src/shell/db/pool.ts'
import type { Folder } from '../../../src/shell/mailstore/mailstore.ts'
import { noteUnread } from '../../../src/shell/register/unread.ts'
import { makeCase, makeConvention } from '../enrolment/decide/support.ts'
import { AT, type Bench, fill, folderNamed, look, message, type Node, openBench, taken, uidsOf } from './support.ts'

let it: Bench
let other: Node
let box: number
let inbox: Folder
let sent: Folder
let n = 0

beforeAll(async () => {
  it = await openBench()
  other = await it.another()
})
afterAll(() => it.close())
beforeEach(async () => {
  it.clock.at = AT
  box = await it.mailbox(`box${++n}@pec.example`)
  inbox = await folderNamed(it, box, 'INBOX')
  sent = await folderNamed(it, box, 'Sent')
})

const add = (system: number, ...keywords: string[]): FlagChange => ({ how: 'add', system, keywords })
const status = async (name: string) => {
  const { messages, unseen, deleted, sizeBytes, deletedBytes } = await folderNamed(it, box, name)
  return { messages, unseen, deleted, sizeBytes, deletedBytes }
}

describe('append', () => {
  test('numbers messages, keeps flags, dates and sizes, and counts them', async () => {
    const first = message(it, 'Subject: a\r\n\r\n', { system: SEEN, keywords: ['$Work', 'x'] })
    const second = { ...message(it, 'Subject: bb\r\n\r\n'), receivedAt: Date.UTC(1969, 0, 1) }
    const placed = taken(await it.store.append(box, inbox.id, [first, second]))
    expect(placed).toMatchObject({ uidValidity: 1, uids: [1, 2] })
    const open = (await other.store.open(inbox.id, () => {}))!
    const state = open.state()
    expect([state.count, state.uidNext, state.highestModseq]).toEqual([2, 3, placed.modseq])
    expect([0, 1].map(state.content)).toEqual([first.content.id, second.content.id])
    expect([0, 1].map(state.receivedAt)).toEqual([AT, Date.UTC(1969, 0, 1)])
    expect([0, 1].map(state.savedAt)).toEqual([AT, AT])
    expect([0, 1].map(state.sizeBytes)).toEqual([14, 15])
    expect([0, 1].map(state.system)).toEqual([SEEN, 0])
    expect([0, 1].map(state.keywords)).toEqual([['$Work', 'x'], []])
    expect(state.allKeywords()).toEqual(['$Work', 'x'])
    open.close()
    expect(await status('INBOX')).toEqual({ messages: 2, unseen: 1, deleted: 0, sizeBytes: 29, deletedBytes: 0 })
    expect(await it.store.quota(box)).toMatchObject({ usedBytes: 29, messages: 2 })
  })
  test('to a folder that is not there, or of another mailbox, is refused', async () => {
    const strange = await it.mailbox(`strange${n}@pec.example`)
    expect(await it.store.append(box, 999_999, [message(it)])).toEqual({ refusal: 'nonexistent' })
    expect(await it.store.append(strange, inbox.id, [message(it)])).toEqual({ refusal: 'nonexistent' })
    expect(await uidsOf(it, inbox.id)).toEqual([])
  })
  test('over the quota is refused', async () => {
    const small = await it.mailbox(`small${n}@pec.example`, 20)
    const folder = await folderNamed(it, small, 'INBOX')
    expect(await it.store.append(small, folder.id, [message(it)])).toMatchObject({ uids: [1] })
    expect(await it.store.append(small, folder.id, [message(it)])).toEqual({ refusal: 'overQuota' })
  })
  test('of many at once up to the quota as many are taken as it holds', async () => {
    const small = await it.mailbox(`tight${n}@pec.example`, 70)
    const folder = await folderNamed(it, small, 'INBOX')
    const placed = await Promise.all([1, 2, 3, 4, 5].map(() => it.store.append(small, folder.id, [message(it)])))
    expect(placed.filter((one) => 'uids' in one).map((one) => 'uids' in one && one.uids)).toEqual([[1], [2], [3]])
    expect(placed.filter((one) => 'refusal' in one)).toEqual([{ refusal: 'overQuota' }, { refusal: 'overQuota' }])
    expect(await it.store.quota(small)).toMatchObject({ usedBytes: 60, messages: 3 })
  })
  test('by name follows the name, whatever another process does with it', async () => {
    const name = `Nome ${n}`
    expect(await it.store.appendTo(box, name, [message(it)])).toEqual({ refusal: 'nonexistent' })
    const made = taken(await it.store.createFolder(box, name))
    taken(await it.store.appendTo(box, name, [message(it)]))
    await other.store.renameFolder(box, name, `${name} vecchio`)
    expect(await it.store.appendTo(box, name, [message(it)])).toEqual({ refusal: 'nonexistent' })
    const again = taken(await other.store.createFolder(box, name))
    taken(await it.store.appendTo(box, name, [message(it), message(it)]))
    await other.store.deleteFolder(box, name)
    expect(await it.store.appendTo(box, name, [message(it)])).toEqual({ refusal: 'nonexistent' })
    expect(await uidsOf(it, made.id)).toEqual([1])
    expect(again.id).not.toBe(made.id)
  })
  test('messages of one thread have one thread id', async () => {
    const texts = [
      'Message-ID: <a@x>',
      'References: <a@x> <b@x>',
      'In-Reply-To: <a@x>',
      'Message-ID: <c@x>',
      'X: y',
      'X: y',
    ]
    taken(
      await it.store.append(
        box,
        inbox.id,
        texts.map((text) => message(it, `${text}\r\n\r\n`)),
      ),
    )
    const open = (await it.store.open(inbox.id, () => {}))!
    const threads = texts.map((_, index) => open.state().thread(index))
    open.close()
    expect(new Set(threads.slice(0, 3)).size).toBe(1)
    expect(new Set(threads).size).toBe(4)
    for (const thread of threads) expect(thread).toMatch(/^T[0-9a-f]{16}$/)
  })
  test('with keywords that are none is refused', async () => {
    for (const keywords of [['a b'], [''], ['caff\u00e8'], ['x'.repeat(201)], Array(101).fill('k')])
      expect(await it.store.append(box, inbox.id, [message(it, '', { system: 0, keywords })])).toEqual({
        refusal: 'limit',
      })
  })
  test('on eight connections at once: every uid once', async () => {
    const placed = await Promise.all(Array.from({ length: 40 }, (_, i) => fill(i % 2 ? it : other, box, inbox.id, 2)))
    const uids = placed.flatMap((one) => one.uids).sort((a, b) => a - b)
    expect(uids).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
    for (const one of placed) expect(one.uids[1]! - one.uids[0]!).toBe(1)
    expect(await uidsOf(it, inbox.id)).toEqual(uids)
    expect(await uidsOf(other, inbox.id)).toEqual(uids)
  })
})

describe('flags', () => {
  test('are added, removed and set; only what changes gets a new modseq', async () => {
    const { modseq: before } = await fill(it, box, inbox.id, 300)
    const all = Array.from({ length: 300 }, (_, i) => i + 1)
    const flagged = taken(await it.store.store(inbox.id, [5, 200, 999], add(FLAGGED, '$Work')))
    expect(flagged).toEqual({ changed: [5, 200], failed: [], modseq: flagged.modseq })
    expect(flagged.modseq).toBeGreaterThan(before)
    const again = taken(await it.store.store(inbox.id, all, add(FLAGGED)))
    expect(again.changed).toEqual(all.filter((uid) => uid !== 5 && uid !== 200))
    await it.store.store(inbox.id, [200], { how: 'remove', system: FLAGGED, keywords: ['$WORK'] })
    await it.store.store(inbox.id, [1], { how: 'set', system: SEEN | DELETED, keywords: ['b', 'a'] })
    for (const node of [it, other]) {
      const seen = await look(node, inbox.id)
      expect(seen[0]).toMatchObject({ uid: 1, system: SEEN | DELETED, keywords: 'a b' })
      expect(seen[4]).toEqual({ uid: 5, system: FLAGGED, keywords: '$Work', modseq: flagged.modseq })
      expect(seen[5]).toEqual({ uid: 6, system: FLAGGED, keywords: '', modseq: again.modseq })
      expect(seen[199]).toMatchObject({ system: 0, keywords: '' })
    }
    expect(await status('INBOX')).toEqual({
      messages: 300,
      unseen: 299,
      deleted: 1,
      sizeBytes: 300 * 20,
      deletedBytes: 20,
    })
  })
  test('what changes nothing costs no modseq', async () => {
    const { modseq } = await fill(it, box, inbox.id, 2)
    expect(await it.store.store(inbox.id, [1, 2], { how: 'remove', system: SEEN, keywords: ['x'] })).toEqual({
      changed: [],
      failed: [],
      modseq,
    })
  })
  test('UNCHANGEDSINCE leaves out what another has changed meanwhile', async () => {
    const { modseq } = await fill(it, box, inbox.id, 3)
    await look(it, inbox.id)
    taken(await other.store.store(inbox.id, [2], add(SEEN)))
    const stored = taken(await it.store.store(inbox.id, [1, 2, 3], add(FLAGGED), modseq))
    expect([stored.changed, stored.failed]).toEqual([[1, 3], [2]])
    expect((await look(other, inbox.id)).map((one) => one.system)).toEqual([FLAGGED, SEEN, FLAGGED])
  })
  test('of two processes that change at once none is lost', async () => {
    await fill(it, box, inbox.id, 200)
    const all = Array.from({ length: 200 }, (_, i) => i + 1)
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        taken(await (i % 2 ? it : other).store.store(inbox.id, all, add(0, `k${i}`)))
      }),
    )
    const words = Array.from({ length: 10 }, (_, i) => `k${i}`).join(' ')
    for (const node of [it, other]) for (const one of await look(node, inbox.id)) expect(one.keywords).toBe(words)
  })
  test('too many keywords, or words that are none, are refused', async () => {
    await fill(it, box, inbox.id, 1)
    const many = Array.from({ length: 101 }, (_, i) => `k${i}`)
    expect(await it.store.store(inbox.id, [1], add(0, ...many))).toEqual({ refusal: 'limit' })
    expect(await it.store.store(inbox.id, [1], add(0, 'a b'))).toEqual({ refusal: 'limit' })
    taken(await it.store.store(inbox.id, [1], add(0, ...many.slice(0, 60))))
    expect(await it.store.store(inbox.id, [1], add(0, ...many.slice(50, 101)))).toEqual({ refusal: 'limit' })
    expect(await it.store.store(424_242, [1], add(SEEN))).toEqual({ refusal: 'nonexistent' })
  })
})

describe('copy, move, expunge', () => {
  test('copies have flags, dates and new uids', async () => {
    await fill(it, box, inbox.id, 4)
    await fill(it, box, sent.id, 1)
    await it.store.store(inbox.id, [2], add(SEEN, 'w'))
    it.clock.at = AT + DAY
    const copied = taken(await it.store.copy(inbox.id, [4, 2, 9], sent.id))
    expect(copied).toMatchObject({ from: [2, 4], uids: [2, 3], uidValidity: 1 })
    for (const node of [it, other]) {
      const seen = await look(node, sent.id)
      expect(seen.map(({ uid, system, keywords }) => [uid, system, keywords])).toEqual([
        [1, 0, ''],
        [2, SEEN, 'w'],
        [3, 0, ''],
      ])
    }
    const open = (await it.store.open(sent.id, () => {}))!
    expect([1, 2].map(open.state().savedAt)).toEqual([AT + DAY, AT + DAY])
    expect(open.state().receivedAt(1)).toBe(AT)
    open.close()
    expect(await it.store.quota(box)).toMatchObject({ messages: 7, usedBytes: 140 })
    expect(await status('Sent')).toMatchObject({ messages: 3, unseen: 2, sizeBytes: 60 })
  })
  test('a move takes away and leaves nothing to restore', async () => {
    await fill(it, box, inbox.id, 3)
    const before = await other.store.open(inbox.id, () => {})
    const moved = taken(await it.store.move(inbox.id, [1, 3], sent.id))
    expect(moved).toMatchObject({ from: [1, 3], uids: [1, 2] })
    expect(await uidsOf(it, inbox.id)).toEqual([2])
    expect(await uidsOf(other, inbox.id)).toEqual([2])
    before!.close()
    expect(await uidsOf(other, sent.id)).toEqual([1, 2])
    expect(await it.store.expungedSince(inbox.id, moved.modseq - 1)).toEqual([1, 3])
    expect(await it.store.restore(box, 0)).toBe(0)
    expect(await it.store.quota(box)).toMatchObject({ messages: 3, usedBytes: 60 })
  })
  test('a move within one folder gives new uids', async () => {
    await fill(it, box, inbox.id, 3)
    expect(taken(await it.store.move(inbox.id, [1, 2], inbox.id)).uids).toEqual([4, 5])
    for (const node of [it, other]) expect(await uidsOf(node, inbox.id)).toEqual([3, 4, 5])
  })
  test('to a folder that is not there nothing happens', async () => {
    await fill(it, box, inbox.id, 1)
    for (const verb of ['copy', 'move'] as const)
      expect(await it.store[verb](inbox.id, [1], 999_999)).toEqual({ refusal: 'nonexistent' })
    expect(await uidsOf(it, inbox.id)).toEqual([1])
  })
  test('a copy over the quota is refused, a move is not', async () => {
    const small = await it.mailbox(`tight${n}@pec.example`, 50)
    const [from, to] = [await folderNamed(it, small, 'INBOX'), await folderNamed(it, small, 'Sent')]
    await fill(it, small, from.id, 2)
    expect(await it.store.copy(from.id, [1], to.id)).toEqual({ refusal: 'overQuota' })
    expect(await it.store.move(from.id, [1], to.id)).toMatchObject({ uids: [1] })
  })
  test('who keeps uids and count keeps a consistent old view', async () => {
    await fill(it, box, inbox.id, 3)
    const open = (await it.store.open(inbox.id, () => {}))!
    const old = open.state()
    const { uids, count } = old
    await it.store.expunge(inbox.id, [2])
    await fill(it, box, inbox.id, 40)
    expect([...uids.subarray(0, count)]).toEqual([1, 2, 3])
    expect([old.count, old.content(1)]).toEqual([3, expect.any(String)])
    expect(open.state().count).toBe(42)
    expect(open.state().indexOf(2)).toBe(-1)
    expect(open.state().indexOf(3)).toBe(1)
    open.close()
  })
  test('expunged: uids are told since a modseq, never used again, and counted off', async () => {
    const { modseq } = await fill(it, box, inbox.id, 5)
    await it.store.store(inbox.id, [1, 2], add(DELETED))
    const gone = await it.store.expunge(inbox.id, [2, 1, 77])
    expect(gone.uids).toEqual([1, 2])
    expect((await it.store.expunge(inbox.id, [1])).uids).toEqual([])
    expect(await it.store.expungedSince(inbox.id, modseq)).toEqual([1, 2])
    expect(await it.store.expungedSince(inbox.id, gone.modseq)).toEqual([])
    await it.store.expunge(inbox.id, [5])
    expect((await fill(it, box, inbox.id, 1)).uids).toEqual([6])
    expect(await status('INBOX')).toEqual({ messages: 3, unseen: 3, deleted: 0, sizeBytes: 60, deletedBytes: 0 })
  })
})

describe('restore', () => {
  test('brings back what was removed since, with new uids and its flags but \\Deleted, once', async () => {
    await fill(it, box, inbox.id, 3)
    await fill(it, box, sent.id, 1)
    await it.store.expunge(inbox.id, [1])
    it.clock.at = AT + DAY
    await it.store.store(inbox.id, [2], add(SEEN | DELETED, 'w'))
    await it.store.expunge(inbox.id, [2])
    await it.store.expunge(sent.id, [1])
    expect(await it.store.restore(box, AT + DAY)).toBe(2)
    expect(await it.store.restore(box, AT + DAY)).toBe(0)
    for (const node of [it, other]) {
      expect((await look(node, inbox.id)).map(({ uid, system, keywords }) => [uid, system, keywords])).toEqual([
        [3, 0, ''],
        [4, SEEN, 'w'],
      ])
      expect(await uidsOf(node, sent.id)).toEqual([2])
    }
    expect(await status('INBOX')).toEqual({ messages: 2, unseen: 1, deleted: 0, sizeBytes: 40, deletedBytes: 0 })
    expect(await it.store.quota(box)).toMatchObject({ messages: 3, usedBytes: 60 })
    expect(await it.store.expungedSince(inbox.id, 1)).toEqual([1, 2])
  })
  test('of a folder that is gone comes to INBOX', async () => {
    const folder = taken(await it.store.createFolder(box, 'Pratiche'))
    await fill(it, box, folder.id, 2)
    expect(await it.store.deleteFolder(box, 'Pratiche')).toBeUndefined()
    expect(await it.store.restore(box, AT)).toBe(2)
    expect(await uidsOf(it, inbox.id)).toEqual([1, 2])
  })
  test('after thirty days it is forgotten, and what came before is not known any more', async () => {
    const { modseq } = await fill(it, box, inbox.id, 2)
    const gone = await it.store.expunge(inbox.id, [1])
    it.clock.at = AT + 31 * DAY
    await it.store.upkeep()
    expect(await it.store.restore(box, 0)).toBe(0)
    expect(await it.store.expungedSince(inbox.id, modseq)).toBeUndefined()
    expect(await it.store.expungedSince(inbox.id, gone.modseq)).toEqual([])
  })
  test('over the quota is refused', async () => {
    const small = await it.mailbox(`full${n}@pec.example`, 30)
    const folder = await folderNamed(it, small, 'INBOX')
    await fill(it, small, folder.id, 1)
    await it.store.expunge(folder.id, [1])
    await fill(it, small, folder.id, 1)
    expect(await it.store.restore(small, 0)).toEqual({ refusal: 'overQuota' })
  })
})

describe('unread since', () => {
  test('is the arrival of the oldest message that nobody opened, wherever it lies', async () => {
    const convention = await makeConvention(it.db, AT)
    const one = await makeCase(it.db, convention, AT)
    await it.db.query(
      'test-term',
      `insert into mailbox_term (mailbox_id, enrolment_id, convention_id, member_id, fiscal_key, reference_email, terms, state,
         activated_at, expires_at) values ($1, $2, $3, $4, 'x', 'x@posta.example', $6, 'active', $5, $5)`,
      [box, one.id, convention.conventionId, one.memberId, timestamp(AT), '{"orderSeesUnread": true}'],
    )
    const since = async () => {
      await noteUnread(it)
      const [row] = await it.db.query<{ since: number | null }>(
        'test-since',
        'select unread_since as since from mailbox_term where mailbox_id = $1',
        [box],
      )
      return row!.since
    }
    const arrives = async (days: number, folder = inbox, flags = 0) =>
      taken(
        await it.store.append(box, folder.id, [
          { ...message(it, undefined, { system: flags, keywords: [] }), receivedAt: AT - days * DAY },
        ]),
      ).uids[0]!
    expect(await since()).toBeNull()
    await arrives(90, inbox, SEEN)
    await arrives(80, sent)
    const trash = await folderNamed(it, box, 'Trash')
    await arrives(70, trash)
    expect(await since()).toBeNull()
    await it.db.query('test-receipt', "update message set kind = 'acceptance' where folder_id = $1 and uid = $2", [
      inbox.id,
      await arrives(60),
    ])
    expect(await since()).toBeNull()
    const [second, third] = [await arrives(50), await arrives(40)]
    expect(await since()).toBe(AT - 50 * DAY)
    await it.store.store(inbox.id, [second], add(SEEN))
    expect(await since()).toBe(AT - 40 * DAY)
    const folder = taken(await it.store.createFolder(box, 'Pratiche'))
    await it.store.move(inbox.id, [second, third], folder.id)
    await it.store.store(folder.id, [1], { how: 'remove', system: SEEN, keywords: [] })
    expect(await since()).toBe(AT - 50 * DAY)
    await it.store.move(folder.id, [1, 2], trash.id)
    expect(await since()).toBeNull()
    await arrives(35)
    expect(await since()).toBe(AT - 35 * DAY)
    // What the convention does not say any more is forgotten, and what a box was not made under is never known.
    const convenes = (sees: boolean) =>
      it.db.query('test-sees', 'update convention set terms = terms || $2 where id = $1', [
        convention.conventionId,
        JSON.stringify({ orderSeesUnread: sees }),
      ])
    await convenes(false)
    expect(await since()).toBeNull()
    await convenes(true)
    expect(await since()).toBe(AT - 35 * DAY)
    await it.db.query('test-own', `update mailbox_term set terms = '{}' where mailbox_id = $1`, [box])
    expect(await since()).toBeNull()
  })
})
