// Who uses a box takes the evidence of a message; the trail tells it.
import type { Refusal } from '../../core/api/problems.ts'
import { writeAudit } from '../audit/write.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'
import { type Evidence, makeEvidence } from './bundle.ts'

/** The evidence of a message of the caller’s box, by its PEC msgid. */
export const evidenceOf = async (
  office: Office,
  { mailbox, accountId }: AccountCaller,
  identifier: string,
  remoteAddress: string,
): Promise<Evidence | Refusal> => {
  if (!office.evidence) return { refusal: 'unavailable' }
  const made = await makeEvidence(office.evidence, mailbox, identifier)
  if (!made) return { refusal: 'notFound' }
  await office.db.tx(async (tx) =>
    writeAudit(tx, [
      {
        at: office.clock.now(),
        actor: { kind: 'account', accountId, remoteAddress },
        action: 'box.evidence',
        subjectKind: 'mailbox',
        subjectId: mailbox.address,
        details: { identifier },
      },
    ]),
  )
  return made
}
