// The types of the API as a browser sees them; nothing of the schemas themselves travels with the pages.
import type { Static, TSchema } from 'typebox'
import type { endpoints } from '../../src/core/api/endpoints.ts'

export type Endpoints = typeof endpoints
export type EndpointId = keyof Endpoints
export type EndpointOf<Id extends EndpointId> = Endpoints[Id]

type Given<E, Key extends string> = E extends { readonly [K in Key]: infer S } ? S : undefined
/** Bytes are a blob here. */
type Value<S> = S extends { readonly binary: true } ? Blob : S extends TSchema ? Static<S> : undefined

export type ParamsOf<E> = Value<Given<E, 'params'>>
export type QueryOf<E> = Value<Given<E, 'query'>>
export type BodyOf<E> = Value<Given<E, 'body'>>
export type ReplyOf<E> = Value<Given<E, 'reply'>>

/** The values of the portal by their names. */
export type EnrolmentView = ReplyOf<EndpointOf<'getEnrolment'>>
export type PublicConvention = ReplyOf<EndpointOf<'getConvention'>>
export type Draft = BodyOf<EndpointOf<'saveDraft'>>
export type DocumentSummary = EnrolmentView['documents'][number]
export type SessionView = ReplyOf<EndpointOf<'getSession'>>
