// The session object of who calls (RFC 8620 §2), and its state.
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { CAPABILITIES, type Capability, LIMITS, sessionObject, VAPID } from '../../../core/jmap/capabilities.ts'
import { accountIdOf } from '../../../core/jmap/ids.ts'
import { hasCapability } from './engine.ts'
import type { JmapOptions, Login } from './options.ts'

/** The session object as it is now; its state is a digest of it. */
export const sessionOf = ({ pec, push }: JmapOptions, login: Login, baseUrl: string) => {
  const isReadOnly = login.rights === 'read'
  const offered = new Set<Capability>(CAPABILITIES.filter((one) => one !== VAPID && hasCapability(one)))
  const account = {
    accountId: accountIdOf(login.mailboxId),
    name: login.address,
    isPersonal: login.rights === 'own',
    isReadOnly,
    sends: login.sends && !isReadOnly,
    maxSizeAttachments: LIMITS.maxSizeUpload,
    pec,
  }
  const session = sessionObject({ username: login.username, account, baseUrl, offered, vapidKey: push?.vapidKey })
  const state = createHash('sha256').update(JSON.stringify(session)).digest('hex').slice(0, 16)
  return { ...session, state }
}

export const baseUrlOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`
