// The help pages that ship: each is read whole, leads nowhere that is not there, and says what it must. Then Markdown
// that means harm.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineChanges } from '../../../src/core/help/changes.ts'
import { CONTEXT_SLUGS, helpAddressFor } from '../../../src/core/help/contexts.ts'
import { parseShippedPage } from '../../../src/core/help/frontMatter.ts'
import { blocksHtml } from '../../../src/core/help/html.ts'
import { isPhone, parseHelpLink, telOf } from '../../../src/core/help/links.ts'
import { HELP_GROUPS, isHelpSlug, runsOf } from '../../../src/core/help/page.ts'
import { fillPlaceholders, PLACEHOLDERS } from '../../../src/core/help/placeholders.ts'
import { readHelpMarkdown } from '../../../src/shell/help/markdown.ts'
import { shippedHelp } from '../../../src/shell/help/shipped.ts'
import { applicationOf } from '../../../src/shell/servers/http/addresses.ts'

const shipped = shippedHelp()
const all = (['it', 'en'] as const).flatMap((language) =>
  [...shipped[language]].map(([slug, page]) => ({ language, slug, page })),
)
const idsOf = (text: string) => readHelpMarkdown(text).blocks.flatMap((one) => (one.kind === 'heading' ? [one.id] : []))

describe.each(all)('help/$language/$slug.md', ({ language, page }) => {
  const { blocks, problems } = readHelpMarkdown(page.text)

  it('is read whole', () => expect(problems).toEqual([]))
  it('leads to pages and places that are there', () => {
    for (const { href } of runsOf(blocks)) {
      if (href === undefined) continue
      const link = parseHelpLink(href)!
      if (link.kind === 'anchor') expect(idsOf(page.text)).toContain(link.anchor)
      else if (link.kind === 'place')
        expect(link.path === '/aiuto/richiesta' || applicationOf(link.path), href).toBeTruthy()
      else if (link.kind === 'page') {
        const to = shipped[language].get(link.slug) ?? shipped.it.get(link.slug)
        expect(to, href).toBeDefined()
        if (link.anchor !== undefined) expect(idsOf(to!.text), href).toContain(link.anchor)
      }
    }
  })
  it('names related pages that are there, and not too many', () => {
    expect(page.related.length).toBeGreaterThan(0)
    for (const slug of page.related) expect(shipped.it.has(slug), slug).toBe(true)
  })
  it('shows drawings that are there', () => {
    for (const one of blocks)
      if (one.kind === 'figure')
        expect(existsSync(join(import.meta.dirname, '../../../web/public', one.src)), one.src).toBe(true)
  })
  it('is sober', () => {
    expect(page.text).not.toMatch(/!(?!\[)/)
    expect(page.text.length).toBeLessThan(4_000)
  })
})

describe('the pages together', () => {
  it('are those that people need, in every group', () => {
    expect(shipped.it.size).toBeGreaterThanOrEqual(30)
    for (const group of HELP_GROUPS) expect([...shipped.it.values()].some((page) => page.group === group)).toBe(true)
  })
  it('have an Italian page for each English one, in the same place', () => {
    for (const [slug, page] of shipped.en)
      expect(shipped.it.get(slug)).toMatchObject({ group: page.group, rank: page.rank })
    expect(shipped.en.size).toBeGreaterThanOrEqual(8)
  })
  it('are refused with a head that is not well', () => {
    const head = 'title: Titolo\nsummary: Un riassunto.\ngroup: use\nrank: 1'
    const text = 'Un testo abbastanza lungo.'
    expect(parseShippedPage(`---\n${head}\n---\n${text}\n`, 'x')).toMatchObject({
      title: 'Titolo',
      words: '',
      related: [],
    })
    for (const source of [
      text,
      `---\n${head}\nfoo: bar\n---\n${text}`,
      `---\n${head.replace('use', 'nowhere')}\n---\n${text}`,
      `---\n${head}\n---\n`,
    ])
      expect(() => parseShippedPage(source, 'x')).toThrow(/^x: /)
  })
})

describe('the help that goes with a page', () => {
  it.each([
    ['/', '/aiuto'],
    ['/casella', '/aiuto'],
    ['/casella/sicurezza', '/aiuto/secondo-fattore'],
    ['/casella/programmi/x', '/aiuto/telefono-e-programmi'],
    ['/attivazione', '/aiuto/attivare-la-casella'],
    ['/attivazione/documento', '/aiuto/fotografare-il-documento'],
    ['/pratica', '/aiuto/a-che-punto-e-la-pratica'],
    ['/convenzioni/OMCEO-XX-0001', '/aiuto/attivare-la-casella?convenzione=OMCEO-XX-0001'],
  ])('%s', (path, address) => expect(helpAddressFor(path)).toBe(address))
  it('is there', () => {
    for (const slug of CONTEXT_SLUGS) expect(shipped.it.has(slug), slug).toBe(true)
  })
})

describe('addresses of pages', () => {
  it.each(['ricevute', 'a-b-3'])('%s is one', (slug) => expect(isHelpSlug(slug)).toBe(true))
  it.each(['', 'A', 'a_b', '-a', 'a--b', '../x', 'richiesta', 'a/b', 'à', 'a'.repeat(61)])('"%s" is none', (slug) =>
    expect(isHelpSlug(slug)).toBe(false),
  )
})

describe('links', () => {
  it.each([
    ['ricevute', { kind: 'page', slug: 'ricevute' }],
    ['/aiuto/ricevute#quante', { kind: 'page', slug: 'ricevute', anchor: 'quante' }],
    ['#quante', { kind: 'anchor', anchor: 'quante' }],
    ['/', { kind: 'place', path: '/' }],
    ['/casella/avvisi', { kind: 'place', path: '/casella/avvisi' }],
    ['https://www.inipec.gov.it/', { kind: 'elsewhere', url: 'https://www.inipec.gov.it/' }],
    ['mailto:info@ordine.example', { kind: 'elsewhere', url: 'mailto:info@ordine.example' }],
    ['tel:+390862123', { kind: 'elsewhere', url: 'tel:+390862123' }],
  ])('%s', (href, link) => expect(parseHelpLink(href)).toEqual(link))
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'http://example.com',
    '//example.com',
    '/\\example.com',
    '/casella/../operatore',
    'https://user@evil.example/',
    'https://a b',
    'mailto:a@b.example?bcc=x@y.z',
    'file:///etc/passwd',
    '/api/v1/x?y=z',
    `https://${'a'.repeat(600)}.example`,
  ])('%s is none', (href) => expect(parseHelpLink(href)).toBeUndefined())
})

