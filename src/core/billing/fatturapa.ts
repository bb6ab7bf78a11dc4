// FatturaPA 1.2, the ordinary electronic invoice: FPA12 to public bodies, FPR12 to everybody else.
import { escapeXml } from '../lib/xml.ts'
import {
  type InvoiceData,
  type InvoiceLine,
  type InvoiceTotals,
  lineNet,
  printedLines,
  printNumber,
  totalsOf,
} from './invoice.ts'
import { ascii, latin, latinPieces } from './latin.ts'
import { decimal } from './money.ts'
import type { Address, Delivery, Payer, Seller, VatDue } from './party.ts'
import { VAT_RULES, type VatTreatment } from './vat.ts'

const NAMESPACE = 'http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2'

/** An element with its text, or with the elements inside; what is undefined is left out. */
type Node = readonly [name: string, content: string | readonly (Node | undefined)[]]

const printNode = ([name, content]: Node, indent: string): string => {
  if (typeof content === 'string') return `${indent}<${name}>${escapeXml(content)}</${name}>\n`
  const inside = content.map((node) => (node === undefined ? '' : printNode(node, `${indent}  `))).join('')
  return `${indent}<${name}>\n${inside}${indent}</${name}>\n`
}

/** A node, where there is something to say in it. */
const given = (name: string, text: string | undefined): Node | undefined =>
  text === undefined || text === '' ? undefined : [name, text]

const rate = (vat: VatTreatment): string => decimal(VAT_RULES[vat].rate)

const recipientCode = (delivery: Delivery): string =>
  delivery.kind === 'office' || delivery.kind === 'code' ? delivery.code : '0000000'

/** FormatoTrasmissione: the length of the recipient's code depends on it, and the exchange system refuses a mix. */
export const formatOf = (delivery: Delivery): 'FPA12' | 'FPR12' => (delivery.kind === 'office' ? 'FPA12' : 'FPR12')

const transmission = (data: InvoiceData): Node => [
  'DatiTrasmissione',
  [
    ['IdTrasmittente', identifier(data.seller.vatNumber)],
    ['ProgressivoInvio', ascii(data.progressive, 10)],
    ['FormatoTrasmissione', formatOf(data.payer.delivery)],
    ['CodiceDestinatario', recipientCode(data.payer.delivery)],
    data.payer.delivery.kind === 'pec' ? ['PECDestinatario', data.payer.delivery.address] : undefined,
  ],
]

const identifier = (vatNumber: string): readonly Node[] => [
  ['IdPaese', 'IT'],
  ['IdCodice', ascii(vatNumber, 28)],
]

const place = (address: Address): readonly (Node | undefined)[] => {
  const country = address.country ?? 'IT'
  return [
    ['Indirizzo', latin(address.street, 60)],
    ['CAP', country === 'IT' ? address.postcode : '00000'],
    ['Comune', latin(address.town, 60)],
    country === 'IT' ? given('Provincia', address.province) : undefined,
    ['Nazione', country],
  ]
}

const sellerNode = (seller: Seller): Node => {
  const register = seller.businessRegister
  return [
    'CedentePrestatore',
    [
      [
        'DatiAnagrafici',
        [
          ['IdFiscaleIVA', identifier(seller.vatNumber)],
          given('CodiceFiscale', seller.fiscalCode),
          ['Anagrafica', [['Denominazione', latin(seller.name, 80)]]],
          ['RegimeFiscale', seller.taxRegime],
        ],
      ],
      ['Sede', place(seller.address)],
      register === undefined
        ? undefined
        : [
            'IscrizioneREA',
            [
              ['Ufficio', register.office],
              ['NumeroREA', ascii(register.number, 20)],
              register.capitalCents === undefined ? undefined : ['CapitaleSociale', decimal(register.capitalCents)],
              register.soleShareholder === undefined
                ? undefined
                : ['SocioUnico', register.soleShareholder ? 'SU' : 'SM'],
              ['StatoLiquidazione', register.inLiquidation ? 'LS' : 'LN'],
            ],
          ],
      contacts(seller),
    ],
  ]
}

/** What the schema would refuse of a contact is left out: nobody needs it to pay. */
const contacts = (seller: Seller): Node | undefined => {
  const phone = ascii((seller.phone ?? '').replace(/[^0-9+]/g, ''), 20)
  const email = /^(?=.{7,256}$).+@.+[.].+$/.test(seller.email ?? '') ? seller.email : undefined
  const nodes = [given('Telefono', /^.{5,12}$/.test(phone) ? phone : undefined), given('Email', email)]
  return nodes.some((node) => node !== undefined) ? ['Contatti', nodes] : undefined
}

const payerNode = (payer: Payer): Node => [
  'CessionarioCommittente',
  [
    [
      'DatiAnagrafici',
      [
        payer.vatNumber ? ['IdFiscaleIVA', identifier(payer.vatNumber)] : undefined,
        given('CodiceFiscale', payer.fiscalCode),
        [
          'Anagrafica',
          payer.name.kind === 'body'
            ? [['Denominazione', latin(payer.name.name, 80)]]
            : [
                ['Nome', latin(payer.name.givenName, 60)],
                ['Cognome', latin(payer.name.surname, 60)],
              ],
        ],
      ],
    ],
    ['Sede', place(payer.address)],
  ],
]

