// Point reads that come at the same time go as one: while a read is under way, the next ones gather behind it.

type Asked<K, V> = {
  readonly keys: readonly K[]
  readonly resolve: (found: ReadonlyMap<K, V>) => void
  readonly reject: (error: unknown) => void
}

/** Keys in one read at the most; a single asker may have more. */
const MOST_KEYS = 500

/**
 * Makes of `load` (the values of many keys; absent ones not in the map) a read that shares the trip to the database.
 * What an asker gets was read after it asked. A failed read fails all who shared it.
 */
export const coalesce = <K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
): ((keys: readonly K[]) => Promise<ReadonlyMap<K, V>>) => {
  let waiting: Asked<K, V>[] = []
  let running = false

  const take = (): readonly Asked<K, V>[] => {
    let askers = 0
    for (let keys = 0; askers < waiting.length; askers++) {
      keys += waiting[askers]!.keys.length
      if (keys > MOST_KEYS && askers > 0) break
    }
    const batch = waiting.slice(0, askers)
    waiting = waiting.slice(batch.length)
    return batch
  }
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = take()
      try {
        const found = await load([...new Set(batch.flatMap((asked) => asked.keys))])
        for (const asked of batch) asked.resolve(found)
      } catch (error) {
        for (const asked of batch) asked.reject(error)
      }
    }
    running = false
  }
  return (keys) =>
    new Promise((resolve, reject) => {
      waiting.push({ keys, resolve, reject })
      if (running) return
      running = true
      void run()
    })
}
