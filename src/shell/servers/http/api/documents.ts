// Papers: what applicants and secretariats upload, what operators look at, what comes by fax and e-mail.
import type { Refusal } from '../../../../core/api/problems.ts'
import { isRefusal } from '../../../../core/api/problems.ts'
import { parseCaseNumber } from '../../../../core/enrolment/caseNumber.ts'
import { discardIncoming, listIncoming, matchIncoming, uploadIncoming } from '../../../documents/incoming.ts'
import type { Incoming } from '../../../documents/incomingStore.ts'
import { deleteDocument, storeDocument } from '../../../documents/upload.ts'
import { type OpenedPage, openIncomingPage, openOwnPage, openPage } from '../../../documents/view.ts'
import { uploadForMember } from '../../../enrolment/deskUpload.ts'
import { printModule } from '../../../enrolment/printModule.ts'
import { viewEnrolment } from '../../../enrolment/view.ts'
import { type Client, type Handlers, handler, type StaffCaller } from './handler.ts'

const staff = (caller: StaffCaller, client: Client) =>
  ({ kind: 'staff', staffId: caller.staffId, remoteAddress: client.remoteAddress }) as const
const applicant = (client: Client) => ({ kind: 'applicant', remoteAddress: client.remoteAddress }) as const

const NONE: Refusal = { refusal: 'notFound' }
const shown = (page: OpenedPage | undefined) => (page ? { type: page.mediaType, bytes: page.bytes } : NONE)

const kindOf = (one: Incoming): 'enrolment' | 'recovery' => (one.recoveryId === null ? 'enrolment' : 'recovery')
const incomingView = (one: Incoming) => ({
  id: one.id,
  origin: one.origin,
  described: one.described,
  arrivedAt: new Date(one.arrivedAt).toISOString(),
  pages: one.pages,
  state: one.state,
  ...(one.suggestedCase === null ? {} : { suggestedCase: one.suggestedCase }),
  ...(one.matchedCase === null ? {} : { matched: { kind: kindOf(one), caseNumber: one.matchedCase } }),
})
const incomingOr = (outcome: Incoming | Refusal) => (isRefusal(outcome) ? outcome : incomingView(outcome))

export const documentHandlers = {
  putDocument: handler<'putDocument'>(async ({ office, caller, client, params, body }) => {
    const upload = { kind: params.kind, origin: 'portal', actor: applicant(client), body } as const
    const stored = await storeDocument(office, caller.enrolmentId, upload)
    return isRefusal(stored) ? stored : viewEnrolment(office, caller.enrolmentId, client.language)
  }),
  getDocument: handler<'getDocument'>(async ({ office, caller, params }) =>
    shown(await openOwnPage(office, caller.enrolmentId, params.kind, params.page)),
  ),
  deleteDocument: handler<'deleteDocument'>(
    async ({ office, caller, client, params }) =>
      (await deleteDocument(office, caller.enrolmentId, params.kind, applicant(client))) ??
      viewEnrolment(office, caller.enrolmentId, client.language),
  ),
  getModule: handler<'getModule'>(async ({ office, caller }) => {
    const module = await printModule(office, caller.enrolmentId)
    return isRefusal(module) ? module : { type: 'application/pdf', ...module }
  }),
  uploadForMember: handler<'uploadForMember'>(async ({ office, caller, client, params, body }) => {
    const done = await uploadForMember(office, {
      orderId: caller.order.id,
      memberId: params.member,
      kind: params.kind,
      actor: staff(caller, client),
      body,
    })
    return isRefusal(done) ? done : { caseNumber: done.caseNumber, state: done.state }
  }),
  viewDocument: handler<'viewDocument'>(async ({ office, caller, client, params }) => {
    const caseNumber = parseCaseNumber(params.case) ?? params.case
    const viewer = { staffId: caller.staffId, remoteAddress: client.remoteAddress }
    return shown(await openPage(office, viewer, { caseNumber, documentId: params.document, page: params.page }))
  }),
  listIncoming: handler<'listIncoming'>(async ({ office, query }) => {
    const { items, next } = await listIncoming(office, query)
    return { items: items.map(incomingView), ...(next === undefined ? {} : { next }) }
  }),
  uploadIncoming: handler<'uploadIncoming'>(async ({ office, caller, client, query, body }) =>
    incomingOr(await uploadIncoming(office, staff(caller, client), query.fileName, body)),
  ),
  viewIncoming: handler<'viewIncoming'>(async ({ office, caller, client, params }) => {
    const viewer = { staffId: caller.staffId, remoteAddress: client.remoteAddress }
    return shown(await openIncomingPage(office, viewer, params.incoming, params.page))
  }),
  matchIncoming: handler<'matchIncoming'>(async ({ office, caller, client, params, body }) => {
    const to = { caseNumber: body.case, kind: body.kind }
    return incomingOr(await matchIncoming(office, staff(caller, client), params.incoming, to))
  }),
  discardIncoming: handler<'discardIncoming'>(async ({ office, caller, client, params, body }) =>
    incomingOr(await discardIncoming(office, staff(caller, client), params.incoming, body.reason)),
  ),
} satisfies Partial<Handlers>
