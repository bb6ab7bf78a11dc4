// Hostile and absurd messages, end to end: each is accepted, answered by a non-acceptance, wrapped or refused, and what
// we sign about it says no more than we mean.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, toLatin1 } from '../../src/core/lib/bytes.ts'
import { needs } from '../support/judges.ts'
import { judge } from './support/judges.ts'
import { message, send } from './support/mail.ts'
import {
  allOf,
  attachedOf,
  dataOf,
  ENVELOPE,
  expectOwnFields,
  identifierOf,
  kindsOf,
  NOTICE,
  originalAsSent,
  statesOf,
} from './support/observe.ts'
import { type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let n = 0
let sender: string
let from: string
let to: string

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
})
afterAll(async () => {
  await pair?.stop()
})
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  to = `destinatario${n}@pec.beta.example`
  await alfa.mailbox(from)
  await beta.mailbox(to)
})

/** Sends, lets it go the whole way, and looks at all that was signed about it; gives the PEC msgid. */
const certified = async (content: Uint8Array): Promise<string> => {
  const reply = await send(alfa, sender, [to], content)
  expect(reply.code).toBe(250)
  await pair.settle()
  const identifier = identifierOf(reply)
  expect(await statesOf(alfa, identifier)).toMatchObject({ [to]: 'delivered' })
  expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
  const notices = await allOf(alfa, from)
  const [envelope] = await allOf(beta, to)
  expect(notices).toHaveLength(2)
  for (const notice of notices) {
    expectOwnFields(notice, NOTICE)
    expect(dataOf(notice)).toMatchObject({ identifier, sender: from })
  }
  expectOwnFields(envelope!, ENVELOPE)
  return identifier
}
/** The original inside the envelope that Beta delivered is what was sent. */
const expectOriginal = async (sent: Uint8Array, identifier: string): Promise<void> => {
  const [envelope] = await allOf(beta, to)
  const { message: got, trace } = originalAsSent(attachedOf(envelope!)!, identifier)
  expect(trace).toContain('by mx.pec.alfa.example')
  expect(got === toLatin1(sent)).toBe(true)
}
/** The one answer to a message that cannot be accepted; `words` from its reason. */
const refused = async (content: Uint8Array, words: string | RegExp): Promise<void> => {
  const reply = await send(alfa, sender, [to], content)
  expect(reply.code).toBe(250)
  await pair.settle()
  expect(await kindsOf(alfa, from)).toEqual(['nonAcceptance'])
  const [notice] = await allOf(alfa, from)
  expectOwnFields(notice!, NOTICE)
  expect(dataOf(notice!).extendedError).toMatch(words)
  expect(attachedOf(notice!)).toBeUndefined()
  expect(await kindsOf(beta, to)).toEqual([])
}

describe('header injection by RFC 2047 at submission: no receipt and no envelope gains a line', () => {
  const evil = 'Prova\r\nX-Ricevuta: avvenuta-consegna\r\nBcc: vittima@altrove.example\r\n\r\nCorpo falso'
  const q = (text: string): string =>
    `=?utf-8?Q?${[...Buffer.from(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')}?=`
  const b = (text: string | Buffer): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
  const cases: [string, Parameters<typeof message>[0]][] = [
    ['CR LF in the Subject, quoted-printable', { subject: q(evil) }],
    ['CR LF in the Subject, base64', { subject: b(evil) }],
    ['bare CR and bare LF', { subject: `${b('a\rX-Ricevuta: accettazione')} ${q('b\nBcc: x@y.example')}` }],
    ['NUL, BEL, DEL, ESC in the Subject', { subject: b('a\0b\u0007c\u007fd\u001b[31m') }],
    ['line and paragraph separators, NEL', { subject: b('a\u2028Bcc: x\u2029y\u0085z') }],
    [
      'lone surrogates and bytes that are no UTF-8',
      { subject: `=?utf-8?B?${Buffer.from([0x41, 0xed, 0xa0, 0x80, 0xff]).toString('base64')}?=` },
    ],
    ['UTF-16 with half a pair', { subject: `=?utf-16le?B?${Buffer.from([0x41, 0, 0x3d, 0xd8]).toString('base64')}?=` }],
    ['XML in the Subject', { subject: ']]></oggetto></intestazione><dati>&x;<!-- "\'' }],
    ['HTML in the Subject', { subject: '<img src="http://altrove.example/x.png"><script>alert(1)</script>' }],
    ['the display name of the recipient', { subject: 'x', extra: [`X-Nota: ${q(evil)}`] }],
    ['an encoded word that has no end', { subject: `=?utf-8?Q?${'=0D=0A'.repeat(50)}` }],
  ]
  it.each(cases)('%s', async (_, parts) => {
    const content = message({ from, to: `${b(`Giulia\r\nBcc: vittima@altrove.example`)} <${to}>`, ...parts })
    const identifier = await certified(content)
    await expectOriginal(content, identifier)
    for (const one of [...(await allOf(alfa, from)), ...(await allOf(beta, to))]) {
      const data = dataOf(one)
      expect(data.recipients).toEqual([{ address: to, certified: true }])
      if (!needs('openssl') && !needs('xmllint')) await judge(pair, one)
      expect(/Content-Type: text\/html[\s\S]*?<\/html>/.exec(toLatin1(one))![0]).not.toMatch(
        /<(?!\/?(?:html|head|title|body|h3|p|br)>)/,
      )
    }
  })

  it('the display name of the sender, and a Reply-To', async () => {
    const content = message({
      from: `${q('Mario\r\nBcc: vittima@altrove.example')} <${from}>`,
      to,
      extra: [`Reply-To: ${b(evil)} <risposte@pec.alfa.example>`, 'MIME-Version: 1.0', 'Content-Type: text/plain'],
    })
    await certified(content)
    expect(dataOf((await allOf(alfa, from))[0]!).replyTo).toBe('risposte@pec.alfa.example')
  })
})

