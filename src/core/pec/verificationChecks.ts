// The single checks of a verification, each with its outcome and the code of its reason; words are in verdictText.ts.
import type { ProviderRecord } from '../directory/providers.ts'
import { providerKey } from '../directory/providers.ts'
import type { Instant } from '../lib/instant.ts'
import { MINUTE } from '../lib/instant.ts'
import { parseAddressList, sameAddress } from '../mail/address.ts'
import { decodeText, fieldValues, firstValue } from '../mail/header.ts'
import type { MimePart } from '../mail/structure.ts'
import type { Certificate } from '../smime/certificate.ts'
import type { InvalidReason } from '../smime/verify.ts'
import { sortIncoming } from './incoming.ts'
import type { CertificationData, PecKind } from './model.ts'
import type { Judging, MessageReading } from './verification.ts'
import { CERTIFICATION_KIND, MARKER } from './vocabulary.ts'

export type CheckName =
  /** The signature is over exactly these bytes. */
  | 'signature'
  /** Digests and keys are those of today. */
  | 'strength'
  /** The certificate comes from one of the given authorities. */
  | 'chain'
  /** It was valid at the instant of judgement. */
  | 'validity'
  /** It was not revoked. */
  | 'revocation'
  /** It stands in the providers' directory. */
  | 'directory'
  /** From is the address of the certificate. */
  | 'address'
  /** The provider manages the domains it speaks for. */
  | 'domain'
  /** The form is that of the rules. */
  | 'form'
  /** daticert.xml is valid and is of this message. */
  | 'certificationData'
  /** Subject and date of the header, which nobody signs, say what the signed data say. */
  | 'header'
  /** The original message inside is the one that the data are about. */
  | 'original'

/** `weak`: it holds, with a reservation; `notChecked`: what would be needed was not given. */
export type CheckOutcome = 'holds' | 'weak' | 'fails' | 'notChecked'

/** Why a check did not simply hold; each has its words in verdictText.ts. */
export type CheckReason =
  | InvalidReason
  | 'noSignature'
  | 'unreadable'
  | 'severalSigners'
  | 'sha1'
  | 'shortKey'
  | 'sha1Chain'
  | 'noAuthority'
  | 'noList'
  | 'noDirectory'
  | 'notListed'
  | 'fromDiffers'
  | 'noAddress'
  | 'notManaged'
  | 'badForm'
  | 'noData'
  | 'kindDiffers'
  | 'identifierDiffers'
  | 'providerDiffers'
  | 'subjectDiffers'
  | 'dateDiffers'
  | 'senderDiffers'
  | 'encoded'

export type Check = {
  readonly name: CheckName
  readonly outcome: CheckOutcome
  readonly reason?: CheckReason | undefined
  /** Particulars: technical or in Italian, as they come. */
  readonly detail?: string | undefined
}

export type CheckInput = {
  readonly read: MessageReading
  readonly by: Judging
  readonly record: ProviderRecord | undefined
  readonly dateField: Instant | undefined
}

const check = (name: CheckName, outcome: CheckOutcome, reason?: CheckReason, detail?: string): Check => ({
  name,
  outcome,
  ...(reason === undefined ? {} : { reason }),
  ...(detail === undefined ? {} : { detail }),
})

/** All checks that apply to the message, in the order in which they are told. */
export const checksOf = (input: CheckInput): readonly Check[] => {
  const { read, by } = input
  const signature = signatureCheck(input)
  const checks: Check[] = [signature]
  const signer = by.plan?.signer
  if (signer !== undefined && signature.outcome !== 'fails') {
    checks.push(strengthCheck(input, signer), ...chainChecks(input, signer))
    checks.push(directoryCheck(input), addressCheck(read.root, signer))
  }
  if (read.pec.kind !== 'pec') return checks
  if (input.record !== undefined && signature.outcome !== 'fails') checks.push(...domainCheck(input, input.record))
  checks.push(formCheck(read.pec.formFailures))
  const { pecKind, data, postacert } = read.pec
  // what nobody has signed, and what certifies nothing, needs no further look
  if (signature.outcome === 'fails' || pecKind === undefined || pecKind === 'anomalyEnvelope') return checks
  checks.push(dataCheck(input, pecKind, data))
  if (data === undefined) return checks
  checks.push(headerCheck(input, pecKind, data))
  if (postacert !== undefined) checks.push(originalCheck(postacert, data))
  return checks
}

