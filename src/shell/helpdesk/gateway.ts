// Answers by ordinary e-mail: walks what arrives in the help desk's mailbox and gives each to its ticket, once.
//
// A From proves nothing. A ticket is found by what only those have who were written to: the random Message-ID of a notice
// of it that is answered, or the secret of a link that is quoted. A message with neither opens a ticket that no operator
// sees until its link, which goes to the From, is opened.
import { createHash } from 'node:crypto'
import { answeredNotices, isAutomatic, quotedLinks, trimReply } from '../../core/helpdesk/mailedReply.ts'
import { type MailedTicket, mailedTicket } from '../../core/helpdesk/mailedTicket.ts'
import { TICKET_LIMITS } from '../../core/helpdesk/ticket.ts'
import { DAY } from '../../core/lib/instant.ts'
import { rangePiece } from '../../core/lib/rope.ts'
import { addressKey, sameAddress } from '../../core/mail/address.ts'
import { decodeTransfer } from '../../core/mail/encoding.ts'
import { MimeScanner } from '../../core/mail/mime.ts'
import type { ContentReader } from '../../core/ports.ts'
import { SYSTEM, writeAudit } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { moveBookmark, readBookmark } from '../documents/incomingStore.ts'
import { findMailboxes, listMessages, mailboxStatus, type StoredMessage } from '../mailstore/mailboxes.ts'
import type { Office } from '../office.ts'
import { insertAttachment, type ScannedFile, scanFile } from './attachments.ts'
import { confirmTicket, insertOpened } from './open.ts'
import { addReply } from './reply.ts'
import { insertMessage, lockTicket, ticketOfLink } from './store.ts'

const MESSAGE_LIMIT_BYTES = 48 * 1024 * 1024
const AT_A_TIME = 20

/** Kinds of message that a person may have written; the first is in no envelope. */
const CARRIERS = new Set(['ordinary', 'anomalyEnvelope', 'transportEnvelope'])

type Opened = MailedTicket & {
  readonly files: MailedTicket['files']
  readonly scanned: readonly ScannedFile[]
  /** Names of files that were not kept, and why. */
  readonly refused: readonly string[]
}

/** A message with its files scanned. Nothing is written yet: a crash begins the message anew. */
const openMessage = async (
  office: Office,
  contents: ContentReader,
  message: StoredMessage,
): Promise<Opened | undefined> => {
  if (!CARRIERS.has(message.kind) || message.sizeBytes > MESSAGE_LIMIT_BYTES) return undefined
  const bytes = await contents.bytes([rangePiece(message.content, 0, message.sizeBytes)], MESSAGE_LIMIT_BYTES)
  const scanner = new MimeScanner()
  scanner.push(bytes)
  const mail = mailedTicket(scanner.finish().root, bytes, message.kind !== 'ordinary')
  const scanned: ScannedFile[] = []
  const refused: string[] = []
  if (isOurs(office, mail)) return undefined
  for (const { part, fileName } of mail.files) {
    const decoded = decodeTransfer(part.encoding, bytes.subarray(part.bodyStart, part.bodyEnd))
    const outcome = await scanFile(office, fileName, decoded)
    if ('refusal' in outcome) refused.push(`${fileName} (${outcome.refusal})`)
    else scanned.push(outcome)
  }
  return { ...mail, scanned, refused }
}

/** Whether a program wrote it, or we did ourselves: such a message is dropped, lest two programs talk for ever. */
const isOurs = (office: Office, { fields, from }: MailedTicket): boolean => {
  const own = [office.helpAddress, office.deskAddress, office.noticeFrom.replace(/^.*<|>.*$/g, '')]
  return from === undefined || isAutomatic(fields) || own.some((one) => one !== undefined && sameAddress(one, from))
}

/** The ticket that a message belongs to, by what its writer was sent. */
const ticketOf = async (db: Queries, office: Office, mail: MailedTicket): Promise<string | undefined> => {
  for (const id of answeredNotices(mail.fields, office.provider.domain)) {
    const [row] = await db.query<{ id: string }>(
      'ticket-of-notice',
      `select k.id from notice n join ticket k on k.id::text = n.subject_id
       where n.id = $1 and n.subject_kind = 'ticket' and n.reply_to is not null`,
      [id],
    )
    if (row) return row.id
  }
  for (const token of quotedLinks(mail.text)) {
    const id = await ticketOfLink(db, token, office.clock.now())
    if (id !== undefined) return id
  }
  return undefined
}

/** What names a message for ever: a second copy of it is none. */
const sourceOf = ({ messageId, from, subject, text }: MailedTicket): string =>
  createHash('sha256')
    .update(messageId === '' ? JSON.stringify([from, subject, text]) : messageId)
    .digest('hex')

