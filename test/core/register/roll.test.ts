// Rolls of Orders: columns found, rows read or told what to mend, differences from the register.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeFiscalCode, omocodiaOf } from '../../../src/core/register/fiscalCode.ts'
import type { MemberFacts, MemberStatus, Section } from '../../../src/core/register/member.ts'
import {
  changesOf,
  domicileStep,
  mergedFacts,
  missingFromRoll,
  readDate,
  readRow,
  readSection,
  readStatus,
  toldFields,
} from '../../../src/core/register/roll.ts'
import {
  findHeadingRow,
  guessFromContent,
  guessMapping,
  missingFields,
  type RollMapping,
} from '../../../src/core/register/rollColumns.ts'
import { ROLL_ERROR_TEXT, ROLL_WARNING_TEXT } from '../../../src/core/register/rollText.ts'

const ROSSI = 'RSSMRA80A01H501U'
const defaults = { section: 'physician', status: 'active', referenceYear: 2026 } as const
const mapping: RollMapping = {
  fiscalCode: 0,
  surname: 1,
  givenName: 2,
  number: 3,
  section: 4,
  status: 5,
  birthDate: 6,
  email: 7,
  pec: 8,
}
const row = (...cells: string[]) => readRow(cells, mapping, defaults)
const facts = (over: Partial<MemberFacts> = {}): MemberFacts => ({
  fiscalCode: ROSSI,
  canonicalCode: ROSSI,
  surname: 'Rossi',
  givenName: 'Mario',
  number: '123',
  section: 'physician',
  status: 'active',
  birthDate: '1980-01-01',
  email: undefined,
  pec: undefined,
  ...over,
})

describe('columns', () => {
  test.each<[string, RollMapping]>([
    ['Codice Fiscale;Cognome;Nome', { fiscalCode: 0, surname: 1, givenName: 2 }],
    [
      'N. Iscrizione;COGNOME;NOME;COD. FISCALE;Data di nascita;Albo;Stato;E-mail;PEC',
      { number: 0, surname: 1, givenName: 2, fiscalCode: 3, birthDate: 4, section: 5, status: 6, email: 7, pec: 8 },
    ],
    ['CF;Nominativo;Indirizzo PEC;Indirizzo e-mail', { fiscalCode: 0, fullName: 1, pec: 2, email: 3 }],
    [
      'Nome;Cognome;Luogo di nascita;Data nascita;Codice fiscale',
      { givenName: 0, surname: 1, birthDate: 3, fiscalCode: 4 },
    ],
    ['Cognome e Nome;C.F.;Numero di telefono;Sezione', { fullName: 0, fiscalCode: 1, section: 3 }],
    [
      'Posta elettronica certificata;Posta elettronica;Stato civile;cognome;nome',
      { pec: 0, email: 1, surname: 3, givenName: 4 },
    ],
    [
      'Matricola;Data iscrizione;Nome del padre;Cognome;Nome;Codice fiscale',
      { number: 0, surname: 3, givenName: 4, fiscalCode: 5 },
    ],
    ['Fiscal code;Surname;Given name;Status', { fiscalCode: 0, surname: 1, givenName: 2, status: 3 }],
    ['a;b;c', {}],
  ])('%s', (line, expected) => expect(guessMapping(line.split(';'))).toEqual(expected))

  test('the row of headings is found under titles', () => {
    const rows = [
      ['Ordine dei Medici di Prova'],
      [],
      ['Elenco al 1/1/2026', ''],
      ['Cognome', 'Nome', 'CF'],
      ['Rossi', 'Mario', ROSSI],
    ]
    expect(findHeadingRow(rows)).toBe(3)
    expect(findHeadingRow([['Rossi', 'Mario', ROSSI]])).toBe(-1)
    expect(findHeadingRow([])).toBe(-1)
  })

  test('without headings the content tells', () => {
    const rows = [
      ['12', 'Rossi', 'Mario', '01/01/1980', ROSSI, 'm.rossi@mail.example', 'm.rossi@pec.example'],
      ['13', "D'Angelo", 'Anna', '', ROSSI, '', 'a@pec.example'],
    ]
    expect(guessFromContent(rows)).toEqual({
      number: 0,
      surname: 1,
      givenName: 2,
      birthDate: 3,
      fiscalCode: 4,
      email: 5,
      pec: 6,
    })
    expect(guessFromContent([])).toEqual({})
  })

  test('what is missing', () => {
    expect(missingFields({})).toEqual(['fiscalCode', 'surname', 'givenName'])
    expect(missingFields({ fiscalCode: 0, fullName: 1 })).toEqual([])
    expect(missingFields({ fiscalCode: 0, surname: 1 })).toEqual(['givenName'])
  })

  test('no column has two meanings', () => {
    const heading = fc.constantFrom(
      'Cognome',
      'Nome',
      'CF',
      'PEC',
      'E-mail',
      'Stato',
      'Albo',
      'N.',
      'Nominativo',
      'x',
      '',
    )
    fc.assert(
      fc.property(fc.array(heading, { maxLength: 12 }), (headings) => {
        const columns = Object.values(guessMapping(headings))
        expect(new Set(columns).size).toBe(columns.length)
      }),
    )
  })
})

