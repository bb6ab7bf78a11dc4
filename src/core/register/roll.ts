// An Order's roll: rows of a table become members or errors that say what to mend; and what differs from the register.
import { type CivilDate, civilDate } from '../lib/calendar.ts'
import { parseAddrSpec } from '../mail/address.ts'
import { type FiscalCodeProblem, type FiscalCodeWarning, fiscalCodeWarnings, parseFiscalCode } from './fiscalCode.ts'
import { withoutAccents } from './letters.ts'
import { isOnRegister, type MemberFacts, type MemberStatus, type Section } from './member.ts'
import { nameKey, tidyName } from './personName.ts'
import type { RollField, RollMapping } from './rollColumns.ts'

export type RollErrorCode =
  | `fiscalCode.${FiscalCodeProblem}`
  | 'name.missing'
  | 'section.unknown'
  | 'status.unknown'
  | 'birthDate.form'
  /** From this status of the register nobody comes to the one that the file says. */
  | 'status.impossible'
  | 'tooLong'
  /** The same person stands in an earlier row of the file. */
  | 'duplicate'

export type RollWarningCode =
  | `code.${FiscalCodeWarning}`
  | 'email.form'
  | 'pec.form'
  | 'pec.differs'
  | 'number.duplicate'

/** What is wrong with a cell, and what stands in it. */
export type RollError = { readonly code: RollErrorCode; readonly field: RollField; readonly value: string }
export type RollWarning = { readonly code: RollWarningCode; readonly field: RollField; readonly value: string }

export type RollRow =
  | { readonly kind: 'member'; readonly member: MemberFacts; readonly warnings: readonly RollWarning[] }
  | { readonly kind: 'bad'; readonly errors: readonly RollError[] }
  | { readonly kind: 'blank' }

export type RollDefaults = {
  /** Where the roll says nothing. */
  readonly section: Section
  readonly status: MemberStatus
  /** The present year. */
  readonly referenceYear: number
}

/** Longest value of a cell that is taken. */
const MAX_CELL = 200

const key = (text: string): string => withoutAccents(text).replace(/[^a-z0-9]/g, '')

/** The section that a text names, undefined where none: `Medici`, `M`, `Odontoiatri`, `Doppia iscrizione`, `M/O`. */
export const readSection = (text: string): Section | undefined => {
  const name = key(text)
  if (
    /^(?:b|mo|om|md|entrambi|entrambigliabi|both|doppi.*|medic.*odont.*|odont.*medic.*|physician.*dentist.*)$/.test(
      name,
    )
  )
    return 'both'
  if (/^(?:o|od|odo|odont.*|albodegliodont.*|alboodont.*|dentist.*)$/.test(name)) return 'dentist'
  if (/^(?:m|mc|mch|med|medic.*|albodeimedic.*|albomedic.*|physician.*|chirurg.*)$/.test(name)) return 'physician'
  return undefined
}

/** The status that a text names, undefined where none: `Iscritto`, `Sospesa`, `Cancellato`, `Trasferita`, `Deceduto`. */
export const readStatus = (text: string): MemberStatus | undefined => {
  const name = key(text)
  if (/^(?:a|attiv.|iscritt.|inregola|regolare|effettiv.|ordinari.|active|si)$/.test(name)) return 'active'
  if (/^(?:s|sospes.|sospensione|suspended)/.test(name)) return 'suspended'
  if (/^(?:c|cancellat.|cancellazione|radiat.|cessat.|dimess.|cancelled)/.test(name) && name !== 'condizioni')
    return 'cancelled'
  if (/^(?:t|trasferit.|trasferimento|transferred)/.test(name)) return 'transferred'
  return /^(?:d|decedut.|defunt.|mort.|deceased)$/.test(name) ? 'deceased' : undefined
}

/** Days from 30 December 1899, as spreadsheets count, to 1 January 1970. */
const SPREADSHEET_EPOCH = 25_569

