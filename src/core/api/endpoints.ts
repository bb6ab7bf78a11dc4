// All endpoints of the HTTP API for people and programs: the mailbox API of HTTP Basic stands apart.
import { accountEndpoints } from './account.ts'
import { accountAlertEndpoints } from './accountAlerts.ts'
import { accountBoxEndpoints } from './accountBox.ts'
import { accountCollaboratorEndpoints } from './accountCollaborators.ts'
import { accountDeviceEndpoints } from './accountDevices.ts'
import { accountEvidenceEndpoints } from './accountEvidence.ts'
import { accountProgramEndpoints } from './accountPrograms.ts'
import { accountRecoveryEndpoints } from './accountRecovery.ts'
import { accountSecurityEndpoints } from './accountSecurity.ts'
import { accountWebhookEndpoints } from './accountWebhook.ts'
import { billingEndpoints } from './billing.ts'
import { deskTicketEndpoints } from './deskTickets.ts'
import { enrolmentEndpoints } from './enrolment.ts'
import { helpEndpoints } from './help.ts'
import { operatorEndpoints } from './operator.ts'
import { orderDeskEndpoints } from './orderDesk.ts'
import { orderEndpoints } from './orders.ts'
import { recoveryEndpoints } from './recovery.ts'
import { sandboxEndpoints, staffEndpoints } from './staff.ts'
import { ticketEndpoints } from './tickets.ts'
import { verifierEndpoints } from './verifier.ts'

export const endpoints = {
  ...enrolmentEndpoints,
  ...orderEndpoints,
  ...orderDeskEndpoints,
  ...operatorEndpoints,
  ...billingEndpoints,
  ...staffEndpoints,
  ...accountEndpoints,
  ...accountRecoveryEndpoints,
  ...accountBoxEndpoints,
  ...accountEvidenceEndpoints,
  ...accountSecurityEndpoints,
  ...accountProgramEndpoints,
  ...recoveryEndpoints,
  ...accountAlertEndpoints,
  ...accountCollaboratorEndpoints,
  ...accountDeviceEndpoints,
  ...accountWebhookEndpoints,
  ...ticketEndpoints,
  ...deskTicketEndpoints,
  ...verifierEndpoints,
  ...helpEndpoints,
  ...sandboxEndpoints,
} as const

export type EndpointId = keyof typeof endpoints
export type EndpointOf<Id extends EndpointId> = (typeof endpoints)[Id]
