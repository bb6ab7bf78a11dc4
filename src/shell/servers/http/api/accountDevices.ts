// Endpoints of devices that show alerts.

import type { PushDevice } from '../../../alerts/deviceStore.ts'
import { addDevice, changeDevice, listDevices, removeDevice, tryDevice } from '../../../alerts/devices.ts'
import { handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()
const absent = { refusal: 'notFound' } as const

const shown = ({ id, name, endpointHash, showSender, showSubject, addedAt, lastOkAt, lastFailedAt }: PushDevice) => ({
  id,
  name,
  endpointHash: Buffer.from(endpointHash).toString('base64url'),
  showSender,
  showSubject,
  addedAt: iso(addedAt),
  ...(lastOkAt === null ? {} : { lastOkAt: iso(lastOkAt) }),
  ...(lastFailedAt === null ? {} : { lastFailedAt: iso(lastFailedAt) }),
})

export const accountDeviceHandlers = {
  listAlertDevices: handler<'listAlertDevices'>(async ({ office, caller }) => ({
    ...(office.vapid && office.poster ? { serverKey: office.vapid.publicKey } : {}),
    items: (await listDevices(office, caller)).map(shown),
  })),
  addAlertDevice: handler<'addAlertDevice'>(({ office, caller, body, client }) =>
    addDevice(office, caller, { ...body, name: body.name.trim() }, client.remoteAddress),
  ),
  changeAlertDevice: handler<'changeAlertDevice'>(async ({ office, caller, params, body }) =>
    (await changeDevice(office, caller, params.device, { ...body, name: body.name.trim() })) ? undefined : absent,
  ),
  removeAlertDevice: handler<'removeAlertDevice'>(async ({ office, caller, params, client }) =>
    (await removeDevice(office, caller, params.device, client.remoteAddress)) ? undefined : absent,
  ),
  tryAlertDevice: handler<'tryAlertDevice'>(
    async ({ office, caller, params }) => (await tryDevice(office, caller, params.device)) ?? absent,
  ),
}
