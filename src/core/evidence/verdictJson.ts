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
//
// Of a signed document (.p7m): kind signedDocument, verdict, signers[{subject, issuer, serial, signedAt, holds, known, reason}],
// content {sha256, sizeBytes}. Of an archive: kind archive, verdict, complete, parts[] (name, sha256, sizeBytes and what is
// said of each), messages[{identifier, sender, subject, parts[], recipients[], checks[]}], checks[].
import type { Instant } from '../lib/instant.ts'
import type { SignerFacts, Verification } from '../pec/verification.ts'
import type { ArchiveFinding } from './archive.ts'
import type { DocumentFinding, Part } from './part.ts'

/** A message, verified. */
export type MessageVerdict = { readonly verification: Verification; readonly lineEnds: 'asIs' | 'restored' }

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

/** The verdict on a signed document as a value for JSON. */
export const documentJson = (file: string, document: DocumentFinding) => ({
  file,
  verdict: document.verdict,
  kind: 'signedDocument',
  signers: document.signers.map((one) => ({
    subject: one.certificate?.subject.text,
    issuer: one.certificate?.issuer.text,
    serial: one.certificate?.serialHex,
    signedAt: iso(one.signedAt),
    holds: one.holds,
    known: one.known,
    reason: one.reason,
    detail: one.detail,
  })),
  content: document.content,
  inside: document.inside && verdictJson(file, document.inside),
  problem: document.problem,
})

const findingJson = ({ name, finding }: Part) => {
  if (finding.kind === 'document') return documentJson(name, finding)
  return finding.kind === 'other' ? { file: name, verdict: 'notChecked' } : verdictJson(name, finding)
}

/** One file of an archive. */
export const partJson = (part: Part) => ({
  ...findingJson(part),
  sha256: part.sha256,
  sizeBytes: part.sizeBytes,
})

/** The verdict on an archive as a value for JSON. */
export const archiveJson = (file: string, archive: ArchiveFinding) => ({
  file,
  verdict: archive.verdict,
  complete: archive.complete,
  kind: 'archive',
  parts: archive.parts.map(partJson),
  messages: archive.together.groups.map((group) => ({
    ...group,
    recipients: group.recipients.map((one) => ({ ...one, at: iso(one.at) })),
  })),
  checks: archive.together.checks,
})
