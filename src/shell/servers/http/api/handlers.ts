// The handlers of all endpoints: one that is missing, and not in the list of pending ones, does not compile.
import { billingHandlers } from './billing.ts'
import type { Handlers } from './handler.ts'
import type { Pending } from './pending.ts'

/** Each area's file gives its own; they are put together here. */
export const handlers: Handlers<Pending> = { ...billingHandlers }
