// What rows of the webmail's list show: pure functions of the pages, as tables.
import { describe, expect, it } from 'vitest'
import type { PecRecipientState, PecSubmission, PecThread } from '../../../src/core/jmap/pec.ts'
import { markedRuns } from '../../../web/mail/list/markedRuns.ts'
import { dayOf, isTakenAway, plainSubject, rowView, shortDate, statusOf } from '../../../web/mail/list/rowView.ts'
import { overlayOf } from '../../../web/mail/store/changed.ts'

const sent = (states: readonly PecRecipientState[], refusedBecause: string | null = null): PecSubmission => ({
  id: 'P1',
  threadId: 'T1',
  emailId: 'M1',
  emailSubmissionId: null,
  identifier: 'opec1',
  subject: null,
  sentAt: '2026-11-26T10:00:00Z',
  accepted: refusedBecause === null,
  refusedBecause,
  receiptType: 'complete',
  access: null,
  recipients: states.map((state, at) => ({
    address: `a${at}@pec.example`,
    name: null,
    certified: true,
    state,
    at: null,
    reason: null,
    receipts: [],
  })),
})

describe('the rows of the list', () => {
  it.each<[readonly PecRecipientState[], string, readonly string[]]>([
    [['delivered', 'delivered'], 'delivered', ['delivered', 'delivered']],
    [['delivered', 'pending'], 'waiting', ['waiting', 'delivered']],
    [['taken', 'warned'], 'waiting', ['waiting', 'waiting']],
    [['delivered', 'expired', 'pending'], 'failed', ['failed', 'waiting', 'delivered']],
    [['delivered', 'unproven'], 'delivered', ['unproven', 'delivered']],
    [['unproven'], 'unproven', ['unproven']],
  ])('%j is %s, the worst first', (states, kind, marks) => {
    expect(statusOf(sent(states))).toMatchObject({ kind, marks, total: states.length })
  })

  it('shows what became of what was sent where that is listed, and the answer where the answer is', () => {
    const card: PecThread = {
      id: 'T1',
      emailIds: ['M1', 'M2'],
      writtenIds: ['M1', 'M2'],
      subject: 'ANOMALIA MESSAGGIO: Re: prova',
      people: [{ name: 'Mail Delivery System', email: 'mailer-daemon@pec.example' }],
      preview: '',
      at: '2026-11-26T10:00:00Z',
      unread: 1,
      unreadReceipts: 0,
      flagged: false,
      draft: false,
      hasAttachment: false,
      kind: 'anomalyEnvelope',
      warning: 'anomaly',
      submissions: [sent(['delivered'])],
    }
    const none = overlayOf([])
    expect(rowView({ card, emailId: 'M1' }, none)).toMatchObject({
      outgoing: true,
      people: ['a0@pec.example'],
      status: { kind: 'delivered' },
    })
    expect(rowView({ card, emailId: 'M2' }, none)).toMatchObject({
      outgoing: false,
      people: ['Mail Delivery System'],
      sign: 'anomaly',
      status: undefined,
    })
  })

  it('says of what never left that it never left', () => {
    expect(statusOf(sent(['pending'], 'virus')).kind).toBe('refused')
  })

  it.each([
    ['POSTA CERTIFICATA: Convocazione', 'Convocazione'],
    ['ANOMALIA MESSAGGIO: POSTA CERTIFICATA: a', 'a'],
    ['La posta certificata: come', 'La posta certificata: come'],
    [null, ''],
  ])('shows %s as %s', (subject, shown) => expect(plainSubject(subject)).toBe(shown))

  it.each([
    ['2026-11-26T22:30:00Z', '23:30'],
    ['2026-11-25T23:30:00Z', '00:30'],
    ['2026-11-25T22:30:00Z', '25 nov'],
    ['2025-11-26T10:00:00Z', '26/11/2025'],
  ])('dates %s as %s, in Italy', (text, shown) => {
    expect(shortDate(text, dayOf(new Date('2026-11-26T12:00:00Z')), 'it-IT')).toBe(shown)
  })

  it.each<[string, readonly [string, boolean][]]>([
    [
      'a <mark>b</mark> c',
      [
        ['a ', false],
        ['b', true],
        [' c', false],
      ],
    ],
    [
      '&lt;b&gt; &amp;amp; <mark>x&#39;</mark>',
      [
        ['<b> &amp; ', false],
        ["x'", true],
      ],
    ],
    ['<img src=x onerror=alert(1)>', [['<img src=x onerror=alert(1)>', false]]],
    ['<mark onclick=x>b</mark>', [['<mark onclick=x>b</mark>', false]]],
    ['', []],
  ])('reads %s as runs of text', (html, runs) => {
    expect(markedRuns(html).map(({ text, marked }) => [text, marked])).toEqual(runs)
  })

  it('lays over what the server told what was done since, the last word last', () => {
    const move = (out: string, into: string) => ({ [`mailboxIds/${out}`]: null, [`mailboxIds/${into}`]: true })
    const said = overlayOf([
      { kind: 'update', emailIds: ['M1', 'M2'], patch: { 'keywords/$seen': true } },
      { kind: 'update', emailIds: ['M1'], patch: move('F1', 'F3') },
      { kind: 'update', emailIds: ['M2'], patch: move('F1', 'F3') },
      { kind: 'update', emailIds: ['M2'], patch: move('F3', 'F1') },
      { kind: 'destroy', emailIds: ['M4'] },
      { kind: 'send' },
    ])
    expect(said.get('M1')).toMatchObject({ seen: true, out: ['F1'], into: ['F3'] })
    const inbox = { folderId: 'F1', away: ['F3'] }
    const found = { folderId: undefined, away: ['F3'] }
    const gone = (place: typeof inbox | typeof found) =>
      ['M1', 'M2', 'M3', 'M4'].filter((id) => isTakenAway(said.get(id), place))
    expect(gone(inbox)).toEqual(['M1', 'M4'])
    expect(gone(found)).toEqual(['M1', 'M4'])
  })
})
