// A help page: what it is made of, once read. No markup survives in it: only these blocks, and runs of text in them.

export const HELP_LANGUAGES = ['it', 'en'] as const
export type HelpLanguage = (typeof HELP_LANGUAGES)[number]

/** A piece of text with its look; `href` where it leads somewhere. */
export type Run = {
  readonly text: string
  readonly strong?: true
  readonly em?: true
  readonly code?: true
  readonly href?: string
}
export type Runs = readonly Run[]

export type ListItem = { readonly runs: Runs; readonly more: readonly Runs[] }

export type HelpBlock =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly id: string; readonly runs: Runs }
  | { readonly kind: 'paragraph'; readonly runs: Runs }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly ListItem[] }
  | { readonly kind: 'table'; readonly head: readonly Runs[]; readonly rows: readonly (readonly Runs[])[] }
  | { readonly kind: 'note'; readonly paragraphs: readonly Runs[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'figure'; readonly src: string; readonly caption: string }

/** Under which heading of the first page it stands. */
export const HELP_GROUPS = ['start', 'law', 'use', 'devices', 'security', 'term'] as const
export type HelpGroup = (typeof HELP_GROUPS)[number]

export const HELP_GROUP_TITLES: Readonly<Record<HelpLanguage, Readonly<Record<HelpGroup, string>>>> = {
  it: {
    start: 'Attivare la casella',
    law: 'Valore legale e ricevute',
    use: 'Usare la casella',
    devices: 'Telefono, tablet e computer',
    security: 'Password e sicurezza',
    term: 'Scadenza, rinnovo e chiusura',
  },
  en: {
    start: 'Activating the box',
    law: 'Legal value and receipts',
    use: 'Using the box',
    devices: 'Phone, tablet and computer',
    security: 'Password and security',
    term: 'Expiry, renewal and closing',
  },
}

/** A page as it is written. */
export type HelpText = {
  readonly title: string
  readonly summary: string
  readonly group: HelpGroup
  /** Further words by which it is found. */
  readonly words: string
  readonly related: readonly string[]
  /** Markdown. */
  readonly text: string
}

/** Where a page comes from: the product, the provider, an Order. */
export type HelpOrigin = 'shipped' | 'provider' | 'order'

/** A page of one language as it is shown to some audience. */
export type HelpPage = HelpText & {
  readonly slug: string
  readonly language: HelpLanguage
  readonly origin: HelpOrigin
  readonly blocks: readonly HelpBlock[]
}

export const HELP_LIMITS = { title: 120, summary: 300, words: 500, text: 40_000, related: 8, slug: 60 } as const

/** Addresses below /aiuto that are no pages. */
const RESERVED = new Set(['richiesta', 'richieste', 'cerca'])

/** Whether a text may be the address of a page below /aiuto. */
export const isHelpSlug = (text: string): boolean =>
  text.length <= HELP_LIMITS.slug && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && !RESERVED.has(text)

/** The text of runs, without their looks. */
export const plainRuns = (runs: Runs): string => runs.map((run) => run.text).join('')

/** The texts of a block, one for each thing that is read as one. */
export const plainBlock = (block: HelpBlock): readonly string[] => {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return [plainRuns(block.runs)]
    case 'list':
      return block.items.map(({ runs, more }) => [runs, ...more].map(plainRuns).join(' '))
    case 'table':
      return [block.head, ...block.rows].map((row) => row.map(plainRuns).join(' '))
    case 'note':
      return block.paragraphs.map(plainRuns)
    case 'code':
      return [block.text]
    case 'figure':
      return [block.caption]
  }
}

const blockRuns = (block: HelpBlock): Runs => {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return block.runs
    case 'list':
      return block.items.flatMap(({ runs, more }) => [...runs, ...more.flat()])
    case 'table':
      return [block.head, ...block.rows].flat(2)
    case 'note':
      return block.paragraphs.flat()
    case 'code':
    case 'figure':
      return []
  }
}

/** The runs of a page, in order. */
export const runsOf = (blocks: readonly HelpBlock[]): Runs => blocks.flatMap(blockRuns)

const mapBlock = (block: HelpBlock, change: (runs: Runs) => Runs): HelpBlock => {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return { ...block, runs: change(block.runs) }
    case 'list':
      return { ...block, items: block.items.map(({ runs, more }) => ({ runs: change(runs), more: more.map(change) })) }
    case 'table':
      return { ...block, head: block.head.map(change), rows: block.rows.map((row) => row.map(change)) }
    case 'note':
      return { ...block, paragraphs: block.paragraphs.map(change) }
    case 'code':
    case 'figure':
      return block
  }
}

/** The same blocks with other runs. */
export const mapRuns = (blocks: readonly HelpBlock[], change: (runs: Runs) => Runs): readonly HelpBlock[] =>
  blocks.map((block) => mapBlock(block, change))
