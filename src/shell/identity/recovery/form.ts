// The form to change a dead reference e-mail, as a PDF to sign: one page with the QR of the request.
import { type Instant, italianDay, legalTime } from '../../../core/lib/instant.ts'
import { openPdf } from '../../adapters/pdf.ts'
import { caseQrPng } from '../../documents/module.ts'
import type { Office } from '../../office.ts'

export type RecoveryForm = {
  readonly caseNumber: string
  readonly createdAt: Instant
  readonly address: string
  readonly fiscalCode: string
  readonly newEmail: string
}

const QR_WIDTH = (44 * 72) / 25.4
const SMALL = { size: 9.5, gap: 3 } as const

/** What the signature stands under: the new e-mail opens the box, and that is said in plain words. */
const DECLARATIONS: readonly string[] = [
  'di essere il titolare della casella scritta sopra e di non poter più leggere l’e-mail di riferimento di prima;',
  'di sapere che la nuova e-mail di riferimento riceverà gli avvisi della casella e servirà anche a scegliere una nuova password: chi la legge può entrare nella casella;',
  // DPR 445/2000 art. 46, 47, 76
  'che i dati scritti sopra sono veri e che la copia del documento d’identità inviata è conforme all’originale, ai sensi degli articoli 46 e 47 del DPR 445/2000, sapendo che chi dichiara il falso è punito (articolo 76);',
  // Regolamento (UE) 2016/679, art. 13
  'di avere letto l’informativa sul trattamento dei dati personali (articolo 13 del Regolamento UE 2016/679).',
]

/** Writes the form. */
export const makeRecoveryForm = async (office: Office, data: RecoveryForm): Promise<Uint8Array> => {
  const pdf = openPdf({
    title: `Modifica dell’e-mail di riferimento ${data.caseNumber}`,
    author: office.provider.name,
    language: 'it',
    createdAt: data.createdAt,
    head: office.provider.name,
    foot: `Richiesta ${data.caseNumber}`,
  })
  pdf.image(await caseQrPng(data.caseNumber), {
    width: QR_WIDTH,
    align: 'right',
    alt: `Codice QR della richiesta ${data.caseNumber}`,
    beside: () => {
      pdf.heading('Modifica dell’e-mail di\nriferimento della casella PEC')
      pdf.paragraph(`Richiesta ${data.caseNumber}`, { bold: true, size: 14, gap: 4 })
      pdf.paragraph(`preparata il ${italianDay(legalTime(data.createdAt))}`, SMALL)
    },
  })
  pdf.heading('Chi chiede', 2)
  pdf.facts([
    ['Codice fiscale', data.fiscalCode],
    ['Casella PEC', data.address],
  ])
  pdf.paragraph('Cognome e nome, in stampatello: ______________________________________________', { gap: 8 })
  pdf.heading('Chiede di cambiare l’e-mail di riferimento della casella', 2)
  pdf.facts([['Nuova e-mail', data.newEmail]])
  pdf.heading('Dichiara', 2)
  for (const text of DECLARATIONS) pdf.paragraph(`– ${text}`, SMALL)
  pdf.signature('Luogo e data', 'Firma leggibile del titolare')
  pdf.heading('Come si invia', 2)
  const ways = [
    `dalla pagina della richiesta, con una foto del documento d’identità: ${office.publicUrl}/recupero`,
    'allo sportello della segreteria del proprio Ordine, con il documento d’identità',
    ...(office.papersAddress ? [`per e-mail o da un servizio di fax a ${office.papersAddress}, come PDF o TIFF`] : []),
  ]
  for (const way of ways) pdf.paragraph(`– ${way}`, SMALL)
  return pdf.finish()
}
