// IMAP clients that mean harm, or are simply slow: what they may not do to the server or to other people's mail.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/lib/refusal.ts'
import { signIn } from '../../../support/imap/dialogue.ts'
import { startTestImap, type TestImap, type TestImapOptions } from '../../../support/imap/server.ts'
import { scramClient } from '../../../support/sasl.ts'
import { RawClient } from '../../../support/smtp/dialogue.ts'
import { type Bench, openBench } from '../../mailstore/support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const servers: TestImap[] = []
const start = async (options: TestImapOptions = {}): Promise<TestImap> => {
  const server = await startTestImap(bench, { security: 'tls', ...options })
  servers.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)))
})

const connect = async (server: TestImap): Promise<RawClient> => {
  const client = server.security === 'tls' ? await RawClient.openTls(server.port) : await RawClient.open(server.port)
  await client.line()
  return client
}
const login = async (server: TestImap, user = 'mario'): Promise<RawClient> => {
  const client = await connect(server)
  await signIn(client, user, 'tls')
  return client
}
/** Says a line; gives the answer with the tag, untagged ones are passed over. */
const say = async (client: RawClient, line: string): Promise<string | undefined> => {
  client.write(`${line}\r\n`)
  return answer(client, line.split(' ')[0]!)
}
const answer = async (client: RawClient, tag: string): Promise<string | undefined> => {
  for (let line = await client.line(); ; line = await client.line())
    if (line === undefined || line.startsWith(`${tag} `) || line.startsWith('+')) return line
}
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
const closedWhy = (server: TestImap) =>
  server.events.flatMap((event) => (event.kind === 'imapClosed' ? [event.why] : []))

describe('sign-in', () => {
  it('by SCRAM-SHA-256, in one step and in two', async () => {
    const server = await start()
    for (const initial of [true, false]) {
      const client = await connect(server)
      const scram = scramClient('mario', 'segreto')
      let line = await say(client, `a AUTHENTICATE SCRAM-SHA-256${initial ? ` ${scram.initial}` : ''}`)
      if (!initial) {
        expect(line).toBe('+ ')
        line = await say(client, scram.initial)
      }
      line = await say(client, scram.answer(line!.slice(2)))
      expect(Buffer.from(line!.slice(2), 'base64').toString()).toMatch(/^v=/)
      client.write('\r\n')
      expect(await answer(client, 'a')).toMatch(/^a OK /)
      client.destroy()
    }
  })
  it('silence within AUTHENTICATE ends the connection', async () => {
    const server = await start({ limits: { loginMs: 300 } })
    const client = await connect(server)
    expect(await say(client, 'a AUTHENTICATE PLAIN')).toBe('+ ')
    expect(await client.rest()).toBe('')
  })
  it('nobody holds a connection for long without signing in, be he never silent', async () => {
    const server = await start({ limits: { loginMs: 300 } })
    const client = await connect(server)
    for (let line: string | undefined = ''; line !== undefined; ) line = await say(client, 'a CAPABILITY')
    expect(closedWhy(server)).toEqual(['idle'])
  })
  it('more than so many sessions of one mailbox are refused, of another not', async () => {
    const server = await start({ limits: { maxConnectionsPerMailbox: 2 } })
    const [first] = [await login(server), await login(server)]
    const third = await connect(server)
    expect(await say(third, 'a LOGIN mario segreto')).toMatch(/^a NO \[LIMIT\]/)
    await login(server, 'giulia')
    await say(first, 'b LOGOUT')
    await first.rest()
    expect(await say(third, 'c LOGIN mario segreto')).toMatch(/^c OK/)
  })
  it('what is said in an exchange is no command', async () => {
    const client = await connect(await start())
    client.write(`a AUTHENTICATE PLAIN\r\nb NOOP\r\n`)
    expect(await client.line()).toBe('+ ')
    expect(await client.line()).toBe('a BAD Malformed authentication data')
    client.destroy()
  })
})

