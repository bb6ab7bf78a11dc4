// Changed help pages in the database: each change a row, the last one of a page in force. No Order: the provider's.
import type { HelpLanguage, HelpText } from '../../core/help/page.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'

/** Whose change: an Order's, or (undefined) the provider's. */
export type HelpOwner = number | undefined

export type ChangedPage = {
  readonly orderId: HelpOwner
  readonly slug: string
  readonly language: HelpLanguage
  readonly version: number
  /** Null: the page beneath is shown again. */
  readonly page: HelpText | null
  readonly madeFrom: HelpText | null
  readonly madeFromDigest: string | null
  readonly at: Instant
  readonly by: string
}

type Row = {
  readonly order_id: number | null
  readonly slug: string
  readonly language: HelpLanguage
  readonly version: number
  readonly page: HelpText | null
  readonly made_from: HelpText | null
  readonly made_from_digest: string | null
  readonly created_at: Instant
  readonly name: string | null
}

const COLUMNS = `h.order_id, h.slug, h.language, h.version, h.page, h.made_from, h.made_from_digest, h.created_at, s.name`

const pageOf = (row: Row): ChangedPage => ({
  orderId: row.order_id ?? undefined,
  slug: row.slug,
  language: row.language,
  version: row.version,
  page: row.page,
  madeFrom: row.made_from,
  madeFromDigest: row.made_from_digest,
  at: row.created_at,
  by: row.name ?? '',
})

/** Grows with each change that an audience could see: what was made of the pages before is old then. */
export const helpStamp = async (db: Queries, owner: HelpOwner): Promise<number> => {
  const [row] = await db.query<{ stamp: number }>(
    'help-stamp',
    'select coalesce(max(id), 0) as stamp from help_page where order_id is null or order_id = $1',
    [owner],
  )
  return row!.stamp
}

/** The changes in force of the provider and of one Order; those that brought back what is beneath among them. */
export const currentChanges = async (db: Queries, owner: HelpOwner): Promise<readonly ChangedPage[]> => {
  const rows = await db.query<Row>(
    'help-current',
    `select distinct on (h.order_id, h.slug, h.language) ${COLUMNS}
     from help_page h left join staff s on s.id = h.staff_id where h.order_id is null or h.order_id = $1
     order by h.order_id, h.slug, h.language, h.version desc`,
    [owner],
  )
  return rows.map(pageOf)
}

/** All kept changes of a page at its place, the last first. */
export const pageHistory = async (
  db: Queries,
  owner: HelpOwner,
  slug: string,
  language: HelpLanguage,
): Promise<readonly ChangedPage[]> => {
  const rows = await db.query<Row>(
    'help-history',
    `select ${COLUMNS} from help_page h left join staff s on s.id = h.staff_id
     where h.order_id is not distinct from $1 and h.slug = $2 and h.language = $3 order by h.version desc`,
    [owner, slug, language],
  )
  return rows.map(pageOf)
}

export type NewChange = Omit<ChangedPage, 'by'> & { readonly staffId: number }

/** Adds a change; false where another was there first. */
export const insertChange = async (tx: Tx, change: NewChange): Promise<boolean> => {
  const { orderId, slug, language, version, page, madeFrom, madeFromDigest, staffId, at } = change
  const rows = await tx.query<{ id: number }>(
    'help-insert',
    `insert into help_page (order_id, slug, language, version, page, made_from, made_from_digest, staff_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
    [
      orderId,
      slug,
      language,
      version,
      page && JSON.stringify(page),
      madeFrom && JSON.stringify(madeFrom),
      madeFromDigest,
      staffId,
      timestamp(at),
    ],
  )
  return rows.length > 0
}

/** Forgets changes up to a version. */
export const forgetChanges = (tx: Tx, { orderId, slug, language }: NewChange, upTo: number): void =>
  tx.send(
    'help-forget',
    'delete from help_page where order_id is not distinct from $1 and slug = $2 and language = $3 and version <= $4',
    [orderId, slug, language, upTo],
  )
