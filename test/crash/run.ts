// `npm run crash [-- --rounds N --seed N]`: kills the server at random moments under load, then counts every receipt.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { getText } from '../support/client/mailbox.ts'
import { freeOffset, type Sandbox, startSandbox } from '../support/client/sandbox.ts'
import { openEvidence } from './evidence.ts'
import { hasten } from './hasten.ts'
import { type Judgement, judgeAll } from './judgement.ts'
import { type Death, kill, killNow, orphans, providersOf } from './killing.ts'
import { openLedger, readLedger } from './ledger.ts'
import { openRandom, type Random } from './random.ts'
import { startTraffic, USERS } from './traffic.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'port-offset': { type: 'string' },
    /** Leaves the data folder for whoever wants to look. */
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

const rounds = Number(values.rounds)
const seed = Number(values.seed)
const folder = mkdtempSync(join(tmpdir(), 'ceralacca-crash-'))
chmodSync(folder, 0o755)
const dataDir = join(folder, 'data')
const portOffset = values['port-offset'] === undefined ? await freeOffset() : Number(values['port-offset'])
const ledgerPath = join(folder, 'ledger.jsonl')
const say = (line: string): void => console.log(line)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const FAULTS_TOLD = 30
/** Load before the death: long enough for messages to be at every stage, with back-off and restarts behind them. */
const LOAD_MS = { least: 300, most: 2000 }
/** With nothing new in any mailbox for so long, what is not there yet is lost: longer than leases and early back-offs. */
const QUIET_MS = 90_000
/** How long there is nothing new before late back-offs are cut short. */
const HASTEN_AFTER_MS = 20_000
const READY_LIMIT_MS = 60_000
/** Quiet after the last expected message, in which a doubled one would still come. */
const AFTER_MS = 3_000

/** What must not outlive this program. */
let running: Sandbox | undefined

const start = async (): Promise<Sandbox> => {
  running = await startSandbox({
    dataDir,
    portOffset,
    users: USERS,
    ...(values.verbose ? { onLine: say } : {}),
  })
  return running
}

/** Every way to die comes up in ten rounds; the whole machine's is the most frequent. */
const DEATHS: readonly Death[] = ['all', 'oneProvider', 'allAndDatabase', 'all', 'starterOnly']
const deathOf = (round: number, random: Random): Death =>
  round <= DEATHS.length ? DEATHS[round - 1]! : random.pick(DEATHS)

/** One death. Gives the sandbox that runs afterwards, and what was wrong with the death itself. */
const die = async (sandbox: Sandbox, death: Death, random: Random): Promise<{ sandbox: Sandbox; wrong?: string }> => {
  const providers = providersOf(sandbox.pid)
  await kill(death, sandbox.pid, dataDir, random.pick)
  if (death === 'oneProvider') return { sandbox }
  let wrong: string | undefined
  if (death === 'starterOnly') {
    const left = await orphans(providers)
    if (left.length > 0) wrong = `providers ${left} outlived their starter`
    for (const pid of left) process.kill(pid, 'SIGKILL')
  }
  await sandbox.ended
  return { sandbox: await start(), ...(wrong === undefined ? {} : { wrong }) }
}

const isReady = async (sandbox: Sandbox): Promise<boolean> => {
  try {
    for (const side of ['alfa', 'beta'] as const) await getText(sandbox.port(side, 'http'), '/readyz')
    return true
  } catch {
    return false
  }
}

/** A provider killed alone is started again by the sandbox in its own time. */
const untilReady = async (sandbox: Sandbox): Promise<void> => {
  for (const until = performance.now() + READY_LIMIT_MS; !(await isReady(sandbox)); await pause(100)) {
    if (performance.now() > until) throw new Error(`a provider was not ready again in ${READY_LIMIT_MS} ms`)
  }
}

