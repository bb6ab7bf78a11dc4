// Node's createHash for the core in a browser: the four digests of certified mail, at once and without waiting.
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { fromUtf8, toHex } from '../../src/core/lib/bytes.ts'

const HASHES = { sha1, sha256, sha384, sha512 } as const

type Hash = {
  readonly update: (bytes: Uint8Array | string) => Hash
  readonly digest: ((encoding: 'hex') => string) & (() => Uint8Array)
}

/** As in `node:crypto`, for the digests that the core names. */
export const createHash = (name: keyof typeof HASHES): Hash => {
  const running = HASHES[name].create()
  const digest = (encoding?: 'hex') => {
    const bytes = running.digest()
    return encoding === 'hex' ? toHex(bytes) : bytes
  }
  const hash: Hash = {
    update: (bytes) => {
      running.update(typeof bytes === 'string' ? fromUtf8(bytes) : bytes)
      return hash
    },
    digest: digest as Hash['digest'],
  }
  return hash
}
