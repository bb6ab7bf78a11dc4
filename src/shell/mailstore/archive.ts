// The archive of a whole box as a ZIP, made while it is sent: mail by folders, receipts by message, extract of the journal.
import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import yazl from 'yazl'
import { csvLine } from '../../core/lib/csv.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { rangePiece } from '../../core/lib/rope.ts'
import { mboxFromLine, mboxQuoter, senderIn } from '../../core/mail/mbox.ts'
import {
  type ArchiveForm,
  archiveReadme,
  EXTRACT_COLUMNS,
  extractNotes,
  extractRow,
  mboxPath,
  namesOnce,
  RECEIPT_NAMES,
  receiptsFolder,
} from '../../core/mailbox/archive.ts'
import { takeOutPath } from '../../core/mailbox/takeOutPath.ts'
import type { PecKind } from '../../core/pec/model.ts'
import type { ContentStore } from '../content/store.ts'
import type { Queries } from '../db/pool.ts'
import { exportJournal } from '../journal/store.ts'

export type ArchiveOf = {
  readonly db: Queries
  readonly contents: Pick<ContentStore, 'stream'>
  readonly provider: string
}
export type ArchiveWanted = {
  readonly mailbox: { readonly id: number; readonly address: string }
  readonly form: ArchiveForm
  readonly at: Instant
}

type Row = {
  readonly uid: number
  readonly content_id: string
  readonly size_bytes: number
  readonly received_at: Instant
  readonly subject: string | null
}
type Receipt = Row & { readonly kind: PecKind; readonly msgid: string }
type Folder = { readonly id: number; readonly name: string }

/** Of a folder's messages so many are known at a time. */
const PAGE = 500
const HEAD_BYTES = 64 * 1024
const LF = Buffer.from('\n')

async function* messagesOf(db: Queries, folderId: number): AsyncGenerator<Row> {
  for (let after = 0; ; ) {
    const page = await db.query<Row>(
      'archive-messages',
      `select uid, content_id, size_bytes, received_at, subject from message
       where folder_id = $1 and uid > $2 order by uid limit $3`,
      [folderId, after, PAGE],
    )
    yield* page
    if (page.length < PAGE) return
    after = page.at(-1)!.uid
  }
}

const bytesOf = ({ contents }: ArchiveOf, row: Row): AsyncIterable<Uint8Array> =>
  contents.stream([rangePiece(row.content_id, 0, row.size_bytes)])

/** A message as mbox has it: its line, its bytes quoted, an empty line. Python and others end the message before that. */
async function* mboxEntry(of: ArchiveOf, row: Row): AsyncGenerator<Uint8Array> {
  const quoter = mboxQuoter()
  let last = 0
  let begun = false
  for await (const chunk of bytesOf(of, row)) {
    if (!begun) {
      yield Buffer.from(
        mboxFromLine(senderIn(Buffer.from(chunk.subarray(0, HEAD_BYTES)).toString('latin1')), row.received_at),
      )
    }
    begun = true
    last = chunk.at(-1) ?? last
    yield* quoter.push(chunk)
  }
  if (!begun) yield Buffer.from(mboxFromLine(undefined, row.received_at))
  yield* quoter.end()
  // A message that a program has filed may not end its last line: the file needs it.
  if (last !== LF[0]) yield LF
  yield LF
}

async function* mboxOf(of: ArchiveOf, folder: Folder): AsyncGenerator<Uint8Array> {
  for await (const row of messagesOf(of.db, folder.id)) yield* mboxEntry(of, row)
}

async function* extractCsv(db: Queries, { mailbox, at }: ArchiveWanted): AsyncGenerator<Uint8Array> {
  // A mark of UTF-8, without which spreadsheets take it for something else.
  yield Buffer.from(`\ufeff${csvLine(EXTRACT_COLUMNS.map(([name]) => name))}`)
  for await (const row of exportJournal(db, { from: 0, to: at, address: mailbox.address })) {
    const cells = extractRow(row)
    yield Buffer.from(csvLine(EXTRACT_COLUMNS.map(([name]) => String(cells[name]))))
  }
}

async function* extractJson(db: Queries, { mailbox, at }: ArchiveWanted): AsyncGenerator<Uint8Array> {
  let before = '[\n'
  for await (const row of exportJournal(db, { from: 0, to: at, address: mailbox.address })) {
    yield Buffer.from(`${before}${JSON.stringify(extractRow(row))}`)
    before = ',\n'
  }
  yield Buffer.from(before === '[\n' ? '[]\n' : '\n]\n')
}

