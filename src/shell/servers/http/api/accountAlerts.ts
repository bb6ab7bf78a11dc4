// Endpoints of alerts: what the holder of a box is told of, and when.
import { chooseAlerts, readAlerts } from '../../../alerts/preferences.ts'
import { handler } from './handler.ts'

export const accountAlertHandlers = {
  getAlerts: handler<'getAlerts'>(({ office, caller }) => readAlerts(office, caller)),
  setAlerts: handler<'setAlerts'>(async ({ office, caller, body, client }) => {
    await chooseAlerts(office, caller, body, client.remoteAddress)
    return readAlerts(office, caller)
  }),
}
