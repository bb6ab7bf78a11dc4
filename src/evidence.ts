// `ceralacca evidence ADDRESS IDENTIFIER`: writes the evidence of a message of a box as a zip, for whoever runs the provider.
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Config, ConfigError, readConfig } from './config.ts'
import { fromLatin1 } from './core/lib/bytes.ts'
import { Fault } from './core/lib/refusal.ts'
import { addressKey } from './core/mail/address.ts'
import type { Fetcher } from './core/ports.ts'
import { openFileBlobs } from './shell/adapters/blobs.ts'
import { openContentStore } from './shell/content/store.ts'
import { migrate } from './shell/db/migrate.ts'
import { openDatabase } from './shell/db/pool.ts'
import { openDirectory } from './shell/directory/refresh.ts'
import { openTrust } from './shell/directory/trust.ts'
import { makeEvidence } from './shell/evidence/bundle.ts'
import { findMailboxes } from './shell/mailstore/mailboxes.ts'

const USAGE = `usage: ceralacca evidence ADDRESS IDENTIFIER [FILE.zip]
       with the configuration of the provider; IDENTIFIER is the PEC msgid, without angle brackets
`

/** What this command judges by is what the provider holds: it fetches nothing. */
const HELD_ONLY: Fetcher = {
  get: async () => {
    throw new Fault('directory', 'this command fetches nothing')
  },
}
const alarm = { raise: () => {} }
const NEVER_MS = 2 ** 31 - 1

/** The evidence of a message into a file; gives its path, or undefined where the box has nothing of it. */
export const writeEvidence = async (
  config: Config,
  address: string,
  identifier: string,
  file: string | undefined,
  clock = { now: Date.now },
): Promise<string | undefined> => {
  const db = openDatabase(config.databaseUrl, { connections: 2 })
  const contents = openContentStore({ db, blobs: openFileBlobs(config.blobs) })
  try {
    await migrate(db)
    const mailbox = (await findMailboxes(db, [address])).get(addressKey(address))
    if (!mailbox) return undefined
    const stateDir = join(config.blobs, 'lists')
    await mkdir(stateDir, { recursive: true })
    const common = { fetcher: HELD_ONLY, clock, alarm, everyMs: NEVER_MS }
    const trust = openTrust({
      ...common,
      stateDir,
      roots: [fromLatin1(config.roots.providers)],
      crlUrls: config.crlUrls,
      certificates: () =>
        directory.hasCopy() ? directory.current().records.flatMap((record) => record.certificates) : [],
    })
    const directory = await openDirectory({
      ...common,
      db,
      url: config.directoryUrl,
      roots: [fromLatin1(config.roots.directory)],
      signedBy: [config.directorySigner],
    })
    // brings back the lists that are kept; that no newer ones can be had is meant
    await trust.refresh().catch(() => {})
    const made = await makeEvidence(
      {
        db,
        contents,
        provider: config.provider.name,
        trust: trust.current,
        directory: () =>
          directory.hasCopy() ? { directory: directory.current(), at: directory.fetchedAt() } : undefined,
        now: clock.now,
      },
      { id: mailbox.id, address: mailbox.address },
      identifier,
    )
    if (!made) return undefined
    const path = file ?? made.fileName
    // never over a file that is there, never half a file
    const out = createWriteStream(path, { flags: 'wx' })
    await pipeline(Readable.from(made.bytes), out).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') await rm(path, { force: true })
      throw error
    })
    return path
  } finally {
    await contents.close()
    await db.close()
  }
}

/** Runs the command; gives the exit code. */
export const evidenceCommand = async (args: readonly string[]): Promise<number> => {
  const [address, identifier, file, ...more] = args
  if (!address || !identifier || more.length > 0) {
    process.stderr.write(USAGE)
    return 2
  }
  let config: Config
  try {
    config = readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
  try {
    const path = await writeEvidence(config, address, identifier.replace(/^<|>$/g, ''), file)
    if (path === undefined) {
      process.stderr.write(`${address}: niente su questo messaggio / nothing about this message\n`)
      return 1
    }
    process.stdout.write(`${path}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}