describe('floods', () => {
  it.each([
    ['a line without end', 'x'.repeat(2_000_000)],
    ['a literal larger than is passed over', 'a LOGIN {999999999+}\r\n'],
    ['nesting', `a SEARCH ${'('.repeat(60_000)}\r\n`],
    ['NOT without end', `a SEARCH ${'NOT '.repeat(15_000)}ALL\r\n`],
    ['literals without number', `a LOGIN ${'{1+}\r\nx'.repeat(2_000)}\r\n`],
    ['any bytes', Array.from({ length: 65_536 }, (_, i) => String.fromCharCode((i * 7919) & 255)).join('')],
  ])('%s are answered or closed, and the server goes on', async (_, text) => {
    const server = await start()
    const client = await connect(server)
    await client.writeAll(text)
    client.write('\r\n')
    const flood = client.rest()
    const other = await login(server)
    expect(await say(other, 'b NOOP')).toBe('b OK NOOP done')
    client.destroy()
    await flood
    expect(server.events.filter(({ kind }) => kind === 'imapBug')).toEqual([])
  })
  it('sets of numbers as large as they may be cost no more than the messages there are', async () => {
    const server = await start()
    await server.put('INBOX', ['Subject: x\r\n\r\n'])
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    const set = Array.from({ length: 3_000 }, (_, i) => `${i + 1}:4294967295`).join(',')
    expect(await say(client, `b UID FETCH ${set} UID`)).toBe('b OK FETCH done')
    expect(await say(client, `c UID STORE ${set} +FLAGS.SILENT (\\Seen)`)).toBe('c OK STORE done')
    expect(await say(client, `d UID SEARCH UID ${set}`)).toBe('d OK SEARCH done')
    expect(await say(client, 'e SELECT INBOX (QRESYNC (1 1 1:4294967295))')).toMatch(/^e BAD/)
  })
  it('commands sent all at once leave the others their turn', { timeout: 60_000 }, async () => {
    let tick = 0
    const ticks: number[] = []
    const server = await start({ measure: (name) => name === 'SEARCH' && ticks.push(tick) })
    await server.put(
      'INBOX',
      Array.from({ length: 1_000 }, (_, i) => `Subject: ${i}\r\n\r\n`),
    )
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    let going = true
    const count = (): void => {
      tick++
      if (going) setImmediate(count)
    }
    count()
    client.write(`${'b SEARCH NOT NOT NOT NOT NOT NOT NOT NOT ALL\r\n'.repeat(1_400)}c NOOP\r\n`)
    await answer(client, 'c')
    going = false
    // Each takes a good part of a millisecond; all that a packet holds were done in one go.
    const together = Math.max(
      ...Map.groupBy(ticks, (one) => one)
        .values()
        .map((group) => group.length),
    )
    expect(ticks.length).toBe(1_400)
    expect(together).toBeLessThan(500)
  })
  it('items without number of each message leave the others their turn', { timeout: 60_000 }, async () => {
    const server = await start()
    await server.put(
      'INBOX',
      Array.from({ length: 1_000 }, (_, i) => `Subject: ${i}\r\n${'X: y\r\n'.repeat(20)}\r\n`),
    )
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    await say(client, 'b FETCH 1:* (ENVELOPE)')
    let ticks = 0
    let going = true
    const count = (): void => {
      ticks++
      if (going) setImmediate(count)
    }
    client.pause()
    client.write(`c FETCH 1:* (${'BODY.PEEK[HEADER.FIELDS (SUBJECT)] '.repeat(199)}UID)\r\n`)
    await new Promise((resolve) => setImmediate(resolve))
    count()
    client.resume()
    await answer(client, 'c')
    going = false
    // 200,000 items: nobody makes so many in the time of two slices.
    expect(ticks).toBeGreaterThan(20)
  })
  it('patterns that would be compared for minutes are refused', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `${`${'a'.repeat(249)}/`.repeat(3)}${'a'.repeat(200)}${i}`)
    const server = await start({ mailstore: { ...bench.store, subscriptions: async () => names } })
    const client = await login(server)
    expect(await say(client, `a LIST (SUBSCRIBED) "" "${'*a'.repeat(400)}"`)).toMatch(/^a NO \[LIMIT\]/)
    expect(await say(client, `b LIST (SUBSCRIBED) "" (${'"%a%a" '.repeat(100).trim()})`)).toMatch(/^b NO \[LIMIT\]/)
    expect(await say(client, `c LSUB "" "${'*a'.repeat(400)}"`)).toMatch(/^c NO \[LIMIT\]/)
    // What programs ask for is not meant.
    expect(await say(client, `d LIST (SUBSCRIBED) "" (INBOX "${names[0]}" "${names[1]}/*" "%/%" *)`)).toMatch(/^d OK/)
  })
  it('texts looked for by thousands are looked for one after the other', async () => {
    let now = 0
    let most = 0
    const { search } = bench.store
    const server = await start({
      mailstore: {
        ...bench.store,
        search: async (...of) => {
          most = Math.max(most, ++now)
          return search(...of).finally(() => now--)
        },
      },
    })
    await server.put('INBOX', ['Subject: x\r\n\r\n'])
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    const keys = Array.from({ length: 100 }, (_, i) => `TEXT "sought${i}"`).join(' ')
    expect(await say(client, `b SEARCH ${keys}`)).toBe('b OK SEARCH done')
    expect(most).toBe(1)
  })
  it('keywords without end are refused, and what is forgotten is not told', async () => {
    const server = await start()
    await server.put('INBOX', ['Subject: x\r\n\r\n', 'Subject: y\r\n\r\n'])
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    const words = (from: number) => Array.from({ length: 100 }, (_, i) => `w${from + i}-${'x'.repeat(150)}`).join(' ')
    // One message after the other with other words: none of the earlier ones is in use any more.
    for (let at = 0; at < 40; at++)
      expect(await say(client, `b STORE 1 FLAGS.SILENT (${words(at * 100)})`)).toBe('b OK STORE done')
    client.write('c EXAMINE INBOX\r\n')
    let flags = ''
    for (let line = await client.line(); !line!.startsWith('c '); line = await client.line())
      if (line!.startsWith('* FLAGS')) flags = line!
    expect(flags.match(/ w\d/g)!.length).toBe(100)
  })
  it('a folder has a thousand keywords at the most', async () => {
    const server = await start()
    await server.put(
      'INBOX',
      Array.from({ length: 12 }, () => 'Subject: x\r\n\r\n'),
    )
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    const words = (of: number) => Array.from({ length: 100 }, (_, i) => `w${of}-${i}`).join(' ')
    for (let message = 1; message <= 10; message++)
      expect(await say(client, `b STORE ${message} FLAGS.SILENT (${words(message)})`)).toBe('b OK STORE done')
    expect(await say(client, `c STORE 11 FLAGS.SILENT (${words(11)})`)).toMatch(/^c NO \[LIMIT\]/)
    expect(await say(client, `d STORE 12 FLAGS.SILENT (${words(1)})`)).toBe('d OK STORE done')
  })
  it('who has not signed in announces no large literals', async () => {
    const client = await connect(await start())
    client.write('a LOGIN {60000}\r\n')
    expect(await client.line()).toBe('a BAD The literal is too large')
    client.write(`b NOOP ${'x'.repeat(20_000)}\r\n`)
    expect(await client.line()).toBe('b BAD The line is too long')
    client.destroy()
  })
  it('connections from one address are counted', async () => {
    const server = await start({ security: 'starttls', limits: { maxConnectionsPerAddress: 1 } })
    await connect(server)
    const other = await RawClient.open(server.port)
    expect(await other.rest()).toMatch(/^\* BYE \[UNAVAILABLE\] /)
  })
})

