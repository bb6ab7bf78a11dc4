// Search among help pages: title before summary before text; plurals, accents and a slip of the fingers do not matter.
import { isNear } from './distance.ts'
import { type HelpPage, plainBlock } from './page.ts'
import { foldText, stemOf, tellingWords, wordsOf } from './stem.ts'

const WEIGHTS = { title: 10, words: 7, summary: 5, heading: 3, text: 1 } as const
type Field = keyof typeof WEIGHTS

/** What a page is found by: for each word the weight of the best place it stands in, by root and as it is written. */
type Indexed = {
  readonly page: HelpPage
  readonly stems: ReadonlyMap<string, number>
  readonly words: ReadonlyMap<string, number>
}
export type HelpIndex = readonly Indexed[]

export type HelpHit = { readonly page: HelpPage; readonly excerpt: string }

const MOST_TERMS = 8
const MOST_HITS = 10
const EXCERPT_LENGTH = 180

const fieldsOf = (page: HelpPage): readonly (readonly [Field, string])[] => [
  ['title', page.title],
  ['words', page.words],
  ['summary', page.summary],
  ...page.blocks.flatMap((block) =>
    plainBlock(block).map((text) => [block.kind === 'heading' ? 'heading' : 'text', text] as const),
  ),
]

const indexPage = (page: HelpPage): Indexed => {
  const stems = new Map<string, number>()
  const words = new Map<string, number>()
  for (const [field, text] of fieldsOf(page)) {
    const weight = WEIGHTS[field]
    for (const word of wordsOf(text)) {
      words.set(word, Math.max(words.get(word) ?? 0, weight))
      const stem = stemOf(word)
      stems.set(stem, Math.max(stems.get(stem) ?? 0, weight))
    }
  }
  return { page, stems, words }
}

/** Makes the index of some pages, once. */
export const indexHelp = (pages: readonly HelpPage[]): HelpIndex => pages.map(indexPage)

/** Slips that are forgiven in a word: none in a short one. */
const slipsFor = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2)

type Term = { readonly word: string; readonly stem: string; readonly isLast: boolean }

const best = (entries: ReadonlyMap<string, number>, fits: (word: string) => boolean): number => {
  let found = 0
  for (const [word, weight] of entries) if (weight > found && fits(word)) found = weight
  return found
}

/** What a term is worth in a page: as a root, as the beginning of a word, with a slip. */
const worth = ({ stems, words }: Indexed, { word, stem, isLast }: Term): number => {
  const whole = stems.get(stem) ?? 0
  // The last word may still be on its way.
  const begun = isLast || word.length >= 5 ? best(words, (one) => one.startsWith(word)) * 0.8 : 0
  const exact = Math.max(whole, begun)
  if (exact > 0) return exact
  const slips = slipsFor(word)
  if (slips === 0) return 0
  return best(words, (one) => one[0] === word[0] && isNear(word, one, slips)) * 0.4
}

/** The first sentence of the page in which a word of the query stands; the summary where none does. */
const excerptOf = (page: HelpPage, terms: readonly Term[]): string => {
  const stems = new Set(terms.map((term) => term.stem))
  const has = (text: string): boolean => wordsOf(text).some((word) => stems.has(stemOf(word)))
  if (has(page.title) || has(page.summary)) return page.summary
  const found = page.blocks
    .filter((block) => block.kind !== 'heading')
    .flatMap(plainBlock)
    .find(has)
  if (found === undefined) return page.summary
  return found.length <= EXCERPT_LENGTH ? found : `${found.slice(0, EXCERPT_LENGTH).replace(/\s+\S*$/, '')}…`
}

/** The pages that a query finds, the best first: those with all its words, else those with most of them. */
export const searchHelp = (index: HelpIndex, query: string): readonly HelpHit[] => {
  const words = tellingWords(query.slice(0, 200)).slice(0, MOST_TERMS)
  const isOpen = /\S$/.test(foldText(query))
  const terms = words.map((word, i): Term => ({ word, stem: stemOf(word), isLast: isOpen && i === words.length - 1 }))
  if (terms.length === 0) return []
  const scored = index.flatMap((indexed, place) => {
    const worths = terms.map((term) => worth(indexed, term))
    const matched = worths.filter((one) => one > 0).length
    const score = worths.reduce((sum, one) => sum + one, 0)
    return matched === 0 ? [] : [{ page: indexed.page, matched, score, place }]
  })
  const most = Math.max(0, ...scored.map((one) => one.matched))
  return scored
    .filter((one) => one.matched === most)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, MOST_HITS)
    .map(({ page }) => ({ page, excerpt: excerptOf(page, terms) }))
}
