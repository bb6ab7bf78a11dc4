// Counts the sessions that one mailbox has open at a server.

export type Seats = {
  /** Takes a seat and gives the way to leave it (once); undefined where all are taken. */
  readonly take: (mailboxId: number) => (() => void) | undefined
}

/** Makes the seats of a server, `most` for each mailbox. */
export const makeSeats = (most: number): Seats => {
  const taken = new Map<number, number>()
  return {
    take: (mailboxId) => {
      const count = taken.get(mailboxId) ?? 0
      if (count >= most) return undefined
      taken.set(mailboxId, count + 1)
      return () => {
        const left = taken.get(mailboxId)! - 1
        if (left > 0) taken.set(mailboxId, left)
        else taken.delete(mailboxId)
      }
    },
  }
}
