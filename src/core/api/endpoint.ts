// What an endpoint of the HTTP API is: the table of all of them serves routes, authorisation, tests and OpenAPI.
import type { Static, TSchema } from 'typebox'
import type { Permission } from '../identity/permissions.ts'

/**
 * Who may call. `applicant`: who holds the secret of a case, `recovery`: of a request to
 * change a dead reference e-mail. `order`: at the Order named by `:order` in the path;
 * `provider`: at the provider. `staff`: whoever is signed in as staff, with the second factor where it is required.
 * `account`: whoever is signed in to a box, in full: its holder alone, or collaborators too, up to what `delegates` says
 * (`read`: any of them; `send`: those who may send). With `proof` they have proved lately to be the one, by password,
 * code or passkey: endpoints that change who gets in, or where notices go. With `setUp` those come too who have no second
 * factor yet where the provider requires one: to set it up, and nothing else.
 * `ticket`: whoever opened the ticket named by `:ticket` in the path, by whichever secret they hold.
 * `sandbox`: anybody, and the endpoint exists in the sandbox only.
 */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'sandbox' }
  | { readonly kind: 'applicant' }
  | { readonly kind: 'recovery' }
  | { readonly kind: 'ticket' }
  | { readonly kind: 'staff' }
  | { readonly kind: 'account'; readonly delegates?: 'read' | 'send'; readonly proof?: true; readonly setUp?: true }
  | { readonly kind: 'order'; readonly permission: Permission }
  | { readonly kind: 'provider'; readonly permission: Permission }

/** The body is bytes of one of some media types instead of JSON. */
export type BinaryBody = { readonly binary: true; readonly limitBytes: number }

export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /api/v1, with `:name` parameters. */
  readonly path: string
  readonly summary: string
  readonly tag: 'enrolment' | 'order' | 'operator' | 'staff' | 'account' | 'help' | 'provider' | 'sandbox'
  readonly access: Access
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema | BinaryBody
  /** Schema of the reply; the media types where it is bytes; absent: 204. */
  readonly reply?: TSchema | { readonly binary: true; readonly types: readonly string[] }
  /** Takes an Idempotency-Key: the same key gives the same answer and does nothing twice. */
  readonly idempotent?: true
  /** Problems that it may answer with, beside those that all may. */
  readonly refusals?: readonly string[]
}

export const isBinary = (value: TSchema | BinaryBody | { readonly binary: true } | undefined): value is BinaryBody =>
  value !== undefined && 'binary' in value

type Given<E, Key extends string> = E extends { readonly [K in Key]: infer S } ? S : undefined
type Value<S> = S extends BinaryBody ? AsyncIterable<Uint8Array> : S extends TSchema ? Static<S> : undefined

/** What a handler of an endpoint gets, by its schemas. */
export type ParamsOf<E> = Value<Given<E, 'params'>>
export type QueryOf<E> = Value<Given<E, 'query'>>
export type BodyOf<E> = Value<Given<E, 'body'>>

/** Bytes as a reply: a file name where it is to be saved. */
export type BinaryReply = {
  readonly type: string
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>
  readonly fileName?: string | undefined
}
export type ReplyOf<E> = Given<E, 'reply'> extends { readonly binary: true } ? BinaryReply : Value<Given<E, 'reply'>>
