// Plays every dialogue of test/dialogues/jmap against one real server over a real mailstore.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { METHODS } from '../../../../src/shell/servers/jmap/methods.ts'
import { playJmapDialogue } from '../../../support/jmap/dialogue.ts'
import { type JmapBench, openJmapBench } from './support.ts'

const files = globSync(join(import.meta.dirname, '../../../dialogues/jmap/*.txt')).sort()
const scripts = files.map((file) => [basename(file, '.txt'), readFileSync(file, 'utf8')] as const)

let bench: JmapBench
beforeAll(async () => {
  bench = await openJmapBench()
})
afterAll(() => bench.close())

it('every method of the RFCs is called in some dialogue', () => {
  const all = scripts.map(([, script]) => script).join('\n')
  const names = [...METHODS.values()].flatMap(({ name, capability }) =>
    capability.startsWith('urn:ietf:') ? [name] : [],
  )
  expect(names.filter((name) => !all.includes(`C: ${name}`) && !all.includes(`C: ["${name}"`))).toEqual([])
})

it.each(scripts)('%s', async (_, script) => {
  await playJmapDialogue(bench, script)
  expect(bench.bugs).toEqual([])
})
