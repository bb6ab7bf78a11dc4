// The sets of keywords of a folder in memory.
import { describe, expect, it } from 'vitest'
import { makeKeywordSets } from '../../../src/shell/mailstore/cells.ts'

describe('sets of keywords', () => {
  it('that nobody uses any more are forgotten, be they made without end', () => {
    const sets = makeKeywordSets()
    const kept = sets.numberOf('resta $Forwarded')
    for (let at = 0; at < 5_000; at++) {
      sets.numberOf(`${at}-${'x'.repeat(2_000)}`)
      if (sets.overgrown()) sets.forget(new Set([kept]))
    }
    expect(sets.characters()).toBeLessThan(5_000_000)
    expect(sets.wordsOf(kept)).toEqual(['resta', '$Forwarded'])
    expect(sets.numberOf('resta $Forwarded')).toBe(kept)
    expect(sets.asWritten('RESTA')).toBe('resta')
  })
  it('that were given a moment ago outlive the forgetting', () => {
    const sets = makeKeywordSets()
    const onItsWay = sets.numberOf('nuova')
    sets.forget(new Set())
    expect(sets.textOf(onItsWay)).toBe('nuova')
    sets.forget(new Set([onItsWay]))
    sets.forget(new Set())
    expect(sets.textOf(onItsWay)).toBe('nuova')
    sets.forget(new Set())
    expect(sets.textOf(onItsWay)).toBe('')
    expect(sets.textOf(sets.numberOf('nuova'))).toBe('nuova')
  })
})
