// Endpoints of requests to change a dead reference e-mail: whoever makes one, and the operator.
import { isRefusal, type Refusal } from '../../../../core/api/problems.ts'
import {
  approveRecovery,
  askRecoveryAgain,
  type Decider,
  liftRecoveryCooling,
  openRecoveryPage,
  refuseRecovery,
  viewRecoveryCase,
} from '../../../identity/recovery/decide.ts'
import {
  dropRecoveryPaper,
  openRecovery,
  printRecoveryForm,
  putRecoveryPaper,
  sendRecoveryLink,
  startRecovery,
  submitRecovery,
  viewRecovery,
} from '../../../identity/recovery/request.ts'
import { listRecoveries, type Recovery, type RecoveryPaper } from '../../../identity/recovery/store.ts'
import type { Office } from '../../../office.ts'
import { type Client, type Cookies, type Handlers, handler, type StaffCaller } from './handler.ts'

const SESSION_MS = 60 * 24 * 3_600_000
const iso = (at: number): string => new Date(at).toISOString()
const given = <K extends string, V>(key: K, value: V | null | undefined): { readonly [P in K]?: V } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }

const applicant = (client: Client) => ({ kind: 'applicant', remoteAddress: client.remoteAddress }) as const
const decider = (caller: StaffCaller, client: Client): Decider => ({
  kind: 'staff',
  staffId: caller.staffId,
  remoteAddress: client.remoteAddress,
})

const paper = ({ kind, pages, sizeBytes, uploadedAt, origin, warnings }: RecoveryPaper) => ({
  kind,
  pages,
  sizeBytes,
  uploadedAt: iso(uploadedAt),
  origin,
  warnings: [...warnings],
})

const view = async (office: Office, recoveryId: string) => {
  const seen = await viewRecovery(office, recoveryId)
  if ('refusal' in seen) return seen
  const { recovery, papers, lacks } = seen
  return {
    caseNumber: recovery.caseNumber,
    state: recovery.state,
    address: recovery.address,
    fiscalCode: recovery.fiscalCode,
    newEmail: recovery.newEmail,
    emailConfirmed: recovery.emailConfirmedAt !== null,
    documents: papers.map(paper),
    missing: [...lacks],
    ...given('reason', recovery.reviewReason),
    ...given('submittedAt', recovery.submittedAt === null ? undefined : iso(recovery.submittedAt)),
  }
}

/** Gives the browser the secret of a request that was opened with it. */
const begun = async (
  { office, cookies }: { readonly office: Office; readonly cookies: Cookies },
  token: string,
  outcome: { readonly recoveryId: string } | Refusal,
) => {
  if ('refusal' in outcome) return outcome
  cookies.set('recovery', token, SESSION_MS)
  return view(office, outcome.recoveryId)
}

const rowOf = (one: Recovery) => ({
  caseNumber: one.caseNumber,
  state: one.state,
  version: one.version,
  address: one.address,
  ...given('submittedAt', one.submittedAt === null ? undefined : iso(one.submittedAt)),
  firstApproval: one.firstApproverId !== null,
})

const caseView = async (office: Office, caseNumber: string) => {
  const seen = await viewRecoveryCase(office, caseNumber)
  if ('refusal' in seen) return seen
  const { recovery, holder } = seen
  return {
    case: rowOf(recovery),
    fiscalCode: recovery.fiscalCode,
    newEmail: recovery.newEmail,
    emailConfirmed: recovery.emailConfirmedAt !== null,
    match: seen.match,
    ...given(
      'holder',
      holder && {
        name: holder.name,
        ...given('fiscalCode', holder.fiscalCode),
        ...given('referenceEmail', holder.referenceEmail),
      },
    ),
    secondPairOfEyes: seen.secondPairOfEyes,
    documents: seen.papers.map((one) => ({ ...paper(one), id: one.id, superseded: one.state === 'superseded' })),
    events: seen.events.map(({ at, event, actor, staff, reason }) => ({
      at: iso(at),
      event,
      actor,
      ...given('staff', staff),
      ...given('reason', reason),
    })),
    ...given('coolingUntil', seen.coolingUntil === undefined ? undefined : iso(seen.coolingUntil)),
  }
}

