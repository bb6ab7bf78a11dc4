// The access point's decision (RFC 6109 §2.2.1, §3.1): what each original message is answered with, and what is recorded.
import { describe, expect, it } from 'vitest'
import { fromLatin1, toLatin1 } from '../../../src/core/lib/bytes.ts'
import type { Rope } from '../../../src/core/lib/rope.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import { type AccessFacts, accept } from '../../../src/core/pec/access.ts'
import { pecMsgid } from '../../../src/core/pec/ids.ts'

const SENDER = 'mario.rossi@pec.alfa.example'
const TO = 'giulia.neri@PEC.Beta.example'
const CC = 'altro@posta.example'
const AT = Date.UTC(2026, 1, 3, 9, 15, 28)
const ORIGINAL = [
  `From: "Mario Rossi" <${SENDER}>`,
  `To: ${TO}`,
  `Cc: ${CC}`,
  'Subject: Prova',
  'Message-ID: <client-1@client.example>',
  'X-TipoRicevuta: breve',
  '',
  'ciao',
  '',
].join('\r\n')

const facts = (more: Partial<AccessFacts> = {}): AccessFacts => ({
  provider: {
    name: 'Gestore Alfa',
    domain: 'pec.alfa.example',
    serviceAddress: 'posta-certificata@pec.alfa.example',
    serviceMailbox: 'ricevute@pec.alfa.example',
  },
  at: AT,
  identifier: 'ce1.2@pec.alfa.example',
  verdict: { kind: 'clean' },
  // as the directory does, whatever the case
  isCertified: (domain) => domain.toLowerCase() === 'pec.beta.example',
  limits: { sizeTimesRecipientsBytes: 30_000_000 },
  ...more,
})
const decide = (text = ORIGINAL, more: Partial<AccessFacts> = {}, forwardPaths: readonly string[] = [TO, CC]) => {
  const bytes = fromLatin1(text)
  const { root, head, problems } = parseMime(bytes)
  const original = { content: 'content-1', sizeBytes: bytes.length, head, root, problems }
  return accept({ reversePath: SENDER, forwardPaths, original }, facts(more))
}
const accepted = () => {
  const decision = decide()
  if (decision.kind !== 'accepted') throw new Error(decision.reason)
  return decision
}
const text = (rope: Rope): string => rope.map((piece) => (piece.kind === 'bytes' ? toLatin1(piece.bytes) : '')).join('')

describe('a message that passes all checks', () => {
  it('is answered by an acceptance to the sender and travels in an envelope to the recipients', () => {
    const { acceptance, envelope } = accepted()
    expect(acceptance).toMatchObject({ kind: 'acceptance', forwardPaths: [SENDER] })
    expect(envelope).toMatchObject({ kind: 'transportEnvelope', reversePath: SENDER, forwardPaths: [TO, CC] })
  })
  it('has its recipients sorted by the directory, whatever the case', () => {
    expect(accepted().message.recipients).toEqual([
      { address: TO, certified: true },
      { address: CC, certified: false },
    ])
  })
  it('is certified with the sender and the recipients of the SMTP session, not those of the header', () => {
    const decision = decide(ORIGINAL, {}, [TO])
    expect(decision.message).toMatchObject({ sender: SENDER, recipients: [{ address: TO, certified: true }] })
  })
  it('keeps the msgid of the client in message, envelope and acceptance', () => {
    const { message, acceptance, envelope, postacert } = accepted()
    expect(message.clientMsgid).toBe('<client-1@client.example>')
    for (const header of [acceptance.header, envelope.header, text(postacert)]) {
      expect(header).toContain('X-Riferimento-Message-ID: <client-1@client.example>')
    }
    expect(text(postacert)).toContain('Message-ID: <ce1.2@pec.alfa.example>')
    expect(envelope.messageId).toBe('ce1.2@pec.alfa.example')
  })
  it('asks for the receipt that the sender wishes', () => {
    expect(accepted().receiptType).toBe('brief')
    expect(accepted().envelope.header).toContain('X-TipoRicevuta: breve')
  })
  it('is recorded with all that the log must hold, at the one instant of the operation', () => {
    const { journal, acceptance, envelope } = accepted()
    expect(journal).toEqual([
      {
        event: 'accepted',
        at: AT,
        msgid: 'ce1.2@pec.alfa.example',
        clientMsgid: '<client-1@client.example>',
        sender: SENDER,
        recipients: [TO, CC],
        subject: 'Prova',
        related: [acceptance.messageId, envelope.messageId],
        provider: 'Gestore Alfa',
      },
    ])
    expect([acceptance.at, envelope.at]).toEqual([AT, AT])
  })
})

describe('a message that does not pass', () => {
  it('is refused by a non-acceptance where it fails a formal check', () => {
    const decision = decide(ORIGINAL.replace(/^From: .*\r\n/, 'From: altro@pec.alfa.example\r\n'))
    expect(decision).toMatchObject({ kind: 'refused', virus: false, notice: { kind: 'nonAcceptance' } })
    expect(decision.journal).toMatchObject([{ event: 'refused', at: AT }])
  })
  it('is refused by a virus non-acceptance, and marked to be kept, where a virus is found', () => {
    const decision = decide(ORIGINAL, { verdict: { kind: 'infected', signature: 'Eicar' } })
    expect(decision).toMatchObject({ kind: 'refused', virus: true, notice: { kind: 'virusNonAcceptance' } })
    expect(decision.journal.map((entry) => entry.event)).toEqual(['virusDetected', 'refused'])
  })
  it('has its form checked before its content', () => {
    const decision = decide(ORIGINAL.replace(/^From: .*\r\n/, ''), {
      verdict: { kind: 'infected', signature: 'Eicar' },
    })
    expect(decision).toMatchObject({ kind: 'refused', virus: false, notice: { kind: 'nonAcceptance' } })
  })
})

describe('the PEC msgid', () => {
  it('is of alphanumerics, one dot and the domain of the provider', () => {
    const identifier = pecMsgid(AT, 'a1'.repeat(15), 'pec.alfa.example')
    expect(identifier).toMatch(/^ce20260203101528\.(?:a1){15}@pec\.alfa\.example$/)
  })
})
