// The values of the Order's console by their names.
import type { Reply } from '../ui/api.ts'

export type OrderView = Reply<'GET /orders/:order'>
export type ConventionSummary = OrderView['conventions'][number]
export type MembersPageReply = Reply<'GET /orders/:order/members'>
export type MemberRow = MembersPageReply['items'][number]
export type MemberView = Reply<'GET /orders/:order/members/:member'>
export type ExceptionKind = MemberRow['exceptions'][number]
export type RollImport = Reply<'GET /orders/:order/roll/:import'>
export type InvoiceRow = Reply<'GET /orders/:order/invoices'>['items'][number]

/** Most pressing first: as the console lists them. */
export const EXCEPTION_ORDER: readonly ExceptionKind[] = [
  'full',
  'expired',
  'expiring',
  'suspended',
  'unread',
  'noDomicile',
  'awaitingDomicile',
  'enrolling',
]

export const nameOf = (member: { readonly surname: string; readonly givenName: string }): string =>
  `${member.surname} ${member.givenName}`
