// The XML reader: what it takes, and the attacks it refuses.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { declaredEncoding, escapeXml, parseXml } from '../../../src/core/lib/xml.ts'

const rootOf = (source: string) => {
  const result = parseXml(source)
  if (result.kind === 'refused') throw new Error(result.reason)
  return result.root
}
const reasonOf = (source: string): string => {
  const result = parseXml(source)
  return result.kind === 'refused' ? result.reason : 'accepted'
}

describe('reading', () => {
  it('gives elements, attributes, text, CDATA and references', () => {
    const root = rootOf(
      '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a --><?go on?>\n' +
        `<a x="1 &lt; 2" y='"'><b>&#232;&#xe8;è</b><c/><!-- in --><b><![CDATA[<&>]]></b>t&amp;t</a >\r\n<!-- z -->\r\n`,
    )
    expect(root.name).toBe('a')
    expect([...root.attributes]).toEqual([
      ['x', '1 < 2'],
      ['y', '"'],
    ])
    expect(root.children.map((child) => [child.name, child.text])).toEqual([
      ['b', 'èèè'],
      ['c', ''],
      ['b', '<&>'],
    ])
    expect(root.text).toBe('t&t')
  })

  it('reads line ends as XML does', () => {
    expect(rootOf('<a>1\r\n2\r3\n4&#13;</a>').text).toBe('1\n2\n3\n4\r')
  })

  it('takes back what escapeXml prints, for every text of XML characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
        const root = rootOf(`<a b="${escapeXml(clean)}">${escapeXml(clean)}</a>`)
        expect(root.text).toBe(clean)
      }),
    )
  })

  it('answers for any text without throwing', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      'a',
      '</',
      '/>',
      '&',
      ';',
      '#',
      '"',
      '=',
      ' ',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        expect(['ok', 'refused']).toContain(parseXml(parts.join('')).kind)
      }),
      { numRuns: 500 },
    )
  })
})

describe('escaping', () => {
  it('replaces what XML cannot say', () => {
    expect(escapeXml('a\0b\u001b\ud800')).toBe('a\ufffdb\ufffd\ufffd')
    expect(escapeXml('<"&\r">')).toBe('&lt;&quot;&amp;&#13;&quot;&gt;')
  })
})

describe('refusing', () => {
  const lol = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;">]>'
  const cases: readonly (readonly [string, string, string])[] = [
    ['billion laughs', `${lol}<a>&y;</a>`, 'document type declaration'],
    ['external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'document type declaration'],
    ['DOCTYPE after a comment', '<!-- --><!DOCTYPE a><a/>', 'document type declaration'],
    ['DOCTYPE inside the root', '<a><!DOCTYPE a></a>', 'declaration inside an element'],
    ['DOCTYPE in small letters', '<!doctype a><a/>', 'name expected'],
    ['unknown entity', '<a>&nbsp;</a>', 'entity that is not one of the five'],
    ['entity of an object prototype', '<a>&toString;</a>', 'entity that is not one of the five'],
    ['NUL by reference', '<a>&#0;</a>', 'reference to a character that XML forbids'],
    ['surrogate by reference', '<a>&#xd800;</a>', 'reference to a character that XML forbids'],
    ['reference out of Unicode', '<a>&#x110000;</a>', 'malformed character reference'],
    ['NUL', '<a>\0</a>', 'character that XML forbids'],
    ['two roots', '<a/><b/>', 'content after the root element'],
    ['text after the root', '<a/>x', 'content after the root element'],
    ['unclosed element', '<a><b></a>', 'end tag of another element'],
    ['no end', '<a>', 'element without an end'],
    ['attribute twice', '<a b="1" b="2"/>', 'attribute given twice'],
    ['attributes without space', '<a b="1"c="2"/>', 'malformed tag'],
    ['attribute without quotes', '<a b=1/>', 'attribute value without quotes'],
    ['namespace prefix', '<x:a/>', 'malformed tag'],
    ['second declaration', '<a/><?xml version="1.0"?>', 'XML declaration that is not at the start'],
    ['too deep', '<a>'.repeat(100), 'elements nested too deep'],
    ['too many', `<a>${'<b/>'.repeat(20_001)}</a>`, 'too many elements'],
    ['nothing', '', 'no root element'],
  ]
  it.each(cases)('%s', (_, source, reason) => {
    expect(reasonOf(source)).toBe(reason)
  })
})

describe('declared encoding', () => {
  it.each([
    ['<?xml version="1.0" encoding="UTF-8"?><a/>', 'utf-8'],
    ["<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>", 'iso-8859-1'],
    ['<?xml version="1.0"?>', undefined],
    ['<a encoding="x"/>', undefined],
  ])('%s', (start, encoding) => {
    expect(declaredEncoding(start)).toBe(encoding)
  })
})
