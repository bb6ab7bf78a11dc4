// What the machine has checked of a case, shown to the operator beside the data: each right, odd or wrong, in a sentence.
import type { CivilDate } from '../lib/calendar.ts'
import { daysBetween } from '../lib/calendar.ts'
import {
  type FiscalCode,
  type FiscalCodeProblem,
  type FiscalCodeRefusal,
  fiscalCodeWarnings,
  parseFiscalCode,
} from '../register/fiscalCode.ts'
import type { MemberStatus } from '../register/member.ts'
import type { NameDifference } from '../register/personName.ts'
import type { LegibilityWarning } from './documentKinds.ts'
import type { EnrolmentDraft } from './draft.ts'
import type { EnrolmentState } from './machine.ts'
import { fieldDoubt, readDay } from './personalData.ts'

export type Outcome = 'right' | 'warning' | 'wrong'
export type Check = { readonly check: string; readonly outcome: Outcome; readonly text: string }

export type CheckFacts = {
  readonly draft: EnrolmentDraft
  /** As the register has them. */
  readonly member: {
    readonly fiscalCode: string
    readonly surname: string
    readonly givenName: string
    readonly status: MemberStatus
    readonly birthDate?: CivilDate | undefined
  }
  /** How the names typed at the beginning differ from the register's. */
  readonly differences: readonly NameDifference[]
  readonly documents: readonly { readonly kind: string; readonly warnings: readonly string[] }[]
  readonly acceptance?: 'onScreen' | 'signedPdf' | 'paper' | undefined
  readonly referenceEmail?: string | undefined
  readonly referenceConfirmed: boolean
  /** Numbers of other people's cases that have the same document number, reference e-mail, telephone. */
  readonly sameDocument: readonly string[]
  readonly sameEmail: readonly string[]
  readonly samePhone: readonly string[]
  /** Addresses of the person's other living boxes here. */
  readonly otherBoxes: readonly string[]
  readonly earlierCases: readonly { readonly caseNumber: string; readonly state: EnrolmentState }[]
}

/** A document that ends sooner than this is told. */
const SOON_DAYS = 30

const check = (name: string, outcome: Outcome, text: string): Check => ({ check: name, outcome, text })
const italian = (date: CivilDate): string => `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`
const listed = (texts: readonly string[]): string =>
  texts.length > 5 ? `${texts.slice(0, 5).join(', ')} e altre ${texts.length - 5}` : texts.join(', ')

const CODE_PROBLEMS: Readonly<Record<FiscalCodeProblem, string>> = {
  missing: 'Il codice fiscale manca.',
  length: 'Il codice fiscale non ha 16 caratteri.',
  form: 'Il codice fiscale non ha la forma di un codice fiscale.',
  date: 'La data nel codice fiscale non esiste.',
  checkCharacter: 'Il carattere di controllo del codice fiscale è sbagliato.',
  checkDigit: 'La cifra di controllo del codice fiscale provvisorio è sbagliata.',
}

const fiscalCodeCheck = (code: FiscalCode | FiscalCodeRefusal): Check => {
  if (code.kind === 'refused') return check('fiscalCode', 'wrong', CODE_PROBLEMS[code.problem])
  if (code.kind === 'provisional')
    return check('fiscalCode', 'warning', 'Il codice fiscale è provvisorio, di 11 cifre: non dice nome né nascita.')
  const also = code.omocodia ? ' È un codice per omocodia.' : ''
  return check('fiscalCode', 'right', `Il carattere di controllo del codice fiscale è giusto.${also}`)
}

const DIFFERENCES: Readonly<Record<NameDifference, string>> = {
  surnamePart: 'è stata scritta una parte del cognome',
  surnameMore: 'è stato scritto un cognome più lungo',
  surnameOrder: 'i cognomi sono in altro ordine',
  givenNamePart: 'è stato omesso un altro nome',
  givenNameMore: 'è stato scritto un nome in più',
  givenNameOrder: 'i nomi sono in altro ordine',
  inverted: 'nome e cognome erano scambiati',
}

