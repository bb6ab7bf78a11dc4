// The words of large boxes that are searched: learned behind from what is stored, forgotten by disuse.
import { setImmediate as turn } from 'node:timers/promises'
import type { ContentId } from '../../core/lib/rope.ts'
import { readFacts } from '../../core/mailbox/factsRecord.ts'
import { readId } from '../content/id.ts'
import { bulkIds, type Database } from '../db/pool.ts'
import { makeWords, type Words } from './words.ts'

export type BoxWords = {
  /** What is known of a box; undefined where nothing is. */
  readonly of: (mailboxId: number) => Words | undefined
  /** Learns the words of contents not known yet, behind; those of small boxes are looked at where they are stored. */
  readonly learn: (mailboxId: number, contents: readonly ContentId[]) => void
  /** Resolves when nothing is being learned. */
  readonly settled: () => Promise<void>
  readonly close: () => Promise<void>
}

export type BoxWordsOptions = {
  readonly db: Database
  /** Memory for all boxes together. */
  readonly memoryBytes: number
  /** Messages from which on a box is large. */
  readonly largeFrom: number
  readonly onError: (error: unknown) => void
}

/** Messages read from the database at once. */
const BATCH = 250
/** The event loop is given back after so much work, in milliseconds. */
const SLICE_MS = 4

export const openBoxWords = ({ db, memoryBytes, largeFrom, onError }: BoxWordsOptions): BoxWords => {
  const boxes = new Map<number, Words>() // in order of use
  const wanted = new Map<number, readonly ContentId[]>()
  let learning: Promise<void> | undefined
  let closed = false

  const used = (): number => [...boxes.values()].reduce((sum, words) => sum + words.memoryBytes(), 0)
  /** Forgets boxes that were not searched for long, but not this one; gives whether there is room for more of it. */
  const makeRoom = (mailboxId: number): boolean => {
    for (const oldest of boxes.keys()) {
      if (used() <= memoryBytes) return true
      if (oldest !== mailboxId) boxes.delete(oldest)
    }
    return used() <= memoryBytes
  }
  const take = async (words: Words, contents: readonly ContentId[]): Promise<void> => {
    const rows = await db.bulk(
      `select s.content_id, f.record, convert_to(s.body, 'UTF8')
       from content_search s join content_facts f on f.content_id = s.content_id
       where s.content_id = any(${bulkIds(contents)})`,
    )
    // Known by the very strings that folders have of them: these are found fastest.
    const own = new Map(contents.map((content) => [content, content]))
    let since = performance.now()
    for (const [id, record, body] of rows) {
      const facts = readFacts(record!)
      words.add(own.get(readId(id!, 0))!, facts.headerText(), body!, facts.search.complete)
      if (performance.now() - since < SLICE_MS) continue
      await turn()
      since = performance.now()
    }
  }
  const learnBox = async (mailboxId: number, contents: readonly ContentId[]): Promise<void> => {
    const words = boxes.get(mailboxId) ?? makeWords()
    boxes.set(mailboxId, words)
    for (let at = 0; at < contents.length && !closed; at += BATCH) {
      // The rest of a box that is too large is looked at where it is stored.
      if (!makeRoom(mailboxId)) return
      await take(words, contents.slice(at, at + BATCH))
    }
  }
  const run = async (): Promise<void> => {
    for (const [mailboxId, contents] of wanted) {
      await learnBox(mailboxId, contents)
      wanted.delete(mailboxId)
    }
  }
  const start = (): void => {
    learning ??= run()
      .catch((error: unknown) => {
        // Whoever searches next wants it again.
        wanted.clear()
        onError(error)
      })
      .finally(() => {
        learning = undefined
        if (wanted.size > 0 && !closed) start()
      })
  }
  return {
    of: (mailboxId) => {
      const words = boxes.get(mailboxId)
      if (words) {
        boxes.delete(mailboxId)
        boxes.set(mailboxId, words)
      }
      return words
    },
    learn: (mailboxId, contents) => {
      const words = boxes.get(mailboxId)
      if (closed || wanted.has(mailboxId) || (!words && contents.length < largeFrom)) return
      if (contents.length === 0 || (words && words.memoryBytes() > memoryBytes)) return
      wanted.set(mailboxId, contents)
      start()
    },
    settled: async () => {
      while (learning) await learning
    },
    close: async () => {
      closed = true
      await learning
    },
  }
}