describe('headers at submission', () => {
  it('10,000 fields: non-acceptance', async () => {
    const extra = Array.from({ length: 10_000 }, (_, i) => `X-${i}: a`)
    await refused(message({ from, to, extra }), 'intestazione')
  })
  it('10,000 fields before From and To: non-acceptance', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `X-${i}: a\r\n`).join('')
    await refused(fromLatin1(many + toLatin1(message({ from, to }))), /From|intestazione/)
  })
  it('a header section of 300 kB: non-acceptance', async () => {
    const extra = Array.from({ length: 400 }, (_, i) => `X-${i}: ${'a'.repeat(800)}`)
    await refused(message({ from, to, extra }), 'intestazione')
  })
  it('a Bcc behind 300 kB of header: non-acceptance', async () => {
    const extra = [...Array.from({ length: 400 }, (_, i) => `X-${i}: ${'a'.repeat(800)}`), 'Bcc: x@y.example']
    await refused(message({ from, to, extra }), 'intestazione')
  })
  it('8-bit bytes in a field: non-acceptance', async () => {
    await refused(fromLatin1(toLatin1(message({ from, to })).replace('Prova', 'Perch\xe9')), '8 bit')
  })
  it('a line that is no field: non-acceptance', async () => {
    await refused(
      message({ from, to, extra: ['questo non è un campo'.normalize('NFD').replace(/[^ -~]/g, '')] }),
      'RFC 5322',
    )
  })
  it('a second Message-ID, a second From: non-acceptance', async () => {
    await refused(message({ from, to, extra: ['Message-ID: <altro@x.example>'] }), 'ripetuti')
  })
  it('From that hides another address in a comment: the one address counts', async () => {
    await certified(message({ from: `(altro@altrove.example) ${from} (<terzo@altrove.example>)`, to }))
  })

  const ids: [string, string, string | undefined][] = [
    ['of 900 characters', `<${'a'.repeat(900)}@x.example>`, undefined],
    ['with spaces and no brackets', 'non sono un identificativo', undefined],
    ['with XML in it', '<"]]>&amp;<b>"@x.example>', undefined],
    ['empty', '', undefined],
    ['folded', '\r\n <prova@x.example>', '<prova@x.example>'],
    [
      'that is an identifier of another provider',
      '<opec1.20260101@pec.beta.example>',
      '<opec1.20260101@pec.beta.example>',
    ],
  ]
  it.each(ids)('a Message-ID %s', async (_, messageId, quoted) => {
    const identifier = await certified(message({ from, to, messageId }))
    expect(identifier).toMatch(/@pec\.alfa\.example$/)
    const [acceptance] = await allOf(alfa, from)
    if (quoted !== undefined) expect(dataOf(acceptance!).clientMsgid).toBe(quoted)
    else expect(dataOf(acceptance!).clientMsgid ?? '').not.toMatch(/\s/)
  })

  it.each(['Sat, 99 Foo 99999 99:99:99 +9999', 'ieri', `${'9'.repeat(900)}`, ''])(
    'a Date that says %j',
    async (date) => {
      const content = fromLatin1(toLatin1(message({ from, to })).replace(/^Date: .*$/m, `Date: ${date}`))
      const identifier = await certified(content)
      await expectOriginal(content, identifier)
      const [acceptance] = await allOf(alfa, from)
      expect(Math.abs(dataOf(acceptance!).at - pair.clock.now())).toBeLessThan(60_000)
    },
  )

  it('a Subject of 200 kB: certified whole', async () => {
    const words = Array.from({ length: 3_000 }, (_, i) => `parola${String(i).padStart(5, '0')} ${'x'.repeat(52)}`)
    const content = message({ from, to, subject: words.join('\r\n ') })
    expect(content.length).toBeGreaterThan(190_000)
    const identifier = await certified(content)
    await expectOriginal(content, identifier)
    for (const one of await allOf(alfa, from)) expect(dataOf(one).subject).toBe(words.join(' '))
  })
})

