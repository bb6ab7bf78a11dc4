// Answers the checks of a verification with the browser's WebCrypto.
import { concat } from '../../src/core/lib/bytes.ts'
import { type Digest, publicKeyOf, RSA_IDENTIFIER, type SignatureCheck } from '../../src/core/smime/algorithms.ts'
import { bodyOf, childrenOf, expectTag, readWhole, TAG, wholeOf } from '../../src/core/smime/der.ts'
import { sequence } from '../../src/core/smime/derWrite.ts'

const NAMES: Readonly<Record<Digest, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}
const CURVES = { p256: ['P-256', 32], p384: ['P-384', 48], p521: ['P-521', 66] } as const

/** WebCrypto takes buffers of its own memory only. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)

/** An RSA key under the one identifier that every browser knows; keys for RSA-PSS alone have another. */
const asRsa = (spki: Uint8Array): Uint8Array => {
  const [, key] = childrenOf(readWhole(spki, TAG.sequence), 2)
  return sequence(RSA_IDENTIFIER, wholeOf(expectTag(key, TAG.bitString)))
}

/** A number of a signature in so many bytes. */
const fixed = (bytes: Uint8Array, length: number): Uint8Array => {
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  if (significant.length > length) throw new RangeError('a number that is too long')
  return concat([new Uint8Array(length - significant.length), significant])
}

/** DER (r, s) as WebCrypto wants it: both numbers, each as long as the curve. */
const rawEcdsa = (signature: Uint8Array, length: number): Uint8Array => {
  const [r, s] = childrenOf(readWhole(signature, TAG.sequence), 2)
  return concat([r, s].map((one) => fixed(bodyOf(expectTag(one, TAG.integer)), length)))
}

const check = async ({ algorithm, spki, data, signature }: SignatureCheck): Promise<boolean> => {
  const { subtle } = crypto
  const hash = NAMES[algorithm.digest]
  const key = publicKeyOf(readWhole(spki, TAG.sequence))
  if (algorithm.kind === 'ecdsa') {
    if (key.kind !== 'ec' || key.curve === 'other') return false
    const [namedCurve, length] = CURVES[key.curve]
    const imported = await subtle.importKey('spki', own(spki), { name: 'ECDSA', namedCurve }, false, ['verify'])
    return subtle.verify({ name: 'ECDSA', hash }, imported, own(rawEcdsa(signature, length)), own(data))
  }
  const name = algorithm.kind === 'rsa' ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS'
  const imported = await subtle.importKey('spki', own(asRsa(spki)), { name, hash }, false, ['verify'])
  const how = algorithm.kind === 'rsa' ? { name } : { name, saltLength: algorithm.saltBytes }
  return subtle.verify(how, imported, own(signature), own(data))
}

/** Whether a signature holds. Never rejects: what cannot be checked does not hold. */
export const answer = (one: SignatureCheck): Promise<boolean> => check(one).catch(() => false)
