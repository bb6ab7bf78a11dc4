// Tells the other processes which folders have changed, and hears it from them.
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/pool.ts'

/** A folder of a mailbox; folder 0: the list of folders itself. */
export type Changed = { readonly mailboxId: number; readonly folderId: number }

export type News = {
  /** Told soon, many in one notification: it travels outside the transaction, which it would make wait for others. */
  readonly tell: (changed: Changed) => void
  readonly close: () => Promise<void>
}

const CHANNEL = 'mailstore'
/** Commits that are told of together; where there is one after the other, so long after the last notification. */
const GATHER_MS = 3
const SPACING_MS = 20
/** PostgreSQL takes less than 8,000 bytes. */
const PAYLOAD_CHARACTERS = 7_000

/** Payloads that tell of all the changes: `origin mailbox:folder mailbox:folder …`. */
export const payloads = (origin: string, changes: Iterable<string>): readonly string[] => {
  const out: string[] = []
  let payload = origin
  for (const change of changes) {
    if (payload.length + 1 + change.length > PAYLOAD_CHARACTERS) {
      out.push(payload)
      payload = origin
    }
    payload += ` ${change}`
  }
  return payload === origin ? out : [...out, payload]
}

/** Changes that a payload tells of; undefined where it comes from `self`. */
export const readPayload = (payload: string, self: string): readonly Changed[] | undefined => {
  const [origin, ...items] = payload.split(' ')
  if (origin === self) return undefined
  return items.flatMap((item) => {
    const [, mailboxId, folderId] = /^(\d{1,15}):(\d{1,15})$/.exec(item) ?? []
    return mailboxId === undefined ? [] : [{ mailboxId: Number(mailboxId), folderId: Number(folderId) }]
  })
}

/** Opens the channel. `missed` is called where notifications may have been lost. */
export const openNews = async (db: Database, heard: (changed: Changed) => void, missed: () => void): Promise<News> => {
  const origin = randomBytes(6).toString('hex')
  const waiting = new Set<string>()
  let sending: Promise<void> | undefined
  let toldAt = 0

  const leave = await db.listen(CHANNEL, (payload) => {
    if (payload === '') return missed()
    for (const changed of readPayload(payload, origin) ?? []) heard(changed)
  })
  const send = async (): Promise<void> => {
    await pause(Math.max(GATHER_MS, toldAt + SPACING_MS - performance.now()))
    while (waiting.size > 0) {
      const batch = payloads(origin, waiting)
      waiting.clear()
      // What cannot be told now is found by those who look at the folder again.
      await db
        .query('mailstore-notify', `select pg_notify('${CHANNEL}', payload) from unnest($1::text[]) as x (payload)`, [
          batch,
        ])
        .catch(() => {})
    }
    toldAt = performance.now()
    sending = undefined
  }
  return {
    tell: ({ mailboxId, folderId }) => {
      waiting.add(`${mailboxId}:${folderId}`)
      sending ??= send()
    },
    close: async () => {
      await sending
      await leave()
    },
  }
}
