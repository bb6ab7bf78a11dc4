// The help pages: for everybody, and as the provider and the Orders change them.
import Type from 'typebox'
import { HELP_GROUPS, HELP_LANGUAGES, HELP_LIMITS } from '../help/page.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, Id, OneOf, Text } from './shared.ts'

const RunSchema = Type.Object({
  text: Type.String(),
  strong: Type.Optional(Type.Literal(true)),
  em: Type.Optional(Type.Literal(true)),
  code: Type.Optional(Type.Literal(true)),
  href: Type.Optional(Type.String()),
})
const Runs = Type.Array(RunSchema)

/** A piece of a page: no markup, nothing to interpret. */
export const HelpBlockSchema = Type.Union([
  Type.Object({
    kind: Type.Literal('heading'),
    level: Type.Union([Type.Literal(2), Type.Literal(3)]),
    id: Type.String(),
    runs: Runs,
  }),
  Type.Object({ kind: Type.Literal('paragraph'), runs: Runs }),
  Type.Object({
    kind: Type.Literal('list'),
    ordered: Type.Boolean(),
    items: Type.Array(Type.Object({ runs: Runs, more: Type.Array(Runs) })),
  }),
  Type.Object({ kind: Type.Literal('table'), head: Type.Array(Runs), rows: Type.Array(Type.Array(Runs)) }),
  Type.Object({ kind: Type.Literal('note'), paragraphs: Type.Array(Runs) }),
  Type.Object({ kind: Type.Literal('code'), text: Type.String() }),
  Type.Object({ kind: Type.Literal('figure'), src: Type.String(), caption: Type.String() }),
])

const Language = OneOf(...HELP_LANGUAGES)
const Group = OneOf(...HELP_GROUPS)
const Origin = OneOf('shipped', 'provider', 'order')
const Slug = Text(HELP_LIMITS.slug, { minLength: 1 })

/** Whose pages are read: of the Order, of the convention; where neither is said, by who is signed in or has a case. */
const Audience = {
  language: Type.Optional(Language),
  order: Type.Optional(Text(64)),
  convention: Type.Optional(Text(80)),
}

const Contact = Type.Object({ phone: Type.String(), hours: Type.Optional(Type.String()) })
/** Whom to call. */
export const HelpContactsSchema = Type.Object({
  /** The help desk for this box, this case, this convention; else the provider's own. */
  helpDesk: Type.Optional(Contact),
  order: Type.Optional(Type.Object({ code: Type.String(), name: Type.String() })),
  secretariat: Type.Optional(
    Type.Object({ phone: Type.String(), email: Type.String(), hours: Type.Optional(Type.String()) }),
  ),
})

const Summary = Type.Object({
  slug: Type.String(),
  language: Language,
  title: Type.String(),
  summary: Type.String(),
  group: Group,
  origin: Origin,
})

const PageText = Closed({
  title: Text(HELP_LIMITS.title),
  summary: Text(HELP_LIMITS.summary),
  group: Group,
  words: Text(HELP_LIMITS.words),
  related: Type.Array(Slug, { maxItems: HELP_LIMITS.related }),
  text: Text(HELP_LIMITS.text),
})

const Row = Type.Object({
  slug: Type.String(),
  language: Language,
  title: Type.String(),
  group: Group,
  /** Whether there is a page beneath that this one takes the place of. */
  beneath: Type.Boolean(),
  changed: Type.Boolean(),
  /** What it takes the place of is no longer what it was made from. */
  outdated: Type.Boolean(),
  changedAt: Type.Optional(At),
  by: Type.Optional(Type.String()),
})

const Editing = Type.Object({
  slug: Type.String(),
  language: Language,
  /** The page that is shown without the change; absent where there is none. */
  beneath: Type.Optional(PageText),
  /** The change in force. */
  current: Type.Optional(PageText),
  outdated: Type.Boolean(),
  /** What changed beneath since this was made: lines that went and that came. */
  beneathChanges: Type.Array(Type.Object({ sign: OneOf('-', '+'), line: Type.String() })),
  /** Counts the changes; 0 before the first. */
  version: Type.Integer(),
  history: Type.Array(
    Type.Object({
      version: Type.Integer(),
      at: At,
      by: Type.String(),
      /** Absent where the page beneath was brought back. */
      page: Type.Optional(PageText),
    }),
  ),
  /** Names to be filled in when the page is shown, with what stands in their place here. */
  placeholders: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
})

