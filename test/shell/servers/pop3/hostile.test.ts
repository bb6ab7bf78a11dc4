// POP3 clients that mean harm, or are simply slow: what they may not do to the server or to the mailbox.
import { afterEach, describe, expect, it } from 'vitest'
import { startTestPop3, type TestPop3 } from '../../../support/pop3/server.ts'
import { b64, scramClient } from '../../../support/sasl.ts'
import { RawClient } from '../../../support/smtp/dialogue.ts'

const servers: TestPop3[] = []
const start: typeof startTestPop3 = async (options) => {
  const server = await startTestPop3({ security: 'tls', ...options })
  servers.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)))
})

const connect = async (server: TestPop3): Promise<RawClient> => {
  const client = server.security === 'tls' ? await RawClient.openTls(server.port) : await RawClient.open(server.port)
  await client.line()
  return client
}
const say = async (client: RawClient, line: string): Promise<string | undefined> => {
  client.write(`${line}\r\n`)
  return client.line()
}
const login = async (server: TestPop3): Promise<RawClient> => {
  const client = await connect(server)
  expect(await say(client, `AUTH PLAIN ${b64('\0mario\0segreto')}`)).toMatch(/^\+OK/)
  return client
}
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
const closedWhy = (server: TestPop3) =>
  server.events.flatMap((event) => (event.kind === 'pop3Closed' ? [event.why] : []))

describe('sign-in', () => {
  it('by SCRAM-SHA-256, in one step and in two', async () => {
    const server = await start()
    for (const initial of [true, false]) {
      const client = await connect(server)
      const scram = scramClient('mario', 'segreto')
      let line = await say(client, `AUTH SCRAM-SHA-256${initial ? ` ${scram.initial}` : ''}`)
      if (!initial) {
        expect(line).toBe('+ ')
        line = await say(client, scram.initial)
      }
      line = await say(client, scram.answer(line!.slice(2)))
      expect(Buffer.from(line!.slice(2), 'base64').toString()).toMatch(/^v=/)
      expect(await say(client, '')).toBe('+OK 4 messages (109 octets)')
      await say(client, 'QUIT')
      expect(await client.rest()).toBe('')
    }
  })
  it('a wrong proof is a wrong password', async () => {
    const client = await connect(await start())
    const scram = scramClient('mario', 'sbagliata')
    const line = await say(client, `AUTH SCRAM-SHA-256 ${scram.initial}`)
    expect(await say(client, scram.answer(line!.slice(2)))).toMatch(/^-ERR \[AUTH\]/)
    client.destroy()
  })
  it('silence within AUTH ends the connection', async () => {
    const client = await connect(await start({ limits: { loginMs: 300 } }))
    expect(await say(client, 'AUTH PLAIN')).toBe('+ ')
    expect(await client.rest()).toBe('-ERR Nothing came in time, closing\r\n')
  })
  it('nobody holds a connection for long without logging in, be he never silent', async () => {
    const server = await start({ limits: { loginMs: 300, maxErrors: 1e9 } })
    const client = await connect(server)
    for (;;) if (!/^\+OK Capa|^[A-Z.]/.test((await say(client, 'CAPA')) ?? '-')) break
    await until(() => closedWhy(server).length > 0)
    expect(closedWhy(server)).toEqual(['idle'])
  })
})

describe('floods', () => {
  it('bad commands end the connection', async () => {
    const client = await connect(await start({ limits: { maxErrors: 3 } }))
    client.write('X\r\nX\r\nX\r\nX\r\n')
    expect(await client.rest()).toBe(`${'-ERR Command not known\r\n'.repeat(3)}-ERR Too many errors, closing\r\n`)
  })
  it('a line without end does, and is not kept', async () => {
    const client = await connect(await start())
    await client.writeAll('A'.repeat(200_000))
    expect(await client.rest()).toMatch(/closing\r\n$/)
  })
  it('a long line is one refusal', async () => {
    const client = await connect(await start())
    expect(await say(client, `USER ${'A'.repeat(20_000)}`)).toBe('-ERR Line too long')
    expect(await say(client, 'CAPA')).toBe('+OK Capabilities')
    client.destroy()
  })
  it('a bare CR ends the connection', async () => {
    const client = await connect(await start())
    client.write('CAPA\rX\r\n')
    expect(await client.rest()).toBe('-ERR Lines end with CR LF, closing\r\n')
  })
  it('connections beyond the limits are told so, in clear', async () => {
    const server = await start({ security: 'starttls', limits: { maxConnectionsPerAddress: 1 } })
    const first = await connect(server)
    const second = await RawClient.open(server.port)
    expect(await second.rest()).toBe('-ERR [SYS/TEMP] Too many connections, come back later\r\n')
    expect(server.events).toContainEqual({ kind: 'pop3TurnedAway', remoteAddress: '127.0.0.1', why: 'fullForAddress' })
    first.destroy()
  })
})

