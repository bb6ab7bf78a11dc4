// SORT (RFC 5256 §3, RFC 5957): the order of messages by the values of their facts.
import type { Instant } from '../lib/instant.ts'
import type { SortFacts } from './facts.ts'
import { compareKeys } from './fold.ts'
import type { SortCriterion, SortKey } from './query.ts'

/** What sorting needs of the message at an index. */
export type SortView = {
  readonly sort: (index: number) => SortFacts
  readonly receivedAt: (index: number) => Instant
  readonly sizeBytes: (index: number) => number
}

/** Keys for which SortView.sort is not asked. */
const WITHOUT_FACTS: ReadonlySet<SortKey> = new Set<SortKey>(['arrival', 'size'])

/** Whether an order needs the facts of contents. */
export const sortNeedsFacts = (by: readonly SortCriterion[]): boolean => by.some(({ key }) => !WITHOUT_FACTS.has(key))

/** RFC 5256 §2.2: the Date field as UTC; INTERNALDATE where there is none that can be read. */
export const sentOf = (view: Pick<SortView, 'sort' | 'receivedAt'>, index: number): Instant =>
  view.sort(index).sentAt ?? view.receivedAt(index)

type Column = { readonly values: readonly number[] | readonly string[]; readonly reverse: boolean }

const valuesOf = (key: SortKey, indexes: readonly number[], view: SortView): readonly number[] | readonly string[] => {
  switch (key) {
    case 'arrival':
      return indexes.map((index) => view.receivedAt(index))
    case 'size':
      return indexes.map((index) => view.sizeBytes(index))
    case 'date':
      return indexes.map((index) => sentOf(view, index))
    case 'subject':
      return indexes.map((index) => view.sort(index).baseSubject)
    default:
      return indexes.map((index) => view.sort(index)[key])
  }
}

const compare = (a: number | string, b: number | string): number =>
  typeof a === 'number' ? a - (b as number) : compareKeys(a, b as string)

/**
 * The indexes in the order of the criteria, the first counting most; what is equal in all stays in ascending order of
 * index, whatever is reversed (RFC 5256 §3: the sequence number is the last key).
 */
export const sortIndexes = (indexes: readonly number[], by: readonly SortCriterion[], view: SortView): number[] => {
  const ascending = indexes.toSorted((a, b) => a - b)
  const columns = by.map(({ key, reverse }): Column => ({ values: valuesOf(key, ascending, view), reverse }))
  const places = ascending.map((_, place) => place)
  places.sort((a, b) => {
    for (const { values, reverse } of columns) {
      const order = compare(values[a]!, values[b]!)
      if (order !== 0) return reverse ? -order : order
    }
    return a - b
  })
  return places.map((place) => ascending[place]!)
}
