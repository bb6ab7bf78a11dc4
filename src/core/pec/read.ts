// Reads a received or stored message as certified mail: what it says it is, where its signed entity lies, whether its
// form is that of the rules: RFC 6109 §2.2.2, §4.3. Only what is inside the signed entity counts.
import { decodeTransfer } from '../mail/encoding.ts'
import { fieldValues } from '../mail/header.ts'
import type { HeaderField, MimePart } from '../mail/structure.ts'
import { MAX_DATICERT_BYTES, parseDaticert } from './daticert.ts'
import type { CertificationData, CertificationKind, PecKind } from './model.ts'
import {
  CERTIFICATION_KIND,
  FIELD,
  KIND_WORD,
  PART,
  parseReceiptMarker,
  parseTransportMarker,
  SECURITY_ERROR,
} from './vocabulary.ts'

/** The S/MIME structure at the top of a message. Offsets in bytes, absolute in the message. */
export type SignedStructure = {
  /** Exactly the bytes that are signed: [signedStart, signedEnd). */
  readonly signedStart: number
  readonly signedEnd: number
  readonly signedPart: MimePart
  /** The part that holds the CMS object, usually in base64. */
  readonly signaturePart: MimePart
}

export type PecReading =
  | { readonly kind: 'ordinary'; readonly structure?: SignedStructure | undefined }
  | {
      readonly kind: 'pec'
      /** Undefined where the markers name no kind of the rules, or more than one. */
      readonly pecKind: PecKind | undefined
      readonly structure?: SignedStructure | undefined
      readonly data?: CertificationData | undefined
      /** The part that carries postacert.eml; its inner message is `children[0]` unless it is encoded. */
      readonly postacert?: MimePart | undefined
      /** What the form lacks, in Italian; empty where it is right. */
      readonly formFailures: readonly string[]
    }

const SIGNATURE_TYPES = ['application/pkcs7-signature', 'application/x-pkcs7-signature']

/** The signature structure, where the message has one: multipart/signed of exactly two parts, the second CMS. */
// RFC 6109 §2.2.2 "signature existence"
export const signedStructure = (root: MimePart): SignedStructure | undefined => {
  const [signedPart, signaturePart] = root.children
  if (root.type !== 'multipart/signed' || root.children.length !== 2 || !root.closed) return undefined
  if (signedPart === undefined || signaturePart === undefined) return undefined
  if (!SIGNATURE_TYPES.includes(signaturePart.type)) return undefined
  return { signedStart: signedPart.headerStart, signedEnd: signedPart.bodyEnd, signedPart, signaturePart }
}

type Marked =
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly failure: string }
  | { readonly kind: 'envelope'; readonly pecKind: 'transportEnvelope' | 'anomalyEnvelope' }
  | { readonly kind: 'receipt'; readonly word: CertificationKind; readonly virus: boolean }

/** What the marker fields of the head say. They are outside of what is signed: the data must bear them out. */
const markers = (fields: readonly HeaderField[]): Marked => {
  const transport = fieldValues(fields, FIELD.transport)
  const receipt = fieldValues(fields, FIELD.receipt)
  const all = [...transport, ...receipt]
  if (all.length === 0) return { kind: 'none' }
  if (all.length > 1) return { kind: 'wrong', failure: `campi ${FIELD.transport} e ${FIELD.receipt} ripetuti` }
  const pecKind = transport[0] === undefined ? undefined : parseTransportMarker(transport[0])
  if (pecKind !== undefined) return { kind: 'envelope', pecKind }
  const word = receipt[0] === undefined ? undefined : parseReceiptMarker(receipt[0])
  if (word === undefined) return { kind: 'wrong', failure: `valore sconosciuto: ${all[0]!.slice(0, 60)}` }
  const virus = fieldValues(fields, FIELD.security).some((value) => value.toLowerCase() === SECURITY_ERROR)
  return { kind: 'receipt', word, virus }
}

/** Parts inside the signed entity, without going into messages that it carries. */
const partsInside = (entity: MimePart): readonly MimePart[] => {
  const found: MimePart[] = []
  const pending: MimePart[] = [entity]
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    found.push(part)
    if (!part.type.startsWith('multipart/')) continue
    for (let i = part.children.length - 1; i >= 0; i--) pending.push(part.children[i]!)
  }
  return found
}

