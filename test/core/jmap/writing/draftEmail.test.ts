// What a person writes, as an Email and back; made and read by the server's own functions.
import { expect, it } from 'vitest'
import { headerLines } from '../../../../src/core/jmap/compose.ts'
import { composeBody } from '../../../../src/core/jmap/composeBody.ts'
import {
  draftOfMessageId,
  emailOf,
  messageIdOf,
  messageIdStem,
  plainText,
  RECEIPT_PROPERTY,
  receiptTypeOf,
  textOf,
} from '../../../../src/core/jmap/writing/draftEmail.ts'

const written = {
  key: 'k3y0k3y0k3y0',
  pen: 'pen123',
  revision: 7,
  from: { name: 'Mario Rossi', email: 'mario@pec.alfa.example' },
  to: [{ name: null, email: 'a@x.it' }],
  cc: [],
  subject: 'Fattura\nn. 12 ',
  text: 'Buongiorno,\nperché no\n',
  receiptType: 'brief',
  inReplyTo: ['m1@x.it'],
  references: ['m0@x.it', 'm1@x.it'],
  attachments: [{ name: 'atto.pdf', type: 'application/pdf', size: 10, blobId: 'B1' }],
} as const

it('is an Email that the server can write', () => {
  const email = emailOf(written)
  const header = headerLines(email, 'email')
  if ('type' in header) throw new Error(header.description)
  expect(header.lines).toBe(
    [
      'Message-ID: <w.k3y0k3y0k3y0.pen123.7@pec.alfa.example>',
      'From: "Mario Rossi" <mario@pec.alfa.example>',
      'To: a@x.it',
      'Subject: Fattura n. 12',
      'In-Reply-To: <m1@x.it>',
      'References: <m0@x.it>\r\n <m1@x.it>',
      'X-TipoRicevuta: breve',
      '',
    ].join('\r\n'),
  )
  const body = composeBody(email, () => 'b')
  if ('type' in body) throw new Error(body.description)
  expect(body.segments.filter(({ kind }) => kind === 'blob')).toEqual([{ kind: 'blob', blobId: 'B1', how: 'base64' }])
})

it('names draft and save in the Message-ID', () => {
  const id = messageIdOf(written)
  expect(id.startsWith(messageIdStem(written.key))).toBe(true)
  expect(draftOfMessageId([id])).toEqual({ key: written.key, pen: 'pen123', revision: 7 })
  expect(draftOfMessageId(['someone@else'])).toBeUndefined()
  expect(draftOfMessageId(null)).toBeUndefined()
})

it('asks for the complete receipt by saying nothing', () => {
  expect(emailOf({ ...written, receiptType: 'complete' })).not.toHaveProperty([RECEIPT_PROPERTY])
  expect(receiptTypeOf({})).toBe('complete')
  expect(receiptTypeOf({ [RECEIPT_PROPERTY]: ' Sintetica ' })).toBe('concise')
})

it('reads the text of an Email', () => {
  const parts = [
    { partId: '1', type: 'text/plain' },
    { partId: '2', type: 'text/html' },
  ]
  expect(textOf(parts, { 1: { value: 'uno\r\n' }, 2: { value: '<p>due</p>' } })).toBe('uno\n\ndue')
})

it.each([
  ['<p>Uno</p><p>Due<br>tre</p>', 'Uno\n\nDue\ntre'],
  ['<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
  ['<style>p{}</style>x<script>alert(1)</script>', 'x'],
  ['<script>alert(1)', ''],
  ['1 &lt; 2 &amp;&#32;perch&eacute; &#x20AC; &unknown; &#0;', '1 < 2 & perché € &unknown;'],
  ['<!-- no', ''],
])('%s as text', (html, expected) => expect(plainText(html)).toBe(expected))
