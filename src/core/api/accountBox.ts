// The box as its holder's first page shows it, certificates of its address, taking out the mail, giving the box up.
import Type from 'typebox'
import { ARCHIVE_FORMS } from '../mailbox/archive.ts'
import { CONCERNS } from '../mailbox/overview.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, OneOf, Text } from './shared.ts'

export const OverviewView = Type.Object({
  level: OneOf('ok', 'attention', 'urgent'),
  /** What there is to see to, the gravest first. */
  concerns: Type.Array(OneOf(...CONCERNS)),
  space: Type.Object({
    usedBytes: Type.Integer(),
    quotaBytes: Type.Integer(),
    percent: Type.Integer(),
    /** By the pace of the last month; absent where nothing grows, or years away. */
    daysToFull: Type.Optional(Type.Integer()),
  }),
  /** Of a box under a convention. */
  term: Type.Optional(
    Type.Object({
      state: OneOf('active', 'suspended', 'expired', 'closed', 'purged'),
      order: Type.String(),
      activatedAt: At,
      expiresAt: At,
      graceUntil: Type.Optional(At),
      closeAt: Type.Optional(At),
      /** Its holder has given it up: nobody renews it. */
      closesByHolder: Type.Boolean(),
      purgeAfter: Type.Optional(At),
      /** Who pays this term, and the next one. */
      payer: OneOf('order', 'member'),
      nextPayer: OneOf('order', 'member', 'nobody'),
      receivesWhenExpired: Type.Boolean(),
      takeOutDays: Type.Integer(),
      helpDeskPhone: Type.String(),
    }),
  ),
  /** For the holder alone, as what follows. */
  reference: Type.Optional(Type.Object({ email: Type.Optional(Type.String()), knownAt: At, checkDue: Type.Boolean() })),
  domicile: Type.Optional(
    Type.Object({
      standing: OneOf('confirmed', 'awaiting', 'failed', 'other', 'none'),
      since: Type.Optional(At),
      /** The address that is the domicile, where it is another one. */
      address: Type.Optional(Type.String()),
    }),
  ),
  secondFactor: Type.Optional(Type.Boolean()),
})

export const accountBoxEndpoints = {
  getBoxOverview: {
    method: 'GET',
    path: '/account/overview',
    summary: 'Whether the box is in order, its space, its term; for the holder reference e-mail and domicile too',
    tag: 'account',
    access: { kind: 'account', delegates: 'read' },
    reply: OverviewView,
  },
  makeAddressCertificate: {
    method: 'POST',
    path: '/account/certificates',
    summary: 'Makes a certificate of the address, as PDF with a QR by which it is verified',
    tag: 'account',
    access: { kind: 'account' },
    reply: { binary: true, types: ['application/pdf'] },
    refusals: ['notInThisState', 'tooManyCertificates', 'notFound'],
  },
  verifyAddressCertificate: {
    method: 'POST',
    path: '/certificates/verify',
    summary: 'What a certificate says of an address, and whether it is still so',
    tag: 'account',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: Type.Object({
      number: Type.String(),
      issuedAt: At,
      name: Type.String(),
      address: Type.String(),
      since: At,
      standing: OneOf('active', 'suspended', 'ended'),
    }),
    refusals: ['certificateUnknown'],
  },
  getClosing: {
    method: 'GET',
    path: '/account/closing',
    summary: 'What giving up the box would mean, or means where the holder has asked for it',
    tag: 'account',
    access: { kind: 'account' },
    reply: Type.Object({
      planned: Type.Boolean(),
      order: Type.String(),
      /** The Order has it as digital domicile. */
      isDomicile: Type.Boolean(),
      closeAt: At,
      /** Until then the mail can be read and taken out. */
      purgeAfter: At,
    }),
    refusals: ['closingNotPossible'],
  },
  planClosing: {
    method: 'POST',
    path: '/account/closing',
    summary: 'Gives up the box: it closes in thirty days, or with its term, and is renewed by nobody',
    tag: 'account',
    access: { kind: 'account', proof: true },
    body: Closed({ address: Text(320) }),
    refusals: ['closingNotPossible', 'addressNotTyped', 'notInThisState'],
  },
  callOffClosing: {
    method: 'DELETE',
    path: '/account/closing',
    summary: 'Keeps the box: calls off what the holder has planned',
    tag: 'account',
    access: { kind: 'account', proof: true },
    refusals: ['closingNotPossible', 'notInThisState'],
  },
  getTakeOut: {
    method: 'GET',
    path: '/account/takeouts',
    summary: 'The copy of all mail that was asked for and may be downloaded, and when one was last',
    tag: 'account',
    access: { kind: 'account' },
    reply: Type.Object({
      open: Type.Optional(Type.Object({ form: OneOf(...ARCHIVE_FORMS), expiresAt: At, running: Type.Boolean() })),
      takenAt: Type.Optional(At),
    }),
  },
  askTakeOut: {
    method: 'POST',
    path: '/account/takeouts',
    summary: 'Asks for a copy of all mail: to be downloaded once, within three days; the holder is told',
    tag: 'account',
    access: { kind: 'account', proof: true },
    body: Closed({ form: OneOf(...ARCHIVE_FORMS) }),
    reply: Type.Object({ messages: Type.Integer(), bytes: Type.Integer(), expiresAt: At }),
    refusals: ['unavailable', 'takeOutRunning'],
  },
  takeOutMail: {
    method: 'GET',
    path: '/account/takeout',
    summary: 'The copy that was asked for, as a ZIP: mail by folders, receipts by message, extract of the journal',
    tag: 'account',
    access: { kind: 'account', proof: true },
    reply: { binary: true, types: ['application/zip'] },
    refusals: ['unavailable', 'takeOutRunning', 'takeOutOver'],
  },
} as const satisfies Record<string, Endpoint>
