// Programs that send many commands at once, come and go, and cut the line: what each is told must fit what it was told before.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRandom, type Random } from '../../../crash/random.ts'
import { signIn } from '../../../support/imap/dialogue.ts'
import { startTestImap, type TestImap } from '../../../support/imap/server.ts'
import { RawClient } from '../../../support/smtp/dialogue.ts'
import { type Bench, openBench } from '../../mailstore/support.ts'

/** Batches that each program sends. */
const BATCHES = Number(process.env.IMAP_PIPELINE_BATCHES ?? 100)
const SEED = Number(process.env.IMAP_PIPELINE_SEED ?? 20_261_126)
const MESSAGE = 'From: a@x.it\r\nSubject: uno\r\n\r\nciao'

type Said = { readonly text: string; readonly keepsNumbers: boolean; readonly expunges: boolean }

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

/** A mail program, and the rules that it holds the server to. */
class Program {
  readonly #random: Random
  #client: RawClient | undefined
  #tags = 0
  #uids: (number | undefined)[] = []
  #flags = new Set<string>()
  #rev2 = false
  #qresync = false
  #readOnly = false
  /** The session that a uid is \Recent to, of all programs. */
  readonly #recentTo: Map<number, object>
  #session = {}

  constructor(seed: number, recentTo: Map<number, object>) {
    this.#random = openRandom(seed)
    this.#recentTo = recentTo
  }

  #chance = (share: number): boolean => this.#random.next() < share

  async begin(): Promise<void> {
    this.#client?.destroy()
    this.#client = await RawClient.openTls(server.port)
    await this.#client.line()
    await signIn(this.#client, 'mario', 'tls')
    this.#rev2 = this.#chance(0.3)
    this.#qresync = this.#chance(0.3)
    const names = `${this.#rev2 ? ' IMAP4rev2' : ''}${this.#qresync ? ' QRESYNC' : ''}`
    if (names !== '') await this.#send([said(`ENABLE${names}`)])
    await this.#select()
  }

  async #select(): Promise<void> {
    this.#uids = []
    this.#session = {}
    this.#readOnly = this.#chance(0.15)
    await this.#send([said(`${this.#readOnly ? 'EXAMINE' : 'SELECT'} INBOX`)])
  }

  async #send(batch: readonly Said[]): Promise<void> {
    const tagged = batch.map((one) => ({ ...one, tag: `t${++this.#tags}` }))
    this.#client!.write(tagged.map(({ tag, text }) => `${tag} ${text}\r\n`).join(''))
    for (const one of tagged) {
      for (let line = await this.#line(); !line.startsWith(`${one.tag} `); line = await this.#line())
        this.#hear(line, one)
    }
  }

