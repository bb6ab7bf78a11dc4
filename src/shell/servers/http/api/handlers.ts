// The handlers of all endpoints: one that is missing does not compile.
//
// To add an endpoint of the table: write its verb in the shell (it takes the office, an actor, values; it gives a value
// or a Refusal), call it from a `handler<'id'>(…)` in this folder's file of the area, spread that file's handlers here.
// Who may call, the schemas, cross-site requests, keys and errors are dealt with
// before and after (../api.ts); `caller.order.id` is the only Order that a handler may look at.
import { accountHandlers } from './account.ts'
import { accountAlertHandlers } from './accountAlerts.ts'
import { accountBoxHandlers } from './accountBox.ts'
import { accountCollaboratorHandlers } from './accountCollaborators.ts'
import { accountDeviceHandlers } from './accountDevices.ts'
import { accountEvidenceHandlers } from './accountEvidence.ts'
import { accountProgramHandlers } from './accountPrograms.ts'
import { accountRecoveryHandlers } from './accountRecovery.ts'
import { accountSecurityHandlers } from './accountSecurity.ts'
import { accountWebhookHandlers } from './accountWebhook.ts'
import { billingHandlers } from './billing.ts'
import { boxHandlers } from './boxes.ts'
import { deskHandlers } from './desk.ts'
import { deskTicketHandlers } from './deskTickets.ts'
import { documentHandlers } from './documents.ts'
import { enrolmentHandlers } from './enrolment.ts'
import type { Handlers } from './handler.ts'
import { helpHandlers } from './help.ts'
import { operatorHandlers } from './operator.ts'
import { recoveryHandlers } from './recovery.ts'
import { registerHandlers } from './register.ts'
import { rollHandlers } from './roll.ts'
import { sandboxHandlers } from './sandbox.ts'
import { sessionHandlers } from './session.ts'
import { staffHandlers } from './staff.ts'
import { ticketHandlers } from './tickets.ts'
import { verifierHandlers } from './verifier.ts'

/** Each area's file gives its own; they are put together here. */
export const handlers: Handlers = {
  ...accountHandlers,
  ...accountRecoveryHandlers,
  ...accountBoxHandlers,
  ...accountEvidenceHandlers,
  ...verifierHandlers,
  ...accountSecurityHandlers,
  ...accountProgramHandlers,
  ...accountAlertHandlers,
  ...accountCollaboratorHandlers,
  ...accountDeviceHandlers,
  ...accountWebhookHandlers,
  ...billingHandlers,
  ...boxHandlers,
  ...deskHandlers,
  ...documentHandlers,
  ...enrolmentHandlers,
  ...sessionHandlers,
  ...staffHandlers,
  ...helpHandlers,
  ...operatorHandlers,
  ...recoveryHandlers,
  ...registerHandlers,
  ...rollHandlers,
  ...sandboxHandlers,
  ...ticketHandlers,
  ...deskTicketHandlers,
}
