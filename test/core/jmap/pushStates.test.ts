// What clients are told has changed, and what they say that they know.
import { expect, it } from 'vitest'
import {
  type BoxPosition,
  changedStates,
  isQuotaState,
  printPushState,
  readPushState,
  typeStates,
} from '../../../src/core/jmap/pushStates.ts'

const BOX: BoxPosition = {
  modseq: 9,
  delivered: 5,
  submissions: 7,
  identities: 2,
  settings: 1,
  usedBytes: 300,
  limitBytes: 1000,
  messages: 3,
}

it.each<readonly [string, Partial<BoxPosition>, readonly string[]]>([
  ['a flag', { modseq: 10 }, ['Email', 'Mailbox', 'Thread']],
  [
    'mail that is delivered',
    { modseq: 10, delivered: 10, usedBytes: 400, messages: 4 },
    ['Email', 'Mailbox', 'Thread', 'EmailDelivery', 'EmailSubmission', 'PecSubmission', 'Quota'],
  ],
  ['a draft', { modseq: 10, usedBytes: 400, messages: 4 }, ['Email', 'Mailbox', 'Thread', 'Quota']],
  [
    'what was sent',
    { modseq: 10, submissions: 10 },
    ['Email', 'Mailbox', 'Thread', 'EmailSubmission', 'PecSubmission'],
  ],
  ['an identity', { modseq: 10, identities: 10 }, ['Email', 'Mailbox', 'Thread', 'Identity']],
  ['the webmail', { modseq: 10, settings: 10 }, ['Email', 'Mailbox', 'Thread', 'PecSettings']],
  ['more room', { limitBytes: 2000 }, ['Quota']],
  ['nothing', {}, []],
])('moves with %s', (_, change, types) => {
  const [before, now] = [typeStates(BOX), typeStates({ ...BOX, ...change })]
  expect(Object.keys(changedStates(before, now, undefined))).toEqual(types)
  const wanted = new Set(['EmailDelivery', 'Quota'])
  expect(Object.keys(changedStates(before, now, wanted))).toEqual(types.filter((type) => wanted.has(type)))
})

it('knows its own words, and no others', () => {
  const states = typeStates(BOX)
  expect(readPushState(printPushState(states))).toEqual(states)
  for (const text of ['', '9', 'a-b-c-d-e-f-g', '1-2-3-4-5-6', `${'1'.repeat(400)}-1-1-1-1-1-1`])
    expect(readPushState(text)).toBeUndefined()
  expect(isQuotaState(states.Quota)).toBe(true)
  for (const text of ['', '12', '1.2.x', '-1.2.3']) expect(isQuotaState(text)).toBe(false)
})
