// Endpoints of the box as its holder's first page shows it.

import { earliestClosing } from '../../../../core/mailbox/closing.ts'
import { makeCertificate, verifyCertificate } from '../../../mailbox/certificate.ts'
import { callOffClosing, lookAtClosing, planClosing } from '../../../mailbox/closing.ts'
import { type BoxOverview, boxOverview } from '../../../mailbox/overview.ts'
import { askTakeOut, lookAtTakeOut, takeOutMail } from '../../../mailbox/takeOutMail.ts'
import { handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()

const termView = (
  row: NonNullable<BoxOverview['term']>,
  closeAt = earliestClosing(row.closeAt, row.holderCloseAt),
) => ({
  state: row.state,
  order: row.orderName,
  activatedAt: iso(row.activatedAt),
  expiresAt: iso(row.expiresAt),
  ...(row.graceUntil === null ? {} : { graceUntil: iso(row.graceUntil) }),
  ...(closeAt === undefined ? {} : { closeAt: iso(closeAt) }),
  closesByHolder: row.holderCloseAt !== null,
  ...(row.purgeAfter === null ? {} : { purgeAfter: iso(row.purgeAfter) }),
  payer: row.payer,
  nextPayer: row.nextPayer,
  receivesWhenExpired: row.terms.receivesWhenExpired,
  takeOutDays: row.terms.takeOutDays,
  helpDeskPhone: row.terms.helpDeskPhone,
})

const overviewView = ({ level, concerns, space, term, reference, domicile, secondFactor }: BoxOverview) => ({
  level,
  concerns: [...concerns],
  space,
  ...(term && { term: termView(term) }),
  ...(reference && { reference: { ...reference, knownAt: iso(reference.knownAt) } }),
  ...(domicile && {
    domicile: { ...domicile, since: domicile.since === undefined ? undefined : iso(domicile.since) },
  }),
  ...(secondFactor === undefined ? {} : { secondFactor }),
})

export const accountBoxHandlers = {
  getBoxOverview: handler<'getBoxOverview'>(async ({ office, caller }) =>
    overviewView(await boxOverview(office, caller)),
  ),
  makeAddressCertificate: handler<'makeAddressCertificate'>(async ({ office, caller, client }) => {
    const made = await makeCertificate(office, caller, client.remoteAddress)
    if ('refusal' in made) return made
    return { type: 'application/pdf', bytes: made.pdf, fileName: `${made.number}.pdf` }
  }),
  verifyAddressCertificate: handler<'verifyAddressCertificate'>(async ({ office, body }) => {
    const found = await verifyCertificate(office, body.token)
    return 'refusal' in found ? found : { ...found, issuedAt: iso(found.issuedAt), since: iso(found.since) }
  }),
  getClosing: handler<'getClosing'>(async ({ office, caller }) => {
    const found = await lookAtClosing(office, caller)
    if ('refusal' in found) return found
    const { closing, ...rest } = found
    return { ...rest, closeAt: iso(closing.closeAt), purgeAfter: iso(closing.purgeAfter) }
  }),
  planClosing: handler<'planClosing'>(({ office, caller, body, client }) =>
    planClosing(office, caller, body.address, client.remoteAddress),
  ),
  callOffClosing: handler<'callOffClosing'>(({ office, caller, client }) =>
    callOffClosing(office, caller, client.remoteAddress),
  ),
  getTakeOut: handler<'getTakeOut'>(async ({ office, caller }) => {
    const { open, takenAt } = await lookAtTakeOut(office, caller)
    return {
      ...(open && { open: { ...open, expiresAt: iso(open.expiresAt) } }),
      ...(takenAt === undefined ? {} : { takenAt: iso(takenAt) }),
    }
  }),
  askTakeOut: handler<'askTakeOut'>(async ({ office, caller, body, client }) => {
    const asked = await askTakeOut(office, caller, body.form, client.remoteAddress)
    return 'refusal' in asked ? asked : { ...asked, expiresAt: iso(asked.expiresAt) }
  }),
  takeOutMail: handler<'takeOutMail'>(async ({ office, caller, client }) => {
    const bytes = await takeOutMail(office, caller, client.remoteAddress)
    return 'refusal' in bytes
      ? bytes
      : { type: 'application/zip', bytes, fileName: `copia ${caller.mailbox.address}.zip` }
  }),
}
