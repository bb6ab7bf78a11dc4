// Brings a database to the shape that this version needs: plain numbered SQL files, each run exactly once.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database } from './pool.ts'

export type Migration = {
  readonly number: number
  readonly name: string
  readonly checksum: string
  readonly sql: string
}

type Applied = { readonly number: number; readonly name: string; readonly checksum: string }

/** Key of the advisory lock: any number, the same for ever. */
const LOCK = 620_113_091
const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url))

const table = `create table if not exists schema_migration (
  number     integer primary key,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default clock_timestamp() -- for people to read; no rule looks at it
)`

/** The files `NNNN_name.sql` of a folder, in order. Throws where a file's name or number is wrong. */
export const readMigrations = (folder = FOLDER): readonly Migration[] => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  const migrations = files.sort().map((file) => {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1]
    if (number === undefined) throw new Error(`migration ${file}: the name must be like 0001_words.sql`)
    const sql = readFileSync(join(folder, file), 'utf8')
    return { number: Number(number), name: file, checksum: createHash('sha256').update(sql).digest('hex'), sql }
  })
  migrations.forEach((migration, i) => {
    if (migration.number === migrations[i - 1]?.number) throw new Error(`migration ${migration.name}: number taken`)
  })
  return migrations
}

/** What is still to run; throws where the database and the files tell different stories. */
export const missing = (files: readonly Migration[], applied: readonly Applied[]): readonly Migration[] => {
  const byNumber = new Map(files.map((file) => [file.number, file]))
  for (const row of applied) {
    const file = byNumber.get(row.number)
    if (file === undefined)
      throw new Error(`migration ${row.name} ran here, but this version does not have it: it is too old`)
    if (file.checksum !== row.checksum)
      throw new Error(`migration ${file.name} was edited after it ran here: restore it, and write a new one instead`)
  }
  const last = Math.max(0, ...applied.map((row) => row.number))
  const rest = files.filter((file) => !applied.some((row) => row.number === file.number))
  for (const file of rest)
    if (file.number < last) throw new Error(`migration ${file.name} comes before one that ran already`)
  return rest
}

/**
 * Runs what is missing, all in one transaction; gives the names of what ran. Several nodes may do it at once: the
 * others wait and find nothing to do.
 */
export const migrate = (db: Database, files = readMigrations()): Promise<readonly string[]> =>
  db.tx(async (tx) => {
    await tx.query('migrate_lock', 'select pg_advisory_xact_lock($1)::text', [LOCK])
    await tx.script(`set local client_min_messages = warning; ${table}`)
    const applied = await tx.query<Applied>(
      'migrate_applied',
      'select number, name, checksum from schema_migration order by number',
    )
    const todo = missing(files, applied)
    for (const { number, name, checksum, sql } of todo) {
      await tx.script(sql)
      tx.send('migrate_record', 'insert into schema_migration (number, name, checksum) values ($1, $2, $3)', [
        number,
        name,
        checksum,
      ])
    }
    return todo.map((migration) => migration.name)
  })
