// What a provider publishes of itself: its records as LDIF, signed with its PEC key (RFC 6109 §4.5).

import type { ProviderRecord } from '../../core/directory/providers.ts'
import { parseDirectory, printDirectory } from '../../core/directory/schema.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { HOUR } from '../../core/lib/instant.ts'
import type { Clock, Signer } from '../../core/ports.ts'
import { readCertificates, sha1Fingerprint } from '../../core/smime/certificate.ts'
import { signLdif } from './signedLdif.ts'

export type ProviderFacts = {
  readonly name: string
  /** mailReceipt. */
  readonly serviceMailbox: string
  readonly managedDomains: readonly string[]
  /** Where this very file is published. */
  readonly ldifUrl: string
  /** DER or PEM: the one in use, and in a renewal the next or the previous one too. */
  readonly certificates: readonly Uint8Array[]
  readonly description?: string | undefined
}

/** The record that the facts are. Throws Error where a certificate cannot be read. */
export const recordOf = (facts: ProviderFacts): ProviderRecord => {
  const certificates = facts.certificates.flatMap((input) => {
    const read = readCertificates(input)
    if ('kind' in read) throw new Error(`publication: ${read.detail}`)
    return read
  })
  return {
    name: facts.name,
    certificates,
    certificateHashes: certificates.map((certificate) => sha1Fingerprint(certificate.der)),
    serviceMailbox: facts.serviceMailbox,
    managedDomains: facts.managedDomains.map((domain) => domain.toLowerCase()),
    ldifUrl: facts.ldifUrl,
    description: facts.description,
  }
}

/**
 * The file to publish, `.p7m`, DER. In a renewal the old key goes on signing until the directory lists the new
 * certificate. Throws Error where nobody could accept what the facts say, Fault('signer').
 */
export const publication = async (
  facts: ProviderFacts & { readonly signer: Signer; readonly at: Instant },
): Promise<Uint8Array> => {
  const ldif = printDirectory([recordOf(facts)])
  const read = parseDirectory(ldif)
  if (read.kind === 'problems') throw new Error(`publication: ${read.problems.join('; ')}`)
  return signLdif(ldif, facts.signer, facts.at)
}

/**
 * The publication for a server to give to whoever asks: signed anew once an hour at most, since each signature is work
 * of the key that signs messages.
 */
export const makePublisher = (
  facts: ProviderFacts,
  signer: Signer,
  clock: Clock,
  renewAfterMs = HOUR,
): (() => Promise<Uint8Array>) => {
  let file: Promise<Uint8Array> | undefined
  let signedAt: Instant = 0
  return () => {
    const at = clock.now()
    if (file !== undefined && at - signedAt < renewAfterMs) return file
    signedAt = at
    const next = publication({ ...facts, signer, at })
    file = next
    next.catch(() => {
      if (file === next) file = undefined
    })
    return next
  }
}
