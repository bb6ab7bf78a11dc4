// The Italian words of the wire, each in this one place, and the way back from words to values.
import type { CertificationError, CertificationKind, PecKind, ReceiptType } from './model.ts'

/** Names of the header fields that certified mail adds (RFC 6109 §8.1). */
export const FIELD = {
  receipt: 'X-Ricevuta',
  transport: 'X-Trasporto',
  receiptType: 'X-TipoRicevuta',
  security: 'X-VerificaSicurezza',
  reference: 'X-Riferimento-Message-ID',
  sender: 'X-Mittente',
} as const

/** Names of the parts of a certified message (RFC 6109 §4.3, DM 2 Nov 2005: `daticert.xml`). */
export const PART = {
  certificationData: 'daticert.xml',
  originalMessage: 'postacert.eml',
  signature: 'smime.p7s',
} as const

/** Value of X-VerificaSicurezza where a virus is the reason (RFC 6109 §3.1.3, §3.2.4). */
export const SECURITY_ERROR = 'errore'

/** Display name before the address of who wrote the original (RFC 6109 §3.1.5). */
export const ON_BEHALF_OF = 'Per conto di: '

/** What the head of each kind of message says of it: RFC 6109 §2.1, §2.1.1.2, §3. */
export type Marker = {
  readonly field: typeof FIELD.receipt | typeof FIELD.transport
  readonly value: string
  readonly security: boolean
  /** Before `: ` and the subject of the original. */
  readonly subjectPrefix: string
}

const marker = (field: Marker['field'], value: string, subjectPrefix: string, security = false): Marker => ({
  field,
  value,
  security,
  subjectPrefix,
})

export const MARKER: Readonly<Record<PecKind, Marker>> = {
  // RFC 6109 §3.1.4
  acceptance: marker(FIELD.receipt, 'accettazione', 'ACCETTAZIONE'),
  // RFC 6109 §3.1.2
  nonAcceptance: marker(FIELD.receipt, 'non-accettazione', 'AVVISO DI NON ACCETTAZIONE'),
  // RFC 6109 §3.1.3
  virusNonAcceptance: marker(FIELD.receipt, 'non-accettazione', 'AVVISO DI NON ACCETTAZIONE PER VIRUS', true),
  // RFC 6109 §3.1.5
  transportEnvelope: marker(FIELD.transport, 'posta-certificata', 'POSTA CERTIFICATA'),
  // RFC 6109 §3.2.1
  takeInCharge: marker(FIELD.receipt, 'presa-in-carico', 'PRESA IN CARICO'),
  // RFC 6109 §3.3.2
  deliveryComplete: marker(FIELD.receipt, 'avvenuta-consegna', 'CONSEGNA'),
  deliveryBrief: marker(FIELD.receipt, 'avvenuta-consegna', 'CONSEGNA'),
  deliveryConcise: marker(FIELD.receipt, 'avvenuta-consegna', 'CONSEGNA'),
  // RFC 6109 §3.3.3
  nonDelivery: marker(FIELD.receipt, 'errore-consegna', 'AVVISO DI MANCATA CONSEGNA'),
  // RFC 6109 §3.1.6
  timeoutWarning: marker(
    FIELD.receipt,
    'preavviso-errore-consegna',
    'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO',
  ),
  timeoutFinal: marker(FIELD.receipt, 'preavviso-errore-consegna', 'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO'),
  // RFC 6109 §3.2.3
  virusDetection: marker(FIELD.receipt, 'rilevazione-virus', 'PROBLEMA DI SICUREZZA'),
  // RFC 6109 §3.2.4
  virusNonDelivery: marker(FIELD.receipt, 'errore-consegna', 'AVVISO DI MANCATA CONSEGNA PER VIRUS', true),
  // RFC 6109 §3.2.2
  anomalyEnvelope: marker(FIELD.transport, 'errore', 'ANOMALIA MESSAGGIO'),
}

/** `tipo` of the certification data that each kind of message carries; the anomaly envelope carries none. */
export const CERTIFICATION_KIND: Readonly<Record<Exclude<PecKind, 'anomalyEnvelope'>, CertificationKind>> = {
  acceptance: 'acceptance',
  nonAcceptance: 'nonAcceptance',
  virusNonAcceptance: 'nonAcceptance',
  transportEnvelope: 'transportEnvelope',
  takeInCharge: 'takeInCharge',
  deliveryComplete: 'delivery',
  deliveryBrief: 'delivery',
  deliveryConcise: 'delivery',
  nonDelivery: 'nonDelivery',
  timeoutWarning: 'timeoutNotice',
  timeoutFinal: 'timeoutNotice',
  virusDetection: 'virusDetection',
  virusNonDelivery: 'nonDelivery',
}

