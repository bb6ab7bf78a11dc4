// What is due for a box: a table that reads like the rule, and the whole life walked day by day.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf } from '../../../src/core/lib/calendar.ts'
import { DAY, type Instant } from '../../../src/core/lib/instant.ts'
import { earliestClosing, holderClosing } from '../../../src/core/mailbox/closing.ts'
import { receives, sends, signsIn } from '../../../src/core/mailbox/standing.ts'
import type { TermState } from '../../../src/core/mailbox/term.ts'
import {
  endOfDayAfter,
  mailboxStateFor,
  nextTermStep,
  type TermFacts,
  type TermNotice,
} from '../../../src/core/mailbox/termSchedule.ts'

const on = (date: string): Instant => instantOf(date, 10)
const END = instantOf('2029-03-12', 23, 59, 59)
const facts = (more: Partial<TermFacts> = {}): TermFacts => ({
  state: 'active',
  term: 1,
  expiresAt: END,
  graceDays: 90,
  takeOutDays: 180,
  nextPayer: 'member',
  told: new Set(),
  ...more,
})
const told = (...notices: TermNotice[]): ReadonlySet<TermNotice> => new Set(notices)
const step = (date: string, more: Partial<TermFacts> = {}): string | undefined => {
  const next = nextTermStep(facts(more), on(date))
  if (!next) return undefined
  return next.kind === 'tell' ? `${next.notice} in ${next.days}` : next.kind
}

describe('before the end', () => {
  it.each<[string, Partial<TermFacts>, string | undefined]>([
    ['2028-12-11', {}, undefined],
    ['2028-12-12', {}, 'expiry90 in 90'],
    ['2028-12-13', { told: told('expiry90') }, undefined],
    ['2029-02-10', { told: told('expiry90') }, 'expiry30 in 30'],
    ['2029-03-05', { told: told('expiry90', 'expiry30') }, 'expiry7 in 7'],
    ['2029-03-12', { told: told('expiry90', 'expiry30', 'expiry7') }, undefined],
    ['2029-03-10', {}, 'expiry7 in 2'], // who was away for months is told once, the most urgent
    ['2029-03-05', { state: 'suspended' }, 'expiry7 in 7'],
    ['2029-03-05', { closeAt: on('2029-03-08') }, undefined], // its closing was told already
  ])('on %s %o: %s', (date, more, wanted) => expect(step(date, more)).toBe(wanted))
})

describe('at the end and after', () => {
  it.each<[string, Partial<TermFacts>, string | undefined]>([
    ['2029-03-13', {}, 'expire'],
    ['2029-03-13', { nextPayer: 'nobody' }, 'expire'],
    ['2029-03-13', { nextPayer: 'order' }, 'renew'],
    ['2029-03-13', { state: 'suspended', nextPayer: 'order' }, 'renew'],
    ['2029-06-10', { state: 'expired', graceUntil: endOfDayAfter(END, 90) }, undefined],
    ['2029-06-11', { state: 'expired', graceUntil: endOfDayAfter(END, 90) }, 'close'],
    ['2027-05-02', { closeAt: on('2027-05-01') }, 'close'],
    ['2027-05-02', { state: 'suspended', closeAt: on('2027-05-01') }, 'close'],
    ['2029-11-01', { state: 'closed', purgeAfter: on('2029-12-08') }, undefined],
    ['2029-11-08', { state: 'closed', purgeAfter: on('2029-12-08') }, 'closing30 in 30'],
    ['2029-12-07', { state: 'closed', purgeAfter: on('2029-12-08'), told: told('closing30') }, undefined],
    ['2029-12-09', { state: 'closed', purgeAfter: on('2029-12-08') }, 'purge'],
    ['2040-01-01', { state: 'purged' }, undefined],
  ])('on %s %o: %s', (date, more, wanted) => expect(step(date, more)).toBe(wanted))

  it('an expiry of zero days of grace closes the next day', () => {
    const expired = nextTermStep(facts({ graceDays: 0 }), on('2029-03-13'))
    expect(expired).toEqual({ kind: 'expire', graceUntil: END })
    expect(step('2029-03-13', { state: 'expired', graceUntil: END })).toBe('close')
  })
})

