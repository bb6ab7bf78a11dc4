// Looks at one file as evidence. Whoever has the cryptography drives it: it yields the signatures to be checked, and goes
// on with the answers (node:crypto answers at once, a browser's WebCrypto a moment later).
import type { ProviderDirectory } from '../directory/providers.ts'
import { fromBase64, toHex, toLatin1 } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import { decodeTransfer } from '../mail/encoding.ts'
import { parseMime } from '../mail/mime.ts'
import type { MimePart } from '../mail/structure.ts'
import type { MessageReading, Verification } from '../pec/verification.ts'
import { judgedAt, judgeMessage, planMessage, readMessage } from '../pec/verification.ts'
import { PART } from '../pec/vocabulary.ts'
import { readSignedData } from '../smime/cms.ts'
import { hash } from '../smime/hash.ts'
import type { PlannedCheck, Trust } from '../smime/verify.ts'
import { judge, planVerification } from '../smime/verify.ts'
import type { Digested, DocumentFinding, DocumentSigner, Finding, MessageFinding, Part } from './part.ts'

/** What is judged by. */
export type InspectOptions = {
  /** Authorities and lists; without roots the chain is told as not checked. */
  readonly trust: Trust
  readonly directories: readonly ProviderDirectory[]
  /** When certificates are judged; the time of the signature unless said. */
  readonly at?: Instant | undefined
  readonly now: Instant
}

/** Yields signatures to check; wants a boolean for each, in their order. */
export type Inspection<T> = Generator<readonly PlannedCheck[], T, readonly boolean[]>

export const digested = (bytes: Uint8Array): Digested => ({
  sha256: toHex(hash('sha256', bytes)),
  sizeBytes: bytes.length,
})

/** What a file is by its first bytes and its name. */
export const formOf = (name: string, bytes: Uint8Array): 'archive' | 'cms' | 'message' | 'other' => {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)) return 'archive'
  const lower = name.toLowerCase()
  if (lower.endsWith('.p7m') && !looksLikeHeader(bytes)) return 'cms'
  if (bytes[0] === 0x30 && (bytes[1]! & 0x80) !== 0) return 'cms'
  return lower.endsWith('.eml') || looksLikeHeader(bytes) ? 'message' : 'other'
}

const looksLikeHeader = (bytes: Uint8Array): boolean =>
  /^(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}/.test(toLatin1(bytes, 0, 4_000))

/** Looks at a file that is all in memory. Archives are for `archive.ts`: here they are `other`. */
export function* inspectFile(name: string, bytes: Uint8Array, by: InspectOptions): Inspection<Part> {
  return { name, ...digested(bytes), finding: yield* findingOf(name, bytes, by) }
}

function* findingOf(name: string, bytes: Uint8Array, by: InspectOptions): Inspection<Finding> {
  const form = formOf(name, bytes)
  if (form === 'message') return yield* inspectMessage(bytes, by)
  if (form === 'cms') return yield* inspectDocument(bytes, by)
  return { kind: 'other' }
}

const LF = 0x0a
const CR = 0x0d

/** The bytes with CRLF for each bare LF; undefined where there is none. */
export const withCrlf = (bytes: Uint8Array): Uint8Array | undefined => {
  let bare = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) if (bytes[at - 1] !== CR) bare++
  if (bare === 0) return undefined
  const out = new Uint8Array(bytes.length + bare)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === LF && bytes[at - 1] !== CR) out[length++] = CR
    out[length++] = bytes[at]!
  }
  return out
}

/** Verifies a message. A copy with LF line ends whose signature does not hold is tried with CRLF too. */
export function* inspectMessage(bytes: Uint8Array, by: InspectOptions): Inspection<MessageFinding> {
  const asIs = yield* verifyBytes(bytes, by)
  const restored = withCrlf(bytes)
  if (restored === undefined) return { ...asIs, lineEnds: 'asIs' }
  const mended = { ...asIs, lineEnds: 'asIs', withCrlf: digested(restored) } as const
  if (asIs.verification.signer === undefined || signatureHolds(asIs.verification)) return mended
  const { originalPlace: _, ...again } = yield* verifyBytes(restored, by)
  return signatureHolds(again.verification) ? { ...again, lineEnds: 'restored', withCrlf: mended.withCrlf } : mended
}

const signatureHolds = (verification: Verification): boolean =>
  verification.checks.some((check) => check.name === 'signature' && check.outcome === 'holds')

