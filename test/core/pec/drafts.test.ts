// Drafts of the fourteen kinds: header, routing, certification data and what they carry.
import { describe, expect, it } from 'vitest'
import { fromBase64, fromLatin1, toLatin1 } from '../../../src/core/lib/bytes.ts'
import { HOUR } from '../../../src/core/lib/instant.ts'
import { rangePiece } from '../../../src/core/lib/rope.ts'
import { decodeText, firstValue, parseHeader } from '../../../src/core/mail/header.ts'
import { parseDaticert } from '../../../src/core/pec/daticert.ts'
import type { AnomalyOriginal } from '../../../src/core/pec/drafts.ts'
import * as make from '../../../src/core/pec/drafts.ts'
import type { CertificationData, Draft, MessageFacts, ProviderIdentity } from '../../../src/core/pec/model.ts'

const provider: ProviderIdentity = {
  name: 'Gestore Alfa S.p.A.',
  domain: 'pec.alfa.example',
  serviceAddress: 'posta-certificata@pec.alfa.example',
  serviceMailbox: 'servizio@pec.alfa.example',
}
const s = { provider, at: Date.UTC(2026, 1, 3, 9, 15, 30) }
const m: MessageFacts = {
  identifier: 'cer1.1@pec.alfa.example',
  clientMsgid: '<cli-1@mua.example>',
  sender: 'mario.rossi@pec.alfa.example',
  recipients: [
    { address: 'giulia.neri@pec.beta.example', certified: true },
    { address: 'altro@posta.example', certified: false },
  ],
  replyTo: 'segreteria@pec.alfa.example',
  subject: 'Prova',
}
const recipient = 'giulia.neri@pec.beta.example'
const original = [rangePiece('content-1', 0, 5000)]
const parse = (head: string) => parseHeader(fromLatin1(head)).fields
const fields = parse(
  'Return-Path: <mario.rossi@pec.alfa.example>\r\nReceived: from a\r\n\tby b\r\nReceived: from c by d\r\n' +
    'From: Mario <mario.rossi@pec.alfa.example>\r\nTO:   giulia.neri@pec.beta.example,\r\n  altro@posta.example\r\n' +
    'Cc: \xe8@x.example\r\nMessage-ID: <cli-1@mua.example>\r\nX-Ricevuta: accettazione\r\n',
)

const entityText = (draft: Draft): string =>
  draft.entity.map((piece) => (piece.kind === 'bytes' ? toLatin1(piece.bytes) : `[[${piece.content}]]`)).join('')
const dataOf = (draft: Draft): CertificationData | undefined => {
  const base64 = /filename="daticert\.xml"\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(entityText(draft))?.[1]
  if (base64 === undefined) return undefined
  const result = parseDaticert(fromBase64(base64))
  if (result.kind === 'refused') throw new Error(result.reason)
  return result.data
}
const envelope = (facts: MessageFacts = m, originalFields = fields): Draft =>
  make.transportEnvelope(facts, s, {
    originalFields,
    returnPath: m.sender,
    receiptType: 'brief',
    postacert: original,
    forwardPaths: [recipient, 'altro@posta.example'],
  })
const anomaly = (change: Partial<AnomalyOriginal> = {}): Draft =>
  make.anomalyEnvelope(
    {
      fields,
      sender: 'bounce@posta.example',
      recipients: [recipient],
      forwardPaths: [recipient],
      subject: 'Ciao',
      reason: 'motivo',
      message: original,
      messageId: '<cli-1@mua.example>',
      ...change,
    },
    s,
  )