const isNamed = (part: MimePart, name: string): boolean =>
  [part.filename, part.parameters.name].some((given) => given?.trim().toLowerCase() === name)

type Parts = {
  readonly daticerts: readonly MimePart[]
  readonly postacerts: readonly MimePart[]
  readonly hasText: boolean
}

const sortParts = (entity: MimePart): Parts => {
  const parts = partsInside(entity)
  const messages = parts.filter((part) => part.type === 'message/rfc822')
  const named = parts.filter((part) => isNamed(part, PART.originalMessage))
  return {
    daticerts: parts.filter((part) => isNamed(part, PART.certificationData)),
    postacerts: named.length > 0 ? named : messages,
    hasText: parts.some((part) => part.type === 'text/plain' || part.type === 'text/html'),
  }
}

/** Which certification data each kind must name (RFC 6109 §4.4, comments of the DTD). */
const NEEDS_RECIPIENT: ReadonlySet<CertificationKind> = new Set([
  'delivery',
  'nonDelivery',
  'timeoutNotice',
  'virusDetection',
])

/** Whether a kind carries the original: RFC 6109 §3.1.2, §3.1.3, §3.1.6, §3.2.3 forbid it, §3.1.5 and §3.2.2 want it. */
const ORIGINAL: Readonly<Record<PecKind, 'must' | 'may' | 'mustNot'>> = {
  acceptance: 'may',
  nonAcceptance: 'mustNot',
  virusNonAcceptance: 'mustNot',
  transportEnvelope: 'must',
  takeInCharge: 'may',
  deliveryComplete: 'may',
  deliveryBrief: 'may',
  deliveryConcise: 'may',
  nonDelivery: 'may',
  timeoutWarning: 'mustNot',
  timeoutFinal: 'mustNot',
  virusDetection: 'mustNot',
  virusNonDelivery: 'may',
  anomalyEnvelope: 'must',
}

/** Of the two timeout notices the last is told by the code or the words that real providers write. */
// RFC 6109 §3.1.6
const timeoutKind = (data: CertificationData | undefined): PecKind =>
  /^\s*5\.4\.1\b|ventiquattro ore/i.test(data?.extendedError ?? '') ? 'timeoutFinal' : 'timeoutWarning'

const deliveryKind = (data: CertificationData | undefined, carriesOriginal: boolean): PecKind => {
  if (!carriesOriginal) return 'deliveryConcise'
  return data?.receiptType === 'brief' ? 'deliveryBrief' : 'deliveryComplete'
}

const receiptKind = (
  word: CertificationKind,
  virus: boolean,
  data: CertificationData | undefined,
  carriesOriginal: boolean,
): PecKind => {
  if (word === 'delivery') return deliveryKind(data, carriesOriginal)
  if (word === 'timeoutNotice') return timeoutKind(data)
  const infected = virus || data?.error === 'virus'
  if (word === 'nonAcceptance') return infected ? 'virusNonAcceptance' : 'nonAcceptance'
  if (word === 'nonDelivery') return infected ? 'virusNonDelivery' : 'nonDelivery'
  return word
}

// Real providers leave out Sender and spell fields their own way; these they all write.
const REQUIRED_FIELDS = ['From', 'Date', 'Message-ID']

const headerFailures = (fields: readonly HeaderField[]): readonly string[] =>
  REQUIRED_FIELDS.filter((name) => fieldValues(fields, name).length !== 1).map(
    (name) => `campo ${name} assente o ripetuto nell'intestazione`,
  )

const readData = (
  parts: readonly MimePart[],
  bytesOf: (part: MimePart) => Uint8Array,
): { readonly data?: CertificationData; readonly failure?: string } => {
  const [part] = parts
  if (part === undefined) return { failure: `parte ${PART.certificationData} assente` }
  if (parts.length > 1) return { failure: `parte ${PART.certificationData} presente più volte` }
  if (part.bodyEnd - part.bodyStart > 2 * MAX_DATICERT_BYTES)
    return { failure: `parte ${PART.certificationData} troppo lunga` }
  const result = parseDaticert(decodeTransfer(part.encoding, bytesOf(part)))
  return result.kind === 'ok'
    ? { data: result.data }
    : { failure: `dati di certificazione non validi: ${result.reason}` }
}