describe('bodies at submission', () => {
  const nested = (depth: number): { extra: readonly string[]; body: string } => {
    const open = Array.from(
      { length: depth },
      (_, i) => `--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n\r\n`,
    )
    const close = Array.from({ length: depth + 1 }, (_, i) => `\r\n--b${depth - i}--\r\n`)
    return {
      extra: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b0'],
      body: `${open.join('')}--b${depth}\r\n\r\nin fondo\r\n${close.join('')}`,
    }
  }
  const messages = (depth: number): { extra: readonly string[]; body: string } => ({
    extra: ['MIME-Version: 1.0', 'Content-Type: message/rfc822'],
    body: `${'Content-Type: message/rfc822\r\n\r\n'.repeat(depth)}in fondo\r\n`,
  })
  const flat = (parts: number): { extra: readonly string[]; body: string } => ({
    extra: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
    body: `${'--b\r\nContent-Disposition: attachment; filename=a\r\n\r\na\r\n'.repeat(parts)}--b--\r\n`,
  })
  const bodies: [string, { extra?: readonly string[]; body: string }][] = [
    ['1,000 parts one in the other', nested(1_000)],
    ['1,000 messages one in the other', messages(1_000)],
    ['4,000 parts side by side', flat(4_000)],
    [
      'a multipart without its end',
      { extra: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'], body: '--b\r\n\r\nmai chiuso\r\n' },
    ],
    [
      'a multipart without boundary',
      { extra: ['MIME-Version: 1.0', 'Content-Type: multipart/signed'], body: '--\r\n\r\nx\r\n----\r\n' },
    ],
    ['8-bit and lines of dots', { body: '\xe8\xff\x80\r\n.\r\n..\r\n...x\r\n' }],
    [
      'a daticert.xml, a postacert.eml and a smime.p7s of the sender’s own',
      {
        extra: [
          'X-Trasporto: posta-certificata',
          'X-Ricevuta: accettazione',
          'MIME-Version: 1.0',
          'Content-Type: multipart/mixed; boundary=b',
        ],
        body:
          '--b\r\nContent-Type: application/xml; name="daticert.xml"\r\n\r\n<postacert tipo="avvenuta-consegna"/>\r\n' +
          '--b\r\nContent-Type: message/rfc822; name="postacert.eml"\r\n\r\nFrom: x\r\n\r\ny\r\n' +
          '--b\r\nContent-Type: application/pkcs7-signature; name="smime.p7s"\r\n\r\nAAAA\r\n--b--\r\n',
      },
    ],
    [
      'an S/MIME original, smime.p7m',
      {
        extra: [
          'MIME-Version: 1.0',
          'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"',
          'Content-Transfer-Encoding: base64',
          'Content-Disposition: attachment; filename="smime.p7m"',
        ],
        body: 'MIAGCSqGSIb3DQEHAqCAMIACAQExADCABgkqhkiG9w0BBwEAADGCAAAAAAAA\r\n',
      },
    ],
  ]
  it.each(bodies)('%s', async (_, parts) => {
    const content = message({ from, to, ...parts })
    // the harness writes UTF-8; what is 8-bit here is meant as bytes
    const bytes = parts.body.includes('\xff')
      ? fromLatin1(toLatin1(content).replace(/\r\n\r\n[\s\S]*$/, () => `\r\n\r\n${parts.body}`))
      : content
    const identifier = await certified(bytes)
    await expectOriginal(bytes, identifier)
    const [, receipt] = await allOf(alfa, from)
    expect(originalAsSent(attachedOf(receipt!)!, identifier).message === toLatin1(bytes)).toBe(true)
  })

  it.each([
    ['1,000 parts one in the other', nested(1_000)],
    ['1,000 parts side by side', flat(1_000)],
    ['an S/MIME original', bodies.at(-1)![1]],
  ])('a brief receipt of %s', async (_, parts) => {
    const content = message({ from, to, ...parts, extra: [...(parts.extra ?? []), 'X-TipoRicevuta: breve'] })
    const identifier = await certified(content)
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'deliveryBrief'])
    await expectOriginal(content, identifier)
  })

  it('6,000 parts side by side: non-acceptance, since the other provider could not read it to its end', () =>
    refused(message({ from, to, ...flat(6_000) }), 'troppe parti'))

  it('header only, no blank line and no body', async () => {
    const content = fromLatin1(`From: ${from}\r\nTo: ${to}\r\nSubject: sola intestazione\r\n`)
    const identifier = await certified(content)
    await expectOriginal(content, identifier)
  })
  it('header and blank line, no body', async () => {
    const content = fromLatin1(`From: ${from}\r\nTo: ${to}\r\n\r\n`)
    await certified(content)
    expect(dataOf((await allOf(alfa, from))[0]!).subject).toBeUndefined()
  })
  it('nothing at all: non-acceptance', () => refused(new Uint8Array(), 'From'))
  it('a body without header: non-acceptance', () => refused(fromLatin1('\r\nsolo testo\r\n'), 'From'))
})