const signatureCheck = ({ read, by }: CheckInput): Check => {
  const { signed } = read
  if (read.structure === undefined || signed === undefined) return check('signature', 'fails', 'noSignature')
  if (signed.kind === 'problem') return check('signature', 'fails', 'unreadable', signed.detail)
  if (signed.signers.length > 1) return check('signature', 'fails', 'severalSigners', String(signed.signers.length))
  const { plan, verdict } = by
  if (plan === undefined || verdict === undefined) return check('signature', 'fails', 'unreadable')
  // what is settled before any chain is looked at is about the signature itself
  if (verdict.kind === 'invalid' && (plan.settled !== undefined || verdict.reason === 'badSignature'))
    return check('signature', 'fails', verdict.reason, verdict.detail)
  return check('signature', 'holds')
}

const strengthCheck = ({ by }: CheckInput, signer: Certificate): Check => {
  if (by.plan?.signerInfo?.digest === 'sha1') return check('strength', 'weak', 'sha1')
  const { publicKey } = signer
  if (publicKey.kind === 'rsa' && publicKey.bits < 2048)
    return check('strength', 'weak', 'shortKey', String(publicKey.bits))
  if (by.verdict?.kind === 'valid' && by.verdict.weak) return check('strength', 'weak', 'sha1Chain')
  return check('strength', 'holds')
}

/** Chain, validity and revocation: the verdict tells the first objection of them. */
const chainChecks = ({ by }: CheckInput, signer: Certificate): readonly Check[] => {
  const { verdict, judged, trust } = by
  const outside = judged.at < signer.notBefore ? 'notYetValid' : judged.at > signer.notAfter ? 'expired' : undefined
  const ownValidity = check('validity', outside === undefined ? 'holds' : 'fails', outside)
  const noRevocation = check('revocation', 'notChecked', 'noList')
  if (trust.roots.length === 0) return [check('chain', 'notChecked', 'noAuthority'), ownValidity, noRevocation]
  const listed = trust.crls.length > 0
  if (verdict?.kind === 'valid') {
    const chain = check('chain', 'holds', undefined, verdict.chain.at(-1)?.subject.text)
    return [chain, check('validity', 'holds'), listed ? check('revocation', 'holds') : noRevocation]
  }
  const reason = verdict?.reason ?? 'malformed'
  const detail = verdict?.detail
  if (reason === 'revoked') return [check('chain', 'holds'), ownValidity, check('revocation', 'fails', reason, detail)]
  if (reason === 'crlUnavailable')
    return [check('chain', 'holds'), ownValidity, check('revocation', 'notChecked', reason, detail)]
  if (reason === 'expired' || reason === 'notYetValid')
    return [check('chain', 'notChecked', reason), check('validity', 'fails', reason, detail), noRevocation]
  return [check('chain', 'fails', reason, detail), ownValidity, noRevocation]
}

// RFC 6109 §2.2.2, §4.5: the certificate is found in the directory by its hash
const directoryCheck = ({ by, record }: CheckInput): Check => {
  if (by.directories.length === 0) return check('directory', 'notChecked', 'noDirectory')
  return record === undefined ? check('directory', 'fails', 'notListed') : check('directory', 'holds')
}

