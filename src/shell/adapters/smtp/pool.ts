// Connections kept open between mails, a bounded number for each server.

/** What the pool must know of a connection. */
export type Pooled = {
  readonly usable: boolean
  readonly messages: number
  whenSurprised(then: (() => void) | undefined): void
  quit(): void
  destroy(): void
}

export type PoolLimits = {
  readonly maxConnections: number
  /** Mails on one connection before it is closed. */
  readonly maxMessages: number
  /** How long one stays open unused. */
  readonly idleMs: number
}

type Waiter<C> = { readonly resolve: (client: C | 'open') => void; readonly reject: (error: unknown) => void }
type Idle<C> = { readonly client: C; readonly timer: NodeJS.Timeout }
type Lane<C> = { open: number; readonly idle: Idle<C>[]; readonly waiters: Waiter<C>[] }

/** A pool of connections by key; `open` makes a new one for a key. */
export class Pool<C extends Pooled> {
  readonly #lanes = new Map<string, Lane<C>>()
  readonly #limits: PoolLimits
  #closed = false
  #emptied: (() => void) | undefined

  constructor(limits: PoolLimits) {
    this.#limits = limits
  }

  get closed(): boolean {
    return this.#closed
  }

  /** A connection of the key: an idle one, a new one, or the next that is given back. Rejects as `open` does. */
  async acquire(key: string, open: () => Promise<C>): Promise<C> {
    for (let lane = this.#lane(key); ; lane = this.#lane(key)) {
      const idle = lane.idle.pop()
      if (!idle) {
        if (lane.open >= this.#limits.maxConnections) return this.#waitFor(key, lane, open)
        lane.open++
        return this.#open(key, lane, open)
      }
      clearTimeout(idle.timer)
      idle.client.whenSurprised(undefined)
      if (idle.client.usable) return idle.client
      this.#gone(key, lane, idle.client)
    }
  }

  async #waitFor(key: string, lane: Lane<C>, open: () => Promise<C>): Promise<C> {
    const given = await new Promise<C | 'open'>((resolve, reject) => lane.waiters.push({ resolve, reject }))
    return given === 'open' ? this.#open(key, lane, open) : given
  }

  /** Opens a connection for which `lane.open` counts already. */
  async #open(key: string, lane: Lane<C>, open: () => Promise<C>): Promise<C> {
    try {
      return await open()
    } catch (error) {
      lane.open--
      if (lane.open > 0) return this.#waitFor(key, lane, open)
      // The server is not there for anybody.
      for (const waiter of lane.waiters.splice(0)) waiter.reject(error)
      this.#forget(key, lane)
      throw error
    }
  }

  /** Gives a connection back, for whoever waits or for later. */
  release(key: string, client: C): void {
    const lane = this.#lane(key)
    const worn = !client.usable || client.messages >= this.#limits.maxMessages
    if (!worn && lane.waiters.length > 0) lane.waiters.shift()!.resolve(client)
    else if (worn || this.#closed) this.#gone(key, lane, client)
    else this.#keep(key, lane, client)
  }

  #keep(key: string, lane: Lane<C>, client: C): void {
    const drop = () => {
      const at = lane.idle.findIndex((idle) => idle.client === client)
      if (at < 0) return
      clearTimeout(lane.idle.splice(at, 1)[0]!.timer)
      client.whenSurprised(undefined)
      this.#gone(key, lane, client)
    }
    const timer = setTimeout(drop, this.#limits.idleMs)
    timer.unref()
    client.whenSurprised(drop)
    lane.idle.push({ client, timer })
  }

  #gone(key: string, lane: Lane<C>, client: C): void {
    if (client.usable) client.quit()
    else client.destroy()
    // Its place goes to whoever waits.
    const waiter = lane.waiters.shift()
    if (waiter) waiter.resolve('open')
    else lane.open--
    this.#forget(key, lane)
  }

  #lane(key: string): Lane<C> {
    let lane = this.#lanes.get(key)
    if (!lane) {
      lane = { open: 0, idle: [], waiters: [] }
      this.#lanes.set(key, lane)
    }
    return lane
  }

  #forget(key: string, lane: Lane<C>): void {
    if (lane.open > 0 || lane.waiters.length > 0 || this.#lanes.get(key) !== lane) return
    this.#lanes.delete(key)
    if (this.#lanes.size === 0) this.#emptied?.()
  }

  /** Closes idle connections, and the others as they are given back; resolves when none is left. */
  async close(): Promise<void> {
    this.#closed = true
    for (const [key, lane] of [...this.#lanes]) {
      for (const { client, timer } of lane.idle.splice(0)) {
        clearTimeout(timer)
        client.whenSurprised(undefined)
        this.#gone(key, lane, client)
      }
    }
    if (this.#lanes.size === 0) return
    await new Promise<void>((resolve) => {
      this.#emptied = resolve
    })
  }
}