const NOTICE_FIELDS = ['From', 'To', 'Subject', 'Date', 'Message-ID']
type Row = {
  readonly draft: Draft
  readonly marker: readonly string[]
  readonly to?: string
  readonly subject: string
  readonly data: Partial<CertificationData>
}
const rows: readonly Row[] = [
  {
    draft: make.acceptance(m, s), // RFC 6109 §3.1.4
    marker: ['X-Ricevuta: accettazione'],
    subject: 'ACCETTAZIONE: Prova',
    data: { kind: 'acceptance', error: 'none' },
  },
  {
    draft: make.nonAcceptance(m, s, { reason: 'motivo' }), // RFC 6109 §3.1.2
    marker: ['X-Ricevuta: non-accettazione'],
    subject: 'AVVISO DI NON ACCETTAZIONE: Prova',
    data: { kind: 'nonAcceptance', error: 'other', extendedError: 'motivo' },
  },
  {
    draft: make.virusNonAcceptance(m, s, { signature: 'Eicar' }), // RFC 6109 §3.1.3
    marker: ['X-Ricevuta: non-accettazione', 'X-VerificaSicurezza: errore'],
    subject: 'AVVISO DI NON ACCETTAZIONE PER VIRUS: Prova',
    data: { kind: 'nonAcceptance', error: 'virus', extendedError: 'Eicar' },
  },
  {
    draft: make.takeInCharge(m, s, { takenFor: [recipient], to: 'servizio@pec.beta.example' }), // RFC 6109 §3.2.1
    marker: ['X-Ricevuta: presa-in-carico'],
    to: 'servizio@pec.beta.example',
    subject: 'PRESA IN CARICO: Prova',
    data: { kind: 'takeInCharge', error: 'none', takenFor: [recipient] },
  },
  {
    draft: make.delivery(m, s, { recipient, requested: 'complete', form: 'complete', postacert: original }), // §3.3.2
    marker: ['X-Ricevuta: avvenuta-consegna'],
    subject: 'CONSEGNA: Prova',
    data: { kind: 'delivery', error: 'none', receiptType: 'complete', deliveryTo: recipient },
  },
  {
    draft: make.delivery(m, s, { recipient, requested: 'brief', form: 'concise' }),
    marker: ['X-Ricevuta: avvenuta-consegna'],
    subject: 'CONSEGNA: Prova',
    data: { kind: 'delivery', error: 'none', receiptType: 'brief', deliveryTo: recipient },
  },
  {
    draft: make.nonDelivery(m, s, { recipient, error: 'noRecipient', extendedError: '5.1.1 - X' }), // RFC 6109 §3.3.3
    marker: ['X-Ricevuta: errore-consegna'],
    subject: 'AVVISO DI MANCATA CONSEGNA: Prova',
    data: { kind: 'nonDelivery', error: 'noRecipient', deliveryTo: recipient, extendedError: '5.1.1 - X' },
  },
  {
    draft: make.timeoutWarning(m, s, { recipient }), // RFC 6109 §3.1.6
    marker: ['X-Ricevuta: preavviso-errore-consegna'],
    subject: 'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO: Prova',
    data: { kind: 'timeoutNotice', error: 'other', deliveryTo: recipient },
  },
  {
    draft: make.timeoutFinal(m, s, { recipient }),
    marker: ['X-Ricevuta: preavviso-errore-consegna'],
    subject: 'AVVISO DI MANCATA CONSEGNA PER SUP. TEMPO MASSIMO: Prova',
    data: { kind: 'timeoutNotice', error: 'other', deliveryTo: recipient },
  },
  {
    draft: make.virusDetection(m, s, { recipient, signature: 'Eicar', to: 'servizio@pec.beta.example' }), // §3.2.3
    marker: ['X-Ricevuta: rilevazione-virus', 'X-Mittente: mario.rossi@pec.alfa.example'],
    to: 'servizio@pec.beta.example',
    subject: 'PROBLEMA DI SICUREZZA: Prova',
    data: { kind: 'virusDetection', error: 'virus', deliveryTo: recipient, extendedError: 'Eicar' },
  },
  {
    draft: make.virusNonDelivery(m, s, { recipient, signature: 'Eicar' }), // RFC 6109 §3.2.4
    marker: ['X-Ricevuta: errore-consegna', 'X-VerificaSicurezza: errore'],
    subject: 'AVVISO DI MANCATA CONSEGNA PER VIRUS: Prova',
    data: { kind: 'nonDelivery', error: 'virus', deliveryTo: recipient, extendedError: 'Eicar' },
  },
]

