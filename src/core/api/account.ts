// The account of who uses a box: sign-in, sessions, proofs. More of it is in the files account*.ts beside this one.
import Type from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, OneOf, Text, Uuid } from './shared.ts'

export const AccountSessionView = Type.Object({
  /** What is still to come before anything may be done; `setUp`: a second factor, which the provider requires. */
  stage: OneOf('secondFactor', 'setUp', 'full'),
  name: Type.String(),
  signInName: Type.String(),
  kind: OneOf('holder', 'delegate'),
  /** The box that is looked at, once the session is whole. */
  mailbox: Type.Optional(Type.Object({ address: Type.String(), rights: OneOf('own', 'send', 'read') })),
  /** Whether a sensitive change may be made now, without another proof. */
  proved: Type.Boolean(),
  /** By what a session becomes whole that waits for its second factor; a recovery code is good in any case. */
  factors: Type.Optional(Type.Object({ code: Type.Boolean(), passkey: Type.Boolean() })),
  /** From when on a second factor will be required of who has none yet. */
  secondFactorFrom: Type.Optional(At),
})

export const accountEndpoints = {
  signInToAccount: {
    method: 'POST',
    path: '/account/session',
    summary: 'Signs in to a box by address and password; a collaborator by e-mail and password',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ name: Text(254), password: Text(256) }),
    reply: AccountSessionView,
    refusals: ['accountSignInWrong', 'tooManyAttempts'],
  },
  getAccountSession: {
    method: 'GET',
    path: '/account/session',
    summary: 'Who is signed in, and to which box',
    tag: 'account',
    access: { kind: 'public' },
    reply: AccountSessionView,
    refusals: ['accountSignInNeeded'],
  },
  signOutOfAccount: {
    method: 'DELETE',
    path: '/account/session',
    summary: 'Ends this session',
    tag: 'account',
    access: { kind: 'public' },
  },
  proveByPassword: {
    method: 'POST',
    path: '/account/session/proof',
    summary: 'Proves by the password to be the one: for ten minutes sensitive changes may be made',
    tag: 'account',
    access: { kind: 'account', delegates: 'read', setUp: true },
    body: Closed({ password: Text(256) }),
    reply: AccountSessionView,
    refusals: ['passwordWrong', 'tooManyAttempts'],
  },
  listAccountSessions: {
    method: 'GET',
    path: '/account/sessions',
    summary: 'Where the caller is signed in',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
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
  endAccountSession: {
    method: 'DELETE',
    path: '/account/sessions/:session',
    summary: 'Ends one of the caller’s sessions',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    params: Closed({ session: Uuid }),
  },
} as const satisfies Record<string, Endpoint>
