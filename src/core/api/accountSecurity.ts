// The account's second factor, passkeys, known devices and history: the steps of a sign-in, and their administration.
import Type from 'typebox'
import { AccountSessionView } from './account.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, OneOf, Text, Uuid } from './shared.ts'

/** What `navigator.credentials` is given, as JSON of WebAuthn Level 3. */
const Options = Type.Object({ options: Type.Record(Type.String(), Type.Unknown()) })
const Codes = Type.Object({ recoveryCodes: Type.Array(Type.String()) })
/** What an authenticator has answered; a browser may say more than is looked at. */
const Assertion = Type.Object({
  id: Text(1400),
  rawId: Text(1400),
  type: Text(20),
  response: Type.Object({ clientDataJSON: Text(4096), authenticatorData: Text(4096), signature: Text(8192) }),
  clientExtensionResults: Type.Object({}),
})
const Attestation = Type.Object({
  id: Text(1400),
  rawId: Text(1400),
  type: Text(20),
  response: Type.Object({
    clientDataJSON: Text(4096),
    attestationObject: Text(32_768),
    transports: Type.Optional(Type.Array(Text(20), { maxItems: 10 })),
  }),
  clientExtensionResults: Type.Object({}),
})

const own = { kind: 'account', delegates: 'read' } as const
const proved = { kind: 'account', delegates: 'read', proof: true } as const
/** The same for those who are to set up their second factor before anything else. */
const ownSetUp = { ...own, setUp: true } as const
const provedSetUp = { ...proved, setUp: true } as const

export const accountSecurityEndpoints = {
  giveAccountCode: {
    method: 'POST',
    path: '/account/session/second-factor',
    summary: 'The code of the second factor, or a recovery code; on a trusted device none is asked for thirty days',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ code: Text(40), trust: Type.Boolean() }),
    reply: AccountSessionView,
    refusals: ['codeWrong', 'tooManyAttempts', 'accountSignInNeeded'],
  },
  beginPasskeySignIn: {
    method: 'POST',
    path: '/account/session/passkey/options',
    summary: 'A challenge for a sign-in by passkey, one use, five minutes',
    tag: 'account',
    access: { kind: 'public' },
    reply: Options,
  },
  signInByPasskey: {
    method: 'POST',
    path: '/account/session/passkey',
    summary: 'Signs in by passkey, without address and password or in place of the code',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ credential: Assertion }),
    reply: AccountSessionView,
    refusals: ['passkeyWrong'],
  },
  proveByCode: {
    method: 'POST',
    path: '/account/session/proof/code',
    summary: 'Proves by a code of the second factor to be the one',
    tag: 'account',
    access: ownSetUp,
    body: Closed({ code: Text(40) }),
    reply: AccountSessionView,
    refusals: ['codeWrong', 'tooManyAttempts', 'accountSignInNeeded'],
  },
  beginPasskeyProof: {
    method: 'POST',
    path: '/account/session/proof/passkey/options',
    summary: 'A challenge for a proof by passkey',
    tag: 'account',
    access: ownSetUp,
    reply: Options,
  },
  proveByPasskey: {
    method: 'POST',
    path: '/account/session/proof/passkey',
    summary: 'Proves by passkey to be the one',
    tag: 'account',
    access: ownSetUp,
    body: Closed({ credential: Assertion }),
    reply: AccountSessionView,
    refusals: ['passkeyWrong'],
  },
  getAccountSecurity: {
    method: 'GET',
    path: '/account/security',
    summary: 'Second factor, passkeys and known devices of the caller',
    tag: 'account',
    access: ownSetUp,
    reply: Type.Object({
      secondFactorSet: Type.Boolean(),
      /** By the provider, now. */
      required: Type.Boolean(),
      recoveryCodesLeft: Type.Integer(),
      passkeys: Type.Array(Type.Object({ id: Uuid, name: Type.String(), createdAt: At, usedAt: Type.Optional(At) })),
      devices: Type.Array(
        Type.Object({
          id: Uuid,
          userAgent: Type.String(),
          remoteAddress: Type.String(),
          seenAt: At,
          trustedUntil: Type.Optional(At),
        }),
      ),
    }),
  },
  listSignIns: {
    method: 'GET',
    path: '/account/sign-ins',
    summary: 'The latest tries to sign in to the caller’s account, those that failed too',
    tag: 'account',
    access: own,
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          at: At,
          /** `needsProgramPassword`: the main password was right, and programs need one of their own. */
          outcome: OneOf('entered', 'halfWay', 'wrong', 'needsProgramPassword'),
          method: OneOf('password', 'code', 'recoveryCode', 'passkey'),
          remoteAddress: Type.String(),
          userAgent: Type.String(),
          /** Where it was a mail program. */
          service: Type.Optional(OneOf('imap', 'pop3', 'submission', 'http')),
        }),
      ),
    }),
  },
  beginAccountFactor: {
    method: 'POST',
    path: '/account/second-factor/setup',
    summary: 'Begins to set up the second factor: the secret and its QR',
    tag: 'account',
    access: provedSetUp,
    reply: Type.Object({ secret: Type.String(), uri: Type.String(), qrSvg: Type.String() }),
    refusals: ['notInThisState'],
  },
  confirmAccountFactor: {
    method: 'POST',
    path: '/account/second-factor/confirmation',
    summary: 'Confirms the second factor by a code; gives the recovery codes, once',
    tag: 'account',
    access: provedSetUp,
    body: Closed({ code: Text(20) }),
    reply: Codes,
    refusals: ['codeWrong', 'notInThisState', 'tooManyAttempts'],
  },
  dropAccountFactor: {
    method: 'DELETE',
    path: '/account/second-factor',
    summary: 'Switches the second factor off',
    tag: 'account',
    access: proved,
    refusals: ['notInThisState', 'factorRequired'],
  },
  renewAccountCodes: {
    method: 'POST',
    path: '/account/second-factor/recovery-codes',
    summary: 'New recovery codes in place of the old ones',
    tag: 'account',
    access: provedSetUp,
    reply: Codes,
    refusals: ['notInThisState'],
  },
  beginPasskey: {
    method: 'POST',
    path: '/account/passkeys/options',
    summary: 'A challenge for a new passkey',
    tag: 'account',
    access: provedSetUp,
    reply: Options,
  },
  addPasskey: {
    method: 'POST',
    path: '/account/passkeys',
    summary: 'Adds a passkey under a name; the first second factor brings recovery codes, once',
    tag: 'account',
    access: provedSetUp,
    body: Closed({ name: Text(60, { minLength: 1 }), credential: Attestation }),
    reply: Type.Object({ recoveryCodes: Type.Optional(Type.Array(Type.String())) }),
    refusals: ['passkeyWrong', 'notInThisState'],
  },
  removePasskey: {
    method: 'DELETE',
    path: '/account/passkeys/:passkey',
    summary: 'Removes a passkey',
    tag: 'account',
    access: proved,
    params: Closed({ passkey: Uuid }),
    refusals: ['factorRequired'],
  },
  forgetDevice: {
    method: 'DELETE',
    path: '/account/devices/:device',
    summary: 'Forgets a device: the code is asked there again',
    tag: 'account',
    access: proved,
    params: Closed({ device: Uuid }),
  },
} as const satisfies Record<string, Endpoint>
