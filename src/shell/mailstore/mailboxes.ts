// Mailboxes: how they stand, and what they hold.
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import { addressKey } from '../../core/mail/address.ts'
import { STANDARD_FOLDERS } from '../../core/mailbox/folderName.ts'
import { type MailboxState, receives } from '../../core/mailbox/standing.ts'
import type { MailboxStanding } from '../../core/pec/delivery.ts'
import { coalesce } from '../db/coalesce.ts'
import type { Database, Queries } from '../db/pool.ts'

export type Mailbox = {
  readonly id: number
  readonly address: string
  readonly role: 'person' | 'service'
  readonly state: MailboxState
  readonly ordinaryMail: 'wrap' | 'refuse'
  readonly certifiedOnly: boolean
  readonly quotaBytes: number
  readonly usedBytes: number
  /** Of who has signed in by the password of a program: which one, whose, and what it may. The main password has none. */
  readonly by?: ProgramLogin | undefined
  /** Of who has signed in by the main password: names it, so that a session ends with it. */
  readonly mainKey?: string | undefined
}

/** `read`: a collaborator who changes and sends nothing. */
export type ProgramLogin = {
  readonly appPasswordId: string
  readonly accountId: number
  readonly rights: 'own' | 'send' | 'read'
  /** Whether the password is for sending too. */
  readonly sends: boolean
}

/** Whether who has signed in may change what the box holds. A collaborator who only reads may not. */
export const changes = ({ by }: Pick<Mailbox, 'by'>): boolean => by?.rights !== 'read'

type MailboxRow = {
  id: number
  address: string
  role: 'person' | 'service'
  state: MailboxState
  ordinary_mail: 'wrap' | 'refuse'
  certified_only: boolean
  quota_bytes: number
  used_bytes: number
}

const COLUMNS = 'id, address, role, state, ordinary_mail, certified_only, quota_bytes, used_bytes'

const fromRow = (row: MailboxRow): Mailbox => ({
  id: Number(row.id),
  address: row.address,
  role: row.role,
  state: row.state,
  ordinaryMail: row.ordinary_mail,
  certifiedOnly: row.certified_only,
  quotaBytes: Number(row.quota_bytes),
  usedBytes: Number(row.used_bytes),
})

const loadMailboxes = async (db: Database, keys: readonly string[]): Promise<ReadonlyMap<string, Mailbox>> => {
  const rows = await db.query<MailboxRow & { address_key: string }>(
    'mailboxes-find',
    `select ${COLUMNS}, address_key from mailbox where address_key = any($1::text[])`,
    [keys],
  )
  return new Map(rows.map((row) => [row.address_key, fromRow(row)]))
}

type Find = (keys: readonly string[]) => Promise<ReadonlyMap<string, Mailbox>>
/** One gathering of reads for each database. */
const finders = new WeakMap<Database, Find>()

/** The mailboxes of the given addresses, by addressKey; there may be others in the map, absent ones are not. */
export const findMailboxes = (db: Database, addresses: readonly string[]): Promise<ReadonlyMap<string, Mailbox>> => {
  let find = finders.get(db)
  if (!find) {
    find = coalesce((keys) => loadMailboxes(db, keys))
    finders.set(db, find)
  }
  return find(addresses.map(addressKey))
}

/** How a mailbox stands for an envelope of `sizeBytes`. The service mailbox takes none: RFC 6109 §2.2.5 */
export const standingFor = (mailbox: Mailbox | undefined, sizeBytes: number): MailboxStanding => {
  if (!mailbox || mailbox.role === 'service') return 'unknown'
  if (!receives(mailbox.state)) return 'suspended'
  return mailbox.usedBytes + sizeBytes > mailbox.quotaBytes ? 'full' : 'active'
}

export type NewMailbox = {
  readonly address: string
  readonly displayName?: string
  /** As `hashPassword` gives it; undefined: nobody can sign in. */
  readonly passwordHash?: string | undefined
  readonly role?: 'person' | 'service'
  readonly ordinaryMail?: 'wrap' | 'refuse'
  readonly certifiedOnly?: boolean
  readonly quotaBytes: number
  /** Seconds since 1970: UIDVALIDITY (RFC 9051 §2.3.1.1). */
  readonly uidValidity: number
}

