// What the holder of a box is told of by ordinary e-mail, and when.
import Type from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { Closed, OneOf } from './shared.ts'

const Hour = Type.Integer({ minimum: 0, maximum: 23, description: 'Hour of the day in Italy' })

const PREFERENCE = {
  email: Type.Boolean({ description: 'Whether the reference e-mail is written to at all' }),
  showSender: Type.Boolean(),
  showSubject: Type.Boolean(),
  timing: OneOf('now', 'digest'),
  digestHour: Hour,
  quiet: Type.Optional(Closed({ fromHour: Hour, toHour: Hour })),
  unread: Type.Boolean({ description: 'Tells again of what nobody has read after three days and after seven' }),
  filling: Type.Boolean({ description: 'Tells when the box is full by 70, 85 and 95 per cent' }),
}

const AlertsView = Type.Object({
  /** Where they go; without one there are none. */
  referenceEmail: Type.Optional(Type.String()),
  /** The Order that sees whether messages have been unread for thirty days; absent where none does. */
  seenBy: Type.Optional(Type.String()),
  ...PREFERENCE,
})

export const accountAlertEndpoints = {
  getAlerts: {
    method: 'GET',
    path: '/account/alerts',
    summary: 'What the holder is told of, and when',
    tag: 'account',
    access: { kind: 'account' },
    reply: AlertsView,
  },
  setAlerts: {
    method: 'PUT',
    path: '/account/alerts',
    summary: 'Chooses what the holder is told of, and when',
    tag: 'account',
    access: { kind: 'account' },
    body: Closed(PREFERENCE),
    reply: AlertsView,
  },
} as const satisfies Record<string, Endpoint>
