// Who uses a box takes the evidence of a message; the trail tells it.
import type { Refusal } from '../../core/api/problems.ts'
import { SYSTEM, writeAudit } from '../audit/write.ts'
import type { Office } from '../office.ts'
import { type Evidence, makeEvidence } from './bundle.ts'
import { holderOf } from './store.ts'

/** Whose box it is taken from, and by which account; a program with the main password is the holder's. */
export type EvidenceTaker = {
  readonly mailbox: { readonly id: number; readonly address: string }
  readonly accountId: number | undefined
}

/** The evidence of a message of a box, by its PEC msgid. */
export const evidenceOf = async (
  { db, clock, evidence }: Pick<Office, 'db' | 'clock' | 'evidence'>,
  { mailbox, accountId }: EvidenceTaker,
  identifier: string,
  remoteAddress: string,
): Promise<Evidence | Refusal> => {
  if (!evidence) return { refusal: 'unavailable' }
  const made = await makeEvidence(evidence, mailbox, identifier)
  if (!made) return { refusal: 'notFound' }
  const taker = accountId ?? (await holderOf(db, mailbox.id))
  await db.tx(async (tx) =>
    writeAudit(tx, [
      {
        at: clock.now(),
        // Boxes of the provider's own have no holder.
        actor: taker === undefined ? SYSTEM : { kind: 'account', accountId: taker, remoteAddress },
        action: 'box.evidence',
        subjectKind: 'mailbox',
        subjectId: mailbox.address,
        details: { identifier },
      },
    ]),
  )
  return made
}
