// The door of a server of connections: listens, counts who comes by address, turns away, closes with grace.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** One connection as the door sees it. */
export type Guest = {
  /** Serves the connection to its end; never rejects. */
  readonly serve: () => Promise<void>
  /** Lets what is under way be finished, then closes. */
  readonly shutdown: () => void
  /** Closes at once. */
  readonly destroy: () => void
}

export type DoorLimits = {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
}

export type DoorOptions = {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** tls: nothing can be said to those who are turned away. */
  readonly security: 'tls' | 'starttls'
  readonly limits: DoorLimits
  /** Said in clear to those for whom there is no room: latin1, with its CRLF. */
  readonly busy: string
  readonly turnedAway: (remoteAddress: string, why: 'full' | 'fullForAddress') => void
  /** Makes the connection of a socket, which calls `left` once when its socket has closed. `id` names it in logs. */
  readonly admit: (socket: Socket, id: string, remoteAddress: string, left: () => void) => Guest
}

export type RunningServer = {
  readonly host: string
  readonly port: number
  /** Connections open now. */
  readonly connections: () => number
  /**
   * Stops listening, says goodbye to idle clients, lets what is under way be finished for at most `graceMs`
   * (30 s where not said), then closes what is left.
   */
  readonly close: (graceMs?: number) => Promise<void>
}

/** IPv4 addresses as such, not mapped into IPv6. */
const plainAddress = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:(?=[0-9.]+$)/i, '')

/** The open connections of a server, counted by address. */
class Doorkeeper {
  readonly open = new Set<Guest>()
  readonly #byAddress = new Map<string, number>()
  readonly #options: DoorOptions
  readonly #prefix = randomBytes(4).toString('hex')
  #next = 0
  #emptied: (() => void) | undefined

  constructor(options: DoorOptions) {
    this.#options = options
  }

  admit(socket: Socket): void {
    const { limits, security, busy, turnedAway } = this.#options
    const remoteAddress = plainAddress(socket)
    const fromAddress = this.#byAddress.get(remoteAddress) ?? 0
    const full = this.open.size >= limits.maxConnections
    if (full || fromAddress >= limits.maxConnectionsPerAddress) {
      turnedAway(remoteAddress, full ? 'full' : 'fullForAddress')
      socket.on('error', () => socket.destroy())
      if (security === 'tls') socket.destroy()
      else socket.end(busy, 'latin1', () => socket.destroy())
      return
    }
    this.#byAddress.set(remoteAddress, fromAddress + 1)
    const id = `${this.#prefix}.${(++this.#next).toString(36)}`
    const guest = this.#options.admit(socket, id, remoteAddress, () => this.#leave(guest, remoteAddress))
    this.open.add(guest)
    void guest.serve()
  }

  #leave(guest: Guest, remoteAddress: string): void {
    this.open.delete(guest)
    const count = this.#byAddress.get(remoteAddress)! - 1
    if (count > 0) this.#byAddress.set(remoteAddress, count)
    else this.#byAddress.delete(remoteAddress)
    if (this.open.size === 0) this.#emptied?.()
  }

  /** Lets every connection finish what it does, within the time. */
  async empty(graceMs: number): Promise<void> {
    if (this.open.size === 0) return
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
    const timer = setTimeout(() => {
      for (const guest of this.open) guest.destroy()
    }, graceMs)
    for (const guest of this.open) guest.shutdown()
    await emptied
    clearTimeout(timer)
  }
}

const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
  })

/** Starts to listen; rejects where it cannot. */
export const openDoor = async (options: DoorOptions): Promise<RunningServer> => {
  const doorkeeper = new Doorkeeper(options)
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
