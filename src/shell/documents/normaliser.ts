// Files that people send are opened by processes without the right to write, to start others or to see the environment,
// one file each, one at a time, with a limit of time and of memory. The next process is started ahead.
import { type ChildProcess, fork } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { RefusedDocument } from '../../core/enrolment/documentKinds.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { NormalDocument } from './normalise.ts'
import type { NormaliseReply, NormaliseRequest } from './normalise-process.ts'

export type Normaliser = {
  /** Images of a file's pages. Throws Fault('documents') where too many wait, or the process broke for another reason than the file. */
  readonly normalise: (
    bytes: Uint8Array,
    options: { readonly wantQr: boolean },
  ) => Promise<NormalDocument | RefusedDocument>
  readonly close: () => void
}

export type NormaliserOptions = {
  readonly timeLimitMs?: number
  readonly memoryLimitBytes?: number
  /** Files that may wait for their turn. */
  readonly mostWaiting?: number
}

const TIME_LIMIT_MS = 30_000
const MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024
const MOST_WAITING = 64
const MEMORY_LOOK_MS = 100
const PAGE_BYTES = 4096

const PROGRAM = fileURLToPath(new URL('./normalise-process.ts', import.meta.url))
const ARGUMENTS = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-addons', // sharp
  '--disable-warning=SecurityWarning',
  '--disable-warning=ExperimentalWarning',
  '--max-old-space-size=256',
]

const start = (): ChildProcess => {
  const child = fork(PROGRAM, [], {
    execArgv: ARGUMENTS,
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.on('error', () => {}) // told by 'exit' and by what waits
  child.unref()
  child.channel?.unref()
  // where memory is short, this goes first
  if (child.pid) writeFile(`/proc/${child.pid}/oom_score_adj`, '1000').catch(() => {})
  return child
}

/** Memory of a process; zero where the system does not say. */
const residentBytes = async (pid: number | undefined): Promise<number> => {
  try {
    return Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]) * PAGE_BYTES
  } catch {
    return 0
  }
}

type Limits = { readonly timeLimitMs: number; readonly memoryLimitBytes: number }

/** Has one process do one file, and ends it. A process that is stopped or dies says that the file is too hard. */
const run = (child: ChildProcess, request: NormaliseRequest, limits: Limits): Promise<NormaliseReply> =>
  new Promise((resolve, reject) => {
    const tooHard: NormaliseReply = { kind: 'done', outcome: { refusal: 'documentTooHard' } }
    const settle = (finish: () => void): void => {
      clearTimeout(late)
      clearInterval(look)
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      finish()
    }
    const late = setTimeout(() => settle(() => resolve(tooHard)), limits.timeLimitMs)
    const look = setInterval(async () => {
      if ((await residentBytes(child.pid)) > limits.memoryLimitBytes) settle(() => resolve(tooHard))
    }, MEMORY_LOOK_MS)
    child.once('message', (reply: NormaliseReply) => settle(() => resolve(reply)))
    child.once('exit', (code, signal) => {
      // Killed from outside is not the file's doing, or cannot be told: it may be tried again.
      const reason = `the process for documents ended (${signal ?? code})`
      settle(() =>
        signal === 'SIGKILL' || signal === 'SIGTERM' ? reject(new Fault('documents', reason)) : resolve(tooHard),
      )
    })
    child.ref()
    child.channel?.ref()
    child.send(request, (error) => {
      if (error)
        settle(() => reject(new Fault('documents', 'the process for documents cannot be reached', { cause: error })))
    })
  })

/** Opens a normaliser; its first process starts with the first file. */
export const openNormaliser = (options: NormaliserOptions = {}): Normaliser => {
  const limits = {
    timeLimitMs: options.timeLimitMs ?? TIME_LIMIT_MS,
    memoryLimitBytes: options.memoryLimitBytes ?? MEMORY_LIMIT_BYTES,
  }
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let spare: ChildProcess | undefined
  let closed = false
  const take = (): ChildProcess => {
    const child = spare?.connected ? spare : start()
    spare = undefined
    return child
  }
  const one = async (request: NormaliseRequest): Promise<NormalDocument | RefusedDocument> => {
    if (closed) throw new Fault('documents', 'closed')
    const reply = await run(take(), request, limits)
    if (!closed) spare = start()
    if (reply.kind === 'failed') throw new Error(`a document could not be normalised: ${reply.reason}`)
    return reply.outcome
  }
  return {
    normalise: async (bytes, { wantQr }) => {
      if (waiting >= (options.mostWaiting ?? MOST_WAITING)) throw new Fault('documents', 'too many documents wait')
      waiting++
      const mine = turn.then(() => one({ bytes, wantQr }))
      turn = mine.catch(() => {})
      try {
        return await mine
      } finally {
        waiting--
      }
    },
    close: () => {
      closed = true
      spare?.kill('SIGKILL')
      spare = undefined
    },
  }
}

let shared: Normaliser | undefined
/** The normaliser of this program; its spare process ends with it. */
export const sharedNormaliser = (): Normaliser => {
  shared ??= openNormaliser()
  return shared
}
