// Counts the seats that one party has taken of those there are: sessions of a mailbox, attempts of an address.

export type Seats<Key> = {
  /** Takes a seat and gives the way to leave it (once); undefined where all are taken. */
  readonly take: (key: Key) => (() => void) | undefined
}

/** Makes seats: `most` for each key, `all` together. */
export const makeSeats = <Key>(most: number, all = Number.POSITIVE_INFINITY): Seats<Key> => {
  const taken = new Map<Key, number>()
  let together = 0
  return {
    take: (key) => {
      const count = taken.get(key) ?? 0
      if (count >= most || together >= all) return undefined
      taken.set(key, count + 1)
      together++
      return () => {
        const left = taken.get(key)! - 1
        together--
        if (left > 0) taken.set(key, left)
        else taken.delete(key)
      }
    },
  }
}