const keepFiles = async (tx: Tx, office: Office, ticketId: string, seq: number, mail: Opened): Promise<void> => {
  const refused = [...mail.refused]
  for (const file of mail.scanned) {
    const wrong = await insertAttachment(tx, office, { ticketId, seq }, file)
    if (wrong) refused.push(`${file.fileName} (${wrong.refusal})`)
  }
  if (refused.length > 0) {
    const body = `filesRefused ${refused.join(', ')}`.slice(0, 1_000)
    await insertMessage(tx, ticketId, { kind: 'event', via: 'email', body }, office.clock.now())
  }
}

/** Whether so many letters went to an address that nobody confirmed that it gets no more today. */
const writtenEnough = async (tx: Tx, office: Office, email: string): Promise<boolean> => {
  const [row] = await tx.query<{ sent: number }>(
    'ticket-letters',
    `select count(*) as sent from notice where lower(recipient) = lower($1) and kind = 'ticket.confirm' and created_at > $2`,
    [email, timestamp(office.clock.now() - DAY)],
  )
  return (row?.sent ?? 0) >= TICKET_LIMITS.unconfirmedADay
}

const NOBODY = {
  opener: 'email',
  accountId: null,
  enrolmentId: null,
  orderId: null,
  staffId: null,
  mailboxId: null,
  memberId: null,
} as const

/** Opens a ticket by a message that answers nothing of ours: it waits for its link to be opened. */
const openByMail = async (tx: Tx, office: Office, mail: Opened): Promise<string> => {
  const from = mail.from!
  if (await writtenEnough(tx, office, from)) return 'tooMany'
  const id = await insertOpened(
    tx,
    office,
    { ...NOBODY, name: from, email: from },
    {
      category: 'other',
      subject: mail.subject,
      text: trimReply(mail.text).text.slice(0, TICKET_LIMITS.text),
      context: {},
      mail: { source: sourceOf(mail), fromAddress: from },
    },
  )
  await keepFiles(tx, office, id, 1, mail)
  return 'opened'
}

/** Gives a message to the ticket that it answers, or opens one; gives what became of it. */
const takeMessage = async (tx: Tx, office: Office, mail: Opened): Promise<string> => {
  const ticketId = await ticketOf(tx, office, mail)
  const one = ticketId === undefined ? undefined : await lockTicket(tx, ticketId)
  if (!one) return openByMail(tx, office, mail)
  await confirmTicket(tx, office, one)
  const current = (await lockTicket(tx, one.id))!
  const { text } = trimReply(mail.text)
  const source = sourceOf(mail)
  const body = text.slice(0, TICKET_LIMITS.text)
  if (current.state === 'closed') {
    // What is closed stays so; what is written after it is a request of the same person.
    const again = await tx.query('ticket-follow', 'select 1 from ticket_message where source = $1', [source])
    if (again.length > 0) return 'again'
    const id = await insertOpened(tx, office, current, {
      category: current.category,
      subject: current.subject,
      text: `(${current.number}) ${body}`,
      context: {},
      mail: { source, fromAddress: mail.from! },
    })
    await keepFiles(tx, office, id, 1, mail)
    return 'opened'
  }
  const added = await addReply(tx, office, current, { via: 'email', body, source, fromAddress: mail.from })
  if (added === undefined) return 'again'
  if (typeof added === 'object') return added.refusal
  await keepFiles(tx, office, one.id, added, mail)
  return 'threaded'
}

/**
 * Takes the messages that have come since last time; gives how many. What becomes of a message and the bookmark are one
 * commit, so each is taken exactly once, whatever breaks and however many nodes do it.
 */
export const takeHelpMail = async (office: Office, contents: ContentReader): Promise<number> => {
  const { helpAddress, db } = office
  const mailbox = helpAddress && (await findMailboxes(db, [helpAddress])).get(addressKey(helpAddress))
  if (!mailbox) return 0
  const { folderId } = await mailboxStatus(db, mailbox.id)
  const bookmark = `help ${folderId}`
  let taken = 0
  for (;;) {
    const messages = await listMessages(db, mailbox.id, await readBookmark(db, bookmark), AT_A_TIME)
    if (messages.length === 0) return taken
    for (const message of messages) {
      const mail = await openMessage(office, contents, message)
      taken += await db.tx(async (tx) => {
        if (!(await moveBookmark(tx, bookmark, message.uid))) return 0
        const outcome = mail ? await takeMessage(tx, office, mail) : 'dropped'
        writeAudit(tx, [
          {
            at: office.clock.now(),
            actor: SYSTEM,
            action: 'ticket.mail',
            subjectKind: 'helpMail',
            subjectId: `${folderId}/${message.uid}`,
            details: { outcome },
          },
        ])
        return mail ? 1 : 0
      })
    }
  }
}
