// Rules of collaborators, as tables.
import { describe, expect, it } from 'vitest'
import {
  isNoteworthy,
  LETTERS_A_DAY_MOST,
  mayInvite,
  maySendAgain,
  personName,
  SENDS_MOST,
  scopesAllowed,
} from '../../../src/core/identity/delegation.ts'
import { HOUR, MINUTE } from '../../../src/core/lib/instant.ts'

describe('another collaborator', () => {
  it.each([
    [0, 0, 0, 'yes'],
    [19, 0, 0, 'yes'],
    [20, 0, 0, 'tooMany'],
    [12, 8, 0, 'tooMany'],
    [0, 0, LETTERS_A_DAY_MOST, 'tooOften'],
    [3, 4, LETTERS_A_DAY_MOST - 1, 'yes'],
  ])('of %i and %i open invitations, with %i letters today: %s', (collaborators, open, lettersToday, answer) => {
    expect(mayInvite({ collaborators, open, lettersToday })).toBe(answer)
  })
})

describe('an invitation is sent again', () => {
  it.each([
    ['after ten minutes', 1, 10 * MINUTE, 1, true],
    ['not before', 1, 10 * MINUTE - 1, 1, false],
    ['five times', SENDS_MOST - 1, HOUR, 4, true],
    ['not six times', SENDS_MOST, HOUR, 5, false],
    ['not after many others today', 1, HOUR, LETTERS_A_DAY_MOST, false],
  ])('%s', (_, sends, ago, today, answer) => {
    expect(maySendAgain({ sends, sentAt: HOUR * 5 - ago }, today, HOUR * 5)).toBe(answer)
  })
})

describe('a name', () => {
  it.each([
    ['  Giulia   Neri ', 'Giulia Neri'],
    ["D'Angelo Niccolò", "D'Angelo Niccolò"],
    ['Dott. Anna-Maria De’ Rossi', 'Dott. Anna-Maria De’ Rossi'],
    ['Ἀθηνᾶ', 'Ἀθηνᾶ'],
    ['', undefined],
    [' - ', undefined],
    ['vinci.example', undefined],
    ['http://x.example', undefined],
    ['Giulia\r\nBcc: x', undefined],
    ['Giulia 3', undefined],
    ['Giulia <b>', undefined],
    ['a'.repeat(81), undefined],
  ])('%j is %j', (typed, name) => {
    expect(personName(typed)).toBe(name)
  })
})

it('the programs of who only reads do not send', () => {
  expect(scopesAllowed('read', ['imap', 'pop3'])).toBe(true)
  expect(scopesAllowed('read', ['imap', 'smtp'])).toBe(false)
  expect(scopesAllowed('send', ['imap', 'smtp'])).toBe(true)
  expect(scopesAllowed('own', ['smtp'])).toBe(true)
})

describe('a sign-in of a program is written down', () => {
  it.each([
    ['the first time', null, null, 0, true],
    ['not at the next poll', 0, 'a', MINUTE, false],
    ['in the evening again', 0, 'a', 12 * HOUR, true],
    ['from elsewhere', 0, 'b', HOUR, true],
    ['not at each change of the network', 0, 'b', HOUR - 1, false],
  ])('%s', (_, at, from, now, answer) => {
    expect(isNoteworthy({ at, from }, 'a', now)).toBe(answer)
  })
})
