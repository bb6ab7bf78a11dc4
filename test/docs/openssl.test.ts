// The page that tells an expert how to check a receipt: each of its commands is run on the samples.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { needs } from '../support/judges.ts'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'it', 'verifica-con-openssl.md'), 'utf8')
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!)
/** `! command` is what must fail; the shell by itself would pass over its success. */
const strict = (block: string): string => block.replace(/^! (.*)$/gm, 'if $1; then exit 9; fi')

describe.skipIf(needs('openssl', 'xmllint'))('verifica-con-openssl.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cera-docs-'))
  cpSync(join(root, 'spec'), join(folder, 'spec'), { recursive: true })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const run = (script: string) =>
    spawnSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: join(folder, 'spec', 'samples'), encoding: 'utf8' })

  it('has commands, and all of them do what the page says', () => {
    expect(blocks.length).toBeGreaterThan(6)
    const { status, stdout, stderr } = run(blocks.map(strict).join('\n'))
    expect(status, stderr).toBe(0)
    for (const said of ['posta-certificata@gestore-a.example', 'accettazione', 'avvenuta-consegna', 'sha256']) {
      expect(stdout).toContain(said)
    }
  })

  it('would show a tampered message', () => {
    const first = blocks[0]!.replace('01_accettazione', '02b_busta_manomessa_NEGATIVO')
    expect(run(first).status).not.toBe(0)
    expect(run(strict('! true\n')).status).toBe(9)
  })
})
