// Digests of ropes. Ropes that share a large blob (50 delivery receipts of one message) read it once together, and
// large work is done by two threads, so that the event loop stays free.
import { createHash, hash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { Fault } from '../../core/lib/refusal.ts'
import type { BlobStore } from '../../core/ports.ts'
import type { HashReply, HashRequest } from './hash-worker.ts'
import { storedLength } from './pieces.ts'
import { CHUNK_BYTES, type FlatPiece, isInPlace } from './read.ts'

export type DigestAlgorithm = 'sha256' | 'sha1' | 'sha384' | 'sha512'

/** A rope's hash on its way: the pieces, and which is next. */
type Track = { readonly index: number; readonly pieces: readonly FlatPiece[]; next: number }

/** Feeds the hashes named by `updates` (triples: index, first byte, end) with parts of a chunk. */
type Feed = (bytes: Uint8Array, updates: readonly number[]) => Promise<void> | void

type BlobPiece = Extract<FlatPiece, { readonly kind: 'blob' }>

/** Takes every track over its bytes in place, up to a blob or its end. */
const advance = async (tracks: readonly Track[], feed: Feed): Promise<readonly Track[]> => {
  for (const track of tracks) {
    for (let piece = track.pieces[track.next]; piece?.kind === 'bytes'; piece = track.pieces[++track.next])
      await feed(piece.bytes, [track.index, 0, piece.bytes.length])
  }
  return tracks.filter((track) => track.next < track.pieces.length)
}

/** Reads a blob once, from the first byte that any of the tracks wants next to the last. */
const pass = async (sha256: string, tracks: readonly Track[], blobs: BlobStore, feed: Feed): Promise<void> => {
  const wants = tracks.map((track) => ({ track, piece: track.pieces[track.next] as BlobPiece }))
  const start = Math.min(...wants.map(({ piece }) => piece.offset))
  const end = Math.max(...wants.map(({ piece }) => piece.offset + piece.length))
  let at = start
  for await (const chunk of blobs.read(sha256, start, end - start)) {
    const updates: number[] = []
    for (const { track, piece } of wants) {
      const from = Math.max(piece.offset - at, 0)
      const to = Math.min(piece.offset + piece.length - at, chunk.length)
      if (from < to) updates.push(track.index, from, to)
    }
    at += chunk.length
    if (updates.length > 0) await feed(chunk, updates)
  }
  for (const track of tracks) track.next++
}

/** Hashes all tracks, each blob in as few passes as their order allows. */
const hashTracks = async (ropes: readonly (readonly FlatPiece[])[], blobs: BlobStore, feed: Feed): Promise<void> => {
  let waiting: readonly Track[] = ropes.map((pieces, index) => ({ index, pieces, next: 0 }))
  for (;;) {
    waiting = await advance(waiting, feed)
    if (waiting.length === 0) return
    const byBlob = Map.groupBy(waiting, (track) => (track.pieces[track.next] as BlobPiece).sha256)
    let [best, group] = ['', [] as readonly Track[]]
    for (const [sha256, tracks] of byBlob) if (tracks.length > group.length) [best, group] = [sha256, tracks]
    await pass(best, group, blobs, feed)
  }
}

/** Bytes in place up to this are put together and hashed in one call: several small ones cost more than the copy. */
const TOGETHER_BYTES = 64 * 1024
const together = Buffer.allocUnsafeSlow(TOGETHER_BYTES)

/** Digest of a small rope in memory; undefined for others. */
const digestTogether = (pieces: readonly FlatPiece[], algorithm: DigestAlgorithm): Uint8Array | undefined => {
  let length = 0
  for (const piece of pieces) {
    if (!isInPlace(piece) || length + piece.bytes.length > TOGETHER_BYTES) return undefined
    together.set(piece.bytes, length)
    length += piece.bytes.length
  }
  return hash(algorithm, together.subarray(0, length), 'buffer')
}

/** Digests on this thread. */
const digestHere = async (
  ropes: readonly (readonly FlatPiece[])[],
  algorithm: DigestAlgorithm,
  blobs: BlobStore,
): Promise<readonly Uint8Array[]> => {
  const small = ropes.map((pieces) => digestTogether(pieces, algorithm))
  if (small.every((digest) => digest !== undefined)) return small
  const hashes = ropes.map(() => createHash(algorithm))
  await hashTracks(ropes, blobs, (bytes, updates) => {
    for (let i = 0; i < updates.length; i += 3)
      hashes[updates[i]!]!.update(bytes.subarray(updates[i + 1], updates[i + 2]))
  })
  return hashes.map((hash) => hash.digest())
}

type Thread = {
  readonly send: (request: HashRequest) => void
  /** Opens a job; `taken` is called for each chunk taken in, `digests` with the outcome or an error. */
  readonly open: (job: Job) => void
  readonly close: () => Promise<void>
}
type Job = {
  readonly id: number
  readonly taken: () => void
  readonly failed: (error: Error) => void
  readonly digests: (digests: readonly Uint8Array[]) => void
}

const startThread = (onDeath: () => void): Thread => {
  const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { execArgv: [], stderr: false })
  const jobs = new Map<number, Job>()
  worker.unref()
  const settle = (): void => {
    if (jobs.size === 0) worker.unref()
  }
  worker.on('message', (reply: HashReply) => {
    const job = jobs.get(reply.job)
    if (reply.kind === 'taken') return job?.taken()
    jobs.delete(reply.job)
    settle()
    job?.digests(reply.digests)
  })
  const die = (error: Error): void => {
    onDeath()
    for (const job of jobs.values()) job.failed(new Fault('content', 'a hashing thread ended', { cause: error }))
    jobs.clear()
  }
  worker.on('error', die)
  worker.on('exit', (code) => die(new Error(`exit ${code}`)))
  return {
    send: (request) => {
      if (request.kind === 'end' && request.abandoned) {
        jobs.delete(request.job)
        settle()
      }
      // a copy that is handed over: posting a view would copy all of the buffer behind it
      if (request.kind !== 'chunk') worker.postMessage(request)
      else {
        const bytes = new Uint8Array(request.bytes)
        worker.postMessage({ ...request, bytes }, [bytes.buffer])
      }
    },
    open: (job) => {
      jobs.set(job.id, job)
      worker.ref()
    },
    close: async () => void (await worker.terminate()),
  }
}

