// The machine's form of a verdict: one JSON object a line, one line a file. Its shape is stable: fields may be added.
//
//   file        as given
//   verdict     holds | fails | notPec | unreadable
//   complete    whether chain and directory could be checked
//   lineEnds    asIs | restored (the copy has LF; the signature holds with CRLF)
//   kind        a PecKind of src/core/pec/model.ts, unknown, ordinary
//   message     subject, from[], to[{address, certified}], date, messageId, identifier, clientMsgid, deliveryTo, takenFor[],
//               error, extendedError
//   signer      provider (as in the directory), subject, issuer, serial, sha1, addresses[], notBefore, notAfter, signedAt, digest,
//               authority; absent where there is no signature
//   judged      at, source (given | signingTime | certificationData | dateField | now)
//   checks      [{name, outcome, reason, detail}]: names, outcomes and reasons of src/core/pec/verificationChecks.ts
//   pecInside   certified messages attached to one that is not
//   error       why the file could not be read
// Instants are ISO 8601 in UTC; what is not known is absent.
import type { Instant } from '../../../core/lib/instant.ts'
import type { SignerFacts } from '../../../core/pec/verification.ts'
import type { MessageVerdict } from './message.ts'

const iso = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString())

const signerOf = (signer: SignerFacts) => ({
  provider: signer.provider,
  subject: signer.certificate.subject.text,
  issuer: signer.certificate.issuer.text,
  serial: signer.certificate.serialHex,
  sha1: signer.sha1,
  addresses: signer.certificate.emails,
  notBefore: iso(signer.certificate.notBefore),
  notAfter: iso(signer.certificate.notAfter),
  signedAt: iso(signer.signedAt),
  digest: signer.digest,
  authority: signer.authority,
})

/** The verdict on a file as a value for JSON. */
export const verdictJson = (file: string, { verification, lineEnds }: MessageVerdict) => {
  const { message, signer, judged } = verification
  const { data } = message
  return {
    file,
    verdict: verification.verdict,
    complete: verification.complete,
    lineEnds,
    kind: verification.kind,
    message: {
      subject: message.subject,
      from: message.from,
      to: data?.recipients ?? message.to.map((address) => ({ address })),
      date: iso(message.at),
      messageId: message.messageId,
      identifier: data?.identifier,
      clientMsgid: data?.clientMsgid,
      deliveryTo: data?.deliveryTo,
      takenFor: data?.takenFor,
      error: data?.error,
      extendedError: data?.extendedError,
    },
    signer: signer && signerOf(signer),
    judged: { at: iso(judged.at), source: judged.source },
    checks: verification.checks,
    pecInside: verification.pecInside,
  }
}
