// FatturaPA: what is printed for each kind of payer and treatment, and the official schema as the judge.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatOf, printFatturaPa } from '../../../src/core/billing/fatturapa.ts'
import { creditNoteOf, type InvoiceData, printNumber } from '../../../src/core/billing/invoice.ts'
import { type Payer, payerProblems, type Seller, sellerProblems } from '../../../src/core/billing/party.ts'
import { judgePath, needs } from '../../support/judges.ts'
import { aMember, anInvoice, anOrder, anyInvoice, seller } from './support/invoices.ts'

const XSD = 'spec/fatturapa/Schema_del_file_xml_FatturaPA_v1.2.2.xsd'

const validate = (documents: readonly string[]): void => {
  const folder = mkdtempSync(join(tmpdir(), 'fatturapa-'))
  try {
    const files = documents.map((document, i) => {
      const file = join(folder, `${i}.xml`)
      writeFileSync(file, document)
      return file
    })
    execFileSync(judgePath('xmllint'), ['--nonet', '--noout', '--schema', XSD, ...files], { stdio: 'pipe' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const line = (unitCents: number, vat: InvoiceData['lines'][number]['vat']) => ({
  ...anInvoice,
  lines: [{ description: 'Casella PEC', quantity: 1, unitCents, vat }],
})
const paidBy = (payer: Payer): InvoiceData => ({ ...anInvoice, payer })
const split = paidBy({ ...anOrder, vatDue: 'split' })
const identity = {
  number: { series: 'PEC', year: 2026, number: 13 },
  dated: '2026-03-20',
  progressive: '0000D',
  cause: 'Storno',
}

/** Text of the first element of a name. */
const said = (data: InvoiceData, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(printFatturaPa(data))?.[1]
const block = (data: InvoiceData, name: string): string =>
  new RegExp(`<${name}>[^]*?</${name}>`).exec(printFatturaPa(data))?.[0].replace(/\n\s*/g, '') ?? ''

const kinds: Readonly<Record<string, InvoiceData>> = {
  'to a public body': anInvoice,
  'to a public body in split payment': split,
  'to a public body with deferred VAT': paidBy({ ...anOrder, vatDue: 'deferred' }),
  'to a public body with CUP and no CIG': paidBy({ ...anOrder, cig: undefined, cup: 'B12C34000560007' }),
  'by recipient code': paidBy({ ...anOrder, delivery: { kind: 'code', code: 'M5UXCR1' } }),
  'by certified mail': paidBy({ ...anOrder, delivery: { kind: 'pec', address: 'ordine@pec.example' } }),
  'to a consumer': paidBy(aMember),
  'to a member with a VAT number': paidBy({ ...aMember, vatNumber: '01234560017' }),
  'to a payer abroad': paidBy({ ...aMember, address: { street: 'Rue 1', postcode: '', town: 'Paris', country: 'FR' } }),
  'outside the scope of VAT, with stamp duty': line(9_000, 'notSubject'),
  'exempt, below the stamp duty': line(5_000, 'exempt'),
  'of nothing': line(0, 'ordinary'),
  'as a credit note': creditNoteOf(anInvoice, identity),
  'as a credit note with stamp duty': creditNoteOf(line(9_000, 'outOfTerritory'), identity),
}

describe('FatturaPA', () => {
  it.skipIf(needs('xmllint')).each(Object.entries(kinds))('%s: the schema takes it', (_, data) => {
    expect(payerProblems(data.payer)).toEqual([])
    validate([printFatturaPa(data)])
  })

  it.skipIf(needs('xmllint'))('the schema takes whatever texts and amounts there are', () => {
    const samples = fc.sample(anyInvoice, { seed: 11, numRuns: 300 })
    expect(samples.flatMap((data) => payerProblems(data.payer))).toEqual([])
    validate(samples.flatMap((data) => [data, creditNoteOf(data, identity)].map(printFatturaPa)))
  })

  it.skipIf(needs('xmllint'))('the schema refuses what we would be wrong to print', () => {
    expect(() =>
      validate([printFatturaPa(paidBy({ ...anOrder, delivery: { kind: 'office', code: 'abc' } }))]),
    ).toThrow()
    expect(() => validate([printFatturaPa({ ...anInvoice, dated: '12/03/2026' })])).toThrow()
  })

  it('names the format that the length of the code goes with', () => {
    expect(
      Object.values(kinds).map((data) => formatOf(data.payer.delivery).concat(said(data, 'CodiceDestinatario')!)),
    ).toMatchInlineSnapshot(`
        [
          "FPA12UFABC1",
          "FPA12UFABC1",
          "FPA12UFABC1",
          "FPA12UFABC1",
          "FPR12M5UXCR1",
          "FPR120000000",
          "FPR120000000",
          "FPR120000000",
          "FPR120000000",
          "FPA12UFABC1",
          "FPA12UFABC1",
          "FPA12UFABC1",
          "FPA12UFABC1",
          "FPA12UFABC1",
        ]
      `)
  })

  it('asks of a payer in split payment the amount without the VAT, and says which law', () => {
    expect(said(split, 'ImportoTotaleDocumento')).toBe('30.50')
    expect(said(split, 'ImportoPagamento')).toBe('25.00')
    expect(said(split, 'EsigibilitaIVA')).toBe('S')
    expect(said(split, 'RiferimentoNormativo')).toContain('17-ter')
    expect(said(anInvoice, 'ImportoPagamento')).toBe('30.50')
    expect(said(anInvoice, 'EsigibilitaIVA')).toBe('I')
  })

  it('marks the stamp duty, and asks for it, where no VAT is due above 77.47', () => {
    const due = line(7_748, 'exempt')
    expect(said(due, 'ImportoBollo')).toBe('2.00')
    expect(said(due, 'ImportoTotaleDocumento')).toBe('79.48')
    expect(said(line(7_747, 'exempt'), 'ImportoBollo')).toBeUndefined()
    expect(said(line(100_000, 'ordinary'), 'ImportoBollo')).toBeUndefined()
  })

  it('names in a credit note the invoice that it takes back, and asks for no payment', () => {
    const note = creditNoteOf(anInvoice, identity)
    expect(said(note, 'TipoDocumento')).toBe('TD04')
    expect(said(note, 'Numero')).toBe('PEC/2026/13')
    expect(block(note, 'DatiFattureCollegate')).toBe(
      '<DatiFattureCollegate><IdDocumento>PEC/2026/12</IdDocumento><Data>2026-03-12</Data></DatiFattureCollegate>',
    )
    expect(said(note, 'ImportoTotaleDocumento')).toBe(said(anInvoice, 'ImportoTotaleDocumento'))
    expect(block(note, 'DatiPagamento')).toBe('')
  })

  it('repeats the codes of tender and project beside the convention', () => {
    expect(block(anInvoice, 'DatiConvenzione')).toContain('<CodiceCIG>Z123456789</CodiceCIG>')
    expect(block(anInvoice, 'DatiOrdineAcquisto')).toContain('<IdDocumento>CP-7K3M-9QXA</IdDocumento>')
  })

  it('keeps the longest number within the twenty characters of the field', () => {
    expect(printNumber({ series: 'PECXXX', year: 2026, number: 9_999_999 }).length).toBeLessThanOrEqual(20)
  })
})

describe('problems of a payer', () => {
  const problems = (change: Partial<Payer>) => payerProblems({ ...anOrder, ...change })
  it.each<[string, Partial<Payer>, readonly string[]]>([
    ['none', {}, []],
    ['office code too long', { delivery: { kind: 'office', code: 'UFABC12' } }, ['officeCode']],
    ['recipient code too short', { delivery: { kind: 'code', code: 'UFABC1' } }, ['recipientCode']],
    ['recipient code that means none', { delivery: { kind: 'code', code: '0000000' } }, ['recipientCode']],
    ['address that is none', { delivery: { kind: 'pec', address: 'ordine' } }, ['pecAddress']],
    ['no identifier', { fiscalCode: undefined }, ['fiscalCode']],
    ['VAT number alone', { fiscalCode: undefined, vatNumber: '01234560017' }, []],
    ['VAT number with a wrong digit', { vatNumber: '01234560018' }, ['vatNumber']],
    ['no name', { name: { kind: 'body', name: ' ' } }, ['name']],
    [
      'no address',
      { address: { street: '', postcode: '6710', town: '', province: 'Aq' } },
      ['street', 'town', 'postcode', 'province'],
    ],
    ['a person in split payment', { name: aMember.name, vatDue: 'split' }, ['splitPayment']],
  ])('%s', (_, change, expected) => expect(problems(change)).toEqual(expected))
})

describe('problems of a seller', () => {
  it.each<[string, Partial<Seller>, readonly string[]]>([
    ['none', {}, []],
    ['of another regime', { taxRegime: 'RF99' as 'RF01' }, ['taxRegime']],
    ['VAT number with a wrong digit', { vatNumber: '01234560018' }, ['vatNumber']],
    ['fiscal code cut short', { fiscalCode: '0123' }, ['fiscalCode']],
    ['address in small letters', { address: { ...seller.address, province: 'aq' } }, ['province']],
    ['IBAN with spaces', { iban: 'IT60 X054 2811 1010 0000 0123 456' }, ['iban']],
    [
      'entry of no office',
      { businessRegister: { office: '', number: '1', inLiquidation: false } },
      ['businessRegister'],
    ],
  ])('%s', (_, change, expected) => expect(sellerProblems({ ...seller, ...change })).toEqual(expected))
})
