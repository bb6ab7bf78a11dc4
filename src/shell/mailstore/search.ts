// Looks for a text in many contents: in memory where facts are at hand, else by signatures in the database, then by the
// texts of what is left.
import type { ContentId } from '../../core/lib/rope.ts'
import { signatureBits } from '../../core/mail/signature.ts'
import type { FactsRecord } from '../../core/mailbox/factsRecord.ts'
import { readId } from '../content/id.ts'
import { bulkIds, type Database } from '../db/pool.ts'
import type { Facts } from './facts.ts'

/** Contents looked through by one statement. */
const BATCH = 5_000
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

const sift = async (db: Database, ids: readonly ContentId[], folded: string): Promise<Sifted> => {
  const inBody: ContentId[] = []
  const maybe: ContentId[] = []
  const missing: ContentId[] = []
  for (let at = 0; at < ids.length; at += BATCH) {
    const rows = await db.bulk(
      `select x.id, position(${literal(folded)} in body) > 0
       from unnest(${bulkIds(ids.slice(at, at + BATCH))}) as x (id) left join content_search s on s.content_id = x.id
       where s.content_id is null or true ${signatureTest(folded)}`,
    )
    for (const [id, found] of rows) (found ? (found[0] === 1 ? inBody : maybe) : missing).push(readId(id!, 0))
  }
  return { inBody, maybe, missing }
}

/** Those of the contents that have the folded text where it is asked for. */
export const searchContents = async (
  db: Database,
  facts: Facts,
  given: readonly ContentId[],
  where: 'header' | 'body' | 'text',
  folded: string,
): Promise<ReadonlySet<ContentId>> => {
  const ids = [...new Set(given)]
  if (folded === '') return new Set(ids)
  if (folded.includes('\0')) return new Set() // no text has it
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
    const headers = where === 'body' ? [] : candidates.filter((id) => !looked.has(id))
    if (headers.length > 0)
      for (const [id, record] of await facts.of(headers)) if (headerHas(record, sought)) found.add(id)
    if (sifted.missing.length === 0 || again) return found
    await facts.prepare(sifted.missing)
    sifted = await sift(db, sifted.missing, folded)
  }
}