/** Makes a mailbox with its standard folders, and gives its id; one that exists stays as it is, and undefined comes. */
export const createMailbox = async (db: Queries, mailbox: NewMailbox): Promise<number | undefined> => {
  const [row] = await db.query<{ id: number }>(
    'mailbox-create',
    `with made as (
       insert into mailbox (address, address_key, display_name, password_hash, role, ordinary_mail, certified_only, quota_bytes, uid_validity)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (address_key) do nothing
       returning id, uid_validity
     ), folders as (
       insert into folder (mailbox_id, name, role, uid_validity, sort_order)
       select made.id, standard.name, standard.role, made.uid_validity, standard.n * 10
       from made, unnest($10::text[], $11::text[]) with ordinality as standard (name, role, n)
     ), subscribed as (
       insert into subscription (mailbox_id, name) select made.id, name from made, unnest($10::text[]) as standard (name)
     )
     select id from made`,
    [
      mailbox.address,
      addressKey(mailbox.address),
      mailbox.displayName ?? '',
      mailbox.passwordHash ?? null,
      mailbox.role ?? 'person',
      mailbox.ordinaryMail ?? 'wrap',
      mailbox.certifiedOnly ?? false,
      mailbox.quotaBytes,
      mailbox.uidValidity,
      STANDARD_FOLDERS.map((folder) => folder.name),
      STANDARD_FOLDERS.map((folder) => folder.role),
    ],
  )
  return row?.id
}

export type StoredMessage = {
  readonly uid: number
  /** PecKind, or `ordinary`. */
  readonly kind: string
  readonly msgid: string
  readonly subject?: string | undefined
  readonly receivedAt: Instant
  readonly sizeBytes: number
  readonly content: ContentId
}

/** Messages of the inbox with a UID above `after`, in UID order. */
export const listMessages = async (
  db: Database,
  mailboxId: number,
  after: number,
  limit: number,
): Promise<readonly StoredMessage[]> => {
  const rows = await db.query<{
    uid: number
    kind: string | null
    msgid: string
    subject: string | null
    received_at: number
    size_bytes: number
    content_id: string
  }>(
    'messages-list',
    `select uid, kind, msgid, subject, received_at, size_bytes, content_id from message
     where folder_id = (select id from folder where mailbox_id = $1 and role = 'inbox') and uid > $2
     order by uid limit $3`,
    [mailboxId, after, limit],
  )
  return rows.map((row) => ({
    uid: Number(row.uid),
    kind: row.kind ?? 'ordinary',
    msgid: row.msgid,
    subject: row.subject ?? undefined,
    receivedAt: row.received_at,
    sizeBytes: Number(row.size_bytes),
    content: row.content_id,
  }))
}

/** One message of the inbox. */
export const findMessage = async (db: Database, mailboxId: number, uid: number): Promise<StoredMessage | undefined> => {
  const [first] = await listMessages(db, mailboxId, uid - 1, 1)
  return first?.uid === uid ? first : undefined
}

export type InboxStatus = { readonly folderId: number; readonly messages: number; readonly uidNext: number }

/** Number of messages in the inbox, and the UID that the next one gets. */
export const mailboxStatus = async (db: Database, mailboxId: number): Promise<InboxStatus> => {
  const [row] = await db.query<{ id: number; uid_next: number; messages: number }>(
    'mailbox-status',
    `select id, uid_next, messages from folder where mailbox_id = $1 and role = 'inbox'`,
    [mailboxId],
  )
  return { folderId: row?.id ?? 0, messages: row?.messages ?? 0, uidNext: row?.uid_next ?? 1 }
}

/** Suspends a mailbox (nobody signs in, nothing is delivered) or makes it active again. */
export const setMailboxState = async (db: Database, address: string, state: 'active' | 'suspended'): Promise<void> => {
  await db.query('mailbox-state', 'update mailbox set state = $2 where address_key = $1', [addressKey(address), state])
}

/** Has receipts of a mailbox filed in a folder of their own from now on, or in the inbox again. */
export const setReceiptsApart = async (db: Database, address: string, apart: boolean): Promise<void> => {
  await db.query('mailbox-receipts', 'update mailbox set receipts_apart = $2 where address_key = $1', [
    addressKey(address),
    apart,
  ])
}
