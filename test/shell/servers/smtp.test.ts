// The SMTP server as its handlers see it: streams, back-pressure, replies in batches, graceful close.
import { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SmtpSession } from '../../../src/shell/servers/smtp/options.ts'
import { reply } from '../../../src/shell/servers/smtp.ts'
import { ContentStream } from '../../../src/shell/servers/wire/stream.ts'
import { RawClient } from '../../support/smtp/dialogue.ts'
import { startTestServer, type TestServer, testTls } from '../../support/smtp/server.ts'

const servers: TestServer[] = []
const start: typeof startTestServer = async (options) => {
  const server = await startTestServer(options)
  servers.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)))
})

const open = async (server: TestServer): Promise<RawClient> => {
  const client = await RawClient.open(server.port)
  await client.reply()
  await client.say('EHLO pc.example')
  return client
}
const HEAD = 'MAIL FROM:<a@alfa.example>\r\nRCPT TO:<b@beta.example>\r\nDATA\r\n'
const inData = async (server: TestServer): Promise<RawClient> => {
  const client = await open(server)
  client.write(HEAD)
  for (let i = 0; i < 3; i++) await client.reply()
  return client
}
const gate = () => {
  let release!: () => void
  const opened = new Promise<void>((resolve) => {
    release = resolve
  })
  return { opened, release }
}

describe('the content', () => {
  it('comes through byte for byte, large and slowly read', async () => {
    const server = await start()
    const client = await inData(server)
    const line = `${'.à'.repeat(30)}\r\n`
    const content = Buffer.from(line.repeat(50_000), 'latin1')
    await client.writeAll(`.${line}`.repeat(50_000))
    client.write('.\r\n')
    expect(await client.reply()).toMatch(/^250 /)
    expect(server.kept[0]!.content.equals(content)).toBe(true)
    client.destroy()
  })

  it('is passed over where the handler returns before its end', async () => {
    const server = await start({ handlers: { data: async () => reply(550, '5.7.1', 'Not wanted') } })
    const client = await inData(server)
    await client.writeAll('x\r\n'.repeat(500_000))
    expect(await client.say('.')).toBe('550 5.7.1 Not wanted')
    expect(await client.say('NOOP')).toMatch(/^250 /)
    client.destroy()
  })

  it('fails at the handler where the client goes, or resets', async () => {
    const server = await start()
    const lost = await inData(server)
    lost.write('half')
    lost.destroy()
    const client = await open(server)
    client.write('MAIL FROM:<>\r\nRCPT TO:<b@beta.example>\r\nBDAT 3\r\nabcRSET\r\n')
    for (let i = 0; i < 4; i++) expect(await client.reply()).toMatch(/^250 /)
    await client.say('QUIT')
    client.destroy()
    await server.close()
    expect(server.failed.toSorted()).toEqual(['the content did not come to its end', 'the mail was given up'])
    expect(server.kept).toEqual([])
  })

  it('holds no more than it should for a handler that does not read', async () => {
    const stream = new ContentStream()
    stream.push(new Uint8Array(262_143))
    expect(stream.full).toBe(false)
    stream.push(new Uint8Array(1))
    expect(stream.full).toBe(true)
    let room = false
    const drained = stream.drained().then(() => {
      room = true
    })
    const reader = stream[Symbol.asyncIterator]()
    await Promise.resolve()
    expect(room).toBe(false)
    await reader.next()
    await drained
    expect(stream.full).toBe(false)
    stream.end()
    expect((await reader.next()).value).toHaveLength(1)
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })
})

it('the replies of a batch go in one write', async () => {
  const server = await start()
  const client = await open(server)
  const written: string[] = []
  const write = Socket.prototype.write
  const spy = vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args: unknown[]) {
    if (this.localPort === server.port) written.push(String(args[0]))
    return write.apply(this, args as [string])
  })
  client.write(HEAD)
  for (let i = 0; i < 3; i++) await client.reply()
  spy.mockRestore()
  expect(written).toEqual([expect.stringMatching(/^250 2\.1\.0 .*\r\n250 2\.1\.5 .*\r\n354 .*\r\n$/)])
  client.destroy()
})

