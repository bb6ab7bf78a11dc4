// Plays every dialogue of test/dialogues/smtp against a real server.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { playDialogue } from '../../support/smtp/dialogue.ts'

const files = globSync(join(import.meta.dirname, '../../dialogues/smtp/*.txt')).sort()

it('there are dialogues', () => expect(files.length).toBeGreaterThan(5))

it.each(files.map((file) => [basename(file, '.txt'), file]))('%s', async (_, file) => {
  await playDialogue(readFileSync(file, 'utf8'))
})
