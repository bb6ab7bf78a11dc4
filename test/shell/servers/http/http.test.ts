// The HTTP server: health, figures, the API of a mailbox, and what a client is told when something is wrong.
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/lib/refusal.ts'
import { readBasic } from '../../../../src/shell/servers/http/basic.ts'
import { languageFor } from '../../../../src/shell/servers/http/problem.ts'
import type { MessageSummary } from '../../../../src/shell/servers/http/reader.ts'
import { type HttpOptions, startHttpServer } from '../../../../src/shell/servers/http.ts'
import type { LogEvent } from '../../../../src/shell/telemetry/events.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const start = async (more: Partial<HttpOptions<string>> = {}) => {
  const server = await startHttpServer<string>({
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({ database: true }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'x 1\n' }),
    ...more,
  })
  closers.push(server.close)
  return server
}

const mario = 'mario.rossi@pec.alfa.example'
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})
const signedIn = basic(mario, 'Sandbox2026')

const summary = (uid: number, sizeBytes: number): MessageSummary => ({
  uid,
  kind: 'acceptance',
  msgid: 'ce1@pec.alfa.example',
  subject: 'ACCETTAZIONE: però',
  receivedAt: Date.UTC(2026, 10, 23, 10),
  sizeBytes,
})

/** A mailbox in memory, with someone who waits for more. */
const mailbox = () => {
  const messages: Buffer[] = []
  const waiting = new Set<() => void>()
  const seen = { waits: 0, aborted: 0 }
  const reader: NonNullable<HttpOptions<string>['mailboxes']> = {
    authenticate: async ({ username, password }) => {
      if (password === 'once too often') return { refusal: 'throttled' }
      return username === mario && password === 'Sandbox2026' ? { login: username } : { refusal: 'bad' }
    },
    list: async (_, { after, limit }) =>
      messages.map((bytes, i) => summary(i + 1, bytes.length)).slice(after, after + limit),
    status: async () => ({ messages: messages.length, uidNext: messages.length + 1 }),
    restore: async (_, since) => (since === 0 ? undefined : since / 1_000),
    takeOut: async () =>
      (async function* () {
        yield Buffer.from('zip')
      })(),
    wait: (_, __, ___, signal) => {
      seen.waits += 1
      return new Promise((resolve) => {
        waiting.add(resolve)
        signal.addEventListener('abort', () => {
          seen.aborted += 1
          resolve()
        })
      })
    },
    open: async (_, uid) => {
      const bytes = messages[uid - 1]
      if (!bytes) return undefined
      const stream = async function* () {
        for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000)
      }
      return { sizeBytes: bytes.length, stream: stream() }
    },
  }
  const arrive = (bytes: Buffer): void => {
    messages.push(bytes)
    for (const wake of waiting) wake()
  }
  return { reader, arrive, seen, waiting }
}
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('what watches the server', () => {
  it('is told that it lives, and its figures', async () => {
    const { url } = await start()
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ alive: true })
    expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200)
    const metrics = await fetch(`${url}/metrics`)
    expect([metrics.headers.get('content-type'), await metrics.text()]).toEqual(['text/plain; version=0.0.4', 'x 1\n'])
  })

  it.each([
    ['all holds', async () => ({ database: true, scanner: true }), 200, { database: true, scanner: true }],
    ['one does not', async () => ({ database: true, scanner: false }), 503, { database: true, scanner: false }],
    ['the question fails', () => Promise.reject(new Error('x')), 503, { readiness: false }],
  ])('is told whether it can work: %s', async (_, readiness, status, checks) => {
    const { url } = await start({ readiness })
    const response = await fetch(`${url}/readyz`)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ ready: status === 200, checks })
  })
})

