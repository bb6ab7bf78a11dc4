// The SMTP transport against servers that are right, wrong, slow and gone.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import type { MxHost, Resolver } from '../../../src/core/ports.ts'
import { staticResolver } from '../../../src/shell/adapters/resolver.ts'
import { smtpTransport, type TransportOptions } from '../../../src/shell/adapters/transport.ts'
import { testAuthority } from '../../support/smtp/authority.ts'
import { plainAnswers, startScripted } from '../../support/smtp/scripted.ts'
import { startTestServer, testTls } from '../../support/smtp/server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})
const serve: typeof startTestServer = async (options) => {
  const server = await startTestServer(options)
  stops.push(() => server.close(0))
  return server
}
const scripted = async (answer: Parameters<typeof startScripted>[0]) => {
  const server = await startScripted(answer)
  stops.push(server.close)
  return server
}
const at = (port: number, tlsName = 'mx.test'): MxHost => ({ host: '127.0.0.1', port, tlsName })

const transportTo = async (hosts: readonly MxHost[], options: Partial<TransportOptions> = {}) => {
  const { authority } = await testTls()
  const transport = smtpTransport({
    resolver: staticResolver({ 'beta.example': hosts }),
    hostname: 'mx.alfa.example',
    roots: () => [authority.root],
    ...options,
  })
  stops.push(() => transport.close())
  return transport
}
type Sender = Awaited<ReturnType<typeof transportTo>>
type Sent = { to?: readonly string[]; requireTls?: boolean; chunk?: number; from?: string; sizeBytes?: number }
const send = (transport: Sender, content: string | Buffer, sent: Sent = {}) => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content
  const chunk = sent.chunk ?? 65_536
  return transport.send({
    domain: 'beta.example',
    reversePath: sent.from ?? 'mario@alfa.example',
    forwardPaths: sent.to ?? ['giulia@beta.example'],
    sizeBytes: sent.sizeBytes ?? bytes.length,
    content: async function* () {
      for (let from = 0; from < bytes.length; from += chunk) yield bytes.subarray(from, from + chunk)
    },
    requireTls: sent.requireTls ?? false,
  })
}
const only = async (outcomes: ReturnType<typeof send>) => [...(await outcomes).values()][0]
const MAIL = 'Subject: prova\r\n\r\nciao\r\n'
const LARGE = `${'.riga con punto\r\n'.repeat(40_000)}fine\r\n`

describe('recipients beyond what a server takes in one mail', () => {
  it('499 to a server that takes 100: every one is served, in further mails', async () => {
    const server = await serve({ limits: { maxRecipients: 100 } })
    const transport = await transportTo([at(server.port)])
    const to = Array.from({ length: 499 }, (_, i) => `r${i}@beta.example`)
    const outcomes = await send(transport, MAIL, { to })
    expect([...outcomes.values()].filter((outcome) => outcome.kind !== 'delivered')).toEqual([])
    expect(outcomes.size).toBe(499)
    expect(server.kept).toHaveLength(5)
  })
})

