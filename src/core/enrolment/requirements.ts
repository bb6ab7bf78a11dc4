// What is missing before a case may be sent, step by step: the same rules show it in the browser and stop it here.
import type { CivilDate } from '../lib/calendar.ts'
import { addressKey } from '../mail/address.ts'
import { tidyLocalPart } from '../register/address.ts'
import { fiscalCodeWarnings, parseFiscalCode } from '../register/fiscalCode.ts'
import type { NameDifference } from '../register/personName.ts'
import { type EnrolmentDraft, tidyText } from './draft.ts'
import type { Words } from './fieldTexts.ts'
import {
  CHECKED_FIELDS,
  type CheckedField,
  type FieldProblem,
  fieldDoubt,
  fieldProblem,
  problem,
  readDay,
} from './personalData.ts'
import { ENROLMENT_STEPS, type EnrolmentStep, FIELDS_OF_STEP } from './steps.ts'

/** What is known of a case, beside what was typed. */
export type CaseFacts = {
  readonly draft: EnrolmentDraft
  /** The whole address that is reserved. */
  readonly address?: string | undefined
  readonly passwordSet: boolean
  /** There was a password, and another address was chosen since. */
  readonly passwordCleared: boolean
  /** The address to which codes were sent. */
  readonly referenceEmail?: string | undefined
  readonly referenceConfirmed: boolean
  /** Kinds of documents that are there. */
  readonly documents: readonly string[]
  readonly acceptance?: 'onScreen' | 'signedPdf' | 'paper' | undefined
  /** It was accepted, and data changed since. */
  readonly acceptanceVoid: boolean
}

export type StepProblems = { readonly step: EnrolmentStep; readonly fields: readonly FieldProblem[] }

const address = ({ draft, address: reserved }: CaseFacts): readonly FieldProblem[] => {
  if (reserved === undefined) return [problem('address', draft.address ? 'addressNotReserved' : 'addressMissing')]
  const typed = tidyLocalPart(draft.address ?? '')
  return typed !== '' && !reserved.startsWith(`${typed}@`) ? [problem('address', 'addressNotReserved')] : []
}

const password = ({ passwordSet, passwordCleared }: CaseFacts): readonly FieldProblem[] =>
  passwordSet ? [] : [problem('password', passwordCleared ? 'passwordAddressChanged' : 'passwordMissing')]

const email = ({ draft, referenceEmail, referenceConfirmed }: CaseFacts): readonly FieldProblem[] => {
  const typed = tidyText(draft.referenceEmail)
  if (referenceEmail === undefined)
    return [
      typed === '' ? problem('referenceEmail', 'emailMissing') : problem('referenceConfirmed', 'emailNotConfirmed'),
    ]
  if (typed !== '' && addressKey(typed) !== addressKey(referenceEmail))
    return [problem('referenceEmail', 'emailChanged')]
  return referenceConfirmed ? [] : [problem('referenceConfirmed', 'emailNotConfirmed')]
}

/** A passport has its data on one page: its back is not asked for. */
const sides = ({ documents, draft }: CaseFacts): readonly FieldProblem[] => [
  ...(documents.includes('front') ? [] : [problem('front', 'frontMissing')]),
  ...(documents.includes('back') || draft.documentType === 'passport' ? [] : [problem('back', 'backMissing')]),
]

const acceptance = ({ acceptance: how, acceptanceVoid }: CaseFacts): readonly FieldProblem[] =>
  how !== undefined ? [] : [problem('acceptance', acceptanceVoid ? 'acceptanceChanged' : 'acceptanceMissing')]

const typedOf = (step: EnrolmentStep, { draft }: CaseFacts, today: CivilDate): readonly FieldProblem[] =>
  CHECKED_FIELDS.filter((field: CheckedField) => FIELDS_OF_STEP[step].includes(field))
    .map((field) => fieldProblem(field, draft, today))
    .filter((one) => one !== undefined)

const BESIDES: Readonly<Record<EnrolmentStep, (facts: CaseFacts) => readonly FieldProblem[]>> = {
  address,
  person: password,
  email,
  document: sides,
  module: acceptance,
}

