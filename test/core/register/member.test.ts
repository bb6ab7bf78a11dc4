// The status of a member, and what leads to it.
import { expect, test } from 'vitest'
import {
  eventsBetween,
  isOnRegister,
  MEMBER_STATUSES,
  type MemberEvent,
  type MemberStatus,
  memberMachine,
} from '../../../src/core/register/member.ts'

test.each<[MemberStatus, MemberEvent, MemberStatus | undefined]>([
  ['active', 'suspend', 'suspended'],
  ['active', 'strikeOff', 'cancelled'],
  ['active', 'transfer', 'transferred'],
  ['active', 'reinstate', undefined],
  ['suspended', 'reinstate', 'active'],
  ['suspended', 'die', 'deceased'],
  ['cancelled', 'enrolAgain', 'active'],
  ['cancelled', 'suspend', undefined],
  ['transferred', 'enrolAgain', 'active'],
  ['deceased', 'enrolAgain', undefined],
])('%s, %s: %s', (status, event, next) => expect(memberMachine.next(status, event)).toBe(next))

test('who is on the register (art. 16 c. 7 DL 185/2008)', () =>
  expect(MEMBER_STATUSES.filter(isOnRegister)).toEqual(['active', 'suspended']))

test.each<[MemberStatus, MemberStatus, readonly MemberEvent[] | undefined]>([
  ['active', 'active', []],
  ['active', 'suspended', ['suspend']],
  ['cancelled', 'suspended', ['enrolAgain', 'suspend']],
  ['transferred', 'cancelled', ['enrolAgain', 'strikeOff']],
  ['deceased', 'active', undefined],
])('from %s to %s: %j', (from, to, events) => expect(eventsBetween(from, to)).toEqual(events))

test('the events between two statuses lead there', () => {
  for (const from of MEMBER_STATUSES)
    for (const to of MEMBER_STATUSES) {
      let at: MemberStatus | undefined = from
      for (const event of eventsBetween(from, to) ?? []) at = at && memberMachine.next(at, event)
      if (from !== 'deceased') expect(at).toBe(to)
    }
})
