// Looks for a text in many contents: by words in memory where they are known, by facts at hand, else by signatures in the
// database, then by the texts of what is left; what is too long for its facts is read through.
import { type ContentId, rangePiece } from '../../core/lib/rope.ts'
import { isSearched, textFinder } from '../../core/mail/facts/find.ts'
import type { PartFacts } from '../../core/mail/facts.ts'
import { signatureBits } from '../../core/mail/signature.ts'
import type { FactsRecord } from '../../core/mailbox/factsRecord.ts'
import type { ContentReader } from '../../core/ports.ts'
import { limiter } from '../adapters/limiter.ts'
import { readId } from '../content/id.ts'
import { bulkIds, type Database } from '../db/pool.ts'
import { Turns } from '../servers/wire/turns.ts'
import type { BoxWords } from './boxWords.ts'
import type { Facts } from './facts.ts'
import type { Where } from './words.ts'

/** Contents looked through by one statement. */
const BATCH = 5_000
/** Contents whose facts are in memory at one time. */
const FACTS_BATCH = 250
/** Statements that look through texts at one time, for everybody: others read by the same connections. */
const inTurn = limiter(2)
/** Bits of the signature that are asked for: one in four is set by chance, so that these let few pass wrongly. */
const BITS = 12

const headerHas = (record: FactsRecord, sought: Buffer): boolean => {
  const text = record.headerText()
  return Buffer.from(text.buffer, text.byteOffset, text.byteLength).includes(sought)
}

/** Some of the bits, from all over the text. */
const chosenBits = (folded: string): readonly number[] => {
  const bits = signatureBits(folded)
  const step = Math.max(1, bits.length / BITS)
  return Array.from({ length: Math.min(bits.length, BITS) }, (_, at) => bits[Math.floor(at * step)]!)
}

/** Condition on a signature: of a short one the bits are taken modulo its length. */
const signatureTest = (folded: string): string =>
  chosenBits(folded)
    .map((bit) => `and get_bit(signature, ${bit} & (length(signature) * 8 - 1)) = 1`)
    .join(' ')

/** Text as an SQL literal of its bytes: safe whatever it holds. */
const literal = (text: string): string =>
  `convert_from('\\x${Buffer.from(text, 'utf8').toString('hex')}'::bytea, 'UTF8')`

type Sifted = {
  /** The body has the text. */
  readonly inBody: readonly ContentId[]
  /** By their signature these may have it, and not in the body. */
  readonly maybe: readonly ContentId[]
  /** These have no signature yet. */
  readonly missing: readonly ContentId[]
}

/** Gives ids by batches. */
function* batchesOf(ids: readonly ContentId[]): Generator<readonly ContentId[]> {
  for (let at = 0; at < ids.length; at += BATCH) yield ids.slice(at, at + BATCH)
}

/** `= any`, not a join with the ids: for that the planner may read the index from its start to the last of them. */
const ofKnown = (ids: string, folded: string): string =>
  `select content_id, position(${literal(folded)} in body) > 0, null::int8 from content_search
   where content_id = any(${ids}) ${signatureTest(folded)}
   union all
   select null, null, count(*) from content_search where content_id = any(${ids})`

/** The same with those that have no signature, told by the same look: others are being made all the time. */
const ofAll = (ids: string, folded: string): string =>
  `select x.id, position(${literal(folded)} in body) > 0, null::int8
   from unnest(${ids}) as x (id) left join content_search s on s.content_id = x.id
   where s.content_id is null or true ${signatureTest(folded)}`

const sift = async (db: Database, ids: readonly ContentId[], folded: string): Promise<Sifted> => {
  const sifted = { inBody: [] as ContentId[], maybe: [] as ContentId[], missing: [] as ContentId[] }
  for (const batch of batchesOf(ids)) {
    const list = bulkIds(batch)
    let rows = await inTurn(() => db.bulk(ofKnown(list, folded)))
    const known = rows.find(([, , count]) => count)
    if (Number(known![2]!.readBigInt64BE(0)) < batch.length) rows = await inTurn(() => db.bulk(ofAll(list, folded)))
    for (const [id, found] of rows)
      if (id) (found ? (found[0] === 1 ? sifted.inBody : sifted.maybe) : sifted.missing).push(readId(id, 0))
  }
  return sifted
}

const textsOf = (part: PartFacts): readonly PartFacts[] => (isSearched(part) ? [part] : part.children.flatMap(textsOf))

/** Small parts are read so many bytes at once: a message may have thousands. */
const WINDOW_BYTES = 512 * 1024

