// How clients are told by JMAP: over WebSocket, with the client that Node has, and by push subscriptions.
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_FLAGS } from '../../../../src/core/mail/flags.ts'
import { findChanges, sweepPushes, tellStates } from '../../../../src/shell/alerts/tellStates.ts'
import { timestamp } from '../../../../src/shell/db/pool.ts'
import type { Mailbox } from '../../../../src/shell/mailstore/mailboxes.ts'
import { openOutbox } from '../../../../src/shell/outbox/outbox.ts'
import { noChanges } from '../../../../src/shell/pec/changes.ts'
import { MOST_SOCKETS } from '../../../../src/shell/servers/jmap/socket.ts'
import { newBrowser } from '../../../support/pushBrowser.ts'
import { message } from '../../mailstore/support.ts'
import { type Client, type JmapBench, type Json, openJmapBench, PASSWORD, USING } from './support.ts'

let bench: JmapBench
let mario: Client
beforeAll(async () => {
  bench = await openJmapBench()
  mario = await bench.client('mario@alfa.example')
})
afterAll(() => bench.close())

const wsUrl = (): string => `${bench.url.replace('http', 'ws')}/jmap/ws`
const basic = (address: string): string => `Basic ${Buffer.from(`${address}:${PASSWORD}`).toString('base64')}`

type Talk = {
  readonly socket: WebSocket
  readonly say: (message: unknown) => void
  /** The next message; undefined once the connection is over. */
  readonly hear: () => Promise<Json>
  /** Code with which it was closed. */
  readonly closed: Promise<number>
}

const open = async (address = 'mario@alfa.example', headers: Record<string, string> = {}): Promise<Talk> => {
  const how = { protocols: ['jmap'], headers: { authorization: basic(address), ...headers } }
  const socket = new WebSocket(wsUrl(), how as unknown as string[])
  const heard: Json[] = []
  let wake = (): void => {}
  let over = false
  socket.addEventListener('message', ({ data }) => {
    heard.push(JSON.parse(data))
    wake()
  })
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => {
      over = true
      wake()
      resolve(code)
    })
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('refused')))
  })
  return {
    socket,
    say: (one) =>
      socket.send(typeof one === 'string' || one instanceof Uint8Array ? (one as string) : JSON.stringify(one)),
    hear: async () => {
      while (heard.length === 0 && !over)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return heard.shift()
    },
    closed,
  }
}

const echo = (id: string) => ({ '@type': 'Request', id, using: USING, methodCalls: [['Core/echo', { x: id }, 'c']] })
const append = async (client: Client, text: string): Promise<void> => {
  const { id } = (await bench.store.folder(client.mailboxId, 'INBOX'))!
  await bench.store.append(client.mailboxId, id, [message(bench, text, NO_FLAGS)])
}

/** The handshake by hand: the first line of the answer, and its fields. */
const handshake = (fields: readonly string[], path = '/jmap/ws'): Promise<string> =>
  new Promise((resolve) => {
    const { port, host } = new URL(bench.url)
    const socket = connect(Number(port), '127.0.0.1')
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...fields, '', '']
    socket.write(lines.join('\r\n'))
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString())
    })
  })
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
]
const JMAP = 'Sec-WebSocket-Protocol: jmap'