/** Whether the data say what the head says. */
const dataFailures = (
  pecKind: Exclude<PecKind, 'anomalyEnvelope'>,
  data: CertificationData,
  fields: readonly HeaderField[],
): readonly string[] => {
  const failures: string[] = []
  const expected = CERTIFICATION_KIND[pecKind]
  if (data.kind !== expected) {
    failures.push(`tipo dei dati di certificazione diverso dall'intestazione: ${KIND_WORD[data.kind]}`)
  }
  // RFC 6109 §2.2.1: the envelope's Message-ID is the PEC msgid.
  if (pecKind === 'transportEnvelope' && fieldValues(fields, 'Message-ID')[0] !== `<${data.identifier}>`) {
    failures.push('identificativo diverso dal Message-ID della busta')
  }
  if (NEEDS_RECIPIENT.has(expected) && !data.deliveryTo) failures.push('destinatario della consegna assente')
  if (expected === 'takeInCharge' && data.takenFor === undefined) failures.push('destinatari presi in carico assenti')
  if (data.sender === '') failures.push('mittente assente')
  if (!isMeasured(data)) failures.push('identificativo o indirizzi troppo lunghi o non ammessi')
  return failures
}

// RFC 5321 §4.5.3.1: 64 and 255 octets. Beyond ASCII they are longer in bytes, and no index of ours holds the whole.
const ADDRESS = /^[^\x00-\x1f\x7f]{1,320}$/
const IDENTIFIER = /^[\x21-\x7e]{1,500}$/

/** Whether what the data name can be a message and mailboxes: these become keys, here and in the journal. */
const isMeasured = ({ identifier, sender, deliveryTo, takenFor, recipients }: CertificationData): boolean =>
  IDENTIFIER.test(identifier) &&
  [sender, ...(deliveryTo ? [deliveryTo] : []), ...(takenFor ?? [])].every((address) => ADDRESS.test(address)) &&
  recipients.every(({ address }) => ADDRESS.test(address))

const originalFailures = (pecKind: PecKind, count: number): readonly string[] => {
  const rule = ORIGINAL[pecKind]
  if (count > 1) return [`parte ${PART.originalMessage} presente più volte`]
  if (rule === 'must' && count === 0) return [`parte ${PART.originalMessage} assente`]
  if (rule === 'mustNot' && count > 0) return [`parte ${PART.originalMessage} non ammessa`]
  return []
}

/**
 * Reads the structure of a message as certified mail. `bytesOf` gives the body of a part as it stands in the message,
 * transfer encoding untouched; it is asked for daticert.xml only. Nothing is verified here but form: whether the
 * signature holds is for the caller to say.
 */
// RFC 6109 §2.2.2
export const readPec = (root: MimePart, bytesOf: (part: MimePart) => Uint8Array): PecReading => {
  const structure = signedStructure(root)
  const marked = markers(root.fields)
  if (marked.kind === 'none') return { kind: 'ordinary', structure }
  const failures: string[] = [...headerFailures(root.fields)]
  if (structure === undefined) {
    failures.unshift('struttura di firma assente')
    return { kind: 'pec', pecKind: undefined, formFailures: failures }
  }
  if (structure.signedPart.type !== 'multipart/mixed') failures.push('contenuto firmato diverso da multipart/mixed')
  const parts = sortParts(structure.signedPart)
  if (!parts.hasText) failures.push('testo leggibile assente')
  if (marked.kind === 'wrong') {
    return { kind: 'pec', pecKind: undefined, structure, formFailures: [marked.failure, ...failures] }
  }
  const anomaly = marked.kind === 'envelope' && marked.pecKind === 'anomalyEnvelope'
  const { data, failure } = anomaly ? {} : readData(parts.daticerts, bytesOf)
  if (failure !== undefined) failures.push(failure)
  if (anomaly && parts.daticerts.length > 0) failures.push(`parte ${PART.certificationData} non ammessa`)
  const pecKind =
    marked.kind === 'envelope'
      ? marked.pecKind
      : receiptKind(marked.word, marked.virus, data, parts.postacerts.length > 0)
  failures.push(...originalFailures(pecKind, parts.postacerts.length))
  if (data !== undefined && pecKind !== 'anomalyEnvelope') failures.push(...dataFailures(pecKind, data, root.fields))
  return { kind: 'pec', pecKind, structure, data, postacert: parts.postacerts[0], formFailures: failures }
}