/** A date as rolls write it: `01/02/1980`, `1.2.80` (of the last hundred years), `1980-02-01`, or a spreadsheet's number. */
export const readDate = (text: string, referenceYear: number): CivilDate | undefined => {
  const trimmed = text.trim()
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.Z]*)?$/.exec(trimmed)
  if (iso) return civilDate(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const italian = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: [\d:.]*)?$/.exec(trimmed)
  if (italian) {
    const written = Number(italian[3])
    const year = italian[3]!.length === 4 ? written : referenceYear - ((((referenceYear - written) % 100) + 100) % 100)
    return civilDate(year, Number(italian[2]), Number(italian[1]))
  }
  if (!/^\d{4,5}$/.test(trimmed)) return undefined
  const day = new Date((Number(trimmed) - SPREADSHEET_EPOCH) * 86_400_000)
  return civilDate(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate())
}

/** Titles before a name are not part of it. */
const TITLE =
  /^(?:(?:dott|dr|prof|sig|ing)(?:\.?\s?(?:ssa|r\.?ssa|ra))?\.?|dottore|dottoressa|professor(?:e|essa)?)\s+/iu

/**
 * Surname and given name of one cell: where the cell has a comma it is between them; else the fiscal code's letters
 * say where the surname ends, and failing that it is the first part.
 */
const splitName = (text: string, codeOfSurname: (surname: string) => boolean): readonly [string, string] => {
  const clean = text.trim().replace(/\s+/g, ' ').replace(TITLE, '')
  const comma = clean.indexOf(',')
  if (comma > 0) return [clean.slice(0, comma).trim(), clean.slice(comma + 1).trim()]
  const words = clean.split(' ')
  const cuts = words.slice(1).map((_, i) => i + 1)
  const cut = cuts.find((at) => codeOfSurname(words.slice(0, at).join(' '))) ?? 1
  return [words.slice(0, cut).join(' '), words.slice(cut).join(' ')]
}

/** A row of the table as a member, or what is wrong with it: every error of the row, not the first alone. */
export const readRow = (cells: readonly string[], mapping: RollMapping, defaults: RollDefaults): RollRow => {
  if (cells.every((cell) => cell.trim() === '')) return { kind: 'blank' }
  const errors: RollError[] = []
  const warnings: RollWarning[] = []
  const cell = (field: RollField): string => {
    const column = mapping[field]
    const value = column === undefined ? '' : (cells[column] ?? '').trim()
    if (value.length <= MAX_CELL) return value
    errors.push({ code: 'tooLong', field, value: value.slice(0, MAX_CELL) })
    return ''
  }
  const read = <T>(field: RollField, parse: (text: string) => T | undefined, code: RollErrorCode): T | undefined => {
    const value = cell(field)
    if (value === '') return undefined
    const found = parse(value)
    if (found === undefined) errors.push({ code, field, value })
    return found
  }
  const written = cell('fiscalCode')
  const code = parseFiscalCode(written, defaults.referenceYear)
  if (code.kind === 'refused') errors.push({ code: `fiscalCode.${code.problem}`, field: 'fiscalCode', value: written })
  const [surname, givenName] = names(cell, mapping, (one) =>
    code.kind === 'personal' ? !fiscalCodeWarnings(code, { surname: one }).includes('surname') : false,
  )
  if (nameKey(surname) === '') errors.push({ code: 'name.missing', field: 'surname', value: surname })
  if (nameKey(givenName) === '') errors.push({ code: 'name.missing', field: 'givenName', value: givenName })
  const section = read('section', readSection, 'section.unknown') ?? defaults.section
  const status = read('status', readStatus, 'status.unknown') ?? defaults.status
  const born = read('birthDate', (text) => readDate(text, defaults.referenceYear), 'birthDate.form')
  // An address that is none is left out and told: nobody is lost for it.
  const address = (field: 'email' | 'pec'): string | undefined => {
    const value = cell(field)
    const found = parseAddrSpec(value.replace(/^mailto:/i, ''))?.spec
    if (value !== '' && found === undefined) warnings.push({ code: `${field}.form`, field, value })
    return found
  }
  const email = address('email')
  const pec = address('pec')
  const number = cell('number') || undefined
  if (errors.length > 0 || code.kind === 'refused') return { kind: 'bad', errors }
  for (const warning of fiscalCodeWarnings(code, { surname, givenName, birthDate: born }))
    warnings.push({
      code: `code.${warning}`,
      field: FIELD_OF[warning],
      value: FIELD_VALUE(warning, written, surname, givenName, born),
    })
  const birthDate = born ?? (code.kind === 'personal' ? code.birthDate : undefined)
  const { code: fiscalCode, canonical: canonicalCode } = code
  const member = { fiscalCode, canonicalCode, surname, givenName, number, section, status, birthDate, email, pec }
  return { kind: 'member', member, warnings }
}

