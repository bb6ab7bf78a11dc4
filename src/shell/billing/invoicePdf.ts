// An invoice to read: the courtesy copy in Italian, made on demand of what the XML was made of.
import { type InvoiceData, lineNet, printedLines, printNumber, totalsOf } from '../../core/billing/invoice.ts'
import { decimal, euro } from '../../core/billing/money.ts'
import { type Address, type Delivery, nameOf, type Payer, type Seller } from '../../core/billing/party.ts'
import { VAT_RULES } from '../../core/billing/vat.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { openPdf, type Pdf } from '../adapters/pdf.ts'

const TITLE = { TD01: 'Fattura', TD04: 'Nota di credito' } as const

/** `12/03/2026` */
const italianDate = (date: string): string => date.split('-').reverse().join('/')

const place = ({ street, postcode, town, province, country }: Address): string =>
  [street, [postcode, town, province ? `(${province})` : ''].filter(Boolean).join(' '), country]
    .filter(Boolean)
    .join('\n')

const recipient = (delivery: Delivery): string => {
  switch (delivery.kind) {
    case 'office':
      return `codice ufficio ${delivery.code}`
    case 'code':
      return `codice destinatario ${delivery.code}`
    case 'pec':
      return `PEC ${delivery.address}`
    case 'consumer':
      return 'area riservata dell’Agenzia delle Entrate'
  }
}

const seller = (pdf: Pdf, data: Seller): void => {
  const register = data.businessRegister
  pdf.heading('Cedente', 2)
  pdf.facts(
    present([
      ['Denominazione', data.name],
      ['Sede', place(data.address)],
      ['Partita IVA', `IT${data.vatNumber}`],
      ['Codice fiscale', data.fiscalCode],
      ['Registro delle imprese', register && `REA ${register.office} ${register.number}`],
      ['Contatti', [data.phone, data.email].filter(Boolean).join(', ')],
    ]),
  )
}

const payer = (pdf: Pdf, data: Payer): void => {
  pdf.heading('Cessionario', 2)
  pdf.facts(
    present([
      ['Denominazione', nameOf(data)],
      ['Indirizzo', place(data.address)],
      ['Codice fiscale', data.fiscalCode],
      ['Partita IVA', data.vatNumber && `IT${data.vatNumber}`],
      ['Recapito della fattura', recipient(data.delivery)],
      ['CIG', data.cig],
      ['CUP', data.cup],
    ]),
  )
}

const present = (
  rows: readonly (readonly [string, string | undefined])[],
): readonly (readonly [label: string, value: string])[] =>
  rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== '')

const percent = (rate: number): string => `${decimal(rate).replace('.00', '').replace('.', ',')} %`

const amounts = (pdf: Pdf, data: InvoiceData): void => {
  const totals = totalsOf(data.lines, data.payer)
  const split = data.payer.vatDue === 'split' && totals.vatCents > 0
  pdf.table(
    [
      { title: 'Descrizione', share: 6 },
      { title: 'Quantità', share: 1.3, align: 'right' },
      { title: 'Prezzo', share: 1.8, align: 'right' },
      { title: 'IVA', share: 1.2, align: 'right' },
      { title: 'Importo', share: 1.9, align: 'right' },
    ],
    printedLines(data.lines).map((line) => [
      line.description,
      String(line.quantity),
      euro(line.unitCents),
      VAT_RULES[line.vat].nature ?? percent(VAT_RULES[line.vat].rate),
      euro(lineNet(line)),
    ]),
  )
  pdf.heading('Riepilogo', 2)
  pdf.table(
    [
      { title: 'Aliquota o natura', share: 6 },
      { title: 'Imponibile', share: 2, align: 'right' },
      { title: 'Imposta', share: 2, align: 'right' },
    ],
    totals.groups.map(({ vat, netCents, vatCents }) => {
      const rule = VAT_RULES[vat]
      const name = rule.nature ? `${rule.nature} - ${rule.reference}` : `IVA ${percent(rule.rate)}`
      return [name, euro(netCents), euro(vatCents)]
    }),
  )
  pdf.facts(
    present([
      ['Totale documento', euro(totals.totalCents)],
      ['di cui imposta di bollo', totals.stampCents > 0 ? euro(totals.stampCents) : undefined],
      ['IVA', split ? 'scissione dei pagamenti, art. 17-ter DPR 633/1972: la versa il cessionario' : undefined],
      [data.kind === 'TD04' ? 'A credito' : 'Da pagare', euro(totals.payableCents)],
    ]),
  )
}

const payment = (pdf: Pdf, data: InvoiceData): void => {
  if (data.kind === 'TD04') return
  pdf.heading('Pagamento', 2)
  pdf.facts(
    present([
      ['Modalità', 'bonifico'],
      ['IBAN', data.seller.iban?.replace(/(.{4})(?=.)/g, '$1 ')],
      ['Scadenza', data.dueOn && italianDate(data.dueOn)],
      ['Causale', `${TITLE[data.kind]} ${printNumber(data.number)}`],
    ]),
  )
}

/** The courtesy copy of an invoice or credit note; the same bytes each time. */
export const invoicePdf = (data: InvoiceData, createdAt: Instant): Promise<Uint8Array> => {
  const title = `${TITLE[data.kind]} ${printNumber(data.number)}`
  const pdf = openPdf({
    title,
    author: data.seller.name,
    language: 'it',
    createdAt,
    head: data.seller.name,
    foot: 'Copia di cortesia: l’originale è il documento XML della fattura elettronica (art. 1 D.Lgs. 127/2015).',
  })
  pdf.heading(title)
  pdf.paragraph('Copia di cortesia', { bold: true })
  pdf.facts(
    present([
      ['Data', italianDate(data.dated)],
      ['Causale', data.cause],
      ['Convenzione', data.conventionCode],
      ['Pratica', data.caseNumber],
      [
        'Storna il documento',
        data.reverses && `${printNumber(data.reverses.number)} del ${italianDate(data.reverses.dated)}`,
      ],
    ]),
  )
  seller(pdf, data.seller)
  payer(pdf, data.payer)
  amounts(pdf, data)
  payment(pdf, data)
  return pdf.finish()
}
