// Which messages are \Recent to a session: it was the first to be told of them (RFC 3501 §2.3.2). IMAP4rev2 has it no more.
import { lowerBound } from '../../../core/mail/numberSet.ts'

/** Uids in order, of which the first `count` are in use. */
type Uids = { readonly uids: ArrayLike<number>; readonly count: number }

export class Recent {
  /** From a uid to before another, ascending. */
  readonly #spans: { readonly from: number; to: number }[] = []

  /** Takes in uids that the session is told of as the first: from one to before another. */
  add(from: number, to: number): void {
    if (from >= to) return
    const last = this.#spans.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else this.#spans.push({ from, to })
  }

  has(uid: number): boolean {
    for (let at = this.#spans.length - 1; at >= 0; at--) {
      const { from, to } = this.#spans[at]!
      if (uid >= from) return uid < to
    }
    return false
  }

  /** How many of the messages are recent. */
  countIn(among: Uids): number {
    let count = 0
    for (const { from, to } of this.#spans) count += lowerBound(among, to) - lowerBound(among, from)
    return count
  }
}
