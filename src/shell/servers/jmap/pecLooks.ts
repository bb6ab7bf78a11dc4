// Looks at messages of the network, many at once; what was seen of a content is kept, for it never changes.
import {
  innerRoot,
  isCertified,
  isEnvelope,
  type Look,
  lookOf,
  type Place,
  placesIn,
} from '../../../core/jmap/pecLook.ts'
import { type ContentId, rangePiece } from '../../../core/lib/rope.ts'
import { decodeTransfer } from '../../../core/mail/encoding.ts'
import type { MessageKind } from '../../../core/mailbox/certified.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import { MAX_DATICERT_BYTES, parseDaticert } from '../../../core/pec/daticert.ts'
import type { CertificationData } from '../../../core/pec/model.ts'
import { rootFields } from './emailBody.ts'
import { keep } from './kept.ts'
import type { JmapOptions } from './options.ts'

/** What is looked at: a content, and as what it was filed. */
export type Looked = { readonly content: ContentId; readonly kind: MessageKind | null }

/** In people, who make up most of a look. */
const MOST_KEPT = 400_000
const weightOf = (look: Look): number =>
  20 + look.from.length + look.to.length + (look.data?.recipients.length ?? 0) + (look.data?.takenFor?.length ?? 0)

/** By kind too: what is certified is looked into, a copy that a program has put there is not. */
const looks = keep<string, Look>(MOST_KEPT, weightOf)
const keyOf = ({ content, kind }: Looked): string => (isCertified(kind) ? `${content} ${kind}` : content)

type Options = Pick<JmapOptions, 'mailstore' | 'contents'>

const dataIn = async (
  { contents }: Options,
  content: ContentId,
  { part }: Place,
): Promise<CertificationData | undefined> => {
  const length = part.bodyEnd - part.bodyStart
  if (length <= 0 || length > 2 * MAX_DATICERT_BYTES) return undefined
  const bytes = await contents.bytes([rangePiece(content, part.bodyStart, length)], length)
  const read = parseDaticert(decodeTransfer(part.encoding, bytes))
  return read.kind === 'ok' ? read.data : undefined
}

const look = async (options: Options, { content, kind }: Looked, facts: StoredFacts): Promise<Look> => {
  const { contents } = options
  const fields = await rootFields(contents, { content, root: facts.parts, within: [], facts })
  if (!isCertified(kind)) return lookOf(kind, facts, fields, undefined, undefined)
  const places = placesIn(facts.parts)
  const root = isEnvelope(kind) ? innerRoot(places) : undefined
  const [inner, data] = await Promise.all([
    root && rootFields(contents, { content, root, within: places.original!.path, facts: undefined }),
    places.daticert && dataIn(options, content, places.daticert),
  ])
  return lookOf(kind, facts, fields, inner, data)
}

/** Contents whose bytes are in memory at one time. */
const BATCH = 200

/** What is seen of each content; those that are not stored are left out. */
export const looksAt = async (options: Options, all: readonly Looked[]): Promise<ReadonlyMap<ContentId, Look>> => {
  const found = new Map<ContentId, Look>()
  const unknown: Looked[] = []
  for (const one of all) {
    const known = looks.get(keyOf(one))
    if (known) found.set(one.content, known)
    else unknown.push(one)
  }
  for (let at = 0; at < unknown.length; at += BATCH) {
    const batch = unknown.slice(at, at + BATCH)
    const [facts] = await Promise.all([
      options.mailstore.facts(batch.map(({ content }) => content)),
      options.contents.preload(batch.flatMap(({ content, kind }) => (isCertified(kind) ? [content] : []))),
    ])
    await Promise.all(
      batch.map(async (one) => {
        const record = facts.get(one.content)
        if (!record) return
        const seen = await look(options, one, record)
        looks.put(keyOf(one), seen)
        found.set(one.content, seen)
      }),
    )
  }
  return found
}
