// The plain words of a verification, in Italian and in English: lines for a terminal, made of the verdict alone.
import type { Instant } from '../lib/instant.ts'
import { italianDay, italianHour, legalTime } from '../lib/instant.ts'
import type { PecKind } from './model.ts'
import { CHECK_WORDS, REASON_WORDS } from './verdictWords.ts'
import type { Check, JudgedAt, SignerFacts, Verification } from './verification.ts'

export type Language = 'it' | 'en'
/** A text in both languages. */
export type Bilingual = { readonly it: string; readonly en: string }

const both = (it: string, en: string): Bilingual => ({ it, en })

export const KIND_NAME: Readonly<Record<PecKind | 'unknown' | 'ordinary', Bilingual>> = {
  acceptance: both('Ricevuta di accettazione', 'Acceptance receipt'),
  nonAcceptance: both('Avviso di non accettazione', 'Non-acceptance notice'),
  virusNonAcceptance: both('Avviso di non accettazione per virus', 'Non-acceptance notice because of a virus'),
  transportEnvelope: both(
    'Busta di trasporto (messaggio di posta certificata)',
    'Transport envelope (certified message)',
  ),
  takeInCharge: both('Ricevuta di presa in carico', 'Take-in-charge receipt between providers'),
  deliveryComplete: both('Ricevuta completa di avvenuta consegna', 'Complete delivery receipt'),
  deliveryBrief: both('Ricevuta breve di avvenuta consegna', 'Brief delivery receipt'),
  deliveryConcise: both('Ricevuta sintetica di avvenuta consegna', 'Concise delivery receipt'),
  nonDelivery: both('Avviso di mancata consegna', 'Non-delivery notice'),
  timeoutWarning: both(
    'Avviso di mancata consegna per superamento dei tempi massimi (12 ore)',
    'Timeout notice (12 hours)',
  ),
  timeoutFinal: both(
    'Avviso di mancata consegna per superamento dei tempi massimi (24 ore)',
    'Timeout notice (24 hours)',
  ),
  virusDetection: both('Avviso di rilevazione virus', 'Virus detection notice'),
  virusNonDelivery: both('Avviso di mancata consegna per virus', 'Non-delivery notice because of a virus'),
  anomalyEnvelope: both(
    'Busta di anomalia (posta ordinaria: il contenuto non è certificato)',
    'Anomaly envelope (ordinary mail: its content is not certified)',
  ),
  unknown: both('Messaggio di posta certificata di tipo non riconosciuto', 'Certified message of an unknown kind'),
  ordinary: both('Messaggio di posta ordinaria, non di posta certificata', 'Ordinary message, not certified mail'),
}

/** What could move a terminal or hide a text: controls, and marks that turn the direction of writing. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Text of a stranger on one line of a terminal, at most 400 characters. */
export const printable = (text: string): string => {
  const clean = text.replace(UNSAFE, ' ')
  return clean.length > 400 ? `${clean.slice(0, 400).toWellFormed()}…` : clean
}

/** `gg/mm/aaaa hh:mm:ss (+0100)`, Italian legal time. */
export const instantText = (at: Instant): string => {
  const time = legalTime(at)
  return `${italianDay(time)} ${italianHour(time)} (${time.zone})`
}

const MARK: Readonly<Record<Check['outcome'], string>> = { holds: '✓', weak: '!', fails: '✗', notChecked: '–' }

/** One check as a line, its mark first. */
export const checkLine = (check: Check, language: Language): string => {
  const words = CHECK_WORDS[check.name][language]
  const said = check.reason === undefined ? words.holds : REASON_WORDS[check.reason][language]
  const detail = check.detail === undefined ? '' : ` [${printable(check.detail)}]`
  return `${MARK[check.outcome]} ${words.title}: ${said}${detail}`
}

const LABELS = {
  subject: both('Oggetto', 'Subject'),
  from: both('Mittente', 'Sender'),
  to: both('Destinatari', 'Recipients'),
  delivery: both('Consegna a', 'Delivery to'),
  at: both('Data', 'Date'),
  identifier: both('Identificativo', 'Identifier'),
  error: both('Errore', 'Error'),
  signer: both('Firmato da', 'Signed by'),
  claimed: both('A nome di', 'In the name of'),
  certificate: both('Certificato', 'Certificate'),
  validity: both('Validità', 'Validity'),
  signedAt: both('Firma apposta', 'Signed on'),
} as const

const row = (label: Bilingual, value: string, language: Language): string =>
  `  ${`${label[language]}:`.padEnd(16)} ${printable(value)}`

/** A row that goes on with the one before. */
const more = (value: string): string => `  ${''.padEnd(16)} ${printable(value)}`

const recipientsText = (verification: Verification, language: Language): string => {
  const { data, to } = verification.message
  if (data === undefined) return to.slice(0, 20).join(', ')
  const certified = both('certificata', 'certified')[language]
  const external = both('ordinaria', 'ordinary')[language]
  const shown = data.recipients.slice(0, 20).map((one) => `${one.address} (${one.certified ? certified : external})`)
  const left = data.recipients.length - shown.length
  return shown.join(', ') + (left > 0 ? `, … (+${left})` : '')
}

