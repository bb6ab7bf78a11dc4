// Reads an electronic invoice that somebody sent, of any version of FatturaPA (FPA12, FPR12, FSM10), as far as people read it.
// What a sender wrote is text: nothing is computed from it, nothing is checked but that it is an invoice.
import { parseXml, type XmlElement } from '../lib/xml.ts'

export type InvoiceParty = {
  readonly name: string
  /** With the country before it. */
  readonly vatNumber?: string | undefined
  readonly fiscalCode?: string | undefined
  readonly address?: string | undefined
}

export type ReadLine = {
  readonly description: string
  readonly quantity?: string | undefined
  readonly unit?: string | undefined
  readonly unitPrice?: string | undefined
  readonly total?: string | undefined
  readonly vatRate?: string | undefined
  /** Why no VAT is due: N1 to N7, with their divisions. */
  readonly exemption?: string | undefined
}

export type ReadVat = {
  readonly rate?: string | undefined
  readonly exemption?: string | undefined
  readonly net?: string | undefined
  readonly tax?: string | undefined
  readonly law?: string | undefined
  /** `S`: split payment, the buyer pays the tax to the State (art. 17-ter DPR 633/1972). */
  readonly due?: string | undefined
}

export type ReadPayment = {
  /** MP01 to MP23. */
  readonly means?: string | undefined
  readonly dueOn?: string | undefined
  readonly amount?: string | undefined
  readonly iban?: string | undefined
  readonly payee?: string | undefined
}

/** One document of the file: a lot holds several. Amounts are as written, with a point. */
export type ReadDocument = {
  /** TD01 to TD29. */
  readonly kind: string
  readonly currency: string
  readonly date: string
  readonly number: string
  readonly total?: string | undefined
  readonly reasons: readonly string[]
  readonly lines: readonly ReadLine[]
  readonly vat: readonly ReadVat[]
  readonly withheld: readonly { readonly kind: string; readonly amount: string }[]
  readonly stampDuty?: string | undefined
  readonly payments: readonly ReadPayment[]
  /** Names of the files inside. */
  readonly attached: readonly string[]
}

export type ReadInvoice = {
  /** FormatoTrasmissione. */
  readonly format: string
  /** Office or channel to which the exchange system delivers. */
  readonly recipientCode?: string | undefined
  readonly seller: InvoiceParty
  readonly buyer: InvoiceParty
  readonly documents: readonly ReadDocument[]
}

/** Larger ones are not drawn. */
const LIMITS = { maxDepth: 24, maxElements: 400_000, prefixes: true } as const

const localName = ({ name }: XmlElement): string => name.slice(name.indexOf(':') + 1)

/** All elements at a path of names. */
const all = (from: XmlElement | undefined, ...path: readonly string[]): readonly XmlElement[] =>
  path.reduce<readonly XmlElement[]>(
    (found, name) => found.flatMap((one) => one.children.filter((child) => localName(child) === name)),
    from ? [from] : [],
  )

