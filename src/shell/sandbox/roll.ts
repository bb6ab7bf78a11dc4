// The sandbox's roll: members who do not exist, alike at each start, with valid fiscal codes; as the CSV that an Order sends.
import { addDays, type CivilDate } from '../../core/lib/calendar.ts'
import { printCsvRow } from '../../core/register/csv.ts'
import { makeFiscalCode, omocodiaOf, type Sex } from '../../core/register/fiscalCode.ts'
import { nameKey } from '../../core/register/personName.ts'

export type InventedMember = {
  readonly number: string
  readonly surname: string
  readonly givenName: string
  readonly fiscalCode: string
  readonly birthDate: CivilDate
  readonly section: 'Medici' | 'Odontoiatri' | 'Medici e Odontoiatri'
  readonly status: 'Iscritto' | 'Sospeso' | 'Cancellato' | 'Trasferito'
  readonly email: string
  readonly pec: string
}

const SURNAMES = (
  'Rossi|Bianchi|Esposito|Romano|Colombo|Ricci|Marino|Greco|Bruno|Gallo|Conti|De Luca|Mancini|Costa|Giordano|Rizzo|' +
  'Lombardi|Moretti|Barbieri|Fontana|Santoro|Mariani|Rinaldi|Caruso|Ferrara|Galli|Martini|Leone|Longo|Gentile|' +
  "Martinelli|Vitale|Lombardo|Serra|Coppola|De Santis|D'Angelo|Marchetti|Parisi|Villa|Conte|Ferraro|Ferri|Fabbri|" +
  'Bianco|Marini|Grasso|Valentini|Messina|Sala|De Angelis|Gatti|Pellegrini|Palumbo|Sanna|Farina|Rizzi|Monti|' +
  'Cattaneo|Morelli|Amato|Silvestri|Mazza|Testa|Grassi|Pellegrino|Carbone|Giuliani|Benedetti|Barone|Rossetti|Caputo|' +
  'Montanari|Guerra|Palmieri|Bernardi|Martino|Fiore|De Rosa|Ferretti|Bellini|Basile|Riva|Donati|Piras|Vitali|' +
  "Battaglia|Sartori|Neri|Costantini|Milani|Pagano|Ruggiero|Sorrentino|D'Amico|Orlando|Damico|Dell'Acqua|Lo Presti|" +
  'Cantù|Nanì|Rossi-Bianchi|Colonna di Stigliano|Fo'
).split('|')
const WOMEN = (
  'Anna|Maria|Sara|Laura|Giulia|Francesca|Paola|Elena|Chiara|Silvia|Federica|Valentina|Alessandra|Simona|Cristina|' +
  'Maria Grazia|Anna Maria|Daniela|Monica|Barbara|Roberta|Claudia|Lucia|Noemi|Zoë|Maria Concetta'
).split('|')
const MEN = (
  'Marco|Andrea|Giuseppe|Antonio|Luca|Giovanni|Roberto|Stefano|Paolo|Francesco|Alessandro|Matteo|Davide|Fabio|' +
  'Nicolò|Giosuè|Pier Luigi|Gian Marco|Salvatore|Vincenzo|Domenico|Emanuele|Riccardo|Michele|Noè|Tommaso'
).split('|')
/** Cadastral codes of towns that exist, and of two countries. */
const PLACES = ['A345', 'H501', 'F205', 'F839', 'L219', 'G273', 'D612', 'A944', 'A662', 'L736', 'G482', 'Z133', 'Z112']

/** Numbers that look drawn and are the same each time (a linear congruence; constants of Numerical Recipes). */
const draw = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Person = {
  readonly surname: string
  readonly givenName: string
  readonly sex: Sex
  readonly birthDate: CivilDate
  readonly birthPlace: string
}

const EMAIL_DOMAIN = 'posta.example'

const emailOf = ({ surname, givenName }: Person, number: string): string =>
  `${nameKey(givenName)}.${nameKey(surname)}${number}@${EMAIL_DOMAIN}`.replace(/[^a-z0-9.@]/g, '')

const member = (person: Person, number: number, more: Partial<InventedMember> = {}): InventedMember => {
  const digits = String(number).padStart(4, '0')
  return {
    number: digits,
    surname: person.surname,
    givenName: person.givenName,
    fiscalCode: makeFiscalCode(person),
    birthDate: person.birthDate,
    section: 'Medici',
    status: 'Iscritto',
    email: emailOf(person, digits),
    pec: '',
    ...more,
  }
}