describe('values', () => {
  test.each<[string, Section | undefined]>([
    ['Medici', 'physician'],
    ['MEDICO CHIRURGO', 'physician'],
    ['Medici Chirurghi', 'physician'],
    ['M', 'physician'],
    ['Albo Medici', 'physician'],
    ['Odontoiatri', 'dentist'],
    ['Albo degli Odontoiatri', 'dentist'],
    ['O', 'dentist'],
    ['Doppia iscrizione', 'both'],
    ['Medici e Odontoiatri', 'both'],
    ['M/O', 'both'],
    ['Entrambi', 'both'],
    ['Veterinari', undefined],
  ])('section %s: %s', (text, section) => expect(readSection(text)).toBe(section))

  test.each<[string, MemberStatus | undefined]>([
    ['Attivo', 'active'],
    ['ISCRITTA', 'active'],
    ['Sospeso', 'suspended'],
    ['Sospesa per morosità', 'suspended'],
    ['Cancellato', 'cancelled'],
    ['Radiata', 'cancelled'],
    ['Trasferito ad altro Ordine', 'transferred'],
    ['Deceduto', 'deceased'],
    ['boh', undefined],
  ])('status %s: %s', (text, status) => expect(readStatus(text)).toBe(status))

  test.each<[string, string | undefined]>([
    ['01/02/1980', '1980-02-01'],
    ['1.2.1980', '1980-02-01'],
    ['1-2-80', '1980-02-01'],
    ['1/2/20', '2020-02-01'],
    ['1980-02-01', '1980-02-01'],
    ['1980-02-01T00:00:00', '1980-02-01'],
    ['29252', '1980-02-01'], // as spreadsheets count
    ['31/02/1980', undefined],
    ['02/13/1980', undefined],
    ['ieri', undefined],
  ])('date %s: %s', (text, date) => expect(readDate(text, 2026)).toBe(date))
})

describe('rows', () => {
  test('a whole one', () => {
    const cells = [
      'rssmra80a01h501u',
      'ROSSI',
      'MARIO',
      '123',
      'Medici',
      'Iscritto',
      '01/01/1980',
      'M.Rossi@Mail.Example',
      'mailto:rossi@pec.example',
    ]
    expect(row(...cells)).toEqual({
      kind: 'member',
      warnings: [],
      member: facts({ email: 'M.Rossi@mail.example', pec: 'rossi@pec.example' }),
    })
  })

  test('the least', () =>
    expect(readRow([ROSSI, 'Rossi Mario'], { fiscalCode: 0, fullName: 1 }, defaults)).toEqual({
      kind: 'member',
      warnings: [],
      member: facts({ number: undefined }),
    }))

  test.each([
    ['De Luca Sara', 'DLCSRA80A41H501', 'De Luca', 'Sara'],
    ['DE LUCA MARIA GRAZIA', 'DLCMGR80A41H501', 'De Luca', 'Maria Grazia'],
    ['Rossi, Mario', 'RSSMRA80A01H501', 'Rossi', 'Mario'],
    ['Dott.ssa Rossi Maria', 'RSSMRA80A41H501', 'Rossi', 'Maria'],
    ['Dott. Rossi Mario', 'RSSMRA80A01H501', 'Rossi', 'Mario'],
  ])('one column for both names: %s', (cell, code, surname, givenName) => {
    const whole = makeFiscalCode({
      surname,
      givenName,
      birthDate: '1980-01-01',
      sex: code[9] === '4' ? 'F' : 'M',
      birthPlace: 'H501',
    })
    const read = readRow([whole, cell], { fiscalCode: 0, fullName: 1 }, defaults)
    expect(read).toMatchObject({ kind: 'member', member: { surname, givenName } })
  })

  test('every error of a row is told, in words', () => {
    const read = row('RSSMRA80A01H501X', '', 'Mario', '1', 'Veterinari', 'boh', '99/99/9999')
    if (read.kind !== 'bad') throw new Error(read.kind)
    expect(read.errors.map((error) => error.code)).toEqual([
      'fiscalCode.checkCharacter',
      'name.missing',
      'section.unknown',
      'status.unknown',
      'birthDate.form',
    ])
    expect(read.errors[2]).toEqual({ code: 'section.unknown', field: 'section', value: 'Veterinari' })
    for (const { code } of read.errors) expect(ROLL_ERROR_TEXT[code].it.length).toBeGreaterThan(40)
  })

  test('warnings leave the row in', () => {
    const read = row(ROSSI, 'Verdi', 'Mario', '', '', '', '02/01/1980', 'not an address', 'x@')
    if (read.kind !== 'member') throw new Error(read.kind)
    expect(read.warnings.map((warning) => [warning.code, warning.value])).toEqual([
      ['email.form', 'not an address'],
      ['pec.form', 'x@'],
      ['code.surname', 'Verdi'],
      ['code.birthDate', '1980-01-02'],
    ])
    expect(read.member).toMatchObject({ email: undefined, pec: undefined, birthDate: '1980-01-02' })
    for (const { code } of read.warnings) expect(ROLL_WARNING_TEXT[code].en.length).toBeGreaterThan(40)
  })

  test('a provisional code is taken with a warning', () =>
    expect(row('06363391001', 'Rossi', 'Mario')).toMatchObject({
      kind: 'member',
      member: { canonicalCode: '06363391001', birthDate: undefined },
      warnings: [{ code: 'code.provisional' }],
    }))

  test('omocodia keeps the code as written and finds the canonical one', () => {
    const code = omocodiaOf(ROSSI)[3]!
    expect(row(code, 'Rossi', 'Mario')).toMatchObject({ member: { fiscalCode: code, canonicalCode: ROSSI } })
  })

  test('blank rows are blank', () => {
    expect(row('', ' ', '')).toEqual({ kind: 'blank' })
    expect(row()).toEqual({ kind: 'blank' })
  })

  test('a cell too long is an error, not a name', () =>
    expect(row(ROSSI, 'R'.repeat(201), 'Mario')).toMatchObject({
      kind: 'bad',
      errors: [{ code: 'tooLong' }, { code: 'name.missing' }],
    }))

  test('any cells: a member, errors or blank', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant(ROSSI)), { maxLength: 12 }), (cells) => {
        expect(['member', 'bad', 'blank']).toContain(row(...cells).kind)
      }),
    )
  })
})

