// Facts of contents: from memory, from the database, or computed now and kept.
import { setImmediate as turn } from 'node:timers/promises'
import { type ContentId, rangePiece } from '../../core/lib/rope.ts'
import { contentFacts, finishFacts, planFacts, wantedText } from '../../core/mail/facts/content.ts'
import type { ContentFacts } from '../../core/mail/facts.ts'
import { MimeScanner } from '../../core/mail/mime.ts'
import { type FactsRecord, readFacts, writeFacts } from '../../core/mailbox/factsRecord.ts'
import { readId } from '../content/id.ts'
import type { ContentStore } from '../content/store.ts'
import { bulkIds, type Database } from '../db/pool.ts'

export type Facts = {
  /** Facts of the contents, all of them. Throws an Error where one is not stored. */
  readonly of: (ids: readonly ContentId[]) => Promise<Map<ContentId, FactsRecord>>
  /** Facts that are in memory. */
  readonly atHand: (id: ContentId) => FactsRecord | undefined
  /** Computes and keeps those of contents that have none yet, or that the database has lost. */
  readonly prepare: (ids: readonly ContentId[]) => Promise<void>
  /**
   * The same for contents just stored, as far as they are not at hand; `mayGoOn` is asked before each. Gives whether all
   * were done.
   */
  readonly prepareNew: (ids: readonly ContentId[], mayGoOn: () => boolean) => Promise<boolean>
  /** Keeps facts that are at hand, of contents that are stored. */
  readonly keep: (facts: ReadonlyMap<ContentId, ContentFacts>) => Promise<void>
}

export type FactsOptions = {
  readonly db: Database
  readonly contents: ContentStore
  readonly cacheBytes: number
  /** Told of a content whose facts could not be computed: a bug of ours. */
  readonly onBug: (content: ContentId, error: unknown) => void
}

/** Contents read from the database, or computed and written, at once. */
const READ_BATCH = 2_000
const COMPUTE_BATCH = 64
/** Larger messages are scanned as a stream, and their texts made one by one. */
const WHOLE_BYTES = 128 * 1024
const SCAN_BYTES = 64 * 1024
/** Facts held until they are written, in characters: messages may have a megabyte of text each. */
const HELD_CHARACTERS = 4 * 1024 * 1024
/** The event loop is given back after so much computing, in milliseconds. */
const SLICE_MS = 4
/** What a record costs in memory besides its bytes. */
const RECORD_BYTES = 700

const whole = (id: ContentId, sizeBytes: number) => [rangePiece(id, 0, sizeBytes)]

/** Gives the event loop back after each slice of computing: what hostile messages cost, others must not wait for. */
const makeSlices = (): (() => Promise<void>) => {
  let since = performance.now()
  return async () => {
    if (performance.now() - since <= SLICE_MS) return
    await turn()
    since = performance.now()
  }
}

/** The facts of a stored content. */
const compute = async (contents: ContentStore, id: ContentId, slice: () => Promise<void>): Promise<ContentFacts> => {
  const sizeBytes = await contents.sizeOf(id)
  if (sizeBytes <= WHOLE_BYTES) return contentFacts(await contents.bytes(whole(id, sizeBytes), WHOLE_BYTES))
  const scanner = new MimeScanner()
  for await (const chunk of contents.stream(whole(id, sizeBytes))) {
    for (let at = 0; at < chunk.length; at += SCAN_BYTES) {
      scanner.push(chunk.subarray(at, at + SCAN_BYTES))
      await slice()
    }
  }
  const plan = planFacts(scanner.finish())
  const texts: string[] = []
  for (const [number, { start, end }] of plan.wanted.entries()) {
    await slice()
    texts.push(wantedText(plan, number, await contents.bytes([rangePiece(id, start, end - start)], end - start)))
  }
  await slice()
  return finishFacts(plan, texts)
}

const charactersOf = ({ search, envelope, bodyStructure, body }: ContentFacts): number =>
  search.body.length + envelope.length + bodyStructure.length + body.length

/** All in one statement, without waiting for the disk: what a crash takes away is computed again. */
const insert = (db: Database, facts: ReadonlyMap<ContentId, ContentFacts>, records: readonly Uint8Array[]) =>
  db.tx(async (tx) => {
    const all = [...facts.values()]
    const bytes = Buffer.concat(records)
    const signatures = Buffer.concat(all.map((one) => one.search.signature))
    const startsOf = (parts: readonly Uint8Array[]): readonly number[] => {
      let next = 1 // SQL counts from 1
      return parts.map((part) => {
        const at = next
        next += part.length
        return at
      })
    }
    await tx.script('set local synchronous_commit = off')
    tx.send(
      'facts-insert',
      `insert into content_facts (content_id, record)
       select id, substring($2::bytea from start for length)
       from unnest($1::uuid[], $3::int4[], $4::int4[]) as x (id, start, length) on conflict do nothing`,
      [[...facts.keys()], bytes, startsOf(records), records.map((record) => record.length)],
    )
    tx.send(
      'facts-insert-search',
      `insert into content_search (content_id, signature, body)
       select id, substring($2::bytea from start for length), body
       from unnest($1::uuid[], $3::int4[], $4::int4[], $5::text[]) as x (id, start, length, body) on conflict do nothing`,
      [
        [...facts.keys()],
        signatures,
        startsOf(all.map((one) => one.search.signature)),
        all.map((one) => one.search.signature.length),
        all.map((one) => one.search.body.replaceAll('\0', ' ')),
      ],
    )
  })

