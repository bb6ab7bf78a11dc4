// The counting itself: a run must not be able to hide a failure.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { databaseTests } from './databaseTests.ts'
import { one, sum, tallyOf, verdict } from './tally.ts'

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((t) => ({ status: t })) })

describe('the tally of a run', () => {
  it.each([
    ['all green', { testResults: [file('passed', 'passed', 'passed')] }, 0, '2 passed, 0 failed', true],
    ['one red', { testResults: [file('failed', 'passed', 'failed')] }, 1, '1 passed, 1 failed', false],
    [
      'a file that does not load',
      { testResults: [file('failed'), file('passed', 'passed')] },
      1,
      '1 passed, 1 failed',
      false,
    ],
    ['an error outside every test', { testResults: [file('passed', 'passed')] }, 1, '1 passed, 1 failed', false],
    ['no report', undefined, 0, '0 passed, 1 failed', false],
    ['no test at all', { testResults: [] }, 0, '0 passed, 0 failed', false],
    ['one skipped', { testResults: [file('passed', 'passed', 'skipped')] }, 0, '1 passed, 0 failed, 1 skipped', true],
    ['one to do', { testResults: [file('passed', 'passed', 'todo')] }, 0, '1 passed, 0 failed, 1 skipped', true],
  ])('%s', (_, report, exitCode, line, ok) => {
    expect(verdict(tallyOf(report, exitCode), false)).toEqual({ line, ok })
  })

  it('counts a skipped test as failed where nothing may be skipped', () => {
    const tally = tallyOf({ testResults: [file('passed', 'passed', 'skipped')] }, 0)
    expect(verdict(tally, true)).toEqual({ line: '1 passed, 1 failed', ok: false })
  })

  it('adds up over suites', () => {
    expect(sum([one(true), one(false), { passed: 2, failed: 0, skipped: 3 }])).toEqual({
      passed: 3,
      failed: 1,
      skipped: 3,
    })
  })
})

describe('the tests that run on each PostgreSQL', () => {
  it('are those that reach the database, directly or through a helper, and no other', () => {
    const found = databaseTests(join(import.meta.dirname, '..', '..')).map((file) => file.replaceAll('\\', '/'))
    expect(found).toContain('test/shell/db/pool.test.ts')
    expect(found).toContain('test/journeys/flows.test.ts')
    expect(found).not.toContain('test/architecture.test.ts')
    expect(found.filter((file) => file.startsWith('test/core/'))).toEqual([])
  })
})
