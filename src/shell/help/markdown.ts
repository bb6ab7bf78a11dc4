// Reads the Markdown of a help page into its blocks. Nothing is kept as markup: HTML, foreign images and links that lead
// where none may are told and left out.
import { Marked, type Token, type Tokens } from 'marked'
import { hrefOf, isHelpDrawing, parseHelpLink } from '../../core/help/links.ts'
import { HELP_LIMITS, type HelpBlock, type ListItem, plainRuns, type Run, type Runs } from '../../core/help/page.ts'
import { unknownPlaceholders } from '../../core/help/placeholders.ts'
import { wordsOf } from '../../core/help/stem.ts'

export type HelpProblem = {
  readonly kind: 'html' | 'link' | 'image' | 'heading' | 'form' | 'placeholder' | 'size'
  readonly what: string
}
export type ReadHelp = { readonly blocks: readonly HelpBlock[]; readonly problems: readonly HelpProblem[] }

const marked = new Marked({ gfm: true })
/** What stands in each other deeper than this nobody reads. */
const DEEPEST = 6
const LONGEST_SHOWN = 60

type Reader = { readonly problems: HelpProblem[]; readonly ids: Set<string> }
type Look = Omit<Run, 'text'>

const tell = (reader: Reader, kind: HelpProblem['kind'], what: string): void => {
  const shown = what.trim().slice(0, LONGEST_SHOWN)
  if (reader.problems.length < 20) reader.problems.push({ kind, what: shown })
}

/** Named and numbered characters: the few that people write. */
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', euro: '€' }
const decoded = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)

/** Signs that turn the direction of what follows, and others that are not seen. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

const runsOf = (reader: Reader, tokens: readonly Token[] | undefined, look: Look, depth: number): Runs => {
  if (depth > DEEPEST) {
    tell(reader, 'form', plainText(tokens))
    return []
  }
  return (tokens ?? []).flatMap((token): Runs => {
    switch (token.type) {
      case 'text':
        // The text of a list's item holds tokens of its own.
        if (token.tokens) return runsOf(reader, token.tokens, look, depth + 1)
        return [{ ...look, text: decoded(token.text) }]
      case 'escape':
        return [{ ...look, text: token.text }]
      case 'codespan':
        return [{ ...look, code: true, text: decoded(token.text) }]
      case 'strong':
        return runsOf(reader, token.tokens, { ...look, strong: true }, depth + 1)
      case 'em':
        return runsOf(reader, token.tokens, { ...look, em: true }, depth + 1)
      case 'br':
        return [{ ...look, text: ' ' }]
      case 'link':
        return linkRuns(reader, token as Tokens.Link, look, depth)
      case 'image':
        tell(reader, 'image', token.href)
        return []
      case 'html':
        tell(reader, 'html', token.raw)
        return []
      default:
        tell(reader, 'form', token.raw)
        return []
    }
  })
}

const plainText = (tokens: readonly Token[] | undefined): string => (tokens ?? []).map((token) => token.raw).join('')

const linkRuns = (reader: Reader, token: Tokens.Link, look: Look, depth: number): Runs => {
  const link = parseHelpLink(token.href)
  if (!link) tell(reader, 'link', token.href)
  return runsOf(reader, token.tokens, link ? { ...look, href: hrefOf(link) } : look, depth + 1)
}

/** Neighbours that look alike become one, white space is what a reader sees. */
const joined = (runs: Runs): Runs => {
  const out: Run[] = []
  for (const run of runs) {
    const text = run.text.replace(HIDDEN, '').replace(/[ \t\n]+/g, ' ')
    const last = out.at(-1)
    const isAlike =
      last && last.strong === run.strong && last.em === run.em && last.code === run.code && last.href === run.href
    if (isAlike) out[out.length - 1] = { ...last, text: last.text + text }
    else if (text !== '') out.push({ ...run, text })
  }
  return out
}

const inline = (reader: Reader, tokens: readonly Token[] | undefined): Runs => joined(runsOf(reader, tokens, {}, 0))

/** The anchor of a heading: its words; a second one of the same words gets a number. */
const idOf = (reader: Reader, runs: Runs): string => {
  const base = wordsOf(plainRuns(runs)).join('-').slice(0, 60).replace(/-+$/, '') || 'parte'
  let id = base
  for (let n = 2; reader.ids.has(id); n++) id = `${base}-${n}`
  reader.ids.add(id)
  return id
}

