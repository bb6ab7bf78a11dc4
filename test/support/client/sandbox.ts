// Starts the sandbox as a child in a process group of its own, on ports moved aside, and stops or kills it.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DIRECTORY_PORT, SANDBOX } from '../../../src/shell/sandbox/contract.ts'
import { reserve } from '../ports.ts'

/** The ports of the sandbox contract that clients use, before they are moved. */
export const PORTS = {
  alfa: { incoming: 1025, tls: 1465, starttls: 1587, imapTls: 1993, imap: 1143, pop3Tls: 1995, pop3: 1110, http: 8080 },
  beta: { incoming: 2025, tls: 2465, starttls: 2587, imapTls: 2993, imap: 2143, pop3Tls: 2995, pop3: 2110, http: 9080 },
} as const
export type Side = keyof typeof PORTS

export const DOMAINS: Readonly<Record<Side, string>> = { alfa: 'pec.alfa.example', beta: 'pec.beta.example' }
export const PASSWORD = 'Sandbox2026'

export type SandboxOptions = {
  /** Kept from start to start. Its parents must let the database's user pass. */
  readonly dataDir: string
  readonly portOffset: number
  /** Accounts user1…userN at each domain, beside the named ones. */
  readonly users: number
  readonly env?: Readonly<Record<string, string>>
  /** Options of node before the program. */
  readonly nodeOptions?: readonly string[]
  /** Every line the server writes. */
  readonly onLine?: (line: string) => void
  readonly startLimitMs?: number
}

export type Sandbox = {
  readonly pid: number
  readonly port: (side: Side, what: keyof (typeof PORTS)['alfa']) => number
  /** SIGTERM and a bounded wait, then SIGKILL. */
  readonly stop: () => Promise<void>
  /** SIGKILL of the whole group; resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** Resolves with a description when the program has ended, by whatever cause. */
  readonly ended: Promise<string>
}

/** Every port that a sandbox listens on. */
const ALL_PORTS = [DIRECTORY_PORT, ...SANDBOX.flatMap((one) => Object.values(one.ports))]
// Below the ports that systems give to clients, so that none of those is in the way.
const OFFSETS = { first: 10_000, last: 22_000, step: 97 }

/** An offset at which all ports of a sandbox are free now; another one each time, so that runs side by side differ. */
export const freeOffset = async (): Promise<number> => {
  const count = Math.floor((OFFSETS.last - OFFSETS.first) / OFFSETS.step)
  const start = randomInt(count)
  for (let i = 0; i < count; i++) {
    const offset = OFFSETS.first + ((start + i) % count) * OFFSETS.step
    const ports = ALL_PORTS.map((port) => port + offset)
    if (await reserve(`offset-${offset}`, ports)) return offset
  }
  throw new Error('no offset at which the ports of a sandbox are free')
}

const root = join(import.meta.dirname, '..', '..', '..')

const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch {
    // gone already
  }
}

/** Starts `main.ts sandbox` and waits for its line `ready`. Throws where it ends or dawdles before. */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), join(root, 'src', 'main.ts'), 'sandbox'], {
    cwd: root,
    detached: true, // a group of its own: SIGKILL must reach all of it and nothing else
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CERALACCA_DATA: options.dataDir,
      CERALACCA_PORT_OFFSET: String(options.portOffset),
      CERALACCA_SANDBOX_USERS: String(options.users),
      ...options.env,
    },
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`))
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`the sandbox did not start: ${await ended}`)
  try {
    await untilReady(child, ended, options)
  } catch (error) {
    signalGroup(pid, 'SIGKILL')
    endDatabases(options.dataDir)
    throw error
  }
  const within = (ms: number): Promise<boolean> =>
    Promise.race([
      ended.then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), ms).unref()),
    ])
  return {
    pid,
    port: (side, what) => PORTS[side][what] + options.portOffset,
    stop: async () => {
      child.kill('SIGTERM') // to the starter alone: it stops the providers itself
      if (!(await within(30_000))) signalGroup(pid, 'SIGKILL')
      await ended
    },
    kill: async () => {
      signalGroup(pid, 'SIGKILL')
      await ended
    },
    ended,
  }
}

const untilReady = (child: ChildProcess, ended: Promise<string>, options: SandboxOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const last: string[] = []
    const told = (): string => `\n  ${last.join('\n  ')}`
    const limitMs = options.startLimitMs ?? 120_000
    const timer = setTimeout(() => reject(new Error(`the sandbox was not ready in ${limitMs} ms:${told()}`)), limitMs)
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream! }).on('line', (line) => {
        options.onLine?.(line)
        last.push(line)
        if (last.length > 15) last.shift()
        if (line.startsWith('ready')) {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    void ended.then((how) => {
      clearTimeout(timer)
      reject(new Error(`the sandbox ended before it was ready (${how}):${told()}`))
    })
  })

/** Folders of the embedded PostgreSQL clusters of a data folder: in it, in its children, or elsewhere as noted. */
export const findClusters = (dataDir: string): readonly string[] => {
  const found: string[] = []
  const look = (folder: string, depth: number): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && existsSync(join(path, 'PG_VERSION'))) found.push(path)
      else if (entry.isDirectory() && depth > 0) look(path, depth - 1)
      else if (entry.name.endsWith('.place')) {
        found.push(join(readFileSync(path, 'utf8').trim(), entry.name.slice(0, -'.place'.length)))
      }
    }
  }
  if (existsSync(dataDir)) look(dataDir, 1)
  return found
}

export type Postmaster = { readonly pid: number; readonly socketFolder: string }

/** The running servers of those clusters, as their pid files say. */
export const findPostmasters = (dataDir: string): readonly Postmaster[] =>
  findClusters(dataDir).flatMap((cluster) => {
    const file = join(cluster, 'postmaster.pid')
    if (!existsSync(file)) return []
    const lines = readFileSync(file, 'utf8').split('\n')
    const pid = Number(lines[0])
    return pid > 0 ? [{ pid, socketFolder: (lines[4] ?? '').trim() }] : []
  })

/** Stops the databases that a sandbox left behind: fast shutdown, without waiting for it. */
export const endDatabases = (dataDir: string): void => {
  for (const { pid } of findPostmasters(dataDir)) {
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // gone already
    }
  }
}
