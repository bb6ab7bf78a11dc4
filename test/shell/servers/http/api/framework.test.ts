// The framework of the API over a real server and database: checks, problems, cross-site requests, keys, methods.
import { connect } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../../../../src/core/api/endpoint.ts'
import { type EndpointId, endpoints } from '../../../../../src/core/api/endpoints.ts'
import { PROBLEMS } from '../../../../../src/core/api/problems.ts'
import { isForeignUpgrade } from '../../../../../src/shell/servers/http/api/crossSite.ts'
import type { LogEvent } from '../../../../../src/shell/telemetry/events.ts'
import { addOrder, addStaff, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

let office: TestOffice
let api: TestApi
let secretary: string
let other: string
let addMemberCalls: unknown[] = []
let outcome: () => Promise<unknown>
const events: LogEvent[] = []
let readingBegan: () => void = () => {}
let heard: (event: LogEvent) => unknown = () => {}

const memberReply = { id: 7 }
beforeAll(async () => {
  office = await testOffice({
    log: (event) => {
      events.push(event)
      heard(event)
    },
  })
  const { database } = office
  const now = office.clock.now()
  const [aq, te] = [
    await addOrder(database.db, 'OMCEO-AQ', "Ordine dell'Aquila", now),
    await addOrder(database.db, 'OMCEO-TE', 'Ordine di Teramo', now),
  ]
  secretary = (
    await addStaff(database.db, { email: 'aq@x.example', roles: [{ role: 'orderAdmin', orderId: aq }] }, now)
  ).token
  other = (await addStaff(database.db, { email: 'te@x.example', roles: [{ role: 'orderAdmin', orderId: te }] }, now))
    .token
  api = await startApi(office, {
    bodyLimitMs: 150,
    handlers: {
      // an idempotent verb, and one that takes bytes
      inviteOrderStaff: async ({ body }: { body: unknown }) => {
        addMemberCalls.push(body)
        return outcome()
      },
      uploadRoll: async ({ body }: { body: AsyncIterable<Uint8Array> }) => {
        let size = 0
        for await (const chunk of body) {
          size += chunk.length
          readingBegan()
        }
        throw new Error(`size ${size}`)
      },
      listNotices: async () => ({ items: [] }),
    },
  })
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

const staffRow = (id: number) => ({
  id,
  email: 'nuova@x.example',
  name: 'Nuova Segretaria',
  role: 'orderReader',
  state: 'invited',
  secondFactor: false,
})
const invite = (headers: Record<string, string> = {}, body: unknown = good, as: string = secretary) =>
  api.call('inviteOrderStaff', { params: { order: 'OMCEO-AQ' }, as, body, headers })
const good = { email: 'nuova@x.example', name: 'Nuova Segretaria', role: 'orderReader' }

describe('what comes is checked', () => {
  beforeAll(() => {
    outcome = async () => staffRow(1)
  })
  it('takes what fits', async () => {
    const { status, body } = await invite()
    expect([status, body]).toEqual([200, staffRow(1)])
  })
  it.each([
    [{}, ['email required', 'name required', 'role required']],
    [{ ...good, name: 'x' }, ['name minLength']],
    [{ ...good, role: 'king' }, ['role enum']],
    [{ ...good, email: 5 }, ['email type']],
    [{ ...good, more: 1 }, ['more additionalProperties']],
    [{ ...good, name: 'a\u0000b' }, ['name characters']],
    [{ ...good, name: 'a\ud800b' }, ['name characters']],
    [{ ...good, name: 'x'.repeat(121) }, ['name maxLength']],
    ['text', [' type']],
    [null, [' type']],
    [[], [' type']],
  ])('%j: %j', async (body, errors) => {
    const answer = await invite({}, body)
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('badRequest')
    expect(answer.body.errors.map((e: { field: string; code: string }) => `${e.field} ${e.code}`)).toEqual(errors)
  })
  it('says it in Italian or in English', async () => {
    const one = await invite({}, { ...good, name: undefined })
    expect(one.body.errors[0].detail).toBe('Questo dato è obbligatorio.')
    const two = await invite({ 'accept-language': 'en' }, { ...good, name: undefined })
    expect(two.body.errors[0].detail).toBe('This is required.')
    expect([two.headers.get('content-language'), two.body.title]).toEqual(['en', 'The request is not valid'])
  })
  it.each([
    ['{', 400, 'badRequest'],
    ['{"__proto__":{"x":1},"email":"a@b.c"}', 400, 'badRequest'],
    ['{"constructor":{"prototype":{"x":1}}}', 400, 'badRequest'],
    ['['.repeat(200_000), 400, 'badRequest'],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400, 'badRequest'],
    [`{"email":"${'x'.repeat(1_100_000)}"}`, 413, 'tooLarge'],
  ])('refuses the body %.40s', async (body, status, code) => {
    const response = await fetch(`${api.url}/api/v1/orders/OMCEO-AQ/staff`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretary}`, 'content-type': 'application/json' },
      body,
    })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code])
    expect(({} as { x?: number }).x).toBeUndefined()
  })
  it('wants JSON', async () => {
    const response = await fetch(`${api.url}/api/v1/orders/OMCEO-AQ/staff`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretary}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'email=a',
    })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([415, 'unsupportedType'])
  })
  it('ends a request whose body does not come', async () => {
    events.length = 0
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(api.port, '127.0.0.1', () =>
        socket.write(
          `POST /api/v1/orders/OMCEO-AQ/staff HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secretary}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
        ),
      )
      socket.on('data', (chunk) => (text += chunk))
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
    })
    expect(answer === '' || answer.startsWith('HTTP/1.1 4')).toBe(true)
    expect(events.filter((event) => event.kind === 'httpBug')).toEqual([])
  })
})

