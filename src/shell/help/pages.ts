// The help pages that an audience is shown: those of the product, with what the provider and then the Order put in
// their place. Kept, read and indexed, until somebody changes one.
import { HELP_GROUPS, type HelpLanguage, type HelpOrigin, type HelpPage, type HelpText } from '../../core/help/page.ts'
import { type HelpIndex, indexHelp } from '../../core/help/search.ts'
import type { Office } from '../office.ts'
import { readHelpMarkdown } from './markdown.ts'
import { shippedHelp } from './shipped.ts'
import { type ChangedPage, currentChanges, type HelpOwner, helpStamp } from './store.ts'

export type HelpSet = { readonly pages: readonly HelpPage[]; readonly index: HelpIndex }

type Candidate = {
  readonly slug: string
  readonly language: HelpLanguage
  readonly origin: HelpOrigin
  readonly text: HelpText
  readonly rank: number
}

const RANK_OF_ADDED = 900
const LEVELS: Readonly<Record<HelpOrigin, number>> = { shipped: 0, provider: 1, order: 2 }

/** All texts there are, of all places and languages. */
const candidatesOf = (changes: readonly ChangedPage[]): readonly Candidate[] => {
  const shipped = Object.entries(shippedHelp()).flatMap(([language, pages]) =>
    [...pages].map(
      ([slug, { rank, ...text }]): Candidate => ({
        slug,
        language: language as HelpLanguage,
        origin: 'shipped',
        text,
        rank,
      }),
    ),
  )
  const changed = changes.flatMap(({ slug, language, orderId, page }): Candidate[] =>
    page === null
      ? []
      : [
          {
            slug,
            language,
            origin: orderId === undefined ? 'provider' : 'order',
            text: page,
            rank: shippedHelp()[language].get(slug)?.rank ?? RANK_OF_ADDED,
          },
        ],
  )
  return [...shipped, ...changed]
}

/** Whether a text is shown before another of the same page: the nearer place first, then the language that was asked. */
const isBefore = (a: Candidate, b: Candidate, language: HelpLanguage): boolean =>
  LEVELS[a.origin] !== LEVELS[b.origin] ? LEVELS[a.origin] > LEVELS[b.origin] : a.language === language

/** The texts that a language's readers are shown; where there is none in theirs, Italian. */
export const chosenTexts = (changes: readonly ChangedPage[], language: HelpLanguage): readonly Candidate[] => {
  const chosen = new Map<string, Candidate>()
  for (const one of candidatesOf(changes)) {
    if (one.language !== 'it' && one.language !== language) continue
    const other = chosen.get(one.slug)
    if (!other || isBefore(one, other, language)) chosen.set(one.slug, one)
  }
  const place = ({ text, rank }: Candidate): number => HELP_GROUPS.indexOf(text.group) * 1_000 + rank
  return [...chosen.values()].sort((a, b) => place(a) - place(b) || a.text.title.localeCompare(b.text.title, 'it'))
}

const makeSet = (changes: readonly ChangedPage[], language: HelpLanguage): HelpSet => {
  const pages = chosenTexts(changes, language).map(
    ({ slug, language: own, origin, text }): HelpPage => ({
      ...text,
      slug,
      language: own,
      origin,
      blocks: readHelpMarkdown(text.text).blocks,
    }),
  )
  return { pages, index: indexHelp(pages) }
}

/** Sets that were made, the ones used last at the end. By database: tests have many. */
const made = new WeakMap<Office['db'], Map<string, HelpSet>>()
const MOST_KEPT = 60

/** The help pages of an audience in a language. */
export const helpSet = async ({ db }: Office, language: HelpLanguage, owner: HelpOwner): Promise<HelpSet> => {
  const sets = made.get(db) ?? new Map<string, HelpSet>()
  made.set(db, sets)
  const key = `${language} ${owner ?? ''} ${await helpStamp(db, owner)}`
  const kept = sets.get(key)
  const set = kept ?? makeSet(await currentChanges(db, owner), language)
  sets.delete(key)
  sets.set(key, set)
  if (sets.size > MOST_KEPT) sets.delete(sets.keys().next().value!)
  return set
}
