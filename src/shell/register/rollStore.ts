// Uploaded rolls in the database: the file, its mapping, what it would change, what it has changed.
import type { Instant } from '../../core/lib/instant.ts'
import type { RollErrorCode, RollWarningCode } from '../../core/register/roll.ts'
import type { RollMapping } from '../../core/register/rollColumns.ts'
import { type Database, type Queries, type Tx, timestamp } from '../db/pool.ts'
import type { SheetFormat } from './sheet.ts'

export type RollState = 'uploaded' | 'applying' | 'applied' | 'failed'

export type RollCounts = {
  readonly rows: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly wrong: number
  readonly absent: number
}
export const NO_ROWS: RollCounts = { rows: 0, added: 0, changed: 0, unchanged: 0, wrong: 0, absent: 0 }

/** A row that was left out, or let in with a doubt; the codes of all that is wrong with it. */
export type RowReport<Code = RollErrorCode> = {
  readonly row: number
  readonly codes: readonly Code[]
  readonly cells: readonly string[]
}

/** What a file would change, as it was found when it was last looked at. */
export type RollPreview = {
  readonly columns: readonly string[]
  /** Number of the row of headings, 0 where there is none. */
  readonly headingRow: number
  readonly sample: readonly (readonly string[])[]
  readonly counts: RollCounts
  /** The first ones. */
  readonly warnings: readonly RowReport<RollWarningCode>[]
  readonly absent: readonly string[]
}

/** What has been done of it so far. */
export type RollOutcome = { readonly counts: RollCounts; readonly asked: number; readonly absent: readonly string[] }

export type RollImportRow = {
  readonly id: string
  readonly fileName: string
  readonly format: SheetFormat
  readonly state: RollState
  readonly mapping: RollMapping
  readonly preview: RollPreview
  readonly outcome: RollOutcome | undefined
  readonly createdAt: Instant
  readonly appliedAt: Instant | undefined
}

type Row = {
  readonly id: string
  readonly file_name: string
  readonly format: SheetFormat
  readonly state: RollState
  readonly mapping: RollMapping
  readonly preview: RollPreview
  readonly outcome: RollOutcome | null
  readonly created_at: Instant
  readonly applied_at: Instant | null
}

export const insertRoll = (
  tx: Tx,
  roll: {
    readonly id: string
    readonly orderId: number
    readonly staffId: number | undefined
    readonly fileName: string
    readonly format: SheetFormat
    readonly sha256: string
    readonly content: Uint8Array
    readonly mapping: RollMapping
    readonly preview: RollPreview
    readonly at: Instant
  },
): void =>
  tx.send(
    'roll-insert',
    `insert into roll_import (id, order_id, staff_id, file_name, format, sha256, state, content, mapping, preview, created_at)
     values ($1, $2, $3, $4, $5, $6, 'uploaded', $7, $8, $9, $10)`,
    [
      roll.id,
      roll.orderId,
      roll.staffId,
      roll.fileName,
      roll.format,
      roll.sha256,
      roll.content,
      JSON.stringify(roll.mapping),
      JSON.stringify(roll.preview),
      timestamp(roll.at),
    ],
  )

/** A roll of that Order; another Order's is none. */
export const loadRoll = async (db: Queries, orderId: number, id: string): Promise<RollImportRow | undefined> => {
  const [row] = await db.query<Row>(
    'roll-load',
    `select id, file_name, format, state, mapping, preview, outcome, created_at, applied_at
     from roll_import where order_id = $1 and id = $2`,
    [orderId, id],
  )
  return (
    row && {
      id: row.id,
      fileName: row.file_name,
      format: row.format,
      state: row.state,
      mapping: row.mapping,
      preview: row.preview,
      outcome: row.outcome ?? undefined,
      createdAt: row.created_at,
      appliedAt: row.applied_at ?? undefined,
    }
  )
}

export const loadRollContent = async (db: Queries, id: string): Promise<Uint8Array | undefined> => {
  const [row] = await db.query<{ content: Uint8Array | null }>(
    'roll-content',
    'select content from roll_import where id = $1',
    [id],
  )
  return row?.content ?? undefined
}