// RFC 6109 §2.1: From is the rfc822Name of the certificate
const addressCheck = (root: MimePart, signer: Certificate): Check => {
  if (signer.emails.length === 0) return check('address', 'fails', 'noAddress')
  const from = fieldValues(root.fields, 'from').flatMap((value) => parseAddressList(value).addresses)
  const [only] = from
  if (from.length === 1 && only !== undefined && signer.emails.includes(only.spec.toLowerCase()))
    return check('address', 'holds')
  return check('address', 'fails', 'fromDiffers', from.map((one) => one.spec).join(', '))
}

/** Whether the signer may say what the message says; nothing where the message speaks for nobody. */
const domainCheck = ({ read }: CheckInput, record: ProviderRecord): readonly Check[] => {
  if (read.pec.kind !== 'pec' || read.pec.data === undefined) return []
  if (read.pec.pecKind === undefined || read.pec.pecKind === 'anomalyEnvelope') return []
  const sorted = sortIncoming({ kind: 'proven', signer: record }, { ...read.pec, formFailures: [] })
  return [
    sorted.kind === 'anomalous' ? check('domain', 'fails', 'notManaged', sorted.reason) : check('domain', 'holds'),
  ]
}

const formCheck = (failures: readonly string[]): Check =>
  failures.length === 0 ? check('form', 'holds') : check('form', 'fails', 'badForm', failures.join('; '))

// RFC 6109 §4.4: the data are of this kind of message and, in an envelope, of this very one
const dataCheck = (
  { read, record }: CheckInput,
  pecKind: Exclude<PecKind, 'anomalyEnvelope'>,
  data: CertificationData | undefined,
): Check => {
  if (data === undefined) return check('certificationData', 'fails', 'noData')
  if (data.kind !== CERTIFICATION_KIND[pecKind]) return check('certificationData', 'fails', 'kindDiffers')
  const messageId = firstValue(read.root.fields, 'message-id')?.trim()
  if (pecKind === 'transportEnvelope' && messageId !== `<${data.identifier}>`)
    return check('certificationData', 'fails', 'identifierDiffers', messageId)
  if (record !== undefined && providerKey(record.name) !== providerKey(data.provider))
    return check('certificationData', 'weak', 'providerDiffers', data.provider)
  return check('certificationData', 'holds')
}

/** White space apart, and what Latin-1 could not hold. */
const comparable = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** How far the Date of the header may be from the certified one: the rules want the same instant (RFC 6109 §4.1). */
const DATE_SLACK_MS = 10 * MINUTE

const headerCheck = ({ read, dateField }: CheckInput, pecKind: PecKind, data: CertificationData): Check => {
  const written = comparable(decodeText(firstValue(read.root.fields, 'subject') ?? ''))
  const expected = comparable(`${MARKER[pecKind].subjectPrefix}: ${data.subject ?? ''}`)
  const subject = comparable(data.subject ?? '')
  if (written.toLowerCase() !== expected.toLowerCase() && !(subject !== '' && written.endsWith(subject)))
    return check('header', 'fails', 'subjectDiffers', written)
  if (dateField === undefined || Math.abs(dateField - data.at) > DATE_SLACK_MS)
    return check('header', 'weak', 'dateDiffers', firstValue(read.root.fields, 'date'))
  return check('header', 'holds')
}

// RFC 6109 §2.2.1, §3.1.5: the original travels with the PEC msgid as its Message-ID
const originalCheck = (postacert: MimePart, data: CertificationData): Check => {
  const inner = postacert.children[0]
  if (inner === undefined) return check('original', 'notChecked', 'encoded')
  const messageId = firstValue(inner.fields, 'message-id')?.trim()
  if (messageId !== `<${data.identifier}>`) return check('original', 'fails', 'identifierDiffers', messageId)
  const from = parseAddressList(firstValue(inner.fields, 'from') ?? '').addresses
  if (!from.some((one) => sameAddress(one.spec, data.sender)))
    return check('original', 'weak', 'senderDiffers', from.map((one) => one.spec).join(', '))
  return check('original', 'holds')
}
