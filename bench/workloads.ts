// The workloads of the bench: what each runs, the figures it gives and the goals they are held against.
import type { Ours } from './arena.ts'
import { JMAP_WORKLOADS } from './jmap/workload.ts'
import { MAILBOX_WORKLOADS } from './mailbox/workloads.ts'
import { type Algorithm, median, quantile, round, runLoad } from './measure.ts'
import { measureRegister } from './register.ts'
import { atLeast, atMost, type Context, type Report, type Workload } from './report.ts'
import { bigRun, CONNECTIONS, certifiedRun, type FlowFigures, flowJob, plainRun, SMALL_BYTES } from './runs.ts'
import { seedMessages } from './seed.ts'
import { measureTiming } from './timing.ts'
import { WEB_WORKLOADS } from './web/workload.ts'

const MESSAGES = 1200
/** A server lives for months: its figures are those of warm code. */
const WARM_MESSAGES = 4000
const NO_PEER = 'not measured'

const repeat = async <T>(times: number, once: () => Promise<T>): Promise<readonly T[]> => {
  const all: T[] = []
  for (let n = 0; n < times; n++) all.push(await once())
  return all
}

const middle = <T>(all: readonly T[], of: (one: T) => number): number => round(median(all.map(of)))

const share = (run: FlowFigures): number => run.signaturesPerSecond / run.ceiling

const flowFigures = (all: readonly FlowFigures[]) => ({
  certifiedPerSecond: middle(all, (run) => run.perSecond),
  signaturesPerSecond: middle(all, (run) => run.signaturesPerSecond),
  ceilingSignaturesPerSecond: middle(all, (run) => run.ceiling),
  programCpuMsPerMessage: middle(all, (run) => run.programCpuMs),
  mainThreadCpuMsPerMessage: middle(all, (run) => run.mainThreadCpuMs),
  databaseCpuMsPerMessage: middle(all, (run) => run.databaseCpuMs),
  clientCpuMsPerMessage: middle(all, (run) => run.clientCpuMs),
  loginMs: middle(all, (run) => run.loginMs),
  certifiedPerSecondOfEachRun: all.map((run) => round(run.perSecond)),
  shareOfCeilingOfEachRun: all.map((run) => round(share(run))),
})

const warmed = new WeakSet<Ours>()

/** Ours, after enough messages both ways that what is compiled and cached at first use is so. */
const warmOurs = async (context: Context, algorithm: Algorithm): Promise<Ours> => {
  const ours = await context.arena.ours(algorithm)
  if (!warmed.has(ours)) {
    context.say('warming up …')
    await runLoad(flowJob(ours.target('alfa', 'alfa'), WARM_MESSAGES))
    await runLoad(flowJob(ours.target('alfa', 'beta'), WARM_MESSAGES / 2))
    warmed.add(ours)
  }
  return ours
}

let peerIsWarm = false
const warmPeer = async (context: Context) => {
  const peer = await context.arena.peer()
  if (peer !== undefined && !peerIsWarm) await runLoad(flowJob(peer.target, WARM_MESSAGES))
  peerIsWarm = true
  return peer
}

/** Same provider: the share of the ceiling, and against the peer's plain delivery in turns. */
const same = async (context: Context): Promise<readonly Report[]> => {
  const ours = await warmOurs(context, 'rsa')
  const peer = await warmPeer(context)
  const job = flowJob(ours.target('alfa', 'alfa'), MESSAGES)
  const both = await repeat(context.runs, async () => ({
    certified: await certifiedRun(ours, job, 'rsa'),
    plain: peer && (await plainRun(peer, job)),
  }))
  const all = both.map((one) => one.certified)
  context.empty ??= all
  const workload = `same provider, 5 KB, ${CONNECTIONS} connections with AUTH and TLS, durable`
  const ratio = median(all.map(share))
  const first: Report = {
    name: 'same-provider',
    workload,
    checks: [atLeast('floor: signatures/s ÷ ceiling', ratio, 0.35), atLeast('signatures/s ÷ ceiling', ratio, 0.5)],
    figures: flowFigures(all),
  }
  const plain = both.flatMap((one) => (one.plain ? [one.plain] : []))
  if (peer === undefined || plain.length === 0) return [first, withoutPeer(context, 'same-provider-vs-peer', workload)]
  const ratios = both.map((one) => one.certified.perSecond / one.plain!.perSecond)
  const second: Report = {
    name: 'same-provider-vs-peer',
    workload,
    checks: [atLeast('certified messages/s ÷ peer plain messages/s', median(ratios), 1)],
    figures: {
      peer: peer.version,
      certifiedPerSecond: middle(all, (run) => run.perSecond),
      peerPerSecond: middle(plain, (run) => run.perSecond),
      peerPerSecondOfEachRun: plain.map((run) => round(run.perSecond)),
      peerCpuMsPerMessage: middle(plain, (run) => run.serverCpuMs),
      serverCpuMsPerMessage: middle(all, (run) => run.programCpuMs + run.databaseCpuMs),
    },
  }
  return [first, second]
}

