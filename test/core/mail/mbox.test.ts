// Mail in one file: lines that look like the start of a message are quoted, wherever the pieces end.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mboxFromLine, mboxQuoter, senderIn } from '../../../src/core/mail/mbox.ts'

const quoted = (pieces: readonly string[]): string => {
  const { push, end } = mboxQuoter()
  const out = [...pieces.flatMap((one) => push(Buffer.from(one, 'latin1'))), ...end()]
  return Buffer.concat(out).toString('latin1')
}
/** As the format's readers undo it. */
const unquoted = (text: string): string => text.replace(/(^|\n)>(>*From )/g, '$1$2')

describe('quoting', () => {
  it.each([
    ['From me\r\n', '>From me\r\n'],
    ['a\r\nFrom me\n>From you\n>>From x', 'a\r\n>From me\n>>From you\n>>>From x'],
    ['a From b\r\nFromage\r\nFro\r\nFrom', 'a From b\r\nFromage\r\nFro\r\nFrom'],
    ['> From a\r\n>>\r\n\r\nFrom \r\n', '> From a\r\n>>\r\n\r\n>From \r\n'],
    // a CR alone ends no line that a reader looks at
    ['a\rFrom b', 'a\rFrom b'],
    ['', ''],
  ])('of %j', (text, wanted) => {
    expect(quoted([text])).toBe(wanted)
    expect(quoted([...text])).toBe(wanted)
  })
  it('is the same wherever the pieces end, and is undone to the same bytes', () => {
    const word = fc.constantFrom('From ', 'From', 'Fro', '>', '>>', '\r\n', '\n', '\r', ' ', 'x', '\u00e8', '\0')
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 8 }), { maxLength: 8 }), (pieces) => {
        const texts = pieces.map((one) => one.join(''))
        const whole = quoted([texts.join('')])
        expect(quoted(texts)).toBe(whole)
        expect(unquoted(whole)).toBe(texts.join(''))
        expect(whole).not.toMatch(/(^|\n)From /)
      }),
    )
  })
})

describe('the line before a message', () => {
  it.each([
    ['anna@pec.example', 'From anna@pec.example Mon Nov 23 10:00:00 2026\n'],
    [undefined, 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n'],
    ['a b@x\nFrom c@d', 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n'],
  ])('of %j', (sender, line) => expect(mboxFromLine(sender, Date.UTC(2026, 10, 23, 10))).toBe(line))
  it.each([
    ['Subject: x\r\nFrom: "Anna, per conto di: b@c.example" <anna@pec.example>\r\n\r\n', 'anna@pec.example'],
    ['from:\r\n anna@pec.example\r\n\r\n', 'anna@pec.example'],
    ['Subject: x\r\n\r\nFrom: anna@pec.example\r\n', undefined],
    ['From: nessuno\r\n\r\n', undefined],
  ])('takes the sender of %j', (head, sender) => expect(senderIn(head)).toBe(sender))
})
