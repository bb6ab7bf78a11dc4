// Does a transaction again where another took, in the same moment, what must be one person's.
import { isDuplicate } from '../db/pool.ts'

const ROUNDS = 3

/** Runs `work`, and again where it broke a unique constraint: the second time it sees what the other wrote. */
export const again = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let round = 1; ; round++) {
    try {
      return await work()
    } catch (error) {
      if (round >= ROUNDS || !isDuplicate(error)) throw error
    }
  }
}
