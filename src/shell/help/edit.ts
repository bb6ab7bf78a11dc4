// Verbs of who changes the help: the provider's pages for all, an Order's for its own people. What was before is kept.
import { createHash } from 'node:crypto'
import type { FieldRefusal, Refusal } from '../../core/api/problems.ts'
import { type LineChange, lineChanges } from '../../core/help/changes.ts'
import { helpTextProblems } from '../../core/help/frontMatter.ts'
import { parseHelpLink } from '../../core/help/links.ts'
import { HELP_LANGUAGES, type HelpLanguage, type HelpText, isHelpSlug, runsOf } from '../../core/help/page.ts'
import type { PlaceholderValues } from '../../core/help/placeholders.ts'
import { writeAudit } from '../audit/write.ts'
import type { Office } from '../office.ts'
import { placeholderValues } from './audience.ts'
import { type HelpProblem, readHelpMarkdown } from './markdown.ts'
import { chosenTexts } from './pages.ts'
import { shippedHelp } from './shipped.ts'
import { type ChangedPage, currentChanges, forgetChanges, type HelpOwner, insertChange, pageHistory } from './store.ts'

export type Editor = { readonly kind: 'staff'; readonly staffId: number; readonly remoteAddress: string }
/** A page of a language at a place. */
export type Place = { readonly owner: HelpOwner; readonly slug: string; readonly language: HelpLanguage }

const MOST_ADDED = 200
const MOST_VERSIONS = 50

const FIELDS = ['title', 'summary', 'group', 'words', 'related', 'text'] as const

const sameText = (page: HelpText): HelpText => {
  const { title, summary, group, words, related, text } = page
  return { title, summary, group, words, related: [...related], text }
}

/** A digest of what a page says. */
const digestOf = (page: HelpText): string =>
  createHash('sha256')
    .update(JSON.stringify(FIELDS.map((name) => page[name])))
    .digest('hex')

/** The page that is shown at a place without its own change, in its own language. */
const beneath = (changes: readonly ChangedPage[], { owner, slug, language }: Place): HelpText | undefined => {
  const below =
    owner === undefined
      ? undefined
      : changes.find((one) => one.orderId === undefined && one.slug === slug && one.language === language)?.page
  const found = below ?? shippedHelp()[language].get(slug)
  return found && sameText(found)
}

const isOutdated = (change: ChangedPage | undefined, below: HelpText | undefined): boolean =>
  change?.page != null && (below ? digestOf(below) : null) !== change.madeFromDigest

export type HelpRow = {
  readonly slug: string
  readonly language: HelpLanguage
  readonly title: string
  readonly group: HelpText['group']
  readonly beneath: boolean
  readonly changed: boolean
  readonly outdated: boolean
  readonly changedAt?: number | undefined
  readonly by?: string | undefined
}

/** All pages of a place, of both languages, and which were changed. */
export const listEditable = async (office: Office, owner: HelpOwner): Promise<readonly HelpRow[]> => {
  const changes = await currentChanges(office.db, owner)
  const own = changes.filter((one) => one.orderId === owner)
  const others = changes.filter((one) => one.orderId !== owner)
  return HELP_LANGUAGES.flatMap((language) => {
    const slugs = [...chosenTexts(changes, language)].filter((one) => one.language === language).map((one) => one.slug)
    return [...new Set(slugs)].map((slug): HelpRow => {
      const change = own.find((one) => one.slug === slug && one.language === language)
      const below = beneath(others, { owner, slug, language })
      const shown = change?.page ?? below!
      return {
        slug,
        language,
        title: shown.title,
        group: shown.group,
        beneath: below !== undefined,
        changed: change?.page != null,
        outdated: isOutdated(change, below),
        ...(change && { changedAt: change.at, by: change.by }),
      }
    })
  })
}

export type EditedHelp = {
  readonly slug: string
  readonly language: HelpLanguage
  readonly beneath?: HelpText | undefined
  readonly current?: HelpText | undefined
  readonly outdated: boolean
  readonly beneathChanges: readonly LineChange[]
  readonly version: number
  readonly history: readonly ChangedPage[]
  readonly placeholders: PlaceholderValues
}

/** A page to be changed; one that is nowhere yet can be added. */
export const editHelp = async (office: Office, place: Place): Promise<EditedHelp | Refusal> => {
  const { owner, slug, language } = place
  if (!isHelpSlug(slug)) return { refusal: 'notFound' }
  const history = await pageHistory(office.db, owner, slug, language)
  const [last] = history
  const below = beneath(await currentChanges(office.db, owner), place)
  const outdated = isOutdated(last, below)
  return {
    slug,
    language,
    beneath: below,
    current: last?.page ?? undefined,
    outdated,
    beneathChanges: outdated ? lineChanges(last?.madeFrom?.text ?? '', below?.text ?? '') : [],
    version: last?.version ?? 0,
    history,
    placeholders: placeholderValues(office, { helpDesk: office.helpDesk }, language),
  }
}

/** How a text is shown, with the values of nobody in particular. */
export const previewHelp = readHelpMarkdown

