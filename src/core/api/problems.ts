// Every refusal of the API: its status, and what people read, in Italian and English: what happened, what it means,
// what to do. A code without a row does not compile.
import { ACCOUNT_PROBLEMS } from './problemsAccount.ts'
import { ALERT_PROBLEMS } from './problemsAlerts.ts'
import { BOX_PROBLEMS } from './problemsBox.ts'
import { DELEGATION_PROBLEMS } from './problemsDelegation.ts'
import { DOCUMENT_PROBLEMS } from './problemsDocument.ts'
import { GENERAL_PROBLEMS } from './problemsGeneral.ts'
import { HELP_PROBLEMS } from './problemsHelp.ts'
import { OFFICE_PROBLEMS } from './problemsOffice.ts'
import { PORTAL_PROBLEMS } from './problemsPortal.ts'
import { RECOVERY_PROBLEMS } from './problemsRecovery.ts'
import { TICKET_PROBLEMS } from './problemsTickets.ts'

export type { ProblemRow, ProblemText } from './problemRow.ts'

export const PROBLEMS = {
  ...GENERAL_PROBLEMS,
  ...PORTAL_PROBLEMS,
  ...DOCUMENT_PROBLEMS,
  ...OFFICE_PROBLEMS,
  ...ACCOUNT_PROBLEMS,
  ...RECOVERY_PROBLEMS,
  ...TICKET_PROBLEMS,
  ...BOX_PROBLEMS,
  ...DELEGATION_PROBLEMS,
  ...ALERT_PROBLEMS,
  ...HELP_PROBLEMS,
} as const

export type RefusalCode = keyof typeof PROBLEMS

/** What a verb answers where the rules say no: a code, and what the person is to know besides. */
export type Refusal = {
  readonly refusal: RefusalCode
  /** Takes the place of the row's detail, in the caller's language. */
  readonly detail?: { readonly it: string; readonly en: string } | undefined
  /** Problems of fields: name, code, texts. */
  readonly fields?: readonly FieldRefusal[] | undefined
}
export type FieldRefusal = { readonly field: string; readonly code: string; readonly it: string; readonly en: string }

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refusal' in value
