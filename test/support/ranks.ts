// Whether two samples of times differ: the rank test of Mann and Whitney. It asks nothing of the shape of the times, so
// that a pause of the machine weighs no more than any other large value.

export type Ranks = {
  /** How often a value of the first is above one of the second: a half where nothing tells them apart. */
  readonly above: number
  /** The same in standard deviations of chance. */
  readonly z: number
}

/** Compares them; ties count half. */
export const compareRanks = (first: readonly number[], second: readonly number[]): Ranks => {
  const all = [...first.map((value) => ({ value, mine: true })), ...second.map((value) => ({ value, mine: false }))]
  all.sort((one, other) => one.value - other.value)
  let sum = 0
  for (let i = 0; i < all.length; ) {
    let end = i
    while (end < all.length && all[end]!.value === all[i]!.value) end++
    const rank = (i + 1 + end) / 2
    for (; i < end; i++) if (all[i]!.mine) sum += rank
  }
  const [n, m] = [first.length, second.length]
  const above = (sum - (n * (n + 1)) / 2) / (n * m)
  return { above, z: (above - 0.5) / Math.sqrt((n + m + 1) / (12 * n * m)) }
}

/** The kinds in an order of chance that is the same each time, so many of each: the machine's moods fall on all alike. */
export const interleaved = <T>(kinds: readonly T[], each: number, seed = 1): readonly T[] => {
  const all = kinds.flatMap((kind) => Array<T>(each).fill(kind))
  let state = seed
  for (let i = all.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    const other = state % (i + 1)
    ;[all[i], all[other]] = [all[other]!, all[i]!]
  }
  return all
}