describe('what the mailbox may do', () => {
  it.each<[TermState, boolean, string]>([
    ['active', false, 'signs in, receives, sends'],
    ['suspended', true, ''],
    ['expired', true, 'signs in, receives'],
    ['expired', false, 'signs in'],
    ['closed', true, 'signs in'],
    ['purged', true, ''],
  ])('%s (receives when expired: %s): %s', (state, receivesWhenExpired, wanted) => {
    const mailbox = mailboxStateFor(state, receivesWhenExpired)
    const may = [signsIn(mailbox) && 'signs in', receives(mailbox) && 'receives', sends(mailbox) && 'sends']
    expect(may.filter(Boolean).join(', ')).toBe(wanted)
  })
})

describe('a box that its holder gives up', () => {
  const end = (date: string): Instant => instantOf(date, 23, 59, 59)
  it.each<[string, Parameters<typeof holderClosing>[0]['state'], string | undefined, string | undefined]>([
    // thirty days, or the end of the term, or of the grace
    ['2027-05-02', 'active', undefined, '2027-06-01'],
    ['2029-02-20', 'active', undefined, '2029-03-12'],
    ['2029-04-01', 'expired', '2029-06-10', '2029-05-01'],
    ['2029-06-01', 'expired', '2029-06-10', '2029-06-10'],
    // nobody has looked yet since the end
    ['2029-03-13', 'active', undefined, '2029-03-13'],
    ['2027-05-02', 'suspended', undefined, undefined],
    ['2027-05-02', 'closed', undefined, undefined],
    ['2027-05-02', 'purged', undefined, undefined],
  ])('on %s, %s: closes at the end of the right day', (date, state, grace, closes) => {
    const of = { state, expiresAt: END, graceUntil: grace === undefined ? undefined : end(grace), takeOutDays: 180 }
    expect(holderClosing(of, on(date))?.closeAt).toBe(closes === undefined ? undefined : end(closes))
  })
  it('is never renewed, whoever would pay, and closes on the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3000 }), (daysBefore, minutes) => {
        const asked = END - daysBefore * DAY - minutes * 60_000
        const { closeAt } = holderClosing({ state: 'active', expiresAt: END, takeOutDays: 180 }, asked)!
        const of = facts({ closeAt, nextPayer: 'order' })
        expect(closeAt).toBeLessThanOrEqual(END)
        for (let now = asked; now <= closeAt; now += DAY / 4) expect(nextTermStep(of, now)).toBeUndefined()
        expect(nextTermStep(of, closeAt + 1)).toMatchObject({ kind: 'close', reason: 'planned' })
      }),
    )
  })
  it.each([
    [null, null, undefined],
    [5, null, 5],
    [null, 7, 7],
    [5, 7, 5],
    [9, 7, 7],
  ])('of two plans, %s and %s, the earlier holds', (office, holder, first) => {
    expect(earliestClosing(office, holder)).toBe(first)
  })
})

it('any life, looked at on any days, ends, tells each notice once, and never closes what the Order renews', () => {
  const payers = fc.constantFrom('order' as const, 'member' as const, 'nobody' as const)
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 80, maxLength: 120 }),
      payers,
      (gaps, nextPayer) => {
        let now = instantOf('2028-11-01', 9)
        let box = facts({ nextPayer })
        const seen: string[] = []
        for (const gap of gaps) {
          now += gap * DAY
          for (let next = nextTermStep(box, now), steps = 0; next; next = nextTermStep(box, now)) {
            expect(++steps).toBeLessThan(8)
            seen.push(next.kind === 'tell' ? next.notice : next.kind)
            if (next.kind === 'tell') box = { ...box, told: new Set([...box.told, next.notice]) }
            if (next.kind === 'renew') box = { ...box, expiresAt: box.expiresAt + 1096 * DAY, told: new Set() }
            if (next.kind === 'expire') box = { ...box, state: 'expired', graceUntil: next.graceUntil }
            if (next.kind === 'close') box = { ...box, state: 'closed', purgeAfter: next.purgeAfter }
            if (next.kind === 'purge') box = { ...box, state: 'purged' }
          }
        }
        if (nextPayer === 'order') expect(box.state).toBe('active')
        else expect(new Set(seen).size).toBe(seen.length)
      },
    ),
  )
})
