// Tells the holder of a box that a message that was to leave later was not sent.
import { notSentText } from '../../core/identity/accountTextsSending.ts'
import type { NotSent } from '../../core/jmap/release.ts'
import { addressKey } from '../../core/mail/address.ts'
import type { Tx } from '../db/pool.ts'
import { findHolderByAddress, tellHolder } from '../identity/account/holder.ts'
import type { Held } from '../mailstore/held.ts'
import type { Office } from '../office.ts'

/** Writes to the reference e-mail, and to the box where it receives. */
export const tellNotSent = async (
  tx: Tx,
  office: Office,
  { address, subject, envelope, releaseAt }: Held,
  why: NotSent,
): Promise<void> => {
  const holder = await findHolderByAddress(tx, addressKey(address))
  if (!holder) return
  const recipients = envelope.rcptTo.map(({ email }) => email)
  const text = notSentText(holder.name, { address, subject, recipients, releaseAt, why })
  await tellHolder(tx, office, holder, { kind: 'mailbox.notSent', ...text })
}