/** Reads mailboxes until all is there that the ledger promises, and a little longer; or until nothing comes any more. */
const drain = async (sandbox: Sandbox): Promise<Judgement> => {
  const evidence = openEvidence(sandbox, dataDir)
  const ledger = readLedger(ledgerPath)
  try {
    let quietSince = performance.now()
    let hastened = false
    for (;;) {
      if ((await evidence.collect()) > 0) quietSince = performance.now()
      if (!hastened && performance.now() - quietSince > HASTEN_AFTER_MS) {
        hastened = true
        await hasten(dataDir)
      }
      const judgement = judgeAll(ledger, evidence.found)
      const quietMs = performance.now() - quietSince
      const complete = judgement.faults.every((fault) => fault.kind !== 'lost')
      if ((complete && quietMs > AFTER_MS) || quietMs > QUIET_MS) return judgement
      await pause(500)
    }
  } finally {
    evidence.close()
  }
}

const tell = (judgement: Judgement): void => {
  const { faults, ...counts } = judgement
  say(JSON.stringify(counts))
  for (const fault of faults.slice(0, FAULTS_TOLD))
    say(`  ${fault.kind}: round ${fault.round} ${fault.id} ${fault.what}`)
  if (faults.length > FAULTS_TOLD) say(`  … and ${faults.length - FAULTS_TOLD} more`)
  const of = (kind: string): number => faults.filter((fault) => fault.kind === kind).length
  say(`lost ${of('lost')}, doubled ${of('doubled')}, wrong ${of('wrong')}`)
}

const main = async (): Promise<number> => {
  say(`crash: ${rounds} rounds, seed ${seed}, ledger ${ledgerPath}`)
  const startedAt = performance.now()
  const random = openRandom(seed)
  const ledger = openLedger(ledgerPath)
  const failed = new Set<number>()
  let sandbox = await start()
  let round = 1
  const traffic = startTraffic({ sandbox: () => sandbox, ledger, random: openRandom(seed + 1), round: () => round })
  try {
    for (; round <= rounds; round++) {
      const before = traffic.answered()
      const loadMs = random.between(LOAD_MS.least, LOAD_MS.most)
      await pause(loadMs)
      const death = deathOf(round, random)
      const diedAt = performance.now()
      const after = await die(sandbox, death, random)
      sandbox = after.sandbox
      if (after.wrong !== undefined) failed.add(round)
      const upMs = Math.round(performance.now() - diedAt)
      const back = death === 'oneProvider' ? 'its starter brings it back' : `up again in ${upMs} ms`
      const told = `${death} after ${loadMs} ms, ${traffic.answered() - before} answered, ${back}`
      say(`round ${round}: ${told}${after.wrong === undefined ? '' : ` FAILED: ${after.wrong}`}`)
    }
    await pause(1000)
    await traffic.stop()
    for (const refusal of new Set(traffic.refusals())) say(`refused: ${refusal}`)
    if (traffic.refusals().length > 0) failed.add(rounds)
    say('draining …')
    await untilReady(sandbox)
    const judgement = await drain(sandbox)
    tell(judgement)
    for (const fault of judgement.faults) failed.add(Math.min(Math.max(fault.round, 1), rounds))
    if (judgement.answered === 0) failed.add(rounds)
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    failed.add(Math.min(round, rounds))
  } finally {
    await Promise.race([traffic.stop(), pause(25_000)])
    ledger.close()
    await sandbox.stop()
    running = undefined
    if (!values.keep && failed.size === 0) rmSync(folder, { recursive: true, force: true })
    else say(`data kept in ${folder}`)
  }
  say(`${Math.round((performance.now() - startedAt) / 1000)} s`)
  say(`${rounds - failed.size} passed, ${failed.size} failed`)
  return failed.size === 0 ? 0 : 1
}

process.once('SIGINT', () => process.exit(130))
process.once('exit', () => {
  // However this ends, nothing of it stays behind.
  if (running !== undefined) killNow(running.pid, dataDir)
})
process.exitCode = await main()
