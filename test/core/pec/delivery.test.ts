// RFC 6109 §3.3: the receipt of each recipient, by what was asked, where it stands, and how its mailbox stands.
import { describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { bytesPiece } from '../../../src/core/lib/rope.ts'
import { deliver, type MailboxStanding, receiptForm } from '../../../src/core/pec/delivery.ts'
import type { MessageFacts, ReceiptType } from '../../../src/core/pec/model.ts'

const TO = 'giulia.neri@pec.beta.example'
const CC = 'paolo.gallo@pec.beta.example'
const to = new Set([TO])
const cc = new Set([CC])

describe('RFC 6109 §3.3.2 form of the receipt', () => {
  const cases: [ReceiptType, string, ReceiptType][] = [
    ['complete', TO, 'complete'],
    ['complete', CC, 'concise'],
    ['brief', TO, 'brief'],
    ['brief', CC, 'concise'],
    ['concise', TO, 'concise'],
    ['concise', CC, 'concise'],
    ['complete', 'nessuno@pec.beta.example', 'complete'],
    ['brief', 'Giulia.NERI@pec.beta.example', 'brief'],
  ]
  it.each(cases)('asked %s, for %s: %s', (asked, recipient, form) => {
    expect(receiptForm(asked, recipient, to, cc)).toBe(form)
  })
  it('an address in both To and Cc counts as in To', () => {
    expect(receiptForm('complete', TO, to, new Set([TO]))).toBe('complete')
  })
})

describe('RFC 6109 §3.3 delivery', () => {
  const provider = {
    name: 'Gestore Beta',
    domain: 'pec.beta.example',
    serviceAddress: 'posta-certificata@pec.beta.example',
    serviceMailbox: 'ricevute@pec.beta.example',
  }
  const message: MessageFacts = {
    identifier: 'ce1.2@pec.alfa.example',
    sender: 'mario.rossi@pec.alfa.example',
    recipients: [{ address: TO, certified: true }],
    replyTo: 'mario.rossi@pec.alfa.example',
    subject: 'Prova',
  }
  const decide = (standing: MailboxStanding) =>
    deliver(
      { message, requested: 'complete', to, cc, postacert: [bytesPiece(fromLatin1('Subject: x\r\n\r\nciao\r\n'))] },
      { address: TO, standing },
      { provider, at: Date.UTC(2026, 1, 3, 9, 15, 30) },
    )
  const cases: [MailboxStanding, string, string, string | undefined][] = [
    ['active', 'delivered', 'deliveryComplete', 'complete'],
    ['unknown', 'undeliverable', 'nonDelivery', '5.1.1 - indirizzo inesistente'],
    ['suspended', 'undeliverable', 'nonDelivery', '5.2.1 - indirizzo non valido: casella non attiva'],
    ['full', 'undeliverable', 'nonDelivery', '5.2.2 - casella piena'],
  ]
  it.each(cases)('a mailbox that is %s: %s, %s', (standing, kind, receipt, detail) => {
    const decision = decide(standing)
    expect(decision.kind).toBe(kind)
    expect(decision.receipt.kind).toBe(receipt)
    expect(decision.receipt.forwardPaths).toEqual([message.sender])
    expect(decision.journal).toEqual([expect.objectContaining({ event: kind, recipients: [TO], detail })])
  })
})
