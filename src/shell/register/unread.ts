// Since when the oldest unread mail of a box has waited: metadata for the Order that has agreed to see it.
import { SEEN } from '../../core/mail/flags.ts'
import { PAGE_UIDS } from '../../core/mailbox/flagPage.ts'
import type { Office } from '../office.ts'
import { holdMembers } from './store.ts'

/** Boxes looked at by one statement: it is short, and the row of no box is held for long. */
const BATCH = 200

/**
 * Whether the Order sees how long a box has been unread (`t` its term, `c` its convention): the terms that the box was
 * made under say so, which its holder was shown, and the convention says so still.
 */
export const ORDER_SEES_UNREAD = `coalesce((t.terms ->> 'orderSeesUnread')::boolean
    and (c.terms ->> 'orderSeesUnread')::boolean, false)`

// The flags in force are those of the page where its slot has the bit 128, those of arrival elsewhere. What the holder
// wrote or threw away waits for nobody; nor does a receipt that says that all goes well.
const UNREAD = `update mailbox_term t set unread_since = looked.since, unread_modseq = looked.modseq
  from (
    select t.mailbox_id, case when a.agreed then b.modseq else 0 end as modseq, (
      select min(m.received_at)
      from folder f
        join message m on m.folder_id = f.id
        left join flag_page p on p.folder_id = f.id and p.page = m.uid / ${PAGE_UIDS},
        lateral (select get_byte(p.slots, (m.uid % ${PAGE_UIDS})::int * 8) as slot) s
      where a.agreed and f.mailbox_id = t.mailbox_id and f.unseen > 0
        and (f.role is null or f.role not in ('trash', 'junk', 'drafts', 'sent'))
        and (m.kind is null or m.kind not in ('acceptance', 'takeInCharge', 'deliveryComplete', 'deliveryBrief', 'deliveryConcise'))
        and (case when s.slot & 128 <> 0 then s.slot else m.flags end) & ${SEEN} = 0
    ) as since
    from mailbox_term t join mailbox b on b.id = t.mailbox_id join convention c on c.id = t.convention_id,
      lateral (select ${ORDER_SEES_UNREAD} as agreed) a
    where t.mailbox_id = any($1::bigint[])
  ) looked
  where t.mailbox_id = looked.mailbox_id and t.state in ('active', 'suspended', 'expired')`

/** Boxes in which something has changed since they were looked at, or of which nothing may be known any more; whose they are. */
const CHANGED = `select t.mailbox_id as box, t.member_id as member from mailbox_term t join mailbox b on b.id = t.mailbox_id
    join convention c on c.id = t.convention_id
  where t.mailbox_id > $1 and t.state in ('active', 'suspended', 'expired')
    and case when ${ORDER_SEES_UNREAD} then b.modseq <> t.unread_modseq else t.unread_since is not null end
  order by t.mailbox_id limit $2`

type Changed = { readonly box: number; readonly member: number }

/**
 * Notes once a day when the oldest unread message of each box arrived, in whatever folder it lies. Delivered mail is
 * received in law, read or not: a box that nobody opens wants a word from the secretariat. Nothing is noted of boxes
 * whose Order does not see it; what was noted before goes.
 */
export const noteUnread = async ({ db }: Pick<Office, 'db'>): Promise<void> => {
  let after = 0
  for (;;) {
    const rows = await db.query<Changed>('unread-changed', CHANGED, [after, BATCH])
    await db.tx(async (tx) => {
      if (rows.length === 0) return
      holdMembers(
        tx,
        rows.map(({ member }) => member),
      )
      tx.send('unread-note', UNREAD, [rows.map(({ box }) => box)])
    })
    if (rows.length < BATCH) return
    after = rows.at(-1)!.box
  }
}