/** Invented members of any number, no two with one fiscal code. */
export const inventMembers = (count: number, seed = 1, firstNumber = 1): readonly InventedMember[] => {
  const below = draw(seed)
  const one = (list: readonly string[]): string => list[below(list.length)]!
  const members: InventedMember[] = []
  const codes = new Set<string>()
  while (members.length < count) {
    const sex = below(2) === 0 ? 'F' : 'M'
    const surname = below(12) === 0 ? `${one(SURNAMES)} ${one(SURNAMES)}` : one(SURNAMES)
    const givenName = one(sex === 'F' ? WOMEN : MEN)
    const birthDate = addDays('1948-01-01', below(51 * 365))
    const person: Person = { surname, givenName, sex, birthDate, birthPlace: one(PLACES) }
    const number = firstNumber + members.length
    const kind = below(10)
    const found = member(person, number, {
      section: kind < 6 ? 'Medici' : kind < 9 ? 'Odontoiatri' : 'Medici e Odontoiatri',
      // Some have told the Order no e-mail.
      ...(below(9) === 0 ? { email: '' } : {}),
    })
    if (codes.has(found.fiscalCode)) continue
    codes.add(found.fiscalCode)
    const omocodia = below(25) === 0 ? 1 + below(127) : 0
    members.push({ ...found, fiscalCode: omocodiaOf(found.fiscalCode)[omocodia]! })
  }
  return members
}

const person = (surname: string, givenName: string, sex: Sex, birthDate: CivilDate, birthPlace = 'A345'): Person => ({
  surname,
  givenName,
  sex,
  birthDate,
  birthPlace,
})

/** Two who may enrol at once: a plain name, and one with all that makes a name hard. */
export const READY_TO_ENROL: readonly InventedMember[] = [
  member(person('De Santis', 'Elena', 'F', '1971-03-14'), 1, { section: 'Odontoiatri' }),
  member(person("D'Angelo Colonna", 'Nicolò', 'M', '1964-11-02'), 2, {
    fiscalCode: omocodiaOf(makeFiscalCode(person("D'Angelo Colonna", 'Nicolò', 'M', '1964-11-02')))[1]!,
  }),
]
/** Not on the register any more: the portal says so. */
export const STRUCK_OFF: InventedMember = member(person('Barbieri', 'Ettore', 'M', '1959-07-21', 'F205'), 3, {
  status: 'Cancellato',
})
export const SUSPENDED: InventedMember = member(person('Greco', 'Ada', 'F', '1980-05-30', 'F839'), 4, {
  status: 'Sospeso',
})
/** Has a certified box with another provider; a certified message asks it. */
export const BOX_ELSEWHERE: InventedMember = member(person('Neri', 'Giulia', 'F', '1985-09-09', 'D612'), 5, {
  pec: 'giulia.neri@pec.beta.example',
})

const SANDBOX_MEMBERS = 200

/** The members of the Ordine dei Medici di Prova. */
export const sandboxMembers = (): readonly InventedMember[] => {
  const known = [...READY_TO_ENROL, STRUCK_OFF, SUSPENDED, BOX_ELSEWHERE]
  return [...known, ...inventMembers(SANDBOX_MEMBERS - known.length, 2026, known.length + 1)]
}

const HEADINGS = [
  'N. iscrizione',
  'Cognome',
  'Nome',
  'Codice fiscale',
  'Data di nascita',
  'Albo',
  'Stato',
  'E-mail',
  'PEC',
]

/** Members as the file that an Order uploads. */
export const rollCsv = (members: readonly InventedMember[]): string =>
  [
    HEADINGS,
    ...members.map((one) => [
      one.number,
      one.surname.toUpperCase(),
      one.givenName.toUpperCase(),
      one.fiscalCode,
      one.birthDate.split('-').reverse().join('/'),
      one.section,
      one.status,
      one.email,
      one.pec,
    ]),
  ]
    .map((row) => printCsvRow(row))
    .join('')

/** The roll of the sandbox as a file. */
export const sandboxRoll = (): string => rollCsv(sandboxMembers())
