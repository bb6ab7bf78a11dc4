// Hostile bytes and crowds on the wire: smuggling, hundreds of recipients, absurd ordinary mail at the incoming point.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, toLatin1 } from '../../src/core/lib/bytes.ts'
import { openSubmission, dataOf as wire } from '../../src/shell/sandbox/submission.ts'
import { needs } from '../support/judges.ts'
import { judge } from './support/judges.ts'
import { handOver, message, send } from './support/mail.ts'
import {
  allOf,
  attachedOf,
  dataOf,
  ENVELOPE,
  expectOwnFields,
  identifierOf,
  kindsOf,
  statesOf,
} from './support/observe.ts'
import { type OrdinaryServer, startOrdinary } from './support/ordinary.ts'
import { PASSWORD, type Pair, startPair, type TestProvider } from './support/pair.ts'

let pair: Pair
let alfa: TestProvider
let beta: TestProvider
let ordinary: OrdinaryServer
let n = 0
let sender: string
let from: string
let to: string

beforeAll(async () => {
  pair = await startPair()
  ;({ alfa, beta } = pair)
  ordinary = await startOrdinary(pair, 'posta.example')
})
afterAll(async () => {
  await ordinary?.close()
  await pair?.stop()
})
beforeEach(async () => {
  sender = `mittente${++n}`
  from = `${sender}@pec.alfa.example`
  to = `destinatario${n}@pec.beta.example`
  await alfa.mailbox(from)
  await beta.mailbox(to)
})

describe('many recipients', () => {
  const crowd = (size: number): readonly string[] =>
    Array.from({ length: size }, (_, i) => `${'nome.lungo.'.repeat(4)}${i}@posta.example`)

  it('500 recipients: certification data beyond 32 KiB, every one named in all that is signed', async () => {
    const recipients = [to, ...crowd(499)]
    const before = ordinary.taken.length
    const reply = await send(alfa, sender, recipients, message({ from, to, cc: recipients.slice(1).join(',\r\n ') }))
    await pair.settle()
    expect(await statesOf(alfa, identifierOf(reply))).toMatchObject({ [to]: 'delivered' })
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'deliveryComplete'])
    for (const one of [...(await allOf(alfa, from)), ...(await allOf(beta, to))]) {
      expect(one.length).toBeGreaterThan(32 * 1024)
      if (!needs('openssl') && !needs('xmllint')) await judge(pair, one)
      expect(dataOf(one).recipients.map((recipient) => recipient.address)).toEqual(recipients)
    }
    const went = ordinary.taken.slice(before).flatMap((one) => one.forwardPaths)
    expect(new Set(went)).toEqual(new Set(recipients.slice(1)))
    expect(went).toHaveLength(499)
  })

  it('501: refused at SMTP, and nothing is accepted of it', async () => {
    const recipients = [to, ...crowd(500)]
    const reply = await send(alfa, sender, recipients, message({ from, to, cc: recipients.join(',\r\n ') }))
    expect(reply.code).toBe(452)
    expect(await kindsOf(alfa, from)).toEqual([])
    expect(await kindsOf(beta, to)).toEqual([])
  })
})

describe('bytes that are no mail: refused by SMTP, nothing filed, no second message smuggled in', () => {
  const second = (end: string): string =>
    `prima${end}MAIL FROM:<${from}>\r\nRCPT TO:<${to}>\r\nDATA\r\nFrom: ${from}\r\nTo: ${to}\r\nSubject: di contrabbando\r\n\r\nseconda\r\n`
  const endings: [string, string][] = [
    ['LF . LF', '\n.\n'],
    ['LF . CR LF', '\n.\r\n'],
    ['CR LF . LF', '\r\n.\n'],
    ['CR . CR', '\r.\r'],
    ['CR . CR LF', '\r.\r\n'],
    ['CR LF . CR', '\r\n.\r'],
    ['CR LF NUL . CR LF', '\r\n\0.\r\n'],
  ]
  const submitRaw = async (text: string): Promise<{ code: number }> => {
    const client = await openSubmission({
      port: alfa.ports.submission,
      security: 'tls',
      user: from,
      password: PASSWORD,
    })
    try {
      const head = toLatin1(message({ from, to })).split('\r\n\r\n')[0]!
      return await client.send({
        from,
        recipients: [to],
        data: Buffer.from(`${head}\r\n\r\n${text}\r\n.\r\n`, 'latin1'),
      })
    } finally {
      client.destroy()
    }
  }
  it.each(endings)('smuggling behind %s at the submission point', async (_, end) => {
    const reply = await submitRaw(second(end))
    expect(reply.code).toBeGreaterThanOrEqual(500)
    await pair.settle()
    expect(await kindsOf(alfa, from)).toEqual([])
    expect(await kindsOf(beta, to)).toEqual([])
  })
  it('what looks like an end but is a stuffed dot stays inside one message', async () => {
    const reply = await submitRaw(second('\r\n..\r\n'))
    expect(reply.code).toBe(250)
    await pair.settle()
    expect(await kindsOf(alfa, from)).toEqual(['acceptance', 'deliveryComplete'])
    expect(await kindsOf(beta, to)).toEqual(['transportEnvelope'])
  })
  it.each([
    ['NUL in the body', 'a\0b'],
    ['a line of 2,000 bytes', 'a'.repeat(2_000)],
  ])('%s', async (_, text) => {
    expect((await submitRaw(text)).code).toBeGreaterThanOrEqual(500)
    await pair.settle()
    expect(await kindsOf(alfa, from)).toEqual([])
  })
})

