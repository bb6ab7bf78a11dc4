// The verbs over folders on a real database.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, fill, folderNamed, message, openBench, taken, uidsOf } from './support.ts'

let it: Bench
let box: number
let n = 0

beforeAll(async () => {
  it = await openBench()
})
afterAll(() => it.close())
beforeEach(async () => {
  box = await it.mailbox(`box${++n}@pec.example`)
})

const names = async (): Promise<readonly string[]> => (await it.store.folders(box)).map((folder) => folder.name)
const STANDARD = ['Archive', 'Drafts', 'INBOX', 'Junk', 'Sent', 'Trash']

describe('a new mailbox', () => {
  test('has the standard folders, each with its role, subscribed and empty', async () => {
    const folders = await it.store.folders(box)
    expect(folders.map(({ name, role, subscribed }) => [name, role, subscribed])).toEqual([
      ['Archive', 'archive', true],
      ['Drafts', 'drafts', true],
      ['INBOX', 'inbox', true],
      ['Junk', 'junk', true],
      ['Sent', 'sent', true],
      ['Trash', 'trash', true],
    ])
    for (const folder of folders) {
      expect(folder).toMatchObject({
        uidValidity: 1,
        uidNext: 1,
        highestModseq: 1,
        messages: 0,
        unseen: 0,
        sizeBytes: 0,
      })
      expect(folder.objectId).toMatch(/^F\d+$/)
    }
  })
})

describe('create', () => {
  test('makes what is above too, each with a UIDVALIDITY never given before', async () => {
    const made = taken(await it.store.createFolder(box, 'Pratiche/2026/Città'))
    expect(made).toMatchObject({ name: 'Pratiche/2026/Città', role: undefined, subscribed: false, messages: 0 })
    expect(await names()).toEqual([
      ...STANDARD.slice(0, 4),
      'Pratiche',
      'Pratiche/2026',
      'Pratiche/2026/Città',
      'Sent',
      'Trash',
    ])
    await it.store.deleteFolder(box, 'Pratiche/2026/Città')
    const again = taken(await it.store.createFolder(box, 'Pratiche/2026/Città'))
    expect(again.uidValidity).toBeGreaterThan(made.uidValidity)
    expect(again.objectId).not.toBe(made.objectId)
    expect(again.highestModseq).toBeGreaterThan(made.highestModseq)
  })
  test('is refused for a name that is there, in any form or case of INBOX, or that is none', async () => {
    taken(await it.store.createFolder(box, 'Città'))
    expect(await it.store.createFolder(box, 'Citta\u0300')).toEqual({ refusal: 'alreadyExists' })
    expect(await it.store.createFolder(box, 'inbox')).toEqual({ refusal: 'alreadyExists' })
    expect(await it.store.createFolder(box, 'a//b')).toEqual({ refusal: 'badName' })
  })
  test('gives a role that nobody has', async () => {
    expect(await it.store.createFolder(box, 'Bozze', 'drafts')).toEqual({ refusal: 'useTaken' })
    await it.store.deleteFolder(box, 'Drafts')
    expect(await it.store.createFolder(box, 'Bozze', 'drafts')).toMatchObject({ role: 'drafts' })
  })
  test('ends at a thousand folders', async () => {
    await it.db.query(
      'test-many',
      `insert into folder (mailbox_id, name, uid_validity) select $1, 'f' || x, 1 from generate_series(1, 993) x`,
      [box],
    )
    expect(await it.store.createFolder(box, 'a/b')).toEqual({ refusal: 'limit' })
    taken(await it.store.createFolder(box, 'a'))
    expect(await it.store.createFolder(box, 'b')).toEqual({ refusal: 'limit' })
  })
  test('by two at once: one makes it', async () => {
    const other = await it.another()
    const outcomes = await Promise.all([it, other].map((node) => node.store.createFolder(box, 'Uno')))
    expect(outcomes.filter((one) => 'refusal' in one)).toEqual([{ refusal: 'alreadyExists' }])
  })
})