/** Chunks of one job that a thread may have waiting: enough to keep it busy, few enough to bound memory. */
const MOST_WAITING = 4

/** Sends one share of the ropes' chunks to a thread; `feed` waits while too many are on their way. */
const openShare = (thread: Thread, id: number, algorithm: DigestAlgorithm, count: number) => {
  let waiting = 0
  let wake: (() => void) | undefined
  let error: Error | undefined
  const result = new Promise<readonly Uint8Array[]>((resolve, reject) => {
    thread.open({
      id,
      digests: resolve,
      taken: () => {
        waiting--
        wake?.()
      },
      failed: (failure) => {
        error = failure
        wake?.()
        reject(failure)
      },
    })
  })
  result.catch(() => {}) // told by `feed` too
  thread.send({ kind: 'begin', job: id, algorithm, count })
  return {
    result,
    feed: async (bytes: Uint8Array, updates: readonly number[]): Promise<void> => {
      while (waiting >= MOST_WAITING && error === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (error !== undefined) throw error
      waiting++
      thread.send({ kind: 'chunk', job: id, bytes, updates })
    },
    end: (abandoned: boolean) => thread.send({ kind: 'end', job: id, abandoned }),
  }
}

/** Splits the ropes into shares of about the same bytes: for each rope, its share. */
const split = (ropes: readonly (readonly FlatPiece[])[], shares: number): readonly number[] => {
  const lengths = ropes.map((pieces) => pieces.reduce((sum, piece) => sum + storedLength(piece), 0))
  const loads = new Array<number>(shares).fill(0)
  const share = new Array<number>(ropes.length).fill(0)
  for (const index of lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]!)) {
    const lightest = loads.indexOf(Math.min(...loads))
    share[index] = lightest
    loads[lightest]! += lengths[index]!
  }
  return share
}

