// A model of a folder against the server: random commands from three sessions, whose beliefs must come true.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRandom } from '../../../crash/random.ts'
import { signIn } from '../../../support/imap/dialogue.ts'
import { startTestImap, type TestImap } from '../../../support/imap/server.ts'
import { RawClient } from '../../../support/smtp/dialogue.ts'
import { type Bench, openBench } from '../../mailstore/support.ts'

/** Steps of a run; the issue's proof wants 10,000. */
const STEPS = Number(process.env.IMAP_MODEL_STEPS ?? 1_500)
const SEED = Number(process.env.IMAP_MODEL_SEED ?? 20_261_123)
const FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft', '$Uno', '$Due']

/** The folder as it must be: uids ascending, each with its flags. */
class Truth {
  readonly flags = new Map<number, Set<string>>()
  uidNext = 1
  add(flags: readonly string[]): void {
    this.flags.set(this.uidNext++, new Set(flags))
  }
  get uids(): readonly number[] {
    return [...this.flags.keys()]
  }
  deleted(): readonly number[] {
    return this.uids.filter((uid) => this.flags.get(uid)!.has('\\Deleted'))
  }
}

type Belief = { uid: number | undefined; flags: string | undefined }
const shown = (flags: Iterable<string>): string => [...flags].sort().join(' ')

/** A mail program that keeps a list by what it is told, and nothing else. */
class Program {
  readonly client: RawClient
  readonly name: string
  known: Belief[] = []
  tags = 0
  highest = 0
  idling = false
  found: number[] = []
  constructor(name: string, client: RawClient) {
    this.name = name
    this.client = client
  }
  async say(text: string): Promise<string> {
    const tag = `${this.name}${++this.tags}`
    this.client.write(`${tag} ${text}\r\n`)
    return this.until(tag)
  }
  /** Hears all up to the answer with the tag (or the go-ahead of IDLE). */
  async until(tag: string): Promise<string> {
    for (;;) {
      const line = await this.client.line()
      if (line === undefined) throw new Error('the server has closed')
      if (line.startsWith(`${tag} `) || line.startsWith('+ ')) {
        if (!/^(?:\+|\w+ OK)/.test(line)) throw new Error(line)
        return line
      }
      this.hear(line)
    }
  }
  hear(line: string): void {
    const [, number, word] = /^\* (\d+) (EXISTS|EXPUNGE|FETCH)/.exec(line) ?? []
    const index = Number(number) - 1
    if (word === 'EXISTS') {
      if (index + 1 < this.known.length) throw new Error(`${line} where ${this.known.length} are known`)
      while (this.known.length < index + 1) this.known.push({ uid: undefined, flags: undefined })
    } else if (word === 'EXPUNGE') {
      if (index >= this.known.length) throw new Error(`${line} where ${this.known.length} are known`)
      this.known.splice(index, 1)
    } else if (word === 'FETCH') this.#fetch(index, line)
    const vanished = /^\* VANISHED (?:\(EARLIER\) )?([\d:,]+)$/.exec(line)
    if (vanished) {
      const gone = numbersOf(vanished[1]!)
      // Messages whose uid has not been asked for yet are the last ones.
      let unknown = [...gone].filter((one) => !this.known.some(({ uid }) => uid === one)).length
      if (line.includes('EARLIER')) unknown = 0
      this.known = this.known.filter(({ uid }) => (uid === undefined ? unknown-- <= 0 : !gone.has(uid)))
    }
    const modseq = /\[HIGHESTMODSEQ (\d+)\]/.exec(line)
    if (modseq) this.highest = Number(modseq[1])
    const search = /^\* SEARCH(.*)$/.exec(line) ?? /^\* ESEARCH.*? ALL ([\d:,]+)$/.exec(line)
    if (search) this.found = [...numbersOf(search[1]!.trim().replaceAll(' ', ','))]
  }
  #fetch(index: number, line: string): void {
    const one = this.known[index]
    if (!one) throw new Error(`${line} where ${this.known.length} are known`)
    const uid = /UID (\d+)/.exec(line)
    if (uid && one.uid !== undefined && one.uid !== Number(uid[1])) throw new Error(`${line}, but it is ${one.uid}`)
    if (uid) one.uid = Number(uid[1])
    const flags = /FLAGS \(([^)]*)\)/.exec(line)
    // Which session gets \Recent is for chance to say.
    if (flags) one.flags = shown(flags[1]!.split(' ').filter((flag) => flag !== '' && flag !== '\\Recent'))
  }
}

const numbersOf = (set: string): Set<number> =>
  new Set(
    set
      .split(',')
      .filter((run) => run !== '')
      .flatMap((run) => {
        const [from, to = from] = run.split(':').map(Number)
        return Array.from({ length: to! - from! + 1 }, (_, i) => from! + i)
      }),
  )

let bench: Bench
let server: TestImap
beforeAll(async () => {
  bench = await openBench()
  server = await startTestImap(bench, { security: 'tls', limits: { maxErrors: 1e9 } })
})
afterAll(async () => {
  await server.close(0)
  await bench.close()
})

const open = async (name: string): Promise<Program> => {
  const client = await RawClient.openTls(server.port)
  await client.line()
  await signIn(client, 'mario', 'tls')
  return new Program(name, client)
}