describe('content', () => {
  it.each([
    ['BDAT', true],
    ['DATA', false],
  ])('goes through %s byte for byte, whatever it is', async (_, chunking) => {
    const server = await serve()
    const transport = await transportTo([at(server.port)], { chunking })
    const line = fc.oneof(
      fc.constantFrom('', '.', '..', '.\xe0'),
      fc
        .uint8Array({ maxLength: 30 })
        .map((raw) => Buffer.from(raw.filter((b) => ![0, 10, 13].includes(b))).toString('latin1')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (lines, chunk) => {
        const content = Buffer.from(lines.map((one) => `${one}\r\n`).join(''), 'latin1')
        expect(await only(send(transport, content, { chunk }))).toMatchObject({ kind: 'delivered' })
        expect(server.kept.at(-1)!.content.equals(content)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('large and full of dots, in odd chunks, over TLS', async () => {
    const server = await serve()
    const transport = await transportTo([at(server.port)])
    expect(await only(send(transport, LARGE, { chunk: 7777, requireTls: true }))).toMatchObject({ kind: 'delivered' })
    expect(server.kept[0]!.content.toString('latin1') === LARGE).toBe(true)
    expect(server.kept[0]!.session.tls).toBe(true)
  })

  it.each([
    ['small', MAIL, true],
    ['small', MAIL, false],
    ['large', LARGE, true],
  ])('with a bare LF, %s: nothing of it counts as sent', async (_, content, chunking) => {
    const server = await serve()
    const transport = await transportTo([at(server.port)], { chunking })
    const outcome = await only(send(transport, `${content}a\n.\r\nMAIL FROM:<evil@alfa.example>\r\n`))
    expect(outcome).toMatchObject({ kind: 'permanent', code: '5.6.0' })
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'delivered' })
    expect(server.kept.map((kept) => kept.content.toString())).toEqual([MAIL])
  })

  it.each([MAIL.length, 1_000_000])(
    'that cannot be read is nobody’s outcome, and does not arrive (%i)',
    async (sizeBytes) => {
      const server = await serve()
      const transport = await transportTo([at(server.port)])
      const sending = transport.send({
        domain: 'beta.example',
        reversePath: '',
        forwardPaths: ['a@beta.example'],
        sizeBytes,
        content: async function* () {
          yield Buffer.from('half')
          throw new Fault('blobs', 'disk away')
        },
        requireTls: false,
      })
      await expect(sending).rejects.toThrow('disk away')
      expect(server.kept).toEqual([])
    },
  )

  it.each([MAIL, LARGE])('of another size than told does not arrive: %#', async (content) => {
    const server = await serve()
    const transport = await transportTo([at(server.port)])
    await expect(send(transport, content, { sizeBytes: content.length + 1 })).rejects.toThrow(RangeError)
    expect(server.kept).toEqual([])
  })

  it('larger than the server takes is not sent at all', async () => {
    const server = await serve({ limits: { maxMessageBytes: 10 } })
    const transport = await transportTo([at(server.port)])
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'permanent', code: '5.3.4' })
  })
})

describe('TLS', () => {
  it('required: a certificate of another root is refused, and nothing is said in clear', async () => {
    const stranger = await testAuthority('Stranger')
    const context = await stranger.issue('mx.test')
    const server = await serve({ tls: () => context })
    const transport = await transportTo([at(server.port)])
    expect(await only(send(transport, MAIL, { requireTls: true }))).toMatchObject({ kind: 'temporary', code: '4.7.5' })
    expect(server.kept).toEqual([])
  })
  it('required: a certificate of another name is refused', async () => {
    const server = await serve()
    const transport = await transportTo([at(server.port, 'other.test')])
    expect(await only(send(transport, MAIL, { requireTls: true }))).toMatchObject({ kind: 'temporary', code: '4.7.5' })
    expect(server.kept).toEqual([])
  })
  it('required and not offered (stripped): nothing is sent', async () => {
    const server = await scripted(plainAnswers())
    const transport = await transportTo([at(server.port)])
    expect(await only(send(transport, MAIL, { requireTls: true }))).toMatchObject({ kind: 'temporary', code: '4.7.4' })
    expect(server.heard.filter((line) => line.startsWith('MAIL'))).toEqual([])
  })
  it('required: words of the server in clear behind 220 are not believed', async () => {
    const server = await scripted(
      plainAnswers(
        (line) => (line === 'STARTTLS' ? '220 go\r\n250 2.0.0 injected' : undefined),
        '250-mx\r\n250 STARTTLS',
      ),
    )
    const transport = await transportTo([at(server.port)])
    expect(await only(send(transport, MAIL, { requireTls: true }))).toMatchObject({ kind: 'temporary', code: '4.7.0' })
  })
  it('not required: any certificate will do', async () => {
    const server = await serve()
    const transport = await transportTo([at(server.port, 'other.test')])
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'delivered' })
    expect(server.kept[0]!.session.tls).toBe(true)
  })
  it.each(['454 4.7.0 not now', '250 what?', '220 go'])(
    'not required: in clear where TLS fails after %s',
    async (said) => {
      const answers = plainAnswers((line) => (line === 'STARTTLS' ? said : undefined), '250-mx\r\n250 STARTTLS')
      const server = await scripted((line, socket) => {
        if (line === 'STARTTLS') socket.once('data', () => socket.destroy())
        return answers(line)
      })
      const transport = await transportTo([at(server.port)])
      expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'delivered' })
      expect(server.opened()).toBe(2)
    },
  )
})

