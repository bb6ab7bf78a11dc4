// Random commands of three sessions on one folder, held against a model after each: ten thousand steps, no divergence.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRandom } from '../crash/random.ts'
import { type House, openHouse } from '../interop/house.ts'
import { ImapClient } from '../support/client/imap.ts'
import { Model, View } from './mailboxModel.ts'

const STEPS = 10_000
const MOST_MESSAGES = 60
const FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft', '\\Deleted', '$Forwarded', 'Pratica', 'perche']
const SEED = Number(process.env.MODEL_SEED ?? 20_261_125)

let house: House
beforeAll(async () => {
  house = await openHouse(2)
})
afterAll(async () => {
  await house?.close()
})

type Dice = { readonly below: (n: number) => number; readonly some: <T>(of: readonly T[], share: number) => T[] }

/** Sequence set of positions, as ranges where they follow each other. */
const setOf = (numbers: readonly number[]): string => {
  const runs: string[] = []
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i]!
    while (i + 1 < numbers.length && numbers[i + 1] === numbers[i]! + 1) i++
    runs.push(numbers[i] === from ? `${from}` : `${from}:${numbers[i]}`)
  }
  return runs.join(',')
}

/** Positions (from 1) in a view of some messages, and their uids. */
const pick = (view: View, dice: Dice): { readonly positions: number[]; readonly uids: number[] } => {
  const positions = dice.some(
    view.uids.map((_, i) => i + 1),
    dice.below(4) === 0 ? 0.5 : 0.1,
  )
  if (positions.length === 0 && view.uids.length > 0) positions.push(1 + dice.below(view.uids.length))
  return { positions, uids: positions.map((position) => view.uids[position - 1]!) }
}

type Move = (view: View, model: Model, dice: Dice) => Promise<void>

const append: Move = async (view, model, dice) => {
  if (model.messages.length >= MOST_MESSAGES) return noop(view, model, dice)
  const flags = dice.some(FLAGS, 0.3)
  const answer = await view.client.append(
    'Modello',
    `Subject: ${model.uidNext}\r\n\r\nTesto\r\n`,
    `(${flags.join(' ')})`,
  )
  expect(answer.status).toBe('OK')
  model.add(Number(/^APPENDUID \d+ (\d+)$/.exec(answer.code ?? '')?.[1]), flags)
  view.take(answer)
}

const store: Move = async (view, model, dice) => {
  if (view.uids.length === 0) return noop(view, model, dice)
  const { positions, uids } = pick(view, dice)
  const byUid = dice.below(2) === 0
  const flags = dice.some(FLAGS, 0.3)
  const how = ['+', '-', ''][dice.below(3)]!
  const silent = dice.below(3) === 0 ? '.SILENT' : ''
  const set = setOf(byUid ? uids : positions)
  for (const uid of uids) {
    const message = model.find(uid)
    if (!message) continue
    if (how === '') message.flags = new Set(flags)
    for (const flag of flags) {
      if (how === '-') message.flags.delete(flag)
      else message.flags.add(flag)
    }
  }
  const answer = await view.client.command(
    `${byUid ? 'UID ' : ''}STORE ${set} ${how}FLAGS${silent} (${flags.join(' ')})`,
  )
  // NO where some of them are gone (RFC 5530 EXPUNGEISSUED); what is there was changed all the same.
  if (answer.status === 'NO') expect(uids.some((uid) => !model.find(uid))).toBe(true)
  else expect(answer.status).toBe('OK')
  view.take(answer, silent === '' ? [] : uids)
}

const expunge: Move = async (view, model, dice) => {
  const marked = model.messages.filter((one) => one.flags.has('\\Deleted')).map((one) => one.uid)
  const chosen = dice.below(2) === 0 ? marked : dice.some(marked, 0.5)
  if (chosen.length === 0 || chosen.length === marked.length) {
    model.remove(new Set(marked))
    view.take(await view.client.must('EXPUNGE'))
  } else {
    model.remove(new Set(chosen))
    view.take(await view.client.must(`UID EXPUNGE ${setOf(chosen)}`))
  }
}

const move: Move = async (view, model, dice) => {
  const uids = pick(view, dice).uids.filter((uid) => model.find(uid))
  if (uids.length === 0) return noop(view, model, dice)
  model.remove(new Set(uids))
  view.take(await view.client.must(`UID MOVE ${setOf(uids)} "Altrove"`))
}