const general = (data: InvoiceData, totals: InvoiceTotals): Node => {
  const { payer, reverses } = data
  return [
    'DatiGenerali',
    [
      [
        'DatiGeneraliDocumento',
        [
          ['TipoDocumento', data.kind],
          ['Divisa', 'EUR'],
          ['Data', data.dated],
          ['Numero', ascii(printNumber(data.number), 20)],
          // DM 17/06/2014 art. 6: the duty is paid to the State by the quarter, and marked on each document.
          totals.stampCents === 0
            ? undefined
            : [
                'DatiBollo',
                [
                  ['BolloVirtuale', 'SI'],
                  ['ImportoBollo', decimal(totals.stampCents)],
                ],
              ],
          ['ImportoTotaleDocumento', decimal(totals.totalCents)],
          ...latinPieces(data.cause, 200).map((piece): Node => ['Causale', piece]),
        ],
      ],
      data.caseNumber === undefined ? undefined : ['DatiOrdineAcquisto', reference(data.caseNumber, data, payer)],
      ['DatiConvenzione', reference(data.conventionCode, data, payer)],
      reverses === undefined
        ? undefined
        : [
            'DatiFattureCollegate',
            [
              ['IdDocumento', ascii(printNumber(reverses.number), 20)],
              ['Data', reverses.dated],
            ],
          ],
    ],
  ]
}

const reference = (code: string, data: InvoiceData, payer: Payer): readonly (Node | undefined)[] => [
  ['IdDocumento', ascii(code, 20)],
  given('CodiceCommessaConvenzione', latin(data.conventionCode, 100)),
  given('CodiceCUP', ascii(payer.cup ?? '', 15)),
  given('CodiceCIG', ascii(payer.cig ?? '', 15)),
]

const lineNode = (line: InvoiceLine, index: number): Node => [
  'DettaglioLinee',
  [
    ['NumeroLinea', String(index + 1)],
    ['Descrizione', latin(line.description, 1000)],
    ['Quantita', `${line.quantity}.00`],
    ['PrezzoUnitario', decimal(line.unitCents)],
    ['PrezzoTotale', decimal(lineNet(line))],
    ['AliquotaIVA', rate(line.vat)],
    given('Natura', VAT_RULES[line.vat].nature),
  ],
]

const DUE_WORD: Readonly<Record<VatDue, string>> = { immediate: 'I', deferred: 'D', split: 'S' }
/** RiferimentoNormativo of VAT that the payer pays to the State. */
const SPLIT_REFERENCE = 'Scissione dei pagamenti, art. 17-ter DPR 633/1972'

const summaries = (totals: InvoiceTotals, payer: Payer): readonly Node[] =>
  totals.groups.map(({ vat, netCents, vatCents }): Node => {
    const rule = VAT_RULES[vat]
    const taxed = rule.nature === undefined
    return [
      'DatiRiepilogo',
      [
        ['AliquotaIVA', rate(vat)],
        given('Natura', rule.nature),
        ['ImponibileImporto', decimal(netCents)],
        ['Imposta', decimal(vatCents)],
        taxed ? ['EsigibilitaIVA', DUE_WORD[payer.vatDue]] : undefined,
        given('RiferimentoNormativo', taxed && payer.vatDue === 'split' ? SPLIT_REFERENCE : rule.reference),
      ],
    ]
  })

/** A credit note asks for nothing, so it says nothing of payment. */
const payment = (data: InvoiceData, totals: InvoiceTotals): Node | undefined =>
  data.kind === 'TD04' || totals.payableCents === 0
    ? undefined
    : [
        'DatiPagamento',
        [
          ['CondizioniPagamento', 'TP02'],
          [
            'DettaglioPagamento',
            [
              ['Beneficiario', latin(data.seller.name, 200)],
              ['ModalitaPagamento', 'MP05'],
              given('DataScadenzaPagamento', data.dueOn),
              ['ImportoPagamento', decimal(totals.payableCents)],
              given('IBAN', data.seller.iban),
            ],
          ],
        ],
      ]

/**
 * The document as XML, UTF-8. The payer must be one without problems (`payerProblems`): what the schema asks of codes
 * is checked there; lengths and letters of texts are made to fit here.
 */
export const printFatturaPa = (data: InvoiceData): string => {
  const totals = totalsOf(data.lines, data.payer)
  const header: Node = [
    'FatturaElettronicaHeader',
    [transmission(data), sellerNode(data.seller), payerNode(data.payer)],
  ]
  const body: Node = [
    'FatturaElettronicaBody',
    [
      general(data, totals),
      ['DatiBeniServizi', [...printedLines(data.lines).map(lineNode), ...summaries(totals, data.payer)]],
      payment(data, totals),
    ],
  ]
  const version = formatOf(data.payer.delivery)
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<p:FatturaElettronica xmlns:p="${NAMESPACE}" versione="${version}">\n` +
    `${printNode(header, '  ')}${printNode(body, '  ')}</p:FatturaElettronica>\n`
  )
}
