// What a case lacks, what looks odd in it, where it stands, and what a second beginning leads to.
import { describe, expect, it, test } from 'vitest'
import type { EnrolmentState } from '../../../src/core/enrolment/machine.ts'
import { type CaseFacts, doubts, missing, missingForModule } from '../../../src/core/enrolment/requirements.ts'
import { type LivingCase, restartOf, UNREAD_LINK_MS } from '../../../src/core/enrolment/restart.ts'
import { expectedBy, trackerOf } from '../../../src/core/enrolment/tracker.ts'
import { makeFiscalCode } from '../../../src/core/register/fiscalCode.ts'

const TODAY = '2026-03-09'
const COMPLETE: CaseFacts = {
  draft: {
    address: 'mario.rossi',
    phone: '0862 123456',
    birthPlace: 'L’Aquila',
    birthDate: '03/04/1970',
    street: 'Via Roma 12',
    postcode: '67100',
    town: 'L’Aquila',
    province: 'AQ',
    referenceEmail: 'Mario@posta.example',
    documentType: 'identityCard',
    documentNumber: 'CA12345AA',
    documentIssuer: 'Comune di L’Aquila',
    documentExpiry: '31/12/2030',
  },
  address: 'mario.rossi@pec.prova.example',
  passwordSet: true,
  passwordCleared: false,
  referenceEmail: 'mario@posta.example',
  referenceConfirmed: true,
  documents: ['front', 'back'],
  acceptance: 'onScreen',
  acceptanceVoid: false,
}
const lacks = (change: Partial<CaseFacts>): readonly string[] =>
  missing({ ...COMPLETE, ...change }, TODAY).flatMap(({ step, fields }) =>
    fields.map(({ field, code }) => `${step} ${field} ${code}`),
  )

describe('what is missing', () => {
  it('is nothing in a complete case', () => expect(lacks({})).toEqual([]))

  test.each<[Partial<CaseFacts>, string]>([
    [{ address: undefined }, 'address address addressNotReserved'],
    [{ address: undefined, draft: { ...COMPLETE.draft, address: undefined } }, 'address address addressMissing'],
    [{ draft: { ...COMPLETE.draft, address: 'segreteria' } }, 'address address addressNotReserved'],
    [{ passwordSet: false }, 'person password passwordMissing'],
    [{ passwordSet: false, passwordCleared: true }, 'person password passwordAddressChanged'],
    [{ referenceConfirmed: false }, 'email referenceConfirmed emailNotConfirmed'],
    [{ draft: { ...COMPLETE.draft, referenceEmail: 'altra@posta.example' } }, 'email referenceEmail emailChanged'],
    [{ documents: ['back'] }, 'document front frontMissing'],
    [{ documents: ['front'] }, 'document back backMissing'],
    [{ acceptance: undefined }, 'module acceptance acceptanceMissing'],
    [{ acceptance: undefined, acceptanceVoid: true }, 'module acceptance acceptanceChanged'],
  ])('%j: %s', (change, expected) => {
    expect(lacks(change)).toEqual([expected])
  })

  it('asks a passport for one side', () => {
    expect(lacks({ documents: ['front'], draft: { ...COMPLETE.draft, documentType: 'passport' } })).toEqual([])
  })

  it('lets the module be read before the photos are there, and not before the data are', () => {
    expect(missingForModule({ ...COMPLETE, documents: [], acceptance: undefined }, TODAY)).toEqual([])
    const noTown = { ...COMPLETE, draft: { ...COMPLETE.draft, town: '' } }
    expect(missingForModule(noTown, TODAY).map(({ step }) => step)).toEqual(['person'])
  })
})

describe('what looks odd', () => {
  const person = {
    surname: 'Rossi',
    givenName: 'Mario',
    fiscalCode: makeFiscalCode({
      surname: 'Rossi',
      givenName: 'Mario',
      birthDate: '1970-04-03',
      sex: 'M',
      birthPlace: 'A345',
    }),
  }
  it('is nothing where all agrees', () => expect(doubts(person, COMPLETE.draft, TODAY)).toEqual([]))
  it('is told and does not stop', () => {
    const draft = { ...COMPLETE.draft, birthDate: '04/04/1970', documentNumber: 'X123456' }
    const found = doubts({ ...person, differences: ['inverted'] }, draft, TODAY)
    expect(found.map(({ code }) => code)).toEqual(['name.inverted', 'fiscalCode.birthDate', 'documentNumberOdd'])
    expect(missing({ ...COMPLETE, draft }, TODAY)).toEqual([])
  })
})

describe('the tracker', () => {
  test.each<[EnrolmentState, string]>([
    ['draft', 'current todo todo'],
    ['awaitingReview', 'done current todo'],
    ['awaitingDocument', 'current todo todo'],
    ['approved', 'done done current'],
    ['active', 'done done done'],
    ['refused', 'done failed todo'],
    ['withdrawn', 'failed todo todo'],
    ['lapsed', 'failed todo todo'],
  ])('%s: %s', (state, expected) => {
    expect(
      trackerOf({ state })
        .map((step) => step.state)
        .join(' '),
    ).toBe(expected)
  })

  it('counts working days, with the Order’s own holidays', () => {
    const friday = Date.UTC(2026, 3, 24, 8) // then Saturday the 25th, a holiday anyway
    const due = (local: string[]) => expectedBy({ state: 'awaitingReview', submittedAt: friday }, 2, local)
    expect(due([])).toBe(Date.UTC(2026, 3, 28, 8))
    expect(due(['04-28'])).toBe(Date.UTC(2026, 3, 29, 8))
    expect(expectedBy({ state: 'active', submittedAt: friday }, 2, [])).toBeUndefined()
  })
})

describe('a second beginning', () => {
  const NOW = 1_000_000_000
  const one = (change: Partial<LivingCase>): string =>
    restartOf({ state: 'draft', createdBy: 'applicant', emailConfirmed: false, linkUsed: false, ...change }, NOW)

  test.each<[string, Partial<LivingCase>]>([
    ['replace', {}],
    ['sendLink', { email: 'a@b.it' }],
    ['sendLink', { email: 'a@b.it', linkSentAt: NOW - UNREAD_LINK_MS + 1 }],
    ['replace', { email: 'a@b.it', linkSentAt: NOW - UNREAD_LINK_MS }],
    ['sendLink', { email: 'a@b.it', linkSentAt: NOW - UNREAD_LINK_MS, linkUsed: true }],
    ['sendLink', { email: 'a@b.it', linkSentAt: 0, emailConfirmed: true }],
    ['sendLink', { email: 'a@b.it', state: 'awaitingReview', submittedAt: 1, emailConfirmed: true }],
    ['sendLink', { email: 'a@b.it', state: 'awaitingDocument', submittedAt: 1, linkSentAt: 0 }],
    ['box', { email: 'a@b.it', state: 'active', submittedAt: 1, emailConfirmed: true }],
    ['desk', { createdBy: 'secretariat' }],
    ['sendLink', { createdBy: 'secretariat', email: 'a@b.it', linkSentAt: 0 }],
  ])('%s: %j', (expected, change) => {
    expect(one(change)).toBe(expected)
  })
})
