// Mail that a collaborator sends by his program: written in the trail under his own name.
import { writeAudit } from '../../audit/write.ts'
import type { Mailbox } from '../../mailstore/mailboxes.ts'
import type { World } from '../../pec/world.ts'

/**
 * Notes who sends, where it is not the holder. Written before the message is taken: one that fails after it leaves a
 * trace too many, which does less harm than certified mail that nobody is known to have sent.
 */
export const noteSubmission = async (
  { db, clock }: Pick<World, 'db' | 'clock'>,
  { address, by }: Mailbox,
  session: { readonly id: string; readonly remoteAddress: string },
): Promise<void> => {
  if (by === undefined || by.rights === 'own') return
  const actor = { kind: 'account', accountId: by.accountId, remoteAddress: session.remoteAddress } as const
  // The id of the session stands in the Received field of the message, too.
  const details = { session: session.id, appPassword: by.appPasswordId }
  const entry = {
    at: clock.now(),
    actor,
    action: 'mail.submitted',
    subjectKind: 'mailbox',
    subjectId: address,
    details,
  }
  await db.tx(async (tx) => writeAudit(tx, [entry]))
}