export const recoveryHandlers = {
  startRecovery: handler<'startRecovery'>(async (call) => {
    const token = call.newToken('recovery')
    return begun(call, token, await startRecovery(call.office, call.body, token))
  }),
  openRecovery: handler<'openRecovery'>(async (call) => {
    const token = call.newToken('recovery')
    return begun(call, token, await openRecovery(call.office, call.body.token, token))
  }),
  getRecovery: handler<'getRecovery'>(({ office, caller }) => view(office, caller.recoveryId)),
  leaveRecovery: handler<'leaveRecovery'>(async ({ cookies }) => {
    cookies.clear('recovery')
    return undefined
  }),
  sendRecoveryLink: handler<'sendRecoveryLink'>(({ office, caller }) => sendRecoveryLink(office, caller.recoveryId)),
  getRecoveryForm: handler<'getRecoveryForm'>(async ({ office, caller }) => {
    const form = await printRecoveryForm(office, caller.recoveryId)
    return isRefusal(form) ? form : { type: 'application/pdf', ...form }
  }),
  putRecoveryDocument: handler<'putRecoveryDocument'>(
    async ({ office, caller, client, params, body }) =>
      (await putRecoveryPaper(office, caller.recoveryId, params.kind, body, applicant(client))) ??
      view(office, caller.recoveryId),
  ),
  deleteRecoveryDocument: handler<'deleteRecoveryDocument'>(
    async ({ office, caller, params }) =>
      (await dropRecoveryPaper(office, caller.recoveryId, params.kind)) ?? view(office, caller.recoveryId),
  ),
  submitRecovery: handler<'submitRecovery'>(
    async ({ office, caller, client }) =>
      (await submitRecovery(office, caller.recoveryId, applicant(client))) ?? view(office, caller.recoveryId),
  ),
  listRecoveries: handler<'listRecoveries'>(async ({ office, query }) => ({
    items: (await listRecoveries(office.db, query.which === 'waiting', 200)).map(rowOf),
  })),
  getRecoveryCase: handler<'getRecoveryCase'>(({ office, params }) => caseView(office, params.case)),
  viewRecoveryDocument: handler<'viewRecoveryDocument'>(async ({ office, caller, client, params }) => {
    const viewer = { staffId: caller.staffId, remoteAddress: client.remoteAddress }
    const of = { caseNumber: params.case, documentId: params.document, page: params.page }
    const page = await openRecoveryPage(office, viewer, of)
    return page ? { type: page.mediaType, bytes: page.bytes } : { refusal: 'notFound' }
  }),
  approveRecovery: handler<'approveRecovery'>(async ({ office, caller, client, params, body }) => {
    const look = { caseNumber: params.case, version: body.version }
    return (await approveRecovery(office, decider(caller, client), look)) ?? caseView(office, params.case)
  }),
  askRecoveryAgain: handler<'askRecoveryAgain'>(async ({ office, caller, client, params, body }) => {
    const decision = { caseNumber: params.case, ...body }
    return (await askRecoveryAgain(office, decider(caller, client), decision)) ?? caseView(office, params.case)
  }),
  refuseRecovery: handler<'refuseRecovery'>(async ({ office, caller, client, params, body }) => {
    const decision = { caseNumber: params.case, ...body }
    return (await refuseRecovery(office, decider(caller, client), decision)) ?? caseView(office, params.case)
  }),
  liftRecoveryCooling: handler<'liftRecoveryCooling'>(
    async ({ office, caller, client, params }) =>
      (await liftRecoveryCooling(office, decider(caller, client), params.case)) ?? caseView(office, params.case),
  ),
} satisfies Partial<Handlers>
