// Problems of single fields of what an operator sends, told together under one refusal.
import type { FieldRefusal, Refusal, RefusalCode } from '../../core/api/problems.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { checkDigit } from '../../core/register/fiscalCode.ts'

/** A row of checks: field, whether it is well, and what is said where it is not. */
export type FieldCheck = readonly [field: string, well: boolean, code: string, it: string, en: string]

/** The refusal that tells every field that is not well; undefined where all are. */
export const refuseFields = (refusal: RefusalCode, checks: readonly FieldCheck[]): Refusal | undefined => {
  const fields: readonly FieldRefusal[] = checks
    .filter(([, well]) => !well)
    .map(([field, , code, it, en]) => ({ field, code, it, en }))
  return fields.length > 0 ? { refusal, fields } : undefined
}

/** Whether a text is the code of eleven digits of a body or a firm. DM 23/12/1976 art. 8 */
export const isBodyCode = (code: string): boolean => /^\d{11}$/.test(code) && checkDigit(code) === code[10]

export const isEmail = (text: string): boolean => parseAddrSpec(text.trim()) !== undefined
