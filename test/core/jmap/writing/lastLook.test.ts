// The last look before a message leaves.
import { expect, it } from 'vitest'
import {
  everybody,
  isDangerousName,
  lastLook,
  messageBytes,
  roomOf,
  speaksOfAttachment,
  stops,
  valueFor,
  weightOf,
} from '../../../../src/core/jmap/writing/lastLook.ts'

const MB = 1024 * 1024
const p = (email: string) => ({ name: null, email })
const good = {
  to: [p('a@x.it')],
  cc: [],
  unread: [],
  subject: 'Atto',
  text: 'Buongiorno, trasmetto l’atto.',
  attachments: [],
  underWay: 0,
  limit: 30 * MB,
  mostRecipients: 50,
}
const file = (size: number, name = 'atto.pdf', type = 'application/pdf') => ({ name, size, type })

it.each([
  ['nothing to say', {}, []],
  ['no recipient', { to: [] }, ['noRecipient']],
  ['copies alone', { to: [], cc: [p('b@x.it')] }, ['onlyCc']],
  ['what is no address', { unread: ['mario'] }, ['unread']],
  ['no subject', { subject: '  ' }, ['noSubject']],
  ['no text', { text: '\n\n-- \nMario' }, ['noText']],
  ['no text, but a file', { text: '', attachments: [file(10)] }, []],
  ['a forgotten attachment', { text: 'In allegato la fattura.' }, ['attachmentForgotten']],
  ['a quotation that speaks of one', { text: 'Grazie.\n\n> in allegato la fattura' }, []],
  ['an attachment on its way', { text: 'Allego la fattura', underWay: 1 }, ['uploading']],
  ['too large', { attachments: [file(25 * MB)] }, ['tooLarge']],
  ['too large for two', { to: [p('a@x.it'), p('b@x.it')], attachments: [file(12 * MB)] }, ['tooLarge']],
  ['not too large for the same one twice', { cc: [p('A@x.it')], attachments: [file(12 * MB)] }, []],
  ['nearly full', { attachments: [file(20 * MB)] }, ['nearlyFull']],
  ['too many', { to: Array.from({ length: 51 }, (_, at) => p(`a${at}@x.it`)) }, ['tooMany']],
  ['a kind by which viruses travel', { attachments: [file(10, 'fattura.pdf.exe')] }, ['dangerous']],
])('%s', (_, change, kinds) => {
  expect(lastLook({ ...good, ...change }).map(({ kind }) => kind)).toEqual(kinds)
})

it('keeps from leaving what cannot arrive, and only that', () => {
  const kinds = [
    'noRecipient',
    'onlyCc',
    'uploading',
    'noSubject',
    'noText',
    'attachmentForgotten',
    'nearlyFull',
  ] as const
  expect(kinds.filter((kind) => stops({ kind }))).toEqual(['noRecipient', 'onlyCc', 'uploading'])
})

it.each([
  ['In allegato il documento', true],
  ['Si trasmettono gli allegati', true],
  ['please find attached', true],
  ['Allego copia', true],
  ['senza allegati', false],
  ['non allego nulla', false],
  ['Collegato a quanto detto', false],
  ['Buongiorno', false],
])('%j speaks of an attachment: %s', (text, expected) => {
  expect(speaksOfAttachment('', text)).toBe(expected)
  expect(speaksOfAttachment(text, '')).toBe(expected)
})

it.each([
  ['a.exe', true],
  ['A.JS', true],
  ['listino.xlsm', true],
  ['a.exe. ', true],
  ['a.pdf', false],
  ['atto.pdf.p7m', false],
  ['exe', false],
])('%s is dangerous: %s', (name, expected) => expect(isDangerousName(name)).toBe(expected))

it('weighs no less than a message weighs', () => {
  const bytes = Buffer.alloc(100_000, 7)
  const base64 = bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
  expect(weightOf(file(bytes.length))).toBeGreaterThanOrEqual(base64.length)
  // a message within travels as it is
  expect(weightOf(file(1_000, 'a.eml', 'message/rfc822'))).toBe(1_400)
  expect(messageBytes({ text: 'perché', recipients: 1, attachments: [] })).toBe(2_120 + 5 + 6)
})

it('tells to how many, or how much, one may send', () => {
  const room = roomOf({ text: '', recipients: 4, attachments: [file(8 * MB)] }, 30 * MB)
  expect(room.isTooMuch).toBe(true)
  expect(room.mostRecipients).toBe(2)
  expect(room.mostBytes).toBe(7.5 * MB)
})

it('tells the proof of each recipient', () => {
  expect([valueFor(true), valueFor(false), valueFor(undefined)]).toEqual(['delivery', 'acceptanceOnly', 'unknown'])
  expect(everybody({ to: [p('a@x.it')], cc: [p('b@x.it'), p('A@x.it')] }).map(({ email }) => email)).toEqual([
    'b@x.it',
    'a@x.it',
  ])
})
