// Mail that a collaborator sends by his program: written in the trail under his own name.
import { RECIPIENTS_NAMED } from '../../../core/identity/delegation.ts'
import { writeAudit } from '../../audit/write.ts'
import type { Mailbox } from '../../mailstore/mailboxes.ts'
import type { World } from '../../pec/world.ts'
import { boxEntry } from './collaboratorStore.ts'

/**
 * Notes who sends, where it is not the holder. Written before the message is taken: one that fails after it leaves a
 * trace too many, which does less harm than certified mail that nobody is known to have sent.
 */
export const noteSubmission = async (
  { db, clock }: Pick<World, 'db' | 'clock'>,
  { address, by }: Mailbox,
  session: { readonly id: string; readonly remoteAddress: string; readonly forwardPaths: readonly string[] },
): Promise<void> => {
  if (by === undefined || by.rights === 'own') return
  const { remoteAddress, forwardPaths } = session
  const details = {
    // The id of the session stands in the Received field of the message, too.
    session: session.id,
    appPassword: by.appPasswordId,
    recipients: forwardPaths.slice(0, RECIPIENTS_NAMED),
    recipientCount: forwardPaths.length,
  }
  const actor = { accountId: by.accountId, remoteAddress }
  await db.tx(async (tx) => writeAudit(tx, [boxEntry(actor, address, 'mail.submitted', clock.now(), details)]))
}
