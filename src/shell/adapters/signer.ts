// The signer: a private key in memory, used on libuv's threads so that the event loop stays free.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { equalBytes } from '../../core/lib/bytes.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { Signer } from '../../core/ports.ts'
import type { Certificate } from '../../core/smime/certificate.ts'
import { readCertificates } from '../../core/smime/certificate.ts'

/**
 * Opens a key with its certificate. `chainPem`: issuing certificates without the root, may be empty.
 * Throws Error where the PEMs cannot be read, the key is neither RSA nor P-256, or key and certificate are not a pair.
 */
export const openSigner = (input: {
  readonly keyPem: string
  readonly certificatePem: string
  readonly chainPem?: string | undefined
}): Signer => {
  const key = createPrivateKey(input.keyPem)
  const certificate = read(input.certificatePem, 'certificate')[0]!
  const chain = input.chainPem?.trim() ? read(input.chainPem, 'chain') : []
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  if (!equalBytes(spki, certificate.spki)) throw new Error('signer: the key is not the one of the certificate')
  const algorithm = algorithmOf(certificate)
  return {
    algorithm,
    certificate: certificate.der,
    chain: chain.map((one) => one.der),
    sign: (bytes) =>
      new Promise((resolve, reject) => {
        sign('sha256', bytes, key, (error, signature) => {
          if (error) reject(new Fault('signer', error.message, { cause: error }))
          else resolve(signature)
        })
      }),
  }
}

const read = (pem: string, what: string): readonly Certificate[] => {
  const certificates = readCertificates(pem)
  if ('kind' in certificates) throw new Error(`signer: ${what}: ${certificates.detail}`)
  return certificates
}

const algorithmOf = (certificate: Certificate): Signer['algorithm'] => {
  const { publicKey } = certificate
  if (publicKey.kind === 'rsa') return 'rsa-sha256'
  if (publicKey.kind === 'ec' && publicKey.curve === 'p256') return 'ecdsa-sha256'
  throw new Error('signer: the key is neither RSA nor P-256')
}
