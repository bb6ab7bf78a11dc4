// Who is offered while an address is typed.
import { expect, it } from 'vitest'
import { addressBook, type Meeting, searchBook } from '../../../src/core/jmap/pecAddress.ts'
import { DAY } from '../../../src/core/lib/instant.ts'

const NOW = Date.UTC(2026, 10, 23)
const met = (email: string, daysAgo: number, more: Partial<Meeting> = {}): Meeting => ({
  email,
  name: null,
  at: NOW - daysAgo * DAY,
  how: 'written',
  ...more,
})
const order = (meetings: readonly Meeting[], text = '', limit = 10): readonly string[] =>
  searchBook(addressBook(meetings, 'io@x.example'), text, limit).map(({ email }) => email)

it.each<readonly [string, readonly Meeting[], readonly string[]]>([
  [
    'often before once',
    [met('a@x.example', 1), met('b@x.example', 1), met('b@x.example', 2)],
    ['b@x.example', 'a@x.example'],
  ],
  [
    'lately before long ago',
    [met('a@x.example', 400), met('a@x.example', 401), met('b@x.example', 0)],
    ['b@x.example', 'a@x.example'],
  ],
  [
    'written to before heard from',
    [met('a@x.example', 0, { how: 'heard' }), met('b@x.example', 0)],
    ['b@x.example', 'a@x.example'],
  ],
  [
    'certified before ordinary',
    [met('a@x.example', 0, { how: 'unproven' }), met('b@x.example', 1, { how: 'heard' })],
    ['b@x.example', 'a@x.example'],
  ],
  ['one address in two spellings once', [met('A@X.example', 0), met('a@x.EXAMPLE', 1)], ['A@X.example']],
  ['never the box itself', [met('IO@x.example', 0), met('no-address', 0)], []],
])('%s', (_, meetings, expected) => {
  expect(order(meetings)).toEqual(expected)
})

it('finds by words of name and address, what begins with them first, and takes the newest name', () => {
  const meetings = [
    met('xluca@x.example', 0),
    met('luca@x.example', 9, { name: 'Vecchio' }),
    met('luca@x.example', 8, { name: 'Niccolò Bossi', how: 'named' }),
  ]
  expect(order(meetings, 'luca')).toEqual(['luca@x.example', 'xluca@x.example'])
  expect(order(meetings, 'niccolo x.ex')).toEqual(['luca@x.example'])
  expect(order(meetings, 'vecchio')).toEqual([])
  expect(order(meetings, '', 1)).toEqual(['xluca@x.example'])
})
