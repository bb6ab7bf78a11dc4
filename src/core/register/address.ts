// The name of a certified box: what is proposed to a person, and what may be chosen before the @.
import { asciiForms, withoutAccents } from './letters.ts'
import { OFFENSIVE_ALONE, OFFENSIVE_ANYWHERE, RESERVED_WORDS } from './refusedWords.ts'

export type AddressPerson = {
  readonly surname: string
  readonly givenName: string
  readonly section?: 'physician' | 'dentist' | 'both' | undefined
}

export type LocalPartProblem =
  | 'missing'
  | 'tooShort'
  | 'tooLong'
  /** Something other than letters without accents, digits, dot, hyphen and underscore. */
  | 'characters'
  /** A separator at an end, or two in a row (RFC 5321 §4.1.2 Dot-string; narrower, so that it can be dictated). */
  | 'separators'
  | 'noLetter'
  | 'reserved'
  | 'offensive'

const MIN_LOCAL = 3
/** RFC 5321 §4.5.3.1.1 */
const MAX_LOCAL = 64
/** RFC 5321 §4.5.3.1.3, less the angle brackets. */
const MAX_ADDRESS = 254
/** What is proposed is to be dictated on a telephone. */
const MAX_PROPOSED = 40

/** A local part as it is kept: lower case, blanks around it gone. What is between is the person's to see refused. */
export const tidyLocalPart = (text: string): string => text.trim().normalize('NFC').toLowerCase()

const ascii = (text: string): string => asciiForms(text)[0]!.replace(/[^a-z]/g, '')

