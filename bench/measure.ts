// Measuring: medians, the ceiling beside every run, the client's process, the server's CPU and signatures.
import { execFile, fork } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { getText } from '../test/support/client/mailbox.ts'
import type { LoadJob, LoadResult } from './load.ts'

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Of values in order, the one below which that share of them lies. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

/** Three significant digits are all that such figures hold; large ones are whole numbers. */
export const round = (value: number): number =>
  Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3))

export type Algorithm = 'rsa' | 'p256'

const CEILING_MS = 600

/** Signatures a second of node:crypto through its pool, now, on the two cores. */
export const measureCeiling = async (algorithm: Algorithm): Promise<number> => {
  const args = [join(import.meta.dirname, 'ceiling.ts'), algorithm, String(CEILING_MS)]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, UV_THREADPOOL_SIZE: '2', NODE_OPTIONS: '' },
    timeout: 60_000,
  })
  return Number(stdout)
}

/** Runs one job in a client process of its own; a bound on the whole comes on top of the job's own. */
export const runLoad = (job: LoadJob): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'load.ts'), {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), 2 * job.limitMs)
    child.once('message', (answer: { result?: LoadResult; error?: string }) => {
      if (answer.result) resolve(answer.result)
      else reject(new Error(answer.error))
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`the client ended without an answer (${signal ?? code})`))
    })
    child.send(job)
  })

/** Sum of a counter over the providers' `/metrics`. */
export const readCounter = async (httpPorts: readonly number[], name: string): Promise<number> => {
  let sum = 0
  for (const port of httpPorts) {
    for (const line of (await getText(port, '/metrics')).split('\n')) {
      if (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) sum += Number(line.slice(line.lastIndexOf(' ')))
    }
  }
  return sum
}
