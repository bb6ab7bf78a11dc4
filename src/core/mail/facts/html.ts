// The visible text of HTML, for preview and search: no parser of the language, but what readers would see of mail.

/** Names of U+00A0 to U+00FF in order (HTML 4 §24.2). */
const LATIN1 = (
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml'
).split(' ')

const ENTITIES = new Map<string, string>([
  ...LATIN1.map((name, at): [string, string] => [name, String.fromCharCode(0xa0 + at)]),
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['euro', '€'],
  ['hellip', '…'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['sbquo', '‚'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['bdquo', '„'],
  ['lsaquo', '‹'],
  ['rsaquo', '›'],
  ['bull', '•'],
  ['trade', '™'],
  ['rarr', '→'],
  ['larr', '←'],
  ['check', '✓'],
  ['zwnj', ''],
  ['zwj', ''],
])

const codePoint = (code: number): string =>
  code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code)

const decodeEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,9}));?/g, (all, dec, hex, name) => {
        if (dec !== undefined) return codePoint(Number(dec))
        if (hex !== undefined) return codePoint(Number.parseInt(hex, 16))
        return ENTITIES.get(name) ?? all
      })
    : text

/** Elements that stay within a line; all others part what is before from what is after. */
const INLINE = new Set(
  (
    'a abbr acronym b bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub ' +
    'sup tt u var wbr o:p'
  ).split(' '),
)

/** Elements of which nothing is seen. */
const HIDDEN = /^(?:script|style|title|template)$/

/** End of the tag that begins at `at`, after its `>`; quotes in it may hold one. The end of the text where it has none. */
const tagEnd = (html: string, at: number): number => {
  let quote = ''
  for (let i = at + 1; i < html.length; i++) {
    const unit = html[i]!
    if (quote !== '') {
      if (unit === quote) quote = ''
    } else if (unit === '>') return i + 1
    else if ((unit === '"' || unit === "'") && html[i - 1] === '=') quote = unit
  }
  return html.length
}

const endOf = (html: string, pattern: RegExp, from: number): number => {
  pattern.lastIndex = from
  return pattern.test(html) ? pattern.lastIndex : html.length
}

/**
 * The text of HTML with entities decoded, a space where an element parts words, without comments, scripts and styles.
 * Linear: whatever is not closed goes to the end, as in a browser. White space is left as it comes.
 */
export const htmlText = (html: string): string => {
  const out: string[] = []
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at)
    if (open < 0) {
      out.push(decodeEntities(html.slice(at)))
      break
    }
    if (open > at) out.push(decodeEntities(html.slice(at, open)))
    if (html.startsWith('<!--', open)) {
      at = endOf(html, /-->/g, open + 4)
      continue
    }
    const tag = /[a-zA-Z!?/]/.test(html[open + 1] ?? ' ')
    if (!tag) {
      out.push('<')
      at = open + 1
      continue
    }
    at = tagEnd(html, open)
    const name = /^<\/?([a-zA-Z][a-zA-Z0-9:]{0,20})/.exec(html.slice(open, open + 24))?.[1]?.toLowerCase() ?? ''
    if (HIDDEN.test(name) && html[open + 1] !== '/') at = endOf(html, new RegExp(`</${name}[^>]*>?`, 'gi'), at)
    else if (!INLINE.has(name)) out.push(' ')
  }
  return out.join('')
}
