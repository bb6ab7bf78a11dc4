// Help pages as HTML, for readers without scripts. Everything that is text is escaped; nothing else is ever written.
import type { HelpBlock, Run, Runs } from './page.ts'

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** What an address within the help gets added, so that whose pages are read stays the same. */
export type Keep = (href: string) => string

const run = ({ text, strong, em, code, href }: Run, keep: Keep): string => {
  let html = escapeHtml(text)
  if (code) html = `<code>${html}</code>`
  if (em) html = `<em>${html}</em>`
  if (strong) html = `<strong>${html}</strong>`
  return href === undefined ? html : `<a href="${escapeHtml(keep(href))}">${html}</a>`
}

const block = (one: HelpBlock, keep: Keep): string => {
  const all = (runs: Runs): string => runs.map((piece) => run(piece, keep)).join('')
  switch (one.kind) {
    case 'heading':
      return `<h${one.level} id="${escapeHtml(one.id)}">${all(one.runs)}</h${one.level}>`
    case 'paragraph':
      return `<p>${all(one.runs)}</p>`
    case 'list': {
      const tag = one.ordered ? 'ol' : 'ul'
      const items = one.items.map(
        ({ runs, more }) => `<li>${all(runs)}${more.map((part) => `<br>${all(part)}`).join('')}</li>`,
      )
      return `<${tag}>${items.join('')}</${tag}>`
    }
    case 'table': {
      const row = (cells: readonly Runs[], tag: 'th' | 'td'): string =>
        `<tr>${cells.map((cell) => `<${tag}>${all(cell)}</${tag}>`).join('')}</tr>`
      return `<table>${row(one.head, 'th')}${one.rows.map((cells) => row(cells, 'td')).join('')}</table>`
    }
    case 'note':
      return `<blockquote>${one.paragraphs.map((runs) => `<p>${all(runs)}</p>`).join('')}</blockquote>`
    case 'code':
      return `<pre>${escapeHtml(one.text)}</pre>`
    case 'figure':
      return `<figure><img src="${escapeHtml(one.src)}" alt=""><figcaption>${escapeHtml(one.caption)}</figcaption></figure>`
  }
}

/** The blocks of a page. */
export const blocksHtml = (blocks: readonly HelpBlock[], keep: Keep): string =>
  blocks.map((one) => block(one, keep)).join('\n')