const Seen = Type.Integer({
  minimum: 0,
  description: 'Version that was looked at: another has changed it meanwhile if it is old',
})
const Preview = Type.Object({
  blocks: Type.Array(HelpBlockSchema),
  problems: Type.Array(Type.Object({ kind: Type.String(), what: Type.String() })),
})

/** The same five endpoints for the provider and for an Order. */
const editing = <
  const Prefix extends string,
  P extends Record<string, ReturnType<typeof Text>>,
  A extends Endpoint['access'],
>(
  prefix: Prefix,
  place: P,
  access: A,
  tag: 'operator' | 'order',
) => {
  const One = Closed({ ...place, slug: Slug, language: Language })
  return {
    list: {
      method: 'GET',
      path: `${prefix}/help`,
      summary: 'The help pages, and which of them were changed',
      tag,
      access,
      params: Closed(place),
      reply: Type.Object({ items: Type.Array(Row) }),
    },
    get: {
      method: 'GET',
      path: `${prefix}/help/:slug/:language`,
      summary: 'A help page to be changed: what is beneath, what is in force, what was',
      tag,
      access,
      params: One,
      reply: Editing,
    },
    save: {
      method: 'PUT',
      path: `${prefix}/help/:slug/:language`,
      summary: 'Replaces a help page or adds one; what was before is kept',
      tag,
      access,
      params: One,
      body: Closed({ version: Seen, page: PageText }),
      reply: Editing,
      refusals: ['helpPageWrong', 'helpPageChanged', 'helpPagesTooMany'],
    },
    revert: {
      method: 'DELETE',
      path: `${prefix}/help/:slug/:language/versions/:version`,
      summary: 'Brings back the page beneath; the change is kept among those before. `version` is the one looked at',
      tag,
      access,
      params: Closed({ ...place, slug: Slug, language: Language, version: Id }),
      reply: Editing,
      refusals: ['helpPageChanged'],
    },
    preview: {
      method: 'POST',
      path: `${prefix}/help-preview`,
      summary: 'How a text would be shown, and what may not be in it; nothing is kept',
      tag,
      access,
      params: Closed(place),
      body: Closed({ text: Text(HELP_LIMITS.text) }),
      reply: Preview,
    },
  } as const
}

const provider = editing('/operator', {}, { kind: 'provider', permission: 'help.write' }, 'operator')
const order = editing('/orders/:order', { order: Text(64) }, { kind: 'order', permission: 'order.help' }, 'order')

export const helpEndpoints = {
  getHelp: {
    method: 'GET',
    path: '/help',
    summary: 'The help pages by title, and whom to call',
    tag: 'help',
    access: { kind: 'public' },
    query: Closed(Audience),
    reply: Type.Object({ pages: Type.Array(Summary), contacts: HelpContactsSchema }),
  },
  getHelpContacts: {
    method: 'GET',
    path: '/help/contacts',
    summary: 'Whom to call',
    tag: 'help',
    access: { kind: 'public' },
    query: Closed(Audience),
    reply: HelpContactsSchema,
  },
  searchHelp: {
    method: 'GET',
    path: '/help/search',
    summary: 'Help pages that a query finds, the best first',
    tag: 'help',
    access: { kind: 'public' },
    query: Closed({ q: Text(200), ...Audience }),
    reply: Type.Object({
      hits: Type.Array(
        Type.Object({ slug: Type.String(), language: Language, title: Type.String(), excerpt: Type.String() }),
      ),
    }),
  },
  getHelpPage: {
    method: 'GET',
    path: '/help/pages/:slug',
    summary: 'A help page: blocks of text, without markup',
    tag: 'help',
    access: { kind: 'public' },
    params: Closed({ slug: Slug }),
    query: Closed(Audience),
    reply: Type.Object({
      slug: Type.String(),
      /** Italian where there is no English page. */
      language: Language,
      title: Type.String(),
      summary: Type.String(),
      group: Group,
      origin: Origin,
      blocks: Type.Array(HelpBlockSchema),
      related: Type.Array(Summary),
      contacts: HelpContactsSchema,
    }),
    refusals: ['helpPageUnknown'],
  },
  listProviderHelp: provider.list,
  getProviderHelp: provider.get,
  saveProviderHelp: provider.save,
  revertProviderHelp: provider.revert,
  previewProviderHelp: provider.preview,
  listOrderHelp: order.list,
  getOrderHelp: order.get,
  saveOrderHelp: order.save,
  revertOrderHelp: order.revert,
  previewOrderHelp: order.preview,
} as const satisfies Record<string, Endpoint>
