// The Order's console: register, domiciles, invitations, costs.
import Type from 'typebox'
import { PROCEDURE_KINDS } from '../enrolment/procedures.ts'
import type { Endpoint } from './endpoint.ts'
import {
  At,
  Bytes,
  Cents,
  Closed,
  Day,
  EnrolmentStateSchema,
  EventSchema,
  Id,
  MemberParams,
  MemberStatusSchema,
  OneOf,
  OrderParams,
  PageQuery,
  PayerRuleSchema,
  SectionSchema,
  TermStateSchema,
  Text,
} from './shared.ts'

/** Exceptions first: what a secretariat must look at. */
export const EXCEPTIONS = [
  'noDomicile',
  'awaitingDomicile',
  'enrolling',
  'expiring',
  'expired',
  'full',
  'unread',
  'suspended',
] as const

export const DomicileSchema = Type.Object({
  id: Id,
  address: Type.String(),
  origin: OneOf('convention', 'member', 'secretariat'),
  state: OneOf('awaiting', 'confirmed', 'failed', 'ceased'),
  since: At,
  until: Type.Optional(At),
})

/** Health of a box: metadata only. */
export const BoxSchema = Type.Object({
  address: Type.String(),
  state: TermStateSchema,
  activatedAt: At,
  expiresAt: At,
  graceUntil: Type.Optional(At),
  usedBytes: Bytes,
  quotaBytes: Bytes,
  /** Whether the Order sees how long it has been unread: the convention says so. */
  seesUnread: Type.Optional(Type.Boolean()),
  unreadSince: Type.Optional(At),
})

export const MemberRow = Type.Object({
  id: Id,
  fiscalCode: Type.String(),
  surname: Type.String(),
  givenName: Type.String(),
  number: Type.String(),
  section: SectionSchema,
  status: MemberStatusSchema,
  contactEmail: Type.Optional(Type.String()),
  domicile: Type.Optional(Type.Object({ address: Type.String(), state: Type.String(), origin: Type.String() })),
  enrolment: Type.Optional(Type.Object({ caseNumber: Type.String(), state: EnrolmentStateSchema, since: At })),
  box: Type.Optional(BoxSchema),
  exceptions: Type.Array(OneOf(...EXCEPTIONS)),
  invitedAt: Type.Optional(At),
})

const MemberFilter = {
  exception: Type.Optional(OneOf(...EXCEPTIONS, 'any')),
  status: Type.Optional(MemberStatusSchema),
  section: Type.Optional(SectionSchema),
  q: Type.Optional(Text(100)),
}

const ConventionSummary = Type.Object({
  code: Type.String(),
  standing: OneOf('open', 'notYet', 'expired', 'full'),
  domain: Type.String(),
  startsOn: Day,
  endsOn: Day,
  seats: Type.Optional(Type.Integer()),
  taken: Type.Integer(),
  termMonths: Type.Integer(),
  priceCents: Cents,
  payer: PayerRuleSchema,
})

const at = (
  permission:
    | 'members.read'
    | 'members.write'
    | 'roll.import'
    | 'members.invite'
    | 'members.upload'
    | 'members.procedures'
    | 'costs.read',
) => ({ kind: 'order', permission }) as const

