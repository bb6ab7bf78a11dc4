// The workloads of mail programs: a box of 10,000 messages against Dovecot, IDLE, and the same beside many other boxes.
import { openSubmission } from '../../src/shell/sandbox/submission.ts'
import { makeData } from '../content.ts'
import { median, round } from '../measure.ts'
import { atMost, type Check, type Context, type Report } from '../report.ts'
import { seedBoxes } from '../seedBoxes.ts'
import { memoryBytes, pause } from '../system.ts'
import { type ImapSession, openSession } from './session.ts'
import { BOX, fill, idleLatency, POP_MESSAGES, type Side, type Step, steps } from './steps.ts'

const MESSAGES = 10_000
const SMALL_BYTES = 5_000
/** User of the provider whose box is filled; user 1 sends to it. */
const USER = 0
const SENDER = 1

/** Our time over Dovecot's, at the most. */
const goalOf = (step: Step): number => (step.name === 'SEARCH TEXT' ? 0.2 : 1.5)

const keyOf = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9*:]+/g, ' ')
    .trim()
    .replaceAll(' ', '_')

const prepare = async (context: Context, side: Side, who: string): Promise<void> => {
  context.say(`filling a box of ${who} …`)
  await fill(side, BOX, MESSAGES, SMALL_BYTES)
  await fill(side, 'INBOX', POP_MESSAGES, SMALL_BYTES)
}

type Times = Map<string, number[]>

const runSteps = async (all: readonly Step[], side: Side, times: Times): Promise<void> => {
  for (const step of all) {
    const list = times.get(step.name) ?? []
    list.push(await step.run(side))
    times.set(step.name, list)
  }
}

/** Whole rounds of all steps, ours and the peer's in turns. */
const imap = async (context: Context): Promise<readonly Report[]> => {
  const ours = await context.arena.ours('rsa')
  const peer = await context.arena.peer()
  await prepare(context, ours.mail(USER), 'ours')
  if (peer) await prepare(context, peer.mail(USER), 'the peer')
  const all = steps(MESSAGES)
  const mine: Times = new Map()
  const theirs: Times = new Map()
  // The first round warms the code; what a first FETCH costs is told of the first round of each.
  for (let n = 0; n < context.runs + 1; n++) {
    context.say(`round ${n} …`)
    if (peer) await runSteps(all, peer.mail(USER), theirs)
    await runSteps(all, ours.mail(USER), mine)
  }
  const of = (times: Times, step: Step): number => {
    const list = times.get(step.name)!
    return step.name.endsWith('first') ? list[0]! : median(list.slice(1))
  }
  const checks: Check[] = peer
    ? all.map((step) => atMost(`${step.name} ÷ peer`, of(mine, step) / of(theirs, step), goalOf(step)))
    : []
  const figures: Record<string, number | string> = {
    peer: peer?.version ?? `not measured: ${context.arena.peerProblem}`,
  }
  for (const step of all) {
    figures[`${keyOf(step.name)}_ms`] = round(of(mine, step))
    if (peer) figures[`${keyOf(step.name)}_peer_ms`] = round(of(theirs, step))
  }
  return [
    { name: 'imap', workload: `mail programs over TLS on a box of ${MESSAGES} messages of 5 KB`, checks, figures },
  ]
}

const IDLE_TIMES = 100
const IDLE_CONNECTIONS = 2_000

const holdIdle = async (side: (user: number) => Side, connections: number): Promise<readonly ImapSession[]> => {
  const held: ImapSession[] = []
  for (let n = 0; n < connections; n += 10) {
    const few = Array.from({ length: Math.min(10, connections - n) }, async (_, k) => {
      const session = await openSession(side((n + k) % 50).imap)
      await session.command('SELECT INBOX')
      await session.idle()
      return session
    })
    held.push(...(await Promise.all(few)))
  }
  return held
}

const memoryOfIdle = async (pids: () => readonly number[], side: (user: number) => Side, connections: number) => {
  // What the first ones load serves all the others.
  const first = await holdIdle(side, 100)
  await pause(2_000)
  const before = memoryBytes(pids())
  const held = await holdIdle(side, connections)
  await pause(2_000)
  const perConnection = (memoryBytes(pids()) - before) / connections
  for (const session of [...first, ...held]) session.close()
  return perConnection / 1024
}

const idle = async (context: Context): Promise<readonly Report[]> => {
  const ours = await context.arena.ours('rsa')
  const target = ours.target('alfa', 'alfa')
  const account = { user: target.senders[SENDER]!, password: target.password }
  const connection = await openSubmission({ port: target.submissionPort, security: 'starttls', ...account })
  const recipients = [target.recipients[USER]!]
  const send = async (): Promise<void> => {
    const data = makeData({ from: account.user, recipients, sizeBytes: SMALL_BYTES })
    await connection.send({ from: account.user, recipients, data })
  }
  for (let n = 0; n < 100; n++) await send()
  const runs: { p50: number; p99: number }[] = []
  for (let n = 0; n < context.runs; n++) runs.push(await idleLatency(ours.mail(USER).imap, send, IDLE_TIMES))
  await connection.quit()
  const kibibytes = await memoryOfIdle(ours.programs, ours.mail, IDLE_CONNECTIONS)
  return [
    {
      name: 'imap-idle',
      workload: `new mail told to a client that idles; memory of ${IDLE_CONNECTIONS} idle connections over TLS`,
      checks: [
        atMost('250 of the submission to EXISTS, p99 ms', median(runs.map((run) => run.p99)), 50),
        atMost('KB for each idle connection', kibibytes, 60),
      ],
      figures: {
        p50Ms: round(median(runs.map((run) => run.p50))),
        memory: 'PSS of the programs, clients not counted',
      },
    },
  ]
}

const BOXES = 1_000
const BOX_MESSAGES = 1_000

/** The same box, beside none and beside many others. */
const beside = async (context: Context): Promise<readonly Report[]> => {
  const ours = await context.arena.ours('rsa')
  await prepare(context, ours.mail(USER), 'ours')
  const all = steps(MESSAGES).filter((step) => !step.name.endsWith('first'))
  const run = async (): Promise<Times> => {
    const times: Times = new Map()
    for (let n = 0; n < context.runs + 1; n++) await runSteps(all, ours.mail(USER), times)
    return times
  }
  const alone = await run()
  context.say(`storing ${BOXES} boxes of ${BOX_MESSAGES} messages …`)
  const seeded = await seedBoxes(ours.dataDir, 'alfa', BOXES, BOX_MESSAGES)
  const crowded = await run()
  const of = (times: Times, step: Step): number => median(times.get(step.name)!.slice(1))
  const ratios = all.map((step) => atMost(`${step.name} ÷ alone`, of(crowded, step) / of(alone, step), 1.2))
  return [
    {
      name: 'imap-beside',
      workload: `the same beside ${BOXES} boxes of ${BOX_MESSAGES} messages`,
      checks: ratios,
      figures: seeded,
    },
  ]
}

export const MAILBOX_WORKLOADS = [
  { name: 'imap', run: imap },
  { name: 'imap-idle', run: idle },
  { name: 'imap-beside', run: beside },
] as const satisfies readonly {
  readonly name: string
  readonly run: (context: Context) => Promise<readonly Report[]>
}[]