describe('the handshake', () => {
  it('is told of in the session, and speaks jmap', async () => {
    const session: Json = await (await mario.fetch('/jmap/session')).json()
    expect(session.capabilities['urn:ietf:params:jmap:websocket']).toEqual({ url: wsUrl(), supportsPush: true })
    const { socket } = await open()
    expect(socket.protocol).toBe('jmap')
    socket.close()
  })
  it.each<readonly [string, () => readonly string[], number]>([
    ['nobody', () => [...UPGRADE, JMAP], 401],
    ['a wrong password', () => [...UPGRADE, JMAP, `Authorization: Basic ${btoa('mario@alfa.example:no')}`], 401],
    ['no subprotocol', () => [...UPGRADE, `Authorization: ${basic('mario@alfa.example')}`], 400],
    [
      'another subprotocol',
      () => [...UPGRADE, 'Sec-WebSocket-Protocol: chat', `Authorization: ${basic('mario@alfa.example')}`],
      400,
    ],
    [
      'the page of another site',
      () => [...UPGRADE, JMAP, 'Origin: https://evil.example', `Authorization: ${basic('mario@alfa.example')}`],
      403,
    ],
    [
      'a page without a site',
      () => [...UPGRADE, JMAP, 'Origin: null', `Authorization: ${basic('mario@alfa.example')}`],
      403,
    ],
    ['no WebSocket at all', () => [`Authorization: ${basic('mario@alfa.example')}`], 426],
    ['the right one', () => [...UPGRADE, JMAP, `Authorization: ${basic('mario@alfa.example')}`], 101],
  ])('%s', async (_, fields, status) => {
    expect((await handshake(fields())).slice(0, 13)).toBe(`HTTP/1.1 ${status} `)
  })
  it('leaves other upgrades to HTTP', async () => {
    const fields = ['Connection: Upgrade', 'Upgrade: h2c', `Authorization: ${basic('mario@alfa.example')}`]
    expect(await handshake(fields, '/jmap/session')).toMatch(/^HTTP\/1.1 200 /)
    const elsewhere = [...UPGRADE, JMAP, `Authorization: ${basic('mario@alfa.example')}`]
    expect(await handshake(elsewhere, '/jmap/session')).toMatch(/^HTTP\/1.1 200 /)
  })
})

