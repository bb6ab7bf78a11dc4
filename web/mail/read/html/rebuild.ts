// Builds a stranger's HTML anew in the frame's document: of what DOMPurify left, only elements and attributes of a short list
// are made again, style is read declaration by declaration, and whatever would ask the network for something is left out.
import { keepsCondition, keepsDeclaration } from '../../../../src/core/mail/shown/css.ts'
import { type Deceit, deceitOf } from '../../../../src/core/mail/shown/links.ts'
import { writeAddress } from '../../addresses.ts'

export const TAGS = [
  ...['a', 'abbr', 'acronym', 'address', 'article', 'aside', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br', 'caption'],
  ...['center', 'cite', 'code', 'col', 'colgroup', 'dd', 'del', 'dfn', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure'],
  ...[
    'font',
    'footer',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'header',
    'hr',
    'i',
    'img',
    'ins',
    'kbd',
    'li',
    'main',
    'mark',
  ],
  ...[
    'nav',
    'ol',
    'p',
    'pre',
    'q',
    'rp',
    'rt',
    'ruby',
    's',
    'samp',
    'section',
    'small',
    'span',
    'strike',
    'strong',
    'sub',
  ],
  ...['sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr'],
]
const KNOWN = new Set(TAGS)

/** None of them leads anywhere, loads anything or gives a name that documents know. */
export const ATTRIBUTES = [
  ...[
    'align',
    'alt',
    'bgcolor',
    'border',
    'cellpadding',
    'cellspacing',
    'class',
    'clear',
    'color',
    'colspan',
    'dir',
    'face',
  ],
  ...[
    'headers',
    'height',
    'hspace',
    'lang',
    'nowrap',
    'rowspan',
    'scope',
    'size',
    'span',
    'start',
    'title',
    'type',
    'valign',
  ],
  ...['value', 'vspace', 'width'],
]
const KEPT = new Set(ATTRIBUTES)

/** Longer pages are cut: a window must stay usable. */
const MOST_NODES = 60_000
const MOST_RULES = 3_000
/** What is nested deeper is drawn where it would begin to nest; browsers lay nested tables out slowly. */
const DEEPEST = 150
const DEEPEST_TABLE = 24

export type Link = { readonly href: string; readonly host: string; readonly deceit: Deceit | undefined }

/** What was found while building. */
export type Built = {
  /** Images and the like that would have been fetched from elsewhere. */
  blocked: number
  /** Images of the message itself that are to be filled in. */
  readonly images: { readonly element: HTMLImageElement; readonly cid: string }[]
  readonly links: Link[]
  cut: boolean
}

export type Words = {
  readonly blockedImage: (alt: string) => string
  readonly deceit: Readonly<Record<Deceit, string>>
}

type Site = {
  readonly doc: Document
  readonly built: Built
  readonly words: Words
  nodes: number
  depth: number
  tables: number
}

const RASTER = /^data:image\/(?:png|jpe?g|gif|webp|bmp|avif);base64,[A-Za-z0-9+/=\s]{8,4000000}$/i

/** The declarations of a style that may stay. */
const copyStyle = (from: CSSStyleDeclaration, to: CSSStyleDeclaration): void => {
  for (const name of Array.from(from)) {
    const value = from.getPropertyValue(name)
    if (keepsDeclaration(name, value)) to.setProperty(name, value, from.getPropertyPriority(name))
  }
}

/** Draws a note of ours so that no style of theirs hides it. */
const noteOf = (doc: Document, text: string, warns: boolean): HTMLElement => {
  const note = doc.createElement('span')
  note.textContent = text
  const style: Readonly<Record<string, string>> = {
    all: 'initial',
    display: 'inline',
    font: '600 14px/1.4 system-ui, sans-serif',
    color: warns ? '#8f1230' : '#3d5266',
    background: warns ? '#fdecef' : 'transparent',
  }
  for (const [name, value] of Object.entries(style)) note.style.setProperty(name, value, 'important')
  return note
}

const addressOf = (href: string): URL | undefined => {
  try {
    return new URL(href.trim())
  } catch {
    return undefined
  }
}

/** A link: where it leads is written beside it, unless its words say so already. */
const finishLink = ({ doc, built, words }: Site, link: HTMLAnchorElement, href: string): HTMLElement | undefined => {
  const url = addressOf(href)
  link.target = '_blank'
  link.rel = 'noopener noreferrer nofollow'
  if (url?.protocol === 'mailto:') {
    const to = decodeURIComponent(url.pathname.replace(/%(?![\da-f]{2})/gi, '%25'))
    link.href = `${location.origin}/posta${writeAddress({ kind: 'new', to })}`
    return undefined
  }
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined
  const text = link.textContent ?? ''
  const host = url.hostname
  const deceit = deceitOf(host, text)
  // who signs in on the way shows another name before the real one
  url.username = ''
  url.password = ''
  link.href = url.href
  link.title = url.href
  if (!built.links.some((one) => one.href === url.href)) built.links.push({ href: url.href, host, deceit })
  if (!deceit && text.toLowerCase().includes(host.replace(/^www\./, ''))) return undefined
  return noteOf(doc, deceit ? ` [⚠ ${host}: ${words.deceit[deceit]}] ` : ` [${host}] `, deceit !== undefined)
}

const finishImage = ({ doc, built, words }: Site, image: HTMLImageElement, source: string): HTMLElement | undefined => {
  const src = source.trim()
  if (RASTER.test(src)) {
    image.src = src
    return image
  }
  if (/^cid:/i.test(src)) {
    built.images.push({ element: image, cid: src.slice(4) })
    return image
  }
  if (src === '') return undefined
  built.blocked += 1
  const side = (name: 'width' | 'height'): number => Number.parseInt(image.getAttribute(name) || image.style[name], 10)
  // what is this small is there to be counted, not to be seen
  if (side('width') <= 3 || side('height') <= 3) return undefined
  return image.alt.trim() === '' ? undefined : noteOf(doc, words.blockedImage(image.alt.trim().slice(0, 200)), false)
}

const copyElement = (site: Site, from: Element, into: Node, name: string): void => {
  const made = site.doc.createElement(name)
  for (const { name: key, value } of Array.from(from.attributes)) {
    if (KEPT.has(key) && value.length <= 4_000) made.setAttribute(key, value)
    if (/^(?:background|srcset|poster|data|longdesc|lowsrc|dynsrc)$/.test(key)) site.built.blocked += 1
  }
  const style = from.getAttribute('style')
  if (style) {
    const probe = site.doc.createElement('span')
    probe.style.cssText = style.slice(0, 20_000)
    if (/url\s*\(/i.test(style)) site.built.blocked += 1
    copyStyle(probe.style, made.style)
  }
  if (name === 'img') {
    const shown = finishImage(site, made as HTMLImageElement, from.getAttribute('src') ?? '')
    if (shown) into.appendChild(shown)
    return
  }
  into.appendChild(made)
  site.depth += 1
  if (name === 'table') site.tables += 1
  copyChildren(site, from, made)
  site.depth -= 1
  if (name === 'table') site.tables -= 1
  const href = name === 'a' ? from.getAttribute('href') : null
  const beside = href === null ? undefined : finishLink(site, made as HTMLAnchorElement, href)
  if (beside) made.after(beside)
}

const copyChildren = (site: Site, from: Node, into: Node): void => {
  for (const node of Array.from(from.childNodes)) {
    site.nodes += 1
    if (site.nodes > MOST_NODES) {
      site.built.cut = true
      return
    }
    if (node.nodeType === Node.TEXT_NODE) into.appendChild(site.doc.createTextNode(node.nodeValue ?? ''))
    if (node.nodeType !== Node.ELEMENT_NODE) continue
    const name = (node as Element).localName
    // a name in another namespace (SVG, MathML) is none of ours
    const isHtml = (node as Element).namespaceURI === 'http://www.w3.org/1999/xhtml'
    const tooDeep = site.depth >= DEEPEST || (TABLE.test(name) && site.tables >= DEEPEST_TABLE)
    if (isHtml && KNOWN.has(name) && !tooDeep) copyElement(site, node as Element, into, name)
    else if (isHtml && name !== 'style' && name !== 'head') copyChildren(site, node, into)
  }
}

const TABLE = /^(?:table|tbody|thead|tfoot|tr|td|th|caption|colgroup|col)$/

const rulesOf = (rules: CSSRuleList, probe: () => CSSStyleDeclaration, room: { left: number }): string => {
  let out = ''
  for (const rule of Array.from(rules)) {
    if (room.left <= 0) break
    room.left -= 1
    // by shape, not by class: they are of the frame's window
    if ('selectorText' in rule) {
      const kept = probe()
      copyStyle((rule as CSSStyleRule).style, kept)
      if (kept.length > 0) out += `${(rule as CSSStyleRule).selectorText} { ${kept.cssText} }\n`
    } else if ('media' in rule && 'cssRules' in rule && keepsCondition((rule as CSSMediaRule).media.mediaText)) {
      const inside = rulesOf((rule as CSSMediaRule).cssRules, probe, room)
      if (inside) out += `@media ${(rule as CSSMediaRule).media.mediaText} {\n${inside}}\n`
    }
  }
  return out
}

/** A style sheet of theirs as one of ours; undefined where the browser cannot make one. */
const sheetOf = (doc: Document, source: string): CSSStyleSheet | undefined => {
  const view = doc.defaultView as (Window & { readonly CSSStyleSheet: typeof CSSStyleSheet }) | null
  try {
    const given = new view!.CSSStyleSheet()
    given.replaceSync(source.slice(0, 300_000).replace(/@import[^;]*(?:;|$)/gi, ''))
    const kept = new view!.CSSStyleSheet()
    kept.replaceSync(rulesOf(given.cssRules, () => doc.createElement('span').style, { left: MOST_RULES }))
    return kept
  } catch {
    return undefined
  }
}

const PAPER = `
html { background: #fff; color: #17324d; color-scheme: light; }
body { margin: 0; padding: 12px; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; }
a { color: #0059b3; }
`

/** Puts what is left of a stranger's page into the frame. `clean` is what DOMPurify gave. */
export const rebuild = (clean: DocumentFragment, doc: Document, words: Words): Built => {
  const built: Built = { blocked: 0, images: [], links: [], cut: false }
  const body = doc.createElement('body')
  const site: Site = { doc, built, words, nodes: 0, depth: 0, tables: 0 }
  const styles = Array.from(clean.querySelectorAll('style')).map((one) => one.textContent ?? '')
  const theirs = clean.querySelector('body')
  for (const name of ['bgcolor', 'dir', 'class'])
    if (theirs?.hasAttribute(name)) body.setAttribute(name, theirs.getAttribute(name)!)
  const style = theirs?.getAttribute('style')
  if (style) {
    const probe = doc.createElement('span')
    probe.style.cssText = style.slice(0, 20_000)
    copyStyle(probe.style, body.style)
  }
  copyChildren(site, theirs ?? clean, body)
  built.blocked += styles.reduce((sum, css) => sum + (css.match(/url\s*\(|@import/gi)?.length ?? 0), 0)
  const sheets = [PAPER, ...styles.slice(0, 20)].flatMap((css) => sheetOf(doc, css) ?? [])
  if (sheets.length > 0) doc.adoptedStyleSheets = sheets
  doc.documentElement.replaceChild(body, doc.querySelector('body')!)
  return built
}
