// The reference e-mail: a code and a link are sent to it, and either confirms it.
import type { Refusal } from '../../core/api/problems.ts'
import { mayChange, mergeDraft, tidyText, typedText } from '../../core/enrolment/draft.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { domainOf, parseAddrSpec, sameAddress } from '../../core/mail/address.ts'
import { conventionById } from '../convention/store.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { memberById } from '../register/store.ts'
import { dropCode, dropLinksElsewhere, findLink, markUsed, tryCode } from './keys.ts'
import { sendConfirmationCode } from './letters.ts'
import { addEvent, type Enrolment, lockEnrolment, writeDraft } from './store.ts'

/** An ordinary address as somebody typed it, or why it cannot be a reference e-mail. */
export const readReference = (office: Pick<Office, 'domains'>, typed: string): string | Refusal => {
  const address = parseAddrSpec(tidyText(typedText(typed)))
  // A domain of the Internet has a dot (RFC 2821 §3.6), an address literal is nobody's mailbox.
  // A quoted local part is legal and nobody's: what stands in it is read differently by different programs.
  if (!address || address.spec.startsWith('"') || !/\.[a-z][a-z0-9-]*$/.test(address.domain))
    return { refusal: 'emailInvalid' }
  return office.domains.has(domainOf(address.spec)) ? { refusal: 'emailCertified' } : address.spec
}

/** Sets the reference e-mail, not confirmed yet. */
export const adoptReference = (tx: Tx, id: string, email: string, now: Instant): void => {
  tx.send(
    'enrolment-reference',
    `update enrolment set reference_email = $2, reference_confirmed_at = null, version = version + 1, changed_at = $3
     where id = $1`,
    [id, email, timestamp(now)],
  )
}

/** Sends code and link to a reference e-mail; one that is confirmed already stays so. */
export const sendConfirmation = async (
  office: Office,
  enrolmentId: string,
  typed: string,
): Promise<Refusal | undefined> => {
  const email = readReference(office, typed)
  if (typeof email !== 'string') return email
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    const enrolment = await lockEnrolment(tx, enrolmentId)
    if (!enrolment) return { refusal: 'caseNeeded' }
    if (!mayChange(enrolment.state, 'referenceEmail')) return { refusal: 'notInThisState' }
    writeDraft(tx, enrolmentId, mergeDraft(enrolment.draft, { referenceEmail: email }), now)
    const isSame = enrolment.referenceEmail !== undefined && sameAddress(enrolment.referenceEmail, email)
    if (isSame && enrolment.referenceConfirmedAt !== undefined) return undefined
    if (!isSame) {
      adoptReference(tx, enrolmentId, email, now)
      // Links that went to an address which was mistyped must open nothing.
      dropLinksElsewhere(tx, enrolmentId, email)
    }
    const facts = await conventionById(tx, enrolment.conventionId)
    const member = await memberById(tx, facts.order.id, enrolment.memberId)
    if (!member) throw new Error(`enrolment ${enrolmentId} has lost its member`)
    const sent = await sendConfirmationCode(tx, office, { ...facts, enrolment, member }, email)
    return sent ? undefined : { refusal: 'tooManyMessages' }
  })
}

/** Marks the reference e-mail as confirmed, if it is the one of the code or link; whether it is. */
export const confirm = (tx: Tx, enrolment: Enrolment, email: string, how: string, now: Instant): boolean => {
  const { id, referenceEmail, referenceConfirmedAt } = enrolment
  if (referenceEmail === undefined || !sameAddress(referenceEmail, email)) return false
  if (referenceConfirmedAt !== undefined) return true
  tx.send(
    'enrolment-reference-confirm',
    'update enrolment set reference_confirmed_at = $2, version = version + 1, changed_at = $2 where id = $1',
    [id, timestamp(now)],
  )
  addEvent(tx, id, { event: 'emailConfirmed', at: now, actor: { kind: 'applicant' }, details: { how } })
  dropCode(tx, id)
  return true
}

/** Confirms by the code that was typed. */
export const confirmCode = async (office: Office, enrolmentId: string, typed: string): Promise<Refusal | undefined> => {
  const now = office.clock.now()
  // Outside the transaction: a try counts whatever becomes of the rest.
  const tried = await tryCode(office.db, enrolmentId, typed, now)
  if (tried === 'wrong') return { refusal: 'codeWrong' }
  return office.db.tx(async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId)
    if (!enrolment) return { refusal: 'caseNeeded' }
    // A second click, or the link on another device, came first.
    if (tried === 'expired') return enrolment.referenceConfirmedAt ? undefined : { refusal: 'codeExpired' }
    return confirm(tx, enrolment, tried.email, 'code', now) ? undefined : { refusal: 'codeExpired' }
  })
}

export type Confirmed = { readonly caseNumber: string; readonly email: string }

/** Confirms by the link, on any device; it opens nothing. */
export const confirmLink = async (office: Office, token: string): Promise<Confirmed | Refusal> => {
  const now = office.clock.now()
  const key = await findLink(office.db, token, 'confirm', now)
  if (!key?.email) return { refusal: 'linkInvalid' }
  const { email, enrolmentId } = key
  return office.db.tx(async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId)
    if (!enrolment || !confirm(tx, enrolment, email, 'link', now)) return { refusal: 'linkInvalid' }
    markUsed(tx, token, now)
    return { caseNumber: enrolment.caseNumber, email }
  })
}
