// Reads what is known of messages: submissions and their recipients, arrivals already recorded.
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import { type MessageFacts, type PecMsgid, type RecipientState, recipientMachine } from '../../core/pec/model.ts'
import type { Database } from '../db/pool.ts'

/** A message that this provider accepted. */
export type KnownSubmission = {
  readonly message: MessageFacts
  readonly mailboxId: number
  readonly acceptedAt: Instant
  readonly recipients: readonly { address: string; certified: boolean; state: RecipientState }[]
}

/** The submission of an identifier; undefined where this provider accepted none such. */
export const loadSubmission = async (db: Database, identifier: PecMsgid): Promise<KnownSubmission | undefined> => {
  const [row] = await db.query<{
    facts: MessageFacts
    mailbox_id: number
    accepted_at: Instant
    recipients: { address: string; certified: boolean; state: RecipientState }[] | null
  }>(
    'submission-load',
    `select facts, mailbox_id, accepted_at,
            (select json_agg(json_build_object('address', address, 'certified', certified, 'state', r.state)
                             order by address_key)
             from recipient r where r.identifier = s.identifier) as recipients
     from submission s where identifier = $1 and s.state = 'accepted'`,
    [identifier],
  )
  if (!row) return undefined
  return {
    message: row.facts,
    mailboxId: Number(row.mailbox_id),
    acceptedAt: row.accepted_at,
    recipients: row.recipients ?? [],
  }
}

/** Keys (addressKey) of the recipients for whom this envelope of this signer is recorded already. */
export const recordedArrivals = async (
  db: Database,
  identifier: PecMsgid,
  signer: string,
  recipients: readonly string[],
): Promise<ReadonlySet<string>> => {
  const rows = await db.query<{ address_key: string }>(
    'arrivals-recorded',
    'select address_key from arrival where identifier = $1 and signer = $2 and address_key = any($3::text[])',
    [identifier, signer, recipients.map(addressKey)],
  )
  return new Set(rows.map((row) => row.address_key))
}

/** Writes the arrows of the recipient's machine where SQL reads them: the code is their only source. */
export const writeArrows = async (db: Database): Promise<void> => {
  const arrows = Object.entries(recipientMachine.table).flatMap(([state, events]) =>
    Object.entries(events).map(([event, next]) => ({ state, event, next })),
  )
  await db.query(
    'arrows-write',
    `insert into recipient_arrow (state, event, next) select * from unnest($1::text[], $2::text[], $3::text[])
     on conflict (state, event) do update set next = excluded.next`,
    [arrows.map((arrow) => arrow.state), arrows.map((arrow) => arrow.event), arrows.map((arrow) => arrow.next)],
  )
}