const one = (from: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined => all(from, ...path)[0]

const text = (from: XmlElement | undefined, ...path: readonly string[]): string | undefined => {
  const found = one(from, ...path)
    ?.text.replace(/\s+/g, ' ')
    .trim()
  return found === '' ? undefined : found
}

const vatNumberOf = (party: XmlElement | undefined): string | undefined => {
  const code = text(party, 'IdFiscaleIVA', 'IdCodice')
  return code === undefined ? undefined : `${text(party, 'IdFiscaleIVA', 'IdPaese') ?? ''}${code}`
}

const nameOf = (party: XmlElement | undefined): string =>
  text(party, 'Denominazione') ?? [text(party, 'Nome'), text(party, 'Cognome')].filter(Boolean).join(' ')

const addressOf = (seat: XmlElement | undefined): string | undefined => {
  if (!seat) return undefined
  const street = [text(seat, 'Indirizzo'), text(seat, 'NumeroCivico')].filter(Boolean).join(' ')
  const province = text(seat, 'Provincia')
  const town = [text(seat, 'CAP'), text(seat, 'Comune'), province && `(${province})`].filter(Boolean).join(' ')
  return [street, town, text(seat, 'Nazione')].filter(Boolean).join(', ')
}

/** A party: the simplified form keeps its names in other places. */
const partyOf = (party: XmlElement | undefined): InvoiceParty => {
  const full = one(party, 'DatiAnagrafici')
  const codes = full ?? one(party, 'IdentificativiFiscali') ?? party
  const other = one(party, 'AltriDatiIdentificativi') ?? party
  return {
    name: nameOf(full ? one(full, 'Anagrafica') : other),
    vatNumber: vatNumberOf(codes),
    fiscalCode: text(codes, 'CodiceFiscale'),
    address: addressOf(one(party, 'Sede') ?? one(other, 'Sede')),
  }
}

const lineOf = (line: XmlElement): ReadLine => ({
  description: text(line, 'Descrizione') ?? '',
  quantity: text(line, 'Quantita'),
  unit: text(line, 'UnitaMisura'),
  unitPrice: text(line, 'PrezzoUnitario'),
  total: text(line, 'PrezzoTotale'),
  vatRate: text(line, 'AliquotaIVA'),
  exemption: text(line, 'Natura'),
})

/** A line of the simplified form: its amount holds the tax. */
const simpleLineOf = (line: XmlElement): ReadLine => ({
  description: text(line, 'Descrizione') ?? '',
  total: text(line, 'Importo'),
  vatRate: text(line, 'DatiIVA', 'Aliquota'),
  exemption: text(line, 'Natura'),
})

const vatOf = (summary: XmlElement): ReadVat => ({
  rate: text(summary, 'AliquotaIVA'),
  exemption: text(summary, 'Natura'),
  net: text(summary, 'ImponibileImporto'),
  tax: text(summary, 'Imposta'),
  law: text(summary, 'RiferimentoNormativo'),
  due: text(summary, 'EsigibilitaIVA'),
})

const paymentOf = (payment: XmlElement): ReadPayment => ({
  means: text(payment, 'ModalitaPagamento'),
  dueOn: text(payment, 'DataScadenzaPagamento'),
  amount: text(payment, 'ImportoPagamento'),
  iban: text(payment, 'IBAN'),
  payee: text(payment, 'Beneficiario'),
})

const documentOf = (body: XmlElement): ReadDocument => {
  const general = one(body, 'DatiGenerali', 'DatiGeneraliDocumento')
  const goods = all(body, 'DatiBeniServizi')
  const lines = goods.flatMap((part) => all(part, 'DettaglioLinee').map(lineOf))
  return {
    kind: text(general, 'TipoDocumento') ?? '',
    currency: text(general, 'Divisa') ?? 'EUR',
    date: text(general, 'Data') ?? '',
    number: text(general, 'Numero') ?? '',
    total: text(general, 'ImportoTotaleDocumento'),
    reasons: all(general, 'Causale').flatMap((reason) => text(reason) ?? []),
    lines: lines.length > 0 ? lines : goods.map(simpleLineOf),
    vat: all(body, 'DatiBeniServizi', 'DatiRiepilogo').map(vatOf),
    withheld: all(general, 'DatiRitenuta').map((part) => ({
      kind: text(part, 'TipoRitenuta') ?? '',
      amount: text(part, 'ImportoRitenuta') ?? '',
    })),
    stampDuty: text(general, 'DatiBollo', 'ImportoBollo') ?? text(general, 'BolloVirtuale'),
    payments: all(body, 'DatiPagamento', 'DettaglioPagamento').map(paymentOf),
    attached: all(body, 'Allegati').flatMap((part) => text(part, 'NomeAttachment') ?? []),
  }
}

/** An invoice out of its XML; undefined where it is none. */
export const readInvoice = (source: string): ReadInvoice | undefined => {
  const parsed = parseXml(source, LIMITS)
  if (parsed.kind === 'refused') return undefined
  const { root } = parsed
  if (!/^FatturaElettronica(?:Semplificata)?$/.test(localName(root))) return undefined
  const header = one(root, 'FatturaElettronicaHeader')
  const documents = all(root, 'FatturaElettronicaBody').map(documentOf)
  if (!header || documents.length === 0) return undefined
  return {
    format: text(header, 'DatiTrasmissione', 'FormatoTrasmissione') ?? root.attributes.get('versione') ?? '',
    recipientCode: text(header, 'DatiTrasmissione', 'CodiceDestinatario'),
    seller: partyOf(one(header, 'CedentePrestatore')),
    buyer: partyOf(one(header, 'CessionarioCommittente')),
    documents,
  }
}