describe('the API of a mailbox', () => {
  it('lists what came after a uid, and gives the exact bytes', async () => {
    const { reader, arrive } = mailbox()
    const odd = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256))
    arrive(Buffer.from('Subject: x\r\n\r\nuno\r\n'))
    arrive(odd)
    const { url } = await start({ mailboxes: reader })
    const list = await fetch(`${url}/api/v1/messages?after=1`, { headers: signedIn })
    expect(list.headers.get('cache-control')).toBe('no-store')
    expect(await list.json()).toEqual({
      messages: [{ ...summary(2, 70_000), receivedAt: '2026-11-23T10:00:00.000Z' }],
    })
    const status = await fetch(`${url}/api/v1/status`, { headers: signedIn })
    expect(await status.json()).toEqual({ messages: 2, uidNext: 3 })
    const message = await fetch(`${url}/api/v1/messages/2`, { headers: signedIn })
    expect(message.headers.get('content-type')).toBe('message/rfc822')
    expect(message.headers.get('content-length')).toBe('70000')
    expect(Buffer.from(await message.arrayBuffer()).equals(odd)).toBe(true)
  })

  it('brings back what was removed since an instant', async () => {
    const { url } = await start({ mailboxes: mailbox().reader })
    const restore = async (body: unknown) => {
      const headers = { ...signedIn, 'content-type': 'application/json' }
      const response = await fetch(`${url}/api/v1/restore`, { method: 'POST', headers, body: JSON.stringify(body) })
      return [response.status, await response.json()] as const
    }
    expect(await restore({ since: '1970-01-01T01:00:42+01:00' })).toEqual([200, { restored: 42 }])
    expect(await restore({ since: '1970-01-01T00:00:00Z' })).toEqual([
      507,
      expect.objectContaining({ code: 'overQuota' }),
    ])
    for (const body of [
      {},
      { since: 'ieri' },
      { since: '2026-02-03' },
      { since: 5 },
      { since: '2026-13-03T10:00:00Z' },
    ])
      expect(await restore(body)).toEqual([400, expect.objectContaining({ code: 'badRequest' })])
  })

  it('waits for a message, and tells it when it comes', async () => {
    const { reader, arrive, seen } = mailbox()
    const { url } = await start({ mailboxes: reader })
    const answer = fetch(`${url}/api/v1/messages?wait=60`, { headers: signedIn })
    await until(() => seen.waits === 1)
    arrive(Buffer.from('x'))
    expect(((await (await answer).json()) as { messages: unknown[] }).messages).toHaveLength(1)
  })

  it('does not wait where there is something already, nor for a client that has gone', async () => {
    const { reader, arrive, seen } = mailbox()
    const { url } = await start({ mailboxes: reader })
    const controller = new AbortController()
    const answer = fetch(`${url}/api/v1/messages?wait=60`, { headers: signedIn, signal: controller.signal })
    await until(() => seen.waits === 1)
    controller.abort()
    await expect(answer).rejects.toThrow()
    await until(() => seen.aborted === 1)
    arrive(Buffer.from('x'))
    expect((await fetch(`${url}/api/v1/messages?wait=60`, { headers: signedIn })).status).toBe(200)
    expect(seen.waits).toBe(1)
  })

  it('stops with clients still waiting', async () => {
    const { reader, seen } = mailbox()
    const server = await start({ mailboxes: reader })
    const answer = fetch(`${server.url}/api/v1/messages?wait=60`, { headers: signedIn })
    await until(() => seen.waits === 1)
    const failed = expect(answer).rejects.toThrow()
    await closers.pop()!()
    await failed
  })

  it.each([
    ['nobody', {}],
    ['a wrong password', basic(mario, 'x')],
    ['an unknown mailbox', basic('x@pec.alfa.example', 'Sandbox2026')],
    ['another scheme', { authorization: 'Bearer abc' }],
  ])('is closed to %s', async (_, headers) => {
    const { url } = await start({ mailboxes: mailbox().reader })
    for (const path of ['/api/v1/messages', '/api/v1/messages/1', '/api/v1/status']) {
      const response = await fetch(`${url}${path}`, { headers })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="ceralacca", charset="UTF-8"')
      expect(response.headers.get('content-type')).toContain('application/problem+json')
    }
  })

  it('knows who logs in through the program in front of it, on this machine', async () => {
    const seen: string[] = []
    const { reader } = mailbox()
    const { url } = await start({
      mailboxes: {
        ...reader,
        authenticate: async ({ remoteAddress }) => {
          seen.push(remoteAddress)
          return { refusal: 'bad' }
        },
      },
    })
    for (const forwarded of ['203.0.113.5', '198.51.100.1, 203.0.113.6'])
      await fetch(`${url}/api/v1/status`, { headers: { ...signedIn, 'x-forwarded-for': forwarded } })
    await fetch(`${url}/api/v1/status`, { headers: signedIn })
    expect(seen).toEqual(['203.0.113.5', '203.0.113.6', '127.0.0.1'])
  })

  it('says to come back later where there were too many failures', async () => {
    const { url } = await start({ mailboxes: mailbox().reader })
    const response = await fetch(`${url}/api/v1/messages`, { headers: basic(mario, 'once too often') })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([429, 'tooManyAttempts'])
  })

  it.each([
    'after=-1',
    'after=x',
    'after=4294967296',
    'limit=0',
    'limit=1001',
    'wait=61',
    'wait=1.5',
    'after=1&after=2',
  ])('refuses ?%s', async (query) => {
    const { url } = await start({ mailboxes: mailbox().reader })
    const response = await fetch(`${url}/api/v1/messages?${query}`, { headers: signedIn })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'badRequest', status: 400 })
  })

  it.each(['0', '-1', 'x', '1%2f2', '99999999999'])('refuses the uid %s', async (uid) => {
    const { url } = await start({ mailboxes: mailbox().reader })
    expect([400, 404]).toContain((await fetch(`${url}/api/v1/messages/${uid}`, { headers: signedIn })).status)
  })

  it('has no message that is not there', async () => {
    const { url } = await start({ mailboxes: mailbox().reader })
    const response = await fetch(`${url}/api/v1/messages/7`, { headers: signedIn })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'notFound'])
  })
})

