// Papers that came by other ways, in the database.
import type { DocumentKind, DocumentOrigin } from '../../core/enrolment/documentKinds.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Actor } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'

export type Incoming = {
  readonly id: string
  readonly documentId: string
  readonly origin: Exclude<DocumentOrigin, 'portal'>
  readonly described: string
  readonly state: 'waiting' | 'matched' | 'discarded'
  readonly enrolmentId: string | null
  /** Of a request to change a reference e-mail. */
  readonly recoveryId: string | null
  /** The number of what it was given to. */
  readonly matchedCase: string | null
  readonly suggestedCase: string | null
  readonly arrivedAt: Instant
  readonly pages: number
  readonly kind: DocumentKind
  readonly mediaType: string
}

const SELECT = `select i.id, i.document_id as "documentId", i.origin, i.described, i.state, i.enrolment_id as "enrolmentId",
  d.recovery_id as "recoveryId", coalesce(e.case_number, r.case_number) as "matchedCase",
  i.suggested_case as "suggestedCase", i.arrived_at as "arrivedAt", d.pages, d.kind, d.media_type as "mediaType"
  from incoming_document i join document d on d.id = i.document_id left join enrolment e on e.id = i.enrolment_id
    left join recovery r on r.id = d.recovery_id`

export const findIncoming = async (db: Queries, id: string): Promise<Incoming | undefined> =>
  (await db.query<Incoming>('incoming-find', `${SELECT} where i.id = $1`, [id]))[0]

/** The same, locked until the transaction ends. */
export const lockIncoming = async (tx: Tx, id: string): Promise<Incoming | undefined> =>
  (await tx.query<Incoming>('incoming-lock', `${SELECT} where i.id = $1 for update of i`, [id]))[0]

type NewIncoming = Pick<Incoming, 'id' | 'documentId' | 'origin' | 'described' | 'arrivedAt'> & {
  readonly source: string | undefined
  readonly suggested: string | undefined
}

/** Inserts a paper that waits; false where its source is there already. */
export const insertIncoming = async (tx: Tx, one: NewIncoming): Promise<boolean> => {
  const rows = await tx.query(
    'incoming-insert',
    `insert into incoming_document (id, document_id, origin, described, state, suggested_case, arrived_at, source)
     values ($1, $2, $3, $4, 'waiting', $5, $6, $7) on conflict (source) do nothing returning 1`,
    [one.id, one.documentId, one.origin, one.described, one.suggested, timestamp(one.arrivedAt), one.source],
  )
  return rows.length > 0
}

export const settleIncoming = (
  tx: Tx,
  id: string,
  outcome: {
    readonly state: 'matched' | 'discarded'
    readonly enrolmentId?: string
    readonly matchedBy?: 'qr' | 'operator'
  },
  actor: Actor,
  now: Instant,
): void =>
  tx.send(
    'incoming-settle',
    `update incoming_document set state = $2, enrolment_id = $3, matched_by = $4, staff_id = $5, settled_at = $6
     where id = $1`,
    [
      id,
      outcome.state,
      outcome.enrolmentId,
      outcome.matchedBy,
      actor.kind === 'staff' ? actor.staffId : undefined,
      timestamp(now),
    ],
  )

/** Makes a document one of a case. The file as it came is kept of a module only. */
export const reassign = (tx: Tx, documentId: string, enrolmentId: string, kind: DocumentKind): void => {
  tx.send('incoming-reassign', 'update document set enrolment_id = $2, kind = $3 where id = $1', [
    documentId,
    enrolmentId,
    kind,
  ])
  if (kind !== 'module')
    tx.send('incoming-original-drop', 'delete from document_page where document_id = $1 and page = 0', [documentId])
}

const CURSOR = /^(\d{1,15})\.([0-9a-f-]{36})$/

/** Papers that wait, the oldest first. A cursor that is none begins anew. */
export const listWaiting = async (
  db: Queries,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly items: readonly Incoming[]; readonly next?: string }> => {
  const [, at = '0', id = '00000000-0000-0000-0000-000000000000'] = CURSOR.exec(cursor ?? '') ?? []
  const rows = await db.query<Incoming>(
    'incoming-waiting',
    `${SELECT} where i.state = 'waiting' and (i.arrived_at, i.id) > ($1, $2) order by i.arrived_at, i.id limit $3`,
    [timestamp(Number(at)), id, limit + 1],
  )
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last ? { next: `${last.arrivedAt}.${last.id}` } : {}) }
}

/** How far the reader of a mailbox has come. */
export const readBookmark = async (db: Queries, name: string): Promise<number> =>
  (await db.query<{ position: number }>('bookmark-read', 'select position from bookmark where name = $1', [name]))[0]
    ?.position ?? 0

/** Moves a bookmark on; false where another has moved it so far already: then do nothing. */
export const moveBookmark = async (tx: Tx, name: string, position: number): Promise<boolean> =>
  (
    await tx.query(
      'bookmark-move',
      `insert into bookmark (name, position) values ($1, $2)
       on conflict (name) do update set position = $2 where bookmark.position < $2 returning 1`,
      [name, position],
    )
  ).length > 0
