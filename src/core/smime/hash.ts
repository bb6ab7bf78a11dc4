// Hashes of bytes at hand: the only file of smime and directory that leans on Node (a browser build aliases it).
import { createHash } from 'node:crypto'
import type { Digest } from './algorithms.ts'

/** Hash of the bytes. */
export const hash = (digest: Digest, bytes: Uint8Array): Uint8Array => createHash(digest).update(bytes).digest()

/** SHA-1 of a certificate in upper-case hexadecimal, as the providers' directory writes it (RFC 6109 §4.5.1). */
export const sha1Fingerprint = (der: Uint8Array): string => createHash('sha1').update(der).digest('hex').toUpperCase()
