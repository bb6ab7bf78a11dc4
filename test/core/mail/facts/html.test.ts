// The visible text of HTML: by a table, and bombs by name.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { htmlText } from '../../../../src/core/mail/facts/html.ts'

const seen = (html: string): string => htmlText(html).replace(/\s+/g, ' ').trim()

test.each([
  ['<p>Ciao <b>m</b>ondo</p><p>fine', 'Ciao mondo fine'],
  ['uno<br>due<br/>tre', 'uno due tre'],
  ['<table><tr><td>a</td><td>b</td></tr></table>', 'a b'],
  ['perch&eacute; &lt;&amp;&gt; &euro;5 &#233;&#xE9; &nbsp;x', 'perché <&> €5 éé x'],
  ['&Eacute; &unknown; & &; &#0; &#55296; &#1114112; &amp', '\u00c9 &unknown; & &; \ufffd \ufffd \ufffd &'],
  ['<script>var a = "</p>"; if (a < b) c()</script>x', 'x'],
  ['<STYLE type="text/css">p > a { }</STYLE >x', 'x'],
  ['<head><title>titolo</title></head><body>x</body>', 'x'],
  ['a<!-- <b>nascosto</b> -->b', 'ab'],
  ['a<!doctype html>b<?xml v?>c', 'a b c'],
  ['<a title="a>b" href=\'c>d\'>x</a>', 'x'],
  // An apostrophe that is no value opens no quote.
  ["<p l'altro>x</p>", 'x'],
  ['2 < 3 e 5 > 4', '2 < 3 e 5 > 4'],
  ['<o:p>x</o:p>y', 'xy'],
  // What is not closed hides the rest, as in a browser.
  ['a<!-- b', 'a'],
  ['a<script>b', 'a'],
  ['a<b c="', 'a'],
  ['a<', 'a<'],
  ['', ''],
])('%s', (html, text) => expect(seen(html)).toBe(text))

describe('HTML bombs', () => {
  test.each([
    '<',
    '<a',
    '<!--',
    '<script>',
    '</script',
    '<a "',
    '<a ="',
    '&',
    '&#',
    '&#x1',
    '&amp',
    '<style></style',
    '<b>',
    '<p ',
    "='",
    '<!-- --',
  ])('%s without end', (part) =>
    expect(htmlText(part.repeat(300_000)).length).toBeLessThanOrEqual(part.length * 300_000),
  )

  test('any text comes out no longer', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '"',
      '=',
      '&',
      ';',
      '#',
      'amp',
      'script',
      '/',
      ' ',
      '!--',
      '--',
      'é',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const html = parts.join('')
        expect(htmlText(html).length).toBeLessThanOrEqual(html.length)
      }),
    )
  })
})
