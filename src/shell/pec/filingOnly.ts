// Units that do nothing but put messages into folders: one statement and no transaction around it, so that the answer to
// an APPEND waits for one trip to the database.
import type { Instant } from '../../core/lib/instant.ts'
import { contentValues, insertContents } from '../content/store.ts'
import { type Database, sqlState } from '../db/pool.ts'
import type { Changes, Filed } from './changes.ts'
import { insertLinks, linkValues, type Threads } from './conversations.ts'
import {
  batchOf,
  boxValues,
  type FilingBatch,
  FOLDER_GAINS,
  FOLDER_ROW,
  type FolderRow,
  filedOf,
  folderValues,
  insertMessages,
  lockBoxes,
  MESSAGE_LIMIT,
  messageValues,
  moveBoxes,
} from './filings.ts'
import type { Placing } from './places.ts'

/** Whether units have filings and contents and no more. */
export const areFilingsOnly = (units: readonly Changes[], placing: Placing): boolean =>
  units.every(
    (unit) =>
      unit.filings.length > 0 &&
      unit.filings.every((filing) => placing.has(filing)) &&
      unit.submissions.length === 0 &&
      unit.transitions.length === 0 &&
      unit.arrivals.length === 0 &&
      unit.seen.length === 0 &&
      unit.jobs.length === 0 &&
      unit.done.length === 0 &&
      unit.journal.length === 0 &&
      unit.quarantine.length === 0 &&
      unit.released.length === 0,
  )

/** Guards that do not all hold end the statement: 1 / 0, SQLSTATE 22012. */
const GUARDS_BROKEN = '22012'

// The mailbox is locked by what `b` reads, the folder by what reads `b`: the order in which every writer locks them.
const STATEMENT = `
  with ${lockBoxes(1)},
  b as (
    ${moveBoxes(1)}
    returning b.id, b.modseq, used_bytes <= quota_bytes and b.messages <= ${MESSAGE_LIMIT} as within
  ),
  f as (
    update folder f set ${FOLDER_GAINS}
    from unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
                $12::text[], $13::boolean[])
           as x (id, mailbox_id, messages, bytes, unseen, deleted, deleted_bytes, name, limited)
    join b on b.id = x.mailbox_id
    where f.id = x.id and f.mailbox_id = x.mailbox_id and (x.name is null or f.name = x.name)
      and (b.within or not x.limited)
    returning ${FOLDER_ROW}
  ),
  ${insertContents(14)},
  written as (${insertMessages(21, 'f')}),
  linked as (${insertLinks(33)})
  select f.*, held.all from (select 1 / (count(*) = cardinality($5))::int as all from f) held left join f on true`

/** Name that each folder must have, and whether its mailbox may grow beyond its limits. */
const guardValues = ({ items, folders }: FilingBatch): readonly unknown[] => {
  const names = new Map<number, string>()
  const limited = new Set<number>()
  for (const { filing, folderId } of items) {
    if (filing.folderName !== undefined) names.set(folderId, filing.folderName)
    if (filing.limited) limited.add(folderId)
  }
  const ids = [...folders.keys()]
  return [ids.map((id) => names.get(id) ?? null), ids.map((id) => limited.has(id))]
}

/** Writes the units; undefined where some guard does not hold and nothing was written: which, a transaction finds out. */
export const fileOnly = async (
  db: Database,
  units: readonly Changes[],
  placing: Placing,
  threads: Threads,
  now: Instant,
): Promise<readonly Filed[] | undefined> => {
  const batch = batchOf(units, placing, threads)
  try {
    const rows = await db.query<FolderRow>('commit-filings', STATEMENT, [
      ...boxValues(batch),
      ...folderValues(batch),
      ...guardValues(batch),
      ...contentValues(units.flatMap((unit) => unit.contents)),
      ...messageValues(batch, now),
      ...linkValues(threads),
    ])
    return filedOf(batch, new Map(rows.map((row) => [row.id, row])), now)
  } catch (error) {
    if (sqlState(error) === GUARDS_BROKEN) return undefined
    throw error
  }
}