const FIELD_OF = {
  provisional: 'fiscalCode',
  surname: 'surname',
  givenName: 'givenName',
  birthDate: 'birthDate',
  sex: 'fiscalCode',
} as const

const FIELD_VALUE = (
  warning: FiscalCodeWarning,
  code: string,
  surname: string,
  givenName: string,
  birthDate: string | undefined,
): string => ({ provisional: code, surname, givenName, birthDate: birthDate ?? '', sex: code })[warning]

const names = (
  cell: (field: RollField) => string,
  mapping: RollMapping,
  codeOfSurname: (surname: string) => boolean,
): readonly [string, string] => {
  const apart = [cell('surname').replace(TITLE, ''), cell('givenName').replace(TITLE, '')] as const
  const whole = mapping.fullName === undefined ? '' : cell('fullName')
  const [surname, givenName] =
    whole !== '' && (apart[0] === '' || apart[1] === '') ? splitName(whole, codeOfSurname) : apart
  return [tidyName(surname), tidyName(givenName)]
}

// --- a roll against the register -------------------------------------------------------------------------------------

/** What the register holds of a member, and under which id. */
export type Known = { readonly id: string | number; readonly facts: MemberFacts }

/**
 * The facts that a roll tells: those its mapping has no column for are left as the register has them. Certified
 * addresses have a life of their own (`domicileStep`).
 */
export type ToldField = 'fiscalCode' | 'surname' | 'givenName' | 'number' | 'section' | 'status' | 'birthDate' | 'email'

export type Change = { readonly field: ToldField; readonly from: string | undefined; readonly to: string | undefined }

/** The fields that a mapping tells of. */
export const toldFields = (mapping: RollMapping): ReadonlySet<ToldField> => {
  const told = new Set<ToldField>(['fiscalCode', 'surname', 'givenName'])
  for (const field of ['number', 'section', 'status', 'birthDate', 'email'] as const)
    if (mapping[field] !== undefined) told.add(field)
  return told
}

/** An empty cell erases nothing: rolls leave out what they do not know. */
const says = (facts: MemberFacts, field: ToldField): boolean => facts[field] !== undefined && facts[field] !== ''

/** What a row changes of what the register holds, field by field; nothing where both agree. */
export const changesOf = (known: MemberFacts, row: MemberFacts, told: ReadonlySet<ToldField>): readonly Change[] =>
  [...told]
    .filter((field) => says(row, field) && row[field] !== known[field])
    .map((field) => ({ field, from: known[field], to: row[field] }))

/** Members on the register whom the roll does not name: told to the Order, never cancelled by a file. */
export const missingFromRoll = <T extends Known>(known: Iterable<T>, seen: ReadonlySet<string>): readonly T[] =>
  [...known].filter((one) => isOnRegister(one.facts.status) && !seen.has(one.facts.canonicalCode))

/** The facts of a member after a row: what the row does not say stays. */
export const mergedFacts = (known: MemberFacts, changes: readonly Change[]): MemberFacts => ({
  ...known,
  ...Object.fromEntries(changes.map(({ field, to }) => [field, to])),
})

/** A domicile that is or was a member's. */
export type KnownDomicile = {
  readonly addressKey: string
  readonly state: 'awaiting' | 'confirmed' | 'failed' | 'ceased'
}

/**
 * What the certified address of a row comes to: `ask` where the member has none and this one was never tried; `differs`
 * where another one is confirmed or being asked, which a file does not displace.
 */
export const domicileStep = (
  status: MemberStatus,
  addressKey: string | undefined,
  known: readonly KnownDomicile[],
): 'ask' | 'differs' | 'nothing' => {
  if (addressKey === undefined || !isOnRegister(status)) return 'nothing'
  if (known.some((one) => one.addressKey === addressKey && one.state !== 'ceased')) return 'nothing'
  return known.some((one) => one.state === 'confirmed' || one.state === 'awaiting') ? 'differs' : 'ask'
}
