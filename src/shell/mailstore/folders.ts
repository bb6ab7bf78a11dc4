// Folders of a mailbox: listed, made, renamed, removed, subscribed to.
import type { Instant } from '../../core/lib/instant.ts'
import { RECEIPTS_FOLDER } from '../../core/mailbox/certified.ts'
import { folderName, isBelow, STANDARD_FOLDERS, superiors } from '../../core/mailbox/folderName.ts'
import type { Database, Queries, Tx } from '../db/pool.ts'
import type { Folder, FolderRole, StoreRefusal } from './mailstore.ts'

export const MOST_FOLDERS = 1_000
const MOST_SUBSCRIPTIONS = 2_000

type FolderRow = {
  readonly id: number
  readonly name: string
  readonly role: FolderRole | null
  readonly subscribed: boolean
  readonly uid_validity: number
  readonly uid_next: number
  readonly highest_modseq: number
  readonly messages: number
  readonly unseen: number
  readonly deleted: number
  readonly bytes: number
  readonly deleted_bytes: number
  readonly recent_from: number
  readonly created_modseq: number
  readonly changed_modseq: number
  readonly sort_order: number
}

const fromRow = (row: FolderRow): Folder => ({
  id: row.id,
  objectId: `F${row.id}`,
  name: row.name,
  role: row.role ?? undefined,
  subscribed: row.subscribed,
  uidValidity: row.uid_validity,
  uidNext: row.uid_next,
  highestModseq: row.highest_modseq,
  messages: row.messages,
  unseen: row.unseen,
  deleted: row.deleted,
  sizeBytes: row.bytes,
  deletedBytes: row.deleted_bytes,
  recentFrom: row.recent_from,
  createdModseq: row.created_modseq,
  changedModseq: row.changed_modseq,
  sortOrder: row.sort_order,
})

const SELECT = `select id, f.name, role, s.name is not null as subscribed, uid_validity, uid_next, highest_modseq, messages,
                       unseen, deleted, bytes, deleted_bytes, recent_from, created_modseq, changed_modseq,
                       sort_order
                from folder f left join subscription s on s.mailbox_id = f.mailbox_id and s.name = f.name
                where f.mailbox_id = $1`

/** All folders of a mailbox, by name. */
export const listFolders = async (db: Queries, mailboxId: number): Promise<readonly Folder[]> =>
  (await db.query<FolderRow>('folders-list', `${SELECT} order by f.name collate "C"`, [mailboxId])).map(fromRow)

export type BoxHead = { readonly modseq: number; readonly changesSince: number; readonly folders: readonly Folder[] }

/** A mailbox and its folders at one moment; undefined where it is not there. */
export const readBox = async (db: Queries, mailboxId: number): Promise<BoxHead | undefined> => {
  const rows = await db.query<FolderRow & { readonly box_modseq: number; readonly changes_since: number }>(
    'box-read',
    `select f.*, b.modseq as box_modseq, b.changes_since
     from (${SELECT}) f, mailbox b where b.id = $1 order by f.name collate "C"`,
    [mailboxId],
  )
  const [first] = rows
  return first && { modseq: first.box_modseq, changesSince: first.changes_since, folders: rows.map(fromRow) }
}

/** The folder of a name; undefined where there is none. */
export const findFolder = async (db: Queries, mailboxId: number, given: string): Promise<Folder | undefined> => {
  const name = folderName(given)
  if (name === undefined) return undefined
  const [row] = await db.query<FolderRow>('folder-find', `${SELECT} and f.name = $2`, [mailboxId, name])
  return row && fromRow(row)
}

/** Takes the row of a mailbox, which makes this transaction its one writer; gives the modseq of what it will change. */
export const lockMailbox = async (tx: Tx, mailboxId: number): Promise<number | undefined> => {
  const [row] = await tx.query<{ modseq: number }>(
    'mailbox-lock',
    'update mailbox set modseq = modseq + 1 where id = $1 returning modseq',
    [mailboxId],
  )
  return row?.modseq
}

/** The same for a change to what was sent, or to identities: clients that look at those alone hear of it. */
export const lockMailboxFor = async (
  tx: Tx,
  mailboxId: number,
  what: 'submissions' | 'identities',
): Promise<number | undefined> => {
  const [row] = await tx.query<{ modseq: number }>(
    `mailbox-lock-${what}`,
    `update mailbox set modseq = modseq + 1, ${what}_modseq = modseq + 1 where id = $1 returning modseq`,
    [mailboxId],
  )
  return row?.modseq
}

