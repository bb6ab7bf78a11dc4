// Verbs of who reads the help: the list, a page, a search.

import type { Refusal } from '../../core/api/problems.ts'
import type { HelpLanguage, HelpPage } from '../../core/help/page.ts'
import { fillPlaceholders } from '../../core/help/placeholders.ts'
import { searchHelp } from '../../core/help/search.ts'
import type { Office } from '../office.ts'
import { type Audience, placeholderValues } from './audience.ts'
import { helpSet } from './pages.ts'

export type Summary = Pick<HelpPage, 'slug' | 'language' | 'title' | 'summary' | 'group' | 'origin'>

const summaryOf = ({ slug, language, title, summary, group, origin }: HelpPage): Summary => ({
  slug,
  language,
  title,
  summary,
  group,
  origin,
})

/** All pages, in their order. */
export const listHelp = async (office: Office, { order }: Audience, language: HelpLanguage): Promise<Summary[]> =>
  (await helpSet(office, language, order?.id)).pages.map(summaryOf)

/** The pages that a query finds. */
export const findHelp = async (
  office: Office,
  { order }: Audience,
  language: HelpLanguage,
  query: string,
): Promise<{ slug: string; language: HelpLanguage; title: string; excerpt: string }[]> => {
  const { index } = await helpSet(office, language, order?.id)
  return searchHelp(index, query).map(({ page, excerpt }) => ({
    slug: page.slug,
    language: page.language,
    title: page.title,
    excerpt: excerpt.replace(/\{\{[^}]*\}\}/g, '…'),
  }))
}

export type ShownPage = Summary & Pick<HelpPage, 'blocks'> & { readonly nextTo: readonly Summary[] }

/** A page, filled in for who reads it, with those that go with it. */
export const readHelp = async (
  office: Office,
  audience: Audience,
  language: HelpLanguage,
  slug: string,
): Promise<ShownPage | Refusal> => {
  const { pages } = await helpSet(office, language, audience.order?.id)
  const page = pages.find((one) => one.slug === slug)
  if (!page) return { refusal: 'helpPageUnknown' }
  const nextTo = page.related.flatMap((one) => pages.filter((other) => other.slug === one).map(summaryOf))
  const values = placeholderValues(office, audience, page.language)
  return { ...summaryOf(page), blocks: fillPlaceholders(page.blocks, values), nextTo }
}
