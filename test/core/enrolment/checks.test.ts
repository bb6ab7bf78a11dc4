// Tables of the checks that an operator sees beside a case.
import { describe, expect, test } from 'vitest'
import { type CheckFacts, checksOf } from '../../../src/core/enrolment/checks.ts'
import { makeFiscalCode, makeProvisionalCode, omocodiaOf } from '../../../src/core/register/fiscalCode.ts'

const CODE = makeFiscalCode({
  surname: 'D’Angelo',
  givenName: 'Maria',
  birthDate: '1970-04-03',
  sex: 'F',
  birthPlace: 'A345',
})

const FACTS: CheckFacts = {
  draft: {
    birthDate: '03/04/1970',
    documentType: 'identityCard',
    documentNumber: 'CA12345AA',
    documentExpiry: '2030-01-01',
  },
  member: { fiscalCode: CODE, surname: 'D’Angelo', givenName: 'Maria', status: 'active' },
  differences: [],
  documents: [
    { kind: 'front', warnings: [] },
    { kind: 'back', warnings: [] },
  ],
  acceptance: 'onScreen',
  referenceEmail: 'maria@posta.example',
  referenceConfirmed: true,
  sameDocument: [],
  sameEmail: [],
  samePhone: [],
  otherBoxes: [],
  earlierCases: [],
}
const TODAY = '2026-03-09'
const find = (facts: CheckFacts, name: string) => checksOf(facts, TODAY).find(({ check }) => check === name)!

test('a case in order has nothing but right checks, each with a sentence', () => {
  const checks = checksOf(FACTS, TODAY)
  expect(checks.filter(({ outcome }) => outcome !== 'right')).toEqual([])
  expect(checks.map(({ check }) => check)).toEqual([
    ...['fiscalCode', 'name', 'birthDate', 'register', 'documentExpiry', 'documentNumber', 'documents'],
    ...['acceptance', 'referenceEmail', 'phone', 'otherBoxes', 'earlierCases'],
  ])
  for (const { text } of checks) expect(text).toMatch(/^\p{Lu}.*\.$/u)
})

type Row = readonly [string, Partial<CheckFacts>, string, string, RegExp]
const member = (changes: Partial<CheckFacts['member']>) => ({ member: { ...FACTS.member, ...changes } })
const draft = (changes: CheckFacts['draft']) => ({ draft: { ...FACTS.draft, ...changes } })
const wrongCheck = `${CODE.slice(0, 15)}${CODE[15] === 'A' ? 'B' : 'A'}`

describe('what is not in order', () => {
  test.each<Row>([
    ['check character', member({ fiscalCode: wrongCheck }), 'fiscalCode', 'wrong', /controllo.*sbagliato/],
    ['omocodia', member({ fiscalCode: omocodiaOf(CODE)[1]! }), 'fiscalCode', 'right', /omocodia/],
    ['provisional', member({ fiscalCode: makeProvisionalCode('1234567890') }), 'fiscalCode', 'warning', /provvisorio/],
    ['name against the code', member({ surname: 'Bianchi' }), 'name', 'warning', /cognome non corrisponde/],
    ['names inverted', { differences: ['inverted'] }, 'name', 'warning', /scambiati/],
    ['birth date against the code', draft({ birthDate: '1971-04-03' }), 'birthDate', 'warning', /03\/04\/1970.*donna/],
    ['no birth date', draft({ birthDate: '31/02/1970' }), 'birthDate', 'wrong', /non esiste/],
    ['birth date against the roll', member({ birthDate: '1970-04-04' }), 'birthDate', 'warning', /albo, 04\/04\/1970/],
    ['suspended', member({ status: 'suspended' }), 'register', 'warning', /sospeso/],
    ['struck off', member({ status: 'cancelled' }), 'register', 'wrong', /cancellato/],
    ['dead', member({ status: 'deceased' }), 'register', 'wrong', /deceduto/],
    ['expired', draft({ documentExpiry: '08/03/2026' }), 'documentExpiry', 'wrong', /scaduto il 08\/03\/2026/],
    ['last day', draft({ documentExpiry: '09/03/2026' }), 'documentExpiry', 'warning', /fra 0 giorni/],
    ['soon', draft({ documentExpiry: '08/04/2026' }), 'documentExpiry', 'warning', /fra 30 giorni/],
    ['not so soon', draft({ documentExpiry: '09/04/2026' }), 'documentExpiry', 'right', /valido fino/],
    ['document of another', { sameDocument: ['26-AAAA-AAAA'] }, 'documentNumber', 'wrong', /26-AAAA-AAAA/],
    ['odd number', draft({ documentNumber: '12345' }), 'documentNumber', 'warning', /forma consueta/],
    ['no back', { documents: [FACTS.documents[0]!] }, 'documents', 'wrong', /il retro/],
    [
      'a passport has no back',
      { ...draft({ documentType: 'passport', documentNumber: 'YA1234567' }), documents: [FACTS.documents[0]!] },
      ...(['documents', 'right', /leggibili/] as const),
    ],
    [
      'hard to read',
      { documents: [{ kind: 'front', warnings: ['dark', 'blurred'] }, FACTS.documents[1]!] },
      ...(['documents', 'warning', /il fronte è scuro, il fronte sembra sfocato/] as const),
    ],
    ['not accepted', { acceptance: undefined }, 'acceptance', 'wrong', /non sono state accettate/],
    ['paper that is not there', { acceptance: 'paper' }, 'acceptance', 'wrong', /non c’è/],
    [
      'paper that is there',
      { acceptance: 'paper', documents: [...FACTS.documents, { kind: 'module', warnings: [] }] },
      ...(['acceptance', 'warning', /firma/] as const),
    ],
    ['e-mail not confirmed', { referenceConfirmed: false }, 'referenceEmail', 'wrong', /non è confermata/],
    ['e-mail of others', { sameEmail: ['A', 'B'] }, 'referenceEmail', 'warning', /A, B/],
    ['telephone of others', { samePhone: ['A', 'B', 'C', 'D', 'E', 'F', 'G'] }, 'phone', 'warning', /E e altre 2/],
    ['another box', { otherBoxes: ['a@pec.alfa.example'] }, 'otherBoxes', 'warning', /a@pec.alfa.example/],
    [
      'refused before',
      { earlierCases: [{ caseNumber: '25-AAAA-AAAA', state: 'refused' }] },
      ...(['earlierCases', 'warning', /25-AAAA-AAAA \(rifiutata\)/] as const),
    ],
    [
      'withdrawn before',
      { earlierCases: [{ caseNumber: '25-AAAA-AAAA', state: 'withdrawn' }] },
      ...(['earlierCases', 'right', /ritirata/] as const),
    ],
  ])('%s', (_, changes, name, outcome, text) => {
    const found = find({ ...FACTS, ...changes }, name)
    expect(found.outcome).toBe(outcome)
    expect(found.text).toMatch(text)
  })
})
