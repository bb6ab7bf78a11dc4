// What the bench asks of the machine: processes with their CPU time and memory, free ports, folder sizes, cores.
import { spawnSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Ports of loopback that nothing listens on now. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject)
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

type Process = { readonly pid: number; readonly parent: number; readonly cpuSeconds: number }

/** All processes of the machine, with the time that they and the children they waited for have used. Linux only. */
const processes = (): readonly Process[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    const stat = readText(`/proc/${name}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields.length < 15) return []
    const ticks = Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])
    return [{ pid: Number(name), parent: Number(fields[1]), cpuSeconds: ticks / 100 }]
  })

/** The processes below the roots, but for those that are `others` and below them. */
const treeOf = (roots: readonly number[], others: readonly number[] = []): readonly Process[] => {
  const all = processes().filter((one) => !others.includes(one.pid))
  const inside = new Set(roots)
  for (let before = -1; before !== inside.size; ) {
    before = inside.size
    for (const one of all) if (inside.has(one.parent)) inside.add(one.pid)
  }
  return all.filter((one) => inside.has(one.pid))
}

/** CPU seconds that the trees under these processes have used so far; the trees of `others` apart. */
export const cpuSeconds = (roots: readonly number[], others: readonly number[] = []): number =>
  treeOf(roots, others).reduce((sum, one) => sum + one.cpuSeconds, 0)

/** CPU seconds of the main threads alone: what is left of `cpuSeconds` is signing, hashing and other work on the side. */
export const mainThreadSeconds = (roots: readonly number[], others: readonly number[] = []): number =>
  treeOf(roots, others).reduce((sum, { pid }) => {
    const [nanoseconds] = readText(`/proc/${pid}/task/${pid}/schedstat`).split(' ')
    return sum + Number(nanoseconds ?? 0) / 1e9
  }, 0)

/** Memory of the trees, in bytes. PSS: pages that several processes share are counted once in all. */
export const memoryBytes = (roots: readonly number[]): number =>
  treeOf(roots).reduce((sum, { pid }) => {
    const match = /^Pss:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/smaps_rollup`))
    return sum + Number(match?.[1] ?? 0) * 1024
  }, 0)

/** Space that a folder takes on the disk, in bytes; `skip` leaves out folders by name. */
export const diskBytes = (folder: string, skip: ReadonlySet<string> = new Set()): number => {
  let sum = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    try {
      if (entry.isDirectory()) sum += skip.has(entry.name) ? 0 : diskBytes(path, skip)
      else sum += lstatSync(path).blocks * 512
    } catch {
      // removed meanwhile
    }
  }
  return sum
}

/** Keeps this process and its children on two cores, as the goals are written for; true where that holds. */
export const holdToTwoCores = (): boolean => {
  if (availableParallelism() <= 2) return availableParallelism() === 2
  return spawnSync('taskset', ['-a', '-c', '-p', '0,1', String(process.pid)]).status === 0
}

export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly heldToTwoCores: boolean
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
}

/** What the figures were taken on. */
export const machineFacts = (heldToTwoCores: boolean): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  heldToTwoCores,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
})
