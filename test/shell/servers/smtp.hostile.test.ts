// Attacks on the SMTP server, each by its name: a clear refusal, nothing lost, nothing smuggled.
import { afterEach, describe, expect, it } from 'vitest'
import { reply } from '../../../src/shell/servers/smtp.ts'
import { RawClient } from '../../support/smtp/dialogue.ts'
import { startTestServer, type TestServer } from '../../support/smtp/server.ts'

const servers: TestServer[] = []
const start: typeof startTestServer = async (options) => {
  const server = await startTestServer(options)
  servers.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)))
})

const greeted = async (server: TestServer): Promise<RawClient> => {
  const client = await RawClient.open(server.port)
  await client.reply()
  await client.say('EHLO attacker.example')
  return client
}
/** Up to the 354 of DATA. */
const inData = async (server: TestServer): Promise<RawClient> => {
  const client = await greeted(server)
  await client.say('MAIL FROM:<a@alfa.example>')
  await client.say('RCPT TO:<b@beta.example>')
  expect(await client.say('DATA')).toMatch(/^354 /)
  return client
}
const tick = () => new Promise((resolve) => setImmediate(resolve))
/** Writes a byte at every turn until the server closes; gives what it said. */
const drip = async (client: RawClient, drop = 'x'): Promise<string> => {
  let said: string | undefined
  const rest = client.rest().then((text) => {
    said = text
  })
  while (said === undefined) {
    client.write(drop)
    await tick()
  }
  await rest
  return said
}

describe('SMTP smuggling', () => {
  const smuggled = 'MAIL FROM:<ceo@alfa.example>\r\nRCPT TO:<victim@beta.example>\r\nDATA\r\nfake\r\n'
  it.each([
    ['LF.LF', '\n.\n'],
    ['LF.CRLF', '\n.\r\n'],
    ['CRLF.LF', '\r\n.\n'],
    ['CR.CR', '\r.\r'],
    ['CR.CRLF', '\r.\r\n'],
    ['CRLF.CR', '\r\n.\r'],
    ['LF.CR', '\n.\r'],
    ['CR LF without dot', '\n\n'],
    ['CRLF CR.CRLF', '\r\n\r.\r\n'],
    ['CRLF.CR CRLF', '\r\n.\r\r\n'],
    ['CRLF NUL.CRLF', '\r\n\0.\r\n'],
  ])('%s does not end a mail, and the mail is not taken', async (_, end) => {
    const server = await start()
    const client = await inData(server)
    client.write(`Subject: x\r\n\r\nhello${end}${smuggled}.\r\n`)
    expect(await client.reply()).toMatch(/^554 5\.6\.0 Content has a /)
    expect(server.kept).toEqual([])
    // Not one of the smuggled commands was heard, and the session goes on.
    expect(await client.say('RCPT TO:<b@beta.example>')).toMatch(/^503 /)
    await client.say('MAIL FROM:<a@alfa.example>')
    await client.say('RCPT TO:<b@beta.example>')
    await client.say('DATA')
    expect(await client.say('clean\r\n.')).toBe('250 2.0.0 Kept as 1')
    client.destroy()
  })

  it('a bare LF split over packets is seen', async () => {
    const server = await start()
    const client = await inData(server)
    for (const part of ['a\r', '\n.', '\n', `${smuggled}`, '.', '\r', '\n']) {
      client.write(part)
      await tick()
    }
    expect(await client.reply()).toMatch(/^554 5\.6\.0 /)
    expect(server.kept).toEqual([])
    client.destroy()
  })

  it.each(['a\nb', 'a\rb\r\n', 'a\0b'])('chunks of BDAT are held to the same: %j', async (content) => {
    const server = await start()
    const client = await greeted(server)
    await client.say('MAIL FROM:<a@alfa.example>')
    await client.say('RCPT TO:<b@beta.example>')
    client.write(`BDAT ${content.length}\r\n${content}BDAT 2 LAST\r\nokNOOP\r\n`)
    expect(await client.reply()).toMatch(/^554 5\.6\.0 /)
    expect(await client.reply()).toMatch(/^503 /)
    expect(await client.reply()).toMatch(/^250 /)
    expect(server.kept).toEqual([])
    client.destroy()
  })

  it('a handler that hides the refusal of its content cannot make it a 250', async () => {
    const server = await start({
      handlers: {
        data: async (_session, content) => {
          const iterator = content[Symbol.asyncIterator]()
          try {
            while (!(await iterator.next()).done);
          } catch {
            // hidden
          }
          return reply(250, '2.0.0', 'Kept')
        },
      },
    })
    const client = await inData(server)
    expect(await client.say('a\nb\r\n.')).toMatch(/^554 /)
    client.destroy()
  })

  it.each(['NOOP\nMAIL FROM:<a@b.it>\r\n', 'NOOP\rNOOP\r\n', 'NOOP\r\r\n'])(
    'bare line ends in commands: %j',
    async (text) => {
      const server = await start()
      const client = await greeted(server)
      client.write(text)
      expect(await client.rest()).toMatch(/^521 5\.5\.2 [^\n]*\r\n$/)
    },
  )
})