describe('servers of a domain', () => {
  it('the next one is tried where one cannot be reached, or does not greet', async () => {
    const gone = await startScripted(() => undefined)
    await gone.close()
    const busy = await scripted(() => '421 4.3.2 busy')
    const odd = await scripted(() => 'HTTP/1.1 400 Bad Request')
    const server = await serve()
    const transport = await transportTo([at(gone.port), at(busy.port), at(odd.port), at(server.port)])
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'delivered' })
  })
  it('the next one gets the recipients that must wait, and only them', async () => {
    const first = await serve()
    const second = await serve({ handlers: { rcptTo: async () => undefined } })
    const transport = await transportTo([at(first.port), at(second.port)])
    const to = ['giulia@beta.example', 'full@beta.example', 'unknown@beta.example']
    const outcomes = await send(transport, MAIL, { to })
    expect(to.map((path) => outcomes.get(path)!.kind)).toEqual(['delivered', 'delivered', 'permanent'])
    expect(second.kept[0]!.forwardPaths).toEqual(['full@beta.example'])
  })
  it('none is tried where the mail may have arrived already', async () => {
    const first = await scripted(plainAnswers((line) => (line === '.' ? 'close' : undefined)))
    const second = await serve()
    const transport = await transportTo([at(first.port), at(second.port)])
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'temporary', code: '4.4.2' })
    expect(second.kept).toEqual([])
  })
  it('DNS that does not answer is temporary', async () => {
    const resolver: Resolver = { mx: () => Promise.reject(new Fault('resolver', 'away')) }
    const transport = await transportTo([], { resolver })
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'temporary', code: '4.4.3' })
  })
})

describe('replies', () => {
  const to = ['a@beta.example', 'b@beta.example']
  it.each([
    ['a refused sender', { MAIL: '553 5.7.1 not you' }, 'permanent', '5.7.1'],
    ['a sender who must wait', { MAIL: '451 4.7.1 greylisted' }, 'temporary', '4.7.1'],
    ['refused recipients', { RCPT: '550 no' }, 'permanent', '5.0.0'],
    ['DATA refused', { DATA: '554 5.7.1 no' }, 'permanent', '5.7.1'],
    ['content refused', { '.': '554 5.6.0 spam' }, 'permanent', '5.6.0'],
    ['content that must wait', { '.': '451 4.3.0 later' }, 'temporary', '4.3.0'],
    ['354 although nobody was taken', { RCPT: '550 5.1.1 no' }, 'permanent', '5.1.1'],
    ['421 in between', { RCPT: '421 4.3.2 down' }, 'temporary', '4.3.2'],
  ])('%s, with and without PIPELINING', async (_, said, kind, code) => {
    for (const ehlo of ['250-mx\r\n250 PIPELINING', '250 mx', '500 what?']) {
      const over = (line: string) => (said as Record<string, string>)[line === '.' ? '.' : line.slice(0, 4)]
      const server = await scripted(plainAnswers(over, ehlo))
      const transport = await transportTo([at(server.port)])
      const outcomes = await send(transport, MAIL, { to })
      expect([...outcomes.values()].map((outcome) => [outcome.kind, 'code' in outcome && outcome.code])).toEqual([
        [kind, code],
        [kind, code],
      ])
    }
  })

  it('a server that refuses in the middle of the content is heard', async () => {
    const server = await serve({
      handlers: {
        data: async () => {
          throw new Fault('db', 'away')
        },
      },
    })
    const transport = await transportTo([at(server.port)])
    expect(await only(send(transport, LARGE))).toMatchObject({ kind: 'temporary', code: '4.3.0' })
  })
  it('too many recipients: the rest go in further mails', async () => {
    const server = await serve({ limits: { maxRecipients: 2 } })
    const transport = await transportTo([at(server.port)])
    const five = ['1', '2', '3', '4', '5'].map((name) => `${name}@beta.example`)
    const outcomes = await send(transport, MAIL, { to: five })
    expect([...outcomes.values()].every(({ kind }) => kind === 'delivered')).toBe(true)
    expect(server.kept.map((kept) => kept.forwardPaths.length)).toEqual([2, 2, 1])
  })
  it('silence is not waited for without end', async () => {
    const server = await scripted(plainAnswers((line) => (line === '.' ? '' : undefined)))
    const transport = await transportTo([at(server.port)], { timeouts: { dataEndMs: 30 } })
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'temporary', code: '4.4.2' })
  })
  it('addresses that hold a command are not said', async () => {
    const server = await serve()
    const transport = await transportTo([at(server.port)])
    const evil = 'a@beta.example>\r\nRCPT TO:<victim@beta.example'
    expect(await only(send(transport, MAIL, { to: [evil] }))).toMatchObject({ kind: 'permanent', code: '5.1.3' })
    expect(await only(send(transport, MAIL, { from: evil }))).toMatchObject({ kind: 'permanent', code: '5.1.7' })
    expect(server.events).toEqual([])
  })
})

