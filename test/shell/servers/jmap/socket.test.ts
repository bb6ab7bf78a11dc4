// JMAP over WebSocket against a real server, with the client that Node has.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_FLAGS } from '../../../../src/core/mail/flags.ts'
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
    const talks = await Promise.all(Array.from({ length: 16 }, () => open('molti@alfa.example')))
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