describe('absurd mail at the incoming point: wrapped whole, under a header that is ours', () => {
  const long = 'a'.repeat(70)
  const cases: [string, () => Uint8Array][] = [
    ['nothing at all', () => new Uint8Array()],
    ['a body without header', () => fromLatin1('\r\nsolo testo\r\n')],
    [
      '10,000 fields',
      () => message({ from: 'x@posta.example', to, extra: Array.from({ length: 10_000 }, (_, i) => `X-${i}: a`) }),
    ],
    [
      'a header section of 300 kB',
      () => message({ from: 'x@posta.example', to, extra: Array.from({ length: 4_000 }, (_, i) => `X-${i}: ${long}`) }),
    ],
    [
      '8-bit in every field',
      () =>
        fromLatin1(
          `From: \xe8 <x@posta.example>\r\nTo: ${to}\r\nSubject: \xff\xfe\r\nMessage-ID: <\xe8@x>\r\n\r\nx\r\n`,
        ),
    ],
    [
      'CR LF by RFC 2047 in From and Subject',
      () =>
        message({
          from: '=?utf-8?Q?a=0D=0ABcc:_x@y.example?= <x@posta.example>',
          to,
          subject: '=?utf-8?Q?a=0D=0AX-Trasporto:_posta-certificata?=',
        }),
    ],
    ['CR LF by RFC 2047 inside the address', () => message({ from: '=?utf-8?Q?x=0D=0ABcc:y?=@posta.example', to })],
    ['a Message-ID that is none', () => message({ from: 'x@posta.example', to, messageId: 'a b\tc <d> "e" ]]>' })],
    [
      'a Message-ID of 900 characters',
      () => message({ from: 'x@posta.example', to, messageId: `<${'a'.repeat(900)}@x>` }),
    ],
    [
      'three thousand addresses in To',
      () =>
        message({
          from: 'x@posta.example',
          to: Array.from({ length: 3_000 }, (_, i) => `a${i}@posta.example`).join(',\r\n '),
        }),
    ],
    [
      'markers of certified mail without signature',
      () =>
        message({
          from: 'x@posta.example',
          to,
          extra: ['X-Trasporto: posta-certificata', 'X-Ricevuta: avvenuta-consegna'],
        }),
    ],
    [
      'a multipart/signed without end',
      () =>
        message({
          from: 'x@posta.example',
          to,
          extra: ['Content-Type: multipart/signed; boundary=b'],
          body: '--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nAAAA\r\n',
        }),
    ],
    [
      'a signature of 4 MB',
      () =>
        message({
          from: 'x@posta.example',
          to,
          extra: ['Content-Type: multipart/signed; boundary=b', 'X-Trasporto: posta-certificata'],
          body: `--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${'MIAG'.repeat(19)}\r\n`.repeat(55_000)}--b--\r\n`,
        }),
    ],
    [
      'a signature of nested lengths',
      () =>
        message({
          from: 'x@posta.example',
          to,
          extra: ['Content-Type: multipart/signed; boundary=b', 'X-Trasporto: posta-certificata'],
          body: `--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${Buffer.from('3080'.repeat(27), 'hex').toString('base64')}\r\n`.repeat(2_000)}--b--\r\n`,
        }),
    ],
  ]
  it.each(cases)('%s', async (_, make) => {
    const content = make()
    expect((await handOver(beta, 'x@posta.example', [to], content)).code).toBe(250)
    expect(await kindsOf(beta, to)).toEqual(['anomalyEnvelope'])
    const [wrapped] = await allOf(beta, to)
    expectOwnFields(wrapped!, ENVELOPE)
    expect(toLatin1(attachedOf(wrapped!)!).endsWith(toLatin1(content))).toBe(true)
    expect(toLatin1(wrapped!)).toContain('X-Trasporto: errore')
    if (!needs('openssl')) await judge(pair, wrapped!)
  })

  it('NUL: refused, nothing filed', async () => {
    const reply = await handOver(
      beta,
      'x@posta.example',
      [to],
      message({ from: 'x@posta.example', to, body: 'a\0b\r\n' }),
    )
    expect(reply.code).toBeGreaterThanOrEqual(500)
    expect(await kindsOf(beta, to)).toEqual([])
  })
})

it('the wire helper doubles dots, so that what these tests send is what they mean', () => {
  expect(wire('.\r\n..x\r\n').toString('latin1')).toBe('..\r\n...x\r\n.\r\n')
})
