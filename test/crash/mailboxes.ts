// `npm run crash:mailboxes [-- --rounds N --seed N]`: kills the server under fifty mail programs and deliveries, then
// holds what each was told against what the boxes hold: appends, flags, uids, UIDVALIDITY.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { dataOf, openSubmission } from '../../src/shell/sandbox/submission.ts'
import { ImapClient, readFetch } from '../support/client/imap.ts'
import { DOMAINS, freeOffset, PASSWORD, type Sandbox, startSandbox } from '../support/client/sandbox.ts'
import { kill, killNow } from './killing.ts'
import { openRandom, type Random } from './random.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    verbose: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed)
const random = openRandom(seed)
const folder = mkdtempSync(join(tmpdir(), 'ceralacca-crash-'))
chmodSync(folder, 0o755)
const dataDir = join(folder, 'data')
const portOffset = await freeOffset()
const say = (line: string): void => console.log(line)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const USERS = 5
const SESSIONS = 50
const LOAD_MS = { least: 800, most: 2_500 }
const FOLDER = 'INBOX'
const user = (n: number): string => `user${n}@${DOMAINS.alfa}`

let running: Sandbox | undefined
const start = async (): Promise<Sandbox> => {
  running = await startSandbox({ dataDir, portOffset, users: USERS, ...(values.verbose ? { onLine: say } : {}) })
  return running
}

/** What one box has acknowledged: each session owns the keyword that it sets, so that no two disagree. */
type Promised = {
  uidValidity: number | undefined
  /** Subject of each message whose APPEND was answered OK, by uid. */
  readonly appended: Map<number, string>
  /** Uids and the keywords that were answered: `k3` there, `-k3` taken away. Undecided where the answer never came. */
  readonly keywords: Map<string, 'there' | 'gone' | 'unknown'>
  /** Every uid that a client has seen, with what it stood for. */
  readonly seen: Map<number, string>
  readonly expunged: Set<number>
  readonly expunging: Set<number>
}

const newPromised = (): Promised => ({
  uidValidity: undefined,
  appended: new Map(),
  keywords: new Map(),
  seen: new Map(),
  expunged: new Set(),
  expunging: new Set(),
})
const boxes = new Map(Array.from({ length: USERS }, (_, i) => [i + 1, newPromised()]))
const faults: string[] = []
const counts = { appends: 0, stores: 0, expunges: 0, deliveries: 0 }
let stopping = false
/** Between a death and its judgement nobody signs in. */
let holding = false

const subjectOf = (response: string): string => /Subject: ([^\r\n]*)/i.exec(response)?.[1] ?? ''

