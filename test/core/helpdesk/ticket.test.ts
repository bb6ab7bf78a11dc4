// Tickets: the hours of the desk, the machine and its clock, numbers, names of files, canned answers.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillPlaceholders, SHIPPED_ANSWERS, unknownPlaceholders } from '../../../src/core/helpdesk/canned.ts'
import {
  cleanFileName,
  dueOf,
  nextClock,
  startClock,
  TICKET_STATES,
  type TicketClock,
  type TicketEvent,
  type TicketState,
  ticketMachine,
} from '../../../src/core/helpdesk/ticket.ts'
import { makeTicketNumber, parseTicketNumber } from '../../../src/core/helpdesk/ticketNumber.ts'
import { addWorkingTime, workingTimeBetween } from '../../../src/core/helpdesk/workingTime.ts'
import { instantOf } from '../../../src/core/lib/calendar.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/lib/instant.ts'

const at = (date: string, hour = 0, minute = 0): number => instantOf(date, hour, minute)

describe('working time', () => {
  it.each([
    // Monday 9 March 2026
    ['within a day', at('2026-03-09', 10), 4 * HOUR, at('2026-03-09', 14)],
    ['over a night', at('2026-03-09', 16), 4 * HOUR, at('2026-03-10', 11)],
    ['from the night', at('2026-03-09', 3), HOUR, at('2026-03-09', 10)],
    ['over a weekend and into summer time', at('2026-03-27', 17), 2 * HOUR, at('2026-03-30', 10)],
    ['over Easter Monday', at('2026-04-03', 17, 30), HOUR, at('2026-04-07', 9, 30)],
    ['to the end of a day', at('2026-03-09', 9), 9 * HOUR, at('2026-03-09', 18)],
  ])('%s', (_, from, ms, due) => {
    expect(addWorkingTime(from, ms)).toBe(due)
    expect(workingTimeBetween(from, due)).toBe(ms)
  })

  it('what is added is what lies between', () => {
    const instants = fc.integer({ min: at('2026-01-01'), max: at('2028-12-31') })
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 200 * HOUR }), (from, ms) => {
        const due = addWorkingTime(from, ms)
        expect(due).toBeGreaterThanOrEqual(from)
        expect(workingTimeBetween(from, due)).toBe(ms)
      }),
      { numRuns: 200 },
    )
  })

  it('none passes backwards', () => {
    expect(workingTimeBetween(at('2026-03-10', 10), at('2026-03-09', 10))).toBe(0)
  })
})

describe('the machine', () => {
  const events: readonly TicketEvent[] = ['confirm', 'reply', 'ask', 'inform', 'solve', 'reopen', 'close', 'lapse']
  it('lets nobody say anything in what is not confirmed or closed', () => {
    expect(events.filter((event) => ticketMachine.next('unconfirmed', event))).toEqual(['confirm', 'lapse'])
    expect(events.filter((event) => ticketMachine.next('closed', event))).toEqual([])
  })
  it.each(TICKET_STATES)(
    'in %s there is a clock for every arrow, and a due time where the desk owes something',
    (state) => {
      for (const event of events) {
        const to = ticketMachine.next(state, event)
        if (!to) continue
        const clock = nextClock(
          startClock('mail', at('2026-03-09', 10)),
          { event, state: to, category: 'mail' },
          at('2026-03-09', 11),
        )
        expect(dueOf(clock) !== null, `${event} to ${to}`).toBe(to === 'open' || to === 'waitingForUs')
      }
    },
  )
})

