// The module that an applicant signs, as a PDF of one page: the request, the data, the declarations, the QR of the case.
import QRCode from 'qrcode'
import { caseQrText } from '../../core/enrolment/caseNumber.ts'
import { type Instant, italianDay, legalTime } from '../../core/lib/instant.ts'
import { openPdf, type Pdf } from '../adapters/pdf.ts'

export type ModuleData = {
  readonly caseNumber: string
  /** Of the document: the same data at the same instant give the same bytes. */
  readonly createdAt: Instant
  readonly providerName: string
  readonly orderName: string
  readonly conventionCode: string
  /** The address that was chosen, whole. */
  readonly address: string
  readonly referenceEmail: string
  readonly person: {
    readonly surname: string
    readonly givenName: string
    readonly fiscalCode: string
    /** `YYYY-MM-DD` */
    readonly birthDate: string
    readonly birthPlace: string
    readonly street: string
    readonly postcode: string
    readonly town: string
    readonly province: string
    readonly phone?: string | undefined
  }
  readonly document?:
    | {
        readonly type: 'identityCard' | 'passport' | 'drivingLicence'
        readonly number: string
        readonly issuer: string
        /** `YYYY-MM-DD` */
        readonly expiry: string
      }
    | undefined
  readonly term: { readonly months: number; readonly payer: 'order' | 'member'; readonly priceCents: number }
  /** Where the signed module goes, a line for each way. */
  readonly sendTo: readonly string[]
}

const POINTS_PER_MM = 72 / 25.4
/** Wide enough to be read from a fax of 98 lines an inch. */
const QR_WIDTH = 44 * POINTS_PER_MM

const DOCUMENT_NAMES = {
  identityCard: 'carta d’identità',
  passport: 'passaporto',
  drivingLicence: 'patente di guida',
} as const

const day = (date: string): string => date.split('-').reverse().join('/')
const euros = (cents: number): string => `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, '0')} €`

/** The QR of a case as PNG. */
export const caseQrPng = (caseNumber: string): Promise<Uint8Array> =>
  QRCode.toBuffer(caseQrText(caseNumber), { errorCorrectionLevel: 'H', margin: 4, scale: 8 })

const SMALL = { size: 8.8, gap: 1.5 } as const
const FACTS = { size: 9.2 } as const

/** Declarations in the form that the law gives to those who make them in place of a certificate. */
const declarations = ({ providerName, conventionCode, term }: ModuleData): readonly string[] => [
  // DPR 445/2000 art. 46, 47, 76
  'che i dati scritti sopra sono veri e che la copia del documento d’identità inviata è conforme all’originale, ai sensi degli articoli 46 e 47 del DPR 445/2000, sapendo che chi dichiara il falso è punito (articolo 76) e perde i benefici ottenuti (articolo 75);',
  `di avere letto e di accettare le condizioni del servizio di posta elettronica certificata di ${providerName} e quelle della convenzione ${conventionCode};`,
  // Regolamento (UE) 2016/679, art. 13
  'di avere letto l’informativa sul trattamento dei dati personali (articolo 13 del Regolamento UE 2016/679);',
  `di sapere che la casella dura ${term.months} mesi dall’attivazione, ${
    term.payer === 'order'
      ? 'a carico dell’Ordine'
      : `al prezzo di ${euros(term.priceCents)} più IVA a carico del richiedente`
  }, e che un messaggio consegnato nella casella vale come ricevuto anche se non viene letto.`,
]

const writePerson = (pdf: Pdf, { person, document }: ModuleData): void => {
  pdf.heading('Chi chiede', 2)
  const rows: (readonly [string, string])[] = [
    ['Cognome e nome', `${person.surname} ${person.givenName}`],
    ['Codice fiscale', person.fiscalCode],
    ['Nato/a', `a ${person.birthPlace} il ${day(person.birthDate)}`],
    ['Residente', `${person.street}, ${person.postcode} ${person.town} (${person.province})`],
  ]
  if (person.phone) rows.push(['Telefono', person.phone])
  if (document) {
    const { type, number, issuer, expiry } = document
    rows.push(['Documento', `${DOCUMENT_NAMES[type]} n. ${number}, rilascio: ${issuer}, scadenza ${day(expiry)}`])
  }
  pdf.facts(rows, FACTS)
}

/** Writes the module. */
export const makeModule = async (data: ModuleData): Promise<Uint8Array> => {
  const pdf = openPdf({
    title: `Richiesta di attivazione PEC ${data.caseNumber}`,
    author: data.providerName,
    language: 'it',
    createdAt: data.createdAt,
    head: data.providerName,
    foot: `Pratica ${data.caseNumber}`,
  })
  pdf.image(await caseQrPng(data.caseNumber), {
    width: QR_WIDTH,
    align: 'right',
    alt: `Codice QR della pratica ${data.caseNumber}`,
    beside: () => {
      pdf.heading('Richiesta di attivazione\ndella casella PEC')
      pdf.paragraph(`Pratica ${data.caseNumber}`, { bold: true, size: 14, gap: 4 })
      pdf.paragraph(`Convenzione ${data.conventionCode}`, { gap: 2 })
      pdf.paragraph(`preparata il ${italianDay(legalTime(data.createdAt))}`, SMALL)
    },
  })
  pdf.paragraph(data.orderName, { gap: 8 })
  writePerson(pdf, data)
  pdf.heading('Chiede l’attivazione di una casella di posta elettronica certificata', 2)
  pdf.facts(
    [
      ['Indirizzo scelto', data.address],
      ['E-mail di riferimento', data.referenceEmail],
    ],
    FACTS,
  )
  pdf.heading('Dichiara', 2)
  for (const text of declarations(data)) pdf.paragraph(`– ${text}`, SMALL)
  pdf.signature('Luogo e data', 'Firma leggibile di chi chiede')
  pdf.heading('Come si invia', 2)
  for (const way of data.sendTo) pdf.paragraph(`– ${way}`, SMALL)
  return pdf.finish()
}
