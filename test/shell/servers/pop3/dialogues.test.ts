// Plays every dialogue of test/dialogues/pop3 against a real server.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { playPop3Dialogue } from '../../../support/pop3/dialogue.ts'

const files = globSync(join(import.meta.dirname, '../../../dialogues/pop3/*.txt')).sort()

it('there are dialogues', () => expect(files.length).toBeGreaterThan(7))

it.each(files.map((file) => [basename(file, '.txt'), file]))('%s', async (_, file) => {
  await playPop3Dialogue(readFileSync(file, 'utf8'))
})
