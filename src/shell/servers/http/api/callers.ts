// Who calls an endpoint, and whether they may: by the table of endpoints and the table of permissions, nothing else.
import type { Access } from '../../../../core/api/endpoint.ts'
import type { RefusalCode } from '../../../../core/api/problems.ts'
import { may } from '../../../../core/identity/permissions.ts'
import { findTicketCaller, type TicketCaller, type TicketSecrets } from '../../../helpdesk/callers.ts'
import {
  type AccountCaller,
  factorOf,
  findAccountCaller,
  hasProof,
  mayUse,
} from '../../../identity/account/sessions.ts'
import { type ApplicantCaller, findApplicant } from '../../../identity/applicants.ts'
import { findRecoveryCaller, type RecoveryCaller } from '../../../identity/recovery/store.ts'
import { findStaffCaller, type StaffCaller } from '../../../identity/staff/sessions.ts'
import type { Office } from '../../../office.ts'
import type { OrderCaller } from './handler.ts'
import type { Secrets } from './secrets.ts'

export type Caller =
  | AccountCaller
  | ApplicantCaller
  | RecoveryCaller
  | TicketCaller
  | StaffCaller
  | OrderCaller
  | undefined
export type Resolved = { readonly caller: Caller } | { readonly refusal: RefusalCode }

const findStaff = async (office: Office, { given }: Secrets): Promise<StaffCaller | undefined> => {
  const token = given('staff')
  return token === undefined ? undefined : findStaffCaller(office.db, token, office.clock.now())
}

/** Who uses a box, for the help desk: without the second factor that the provider wants, nobody who is known. */
export const helpAccount = async (office: Office, token: string | undefined): Promise<AccountCaller | undefined> => {
  const now = office.clock.now()
  const caller = token === undefined ? undefined : await findAccountCaller(office.db, token, now)
  return caller && factorOf(caller, office.accountPolicy, now).kind !== 'needed' ? caller : undefined
}

/** What may open a ticket, each looked up only where it is asked for. */
const ticketSecrets = (office: Office, { given }: Secrets): TicketSecrets => {
  const now = office.clock.now()
  const by = async <T>(
    token: string | undefined,
    find: (db: Office['db'], token: string, at: number) => Promise<T | undefined>,
  ) => (token === undefined ? undefined : find(office.db, token, now))
  return {
    ticket: given('ticket'),
    account: () => helpAccount(office, given('account')),
    applicant: () => by(given('case'), findApplicant),
    staff: () => by(given('staff'), findStaffCaller),
  }
}

/**
 * Who calls, where the endpoint's access lets them. An Order at which the caller has no role at all does not exist for
 * them: Orders never learn of each other.
 */
export const resolveCaller = async (
  office: Office,
  access: Access,
  secrets: Secrets,
  { order, ticket }: { readonly order?: string | undefined; readonly ticket?: string | undefined },
): Promise<Resolved> => {
  switch (access.kind) {
    case 'public':
      return { caller: undefined }
    case 'sandbox':
      return office.sandbox ? { caller: undefined } : { refusal: 'notFound' }
    case 'applicant': {
      const token = secrets.given('case')
      const caller = token === undefined ? undefined : await findApplicant(office.db, token, office.clock.now())
      return caller ? { caller } : { refusal: 'caseNeeded' }
    }
    case 'account': {
      const token = secrets.given('account')
      const now = office.clock.now()
      const caller = token === undefined ? undefined : await findAccountCaller(office.db, token, now)
      if (!caller) return { refusal: 'accountSignInNeeded' }
      if (!access.setUp && factorOf(caller, office.accountPolicy, now).kind === 'needed') {
        return { refusal: 'factorNeeded' }
      }
      if (!mayUse(caller.rights, access.delegates)) return { refusal: 'holderOnly' }
      return access.proof && !hasProof(caller, now) ? { refusal: 'proofNeeded' } : { caller }
    }
    case 'recovery': {
      const token = secrets.given('recovery')
      const caller = token === undefined ? undefined : await findRecoveryCaller(office.db, token, office.clock.now())
      return caller ? { caller } : { refusal: 'recoveryNeeded' }
    }
    case 'ticket': {
      const caller = await findTicketCaller(office, ticket ?? '', ticketSecrets(office, secrets))
      return caller ? { caller } : { refusal: 'ticketUnknown' }
    }
    case 'staff': {
      const caller = await findStaff(office, secrets)
      return caller ? { caller } : { refusal: 'signInNeeded' }
    }
    case 'provider': {
      const caller = await findStaff(office, secrets)
      if (!caller) return { refusal: 'signInNeeded' }
      return may(caller.grants, access.permission) ? { caller } : { refusal: 'forbidden' }
    }
    case 'order': {
      const caller = await findStaff(office, secrets)
      if (!caller) return { refusal: 'signInNeeded' }
      const at = caller.grants.find((grant) => grant.at !== undefined && grant.at.code === order)?.at
      if (!at) return { refusal: 'notFound' }
      if (!may(caller.grants, access.permission, at.code)) return { refusal: 'forbidden' }
      return { caller: { ...caller, order: { id: at.id, code: at.code } } }
    }
  }
}

/** Names a caller for what is kept by caller. */
export const callerName = (caller: Caller): string => {
  if (caller === undefined) return 'public'
  switch (caller.kind) {
    case 'staff':
      return `staff ${caller.staffId}`
    case 'account':
      return `account ${caller.accountId}`
    case 'applicant':
      return `case ${caller.enrolmentId}`
    case 'recovery':
      return `recovery ${caller.recoveryId}`
    case 'ticket':
      return `ticket ${caller.ticketId}`
  }
}
