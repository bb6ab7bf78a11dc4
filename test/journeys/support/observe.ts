// What the journeys look at: certification data of a message, states of recipients, what the journal and outbox hold.
import { toLatin1 } from '../../../src/core/lib/bytes.ts'
import { decodeTransfer } from '../../../src/core/mail/encoding.ts'
import { allParts, parseMime, partName } from '../../../src/core/mail/mime.ts'
import { parseDaticert } from '../../../src/core/pec/daticert.ts'
import type { CertificationData } from '../../../src/core/pec/model.ts'
import { exportJournal, type JournalRow } from '../../../src/shell/journal/store.ts'
import type { StoredMessage } from '../../../src/shell/mailstore/mailboxes.ts'
import { kinds } from './mail.ts'
import type { Pair, TestProvider } from './pair.ts'

/** The PEC msgid that the access point told. */
export const identifierOf = (reply: { readonly text: string }): string => {
  const found = /queued as (\S+)/.exec(reply.text)?.[1]
  if (found === undefined) throw new Error(`no identifier in ${reply.text}`)
  return found
}

/** Kinds of the messages of a mailbox, oldest first. */
export const kindsOf = async (provider: TestProvider, address: string): Promise<readonly string[]> =>
  kinds(await provider.inbox(address))

/** Text of a stored message, a character a byte. */
export const textOf = async (provider: TestProvider, stored: StoredMessage): Promise<string> =>
  toLatin1(await provider.bytes(stored))

/** Certification data of a message; throws where there are none, or they are not in form. */
export const dataOf = (bytes: Uint8Array): CertificationData => {
  const part = allParts(parseMime(bytes).root).find((one) => partName(one) === 'daticert.xml')
  if (part === undefined) throw new Error('no daticert.xml')
  const read = parseDaticert(decodeTransfer(part.encoding, bytes.subarray(part.bodyStart, part.bodyEnd)))
  if (read.kind !== 'ok') throw new Error(read.reason)
  return read.data
}

/** State of each certified recipient of a message, by address. */
export const statesOf = async (provider: TestProvider, identifier: string): Promise<Record<string, string>> => {
  const rows = await provider.world.db.query<{ address: string; state: string }>(
    'test-states',
    'select address, state from recipient where identifier = $1',
    [identifier],
  )
  return Object.fromEntries(rows.map((row) => [row.address, row.state]))
}

/** What waits in the outbox about a message: kind, tries so far, due in ms from the pair's clock. */
export const waitingFor = async (pair: Pair, provider: TestProvider, identifier: string) => {
  const rows = await provider.world.db.query<{ kind: string; attempts: number; due_at: number }>(
    'test-waiting',
    `select kind, attempts, due_at from outbox where payload ->> 'identifier' = $1 order by kind`,
    [identifier],
  )
  return rows.map((row) => ({ kind: row.kind, attempts: row.attempts, dueInMs: row.due_at - pair.clock.now() }))
}

/** The journal's entries about a message, in their order. */
export const journalOf = async (provider: TestProvider, msgid: string): Promise<readonly JournalRow[]> => {
  const entries: JournalRow[] = []
  for await (const row of exportJournal(provider.world.db, { from: 0, to: 4e12 })) {
    if (row.msgid === msgid) entries.push(row)
  }
  return entries
}

/** Makes a domain's server refuse connections until the function given is called. */
export const unreachable = (pair: Pair, domain: string): (() => void) => {
  const route = pair.routes[domain]!
  // port 1 of loopback: nobody listens there
  pair.routes[domain] = { ...route, port: 1 }
  return () => {
    pair.routes[domain] = route
  }
}