/** Writes another mapping and what it comes to; false where the roll is being applied, or was. */
export const remapRoll = async (tx: Tx, id: string, mapping: RollMapping, preview: RollPreview): Promise<boolean> =>
  (
    await tx.query(
      'roll-remap',
      `update roll_import set mapping = $2, preview = $3 where id = $1 and state = 'uploaded' returning 1`,
      [id, JSON.stringify(mapping), JSON.stringify(preview)],
    )
  ).length > 0

export const clearRowErrors = (tx: Tx, id: string): void =>
  tx.send('roll-errors-clear', 'delete from roll_row_error where import_id = $1', [id])

export const putRowErrors = (tx: Tx, id: string, errors: readonly RowReport[]): void => {
  if (errors.length === 0) return
  tx.send(
    'roll-errors-put',
    `insert into roll_row_error (import_id, row_number, code, cells)
     select $1, row_number, code, cells from unnest($2::int[], $3::text[], $4::jsonb[]) as t (row_number, code, cells)
     on conflict (import_id, row_number) do update set code = excluded.code, cells = excluded.cells`,
    [
      id,
      errors.map((error) => error.row),
      errors.map((error) => error.codes.join(' ')),
      errors.map((error) => JSON.stringify(error.cells)),
    ],
  )
}

/** The rows left out, in the order of the file. */
export const rowErrors = async (db: Queries, id: string, limit: number): Promise<readonly RowReport[]> => {
  const rows = await db.query<{ row_number: number; code: string; cells: readonly string[] }>(
    'roll-errors',
    'select row_number, code, cells from roll_row_error where import_id = $1 order by row_number limit $2',
    [id, limit],
  )
  return rows.map((row) => ({
    row: row.row_number,
    codes: row.code.split(' ') as RollErrorCode[],
    cells: row.cells,
  }))
}

/**
 * Takes a roll to be applied, for so long: one process does it at a time. `nextRow` is where an earlier one stopped.
 * Undefined where it was applied, or somebody is at it.
 */
export const claimRoll = async (
  db: Database,
  id: string,
  now: Instant,
  until: Instant,
): Promise<{ readonly nextRow: number; readonly outcome: RollOutcome | null } | undefined> => {
  const [row] = await db.query<{ next_row: number; outcome: RollOutcome | null }>(
    'roll-claim',
    `update roll_import set state = 'applying', working_until = $3
     where id = $1 and (state in ('uploaded', 'failed') or (state = 'applying' and working_until < $2))
     returning next_row, outcome`,
    [id, timestamp(now), timestamp(until)],
  )
  return row && { nextRow: row.next_row, outcome: row.outcome }
}

/** Tells how far it is, in the transaction of the batch; locks the row, so that two can never do one batch. */
export const advanceRoll = async (
  tx: Tx,
  id: string,
  from: number,
  to: number,
  outcome: RollOutcome,
  until: Instant,
): Promise<boolean> =>
  (
    await tx.query(
      'roll-advance',
      `update roll_import set next_row = $3, outcome = $4, working_until = $5
       where id = $1 and state = 'applying' and next_row = $2 returning 1`,
      [id, from, to, JSON.stringify(outcome), timestamp(until)],
    )
  ).length > 0

/** The end: the file itself is kept no longer, it is full of people. */
export const finishRoll = (tx: Tx, id: string, outcome: RollOutcome, at: Instant): void =>
  tx.send(
    'roll-finish',
    `update roll_import set state = 'applied', outcome = $2, applied_at = $3, content = null, working_until = null
     where id = $1`,
    [id, JSON.stringify(outcome), timestamp(at)],
  )

export const failRoll = async (db: Queries, id: string): Promise<void> => {
  await db.query(
    'roll-fail',
    `update roll_import set state = 'failed', working_until = null where id = $1 and state = 'applying'`,
    [id],
  )
}

/** When the Order last applied a roll. */
export const lastImportAt = async (db: Queries, orderId: number): Promise<Instant | undefined> => {
  const [row] = await db.query<{ at: Instant | null }>(
    'roll-last',
    `select max(applied_at) as at from roll_import where order_id = $1`,
    [orderId],
  )
  return row?.at ?? undefined
}
