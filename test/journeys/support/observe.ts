// What the journeys look at: certification data of a message, states of recipients, what the journal and outbox hold.
import { expect } from 'vitest'
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

/** Bytes of the postacert.eml that a message carries itself (not one inside another); undefined where it has none. */
export const attachedOf = (bytes: Uint8Array): Uint8Array | undefined => {
  const entity = parseMime(bytes).root.children[0]
  const part = entity?.children.find((one) => partName(one) === 'postacert.eml')
  return part && bytes.subarray(part.bodyStart, part.bodyEnd)
}

/** The original that the access point must have made of what was sent: its trace field, and its own Message-ID. */
export const originalAsSent = (
  attached: Uint8Array,
  identifier: string,
): { readonly trace: string; readonly message: string } => {
  const text = toLatin1(attached)
  const trace = /^Received:.*\r\n(?:[ \t].*\r\n)*/.exec(text)?.[0] ?? ''
  const ours = new RegExp(
    `Message-ID: <${identifier.replaceAll('.', '\\.')}>\\r\\n(?:X-Riferimento-Message-ID: (.*)\\r\\n)?`,
  )
  const message = text
    .slice(trace.length)
    .replace(ours, (_, client: string | undefined) => (client === undefined ? '' : `Message-ID: ${client}\r\n`))
  return { trace, message }
}

/** Names of the top fields of a message, lower case. */
export const fieldNames = (bytes: Uint8Array): readonly string[] =>
  parseMime(bytes).root.fields.map((field) => field.lowerName)

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

/** Every message that a mailbox holds. */
export const allOf = async (provider: TestProvider, address: string): Promise<readonly Uint8Array[]> =>
  Promise.all((await provider.inbox(address)).map((one) => provider.bytes(one)))

/** Fields that messages of ours may have; anything else was put there by somebody else. */
export const NOTICE = new Set(
  'received from to subject date message-id x-ricevuta x-verificasicurezza x-riferimento-message-id mime-version content-type'.split(
    ' ',
  ),
)
export const ENVELOPE = new Set([
  ...NOTICE,
  ...'received return-path cc x-trasporto sender reply-to x-tiporicevuta'.split(' '),
])
/** Fails where a message has other top fields than those, or a needed one not exactly once. */
export const expectOwnFields = (bytes: Uint8Array, allowed: ReadonlySet<string>): void => {
  const names = fieldNames(bytes)
  expect(names.filter((name) => !allowed.has(name))).toEqual([])
  for (const name of ['from', 'subject', 'message-id', 'content-type', 'date'])
    expect(names.filter((one) => one === name)).toEqual([name])
}
