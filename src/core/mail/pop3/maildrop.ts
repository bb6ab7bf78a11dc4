// The maildrop of one session: the messages as they were at login, numbered from 1, and which are marked as deleted.

/** The messages at login, in the order of their uids. All arrays have the same length. */
export type Snapshot = {
  readonly uidValidity: number
  readonly uids: ArrayLike<number>
  /** Octets that RETR sends, without stuffed dots and the final one. */
  readonly sizes: ArrayLike<number>
}

export class Maildrop {
  readonly #snapshot: Snapshot
  readonly #marks: Uint8Array
  #left: number
  #octets: number

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#marks = new Uint8Array(snapshot.uids.length)
    this.#left = snapshot.uids.length
    this.#octets = 0
    for (let i = 0; i < snapshot.sizes.length; i++) this.#octets += snapshot.sizes[i]!
  }

  /** Messages, the deleted ones not counted. */
  get count(): number {
    return this.#left
  }

  /** Octets of those. */
  get octets(): number {
    return this.#octets
  }

  /** Whether there is a message of that number that is not deleted. */
  has(number: number): boolean {
    return number >= 1 && number <= this.#marks.length && this.#marks[number - 1] === 0
  }

  size(number: number): number {
    return this.#snapshot.sizes[number - 1]!
  }

  /** RFC 1939 §7: 1 to 70 characters, never of another message, though this one be deleted and the folder made anew. */
  uniqueId(number: number): string {
    return `${this.#snapshot.uidValidity}.${this.#snapshot.uids[number - 1]}`
  }

  /** Marks a message that is there. */
  delete(number: number): void {
    this.#marks[number - 1] = 1
    this.#left -= 1
    this.#octets -= this.size(number)
  }

  /** Takes back every mark. */
  reset(): void {
    for (let number = 1; number <= this.#marks.length; number++) {
      if (this.#marks[number - 1] === 0) continue
      this.#left += 1
      this.#octets += this.size(number)
    }
    this.#marks.fill(0)
  }

  /** Numbers of the messages that are not deleted. */
  *numbers(): Generator<number> {
    for (let number = 1; number <= this.#marks.length; number++) if (this.#marks[number - 1] === 0) yield number
  }

  /** Uids of the deleted ones. */
  deletedUids(): readonly number[] {
    const uids: number[] = []
    for (let i = 0; i < this.#marks.length; i++) if (this.#marks[i] === 1) uids.push(this.#snapshot.uids[i]!)
    return uids
  }
}
