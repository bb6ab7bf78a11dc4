// What anybody may know of a convention.
import type { Static } from 'typebox'
import type { PublicConvention } from '../../core/api/enrolment.ts'
import type { Refusal } from '../../core/api/problems.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import type { Office } from '../office.ts'
import { type ConventionFacts, findConvention, standingOn } from './store.ts'

export type PublicConventionView = Static<typeof PublicConvention>

/** A convention as its page shows it. */
export const publicConvention = async (office: Office, facts: ConventionFacts): Promise<PublicConventionView> => {
  const { convention, order, framework } = facts
  const { terms } = convention
  return {
    code: convention.code,
    order: { code: order.code, name: order.name },
    provider: office.provider.name,
    ...(framework === undefined ? {} : { framework }),
    standing: await standingOn(office.db, convention, civilDateOf(office.clock.now())),
    domain: convention.domain,
    startsOn: convention.startsOn,
    endsOn: convention.endsOn,
    termMonths: terms.termMonths,
    payer: terms.payer,
    priceCents: terms.priceCents,
    quotaBytes: terms.quotaBytes,
    graceDays: terms.graceDays,
    receivesWhenExpired: terms.receivesWhenExpired,
    orderSeesUnread: terms.orderSeesUnread ?? false,
    passwordPolicy: terms.passwordPolicy,
    helpDeskPhone: terms.helpDeskPhone,
    ...(terms.helpDeskHours ? { helpDeskHours: terms.helpDeskHours } : {}),
    secretariat: order.profile.secretariat,
    reviewDays: office.reviewDays,
  }
}

/** The convention of a code, as anybody may see it. */
export const viewConvention = async (office: Office, code: string): Promise<PublicConventionView | Refusal> => {
  const facts = await findConvention(office.db, code)
  return facts ? publicConvention(office, facts) : { refusal: 'conventionUnknown' }
}
