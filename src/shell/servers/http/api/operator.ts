// The operator's console: cases and their decisions, Orders, frameworks, conventions.
import { isRefusal } from '../../../../core/api/problems.ts'
import { parseCaseNumber } from '../../../../core/enrolment/caseNumber.ts'
import { REASONS } from '../../../../core/enrolment/reasons.ts'
import { listConventions, putConvention } from '../../../convention/conventions.ts'
import { listFrameworks, putFramework } from '../../../convention/frameworks.ts'
import { listOrders, putOrder } from '../../../convention/orders.ts'
import { viewCase } from '../../../enrolment/decide/caseView.ts'
import { approveCase, askAgain, type Decider, refuseCase } from '../../../enrolment/decide/decisions.ts'
import { listCases } from '../../../enrolment/decide/queue.ts'
import { type Client, type Handlers, handler, type StaffCaller } from './handler.ts'

const decider = (caller: StaffCaller, client: Client): Decider => ({
  kind: 'staff',
  staffId: caller.staffId,
  remoteAddress: client.remoteAddress,
})

/** A case number as it stands in a path: in its one form where it has one. */
const caseOf = (typed: string): string => parseCaseNumber(typed) ?? typed

export const operatorHandlers = {
  listCases: handler<'listCases'>(({ office, query }) => listCases(office, query)),
  getCase: handler<'getCase'>(({ office, caller, params }) => viewCase(office, params.case, caller.staffId)),
  approveCase: handler<'approveCase'>(async ({ office, caller, client, params, body }) => {
    const look = { caseNumber: caseOf(params.case), version: body.version }
    const outcome = await approveCase(office, decider(caller, client), look)
    return isRefusal(outcome) ? outcome : viewCase(office, outcome.caseNumber, caller.staffId)
  }),
  askAgain: handler<'askAgain'>(async ({ office, caller, client, params, body }) => {
    const decision = { caseNumber: caseOf(params.case), ...body }
    const outcome = await askAgain(office, decider(caller, client), decision)
    return isRefusal(outcome) ? outcome : viewCase(office, outcome.caseNumber, caller.staffId)
  }),
  refuseCase: handler<'refuseCase'>(async ({ office, caller, client, params, body }) => {
    const decision = { caseNumber: caseOf(params.case), ...body }
    const outcome = await refuseCase(office, decider(caller, client), decision)
    return isRefusal(outcome) ? outcome : viewCase(office, outcome.caseNumber, caller.staffId)
  }),
  listReasons: handler<'listReasons'>(async () => ({ reasons: REASONS.map((reason) => ({ ...reason })) })),
  listOrders: handler<'listOrders'>(async ({ office }) => ({ items: [...(await listOrders(office))] })),
  putOrder: handler<'putOrder'>(({ office, caller, client, params, body }) =>
    putOrder(office, decider(caller, client), params.order, body),
  ),
  listFrameworks: handler<'listFrameworks'>(async ({ office }) => ({ items: [...(await listFrameworks(office))] })),
  putFramework: handler<'putFramework'>(({ office, caller, client, params, body }) =>
    putFramework(office, decider(caller, client), params.framework, body),
  ),
  listConventions: handler<'listConventions'>(async ({ office }) => ({ items: [...(await listConventions(office))] })),
  putConvention: handler<'putConvention'>(({ office, caller, client, params, body }) =>
    putConvention(office, decider(caller, client), params.convention, body),
  ),
} satisfies Partial<Handlers>