describe('the clock', () => {
  const start = at('2026-03-09', 10)
  const step = (clock: TicketClock, event: TicketEvent, state: TicketState, now: number): TicketClock =>
    nextClock(clock, { event, state, category: 'access' }, now)

  it('promises an answer in four working hours and a solution in two days to who cannot get in', () => {
    expect(startClock('access', start)).toEqual({
      answerDueAt: at('2026-03-09', 14),
      solutionDueAt: at('2026-03-11', 10),
      solutionLeftMs: null,
    })
  })
  it('stands still while the person is awaited, and goes on from there', () => {
    const asked = step(startClock('access', start), 'ask', 'waitingForYou', at('2026-03-09', 12))
    expect(asked).toEqual({ answerDueAt: null, solutionDueAt: null, solutionLeftMs: 16 * HOUR })
    const again = step(asked, 'ask', 'waitingForYou', at('2026-03-09', 13))
    expect(again.solutionLeftMs).toBe(16 * HOUR)
    const back = step(again, 'reply', 'waitingForUs', at('2026-03-16', 9))
    expect(back.answerDueAt).toBe(at('2026-03-16', 13))
    expect(back.solutionDueAt).toBe(at('2026-03-17', 16))
    expect(dueOf(back)).toBe(back.answerDueAt)
  })
  it('a second word makes nobody wait longer', () => {
    const first = step(startClock('access', start), 'inform', 'waitingForUs', at('2026-03-09', 11))
    expect(first.answerDueAt).toBeNull()
    const second = step(first, 'reply', 'waitingForUs', at('2026-03-09', 12))
    expect(step(second, 'reply', 'waitingForUs', at('2026-03-09', 15)).answerDueAt).toBe(second.answerDueAt)
  })
  it('what was solved and is not begins anew', () => {
    const solved = step(startClock('access', start), 'solve', 'solved', at('2026-03-09', 11))
    expect(dueOf(solved)).toBeNull()
    expect(step(solved, 'reply', 'waitingForUs', at('2026-03-10', 9)).solutionDueAt).toBe(at('2026-03-11', 18))
  })
  it('a promise that was missed stays missed', () => {
    const late = step(startClock('access', start), 'ask', 'waitingForYou', start + 10 * DAY)
    expect(step(late, 'reply', 'waitingForUs', start + 11 * DAY).solutionDueAt).toBeLessThanOrEqual(
      start + 11 * DAY + MINUTE,
    )
  })
})

describe('numbers', () => {
  const number = makeTicketNumber(2026, new Uint8Array(8).fill(9))
  it.each([
    number,
    number.toLowerCase(),
    ` ${number.replaceAll('-', ' ')} `,
    number.replaceAll('-', ''),
    number.replace('R', 'R-'),
  ])('are read as people write them: %s', (typed) => expect(parseTicketNumber(typed)).toBe(number))
  it.each([number.slice(1), `${number}A`, number.replace(/.$/, (c) => (c === '0' ? '1' : '0')), '', 'R'])(
    'what is none is not one: %s',
    (typed) => expect(parseTicketNumber(typed)).toBeUndefined(),
  )
})

it.each([
  ['foto.png', 'foto.png'],
  ['C:\\Users\\Anna\\foto.png', 'foto.png'],
  ['../../etc/passwd', 'passwd'],
  ['fattura\u202efdp.exe', 'fatturafdp.exe'],
  ['a\r\nSet-Cookie: x', 'aSet-Cookie: x'],
  ['..', 'allegato'],
  ['', 'allegato'],
])('the name of a file: %j', (given, clean) => expect(cleanFileName(given)).toBe(clean))

describe('canned answers', () => {
  it('fill what is known and leave the rest to be seen', () => {
    expect(fillPlaceholders('Gentile {nome}, pratica {pratica}', { nome: 'Anna' })).toBe(
      'Gentile Anna, pratica {pratica}',
    )
  })
  it('that ship have no placeholder that is unknown, and titles of their own', () => {
    expect(SHIPPED_ANSWERS.flatMap(({ text }) => unknownPlaceholders(text))).toEqual([])
    expect(new Set(SHIPPED_ANSWERS.map(({ title }) => title)).size).toBe(SHIPPED_ANSWERS.length)
    expect(unknownPlaceholders('{nome} {cognome} { x }')).toEqual(['cognome'])
  })
})