/** What a program does that has nothing of its own to say: after it all that it knows must be true. */
const check = async (program: Program, truth: Truth): Promise<void> => {
  if (program.idling) {
    program.client.write('DONE\r\n')
    await program.until(`${program.name}${program.tags}`)
    program.idling = false
  }
  await program.say('NOOP')
  expect(program.known.length).toBe(truth.uids.length)
  if (program.known.some(({ uid, flags }) => uid === undefined || flags === undefined))
    await program.say('FETCH 1:* (UID FLAGS)')
  const told = program.known.map(({ uid, flags }) => `${uid} ${flags}`)
  expect(told).toEqual(truth.uids.map((uid) => `${uid} ${shown(truth.flags.get(uid)!)}`))
}

it(`holds over ${STEPS} steps`, { timeout: 600_000 }, async () => {
  const { between } = openRandom(SEED)
  const random = (below: number): number => between(0, Math.max(below - 1, 0))
  const truth = new Truth()
  const programs = [await open('A'), await open('B'), await open('C')]
  await programs[1]!.say('ENABLE IMAP4rev2')
  await programs[2]!.say('ENABLE QRESYNC')
  for (const program of programs) await program.say('SELECT INBOX')
  const pick = (): string => FLAGS[random(FLAGS.length)]!
  const uid = (): number => truth.uids[random(truth.uids.length)] ?? 1

  const append = async (program: Program): Promise<void> => {
    const flags = [pick()]
    await program.say(`APPEND INBOX (${flags.join(' ')}) {4+}\r\n\r\nx\n`)
    truth.add(flags)
  }
  const store = async (program: Program): Promise<void> => {
    const [from, to] = [uid(), uid()].sort((a, b) => a - b)
    const [sign, flag] = [['+', '-', ''][random(3)]!, pick()]
    await program.say(`UID STORE ${from}:${to} ${sign}FLAGS${random(2) ? '.SILENT' : ''} (${flag})`)
    for (const one of truth.uids.filter((number) => number >= from! && number <= to!)) {
      const flags = truth.flags.get(one)!
      if (sign === '') flags.clear()
      if (sign === '-') flags.delete(flag)
      else flags.add(flag)
    }
    // What was done silently the program knows by itself.
    await program.say(`UID FETCH ${from}:${to} (FLAGS)`)
  }
  const remove = (uids: readonly number[]): void => {
    for (const one of uids) truth.flags.delete(one)
  }
  const actions: ((program: Program) => Promise<void>)[] = [
    append,
    append,
    append,
    store,
    store,
    async (program) => {
      await program.say('EXPUNGE')
      remove(truth.deleted())
    },
    async (program) => {
      const one = uid()
      await program.say(`UID EXPUNGE ${one}`)
      remove(truth.deleted().filter((other) => other === one))
    },
    async (program) => {
      const one = uid()
      await program.say(`UID MOVE ${one} Trash`)
      remove([one])
    },
    async (program) => {
      const one = uid()
      if (!truth.flags.has(one)) return
      await program.say(`UID COPY ${one} INBOX`)
      truth.add([...truth.flags.get(one)!])
    },
    // By sequence number: of what the program believes to be there.
    async (program) => {
      if (program.known.length === 0) return
      await program.say(`FETCH ${random(program.known.length) + 1}:* (FLAGS)`)
    },
    async (program) => {
      const flag = pick()
      program.found = []
      await program.say(`UID SEARCH ${flag.startsWith('$') ? `KEYWORD ${flag}` : flag.slice(1).toUpperCase()}`)
      const expected = truth.uids.filter((one) => truth.flags.get(one)!.has(flag))
      expect(program.found).toEqual(expected)
    },
    async (program) => {
      await program.say('IDLE')
      program.idling = true
    },
    // Away and back: what was told before, and what is told now, must come to the truth.
    async (program) => {
      if (program.name !== 'C') return
      await check(programs[0]!, truth)
      await check(program, truth)
      const before = program.known.map((one) => ({ ...one }))
      await program.say('UNSELECT')
      program.known = []
      const since = Math.max(program.highest, 1)
      for (let i = 0; i < 3; i++) await append(programs[0]!)
      await store(programs[0]!)
      program.known = before
      const heard: string[] = []
      const hear = program.hear.bind(program)
      program.hear = (line) => void heard.push(line)
      await program.say(`SELECT INBOX (QRESYNC (1 ${since}))`)
      program.hear = hear
      // RFC 7162 §3.2.5: EXISTS counts what is there; VANISHED is of what was known before.
      for (const line of heard.filter((one) => one.includes('VANISHED'))) program.hear(line)
      for (const line of heard.filter((one) => !one.includes('VANISHED'))) program.hear(line)
    },
  ]
  for (let step = 0; step < STEPS; step++) {
    const program = programs[random(3)]!
    if (program.idling || random(6) === 0) await check(program, truth)
    else await actions[random(actions.length)]!(program)
  }
  for (const program of programs) await check(program, truth)
  expect(server.events.filter(({ kind }) => kind === 'imapBug' || kind === 'imapFault')).toEqual([])
  for (const { client } of programs) client.destroy()
})