describe('requests from another site', () => {
  const byCookie = (headers: Record<string, string>) =>
    fetch(`${api.url}/api/v1/orders/OMCEO-AQ/staff`, {
      method: 'POST',
      headers: { cookie: `__Host-ceralacca_staff=${secretary}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(good),
    })
  const ours = { 'x-requested-with': 'ceralacca' }
  it.each([
    [{}, 403],
    [ours, 200],
    [{ ...ours, 'sec-fetch-site': 'same-origin' }, 200],
    [{ ...ours, 'sec-fetch-site': 'same-site' }, 403],
    [{ ...ours, 'sec-fetch-site': 'cross-site' }, 403],
    [{ ...ours, 'sec-fetch-site': 'none' }, 403],
    [{ ...ours, origin: 'https://evil.example' }, 403],
    [{ ...ours, origin: 'null' }, 403],
    [{ ...ours, origin: 'https://prova.example' }, 200],
    [{ ...ours, origin: 'https://prova.example.evil.example' }, 403],
    [{ 'x-requested-with': 'XMLHttpRequest' }, 403],
  ])('%j: %i', async (headers, status) => {
    const response = await byCookie(headers)
    expect(response.status).toBe(status)
    if (status === 403) expect(((await response.json()) as { code: string }).code).toBe('crossSite')
  })
  it.each<readonly [string, Record<string, string>, boolean, boolean]>([
    ['no upgrade', {}, true, false],
    ['a program, which has no cookies and says nothing', { upgrade: 'websocket' }, false, false],
    ['a cookie from nowhere', { upgrade: 'websocket' }, true, true],
    ['our page', { upgrade: 'websocket', origin: 'https://prova.example' }, true, false],
    ['our page at the address that is called', { upgrade: 'websocket', origin: 'http://127.0.0.1:8080' }, true, false],
    ['another page', { upgrade: 'websocket', origin: 'https://evil.example' }, true, true],
    [
      'another page with a password that the browser knows',
      { upgrade: 'websocket', origin: 'https://evil.example' },
      false,
      true,
    ],
    ['a page without a site', { upgrade: 'websocket', origin: 'null' }, false, true],
  ])('WebSocket: %s', (_, headers, byCookie, foreign) => {
    const request = { headers, host: '127.0.0.1:8080' } as unknown as FastifyRequest
    expect(isForeignUpgrade(request, byCookie, 'prova.example')).toBe(foreign)
  })
  it('does not take a cookie beside a bearer token', async () => {
    const response = await fetch(`${api.url}/api/v1/orders/OMCEO-AQ/staff`, {
      method: 'POST',
      headers: {
        cookie: `__Host-ceralacca_staff=${secretary}`,
        authorization: 'Bearer cls_0000000000000000000000000000000000000000000',
        'content-type': 'application/json',
        ...ours,
      },
      body: JSON.stringify(good),
    })
    expect(response.status).toBe(401)
  })
})

describe('paths and methods', () => {
  it.each([
    ['OMCEO-AQ', 200],
    ['OMCEO-TE', 404],
    ['omceo-aq', 404],
    ['OMCEO-XX', 404],
    ['OMCEO-TE%2F..%2FOMCEO-AQ', 404],
    ['OMCEO-AQ%00', 404],
    ['OMCEO-AQ%2F', 404],
    ['OMCEO-AQ ', 404],
    ['%4FMCEO-AQ', 200],
  ])('the Order %s: %i', async (order, status) => {
    const response = await fetch(`${api.url}/api/v1/orders/${order}/staff`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretary}`, 'content-type': 'application/json' },
      body: JSON.stringify(good),
    })
    expect(response.status).toBe(status)
  })
  it.each(['/orders/OMCEO-TE/../OMCEO-AQ/staff', '/orders/OMCEO-AQ/%2e%2e/OMCEO-TE/staff', '//orders/OMCEO-AQ/staff'])(
    'does not walk %s as it was sent',
    async (path) => {
      const line = await new Promise<string>((resolve) => {
        let text = ''
        const socket = connect(api.port, '127.0.0.1', () =>
          socket.write(
            `GET /api/v1${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${other}\r\nconnection: close\r\n\r\n`,
          ),
        )
        socket.on('data', (chunk) => (text += chunk))
        socket.on('close', () => resolve(text.split('\r\n')[0]!))
      })
      expect(line).toContain(' 404 ')
    },
  )
  it('says which methods there are', async () => {
    const options = await fetch(`${api.url}/api/v1/orders/X/staff`, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS'])
    expect(options.headers.get('access-control-allow-origin')).toBeNull()
    const patch = await fetch(`${api.url}/api/v1/orders/X/staff`, { method: 'PATCH' })
    expect([patch.status, patch.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS'])
  })
  it.each(['/orders/%zz/staff', '/orders/%E0%A4%A/staff', `/orders/${'x'.repeat(500)}/staff`])(
    'answers %.30s with a problem',
    async (path) => {
      const response = await fetch(`${api.url}/api/v1${path}`, { headers: { authorization: `Bearer ${secretary}` } })
      expect([400, 404]).toContain(response.status)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
    },
  )
  it('has nothing where there is nothing', async () => {
    const response = await fetch(`${api.url}/api/v1/nothing`)
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'notFound'])
  })
  it('has the sandbox in the sandbox only', async () => {
    expect((await api.call('listNotices')).status).toBe(404)
  })
  it('does not take a body of bytes beyond its limit', async () => {
    const limit = (endpoints.uploadRoll as Endpoint).body as unknown as { limitBytes: number }
    const params = { order: 'OMCEO-AQ' }
    const query = { fileName: 'albo.csv' }
    const answer = await api.call('uploadRoll', {
      params,
      query,
      as: secretary,
      body: Buffer.alloc(limit.limitBytes + 1),
    })
    expect([answer.status, answer.body.code]).toEqual([413, 'tooLarge'])
    const chunks = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    })
    const endless = await fetch(`${api.url}/api/v1/orders/OMCEO-AQ/roll?fileName=albo.csv`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretary}`, 'content-type': 'text/csv' },
      body: chunks,
      duplex: 'half',
    } as RequestInit).then(
      (response) => response.status,
      () => 'cut',
    )
    expect([413, 'cut']).toContain(endless)
  })
})

describe('a client that goes away', () => {
  it('in the middle of a file is no error of ours', async () => {
    events.length = 0
    const reading = new Promise<void>((resolve) => {
      readingBegan = resolve
    })
    const refused = new Promise<void>((resolve) => {
      heard = (event) => (event.kind === 'httpRefused' || event.kind === 'httpBug') && resolve()
    })
    const socket = connect(api.port, '127.0.0.1', () =>
      socket.write(
        `POST /api/v1/orders/OMCEO-AQ/roll?fileName=a.csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secretary}\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\na;b;c`,
      ),
    )
    await reading
    socket.destroy()
    await refused
    expect(events.map((event) => event.kind)).toEqual(['httpRefused'])
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200)
  })
})

describe('a key that comes twice', () => {
  const keyed = (key: string, body: unknown = good, as = secretary) => invite({ 'idempotency-key': key }, body, as)
  beforeAll(() => {
    outcome = async () => staffRow(addMemberCalls.length)
  })
  it('gets the same answer, and nothing is done twice', async () => {
    addMemberCalls = []
    const one = await keyed('0123456789abcdef-1')
    const two = await keyed('0123456789abcdef-1')
    expect([one.status, two.status, addMemberCalls.length]).toEqual([200, 200, 1])
    expect(two.body).toEqual(one.body)
  })
  it('also where both come at once', async () => {
    addMemberCalls = []
    const all = await Promise.all(Array.from({ length: 8 }, () => keyed('0123456789abcdef-2')))
    expect(all.map((one) => one.status)).toEqual(Array(8).fill(200))
    expect(new Set(all.map((one) => one.body.id)).size).toBe(1)
    expect(addMemberCalls.length).toBe(1)
  })
  it('may not be used for something else', async () => {
    await keyed('0123456789abcdef-3')
    const two = await keyed('0123456789abcdef-3', { ...good, name: 'Altra Persona' })
    expect([two.status, two.body.code]).toEqual([422, 'keyReused'])
  })
  it('is its caller’s alone', async () => {
    addMemberCalls = []
    await keyed('0123456789abcdef-4')
    const answer = await api.call('inviteOrderStaff', {
      params: { order: 'OMCEO-TE' },
      as: other,
      body: good,
      headers: { 'idempotency-key': '0123456789abcdef-4' },
    })
    expect([answer.status, addMemberCalls.length]).toEqual([200, 2])
  })
  it('may be tried again where nothing was done', async () => {
    outcome = async () => ({ refusal: 'staffExists' })
    expect((await keyed('0123456789abcdef-5')).status).toBe(409)
    outcome = () => Promise.reject(new Error('bug'))
    expect((await keyed('0123456789abcdef-5')).status).toBe(500)
    outcome = async () => staffRow(9)
    expect((await keyed('0123456789abcdef-5')).body).toEqual(staffRow(9))
  })
  it.each(['short', 'with space in the middle', 'x'.repeat(201)])('must be one: %s', async (key) => {
    const answer = await keyed(key)
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'Idempotency-Key'])
  })
})

describe('answers', () => {
  it('that do not fit their schema are errors of ours, and what is in them stays here', async () => {
    outcome = async () => ({ ...memberReply, secret: 'tiger' })
    const answer = await invite()
    expect([answer.status, answer.body.code, typeof answer.body.reference]).toEqual([500, 'internal', 'string'])
    expect(JSON.stringify(answer.body)).not.toContain('tiger')
  })
  it('carry no more than the schema names', async () => {
    outcome = async () => ({ ...staffRow(1), password_hash: 'x' })
    expect((await invite()).body).toEqual(staffRow(1))
  })
  it('wait for those who ask too often', async () => {
    const slow = await startApi(office, { limits: { pointsPerMinute: 3 } })
    try {
      const codes = []
      for (let i = 0; i < 5; i++) codes.push((await slow.call('getEnrolment')).status)
      expect(codes).toEqual([401, 401, 401, 429, 429])
      office.clock.advance(20_000)
      expect((await slow.call('getEnrolment')).status).toBe(401)
      const { status, headers } = await slow.call('getEnrolment')
      expect([status, headers.get('retry-after')]).toEqual([429, '20'])
    } finally {
      await slow.close()
    }
  })
})

describe('the table of endpoints', () => {
  it('names only refusals that exist', () => {
    for (const id of Object.keys(endpoints) as EndpointId[])
      for (const code of (endpoints[id] as Endpoint).refusals ?? []) expect(Object.keys(PROBLEMS)).toContain(code)
  })
  it('has the Order in the path of what is an Order’s', () => {
    for (const endpoint of Object.values(endpoints) as Endpoint[])
      expect(endpoint.path.startsWith('/orders/:order')).toBe(endpoint.access.kind === 'order')
  })
})
