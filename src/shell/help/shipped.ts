// The help pages that come with the program: Markdown files in help/, one for each page and language.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseShippedPage, type ShippedText } from '../../core/help/frontMatter.ts'
import { HELP_GROUPS, HELP_LANGUAGES, type HelpLanguage, isHelpSlug } from '../../core/help/page.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'help')

export type ShippedHelp = Readonly<Record<HelpLanguage, ReadonlyMap<string, ShippedText>>>

const readLanguage = (language: HelpLanguage): ReadonlyMap<string, ShippedText> => {
  const pages = readdirSync(join(FOLDER, language))
    .filter((name) => name.endsWith('.md'))
    .map((name): [string, ShippedText] => {
      const slug = name.slice(0, -'.md'.length)
      if (!isHelpSlug(slug)) throw new Error(`help/${language}/${name}: cannot be the address of a page`)
      return [slug, parseShippedPage(readFileSync(join(FOLDER, language, name), 'utf8'), `help/${language}/${name}`)]
    })
  const place = (page: ShippedText): number => HELP_GROUPS.indexOf(page.group) * 1_000 + page.rank
  return new Map(pages.sort(([, a], [, b]) => place(a) - place(b)))
}

let read: ShippedHelp | undefined

/** All of them, in their order; read once. */
export const shippedHelp = (): ShippedHelp => {
  read ??= Object.fromEntries(HELP_LANGUAGES.map((language) => [language, readLanguage(language)])) as Record<
    HelpLanguage,
    ReadonlyMap<string, ShippedText>
  >
  return read
}