/** A session's life: signs in, appends, flags and expunges until the connection is lost. */
const live = async (n: number, sandbox: Sandbox, chance: Random): Promise<void> => {
  const box = boxes.get((n % USERS) + 1)!
  const client = await ImapClient.open({ port: sandbox.port('alfa', 'imapTls') })
  try {
    await client.must(`LOGIN "${user((n % USERS) + 1)}" "${PASSWORD}"`)
    const selected = await client.must(`SELECT ${FOLDER}`)
    const validity = Number(/UIDVALIDITY (\d+)/.exec(selected.untagged.join(' '))?.[1])
    box.uidValidity ??= validity
    if (box.uidValidity !== validity) faults.push(`UIDVALIDITY went from ${box.uidValidity} to ${validity}`)
    const mine: number[] = []
    const keyword = `k${n}`
    while (!stopping) {
      const roll = chance.next()
      if (mine.length === 0 || roll < 0.4) {
        const subject = `s${n}-${counts.appends}-${chance.between(0, 1e9)}`
        const answer = await client.append(FOLDER, `Subject: ${subject}\r\n\r\ntesto\r\n`)
        if (answer.status !== 'OK') throw new Error(`APPEND: ${answer.text}`)
        const uid = Number(/^APPENDUID \d+ (\d+)$/.exec(answer.code ?? '')?.[1])
        const before = box.seen.get(uid)
        if (before !== undefined && before !== subject) faults.push(`uid ${uid} was ${before}, is now ${subject}`)
        box.seen.set(uid, subject)
        box.appended.set(uid, subject)
        mine.push(uid)
        counts.appends++
      } else if (roll < 0.9) {
        const uid = chance.pick(mine)
        const key = `${uid} ${keyword}`
        const add = box.keywords.get(key) !== 'there'
        box.keywords.set(key, 'unknown')
        await client.must(`UID STORE ${uid} ${add ? '+' : '-'}FLAGS.SILENT (${keyword})`)
        box.keywords.set(key, add ? 'there' : 'gone')
        counts.stores++
      } else {
        const uid = mine.splice(chance.between(0, mine.length - 1), 1)[0]!
        box.expunging.add(uid)
        await client.must(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`)
        await client.must(`UID EXPUNGE ${uid}`)
        box.expunged.add(uid)
        counts.expunges++
      }
    }
  } finally {
    client.destroy()
  }
}

const keepLiving = async (n: number, sandbox: () => Sandbox): Promise<void> => {
  const chance = openRandom(seed + n + 1)
  while (!stopping) {
    try {
      if (holding) throw new Error('waiting for judgement')
      await live(n, sandbox(), chance)
    } catch (error) {
      if (values.verbose) say(`session ${n}: ${(error as Error).message}`)
      await pause(50 + chance.between(0, 100))
    }
  }
}

/** Certified mail goes on arriving in the same boxes. */
const deliver = async (sandbox: () => Sandbox): Promise<void> => {
  const from = `mario.rossi@${DOMAINS.alfa}`
  for (let n = 0; !stopping; n++) {
    try {
      if (holding) throw new Error('waiting for judgement')
      const connection = await openSubmission({
        port: sandbox().port('alfa', 'tls'),
        security: 'tls',
        user: from,
        password: PASSWORD,
        timeoutMs: 20_000,
      })
      while (!stopping) {
        const to = user((n++ % USERS) + 1)
        const text = `From: <${from}>\r\nTo: <${to}>\r\nSubject: consegna ${n}\r\nMessage-ID: <${n}.${seed}@crash.localhost>\r\n\r\nCiao\r\n`
        const { code } = await connection.send({ from, recipients: [to], data: dataOf(text) })
        if (code === 250) counts.deliveries++
      }
      await connection.quit()
    } catch {
      await pause(50)
    }
  }
}

/** Holds every box against what was promised of it. */
const judge = async (sandbox: Sandbox): Promise<void> => {
  for (const [n, box] of boxes) {
    const client = await ImapClient.open({ port: sandbox.port('alfa', 'imapTls') })
    await client.must(`LOGIN "${user(n)}" "${PASSWORD}"`)
    const selected = await client.must(`SELECT ${FOLDER}`)
    const validity = Number(/UIDVALIDITY (\d+)/.exec(selected.untagged.join(' '))?.[1])
    if (box.uidValidity !== undefined && validity !== box.uidValidity) faults.push(`box ${n}: UIDVALIDITY changed`)
    const uidNext = Number(/UIDNEXT (\d+)/.exec(selected.untagged.join(' '))?.[1])
    const answer = await client.must('UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])')
    const there = new Map<number, { flags: ReadonlySet<string>; subject: string }>()
    for (const response of answer.untagged) {
      const { uid, flags } = readFetch(response.replace(/\{\d+\}/, '')) ?? {}
      if (uid === undefined) continue
      if (there.has(uid)) faults.push(`box ${n}: uid ${uid} is there twice`)
      if (uid >= uidNext) faults.push(`box ${n}: uid ${uid} at UIDNEXT ${uidNext}`)
      there.set(uid, { flags: flags ?? new Set(), subject: subjectOf(response) })
    }
    for (const [uid, subject] of box.appended) {
      const found = there.get(uid)
      if (box.expunged.has(uid)) {
        if (found) faults.push(`box ${n}: uid ${uid} was expunged and is there`)
      } else if (box.expunging.has(uid)) continue
      else if (!found) faults.push(`box ${n}: uid ${uid} (${subject}) is lost`)
      else if (found.subject !== subject) faults.push(`box ${n}: uid ${uid} is ${found.subject}, was ${subject}`)
    }
    for (const [key, state] of box.keywords) {
      const [uid, keyword] = key.split(' ') as [string, string]
      const found = there.get(Number(uid))
      if (!found || state === 'unknown') continue
      if (found.flags.has(keyword) !== (state === 'there'))
        faults.push(`box ${n}: uid ${uid} has lost its ${keyword} (${state})`)
    }
    await client.must('LOGOUT')
    client.destroy()
  }
}

const main = async (): Promise<number> => {
  say(`crash of mailboxes: ${rounds} rounds, ${SESSIONS} sessions, seed ${seed}`)
  let sandbox = await start()
  const workers = [...Array.from({ length: SESSIONS }, (_, n) => keepLiving(n, () => sandbox)), deliver(() => sandbox)]
  let failed = 0
  try {
    for (let round = 1; round <= rounds; round++) {
      const before = { ...counts }
      await pause(random.between(LOAD_MS.least, LOAD_MS.most))
      const death = round % 2 === 1 ? 'all' : 'allAndDatabase'
      await kill(death, sandbox.pid, dataDir, random.pick)
      holding = true
      await sandbox.ended
      sandbox = await start()
      await judge(sandbox)
      holding = false
      say(
        `round ${round}: ${death}, ${counts.appends - before.appends} appends, ${counts.stores - before.stores} stores, ` +
          `${counts.expunges - before.expunges} expunges, ${counts.deliveries - before.deliveries} deliveries, ${faults.length} faults`,
      )
      if (counts.appends === before.appends || counts.stores === before.stores)
        faults.push(`round ${round}: nothing was done`)
      if (faults.length > 0) failed++
      for (const fault of faults.splice(0).slice(0, 20)) say(`  ${fault}`)
    }
  } finally {
    stopping = true
    await Promise.race([Promise.all(workers), pause(25_000)])
    await sandbox.stop()
    running = undefined
    if (failed === 0) rmSync(folder, { recursive: true, force: true })
    else say(`data kept in ${folder}`)
  }
  say(JSON.stringify(counts))
  say(`${rounds - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.once('SIGINT', () => process.exit(130))
process.once('exit', () => {
  // However this ends, nothing of it stays behind.
  if (running !== undefined) killNow(running.pid, dataDir)
})
process.exitCode = await main()
