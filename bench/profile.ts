// CPU profiles of the providers: taken by node itself, told as self time by file and by function.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

export type Profile = {
  /** For the processes to be watched; each writes its profile when it ends in order. */
  readonly env: Readonly<Record<string, string>>
  /** To be read when they have ended. */
  readonly summary: () => readonly string[]
}

type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const TOLD = 40
const LEAST_BUSY_SECONDS = 3
const WAITING = new Set(['(idle)', '(program)', '(root)'])

const nameOf = ({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string => {
  const file = url.replace(/^file:\/\//, '').replace(`${join(import.meta.dirname, '..')}/`, '')
  return `${functionName || '(anonymous)'} ${file}${file === '' ? '' : `:${lineNumber + 1}`}`
}

/** Self seconds by function. */
const selfTimes = ({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<string, number> => {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node.callFrame)]))
  const times = new Map<string, number>()
  samples.forEach((id, i) => {
    const name = names.get(id) ?? '?'
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[i] ?? 0) / 1e6)
  })
  return times
}

const isWaiting = (name: string): boolean => WAITING.has(name.trim().split(' ')[0]!)

const tell = (file: string): readonly string[] => {
  const times = selfTimes(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile)
  const total = [...times.values()].reduce((sum, seconds) => sum + seconds, 0)
  const busy = [...times].reduce((sum, [name, seconds]) => sum + (isWaiting(name) ? 0 : seconds), 0)
  if (busy < LEAST_BUSY_SECONDS) return []
  const rows = [...times].sort((a, b) => b[1] - a[1]).slice(0, TOLD)
  return [
    `${basename(file)}: ${busy.toFixed(1)} s of JavaScript in ${total.toFixed(1)} s`,
    ...rows.map(
      ([name, seconds]) =>
        `  ${seconds.toFixed(2).padStart(7)} s ${((100 * seconds) / total).toFixed(1).padStart(5)} %  ${name}`,
    ),
  ]
}

export const openProfile = (): Profile => {
  const folder = mkdtempSync(join(tmpdir(), 'ceralacca-profile-'))
  return {
    env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` },
    summary: () => [
      `profiles: ${folder}`,
      ...readdirSync(folder)
        .filter((name) => name.endsWith('.cpuprofile'))
        .flatMap((name) => tell(join(folder, name))),
    ],
  }
}
