// Endpoints that answer 501 until somebody builds them. It is empty when all is done.
import type { EndpointId } from '../../../../core/api/endpoints.ts'

/** Take yours out here when its handler stands in handlers.ts: until then that does not compile. */
export const PENDING = [
  // the Order's register
  // the Order's desk
] as const satisfies readonly EndpointId[]

export type Pending = (typeof PENDING)[number]
