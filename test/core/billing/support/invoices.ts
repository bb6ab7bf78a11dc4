// Sellers, payers and invoices for tests: fixed ones, and arbitrary ones whose texts are anything at all.
import fc from 'fast-check'
import type { InvoiceData } from '../../../../src/core/billing/invoice.ts'
import type { Payer, Seller } from '../../../../src/core/billing/party.ts'
import { makeProvisionalCode } from '../../../../src/core/register/fiscalCode.ts'

export const seller: Seller = {
  name: 'Alfa Posta Certificata S.r.l.',
  vatNumber: '01234560017',
  fiscalCode: '01234560017',
  taxRegime: 'RF01',
  address: { street: 'Via Roma 1', postcode: '67100', town: "L'Aquila", province: 'AQ' },
  businessRegister: { office: 'AQ', number: '123456', capitalCents: 10_000_000, inLiquidation: false },
  email: 'fatture@alfa.example',
  iban: 'IT60X0542811101000000123456',
  phone: '+39 0862 12345',
}

export const anOrder: Payer = {
  name: { kind: 'body', name: 'Ordine dei Medici di Prova' },
  fiscalCode: '80000000001',
  address: { street: 'Piazza del Duomo 3', postcode: '67100', town: "L'Aquila", province: 'AQ' },
  delivery: { kind: 'office', code: 'UFABC1' },
  vatDue: 'immediate',
  cig: 'Z123456789',
}

export const aMember: Payer = {
  name: { kind: 'person', givenName: 'Nicolò', surname: "D'Angelo" },
  fiscalCode: 'DNGNCL60A01A345X',
  address: { street: 'Via dei Mille 5', postcode: '65121', town: 'Pescara', province: 'PE' },
  delivery: { kind: 'consumer' },
  vatDue: 'immediate',
}

export const anInvoice: InvoiceData = {
  kind: 'TD01',
  number: { series: 'PEC', year: 2026, number: 12 },
  dated: '2026-03-12',
  seller,
  payer: anOrder,
  lines: [{ description: 'Casella PEC, 36 mesi', quantity: 1, unitCents: 2_500, vat: 'ordinary' }],
  cause: 'Attivazione di una casella in convenzione',
  conventionCode: 'OMCEO-XX-0001',
  caseNumber: 'CP-7K3M-9QXA',
  dueOn: '2026-04-11',
  progressive: '0000C',
}

const letters = fc.oneof(
  fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }),
  fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }),
  fc.constantFrom('Œuvre – «L’Aquila» …', 'Đorđević Łukasz', 'a'.repeat(2_000), '日本', '\u0000\n\t x', '<&>"]]>'),
)
const text = letters.map((value) => `x${value}`)
const capitals = (length: number) =>
  fc.string({
    minLength: length,
    maxLength: length,
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
  })
const digits = (length: number) =>
  fc.string({ minLength: length, maxLength: length, unit: fc.constantFrom(...'0123456789') })

const address = fc.record({
  street: text,
  postcode: digits(5),
  town: text,
  province: fc.constantFrom('AQ', 'PE', 'RM'),
})

export const anyPayer: fc.Arbitrary<Payer> = fc
  .record({
    name: fc.oneof(
      fc.record({ kind: fc.constant('body' as const), name: text }),
      fc.record({ kind: fc.constant('person' as const), givenName: text, surname: text }),
    ),
    fiscalCode: fc.oneof(capitals(16), digits(11)),
    vatNumber: fc.option(digits(10).map(makeProvisionalCode), { nil: undefined }),
    address,
    delivery: fc.oneof(
      capitals(6).map((code) => ({ kind: 'office' as const, code })),
      capitals(7).map((code) => ({ kind: 'code' as const, code })),
      fc
        .constantFrom('ordine@pec.example', "o'x.y+z@a-b.pec.example")
        .map((a) => ({ kind: 'pec' as const, address: a })),
      fc.constant({ kind: 'consumer' as const }),
    ),
    vatDue: fc.constantFrom('immediate' as const, 'deferred' as const, 'split' as const),
    cig: fc.option(capitals(10), { nil: undefined }),
    cup: fc.option(capitals(15), { nil: undefined }),
  })
  .map((payer) => (payer.name.kind === 'person' ? { ...payer, vatDue: 'immediate' as const } : payer))

const vat = fc.constantFrom('ordinary', 'excluded', 'outOfTerritory', 'notSubject', 'exempt')

export const anyInvoice: fc.Arbitrary<InvoiceData> = fc.record({
  kind: fc.constant('TD01'),
  number: fc.record({
    series: fc.constantFrom('PEC', 'P'),
    year: fc.integer({ min: 2020, max: 2100 }),
    number: fc.integer({ min: 1, max: 9_999_999 }),
  }),
  dated: fc.constantFrom('2026-03-12', '2027-12-31', '2028-02-29'),
  seller: fc.constant(seller),
  payer: anyPayer,
  lines: fc.array(
    fc.record({
      description: text,
      quantity: fc.integer({ min: 1, max: 5_000 }),
      unitCents: fc.integer({ min: 0, max: 1_000_000 }),
      vat,
    }),
    { minLength: 1, maxLength: 6 },
  ),
  cause: letters,
  conventionCode: fc.constantFrom('OMCEO-AQ-0051', `X${'-1'.repeat(60)}`),
  caseNumber: fc.option(fc.constant('CP-7K3M-9QXA'), { nil: undefined }),
  dueOn: fc.option(fc.constant('2026-04-11'), { nil: undefined }),
  progressive: fc.constantFrom('00001', 'ZZZZZ'),
}) as fc.Arbitrary<InvoiceData>