type Verified = Omit<MessageFinding, 'lineEnds' | 'withCrlf'>

function* verifyBytes(bytes: Uint8Array, by: InspectOptions): Inspection<Verified> {
  const { root } = parseMime(bytes)
  const read = readMessage(root, (part) => bytes.subarray(part.bodyStart, part.bodyEnd))
  const judged = judgedAt(read, by.at, by.now)
  const { structure, digest, signed } = read
  const carried = carriedBy(read, bytes)
  if (structure === undefined || signed?.kind !== 'signedData') {
    const verification = judgeMessage(read, { ...by, judged, plan: undefined, verdict: undefined })
    return { kind: 'message', verification, ...carried }
  }
  const content = bytes.subarray(structure.signedStart, structure.signedEnd)
  const contentDigest = hash(digest ?? 'sha256', content)
  const plan = planMessage(read, { contentDigest, content, trust: by.trust, at: judged.at })
  const verdict = plan && judge(plan, yield plan.checks)
  return { kind: 'message', verification: judgeMessage(read, { ...by, judged, plan, verdict }), ...carried }
}

/** The parts of a certified message that may lie beside it as files too, and where they are in it. */
export const partsOf = (
  read: MessageReading,
): { readonly original: MimePart | undefined; readonly daticert: MimePart | undefined } => {
  if (read.pec.kind !== 'pec' || read.structure === undefined) return { original: undefined, daticert: undefined }
  const pending: MimePart[] = [read.structure.signedPart]
  let daticert: MimePart | undefined
  for (let part = pending.pop(); part !== undefined && daticert === undefined; part = pending.pop()) {
    if (part.type.startsWith('multipart/')) pending.push(...part.children.toReversed())
    else if ([part.filename, part.parameters.name].includes(PART.certificationData)) daticert = part
  }
  return { original: read.pec.postacert, daticert }
}

/** Whether a part stands in its message as it is. */
export const isPlain = (part: MimePart): boolean => !['base64', 'quoted-printable'].includes(part.encoding)

const carriedBy = (read: MessageReading, bytes: Uint8Array) => {
  const { original, daticert } = partsOf(read)
  const contentOf = (part: MimePart): Digested =>
    digested(decodeTransfer(part.encoding, bytes.subarray(part.bodyStart, part.bodyEnd)))
  return {
    ...(original && { original: contentOf(original) }),
    ...(original && isPlain(original) && { originalPlace: { start: original.bodyStart, end: original.bodyEnd } }),
    ...(daticert && { daticert: contentOf(daticert) }),
  }
}

/** The CMS object of a file: as it is, or in base64 with or without PEM lines around it. */
export const cmsOf = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0x30 ? bytes : fromBase64(toLatin1(bytes).replace(/-----[^-\n]*-----/g, ''))

function* inspectDocument(bytes: Uint8Array, by: InspectOptions): Inspection<DocumentFinding> {
  const signed = readSignedData(cmsOf(bytes))
  if (signed.kind === 'problem') return { kind: 'document', verdict: 'fails', signers: [], problem: signed.detail }
  const { content } = signed
  if (content === undefined) return { kind: 'document', verdict: 'fails', signers: [], problem: 'detached' }
  const signers: DocumentSigner[] = []
  for (const [signer, info] of signed.signers.entries()) {
    const signedAt = info.attributes?.signingTime
    const plan = planVerification({
      signed,
      signer,
      content,
      contentDigest: hash(info.digest ?? 'sha256', content),
      trust: by.trust,
      at: by.at ?? signedAt ?? by.now,
      requireCrl: false,
      acceptWeakDigest: true,
      anyPurpose: true,
    })
    const verdict = judge(plan, yield plan.checks)
    const about = verdict.kind === 'invalid' ? { reason: verdict.reason, detail: verdict.detail } : {}
    const broken = verdict.kind === 'invalid' && (plan.settled !== undefined || verdict.reason === 'badSignature')
    signers.push({ certificate: plan.signer, signedAt, holds: !broken, known: verdict.kind === 'valid', ...about })
  }
  const inside = formOf('', content) === 'message' ? yield* inspectMessage(content, by) : undefined
  const holds = signers.length > 0 && signers.every((one) => one.holds)
  return {
    kind: 'document',
    verdict: holds ? 'holds' : 'fails',
    signers,
    content: digested(content),
    ...(inside && { inside }),
  }
}
