// An ordinary recipient could not be reached: the notice is ordinary mail, so it reaches the sender wrapped.
import { randomBytes } from 'node:crypto'
import { fromLatin1 } from '../../core/lib/bytes.ts'
import { bytesPiece } from '../../core/lib/rope.ts'
import { type DsnFailure, failureNotice } from '../../core/mail/dsn.ts'
import { parseMime } from '../../core/mail/mime.ts'
import { wrapAnomaly } from '../../core/pec/incoming.ts'
import type { Changes } from './changes.ts'
import { fileSealed } from './consequences.ts'
import { seal } from './seal.ts'
import type { KnownSubmission } from './store.ts'
import type { World } from './world.ts'

/** Files a failure notice (RFC 3464) inside an anomaly envelope in the sender's mailbox. RFC 6109 §2.2.2, §3.2.2 */
export const bounceInto = async (
  world: World,
  changes: Changes,
  known: KnownSubmission,
  failures: readonly DsnFailure[],
  at: number,
): Promise<void> => {
  const { message } = known
  const unique = randomBytes(12).toString('hex')
  const notice = failureNotice({
    reportingHost: world.provider.domain,
    from: `mailer-daemon@${world.provider.domain}`,
    to: message.sender,
    subject: message.subject,
    messageId: `${unique}.dsn@${world.provider.domain}`,
    boundary: `=_dsn_${unique}`,
    at,
    failures,
    originalHead: fromLatin1(`Message-ID: <${message.identifier}>\r\n`),
  })
  const row = await world.contents.rowOf([bytesPiece(notice)])
  world.contents.remember(row)
  const { root } = parseMime(notice)
  const { envelope, journal } = wrapAnomaly(
    { reversePath: '', forwardPaths: [message.sender], content: row.id, sizeBytes: row.sizeBytes, root },
    [message.sender],
    'messaggio di posta ordinaria',
    { provider: world.provider, at },
  )
  const [sealed] = await seal(world, [envelope])
  changes.contents.push(row, sealed!.row)
  changes.filings.push(fileSealed(sealed!, known.mailboxId, message.identifier))
  changes.journal.push(...journal)
}
