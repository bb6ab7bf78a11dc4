// The holder takes out all mail of the box.
import type { Refusal } from '../../core/api/problems.ts'
import { writeAudit } from '../audit/write.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'

const UNAVAILABLE: Refusal = { refusal: 'unavailable' }

/** How much the archive will hold. */
export const sizeOfMail = async (
  office: Office,
  { mailbox }: AccountCaller,
): Promise<{ readonly messages: number; readonly bytes: number } | Refusal> => {
  if (!office.takeOut) return UNAVAILABLE
  const [row] = await office.db.query<{ messages: number; bytes: number }>(
    'takeout-size',
    'select coalesce(sum(messages), 0)::bigint as messages, coalesce(sum(bytes), 0)::bigint as bytes from folder where mailbox_id = $1',
    [mailbox.id],
  )
  return row!
}

/** The archive, while it is made; the trail tells that it was taken. */
export const takeOutMail = async (
  office: Office,
  { mailbox, accountId }: AccountCaller,
  remoteAddress: string,
): Promise<AsyncIterable<Uint8Array> | Refusal> => {
  if (!office.takeOut) return UNAVAILABLE
  await office.db.tx(async (tx) =>
    writeAudit(tx, [
      {
        at: office.clock.now(),
        actor: { kind: 'account', accountId, remoteAddress },
        action: 'box.takenOut',
        subjectKind: 'mailbox',
        subjectId: mailbox.address,
      },
    ]),
  )
  return office.takeOut(mailbox.id)
}
