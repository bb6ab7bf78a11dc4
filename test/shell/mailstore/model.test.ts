// A model of a mailbox against the store: random changes by three processes, and all of them see what the model says.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Flags } from '../../../src/core/mail/flags.ts'
import type { Folder } from '../../../src/shell/mailstore/mailstore.ts'
import { type Bench, folderNamed, look, message, type Node, openBench, taken } from './support.ts'

type Message = { uid: number; system: number; keywords: readonly string[]; modseq: number }
type Model = { uidNext: number; messages: Message[]; highest: number }

let it: Bench
let nodes: readonly Node[]
beforeAll(async () => {
  it = await openBench()
  nodes = [it, await it.another(), await it.another({}, { idleFolderBytes: 0 })]
})
afterAll(() => it.close())

/** Numbers that look random, the same for a seed. */
const randomOf = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
const WORDS = ['a', 'b', '$Work', '$PECDelivery']

test.each([1, 2, 3, 4])('seed %i', async (seed) => {
  const random = randomOf(seed)
  const box = await it.mailbox(`model${seed}@pec.example`)
  const folders: Folder[] = [await folderNamed(it, box, 'INBOX'), await folderNamed(it, box, 'Archive')]
  const models = new Map<number, Model>(folders.map(({ id }) => [id, { uidNext: 1, messages: [], highest: 1 }]))
  const sessions = await Promise.all(nodes.flatMap((node) => folders.map(({ id }) => node.store.open(id, () => {}))))
  const pick = <T>(of: readonly T[]): T => of[random(of.length)]!
  const flags = (): Flags => ({ system: random(32), keywords: WORDS.filter(() => random(3) === 0).sort() })
  const some = (model: Model): readonly number[] => model.messages.map(({ uid }) => uid).filter(() => random(3) === 0)
  const rise = (model: Model, modseq: number): void => {
    expect(modseq).toBeGreaterThan(model.highest)
    model.highest = modseq
  }
  const arrive = (model: Model, given: readonly Flags[], uids: readonly number[], modseq: number): void => {
    if (given.length === 0) return
    expect(uids).toEqual(given.map((_, at) => model.uidNext + at))
    for (const [at, { system, keywords }] of given.entries())
      model.messages.push({ uid: model.uidNext + at, system, keywords, modseq })
    model.uidNext += given.length
    model.highest = modseq
  }
  const leave = (model: Model, uids: readonly number[], modseq: number): void => {
    model.messages = model.messages.filter(({ uid }) => !uids.includes(uid))
    if (uids.length > 0) model.highest = modseq
  }

  for (let step = 0; step < 120; step++) {
    const { store } = pick(nodes)
    const node = nodes.find((one) => one.store === store)!
    const from = pick(folders)
    const to = pick(folders)
    const model = models.get(from.id)!
    const target = models.get(to.id)!
    const uids = some(model)
    const what = random(10)
    if (what < 3) {
      const given = Array.from({ length: 1 + random(5) }, flags)
      const messages = given.map((one) => message(node, 'X: y\r\n\r\n', one))
      const placed = taken(await store.append(box, from.id, messages))
      expect(placed.modseq).toBeGreaterThan(model.highest)
      arrive(model, given, placed.uids, placed.modseq)
    } else if (what < 7) {
      const how = pick(['set', 'add', 'remove'] as const)
      const { system, keywords } = flags()
      const since = random(3) === 0 ? model.highest - random(3) : undefined
      const stored = taken(await store.store(from.id, uids, { how, system, keywords }, since))
      const changed: number[] = []
      const failed: number[] = []
      for (const one of model.messages.filter(({ uid }) => uids.includes(uid))) {
        if (since !== undefined && one.modseq > since) {
          failed.push(one.uid)
          continue
        }
        const words = new Set(how === 'set' ? [] : one.keywords)
        for (const word of keywords)
          if (how === 'remove') words.delete(word)
          else words.add(word)
        const next = how === 'set' ? system : how === 'add' ? one.system | system : one.system & ~system
        const all = [...words].sort()
        if (next === one.system && all.join() === one.keywords.join()) continue
        changed.push(one.uid)
        Object.assign(one, { system: next, keywords: all, modseq: stored.modseq })
      }
      expect(stored).toMatchObject({ changed, failed })
      if (changed.length > 0) rise(model, stored.modseq)
    } else if (what < 8) {
      const gone = await store.expunge(from.id, uids)
      expect(gone.uids).toEqual(uids)
      leave(model, uids, gone.modseq)
    } else {
      const given = model.messages.filter(({ uid }) => uids.includes(uid))
      const verb = what === 8 ? 'copy' : 'move'
      const copied = taken(await store[verb](from.id, uids, to.id))
      expect(copied.from).toEqual(uids)
      arrive(target, given, copied.uids, copied.modseq)
      if (verb === 'move') leave(model, uids, copied.modseq)
    }
    if (step % 10 !== 9) continue
    for (const { id } of folders) {
      const { messages, uidNext, highest } = models.get(id)!
      const wanted = messages.map((one) => ({ ...one, keywords: one.keywords.join(' ') }))
      for (const one of nodes) expect(await look(one, id)).toEqual(wanted)
      const folder = (await it.store.folders(box)).find((found) => found.id === id)!
      expect(folder).toMatchObject({
        uidNext,
        highestModseq: highest,
        messages: messages.length,
        unseen: messages.filter(({ system }) => (system & 1) === 0).length,
        deleted: messages.filter(({ system }) => (system & 8) !== 0).length,
        sizeBytes: messages.length * 8,
        deletedBytes: messages.filter(({ system }) => (system & 8) !== 0).length * 8,
      })
    }
    const count = [...models.values()].reduce((sum, { messages }) => sum + messages.length, 0)
    expect(await it.store.quota(box)).toMatchObject({ messages: count, usedBytes: count * 8 })
  }
  for (const session of sessions) session!.close()
})