/** The words of a name, each as an address may hold it. */
const wordsIn = (name: string): readonly string[] =>
  withoutAccents(name)
    .replace(/['’`´]/g, '')
    .split(/[^\p{L}]+/u)
    .map((word) => word.replace(/[^a-z]/g, ''))
    .filter(Boolean)

const isReserved = (local: string): boolean => {
  const bare = (text: string): string => text.replace(/[0-9]+$/, '')
  const tokens = local.split(/[._-]/).map(bare).filter(Boolean)
  return RESERVED_WORDS.has(bare(local.replace(/[._-]/g, ''))) || tokens.every((token) => RESERVED_WORDS.has(token))
}

/** A surname may be a word that offends: it is nobody's fault, and is not held against its bearer. */
const isOffensive = (local: string, own: ReadonlySet<string>): boolean => {
  const tokens = local.split(/[._-]/).map((token) => token.replace(/[0-9]+$/, ''))
  const strange = tokens.filter((token) => token !== '' && !own.has(token))
  const joined = strange.join('')
  return (
    OFFENSIVE_ANYWHERE.some((word) => joined.includes(word)) ||
    strange.some((token) => OFFENSIVE_ALONE.has(token)) ||
    OFFENSIVE_ALONE.has(joined)
  )
}

const ownWords = (person: AddressPerson | undefined): ReadonlySet<string> => {
  if (person === undefined) return new Set()
  const { surname, givenName } = person
  return new Set([ascii(surname), ascii(givenName), ...wordsIn(surname), ...wordsIn(givenName)])
}

/**
 * Why a local part may not be chosen, or undefined where it may. The person whose box it is to be, where known: their
 * own name offends nobody.
 */
export const localPartProblem = (
  local: string,
  domain = '',
  person?: AddressPerson | undefined,
): LocalPartProblem | undefined => {
  if (local === '') return 'missing'
  if (/[^a-z0-9._-]/.test(local)) return 'characters'
  if (/^[._-]|[._-]$|[._-]{2}/.test(local)) return 'separators'
  if (local.length < MIN_LOCAL) return 'tooShort'
  if (local.length > MAX_LOCAL || local.length + 1 + domain.length > MAX_ADDRESS) return 'tooLong'
  if (!/[a-z]/.test(local)) return 'noLetter'
  if (isReserved(local)) return 'reserved'
  return isOffensive(local, ownWords(person)) ? 'offensive' : undefined
}

/** The forms of a person's name, best first: whole, then shorter, then those that solve a collision. */
const candidates = (person: AddressPerson): readonly string[] => {
  const given = wordsIn(person.givenName)
  const surnames = wordsIn(person.surname)
  const name = ascii(person.givenName)
  const surname = ascii(person.surname)
  const first = given[0] ?? name
  const middle = given[1]?.[0]
  // `De Luca Rossi` begins with `deluca`: a particle alone is no surname.
  const firstSurname = surnames.find((word) => word.length > 3) === undefined ? surname : leading(surnames)
  const profession = person.section === 'dentist' ? 'odontoiatra' : person.section === undefined ? undefined : 'medico'
  return [
    `${name}.${surname}`,
    `${first}.${surname}`,
    `${first}.${firstSurname}`,
    ...(middle === undefined ? [] : [`${first}.${middle}.${surname}`, `${first}.${middle}.${firstSurname}`]),
    `${surname}.${name}`,
    `${surname}.${first}`,
    `${first[0] ?? ''}.${surname}`,
    ...(profession === undefined
      ? []
      : [`${first}.${surname}.${profession}`, `${first}.${firstSurname}.${profession}`]),
    `${first}-${surname}`,
  ]
}

/** The words up to the first that can stand alone. */
const leading = (words: readonly string[]): string => {
  const end = words.findIndex((word) => word.length > 3)
  return words.slice(0, end + 1).join('')
}

const MOST_NUMBERS = 200

/**
 * Local parts for a person, best first: `name.surname`, then forms with a middle initial, the surname first, the
 * profession, and numbers. `isTaken` says which are somebody's already, or ever were. Fewer than `count` only where no
 * letter of the name can be written in an address.
 */
export const proposeLocalParts = (
  person: AddressPerson,
  domain: string,
  isTaken: (local: string) => boolean,
  count = 4,
): readonly string[] => {
  const proposals: string[] = []
  const offer = (local: string): void => {
    if (proposals.length >= count || proposals.includes(local) || local.length > MAX_PROPOSED) return
    if (localPartProblem(local, domain, person) === undefined && !isTaken(local)) proposals.push(local)
  }
  const forms = candidates(person)
  for (const local of forms) offer(local)
  const base = forms.find(
    (local) => local.length + 4 <= MAX_PROPOSED && localPartProblem(local, domain, person) === undefined,
  )
  for (let n = 2; base !== undefined && n < MOST_NUMBERS && proposals.length < count; n++) offer(`${base}${n}`)
  return proposals
}

/** Every local part that `proposeLocalParts` may ask about: for a store that looks them all up at once. */
export const localPartCandidates = (person: AddressPerson, domain: string): readonly string[] => {
  const asked = new Set<string>()
  proposeLocalParts(person, domain, (local) => asked.add(local).size > 0, 1)
  return [...asked]
}

export const LOCAL_PART_TEXT: Readonly<Record<LocalPartProblem, { readonly it: string; readonly en: string }>> = {
  missing: {
    it: 'Manca il nome della casella: scrivilo o scegli uno di quelli proposti.',
    en: 'The name of the box is missing: write it or choose one of those proposed.',
  },
  tooShort: {
    it: 'Il nome della casella è troppo corto: servono almeno 3 caratteri.',
    en: 'The name of the box is too short: it takes at least 3 characters.',
  },
  tooLong: {
    it: 'Il nome della casella è troppo lungo: prova una forma più breve del tuo nome.',
    en: 'The name of the box is too long: try a shorter form of your name.',
  },
  characters: {
    it: 'Nel nome della casella vanno solo lettere senza accento, cifre, punto, trattino e trattino basso.',
    en: 'The name of the box takes only letters without accents, digits, dot, hyphen and underscore.',
  },
  separators: {
    it: 'Punto e trattini non possono stare all’inizio, alla fine o in coppia: togli quelli in più.',
    en: 'Dots and hyphens may not stand at the beginning, at the end or in pairs: take the odd ones away.',
  },
  noLetter: {
    it: 'Il nome della casella deve contenere almeno una lettera: aggiungi il tuo nome o cognome.',
    en: 'The name of the box must hold at least one letter: add your name or surname.',
  },
  reserved: {
    it: 'Questo nome è riservato a un ufficio o a un servizio: scegline uno con il tuo nome e cognome.',
    en: 'This name is kept for an office or a service: choose one with your name and surname.',
  },
  offensive: {
    it: 'Questo nome contiene una parola che non può stare in un indirizzo professionale: scegline un altro.',
    en: 'This name holds a word that has no place in a professional address: choose another.',
  },
}