/** What is missing, by step, in the order of the steps; steps that are complete are left out. */
export const missing = (facts: CaseFacts, today: CivilDate): readonly StepProblems[] =>
  ENROLMENT_STEPS.map((step) => ({
    step,
    fields: [...typedOf(step, facts, today), ...BESIDES[step](facts)],
  })).filter(({ fields }) => fields.length > 0)

/** What is missing before the module can be read: all but what the module itself is for. */
export const missingForModule = (facts: CaseFacts, today: CivilDate): readonly StepProblems[] =>
  missing(facts, today)
    .filter(({ step }) => step !== 'module' && step !== 'document')
    .concat(
      missing(facts, today)
        .filter(({ step }) => step === 'document')
        .map(({ step, fields }) => ({
          step,
          fields: fields.filter(({ field }) => field !== 'front' && field !== 'back'),
        }))
        .filter(({ fields }) => fields.length > 0),
    )

// --- what looks odd and stops nobody ---------------------------------------------------------------------------------

const NAME_WORDS: Readonly<Record<NameDifference, Words>> = {
  surnamePart: { it: 'Sull’albo il cognome è più lungo.', en: 'On the roll the surname is longer.' },
  surnameMore: { it: 'Sull’albo il cognome è più breve.', en: 'On the roll the surname is shorter.' },
  surnameOrder: {
    it: 'Sull’albo i cognomi sono in altro ordine.',
    en: 'On the roll the surnames are in another order.',
  },
  givenNamePart: { it: 'Sull’albo c’è anche un altro nome.', en: 'On the roll there is another given name too.' },
  givenNameMore: { it: 'Sull’albo il nome è più breve.', en: 'On the roll the given name is shorter.' },
  givenNameOrder: {
    it: 'Sull’albo i nomi sono in altro ordine.',
    en: 'On the roll the given names are in another order.',
  },
  inverted: { it: 'Nome e cognome erano scambiati.', en: 'Name and surname were in each other’s place.' },
}

const CODE_WORDS = {
  provisional: {
    it: 'Il codice fiscale è provvisorio: quando avrai quello definitivo comunicalo alla segreteria.',
    en: 'The fiscal code is provisional: tell the secretariat when you have the final one.',
  },
  surname: {
    it: 'Il cognome non corrisponde al codice fiscale.',
    en: 'The surname does not agree with the fiscal code.',
  },
  givenName: {
    it: 'Il nome non corrisponde al codice fiscale.',
    en: 'The given name does not agree with the fiscal code.',
  },
  birthDate: {
    it: 'La data di nascita non corrisponde al codice fiscale: controllala.',
    en: 'The date of birth does not agree with the fiscal code: check it.',
  },
  sex: { it: 'Il sesso non corrisponde al codice fiscale.', en: 'The sex does not agree with the fiscal code.' },
} as const satisfies Record<string, Words>

export type PersonFacts = {
  readonly fiscalCode: string
  readonly surname: string
  readonly givenName: string
  /** How the names that were typed differ from the register's. */
  readonly differences?: readonly NameDifference[] | undefined
}

/** What does not agree, and does not stop: told to the applicant and to the operator alike. */
export const doubts = (
  person: PersonFacts,
  draft: EnrolmentDraft,
  today: CivilDate,
): readonly ({ readonly code: string } & Words)[] => {
  const code = parseFiscalCode(person.fiscalCode, Number(today.slice(0, 4)))
  const { surname, givenName } = person
  const ofCode =
    code.kind === 'refused' ? [] : fiscalCodeWarnings(code, { surname, givenName, birthDate: readDay(draft.birthDate) })
  const ofFields = CHECKED_FIELDS.map((field) => fieldDoubt(field, draft)).filter((one) => one !== undefined)
  return [
    ...(person.differences ?? []).map((difference) => ({ code: `name.${difference}`, ...NAME_WORDS[difference] })),
    ...ofCode.map((warning) => ({ code: `fiscalCode.${warning}`, ...CODE_WORDS[warning] })),
    ...ofFields.map(({ code: fieldCode, it, en }) => ({ code: fieldCode, it, en })),
  ]
}
