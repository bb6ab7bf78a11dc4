// Since when a box has had unread mail in its inbox: metadata for the Order that has agreed to see it.
import { timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'

/**
 * Notes once a day which inboxes have unread mail: since the first day on which they had some and none since was empty
 * of it. Delivered mail is received in law, read or not: an inbox that nobody opens wants a word from the secretariat.
 */
export const noteUnread = async (office: Office): Promise<void> => {
  await office.db.query(
    'unread-note',
    `update mailbox_term t set unread_since = case when f.unseen > 0 then $1::timestamptz end
     from folder f
     where f.mailbox_id = t.mailbox_id and f.role = 'inbox' and t.state in ('active', 'suspended', 'expired')
       and (f.unseen > 0) <> (t.unread_since is not null)`,
    [timestamp(office.clock.now())],
  )
}
