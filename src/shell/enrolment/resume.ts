// The way back to a case: a link to its reference e-mail, and what the link opens.
import type { Refusal } from '../../core/api/problems.ts'
import { LIVING } from '../../core/enrolment/machine.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { parseFiscalCode } from '../../core/register/fiscalCode.ts'
import { findConvention } from '../convention/store.ts'
import type { Office } from '../office.ts'
import { finishJob, putJob } from '../outbox/jobs.ts'
import type { Job } from '../outbox/outbox.ts'
import { memberById } from '../register/store.ts'
import { dropKey, findLink, markUsed, putKey } from './keys.ts'
import { reachableAt, sendResumeLink } from './letters.ts'
import { adoptReference, confirm } from './referenceEmail.ts'
import { findLiving, lockEnrolment } from './store.ts'

export type ResumeRequest = { readonly conventionCode: string; readonly fiscalCode: string }

/**
 * Asks for the link of a case. Whether there is one is found out later, by a job: so neither the answer nor the time
 * that it takes tells anything.
 */
export const requestResume = async (office: Office, request: ResumeRequest): Promise<void> => {
  const { db, clock } = office
  const now = clock.now()
  await db.tx(async (tx) => putJob(tx, { kind: 'duty', payload: { duty: 'resumeLink', ...request }, dueAt: now }, now))
}

/** The duty `resumeLink`: sends the link, where there is a case and an e-mail. */
export const sendRequestedLink = async (office: Office, job: Job): Promise<void> => {
  const { db, clock } = office
  const { conventionCode, fiscalCode } = job.payload as ResumeRequest
  const year = Number(civilDateOf(clock.now()).slice(0, 4))
  const code = parseFiscalCode(fiscalCode, year)
  const facts = await findConvention(db, conventionCode)
  const living =
    facts && code.kind !== 'refused' ? await findLiving(db, facts.convention.id, code.canonical) : undefined
  await db.tx(async (tx) => {
    if (!(await finishJob(tx, job.id)) || !facts || !living) return
    const enrolment = await lockEnrolment(tx, living.id)
    if (!enrolment || !LIVING.includes(enrolment.state)) return
    const member = await memberById(tx, facts.order.id, enrolment.memberId)
    const about = member && { ...facts, enrolment, member }
    const email = about && reachableAt(about)
    if (email) await sendResumeLink(tx, office, about, email)
  })
}

/** Opens a case by its link, in the browser that gets `sessionToken`; each use is a session of its own. */
export const resumeEnrolment = async (
  office: Office,
  token: string,
  sessionToken: string,
): Promise<{ readonly enrolmentId: string } | Refusal> => {
  const now = office.clock.now()
  const key = await findLink(office.db, token, 'resume', now)
  if (!key) return { refusal: 'linkInvalid' }
  const { enrolmentId, email } = key
  return office.db.tx(async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId)
    if (!enrolment) return { refusal: 'linkInvalid' }
    if (email !== null) {
      // Who opens the link reads that mailbox: there is nothing more to confirm.
      if (enrolment.referenceEmail === undefined) adoptReference(tx, enrolmentId, email, now)
      confirm(tx, { ...enrolment, referenceEmail: enrolment.referenceEmail ?? email }, email, 'resumeLink', now)
    }
    markUsed(tx, token, now)
    putKey(tx, { token: sessionToken, enrolmentId, purpose: 'session' }, now)
    return { enrolmentId }
  })
}

/** Forgets the case on one browser. */
export const leaveEnrolment = (office: Office, tokenHash: Uint8Array): Promise<void> => dropKey(office.db, tokenHash)
