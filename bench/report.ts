// What a workload gives: figures, and the goals they are held against.
import type { Arena } from './arena.ts'
import { round } from './measure.ts'
import type { FlowFigures } from './runs.ts'

export type Check = {
  readonly figure: string
  readonly value: number
  readonly goal: string
  readonly met: boolean
}

export type Report = {
  readonly name: string
  readonly workload: string
  /** Empty where the workload only prints. */
  readonly checks: readonly Check[]
  readonly figures: Readonly<Record<string, number | string | readonly number[]>>
}

export type Context = {
  readonly arena: Arena
  /** Runs of each, of which the median is told. */
  readonly runs: number
  readonly say: (line: string) => void
  /** Figures of the empty system, once they are taken. */
  empty: readonly FlowFigures[] | undefined
  /** Messages stored before the last workload. */
  readonly seed: number
  /** Messages of the box that JMAP is asked about. */
  readonly box: number
}

export type Workload = {
  readonly name: string
  /** It opens no arena: no provider is started for it. */
  readonly alone?: true
  readonly run: (context: Context) => Promise<readonly Report[]>
}

export const atLeast = (figure: string, value: number, goal: number): Check => ({
  figure,
  value: round(value),
  goal: `>= ${goal}`,
  met: value >= goal,
})
export const atMost = (figure: string, value: number, goal: number): Check => ({
  figure,
  value: round(value),
  goal: `<= ${goal}`,
  met: value <= goal,
})