describe('requests', () => {
  it('are answered by their ids, with the state of the session', async () => {
    const talk = await open()
    const session: Json = await (await mario.fetch('/jmap/session')).json()
    talk.say(echo('one'))
    expect(await talk.hear()).toEqual({
      '@type': 'Response',
      requestId: 'one',
      methodResponses: [['Core/echo', { x: 'one' }, 'c']],
      sessionState: session.state,
    })
    const { accountId } = mario
    talk.say({ '@type': 'Request', using: USING, createdIds: {}, methodCalls: [['Mailbox/get', { accountId }, 'm']] })
    expect(await talk.hear()).toMatchObject({ createdIds: {}, methodResponses: [['Mailbox/get', { accountId }, 'm']] })
    talk.socket.close()
  })
  it('that are wrong are told so, and the connection lives', async () => {
    const talk = await open()
    for (const [said, type] of [
      ['no JSON', 'notJSON'],
      [{ '@type': 'Request', id: 'w' }, 'notRequest'],
      [{ ...echo('w'), using: ['urn:other'] }, 'unknownCapability'],
      [{ ...echo('w'), methodCalls: Array(65).fill(['Core/echo', {}, 'c']) }, 'limit'],
      [`"${'x'.repeat(10 * 1024 * 1024)}"`, 'limit'],
    ] as const) {
      talk.say(said)
      expect(await talk.hear()).toMatchObject({ '@type': 'RequestError', type: `urn:ietf:params:jmap:error:${type}` })
    }
    talk.say(echo('after'))
    expect(await talk.hear()).toMatchObject({ requestId: 'after' })
    talk.socket.close()
  })
  it('in many connections at one time are no more than so many', async () => {
    const talk = await open()
    const { accountId } = mario
    const calls = Array.from({ length: 20 }, (_, n) => ['Mailbox/get', { accountId }, `c${n}`])
    for (let n = 0; n < 20; n++) talk.say({ '@type': 'Request', id: `r${n}`, using: USING, methodCalls: calls })
    const heard: Json[] = []
    while (heard.length < 20) heard.push(await talk.hear())
    expect(new Set(heard.map(({ requestId }) => requestId)).size).toBe(20)
    expect(
      heard.filter((one) => one['@type'] === 'RequestError').every(({ limit }) => limit === 'maxConcurrentRequests'),
    ).toBe(true)
    talk.socket.close()
  })
  it('of whoever went away before being let in do not count', async () => {
    const { hostname, port } = new URL(bench.url)
    const body = JSON.stringify({ using: USING, methodCalls: [] })
    const fields = `host: x\r\nauthorization: ${basic('mario@alfa.example')}\r\ncontent-type: application/json`
    const gone = Array.from({ length: 40 }, async () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      const sent = `POST /jmap HTTP/1.1\r\n${fields}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
      await new Promise<void>((resolve) => socket.write(sent, () => resolve()))
      socket.resetAndDestroy()
    })
    await Promise.all(gone)
    const echo = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    await expect.poll(async () => (await mario.fetch('/jmap', echo)).status).toBe(200)
  })
  it.each([
    ['bytes', () => new Uint8Array([1, 2, 3]), 1003],
    ['what is far too long', () => `"${'x'.repeat(11 * 1024 * 1024)}"`, 1009],
  ] as const)('that are %s end the connection', async (_, said, code) => {
    const talk = await open()
    talk.say(said())
    expect(await talk.closed).toBe(code)
  })
  it('of one login come on so many connections', async () => {
    await bench.client('molti@alfa.example')
    const talks = await Promise.all(Array.from({ length: MOST_SOCKETS }, () => open('molti@alfa.example')))
    const last = await open('molti@alfa.example')
    expect(await last.closed).toBe(1013)
    for (const { socket } of talks) socket.close()
  })
})

describe('push', () => {
  it('is told once it is asked for, of the wanted types, from a state on, until it is not', async () => {
    const rosa = await bench.client('rosa@alfa.example')
    const talk = await open('rosa@alfa.example')
    const all = { '@type': 'WebSocketPushEnable', dataTypes: null, pushState: '' }
    // No word of ours: told of everything at once.
    talk.say(all)
    const first = await talk.hear()
    expect(first).toMatchObject({ '@type': 'StateChange', pushState: expect.any(String) })
    expect(Object.keys(first.changed[rosa.accountId])).toContain('EmailDelivery')
    await append(rosa, 'Subject: a\r\n\r\na')
    const second = await talk.hear()
    expect(Object.keys(second.changed[rosa.accountId])).toEqual(['Email', 'Mailbox', 'Thread', 'Quota'])
    talk.say({ '@type': 'WebSocketPushEnable', dataTypes: ['Quota'], pushState: first.pushState })
    expect(Object.keys((await talk.hear()).changed[rosa.accountId])).toEqual(['Quota'])
    talk.say({ '@type': 'WebSocketPushDisable' })
    talk.say(echo('off'))
    expect(await talk.hear()).toMatchObject({ requestId: 'off' })
    await append(rosa, 'Subject: b\r\n\r\nb')
    talk.say({ ...all, pushState: second.pushState })
    // The only one that is told: nothing came while push was off.
    expect(Object.keys((await talk.hear()).changed[rosa.accountId])).toEqual(['Email', 'Mailbox', 'Thread', 'Quota'])
    talk.socket.close()
  })
  it('and requests end with the sign-in', async () => {
    const ugo = await bench.client('ugo@alfa.example')
    const [asking, told] = [await open('ugo@alfa.example'), await open('ugo@alfa.example')]
    told.say({ '@type': 'WebSocketPushEnable', dataTypes: null, pushState: '' })
    await told.hear()
    bench.ended.add(ugo.mailboxId)
    asking.say(echo('no'))
    expect(await asking.closed).toBe(1008)
    expect(await asking.hear()).toBeUndefined()
    await append(ugo, 'Subject: secret\r\n\r\nx')
    expect(await told.closed).toBe(1008)
    expect(await told.hear()).toBeUndefined()
    expect(bench.bugs).toEqual([])
  })
})

describe('PushSubscription', () => {
  type Browser = Awaited<ReturnType<typeof newBrowser>>
  /** Runs what the worker would: looks for changes, and posts. */
  const run = async (): Promise<void> => {
    await findChanges(bench.pushOffice)
    const outbox = openOutbox({
      db: bench.db,
      clock: bench.clock,
      node: 'push',
      leaseMs: 60_000,
      concurrency: {},
      pollMs: 1_000,
      handlers: { alert: (job) => tellStates(bench.pushOffice, job) },
      onError: (_, error) => bench.bugs.push(error),
    })
    await outbox.runDue()
  }
  const opened = async (browser: Browser): Promise<Json> => JSON.parse(await browser.open(bench.posted.at(-1)!.body))
  const keysOf = ({ p256dh, auth }: Browser) => ({ p256dh, auth })
  /** A box with a main password, signed in. */
  const signedIn = async (name: string, by?: Mailbox['by']) => {
    const client = await bench.client(`${name}@alfa.example`, by)
    await bench.db.query('test-password', `update mailbox set password_hash = 'x' where id = $1`, [client.mailboxId])
    return {
      ...client,
      /** Its methods are of no account. */
      push: async (method: string, args: object): Promise<Json> =>
        (await client.request([[`PushSubscription/${method}`, args, 'p']])).methodResponses[0],
    }
  }
  type SignedIn = Awaited<ReturnType<typeof signedIn>>
  /** A subscription whose code has been told. */
  const verified = async (client: SignedIn, more: object = {}) => {
    const browser = await newBrowser()
    const create = {
      k: { deviceClientId: 'd', url: `https://push.example/${client.mailboxId}`, keys: keysOf(browser), ...more },
    }
    const [, made] = await client.push('set', { create })
    const { id } = made.created.k
    await run()
    const { verificationCode } = await opened(browser)
    const [, done] = await client.push('set', { update: { [id]: { verificationCode } } })
    expect(done.updated).toEqual({ [id]: null })
    bench.posted.length = 0
    return { id, browser }
  }
  const deliver = async (client: SignedIn): Promise<void> => {
    const { content } = message(bench, 'Subject: busta\r\n\r\nx')
    const { mailboxId } = client
    await bench.committer.commit({
      ...noChanges(),
      contents: [content],
      filings: [
        { mailboxId, content: content.id, kind: 'transportEnvelope', msgid: 'x', sizeBytes: 20, at: bench.clock.at },
      ],
    })
  }

  it('is told nothing but a code until the code is told back; then what changes, encrypted and signed', async () => {
    const lia = await signedIn('lia')
    const browser = await newBrowser()
    const [name, made] = await lia.push('set', {
      create: { k: { deviceClientId: 'tel', url: 'https://push.example/lia', keys: keysOf(browser), types: null } },
    })
    expect(name).toBe('PushSubscription/set')
    expect(Object.keys(made)).not.toContain('accountId')
    expect(Object.keys(made)).not.toContain('newState')
    const { id, expires } = made.created.k
    expect(expires).toBe('2026-11-30T10:00:00Z')
    await run()
    expect(bench.posted).toHaveLength(1)
    expect(bench.posted[0]).toMatchObject({
      url: 'https://push.example/lia',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'aes128gcm',
        ttl: '86400',
        authorization: expect.stringMatching(/^vapid t=.+, k=.+/),
      },
    })
    const verification = await opened(browser)
    expect(verification).toEqual({
      '@type': 'PushVerification',
      pushSubscriptionId: id,
      verificationCode: expect.any(String),
    })
    await deliver(lia)
    await run()
    expect(bench.posted).toHaveLength(1)
    const [, wrong] = await lia.push('set', { update: { [id]: { verificationCode: 'guess' } } })
    expect(wrong.notUpdated[id]).toMatchObject({ type: 'invalidProperties', properties: ['verificationCode'] })
    const { verificationCode } = verification
    expect((await lia.push('get', {}))[1].list).toEqual([
      { id, deviceClientId: 'tel', verificationCode: null, expires, types: null },
    ])
    const [, right] = await lia.push('set', { update: { [id]: { verificationCode, expires: '2026-11-25T10:00:00Z' } } })
    expect(right.updated).toEqual({ [id]: null })
    expect((await lia.push('get', { ids: [id, 'Pno'] }))[1]).toEqual({
      list: [{ id, deviceClientId: 'tel', verificationCode, expires: '2026-11-25T10:00:00Z', types: null }],
      notFound: ['Pno'],
    })
    await run()
    expect(bench.posted).toHaveLength(1)
    await deliver(lia)
    await run()
    const told = await opened(browser)
    expect(told['@type']).toBe('StateChange')
    expect(Object.keys(told.changed[lia.accountId])).toEqual([
      'Email',
      'Mailbox',
      'Thread',
      'EmailDelivery',
      'EmailSubmission',
      'PecSubmission',
      'Quota',
    ])
    expect(told.changed[lia.accountId].Email).toBe((await lia.ok('Email/get', { ids: [] })).state)
    await run()
    expect(bench.posted).toHaveLength(2)
    expect((await lia.push('set', { destroy: [id] }))[1].destroyed).toEqual([id])
    await deliver(lia)
    await run()
    expect(bench.posted).toHaveLength(2)
    bench.posted.length = 0
    expect(bench.bugs).toEqual([])
  })

  it('is told of the wanted types alone, and again where the service is busy', async () => {
    const ada = await signedIn('ada')
    const { id, browser } = await verified(ada, { types: ['EmailDelivery'] })
    await append(ada, 'Subject: mine\r\n\r\nx')
    await run()
    expect(bench.posted).toHaveLength(0)
    await deliver(ada)
    bench.answers.push(429)
    await run()
    expect(bench.posted).toHaveLength(1)
    await run()
    expect(bench.posted).toHaveLength(1)
    bench.clock.at += 60_000
    await run()
    expect(bench.posted).toHaveLength(2)
    expect(Object.keys((await opened(browser)).changed[ada.accountId])).toEqual(['EmailDelivery'])
    // Gone at the service, gone here.
    await deliver(ada)
    bench.answers.push(410)
    await run()
    expect((await ada.push('get', { ids: [id] }))[1]).toEqual({ list: [], notFound: [id] })
    bench.posted.length = 0
  })

  it('that fails for a day is dropped', async () => {
    const eva = await signedIn('eva')
    await verified(eva)
    await deliver(eva)
    for (let n = 0; n < 40; n++) {
      bench.answers.push(500)
      bench.clock.at += 3_600_000
      await run()
    }
    bench.answers.length = 0
    expect((await eva.push('get', {}))[1].list).toEqual([])
    bench.posted.length = 0
  })

  it('ends with the sign-in that made it, and is nobody else’s', async () => {
    const ines = await signedIn('ines')
    const { id } = await verified(ines)
    const [account] = await bench.db.query<{ id: number }>(
      'test-account',
      'select id from account where mailbox_id = $1',
      [ines.mailboxId],
    )
    const program = randomUUID()
    await bench.db.query(
      'test-program',
      `insert into app_password (id, account_id, mailbox_id, name, scopes, secret_hash, created_at)
       values ($1, $2, $3, 'x', array['imap'], sha256('x'), $4)`,
      [program, account!.id, ines.mailboxId, timestamp(bench.clock.at)],
    )
    const byProgram = { appPasswordId: program, accountId: account!.id, rights: 'own', sends: true } as const
    const phone = await signedIn('ines', byProgram)
    expect((await phone.push('get', {}))[1].list).toEqual([])
    expect((await phone.push('set', { destroy: [id] }))[1].notDestroyed[id].type).toBe('notFound')
    await verified(phone)
    await deliver(ines)
    await run()
    expect(bench.posted).toHaveLength(2)
    await bench.db.query('test-program-gone', 'update app_password set revoked_at = $2 where id = $1', [
      program,
      timestamp(bench.clock.at),
    ])
    await bench.db.query('test-password-new', `update mailbox set password_hash = 'y' where id = $1`, [ines.mailboxId])
    await deliver(ines)
    await run()
    expect(bench.posted).toHaveLength(2)
    const [left] = await bench.db.query<{ n: number }>(
      'test-left',
      'select count(*)::int as n from push_subscription where mailbox_id = $1 and ended_at is null',
      [ines.mailboxId],
    )
    expect(left!.n).toBe(0)
    bench.posted.length = 0
  })

  it('tells no secrets, goes to no address inside, and is no more than so many', async () => {
    const zoe = await signedIn('zoe')
    for (const property of ['url', 'keys'])
      expect((await zoe.push('get', { properties: ['id', property] }))[1]).toMatchObject({ type: 'forbidden' })
    const browser = await newBrowser()
    const good = { deviceClientId: 'd', url: 'https://push.example/zoe', keys: keysOf(browser) }
    const [, wrong] = await zoe.push('set', {
      create: {
        plain: { ...good, url: 'http://push.example/zoe' },
        inside: { ...good, url: 'https://inside.example/' },
        keys: { ...good, keys: { ...keysOf(browser), p256dh: 'AAAA' } },
      },
    })
    expect(Object.values(wrong.notCreated).map((one) => (one as Json).properties)).toEqual([['url'], ['url'], ['keys']])
    const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, at) => [`k${at}`, good]))
    const [, first] = await zoe.push('set', { create: many(17) })
    expect(Object.keys(first.created)).toHaveLength(16)
    expect(first.notCreated.k16.type).toBe('overQuota')
    await zoe.push('set', { destroy: Object.values(first.created).map((one) => (one as Json).id) })
    const [, second] = await zoe.push('set', { create: many(15) })
    expect(Object.keys(second.created)).toHaveLength(14)
    expect(second.notCreated.k14.type).toBe('rateLimit')
    await sweepPushes(bench.pushOffice)
    expect((await zoe.push('get', {}))[1].list).toHaveLength(14)
    bench.clock.at += 2 * 86_400_000
    await sweepPushes(bench.pushOffice)
    expect((await zoe.push('get', {}))[1].list).toHaveLength(0)
    expect(bench.bugs).toEqual([])
  })
})
