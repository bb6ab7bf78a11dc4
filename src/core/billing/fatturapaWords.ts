// What the codes of an electronic invoice mean, in words (Specifiche tecniche FatturaPA 1.2, tables of codes).

type Bilingual = { readonly it: string; readonly en: string }
const both = (it: string, en: string): Bilingual => ({ it, en })

/** TipoDocumento. */
export const DOCUMENT_KINDS: Readonly<Record<string, Bilingual>> = {
  TD01: both('Fattura', 'Invoice'),
  TD02: both('Acconto su fattura', 'Advance on an invoice'),
  TD03: both('Acconto su parcella', 'Advance on a fee note'),
  TD04: both('Nota di credito', 'Credit note'),
  TD05: both('Nota di debito', 'Debit note'),
  TD06: both('Parcella', 'Fee note'),
  TD07: both('Fattura semplificata', 'Simplified invoice'),
  TD08: both('Nota di credito semplificata', 'Simplified credit note'),
  TD09: both('Nota di debito semplificata', 'Simplified debit note'),
  TD16: both('Integrazione per inversione contabile interna', 'Integration for domestic reverse charge'),
  TD17: both('Integrazione o autofattura per servizi dall’estero', 'Self-invoice for services from abroad'),
  TD18: both('Integrazione per beni intracomunitari', 'Integration for goods from the European Union'),
  TD19: both('Integrazione o autofattura per beni (art. 17 c. 2 DPR 633/1972)', 'Self-invoice for goods'),
  TD20: both('Autofattura per regolarizzazione', 'Self-invoice to regularise'),
  TD21: both('Autofattura per splafonamento', 'Self-invoice for an exceeded ceiling'),
  TD22: both('Estrazione di beni da deposito IVA', 'Goods taken out of a VAT warehouse'),
  TD23: both('Estrazione di beni da deposito IVA con versamento', 'Goods taken out of a VAT warehouse, tax paid'),
  TD24: both('Fattura differita', 'Deferred invoice'),
  TD25: both('Fattura differita (triangolazione)', 'Deferred invoice (triangular sale)'),
  TD26: both('Cessione di beni ammortizzabili', 'Sale of depreciable goods'),
  TD27: both('Fattura per autoconsumo', 'Invoice for own use'),
  TD28: both('Acquisti da San Marino con IVA', 'Purchase from San Marino with VAT'),
  TD29: both('Comunicazione di fattura omessa', 'Report of a missing invoice'),
}

/** ModalitaPagamento. */
export const PAYMENT_MEANS: Readonly<Record<string, Bilingual>> = {
  MP01: both('contanti', 'cash'),
  MP02: both('assegno', 'cheque'),
  MP03: both('assegno circolare', 'banker’s draft'),
  MP04: both('contanti presso Tesoreria', 'cash at the Treasury'),
  MP05: both('bonifico', 'bank transfer'),
  MP06: both('vaglia cambiario', 'promissory note'),
  MP07: both('bollettino bancario', 'bank payment slip'),
  MP08: both('carta di pagamento', 'payment card'),
  MP09: both('RID', 'direct debit'),
  MP10: both('RID utenze', 'direct debit for utilities'),
  MP11: both('RID veloce', 'fast direct debit'),
  MP12: both('Ri.Ba.', 'bank receipt (Ri.Ba.)'),
  MP13: both('MAV', 'MAV slip'),
  MP14: both('quietanza erario', 'tax office receipt'),
  MP15: both('giroconto di contabilità speciale', 'transfer between special accounts'),
  MP16: both('domiciliazione bancaria', 'bank standing order'),
  MP17: both('domiciliazione postale', 'postal standing order'),
  MP18: both('bollettino postale', 'postal payment slip'),
  MP19: both('addebito SEPA', 'SEPA direct debit'),
  MP20: both('addebito SEPA CORE', 'SEPA direct debit, core'),
  MP21: both('addebito SEPA B2B', 'SEPA direct debit, business'),
  MP22: both('trattenuta su somme già riscosse', 'withheld from sums already collected'),
  MP23: both('PagoPA', 'PagoPA'),
}

const EXEMPTIONS: Readonly<Record<string, Bilingual>> = {
  N1: both('esclusa (art. 15 DPR 633/1972)', 'excluded (art. 15 DPR 633/1972)'),
  N2: both('non soggetta', 'not subject to VAT'),
  N3: both('non imponibile', 'not taxable'),
  N4: both('esente', 'exempt'),
  N5: both('regime del margine', 'margin scheme'),
  N6: both('inversione contabile', 'reverse charge'),
  N7: both('IVA assolta in altro Stato UE', 'VAT paid in another EU State'),
}

/** Natura, whose divisions (`N2.2`) are details of its seven kinds. */
export const exemptionWords = (code: string): Bilingual => EXEMPTIONS[code.slice(0, 2)] ?? both(code, code)
