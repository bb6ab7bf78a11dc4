// What is seen of a message of the network at one look: who wrote it, about what, and where its parts lie.
import type { PartFacts } from '../mail/facts.ts'
import { fieldValues } from '../mail/header.ts'
import type { HeaderField } from '../mail/structure.ts'
import { isReceipt, type MessageKind } from '../mailbox/certified.ts'
import type { StoredFacts } from '../mailbox/factsRecord.ts'
import type { CertificationData, PecKind } from '../pec/model.ts'
import { MARKER, PART } from '../pec/vocabulary.ts'
import { hasAttachment, isMultipart } from './bodies.ts'
import { addressesForm, textForm } from './header.ts'
import type { PecPerson } from './pec.ts'

/** A part, and its number (RFC 9051 §6.4.5). */
export type Place = { readonly part: PartFacts; readonly path: readonly number[] }

/** Where the parts of a message of the network lie; what is not there is undefined. */
export type PecPlaces = {
  readonly original: Place | undefined
  readonly daticert: Place | undefined
  readonly signature: Place | undefined
}

/** What does not change of a content, so that it is looked at once. */
export type Look = {
  /** Without the words that providers put before it. */
  readonly subject: string | null
  readonly from: readonly PecPerson[]
  /** To and Cc, of what a person wrote. */
  readonly to: readonly PecPerson[]
  /** Without brackets. */
  readonly messageId: string | undefined
  readonly preview: string
  readonly hasAttachment: boolean
  readonly data: CertificationData | undefined
  readonly places: PecPlaces
}

/** Whether the network made it: what submission filed, or a program put there, is as a person wrote it. */
export const isCertified = (kind: MessageKind | null): kind is PecKind => kind !== null && kind !== 'submitted'

/** Whether it carries what a person wrote. */
export const isEnvelope = (kind: MessageKind | null): boolean => isCertified(kind) && !isReceipt(kind)

const NOWHERE: PecPlaces = { original: undefined, daticert: undefined, signature: undefined }
const SIGNATURES = new Set(['application/pkcs7-signature', 'application/x-pkcs7-signature'])

/** Parts of an entity without going into messages that it carries, in their order. */
const partsInside = (part: PartFacts, path: readonly number[]): readonly Place[] => [
  { part, path },
  ...(isMultipart(part) ? part.children.flatMap((child, at) => partsInside(child, [...path, at + 1])) : []),
]

const isNamed = ({ part }: Place, name: string): boolean => part.filename?.trim().toLowerCase() === name

/** Finds the parts, as core/pec/read.ts does: only what is inside the signed entity counts. */
export const placesIn = (root: PartFacts): PecPlaces => {
  const [signed, signature] = root.children
  if (root.type !== 'multipart/signed' || root.children.length !== 2 || !signed || !signature) return NOWHERE
  if (!SIGNATURES.has(signature.type)) return NOWHERE
  const inside = partsInside(signed, [1])
  return {
    original:
      inside.find((place) => isNamed(place, PART.originalMessage)) ??
      inside.find(({ part }) => part.type === 'message/rfc822'),
    daticert: inside.find((place) => isNamed(place, PART.certificationData)),
    signature: { part: signature, path: [2] },
  }
}

/** The root part of the message that is inside; undefined where there is none, or it is encoded. */
export const innerRoot = ({ original }: PecPlaces): PartFacts | undefined =>
  original?.part.type === 'message/rfc822' ? original.part.children[0] : undefined

const peopleIn = (fields: readonly HeaderField[], ...names: readonly string[]): readonly PecPerson[] =>
  names.flatMap((name) => fieldValues(fields, name).flatMap(addressesForm))

const subjectIn = (fields: readonly HeaderField[]): string | null => {
  const [value] = fieldValues(fields, 'subject')
  return value === undefined ? null : textForm(value)
}

/** A subject without the words that providers put before it. */
export const plainSubject = (kind: MessageKind | null, subject: string | null): string | null => {
  if (subject === null || !isCertified(kind)) return subject
  const prefix = MARKER[kind].subjectPrefix
  return subject.toUpperCase().startsWith(`${prefix}:`) ? subject.slice(prefix.length + 1).trim() : subject
}

/** `inner`: fields of the message inside an envelope, where they could be read. */
export const lookOf = (
  kind: MessageKind | null,
  facts: Pick<StoredFacts, 'parts' | 'preview' | 'messageId'>,
  fields: readonly HeaderField[],
  inner: readonly HeaderField[] | undefined,
  data: CertificationData | undefined,
): Look => {
  const written = inner ?? fields
  const envelope = isEnvelope(kind)
  const own = plainSubject(kind, subjectIn(fields))
  const from = peopleIn(written, 'from')
  const isCertificate = isCertified(kind) && !envelope
  return {
    subject: envelope && inner ? subjectIn(inner) : isCertificate ? (data?.subject ?? own) : own,
    from: envelope && !inner && data ? [{ name: null, email: data.sender }] : from,
    to: isCertificate ? [] : peopleIn(written, 'to', 'cc'),
    messageId: facts.messageId,
    preview: facts.preview,
    hasAttachment: hasAttachment(facts.parts),
    data,
    places: isCertified(kind) ? placesIn(facts.parts) : NOWHERE,
  }
}
