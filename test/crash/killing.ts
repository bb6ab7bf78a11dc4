// Ways to die: SIGKILL of the whole sandbox, of one provider, of the starter alone, with or without the database.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { findClusters, findPostmasters } from '../support/client/sandbox.ts'

export type Death = 'all' | 'allAndDatabase' | 'oneProvider' | 'starterOnly'

/** Of every process its parent: from /proc, or from `ps` where there is none. */
const parents = (): ReadonlyMap<number, number> => {
  if (existsSync('/proc/self/stat')) {
    const found = new Map<number, number>()
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        found.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
      } catch {
        // ended meanwhile
      }
    }
    return found
  }
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  return new Map(stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number) as [number, number]))
}

const descendants = (root: number): readonly number[] => {
  const all = parents()
  const found = [root]
  for (const pid of found) for (const [child, parent] of all) if (parent === pid) found.push(child)
  return found.slice(1)
}

const sigkill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // gone already
  }
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

/** Whether a process works in one of the clusters: a pid file may be old and its number another's by now. */
const worksIn = (pid: number, clusters: ReadonlySet<string>): boolean => {
  try {
    return !existsSync('/proc/self/cwd') || clusters.has(readlinkSync(`/proc/${pid}/cwd`))
  } catch {
    return false
  }
}

/** Databases that run in a data folder. */
const databases = (dataDir: string): readonly number[] => {
  const clusters = new Set(findClusters(dataDir).map((folder) => realpathSync(folder)))
  return findPostmasters(dataDir)
    .map((server) => server.pid)
    .filter((pid) => worksIn(pid, clusters))
}

const waitGone = async (pids: readonly number[]): Promise<void> => {
  for (let tries = 200; tries > 0 && !pids.every(isGone); tries--) await new Promise((done) => setTimeout(done, 25))
}

/** The providers under a starter: its children that are programs of ours. */
export const providersOf = (starter: number): readonly number[] =>
  descendants(starter).filter((pid) => {
    const file = `/proc/${pid}/cmdline`
    return !existsSync(file) || readFileSync(file, 'latin1').includes('serve')
  })

/**
 * Kills as told and resolves when what was killed is gone. A killed starter must first lose its children, or they would
 * be left behind by us and not by the crash: everything is stopped where it stands, then killed.
 */
export const kill = async (death: Death, starter: number, dataDir: string, pick: (of: readonly number[]) => number) => {
  const children = descendants(starter)
  const servers = death === 'allAndDatabase' ? databases(dataDir).flatMap((pid) => [pid, ...descendants(pid)]) : []
  const killed =
    death === 'oneProvider'
      ? [pick(providersOf(starter))]
      : death === 'starterOnly'
        ? [starter]
        : [starter, ...children]
  for (const pid of [...killed, ...servers]) sigkill(pid)
  await waitGone([...killed, ...servers])
}

/** After the death of the starter alone its providers end by themselves; gives those that did not in time. */
export const orphans = async (providers: readonly number[]): Promise<readonly number[]> => {
  for (let tries = 400; tries > 0 && !providers.every(isGone); tries--)
    await new Promise((done) => setTimeout(done, 50))
  return providers.filter((pid) => !isGone(pid))
}

/** Ends everything at once, without waiting: for the last moment of the program. */
export const killNow = (starter: number, dataDir: string): void => {
  const servers = databases(dataDir).flatMap((pid) => [pid, ...descendants(pid)])
  for (const pid of [starter, ...descendants(starter), ...servers]) sigkill(pid)
}
