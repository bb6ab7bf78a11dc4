// The command: it must start on an older Node too, and pass on arguments, output and exit code.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
let folder: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cera-bin-')))
  mkdirSync(join(folder, 'src'))
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(
    join(folder, 'src', 'main.ts'),
    'const [, , ...args]: string[] = process.argv\nconsole.log(process.versions.node, ...args)\nprocess.exitCode = args.length\n',
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Versions of Node that this machine has besides ours, by the folders of the PATH. */
const nodes = (): readonly string[] => {
  const found = (process.env.PATH ?? '').split(':').map((place) => join(place, 'node'))
  const works = (program: string): boolean => spawnSync(program, ['--version']).status === 0
  return [...new Set([process.execPath, ...found.filter(works).map((program) => realpathSync(program))])]
}

describe('bin/ceralacca.mjs', () => {
  it.each(nodes())('run by %s', (node) => {
    const { stdout, stderr, status } = spawnSync(node, [join(folder, 'bin', 'ceralacca.mjs'), 'verify', 'a b.eml'], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^(2[4-9]|[3-9]\d)\.\d+\.\d+ verify a b\.eml\n$/)
    expect(status).toBe(2)
  })

  it('is executable by itself', () => {
    expect(execFileSync(join(folder, 'bin', 'ceralacca.mjs'), { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
