// The help for readers without scripts: the same answers of the API, written into the page as plain HTML.
import type { FastifyRequest } from 'fastify'
import { blocksHtml, escapeHtml } from '../../../core/help/html.ts'
import { HELP_GROUP_TITLES, HELP_GROUPS, type HelpBlock, type HelpGroup } from '../../../core/help/page.ts'

const API = '/api/v1/help'

type Wanted = {
  /** What the page asks the API first. */
  readonly address: string
  /** What else is shown where there are no scripts. */
  readonly search?: string
  readonly keep: (href: string) => string
}

const once = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200 ? value.trim() : undefined

/** What a page of the help needs; undefined of other pages. */
export const helpWanted = (request: FastifyRequest): Wanted | undefined => {
  const path = request.url.split('?')[0]!
  if (path !== '/aiuto' && !path.startsWith('/aiuto/')) return undefined
  const { ordine, convenzione, q } = request.query as Readonly<Record<string, unknown>>
  const audience = new URLSearchParams({ language: 'it' })
  const kept = new URLSearchParams()
  for (const [ours, theirs, value] of [
    ['order', 'ordine', once(ordine)],
    ['convention', 'convenzione', once(convenzione)],
  ] as const) {
    if (value === undefined) continue
    audience.append(ours, value)
    kept.append(theirs, value)
  }
  const keep = (href: string): string => {
    if (kept.size === 0 || !/^\/aiuto(?:[/?#]|$)/.test(href)) return href
    const [page = '', anchor] = href.split('#')
    return `${page}?${kept}${anchor === undefined ? '' : `#${anchor}`}`
  }
  const { slug } = request.params as { readonly slug?: string }
  if (slug !== undefined) return { address: `${API}/pages/${encodeURIComponent(slug)}?${audience}`, keep }
  const query = once(q)
  return {
    address: `${API}?${audience}`,
    ...(query === undefined ? {} : { search: `${API}/search?${new URLSearchParams({ q: query })}&${audience}` }),
    keep,
  }
}

type Contacts = { readonly helpDesk?: { readonly phone: string; readonly hours?: string } }
type Titled = { readonly slug: string; readonly title: string; readonly group: HelpGroup }
type Answer = {
  readonly title?: string
  readonly summary?: string
  readonly blocks?: readonly HelpBlock[]
  readonly related?: readonly Titled[]
  readonly pages?: readonly Titled[]
  readonly contacts: Contacts
}
type Hits = { readonly hits: readonly { readonly slug: string; readonly title: string; readonly excerpt: string }[] }

const FORM =
  '<form action="/aiuto"><p><label for="cerca">Cerca nell’aiuto</label> <input id="cerca" name="q" type="search"> <button>Cerca</button></p></form>'

/** The page without scripts: `answer` of the address that is wanted, `found` of its search. */
export const helpHtml = (
  { keep }: Wanted,
  answer: string,
  found: string | undefined,
): { title: string; html: string } => {
  const { title, summary, blocks, related, pages, contacts } = JSON.parse(answer) as Answer
  const link = (slug: string, text: string): string =>
    `<a href="${escapeHtml(keep(`/aiuto/${slug}`))}">${escapeHtml(text)}</a>`
  const list = (all: readonly Titled[]): string =>
    `<ul>${all.map((one) => `<li>${link(one.slug, one.title)}</li>`).join('')}</ul>`
  const parts: string[] = [`<p><a href="${escapeHtml(keep('/aiuto'))}">Aiuto</a></p>`]
  if (blocks && title !== undefined) {
    parts.push(`<h1>${escapeHtml(title)}</h1><p>${escapeHtml(summary ?? '')}</p>`, blocksHtml(blocks, keep))
    if (related && related.length > 0) parts.push('<h2>Vedi anche</h2>', list(related))
  } else {
    parts.push('<h1>Come possiamo aiutarti?</h1>', FORM)
    if (found !== undefined) {
      const { hits } = JSON.parse(found) as Hits
      parts.push(
        hits.length === 0 ? '<p>Nessuna pagina trovata.</p>' : '<h2>Pagine trovate</h2>',
        ...hits.map((hit) => `<p>${link(hit.slug, hit.title)}<br>${escapeHtml(hit.excerpt)}</p>`),
      )
    }
    for (const group of HELP_GROUPS) {
      const mine = (pages ?? []).filter((one) => one.group === group)
      if (mine.length > 0) parts.push(`<h2>${escapeHtml(HELP_GROUP_TITLES.it[group])}</h2>`, list(mine))
    }
  }
  const { helpDesk } = contacts
  if (helpDesk) parts.push(`<p>Assistenza: ${escapeHtml(helpDesk.phone)} ${escapeHtml(helpDesk.hours ?? '')}</p>`)
  return {
    title: title === undefined ? 'Aiuto' : `${title} – Aiuto`,
    html: `<main class="cl-container">${parts.join('\n')}</main>`,
  }
}
