// A thread that hashes: it keeps the running hashes of several jobs and feeds them the chunks it is sent.
import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { DigestAlgorithm } from './digest.ts'

/** What a hashing thread is told. `updates` holds triples: index of the hash, first byte, end (exclusive) in the chunk. */
export type HashRequest =
  | { readonly kind: 'begin'; readonly job: number; readonly algorithm: DigestAlgorithm; readonly count: number }
  | { readonly kind: 'chunk'; readonly job: number; readonly bytes: Uint8Array; readonly updates: readonly number[] }
  | { readonly kind: 'end'; readonly job: number; readonly abandoned: boolean }

/** What it answers: a chunk was taken in, or all digests of a job, in order. */
export type HashReply =
  | { readonly kind: 'taken'; readonly job: number }
  | { readonly kind: 'digests'; readonly job: number; readonly digests: readonly Uint8Array[] }

const jobs = new Map<number, readonly Hash[]>()
const reply = (message: HashReply): void => parentPort?.postMessage(message)

parentPort?.on('message', (message: HashRequest) => {
  if (message.kind === 'begin') {
    jobs.set(
      message.job,
      Array.from({ length: message.count }, () => createHash(message.algorithm)),
    )
    return
  }
  const hashes = jobs.get(message.job) ?? []
  if (message.kind === 'chunk') {
    const { bytes, updates } = message
    for (let i = 0; i < updates.length; i += 3)
      hashes[updates[i]!]!.update(bytes.subarray(updates[i + 1], updates[i + 2]))
    reply({ kind: 'taken', job: message.job })
    return
  }
  jobs.delete(message.job)
  if (!message.abandoned) reply({ kind: 'digests', job: message.job, digests: hashes.map((hash) => hash.digest()) })
})
