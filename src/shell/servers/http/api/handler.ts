// What a handler of an endpoint is: typed by the endpoint's schemas, so that a missing one does not compile.
import type { Access, BodyOf, ParamsOf, QueryOf, ReplyOf } from '../../../../core/api/endpoint.ts'
import type { EndpointId, EndpointOf } from '../../../../core/api/endpoints.ts'
import type { Language } from '../../../../core/api/problemDocument.ts'
import type { Refusal } from '../../../../core/api/problems.ts'
import type { TicketCaller } from '../../../helpdesk/callers.ts'
import type { AccountCaller } from '../../../identity/account/sessions.ts'
import type { ApplicantCaller } from '../../../identity/applicants.ts'
import type { RecoveryCaller } from '../../../identity/recovery/store.ts'
import type { StaffCaller } from '../../../identity/staff/sessions.ts'
import type { Office } from '../../../office.ts'

export type { AccountCaller, ApplicantCaller, StaffCaller }

/** Staff at the Order that the path names: scope of every statement that follows. */
export type OrderCaller = StaffCaller & { readonly order: { readonly id: number; readonly code: string } }

type CallerBy<A extends Access> = A extends { readonly kind: 'order' }
  ? OrderCaller
  : A extends { readonly kind: 'provider' | 'staff' }
    ? StaffCaller
    : A extends { readonly kind: 'applicant' }
      ? ApplicantCaller
      : A extends { readonly kind: 'account' }
        ? AccountCaller
        : A extends { readonly kind: 'recovery' }
          ? RecoveryCaller
          : A extends { readonly kind: 'ticket' }
            ? TicketCaller
            : undefined

/** Who called, as far as the network tells. */
export type Client = {
  readonly remoteAddress: string
  readonly userAgent: string
  readonly language: Language
  /** Media type of a body of bytes, without parameters; what the client says, to be believed by nobody. */
  readonly contentType: string
}

/**
 * The cookies that there are: the session of staff, the case of an applicant, the session of who uses a box, and the
 * device that such a person trusts; a request to change a dead reference e-mail; a ticket of the help desk.
 */
export type CookieName = 'staff' | 'case' | 'account' | 'device' | 'recovery' | 'ticket'

export type Cookies = {
  /** The secrets that came with the request (a cookie, or a bearer token of that kind), unchecked. */
  readonly given: (name: CookieName) => string | undefined
  readonly set: (name: CookieName, token: string, maxAgeMs: number) => void
  readonly clear: (name: CookieName) => void
}

export type Call<Id extends EndpointId> = {
  readonly office: Office
  readonly caller: CallerBy<EndpointOf<Id>['access']>
  readonly params: ParamsOf<EndpointOf<Id>>
  readonly query: QueryOf<EndpointOf<Id>>
  readonly body: BodyOf<EndpointOf<Id>>
  readonly client: Client
  readonly cookies: Cookies
  /**
   * A new secret of a kind. Under an Idempotency-Key the repeated request gets the same one, so that a cookie whose
   * answer was lost can be set again; it is stored nowhere.
   */
  readonly newToken: (kind: CookieName) => string
}

export type Handler<Id extends EndpointId> = (call: Call<Id>) => Promise<ReplyOf<EndpointOf<Id>> | Refusal>

/** A handler for every endpoint. */
export type Handlers = {
  readonly [Id in EndpointId]: Handler<Id>
}

/** Types a handler where it stands alone: `handler<'listMembers'>(async ({ caller, query }) => …)`. */
export const handler = <Id extends EndpointId>(handle: Handler<Id>): Handler<Id> => handle
