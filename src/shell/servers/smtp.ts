// The SMTP server: what it is given, and its door. What a session does is in smtp/connection.ts.
import { LineReader } from '../../core/mail/smtp/line.ts'
import { printReply, reply } from '../../core/mail/smtp/reply.ts'
import type { SessionPolicy } from '../../core/mail/smtp/session.ts'
import { mechanismsOf } from '../identity/sasl.ts'
import { Connection, type ConnectionContext } from './smtp/connection.ts'
import { DEFAULT_LIMITS, type SmtpServerOptions } from './smtp/options.ts'
import { openDoor, type RunningServer } from './wire/door.ts'
import { Wire } from './wire/wire.ts'

export { type Reply, reply } from '../../core/mail/smtp/reply.ts'
export type {
  SmtpEvent,
  SmtpHandlers,
  SmtpLimits,
  SmtpServerOptions,
  SmtpSession,
} from './smtp/options.ts'
export { TransferRefused } from './smtp/refused.ts'
export { TransferLost } from './wire/stream.ts'

export type SmtpServer = RunningServer

const BUSY = printReply(reply(421, '4.7.0', 'Too many connections, come back later'))

const makeContext = <Login>(options: SmtpServerOptions<Login>): ConnectionContext<Login> => {
  if (options.role === 'submission' && !options.handlers.authenticate)
    throw new TypeError('a submission server needs an authenticate handler')
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const policy: SessionPolicy = {
    role: options.role,
    hostname: options.hostname,
    offersStartTls: options.security === 'starttls',
    maxMessageBytes: limits.maxMessageBytes,
    maxRecipients: limits.maxRecipients,
    maxTransactions: limits.maxTransactions,
    // LOGIN is no standard, but what old Outlook and many devices know.
    mechanisms: options.role === 'submission' ? [...mechanismsOf(options.handlers), 'LOGIN'] : [],
  }
  return { options, policy, limits, now: options.now ?? Date.now, log: options.log ?? (() => {}) }
}

/** Starts a server; rejects where it cannot listen. */
export const startSmtpServer = <Login = unknown>(options: SmtpServerOptions<Login>): Promise<SmtpServer> => {
  const context = makeContext(options)
  return openDoor({
    host: options.host,
    port: options.port,
    security: options.security,
    limits: context.limits,
    busy: BUSY,
    turnedAway: (remoteAddress, why) => context.log({ kind: 'smtpTurnedAway', remoteAddress, why }),
    admit: (socket, id, remoteAddress, left) =>
      new Connection(context, new Wire(socket, new LineReader(), left), id, remoteAddress),
  })
}