const withoutPeer = (context: Context, name: string, workload: string): Report => ({
  name,
  workload,
  checks: [],
  figures: { peer: `${NO_PEER}: ${context.arena.peerProblem ?? 'no figures'}` },
})

const cross = async (context: Context): Promise<readonly Report[]> => {
  const ours = await warmOurs(context, 'rsa')
  const job = flowJob(ours.target('alfa', 'beta'), MESSAGES)
  const all = await repeat(context.runs, () => certifiedRun(ours, job, 'rsa'))
  const ratio = median(all.map(share))
  return [
    {
      name: 'alfa-beta',
      workload: `Alfa to Beta over TLS, 5 KB, ${CONNECTIONS} connections`,
      checks: [atLeast('floor: signatures/s ÷ ceiling', ratio, 0.3), atLeast('signatures/s ÷ ceiling', ratio, 0.45)],
      figures: flowFigures(all),
    },
  ]
}

const p256 = async (context: Context): Promise<readonly Report[]> => {
  await context.arena.close('rsa')
  const ours = await warmOurs(context, 'p256')
  const local = await repeat(context.runs, () =>
    certifiedRun(ours, flowJob(ours.target('alfa', 'alfa'), MESSAGES), 'p256'),
  )
  const remote = await repeat(context.runs, () =>
    certifiedRun(ours, flowJob(ours.target('alfa', 'beta'), MESSAGES), 'p256'),
  )
  await context.arena.close('p256')
  return [
    {
      name: 'p256',
      workload: `the same with P-256 keys (same provider; Alfa to Beta), 5 KB, ${CONNECTIONS} connections`,
      checks: [],
      figures: { ...flowFigures(local), alfaBetaCertifiedPerSecond: middle(remote, (run) => run.perSecond) },
    },
  ]
}

const LATENCY_MESSAGES = 150

const latency = async (context: Context): Promise<readonly Report[]> => {
  const ours = await warmOurs(context, 'rsa')
  const peer = await warmPeer(context)
  const one = { kind: 'single', connections: 1 } as const
  const target = ours.target('alfa', 'alfa')
  await runLoad(flowJob(target, 30, one))
  const both = await repeat(context.runs, async () => ({
    certified: (await runLoad(flowJob(target, LATENCY_MESSAGES, one))).latenciesMs,
    plain: peer && (await runLoad(flowJob(peer.target, LATENCY_MESSAGES, one))).latenciesMs,
  }))
  const workload = 'one message at a time, 5 KB, idle system: MAIL to all receipts visible'
  const p50 = median(both.map((run) => quantile(run.certified, 0.5)))
  const p99 = median(both.map((run) => quantile(run.certified, 0.99)))
  const figures = { p50Ms: round(p50), p99Ms: round(p99) }
  if (peer === undefined) return [{ ...withoutPeer(context, 'latency', workload), figures }]
  const ratio = (of: number): number =>
    median(both.map((run) => quantile(run.certified, of) / quantile(run.plain!, 0.5)))
  return [
    {
      name: 'latency',
      workload,
      checks: [atMost('p50 ÷ peer p50', ratio(0.5), 2.5), atMost('p99 ÷ peer p50', ratio(0.99), 8)],
      figures: {
        ...figures,
        peer: peer.version,
        peerP50Ms: round(median(both.map((run) => quantile(run.plain!, 0.5)))),
        peerP99Ms: round(median(both.map((run) => quantile(run.plain!, 0.99)))),
      },
    },
  ]
}

const MIB = 1024 * 1024
const BIG_BYTES = 30 * 1000 * 1000

