// The embedded launcher: kill -9 and adoption, two at once, sharing, stale files, odd places.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { chooseOwner } from '../../../src/shell/db/embedded/owner.ts'
import { isAlive } from '../../../src/shell/db/embedded/processes.ts'
import { startEmbedded } from '../../../src/shell/db/embedded.ts'
import { openDatabase } from '../../../src/shell/db/pool.ts'

const root = mkdtempSync(join(tmpdir(), 'ceralacca-embedded-'))
chmodSync(root, 0o755)
afterAll(() => rmSync(root, { recursive: true, force: true }))
const child = fileURLToPath(new URL('./embedded-child.ts', import.meta.url))
const pidOf = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'pg18', 'postmaster.pid'), 'utf8').split('\n')[0])
const start = (dataDir: string, lines: string[] = []) =>
  startEmbedded({ dataDir, databases: ['alfa', 'beta'], log: (line) => lines.push(line) })
const gone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Runs the child until it says that its row is committed; gives its pid. */
const startChild = async (dataDir: string): Promise<number> => {
  const process_ = spawn(process.execPath, [child, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    process_.stdout.on('data', () => resolve())
    process_.on('exit', (code) => reject(new Error(`child ended: ${code}`)))
  })
  return process_.pid!
}
const count = async (url: string): Promise<number> => {
  const db = openDatabase(url)
  const [row] = await db.query<{ n: number }>('count', 'select count(*) as n from kept')
  await db.close()
  return row!.n
}

describe('a launcher killed with SIGKILL', () => {
  const dataDir = join(root, 'killed')
  test('leaves a server that the next one adopts, data intact, and stops', { timeout: 60_000 }, async () => {
    const parent = await startChild(dataDir)
    const server = pidOf(dataDir)
    process.kill(parent, 'SIGKILL')
    await gone(parent)
    expect(isAlive(server)).toBe(true)
    const lines: string[] = []
    const again = await start(dataDir, lines)
    expect(lines).toEqual([`database: adopted process ${server}`])
    expect(await count(again.url('alfa'))).toBe(1)
    await again.stop()
    expect(isAlive(server)).toBe(false)
  })
  test('with the server killed too: recovered, data intact', { timeout: 60_000 }, async () => {
    const parent = await startChild(dataDir)
    const server = pidOf(dataDir)
    process.kill(server, 'SIGKILL') // a zombie until its parent is gone
    process.kill(parent, 'SIGKILL')
    await gone(parent)
    const again = await start(dataDir)
    expect(pidOf(dataDir)).not.toBe(server)
    expect(await count(again.url('alfa'))).toBe(2)
    await again.stop()
  })
  test('a pid file whose number belongs to another program now is put away', { timeout: 60_000 }, async () => {
    writeFileSync(
      join(dataDir, 'pg18', 'postmaster.pid'),
      `${process.pid}\n${dataDir}/pg18\n1\n5432\n/tmp/none\n\n1 1\n`,
    )
    const again = await start(dataDir)
    expect(await count(again.url('alfa'))).toBe(2)
    await again.stop()
  })
  test('a lock file of a dead process is taken over', { timeout: 60_000 }, async () => {
    writeFileSync(join(dataDir, 'pg18.lock'), '999999999 1 x')
    const again = await start(dataDir)
    await again.stop()
    expect(existsSync(join(dataDir, 'pg18.lock'))).toBe(false)
  })
})

test('two starters at once share one cluster; the last to stop stops it', { timeout: 60_000 }, async () => {
  const dataDir = join(root, 'two')
  const [one, two] = await Promise.all([start(dataDir), start(dataDir)])
  const server = pidOf(dataDir)
  expect(one!.url('beta')).toBe(two!.url('beta'))
  await one!.stop()
  expect(isAlive(server)).toBe(true)
  await two!.stop()
  expect(isAlive(server)).toBe(false)
  expect(readdirSync(dataDir).sort()).toEqual(['pg18', 'pg18.users', 'postgres.log'])
})

test('no TCP, UTF-8, durable', { timeout: 60_000 }, async () => {
  const it = await start(join(root, 'two'))
  const db = openDatabase(it.url('alfa'))
  const [row] = await db.query(
    'settings',
    `select current_setting('listen_addresses') as tcp, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as commit, current_setting('server_encoding') as encoding,
            upper('è') as upper`,
  )
  expect(row).toEqual({ tcp: '', fsync: 'on', commit: 'on', encoding: 'UTF8', upper: 'È' })
  await db.close()
  await it.stop()
})

test.runIf(process.getuid?.() === 0)(
  'root, in a folder closed to the database’s user',
  { timeout: 60_000 },
  async () => {
    const closed = join(root, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const dataDir = join(closed, 'data')
    const first = await start(dataDir)
    const home = readFileSync(join(dataDir, 'pg18.place'), 'utf8').trim()
    await first.stop()
    const again = await start(dataDir) // the same cluster, by the note
    await again.stop()
    expect(existsSync(join(home, 'pg18', 'PG_VERSION'))).toBe(true)
    rmSync(home, { recursive: true })
    await expect(start(dataDir)).rejects.toThrow('pg18.place')
  },
)

describe('the user that runs it', () => {
  test.each([
    ['a known one', 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:70:71::/:/bin/sh', 70],
    ['any but root', 'root:x:0:0::/:/bin/sh\nmail:x:8:8::/:/bin/false', 8],
    ['a bare number where there is none', 'root:x:0:0::/:/bin/sh', 65534],
    ['negative numbers are passed over', 'nobody:*:-2:-2::/:/bin/false', 65534],
  ])('%s', (_name, passwd, uid) => expect(chooseOwner(passwd).uid).toBe(uid))
})
