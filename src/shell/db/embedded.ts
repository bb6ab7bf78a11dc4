// The embedded PostgreSQL: a cluster in the data folder, made on first use, adopted where one lives already.
import { randomUUID } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '../../core/lib/refusal.ts'
import { findBinaries, majorVersion } from './embedded/binaries.ts'
import { addUser, countUsers, underLock } from './embedded/lock.ts'
import { canEnter, ownerFor } from './embedded/owner.ts'
import {
  findLiving,
  type Postmaster,
  SUPERUSER,
  socketUrl,
  startPostmaster,
  stopPostmaster,
  withClient,
} from './embedded/postmaster.ts'
import { type Owner, run } from './embedded/processes.ts'

export type Embedded = {
  /** Connection URL of one of the databases. */
  readonly url: (database: string) => string
  /** Stops the server unless another living process uses it too. */
  readonly stop: () => Promise<void>
}

export type EmbeddedOptions = {
  /** Folder of the data; the cluster is `pg<major>` in it. */
  readonly dataDir: string
  /** Databases to make where they are missing: lower-case letters, digits and `_`. */
  readonly databases: readonly string[]
  readonly log: (line: string) => void
}

/** Where everything of a cluster is. */
type Place = { readonly home: string; readonly cluster: string; readonly owner: Owner | undefined }

/** Homes of clusters whose data folder the database's user cannot reach (only root needs one). */
const ELSEWHERE = ['/var/lib/ceralacca', '/var/tmp/ceralacca', '/tmp/ceralacca']

const readLine = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/** A new home for a cluster where its user can get at it. */
const makeHomeElsewhere = async (owner: Owner): Promise<string | undefined> => {
  for (const parent of ELSEWHERE) {
    try {
      mkdirSync(parent, { recursive: true, mode: 0o755 })
      if (statSync(parent).uid !== 0 || !(await canEnter(parent, owner))) continue
      const home = join(parent, randomUUID())
      mkdirSync(home, { mode: 0o755 })
      return home
    } catch {
      // not writable: the next one
    }
  }
  return undefined
}

/** The cluster's place: in the data folder, or elsewhere as noted in it where its parents are closed to the user. */
const findPlace = async (dataDir: string, name: string, log: (line: string) => void): Promise<Place> => {
  const note = join(dataDir, `${name}.place`)
  const noted = readLine(note)
  if (noted !== undefined) {
    if (!existsSync(noted))
      throw new Fault('database', `${noted}, named by ${note}, is gone: restore it, or remove the note`)
    return { home: noted, cluster: join(noted, name), owner: ownerFor(join(noted, name)) }
  }
  const owner = ownerFor(join(dataDir, name))
  const here = { home: dataDir, cluster: join(dataDir, name), owner }
  if (owner === undefined || (await canEnter(dataDir, owner))) return here
  if (existsSync(here.cluster))
    throw new Fault(
      'database',
      `user ${owner.uid} can no longer enter ${dataDir}: open its parents (chmod o+x), or move it`,
    )
  const home = await makeHomeElsewhere(owner)
  if (home === undefined)
    throw new Fault(
      'database',
      `user ${owner.uid} cannot enter ${dataDir}: open its parents (chmod o+x), or use another folder`,
    )
  writeFileSync(note, `${home}\n`)
  log(`user ${owner.uid} cannot enter ${dataDir}: the database is in ${home}`)
  return { home, cluster: join(home, name), owner }
}

/** Makes the cluster, complete or not at all. */
const makeCluster = async (bin: string, place: Place): Promise<void> => {
  const work = join(place.home, `initdb-${randomUUID()}`) // the user owns this one, not its parent
  mkdirSync(work, { mode: 0o700 })
  if (place.owner) chownSync(work, place.owner.uid, place.owner.gid)
  const draft = join(work, 'cluster')
  const common = ['-D', draft, '-U', SUPERUSER, '--auth=trust', '--encoding=UTF8', '--no-instructions']
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  try {
    let problem = ''
    for (const locale of ['C.UTF-8', 'C']) {
      rmSync(draft, { recursive: true, force: true })
      const args = [...common, ...builtin, `--locale=${locale}`]
      const { code, output } = await run(join(bin, 'initdb'), args, place.owner)
      if (code === 0) {
        renameSync(draft, place.cluster)
        return
      }
      problem = output.trim()
    }
    throw new Fault('database', `initdb failed: ${problem}`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const checkWritable = (dataDir: string): void => {
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new Fault('database', `we cannot write in ${dataDir}: run as its owner, or use another folder`, { cause })
  }
}

const checkOwnership = (cluster: string): void => {
  const { uid } = statSync(cluster)
  const us = process.getuid?.()
  if (us !== undefined && us !== 0 && uid !== us)
    throw new Fault('database', `${cluster} belongs to user ${uid}: run as that user or as root, or use another folder`)
}

const ensureDatabases = (server: Postmaster, names: readonly string[]): Promise<void> =>
  withClient(socketUrl(server.socketFolder, 'postgres'), async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database')
    const present = new Set(rows.map((row) => row.datname))
    for (const name of names) if (!present.has(name)) await client.query(`create database ${name}`)
  })

const launch = async (dataDir: string, name: string, options: EmbeddedOptions): Promise<Postmaster> => {
  const place = await findPlace(dataDir, name, options.log)
  if (existsSync(place.cluster)) {
    checkOwnership(place.cluster)
    const living = await findLiving(place.cluster)
    if (living !== undefined) {
      options.log(`database: adopted process ${living.pid}`)
      return living
    }
  }
  const { bin, version } = await findBinaries(place.home, place.owner)
  if (!existsSync(place.cluster)) {
    options.log(`database: making a cluster (PostgreSQL ${version}) in ${place.cluster}`)
    await makeCluster(bin, place)
  }
  const server = await startPostmaster(bin, place.cluster, join(dataDir, 'postgres.log'), place.owner)
  options.log(`database: started process ${server.pid}`)
  return server
}

/**
 * Starts, or adopts, the embedded PostgreSQL of a data folder and makes its databases. It listens on a private Unix
 * socket only. Several processes may share one cluster: the last to stop stops it. Throws Fault('database').
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  for (const name of options.databases)
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new RangeError(`not a database name: ${name}`)
  const dataDir = resolve(options.dataDir)
  if (!existsSync(dataDir)) {
    mkdirSync(dirname(dataDir), { recursive: true })
    mkdirSync(dataDir, { recursive: true })
    chmodSync(dataDir, 0o755) // the database's user passes through it
  }
  checkWritable(dataDir)
  const name = `pg${majorVersion()}`
  const lock = join(dataDir, `${name}.lock`)
  const users = join(dataDir, `${name}.users`)
  return underLock(lock, async () => {
    const server = await launch(dataDir, name, options)
    await ensureDatabases(server, options.databases)
    const leave = addUser(users)
    let stopping: Promise<void> | undefined
    const stop = (): Promise<void> =>
      underLock(lock, async () => {
        leave()
        if (countUsers(users) === 0) await stopPostmaster(server)
      })
    return {
      url: (database) => socketUrl(server.socketFolder, database),
      stop: () => {
        stopping ??= stop()
        return stopping
      },
    }
  })
}
