// CPU profiles of the providers: taken by node itself, told by function, and by the function of ours that it works for.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

export type Profile = {
  /** For the processes to be watched; each writes its profile when it ends in order. */
  readonly env: Readonly<Record<string, string>>
  /** To be read when they have ended. */
  readonly summary: () => readonly string[]
}

type Node = {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}
type CpuProfile = {
  readonly nodes: readonly Node[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const TOLD = 30
const LEAST_BUSY_SECONDS = 3
const WAITING = new Set(['(idle)', '(program)', '(root)'])
const ROOT = `${join(import.meta.dirname, '..')}/`

const nameOf = ({ callFrame }: Node): string => {
  const file = callFrame.url.replace(/^file:\/\//, '').replace(ROOT, '')
  return `${callFrame.functionName || '(anonymous)'} ${file}${file === '' ? '' : `:${callFrame.lineNumber + 1}`}`
}

const isOurs = ({ callFrame }: Node): boolean => callFrame.url.startsWith(`file://${ROOT}src/`)
const packageOf = ({ callFrame }: Node): string => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(callFrame.url)?.[1] ?? ''

/** Of each node the name of the function of ours that it runs for; where there is none, of the package or of node. */
const owners = (nodes: readonly Node[]): ReadonlyMap<number, string> => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const found = new Map<number, string>()
  const visit = (id: number, above: string): void => {
    const node = byId.get(id)!
    const own = isOurs(node) ? nameOf(node) : above.startsWith('(') ? `(${packageOf(node) || 'node'})` : above
    const owner = WAITING.has(node.callFrame.functionName) ? node.callFrame.functionName : own
    found.set(id, owner)
    for (const child of node.children ?? []) visit(child, owner)
  }
  if (nodes[0]) visit(nodes[0].id, '(node)')
  return found
}

const sumBy = (profile: CpuProfile, name: (id: number) => string): readonly (readonly [string, number])[] => {
  const sums = new Map<string, number>()
  profile.samples.forEach((id, i) => {
    sums.set(name(id), (sums.get(name(id)) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1e6)
  })
  return [...sums].filter(([key]) => !WAITING.has(key.trim())).sort((a, b) => b[1] - a[1])
}

/** Of each node every function of ours that is on the stack, once each. */
const stacks = (nodes: readonly Node[]): ReadonlyMap<number, ReadonlySet<string>> => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const found = new Map<number, ReadonlySet<string>>()
  const visit = (id: number, above: ReadonlySet<string>): void => {
    const node = byId.get(id)!
    const stack = isOurs(node) ? new Set([...above, nameOf(node)]) : above
    found.set(id, stack)
    for (const child of node.children ?? []) visit(child, stack)
  }
  if (nodes[0]) visit(nodes[0].id, new Set())
  return found
}

const sumStacks = (profile: CpuProfile): readonly (readonly [string, number])[] => {
  const above = stacks(profile.nodes)
  const sums = new Map<string, number>()
  profile.samples.forEach((id, i) => {
    for (const name of above.get(id) ?? []) {
      sums.set(name, (sums.get(name) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1e6)
    }
  })
  return [...sums].sort((a, b) => b[1] - a[1])
}

const tell = (file: string): readonly string[] => {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node)]))
  const owner = owners(profile.nodes)
  const self = sumBy(profile, (id) => names.get(id) ?? '?')
  const owned = sumBy(profile, (id) => owner.get(id) ?? '?')
  const busy = self.reduce((sum, [, seconds]) => sum + seconds, 0)
  if (busy < LEAST_BUSY_SECONDS) return []
  const row = ([name, seconds]: readonly [string, number]): string =>
    `  ${seconds.toFixed(2).padStart(7)} s ${((100 * seconds) / busy).toFixed(1).padStart(5)} %  ${name}`
  return [
    `${basename(file)}: ${busy.toFixed(1)} s busy`,
    ' by function, with all that it calls:',
    ...sumStacks(profile)
      .slice(0, 2 * TOLD)
      .map(row),
    ' by function, with what it calls outside of src:',
    ...owned.slice(0, TOLD).map(row),
    ' by function alone:',
    ...self.slice(0, TOLD).map(row),
  ]
}

/** Tells every busy profile of a folder. */
export const tellFolder = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .flatMap((name) => tell(join(folder, name)))

export const openProfile = (): Profile => {
  const folder = mkdtempSync(join(tmpdir(), 'ceralacca-profile-'))
  return {
    env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` },
    summary: () => [`profiles: ${folder}`, ...tellFolder(folder)],
  }
}
