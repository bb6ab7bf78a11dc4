// One measured run of a load against one system, with the ceiling taken right before and right after.
import type { Ours } from './arena.ts'
import type { LoadJob, LoadResult, Target } from './load.ts'
import { type Algorithm, measureCeiling, median, readCounter, runLoad } from './measure.ts'
import { cpuSeconds, diskBytes, mainThreadSeconds, memoryBytes, pause } from './system.ts'

export const CONNECTIONS = 16
export const SMALL_BYTES = 5_000
const LIMIT_MS = 90_000

/** A load with what most of them share. */
export const flowJob = (target: Target, messages: number, more: Partial<LoadJob> = {}): LoadJob => ({
  kind: 'flow',
  target,
  connections: CONNECTIONS,
  messages,
  recipientsEach: 1,
  sizeBytes: SMALL_BYTES,
  pollMs: 50,
  limitMs: LIMIT_MS,
  ...more,
})

export type FlowFigures = {
  readonly perSecond: number
  readonly signaturesPerSecond: number
  readonly ceiling: number
  /** CPU of one message: in the programs of both providers, in the database, in the client. */
  readonly programCpuMs: number
  /** Of the programs' CPU, that of their main threads: everything but signatures, hashes, files. */
  readonly mainThreadCpuMs: number
  readonly databaseCpuMs: number
  readonly clientCpuMs: number
  readonly loginMs: number
  readonly seconds: number
}

/** Ours under load: certified messages a second, until every receipt and envelope is in its mailbox. */
export const certifiedRun = async (ours: Ours, job: LoadJob, algorithm: Algorithm): Promise<FlowFigures> => {
  const before = await measureCeiling(algorithm)
  const signatures = await readCounter(ours.httpPorts, 'ceralacca_signatures_total')
  // The sandbox starts the database: what is below the one counts for the other.
  const programs = cpuSeconds(ours.programs(), ours.databases())
  const threads = mainThreadSeconds(ours.programs(), ours.databases())
  const databases = cpuSeconds(ours.databases())
  const result = await runLoad(job)
  const programSeconds = cpuSeconds(ours.programs(), ours.databases()) - programs
  const threadSeconds = mainThreadSeconds(ours.programs(), ours.databases()) - threads
  const databaseSeconds = cpuSeconds(ours.databases()) - databases
  const made = (await readCounter(ours.httpPorts, 'ceralacca_signatures_total')) - signatures
  const after = await measureCeiling(algorithm)
  return {
    perSecond: job.messages / result.wallSeconds,
    signaturesPerSecond: made / result.wallSeconds,
    ceiling: (before + after) / 2,
    programCpuMs: (programSeconds * 1000) / job.messages,
    mainThreadCpuMs: (threadSeconds * 1000) / job.messages,
    databaseCpuMs: (databaseSeconds * 1000) / job.messages,
    clientCpuMs: (result.clientCpuSeconds * 1000) / job.messages,
    loginMs: median(result.loginMs),
    seconds: result.wallSeconds,
  }
}

/** The peer under the same load: messages a second, until every one is in its mailbox. */
export const plainRun = async (
  peer: { readonly target: Target; readonly pids: readonly number[] },
  job: LoadJob,
): Promise<{ readonly perSecond: number; readonly serverCpuMs: number }> => {
  const cpu = cpuSeconds(peer.pids)
  const result = await runLoad({ ...job, target: peer.target })
  return {
    perSecond: job.messages / result.wallSeconds,
    serverCpuMs: ((cpuSeconds(peer.pids) - cpu) * 1000) / job.messages,
  }
}

export type BigFigures = {
  readonly wallSeconds: number
  readonly idleBytes: number
  readonly moreBytes: number
  readonly storedBytes: number
  readonly messageBytes: number
}

const SAMPLE_MS = 50
/** The write-ahead log is a ring that is written over, not a place where messages are kept. */
const NOT_KEPT = new Set(['pg_wal'])

const SETTLE_LIMIT_MS = 90_000

/** Waits until nothing more is written: what the load before left for later (facts of its messages) is no part of this one. */
const untilSettled = async (folder: string): Promise<void> => {
  const until = performance.now() + SETTLE_LIMIT_MS
  let last = -1
  for (let same = 0; same < 3 && performance.now() < until; await pause(1_000)) {
    const now = diskBytes(folder, NOT_KEPT)
    same = now === last ? same + 1 : 0
    last = now
  }
}

/** One large message to many: time, memory over what the idle processes hold, and what the folder grows by. */
export const bigRun = async (
  system: { readonly pids: () => readonly number[]; readonly folder: string },
  job: LoadJob,
): Promise<BigFigures> => {
  await untilSettled(system.folder)
  const pids = system.pids()
  const idle: number[] = []
  for (let n = 0; n < 5; n++) {
    idle.push(memoryBytes(pids))
    await pause(SAMPLE_MS)
  }
  const disk = diskBytes(system.folder, NOT_KEPT)
  let peak = 0
  const sampler = setInterval(() => {
    peak = Math.max(peak, memoryBytes(pids))
  }, SAMPLE_MS)
  let result: LoadResult
  try {
    result = await runLoad(job)
  } finally {
    clearInterval(sampler)
  }
  await pause(500)
  return {
    wallSeconds: result.wallSeconds,
    idleBytes: median(idle),
    moreBytes: peak - median(idle),
    storedBytes: diskBytes(system.folder, NOT_KEPT) - disk,
    messageBytes: job.sizeBytes,
  }
}