describe('connections', () => {
  it('are shared, up to their maximum', async () => {
    const server = await serve()
    const transport = await transportTo([at(server.port)], { maxConnections: 3 })
    await Promise.all(Array.from({ length: 50 }, () => send(transport, MAIL, { requireTls: true })))
    expect(server.kept).toHaveLength(50)
    expect(new Set(server.kept.map((kept) => kept.session.id)).size).toBeLessThanOrEqual(3)
  })
  it('where the server takes fewer, the others wait their turn', async () => {
    const server = await serve({ limits: { maxConnectionsPerAddress: 1 } })
    const transport = await transportTo([at(server.port)])
    const all = await Promise.all(Array.from({ length: 20 }, () => only(send(transport, MAIL))))
    expect(all.every((outcome) => outcome!.kind === 'delivered')).toBe(true)
    expect(server.kept).toHaveLength(20)
  })
  it('that the server wants to end (421 at MAIL) are replaced without a word', async () => {
    const server = await serve({ limits: { maxTransactions: 1 } })
    const transport = await transportTo([at(server.port)])
    for (let i = 0; i < 3; i++) expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'delivered' })
    expect(new Set(server.kept.map((kept) => kept.session.id)).size).toBe(3)
  })
  it('that died while idle are replaced too', async () => {
    let cut: (() => void) | undefined
    const answers = plainAnswers()
    const server = await scripted((line, socket) => {
      cut = () => socket.destroy()
      return answers(line)
    })
    const transport = await transportTo([at(server.port)])
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'delivered' })
    cut!()
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'delivered' })
    expect(server.opened()).toBe(2)
  })
  it('are not used beyond their number of mails, and are closed after a while', async () => {
    const server = await serve()
    const transport = await transportTo([at(server.port)], { maxMessages: 2, idleMs: 20 })
    for (let i = 0; i < 3; i++) await send(transport, MAIL)
    expect(new Set(server.kept.map((kept) => kept.session.id)).size).toBe(2)
    while (server.connections() > 0) await new Promise((resolve) => setImmediate(resolve))
  })
  it('closing waits for mails under way', async () => {
    const server = await serve()
    const transport = await transportTo([at(server.port)])
    const sending = send(transport, LARGE)
    while (server.connections() === 0) await new Promise((resolve) => setImmediate(resolve))
    await transport.close()
    expect(await only(sending)).toMatchObject({ kind: 'delivered' })
    expect(await only(send(transport, MAIL))).toMatchObject({ kind: 'temporary', code: '4.3.2' })
  })
})
