// Messages of plain text: any text comes back, no text makes a header.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toLatin1 } from '../../../src/core/lib/bytes.ts'
import { decodeQuotedPrintable } from '../../../src/core/mail/encoding.ts'
import { plainMessage } from '../../../src/core/mail/plainMessage.ts'

const make = (subject: string, text: string, name = 'Gestore'): string =>
  toLatin1(
    plainMessage({
      from: { name, address: 'a@pec.example' },
      to: { name: 'Niccolò', address: 'b@pec.example' },
      subject,
      text,
      date: Date.UTC(2026, 2, 9, 9),
      messageId: 'uno@pec.example',
    }),
  )

it('says who, to whom, when and what', () => {
  expect(make('Città', 'è')).toBe(
    'From: "Gestore" <a@pec.example>\r\nTo: =?utf-8?q?Niccol=C3=B2?= <b@pec.example>\r\n' +
      'Subject: =?utf-8?b?Q2l0dMOg?=\r\nDate: Mon, 09 Mar 2026 10:00:00 +0100\r\nMessage-ID: <uno@pec.example>\r\n' +
      'MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\nContent-Type: text/plain; charset="utf-8"\r\n' +
      'Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A8\r\n',
  )
})

it('any text comes back, and makes no field', () => {
  const words = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(words, words, words, (subject, text, name) => {
      const message = make(subject, text, name)
      const [head, body] = [
        message.slice(0, message.indexOf('\r\n\r\n')),
        message.slice(message.indexOf('\r\n\r\n') + 4),
      ]
      expect(head.split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')))).toEqual(
        'From To Subject Date Message-ID MIME-Version Auto-Submitted Content-Type Content-Transfer-Encoding'.split(' '),
      )
      expect(message).toMatch(/^[\t\r\n\x20-\x7e]*$/)
      const back = new TextDecoder().decode(Uint8Array.from(decodeQuotedPrintable(body), (c) => c.charCodeAt(0)))
      expect(back).toBe(`${text.toWellFormed().replace(/\r?\n/g, '\r\n')}\r\n`)
    }),
  )
})