describe('STARTTLS injection', () => {
  it('commands behind STARTTLS are never heard', async () => {
    const server = await start({ role: 'submission' })
    const client = await greeted(server)
    client.write('STARTTLS\r\nEHLO injected.example\r\n')
    expect(await client.rest()).toMatch(/^501 5\.5\.1 [^\n]*\r\n$/)
    expect(server.events).toContainEqual(expect.objectContaining({ kind: 'smtpClosed', why: 'startTlsInjection' }))
  })
  it('what was said before TLS is forgotten', async () => {
    const server = await start()
    const client = await greeted(server)
    await client.say('MAIL FROM:<a@alfa.example>')
    expect(await client.say('STARTTLS')).toMatch(/^503 /)
    await client.say('RSET')
    expect(await client.say('STARTTLS')).toMatch(/^220 /)
    await client.secure()
    expect(await client.say('MAIL FROM:<a@alfa.example>')).toMatch(/^503 /)
    client.destroy()
  })
  it('bytes that are no TLS end the connection', async () => {
    const server = await start()
    const client = await greeted(server)
    await client.say('STARTTLS')
    client.write('EHLO still.in.clear\r\n')
    expect(await client.rest()).not.toContain('250')
    expect(server.events).toContainEqual(expect.objectContaining({ kind: 'smtpTlsFailed' }))
  })
})

describe('over-long lines', () => {
  it('a long command is refused and the next one heard', async () => {
    const client = await greeted(await start())
    expect(await client.say(`NOOP ${'x'.repeat(3000)}`)).toMatch(/^500 5\.5\.2 /)
    expect(await client.say(`NOOP ${'x'.repeat(20_000)}`)).toMatch(/^500 5\.5\.2 /)
    expect(await client.say('NOOP')).toMatch(/^250 /)
    client.destroy()
  })
  it('a command without end ends the connection', async () => {
    const client = await greeted(await start())
    client.write('x'.repeat(200_000))
    expect(await client.rest()).toMatch(/^521 /)
  })
  it('a content line above 1000 bytes is not taken', async () => {
    const server = await start()
    const client = await inData(server)
    expect(await client.say(`${'x'.repeat(999)}\r\n.`)).toBe('554 5.6.0 Content has a line that is too long')
    expect(server.kept).toEqual([])
    client.destroy()
  })
})

describe('wrong sizes', () => {
  it('SIZE that lies: more comes than was told and may come', async () => {
    const server = await start({ limits: { maxMessageBytes: 1000 } })
    const client = await greeted(server)
    await client.say('MAIL FROM:<a@alfa.example> SIZE=10')
    await client.say('RCPT TO:<b@beta.example>')
    await client.say('DATA')
    expect(await client.say(`${'x'.repeat(98)}\r\n`.repeat(11).concat('.'))).toMatch(/^552 5\.3\.4 /)
    expect(server.kept).toEqual([])
    expect(await client.say('NOOP')).toMatch(/^250 /)
    client.destroy()
  })
  it('BDAT of more bytes than there could be ends the connection at once', async () => {
    const client = await greeted(await start())
    client.write('BDAT 999999999999999 LAST\r\n')
    expect(await client.rest()).toMatch(/^552 5\.3\.4 /)
  })
  it('content without end ends the connection', async () => {
    const server = await start({ limits: { maxMessageBytes: 1000 } })
    const client = await inData(server)
    const block = `${'x'.repeat(998)}\r\n`.repeat(1000)
    for (let sent = 0; sent < 72; sent++) await client.writeAll(block)
    expect(await client.rest()).toMatch(/^552 5\.3\.4 .*closing\r\n$/)
    expect(server.kept).toEqual([])
  })
})