describe('telephones', () => {
  it.each([
    ['800 000 000', 'tel:800000000'],
    ['+39 0862 12.34-56', 'tel:+39086212 3456'.replace(' ', '')],
    ['0862/123', 'tel:0862123'],
  ])('%s', (phone, tel) => {
    expect(isPhone(phone)).toBe(true)
    expect(telOf(phone)).toBe(tel)
  })
  it.each(['', 'chiama', '12', '<b>800000</b>', '1'.repeat(50)])('"%s" is none', (phone) =>
    expect(isPhone(phone)).toBe(false),
  )
})

describe('placeholders', () => {
  it('are filled in text that is read already: nothing in them is markup', () => {
    const { blocks } = readHelpMarkdown('Da **{{provider}}**, server `{{imap.host}}`.')
    const html = blocksHtml(fillPlaceholders(blocks, { provider: '[x](y) <b>', 'imap.host': 'a`b' }), (href) => href)
    expect(html).toBe('<p>Da <strong>[x](y) &#60;b&#62;</strong>, server <code>a`b</code>.</p>')
  })
  it('make a number that can be pressed', () => {
    const { blocks } = readHelpMarkdown('Chiama **{{phone}}** adesso.')
    expect(blocksHtml(fillPlaceholders(blocks, { phone: '800 1' }), (href) => href)).toBe(
      '<p>Chiama <a href="tel:8001"><strong>800 1</strong></a> adesso.</p>',
    )
  })
  it('that mean nothing are told', () => {
    expect(readHelpMarkdown('Ecco {{secret}} e {{phone}}.').problems).toEqual([
      { kind: 'placeholder', what: '{{secret}}' },
    ])
    expect(PLACEHOLDERS).toContain('phone')
  })
})