const nameCheck = ({ member, differences }: CheckFacts, code: FiscalCode | FiscalCodeRefusal): Check => {
  const { surname, givenName } = member
  const odd = code.kind === 'refused' ? [] : fiscalCodeWarnings(code, { surname, givenName })
  const problems = [
    ...(odd.includes('surname') ? ['il cognome non corrisponde al codice fiscale'] : []),
    ...(odd.includes('givenName') ? ['il nome non corrisponde al codice fiscale'] : []),
    ...differences.map((difference) => DIFFERENCES[difference]),
  ]
  if (problems.length === 0)
    return check('name', 'right', `Cognome e nome sono quelli dell’albo: ${surname} ${givenName}.`)
  return check(
    'name',
    'warning',
    `All’albo è ${surname} ${givenName}: ${problems.join('; ')}. Confronta con il documento.`,
  )
}

/** The sex is not asked for: what the code says of it is told, to be compared with the document. */
const birthCheck = ({ draft, member }: CheckFacts, code: FiscalCode | FiscalCodeRefusal): Check => {
  const typed = readDay(draft.birthDate)
  if (typed === undefined) return check('birthDate', 'wrong', 'La data di nascita manca o non esiste.')
  const sex =
    code.kind === 'personal' ? (code.sex === 'F' ? ' Il codice è di una donna.' : ' Il codice è di un uomo.') : ''
  if (code.kind === 'personal' && fiscalCodeWarnings(code, { birthDate: typed }).includes('birthDate'))
    return check(
      'birthDate',
      'warning',
      `La data di nascita ${italian(typed)} non è quella del codice fiscale, ${italian(code.birthDate)}.${sex}`,
    )
  if (member.birthDate !== undefined && member.birthDate !== typed)
    return check(
      'birthDate',
      'warning',
      `La data di nascita ${italian(typed)} non è quella dell’albo, ${italian(member.birthDate)}.${sex}`,
    )
  if (code.kind !== 'personal')
    return check('birthDate', 'warning', `La data di nascita ${italian(typed)} va confrontata con il documento.`)
  return check('birthDate', 'right', `La data di nascita ${italian(typed)} è quella del codice fiscale.${sex}`)
}

const REGISTER: Readonly<Record<MemberStatus, readonly [Outcome, string]>> = {
  active: ['right', 'È iscritto all’albo.'],
  suspended: ['warning', 'È iscritto all’albo, ma sospeso: conserva l’obbligo del domicilio digitale.'],
  cancelled: ['wrong', 'È stato cancellato dall’albo.'],
  transferred: ['wrong', 'Si è trasferito a un altro Ordine.'],
  deceased: ['wrong', 'All’albo risulta deceduto.'],
}

const expiryCheck = ({ draft }: CheckFacts, today: CivilDate): Check => {
  const expiry = readDay(draft.documentExpiry)
  if (expiry === undefined) return check('documentExpiry', 'wrong', 'La scadenza del documento manca o non esiste.')
  if (expiry < today) return check('documentExpiry', 'wrong', `Il documento è scaduto il ${italian(expiry)}.`)
  const days = daysBetween(today, expiry)
  if (days <= SOON_DAYS)
    return check('documentExpiry', 'warning', `Il documento scade il ${italian(expiry)}, fra ${days} giorni.`)
  return check('documentExpiry', 'right', `Il documento è valido fino al ${italian(expiry)}.`)
}

const numberCheck = ({ draft, sameDocument }: CheckFacts): Check => {
  if (!draft.documentNumber) return check('documentNumber', 'wrong', 'Il numero del documento manca.')
  if (sameDocument.length > 0)
    return check(
      'documentNumber',
      'wrong',
      `Lo stesso documento compare nella pratica di un’altra persona: ${listed(sameDocument)}.`,
    )
  if (fieldDoubt('documentNumber', draft) !== undefined)
    return check('documentNumber', 'warning', 'Il numero non ha la forma consueta per questo tipo di documento.')
  return check('documentNumber', 'right', 'Il documento non compare in pratiche di altre persone.')
}

const LEGIBILITY: Readonly<Record<LegibilityWarning, string>> = {
  dark: 'è scuro',
  small: 'è piccolo',
  blurred: 'sembra sfocato',
}
const SIDES: Readonly<Record<string, string>> = {
  front: 'il fronte',
  back: 'il retro',
  module: 'il modulo',
  paper: 'il foglio',
}

