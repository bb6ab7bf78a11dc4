// Ordinary e-mails about a case, written in the transaction of what they tell.

import { caseLink } from '../../core/enrolment/links.ts'
import { type CaseNotice, confirmationNotice, resumeNotice } from '../../core/enrolment/notices.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import type { Queries, Tx } from '../db/pool.ts'
import { nameSecret } from '../identity/passwords.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { type Case, noticeCase } from './case.ts'
import { CODE_HOURS, issueCode, mayWrite, newLink, RESUME_DAYS } from './keys.ts'
import type { Enrolment } from './store.ts'

type Told = Pick<Case, 'enrolment' | 'member' | 'order' | 'convention'>

/**
 * Where a case can be reached: its reference e-mail; until there is one, the one that was typed, or of a case that the
 * secretariat began the one on the roll.
 */
export const reachableAt = ({ enrolment, member }: Pick<Case, 'enrolment' | 'member'>): string | undefined => {
  const given = enrolment.referenceEmail ?? enrolment.draft.referenceEmail?.trim()
  const email = given ?? (enrolment.createdBy === 'secretariat' ? member.email : undefined)
  return email !== undefined && parseAddrSpec(email) ? email : undefined
}

/** Writes a notice about a case. */
export const tell = async (
  tx: Tx,
  office: Office,
  about: Told,
  to: string,
  notice: CaseNotice,
  onceKey?: string,
): Promise<void> => {
  await writeNotice(tx, office, {
    ...notice,
    to,
    orderId: about.order.id,
    subjectKind: 'enrolment',
    subjectId: about.enrolment.id,
    onceKey,
  })
}

/** Whether what is told once only was told already. */
export const wasTold = async (db: Queries, onceKey: string): Promise<boolean> =>
  (await db.query('enrolment-told', 'select 1 from notice where once_key = $1', [onceKey])).length > 0

/** A link to a case that goes into an e-mail to this address. */
export const linkFor = (tx: Tx, office: Office, { id }: Pick<Enrolment, 'id'>, email: string, now: Instant): string =>
  caseLink(office.publicUrl, 'riprendi', newLink(tx, { enrolmentId: id, purpose: 'resume', email }, now))

/** Sends the link with which a case goes on; false where too many were sent lately. */
export const sendResumeLink = async (tx: Tx, office: Office, about: Told, email: string): Promise<boolean> => {
  const now = office.clock.now()
  if (!(await mayWrite(tx, about.enrolment.id, email, now))) return false
  const link = linkFor(tx, office, about.enrolment, email, now)
  await tell(tx, office, about, email, resumeNotice(noticeCase(about), { link, days: RESUME_DAYS }))
  return true
}

/** Sends code and link that confirm a reference e-mail; false where too many were sent lately. */
export const sendConfirmationCode = async (tx: Tx, office: Office, about: Told, email: string): Promise<boolean> => {
  const now = office.clock.now()
  const { id } = about.enrolment
  if (!(await mayWrite(tx, id, email, now))) return false
  const code = await issueCode(tx, await nameSecret(tx), id, email, now)
  const token = newLink(tx, { enrolmentId: id, purpose: 'confirm', email }, now)
  const link = caseLink(office.publicUrl, 'conferma', token)
  await tell(tx, office, about, email, confirmationNotice(noticeCase(about), { code, link, hours: CODE_HOURS }))
  return true
}