/** On a program started anew, so that memory left over from other loads does not hide what this one takes. */
const big = async (context: Context): Promise<readonly Report[]> => {
  const ours = await context.arena.ours('rsa')
  await ours.restart()
  await runLoad(flowJob(ours.target('alfa', 'alfa'), WARM_MESSAGES))
  const more = { connections: 1, recipientsEach: 50, sizeBytes: BIG_BYTES, pollMs: 20 }
  const job = flowJob(ours.target('alfa', 'alfa'), 1, more)
  const all = await repeat(context.runs, () =>
    bigRun({ pids: () => [...ours.programs(), ...ours.databases()], folder: ours.dataDir }, job),
  )
  const peer = await warmPeer(context)
  const plain = peer
    ? await repeat(context.runs, () =>
        bigRun({ pids: () => peer.pids, folder: peer.folder }, { ...job, target: peer.target }),
      )
    : []
  const mebibytes = (bytes: number): number => round(bytes / MIB)
  return [
    {
      name: 'large-to-50',
      workload: '30 MB to 50 local recipients, limit raised',
      checks: [
        atMost('wall seconds', median(all.map((run) => run.wallSeconds)), 2),
        atMost('memory over idle, MB', median(all.map((run) => run.moreBytes)) / 1e6, 150),
        atMost('stored bytes ÷ message bytes', median(all.map((run) => run.storedBytes / run.messageBytes)), 1.1),
      ],
      figures: {
        wallSecondsOfEachRun: all.map((run) => round(run.wallSeconds)),
        memoryOverIdleMiBOfEachRun: all.map((run) => mebibytes(run.moreBytes)),
        idleMemoryMiB: mebibytes(all[0]!.idleBytes),
        storedRatioOfEachRun: all.map((run) => round(run.storedBytes / run.messageBytes)),
        memory: 'PSS of all processes, PostgreSQL and its shared memory included, peak of 50 ms samples',
        stored: 'growth of the data folder but for the ring of the write-ahead log',
        ...(plain.length > 0
          ? {
              peer: peer!.version,
              peerWallSeconds: middle(plain, (run) => run.wallSeconds),
              peerMemoryOverIdleMiB: mebibytes(median(plain.map((run) => run.moreBytes))),
              peerStoredRatio: middle(plain, (run) => run.storedBytes / run.messageBytes),
            }
          : { peer: `${NO_PEER}: ${context.arena.peerProblem}` }),
      },
    },
  ]
}

const FIFTY_MESSAGES = 60
const RECEIPTS_EACH = 51 // an acceptance and fifty deliveries

const fifty = async (context: Context): Promise<readonly Report[]> => {
  const ours = await warmOurs(context, 'rsa')
  const job = flowJob(ours.target('alfa', 'alfa'), FIFTY_MESSAGES, { recipientsEach: 50 })
  await runLoad({ ...job, messages: 5 })
  const all = await repeat(context.runs, () => certifiedRun(ours, job, 'rsa'))
  const ratio = (run: FlowFigures): number => (run.perSecond * RECEIPTS_EACH) / run.ceiling
  return [
    {
      name: 'one-to-50',
      workload: `1 message of 5 KB to 50 local recipients, ${CONNECTIONS} connections`,
      checks: [atLeast('receipts/s ÷ ceiling', median(all.map(ratio)), 0.4)],
      figures: {
        receiptsPerSecond: middle(all, (run) => run.perSecond * RECEIPTS_EACH),
        receiptsPerSecondOfEachRun: all.map((run) => round(run.perSecond * RECEIPTS_EACH)),
        ceilingSignaturesPerSecond: middle(all, (run) => run.ceiling),
        serverCpuMsPerMessage: middle(all, (run) => run.programCpuMs + run.databaseCpuMs),
      },
    },
  ]
}

const stored = async (context: Context): Promise<readonly Report[]> => {
  const ours = await warmOurs(context, 'rsa')
  const job = flowJob(ours.target('alfa', 'alfa'), MESSAGES)
  context.empty ??= await repeat(context.runs, () => certifiedRun(ours, job, 'rsa'))
  const empty = context.empty
  context.say(`storing ${context.seed} messages …`)
  const seeded = await seedMessages(ours.dataDir, 'alfa', context.seed)
  await runLoad(flowJob(ours.target('alfa', 'alfa'), WARM_MESSAGES / 2))
  const full = await repeat(context.runs, () => certifiedRun(ours, job, 'rsa'))
  const ratio = median(full.map((run) => run.perSecond)) / median(empty.map((run) => run.perSecond))
  return [
    {
      name: 'stored',
      workload: `same provider with ${context.seed} messages already stored`,
      checks: [atLeast("throughput ÷ the empty system's", ratio, 0.9)],
      figures: {
        ...flowFigures(full),
        emptyCertifiedPerSecond: middle(empty, (run) => run.perSecond),
        ratioOfSharesOfCeiling: round(median(full.map(share)) / median(empty.map(share))),
        ...seeded,
      },
    },
  ]
}

const MEMBERS = 50_000

const register = async ({ say }: Context): Promise<readonly Report[]> => [await measureRegister(MEMBERS, say)]

/** In the order in which they run: the store is filled last, P-256 is a sandbox of its own. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'large-to-50', run: big },
  { name: 'same-provider', run: same },
  { name: 'alfa-beta', run: cross },
  { name: 'latency', run: latency },
  { name: 'one-to-50', run: fifty },
  { name: 'stored', run: stored },
  ...MAILBOX_WORKLOADS,
  ...JMAP_WORKLOADS,
  ...WEB_WORKLOADS,
  { name: 'p256', run: p256 },
  { name: 'register', alone: true, run: register },
  { name: 'timing', alone: true, run: ({ say }) => measureTiming(say) },
]

export const MESSAGE_BYTES = SMALL_BYTES
