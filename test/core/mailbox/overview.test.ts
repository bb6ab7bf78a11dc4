// Whether a box is in order: every concern by itself, their order, what collaborators see, the forecast of space.
import { describe, expect, it } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import {
  domicileStanding,
  judgeBox,
  type OverviewFacts,
  type SpaceFacts,
  spaceOf,
} from '../../../src/core/mailbox/overview.ts'

const NOW = Date.UTC(2026, 2, 9, 9)
const term = { state: 'active', expiresAt: NOW + 300 * DAY, nextPayer: 'member' } as const
const GOOD: OverviewFacts = {
  space: { usedBytes: 10, quotaBytes: 100, percent: 10 },
  term,
  reference: { isThere: true, checkDue: false },
  domicile: 'confirmed',
}
const at = (percent: number, daysToFull?: number) => ({ ...GOOD.space, percent, daysToFull })

describe('the judgement', () => {
  it.each<[string, Partial<OverviewFacts>, string, string[], string[]]>([
    ['nothing', {}, 'ok', [], []],
    ['no term, no Order', { term: undefined, domicile: undefined }, 'ok', [], []],
    ['full', { space: at(100) }, 'urgent', ['full'], ['full']],
    ['almost full', { space: at(95) }, 'urgent', ['almostFull'], ['almostFull']],
    ['filling', { space: at(85) }, 'attention', ['filling'], ['filling']],
    ['full within weeks', { space: at(20, 60) }, 'attention', ['filling'], ['filling']],
    ['full in months', { space: at(20, 61) }, 'ok', [], []],
    ['ends in a month', { term: { ...term, expiresAt: NOW + 30 * DAY } }, 'attention', ['expiring'], []],
    ['ends, the Order renews', { term: { ...term, expiresAt: NOW + DAY, nextPayer: 'order' } }, 'ok', [], []],
    ['over', { term: { ...term, state: 'expired' } }, 'urgent', ['expired'], ['expired']],
    ['closing', { term: { ...term, closeAt: NOW + DAY } }, 'urgent', ['closing'], ['closing']],
    ['closed hides the rest', { term: { ...term, state: 'closed' }, space: at(100) }, 'urgent', ['closed'], ['closed']],
    ['no reference e-mail', { reference: { isThere: false, checkDue: true } }, 'attention', ['referenceMissing'], []],
    ['old reference e-mail', { reference: { isThere: true, checkDue: true } }, 'attention', ['referenceOld'], []],
    ['domicile failed', { domicile: 'failed' }, 'attention', ['domicileFailed'], []],
    [
      'gravest first',
      { space: at(99), reference: { isThere: true, checkDue: true }, term: { ...term, state: 'expired' } },
      'urgent',
      ['expired', 'almostFull', 'referenceOld'],
      ['expired', 'almostFull'],
    ],
  ])('%s', (_, change, level, concerns, ofCollaborators) => {
    const facts = { ...GOOD, ...change }
    expect(judgeBox(facts, NOW, false)).toEqual({ level, concerns })
    expect(judgeBox(facts, NOW, true).concerns).toEqual(ofCollaborators)
  })
})

describe('the forecast', () => {
  it.each<[string, Partial<SpaceFacts>, number, number | undefined]>([
    ['a month’s pace', { usedBytes: 400, recentBytes: 300 }, 40, 60],
    ['a young box counts a week at least', { since: NOW - DAY, recentBytes: 70, usedBytes: 70 }, 7, 93],
    ['a box of ten days by its ten days', { since: NOW - 10 * DAY, recentBytes: 100, usedBytes: 100 }, 10, 90],
    ['nothing arrives', { recentBytes: 0 }, 0, undefined],
    ['years away', { quotaBytes: 1e9, recentBytes: 1 }, 0, undefined],
    ['full', { usedBytes: 1_000, recentBytes: 10 }, 100, 0],
    ['over full', { usedBytes: 1_200, recentBytes: 10 }, 100, 0],
    ['almost shows no 100', { usedBytes: 999, recentBytes: 0 }, 99, undefined],
  ])('%s', (_, change, percent, daysToFull) => {
    const facts = { usedBytes: 0, quotaBytes: 1_000, recentBytes: 0, since: NOW - 300 * DAY, ...change }
    expect(spaceOf(facts, NOW)).toMatchObject({ percent, daysToFull })
  })
})

describe('the domicile', () => {
  const is = (isThis: boolean, state: 'awaiting' | 'confirmed' | 'failed' | 'ceased') => ({ isThis, state })
  it.each([
    ['confirmed', [is(true, 'confirmed')]],
    ['awaiting', [is(true, 'awaiting'), is(false, 'confirmed')]],
    ['other', [is(true, 'ceased'), is(false, 'confirmed')]],
    ['other', [is(true, 'failed'), is(false, 'confirmed')]],
    ['failed', [is(true, 'failed')]],
    ['none', [is(true, 'ceased')]],
    ['none', []],
  ])('%s', (standing, known) => {
    expect(domicileStanding(known)).toBe(standing)
  })
})