describe('slow-loris', () => {
  it('a command that drips in does not keep the connection', async () => {
    const client = await greeted(await start({ limits: { idleMs: 400 } }))
    expect(await drip(client)).toMatch(/^421 4\.4\.2 /)
  })
  it('content that drips in below the minimum rate does not keep it either', async () => {
    const server = await start({ limits: { dataIdleMs: 50, minDataBytesPerSecond: 1e9 } })
    const client = await inData(server)
    // In short lines: on a fast machine one endless line would be too long before it is too slow.
    expect(await drip(client, 'x\r\n')).toMatch(/^421 4\.4\.2 /)
    expect(server.failed).toEqual(['the content did not come to its end'])
  })
  it('silence within content', async () => {
    const server = await start({ limits: { dataIdleMs: 20 } })
    const client = await inData(server)
    client.write('half a li')
    expect(await client.rest()).toMatch(/^421 4\.4\.2 /)
    expect(server.kept).toEqual([])
  })
  it('silence within AUTH', async () => {
    const server = await start({ role: 'submission', security: 'tls', limits: { idleMs: 1500 } })
    const client = await RawClient.openTls(server.port)
    await client.reply()
    await client.say('EHLO a')
    await client.say('AUTH LOGIN')
    expect(await client.rest()).toMatch(/^421 4\.4\.2 /)
  })
  it('a TLS handshake that does not begin', async () => {
    const server = await start({ security: 'tls', limits: { idleMs: 30 } })
    const client = await RawClient.open(server.port)
    expect(await client.rest()).toBe('')
    expect(server.events).toContainEqual(
      expect.objectContaining({ kind: 'smtpTlsFailed', error: 'handshake too slow' }),
    )
  })
})

describe('guessing passwords', () => {
  const plain = (password: string) => `AUTH PLAIN ${Buffer.from(`\0mario\0${password}`).toString('base64')}`

  it('AUTH before TLS never reaches the passwords', async () => {
    let asked = 0
    const server = await start({
      role: 'submission',
      handlers: {
        authenticate: async () => {
          asked++
          return { login: 'mario' }
        },
      },
    })
    const client = await greeted(server)
    for (const line of [plain('segreto'), 'AUTH LOGIN', 'auth plain'])
      expect(await client.say(line)).toMatch(/^530 5\.7\.0 /)
    expect(asked).toBe(0)
    client.destroy()
  })

  it('who has failed too often is told to wait, whatever the password', async () => {
    const handlers = { authenticate: async () => ({ refusal: 'throttled' }) as const }
    const server = await start({ role: 'submission', security: 'tls', handlers })
    const client = await RawClient.openTls(server.port)
    await client.reply()
    await client.say('EHLO a')
    expect(await client.say(plain('segreto'))).toMatch(/^454 4\.7\.0 /)
    client.destroy()
  })
})

describe('floods', () => {
  it('thousands of bad commands: the connection ends after a few', async () => {
    const server = await start({ limits: { maxErrors: 5 } })
    const client = await greeted(server)
    client.write('NONSENSE\r\n'.repeat(5000))
    const said = await client.rest()
    expect(said.match(/^500 /gm)).toHaveLength(5)
    expect(said).toMatch(/\r\n421 4\.7\.0 [^\n]*\r\n$/)
  })
  it('thousands of NOOPs: the same', async () => {
    const client = await greeted(await start())
    client.write('NOOP\r\n'.repeat(5000))
    const said = await client.rest()
    expect(said.split('\r\n').length).toBeLessThan(300)
    expect(said).toMatch(/\r\n421 4\.7\.0 [^\n]*\r\n$/)
  })
  it('a mail in chunks of one byte', async () => {
    const server = await start()
    const client = await greeted(server)
    client.write(`MAIL FROM:<>\r\nRCPT TO:<b@beta.example>\r\n${'BDAT 1\r\nx'.repeat(5000)}`)
    expect(await client.rest()).toMatch(/\r\n421 4\.7\.0 [^\n]*\r\n$/)
    expect(server.failed).toEqual(['the connection was closed'])
  })
  it('one recipient tried after the other', async () => {
    const client = await greeted(await start({ limits: { maxRecipients: 10 } }))
    await client.say('MAIL FROM:<>')
    client.write(Array.from({ length: 1000 }, (_, i) => `RCPT TO:<unknown${i}@beta.example>\r\n`).join(''))
    const said = await client.rest()
    expect(said.match(/^550 /gm)).toHaveLength(11)
    expect(said).toMatch(/\r\n421 4\.7\.0 /)
  })
  it('too many connections from one address, and in all', async () => {
    const server = await start({ limits: { maxConnectionsPerAddress: 2 } })
    const first = await greeted(server)
    const second = await greeted(server)
    const third = await RawClient.open(server.port)
    expect(await third.rest()).toMatch(/^421 4\.7\.0 /)
    expect(await first.say('QUIT')).toMatch(/^221 /)
    await first.rest()
    first.destroy()
    while (server.connections() > 1) await tick()
    const fourth = await greeted(server)
    expect(await fourth.say('NOOP')).toMatch(/^250 /)
    second.destroy()
    fourth.destroy()
    const full = await start({ limits: { maxConnections: 0 } })
    expect(await (await RawClient.open(full.port)).rest()).toMatch(/^421 /)
  })
})
