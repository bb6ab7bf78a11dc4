// Each duty marked done is cited in the code and has its test; the published page is the one of the table.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { conformancePage } from './conformance.ts'
import {
  citedSections,
  flaws,
  readRequirements,
  strayCitations,
  testNames,
  unclaimedCitations,
} from './support/requirements.ts'

const rows = readRequirements()
/** Sections of §2-§5 with duties of their own; the others are titles and examples. */
const SECTIONS_WITH_DUTIES = (
  '2.1 2.1.1 2.1.1.1.1 2.1.1.1.2 2.1.1.1.3 2.1.1.2 2.2.1 2.2.2 2.2.3 2.2.4 2.2.5 2.2.6 2.3 3.1 3.1.1 3.1.2 3.1.3 3.1.4 ' +
  '3.1.5 3.1.6 3.2.1 3.2.2 3.2.3 3.2.4 3.3.1 3.3.2 3.3.2.1 3.3.2.2 3.3.2.3 3.3.3 3.4 3.5 4.1 4.2 4.3 4.3.1 4.3.2 4.3.3 ' +
  '4.4 4.5 4.5.1 4.5.2 4.5.3 4.5.4 4.5.5 4.5.6 4.5.7 4.5.8 4.5.9 4.5.10 5.1 5.2 5.3 5.4 5.5.1 5.5.2 5.6'
).split(' ')

describe('spec/requirements.tsv', () => {
  it('has a flawless row for each duty', () => {
    expect(rows.flatMap((row) => flaws(row).map((flaw) => `${row.id}: ${flaw}`))).toEqual([])
  })
  it('has no id twice', () => {
    expect(rows.map((row) => row.id)).toEqual([...new Set(rows.map((row) => row.id))])
  })
  it('is what docs/conformance.md shows (npm run conformance writes it)', () => {
    expect(readFileSync(join(import.meta.dirname, '../docs/conformance.md'), 'utf8')).toBe(conformancePage(rows))
  })
  it('covers every section that states a duty', () => {
    const missing = SECTIONS_WITH_DUTIES.filter((section) => !rows.some((row) => row.section === section))
    expect(missing).toEqual([])
  })

  const done = rows.find((one) => one.id === '3.1.1-1')!
  it.each([
    ['no code', { code: '' }, 'no code named'],
    ['no test', { test: '' }, 'no test named'],
    ['a file that is not there', { code: 'src/core/none.ts' }, 'does not cite'],
    ['one file of two that does not cite it', { code: `${done.code}, src/core/lib/rope.ts` }, 'does not cite'],
    ['another section than the one cited', { section: '3.2.1', id: '3.2.1-1' }, 'does not cite'],
    ['a section that is not there', { section: '3.9', id: '3.9-1' }, 'has no §3.9'],
    ['a test that is not there', { test: 'test/run.ts : no such' }, 'no test'],
    ['a name that stands in no title', { test: `${done.test.split(' : ')[0]} : firstFormalFailure` }, 'no test'],
    ['todo without a reason', { state: 'todo', why: '' }, 'without a why'],
  ] as const)('would show a duty with %s', (_, change, flaw) => {
    expect(flaws(done)).toEqual([])
    expect(flaws({ ...done, ...change }).join('\n')).toContain(flaw)
  })
})

describe('names of tests', () => {
  it.each([
    ["it('a', () => {})", ['a']],
    ["describe.skipIf(needs('x'))('b', () => {})", ['b']],
    ["it.each([\n  ['c', 1],\n  ['d', 2],\n])('e %s', () => {})", ['e %s', 'c', 'd']],
    ["it.each(rows)('f of $kind', () => {})", ['f of $kind']],
    ["it.skipIf(needs(')')).each(['x'] as const)('j', () => {})", ['j', 'x']],
    ["// it('g')\nit.skip('h', () => {})", []],
    ["expect(x).toBe('i')", []],
  ])('%s', (source, names) => {
    expect(testNames(source)).toEqual(names)
  })
})

describe('citations', () => {
  it('are of sections that RFC 6109 has', () => {
    expect(strayCitations()).toEqual([])
  })
  it('answer for the duties of the section that they cite', () => {
    expect(unclaimedCitations(rows)).toEqual([])
  })
  it('of a wrong section would be seen', () => {
    const without = rows.map((row) => ({ ...row, code: row.code.replace('src/core/pec/formal.ts', '') }))
    expect(unclaimedCitations(without, ['src/core/pec/formal.ts'])).toContain('src/core/pec/formal.ts: §3.1.1')
  })
  it.each([
    ['// RFC 6109 §3.1.1', ['3.1.1']],
    ['// RFC 6109 §3.1.6, §2.1.1.1.2', ['3.1.6', '2.1.1.1.2']],
    ['/** Ends. RFC 6109 §2.3. */', ['2.3']],
    ['RFC 5322 §3.6', []],
  ])('%s', (source, sections) => {
    expect([...citedSections(source)]).toEqual(sections)
  })
})