const itemOf = (reader: Reader, item: Tokens.ListItem): ListItem => {
  const parts = item.tokens.flatMap((token): Runs[] => {
    switch (token.type) {
      case 'text':
      case 'paragraph':
        return [inline(reader, token.tokens ?? [token])]
      case 'list':
        // One level below, each as a line of its own.
        return (token as Tokens.List).items.flatMap((below) => {
          const { runs, more } = itemOf(reader, below)
          return [[{ text: '– ' }, ...runs], ...more]
        })
      case 'space':
        return []
      default:
        tell(reader, token.type === 'html' ? 'html' : 'form', token.raw)
        return []
    }
  })
  const [runs = [], ...more] = parts
  return { runs, more }
}

const listDepth = (list: Tokens.List): number =>
  1 +
  Math.max(
    0,
    ...list.items
      .flatMap((item) => item.tokens.filter((one) => one.type === 'list'))
      .map((one) => listDepth(one as Tokens.List)),
  )

/** A drawing stands alone in its paragraph; its alternative text is its caption. */
const figureOf = (token: Tokens.Paragraph): HelpBlock | undefined => {
  const [image, ...rest] = token.tokens
  if (image?.type !== 'image' || rest.length > 0 || !isHelpDrawing(image.href) || image.text.trim() === '')
    return undefined
  return { kind: 'figure', src: image.href, caption: decoded(image.text).replace(HIDDEN, '') }
}

const blockOf = (reader: Reader, token: Token): readonly HelpBlock[] => {
  switch (token.type) {
    case 'space':
      return []
    case 'heading': {
      const { depth, tokens, raw } = token as Tokens.Heading
      // The first level is the title of the page.
      if (depth !== 2 && depth !== 3) tell(reader, 'heading', raw)
      const runs = inline(reader, tokens)
      return [{ kind: 'heading', level: depth === 2 ? 2 : 3, id: idOf(reader, runs), runs }]
    }
    case 'paragraph': {
      const figure = figureOf(token as Tokens.Paragraph)
      if (figure) return [figure]
      const runs = inline(reader, token.tokens)
      return runs.length === 0 ? [] : [{ kind: 'paragraph', runs }]
    }
    case 'list': {
      const list = token as Tokens.List
      if (listDepth(list) > 2) {
        tell(reader, 'form', list.raw)
        return []
      }
      return [{ kind: 'list', ordered: list.ordered, items: list.items.map((item) => itemOf(reader, item)) }]
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table
      const cells = (row: readonly Tokens.TableCell[]): readonly Runs[] =>
        row.map((cell) => inline(reader, cell.tokens))
      return [{ kind: 'table', head: cells(header), rows: rows.map(cells) }]
    }
    case 'blockquote':
      return [
        {
          kind: 'note',
          paragraphs: (token.tokens ?? []).flatMap((one) => {
            if (one.type === 'paragraph') return [inline(reader, one.tokens)]
            if (one.type !== 'space') tell(reader, one.type === 'html' ? 'html' : 'form', one.raw)
            return []
          }),
        },
      ]
    case 'code':
      return [{ kind: 'code', text: token.text.replace(HIDDEN, (sign: string) => (sign === '\n' ? sign : '')) }]
    default:
      tell(reader, token.type === 'html' ? 'html' : 'form', token.raw)
      return []
  }
}

/** What of a text takes a reader of Markdown ever longer: brackets, stars, quotes heaped up. People write none of it. */
const isHeaped = (text: string): boolean =>
  /([[\]()*_`>~|])\1{15}/.test(text) ||
  /(?:[[(<*_`]\s*){40}/.test(text) ||
  /(?:>\s?){12}/.test(text) ||
  /\S{1000}/.test(text)

/** Reads a text; what may not be in it is told and not in the blocks. */
export const readHelpMarkdown = (source: string): ReadHelp => {
  const text = source.replaceAll('\r\n', '\n')
  if (text.length > HELP_LIMITS.text) return { blocks: [], problems: [{ kind: 'size', what: String(text.length) }] }
  if (isHeaped(text)) return { blocks: [], problems: [{ kind: 'form', what: text.slice(0, LONGEST_SHOWN) }] }
  const reader: Reader = { problems: [], ids: new Set() }
  const blocks = marked.lexer(text).flatMap((token) => blockOf(reader, token))
  for (const name of unknownPlaceholders(text)) tell(reader, 'placeholder', `{{${name}}}`)
  return { blocks, problems: reader.problems }
}
