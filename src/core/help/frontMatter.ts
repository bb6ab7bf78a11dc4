// The head of a shipped help page: a few lines between `---`, each `name: value`; the Markdown follows.
import { HELP_GROUPS, HELP_LIMITS, type HelpGroup, type HelpText } from './page.ts'

/** A shipped page: `rank` is its place in its group. */
export type ShippedText = HelpText & { readonly rank: number }

const NAMES = ['title', 'summary', 'group', 'rank', 'words', 'related'] as const
type Name = (typeof NAMES)[number]

/** What is wrong with a text's sizes and words; empty where nothing is. */
export const helpTextProblems = (page: HelpText): readonly (keyof HelpText)[] => {
  const fits = (name: 'title' | 'summary' | 'words' | 'text', least: number): boolean =>
    page[name].trim().length >= least && page[name].length <= HELP_LIMITS[name]
  const isWell: Readonly<Record<keyof HelpText, boolean>> = {
    title: fits('title', 3) && !page.title.includes('\n'),
    summary: fits('summary', 10) && !page.summary.includes('\n'),
    group: HELP_GROUPS.includes(page.group),
    words: fits('words', 0),
    related: page.related.length <= HELP_LIMITS.related,
    text: fits('text', 20),
  }
  return (Object.keys(isWell) as (keyof HelpText)[]).filter((name) => !isWell[name])
}

/** Reads a shipped page. Throws on one that is not well: the program does not start with it. */
export const parseShippedPage = (source: string, name: string): ShippedText => {
  const found = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source.replaceAll('\r\n', '\n'))
  if (!found) throw new Error(`${name}: no head between --- lines`)
  const values = new Map<string, string>()
  for (const line of found[1]!.split('\n')) {
    const pair = /^([a-z]+): ?(.*)$/.exec(line)
    if (!pair || !NAMES.includes(pair[1] as Name)) throw new Error(`${name}: what is "${line}"?`)
    values.set(pair[1]!, pair[2]!.trim())
  }
  const related = (values.get('related') ?? '').split(/[\s,]+/).filter(Boolean)
  const page: ShippedText = {
    title: values.get('title') ?? '',
    summary: values.get('summary') ?? '',
    group: values.get('group') as HelpGroup,
    rank: Number(values.get('rank') ?? Number.NaN),
    words: values.get('words') ?? '',
    related,
    text: found[2]!.trim(),
  }
  const wrong = [...helpTextProblems(page), ...(Number.isInteger(page.rank) ? [] : ['rank'])]
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.join(', ')} missing or wrong`)
  return page
}
