// What was removed: told to clients that come back, brought back on demand for thirty days, then forgotten.
import { DAY, type Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import { DELETED, DRAFT } from '../../core/mail/flags.ts'
import type { MessageKind } from '../../core/mailbox/certified.ts'
import { type Database, timestamp } from '../db/pool.ts'
import { isOver, readQuota } from './append.ts'
import { lockMailbox, refusable, Withdrawn } from './folders.ts'
import type { FolderRole, StoreRefusal } from './mailstore.ts'

/** Uids removed after a modseq, rising; undefined where that is not remembered any more (RFC 7162 §3.2.5.2). */
export const expungedSince = async (
  db: Database,
  folderId: number,
  modseq: number,
): Promise<readonly number[] | undefined> => {
  const [row] = await db.query<{ known_since: number; uids: readonly number[] | null }>(
    'expunged-since',
    `select expunged_known_since as known_since,
            (select array_agg(uid order by uid) from expunged where folder_id = f.id and modseq > $2) as uids
     from folder f where id = $1`,
    [folderId, modseq],
  )
  if (!row || modseq < row.known_since) return undefined
  return row.uids ?? []
}

type Restored = { readonly folder_id: number }

/** Removed messages are kept so long. */
export const KEPT_MS = 30 * DAY

/** Where a message lay that was removed. */
export type RemovedPlace = { readonly folderId: number; readonly uid: number }

/** A message that was removed, and can be brought back. */
export type RemovedRow = RemovedPlace & {
  readonly content: ContentId
  readonly kind: MessageKind | null
  readonly system: number
  readonly subject: string | null
  readonly receivedAt: Instant
  readonly removedAt: Instant
  /** Name and use of the folder that it was in; null where that is gone too. */
  readonly folder: string | null
  readonly role: FolderRole | null
}

/** Messages that are listed at once: those removed last. */
const MOST_LISTED = 10_000

/**
 * What was removed from a mailbox since an instant and can be brought back, the last first. Drafts that gave way to their
 * next state are not among it: nobody removed them.
 */
export const listRemoved = (db: Database, mailboxId: number, since: Instant): Promise<readonly RemovedRow[]> =>
  db.query<RemovedRow>(
    'removed-list',
    `select e.folder_id as "folderId", e.uid, e.content_id as content, e.kind, e.flags as system, e.subject,
       e.received_at as "receivedAt", e.expunged_at as "removedAt", f.name as folder, f.role
     from expunged e left join folder f on f.id = e.folder_id
     where e.mailbox_id = $1 and e.restorable and e.expunged_at >= $2
       and (f.role is distinct from 'drafts' or e.flags & ${DRAFT} = 0)
     order by e.expunged_at desc, e.folder_id, e.uid limit ${MOST_LISTED}`,
    [mailboxId, timestamp(since)],
  )

/**
 * Brings back what was removed since an instant (of that only what lay in the places, where they are said), with new uids, to its folder or, where that is gone, to INBOX; not
 * marked as deleted. Gives how many, and the folders that gained some.
 */
export const restoreMessages = (
  db: Database,
  mailboxId: number,
  since: Instant,
  now: Instant,
  only?: readonly RemovedPlace[],
): Promise<{ readonly count: number; readonly folderIds: readonly number[] } | StoreRefusal> =>
  refusable(db, async (tx) => {
    const modseq = await lockMailbox(tx, mailboxId)
    if (modseq === undefined) throw new Withdrawn('nonexistent')
    const places = [only?.map(({ folderId }) => folderId) ?? null, only?.map(({ uid }) => uid) ?? null]
    const [[sum], quota] = await Promise.all([
      tx.query<{ count: number; bytes: number }>(
        'restore-sum',
        `select count(*) as count, coalesce(sum(size_bytes), 0)::bigint as bytes
         from expunged where mailbox_id = $1 and restorable and expunged_at >= $2
           and ($3::bigint[] is null or (folder_id, uid) in (select * from unnest($3::bigint[], $4::bigint[])))`,
        [mailboxId, timestamp(since), ...places],
      ),
      readQuota(tx, mailboxId),
    ])
    const { count, bytes } = sum!
    if (count === 0) return { count, folderIds: [] }
    if (isOver(quota, count, bytes)) throw new Withdrawn('overQuota')
    tx.send('restore-hold', 'update mailbox set messages = messages + $2, used_bytes = used_bytes + $3 where id = $1', [
      mailboxId,
      count,
      bytes,
    ])
    const folders = await tx.query<Restored>(
      'restore',
      `with back as (
         update expunged e set restorable = false
         where mailbox_id = $1 and restorable and expunged_at >= $2
           and ($5::bigint[] is null or (folder_id, uid) in (select * from unnest($5::bigint[], $6::bigint[])))
         returning e.*, coalesce((select f.id from folder f where f.id = e.folder_id),
                                 (select f.id from folder f where f.mailbox_id = $1 and f.role = 'inbox')) as to_id
       ), numbered as (
         select *, flags & ~${DELETED} as flags_now, row_number() over (partition by to_id order by received_at, folder_id, uid) - 1 as nth
         from back
       ), gained as (
         update folder f
         set uid_next = uid_next + g.messages, modseq_before = highest_modseq, highest_modseq = $3,
             messages = f.messages + g.messages, bytes = f.bytes + g.bytes, unseen = f.unseen + g.unseen
         from (select to_id, count(*) as messages, sum(size_bytes) as bytes, count(*) filter (where flags & 1 = 0) as unseen
               from back group by to_id) g
         where f.id = g.to_id
         returning f.id, uid_next - g.messages as first_uid
       ), written as (
         insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, flags,
                              keywords, kind, msgid, subject)
         select to_id, first_uid + nth, content_id, size_bytes, received_at, $4, $3, thread, flags_now, keywords, kind,
                msgid, subject
         from numbered join gained on gained.id = to_id
       )
       select id as folder_id from gained`,
      [mailboxId, timestamp(since), modseq, timestamp(now), ...places],
    )
    return { count, folderIds: folders.map((row) => row.folder_id) }
  })

/** Forgets what was removed before an instant. Gives how many. */
export const forgetExpunged = async (db: Database, before: Instant): Promise<number> => {
  const [row] = await db.query<{ count: number }>(
    'expunged-forget',
    `with gone as (
       delete from expunged where expunged_at < $1 returning mailbox_id, folder_id, modseq
     ), known_boxes as (
       update mailbox b set changes_since = greatest(changes_since, g.modseq)
       from (select mailbox_id, max(modseq) as modseq from gone group by mailbox_id) g where b.id = g.mailbox_id
     ), known as (
       update folder f set expunged_known_since = greatest(expunged_known_since, g.modseq)
       from (select folder_id, max(modseq) as modseq from gone group by folder_id) g where f.id = g.folder_id
     )
     select count(*) as count from gone`,
    [timestamp(before)],
  )
  return row?.count ?? 0
}