describe('notices', () => {
  // RFC 6109 §2.1.1.1.1, §2.1.1.1.3
  it.each(rows)('header of $draft.kind: $subject', ({ draft, marker, to, subject }) => {
    const lines = draft.header.split('\r\n').slice(0, -1)
    expect(lines.slice(NOTICE_FIELDS.length)).toEqual([...marker, 'X-Riferimento-Message-ID: <cli-1@mua.example>'])
    expect(lines.slice(0, NOTICE_FIELDS.length).map((line) => line.split(':', 1)[0])).toEqual(NOTICE_FIELDS)
    const head = parse(draft.header)
    expect(firstValue(head, 'from')).toBe(provider.serviceAddress)
    expect(firstValue(head, 'to')).toBe(to ?? m.sender)
    expect(decodeText(firstValue(head, 'subject')!)).toBe(subject)
    expect(firstValue(head, 'date')).toBe('Tue, 03 Feb 2026 10:15:30 +0100')
    expect(firstValue(head, 'message-id')).toBe(`<${draft.messageId}>`)
  })

  // RFC 6109 §2.1: to the reverse path of the original, whatever its Reply-To
  it.each(rows)('routing of $draft.kind: from the service address to the sender alone', ({ draft, to }) => {
    expect([draft.reversePath, draft.forwardPaths]).toEqual([provider.serviceAddress, [to ?? m.sender]])
    expect(draft.header).not.toContain('segreteria@')
  })

  // RFC 6109 §4.1, §4.4
  it.each(rows)('certification data of $draft.kind', ({ draft, data }) => {
    expect(dataOf(draft)).toMatchObject({
      sender: m.sender,
      recipients: m.recipients,
      replyTo: m.replyTo,
      subject: 'Prova',
      provider: provider.name,
      at: s.at,
      identifier: m.identifier,
      clientMsgid: m.clientMsgid,
      ...data,
    })
    expect(draft.at).toBe(s.at)
  })

  it.each(rows)('only the complete delivery receipt carries the original: $draft.kind', ({ draft }) => {
    const carries = draft.entity.some((piece) => piece.kind === 'range')
    expect(carries).toBe(draft.kind === 'deliveryComplete')
    expect(entityText(draft).includes('postacert.eml')).toBe(carries)
  })

  it('leave the original out of the concise receipt even where it is given', () => {
    const draft = make.delivery(m, s, { recipient, requested: 'concise', form: 'concise', postacert: original })
    expect(draft.entity.length).toBe(1)
  })

  it('take in charge lists the recipients of the transaction only', () => {
    const text = entityText(make.takeInCharge(m, s, { takenFor: [recipient], to: 'x@y.example' }))
    expect(text.slice(0, text.indexOf('daticert'))).not.toContain('altro@posta.example')
  })

  // RFC 6109 §2.2.1: only where the client had set one
  it('quote no client msgid where there was none', () => {
    const draft = make.acceptance({ ...m, clientMsgid: undefined }, s)
    expect(draft.header).not.toContain('X-Riferimento')
    expect(dataOf(draft)!.clientMsgid).toBeUndefined()
  })

  it('tell the last timeout notice from the first by the code 5.4.1', () => {
    expect(dataOf(make.timeoutWarning(m, s, { recipient }))!.extendedError).toMatch(/^4\.4\.1 - .*dodici ore/)
    expect(dataOf(make.timeoutFinal(m, s, { recipient }))!.extendedError).toMatch(/^5\.4\.1 - .*ventiquattro ore/)
  })

  it('have a subject that ends after the prefix where the original has none', () => {
    const draft = make.acceptance({ ...m, subject: undefined }, s)
    expect(draft.header).toContain('\r\nSubject: ACCETTAZIONE: \r\n')
    expect(dataOf(draft)!.subject).toBeUndefined()
  })
})

