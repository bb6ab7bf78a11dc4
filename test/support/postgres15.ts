// A private cluster of Debian's PostgreSQL 15 for one run: unix socket only, an unprivileged user, thrown away after.
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Cluster = { readonly url: string; readonly stop: () => Promise<void> }

/** PostgreSQL refuses to run as root: whom to run as then. */
const unprivileged = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

const waitFor = async (there: () => boolean, alive: () => boolean): Promise<void> => {
  const deadline = Date.now() + 30_000
  while (!there()) {
    if (!alive() || Date.now() > deadline) throw new Error('PostgreSQL 15 did not start')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Starts the cluster; `postgres` is the path of its server program. Nothing in it survives a crash (fsync is off). */
export const startPostgres15 = async (postgres: string): Promise<Cluster> => {
  const folder = mkdtempSync(join(tmpdir(), 'cera-pg15-'))
  const as = unprivileged()
  if (as) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  const initdb = ['-D', data, '-U', 'ceralacca', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']
  execFileSync(join(dirname(postgres), 'initdb'), initdb, { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${folder}`,
    'port=5432',
    'max_connections=200',
    'fsync=off',
  ]
  const server = spawn(postgres, ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  // The eighth line of postmaster.pid tells when connections are welcome; the socket is there before that.
  const pidFile = join(data, 'postmaster.pid')
  const ready = (): boolean => existsSync(pidFile) && readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready'
  try {
    await waitFor(ready, () => server.exitCode === null)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `postgresql://ceralacca@localhost/postgres?host=${encodeURIComponent(folder)}`, stop }
}
