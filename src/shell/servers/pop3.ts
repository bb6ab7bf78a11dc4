// The POP3 server: what it is given, and its door. What a session does is in pop3/connection.ts.
import { err, printResponse } from '../../core/mail/pop3/response.ts'
import { LineReader } from '../../core/mail/smtp/line.ts'
import { Connection, type ConnectionContext } from './pop3/connection.ts'
import { DEFAULT_LIMITS, type Pop3ServerOptions } from './pop3/options.ts'
import { openDoor, type RunningServer } from './wire/door.ts'
import { Wire } from './wire/wire.ts'

export type { OpenMaildrop, OpenMaildrops, Pop3Event, Pop3Limits, Pop3ServerOptions } from './pop3/options.ts'

const BUSY = printResponse(err('Too many connections, come back later', 'SYS/TEMP'))

/** A client that has gone without a word is noticed after this, so that it does not keep the mailbox. */
const KEEP_ALIVE_MS = 60_000

/** Starts a server; rejects where it cannot listen. */
export const startPop3Server = <Login = unknown>(options: Pop3ServerOptions<Login>): Promise<RunningServer> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const context: ConnectionContext<Login> = {
    options,
    limits,
    policy: { offersTls: options.security === 'starttls' },
    log: options.log ?? (() => {}),
  }
  return openDoor({
    host: options.host,
    port: options.port,
    security: options.security,
    limits,
    busy: BUSY,
    turnedAway: (remoteAddress, why) => context.log({ kind: 'pop3TurnedAway', remoteAddress, why }),
    admit: (socket, id, remoteAddress, left) => {
      socket.setKeepAlive(true, KEEP_ALIVE_MS)
      return new Connection(context, new Wire(socket, new LineReader(true), left), id, remoteAddress)
    },
  })
}
