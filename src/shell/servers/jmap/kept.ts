// A memory of what was made, within a budget: what was used least recently goes first.

export type Kept<K, V> = {
  readonly get: (key: K) => V | undefined
  readonly put: (key: K, value: V) => void
}

/** `most`: the weight of all that is kept. */
export const keep = <K, V>(most: number, weightOf: (value: V) => number): Kept<K, V> => {
  const values = new Map<K, V>() // in order of use
  let total = 0
  const forget = (key: K, value: V): void => {
    values.delete(key)
    total -= weightOf(value)
  }
  return {
    get: (key) => {
      const value = values.get(key)
      if (value === undefined) return undefined
      values.delete(key)
      values.set(key, value)
      return value
    },
    put: (key, value) => {
      const old = values.get(key)
      if (old !== undefined) forget(key, old)
      if (weightOf(value) > most) return
      values.set(key, value)
      total += weightOf(value)
      for (const [oldest, one] of values) {
        if (total <= most) break
        forget(oldest, one)
      }
    },
  }
}
