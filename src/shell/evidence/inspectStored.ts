// Looks at a stored message as evidence: streamed, however large; only signature and certification data come whole.

import type { InspectOptions } from '../../core/evidence/inspect.ts'
import { digested, isPlain, partsOf } from '../../core/evidence/inspect.ts'
import type { Digested, MessageFinding } from '../../core/evidence/part.ts'
import { toHex } from '../../core/lib/bytes.ts'
import { bytesPiece, type Rope, ropeLength, sliceRope } from '../../core/lib/rope.ts'
import { decodeTransfer } from '../../core/mail/encoding.ts'
import { MimeScanner } from '../../core/mail/mime.ts'
import type { MimePart } from '../../core/mail/structure.ts'
import { signedStructure } from '../../core/pec/read.ts'
import { judgedAt, judgeMessage, type MessageReading, planMessage, readMessage } from '../../core/pec/verification.ts'
import type { Certificate } from '../../core/smime/certificate.ts'
import { judge } from '../../core/smime/verify.ts'
import { answerPlanned } from '../adapters/verifier.ts'
import type { ContentStore } from '../content/store.ts'

/** Longest CMS object and daticert.xml part looked at, in bytes as they travel. */
const PART_LIMIT = 4 * 1024 * 1024
/** Longest encoded original that is decoded in memory, in bytes. */
const ENCODED_LIMIT = 64 * 1024 * 1024

export type Inspected = {
  readonly rope: Rope
  readonly whole: Digested
  readonly finding: MessageFinding
  /** The original inside, as it is to be written. */
  readonly original?: Rope | undefined
  readonly daticert?: Uint8Array | undefined
  /** Signer first, root last; the signer and what came with it where no chain holds. */
  readonly chain: readonly Certificate[]
  /** Whether the chain leads to an authority of ours. */
  readonly chained: boolean
}

const scan = async (contents: ContentStore, rope: Rope): Promise<MimePart> => {
  const scanner = new MimeScanner()
  for await (const chunk of contents.stream(rope)) scanner.push(chunk)
  return scanner.finish().root
}

/** Bodies of the parts that may be read whole: the signature, and the leaves that are neither text nor a message. */
const smallBodies = async (contents: ContentStore, rope: Rope, root: MimePart) => {
  const bodies = new Map<MimePart, Uint8Array>()
  const structure = signedStructure(root)
  const pending: MimePart[] = structure === undefined ? [] : [structure.signedPart, structure.signaturePart]
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part.type.startsWith('multipart/')) pending.push(...part.children)
    else if (part.type.startsWith('text/') || part.type === 'message/rfc822') continue
    else if (part.bodyEnd - part.bodyStart <= PART_LIMIT) {
      bodies.set(part, await contents.bytes(sliceRope(rope, part.bodyStart, part.bodyEnd), PART_LIMIT))
    }
  }
  return bodies
}

const NONE = new Uint8Array()

const verify = async (contents: ContentStore, rope: Rope, read: MessageReading, by: InspectOptions) => {
  const judged = judgedAt(read, by.at, by.now)
  const { structure, digest, signed } = read
  if (structure === undefined || signed?.kind !== 'signedData') {
    const verification = judgeMessage(read, { ...by, judged, plan: undefined, verdict: undefined })
    return { verification, chain: [], chained: false }
  }
  const [contentDigest] = await contents.digests(
    [sliceRope(rope, structure.signedStart, structure.signedEnd)],
    digest ?? 'sha256',
  )
  const plan = planMessage(read, { contentDigest: contentDigest!, trust: by.trust, at: judged.at })
  const verdict = plan && judge(plan, plan.checks.map(answerPlanned))
  const verification = judgeMessage(read, { ...by, judged, plan, verdict })
  const chained = verdict?.kind === 'valid'
  const chain = chained ? verdict.chain : plan?.signer === undefined ? [] : [plan.signer]
  return { verification, chain, chained }
}

/** Looks at one stored message. */
export const inspectStored = async (contents: ContentStore, rope: Rope, by: InspectOptions): Promise<Inspected> => {
  const root = await scan(contents, rope)
  const bodies = await smallBodies(contents, rope, root)
  const read = readMessage(root, (part) => bodies.get(part) ?? NONE)
  const { verification, chain, chained } = await verify(contents, rope, read, by)
  const parts = partsOf(read)
  const place = parts.original && { start: parts.original.bodyStart, end: parts.original.bodyEnd }
  const plain = parts.original !== undefined && isPlain(parts.original)
  const original =
    parts.original === undefined || place === undefined
      ? undefined
      : plain
        ? sliceRope(rope, place.start, place.end)
        : [
            bytesPiece(
              decodeTransfer(
                parts.original.encoding,
                await contents.bytes(sliceRope(rope, place.start, place.end), ENCODED_LIMIT),
              ),
            ),
          ]
  const body = parts.daticert && bodies.get(parts.daticert)
  const daticert = parts.daticert && body && decodeTransfer(parts.daticert.encoding, body)
  const [whole, inner] = await digestsOf(contents, [rope, ...(original ? [original] : [])])
  return {
    rope,
    whole: whole!,
    original,
    daticert,
    chain,
    chained,
    finding: {
      kind: 'message',
      verification,
      lineEnds: 'asIs',
      ...(inner && { original: inner }),
      ...(plain && place && { originalPlace: place }),
      ...(daticert && { daticert: digested(daticert) }),
    },
  }
}

/** Digests and lengths of ropes. */
export const digestsOf = async (contents: ContentStore, ropes: readonly Rope[]): Promise<readonly Digested[]> => {
  const digests = await contents.digests(ropes, 'sha256')
  return ropes.map((rope, i) => ({
    sha256: toHex(digests[i]!),
    sizeBytes: ropeLength(rope),
  }))
}
