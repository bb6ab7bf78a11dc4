// Submits a message that lies in a box already: the access point's rules, just as for one that comes by SMTP.
import { concat, fromLatin1 } from '../../core/lib/bytes.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { bytesPiece, type ContentId, rangePiece } from '../../core/lib/rope.ts'
import { addressKey } from '../../core/mail/address.ts'
import { editHead, parseHeader } from '../../core/mail/header.ts'
import { MimeScanner } from '../../core/mail/mime.ts'
import { receivedField } from '../../core/mail/smtp/received.ts'
import { sends } from '../../core/mailbox/standing.ts'
import { noteSubmission } from '../identity/account/submissions.ts'
import { findMailboxes, type Mailbox } from '../mailstore/mailboxes.ts'
import { submit } from './submit.ts'
import type { World } from './world.ts'

export type StoredSubmission = {
  readonly address: string
  /** Of who has signed in with a password of a program, or as a collaborator. */
  readonly by?: Mailbox['by'] | undefined
  readonly content: ContentId
  readonly sizeBytes: number
  readonly forwardPaths: readonly string[]
  /** Names the submission in the trail and in the Received field. */
  readonly id: string
  readonly remoteAddress: string
  /** It waited for its time under this id: the same commit ends its job and settles its row. */
  readonly waited?: boolean
}

export type StoredOutcome = { readonly identifier: string; readonly at: Instant } | { readonly refusal: 'mayNotSend' }

/** Longest header section that is looked at. */
const HEADER_BYTES = 256 * 1024

/**
 * Certifies a stored message. Its Bcc fields are taken out first (RFC 8621 §7.5). What the formal checks find comes as a
 * receipt, as those of SMTP do. Throws Fault.
 */
export const submitStored = async (world: World, hostname: string, given: StoredSubmission): Promise<StoredOutcome> => {
  const { address, by, content, sizeBytes, id, remoteAddress, waited } = given
  const mailbox = (await findMailboxes(world.db, [address])).get(addressKey(address))
  if (!mailbox || !sends(mailbox.state)) return { refusal: 'mayNotSend' }
  const login: Mailbox = { ...mailbox, by }
  const forwardPaths = [...new Map(given.forwardPaths.map((one) => [addressKey(one), one])).values()]
  const looked = Math.min(sizeBytes, HEADER_BYTES)
  const first = await world.contents.bytes([rangePiece(content, 0, looked)], looked)
  const { fields, bodyStart } = parseHeader(first)
  const head = first.subarray(0, bodyStart)
  const hasBcc = fields.some(({ lowerName }) => lowerName === 'bcc' || lowerName === 'resent-bcc')
  const kept = hasBcc ? editHead(head, { remove: ['bcc', 'resent-bcc'], prepend: '', append: '' }) : head
  const at = world.clock.now()
  const trace = fromLatin1(
    receivedField({ by: hostname, id, at, helo: 'jmap', remoteAddress, login: true, forwardPaths }),
  )
  const row = await world.contents.rowOf([
    bytesPiece(concat([trace, kept])),
    ...(sizeBytes > bodyStart ? [rangePiece(content, bodyStart, sizeBytes - bodyStart)] : []),
  ])
  world.contents.remember(row)
  const scanner = new MimeScanner()
  for await (const chunk of world.contents.stream([rangePiece(row.id, 0, row.sizeBytes)])) scanner.push(chunk)
  await noteSubmission(world, login, { id, remoteAddress, forwardPaths })
  const { identifier } = await submit(world, {
    mailbox: login,
    reversePath: mailbox.address,
    forwardPaths,
    content: row,
    traceBytes: trace.length,
    scan: scanner.finish(),
    ...(waited ? { done: [id], releases: id } : {}),
  })
  return { identifier, at }
}
