// Work on one mailbox in turn: who waits for the lock of a mailbox holds a connection, so that one at a time may.

export type Turns = <T>(mailboxId: number, work: () => Promise<T>) => Promise<T>

/** Runs the works of a mailbox one after the other, those of different mailboxes side by side. */
export const makeTurns = (): Turns => {
  const last = new Map<number, Promise<unknown>>()
  return (mailboxId, work) => {
    const before = last.get(mailboxId) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(mailboxId, mine)
    const leave = (): void => {
      if (last.get(mailboxId) === mine) last.delete(mailboxId)
    }
    mine.then(leave, leave)
    return mine
  }
}