export type Digester = {
  /** Digests of ropes given flat, in their order. Throws Fault('content' or 'blobs'). */
  readonly digests: (
    ropes: readonly (readonly FlatPiece[])[],
    algorithm: DigestAlgorithm,
  ) => Promise<readonly Uint8Array[]>
  readonly close: () => Promise<void>
}

export type DigesterOptions = {
  /** Work up to this much is done on the caller's thread: 2 MiB take about 1.5 ms. */
  readonly hereBytes?: number
  readonly threads?: number
}

/** Opens a digester; its threads start with the first large work. */
export const openDigester = (blobs: BlobStore, options: DigesterOptions = {}): Digester => {
  const hereBytes = options.hereBytes ?? 2 * 1024 * 1024
  const threads = new Array<Thread | undefined>(options.threads ?? 2).fill(undefined)
  let jobs = 0

  const thread = (slot: number): Thread => {
    const made =
      threads[slot] ??
      startThread(() => {
        if (threads[slot] === made) threads[slot] = undefined
      })
    threads[slot] = made
    return made
  }
  const digestInThreads = async (
    ropes: readonly (readonly FlatPiece[])[],
    algorithm: DigestAlgorithm,
  ): Promise<readonly Uint8Array[]> => {
    const id = ++jobs
    const used = Math.min(threads.length, ropes.length)
    const shareOf = split(ropes, used)
    const members: number[][] = Array.from({ length: used }, () => [])
    const place = ropes.map((_, index) => members[shareOf[index]!]!.push(index) - 1)
    const slots = used === 1 ? [id % threads.length] : members.map((_, slot) => slot)
    const shares = members.map((list, i) => openShare(thread(slots[i]!), id, algorithm, list.length))
    const feed: Feed = async (bytes, updates) => {
      const parts: number[][] = shares.map(() => [])
      for (let i = 0; i < updates.length; i += 3)
        parts[shareOf[updates[i]!]!]!.push(place[updates[i]!]!, updates[i + 1]!, updates[i + 2]!)
      for (const [i, part] of parts.entries()) {
        if (part.length > 0) await sendCut(shares[i]!.feed, bytes, part)
      }
    }
    try {
      await hashTracks(ropes, blobs, feed)
    } catch (error) {
      for (const share of shares) share.end(true)
      throw error
    }
    for (const share of shares) share.end(false)
    const results = await Promise.all(shares.map((share) => share.result))
    return ropes.map((_, index) => results[shareOf[index]!]![place[index]!]!)
  }
  return {
    digests: (ropes, algorithm) => {
      const work = ropes.reduce((sum, pieces) => sum + pieces.reduce((all, piece) => all + storedLength(piece), 0), 0)
      return work <= hereBytes ? digestHere(ropes, algorithm, blobs) : digestInThreads(ropes, algorithm)
    },
    close: async () => {
      await Promise.all(threads.map((open) => open?.close()))
    },
  }
}

/** Sends a chunk; a longer one than usual in parts. */
const sendCut = async (
  feed: (bytes: Uint8Array, updates: readonly number[]) => Promise<void>,
  bytes: Uint8Array,
  updates: readonly number[],
): Promise<void> => {
  if (bytes.length <= CHUNK_BYTES) return feed(bytes, updates)
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const part: number[] = []
    for (let i = 0; i < updates.length; i += 3) {
      const from = Math.max(updates[i + 1]! - at, 0)
      const to = Math.min(updates[i + 2]! - at, CHUNK_BYTES)
      if (from < to) part.push(updates[i]!, from, to)
    }
    await feed(bytes.subarray(at, at + CHUNK_BYTES), part)
  }
}
