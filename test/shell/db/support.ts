// A database of its own for each test file: cloned from a migrated template, on TEST_DATABASE_URL's server or on an
// embedded cluster that all workers and runs share.
import { createHash, randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { isAlive } from '../../../src/shell/db/embedded/processes.ts'
import { startEmbedded } from '../../../src/shell/db/embedded.ts'
import { migrate, readMigrations } from '../../../src/shell/db/migrate.ts'
import { type Database, openDatabase } from '../../../src/shell/db/pool.ts'

export type TestDatabase = {
  readonly url: string
  readonly db: Database
  /** Closes `db` and removes the database. */
  readonly drop: () => Promise<void>
}

/** Key of the advisory lock under which templates are made and cloned. */
const LOCK = 620_113_092

type Server = { readonly url: (database: string) => string; readonly leave: () => Promise<void> }

/** The server to test on: a standing one where TEST_DATABASE_URL names it, else the shared embedded one. */
export const testServer = async (): Promise<Server> => {
  const standing = process.env.TEST_DATABASE_URL
  if (standing !== undefined && standing !== '') {
    const url = (database: string): string => {
      const changed = new URL(standing)
      changed.pathname = `/${database}`
      return changed.href
    }
    return { url, leave: async () => {} }
  }
  const dataDir = join(tmpdir(), `ceralacca-tests-${process.getuid?.() ?? 0}`)
  const embedded = await startEmbedded({ dataDir, databases: [], log: () => {} })
  return { url: embedded.url, leave: embedded.stop }
}

const asAdmin = async <T>(server: Server, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    return await work(client)
  } finally {
    await client.end()
  }
}

const databases = async (client: pg.Client, prefix: string): Promise<readonly string[]> => {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [prefix],
  )
  return rows.map((row) => row.datname)
}

const create = (client: pg.Client, name: string, template: string) =>
  client.query(`create database ${name} template ${template} encoding 'UTF8'`)

/** Removes what killed test processes of this machine left behind. */
const sweep = async (client: pg.Client): Promise<void> => {
  for (const name of await databases(client, 'test_')) {
    const pid = Number(name.split('_')[1])
    if (!isAlive(pid)) await client.query(`drop database if exists ${name} with (force)`)
  }
}

/** Name of the migrated template for the present migrations; made where there is none. */
const templateFor = async (server: Server, client: pg.Client): Promise<string> => {
  const hash = createHash('sha256')
  for (const { name, checksum } of readMigrations()) hash.update(`${name} ${checksum}\n`)
  const template = `template_${hash.digest('hex').slice(0, 16)}`
  const present = await databases(client, 'template_')
  if (present.includes(template)) return template
  for (const old of present) await client.query(`drop database if exists ${old} with (force)`)
  await sweep(client)
  const draft = `test_${process.pid}_template`
  await client.query(`drop database if exists ${draft} with (force)`)
  await create(client, draft, 'template0')
  const db = openDatabase(server.url(draft), { connections: 1 })
  try {
    await migrate(db)
  } finally {
    await db.close()
  }
  await client.query(`alter database ${draft} rename to ${template}`)
  return template
}

/** A fresh database; with every migration run unless `empty`. Drop it when done. */
export const testDatabase = async (options: { readonly empty?: boolean } = {}): Promise<TestDatabase> => {
  const server = await testServer()
  const name = `test_${process.pid}_${randomUUID().slice(0, 8)}`
  await asAdmin(server, async (client) => {
    await create(client, name, options.empty ? 'template0' : await templateFor(server, client))
  })
  const url = server.url(name)
  const db = openDatabase(url)
  return {
    url,
    db,
    drop: async () => {
      await db.close()
      await asAdmin(server, (client) => client.query(`drop database if exists ${name} with (force)`))
      await server.leave()
    },
  }
}