export const orderEndpoints = {
  getOrder: {
    method: 'GET',
    path: '/orders/:order',
    summary: 'The Order: its conventions, its members by exception',
    tag: 'order',
    access: at('members.read'),
    params: OrderParams,
    reply: Type.Object({
      code: Type.String(),
      name: Type.String(),
      conventions: Type.Array(ConventionSummary),
      members: Type.Integer(),
      boxes: Type.Integer(),
      exceptions: Type.Record(Type.String(), Type.Integer()),
      lastImportAt: Type.Optional(At),
    }),
  },
  listMembers: {
    method: 'GET',
    path: '/orders/:order/members',
    summary: 'Members, exceptions first where asked; filters, search, pages',
    tag: 'order',
    access: at('members.read'),
    params: OrderParams,
    query: Closed({ ...MemberFilter, sort: Type.Optional(OneOf('name', 'number')), ...PageQuery }),
    reply: Type.Object({
      items: Type.Array(MemberRow),
      next: Type.Optional(Type.String()),
      /** Of the whole selection; with the first page only. */
      total: Type.Optional(Type.Integer()),
    }),
  },
  exportMembers: {
    method: 'GET',
    path: '/orders/:order/members-export/:format',
    summary: 'The members of the same filters as a file',
    tag: 'order',
    access: at('members.read'),
    params: Closed({ order: Text(64), format: OneOf('csv', 'xlsx') }),
    query: Closed(MemberFilter),
    reply: {
      binary: true,
      types: ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    },
  },
  getMember: {
    method: 'GET',
    path: '/orders/:order/members/:member',
    summary: 'One member: domiciles, case, box, history',
    tag: 'order',
    access: at('members.read'),
    params: MemberParams,
    reply: Type.Object({
      member: MemberRow,
      domiciles: Type.Array(DomicileSchema),
      enrolments: Type.Array(
        Type.Object({
          caseNumber: Type.String(),
          convention: Type.String(),
          state: EnrolmentStateSchema,
          createdAt: At,
          submittedAt: Type.Optional(At),
          reason: Type.Optional(Type.String()),
        }),
      ),
      events: Type.Array(EventSchema),
      /** Procedures that may be begun now; of others, why not. */
      procedures: Type.Array(
        Type.Object({ kind: OneOf(...PROCEDURE_KINDS), allowed: Type.Boolean(), why: Type.Optional(Type.String()) }),
      ),
    }),
  },
  updateMember: {
    method: 'PATCH',
    path: '/orders/:order/members/:member',
    summary: 'Corrects what the register holds of a member',
    tag: 'order',
    access: at('members.write'),
    params: MemberParams,
    body: Closed({
      surname: Type.Optional(Text(80, { minLength: 1 })),
      givenName: Type.Optional(Text(80, { minLength: 1 })),
      number: Type.Optional(Text(30)),
      section: Type.Optional(SectionSchema),
      contactEmail: Type.Optional(Text(254)),
    }),
    reply: MemberRow,
    refusals: ['emailInvalid'],
  },
  addMember: {
    method: 'POST',
    path: '/orders/:order/members',
    summary: 'Adds one member to the register',
    tag: 'order',
    access: at('members.write'),
    params: OrderParams,
    body: Closed({
      fiscalCode: Text(40),
      surname: Text(80, { minLength: 1 }),
      givenName: Text(80, { minLength: 1 }),
      number: Text(30),
      section: SectionSchema,
      contactEmail: Type.Optional(Text(254)),
    }),
    reply: MemberRow,
    idempotent: true,
    refusals: ['fiscalCodeInvalid', 'memberExists', 'emailInvalid'],
  },
  addDomicile: {
    method: 'POST',
    path: '/orders/:order/members/:member/domiciles',
    summary: 'Registers the certified address that a member has elsewhere; a certified message asks whether it lives',
    tag: 'order',
    access: at('members.write'),
    params: MemberParams,
    body: Closed({ address: Text(254) }),
    reply: DomicileSchema,
    idempotent: true,
    refusals: ['emailInvalid', 'addressNotCertified', 'domicileSame'],
  },
  beginProcedure: {
    method: 'POST',
    path: '/orders/:order/members/:member/procedures',
    summary: 'Strike-off, transfer, death, withdrawal, suspension: what follows for the box is told and done',
    tag: 'order',
    access: at('members.procedures'),
    params: MemberParams,
    body: Closed({
      kind: OneOf(...PROCEDURE_KINDS),
      on: Day,
      reason: Text(1000, { minLength: 3 }),
      toOrder: Type.Optional(Text(64)),
    }),
    reply: MemberRow,
    idempotent: true,
    refusals: ['notInThisState', 'orderUnknown'],
  },
} as const satisfies Record<string, Endpoint>
