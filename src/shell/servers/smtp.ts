// The SMTP server: listens, counts connections, closes with grace. What a session does is in smtp/connection.ts.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { printReply, reply } from '../../core/mail/smtp/reply.ts'
import type { SessionPolicy } from '../../core/mail/smtp/session.ts'
import { Connection, type ConnectionContext } from './smtp/connection.ts'
import { DEFAULT_LIMITS, type SmtpServerOptions } from './smtp/options.ts'
import { createLoginThrottle } from './smtp/throttle.ts'
import { Wire } from './smtp/wire.ts'

export { type Reply, reply } from '../../core/mail/smtp/reply.ts'
export { TransferLost, TransferRefused } from './smtp/content-stream.ts'
export type {
  Authentication,
  SmtpEvent,
  SmtpHandlers,
  SmtpLimits,
  SmtpServerOptions,
  SmtpSession,
} from './smtp/options.ts'

export type SmtpServer = {
  readonly host: string
  readonly port: number
  /** Connections open now. */
  readonly connections: () => number
  /**
   * Stops listening, says 421 to idle clients, lets mails under way be finished for at most `graceMs`
   * (30 s where not said), then closes what is left.
   */
  readonly close: (graceMs?: number) => Promise<void>
}

const BUSY = reply(421, '4.7.0', 'Too many connections, come back later')

/** IPv4 addresses as such, not mapped into IPv6. */
const plainAddress = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:(?=[0-9.]+$)/i, '')

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
  }
  const now = options.now ?? Date.now
  return { options, policy, limits, throttle: createLoginThrottle(now), now, log: options.log ?? (() => {}) }
}

/** The open connections of a server, counted by address. */
class Doorkeeper<Login> {
  readonly open = new Set<Connection<Login>>()
  readonly #byAddress = new Map<string, number>()
  readonly #context: ConnectionContext<Login>
  readonly #prefix = randomBytes(4).toString('hex')
  #next = 0
  #emptied: (() => void) | undefined

  constructor(context: ConnectionContext<Login>) {
    this.#context = context
  }

  admit(socket: Socket): void {
    const { limits, options, log } = this.#context
    const remoteAddress = plainAddress(socket)
    const fromAddress = this.#byAddress.get(remoteAddress) ?? 0
    const full = this.open.size >= limits.maxConnections
    if (full || fromAddress >= limits.maxConnectionsPerAddress) {
      log({ kind: 'smtpTurnedAway', remoteAddress, why: full ? 'full' : 'fullForAddress' })
      socket.on('error', () => socket.destroy())
      if (options.security === 'tls') socket.destroy()
      else socket.end(printReply(BUSY), 'latin1', () => socket.destroy())
      return
    }
    this.#byAddress.set(remoteAddress, fromAddress + 1)
    const id = `${this.#prefix}.${(++this.#next).toString(36)}`
    const wire = new Wire(socket, () => this.#leave(connection, remoteAddress))
    const connection = new Connection(this.#context, wire, id, remoteAddress)
    this.open.add(connection)
    void connection.serve()
  }

  #leave(connection: Connection<Login>, remoteAddress: string): void {
    this.open.delete(connection)
    const count = this.#byAddress.get(remoteAddress)! - 1
    if (count > 0) this.#byAddress.set(remoteAddress, count)
    else this.#byAddress.delete(remoteAddress)
    if (this.open.size === 0) this.#emptied?.()
  }

  /** Lets every connection finish its mail, within the time. */
  async empty(graceMs: number): Promise<void> {
    if (this.open.size === 0) return
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    const timer = setTimeout(() => {
      for (const connection of this.open) connection.destroy()
    }, graceMs)
    for (const connection of this.open) connection.shutdown()
    await emptied
    clearTimeout(timer)
  }
}

const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
  })

/** Starts a server; rejects where it cannot listen. */
export const startSmtpServer = async <Login = unknown>(options: SmtpServerOptions<Login>): Promise<SmtpServer> => {
  const doorkeeper = new Doorkeeper(makeContext(options))
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => doorkeeper.admit(socket))
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  let closing: Promise<void> | undefined
  const close = async (graceMs: number): Promise<void> => {
    const stopped = stopListening(server)
    await doorkeeper.empty(graceMs)
    await stopped
  }
  return {
    host: address.address,
    port: address.port,
    connections: () => doorkeeper.open.size,
    close: (graceMs = 30_000) => {
      closing ??= close(graceMs)
      return closing
    },
  }
}
