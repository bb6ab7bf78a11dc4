// The canonical form: one entry, one form; hostile texts made harmless.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/core/pec/model.ts'
import { canonical, chainHash, GENESIS, normalise, plain } from '../../../src/shell/journal/canonical.ts'

const entry: JournalEntry = {
  event: 'accepted',
  at: 1_770_110_130_123,
  msgid: 'opec1.20260203@pec.alfa.example',
  clientMsgid: '<a@client>',
  sender: 'mario.rossi@pec.alfa.example',
  recipients: ['giulia.neri@pec.beta.example', 'x@example.org'],
  subject: 'Perché no €',
  related: ['r1@pec.alfa.example'],
  provider: 'Gestore Alfa',
}

describe('the canonical form', () => {
  const lines =
    '7\n1770110130123\naccepted\nopec1.20260203@pec.alfa.example\n=<a@client>\nmario.rossi@pec.alfa.example\n' +
    'giulia.neri@pec.beta.example\tx@example.org\n=Perché no €\nr1@pec.alfa.example\nGestore Alfa\n'
  test('is eleven lines', () => expect(canonical(7, entry)).toBe(lines))
  test('is hashed after the hash before', () => {
    const expected = createHash('sha256')
      .update(Buffer.concat([GENESIS, Buffer.from(lines)]))
      .digest('hex')
    expect(Buffer.from(chainHash(GENESIS, 7, entry)).toString('hex')).toBe(expected)
  })
  test('no subject and an empty one differ', () => {
    expect(canonical(1, { ...entry, subject: undefined })).not.toBe(canonical(1, { ...entry, subject: '' }))
  })
  test.each([
    ['a line break', { subject: 'a\nb' }],
    ['a tab in a list', { recipients: ['a\tb'] }],
    ['an empty element', { related: [''] }],
  ])('%s is refused', (_name, change) => expect(() => canonical(1, { ...entry, ...change })).toThrow())
  test('whatever the texts, a normalised entry has a form of eleven lines', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string())
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 4 }), (subject, sender, recipients) => {
        const form = canonical(1, normalise({ ...entry, subject, sender, recipients }))
        expect(form.split('\n').length).toBe(11)
        expect(form.isWellFormed()).toBe(true)
      }),
    )
  })
})

test.each([
  ['a plain text', 'Oggetto è 😀', 'Oggetto è 😀'],
  ['line breaks and tabs', 'a\r\n\tb', 'a b'],
  ['NUL', 'a\u0000b', 'a\ufffdb'],
  ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
  ['over-long', 'x'.repeat(20_000), 'x'.repeat(10_000)],
])('plain: %s', (_name, text, out) => expect(plain(text)).toBe(out))