const WORDS: Readonly<Record<HelpProblem['kind'], { readonly it: string; readonly en: string }>> = {
  html: { it: 'l’HTML non è ammesso', en: 'HTML is not allowed' },
  link: { it: 'un link non porta a una pagina ammessa', en: 'a link leads where none may' },
  image: {
    it: 'sono ammesse solo le illustrazioni del prodotto, ciascuna in un paragrafo suo',
    en: 'only drawings of the product are allowed, each in a paragraph of its own',
  },
  heading: { it: 'i titoli interni cominciano con ## o ###', en: 'headings begin with ## or ###' },
  form: { it: 'questa forma non è ammessa', en: 'this form is not allowed' },
  placeholder: { it: 'questo segnaposto non esiste', en: 'there is no such placeholder' },
  size: { it: 'il testo è troppo lungo', en: 'the text is too long' },
}

/** A problem in both languages, as it is told beside the field. */
export const problemWords = ({ kind, what }: HelpProblem): { readonly it: string; readonly en: string } => ({
  it: `${WORDS[kind].it}: ${what}`,
  en: `${WORDS[kind].en}: ${what}`,
})

/** What is wrong with a page, of its parts and of where it leads. */
const wrongParts = (page: HelpText, slugs: ReadonlySet<string>, isPlace: (path: string) => boolean): FieldRefusal[] => {
  const fields: FieldRefusal[] = helpTextProblems(page).map((field) => ({
    field,
    code: 'form',
    it: 'Questa parte manca, è troppo breve o troppo lunga.',
    en: 'This part is missing, too short or too long.',
  }))
  const { blocks, problems } = readHelpMarkdown(page.text)
  for (const problem of problems) fields.push({ field: 'text', code: problem.kind, ...problemWords(problem) })
  const dead = (text: string): void => {
    fields.push({ field: 'text', code: 'link', ...problemWords({ kind: 'link', what: text }) })
  }
  const ids = new Set(blocks.flatMap((one) => (one.kind === 'heading' ? [one.id] : [])))
  for (const { href } of runsOf(blocks)) {
    const link = href === undefined ? undefined : parseHelpLink(href)
    if (link?.kind === 'page' && !slugs.has(link.slug)) dead(href!)
    if (link?.kind === 'place' && !isPlace(link.path)) dead(href!)
    if (link?.kind === 'anchor' && !ids.has(link.anchor)) dead(href!)
  }
  for (const one of page.related) {
    if (!slugs.has(one)) {
      fields.push({
        field: 'related',
        code: 'link',
        it: `La pagina ${one} non esiste.`,
        en: `There is no page ${one}.`,
      })
    }
  }
  return fields
}

type Written = { readonly place: Place; readonly seen: number; readonly page: HelpText | null }

/** Writes a change where nobody else did meanwhile. */
const write = async (office: Office, editor: Editor, { place, seen, page }: Written): Promise<Refusal | undefined> => {
  const { owner, slug, language } = place
  const at = office.clock.now()
  return office.db.tx(async (tx) => {
    const [last] = await pageHistory(tx, owner, slug, language)
    if ((last?.version ?? 0) !== seen) return { refusal: 'helpPageChanged' }
    const below = page === null ? undefined : beneath(await currentChanges(tx, owner), place)
    const change = {
      orderId: owner,
      slug,
      language,
      version: seen + 1,
      page,
      madeFrom: below ?? null,
      madeFromDigest: below ? digestOf(below) : null,
      at,
      staffId: editor.staffId,
    }
    if (!(await insertChange(tx, change))) return { refusal: 'helpPageChanged' }
    forgetChanges(tx, change, change.version - MOST_VERSIONS)
    writeAudit(tx, [
      {
        at,
        actor: editor,
        orderId: owner,
        action: page === null ? 'help.reverted' : 'help.changed',
        subjectKind: 'help',
        subjectId: `${language}/${slug}`,
        details: { version: change.version },
      },
    ])
    return undefined
  })
}

/** Puts a page in the place of the one beneath, or adds one. `isPlace` knows the addresses of the pages. */
export const saveHelp = async (
  office: Office,
  editor: Editor,
  { place, seen, page }: Written & { readonly page: HelpText },
  isPlace: (path: string) => boolean,
): Promise<EditedHelp | Refusal> => {
  if (!isHelpSlug(place.slug)) return { refusal: 'notFound' }
  const tidy: HelpText = {
    ...sameText(page),
    title: page.title.trim(),
    summary: page.summary.trim(),
    words: page.words.trim(),
    text: page.text.replaceAll('\r\n', '\n').trim(),
  }
  const changes = await currentChanges(office.db, place.owner)
  const slugs = new Set([place.slug, ...chosenTexts(changes, place.language).map((one) => one.slug)])
  const fields = wrongParts(tidy, slugs, isPlace)
  if (fields.length > 0) return { refusal: 'helpPageWrong', fields }
  const own = changes.filter((one) => one.orderId === place.owner && one.page !== null)
  const isThere = own.some((one) => one.slug === place.slug && one.language === place.language)
  if (!isThere && own.length >= MOST_ADDED) return { refusal: 'helpPagesTooMany' }
  return (await write(office, editor, { place, seen, page: tidy })) ?? editHelp(office, place)
}

/** Brings back the page beneath. */
export const revertHelp = async (
  office: Office,
  editor: Editor,
  place: Place,
  seen: number,
): Promise<EditedHelp | Refusal> => {
  const [last] = await pageHistory(office.db, place.owner, place.slug, place.language)
  if (!last) return { refusal: 'notFound' }
  if (last.page === null && last.version === seen) return editHelp(office, place) // is so already
  return (await write(office, editor, { place, seen, page: null })) ?? editHelp(office, place)
}