/** Takes back what a transaction did, for a reason that is no error. */
export class Withdrawn extends Error {
  readonly refusal: StoreRefusal
  constructor(refusal: StoreRefusal['refusal']) {
    super(refusal)
    this.refusal = { refusal }
  }
}

/** Runs a transaction that may be withdrawn. */
export const refusable = async <T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T | StoreRefusal> => {
  try {
    return await db.tx(work)
  } catch (error) {
    if (error instanceof Withdrawn) return error.refusal
    throw error
  }
}

type NewFolder = { readonly name: string; readonly role: FolderRole | undefined }

/** A UIDVALIDITY is given once in a mailbox: seconds of the clock, or one more than the last (RFC 9051 §2.3.1.1). */
const insertFolders = (tx: Tx, mailboxId: number, folders: readonly NewFolder[], modseq: number, now: Instant): void =>
  tx.send(
    'folders-insert',
    `with validity as (
       update mailbox set uid_validity = greatest(uid_validity + 1, $5) where id = $1 returning uid_validity
     )
     insert into folder (mailbox_id, name, role, uid_validity, highest_modseq, modseq_before, created_modseq, changed_modseq)
     select $1, name, role, uid_validity, $4, $4, $4, $4 from validity, unnest($2::text[], $3::text[]) as x (name, role)`,
    [mailboxId, folders.map((one) => one.name), folders.map((one) => one.role ?? null), modseq, Math.floor(now / 1000)],
  )

/** The names above that are no folders yet: they are made too (RFC 9051 §6.3.4). */
const missingAbove = (name: string, there: ReadonlySet<string>): readonly NewFolder[] =>
  superiors(name)
    .filter((above) => !there.has(above))
    .map((above) => ({ name: above, role: undefined }))

/** Makes a folder in the caller's transaction, which has the mailbox locked. Throws Withdrawn. */
const createIn = async (
  tx: Tx,
  mailboxId: number,
  { name, role }: NewFolder,
  modseq: number,
  now: Instant,
): Promise<Folder> => {
  const folders = await listFolders(tx, mailboxId)
  const there = new Set(folders.map((folder) => folder.name))
  if (there.has(name)) throw new Withdrawn('alreadyExists')
  if (role !== undefined && folders.some((folder) => folder.role === role)) throw new Withdrawn('useTaken')
  const made = [...missingAbove(name, there), { name, role }]
  if (folders.length + made.length > MOST_FOLDERS) throw new Withdrawn('limit')
  insertFolders(tx, mailboxId, made, modseq, now)
  return (await findFolder(tx, mailboxId, name))!
}

export const createFolder = async (
  db: Database,
  mailboxId: number,
  given: string,
  role: FolderRole | undefined,
  now: Instant,
): Promise<Folder | StoreRefusal> => {
  const name = folderName(given)
  if (name === undefined) return { refusal: 'badName' }
  return refusable(db, async (tx) => {
    const modseq = await lockMailbox(tx, mailboxId)
    if (modseq === undefined) throw new Withdrawn('nonexistent')
    return createIn(tx, mailboxId, { name, role }, modseq, now)
  })
}

/** Makes the standing folders that filings did not find: a name that is there already gets the role. */
export const makeStandingFolder = (
  db: Database,
  mailboxId: number,
  kind: 'sent' | 'receipts',
  now: Instant,
): Promise<void> =>
  db.tx(async (tx) => {
    const modseq = await lockMailbox(tx, mailboxId)
    if (modseq === undefined) throw new Error(`mailbox ${mailboxId} is not there`)
    const name = kind === 'receipts' ? RECEIPTS_FOLDER : STANDARD_FOLDERS.find((one) => one.role === kind)!.name
    const folders = await listFolders(tx, mailboxId)
    const role = kind === 'receipts' ? undefined : kind
    if (folders.some((folder) => (role === undefined ? folder.name === name : folder.role === role))) return
    if (folders.some((folder) => folder.name === name))
      tx.send('folder-role', 'update folder set role = $3, changed_modseq = $4 where mailbox_id = $1 and name = $2', [
        mailboxId,
        name,
        role,
        modseq,
      ])
    else insertFolders(tx, mailboxId, [{ name, role }], modseq, now)
    tx.send('folder-subscribe', SUBSCRIBE, [mailboxId, name])
  })

