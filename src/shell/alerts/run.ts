// The duty of alerts, each minute: finds what is new, then tells what is due.
import type { Office } from '../office.ts'
import { tellAlerts } from './send.ts'
import { takeDelivered } from './take.ts'
import { takeUnread } from './unread.ts'

/** May stop anywhere, run again, and run at once on several nodes: each thing is told once. */
export const runAlerts = async (office: Office): Promise<void> => {
  await takeDelivered(office)
  await takeUnread(office)
  await tellAlerts(office)
}
