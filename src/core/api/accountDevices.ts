// Devices that show alerts: browsers that the holder lets show them (web push).
import Type from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, OneOf, Text, Uuid } from './shared.ts'

const Name = Text(60, { minLength: 1, pattern: '\\S' })
const SHOWS = {
  showSender: Type.Boolean({ description: 'Whether the alert names who wrote: it is read on a locked screen, too' }),
  showSubject: Type.Boolean(),
}

export const TrialSchema = Type.Object({
  delivered: Type.Boolean(),
  status: Type.Optional(Type.Integer({ description: 'HTTP status that the other server gave' })),
  why: Type.Optional(Type.String({ description: 'Why it gave none' })),
})

const Device = Type.Object({
  id: Uuid,
  name: Type.String(),
  endpointHash: Type.String({ description: 'SHA-256 of the endpoint, base64url: by it a browser finds itself' }),
  ...SHOWS,
  addedAt: At,
  lastOkAt: Type.Optional(At),
  lastFailedAt: Type.Optional(At),
})

const Params = Closed({ device: Uuid })

export const accountDeviceEndpoints = {
  listAlertDevices: {
    method: 'GET',
    path: '/account/alerts/devices',
    summary: 'Devices that show alerts, and the key by which a browser subscribes',
    tag: 'account',
    access: { kind: 'account' },
    reply: Type.Object({
      /** The provider's public key; absent where it sends to no devices. */
      serverKey: Type.Optional(Type.String()),
      items: Type.Array(Device),
    }),
  },
  addAlertDevice: {
    method: 'POST',
    path: '/account/alerts/devices',
    summary: 'Lets the browser at hand show alerts, by its push subscription',
    tag: 'account',
    access: { kind: 'account', proof: true },
    body: Closed({
      name: Name,
      language: OneOf('it', 'en'),
      ...SHOWS,
      endpoint: Text(2_048, { minLength: 1 }),
      p256dh: Text(120, { minLength: 1 }),
      auth: Text(40, { minLength: 1 }),
    }),
    reply: Type.Object({ id: Uuid }),
    refusals: ['pushRefused', 'tooManyDevices', 'unavailable'],
  },
  changeAlertDevice: {
    method: 'PUT',
    path: '/account/alerts/devices/:device',
    summary: 'Calls a device by another name, or has it show more or less',
    tag: 'account',
    access: { kind: 'account', proof: true },
    params: Params,
    body: Closed({ name: Name, ...SHOWS }),
  },
  removeAlertDevice: {
    method: 'DELETE',
    path: '/account/alerts/devices/:device',
    summary: 'Has a device show no more alerts',
    tag: 'account',
    access: { kind: 'account' },
    params: Params,
  },
  tryAlertDevice: {
    method: 'POST',
    path: '/account/alerts/devices/:device/trials',
    summary: 'Sends a trial to a device',
    tag: 'account',
    access: { kind: 'account' },
    params: Params,
    reply: TrialSchema,
  },
} as const satisfies Record<string, Endpoint>
