// A signed LDIF file (.p7m): opened and believed only whole, or made (RFC 6109 §4.5).
import { openLdif } from '../../core/directory/distribution.ts'
import type { ProviderDirectory } from '../../core/directory/providers.ts'
import { parseDirectory } from '../../core/directory/schema.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { Signer } from '../../core/ports.ts'
import type { Certificate } from '../../core/smime/certificate.ts'
import { hash } from '../../core/smime/hash.ts'
import { signingTemplate } from '../../core/smime/sign.ts'
import type { Trust } from '../../core/smime/verify.ts'
import { judge } from '../../core/smime/verify.ts'
import { answerPlanned } from '../adapters/verifier.ts'

/** Largest signed file that is taken, in bytes. */
export const SIGNED_LDIF_LIMIT_BYTES = 64 * 1024 * 1024

export type SignedLdif = {
  readonly directory: ProviderDirectory
  readonly ldif: Uint8Array
  readonly signer: Certificate
  /** What the signer says; undefined where it says nothing. */
  readonly signingTime: Instant | undefined
}

/** Opens a file and verifies signature, chain and content at an instant. Throws Fault('directory') on any objection. */
export const openSignedLdif = (p7m: Uint8Array, given: { readonly trust: Trust; readonly at: Instant }): SignedLdif => {
  // a list that cannot be had must not take the directory away; one that is at hand counts
  const opened = openLdif(p7m, { ...given, requireCrl: false })
  if (opened.kind === 'problem') throw new Fault('directory', opened.detail)
  const verdict = judge(opened.plan, opened.plan.checks.map(answerPlanned))
  if (verdict.kind === 'invalid') throw new Fault('directory', `${verdict.reason}: ${verdict.detail}`)
  const directory = parseDirectory(opened.ldif)
  if (directory.kind === 'problems') throw new Fault('directory', directory.problems.slice(0, 3).join('; '))
  return { directory, ldif: opened.ldif, signer: verdict.signer, signingTime: verdict.signingTime }
}

/** Signs a file: PKCS #7, DER, the content attached, the certificate included. Throws Fault('signer'). */
export const signLdif = async (ldif: Uint8Array, signer: Signer, at: Instant): Promise<Uint8Array> => {
  const template = signingTemplate(signer)
  const attributes = template.attributes(hash('sha256', ldif), at)
  return template.signedData(attributes, await signer.sign(attributes), ldif)
}
