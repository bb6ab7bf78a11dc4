// Names of people as they are written and as the register holds them: tolerant of spelling, not of other people.
import { asciiForms, wordsOf } from './letters.ts'

export type PersonName = { readonly surname: string; readonly givenName: string }

/** What differs between two spellings that may be the same person's. */
export type NameDifference =
  /** One part of a double surname was written. */
  | 'surnamePart'
  /** More was written than the register holds. */
  | 'surnameMore'
  | 'surnameOrder'
  /** A middle name was left out. */
  | 'givenNamePart'
  | 'givenNameMore'
  | 'givenNameOrder'
  /** Surname and given name are in each other's place. */
  | 'inverted'

export type NameMatch =
  | { readonly kind: 'match' }
  | { readonly kind: 'partial'; readonly differences: readonly NameDifference[] }
  | { readonly kind: 'mismatch'; readonly fields: readonly ('surname' | 'givenName')[] }

type Likeness = 'same' | 'part' | 'more' | 'order' | 'other'

const within = (few: readonly string[], many: readonly string[]): boolean => {
  const left = [...many]
  return few.every((word) => {
    const at = left.indexOf(word)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

/** How one written name is like a registered one; letters alone count, whole words at a time. */
const likeness = (written: string, registered: string): Likeness => {
  const forms = asciiForms(registered)
  const own = asciiForms(written)
  if (own[0] === '' || forms[0] === '') return 'other'
  if (own.some((form) => forms.includes(form))) return 'same'
  const mine = wordsOf(written)
  const theirs = wordsOf(registered)
  if (within(mine, theirs)) return mine.length === theirs.length ? 'order' : 'part'
  return within(theirs, mine) ? 'more' : 'other'
}

const SURNAME = { part: 'surnamePart', more: 'surnameMore', order: 'surnameOrder' } as const
const GIVEN_NAME = { part: 'givenNamePart', more: 'givenNameMore', order: 'givenNameOrder' } as const

const isOdd = (one: Likeness): one is 'part' | 'more' | 'order' => one !== 'same' && one !== 'other'

const differencesOf = (surname: Likeness, givenName: Likeness): readonly NameDifference[] => [
  ...(isOdd(surname) ? [SURNAME[surname]] : []),
  ...(isOdd(givenName) ? [GIVEN_NAME[givenName]] : []),
]

/**
 * Whether a name that somebody wrote is the registered one: case, accents (`à`, `a'`, `a`), apostrophes, hyphens and
 * blanks do not count; a part of a double surname, a middle name left out or an inversion are told. Letters that differ
 * are another name: the fiscal code says who it is, this only that nobody took another's.
 */
export const matchName = (written: PersonName, registered: PersonName): NameMatch => {
  const surname = likeness(written.surname, registered.surname)
  const givenName = likeness(written.givenName, registered.givenName)
  if (surname === 'same' && givenName === 'same') return { kind: 'match' }
  if (surname !== 'other' && givenName !== 'other')
    return { kind: 'partial', differences: differencesOf(surname, givenName) }
  const swappedSurname = likeness(written.givenName, registered.surname)
  const swappedGivenName = likeness(written.surname, registered.givenName)
  if (swappedSurname !== 'other' && swappedGivenName !== 'other')
    return { kind: 'partial', differences: ['inverted', ...differencesOf(swappedSurname, swappedGivenName)] }
  const fields = [
    ...(surname === 'other' ? (['surname'] as const) : []),
    ...(givenName === 'other' ? (['givenName'] as const) : []),
  ]
  return { kind: 'mismatch', fields }
}

/** Letters of a name in one piece, lower case, no accents: what names are found by. */
export const nameKey = (text: string): string => asciiForms(text)[0]!

/** No small letter in it. */
const CAPITALS = /^[^\p{Ll}]*$/u

/** A name as people write it: `D'ANGELO`, `ROSSI-BIANCHI` and `NICOLO'` get small letters; mixed case stays as it is. */
export const tidyName = (text: string): string => {
  const spaced = text
    .normalize('NFC')
    .replace(/[’ʼ`´]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
  if (!CAPITALS.test(spaced) && spaced !== spaced.toLowerCase()) return spaced
  return spaced
    .toLowerCase()
    .replace(/(^|[\s'-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
}
