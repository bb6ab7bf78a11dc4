// The gateway for papers: walks what arrives in the mailbox for papers (scans by e-mail, faxes as e-mail) and takes each
// scan once.
import type { RefusedDocument } from '../../core/enrolment/documentKinds.ts'
import { type MailedPaper, type MailedPapers, mailedPapers } from '../../core/enrolment/mailedPapers.ts'
import { rangePiece } from '../../core/lib/rope.ts'
import { addressKey } from '../../core/mail/address.ts'
import { decodeTransfer } from '../../core/mail/encoding.ts'
import { MimeScanner } from '../../core/mail/mime.ts'
import type { ContentReader } from '../../core/ports.ts'
import { SYSTEM, writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import { findMailboxes, listMessages, mailboxStatus, type StoredMessage } from '../mailstore/mailboxes.ts'
import type { Office } from '../office.ts'
import { type ExaminedDocument, examineDocument } from './examine.ts'
import { takePaper } from './incoming.ts'
import { moveBookmark, readBookmark } from './incomingStore.ts'

/** A message that is longer is not a fax. */
const MESSAGE_LIMIT_BYTES = 48 * 1024 * 1024
const AT_A_TIME = 20

/** Receipts and notices of the provider's own mail carry no papers. */
const CARRIERS = new Set(['ordinary', 'anomalyEnvelope', 'transportEnvelope'])

type Taken = {
  readonly paper: MailedPaper
  readonly outcome: ExaminedDocument | RefusedDocument
}

type Opened = MailedPapers & { readonly taken: readonly Taken[] }

/** The papers of a message, examined. Nothing is written yet: a crash begins the message anew. */
const openMessage = async (office: Office, contents: ContentReader, message: StoredMessage): Promise<Opened> => {
  const nothing = { from: '', subject: message.subject ?? '', papers: [], taken: [] }
  if (!CARRIERS.has(message.kind) || message.sizeBytes > MESSAGE_LIMIT_BYTES) return nothing
  const bytes = await contents.bytes([rangePiece(message.content, 0, message.sizeBytes)], MESSAGE_LIMIT_BYTES)
  const scanner = new MimeScanner()
  scanner.push(bytes)
  const found = mailedPapers(scanner.finish().root)
  const taken: Taken[] = []
  for (const paper of found.papers) {
    const { part } = paper
    const decoded = decodeTransfer(part.encoding, bytes.subarray(part.bodyStart, part.bodyEnd))
    taken.push({ paper, outcome: await examineDocument(office, decoded, { wantQr: true }) })
  }
  return { ...found, taken }
}

const described = ({ from, subject }: Opened, fileName: string): string =>
  [from, subject, fileName]
    .filter((one) => one !== '')
    .join(' · ')
    .slice(0, 600)

const writeRefused = (tx: Tx, office: Office, source: string, refusal: string, words: string): void =>
  writeAudit(tx, [
    {
      at: office.clock.now(),
      actor: SYSTEM,
      action: 'incoming.refused',
      subjectKind: 'incoming',
      subjectId: source,
      details: { refusal, described: words },
    },
  ])

/**
 * Takes the papers of the messages that have come since last time; gives how many. The papers of a message and the
 * bookmark are one commit, so each is taken exactly once, whatever breaks and however many nodes do it.
 */
export const takeIncomingDocuments = async (office: Office, contents: ContentReader): Promise<number> => {
  const { papersAddress, db } = office
  if (!papersAddress) return 0
  const mailbox = (await findMailboxes(db, [papersAddress])).get(addressKey(papersAddress))
  if (!mailbox) return 0
  const { folderId } = await mailboxStatus(db, mailbox.id)
  const bookmark = `papers ${folderId}`
  let papers = 0
  for (;;) {
    const messages = await listMessages(db, mailbox.id, await readBookmark(db, bookmark), AT_A_TIME)
    if (messages.length === 0) return papers
    for (const message of messages) {
      const opened = await openMessage(office, contents, message)
      papers += await db.tx(async (tx) => {
        if (!(await moveBookmark(tx, bookmark, message.uid))) return 0
        let kept = 0
        for (const { paper, outcome } of opened.taken) {
          const source = `${folderId}/${message.uid}/${paper.place}`
          const words = described(opened, paper.fileName)
          if ('refusal' in outcome) writeRefused(tx, office, source, outcome.refusal, words)
          else {
            await takePaper(tx, office, { origin: 'gateway', actor: SYSTEM, described: words, source }, outcome)
            kept++
          }
        }
        return kept
      })
    }
  }
}
