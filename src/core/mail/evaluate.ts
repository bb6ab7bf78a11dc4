// Evaluation of a Query over a folder: first by what is at hand of every message, then by facts and texts of the rest.
import { DAY, type Instant } from '../lib/instant.ts'
import type { SearchText, SortFacts } from './facts.ts'
import { foldText } from './fold.ts'
import { indexSet } from './numberSet.ts'
import type { Query } from './query.ts'

/** A folder as a search sees it: what is at hand of the message at each index, in uid order. FolderState is one. */
export type SearchView = {
  readonly count: number
  /** Ascending; only the first `count` are in use. */
  readonly uids: Uint32Array
  readonly system: (index: number) => number
  readonly keywords: (index: number) => readonly string[]
  readonly modseq: (index: number) => number
  readonly sizeBytes: (index: number) => number
  readonly receivedAt: (index: number) => Instant
  readonly savedAt: (index: number) => Instant
  readonly content: (index: number) => string
  readonly thread: (index: number) => string | undefined
  /** Whether a message is `\Recent` to who searches; none is where this is absent. */
  readonly isRecent?: ((index: number) => boolean) | undefined
}

export type SearchContext = {
  readonly now: Instant
  /** Uids that `$` stands for (SEARCHRES). */
  readonly saved: ReadonlySet<number>
  /** When a day (since 1970-01-01) begins in the zone in which INTERNALDATE and SAVEDATE are told: see utcDayStart. */
  readonly dayStart: (day: number) => Instant
}

/** Begin of a day where dates are told in UTC. */
export const utcDayStart = (day: number): Instant => day * DAY

/**
 * A text that must be looked for before the rest can be told, in many contents at once. `header` is a sieve: a content
 * that lacks the text in its header text fails, one that has it must still show in which field, by its facts.
 */
export type TextCriterion = { readonly where: 'header' | 'body' | 'text'; readonly folded: string }

/** Of a content, what criteria on header fields and Date need. */
export type SearchFacts = { readonly sort: Pick<SortFacts, 'sentDay'>; readonly search: Pick<SearchText, 'header'> }

/** What has been found out so far: contents that have each text, as many as QueryPlan.texts; facts of contents. */
export type Known = {
  readonly found?: readonly ReadonlySet<string>[] | undefined
  readonly facts?: ((content: string) => SearchFacts | undefined) | undefined
}

export type QueryPlan = {
  /** Whether some criterion needs facts, for the messages that texts leave undecided. */
  readonly needsFacts: boolean
  readonly texts: readonly TextCriterion[]
  /** Whether the message at an index matches; undefined where it is not known yet. */
  readonly decide: (index: number, known: Known) => boolean | undefined
}

const NO = 0
const YES = 1
const OPEN = 2
type Verdict = typeof NO | typeof YES | typeof OPEN
type Test = (index: number, known: Known) => Verdict

const verdict = (value: boolean): Verdict => (value ? YES : NO)

/** Whether header text has a field of the name whose value has the folded text; see SearchText.header. */
export const headerHas = (header: string, lowerName: string, folded: string): boolean => {
  // Most messages lack the text altogether.
  if (!header.includes(folded)) return false
  const parts = header.indexOf('\n\n')
  const stop = parts < 0 ? header.length : parts
  const start = `\n${lowerName}:`
  const first = header.indexOf(start)
  if (first < 0 && !header.startsWith(start.slice(1))) return false
  let found = -1
  // The first line has no line end before it.
  for (let at = header.startsWith(start.slice(1)) ? -1 : first; at < stop; ) {
    const value = at + start.length + 1
    const lf = header.indexOf('\n', value)
    const end = lf < 0 ? stop : Math.min(lf, stop)
    if (found < value) found = header.indexOf(folded, value)
    if (folded === '' || (found >= 0 && found + folded.length <= end)) return true
    const next = header.indexOf(start, end)
    // It is nowhere after this, or there is no field after this.
    if (found < 0 || next < 0) return false
    at = next
  }
  return false
}

class Compiler {
  readonly texts: TextCriterion[] = []
  needsFacts = false
  readonly #view: SearchView
  readonly #context: SearchContext

  constructor(view: SearchView, context: SearchContext) {
    this.#view = view
    this.#context = context
  }

