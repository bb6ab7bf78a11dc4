// Plays every dialogue of test/dialogues/imap against a real server over a real mailstore.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playImapDialogue } from '../../../support/imap/dialogue.ts'
import { type Bench, openBench } from '../../mailstore/support.ts'

const files = globSync(join(import.meta.dirname, '../../../dialogues/imap/*.txt')).sort()

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

it('there are dialogues', () => expect(files.length).toBeGreaterThan(20))

it.each(files.map((file) => [basename(file, '.txt'), file]))('%s', async (_, file) => {
  await playImapDialogue(bench, readFileSync(file, 'utf8'))
})