describe('slow readers', () => {
  const LARGE = `Subject: x\r\n\r\n${'0123456789'.repeat(100_000)}\r\n`

  it('are waited for with little held for them, and then dropped', { timeout: 60_000 }, async () => {
    const server = await start({ limits: { stallMs: 1_000 } })
    for (let i = 0; i < 10; i++) await server.put('INBOX', [LARGE])
    await server.put(
      'INBOX',
      Array.from({ length: 100 }, () => LARGE.slice(0, 30_000)),
    )
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    client.pause()
    global.gc?.()
    const before = process.memoryUsage()
    // 500 times 1 MB: what is sent in vain must not gather.
    client.write(`b FETCH 1:* (BODY.PEEK[])\r\n`.repeat(45))
    await until(() => closedWhy(server).includes('gone'))
    const after = process.memoryUsage()
    const held = after.arrayBuffers + after.external - before.arrayBuffers - before.external
    expect(held).toBeLessThan(40_000_000)
  })
  it('that ask for lists and read nothing are not answered without end', async () => {
    const server = await start({ limits: { stallMs: 300 } })
    const client = await login(server)
    for (let i = 0; i < 20; i++) await say(client, `a CREATE "${'x'.repeat(200)}${i}"`)
    client.pause()
    client.write('b LIST "" *\r\n'.repeat(20_000))
    await until(() => closedWhy(server).length > 0)
    expect(closedWhy(server)).toEqual(['gone'])
  })
  it('get every byte once they read on', async () => {
    const server = await start()
    await server.put('INBOX', [LARGE, LARGE])
    const client = await login(server)
    await say(client, 'a SELECT INBOX')
    client.pause()
    client.write('b FETCH 1:2 (BODY.PEEK[])\r\n')
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
    client.resume()
    client.write('c LOGOUT\r\n')
    const text = await client.rest()
    expect(text).toContain(`* 1 FETCH (BODY[] {${LARGE.length}}\r\n${LARGE})\r\n* 2 FETCH`)
    expect(text).toMatch(/c OK LOGOUT done\r\n$/)
  })
})

