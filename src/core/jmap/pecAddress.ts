// Whom a box wrote to or heard from, the likeliest first: what is offered while an address is typed.
import { DAY, type Instant } from '../lib/instant.ts'
import { addressKey } from '../mail/address.ts'
import { foldText } from '../mail/fold.ts'
import type { PecPerson } from './pec.ts'

/** One time that somebody was written to, or wrote. */
export type Meeting = PecPerson & { readonly at: Instant; readonly how: 'written' | 'heard' | 'unproven' | 'named' }

export type Contact = PecPerson & {
  readonly key: string
  readonly lastAt: Instant
  readonly score: number
  /** Folded: what is looked into. */
  readonly text: string
}

/** Who is written to counts more than who writes; of ordinary mail nobody knows who wrote it; a name alone counts nothing. */
const WEIGHTS: Readonly<Record<Meeting['how'], number>> = { written: 2, heard: 1, unproven: 0.25, named: 0 }
/** A meeting counts half after so long. */
const HALF_LIFE_MS = 90 * DAY

/** Longest address and name that are offered: what is longer is nobody's. */
const LONGEST = 320

/** As people type: without regard to case and accents. */
const plain = (text: string): string => foldText(text).normalize('NFD').replace(/\p{M}/gu, '')

/** Everybody that was met, but the box itself; the best first. */
export const addressBook = (meetings: readonly Meeting[], own: string): ReadonlyMap<string, Contact> => {
  const now = meetings.reduce((latest, { at }) => Math.max(latest, at), 0)
  const found = new Map<
    string,
    { email: string; name: string | null; namedAt: number; lastAt: number; score: number }
  >()
  for (const { email, name, at, how } of meetings) {
    if (email.length > LONGEST || !email.includes('@')) continue
    const key = addressKey(email)
    const one = found.get(key) ?? { email, name: null, namedAt: -1, lastAt: 0, score: 0 }
    found.set(key, one)
    // The newest name: people change theirs.
    if (name !== null && at > one.namedAt) {
      one.name = name.slice(0, LONGEST)
      one.namedAt = at
    }
    one.lastAt = Math.max(one.lastAt, at)
    one.score += WEIGHTS[how] * 2 ** ((at - now) / HALF_LIFE_MS)
  }
  found.delete(addressKey(own))
  const contacts = [...found].map(
    ([key, { email, name, lastAt, score }]): Contact => ({
      key,
      email,
      name,
      lastAt,
      score,
      text: plain(`${name ?? ''} ${email}`),
    }),
  )
  contacts.sort((a, b) => b.score - a.score || b.lastAt - a.lastAt || (a.key < b.key ? -1 : 1))
  return new Map(contacts.map((one) => [one.key, one]))
}

/** Those whose name or address has every word of the text; where one begins with it, it comes first. */
export const searchBook = (book: ReadonlyMap<string, Contact>, text: string, limit: number): readonly Contact[] => {
  const terms = plain(text)
    .split(/[\s,;<>"]+/)
    .filter((term) => term !== '')
    .slice(0, 10)
  const found = [...book.values()].filter((one) => terms.every((term) => one.text.includes(term)))
  const [first] = terms
  if (first === undefined) return found.slice(0, limit)
  const begins = ({ text: own }: Contact): boolean => own.startsWith(first) || own.includes(` ${first}`)
  return [...found.filter(begins), ...found.filter((one) => !begins(one))].slice(0, limit)
}
