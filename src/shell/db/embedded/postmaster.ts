// One running PostgreSQL server: find a living one, start one, wait until it answers, stop it.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { Fault } from '../../../core/lib/refusal.ts'
import { canEnter } from './owner.ts'
import { bareEnvironment, folderOf, isAlive, type Owner, pause, workersIn } from './processes.ts'

export const PORT = 5432
export const SUPERUSER = 'ceralacca'
const SOCKET_PREFIX = 'ceralacca-'
/** sun_path holds 103 characters on macOS, 107 on Linux; `/.s.PGSQL.5432.lock` takes 19. */
const LONGEST_SOCKET_FOLDER = 84
const START_LIMIT_MS = 15 * 60_000 // recovery after a crash may take minutes
const STOP_LIMIT_MS = 60_000
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

export type Postmaster = { readonly pid: number; readonly socketFolder: string }

/** What `postmaster.pid` says: pid, …, port, socket folder, …, status. */
const readPidFile = (cluster: string): Postmaster | undefined => {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Math.abs(Number(lines[0]))
    return pid > 0 ? { pid, socketFolder: (lines[4] ?? '').trim() } : undefined
  } catch {
    return undefined
  }
}

/** URL of a database of a cluster whose socket is in `socketFolder`. */
export const socketUrl = (socketFolder: string, database: string): string =>
  `postgresql://${SUPERUSER}@localhost/${database}?host=${encodeURIComponent(socketFolder)}&port=${PORT}`

/** Runs statements on a short connection of their own. */
export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const answers = async (socketFolder: string): Promise<boolean> => {
  try {
    await withClient(socketUrl(socketFolder, 'postgres'), (client) => client.query('select 1'))
    return true
  } catch {
    return false
  }
}

const dropSocketFolder = (folder: string): void => {
  if (folder.includes(`/${SOCKET_PREFIX}`)) rmSync(folder, { recursive: true, force: true })
}

/** Whether the system would still say that the number is in use: also for zombies and other programs. */
const isTaken = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * The living server of a cluster, left behind by a killed process or started by another one; undefined: none.
 * PostgreSQL would refuse to start over a pid file whose number belongs to a zombie or to some other program by now:
 * that file is removed, but only where it is sure that no process works in the cluster. In every other doubtful case
 * PostgreSQL's own interlock decides.
 */
export const findLiving = async (cluster: string): Promise<Postmaster | undefined> => {
  const found = readPidFile(cluster)
  if (found === undefined) return undefined
  const home = realpathSync(cluster)
  const until = Date.now() + 10_000
  for (;;) {
    const folder = folderOf(found.pid)
    if (isAlive(found.pid) && (folder === undefined || folder === home)) break
    const workers = workersIn(home)
    if (workers === undefined || workers.length === 0) {
      if (workers !== undefined && isTaken(found.pid)) rmSync(join(cluster, 'postmaster.pid'), { force: true })
      dropSocketFolder(found.socketFolder)
      return undefined
    }
    // the server is dead and its children have not noticed yet
    if (Date.now() > until) throw new Fault('database', `processes ${workers.join(', ')} still work in ${cluster}`)
    await pause(100)
  }
  const reachable = await waitUntil(async () => !isAlive(found.pid) || (await answers(found.socketFolder)), 30_000)
  if (reachable && isAlive(found.pid)) return found
  await stopPostmaster(found) // its socket is gone: nobody can use it
  // It was dying when we looked: what it left behind is looked at again.
  return findLiving(cluster)
}

const waitUntil = async (test: () => Promise<boolean>, limitMs: number): Promise<boolean> => {
  const until = Date.now() + limitMs
  for (let wait = 20; ; wait = Math.min(wait * 2, 250)) {
    if (await test()) return true
    if (Date.now() > until) return false
    await pause(wait)
  }
}

/** A new private folder for the socket, short enough for the system's limit, reachable by the owner. */
const makeSocketFolder = async (owner: Owner | undefined): Promise<string> => {
  for (const parent of [tmpdir(), '/tmp', '/var/tmp', '/run']) {
    if (join(parent, SOCKET_PREFIX).length + 6 > LONGEST_SOCKET_FOLDER) continue
    if (!(await canEnter(parent, owner))) continue
    try {
      const folder = mkdtempSync(join(realpathSync(parent), SOCKET_PREFIX))
      chmodSync(folder, 0o700)
      if (owner) chownSync(folder, owner.uid, owner.gid)
      return folder
    } catch {
      // not writable: the next one
    }
  }
  throw new Fault('database', 'no temporary folder for the database socket: set TMPDIR to a short writable path')
}

const settings = (socketFolder: string): readonly string[] =>
  Object.entries({
    listen_addresses: '',
    port: String(PORT),
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '60',
    shared_buffers: '128MB',
    fsync: 'on',
    synchronous_commit: 'on',
    wal_sync_method: process.platform === 'darwin' ? 'fsync_writethrough' : 'fdatasync',
    wal_buffers: '16MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])

/** Opens the log for appending; one that has grown too long is put aside first. */
const openLog = (path: string): number => {
  try {
    if (statSync(path).size > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`)
  } catch {
    // none yet
  }
  return openSync(path, 'a', 0o640)
}

const tail = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-5).join(' | ')
  } catch {
    return ''
  }
}

/** Starts a server on a cluster and waits until it answers. It outlives us if we are killed. Throws Fault('database'). */
export const startPostmaster = async (
  bin: string,
  cluster: string,
  logPath: string,
  owner: Owner | undefined,
): Promise<Postmaster> => {
  const socketFolder = await makeSocketFolder(owner)
  const log = openLog(logPath)
  const child = spawn(join(bin, 'postgres'), ['-D', cluster, ...settings(socketFolder)], {
    ...owner,
    cwd: '/',
    env: bareEnvironment(),
    detached: true, // Ctrl-C in the terminal must not reach it before we have finished
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let ended: string | undefined
  child.on('error', (error) => {
    ended = error.message
  })
  child.on('exit', (code, signal) => {
    ended = `exit ${code ?? signal}`
  })
  child.unref()
  await waitUntil(async () => ended !== undefined || (await answers(socketFolder)), START_LIMIT_MS)
  if (ended === undefined && child.pid !== undefined && (await answers(socketFolder)))
    return { pid: child.pid, socketFolder }
  if (ended === undefined) child.kill('SIGINT')
  dropSocketFolder(socketFolder)
  throw new Fault('database', `PostgreSQL did not start (${ended ?? 'no answer'}): ${tail(logPath)}`)
}

/** Fast shutdown: connections are cut, everything is written, nothing needs recovery. */
export const stopPostmaster = async (server: Postmaster): Promise<void> => {
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(server.pid, name)
    } catch {
      // gone already
    }
  }
  signal('SIGINT')
  const gone = await waitUntil(async () => !isAlive(server.pid), STOP_LIMIT_MS)
  if (!gone) {
    signal('SIGQUIT') // immediate: safe, the next start recovers from the log
    await waitUntil(async () => !isAlive(server.pid), STOP_LIMIT_MS)
  }
  dropSocketFolder(server.socketFolder)
}