describe('transport envelope', () => {
  // RFC 6109 §3.1.5, §2.1.1.2
  it('inherits Return-Path, Received, To and Cc unmodified, then sets its own', () => {
    expect(envelope().header).toBe(
      'Return-Path: <mario.rossi@pec.alfa.example>\r\nReceived: from a\r\n\tby b\r\nReceived: from c by d\r\n' +
        'TO:   giulia.neri@pec.beta.example,\r\n  altro@posta.example\r\nCc: \xe8@x.example\r\n' +
        'X-Trasporto: posta-certificata\r\nDate: Tue, 03 Feb 2026 10:15:30 +0100\r\nSubject: POSTA CERTIFICATA: Prova\r\n' +
        'From: "Per conto di: mario.rossi@pec.alfa.example"\r\n <posta-certificata@pec.alfa.example>\r\n' +
        'Sender: "Per conto di: mario.rossi@pec.alfa.example"\r\n <posta-certificata@pec.alfa.example>\r\n' +
        'Reply-To: mario.rossi@pec.alfa.example\r\nMessage-ID: <cer1.1@pec.alfa.example>\r\n' +
        'X-Riferimento-Message-ID: <cli-1@mua.example>\r\nX-TipoRicevuta: breve\r\n',
    )
  })
  // RFC 6109 §2.1
  it('keeps a Reply-To that the original has', () => {
    const kept = envelope(m, [...fields, ...parse('Reply-to: A\r\n <a@b.example>\r\n')]).header
    expect(kept).toContain('\r\nReply-to: A\r\n <a@b.example>\r\n')
    expect(kept.match(/reply-to/gi)!.length).toBe(1)
  })
  it('adds the Return-Path that the original lacks', () => {
    expect(envelope(m, []).header).toMatch(/^Return-Path: <mario.rossi@pec.alfa.example>\r\nX-Trasporto/)
  })
  // RFC 6109 §3.1.5: the routing data stay
  it('keeps the routing of the original, and its PEC msgid is its Message-ID', () => {
    const draft = envelope()
    expect([draft.reversePath, draft.forwardPaths]).toEqual([m.sender, [recipient, 'altro@posta.example']])
    expect(draft.messageId).toBe(m.identifier)
  })
  it('carries the original by name and the certification data', () => {
    const draft = envelope()
    expect(draft.entity).toContainEqual(original[0])
    expect(entityText(draft)).toMatch(
      /Content-Type: message\/rfc822; name="postacert\.eml"\r\nContent-Disposition: inline; filename="postacert\.eml"\r\n\r\n\[\[content-1]]\r\n--=_m\w+--\r\n$/,
    )
    expect(dataOf(draft)).toMatchObject({ kind: 'transportEnvelope', receiptType: 'brief', recipients: m.recipients })
  })
})

describe('anomaly envelope', () => {
  // RFC 6109 §3.2.2
  it('inherits Received, To, Cc, Return-Path and Message-ID, and sets its own', () => {
    expect(anomaly().header).toBe(
      'Return-Path: <mario.rossi@pec.alfa.example>\r\nReceived: from a\r\n\tby b\r\nReceived: from c by d\r\n' +
        'TO:   giulia.neri@pec.beta.example,\r\n  altro@posta.example\r\nCc: \xe8@x.example\r\n' +
        'Message-ID: <cli-1@mua.example>\r\nX-Trasporto: errore\r\nDate: Tue, 03 Feb 2026 10:15:30 +0100\r\n' +
        'Subject: ANOMALIA MESSAGGIO: Ciao\r\n' +
        'From: "Per conto di: mario.rossi@pec.alfa.example"\r\n <posta-certificata@pec.alfa.example>\r\n' +
        'Sender: "Per conto di: mario.rossi@pec.alfa.example"\r\n <posta-certificata@pec.alfa.example>\r\n' +
        'Reply-To: mario.rossi@pec.alfa.example\r\n',
    )
  })
  // RFC 6109 §3.2.2: nothing but the text and the whole message
  it('carries no certification data', () => {
    const draft = anomaly()
    expect(dataOf(draft)).toBeUndefined()
    expect(entityText(draft)).not.toContain('daticert')
    expect(draft.entity).toContainEqual(original[0])
  })
  it('keeps the routing and the Message-ID', () => {
    const draft = anomaly()
    expect([draft.reversePath, draft.forwardPaths, draft.messageId]).toEqual([
      'bounce@posta.example',
      [recipient],
      'cli-1@mua.example',
    ])
  })
  it('makes a Message-ID where the message has none', () => {
    const draft = anomaly({ fields: [], messageId: undefined })
    expect(draft.messageId).toMatch(/^[0-9a-f]{24}@pec\.alfa\.example$/)
    expect(draft.header).toContain(`Message-ID: <${draft.messageId}>`)
  })
  it('speaks for the reverse path where there is no From', () => {
    expect(anomaly({ fields: [] }).header).toContain('"Per conto di: bounce@posta.example"')
  })
})

