// The IMAP server: what it is given, and its door. What a connection does is in imap/connection.ts.
import { CommandReader, GUEST_LIMITS } from '../../core/mail/imap/reader.ts'
import { bye, printStatus } from '../../core/mail/imap/status.ts'
import { Connection } from './imap/connection.ts'
import { DEFAULT_LIMITS, type ImapServerOptions } from './imap/options.ts'
import type { ServerContext } from './imap/session.ts'
import { openDoor, type RunningServer } from './wire/door.ts'
import { makeSeats } from './wire/seats.ts'
import { Wire } from './wire/wire.ts'

export type { ImapEvent, ImapLimits, ImapServerOptions } from './imap/options.ts'

const BUSY = printStatus(undefined, bye('Too many connections, come back later', { kind: 'UNAVAILABLE' }))

/** A client that has gone without a word is noticed after this. */
const KEEP_ALIVE_MS = 300_000

/** Starts a server; rejects where it cannot listen. */
export const startImapServer = (options: ImapServerOptions): Promise<RunningServer> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const context: ServerContext = {
    options,
    limits,
    seats: makeSeats(limits.maxConnectionsPerMailbox),
    log: options.log ?? (() => {}),
    now: options.now ?? Date.now,
  }
  return openDoor({
    host: options.host,
    port: options.port,
    security: options.security,
    limits,
    busy: BUSY,
    turnedAway: (remoteAddress, why) => context.log({ kind: 'imapTurnedAway', remoteAddress, why }),
    admit: (socket, id, remoteAddress, left) => {
      socket.setKeepAlive(true, KEEP_ALIVE_MS)
      return new Connection(context, new Wire(socket, new CommandReader(GUEST_LIMITS), left), id, remoteAddress)
    },
  })
}
