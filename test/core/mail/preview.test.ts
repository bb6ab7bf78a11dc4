// PREVIEW (RFC 8970): which text, and how it is shortened.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromUtf8 } from '../../../src/core/lib/bytes.ts'
import { contentFacts } from '../../../src/core/mail/facts/content.ts'
import { previewOf } from '../../../src/core/mail/preview.ts'

describe('a text', () => {
  test.each([
    ['Ciao,\r\n\r\n  come  stai?\t', 'Ciao, come stai?'],
    ['> citato\r\nmio\r\n> citato', 'mio'],
    ['> solo citato', '> solo citato'],
    ['testo\r\n-- \r\nMario Rossi', 'testo'],
    ['-- \r\nMario', '-- Mario'],
    ['a\u200b\u00ad\u200cb\u00a0\u034f c', 'ab c'],
    ['a\0\x1bb', 'a b'],
    ['\ud800', '\ufffd'],
    ['', ''],
    [' \r\n ', ''],
  ])('%j: %j', (text, preview) => expect(previewOf(text, false)).toBe(preview))

  test('a receipt goes without its title', () => {
    expect(previewOf('Ricevuta di accettazione\r\n\r\nIl giorno x', true)).toBe('Il giorno x')
    expect(previewOf('Il giorno x\r\nalle ore y', true)).toBe('Il giorno x alle ore y')
    expect(previewOf('Solo questo\r\n\r\n', true)).toBe('Solo questo')
  })

  test('at most 200 characters, which are code points, none cut', () => {
    expect(previewOf('😀'.repeat(300), false)).toBe('😀'.repeat(200))
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), fc.boolean(), (text, isReceipt) => {
        const preview = previewOf(text, isReceipt)
        expect([...preview].length).toBeLessThanOrEqual(200)
        expect(preview.isWellFormed()).toBe(true)
        expect(preview).not.toMatch(/[\0-\x1f\x7f]| {2}|^ | $/)
      }),
    )
  })

  test('blank lines without end behind a title are looked through once', () =>
    expect(previewOf(`a\n${'\n \n'.repeat(2_700)}`, true)).toBe('a'))

  test('a long run of blanks', () => expect(previewOf(' '.repeat(1_000_000), true)).toBe(''))
})

const part = (type: string, text: string, ...more: string[]): string =>
  [`Content-Type: ${type}`, ...more, '', text].join('\r\n')
const multi = (subtype: string, boundary: string, ...parts: string[]): string =>
  part(
    `multipart/${subtype}; boundary=${boundary}`,
    `${parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('')}--${boundary}--`,
  )

const TEXT = part('text/plain', 'proprio')
const ORIGINAL = part('message/rfc822', part('text/plain', 'originale'))

describe('which text', () => {
  test.each<readonly [string, string, string]>([
    ['the plain one of an alternative', multi('alternative', 'a', part('text/html', '<b>html</b>'), TEXT), 'proprio'],
    [
      'HTML where the plain one is empty',
      multi('alternative', 'a', part('text/plain', ' '), part('text/html', '<b>html</b>')),
      'html',
    ],
    [
      'no attachment',
      multi('mixed', 'a', part('text/plain', 'allegato', 'Content-Disposition: attachment'), TEXT),
      'proprio',
    ],
    [
      'a message within where there is nothing else',
      multi('mixed', 'a', part('text/plain', ''), ORIGINAL),
      'originale',
    ],
    ['its own before a message within', multi('mixed', 'a', TEXT, ORIGINAL), 'proprio'],
    [
      'of an envelope the original',
      `X-Trasporto: posta-certificata\r\n${multi('mixed', 'a', TEXT, ORIGINAL)}`,
      'originale',
    ],
    ['of an envelope of anomaly too', `X-Trasporto: errore\r\n${multi('mixed', 'a', TEXT, ORIGINAL)}`, 'originale'],
    [
      'of an envelope whose original has no text, its own',
      `X-Trasporto: posta-certificata\r\n${multi('mixed', 'a', TEXT, part('message/rfc822', part('image/png', 'x')))}`,
      'proprio',
    ],
    ['of a receipt its own', `X-Ricevuta: avvenuta-consegna\r\n${multi('mixed', 'a', TEXT, ORIGINAL)}`, 'proprio'],
    ['none', part('image/png', 'x'), ''],
  ])('%s', (_, message, preview) => expect(contentFacts(fromUtf8(message)).preview).toBe(preview))
})
