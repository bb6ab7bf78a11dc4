// The formal checks of the access point: RFC 6109 §3.1.1, one table.
import { describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../../src/core/lib/bytes.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import type { FormalLimits } from '../../../src/core/pec/formal.ts'
import { firstFormalFailure, LEGAL_SIZE_TIMES_RECIPIENTS, requestedReceiptType } from '../../../src/core/pec/formal.ts'

const SENDER = 'mario.rossi@pec.alfa.example'
const HEAD = [
  `From: "Mario Rossi" <${SENDER}>`,
  'To: giulia.neri@pec.beta.example',
  'Cc: Altro <altro@posta.example>',
  'Subject: Prova',
  'Date: Tue, 03 Feb 2026 10:15:28 +0100',
]
type Change = {
  readonly head?: readonly string[]
  readonly from?: string
  readonly to?: readonly string[]
  readonly sizeBytes?: number
  /** Between header and end, CRLF ends. */
  readonly body?: string
  readonly limits?: Partial<FormalLimits>
}
const failure = (change: Change = {}): { id: string; reason: string; source: string } | undefined => {
  const bytes = fromLatin1(`${(change.head ?? HEAD).join('\r\n')}${change.body ?? '\r\n\r\nbody\r\n'}`)
  const { root } = parseMime(bytes)
  const forwardPaths = change.to ?? ['giulia.neri@pec.beta.example', 'altro@posta.example']
  const recipients = forwardPaths.map((address) => ({ address, certified: address.includes('@pec.') }))
  return firstFormalFailure(
    {
      reversePath: change.from ?? SENDER,
      forwardPaths,
      original: { root, sizeBytes: change.sizeBytes ?? bytes.length },
    },
    { recipients },
    { sizeTimesRecipientsBytes: LEGAL_SIZE_TIMES_RECIPIENTS, ...change.limits },
  )
}
const withHead = (pattern: RegExp, ...lines: readonly string[]): Change => ({
  head: [...HEAD.filter((line) => !pattern.test(line)), ...lines],
})
const plus = (...lines: readonly string[]): Change => ({ head: [...HEAD, ...lines] })

describe('formal checks', () => {
  // RFC 6109 §3.1.1
  const refused: readonly (readonly [string, string, Change])[] = [
    ['From absent', 'from', withHead(/^From/)],
    ['From empty', 'from', withHead(/^From/, 'From: ')],
    ['From without an address', 'from', withHead(/^From/, 'From: Mario Rossi')],
    ['From with two addresses', 'from', withHead(/^From/, `From: ${SENDER}, altro@pec.alfa.example`)],
    ['From given twice', 'from', plus(`From: ${SENDER}`)],
    ['To absent', 'to', withHead(/^To/)],
    ['To without a valid address', 'to', withHead(/^To/, 'To: undisclosed-recipients:;')],
    ['reverse path of another', 'reverse-path', { from: 'altro@pec.alfa.example' }],
    [
      'recipient in neither To nor Cc',
      'forward-paths',
      { to: ['giulia.neri@pec.beta.example', 'terzo@pec.beta.example'] },
    ],
    ['Bcc with a value', 'bcc', plus('Bcc: terzo@pec.beta.example')],
    ['Bcc with anything', 'bcc', plus('BCC: x')],
    ['size times recipients over the limit', 'size', { sizeBytes: LEGAL_SIZE_TIMES_RECIPIENTS / 2 + 1 }],
    ['Subject given twice', 'repeated-fields', plus('Subject: altro')],
    ['To given twice', 'repeated-fields', plus('To: giulia.neri@pec.beta.example')],
    ['Date given twice', 'repeated-fields', plus('Date: Tue, 03 Feb 2026 10:15:28 +0100')],
    ['line that is no field', 'well-formed', plus('questa non è un campo'.replace('è', 'e'))],
    ['NUL in the header', 'well-formed', plus('X-A: a\0b')],
    ['bare CR in the header', 'well-formed', plus('X-A: a\rX-B: b')],
    ['bare LF in the header', 'well-formed', plus('X-A: a\n b')],
    ['10,000 header fields', 'well-formed', plus(...Array.from({ length: 10_000 }, (_, i) => `X-${i}: y`))],
    [
      'a header longer than is read, with a Bcc at its end',
      'well-formed',
      plus(...Array.from({ length: 400 }, (_, i) => `X-${i}: ${'y'.repeat(900)}`), 'Bcc: terzo@pec.beta.example'),
    ],
    ['8-bit in the header', 'ascii-header', plus('X-A: \xe8')],
    [
      '6,000 parts',
      'structure',
      {
        ...plus('Content-Type: multipart/mixed; boundary=b'),
        body: `\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(6_000)}--b--\r\n`,
      },
    ],
    [
      '20,000 fields in 500 messages inside',
      'structure',
      {
        ...plus('Content-Type: multipart/digest; boundary=b'),
        body: `\r\n\r\n${`--b\r\n\r\n${'A: b\r\n'.repeat(40)}\r\nx\r\n`.repeat(500)}--b--\r\n`,
      },
    ],
    [
      'address of Cc that is no recipient, strictly',
      'all-recipients',
      { to: ['giulia.neri@pec.beta.example'], limits: { strictRecipients: true } },
    ],
    [
      'ordinary recipient of a box that writes to certified ones only',
      'certified-only',
      { limits: { certifiedOnly: true } },
    ],
  ]
  it.each(refused)('%s', (_, id, change) => {
    expect(failure(change)?.id).toBe(id)
  })

  const accepted: readonly (readonly [string, Change])[] = [
    ['an ordinary message', {}],
    ['From in another case', { from: 'Mario.Rossi@PEC.alfa.example' }],
    ['recipients in another case', { to: ['GIULIA.NERI@pec.beta.example'] }],
    ['Bcc without a value', plus('Bcc: ')],
    ['no Cc', { ...withHead(/^Cc/), to: ['giulia.neri@pec.beta.example'] }],
    ['no Date, no Subject: real programs leave them out', { head: HEAD.slice(0, 3) }],
    ['folded fields', withHead(/^To/, 'To:\r\n\t"Neri, Giulia"\r\n <giulia.neri@pec.beta.example>')],
    ['a group in To', withHead(/^To/, 'To: Amici: giulia.neri@pec.beta.example, altro@posta.example;')],
    ['size times recipients at the limit', { sizeBytes: LEGAL_SIZE_TIMES_RECIPIENTS / 2 }],
    ['fewer recipients than addresses', { to: ['giulia.neri@pec.beta.example'] }],
    ['certified recipients only', { to: ['giulia.neri@pec.beta.example'], limits: { certifiedOnly: true } }],
    ['every address a recipient, strictly', { limits: { strictRecipients: true } }],
    ['a header and nothing after it', { body: '\r\n' }],
    [
      '4,000 parts',
      {
        ...plus('Content-Type: multipart/mixed; boundary=b'),
        body: `\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(4_000)}--b--\r\n`,
      },
    ],
    ['Received given twice', plus('Received: a', 'Received: b')],
  ]
  it.each(accepted)('lets pass %s', (_, change) => {
    expect(failure(change)).toBeUndefined()
  })

  it('are made in the order of the rules: the first failure is the reason', () => {
    expect(failure({ head: ['Bcc: x'], from: 'a@b.example' })?.id).toBe('from')
    expect(failure({ ...plus('Bcc: x'), from: 'a@b.example' })?.id).toBe('reverse-path')
  })
  it('say why in Italian, to follow "a causa di"', () => {
    expect(failure(plus('Bcc: x'))?.reason).toBe('un destinatario in copia nascosta (Bcc) presente nel messaggio')
    expect(failure({ sizeBytes: 1e9 })?.reason).toContain('supera il limite di 30 MB')
    expect(failure({ to: ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'] })?.reason).toBe(
      'destinatari della sessione SMTP assenti dai campi To e Cc: a@x.example, b@x.example, c@x.example e altri',
    )
    expect(failure(plus('Bcc: x'))?.source).toContain('RFC 6109 §3.1.1')
  })
})

describe('requested receipt', () => {
  // RFC 6109 §3.3.2.1, §3.3.2.2, §3.3.2.3
  const cases: readonly (readonly [string, string])[] = [
    ['', 'complete'],
    ['X-TipoRicevuta: completa', 'complete'],
    ['X-TipoRicevuta: breve', 'brief'],
    ['X-Tiporicevuta: Sintetica', 'concise'],
    ['X-TipoRicevuta: altra', 'complete'],
    ['X-TipoRicevuta:', 'complete'],
  ]
  it.each(cases)('%s', (line, expected) => {
    expect(requestedReceiptType(parseMime(fromLatin1(`A: b\r\n${line}\r\n\r\n`)).root.fields)).toBe(expected)
  })
})