describe('errors', () => {
  const broken = (error: Error) => ({ ...mailbox().reader, list: () => Promise.reject(error) })

  it('of the world are 503 with a time to come back', async () => {
    const events: LogEvent[] = []
    const { url } = await start({ mailboxes: broken(new Fault('db', 'gone')), log: (event) => events.push(event) })
    const response = await fetch(`${url}/api/v1/messages`, { headers: signedIn })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10'])
    expect(events).toMatchObject([{ kind: 'httpFault', route: '/api/v1/messages' }])
  })

  it('of ours are 500 with a reference that the log has too, and no inner detail', async () => {
    const events: LogEvent[] = []
    const bug = new Error('password of the database is tiger')
    const { url } = await start({ mailboxes: broken(bug), log: (event) => events.push(event) })
    const response = await fetch(`${url}/api/v1/messages`, { headers: signedIn })
    const body = await response.text()
    expect(response.status).toBe(500)
    expect(body).not.toContain('tiger')
    expect(events).toMatchObject([{ kind: 'httpBug', reference: JSON.parse(body).reference, error: bug }])
  })

  it('in the middle of a message cut the connection: half a message never looks whole', async () => {
    const stream = async function* () {
      yield Buffer.from('half')
      throw new Fault('blobs', 'gone')
    }
    const reader = { ...mailbox().reader, open: async () => ({ sizeBytes: 1_000, stream: stream() }) }
    const { url } = await start({ mailboxes: reader })
    await expect(
      fetch(`${url}/api/v1/messages/1`, { headers: signedIn }).then((r) => r.arrayBuffer()),
    ).rejects.toThrow()
  })

  it('speak Italian, or English to who prefers it', async () => {
    const { url } = await start()
    const title = async (language?: string) => {
      const response = await fetch(`${url}/nothing`, language ? { headers: { 'accept-language': language } } : {})
      return [response.headers.get('content-language'), ((await response.json()) as { title: string }).title]
    }
    expect(await title()).toEqual(['it', 'Non esiste'])
    expect(await title('en-GB,en;q=0.9')).toEqual(['en', 'There is no such thing'])
  })

  it('leave the server standing when what comes is not HTTP', async () => {
    const { url, port } = await start()
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write('EHLO mail.example\r\n\r\n'))
      socket.on('data', (chunk) => (text += chunk))
      socket.on('close', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

describe('the language of an answer', () => {
  it.each([
    [undefined, 'it'],
    ['', 'it'],
    ['it', 'it'],
    ['en', 'en'],
    ['EN-us', 'en'],
    ['it;q=0.5, en;q=0.8', 'en'],
    ['it, en', 'it'],
    ['fr, en;q=0.1', 'en'],
    ['en;q=0', 'it'],
    ['english', 'it'],
    ['*', 'it'],
  ])('for %s', (accepted, language) => expect(languageFor(accepted)).toBe(language))
})

describe('the credentials of HTTP Basic', () => {
  const encode = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  it.each([
    [encode('a@b.example:x'), { username: 'a@b.example', password: 'x' }],
    [encode('a:b:c'), { username: 'a', password: 'b:c' }],
    [encode('a:però'), { username: 'a', password: 'però' }],
    [encode('a:'), { username: 'a', password: '' }],
    [encode('a'), undefined],
    [encode(':x'), undefined],
    [encode('a:b\r\nc'), undefined],
    ['Basic !!', undefined],
    ['Basic', undefined],
    [`Basic ${'A'.repeat(3_000)}`, undefined],
    [undefined, undefined],
  ])('%s', (field, credentials) => expect(readBasic(field)).toEqual(credentials))
})
