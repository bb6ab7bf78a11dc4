// Each duty marked done is cited in the code and has its test; the published page is the one of the table.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { conformancePage } from './conformance.ts'
import { citedSections, flaws, readRequirements, strayCitations } from './support/requirements.ts'

const rows = readRequirements()

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
  it('would show a duty without code or test', () => {
    const row = {
      ...rows.find((one) => one.state === 'done')!,
      code: 'src/core/lib/rope.ts',
      test: 'test/run.ts : no such',
    }
    expect(flaws(row).length).toBe(2)
  })
})

describe('citations', () => {
  it('are of sections that RFC 6109 has', () => {
    expect(strayCitations()).toEqual([])
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
