// Gives others their turn: who has sent much at once must not keep the event loop to himself.
import { setImmediate as turn } from 'node:timers/promises'

/** How long one client may go on while others wait, in milliseconds. */
const SLICE_MS = 10

export class Turns {
  #since = performance.now()

  /** Others have had their turn just now. */
  renew(): void {
    this.#since = performance.now()
  }

  /** Whether it is time to let others go first. */
  get over(): boolean {
    return performance.now() - this.#since > SLICE_MS
  }

  /** Lets them, where it is time. */
  async pass(): Promise<void> {
    if (!this.over) return
    await turn()
    this.renew()
  }
}
