// The invented roll: the same each time, valid, with everything in it that makes a roll hard.
import { expect, test } from 'vitest'
import { canonicalFiscalCode, fiscalCodeWarnings, parseFiscalCode } from '../../../src/core/register/fiscalCode.ts'
import { tidyName } from '../../../src/core/register/personName.ts'
import {
  inventMembers,
  READY_TO_ENROL,
  rollCsv,
  STRUCK_OFF,
  sandboxMembers,
  sandboxRoll,
} from '../../../src/shell/sandbox/roll.ts'

const members = sandboxMembers()

test('two hundred, alike each time, no two with one code', () => {
  expect(members).toHaveLength(200)
  expect(sandboxMembers()).toEqual(members)
  expect(new Set(members.map((one) => canonicalFiscalCode(one.fiscalCode))).size).toBe(200)
  expect(new Set(members.map((one) => one.number)).size).toBe(200)
})

test('every code is valid and agrees with its person, as the file writes them', () => {
  for (const one of [...members, ...inventMembers(2000, 7)]) {
    const code = parseFiscalCode(one.fiscalCode, 2026)
    if (code.kind === 'refused') throw new Error(`${one.fiscalCode}: ${code.problem}`)
    const written = { surname: tidyName(one.surname.toUpperCase()), givenName: tidyName(one.givenName.toUpperCase()) }
    expect(fiscalCodeWarnings(code, { ...written, birthDate: one.birthDate })).toEqual([])
    expect(code).toMatchObject({ birthDate: one.birthDate })
    expect(tidyName(one.givenName.toUpperCase())).toBe(one.givenName)
  }
})

test('the hard cases are in it', () => {
  const some = (test: (one: (typeof members)[number]) => boolean): boolean => members.some(test)
  expect(some((one) => canonicalFiscalCode(one.fiscalCode) !== one.fiscalCode)).toBe(true)
  expect(some((one) => one.surname.includes("'"))).toBe(true)
  expect(some((one) => one.surname.includes(' '))).toBe(true)
  expect(some((one) => /[àèéìòù]/i.test(one.surname + one.givenName))).toBe(true)
  expect(members.filter((one) => one.status === 'Cancellato')).toEqual([STRUCK_OFF])
  expect(members.filter((one) => one.pec !== '').map((one) => one.pec)).toEqual(['giulia.neri@pec.beta.example'])
  for (const one of READY_TO_ENROL) expect(one).toMatchObject({ status: 'Iscritto', pec: '' })
})

test('the file', () => {
  const lines = sandboxRoll().split('\r\n')
  expect(lines).toHaveLength(202)
  expect(lines[1]).toBe(
    '0001;DE SANTIS;ELENA;DSNLNE71C54A345L;14/03/1971;Odontoiatri;Iscritto;elena.desantis0001@posta.example;',
  )
  expect(rollCsv([])).toBe(`${lines[0]}\r\n`)
})
