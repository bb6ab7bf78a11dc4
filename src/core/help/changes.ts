// What changed between two texts, line by line.

export type LineChange = { readonly sign: '-' | '+'; readonly line: string }

/** Longer texts are told as a whole: nobody reads such a list. */
const MOST_LINES = 800

/** Lengths of the longest common run of lines from each pair of places on. */
const commonFrom = (a: readonly string[], b: readonly string[]): readonly (readonly number[])[] => {
  const table: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] = a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!)
    }
  }
  return table
}

/** The lines that went and those that came, in order; empty where nothing changed. */
export const lineChanges = (before: string, after: string): readonly LineChange[] => {
  const a = before.split('\n')
  const b = after.split('\n')
  const went = (line: string): LineChange => ({ sign: '-', line })
  const came = (line: string): LineChange => ({ sign: '+', line })
  if (a.length > MOST_LINES || b.length > MOST_LINES) return before === after ? [] : [...a.map(went), ...b.map(came)]
  const common = commonFrom(a, b)
  const changes: LineChange[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1
      j += 1
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) changes.push(went(a[i++]!))
    else changes.push(came(b[j++]!))
  }
  return changes
}
