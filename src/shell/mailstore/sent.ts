// Whether a mail program has filed its own copy of a message in Sent already.
import { coalesce } from '../db/coalesce.ts'
import type { Database } from '../db/pool.ts'
import { keptMsgid } from '../pec/filings.ts'

/** A mailbox and a msgid, as one key. */
const keyOf = (mailboxId: number, msgid: string): string => `${mailboxId} ${msgid}`

const load = async (db: Database, keys: readonly string[]): Promise<ReadonlyMap<string, true>> => {
  const parts = keys.map((key) => [Number(key.slice(0, key.indexOf(' '))), key.slice(key.indexOf(' ') + 1)] as const)
  const rows = await db.query<{ mailbox_id: number; msgid: string }>(
    'sent-own-copies',
    `select x.mailbox_id, x.msgid from unnest($1::bigint[], $2::text[]) as x (mailbox_id, msgid)
     join folder f on f.mailbox_id = x.mailbox_id and f.role = 'sent'
     where exists (select from message m where m.folder_id = f.id and m.msgid = x.msgid and m.kind is null)`,
    [parts.map(([mailboxId]) => mailboxId), parts.map(([, msgid]) => msgid)],
  )
  return new Map(rows.map((row) => [keyOf(row.mailbox_id, row.msgid), true]))
}

type Find = (keys: readonly string[]) => Promise<ReadonlyMap<string, true>>
/** One gathering of reads for each database. */
const finders = new WeakMap<Database, Find>()

/** Whether Sent holds a message with this Message-ID that a mail program has put there. */
export const hasOwnCopy = async (db: Database, mailboxId: number, msgid: string | undefined): Promise<boolean> => {
  if (msgid === undefined) return false
  let find = finders.get(db)
  if (!find) {
    find = coalesce((keys) => load(db, keys))
    finders.set(db, find)
  }
  const key = keyOf(mailboxId, keptMsgid(msgid))
  return (await find([key])).has(key)
}