/** Gives folders other names, those below along (RFC 9051 §6.3.6). The inbox is not renamed here. */
export const renameFolder = (
  db: Database,
  mailboxId: number,
  from: string,
  to: string,
  now: Instant,
): Promise<StoreRefusal | undefined> =>
  refusable(db, async (tx) => {
    const modseq = await lockMailbox(tx, mailboxId)
    if (modseq === undefined) throw new Withdrawn('nonexistent')
    const folders = await listFolders(tx, mailboxId)
    const there = new Set(folders.map((folder) => folder.name))
    if (!there.has(from)) throw new Withdrawn('nonexistent')
    if (there.has(to)) throw new Withdrawn('alreadyExists')
    if (isBelow(to, from)) throw new Withdrawn('badName')
    const moved = folders.filter(({ name }) => name === from || isBelow(name, from))
    const names = moved.map(({ name }) => folderName(to + name.slice(from.length)))
    if (names.some((name) => name === undefined)) throw new Withdrawn('badName')
    const above = missingAbove(to, there)
    if (folders.length + above.length > MOST_FOLDERS) throw new Withdrawn('limit')
    if (above.length > 0) insertFolders(tx, mailboxId, above, modseq, now)
    tx.send(
      'folders-rename',
      `update folder set name = x.name, changed_modseq = $3
       from unnest($1::bigint[], $2::text[]) as x (id, name) where folder.id = x.id`,
      [moved.map(({ id }) => id), names, modseq],
    )
    return undefined
  })

/** Gives a folder a use and a place in the order (RFC 8621 §2.5). */
export const arrangeFolder = (
  db: Database,
  mailboxId: number,
  folderId: number,
  { role, sortOrder }: { readonly role: FolderRole | undefined; readonly sortOrder: number },
): Promise<StoreRefusal | undefined> =>
  refusable(db, async (tx) => {
    const modseq = await lockMailbox(tx, mailboxId)
    const folders = await listFolders(tx, mailboxId)
    if (!folders.some(({ id }) => id === folderId)) throw new Withdrawn('nonexistent')
    if (role !== undefined && folders.some((other) => other.id !== folderId && other.role === role))
      throw new Withdrawn('useTaken')
    tx.send('folder-arrange', 'update folder set role = $2, sort_order = $3, changed_modseq = $4 where id = $1', [
      folderId,
      role ?? null,
      sortOrder,
      modseq,
    ])
    return undefined
  })

const SUBSCRIBE = `insert into subscription (mailbox_id, name) values ($1, $2) on conflict do nothing`
/** A folder is another one to who looks by JMAP once it is subscribed to, or no more. */
const SUBSCRIBED = `
  with moved as (
    update mailbox set modseq = modseq + 1
    where id = $1 and exists (select from folder where mailbox_id = $1 and name = $2) returning modseq
  )
  update folder set changed_modseq = moved.modseq from moved where mailbox_id = $1 and name = $2`

/** Subscribes to a name, or ends that; a name that is no folder may be subscribed to (RFC 9051 §6.3.7). */
export const subscribe = async (
  db: Database,
  mailboxId: number,
  given: string,
  subscribed: boolean,
): Promise<StoreRefusal | undefined> => {
  const name = folderName(given)
  if (name === undefined) return { refusal: 'badName' }
  if (!subscribed) {
    await db.tx(async (tx) => {
      tx.send('folder-unsubscribe', 'delete from subscription where mailbox_id = $1 and name = $2', [mailboxId, name])
      tx.send('folder-subscribed', SUBSCRIBED, [mailboxId, name])
    })
    return undefined
  }
  const [row] = await db.query<{ n: number }>(
    'subscriptions-count',
    'select count(*) as n from subscription where mailbox_id = $1',
    [mailboxId],
  )
  if (row!.n >= MOST_SUBSCRIPTIONS) return { refusal: 'limit' }
  await db.tx(async (tx) => {
    tx.send('folder-subscribe', SUBSCRIBE, [mailboxId, name])
    tx.send('folder-subscribed', SUBSCRIBED, [mailboxId, name])
  })
  return undefined
}

/** Names subscribed to, in order. */
export const subscriptions = async (db: Database, mailboxId: number): Promise<readonly string[]> => {
  const rows = await db.query<{ name: string }>(
    'subscriptions-list',
    'select name from subscription where mailbox_id = $1 order by name collate "C"',
    [mailboxId],
  )
  return rows.map((row) => row.name)
}

/** How many messages of a folder have a uid from the given one on. */
export const countFrom = async (db: Queries, { id, uidNext }: Folder, uid: number): Promise<number> => {
  if (uid >= uidNext) return 0
  const count = 'select count(*) as n from message where folder_id = $1 and uid >= $2'
  const [row] = await db.query<{ n: number }>('folder-recent-count', count, [id, uid])
  return row!.n
}