/** Opens the facts of a database, with a memory of the ones used last. */
export const openFacts = ({ db, contents, cacheBytes, onBug }: FactsOptions): Facts => {
  const cache = new Map<ContentId, FactsRecord>() // in order of use
  let cached = 0
  const weigh = (record: FactsRecord): number => record.recordBytes + RECORD_BYTES

  const drop = (id: ContentId): void => {
    const old = cache.get(id)
    if (old === undefined) return
    cache.delete(id)
    cached -= weigh(old)
  }
  const put = (id: ContentId, record: FactsRecord): void => {
    drop(id)
    cache.set(id, record)
    cached += weigh(record)
    for (const [oldest, one] of cache) {
      if (cached <= cacheBytes) break
      cache.delete(oldest)
      cached -= weigh(one)
    }
  }
  const get = (id: ContentId): FactsRecord | undefined => {
    const record = cache.get(id)
    // While there is room for as much again nothing is about to be forgotten: the order of use can wait.
    if (record !== undefined && cached * 2 > cacheBytes) {
      cache.delete(id)
      cache.set(id, record)
    }
    return record
  }
  const read = async (ids: readonly ContentId[], into: Map<ContentId, FactsRecord>): Promise<void> => {
    for (let at = 0; at < ids.length; at += READ_BATCH) {
      const batch = bulkIds(ids.slice(at, at + READ_BATCH))
      const rows = await db.bulk(`select content_id, record from content_facts where content_id = any(${batch})`)
      for (const [id, record] of rows) into.set(readId(id!, 0), readFacts(record!))
    }
    for (const [id, record] of into) put(id, record)
  }
  const keep = async (
    facts: ReadonlyMap<ContentId, ContentFacts>,
    into?: Map<ContentId, FactsRecord>,
  ): Promise<void> => {
    if (facts.size === 0) return
    const records = [...facts.values()].map(writeFacts)
    for (const [at, id] of [...facts.keys()].entries()) {
      const record = readFacts(records[at]!)
      put(id, record)
      into?.set(id, record)
    }
    try {
      await insert(db, facts, records)
    } catch (error) {
      // What is not written is not to pass for it: it is computed again.
      for (const id of facts.keys()) drop(id)
      throw error
    }
  }
  /** Computes facts, some at a time, so that others get their turn. Gives whether all were. */
  const make = async (
    ids: readonly ContentId[],
    mayGoOn: () => boolean,
    into?: Map<ContentId, FactsRecord>,
  ): Promise<boolean> => {
    const slice = makeSlices()
    let done = 0
    for (let at = 0; at < ids.length; at += COMPUTE_BATCH) {
      const batch = ids.slice(at, at + COMPUTE_BATCH)
      await contents.preload(batch)
      const made = new Map<ContentId, ContentFacts>()
      let held = 0
      for (const id of batch) {
        if (!mayGoOn()) break
        done++
        try {
          const one = await compute(contents, id, slice)
          made.set(id, one)
          held += charactersOf(one)
        } catch (error) {
          if (error instanceof Error && error.name === 'Fault') throw error
          // One message must not keep the others from being seen: it is shown as an empty one.
          onBug(id, error)
          into?.set(id, readFacts(writeFacts(contentFacts(new Uint8Array()))))
        }
        if (held > HELD_CHARACTERS) {
          await keep(made, into)
          made.clear()
          held = 0
        }
        await slice()
      }
      await keep(made, into)
      if (done < Math.min(at + COMPUTE_BATCH, ids.length)) return false
    }
    return true
  }
  return {
    of: async (ids) => {
      const found = new Map<ContentId, FactsRecord>()
      const unknown = new Set<ContentId>()
      for (const id of ids) {
        const record = get(id)
        if (record === undefined) unknown.add(id)
        else found.set(id, record)
      }
      if (unknown.size === 0) return found
      const stored = new Map<ContentId, FactsRecord>()
      await read([...unknown], stored)
      const missing = [...unknown].filter((id) => !stored.has(id))
      if (missing.length > 0) await make(missing, () => true, stored)
      for (const [id, record] of stored) found.set(id, record)
      return found
    },
    atHand: get,
    prepare: async (ids) => {
      const rows = await db.query<{ id: ContentId }>(
        'facts-missing',
        `select id from unnest($1::uuid[]) as x (id)
         where not exists (select from content_facts f where f.content_id = x.id)
            or not exists (select from content_search s where s.content_id = x.id)`,
        [ids],
      )
      await make(
        rows.map((row) => row.id),
        () => true,
      )
    },
    prepareNew: (ids, mayGoOn) =>
      make(
        ids.filter((id) => !cache.has(id)),
        mayGoOn,
      ),
    keep: (facts) => keep(facts),
  }
}
