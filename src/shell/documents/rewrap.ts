// A new master key: the keys of documents and of tickets’ files are wrapped by it, so that the old one can be put away.
import type { Vault } from '../../core/ports.ts'
import type { Database } from '../db/pool.ts'

const BATCH = 200

/**
 * Wraps the keys of all documents by the newest master key; gives how many were not. The documents themselves are not
 * touched. Safe to run again, and while others work. Throws Fault('vault') where one was wrapped by a key that is missing.
 */
export const rewrapKeys = async (db: Database, vault: Vault): Promise<number> => {
  let wrapped = 0
  for (const table of ['document', 'ticket_attachment'] as const) wrapped += await rewrapTable(db, vault, table)
  return wrapped
}

const rewrapTable = async (db: Database, vault: Vault, table: 'document' | 'ticket_attachment'): Promise<number> => {
  let wrapped = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    // A paper that was thrown away has no key any more, and is not to get one back.
    const rows = await db.query<{ id: string; keyId: string; wrappedKey: Uint8Array }>(
      `${table}-keys`,
      `select id, key_id as "keyId", wrapped_key as "wrappedKey" from ${table} where id > $1 and wrapped_key <> ''
       order by id limit $2`,
      [after, BATCH],
    )
    for (const { id, ...old } of rows) {
      const key = vault.rewrap(old)
      if (!key) continue
      await db.query(
        `${table}-rewrap`,
        `update ${table} set key_id = $2, wrapped_key = $3 where id = $1 and wrapped_key = $4`,
        [id, key.keyId, key.wrappedKey, old.wrappedKey],
      )
      wrapped++
    }
    if (rows.length < BATCH) return wrapped
    after = rows.at(-1)!.id
  }
}