const receiptsOf = (db: Queries, mailboxId: number): Promise<readonly Receipt[]> =>
  db.query<Receipt>(
    'archive-receipts',
    `select m.uid, m.content_id, m.size_bytes, m.received_at, m.subject, m.kind, m.msgid
     from folder f join message m on m.folder_id = f.id where f.mailbox_id = $1 and m.kind = any($2)
     order by m.received_at, m.folder_id, m.uid`,
    [mailboxId, Object.keys(RECEIPT_NAMES)],
  )

type Put = (path: string, at: Instant, bytes: () => AsyncIterable<Uint8Array>) => void

/** Receipts in a folder for each message that they are about, in the order in which they came; and a list of them. */
const putReceipts = (of: ArchiveOf, receipts: readonly Receipt[], wanted: ArchiveWanted, put: Put): void => {
  const once = namesOnce()
  const folders = new Map<string, { readonly path: string; count: number }>()
  const lines = [csvLine(['identificativo', 'ricevuta', 'istante', 'oggetto', 'file'])]
  for (const row of receipts) {
    const subject = row.subject ?? undefined
    const known = folders.get(row.msgid)
    const folder = known ?? { path: once(receiptsFolder(row.received_at, subject)), count: 0 }
    if (!known) folders.set(row.msgid, folder)
    folder.count++
    const name = RECEIPT_NAMES[row.kind]!
    const path = `${folder.path}/${String(folder.count).padStart(2, '0')} ${name}.eml`
    put(path, row.received_at, () => bytesOf(of, row))
    lines.push(csvLine([row.msgid, name, new Date(row.received_at).toISOString(), subject ?? '', path]))
  }
  put('ricevute/indice.csv', wanted.at, () => Readable.from([Buffer.from(`\ufeff${lines.join('')}`)]))
}

const putMail = async (of: ArchiveOf, { mailbox, form, at }: ArchiveWanted, put: Put): Promise<void> => {
  const once = namesOnce()
  const folders = await of.db.query<Folder>(
    'archive-folders',
    'select id, name from folder where mailbox_id = $1 order by name',
    [mailbox.id],
  )
  for (const folder of folders) {
    if (form === 'mbox') put(once(mboxPath(folder.name)), at, () => mboxOf(of, folder))
    else {
      for await (const row of messagesOf(of.db, folder.id)) {
        const path = takeOutPath(folder.name, row.uid, row.received_at, row.subject ?? undefined)
        put(once(`posta/${path}`), row.received_at, () => bytesOf(of, row))
      }
    }
  }
}

async function* hashed(hash: Hash, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
}

/** The archive as a stream: no message of it is ever whole in memory. */
export const archiveOf = async (of: ArchiveOf, wanted: ArchiveWanted): Promise<AsyncIterable<Uint8Array>> => {
  const zip = new yazl.ZipFile()
  const out = zip.outputStream as unknown as Readable
  const sums: string[] = []
  const put: Put = (path, at, bytes) =>
    zip.addReadStreamLazy(path, { mtime: new Date(at), mode: 0o100600 }, (give) => {
      const hash = createHash('sha256')
      const stream = Readable.from(hashed(hash, bytes()), { objectMode: false })
      // A content that cannot be read ends the download: half an archive is not to pass for a whole one.
      stream.once('error', (error) => out.destroy(error))
      stream.once('end', () => sums.push(`${hash.digest('hex')}  ${path}\n`))
      give(null, stream)
    })
  const text = (path: string, words: string): void => put(path, wanted.at, () => Readable.from([Buffer.from(words)]))
  text(
    'LEGGIMI.txt',
    archiveReadme(wanted.form, { address: wanted.mailbox.address, provider: of.provider, at: wanted.at }),
  )
  await putMail(of, wanted, put)
  putReceipts(of, await receiptsOf(of.db, wanted.mailbox.id), wanted, put)
  text('registro/colonne.txt', extractNotes())
  put('registro/registro.csv', wanted.at, () => extractCsv(of.db, wanted))
  put('registro/registro.json', wanted.at, () => extractJson(of.db, wanted))
  zip.addReadStreamLazy('SHA256SUMS', { mtime: new Date(wanted.at), mode: 0o100600 }, (give) =>
    give(null, Readable.from([Buffer.from(sums.join(''))])),
  )
  zip.end()
  return out
}