describe('identifiers', () => {
  // RFC 6109 §2.2.1
  it('are the same for the same notice, at whatever time it is made', () => {
    const later = { provider, at: s.at + HOUR }
    expect(make.timeoutFinal(m, s, { recipient }).messageId).toBe(make.timeoutFinal(m, later, { recipient }).messageId)
  })
  it('differ by kind, recipient, message and provider', () => {
    const other = { provider: { ...provider, domain: 'pec.beta.example' }, at: s.at }
    const ids = [
      ...rows.map((row) => row.draft.messageId),
      make.timeoutFinal(m, s, { recipient: 'altro@posta.example' }).messageId,
      make.acceptance({ ...m, identifier: 'cer1.2@pec.alfa.example' }, s).messageId,
      make.acceptance(m, other).messageId,
      make.takeInCharge(m, s, { takenFor: ['a@b.example'], to: 'servizio@pec.beta.example' }).messageId,
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('hostile originals', () => {
  it('header injection by the subject', () => {
    const draft = make.acceptance({ ...m, subject: 'a\r\nX-Trasporto: posta-certificata\r\n\r\nb\0' }, s)
    expect(draft.header.match(/^X-Trasporto/m)).toBeNull()
    expect(decodeText(firstValue(parse(draft.header), 'subject')!)).toMatch(/^ACCETTAZIONE: a X-Trasporto/)
  })
  it('header injection by the client msgid, the sender and the recipient of another provider', () => {
    const evil = 'x\r\nX-Ricevuta: accettazione\n'
    const drafts = [
      make.acceptance({ ...m, clientMsgid: `<${evil}>` }, s),
      make.virusDetection({ ...m, sender: evil }, s, { recipient: evil, signature: evil, to: evil }),
      make.nonDelivery(m, s, { recipient: evil, error: 'other', extendedError: evil }),
    ]
    for (const { header } of drafts)
      expect(header.match(/(^|[\r\n])X-Ricevuta: accettazione/g)?.length ?? 0).toBeLessThan(2)
    expect(drafts[1]!.header).not.toMatch(/[\r\n]X-Ricevuta: accettazione/)
    expect(drafts[2]!.header).not.toMatch(/[\r\n]X-Ricevuta: accettazione/)
  })
  it('bare line ends and NUL in inherited fields cannot begin a field', () => {
    const field = {
      name: 'To',
      lowerName: 'to',
      rawValue: ' a@b\nX-Ricevuta: accettazione\rX: y\r\nZ: z\0',
      start: 0,
      end: 0,
    }
    const { header } = envelope(m, [field])
    expect(header).toContain('\r\nTo: a@b X-Ricevuta: accettazione X: y Z: z \r\n')
  })
  it('display names cannot end their quotes', () => {
    const { header } = envelope({ ...m, sender: '"a\\" <x@y>"@pec.alfa.example' })
    expect(header).toContain(`From: "Per conto di: \\"a\\\\\\" <x@y>\\"@pec.alfa.example"`)
  })
  it('a sender cannot foresee the boundaries around his message', () => {
    const carried = (content: string) =>
      make.delivery(m, s, {
        recipient,
        requested: 'complete',
        form: 'complete',
        postacert: [rangePiece(content, 0, 9)],
      })
    expect(carried('a').boundary).not.toBe(carried('b').boundary)
    expect(carried('a').messageId).toBe(carried('b').messageId)
    expect(anomaly().boundary).not.toBe(anomaly({ message: [rangePiece('content-2', 0, 5000)] }).boundary)
  })
})

describe('the entity', () => {
  // RFC 6109 §4.3, §4.3.1, §4.3.3
  it('is multipart/mixed: text in two forms, then daticert.xml', () => {
    expect(entityText(make.acceptance(m, s)).match(/^(Content-|--).*$/gm)).toEqual(
      [
        expect.stringMatching(/^Content-Type: multipart\/mixed; boundary="=_m\w+"$/),
        expect.stringMatching(/^--=_m/),
        expect.stringMatching(/^Content-Type: multipart\/alternative; boundary="=_a\w+"$/),
        expect.stringMatching(/^--=_a/),
        'Content-Type: text/plain; charset="iso-8859-1"',
        'Content-Transfer-Encoding: quoted-printable',
        expect.stringMatching(/^--=_a/),
        'Content-Type: text/html; charset="iso-8859-1"',
        'Content-Transfer-Encoding: quoted-printable',
        expect.stringMatching(/^--=_a\w+--$/),
        expect.stringMatching(/^--=_m/),
        'Content-Type: application/xml; name="daticert.xml"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: inline; filename="daticert.xml"',
        expect.stringMatching(/^--=_m\w+--$/),
      ].map((line) => line),
    )
  })
  // RFC 6109 §4.3: 7-bit whatever the subject
  it('is ASCII in lines of at most 78 characters, with ? for what Latin-1 lacks in the text', () => {
    const text = entityText(make.acceptance({ ...m, subject: `🎉 però ${'x'.repeat(500)}` }, s))
    expect(text).not.toMatch(/[^\r\n\x20-\x7e]/)
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78)
    expect(text).toContain('"? per=F2 ')
    expect(text).toContain('&#127881; per=F2 ')
  })
})
