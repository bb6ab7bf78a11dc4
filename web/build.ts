// Builds the web pages into dist/web: whole or not at all, with each file compressed beside it. `--if-stale` builds only what changed.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const target = join(dist, 'web')
/** In the built folder: the digest of what it was made of. */
const STAMP = '.inputs'
const COMPRESSIBLE = /\.(?:js|css|html|svg|json|txt)$/
/** What follows from these is built again when they change. */
const INPUTS = ['web/**/*', 'src/core/**/*.ts', 'vite.config.ts', 'package-lock.json']

const digestOfInputs = (): string => {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

const stampOf = (folder: string): string | undefined => {
  const file = join(folder, STAMP)
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

/** Servers send these to who takes them: the work is done once, here. */
const compress = async (folder: string): Promise<void> => {
  const files = (await readdir(folder, { recursive: true })).filter((name) => COMPRESSIBLE.test(name))
  await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name)
      const bytes = await readFile(path)
      const [br, gz] = await Promise.all([
        promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        promisify(gzip)(bytes, { level: 9 }),
      ])
      await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)])
    }),
  )
}

const build = async (inputs: string): Promise<void> => {
  // Tests and shells set it otherwise: then React's development build would be taken, twice as large.
  process.env.NODE_ENV = 'production'
  const { build: bundle } = await import('vite')
  const made = join(dist, `.web-${process.pid}`)
  const old = join(dist, `.old-${process.pid}`)
  await mkdir(dist, { recursive: true })
  try {
    await bundle({
      configFile: join(root, 'vite.config.ts'),
      mode: 'production',
      logLevel: 'warn',
      build: { outDir: made },
    })
    await compress(made)
    await writeFile(join(made, STAMP), `${inputs}\n`)
    // Two builds at once: the last one stays, whole.
    if (existsSync(target)) await rename(target, old)
    await rename(made, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(made, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
}

const inputs = digestOfInputs()
if (!process.argv.includes('--if-stale') || stampOf(target) !== inputs) {
  const begun = performance.now()
  process.stdout.write('pagine web: costruzione in corso / building the web pages …\n')
  await build(inputs)
  process.stdout.write(`pagine web: pronte / web pages built in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
}