  /** Depth is bounded by whoever made the query. */
  compile(query: Query): Test {
    const view = this.#view
    switch (query.kind) {
      case 'all':
      case 'saveDateSupported':
        return () => YES
      case 'recent':
        return (index) => verdict(view.isRecent?.(index) ?? false)
      case 'and':
        return all(query.of.map((part) => this.compile(part)))
      case 'or':
        return either(this.compile(query.left), this.compile(query.right))
      case 'not': {
        const test = this.compile(query.of)
        return (index, known) => NEGATED[test(index, known)]
      }
      case 'sequence':
      case 'uid': {
        const has = indexSet(query.set, query.kind, view, this.#context.saved)
        return (index) => verdict(has[index] === 1)
      }
      case 'flag': {
        const mask = query.system
        return (index) => verdict((view.system(index) & mask) === mask)
      }
      case 'keyword': {
        const wanted = query.keyword.toLowerCase()
        return (index) => verdict(view.keywords(index).some((keyword) => keyword.toLowerCase() === wanted))
      }
      case 'size': {
        const { than, bytes } = query
        return (index) => verdict(than === 'larger' ? view.sizeBytes(index) > bytes : view.sizeBytes(index) < bytes)
      }
      case 'modseq':
        return (index) => verdict(view.modseq(index) >= query.atLeast)
      case 'emailId':
        return (index) => verdict(view.content(index) === query.id)
      case 'threadId':
        return (index) => verdict(view.thread(index) === query.id)
      case 'age': {
        const limit = this.#context.now - query.seconds * 1000
        // RFC 5032 §3: both count the instant itself.
        return query.than === 'older'
          ? (index) => verdict(view.receivedAt(index) <= limit)
          : (index) => verdict(view.receivedAt(index) >= limit)
      }
      case 'date':
        return query.of === 'sent' ? this.#sent(query.than, query.day) : this.#day(query.of, query.than, query.day)
      case 'header':
        return this.#header(query.name, foldText(query.text))
      case 'body':
      case 'text':
        return this.#text(query.kind, foldText(query.text))
    }
  }

  #day(of: 'received' | 'saved', than: 'before' | 'on' | 'since', day: number): Test {
    const at = of === 'received' ? this.#view.receivedAt : this.#view.savedAt
    const start = than === 'before' ? Number.NEGATIVE_INFINITY : this.#context.dayStart(day)
    const end = than === 'since' ? Number.POSITIVE_INFINITY : this.#context.dayStart(than === 'before' ? day : day + 1)
    return (index) => {
      const instant = at(index)
      return verdict(instant >= start && instant < end)
    }
  }

  #sent(than: 'before' | 'on' | 'since', day: number): Test {
    return this.#facts(({ sort: { sentDay } }) => {
      // A message without Date was sent on no day.
      if (sentDay === undefined) return false
      return than === 'before' ? sentDay < day : than === 'on' ? sentDay === day : sentDay >= day
    })
  }

  #header(name: string, folded: string): Test {
    const sieve = folded === '' ? undefined : this.#text('header', folded)
    const test = this.#facts(({ search }) => headerHas(search.header, name.toLowerCase(), folded))
    return (index, known) => (sieve?.(index, known) === NO ? NO : test(index, known))
  }

  #facts(test: (facts: SearchFacts) => boolean): Test {
    this.needsFacts = true
    return (index, known) => {
      if (!known.facts) return OPEN
      const facts = known.facts(this.#view.content(index))
      return facts ? verdict(test(facts)) : OPEN
    }
  }

  #text(where: TextCriterion['where'], folded: string): Test {
    // The empty text is in every text.
    if (folded === '') return () => YES
    const same = this.texts.findIndex((text) => text.where === where && text.folded === folded)
    const place = same < 0 ? this.texts.push({ where, folded }) - 1 : same
    return (index, known) => {
      if (!known.found) return OPEN
      return verdict(known.found[place]!.has(this.#view.content(index)))
    }
  }
}

const NEGATED: readonly [Verdict, Verdict, Verdict] = [YES, NO, OPEN]

const all = (tests: readonly Test[]): Test => {
  if (tests.length === 1) return tests[0]!
  return (index, known) => {
    let open = false
    for (const test of tests) {
      const found = test(index, known)
      if (found === NO) return NO
      if (found === OPEN) open = true
    }
    return open ? OPEN : YES
  }
}

const either = (left: Test, right: Test): Test => {
  return (index, known) => {
    const first = left(index, known)
    if (first === YES) return YES
    const second = right(index, known)
    return second === YES ? YES : first === OPEN || second === OPEN ? OPEN : NO
  }
}

/**
 * Prepares a query for one folder at one moment. Then: `sift` with nothing known; look for `texts` in the contents that
 * are open, and sift these; get the facts of those still open, and sift once more. Most queries end with the first.
 */
export const planQuery = (query: Query, view: SearchView, context: SearchContext): QueryPlan => {
  const compiler = new Compiler(view, context)
  const test = compiler.compile(query)
  return {
    needsFacts: compiler.needsFacts,
    texts: compiler.texts,
    decide: (index, known) => {
      const found = test(index, known)
      return found === OPEN ? undefined : found === YES
    },
  }
}

/** Indexes that match and indexes that are open, both ascending, of those given or of the `count` of a folder. */
export const sift = (
  plan: QueryPlan,
  among: number | readonly number[],
  known: Known = {},
): { readonly matching: number[]; readonly open: number[] } => {
  const matching: number[] = []
  const open: number[] = []
  const count = typeof among === 'number' ? among : among.length
  for (let at = 0; at < count; at++) {
    const index = typeof among === 'number' ? at : among[at]!
    const matches = plan.decide(index, known)
    if (matches === undefined) open.push(index)
    else if (matches) matching.push(index)
  }
  return { matching, open }
}