  async #line(): Promise<string> {
    const line = await this.#client!.line()
    if (line === undefined) throw new Error('the server has closed')
    if (/^\w+ BAD (?!There is no message)/.test(line) || /SERVERBUG|UNAVAILABLE/.test(line)) throw new Error(line)
    return line
  }

  #hear(line: string, during: Said): void {
    const wrong = (why: string): never => {
      throw new Error(`${why}: ${line}, during ${during.text}; known: ${this.#uids.join(' ')}`)
    }
    const [, digits, word] = /^\* (\d+) (EXISTS|RECENT|EXPUNGE|FETCH)/.exec(line) ?? []
    const number = Number(digits)
    if (word === 'EXISTS') {
      if (number < this.#uids.length) wrong('fewer messages')
      while (this.#uids.length < number) this.#uids.push(undefined)
    } else if (word === 'RECENT') {
      if (this.#rev2 || number > this.#uids.length) wrong('too many are recent')
    } else if (word === 'EXPUNGE') {
      if (during.keepsNumbers || this.#qresync) wrong('not now')
      if (number > this.#uids.length) wrong('no such message')
      this.#uids.splice(number - 1, 1)
    } else if (word === 'FETCH') {
      if (number > this.#uids.length) wrong('no such message')
      this.#fetched(line, number - 1, wrong)
    } else if (line.startsWith('* VANISHED ')) {
      if (during.keepsNumbers || !this.#qresync) wrong('not now')
      this.#vanished(line, wrong)
    } else if (line.startsWith('* FLAGS (')) this.#flags = new Set(wordsOf(line))
    else if (line.startsWith('* SEARCH') && !during.text.startsWith('UID')) {
      if (line.split(' ').some((one) => Number(one) > this.#uids.length)) wrong('no such message')
    }
  }

  #fetched(line: string, index: number, wrong: (why: string) => never): void {
    const uid = Number(/[( ]UID (\d+)/.exec(line)?.[1] ?? 0)
    if (uid > 0) {
      if (this.#uids[index] !== undefined && this.#uids[index] !== uid) wrong('another uid')
      this.#uids[index] = uid
      const known = this.#uids.filter((one) => one !== undefined)
      if (known.some((one, at) => at > 0 && one <= known[at - 1]!)) wrong('uids out of order')
    } else if (this.#rev2 || this.#qresync) wrong('no uid')
    const flags = line.includes('FLAGS (') ? wordsOf(line) : []
    for (const flag of flags) if (flag !== '\\Recent' && !this.#flags.has(flag)) wrong('not in FLAGS')
    if (!flags.includes('\\Recent')) return
    if (this.#rev2) wrong('recent in IMAP4rev2')
    // RFC 3501 §2.3.2: to one session only, but for those that just look.
    if (uid === 0 || this.#readOnly) return
    const session = this.#recentTo.get(uid) ?? this.#session
    if (session !== this.#session) wrong('recent to another session too')
    this.#recentTo.set(uid, session)
  }

  #vanished(line: string, wrong: (why: string) => never): void {
    for (const run of line.split(' ').at(-1)!.split(',')) {
      const [from, to = from] = run.split(':').map(Number)
      for (let uid = from!; uid <= to!; uid++) {
        const at = this.#uids.indexOf(uid)
        // One whose uid has not been told yet: it lies where the order wants it.
        const below = this.#uids.findLastIndex((one) => one !== undefined && one < uid)
        const free = at >= 0 ? at : this.#uids.indexOf(undefined, below + 1)
        if (free < 0) wrong('no such message')
        this.#uids.splice(free, 1)
      }
    }
  }

  #sequences(): string {
    const { between, pick } = this.#random
    const one = (): number => between(1, Math.max(this.#uids.length, 1))
    return pick([`${one()}`, `${one()}:${one()}`, `${one()},${one()}`, '*', '1:*'])
  }

  #uidSet(): string {
    const known = this.#uids.filter((one) => one !== undefined)
    if (known.length === 0) return '1:*'
    const { pick } = this.#random
    return pick([`${pick(known)}`, `${pick(known)}:${pick(known)}`, `${pick(known)}:*`])
  }

  #command(): Said {
    const { pick } = this.#random
    const flag = pick(['\\Seen', '\\Flagged', '\\Deleted', 'Uno', 'Due', 'Tre'])
    const items = pick(['(UID FLAGS)', '(UID RFC822.SIZE INTERNALDATE)', '(UID FLAGS BODYSTRUCTURE)'])
    const key = pick([
      'ALL',
      'UNSEEN',
      'RECENT',
      'KEYWORD Uno',
      'SUBJECT uno',
      `UID ${this.#uidSet()}`,
      'SINCE 1-Jan-2000',
    ])
    const store = `${pick(['+', '-', ''])}FLAGS${pick(['', '.SILENT'])} (${flag})`
    return pick([
      () => keeping(`FETCH ${this.#sequences()} ${items}`),
      () => keeping(`STORE ${this.#sequences()} ${store}`),
      () => keeping(`SEARCH ${key}`),
      () => said(`UID FETCH ${this.#uidSet()} ${items}`),
      () => said(`UID STORE ${this.#uidSet()} ${store}`),
      () => said(`UID SEARCH RETURN (ALL) ${key}`),
      () => said(`APPEND INBOX (${flag}) {${MESSAGE.length}+}\r\n${MESSAGE}`),
      () => said(`APPEND INBOX {${MESSAGE.length}+}\r\n${MESSAGE}`),
      () => said(`UID MOVE ${this.#uidSet()} INBOX`),
      () => said('EXPUNGE'),
      () => said('NOOP'),
      () => said('STATUS Sent (MESSAGES UIDNEXT)'),
      () => said('LIST "" *'),
    ])()
  }

  async step(): Promise<void> {
    if (this.#chance(0.04)) return this.begin()
    if (this.#chance(0.03)) {
      this.#client!.write(
        this.#random.pick(['q EXPUNGE\r\n', 'q FETCH 1:* (BODY[])\r\n', 'q APPEND INBOX {900+}\r\nFrom']),
      )
      return this.begin()
    }
    if (this.#chance(0.05)) return this.#select()
    const batch: Said[] = []
    for (let left = this.#random.between(1, 5); left > 0; left--) {
      const one = this.#command()
      // RFC 9051 §5.5: no numbers after what may take some away.
      if (!one.keepsNumbers || !batch.some(({ expunges }) => expunges)) batch.push(one)
    }
    await this.#send(batch)
  }

  end(): void {
    this.#client?.destroy()
  }

  /** All that is there, as a program sees it that looks for the first time. */
  async look(): Promise<readonly (number | undefined)[]> {
    await this.begin()
    await this.#send([keeping('UID FETCH 1:* (UID FLAGS)')])
    return this.#uids
  }
}

const said = (text: string): Said => ({ text, keepsNumbers: false, expunges: true })
/** By numbers: during these no message may go. */
const keeping = (text: string): Said => ({ text, keepsNumbers: true, expunges: false })
const wordsOf = (line: string): readonly string[] =>
  /FLAGS \(([^)]*)\)/
    .exec(line)![1]!
    .split(' ')
    .filter((word) => word !== '')

it(`holds over ${BATCHES} batches each`, { timeout: 600_000 }, async () => {
  const recentTo = new Map<number, object>()
  const programs = [0, 1, 2, 3].map((at) => new Program(SEED + at, recentTo))
  await Promise.all(programs.map((program) => program.begin()))
  await Promise.all(
    programs.map(async (program) => {
      for (let batch = 0; batch < BATCHES; batch++) await program.step()
    }),
  )
  const views = await Promise.all(programs.map((program) => program.look()))
  for (const program of programs) program.end()
  for (const view of views) expect(view).toEqual(views[0])
  expect(recentTo.size).toBeGreaterThan(10)
})
