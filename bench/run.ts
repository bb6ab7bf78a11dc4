// `npm run bench [-- NAME …]`: the speed of the platform as JSON lines, beside the machine's own ceiling and the peer.
import { parseArgs } from 'node:util'
import { type Ours, openArena } from './arena.ts'
import { openProfile } from './profile.ts'
import type { Context } from './report.ts'
import { passwordHashing } from './seed.ts'
import { holdToTwoCores, machineFacts } from './system.ts'
import { WORKLOADS } from './workloads.ts'

const HELP = `npm run bench [-- NAME … --runs N --seed N --profile]
  names: ${WORKLOADS.map((one) => one.name).join(' ')}   (all of them unless some are named)
  --runs N    runs of each, of which the median is told (3)
  --seed N    messages stored before the workload "stored" (100000)
  --box N     messages of the box of the workload "jmap" (50000)
  --profile   also take a CPU profile of each provider and tell where its time goes (slower: not for figures)`

/** What comes on standard output is JSON lines only; the rest is for people. */
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '100000' },
    box: { type: 'string', default: '50000' },
    'port-offset': { type: 'string' },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const chosen = WORKLOADS.filter((one) => positionals.length === 0 || positionals.includes(one.name))
const unknown = positionals.filter((name) => !WORKLOADS.some((one) => one.name === name))

const hashingOf = async (ours: Ours): Promise<string> =>
  `${await passwordHashing(ours.dataDir)}, once per connection, before the clock starts; the peer does not hash`

const main = async (): Promise<number> => {
  if (values.help || unknown.length > 0) {
    say(unknown.length > 0 ? `unknown: ${unknown.join(' ')}\n${HELP}` : HELP)
    return values.help ? 0 : 2
  }
  const machine = machineFacts(holdToTwoCores())
  const profile = values.profile ? openProfile() : undefined
  const told: string[] = []
  const arena = openArena({
    portOffset: values['port-offset'] === undefined ? undefined : Number(values['port-offset']),
    nodeOptions: [],
    env: profile?.env ?? {},
    say,
    onLine: (line) => {
      told.push(line)
      if (told.length > 25) told.shift()
    },
  })
  const giveUp = (): void => void arena.closeAll().finally(() => process.exit(130))
  process.once('SIGINT', giveUp)
  process.once('SIGTERM', giveUp)
  if (arena.peerProblem !== undefined) say(`the peer is not measured: ${arena.peerProblem}`)
  const context: Context = {
    arena,
    runs: Number(values.runs),
    say,
    empty: undefined,
    seed: Number(values.seed),
    box: Number(values.box),
  }
  const startedAt = performance.now()
  let missed = 0
  try {
    let passwordHash: string | undefined
    for (const workload of chosen) {
      say(`── ${workload.name}`)
      const algorithm = workload.name === 'p256' ? 'p256' : 'rsa'
      if (algorithm === 'p256') await arena.close('rsa')
      if (!workload.alone) passwordHash ??= await hashingOf(await arena.ours(algorithm))
      for (const report of await workload.run(context)) {
        const met = report.checks.every((check) => check.met)
        if (!met) missed++
        const facts = { runs: context.runs, passwordHash, machine }
        console.log(JSON.stringify({ ...report, met: report.checks.length > 0 ? met : null, ...facts }))
      }
    }
  } catch (error) {
    say(`the sandbox said last:\n  ${told.join('\n  ')}`)
    throw error
  } finally {
    await arena.closeAll()
  }
  for (const line of profile?.summary() ?? []) say(line)
  say(
    `${missed === 0 ? 'every goal met' : `${missed} short of their goal`}, in ${Math.round((performance.now() - startedAt) / 1000)} s`,
  )
  return 0
}

process.exitCode = await main()
