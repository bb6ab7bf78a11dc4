// The Italian fiscal code (codice fiscale): read, checked, decoded and made. DM 23/12/1976
import { type CivilDate, civilDate } from '../lib/calendar.ts'
import { asciiForms, wordsOf } from './letters.ts'

export type Sex = 'F' | 'M'

/** A code of sixteen characters: a person's. */
export type PersonalCode = {
  readonly kind: 'personal'
  /** Sixteen characters in upper case, as they are written on the card. */
  readonly code: string
  /** The code before omocodia: digits in place of their letters, its own check character. */
  readonly canonical: string
  /** Whether letters stand for digits, because two people would have had the same code. */
  readonly omocodia: boolean
  readonly surnameLetters: string
  readonly givenNameLetters: string
  readonly sex: Sex
  readonly birthDate: CivilDate
  /** Cadastral code of the place of birth; begins with Z for what is abroad. */
  readonly birthPlace: string
}

/** A code of eleven digits, given to a person until the other one is: accepted, with a warning. */
export type ProvisionalCode = { readonly kind: 'provisional'; readonly code: string; readonly canonical: string }

export type FiscalCode = PersonalCode | ProvisionalCode

/** Why a text is no fiscal code. */
export type FiscalCodeProblem = 'missing' | 'length' | 'form' | 'date' | 'checkCharacter' | 'checkDigit'

export type FiscalCodeRefusal = { readonly kind: 'refused'; readonly problem: FiscalCodeProblem }

const MONTHS = 'ABCDEHLMPRST'
/** Omocodia writes the digits 0 to 9 as these. */
const OMOCODIA = 'LMNPQRSTUV'
/** Places of the seven digits. */
const DIGIT_PLACES = [6, 7, 9, 10, 12, 13, 14] as const
const D = '[0-9LMNPQRSTUV]'
const FORM = new RegExp(`^[A-Z]{6}${D}{2}[${MONTHS}]${D}{2}[A-Z]${D}{3}[A-Z]$`)

/** Values of 0-9 and of A-Z in the odd places (the first, the third …); in the even ones they count as they are. */
const ODD_DIGITS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
const ODD_LETTERS = [...ODD_DIGITS, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/** The check character of the first fifteen. */
export const checkCharacter = (first15: string): string => {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const unit = first15.charCodeAt(i)
    const value = unit < 65 ? unit - 48 : unit - 65
    sum += i % 2 === 1 ? value : unit < 65 ? ODD_DIGITS[value]! : ODD_LETTERS[value]!
  }
  return String.fromCharCode(65 + (sum % 26))
}

