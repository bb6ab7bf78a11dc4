// Recipients as they are typed and pasted.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addRecipients, readRecipients } from '../../../../src/core/jmap/writing/recipients.ts'

const people = (text: string) =>
  readRecipients(text).people.map(({ name, email }) => (name ? `${name} <${email}>` : email))

it.each([
  ['one', 'mario@pec.it', ['mario@pec.it']],
  ['blanks around it', '  mario@pec.it \n', ['mario@pec.it']],
  ['the domain in capitals', 'Mario@PEC.IT', ['Mario@pec.it']],
  ['commas', 'a@x.it, b@x.it,c@x.it', ['a@x.it', 'b@x.it', 'c@x.it']],
  [
    'semicolons and lines, as sheets and programs give them',
    'a@x.it;b@x.it\r\nc@x.it\td@x.it',
    ['a@x.it', 'b@x.it', 'c@x.it', 'd@x.it'],
  ],
  ['blanks between them', 'a@x.it b@x.it', ['a@x.it', 'b@x.it']],
  ['a name', 'Mario Rossi <m@x.it>', ['Mario Rossi <m@x.it>']],
  ['a name in quotes, with a comma', '"Rossi, Mario" <m@x.it>, b@x.it', ['Rossi, Mario <m@x.it>', 'b@x.it']],
  ['a name with a comma, without quotes', 'Rossi, Mario <m@x.it>, b@x.it', ['Rossi, Mario <m@x.it>', 'b@x.it']],
  ['the address as the name', '"m@x.it" <m@x.it>', ['m@x.it']],
  ['a bracket that is not closed', 'Mario <m@x.it', ['Mario <m@x.it>']],
  ['mailto', 'mailto:m@x.it', ['m@x.it']],
  ['a full stop at the end', 'scrivi a m@x.it.'.slice(9), ['m@x.it']],
  ['twice is once', 'a@x.it, A@X.it', ['a@x.it']],
  ['nothing', ' ,;\n', []],
])('%s', (_, text, expected) => {
  expect(people(text)).toEqual(expected)
  expect(readRecipients(text).wrong).toEqual([])
})

it.each([
  ['mario', 'noAt'],
  ['mario rossi@pec.it', 'blank'],
  ['mario@rossi@pec.it', 'twoAts'],
  ['niccolò@pec.it', 'accent'],
  ['mario@città.it', 'accent'],
  ['mario@pec', 'noDot'],
  ['mario@-pec.it', 'other'],
  ['@pec.it', 'other'],
])('%s is no address: %s', (text, why) => {
  expect(readRecipients(`a@x.it, ${text}`)).toEqual({
    people: [{ name: null, email: 'a@x.it' }],
    wrong: [{ text, why }],
  })
})

it('adds each once', () => {
  const one = { name: 'A', email: 'a@x.it' }
  expect(
    addRecipients(
      [one],
      [
        { name: null, email: 'A@x.it' },
        { name: null, email: 'b@x.it' },
      ],
    ),
  ).toEqual([one, { name: null, email: 'b@x.it' }])
})

it('never fails, and gives nothing that is no address', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '@', '.', ' ', ',', ';', '<', '>', '"', '\n', 'è', '\\') }),
      (text) => {
        for (const { email } of readRecipients(text).people) expect(email).toMatch(/^[^\s<>]+@[^\s<>@]+$|^"/)
      },
    ),
  )
})