describe('literals of APPEND', () => {
  it('that drip in do not hold the connection', async () => {
    const server = await start({ limits: { stallMs: 200 } })
    const client = await login(server)
    client.write('a APPEND INBOX {1000+}\r\nSubject')
    await until(() => closedWhy(server).length > 0)
    expect(closedWhy(server)).toEqual(['gone'])
  })
  it('that are too large are passed over, up to a point', async () => {
    const server = await start({ limits: { maxMessageBytes: 1_000 } })
    const client = await login(server)
    client.write(`a APPEND INBOX {200000+}\r\n`)
    await client.writeAll('x'.repeat(200_000))
    client.write('\r\nb NOOP\r\n')
    expect(await answer(client, 'a')).toMatch(/^a NO \[TOOBIG\]/)
    expect(await answer(client, 'b')).toBe('b OK NOOP done')
    client.write(`c APPEND INBOX {900000000000+}\r\n`)
    expect(await client.rest()).toBe('* BYE What follows cannot be told apart, closing\r\n')
  })
  it('that no room is left for are not written to the disk, be they announced without waiting', async () => {
    let received = 0
    const { receive } = bench.contents
    const contents = {
      ...bench.contents,
      receive: ((...of) => {
        received++
        return receive(...of)
      }) as typeof receive,
    }
    const server = await start({ quotaBytes: 100_000, contents })
    const client = await login(server)
    client.write('a APPEND INBOX {1000000+}\r\n')
    await client.writeAll('x'.repeat(1_000_000))
    client.write('\r\nb NOOP\r\n')
    expect(await answer(client, 'a')).toMatch(/^a NO \[OVERQUOTA\]/)
    expect(await answer(client, 'b')).toBe('b OK NOOP done')
    expect(received).toBe(0)
    // Nor many small ones in one command, whose sum is too much.
    const small = `{60000+}\r\n${'x'.repeat(60_000)} `
    await client.writeAll(`c APPEND INBOX ${small.repeat(20).trimEnd()}\r\n`)
    expect(await answer(client, 'c')).toMatch(/^c NO \[OVERQUOTA\]/)
    expect(received).toBeLessThan(6)
  })
  it('for which the disk has no room are answered, passed over, and taken once it has', async () => {
    let full = true
    const { receive } = bench.contents
    const contents: typeof bench.contents = {
      ...bench.contents,
      receive: async (stream, how) => {
        if (!full) return receive(stream, how)
        for await (const _ of stream) throw new Fault('blobs', 'no space left')
        throw new Fault('blobs', 'no space left')
      },
    }
    const client = await login(await start({ contents }))
    const append = async (tag: string): Promise<string | undefined> => {
      await client.writeAll(`${tag} APPEND INBOX {100000+}\r\n${'x'.repeat(100_000)}\r\n`)
      return answer(client, tag)
    }
    expect(await append('a')).toMatch(/^a NO \[UNAVAILABLE\]/)
    expect(await say(client, 'b STATUS INBOX (MESSAGES)')).toBe('b OK STATUS done')
    full = false
    expect(await append('c')).toMatch(/^c OK \[APPENDUID/)
  })
  it('of a folder of somebody else go nowhere', async () => {
    const server = await start()
    const mario = await login(server)
    await say(mario, 'a CREATE Segreta')
    const giulia = await login(server, 'giulia')
    expect(await say(giulia, 'a APPEND Segreta {5}')).toMatch(/^a NO \[TRYCREATE\]/)
    expect(await say(giulia, 'b SELECT Segreta')).toMatch(/^b NO \[NONEXISTENT\]/)
    expect(await say(giulia, 'c DELETE Segreta')).toMatch(/^c NO \[NONEXISTENT\]/)
  })
})

describe('what a suspended mailbox and a server that goes down leave', () => {
  it.each([
    ['suspended', /\* BYE \[EXPIRED\] [^\r]*suspended\r\n$/],
    // Of a password that was taken away nothing is said of the mailbox, nor that it would come back.
    ['revoked', /\* BYE Password di questa sessione [^\r[\]]* expired\r\n$/],
  ] as const)('who is %s is thrown out of IDLE, and told so', async (why, bye) => {
    const server = await start({ limits: { stillHereMs: 100 } })
    const client = await login(server)
    expect(await say(client, 'a IDLE')).toBe('+ idling')
    expect(await client.line()).toBe('* OK Still here')
    server.suspend(why)
    expect(await client.rest()).toMatch(bye)
  })
  it('an idle client is told when the server goes down', async () => {
    const server = await start()
    const [idle, quiet] = [await login(server), await login(server)]
    await say(idle, 'a IDLE')
    const closed = server.close(10_000)
    for (const client of [idle, quiet])
      expect(await client.rest()).toBe('* BYE [UNAVAILABLE] Service is going down, come back\r\n')
    await closed
  })
})

describe('COMPRESS', () => {
  it('a bomb is read no faster than it is worked off', { timeout: 60_000 }, async () => {
    const server = await start()
    const client = await login(server)
    await say(client, 'a COMPRESS DEFLATE')
    client.compress()
    client.write('x'.repeat(50_000_000))
    client.write('\r\n')
    expect(await client.rest()).toMatch(/\* BYE /)
    expect(server.events.filter(({ kind }) => kind === 'imapBug')).toEqual([])
  })
  it('bytes that are not compressed end the connection', async () => {
    const server = await start()
    const client = await login(server)
    await say(client, 'a COMPRESS DEFLATE')
    client.write('\xff\xff\xff\xff not deflate\r\n')
    await until(() => closedWhy(server).length > 0)
    expect(closedWhy(server)).toEqual(['gone'])
  })
})
