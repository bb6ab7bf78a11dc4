// State machines as tables.
import { expect, test } from 'vitest'
import { machine } from '../../../src/core/lib/machine.ts'

type State = 'open' | 'shut' | 'gone'
type Event = 'push' | 'pull' | 'burn'
const door = machine<State, Event>('shut', { open: { push: 'shut' }, shut: { pull: 'open', burn: 'gone' }, gone: {} })

test.each<[State, Event, State | undefined]>([
  ['shut', 'pull', 'open'],
  ['open', 'push', 'shut'],
  ['shut', 'burn', 'gone'],
  ['shut', 'push', undefined],
  ['open', 'burn', undefined],
  ['gone', 'pull', undefined],
])('%s, %s: %s', (state, event, next) => expect(door.next(state, event)).toBe(next))

test('the initial state, and the final ones', () => {
  expect(door.initial).toBe('shut')
  expect([door.isFinal('shut'), door.isFinal('open'), door.isFinal('gone')]).toEqual([false, false, true])
})
