// What the incoming point makes of what it has sorted (RFC 6109 §3.2): takes-in-charge, virus notices, anomaly envelopes.
import { describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { rangePiece } from '../../../src/core/lib/rope.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import { detectVirus, reportVirus, take, wrapAnomaly } from '../../../src/core/pec/incoming.ts'
import type { MessageFacts } from '../../../src/core/pec/model.ts'

const GIULIA = 'giulia.neri@pec.beta.example'
const PAOLO = 'paolo.gallo@pec.beta.example'
const SERVICE = 'ricevute@pec.alfa.example'
const facts = {
  provider: {
    name: 'Gestore Beta',
    domain: 'pec.beta.example',
    serviceAddress: 'posta-certificata@pec.beta.example',
    serviceMailbox: 'ricevute@pec.beta.example',
  },
  at: Date.UTC(2026, 1, 3, 9, 15, 30),
}
const message: MessageFacts = {
  identifier: 'ce1.2@pec.alfa.example',
  clientMsgid: '<client-1@client.example>',
  sender: 'mario.rossi@pec.alfa.example',
  recipients: [GIULIA, PAOLO].map((address) => ({ address, certified: true })),
  replyTo: 'mario.rossi@pec.alfa.example',
  subject: 'Prova',
}
const common = {
  at: facts.at,
  msgid: message.identifier,
  clientMsgid: message.clientMsgid,
  sender: message.sender,
  subject: 'Prova',
  provider: 'Gestore Beta',
}

describe('taking in charge', () => {
  it('gives one notice for all the recipients of the transaction, to the service mailbox of the sender’s provider', () => {
    const { receipt, journal } = take(message, [GIULIA, PAOLO], SERVICE, facts)
    expect(receipt).toMatchObject({ kind: 'takeInCharge', forwardPaths: [SERVICE] })
    expect(journal).toEqual([
      {
        ...common,
        event: 'takenInCharge',
        recipients: [GIULIA, PAOLO],
        related: [receipt.messageId],
        detail: undefined,
      },
    ])
  })
})

describe('a virus in a valid envelope', () => {
  it('gives one notice for each recipient, to the service mailbox of the sender’s provider', () => {
    const { notices, journal } = detectVirus(message, [GIULIA, PAOLO], 'Eicar', SERVICE, facts)
    expect(notices.map((notice) => [notice.kind, notice.forwardPaths])).toEqual([
      ['virusDetection', [SERVICE]],
      ['virusDetection', [SERVICE]],
    ])
    expect(new Set(notices.map((notice) => notice.messageId)).size).toBe(2)
    expect(journal).toEqual([
      {
        ...common,
        event: 'virusDetected',
        recipients: [GIULIA, PAOLO],
        related: notices.map((notice) => notice.messageId),
        detail: 'Eicar',
      },
    ])
  })
  it('is told to the sender by his own provider', () => {
    const { notice, journal } = reportVirus(message, GIULIA, 'Eicar', facts)
    expect(notice).toMatchObject({ kind: 'virusNonDelivery', forwardPaths: [message.sender] })
    expect(journal).toMatchObject([{ ...common, event: 'virusNotified', recipients: [GIULIA] }])
  })
})

describe('ordinary or damaged mail', () => {
  it('goes whole into an anomaly envelope for its recipients, with the reason', () => {
    const mail = fromLatin1(
      `From: a@posta.example\r\nTo: ${GIULIA}\r\nSubject: x\r\nMessage-ID: <o@posta.example>\r\n\r\nciao\r\n`,
    )
    const incoming = {
      reversePath: 'a@posta.example',
      forwardPaths: [GIULIA],
      content: 'content-1',
      sizeBytes: mail.length,
      root: parseMime(mail).root,
    }
    const { envelope, journal } = wrapAnomaly(incoming, [GIULIA], 'messaggio di posta ordinaria', facts)
    expect(envelope).toMatchObject({ kind: 'anomalyEnvelope', reversePath: 'a@posta.example', forwardPaths: [GIULIA] })
    expect(envelope.entity).toContainEqual(rangePiece('content-1', 0, mail.length))
    expect(journal).toMatchObject([{ event: 'anomaly', at: facts.at, recipients: [GIULIA], subject: 'x' }])
  })
})
