// The portal: the applicant's side of an enrolment.
import type { EndpointId } from '../../../../core/api/endpoints.ts'
import type { Refusal } from '../../../../core/api/problems.ts'
import type { EnrolmentDraft } from '../../../../core/enrolment/draft.ts'
import { viewConvention } from '../../../convention/public.ts'
import { acceptModule } from '../../../enrolment/acceptModule.ts'
import { withdrawEnrolment } from '../../../enrolment/close.ts'
import { SESSION_MS } from '../../../enrolment/keys.ts'
import { proposeAddresses } from '../../../enrolment/proposeAddresses.ts'
import { confirmCode, confirmLink, sendConfirmation } from '../../../enrolment/referenceEmail.ts'
import { leaveEnrolment, requestResume, resumeEnrolment } from '../../../enrolment/resume.ts'
import { saveDraft } from '../../../enrolment/saveDraft.ts'
import { setEnrolmentPassword } from '../../../enrolment/setPassword.ts'
import { startEnrolment } from '../../../enrolment/start.ts'
import { submitEnrolment } from '../../../enrolment/submit.ts'
import { viewEnrolment } from '../../../enrolment/view.ts'
import { findApplicant } from '../../../identity/applicants.ts'
import type { Office } from '../../../office.ts'
import { type ApplicantCaller, type Call, type Client, type Handlers, handler } from './handler.ts'

type Applying = { readonly office: Office; readonly caller: ApplicantCaller; readonly client: Client }

/** The case after a verb, or the verb's refusal. */
const then = async ({ office, caller, client }: Applying, done: Promise<Refusal | undefined>) =>
  (await done) ?? viewEnrolment(office, caller.enrolmentId, client.language)

/** Gives this browser a case. */
const hold = (cookies: Call<EndpointId>['cookies'], token: string): void => cookies.set('case', token, SESSION_MS)

const start = handler<'startEnrolment'>(async ({ office, body, client, cookies, newToken }) => {
  const given = cookies.given('case')
  const held = given === undefined ? undefined : await findApplicant(office.db, given, office.clock.now())
  const sessionToken = newToken('case')
  const started = await startEnrolment(office, { ...body, sessionToken, heldEnrolmentId: held?.enrolmentId })
  if ('refusal' in started) return started
  if (started.kind === 'started') hold(cookies, sessionToken)
  return viewEnrolment(office, started.enrolmentId, client.language)
})

const resume = handler<'resumeEnrolment'>(async ({ office, body, client, cookies, newToken }) => {
  const sessionToken = newToken('case')
  const resumed = await resumeEnrolment(office, body.token, sessionToken)
  if ('refusal' in resumed) return resumed
  hold(cookies, sessionToken)
  return viewEnrolment(office, resumed.enrolmentId, client.language)
})

export const enrolmentHandlers = {
  getConvention: handler<'getConvention'>(({ office, params }) => viewConvention(office, params.code)),
  startEnrolment: start,
  getEnrolment: handler<'getEnrolment'>(({ office, caller, client }) =>
    viewEnrolment(office, caller.enrolmentId, client.language),
  ),
  saveDraft: handler<'saveDraft'>((call) =>
    then(call, saveDraft(call.office, call.caller.enrolmentId, call.body as EnrolmentDraft)),
  ),
  proposeAddresses: handler<'proposeAddresses'>(({ office, caller, query, client }) =>
    proposeAddresses(office, caller.enrolmentId, query.wanted, client.language),
  ),
  setEnrolmentPassword: handler<'setEnrolmentPassword'>((call) =>
    then(call, setEnrolmentPassword(call.office, call.caller.enrolmentId, call.body.password)),
  ),
  sendConfirmation: handler<'sendConfirmation'>((call) =>
    then(call, sendConfirmation(call.office, call.caller.enrolmentId, call.body.email)),
  ),
  confirmCode: handler<'confirmCode'>((call) =>
    then(call, confirmCode(call.office, call.caller.enrolmentId, call.body.code)),
  ),
  confirmLink: handler<'confirmLink'>(({ office, body }) => confirmLink(office, body.token)),
  requestResume: handler<'requestResume'>(async ({ office, body }) => {
    await requestResume(office, body)
    return { sent: 'ifThereIsOne' as const }
  }),
  resumeEnrolment: resume,
  acceptModule: handler<'acceptModule'>((call) => {
    const { remoteAddress, userAgent } = call.client
    return then(call, acceptModule(call.office, call.caller.enrolmentId, { remoteAddress, userAgent }))
  }),
  submitEnrolment: handler<'submitEnrolment'>((call) =>
    then(call, submitEnrolment(call.office, call.caller.enrolmentId, call.client.remoteAddress)),
  ),
  withdrawEnrolment: handler<'withdrawEnrolment'>((call) =>
    then(call, withdrawEnrolment(call.office, call.caller.enrolmentId, call.client.remoteAddress)),
  ),
  leaveEnrolment: handler<'leaveEnrolment'>(async ({ office, caller, cookies }) => {
    await leaveEnrolment(office, caller.tokenHash)
    cookies.clear('case')
    return undefined
  }),
} satisfies Partial<Handlers>
