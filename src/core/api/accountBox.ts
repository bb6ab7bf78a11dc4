// The box as its holder's first page shows it, certificates of its address, taking out the mail, giving the box up.
import Type from 'typebox'
import { CONCERNS } from '../mailbox/overview.ts'
import type { Endpoint } from './endpoint.ts'
import { At, OneOf } from './shared.ts'

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
} as const satisfies Record<string, Endpoint>
