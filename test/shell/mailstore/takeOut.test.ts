// Mail taken out: a ZIP that another program unpacks, with every message byte for byte.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { takeOut } from '../../../src/shell/mailstore/takeOut.ts'
import { type Bench, folderNamed, message, openBench, taken } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench?.close())

it('is unpacked by Python, folder by folder, byte for byte', async () => {
  const mailbox = await bench.mailbox('titolare@pec.example')
  const text = 'Subject: uno\r\n\r\nprova \xe8 \x00 fine\r\n'
  for (const name of ['INBOX', 'Sent']) {
    const folder = await folderNamed(bench, mailbox, name)
    taken(await bench.store.append(mailbox, folder.id, [message(bench, text)]))
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of await takeOut(bench, mailbox)) chunks.push(chunk)
  const folder = mkdtempSync(join(tmpdir(), 'takeout-'))
  try {
    writeFileSync(join(folder, 'posta.zip'), Buffer.concat(chunks))
    const code =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); z.extractall(sys.argv[2]); print("\\n".join(z.namelist()))'
    const { stdout } = spawnSync('python3', ['-c', code, join(folder, 'posta.zip'), folder], { encoding: 'utf8' })
    const names = stdout.trim().split('\n')
    expect(names).toEqual([
      'LEGGIMI.txt',
      expect.stringMatching(/^INBOX\/2026-11-23 .*\(1\)\.eml$/),
      expect.stringMatching(/^Sent\/2026-11-23 .*\(1\)\.eml$/),
    ])
    expect(readFileSync(join(folder, names[1]!), 'latin1')).toBe(text)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