/** The kind of message that a form of delivery receipt is. */
export const DELIVERY_KIND: Readonly<Record<ReceiptType, PecKind>> = {
  complete: 'deliveryComplete',
  brief: 'deliveryBrief',
  concise: 'deliveryConcise',
}

/** `tipo` of daticert.xml (RFC 6109 §4.4). */
export const KIND_WORD: Readonly<Record<CertificationKind, string>> = {
  acceptance: 'accettazione',
  nonAcceptance: 'non-accettazione',
  takeInCharge: 'presa-in-carico',
  delivery: 'avvenuta-consegna',
  transportEnvelope: 'posta-certificata',
  nonDelivery: 'errore-consegna',
  timeoutNotice: 'preavviso-errore-consegna',
  virusDetection: 'rilevazione-virus',
}

/** `errore` of daticert.xml (RFC 6109 §4.4). */
export const ERROR_WORD: Readonly<Record<CertificationError, string>> = {
  none: 'nessuno',
  noRecipient: 'no-dest',
  noDomain: 'no-dominio',
  virus: 'virus',
  other: 'altro',
}

/** X-TipoRicevuta, and `tipo` of `ricevuta` in daticert.xml (RFC 6109 §3.1.5, §4.4). */
export const RECEIPT_TYPE_WORD: Readonly<Record<ReceiptType, string>> = {
  complete: 'completa',
  brief: 'breve',
  concise: 'sintetica',
}

/** `tipo` of `destinatari` (RFC 6109 §4.4), and the words of the acceptance text (§3.1.4). */
export const CERTIFIED_WORD = 'certificato'
export const EXTERNAL_WORD = 'esterno'
export const CERTIFIED_TEXT = 'posta certificata'
export const EXTERNAL_TEXT = 'posta ordinaria'

const reverse = <K extends string>(words: Readonly<Record<K, string>>): ReadonlyMap<string, K> =>
  new Map(Object.entries<string>(words).map(([key, word]) => [word, key as K]))

const kinds = reverse(KIND_WORD)
const errors = reverse(ERROR_WORD)
const receiptTypes = reverse(RECEIPT_TYPE_WORD)
const fold = (word: string): string => word.trim().toLowerCase()

/** The kind that a `tipo` or an X-Ricevuta says, in any case of letters; undefined where it is no word of the rules. */
export const parseKind = (word: string): CertificationKind | undefined => kinds.get(fold(word))

/** The error that an `errore` says. */
export const parseError = (word: string): CertificationError | undefined => errors.get(fold(word))

/** The type that an X-TipoRicevuta or the `tipo` of a `ricevuta` says. */
export const parseReceiptType = (word: string): ReceiptType | undefined => receiptTypes.get(fold(word))

/** What an X-Ricevuta value says. `posta-certificata` is a word of X-Trasporto only. */
export const parseReceiptMarker = (word: string): CertificationKind | undefined => {
  const kind = parseKind(word)
  return kind === 'transportEnvelope' ? undefined : kind
}

/** What an X-Trasporto value says. */
export const parseTransportMarker = (word: string): 'transportEnvelope' | 'anomalyEnvelope' | undefined => {
  const value = fold(word)
  if (value === MARKER.transportEnvelope.value) return 'transportEnvelope'
  return value === MARKER.anomalyEnvelope.value ? 'anomalyEnvelope' : undefined
}

/** Extended errors of the notices that have no cause of their own to tell; the codes are those of RFC 3463. */
export const EXTENDED_ERROR = {
  // Programs take the prefix 5.4.1 as the sign that the notice is the last (seen at real providers).
  timeoutWarning: (provider: string): string =>
    `4.4.1 - ${provider} - il messaggio non è stato consegnato nelle prime dodici ore dal suo invio`,
  timeoutFinal: (provider: string): string =>
    `5.4.1 - ${provider} - il messaggio non è stato consegnato nelle prime ventiquattro ore dal suo invio`,
} as const
