// Sign-in of staff, their sessions and invitations, and the trail of who did what.
import Type from 'typebox'
import { ORDER_ROLES, PROVIDER_ROLES } from '../identity/permissions.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, Id, OneOf, OrderParams, Page, PageQuery, Text, Uuid } from './shared.ts'

export const SessionView = Type.Object({
  /** What is still to come before anything may be done. */
  stage: OneOf('secondFactor', 'setup', 'full'),
  email: Type.String(),
  name: Type.String(),
  grants: Type.Array(
    Type.Object({
      role: OneOf(...ORDER_ROLES, ...PROVIDER_ROLES),
      order: Type.Optional(Type.Object({ code: Type.String(), name: Type.String() })),
      permissions: Type.Array(Type.String()),
    }),
  ),
  secondFactor: Type.Object({ required: Type.Boolean(), set: Type.Boolean(), recoveryCodesLeft: Type.Integer() }),
})

const StaffRow = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  role: Type.String(),
  state: OneOf('invited', 'active', 'disabled'),
  secondFactor: Type.Boolean(),
  lastSeenAt: Type.Optional(At),
})

const AuditRow = Type.Object({
  id: Id,
  at: At,
  actor: OneOf('staff', 'applicant', 'account', 'system'),
  staff: Type.Optional(Type.String()),
  action: Type.String(),
  subjectKind: Type.String(),
  subject: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
})
const AuditQuery = Closed({
  action: Type.Optional(Text(60)),
  subject: Type.Optional(Text(254)),
  staff: Type.Optional(Id),
  ...PageQuery,
})

const Invite = <const T extends readonly string[]>(roles: T) =>
  Closed({ email: Text(254), name: Text(120, { minLength: 2 }), role: OneOf(...roles) })
const refusals = ['emailInvalid', 'staffExists', 'lastAdmin'] as const