it('handlers see the session: paths as said, the size told, TLS, the login', async () => {
  let seen: SmtpSession<string> | undefined
  const server = await start({
    role: 'submission',
    handlers: {
      data: async (session, content) => {
        for await (const _ of content);
        seen = structuredClone(session) as SmtpSession<string>
        return reply(250, '2.0.0', 'Kept')
      },
    },
  })
  const client = await open(server)
  await client.say('STARTTLS')
  await client.secure()
  await client.say('EHLO pc.example')
  await client.say(`AUTH PLAIN ${Buffer.from('\0mario\0segreto').toString('base64')}`)
  await client.say('MAIL FROM:<Mario@ALFA.example> SIZE=3')
  await client.say('RCPT TO:<b@beta.example>')
  await client.say('RCPT TO:<unknown@beta.example>')
  await client.say('RCPT TO:<c@beta.example>')
  await client.say('DATA')
  await client.say('x\r\n.')
  expect(seen).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}\.1$/),
    role: 'submission',
    remoteAddress: '127.0.0.1',
    tls: { protocol: 'TLSv1.3', cipher: expect.stringMatching(/^TLS_/) },
    helo: 'pc.example',
    login: 'mario',
    reversePath: 'Mario@alfa.example',
    forwardPaths: ['b@beta.example', 'c@beta.example'],
    declaredSize: 3,
    startedAt: expect.any(Number),
  })
  client.destroy()
})

it('a submission server without authentication does not start', async () => {
  await expect(start({ role: 'submission', handlers: { authenticate: undefined as never } })).rejects.toThrow(
    /authenticate/,
  )
})

it('a renewed certificate is used from the next connection on', async () => {
  const { authority, context } = await testTls()
  const renewed = await authority.issue('mx.test', 'renewed.test')
  let current = context
  const server = await start({ security: 'tls', tls: () => current })
  const names = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port: server.port, host: '127.0.0.1', servername: 'mx.test', ca: [authority.root] })
      socket.on('error', reject)
      socket.on('secureConnect', () => {
        resolve(socket.getPeerCertificate().subjectaltname ?? '')
        socket.destroy()
      })
    })
  expect(await names()).not.toContain('renewed.test')
  current = renewed
  expect(await names()).toContain('renewed.test')
})

describe('closing', () => {
  it('idle clients hear 421, a mail under way is finished', async () => {
    const entered = gate()
    const leave = gate()
    const server = await start({
      handlers: {
        data: async (_session, content) => {
          for await (const _ of content);
          entered.release()
          await leave.opened
          return reply(250, '2.0.0', 'Kept')
        },
      },
    })
    const idle = await open(server)
    const begun = await open(server)
    await begun.say('MAIL FROM:<>')
    const busy = await inData(server)
    busy.write('x\r\n.\r\n')
    await entered.opened
    const closed = server.close()
    expect(await idle.rest()).toMatch(/^421 4\.3\.2 /)
    leave.release()
    expect(await busy.rest()).toMatch(/^250 2\.0\.0 Kept\r\n421 4\.3\.2 [^\n]*\r\n$/)
    expect(await begun.say('RCPT TO:<b@beta.example>')).toMatch(/^250 /)
    expect(await begun.say('RSET')).toMatch(/^250 /)
    expect(await begun.rest()).toMatch(/^421 4\.3\.2 /)
    await closed
    expect(server.connections()).toBe(0)
    await expect(RawClient.open(server.port)).rejects.toThrow()
  })
  it('what does not end in time is cut off', async () => {
    const server = await start()
    const client = await inData(server)
    await server.close(1)
    expect(await client.rest()).toBe('')
    expect(server.connections()).toBe(0)
  })
})
