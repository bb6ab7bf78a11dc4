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

/** In characters, for hostile messages have long names; and what a look, and each person in it, takes besides. */
const MOST_KEPT = 64 * 1024 * 1024
const LOOK_CHARACTERS = 1_000
const PERSON_CHARACTERS = 60

const sum = (lengths: readonly number[]): number => lengths.reduce((all, one) => all + one, 0)
const weightOf = ({ subject, from, to, preview, data }: Look): number =>
  LOOK_CHARACTERS +
  (subject?.length ?? 0) +
  preview.length +
  sum([...from, ...to].map(({ name, email }) => PERSON_CHARACTERS + (name?.length ?? 0) + email.length)) +
  sum((data?.recipients ?? []).map(({ address }) => PERSON_CHARACTERS + address.length)) +
  sum((data?.takenFor ?? []).map((address) => PERSON_CHARACTERS + address.length)) +
  (data?.subject?.length ?? 0) +
  (data?.extendedError?.length ?? 0)

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
