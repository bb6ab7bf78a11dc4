// What the objects of certified mail say of what is known: kinds, states, warnings, ids, settings.
import { describe, expect, it } from 'vitest'
import type { PecMessageKind } from '../../../src/core/jmap/pec.ts'
import { isPecMessageKind, isRecipientState } from '../../../src/core/jmap/pec.ts'
import { type Look, placesIn, plainSubject } from '../../../src/core/jmap/pecLook.ts'
import { DEFAULT_SETTINGS, patchSettings, settingsOf } from '../../../src/core/jmap/pecSettings.ts'
import {
  identifierOfId,
  recipientState,
  type SubmissionRecord,
  submissionId,
  submissionObject,
} from '../../../src/core/jmap/pecSubmission.ts'
import { messageKind, type ThreadMessage, threadCard } from '../../../src/core/jmap/pecThread.ts'
import type { PartFacts } from '../../../src/core/mail/facts.ts'
import { DRAFT, FLAGGED, SEEN } from '../../../src/core/mail/flags.ts'
import { KIND_NUMBERS, kindOfNumber, type MessageKind, numberOfKind } from '../../../src/core/mailbox/certified.ts'
import type { RecipientState } from '../../../src/core/pec/model.ts'

describe('kinds', () => {
  it('have numbers of their own; none is none', () => {
    for (const kind of KIND_NUMBERS) expect(kindOfNumber(numberOfKind(kind))).toBe(kind)
    expect([kindOfNumber(0), kindOfNumber(99), numberOfKind(null)]).toEqual([null, null, 0])
    for (const kind of KIND_NUMBERS) expect(isPecMessageKind(kind)).toBe(kind !== 'submitted')
    expect([isPecMessageKind('draft'), isPecMessageKind('x'), isRecipientState('taken'), isRecipientState(1)]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })

  it.each<readonly [MessageKind | null, number, boolean, boolean, PecMessageKind]>([
    ['submitted', SEEN, false, false, 'sent'],
    ['transportEnvelope', 0, true, true, 'transportEnvelope'],
    [null, DRAFT, true, true, 'draft'],
    [null, SEEN, true, false, 'sent'],
    [null, SEEN, false, true, 'sent'],
    [null, 0, false, false, 'ordinary'],
  ])('%s with flags %i, in Sent %s, its own %s: %s', (kind, system, inSent, own, told) => {
    expect(messageKind(kind, system, inSent, () => own)).toBe(told)
  })
})

it.each<readonly [MessageKind | null, string | null, string | null]>([
  ['transportEnvelope', 'POSTA CERTIFICATA: Contratto', 'Contratto'],
  ['transportEnvelope', 'Posta certificata: Contratto', 'Contratto'],
  ['acceptance', 'ACCETTAZIONE: POSTA CERTIFICATA: x', 'POSTA CERTIFICATA: x'],
  ['acceptance', 'Altro', 'Altro'],
  [null, 'POSTA CERTIFICATA: forged', 'POSTA CERTIFICATA: forged'],
  ['submitted', null, null],
])('of %s %s is shown as %s', (kind, subject, shown) => {
  expect(plainSubject(kind, subject)).toBe(shown)
})

it('parts lie inside of what is signed, and nowhere else', () => {
  const part = (type: string, children: readonly PartFacts[] = [], filename?: string): PartFacts => ({
    headerStart: 0,
    bodyStart: 0,
    bodyEnd: 0,
    type,
    encoding: '7bit',
    filename,
    lines: 0,
    children,
  })
  const message = part('message/rfc822', [part('text/plain')], 'POSTACERT.EML')
  const mixed = part('multipart/mixed', [part('text/plain'), part('application/xml', [], 'daticert.xml'), message])
  const signature = part('application/pkcs7-signature')
  const places = placesIn(part('multipart/signed', [mixed, signature]))
  expect([places.daticert?.path, places.original?.path, places.signature?.path]).toEqual([[1, 2], [1, 3], [2]])
  for (const other of [
    mixed,
    part('multipart/signed', [mixed]),
    part('multipart/signed', [mixed, signature, message]),
    part('multipart/signed', [mixed, part('text/plain')]),
  ])
    expect(placesIn(other)).toEqual({ original: undefined, daticert: undefined, signature: undefined })
  // What is inside of a message that was forwarded is not ours.
  const within = part('message/rfc822', [part('multipart/signed', [mixed, signature])])
  expect(placesIn(part('multipart/signed', [part('multipart/mixed', [within]), signature])).daticert).toBeUndefined()
})

describe('submissions', () => {
  it.each<readonly [boolean, boolean, RecipientState | undefined, string]>([
    [true, true, undefined, 'pending'],
    [true, true, 'warned', 'warned'],
    [true, false, 'pending', 'unproven'],
    [true, false, undefined, 'unproven'],
    [true, false, 'failed', 'failed'],
    [false, true, undefined, 'failed'],
  ])('accepted %s, certified %s, %s: %s', (accepted, certified, state, told) => {
    expect(recipientState(accepted, certified, state)).toBe(told)
  })

  it('have ids of their msgids, and no others', () => {
    for (const identifier of ['1.a@alfa.example', 'àè@x', 'a'.repeat(100)])
      expect(identifierOfId(submissionId(identifier))).toBe(identifier)
    for (const id of ['', 'P', 'Pxxxx', 'M1', 'P!!!!', `${submissionId('1.a@alfa.example')}=`, `P${'A'.repeat(300)}`])
      expect(identifierOfId(id)).toBeUndefined()
  })

  it('say the last reason of what failed, and each receipt by whom it is about', () => {
    const record: SubmissionRecord = {
      identifier: 'i@x',
      message: {
        identifier: 'i@x',
        sender: 'me@x.example',
        replyTo: 'me@x.example',
        recipients: [
          { address: 'A@x.example', certified: true },
          { address: 'b@x.example', certified: true },
        ],
      },
      receiptType: 'brief',
      accepted: true,
      at: 0,
      states: new Map([
        ['a@x.example', { state: 'expired', at: 9_000 }],
        ['b@x.example', { state: 'delivered', at: 8_000 }],
      ]),
      emailSubmission: undefined,
    }
    const receipt = (kind: 'timeoutWarning' | 'timeoutFinal' | 'deliveryBrief', about: string, reason?: string) => ({
      kind,
      content: `c-${kind}`,
      at: 1_000,
      about: [about],
      reason,
    })
    const told = submissionObject(record, {
      threadId: 'T0',
      content: 'c',
      people: [{ name: 'Anna', email: 'A@X.example' }],
      receipts: [
        receipt('timeoutWarning', 'a@x.example', '12 ore'),
        receipt('timeoutFinal', 'a@x.example', '24 ore'),
        receipt('deliveryBrief', 'b@x.example', 'not told'),
      ],
    })
    expect(told).toMatchObject({ subject: null, emailId: 'Mc', access: null, receiptType: 'brief' })
    expect(told.recipients).toMatchObject([
      { state: 'expired', name: 'Anna', reason: '24 ore', at: '1970-01-01T00:00:09Z', receipts: [{}, {}] },
      { state: 'delivered', name: null, reason: null, receipts: [{ kind: 'deliveryBrief' }] },
    ])
  })
})

describe('a card', () => {
  const look = (more: Partial<Look> = {}): Look => ({
    subject: 'Uno',
    from: [{ name: null, email: 'luca@x.example' }],
    to: [{ name: 'Io', email: 'ME@x.example' }],
    messageId: undefined,
    preview: 'p',
    hasAttachment: false,
    data: undefined,
    places: { original: undefined, daticert: undefined, signature: undefined },
    ...more,
  })
  const message = (kind: MessageKind | null, more: Partial<ThreadMessage> = {}): ThreadMessage => ({
    content: `${kind}`,
    kind,
    at: 0,
    system: SEEN,
    inSent: false,
    look: look(),
    ...more,
  })
  const card = (messages: readonly ThreadMessage[], fails = false) =>
    threadCard('T', messages, 'me@x.example', [], () => fails)

  it('is of the last that a person wrote, and counts what is unread apart', () => {
    const told = card([
      message('transportEnvelope', { system: 0, at: 1_000, look: look({ hasAttachment: true }) }),
      message(null, {
        system: FLAGGED | SEEN,
        at: 2_000,
        inSent: true,
        look: look({
          subject: 'Due',
          from: [{ name: 'X', email: 'me@x.example' }],
          to: [{ name: 'Luca', email: 'LUCA@x.example' }],
        }),
      }),
      message('deliveryBrief', { system: 0, at: 3_000 }),
    ])
    expect(told).toMatchObject({
      subject: 'Uno',
      kind: 'sent',
      at: '1970-01-01T00:00:02Z',
      unread: 1,
      unreadReceipts: 1,
      flagged: true,
      hasAttachment: true,
      draft: false,
      warning: null,
    })
    expect(told.people).toEqual([{ name: 'Luca', email: 'LUCA@x.example' }])
    expect(told.emailIds).toHaveLength(3)
    expect(told.writtenIds).toHaveLength(2)
  })

  it('of receipts alone is theirs', () => {
    expect(card([message('deliveryBrief', { system: 0 })])).toMatchObject({
      kind: 'deliveryBrief',
      writtenIds: [],
      unread: 0,
      unreadReceipts: 1,
    })
  })

  it.each<readonly [readonly (MessageKind | null)[], boolean, string | null]>([
    [['transportEnvelope', null], false, null],
    [['transportEnvelope'], true, 'signature'],
    [['anomalyEnvelope'], true, 'anomaly'],
    [[null, 'submitted'], true, null],
    [['anomalyEnvelope', 'virusNonDelivery'], true, 'virus'],
  ])('of %s, where signatures fail %s, warns of %s', (kinds, fails, warning) => {
    expect(
      card(
        kinds.map((kind) => message(kind)),
        fails,
      ).warning,
    ).toBe(warning)
  })
})

describe('settings', () => {
  it('that are damaged are as they were at first, one by one', () => {
    expect(settingsOf(undefined)).toEqual(DEFAULT_SETTINGS)
    expect(settingsOf({ theme: 'dark', undoSeconds: 'x', other: 1 })).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' })
  })

  it('have an end', () => {
    const text = 'x'.repeat(20_000)
    const templates = Array.from({ length: 30 }, (_, at) => ({ name: `${at}`, subject: '', text }))
    expect(patchSettings(DEFAULT_SETTINGS, { templates })).toEqual({ type: 'tooLarge' })
    expect(patchSettings(DEFAULT_SETTINGS, { templates: templates.slice(0, 20) })).toMatchObject({ theme: 'system' })
    expect(patchSettings(DEFAULT_SETTINGS, { 'theme/x': 1 })).toMatchObject({ type: 'invalidPatch' })
  })
})