const sidesCheck = ({ draft, documents }: CheckFacts): Check => {
  const has = (kind: string): boolean => documents.some((one) => one.kind === kind)
  const lacking = [
    ...(has('front') ? [] : ['il fronte']),
    // A passport has its data on one page.
    ...(has('back') || draft.documentType === 'passport' ? [] : ['il retro']),
  ]
  if (lacking.length > 0) return check('documents', 'wrong', `Manca ${lacking.join(' e ')} del documento.`)
  const hard = documents.flatMap(({ kind, warnings }) =>
    warnings.map((warning) => `${SIDES[kind] ?? kind} ${LEGIBILITY[warning as LegibilityWarning] ?? 'è da guardare'}`),
  )
  if (hard.length > 0) return check('documents', 'warning', `Controlla che si legga: ${hard.join(', ')}.`)
  return check('documents', 'right', 'Le immagini del documento ci sono e sembrano leggibili.')
}

const ACCEPTED = { onScreen: 'sullo schermo', signedPdf: 'con il modulo firmato', paper: 'su carta' } as const

const acceptanceCheck = ({ acceptance, documents }: CheckFacts): Check => {
  if (acceptance === undefined) return check('acceptance', 'wrong', 'Le condizioni non sono state accettate.')
  if (acceptance === 'onScreen') return check('acceptance', 'right', `Condizioni accettate ${ACCEPTED.onScreen}.`)
  const there = documents.some(({ kind }) => kind === 'module' || kind === 'paper')
  if (!there) return check('acceptance', 'wrong', `Condizioni accettate ${ACCEPTED[acceptance]}, ma il modulo non c’è.`)
  return check('acceptance', 'warning', `Condizioni accettate ${ACCEPTED[acceptance]}: controlla la firma.`)
}

const emailCheck = ({ referenceEmail, referenceConfirmed, sameEmail }: CheckFacts): Check => {
  if (!referenceEmail || !referenceConfirmed)
    return check('referenceEmail', 'wrong', 'L’e-mail di riferimento non è confermata.')
  if (sameEmail.length > 0)
    return check('referenceEmail', 'warning', `La stessa e-mail è di altre persone: pratiche ${listed(sameEmail)}.`)
  return check('referenceEmail', 'right', 'L’e-mail di riferimento è confermata e non è di altri.')
}

const ENDED: Readonly<Partial<Record<EnrolmentState, string>>> = {
  refused: 'rifiutata',
  withdrawn: 'ritirata',
  lapsed: 'decaduta',
  ended: 'conclusa',
  active: 'attiva',
}

const earlierCheck = ({ earlierCases }: CheckFacts): Check => {
  if (earlierCases.length === 0) return check('earlierCases', 'right', 'Nessuna pratica precedente.')
  const told = earlierCases.map(({ caseNumber, state }) => `${caseNumber} (${ENDED[state] ?? 'in corso'})`)
  const outcome = earlierCases.some(({ state }) => state === 'refused') ? 'warning' : 'right'
  return check('earlierCases', outcome, `Altre pratiche della stessa persona: ${listed(told)}.`)
}

/** All checks of a case, in the order in which the console shows them. */
export const checksOf = (facts: CheckFacts, today: CivilDate): readonly Check[] => {
  const code = parseFiscalCode(facts.member.fiscalCode, Number(today.slice(0, 4)))
  const [registered, says] = REGISTER[facts.member.status]
  const { otherBoxes, samePhone } = facts
  return [
    fiscalCodeCheck(code),
    nameCheck(facts, code),
    birthCheck(facts, code),
    check('register', registered, says),
    expiryCheck(facts, today),
    numberCheck(facts),
    sidesCheck(facts),
    acceptanceCheck(facts),
    emailCheck(facts),
    samePhone.length > 0
      ? check('phone', 'warning', `Lo stesso telefono è di altre persone: pratiche ${listed(samePhone)}.`)
      : check('phone', 'right', 'Il telefono non è di altri.'),
    otherBoxes.length > 0
      ? check('otherBoxes', 'warning', `La persona ha già ${listed(otherBoxes)}.`)
      : check('otherBoxes', 'right', 'La persona non ha altre caselle qui.'),
    earlierCheck(facts),
  ]
}