const messageRows = (verification: Verification, language: Language): readonly string[] => {
  const { message } = verification
  const { data } = message
  const rows: string[] = []
  const add = (label: Bilingual, value: string | undefined): void => {
    if (value !== undefined && value !== '') rows.push(row(label, value, language))
  }
  add(LABELS.subject, message.subject)
  add(LABELS.from, message.from.slice(0, 5).join(', '))
  add(LABELS.to, recipientsText(verification, language))
  add(LABELS.delivery, data?.deliveryTo ?? data?.takenFor?.slice(0, 20).join(', '))
  add(LABELS.at, message.at === undefined ? undefined : instantText(message.at))
  add(LABELS.identifier, data?.identifier ?? message.messageId)
  add(LABELS.error, data?.extendedError)
  return rows
}

const signerRows = (signer: SignerFacts, verification: Verification, language: Language): readonly string[] => {
  const { judged, checks } = verification
  const proven = checks.some((check) => check.name === 'signature' && check.outcome === 'holds')
  const { certificate } = signer
  const name = signer.provider ?? certificate.subject.organization ?? certificate.subject.commonName ?? '?'
  const addresses = certificate.emails.length === 0 ? '' : ` <${certificate.emails.join(', ')}>`
  const unlisted =
    signer.provider === undefined ? both(' (secondo il certificato)', ' (as the certificate says)') : both('', '')
  const serial = both('numero di serie', 'serial number')[language]
  const issued = both('emesso da', 'issued by')[language]
  const range = `${instantText(certificate.notBefore)} – ${instantText(certificate.notAfter)}`
  const signed = signer.signedAt === undefined ? [] : [row(LABELS.signedAt, instantText(signer.signedAt), language)]
  return [
    row(proven ? LABELS.signer : LABELS.claimed, `${name}${addresses}${unlisted[language]}`, language),
    row(LABELS.certificate, certificate.subject.text, language),
    more(`${serial} ${certificate.serialHex}`),
    more(`${issued} ${certificate.issuer.text}`),
    row(LABELS.validity, range, language),
    ...signed,
    row(
      both('Giudicato al', 'Judged as of'),
      `${instantText(judged.at)}, ${JUDGED[judged.source][language]}`,
      language,
    ),
  ]
}

const JUDGED: Readonly<Record<JudgedAt['source'], Bilingual>> = {
  given: both('come richiesto', 'as asked'),
  signingTime: both('ora della firma secondo il firmatario', 'time of signature as the signer says'),
  certificationData: both('ora dei dati di certificazione', 'time of the certification data'),
  dateField: both('data del messaggio', 'date of the message'),
  now: both('adesso', 'now'),
}

/** The outcome in one sentence. */
export const outcomeText = (verification: Verification): Bilingual => {
  if (verification.verdict === 'notPec') {
    return both('Esito: NON È un messaggio di posta certificata.', 'Outcome: this is NOT a certified message.')
  }
  if (verification.verdict === 'fails') {
    return both(
      'Esito: NON REGGE. Il messaggio non è da considerare autentico.',
      'Outcome: it does NOT hold. The message is not to be taken as genuine.',
    )
  }
  return verification.complete
    ? both(
        'Esito: REGGE. Tutto quanto è stato controllato è in ordine.',
        'Outcome: it HOLDS. All that was checked is right.',
      )
    : both(
        'Esito: REGGE per quanto si è potuto controllare; senza autorità e indice dei gestori non si sa se chi ha firmato è un gestore.',
        'Outcome: it HOLDS as far as could be checked; without authority and directory nobody knows whether a provider signed.',
      )
}

const INSIDE = (count: number): Bilingual =>
  both(
    `Contiene in allegato ${count === 1 ? 'un messaggio' : `${count} messaggi`} di posta certificata: va estratto e verificato da solo.`,
    `Attached to it ${count === 1 ? 'is a certified message' : `are ${count} certified messages`}: extract and verify it by itself.`,
  )

const RESTORED = both(
  'La copia ha righe terminate da LF: la firma regge sul messaggio con righe terminate da CRLF, come viaggia.',
  'The copy has LF line ends: the signature holds on the message with CRLF line ends, as it travels.',
)

/**
 * A verification as lines for people, without line ends. In Italian the last line says the outcome in English too.
 * `lineEnds`: `restored` where the signature holds only with CRLF in place of the copy's LF.
 */
export const describeVerification = (
  verification: Verification,
  language: Language,
  lineEnds: 'asIs' | 'restored' = 'asIs',
): readonly string[] => {
  const outcome = outcomeText(verification)
  const { signer, checks, pecInside } = verification
  const shown = verification.verdict === 'notPec' && signer === undefined ? [] : checks
  return [
    `  ${KIND_NAME[verification.kind][language]}`,
    ...messageRows(verification, language),
    ...(signer === undefined ? [] : signerRows(signer, verification, language)),
    '',
    ...shown.map((check) => `  ${checkLine(check, language)}`),
    ...(lineEnds === 'restored' ? [`  ${RESTORED[language]}`] : []),
    ...(pecInside > 0 ? [`  ${INSIDE(pecInside)[language]}`] : []),
    `  ${outcome[language]}`,
    ...(language === 'it' ? [`  ${outcome.en}`] : []),
  ]
}
