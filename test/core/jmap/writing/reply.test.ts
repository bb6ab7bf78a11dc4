// Answering and forwarding: subjects, recipients, references, quoted text.
import { expect, it } from 'vitest'
import {
  forwardSubject,
  ownText,
  plainSubject,
  quoteText,
  replyRecipients,
  replyReferences,
  replySubject,
  startText,
} from '../../../../src/core/jmap/writing/reply.ts'

it.each([
  ['Fattura 12', 'Fattura 12'],
  ['Re: Fattura 12', 'Fattura 12'],
  ['RE: R: I: Fattura 12', 'Fattura 12'],
  ['POSTA CERTIFICATA: Fattura 12', 'Fattura 12'],
  ['Re: POSTA CERTIFICATA: Re[2]: Fattura', 'Fattura'],
  ['ANOMALIA MESSAGGIO: Offerta', 'Offerta'],
  ['Rilievo: due cose', 'Rilievo: due cose'],
  ['Istruttoria: atti', 'Istruttoria: atti'],
  ['', ''],
  [null, ''],
])('%j is about %j', (subject, expected) => {
  expect(plainSubject(subject)).toBe(expected)
  expect(replySubject(subject)).toBe(`Re: ${expected}`.trim())
  expect(forwardSubject(subject)).toBe(`I: ${expected}`.trim())
})

const p = (email: string) => ({ name: null, email })
const list = (...emails: string[]) => emails.map(p)
const own = 'io@pec.it'

it.each([
  ['to who wrote', { from: ['a@x.it'] }, ['a@x.it'], []],
  ['to where answers are wanted', { from: ['a@x.it'], replyTo: ['b@x.it'] }, ['b@x.it'], []],
  [
    'all: the others in copy',
    { from: ['a@x.it'], to: [own, 'c@x.it'], cc: ['d@x.it', 'a@x.it'] },
    ['a@x.it'],
    ['c@x.it', 'd@x.it'],
  ],
  [
    'what one wrote goes on to whom it was for',
    { from: [own], to: ['a@x.it', 'b@x.it'], cc: ['c@x.it'] },
    ['a@x.it', 'b@x.it'],
    ['c@x.it'],
  ],
  ['who writes to himself', { from: [own], to: [own] }, [own], []],
  ['the address in capitals is one', { from: ['a@x.it'], to: ['IO@PEC.it'] }, ['a@x.it'], []],
])('answers: %s', (_, given, to, cc) => {
  const {
    from,
    replyTo = [],
    to: first = [],
    cc: second = [],
  } = given as Record<'from' | 'replyTo' | 'to' | 'cc', string[]>
  const message = { from: list(...from), replyTo: list(...replyTo), to: list(...first), cc: list(...second) }
  expect(replyRecipients(message, own, true)).toEqual({ to: list(...to), cc: list(...cc) })
  expect(replyRecipients(message, own, false)).toEqual({ to: list(...to), cc: [] })
})

it('names the message and its ancestors, the first and the last ones where they are many', () => {
  expect(replyReferences({ messageId: ['m'], references: ['r1', 'r2'] }, ['e'])).toEqual({
    inReplyTo: ['m'],
    references: ['r1', 'r2', 'e', 'm'],
  })
  expect(replyReferences({ messageId: [], references: [] }, ['e'])).toEqual({ inReplyTo: ['e'], references: ['e'] })
  const many = Array.from({ length: 100 }, (_, at) => `r${at}`)
  const { references } = replyReferences({ messageId: ['m'], references: many }, [])
  expect([references.length, references[0], references.at(-1)]).toEqual([40, 'r0', 'm'])
})

it('quotes line by line', () => {
  expect(quoteText('uno\r\n\r\n> due\n\n')).toBe('> uno\n>\n>> due')
})

it('begins with room, the signature, the quotation; and knows what of it a person wrote', () => {
  expect(startText('', '')).toBe('')
  const text = startText('Mario Rossi\n', '> uno')
  expect(text).toBe('\n\n-- \nMario Rossi\n\n> uno')
  expect(ownText(text)).toBe('')
  expect(ownText(`Buongiorno,\nin allegato l’atto.${text}`)).toBe('Buongiorno,\nin allegato l’atto.')
  expect(ownText('> prima\nRispondo sotto')).toBe('Rispondo sotto')
})
