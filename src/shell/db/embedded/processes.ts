// What the launcher asks about processes: is it alive, when did it start, who works in a folder, run one as a user.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The system user under which PostgreSQL runs; undefined: the user that we are. */
export type Owner = { readonly uid: number; readonly gid: number }

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** State letter and start (clock ticks since boot) of a process, from /proc; undefined where there is none. */
const procStat = (pid: number): { state: string; start: string } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', start: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

/** Whether a process lives. A zombie does not: it only waits for its parent to notice. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return procStat(pid)?.state !== 'Z'
}

/** Tells a process from a later one with the same number; empty where the system does not say. */
export const startMark = (pid: number): string => procStat(pid)?.start ?? ''

/** Current folder of a process; undefined where it cannot be known. */
export const folderOf = (pid: number): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

/** Processes whose current folder is `folder` (PostgreSQL's all work in their cluster's); undefined: not known here. */
export const workersIn = (folder: string): readonly number[] | undefined => {
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return undefined
  }
  const pids = names.map(Number).filter((pid) => pid > 0)
  return pids.length === 0 ? undefined : pids.filter((pid) => isAlive(pid) && folderOf(pid) === folder)
}

/** Environment of PostgreSQL's programs: nothing of ours that could change what they do. */
export const bareEnvironment = (): NodeJS.ProcessEnv => ({ PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' })

/** Runs a program as `owner`; gives its exit code (-1: could not start) and what it wrote. */
export const run = (
  program: string,
  args: readonly string[],
  owner: Owner | undefined,
): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, {
      ...owner,
      cwd: '/',
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const take = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-8192)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => resolve({ code: -1, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? -1, output }))
  })
