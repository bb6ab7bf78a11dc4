// When alerts are told: quiet hours across the change of summer time, the day's letter, what stays unread, levels.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertLetter } from '../../../src/core/identity/accountTextsAlerts.ts'
import {
  afterQuiet,
  alertChannels,
  alertDue,
  fillingLevel,
  nextDigest,
  nextUnread,
  PLAIN_ALERTS,
  tellsFilling,
  unreadDue,
} from '../../../src/core/identity/alerts.ts'
import { DAY, HOUR, legalTime } from '../../../src/core/lib/instant.ts'

const utc = (text: string): number => Date.parse(`${text}Z`)
const shown = (at: number): string => new Date(at).toISOString().slice(0, 16)

describe('quiet hours', () => {
  // Summer time began on 29 March 2026 at 01:00 UTC and ended on 25 October at 01:00 UTC.
  it.each([
    ['before they begin', 22, 7, '2026-03-09T20:59', '2026-03-09T20:59'],
    ['from their first minute', 22, 7, '2026-03-09T21:00', '2026-03-10T06:00'],
    ['after midnight', 22, 7, '2026-03-10T05:59', '2026-03-10T06:00'],
    ['when they are over', 22, 7, '2026-03-10T06:00', '2026-03-10T06:00'],
    ['within a day', 13, 15, '2026-07-01T11:30', '2026-07-01T13:00'],
    ['the night that is an hour shorter', 22, 7, '2026-03-28T21:00', '2026-03-29T05:00'],
    ['the evening after it', 22, 7, '2026-03-29T20:00', '2026-03-30T05:00'],
    ['the night that is an hour longer', 22, 7, '2026-10-24T20:00', '2026-10-25T06:00'],
    ['the evening after that', 22, 7, '2026-10-25T20:30', '2026-10-25T20:30'],
    ['to the hour that is left out', 22, 2, '2026-03-29T00:30', '2026-03-29T01:00'],
    ['of the hour that is left out', 2, 3, '2026-03-29T01:00', '2026-03-29T01:00'],
    ['all but the hour that is left out', 3, 2, '2026-03-29T00:30', '2026-03-30T00:00'],
    ['of the hour that comes twice, the first time', 2, 3, '2026-10-25T00:30', '2026-10-25T02:00'],
    ['of the hour that comes twice, the second time', 2, 3, '2026-10-25T01:30', '2026-10-25T02:00'],
    ['to the hour that comes twice', 22, 2, '2026-10-24T23:59', '2026-10-25T00:00'],
    ['from an hour to itself are none', 5, 5, '2026-03-10T04:30', '2026-03-10T04:30'],
  ])('%s', (_, fromHour, toHour, at, until) => {
    expect(shown(afterQuiet(utc(at), { fromHour, toHour }))).toBe(until)
  })
  it('end within two days at an hour that is not quiet', () => {
    const hour = fc.integer({ min: 0, max: 23 })
    fc.assert(
      fc.property(hour, hour, fc.integer({ min: utc('2026-01-01'), max: utc('2028-01-01') }), (from, to, at) => {
        const end = afterQuiet(at, { fromHour: from, toHour: to })
        const { hour: now } = legalTime(end)
        const quiet = from < to ? now >= from && now < to : from > to && (now >= from || now < to)
        return end >= at && end - at <= 2 * DAY && !quiet
      }),
    )
  })
})

describe('the day’s letter', () => {
  it.each([
    ['2026-03-09T06:59', '2026-03-09T07:00'],
    ['2026-03-09T07:00', '2026-03-10T07:00'],
    ['2026-03-28T08:00', '2026-03-29T06:00'],
    ['2026-10-24T08:00', '2026-10-25T07:00'],
  ])('after %s is due at %s', (at, due) => {
    expect(shown(nextDigest(utc(at), 8))).toBe(due)
  })
  it('is for new mail only, and no quiet moves it', () => {
    const at = utc('2026-03-09T22:00')
    const mine = { ...PLAIN_ALERTS, timing: 'digest', digestHour: 6, quiet: { fromHour: 22, toHour: 9 } } as const
    expect(shown(alertDue('email', 'message', mine, at))).toBe('2026-03-10T05:00')
    expect(shown(alertDue('email', 'unread3', mine, at))).toBe('2026-03-10T08:00')
    expect(shown(alertDue('email', 'filling', mine, at))).toBe('2026-03-10T08:00')
    expect(alertDue('email', 'message', PLAIN_ALERTS, at)).toBe(at)
  })
})