/** Whether a text part of the content has the text, all of it read. */
const readThrough = async (
  contents: ContentReader,
  id: ContentId,
  root: PartFacts,
  folded: string,
): Promise<boolean> => {
  const turns = new Turns()
  let window: Uint8Array = new Uint8Array()
  let windowStart = 0
  for (const part of textsOf(root)) {
    const { bodyStart, bodyEnd } = part
    const finder = textFinder(part, folded)
    if (bodyEnd - bodyStart > WINDOW_BYTES) {
      for await (const chunk of contents.stream([rangePiece(id, bodyStart, bodyEnd - bodyStart)])) {
        if (finder.push(chunk)) return true
        await turns.pass()
      }
    } else if (bodyEnd > bodyStart) {
      if (bodyStart < windowStart || bodyEnd > windowStart + window.length) {
        const length = Math.min(WINDOW_BYTES, root.bodyEnd - bodyStart)
        window = await contents.bytes([rangePiece(id, bodyStart, length)], length)
        windowStart = bodyStart
      }
      if (finder.push(window.subarray(bodyStart - windowStart, bodyEnd - windowStart))) return true
    }
    if (finder.finish()) return true
    await turns.pass()
  }
  return false
}

export type SearchIn = {
  readonly db: Database
  readonly facts: Facts
  readonly contents: ContentReader
  readonly boxWords: Pick<BoxWords, 'of' | 'learn'>
}

/** The same of contents whose words are not known: by what is stored of each. */
const searchStored = async (
  { db, facts, contents }: SearchIn,
  ids: readonly ContentId[],
  where: Where,
  folded: string,
): Promise<ReadonlySet<ContentId>> => {
  const sought = Buffer.from(folded, 'utf8')
  const found = new Set<ContentId>()
  const open: ContentId[] = []
  const looked = new Set<ContentId>()
  for (const id of ids) {
    const record = where === 'body' ? undefined : facts.atHand(id)
    if (record === undefined) open.push(id)
    else if (headerHas(record, sought)) found.add(id)
    else if (where === 'text') {
      looked.add(id)
      open.push(id)
    }
  }
  let sifted = await sift(db, open, folded)
  for (let again = false; ; again = true) {
    if (where !== 'header') for (const id of sifted.inBody) found.add(id)
    const candidates = where === 'header' ? [...sifted.inBody, ...sifted.maybe] : sifted.maybe
    for (let at = 0; at < candidates.length; at += FACTS_BATCH)
      for (const [id, record] of await facts.of(candidates.slice(at, at + FACTS_BATCH))) {
        if (where !== 'body' && !looked.has(id) && headerHas(record, sought)) found.add(id)
        const isLong = where !== 'header' && !record.search.complete && !found.has(id)
        if (isLong && (await readThrough(contents, id, record.parts, folded))) found.add(id)
      }
    if (sifted.missing.length === 0 || again) return found
    await facts.prepare(sifted.missing)
    sifted = await sift(db, sifted.missing, folded)
  }
}

/** Of contents whose facts are whole, those whose body has the text. */
const searchBodies = async (db: Database, ids: readonly ContentId[], folded: string): Promise<readonly ContentId[]> => {
  const found: ContentId[] = []
  for (const batch of batchesOf(ids)) {
    const rows = await inTurn(() =>
      db.bulk(
        `select content_id from content_search
         where content_id = any(${bulkIds(batch)}) and position(${literal(folded)} in body) > 0`,
      ),
    )
    for (const [id] of rows) found.push(readId(id!, 0))
  }
  return found
}

/** Those of the contents that have the folded text where it is asked for; they are of one box. */
export const searchContents = async (
  of: SearchIn,
  mailboxId: number,
  given: readonly ContentId[],
  where: Where,
  folded: string,
): Promise<ReadonlySet<ContentId>> => {
  if (folded === '') return new Set(given)
  if (folded.includes('\0')) return new Set() // no text has it
  const words = of.boxWords.of(mailboxId)
  if (!words) {
    const ids = [...new Set(given)]
    const found = await searchStored(of, ids, where, folded)
    of.boxWords.learn(mailboxId, ids)
    return found
  }
  const looked = await words.look(given, where, folded)
  const found = new Set(looked.found)
  const add = (some: Iterable<ContentId>): void => {
    for (const id of some) found.add(id)
  }
  add(await searchBodies(of.db, looked.body, folded))
  const headers = looked.header.filter((id) => !found.has(id))
  if (headers.length > 0) add(await searchStored(of, headers, 'header', folded))
  const rest = [...new Set([...looked.loose, ...looked.unknown])]
  if (rest.length > 0) add(await searchStored(of, rest, where, folded))
  of.boxWords.learn(mailboxId, looked.unknown)
  return found
}
