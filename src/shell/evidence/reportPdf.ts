// The report of a bundle for people: what was sent, what became of it, what each part proves, and why.
import type { ArchiveFinding } from '../../core/evidence/archive.ts'
import type { Group } from '../../core/evidence/belonging.ts'
import { MEANING, NO_MEANING } from '../../core/evidence/meaning.ts'
import type { MessageFinding, Part } from '../../core/evidence/part.ts'
import type { JudgedBy, ReportSubject } from '../../core/evidence/report.ts'
import { archiveOutcome, FATE_WORDS, togetherLine } from '../../core/evidence/words.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { checkLine, instantText, KIND_NAME, printable } from '../../core/pec/verdictText.ts'
import { openPdf, type Pdf } from '../adapters/pdf.ts'

const SMALL = 9

/** The marks of the lines as words: the font of the document has none of them. */
const spoken = (line: string): string =>
  line.replace(/^✓ /, 'Sì. ').replace(/^✗ /, 'NO. ').replace(/^! /, 'Con riserva. ').replace(/^– /, 'Non controllato. ')

const groupSection = (pdf: Pdf, group: Group): void => {
  pdf.heading('Che cosa ne è stato', 2)
  pdf.table(
    [
      { title: 'Destinatario', share: 4 },
      { title: 'Esito', share: 4 },
      { title: 'Quando', share: 3 },
    ],
    group.recipients.map((fate) => [
      printable(fate.address),
      FATE_WORDS[fate.fate].it,
      fate.at === undefined ? '' : instantText(fate.at),
    ]),
  )
  for (const check of group.checks) pdf.paragraph(spoken(togetherLine(check, 'it')), { size: SMALL, gap: 2 })
}

const partSection = (pdf: Pdf, { name, finding }: Part & { readonly finding: MessageFinding }): void => {
  const { verification } = finding
  const { message, signer, kind } = verification
  pdf.heading(KIND_NAME[kind].it, 2)
  const fails = verification.verdict === 'fails'
  pdf.paragraph(fails ? NO_MEANING.it : MEANING[kind].it)
  const at = message.data?.at ?? message.at
  pdf.facts(
    [
      ['File', name],
      ...(at === undefined ? [] : [['Data', instantText(at)] as const]),
      ...(message.data?.deliveryTo === undefined ? [] : [['Consegna a', printable(message.data.deliveryTo)] as const]),
      ...(message.data?.extendedError === undefined
        ? []
        : [['Errore', printable(message.data.extendedError)] as const]),
      ...(signer === undefined
        ? []
        : ([
            ['Firmato da', printable(signer.provider ?? signer.certificate.subject.text)],
            ['Certificato', `${printable(signer.certificate.subject.text)}, n. ${signer.certificate.serialHex}`],
            ['Emesso da', printable(signer.certificate.issuer.text)],
            ...(signer.signedAt === undefined ? [] : [['Firma apposta', instantText(signer.signedAt)] as const]),
          ] as const)),
    ],
    { size: SMALL },
  )
  for (const check of verification.checks)
    pdf.paragraph(spoken(checkLine(check, 'it')), { size: SMALL, gap: check === verification.checks.at(-1) ? 8 : 1 })
}

const isMessage = (part: Part): part is Part & { readonly finding: MessageFinding } =>
  part.finding.kind === 'message' && part.finding.verification.kind !== 'ordinary'

/** Makes the report. `asOf`: the newest thing in it, which dates the document. */
export const reportPdf = (
  subject: ReportSubject,
  archive: ArchiveFinding,
  by: JudgedBy,
  asOf: Instant,
): Promise<Uint8Array> => {
  const pdf = openPdf({
    title: `Rapporto di verifica ${subject.identifier}`,
    author: subject.provider,
    language: 'it',
    createdAt: asOf,
    head: subject.provider,
    foot: `Rapporto di verifica ${subject.identifier}`,
  })
  const [group] = archive.together.groups
  pdf.heading('Rapporto di verifica di un messaggio\ndi posta elettronica certificata')
  pdf.paragraph(archiveOutcome(archive).it, { bold: true, size: 12 })
  pdf.facts([
    ['Identificativo', subject.identifier],
    ...(group?.subject === undefined ? [] : [['Oggetto', printable(group.subject)] as const]),
    ...(group === undefined ? [] : [['Mittente', printable(group.sender)] as const]),
    ['Dalla casella', subject.mailbox],
    ...(by.directoryAt === undefined ? [] : [['Indice dei gestori del', instantText(by.directoryAt)] as const]),
    ...by.lists.map(({ crl }) => ['Lista di revoca del', instantText(crl.thisUpdate)] as const),
  ])
  if (group) groupSection(pdf, group)
  for (const part of archive.parts) if (isMessage(part)) partSection(pdf, part)
  pdf.heading('I file', 2)
  pdf.table(
    [
      { title: 'Nome', share: 4 },
      { title: 'SHA-256', share: 5 },
    ],
    archive.parts.map((part) => [part.name, part.sha256.replace(/(.{32})/, '$1 ')]),
  )
  pdf.paragraph(
    'Questo rapporto non è firmato: la prova sono i file .eml, che portano la firma dei gestori. LEGGIMI.txt dice come verificarli senza fidarsi di chi ha fatto questo rapporto.',
    { size: SMALL },
  )
  return pdf.finish()
}