/** The last digit of a numeric code, from the ten before it: as that of VAT numbers. DM 23/12/1976 art. 8 */
export const checkDigit = (first10: string): string => {
  let sum = 0
  for (let i = 0; i < 10; i++) {
    const digit = first10.charCodeAt(i) - 48
    const doubled = digit * 2
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return String((10 - (sum % 10)) % 10)
}

const withCheck = (first15: string): string => first15 + checkCharacter(first15)

const replaceDigits = (code: string, change: (unit: string, index: number) => string): string => {
  const units = [...code.slice(0, 15)]
  for (const [index, place] of DIGIT_PLACES.entries()) units[place] = change(units[place]!, index)
  return withCheck(units.join(''))
}

const toDigit = (unit: string): string => (unit < 'A' ? unit : String(OMOCODIA.indexOf(unit)))
const toLetter = (unit: string): string => (unit < 'A' ? OMOCODIA[Number(unit)]! : unit)

/** Blanks, dots and dashes that people write in a code are not part of it. */
const tidy = (text: string): string => text.replace(/[\s.\-_]/g, '').toUpperCase()

const OLDEST = 105
const OF_AGE = 18

/**
 * The full year of two digits: the latest that makes the person of age, unless nobody is that old; then the latest
 * that has come.
 */
const fullYear = (twoDigits: number, referenceYear: number): number => {
  const latest = referenceYear - ((((referenceYear - twoDigits) % 100) + 100) % 100)
  const earlier = latest - 100
  return referenceYear - latest < OF_AGE && referenceYear - earlier <= OLDEST ? earlier : latest
}

const refused = (problem: FiscalCodeProblem): FiscalCodeRefusal => ({ kind: 'refused', problem })

/**
 * Reads a fiscal code: any case, blanks anywhere, omocodia undone. `referenceYear` is the present one, by which the
 * century of birth is guessed.
 */
export const parseFiscalCode = (text: string, referenceYear: number): FiscalCode | FiscalCodeRefusal => {
  const code = tidy(text)
  if (code === '') return refused('missing')
  if (/^\d{11}$/.test(code))
    return checkDigit(code) === code[10] ? { kind: 'provisional', code, canonical: code } : refused('checkDigit')
  if (code.length !== 16) return refused('length')
  if (!FORM.test(code)) return refused('form')
  if (checkCharacter(code) !== code[15]) return refused('checkCharacter')
  const canonical = replaceDigits(code, toDigit)
  const day = Number(canonical.slice(9, 11))
  const month = MONTHS.indexOf(canonical[8]!) + 1
  const year = fullYear(Number(canonical.slice(6, 8)), referenceYear)
  // 29 February of a year 00 is in one century only.
  const dayOfMonth = day > 40 ? day - 40 : day
  const years = [year, year + 100, year - 100].filter((one) => one <= referenceYear)
  const birthDate = years.map((one) => civilDate(one, month, dayOfMonth)).find((one) => one !== undefined)
  if (birthDate === undefined) return refused('date')
  return {
    kind: 'personal',
    code,
    canonical,
    omocodia: code !== canonical,
    surnameLetters: code.slice(0, 3),
    givenNameLetters: code.slice(3, 6),
    sex: day > 40 ? 'F' : 'M',
    birthDate,
    birthPlace: canonical.slice(11, 15),
  }
}

/**
 * The canonical form of a text that is a code, whoever's it is: what two codes are compared by. Undefined for others.
 */
export const canonicalFiscalCode = (text: string): string | undefined => {
  const read = parseFiscalCode(text, 2000) // the century does not matter here
  return read.kind === 'refused' ? undefined : read.canonical
}

/** Whether two texts are codes that omocodia alone may tell apart. People who share one are told apart by the code. */
export const sameFiscalCode = (a: string, b: string): boolean => {
  const first = canonicalFiscalCode(a)
  return first !== undefined && first === canonicalFiscalCode(b)
}

/**
 * The 128 codes that stand for one canonical code, itself first. Bit n of the index replaces the digit that is n-th
 * from the right.
 */
export const omocodiaOf = (canonical: string): readonly string[] =>
  Array.from({ length: 128 }, (_, mask) =>
    replaceDigits(canonical, (unit, index) => ((mask >> (6 - index)) & 1 ? toLetter(unit) : toDigit(unit))),
  )

// --- letters of names ------------------------------------------------------------------------------------------------

const isVowel = (letter: string): boolean => 'AEIOU'.includes(letter)

const three = (first: readonly string[], then: readonly string[]): string =>
  [...first, ...then, 'X', 'X', 'X'].slice(0, 3).join('')

const lettersOf = (ascii: string): readonly string[] => [...ascii.toUpperCase()].filter((unit) => /[A-Z]/.test(unit))

const surnameOf = (ascii: string): string => {
  const letters = lettersOf(ascii)
  return three(
    letters.filter((letter) => !isVowel(letter)),
    letters.filter(isVowel),
  )
}

const givenNameOf = (ascii: string): string => {
  const letters = lettersOf(ascii)
  const consonants = letters.filter((letter) => !isVowel(letter))
  const chosen = consonants.length > 3 ? [consonants[0]!, consonants[2]!, consonants[3]!] : consonants
  return three(chosen, letters.filter(isVowel))
}

/** The three letters of a surname. */
export const surnameLetters = (surname: string): string => surnameOf(asciiForms(surname)[0]!)
/** The three letters of a given name. */
export const givenNameLetters = (givenName: string): string => givenNameOf(asciiForms(givenName)[0]!)

/** Letters that a name may have given: whole, or the parts of a double name alone (the code may be older than them). */
const possible = (name: string, letters: (ascii: string) => string): readonly string[] => {
  const words = wordsOf(name)
  const firsts = words.map((_, i) => words.slice(0, i + 1).join(''))
  return [...asciiForms(name), ...words, ...firsts].map(letters)
}

export type FiscalCodeWarning = 'provisional' | 'surname' | 'givenName' | 'birthDate' | 'sex'

export type PersonalFacts = {
  readonly surname?: string | undefined
  readonly givenName?: string | undefined
  readonly birthDate?: CivilDate | undefined
  readonly sex?: Sex | undefined
}

/** What of a person does not agree with the code: to be told, never to be refused (codes outlive changes of name). */
export const fiscalCodeWarnings = (code: FiscalCode, facts: PersonalFacts): readonly FiscalCodeWarning[] => {
  if (code.kind === 'provisional') return ['provisional']
  const { surname, givenName } = facts
  const warnings: FiscalCodeWarning[] = []
  if (surname && !possible(surname, surnameOf).includes(code.surnameLetters)) warnings.push('surname')
  if (givenName && !possible(givenName, givenNameOf).includes(code.givenNameLetters)) warnings.push('givenName')
  // The century is a guess: only what the code says is compared.
  if (facts.birthDate && facts.birthDate.slice(2) !== code.birthDate.slice(2)) warnings.push('birthDate')
  if (facts.sex && facts.sex !== code.sex) warnings.push('sex')
  return warnings
}

export type CodeFacts = {
  readonly surname: string
  readonly givenName: string
  readonly birthDate: CivilDate
  readonly sex: Sex
  /** Cadastral code: a letter and three digits. */
  readonly birthPlace: string
}

/** The code that these facts give: what is invented for tests and the sandbox has no other source. */
export const makeFiscalCode = (facts: CodeFacts): string => {
  const [year = '', month = '', day = ''] = facts.birthDate.split('-')
  const dayAndSex = String(Number(day) + (facts.sex === 'F' ? 40 : 0)).padStart(2, '0')
  const names = surnameLetters(facts.surname) + givenNameLetters(facts.givenName)
  return withCheck(`${names}${year.slice(2)}${MONTHS[Number(month) - 1]}${dayAndSex}${facts.birthPlace}`)
}

/** A numeric code of eleven digits from the first ten. */
export const makeProvisionalCode = (first10: string): string => first10 + checkDigit(first10)
