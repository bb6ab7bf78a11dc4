// Patches, windows and filters of JMAP as tables (RFC 8620 §5.3, §5.5).
import { describe, expect, it } from 'vitest'
import { readFilter } from '../../../src/core/jmap/filter.ts'
import { applyPatch } from '../../../src/core/jmap/patch.ts'
import { listChanges, windowOf } from '../../../src/core/jmap/query.ts'

describe('a patch', () => {
  const object = { name: 'x', map: { a: true, 'b/c': true, 'd~e': true }, list: [1, 2] }
  it.each<readonly [object, object]>([
    [{}, object],
    [{ name: 'y' }, { ...object, name: 'y' }],
    [{ name: null }, { map: object.map, list: object.list }],
    [{ 'map/a': null }, { ...object, map: { 'b/c': true, 'd~e': true } }],
    [
      { 'map/b~1c': null, 'map/d~0e': null },
      { ...object, map: { a: true } },
    ],
    [{ 'map/none': null }, object],
    [{ 'map/f': true }, { ...object, map: { ...object.map, f: true } }],
    [{ 'map/~01': 1 }, { ...object, map: { ...object.map, '~1': 1 } }],
    [{ list: [] }, { ...object, list: [] }],
    [{ more: 1 }, { ...object, more: 1 }],
  ])('%j', (patch, value) => expect(applyPatch(object, patch as Record<string, unknown>)).toEqual({ value }))
  it.each([
    [{ 'none/x': 1 }],
    [{ 'name/x': 1 }],
    [{ 'list/0': 1 }],
    [{ 'map/none/x': 1 }],
    [{ map: {}, 'map/a': true }],
    [{ 'map/a': true, 'map/a/b': true }],
  ])('%j is none', (patch) =>
    expect(applyPatch(object, patch as Record<string, unknown>)).toMatchObject({ type: 'invalidPatch' }),
  )
  it('leaves the object as it was', () => {
    applyPatch(object, { 'map/a': null, name: null })
    expect(object).toEqual({ name: 'x', map: { a: true, 'b/c': true, 'd~e': true }, list: [1, 2] })
  })
})

describe('a window', () => {
  const results = { length: 5, idAt: (at: number) => `i${at}` }
  it.each<readonly [object, object]>([
    [{}, { position: 0, ids: ['i0', 'i1', 'i2'], limit: 3 }],
    [{ limit: 2 }, { position: 0, ids: ['i0', 'i1'] }],
    [{ limit: 9 }, { position: 0, ids: ['i0', 'i1', 'i2'], limit: 3 }],
    [{ position: 3 }, { position: 3, ids: ['i3', 'i4'] }],
    [{ position: 7 }, { position: 7, ids: [] }],
    [{ position: -2 }, { position: 3, ids: ['i3', 'i4'] }],
    [
      { position: -9, limit: 1 },
      { position: 0, ids: ['i0'] },
    ],
    [{ anchor: 'i3' }, { position: 3, ids: ['i3', 'i4'] }],
    [
      { anchor: 'i3', anchorOffset: -2, limit: 2 },
      { position: 1, ids: ['i1', 'i2'] },
    ],
    [
      { anchor: 'i3', anchorOffset: 1, position: 0 },
      { position: 4, ids: ['i4'] },
    ],
    [
      { anchor: 'i1', anchorOffset: -5, limit: 1 },
      { position: 0, ids: ['i0'] },
    ],
    [
      { anchor: null, limit: 0 },
      { position: 0, ids: [] },
    ],
    [{ anchor: 'none' }, { methodError: 'anchorNotFound' }],
  ])('%j', (window, told) => expect(windowOf(results, window, 3)).toEqual({ ...told }))
  it('what has changed in a list: taken out, and put in where it is now', () =>
    expect(listChanges(['a', 'n', 'b'], new Set(['b', 'n', 'gone']), (id) => id === 'n')).toEqual({
      removed: ['b', 'gone'],
      added: [
        { id: 'n', index: 1 },
        { id: 'b', index: 2 },
      ],
    }))
})

describe('a filter over a table of conditions', () => {
  const condition = (name: string, value: unknown) =>
    name === 'is'
      ? (one: number) => one === value
      : name === 'above'
        ? (one: number) => one > (value as number)
        : ({ methodError: 'unsupportedFilter' } as const)
  const pass = (filter: unknown): unknown => {
    const test = readFilter(filter, condition)
    return typeof test === 'function' ? [1, 2, 3].filter(test) : test.methodError
  }
  it.each<readonly [unknown, unknown]>([
    [{}, [1, 2, 3]],
    [{ is: 2 }, [2]],
    [{ is: 2, above: 2 }, []],
    [{ operator: 'OR', conditions: [{ is: 1 }, { above: 2 }] }, [1, 3]],
    [{ operator: 'NOT', conditions: [{ is: 1 }, { above: 2 }] }, [2]],
    [{ operator: 'AND', conditions: [{ above: 1 }, { operator: 'NOT', conditions: [{ is: 3 }] }] }, [2]],
    [{ operator: 'AND', conditions: [] }, [1, 2, 3]],
    [{ operator: 'OR', conditions: [] }, []],
    [{ operator: 'XOR', conditions: [] }, 'invalidArguments'],
    [{ operator: 'AND' }, 'invalidArguments'],
    [{ conditions: [] }, 'invalidArguments'],
    [{ operator: 'AND', conditions: [], is: 1 }, 'invalidArguments'],
    [{ operator: 'AND', conditions: [1] }, 'invalidArguments'],
    [{ colour: 1 }, 'unsupportedFilter'],
    [[], 'invalidArguments'],
    ['x', 'invalidArguments'],
  ])('%j', (filter, found) => expect(pass(filter)).toEqual(found))
  it('is not without end', () => {
    let filter: unknown = { is: 1 }
    for (let depth = 0; depth < 40; depth++) filter = { operator: 'AND', conditions: [filter] }
    expect(pass(filter)).toBe('invalidArguments')
  })
})
