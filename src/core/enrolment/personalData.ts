// The rules of what the applicant types: each field alone, alike in the browser and on the server.
import { type CivilDate, civilDate } from '../lib/calendar.ts'
import { type DocumentType, type EnrolmentDraft, tidyText } from './draft.ts'
import { type FieldCode, textOf, type Words } from './fieldTexts.ts'
import { ABROAD, isProvince } from './provinces.ts'

/** A problem of a field, with what people read. */
export type FieldProblem = { readonly field: string; readonly code: FieldCode } & Words

export const problem = (field: string, code: FieldCode): FieldProblem => ({ field, code, ...textOf(code) })

/** A day as people type it: `31/12/2030`, `31-12-2030`, `31.12.2030` or `2030-12-31`. */
export const readDay = (typed: string | undefined): CivilDate | undefined => {
  const text = tidyText(typed)
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (iso) return civilDate(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const italian = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(text)
  return italian ? civilDate(Number(italian[3]), Number(italian[2]), Number(italian[1])) : undefined
}

/** A telephone number without what people put between its digits; undefined where it is none. */
export const readPhone = (typed: string | undefined): string | undefined => {
  const bare = tidyText(typed)
    .replace(/[\s./()-]/g, '')
    .replace(/^00/, '+')
  // E.164: fifteen digits at most; Italian numbers have six to eleven.
  if (/^\+39\d{6,11}$/.test(bare) || /^\d{6,11}$/.test(bare)) return bare
  return /^\+(?!39)[1-9]\d{6,14}$/.test(bare) ? bare : undefined
}

/** A number of a document as it is compared: capitals, nothing between. */
export const readDocumentNumber = (typed: string | undefined): string =>
  tidyText(typed)
    .replace(/[\s./-]/g, '')
    .toUpperCase()

/** Numbers of Italian documents; a foreign one looks otherwise, so what differs is told and does not stop. */
const NUMBER_FORMS: Readonly<Record<DocumentType, RegExp>> = {
  // electronic (CA12345AA), of its trials (1234567AA), on paper (AA1234567)
  identityCard: /^(?:[A-Z]{2}\d{5}[A-Z]{2}|\d{7}[A-Z]{2}|[A-Z]{2}\d{7})$/,
  passport: /^(?:[A-Z]{2}\d{7}|[A-Z]\d{6})$/,
  drivingLicence: /^(?:[A-Z]{2}\d{7}[A-Z]|U1[A-Z0-9]{7}[A-Z])$/,
}

const isText = (text: string, min: number): boolean => text.length >= min && /\p{L}/u.test(text)

type Check = (text: string, draft: EnrolmentDraft, today: CivilDate) => FieldCode | undefined

const OLDEST_YEARS = 120
const OF_AGE_YEARS = 18
const yearsBefore = (today: CivilDate, years: number): CivilDate =>
  `${String(Number(today.slice(0, 4)) - years).padStart(4, '0')}${today.slice(4)}`

const isAbroad = (draft: EnrolmentDraft): boolean => tidyText(draft.province).toUpperCase() === ABROAD

/** What is wrong with each field; empty ones are judged by `missing` alone. */
const CHECKS = {
  phone: (text) => (readPhone(text) === undefined ? 'phoneForm' : undefined),
  birthPlace: (text) => (isText(text, 2) ? undefined : 'placeForm'),
  birthDate: (text, _, today) => {
    const day = readDay(text)
    if (day === undefined) return 'dayForm'
    if (day > yearsBefore(today, OF_AGE_YEARS)) return 'birthDateTooLate'
    return day < yearsBefore(today, OLDEST_YEARS) ? 'birthDateTooEarly' : undefined
  },
  street: (text) => (isText(text, 3) ? undefined : 'streetForm'),
  postcode: (text, draft) => {
    if (isAbroad(draft)) return /^[\p{L}\p{N} -]{2,10}$/u.test(text) ? undefined : 'postcodeForm'
    return /^\d{5}$/.test(text) && text !== '00000' ? undefined : 'postcodeForm'
  },
  town: (text) => (isText(text, 2) ? undefined : 'placeForm'),
  province: (text) => (isProvince(text.toUpperCase()) ? undefined : 'provinceForm'),
  documentType: () => undefined,
  documentNumber: (text) => (/^[A-Z0-9]{5,20}$/.test(readDocumentNumber(text)) ? undefined : 'documentNumberForm'),
  documentIssuer: (text) => (isText(text, 3) ? undefined : 'issuerForm'),
  documentExpiry: (text, _, today) => {
    const day = readDay(text)
    if (day === undefined) return 'dayForm'
    if (day < today) return 'documentExpired'
    return day > yearsBefore(today, -20) ? 'documentExpiryTooLate' : undefined
  },
} as const satisfies Partial<Record<keyof EnrolmentDraft, Check>>

export type CheckedField = keyof typeof CHECKS
export const CHECKED_FIELDS = Object.keys(CHECKS) as readonly CheckedField[]

/** What is wrong with one field as it stands, or undefined; an empty one is `empty`. */
export const fieldProblem = (
  field: CheckedField,
  draft: EnrolmentDraft,
  today: CivilDate,
): FieldProblem | undefined => {
  const text = tidyText(draft[field])
  const check: Check = CHECKS[field]
  const code = text === '' ? 'empty' : check(text, draft, today)
  return code === undefined ? undefined : problem(field, code)
}

/** What looks odd in a field and stops nobody: the operator sees it too. */
export const fieldDoubt = (field: CheckedField, draft: EnrolmentDraft): FieldProblem | undefined => {
  if (field !== 'documentNumber' || draft.documentType === undefined) return undefined
  const number = readDocumentNumber(draft.documentNumber)
  const form = NUMBER_FORMS[draft.documentType]
  return number === '' || form.test(number) ? undefined : problem(field, 'documentNumberOdd')
}