describe('Markdown that means harm', () => {
  const html = (text: string) => blocksHtml(readHelpMarkdown(text).blocks, (href) => href)
  it.each([
    ['<script>alert(1)</script>', 'html'],
    ['Testo <img src=x onerror=alert(1)> ancora', 'html'],
    ['<a href="javascript:alert(1)">x</a>', 'html'],
    ['> <iframe src="x"></iframe>', 'html'],
    ['- <b onmouseover=x>y</b>', 'html'],
    ['[x](javascript:alert(1))', 'link'],
    ['[x](&#106;avascript:alert(1))', 'link'],
    ['[x](data:text/html;base64,PHNjcmlwdD4=)', 'link'],
    ['<javascript:alert(1)>', 'link'],
    ['[x]: javascript:alert(1)\n\n[x]', 'link'],
    ['![x](https://evil.example/pixel.png)', 'image'],
    ['testo ![x](/aiuto-percorso.svg) testo', 'image'],
    ['![x](/aiuto-percorso.svg "onerror=1")![y](http://x)', 'image'],
    ['# Titolo', 'heading'],
    ['###### Titolo', 'heading'],
    ['***', 'form'],
    ['~~via~~', 'form'],
    ['- a\n  - b\n    - c', 'form'],
    ['- ## titolo', 'form'],
  ])('%j is told as %s and leaves nothing', (text, kind) => {
    expect(readHelpMarkdown(text).problems.map((one) => one.kind)).toContain(kind)
    expect(html(text)).not.toMatch(
      /<(?!\/?(?:p|ul|ol|li|h2|h3|strong|em|code|blockquote|br)\b)|="(?:javascript|data):|<[^>]*onerror/i,
    )
  })
  it('keeps what looks like markup and is text', () => {
    expect(html('`<script>` e 1 < 2 &amp; \\*')).toBe('<p><code>&#60;script&#62;</code> e 1 &#60; 2 &#38; *</p>')
  })
  it('leaves out signs that are not seen', () => expect(html('a\u202eb\u200bc\u0007')).toBe('<p>abc</p>'))
  it.each([
    ['a text that is too long', 'a '.repeat(30_000)],
    ['brackets', '['.repeat(20_000)],
    ['brackets and parentheses', '[a]('.repeat(8_000)],
    ['stars', '*a **a '.repeat(5_000)],
    ['underscores', '_'.repeat(30_000)],
    ['quotes', '> '.repeat(15_000)],
    ['backticks', '`'.repeat(30_000)],
    [
      'lists in lists',
      Array.from({ length: 200 }, (_, i) => `${'  '.repeat(i)}- a`)
        .join('\n')
        .slice(0, 39_000),
    ],
    ['a table of many columns', `${'|a'.repeat(9_000)}|\n${'|-'.repeat(9_000)}|`],
    ['emphasis around a word', `${'*'.repeat(14)}a${'*'.repeat(14)} `.repeat(1_000)],
    ['references', '[a]: /x\n'.repeat(4_000)],
    ['HTML that never ends', '<a '.repeat(12_000)],
  ])('does not stop at %s', (_, text) => {
    expect(readHelpMarkdown(text).blocks.length).toBeLessThan(10_000)
  })
  it('never writes an element that is not one of its own', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '[',
      ']',
      '(',
      ')',
      '*',
      '_',
      '`',
      '#',
      '- ',
      '1. ',
      '> ',
      '\n',
      '\n\n',
      '|',
      'a',
      'javascript:',
      'https://x.y',
      '&lt;',
      '"',
      "'",
      '!',
      '\\',
      '<script>',
      ' onclick=',
      '|-|-|\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const out = html(pieces.join(''))
        for (const [, tag] of out.matchAll(/<\/?([a-z0-9]*)/g))
          expect([
            'p',
            'ul',
            'ol',
            'li',
            'br',
            'h2',
            'h3',
            'strong',
            'em',
            'code',
            'pre',
            'a',
            'blockquote',
            'table',
            'tr',
            'th',
            'td',
            'figure',
            'img',
            'figcaption',
          ]).toContain(tag)
        for (const [, href] of out.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(?:https:|mailto:|tel:|\/|#)/)
      }),
      { numRuns: 300 },
    )
  })
})

describe('what changed between two texts', () => {
  it.each([
    ['a\nb\nc', 'a\nb\nc', []],
    ['a\nb\nc', 'a\nx\nc', ['-b', '+x']],
    ['', 'a', ['-', '+a']],
    ['a\nb', 'b', ['-a']],
    ['b', 'a\nb', ['+a']],
  ])('%j, %j', (a, b, changes) => expect(lineChanges(a, b).map(({ sign, line }) => sign + line)).toEqual(changes))
})
