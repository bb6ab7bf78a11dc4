// The rules of what an applicant types, field by field; and drafts that keep it, right or wrong.
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { changedFields, mayChange, mergeDraft, typedText } from '../../../src/core/enrolment/draft.ts'
import {
  CHECKED_FIELDS,
  type CheckedField,
  fieldDoubt,
  fieldProblem,
  readDay,
  readPhone,
} from '../../../src/core/enrolment/personalData.ts'

const TODAY = '2026-03-09'
const code = (field: CheckedField, text: string, more = {}): string | undefined =>
  fieldProblem(field, { [field]: text, ...more }, TODAY)?.code

describe('each field', () => {
  test.each<[CheckedField, string, string | undefined]>([
    ['phone', '0862 123456', undefined],
    ['phone', '+39 347.123.4567', undefined],
    ['phone', '0039 (0862) 12-34-56', undefined],
    ['phone', '+41 44 668 18 00', undefined],
    ['phone', '12345', 'phoneForm'],
    ['phone', 'chiamami', 'phoneForm'],
    ['phone', '+39 123', 'phoneForm'],
    ['phone', '   ', 'empty'],
    ['birthPlace', 'L’Aquila', undefined],
    ['birthPlace', '7', 'placeForm'],
    ['birthDate', '03/04/1970', undefined],
    ['birthDate', '1970-04-03', undefined],
    ['birthDate', '3.4.1970', undefined],
    ['birthDate', '31/02/1970', 'dayForm'],
    ['birthDate', '1970', 'dayForm'],
    ['birthDate', '09/03/2008', undefined],
    ['birthDate', '10/03/2008', 'birthDateTooLate'],
    ['birthDate', '01/01/1900', 'birthDateTooEarly'],
    ['street', 'Via Roma 12', undefined],
    ['street', '12', 'streetForm'],
    ['postcode', '67100', undefined],
    ['postcode', '6710', 'postcodeForm'],
    ['postcode', '00000', 'postcodeForm'],
    ['postcode', '６７１００', 'postcodeForm'],
    ['province', 'aq', undefined],
    ['province', 'SU', undefined],
    ['province', 'XX', 'provinceForm'],
    ['province', 'ee', undefined],
    ['documentNumber', 'ca 12345 aa', undefined],
    ['documentNumber', '12', 'documentNumberForm'],
    ['documentNumber', 'СА12345АА', 'documentNumberForm'], // Cyrillic
    ['documentIssuer', 'Comune di L’Aquila', undefined],
    ['documentExpiry', '09/03/2026', undefined],
    ['documentExpiry', '08/03/2026', 'documentExpired'],
    ['documentExpiry', '01/01/2126', 'documentExpiryTooLate'],
  ])('%s %j: %s', (field, text, expected) => {
    expect(code(field, text)).toBe(expected)
  })

  it('takes the postcodes of other countries where one lives there', () => {
    expect(code('postcode', 'SW1A 1AA', { province: 'EE' })).toBeUndefined()
    expect(code('postcode', 'SW1A 1AA', { province: 'AQ' })).toBe('postcodeForm')
  })

  it('only doubts a number that another country’s document may have', () => {
    const doubt = (documentType: 'identityCard' | 'passport' | 'drivingLicence', documentNumber: string) =>
      fieldDoubt('documentNumber', { documentType, documentNumber })?.code
    for (const [type, number] of [
      ['identityCard', 'CA12345AA'],
      ['identityCard', 'AX 1234567'],
      ['passport', 'YA1234567'],
      ['drivingLicence', 'U1A23B456C'],
      ['drivingLicence', 'AQ1234567B'],
    ] as const)
      expect(doubt(type, number), number).toBeUndefined()
    expect(doubt('passport', 'CA12345AA')).toBe('documentNumberOdd')
  })

  test('no text breaks a rule’s code, and all problems have both languages', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHECKED_FIELDS), fc.string({ unit: 'binary', maxLength: 60 }), (field, text) => {
        const problem = fieldProblem(field, { [field]: text }, TODAY)
        expect(problem === undefined || (problem.it !== '' && problem.en !== '')).toBe(true)
        readDay(text)
        readPhone(text)
      }),
    )
  })
})

describe('a draft', () => {
  it('keeps what is wrong, leaves out what is not said, empties what is emptied', () => {
    const draft = mergeDraft({ phone: '1', town: 'Roma' }, { phone: 'sbagliato', town: '', street: undefined })
    expect(draft).toEqual({ phone: 'sbagliato' })
  })

  it('holds nothing that cannot be seen', () => {
    expect(typedText('Via\u0000 Roma\u202e12\u200b')).toBe('Via  Roma 12 ')
    expect(typedText('Via\ud800')).toBe('Via\ufffd')
  })

  it('changes only where the words do', () => {
    expect(changedFields({ phone: '1 2' }, { phone: '1  2 ', town: 'Roma' })).toEqual(['town'])
  })

  it.each([
    ['draft', true],
    ['awaitingDocument', true],
    ['awaitingReview', false],
    ['approved', false],
    ['active', false],
    ['refused', false],
  ] as const)('in state %s may be changed: %s; its step always', (state, may) => {
    expect(mayChange(state, 'phone')).toBe(may)
    expect(mayChange(state, 'step')).toBe(true)
  })
})