describe('large mailboxes and messages', () => {
  const line = `${'.à'.repeat(30)}\r\n`
  const large = Buffer.from(line.repeat(100_000), 'latin1')

  it('a large message comes through byte for byte', async () => {
    const client = await login(await start({ messages: [[1, large]] }))
    client.write('RETR 1\r\nQUIT\r\n')
    const said = await client.rest()
    expect(said.startsWith(`+OK ${large.length} octets\r\n`)).toBe(true)
    const body = said.slice(said.indexOf('\n') + 1, said.lastIndexOf('.\r\n'))
    expect(Buffer.from(body.replace(/^\./gm, ''), 'latin1').equals(large)).toBe(true)
  })
  it('a client that does not read is not sent more than its socket takes', async () => {
    let given = 0
    const server = await start({
      limits: { stallMs: 300 },
      open: async () => ({
        snapshot: { uidValidity: 1, uids: [1], sizes: [1e9] },
        content: async function* () {
          for (;;) {
            given += 100_000
            yield Buffer.alloc(100_000, 'x')
          }
        },
        isHeld: () => true,
        remove: async () => {},
        close: async () => {},
      }),
    })
    const client = await login(server)
    client.pause()
    client.write('RETR 1\r\n')
    await until(() => closedWhy(server).length > 0)
    expect(closedWhy(server)).toEqual(['gone'])
    expect(given).toBeLessThan(50e6)
    client.destroy()
  })
  it('hostile: a client that asks for lists and reads nothing is not answered without end', async () => {
    const messages = Array.from({ length: 4_000 }, (_, i) => [i + 1, ''] as const)
    const server = await start({ messages, limits: { stallMs: 300 } })
    const client = await login(server)
    client.pause()
    const before = process.memoryUsage().rss
    client.write('UIDL\r\n'.repeat(30_000))
    await until(() => closedWhy(server).length > 0)
    expect(closedWhy(server)).toEqual(['gone'])
    // All the answers would be 1.4 GB.
    expect(process.memoryUsage().rss - before).toBeLessThan(500e6)
    client.destroy()
  })
  it('a list of 200,000 messages is whole', async () => {
    const messages = Array.from({ length: 200_000 }, (_, i) => [i + 1, ''] as const)
    const client = await login(await start({ messages }))
    client.write('UIDL\r\nQUIT\r\n')
    const said = (await client.rest()).split('\r\n')
    expect(said.length).toBe(200_000 + 4)
    expect(said[200_000]).toBe('200000 7.200000')
  })
})

describe('when things fail', () => {
  it('a content that cannot be had now is told as such, and the session goes on', async () => {
    const client = await login(await start({ messages: [[1, 'away']] }))
    expect(await say(client, 'RETR 1')).toBe('-ERR [SYS/TEMP] Something is away, try again later')
    expect(await say(client, 'NOOP')).toBe('+OK Here')
    client.destroy()
  })
  it('one that fails half way ends the connection without the final dot, and is not marked as seen', async () => {
    const server = await start({ messages: [[1, 'broken']] })
    const client = await login(server)
    client.write('DELE 1\r\n')
    await client.line()
    client.write('RSET\r\nRETR 1\r\n')
    expect(await client.rest()).not.toMatch(/\n\.\r\n$/)
    await until(() => server.box.held === 0)
    expect([server.box.seen.size, server.box.messages.size]).toEqual([0, 1])
  })
  it('a mailbox that was lost to another ends the session, deleting nothing', async () => {
    const server = await start()
    const client = await login(server)
    await say(client, 'DELE 1')
    server.box.lost = true
    client.write('QUIT\r\n')
    expect(await client.rest()).toBe('-ERR [SYS/TEMP] The mailbox was lost to this session, nothing was deleted\r\n')
    expect(server.box.messages.size).toBe(4)
  })
  it('closing: idle clients are told, and delete nothing', async () => {
    const server = await start()
    const client = await login(server)
    await say(client, 'DELE 1')
    const closed = server.close()
    expect(await client.rest()).toBe('-ERR [SYS/TEMP] Service is going down, come back\r\n')
    await closed
    expect([server.box.messages.size, server.box.held]).toEqual([4, 0])
  })
  it('who goes while logging in leaves the mailbox free', async () => {
    let enter = (): void => {}
    const entered = new Promise<void>((resolve) => {
      enter = resolve
    })
    let open = (): void => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    let held = 0
    const server = await start({
      open: async () => {
        enter()
        await opened
        held += 1
        return {
          snapshot: { uidValidity: 1, uids: [], sizes: [] },
          content: async function* () {},
          isHeld: () => true,
          remove: async () => {},
          close: async () => {
            held -= 1
          },
        }
      },
    })
    const client = await connect(server)
    client.write(`AUTH PLAIN ${b64('\0mario\0segreto')}\r\n`)
    await entered
    client.destroy()
    open()
    await until(() => closedWhy(server).length > 0)
    expect(held).toBe(0)
  })
})

it('the log has no passwords and no content', async () => {
  const server = await start()
  const client = await connect(server)
  await say(client, 'USER mario')
  await say(client, 'PASS segreto')
  await say(client, 'RETR 1')
  client.write('QUIT\r\n')
  await client.rest()
  await until(() => closedWhy(server).length > 0)
  expect(JSON.stringify(server.events)).not.toMatch(/segreto|prima/)
  expect(server.events.map((event) => event.kind)).toEqual(['pop3Opened', 'pop3Login', 'pop3Closed'])
})