describe('against the register', () => {
  const all = toldFields(mapping)

  test('the same row changes nothing', () => expect(changesOf(facts(), facts(), all)).toEqual([]))

  test('what differs, field by field', () =>
    expect(
      changesOf(facts(), facts({ surname: 'Rossi Bianchi', status: 'suspended', email: 'a@b.example' }), all),
    ).toEqual([
      { field: 'surname', from: 'Rossi', to: 'Rossi Bianchi' },
      { field: 'status', from: 'active', to: 'suspended' },
      { field: 'email', from: undefined, to: 'a@b.example' },
    ]))

  test('columns that the file lacks and empty cells erase nothing', () => {
    const few = toldFields({ fiscalCode: 0, surname: 1, givenName: 2 })
    expect(changesOf(facts({ status: 'suspended', section: 'both' }), facts(), few)).toEqual([])
    expect(changesOf(facts({ email: 'a@b.example' }), facts({ email: undefined }), all)).toEqual([])
  })

  test.each([
    ['active', 'a@pec.example', [], 'ask'],
    ['active', undefined, [], 'nothing'],
    ['cancelled', 'a@pec.example', [], 'nothing'],
    ['active', 'a@pec.example', [['a@pec.example', 'awaiting']], 'nothing'],
    ['active', 'a@pec.example', [['a@pec.example', 'confirmed']], 'nothing'],
    ['active', 'a@pec.example', [['a@pec.example', 'failed']], 'nothing'],
    ['active', 'a@pec.example', [['a@pec.example', 'ceased']], 'ask'],
    ['suspended', 'a@pec.example', [['b@pec.example', 'failed']], 'ask'],
    ['active', 'a@pec.example', [['b@pec.example', 'confirmed']], 'differs'],
    ['active', 'a@pec.example', [['b@pec.example', 'awaiting']], 'differs'],
  ] as const)('an address of a row: %s, %s, %j: %s', (status, address, known, step) =>
    expect(
      domicileStep(
        status,
        address,
        known.map(([addressKey, state]) => ({ addressKey, state })),
      ),
    ).toBe(step),
  )

  test('what a row does not say stays', () => {
    const known = facts({ email: 'a@b.example', status: 'suspended' })
    const changes = changesOf(known, facts({ email: undefined, number: '9' }), toldFields({ fiscalCode: 0, number: 1 }))
    expect(mergedFacts(known, changes)).toEqual({ ...known, number: '9' })
  })

  test('who is missing from the file is told, if on the register', () => {
    const known = [
      { id: 1, facts: facts() },
      { id: 2, facts: facts({ canonicalCode: 'B', status: 'suspended' }) },
      { id: 3, facts: facts({ canonicalCode: 'C', status: 'cancelled' }) },
    ]
    expect(missingFromRoll(known, new Set([ROSSI])).map((one) => one.id)).toEqual([2])
  })
})
