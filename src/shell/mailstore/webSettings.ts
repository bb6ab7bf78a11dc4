// What is kept of the webmail for a box: one value, written by whoever may change the box.
import type { Database } from '../db/pool.ts'

/** What is kept; undefined where nothing ever was. */
const read = async (db: Database, mailboxId: number): Promise<unknown> => {
  const [row] = await db.query<{ value: unknown }>(
    'pec-settings-read',
    'select value from pec_settings where mailbox_id = $1',
    [mailboxId],
  )
  return row?.value
}

/** Reads, changes and writes it, one after the other; `change` gives what is to be kept, or undefined for nothing. */
const change = (db: Database, mailboxId: number, make: (value: unknown) => object | undefined): Promise<boolean> =>
  db.tx(async (tx) => {
    const [box] = await tx.query<{ value: unknown }>(
      'pec-settings-lock',
      `select (select value from pec_settings s where s.mailbox_id = b.id) as value
       from mailbox b where id = $1 for no key update`,
      [mailboxId],
    )
    const value = box && make(box.value ?? undefined)
    if (!value) return false
    tx.send(
      'pec-settings-count',
      'update mailbox set modseq = modseq + 1, settings_modseq = modseq + 1 where id = $1',
      [mailboxId],
    )
    tx.send(
      'pec-settings-write',
      `insert into pec_settings (mailbox_id, value) values ($1, $2)
       on conflict (mailbox_id) do update set value = excluded.value`,
      [mailboxId, JSON.stringify(value)],
    )
    return true
  })

/** The verbs over one database; `touch` tells who looks at the box. */
export const settingsVerbs = (db: Database, touch: (mailboxId: number) => Promise<void>) => ({
  read: (mailboxId: number) => read(db, mailboxId),
  change: async (mailboxId: number, make: (value: unknown) => object | undefined) => {
    if (await change(db, mailboxId, make)) await touch(mailboxId)
  },
})
export type WebSettings = ReturnType<typeof settingsVerbs>
