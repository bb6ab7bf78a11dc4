// EmailSubmission objects (RFC 8621 §7) as they are shown: the rows of what was sent, or waits, and what became of it.
import { changesOf } from '../../../core/jmap/changes.ts'
import { utcDate } from '../../../core/jmap/date.ts'
import { blobId, emailId, threadId } from '../../../core/jmap/ids.ts'
import { submissionsAt } from '../../../core/jmap/pushStates.ts'
import { NOT_SENT_REPLIES } from '../../../core/jmap/release.ts'
import { DAY } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import type { SubmissionRow } from '../../mailstore/outgoing.ts'
import type { Receipt } from '../../mailstore/receipts.ts'
import { identityId } from './identity.ts'
import type { Call } from './method.ts'

export const PROPERTIES = [
  'id',
  'identityId',
  'emailId',
  'threadId',
  'envelope',
  'sendAt',
  'undoStatus',
  'deliveryStatus',
  'dsnBlobIds',
  'mdnBlobIds',
]

export const submissionId = (id: string): string => `S${id}`

/** RFC 8621 §7: what the states of a recipient come to; of ordinary mail nobody says that it has come. */
const DELIVERED: Readonly<Record<string, string>> = {
  pending: 'queued',
  taken: 'queued',
  warned: 'queued',
  delivered: 'yes',
  failed: 'no',
  expired: 'no',
}

/** What became of each recipient; null while that is still open, and of what was called back. */
const statusOf = ({ envelope, states, accepted, undoStatus, notSent }: SubmissionRow) => {
  if (undoStatus !== 'final' && notSent === null) return null
  return Object.fromEntries(
    envelope.rcptTo.map(({ email }) => {
      const key = addressKey(email)
      const state = Object.entries(states).find(([address]) => addressKey(address) === key)?.[1]
      if (notSent !== null)
        return [email, { smtpReply: NOT_SENT_REPLIES[notSent], delivered: 'no', displayed: 'unknown' }]
      const smtpReply = accepted ? '250 2.0.0 Accepted' : '554 5.6.0 Not accepted: see the notice of non-acceptance'
      const delivered = accepted ? (DELIVERED[state ?? ''] ?? 'unknown') : 'no'
      return [email, { smtpReply, delivered, displayed: 'unknown' }]
    }),
  )
}

export const shown = (row: SubmissionRow, receipts: readonly Receipt[] = [], mdnBlobIds: readonly string[] = []) => ({
  id: submissionId(row.id),
  identityId: identityId(row.identityId),
  emailId: emailId(row.content),
  threadId: threadId(row.thread),
  envelope: row.envelope,
  sendAt: utcDate(row.sendAt),
  undoStatus: row.undoStatus,
  deliveryStatus: statusOf(row),
  dsnBlobIds: receipts.map(({ content }) => blobId(content)),
  mdnBlobIds,
})
export type Shown = ReturnType<typeof shown>

export const rowsOf = ({ options, login }: Call) => options.outgoing.submissions(login.mailboxId)
export const there = (rows: readonly SubmissionRow[]): readonly SubmissionRow[] =>
  rows.filter(({ gone }) => gone === null)

/** The receipts that have come for what was sent, by PEC msgid. */
export const receiptsFor = async (
  { options, login }: Call,
  rows: readonly SubmissionRow[],
): Promise<ReadonlyMap<string, readonly Receipt[]>> => {
  const sent = rows.flatMap(({ identifier, thread }) => (identifier === null ? [] : [{ identifier, thread }]))
  if (sent.length === 0) return new Map()
  return options.outgoing.receipts(await options.mailstore.box(login.mailboxId), sent)
}

/** What was sent lately may have got receipts with any delivery to the box (RFC 6109 §3.3: within 24 hours). */
const SETTLING_MS = 2 * DAY

export const stateOf = async ({ options, login }: Call): Promise<number> =>
  submissionsAt(await options.mailstore.states(login.mailboxId))

/** What has changed since a modseq; `now`: the state of now. */
export const changesIn = (call: Call, rows: readonly SubmissionRow[], since: number, now: number) =>
  rows.flatMap(({ id, born, changed, gone, sendAt, undoStatus }) => {
    const mayHave = gone === null && undoStatus === 'final' && call.options.now() - sendAt < SETTLING_MS ? now : 0
    const last = Math.max(changed, gone ?? 0, mayHave)
    return changesOf(submissionId(id), [{ born, changed: last, gone: gone ?? undefined }], since)
  })