describe('delete', () => {
  test('of INBOX, of a folder that has others below, or of none is refused', async () => {
    taken(await it.store.createFolder(box, 'a/b'))
    expect(await it.store.deleteFolder(box, 'Inbox')).toEqual({ refusal: 'inbox' })
    expect(await it.store.deleteFolder(box, 'a')).toEqual({ refusal: 'hasChildren' })
    expect(await it.store.deleteFolder(box, 'c')).toEqual({ refusal: 'nonexistent' })
    expect(await it.store.deleteFolder(box, 'a/b')).toBeUndefined()
    expect(await it.store.deleteFolder(box, 'a')).toBeUndefined()
    expect(await names()).toEqual(STANDARD)
  })
  test('takes the messages away from who has it open, and off the quota', async () => {
    const { id } = taken(await it.store.createFolder(box, 'a'))
    await fill(it, box, id, 3)
    let told = 0
    const open = (await it.store.open(id, () => told++))!
    await it.store.deleteFolder(box, 'a')
    expect(open.state().count).toBe(0)
    expect(told).toBeGreaterThan(0)
    open.close()
    expect(await it.store.open(id, () => {})).toBeUndefined()
    expect(await it.store.quota(box)).toMatchObject({ usedBytes: 0, messages: 0 })
    expect(await it.store.append(box, id, [message(it)])).toEqual({ refusal: 'nonexistent' })
  })
})

describe('rename', () => {
  test('takes along what is below, makes what is above, keeps uids and object ids', async () => {
    const a = taken(await it.store.createFolder(box, 'a'))
    const b = taken(await it.store.createFolder(box, 'a/b'))
    await fill(it, box, b.id, 2)
    expect(await it.store.renameFolder(box, 'a', 'x/y')).toBeUndefined()
    expect((await names()).filter((name) => !STANDARD.includes(name))).toEqual(['x', 'x/y', 'x/y/b'])
    expect(await folderNamed(it, box, 'x/y')).toMatchObject({ id: a.id, uidValidity: a.uidValidity })
    expect(await folderNamed(it, box, 'x/y/b')).toMatchObject({ objectId: b.objectId, messages: 2 })
  })
  test('keeps the role', async () => {
    await it.store.renameFolder(box, 'Sent', 'Inviata')
    expect(await folderNamed(it, box, 'Inviata')).toMatchObject({ role: 'sent' })
  })
  test('onto a name that is there, below itself, or to none is refused', async () => {
    taken(await it.store.createFolder(box, 'a'))
    expect(await it.store.renameFolder(box, 'a', 'Sent')).toEqual({ refusal: 'alreadyExists' })
    expect(await it.store.renameFolder(box, 'a', 'a/b')).toEqual({ refusal: 'badName' })
    expect(await it.store.renameFolder(box, 'a', 'b/')).toEqual({ refusal: 'badName' })
    expect(await it.store.renameFolder(box, 'z', 'b')).toEqual({ refusal: 'nonexistent' })
  })
  test('where a name below would grow too long is refused', async () => {
    taken(await it.store.createFolder(box, `a/${'x/'.repeat(17)}y`))
    expect(await it.store.renameFolder(box, 'a', 'b/c/d')).toEqual({ refusal: 'badName' })
    expect(await it.store.folder(box, 'b')).toBeUndefined()
  })
  test('of INBOX moves its messages and leaves it empty', async () => {
    const inbox = await folderNamed(it, box, 'INBOX')
    taken(await it.store.createFolder(box, 'INBOX/Sotto'))
    await fill(it, box, inbox.id, 3)
    expect(await it.store.renameFolder(box, 'INBOX', 'Vecchia')).toBeUndefined()
    expect(await uidsOf(it, inbox.id)).toEqual([])
    expect(await uidsOf(it, (await folderNamed(it, box, 'Vecchia')).id)).toEqual([1, 2, 3])
    expect(await folderNamed(it, box, 'INBOX/Sotto')).toBeDefined()
    expect((await fill(it, box, inbox.id, 1)).uids).toEqual([4])
  })
})

describe('subscriptions', () => {
  test('are to names, which need not be folders', async () => {
    expect(await it.store.subscribe(box, 'Domani', true)).toBeUndefined()
    expect(await it.store.subscribe(box, 'Domani', true)).toBeUndefined()
    expect(await it.store.subscribe(box, 'Junk', false)).toBeUndefined()
    expect(await it.store.subscribe(box, 'a*', true)).toEqual({ refusal: 'badName' })
    expect(await it.store.subscriptions(box)).toEqual(['Archive', 'Domani', 'Drafts', 'INBOX', 'Sent', 'Trash'])
    expect(taken(await it.store.createFolder(box, 'Domani')).subscribed).toBe(true)
    expect((await folderNamed(it, box, 'Junk')).subscribed).toBe(false)
  })
  test('outlive their folder (RFC 9051 §6.3.5)', async () => {
    await it.store.deleteFolder(box, 'Junk')
    expect(await it.store.subscriptions(box)).toContain('Junk')
  })
})
