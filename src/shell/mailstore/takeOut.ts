// All mail of a mailbox as one ZIP, made while it is sent: folders, and each message byte for byte.
import { Readable } from 'node:stream'
import yazl from 'yazl'
import type { Instant } from '../../core/lib/instant.ts'
import { rangePiece } from '../../core/lib/rope.ts'
import { takeOutPath } from '../../core/mailbox/takeOutPath.ts'
import type { ContentStore } from '../content/store.ts'
import type { Database } from '../db/pool.ts'

type Row = {
  readonly folder: string
  readonly uid: number
  readonly content_id: string
  readonly size_bytes: number
  readonly received_at: Instant
  readonly subject: string | null
}

const README = `Posta della casella, scaricata per intero.

Ogni file .eml e' un messaggio, byte per byte come e' stato consegnato: le firme restano verificabili
(con openssl, o con il comando "ceralacca verify"). Le cartelle sono quelle della casella.

All mail of the mailbox. Each .eml is one message, byte for byte as it was delivered: signatures can
still be verified. Folders are those of the mailbox.
`

/** The messages of a mailbox, folder by folder. */
const messagesOf = (db: Database, mailboxId: number): Promise<readonly Row[]> =>
  db.query<Row>(
    'takeout-messages',
    `select f.name as folder, m.uid, m.content_id, m.size_bytes, m.received_at, m.subject
     from folder f join message m on m.folder_id = f.id where f.mailbox_id = $1 order by f.name, m.uid`,
    [mailboxId],
  )

/** The archive as a stream: nothing of it is held but the list of its messages. */
export const takeOut = async (
  of: { readonly db: Database; readonly contents: ContentStore },
  mailboxId: number,
): Promise<AsyncIterable<Uint8Array>> => {
  const rows = await messagesOf(of.db, mailboxId)
  const zip = new yazl.ZipFile()
  const out = zip.outputStream as unknown as Readable
  zip.addBuffer(Buffer.from(README), 'LEGGIMI.txt')
  for (const row of rows) {
    const path = takeOutPath(row.folder, row.uid, row.received_at, row.subject ?? undefined)
    zip.addReadStreamLazy(path, { mtime: new Date(row.received_at), mode: 0o100600 }, (give) => {
      const stream = Readable.from(of.contents.stream([rangePiece(row.content_id, 0, row.size_bytes)]))
      // A content that cannot be read ends the download, and nothing else.
      stream.once('error', (error) => out.destroy(error))
      give(null, stream)
    })
  }
  zip.end()
  return out
}
