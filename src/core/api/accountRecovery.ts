// Getting back into a box: the password changed or forgotten, and the reference e-mail.
import Type from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, OneOf, PasswordPolicySchema, Text } from './shared.ts'

const Password = Text(256)
const LinkToken = Closed({ token: Text(100) })
const Owner = Type.Object({
  names: Type.Optional(Type.Array(Type.String())),
  fiscalCode: Type.Optional(Type.String()),
  addresses: Type.Optional(Type.Array(Type.String())),
})

export const ReferenceView = Type.Object({
  email: Type.Optional(Type.String()),
  /** A change that waits for the new one to confirm. */
  asked: Type.Optional(Type.Object({ email: Type.String(), expiresAt: At })),
  /** A change that can be undone still; until then a new password is asked at the old one. */
  cooling: Type.Optional(Type.Object({ oldEmail: Type.Optional(Type.String()), until: At })),
  /** Whether the holder is to be asked if it is still theirs, or has none. */
  checkDue: Type.Boolean(),
})

const ReferenceLinkView = Type.Object({
  kind: OneOf('confirm', 'undo'),
  address: Type.String(),
  /** The reference e-mail afterwards. */
  email: Type.Optional(Type.String()),
})

export const accountRecoveryEndpoints = {
  getPasswordRules: {
    method: 'GET',
    path: '/account/password',
    summary: 'What a new password of the caller must keep to',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    reply: Type.Object({ policy: PasswordPolicySchema, owner: Owner }),
  },
  changeAccountPassword: {
    method: 'POST',
    path: '/account/password',
    summary: 'Sets the caller’s password; every other session ends',
    tag: 'account',
    access: { kind: 'account', delegates: 'read', proof: true },
    body: Closed({ password: Password, endAppPasswords: Type.Boolean({ default: false }) }),
    refusals: ['passwordWeak'],
  },
  askPasswordReset: {
    method: 'POST',
    path: '/account/resets',
    summary: 'Has link and code to choose a new password sent to the reference e-mail; always the same answer',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ address: Text(254, { minLength: 1 }) }),
    reply: Type.Object({ ticket: Type.String({ description: 'With it the code that arrives may be given' }) }),
  },
  giveResetCode: {
    method: 'POST',
    path: '/account/resets/code',
    summary: 'Gives the code that arrived: the secret with which the password is set',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ ticket: Text(100), code: Text(20) }),
    reply: Type.Object({ token: Type.String() }),
    refusals: ['codeWrong', 'codeExpired'],
  },
  lookAtReset: {
    method: 'POST',
    path: '/account/resets/look',
    summary: 'Whose password a link sets; it spends nothing, and the first look gives half an hour to type',
    tag: 'account',
    access: { kind: 'public' },
    body: LinkToken,
    reply: Type.Object({ address: Type.String(), policy: PasswordPolicySchema, owner: Owner, expiresAt: At }),
    refusals: ['linkInvalid'],
  },
  resetPassword: {
    method: 'POST',
    path: '/account/resets/password',
    summary: 'Sets the password by a link, which is good once; all sessions end, the second factor stays',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Text(100), password: Password, endAppPasswords: Type.Boolean({ default: false }) }),
    idempotent: true,
    refusals: ['linkInvalid', 'passwordWeak'],
  },
  getReference: {
    method: 'GET',
    path: '/account/reference',
    summary: 'The reference e-mail of the box, and what is under way with it',
    tag: 'account',
    access: { kind: 'account' },
    reply: ReferenceView,
  },
  askReferenceChange: {
    method: 'POST',
    path: '/account/reference',
    summary: 'Asks for another reference e-mail: code and link go to the new one',
    tag: 'account',
    access: { kind: 'account', proof: true },
    body: Closed({ email: Text(254) }),
    reply: ReferenceView,
    refusals: ['emailInvalid', 'emailCertified', 'referenceSame', 'referenceCooling', 'tooManyMessages', 'notFound'],
  },
  giveReferenceCode: {
    method: 'POST',
    path: '/account/reference/code',
    summary: 'Confirms the new reference e-mail by the code that it received',
    tag: 'account',
    access: { kind: 'account', proof: true },
    body: Closed({ code: Text(20) }),
    reply: ReferenceView,
    refusals: ['codeWrong', 'codeExpired'],
  },
  dropReferenceChange: {
    method: 'DELETE',
    path: '/account/reference/asked',
    summary: 'Gives up the change that waits',
    tag: 'account',
    access: { kind: 'account', proof: true },
    reply: ReferenceView,
  },
  undoReferenceChange: {
    method: 'POST',
    path: '/account/reference/undo',
    summary: 'Undoes the last change while it can be',
    tag: 'account',
    access: { kind: 'account', proof: true },
    reply: ReferenceView,
    refusals: ['notInThisState'],
  },
  confirmReferenceStillMine: {
    method: 'POST',
    path: '/account/reference/check',
    summary: 'Says that the reference e-mail is still the holder’s: for a year nobody asks again',
    tag: 'account',
    access: { kind: 'account' },
    reply: ReferenceView,
  },
  lookAtReferenceLink: {
    method: 'POST',
    path: '/account/reference-links/look',
    summary: 'What a link about a reference e-mail does; it spends nothing',
    tag: 'account',
    access: { kind: 'public' },
    body: LinkToken,
    reply: ReferenceLinkView,
    refusals: ['linkInvalid'],
  },
  useReferenceLink: {
    method: 'POST',
    path: '/account/reference-links/use',
    summary: 'Confirms the new reference e-mail, or undoes its change, by the link that was received',
    tag: 'account',
    access: { kind: 'public' },
    body: LinkToken,
    reply: ReferenceLinkView,
    idempotent: true,
    refusals: ['linkInvalid'],
  },
} as const satisfies Record<string, Endpoint>
