// Counts what is in a mailbox, over our API or the peer's IMAP, so that both can be waited for in the same way.
import { openMailbox } from '../test/support/client/mailbox.ts'
import { openImap } from './imap.ts'
import { pause } from './system.ts'

export type Access = {
  readonly kind: 'api' | 'imap'
  readonly port: number
  readonly password: string
}

export type Counter = {
  /** How many messages the mailbox holds now. */
  readonly count: () => Promise<number>
  /** Resolves at once when the mailbox holds so many messages; rejects after the limit. For one message at a time. */
  readonly until: (messages: number, limitMs: number) => Promise<void>
  readonly close: () => void
}

const tooLate = (has: number, wanted: number): Error =>
  new Error(`a mailbox holds ${has} messages where ${wanted} were expected`)

/** Ours is told of new messages by a long poll, from the last one that it knows of. */
const apiCounter = async ({ port, password }: Access, address: string): Promise<Counter> => {
  const mailbox = openMailbox({ port, user: address, password })
  const first = await mailbox.status()
  let have = first.messages
  let last = first.uidNext - 1
  return {
    count: async () => (await mailbox.status()).messages,
    until: async (messages, limitMs) => {
      const dueAt = performance.now() + limitMs
      while (have < messages) {
        if (performance.now() > dueAt) throw tooLate(have, messages)
        const fresh = await mailbox.list(last, 2)
        have += fresh.length
        last = fresh.at(-1)?.uid ?? last
      }
    },
    close: mailbox.close,
  }
}

/** The peer is asked again and again: its IDLE tells after half a second only, which would not be fair to it. */
const imapCounter = async ({ port, password }: Access, address: string): Promise<Counter> => {
  const imap = await openImap(port, address, password)
  return {
    count: imap.count,
    until: async (messages, limitMs) => {
      const dueAt = performance.now() + limitMs
      for (let have = await imap.count(); have < messages; have = await imap.count()) {
        if (performance.now() > dueAt) throw tooLate(have, messages)
        await pause(1)
      }
    },
    close: imap.close,
  }
}

/** Asks every so often until the mailbox holds so many messages: cheap for both sides under load. */
export const pollUntil = async (
  counter: Counter,
  messages: number,
  everyMs: number,
  limitMs: number,
): Promise<void> => {
  const dueAt = performance.now() + limitMs
  for (let have = await counter.count(); have < messages; have = await counter.count()) {
    if (performance.now() > dueAt) throw tooLate(have, messages)
    await pause(everyMs)
  }
}

export const openCounter = (access: Access, address: string): Promise<Counter> =>
  access.kind === 'api' ? apiCounter(access, address) : imapCounter(access, address)
