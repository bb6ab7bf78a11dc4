// The case as its applicant sees it.
import type { Static } from 'typebox'
import type { EnrolmentView } from '../../core/api/enrolment.ts'
import type { Refusal } from '../../core/api/problems.ts'
import { doubts, missing } from '../../core/enrolment/requirements.ts'
import { expectedBy, SHOWN_EVENTS, trackerOf } from '../../core/enrolment/tracker.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { ownInvoiceKinds } from '../billing/storeOfProvider.ts'
import { publicConvention } from '../convention/public.ts'
import type { Office } from '../office.ts'
import { type Case, caseFacts, loadCase, nameDifferences } from './case.ts'
import { findEnrolment } from './store.ts'

export type Language = 'it' | 'en'
type View = Static<typeof EnrolmentView>

const at = (instant: Instant): string => new Date(instant).toISOString()

const missingOf = (one: Case, today: string, language: Language): View['missing'] =>
  missing(caseFacts(one), today).map(({ step, fields }) => ({
    step,
    fields: fields.map((problem) => ({ field: problem.field, code: problem.code, message: problem[language] })),
  }))

const reviewOf = ({ enrolment, events }: Case): View['review'] | undefined => {
  const last = events.findLast(({ event }) => event === 'askAgain' || event === 'refuse')
  const shown = enrolment.state === 'awaitingDocument' || enrolment.state === 'refused'
  return last?.reason && shown ? { reason: last.reason, at: at(last.at) } : undefined
}

const optional = (one: Case, office: Office): Partial<View> => {
  const { enrolment, box, order } = one
  const expected = expectedBy(enrolment, office.reviewDays, order.localHolidays)
  const review = reviewOf(one)
  return {
    ...(enrolment.address === undefined ? {} : { address: enrolment.address }),
    ...(enrolment.referenceEmail === undefined ? {} : { referenceEmail: enrolment.referenceEmail }),
    ...(enrolment.acceptance === undefined ? {} : { acceptance: enrolment.acceptance }),
    ...(enrolment.submittedAt === undefined ? {} : { submittedAt: at(enrolment.submittedAt) }),
    ...(expected === undefined ? {} : { expectedBy: at(expected) }),
    ...(review === undefined ? {} : { review }),
    ...(box && office.mailServers && { mailServers: office.mailServers }),
    ...(box && { box: { address: box.address, activatedAt: at(box.activatedAt), expiresAt: at(box.expiresAt) } }),
  }
}

/** A loaded case, in the words of a language. */
export const printCase = async (office: Office, one: Case, language: Language): Promise<View> => {
  const { enrolment, member, events, documents } = one
  const today = civilDateOf(office.clock.now())
  const person = { fiscalCode: member.fiscalCode, surname: member.surname, givenName: member.givenName }
  const [convention, invoices] = await Promise.all([
    publicConvention(office, one),
    ownInvoiceKinds(office.db, enrolment.id),
  ])
  const isOpen = enrolment.state === 'draft' || enrolment.state === 'awaitingDocument'
  return {
    caseNumber: enrolment.caseNumber,
    state: enrolment.state,
    version: enrolment.version,
    convention,
    person,
    warnings: doubts({ ...person, differences: nameDifferences(one) }, enrolment.draft, today).map(
      (doubt) => doubt[language],
    ),
    draft: enrolment.draft as View['draft'],
    passwordSet: enrolment.passwordSet,
    referenceConfirmed: enrolment.referenceConfirmedAt !== undefined,
    documents: documents.map(({ id: _, uploadedAt, warnings, ...rest }) => ({
      ...rest,
      uploadedAt: at(uploadedAt),
      warnings: [...warnings],
    })),
    missing: isOpen ? missingOf(one, today, language) : [],
    tracker: trackerOf(enrolment).map(({ step, state, at: when }) => ({
      step,
      state,
      ...(when === undefined ? {} : { at: at(when) }),
    })),
    events: events
      .filter(({ event }) => SHOWN_EVENTS.includes(event))
      .map(({ at: when, event, actor, reason }) => ({
        at: at(when),
        event,
        actor,
        ...(reason === null ? {} : { reason }),
      })),
    invoices: [...invoices],
    createdAt: at(enrolment.createdAt),
    ...optional(one, office),
  }
}

/** The case with this id, as its applicant sees it. */
export const viewEnrolment = async (office: Office, id: string, language: Language): Promise<View | Refusal> => {
  const enrolment = await findEnrolment(office.db, id)
  return enrolment ? printCase(office, await loadCase(office.db, enrolment), language) : { refusal: 'caseNeeded' }
}