export const staffEndpoints = {
  signIn: {
    method: 'POST',
    path: '/session',
    summary: 'Signs in by e-mail and password; the second factor follows',
    tag: 'staff',
    access: { kind: 'public' },
    body: Closed({ email: Text(254), password: Text(200) }),
    reply: SessionView,
    refusals: ['signInWrong', 'tooManyAttempts'],
  },
  giveSecondFactor: {
    method: 'POST',
    path: '/session/second-factor',
    summary: 'The code of the second factor, or a recovery code',
    tag: 'staff',
    access: { kind: 'public' },
    body: Closed({ code: Text(40) }),
    reply: SessionView,
    refusals: ['codeWrong', 'tooManyAttempts', 'signInWrong'],
  },
  getSecondFactorSetup: {
    method: 'POST',
    path: '/session/second-factor/setup',
    summary: 'Begins to set up the second factor: the secret and its QR',
    tag: 'staff',
    access: { kind: 'public' },
    reply: Type.Object({ secret: Type.String(), uri: Type.String(), qrSvg: Type.String() }),
    refusals: ['signInWrong', 'notInThisState'],
  },
  confirmSecondFactor: {
    method: 'POST',
    path: '/session/second-factor/confirmation',
    summary: 'Confirms the second factor by a code; gives the recovery codes, once',
    tag: 'staff',
    access: { kind: 'public' },
    body: Closed({ code: Text(20) }),
    reply: Type.Object({ session: SessionView, recoveryCodes: Type.Array(Type.String()) }),
    refusals: ['codeWrong', 'signInWrong', 'notInThisState'],
  },
  getSession: {
    method: 'GET',
    path: '/session',
    summary: 'Who is signed in, and what they may do',
    tag: 'staff',
    access: { kind: 'public' },
    reply: SessionView,
    refusals: ['signInWrong'],
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    summary: 'Ends this session',
    tag: 'staff',
    access: { kind: 'public' },
  },
  listSessions: {
    method: 'GET',
    path: '/sessions',
    summary: 'Where the caller is signed in',
    tag: 'staff',
    access: { kind: 'staff' },
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Uuid,
          current: Type.Boolean(),
          createdAt: At,
          seenAt: At,
          remoteAddress: Type.String(),
          userAgent: Type.String(),
        }),
      ),
    }),
  },
  endSession: {
    method: 'DELETE',
    path: '/sessions/:session',
    summary: 'Ends one of the caller’s sessions',
    tag: 'staff',
    access: { kind: 'staff' },
    params: Closed({ session: Uuid }),
  },
  changePassword: {
    method: 'PUT',
    path: '/session/password',
    summary: 'Changes the caller’s password; other sessions end',
    tag: 'staff',
    access: { kind: 'staff' },
    body: Closed({ current: Text(200), next: Text(200) }),
    refusals: ['signInWrong', 'passwordWeak', 'tooManyAttempts'],
  },
  requestPassword: {
    method: 'POST',
    path: '/session/password-link',
    summary: 'Sends a link to choose a new password, if somebody has the e-mail; the answer never tells',
    tag: 'staff',
    access: { kind: 'public' },
    body: Closed({ email: Text(254) }),
    reply: Type.Object({ sent: Type.Literal('ifThereIsOne') }),
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/session/recovery-codes',
    summary: 'New recovery codes in place of the old ones, for a code of the app',
    tag: 'staff',
    access: { kind: 'staff' },
    body: Closed({ code: Text(20) }),
    reply: Type.Object({ recoveryCodes: Type.Array(Type.String()) }),
    refusals: ['codeWrong', 'tooManyAttempts', 'notInThisState'],
  },
  getInvitation: {
    method: 'POST',
    path: '/staff-invitations/look',
    summary: 'What an invitation is for',
    tag: 'staff',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: Type.Object({
      email: Type.String(),
      name: Type.String(),
      role: Type.String(),
      order: Type.Optional(Type.String()),
      hasAccount: Type.Boolean(),
      /** Of somebody who works here already: a link to choose a new password. */
      newPassword: Type.Boolean(),
    }),
    refusals: ['linkInvalid'],
  },
  acceptInvitation: {
    method: 'POST',
    path: '/staff-invitations/acceptance',
    summary: 'Accepts an invitation: a new account sets its password, one that exists gives it',
    tag: 'staff',
    access: { kind: 'public' },
    body: Closed({ token: Text(100), password: Text(200) }),
    reply: SessionView,
    refusals: ['linkInvalid', 'passwordWeak', 'signInWrong', 'tooManyAttempts'],
  },
  listOrderStaff: {
    method: 'GET',
    path: '/orders/:order/staff',
    summary: 'Secretaries of the Order',
    tag: 'order',
    access: { kind: 'order', permission: 'order.staff' },
    params: OrderParams,
    reply: Type.Object({ items: Type.Array(StaffRow) }),
  },
  inviteOrderStaff: {
    method: 'POST',
    path: '/orders/:order/staff',
    summary: 'Invites a secretary by e-mail',
    tag: 'order',
    access: { kind: 'order', permission: 'order.staff' },
    params: OrderParams,
    body: Invite(ORDER_ROLES),
    reply: StaffRow,
    idempotent: true,
    refusals,
  },
  changeOrderStaff: {
    method: 'PUT',
    path: '/orders/:order/staff/:staff',
    summary: 'Changes the role of a secretary; `none` takes it away and ends the sessions',
    tag: 'order',
    access: { kind: 'order', permission: 'order.staff' },
    params: Closed({ order: Text(64), staff: Id }),
    body: Closed({ role: OneOf(...ORDER_ROLES, 'none') }),
    reply: StaffRow,
    refusals,
  },
  listProviderStaff: {
    method: 'GET',
    path: '/operator/staff',
    summary: 'Operators of the provider',
    tag: 'operator',
    access: { kind: 'provider', permission: 'provider.staff' },
    reply: Type.Object({ items: Type.Array(StaffRow) }),
  },
  inviteProviderStaff: {
    method: 'POST',
    path: '/operator/staff',
    summary: 'Invites an operator; with `order`, the first administrator of an Order',
    tag: 'operator',
    access: { kind: 'provider', permission: 'provider.staff' },
    body: Closed({
      email: Text(254),
      name: Text(120, { minLength: 2 }),
      role: OneOf(...PROVIDER_ROLES, 'orderAdmin'),
      order: Type.Optional(Text(64)),
    }),
    reply: StaffRow,
    idempotent: true,
    refusals: [...refusals, 'orderUnknown'],
  },
  changeProviderStaff: {
    method: 'PUT',
    path: '/operator/staff/:staff',
    summary: 'Changes the role of an operator; `none` takes it away and ends the sessions',
    tag: 'operator',
    access: { kind: 'provider', permission: 'provider.staff' },
    params: Closed({ staff: Id }),
    body: Closed({ role: OneOf(...PROVIDER_ROLES, 'none') }),
    reply: StaffRow,
    refusals,
  },
  listOrderAudit: {
    method: 'GET',
    path: '/orders/:order/audit',
    summary: 'Who did what at the Order',
    tag: 'order',
    access: { kind: 'order', permission: 'order.audit' },
    params: OrderParams,
    query: AuditQuery,
    reply: Page(AuditRow),
  },
  listProviderAudit: {
    method: 'GET',
    path: '/operator/audit',
    summary: 'Who did what at the provider',
    tag: 'operator',
    access: { kind: 'provider', permission: 'provider.audit' },
    query: AuditQuery,
    reply: Page(AuditRow),
  },
} as const satisfies Record<string, Endpoint>

export const NoticeView = Type.Object({
  id: Uuid,
  kind: Type.String(),
  recipient: Type.String(),
  subject: Type.String(),
  text: Type.String(),
  createdAt: At,
  state: Type.String(),
})

export const sandboxEndpoints = {
  listNotices: {
    method: 'GET',
    path: '/sandbox/notices',
    summary: 'Ordinary e-mail that the sandbox has captured, newest first',
    tag: 'sandbox',
    access: { kind: 'sandbox' },
    query: Closed({ to: Type.Optional(Text(254)), ...PageQuery }),
    reply: Page(NoticeView),
  },
} as const satisfies Record<string, Endpoint>
