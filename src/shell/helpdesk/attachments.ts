// Files of tickets: scanned before anything is kept, encrypted, and only ever given out to be saved.
import { createHash, randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { cleanFileName, TICKET_LIMITS, ticketMachine } from '../../core/helpdesk/ticket.ts'
import { HOUR, type Instant } from '../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { lockTicket, openerActivity } from './store.ts'

export type Attachment = {
  readonly id: string
  readonly seq: number | null
  readonly staffId: number | null
  readonly fileName: string
  readonly sizeBytes: number
}

/** A file that was scanned. */
export type ScannedFile = { readonly fileName: string; readonly bytes: Uint8Array; readonly scannedBy: string }

const readFile = async (body: AsyncIterable<Uint8Array>): Promise<Uint8Array | Refusal> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > TICKET_LIMITS.attachmentBytes) return { refusal: 'attachmentTooLarge' }
    chunks.push(chunk)
  }
  return length === 0 ? { refusal: 'documentEmpty' } : Buffer.concat(chunks)
}

const once = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Scans a file. Throws Fault('scanner') where there is no verdict: nothing unscanned is kept. */
export const scanFile = async (office: Office, fileName: string, bytes: Uint8Array): Promise<ScannedFile | Refusal> => {
  if (bytes.length > TICKET_LIMITS.attachmentBytes) return { refusal: 'attachmentTooLarge' }
  const verdict = await office.scanner.scan(once(bytes))
  if (verdict.kind === 'infected') return { refusal: 'documentInfected' }
  return { fileName: cleanFileName(fileName), bytes, scannedBy: await office.scanner.version() }
}

const contextOf = (id: string): string => `ticket attachment ${id}`

export const attachmentsOf = (db: Queries, ticketId: string): Promise<readonly Attachment[]> =>
  db.query<Attachment>(
    'ticket-attachments',
    `select id, seq, staff_id as "staffId", file_name as "fileName", size_bytes as "sizeBytes" from ticket_attachment
     where ticket_id = $1 order by uploaded_at, id`,
    [ticketId],
  )

/** Encrypts a file and writes it to the locked ticket, if there is room. */
export const insertAttachment = async (
  tx: Tx,
  office: Office,
  to: { readonly ticketId: string; readonly seq: number | null; readonly staffId?: number | undefined },
  { fileName, bytes, scannedBy }: ScannedFile,
): Promise<Refusal | undefined> => {
  const there = await attachmentsOf(tx, to.ticketId)
  const beside = there.filter(({ seq, staffId }) => seq === to.seq && (seq !== null || staffId === to.staffId))
  const total = there.reduce((sum, { sizeBytes }) => sum + sizeBytes, bytes.length)
  if (beside.length >= TICKET_LIMITS.attachments || total > TICKET_LIMITS.ticketBytes)
    return { refusal: 'attachmentTooMany' }
  const id = randomUUID()
  const key = office.vault.newKey()
  tx.send(
    'ticket-attachment-insert',
    `insert into ticket_attachment (id, ticket_id, seq, staff_id, file_name, size_bytes, sha256, scanned_by, key_id,
       wrapped_key, ciphertext, uploaded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      to.ticketId,
      to.seq,
      to.staffId,
      fileName,
      bytes.length,
      createHash('sha256').update(bytes).digest('hex'),
      scannedBy,
      key.keyId,
      key.wrappedKey,
      office.vault.seal(key, contextOf(id), bytes),
      timestamp(office.clock.now()),
    ],
  )
  return undefined
}

export type NewFile = { readonly fileName: string; readonly body: AsyncIterable<Uint8Array> }

/** Reads a file to its limit, and scans it. */
const takeFile = async (office: Office, { fileName, body }: NewFile): Promise<ScannedFile | Refusal> => {
  const bytes = await readFile(body)
  return 'refusal' in bytes ? bytes : scanFile(office, fileName, bytes)
}

/** Adds a file to the last words of the opener, while they are fresh. */
export const attachToReply = async (office: Office, ticketId: string, file: NewFile): Promise<Refusal | undefined> => {
  const scanned = await takeFile(office, file)
  if ('refusal' in scanned) return scanned
  return office.db.tx(async (tx) => {
    const one = await lockTicket(tx, ticketId)
    if (!one) return { refusal: 'ticketUnknown' }
    if (ticketMachine.isFinal(one.state)) return { refusal: 'ticketClosed' }
    const now = office.clock.now()
    const { lastSeq, lastAt } = await openerActivity(tx, ticketId, now)
    if (lastSeq === 0 || lastAt < now - HOUR) return { refusal: 'attachmentLate' }
    return insertAttachment(tx, office, { ticketId, seq: lastSeq }, scanned)
  })
}

/** Keeps a file for the answer that an operator is writing. */
export const attachToAnswer = async (
  office: Office,
  staffId: number,
  ticketId: string,
  file: NewFile,
): Promise<Refusal | undefined> => {
  const scanned = await takeFile(office, file)
  if ('refusal' in scanned) return scanned
  return office.db.tx(async (tx) => {
    const one = await lockTicket(tx, ticketId)
    if (!one) return { refusal: 'ticketUnknown' }
    if (ticketMachine.isFinal(one.state)) return { refusal: 'ticketClosed' }
    return insertAttachment(tx, office, { ticketId, seq: null, staffId }, scanned)
  })
}

/** Gives the files that an operator has kept to the answer; how many. */
export const claimAttachments = async (tx: Tx, ticketId: string, staffId: number, seq: number): Promise<number> =>
  (
    await tx.query(
      'ticket-attachments-claim',
      'update ticket_attachment set seq = $3 where ticket_id = $1 and staff_id = $2 and seq is null returning 1',
      [ticketId, staffId, seq],
    )
  ).length

/** Takes back a file that an operator has kept for an answer. */
export const dropAttachment = async (
  office: Office,
  staffId: number,
  of: { readonly ticketId: string; readonly attachmentId: string },
): Promise<void> => {
  await office.db.query(
    'ticket-attachment-drop',
    'delete from ticket_attachment where id = $1 and ticket_id = $2 and staff_id = $3 and seq is null',
    [of.attachmentId, of.ticketId, staffId],
  )
}

export type OpenedFile = { readonly fileName: string; readonly bytes: Uint8Array }

/** A file of a ticket; what an operator has kept for an answer is nobody else's. */
export const openAttachment = async (
  office: Office,
  of: { readonly ticketId: string; readonly attachmentId: string; readonly staffId?: number | undefined },
): Promise<OpenedFile | undefined> => {
  const [row] = await office.db.query<{
    fileName: string
    keyId: string
    wrappedKey: Uint8Array
    ciphertext: Uint8Array
  }>(
    'ticket-attachment-open',
    `select a.file_name as "fileName", a.key_id as "keyId", a.wrapped_key as "wrappedKey", a.ciphertext
     from ticket_attachment a where a.id = $1 and a.ticket_id = $2 and (a.seq is not null or a.staff_id = $3)`,
    [of.attachmentId, of.ticketId, of.staffId],
  )
  return row && { fileName: row.fileName, bytes: office.vault.open(row, contextOf(of.attachmentId), row.ciphertext) }
}

/** Forgets files that no answer ever took. */
export const sweepAttachments = async (db: Queries, before: Instant): Promise<void> => {
  await db.query('ticket-attachments-sweep', 'delete from ticket_attachment where seq is null and uploaded_at < $1', [
    timestamp(before),
  ])
}