describe('channels', () => {
  const device = { id: 'd1', showSender: false, showSubject: false }
  const webhook = { showSender: true, showSubject: true }
  const all = { referenceEmail: 'anna@posta.example', preference: PLAIN_ALERTS, devices: [device], webhook }
  const off = (changes: Partial<typeof PLAIN_ALERTS>) => ({ ...all, preference: { ...PLAIN_ALERTS, ...changes } })
  it.each([
    ['message', all, 'email push:d1 webhook'],
    ['unread3', all, 'email push:d1 webhook'],
    ['unread7', all, 'email push:d1 webhook'],
    ['filling', all, 'email push:d1 webhook'],
    ['expiry', all, 'push:d1 webhook'],
    ['message', off({ email: false }), 'push:d1 webhook'],
    ['filling', off({ email: false }), 'push:d1 webhook'],
    ['message', off({ unread: false, filling: false }), 'email push:d1 webhook'],
    ['unread3', off({ unread: false }), ''],
    ['unread7', off({ unread: false }), ''],
    ['filling', off({ filling: false }), ''],
    ['expiry', off({ unread: false, filling: false }), 'push:d1 webhook'],
    ['message', { ...all, referenceEmail: null }, 'push:d1 webhook'],
    ['message', { ...all, devices: [], webhook: null }, 'email'],
    ['message', { ...all, devices: [device, { ...device, id: 'd2' }], webhook: null }, 'email push:d1 push:d2'],
    ['expiry', { ...all, devices: [], webhook: null }, ''],
  ] as const)('of %s %#', (kind, places, wanted) => {
    expect(
      alertChannels(places, kind)
        .map(({ key }) => key)
        .join(' '),
    ).toBe(wanted)
  })
  it('say what was asked for on each', () => {
    const places = off({ showSender: true })
    expect(alertChannels(places, 'message').map(({ showSender, showSubject }) => [showSender, showSubject])).toEqual([
      [true, false],
      [false, false],
      [true, true],
    ])
  })
  // In the night of 29 March 2026 the hour from 2 to 3 is left out: seven o'clock is 05:00 UTC.
  const mine = { ...PLAIN_ALERTS, timing: 'digest', digestHour: 6, quiet: { fromHour: 22, toHour: 7 } } as const
  it.each([
    ['email', 'message', '2026-03-28T23:30', '2026-03-29T04:00'],
    ['email', 'unread3', '2026-03-28T23:30', '2026-03-29T05:00'],
    ['push', 'message', '2026-03-28T23:30', '2026-03-29T05:00'],
    ['push', 'expiry', '2026-03-28T23:30', '2026-03-29T05:00'],
    ['push', 'message', '2026-10-24T23:30', '2026-10-25T06:00'],
    ['push', 'message', '2026-03-29T05:00', '2026-03-29T05:00'],
    ['webhook', 'message', '2026-03-28T23:30', '2026-03-28T23:30'],
    ['webhook', 'filling', '2026-10-24T23:30', '2026-10-24T23:30'],
  ] as const)('%s tells of %s found at %s at %s', (channel, kind, at, due) => {
    expect(shown(alertDue(channel, kind, mine, utc(at)))).toBe(due)
  })
})

describe('what stays unread', () => {
  it('is told of after three days and seven', () => {
    expect(unreadDue(0, 3)).toBe(3 * 24 * HOUR)
    expect([nextUnread(3), nextUnread(7)]).toEqual([7, undefined])
  })
})

describe('how full', () => {
  it.each([
    [0, 100, 0],
    [699, 1000, 0],
    [700, 1000, 70],
    [849, 1000, 70],
    [85, 100, 85],
    [95, 100, 95],
    [200, 100, 95],
  ])('%i of %i is level %i', (used, quota, level) => {
    expect(fillingLevel(used, quota)).toBe(level)
  })
  it('is told on the way up only', () => {
    expect([tellsFilling(0, 85), tellsFilling(70, 70), tellsFilling(95, 70)]).toEqual([true, false, false])
  })
})

describe('the letter', () => {
  const line = {
    kind: 'message',
    receivedAt: utc('2026-03-09T09:05'),
    sender: 'tizio@pec.example',
    subject: 'Atto\r\nBcc: x\u202e riservato',
    level: null,
  } as const
  const of = (showSender: boolean, showSubject: boolean, lines = [line]) =>
    alertLetter('message', {
      address: 'anna@pec.example',
      lines,
      preference: { showSender, showSubject },
      page: 'https://prova.example/casella/avvisi',
    })
  it('names sender and subject only where that was asked for', () => {
    const plain = of(false, false)
    expect(plain.text).toContain('- 09/03/2026 10:05\n')
    expect(`${plain.subject} ${plain.text}`).not.toMatch(/tizio|Atto/)
    expect(of(true, false).text).toContain('10:05  tizio@pec.example\n')
    expect(of(true, true).text).toContain('tizio@pec.example  «Atto Bcc: x riservato»\n')
  })
  it('counts what it does not list', () => {
    const { subject, text } = of(true, true, Array(60).fill(line))
    expect(subject).toBe('60 nuovi messaggi nella tua casella PEC')
    expect(text).toContain('… e altri 10')
  })
  it.each(['unread3', 'unread7', 'filling'] as const)('of %s is in both languages', (kind) => {
    const { text } = alertLetter(kind, {
      address: 'anna@pec.example',
      lines: [{ ...line, kind, level: 85 }],
      preference: PLAIN_ALERTS,
      page: 'x',
    })
    expect(text).toMatch(kind === 'filling' ? /85%.*has used 85%/s : /da [37] giorni.*for [37] days/s)
  })
})
