// The values of the operator's console by their names.
import type { Reply } from '../ui/api.ts'

export type CaseList = Reply<'GET /operator/cases'>
export type CaseRow = CaseList['items'][number]
export type CaseView = Reply<'GET /operator/cases/:case'>
export type CaseDocument = CaseView['documents'][number]
export type ActionKind = CaseView['actions'][number]['action']
export type IncomingRow = Reply<'GET /operator/incoming'>['items'][number]
export type ConventionRow = Reply<'GET /operator/conventions'>['items'][number]
export type OrderRow = Reply<'GET /operator/orders'>['items'][number]
export type FrameworkRow = Reply<'GET /operator/frameworks'>['items'][number]
export type BoxRow = Reply<'GET /operator/boxes'>['items'][number]

export const personOf = (row: { readonly surname: string; readonly givenName: string }): string =>
  `${row.surname} ${row.givenName}`