const copy: Move = async (view, model, dice) => {
  const uids = pick(view, dice).uids.filter((uid) => model.find(uid))
  if (uids.length === 0 || model.messages.length >= MOST_MESSAGES) return noop(view, model, dice)
  const flags = uids.map((uid) => [...model.find(uid)!.flags])
  const answer = await view.client.must(`UID COPY ${setOf(uids)} "Modello"`)
  const [, , to] = /^COPYUID \d+ (\S+) (\S+)$/.exec(answer.code ?? '') ?? []
  const placed = (to ?? '').split(',').flatMap((run) => {
    const [first, last] = run.split(':').map(Number)
    return Array.from({ length: (last ?? first!) - first! + 1 }, (_, i) => first! + i)
  })
  expect(placed).toHaveLength(uids.length)
  for (const [i, uid] of placed.entries()) model.add(uid, flags[i]!)
  view.take(answer)
}

const noop: Move = async (view) => {
  view.take(await view.client.must('NOOP'))
  view.checkWhole()
}

const fetchFlags: Move = async (view, model, dice) => {
  if (view.uids.length === 0) return noop(view, model, dice)
  const { positions, uids } = pick(view, dice)
  const answer = await view.client.command(`FETCH ${setOf(positions)} (UID FLAGS MODSEQ)`)
  view.take(answer)
  const told = answer.untagged.filter((response) => response.includes('MODSEQ')).length
  expect(told).toBeGreaterThanOrEqual(uids.filter((uid) => model.find(uid)).length)
}

const search: Move = async (view, model, dice) => {
  const flag = FLAGS[dice.below(FLAGS.length)]!
  const key = flag.startsWith('\\') ? flag.slice(1).toUpperCase() : `KEYWORD ${flag}`
  const answer = await view.client.must(`UID SEARCH ${key}`)
  const line = answer.untagged.find((response) => response.startsWith('SEARCH')) ?? ''
  const found = line
    .replace(/\(MODSEQ \d+\)/, '')
    .split(' ')
    .slice(1)
    .filter((one) => one !== '')
    .map(Number)
  view.take(answer)
  const known = new Set(view.uids)
  const expected = model.messages.filter((one) => known.has(one.uid) && one.flags.has(flag)).map((one) => one.uid)
  expect(found.filter((uid) => model.find(uid))).toEqual(expected)
}

const select: Move = (view, _, dice) => view.select('Modello', dice.below(2) === 0 ? '' : ' (CONDSTORE)')

/** Moves with their weights. */
const MOVES: readonly (readonly [Move, number])[] = [
  [append, 20],
  [store, 30],
  [expunge, 6],
  [move, 4],
  [copy, 5],
  [noop, 15],
  [fetchFlags, 12],
  [search, 6],
  [select, 2],
]
/** Each move as often as it weighs. */
const CUP: readonly Move[] = MOVES.flatMap(([move, weight]) => Array.from({ length: weight }, () => move))

it(`three sessions and the model agree for ${STEPS} random steps`, async () => {
  const { next } = openRandom(SEED)
  const dice: Dice = { below: (n) => Math.floor(next() * n), some: (of, share) => of.filter(() => next() < share) }
  const model = new Model()
  const views: View[] = []
  for (let n = 0; n < 3; n++) {
    const client = await ImapClient.open({ port: house.sandbox.port('alfa', 'imapTls') })
    await client.must(`LOGIN "${house.user(1)}" "${house.password}"`)
    if (n === 0) for (const folder of ['Modello', 'Altrove']) await client.must(`CREATE "${folder}"`)
    views.push(new View(client, model))
    await views[n]!.select('Modello')
  }
  for (let step = 1; step <= STEPS; step++) {
    const view = views[dice.below(views.length)]!
    const chosen = CUP[dice.below(CUP.length)]!
    model.leaving = []
    try {
      await chosen(view, model, dice)
    } catch (error) {
      throw new Error(`seed ${SEED}, step ${step}, session ${views.indexOf(view)}: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }
  for (const view of views) {
    await noop(view, model, dice)
    await view.client.must('LOGOUT')
  }
}, 600_000)
