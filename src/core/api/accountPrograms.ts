// Phones and mail programs: settings, passwords of programs, the QR to another device, profiles.
import Type from 'typebox'
import { APP_SCOPES } from '../identity/appPassword.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, OneOf, Text, Uuid } from './shared.ts'

const Server = Type.Object({ host: Type.String(), port: Type.Integer(), security: OneOf('tls') })
const Servers = Type.Object({ imap: Server, pop3: Server, smtp: Server })

export const AppPasswordView = Type.Object({
  id: Uuid,
  name: Type.String(),
  scopes: Type.Array(OneOf(...APP_SCOPES)),
  createdAt: At,
  expiresAt: Type.Optional(At),
  lastUsedAt: Type.Optional(At),
  lastService: Type.Optional(Type.String()),
  lastRemoteAddress: Type.Optional(Type.String()),
})

const Name = Text(60, { minLength: 1 })
const Token = Text(100)
const Params = Closed({ appPassword: Uuid })

/** What a device is given: a ticket for its profile, or a password to type, shown this once. */
const Claimed = {
  address: Type.String(),
  ticket: Type.Optional(Type.String()),
  secret: Type.Optional(Type.String()),
  servers: Servers,
}

export const accountProgramEndpoints = {
  getMailSettings: {
    method: 'GET',
    path: '/account/mail-settings',
    summary: 'What a mail program needs to know, and the DNS records by which programs find it alone',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    reply: Type.Object({
      address: Type.String(),
      servers: Servers,
      /** Lines of a zone file, for the owner of the domain. */
      records: Type.Array(Type.String()),
    }),
    refusals: ['unavailable'],
  },
  listAppPasswords: {
    method: 'GET',
    path: '/account/app-passwords',
    summary: 'The caller’s passwords for programs at this box',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    reply: Type.Object({ items: Type.Array(AppPasswordView) }),
  },
  getAppPassword: {
    method: 'GET',
    path: '/account/app-passwords/:appPassword',
    summary: 'One of them: whether its program has signed in yet',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    params: Params,
    reply: AppPasswordView,
  },
  makeAppPassword: {
    method: 'POST',
    path: '/account/app-passwords',
    summary: 'Makes a password for a program; it is shown this once',
    tag: 'account',
    access: { kind: 'account', delegates: 'read', proof: true },
    body: Closed({ name: Name, scopes: Type.Array(OneOf(...APP_SCOPES), { minItems: 1, maxItems: 3 }) }),
    reply: Type.Object({ id: Uuid, secret: Type.String() }),
    refusals: ['tooManyAppPasswords', 'readersDoNotSend'],
  },
  renameAppPassword: {
    method: 'PUT',
    path: '/account/app-passwords/:appPassword',
    summary: 'Calls one by another name',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    params: Params,
    body: Closed({ name: Name }),
  },
  revokeAppPassword: {
    method: 'DELETE',
    path: '/account/app-passwords/:appPassword',
    summary: 'Ends one: from the next login on it opens nothing',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    params: Params,
  },
  setUpDevice: {
    method: 'POST',
    path: '/account/devices',
    summary: 'Sets up the device at hand: a password made for it, alone or in a profile',
    tag: 'account',
    access: { kind: 'account', delegates: 'read', proof: true },
    body: Closed({ name: Name, profile: Type.Boolean() }),
    reply: Type.Object({ id: Uuid, ...Claimed }),
    refusals: ['tooManyAppPasswords', 'unavailable'],
  },
  makeHandover: {
    method: 'POST',
    path: '/account/handovers',
    summary: 'A QR for another device: good once, for ten minutes',
    tag: 'account',
    access: { kind: 'account', delegates: 'read', proof: true },
    reply: Type.Object({ link: Type.String(), token: Type.String(), qrSvg: Type.String(), expiresAt: At }),
  },
  lookAtHandover: {
    method: 'POST',
    path: '/handovers/look',
    summary: 'Which box the link of a QR sets up',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Token }),
    reply: Type.Object({
      address: Type.String(),
      /** Not for a collaborator who only reads. */
      sends: Type.Boolean(),
      expiresAt: At,
    }),
    refusals: ['linkInvalid'],
  },
  claimHandover: {
    method: 'POST',
    path: '/handovers/claim',
    summary: 'Uses the link on the device that read it',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Token, name: Name, profile: Type.Boolean() }),
    reply: Type.Object(Claimed),
    refusals: ['linkInvalid', 'tooManyAppPasswords', 'unavailable'],
  },
  watchHandover: {
    method: 'POST',
    path: '/handovers/watch',
    summary: 'Whether the link was used, and whether the program has signed in since',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Token }),
    reply: Type.Object({ claimed: Type.Boolean(), signedInAt: Type.Optional(At) }),
    refusals: ['linkInvalid'],
  },
  getProfile: {
    method: 'GET',
    path: '/profiles/:ticket',
    summary: 'The configuration profile of a ticket, for Apple’s devices',
    tag: 'account',
    access: { kind: 'public' },
    params: Closed({ ticket: Token }),
    reply: { binary: true, types: ['application/x-apple-aspen-config'] },
    refusals: ['linkInvalid'],
  },
} as const satisfies Record<string, Endpoint>
