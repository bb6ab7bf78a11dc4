// Examines what another server sent: is there a signature, whose is it, does it hold, is the form right.

import type { ProviderDirectory } from '../../core/directory/providers.ts'
import { Fault } from '../../core/lib/refusal.ts'
import { bytesPiece, type Rope, rangePiece } from '../../core/lib/rope.ts'
import { parseAddressList } from '../../core/mail/address.ts'
import { decodeTransfer } from '../../core/mail/encoding.ts'
import { fieldValues } from '../../core/mail/header.ts'
import type { MimePart } from '../../core/mail/structure.ts'
import type { FormalFinding, SignatureFinding } from '../../core/pec/incoming.ts'
import { readPec, type SignedStructure, signedStructure } from '../../core/pec/read.ts'
import { sha1Fingerprint } from '../../core/smime/certificate.ts'
import { type CmsLimits, readSignedData } from '../../core/smime/cms.ts'
import type { SignatureVerdict } from '../../core/smime/verify.ts'
import { knownCertificate, verifySignature } from '../adapters/verifier.ts'
import type { ReceiveInput } from './receive.ts'
import type { World } from './world.ts'

/** Longest CMS object and daticert.xml part looked at, in bytes as they travel. */
const PART_LIMIT = 3 * 1024 * 1024
/** Longest encoded original that is decoded in memory, in bytes. */
const ENCODED_LIMIT = 64 * 1024 * 1024
const CMS_LIMITS: CmsLimits = { maxBytes: PART_LIMIT, maxCertificates: 16, maxSigners: 4 }

export type Examined = {
  readonly signature: SignatureFinding
  readonly form: FormalFinding
  /** The original message: the bytes where they lie in the content, or decoded where somebody encoded them. */
  readonly postacert: Rope | undefined
}

/** RFC 6109 §2.2.2, §5.3: existence, origin, validity of the signature, then formal correctness. */
export const examine = async (world: World, input: ReceiveInput): Promise<Examined> => {
  const { root } = input.scan
  const structure = signedStructure(root)
  if (!structure) return { signature: { kind: 'absent' }, form: { kind: 'ordinary' }, postacert: undefined }
  const bodies = await smallBodies(world, input, structure)
  const signature = await findSignature(world, input, structure, bodies)
  const reading = readPec(root, (part) => bodies.get(part) ?? new Uint8Array())
  if (reading.kind === 'ordinary') return { signature, form: { kind: 'ordinary' }, postacert: undefined }
  const inner = reading.postacert
  return {
    signature,
    form: reading,
    postacert: inner && (await originalOf(world, input, inner)),
  }
}

/** RFC 2046 §5.2.1 wants message/rfc822 as it is; where it is encoded all the same, receipts must carry it decoded. */
const originalOf = async (world: World, input: ReceiveInput, part: MimePart): Promise<Rope> => {
  const where = range(input, part.bodyStart, part.bodyEnd)
  if (part.encoding !== 'base64' && part.encoding !== 'quoted-printable') return where
  return [bytesPiece(decodeTransfer(part.encoding, await world.contents.bytes(where, ENCODED_LIMIT)))]
}

const range = (input: ReceiveInput, start: number, end: number) => [rangePiece(input.content.id, start, end - start)]

/** Bodies of the leaf parts inside the signature structure that may be read whole, transfer encoding untouched. */
const smallBodies = async (
  world: World,
  input: ReceiveInput,
  structure: SignedStructure,
): Promise<ReadonlyMap<MimePart, Uint8Array>> => {
  const bodies = new Map<MimePart, Uint8Array>()
  const pending: MimePart[] = [structure.signedPart, structure.signaturePart]
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part.type.startsWith('multipart/')) pending.push(...part.children)
    else if (part.type.startsWith('text/') || part.type === 'message/rfc822') continue
    else if (part.bodyEnd - part.bodyStart <= PART_LIMIT) {
      bodies.set(part, await world.contents.bytes(range(input, part.bodyStart, part.bodyEnd), PART_LIMIT))
    }
  }
  return bodies
}

const findSignature = async (
  world: World,
  input: ReceiveInput,
  structure: SignedStructure,
  bodies: ReadonlyMap<MimePart, Uint8Array>,
): Promise<SignatureFinding> => {
  const encoded = bodies.get(structure.signaturePart)
  if (!encoded) return { kind: 'unproven', reason: 'firma non leggibile' }
  const cms = decodeTransfer(structure.signaturePart.encoding, encoded)
  const signed = readSignedData(cms, CMS_LIMITS, knownCertificate)
  if (signed.kind !== 'signedData') return { kind: 'unproven', reason: 'firma non leggibile' }
  const digest = signed.signers[0]?.digest
  // SHA-1 is read in archives; nobody may sign today's mail with it (pec.md §4)
  if (signed.signers.length !== 1 || (digest !== 'sha256' && digest !== 'sha384' && digest !== 'sha512')) {
    return { kind: 'unproven', reason: 'firma non conforme alle regole' }
  }
  const entity = range(input, structure.signedStart, structure.signedEnd)
  const [contentDigest] = await world.contents.digests([entity], digest)
  const verdict = verifySignature({
    signed,
    contentDigest: contentDigest!,
    trust: world.trust.current(),
    at: world.clock.now(),
    requireCrl: world.requireCrl,
  })
  return originOf(verdict, world.directory.current(), input)
}

/** RFC 6109 §2.2.2, §2.1: the signer stands in the directory, and From is the address of its certificate. */
const originOf = (verdict: SignatureVerdict, directory: ProviderDirectory, input: ReceiveInput): SignatureFinding => {
  // Not knowing whether a certificate is revoked is our trouble, not the message's: it may come again.
  if (verdict.kind === 'invalid' && verdict.reason === 'crlUnavailable') throw new Fault('revocation', verdict.detail)
  if (verdict.kind === 'invalid') return { kind: 'unproven', reason: `firma non valida: ${verdict.reason}` }
  const signer = directory.providerOfCertificate(sha1Fingerprint(verdict.signer.der))
  if (!signer) return { kind: 'unproven', reason: "firmatario non presente nell'indice dei gestori" }
  const from = parseAddressList(fieldValues(input.scan.root.fields, 'from')[0] ?? '').addresses
  const address = from[0]?.spec.toLowerCase()
  if (from.length !== 1 || address === undefined || !verdict.signer.emails.includes(address)) {
    return { kind: 'unproven', reason: 'mittente diverso dal titolare del certificato di firma' }
  }
  return { kind: 'proven', signer }
}
