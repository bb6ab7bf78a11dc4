// Alerts on devices and to webhooks over a real database, a real push service and a real receiver on this machine: each
// thing once in each channel in whatever order nodes run and crash; what the other server answers; the endpoints.
import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/lib/instant.ts'
import { openPoster } from '../../../src/shell/adapters/poster.ts'
import { openVault } from '../../../src/shell/adapters/vault.ts'
import { newVapidKey, openVapid } from '../../../src/shell/adapters/webPush.ts'
import { deliverAlert } from '../../../src/shell/alerts/deliver.ts'
import { sweepFilling } from '../../../src/shell/alerts/filling.ts'
import { runAlerts } from '../../../src/shell/alerts/run.ts'
import { sweepAlerts } from '../../../src/shell/alerts/send.ts'
import { type Database, timestamp } from '../../../src/shell/db/pool.ts'
import { resealWebhooks } from '../../../src/shell/identity/reseal.ts'
import { appendJournal } from '../../../src/shell/journal/store.ts'
import { addAccount, startApi, type TestApi } from '../../support/api.ts'
import { OFFICE_TIME, type TestOffice, testOffice } from '../../support/office.ts'
import { newBrowser, type TestBrowser } from '../../support/pushBrowser.ts'

type Posted = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }

let office: TestOffice
let api: TestApi
let server: Server
let base: string
let posted: Posted[] = []
/** What the server answers at a path; 201 where nothing is said. */
const answers = new Map<string, { readonly status: number; readonly retryAfter?: string }>()
let turn = 0
let anna: { address: string; reference: string; token: string; box: number }

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      posted.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks) })
      const { status, retryAfter } = answers.get(request.url!) ?? { status: 201 }
      response.writeHead(status, retryAfter ? { 'retry-after': retryAfter } : {}).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  office = await testOffice({
    sandbox: true,
    poster: openPoster({ loopback: true }),
    vapid: openVapid(newVapidKey(), 'mailto:attivazioni@prova.example'),
  })
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(async () => {
  posted = []
  answers.clear()
  // Ten in the morning in Italy.
  office.clock.advance(DAY - ((office.clock.now() - OFFICE_TIME) % DAY))
  turn += 1
  const address = `anna${turn}@pec.prova.example`
  const reference = `anna${turn}@posta.example`
  const token = await addAccount(office.db, { rights: 'own', address }, {}, office.clock.now())
  const [row] = await office.db.query<{ id: number }>(
    't-reference',
    `update account set reference_email = $2 from mailbox b where b.id = mailbox_id and b.address = $1 returning b.id`,
    [address, reference],
  )
  anna = { address, reference, token, box: row!.id }
})

/** Calls as somebody who has just signed in, however far the clock went. */
const call: TestApi['call'] = async (id, sent) => {
  const now = office.clock.now()
  await office.db.query('t-fresh', 'update account_session set seen_at = $1, proved_at = $1, expires_at = $2', [
    timestamp(now),
    timestamp(now + DAY),
  ])
  return api.call(id, { as: anna.token, ...sent })
}
const PLAIN = { showSender: false, showSubject: false }

type Device = { readonly id: string; readonly path: string; readonly browser: TestBrowser }
const addDevice = async (changes: object = {}): Promise<Device> => {
  const browser = await newBrowser()
  const path = `/push/${randomBytes(8).toString('hex')}`
  const { p256dh, auth } = browser
  const body = { name: 'Telefono', language: 'it', ...PLAIN, endpoint: base + path, p256dh, auth, ...changes }
  const answer = await call('addAlertDevice', { body })
  expect(answer.status).toBe(200)
  return { id: answer.body.id, path, browser }
}
/** Sets a webhook; gives its path and its key. */
const addWebhook = async (changes: object = {}): Promise<{ path: string; key: Buffer }> => {
  const path = `/hook/${turn}`
  const answer = await call('setWebhook', { body: { url: base + path, ...PLAIN, ...changes } })
  expect(answer.status).toBe(200)
  return { path, key: keyOf(answer.body.secret) }
}
const keyOf = (secret: string): Buffer => {
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  return Buffer.from(secret.slice('whsec_'.length), 'base64')
}

let number = 0
/** A delivery as the journal tells of it; gives its msgid. */
const deliver = async (): Promise<string> => {
  const msgid = `m${++number}@pec.altro.example`
  await office.db.tx((tx) =>
    appendJournal(tx, [
      {
        event: 'delivered',
        at: office.clock.now(),
        msgid,
        sender: 'tizio@pec.altro.example',
        recipients: [anna.address],
        subject: 'Notifica di un atto',
        related: [],
        provider: 'Altro',
      },
    ]),
  )
  return msgid
}
const outbox = (changed: Partial<TestOffice> = {}) =>
  office.outbox({ alert: (job) => deliverAlert({ ...office, ...changed }, job) })
/** Finds, tells and sends whatever is due. */
const run = async (): Promise<void> => {
  await runAlerts(office)
  await outbox().runDue()
}
const at = (path: string): readonly Posted[] => posted.filter((one) => one.path === path)
const shownAt = async ({ path, browser }: Device) =>
  Promise.all(at(path).map(async ({ body }) => JSON.parse(await browser.open(body))))
const letters = (kind = '%') =>
  office.db.query<{ kind: string; text: string }>(
    't-letters',
    'select kind, body_text as text from notice where recipient = $1 and kind like $2 order by created_at, kind',
    [anna.reference, kind],
  )
const waiting = () =>
  office.db.query<{ due: number }>(
    't-waiting',
    `select o.due_at as due from outbox o join alert_delivery d on d.id = o.id where d.mailbox_id = $1 and d.state = 'waiting'`,
    [anna.box],
  )

describe('a device', () => {
  it('is told of a message once, in a form that it alone reads, without sender and subject', async () => {
    const device = await addDevice()
    await deliver()
    await run()
    await run()
    const [message, ...more] = await shownAt(device)
    expect(more).toEqual([])
    expect(message).toMatchObject({ title: 'Nuovo messaggio PEC', body: anna.address, url: '/posta' })
    const { headers, body } = at(device.path)[0]!
    expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400', urgency: 'high' })
    expect(headers.topic).toMatch(/^[\w-]{32}$/)
    expect(headers.authorization).toMatch(/^vapid t=/)
    expect(body.toString('latin1')).not.toContain('anna')
    const { items } = (await call('listAlertDevices')).body
    expect(items[0].lastOkAt).toBe(new Date(office.clock.now()).toISOString())
  })
  it('names sender and subject where it was told to, in its language, and no longer than that', async () => {
    const device = await addDevice({ showSender: true, showSubject: true, language: 'en' })
    await deliver()
    await run()
    await call('changeAlertDevice', { params: { device: device.id }, body: { name: 'Studio', ...PLAIN } })
    await deliver()
    await run()
    const bodies = (await shownAt(device)).map(({ body }) => body)
    expect(bodies).toEqual([`tizio@pec.altro.example\n«Notifica di un atto»\n${anna.address}`, anna.address])
    const kept = await office.db.query(
      't-kept',
      `select from alert where mailbox_id = $1 and (sender is not null or subject is not null)
       union all select from alert_delivery where mailbox_id = $1 and body is not null`,
      [anna.box],
    )
    expect(kept).toEqual([])
  })
  it('waits for the end of quiet hours, and not for the letter of the day; a webhook waits for nothing', async () => {
    const device = await addDevice()
    const { path } = await addWebhook()
    const body = {
      email: true,
      ...PLAIN,
      timing: 'digest',
      digestHour: 18,
      quiet: { fromHour: 9, toHour: 12 },
      unread: true,
      filling: true,
    }
    expect((await call('setAlerts', { body })).status).toBe(200)
    for (let i = 0; i < 3; i++) await deliver()
    await run()
    expect([at(device.path).length, at(path).length]).toEqual([0, 3])
    office.clock.advance(2 * HOUR)
    await run()
    expect((await shownAt(device)).map(({ title }) => title)).toEqual(['3 nuovi messaggi PEC'])
    expect(await letters()).toHaveLength(1) // that there is a webhook
    office.clock.advance(6 * HOUR)
    await run()
    expect((await letters('alert.message')).length).toBe(1)
    expect([at(device.path).length, at(path).length]).toEqual([1, 3])
  })
  it.each([404, 410])('that the service does not know any more (%i) is removed', async (status) => {
    const device = await addDevice()
    answers.set(device.path, { status })
    await deliver()
    await run()
    expect((await call('listAlertDevices')).body.items).toEqual([])
    await deliver()
    await run()
    expect(at(device.path)).toHaveLength(1)
    expect(await waiting()).toEqual([])
  })
  it('is tried again when its service says so, under the same topic, for a day', async () => {
    const device = await addDevice()
    answers.set(device.path, { status: 429, retryAfter: '600' })
    const begun = office.clock.now()
    await deliver()
    await run()
    expect(await waiting()).toEqual([{ due: begun + 10 * MINUTE }])
    answers.set(device.path, { status: 503 })
    for (let tries = 0; tries < 200 && (await waiting()).length > 0; tries++) {
      office.clock.advance(10 * MINUTE)
      await outbox().runDue()
    }
    expect(await waiting()).toEqual([])
    expect(office.clock.now() - begun).toBeGreaterThan(22 * HOUR)
    expect(office.clock.now() - begun).toBeLessThanOrEqual(DAY)
    expect(new Set(at(device.path).map(({ headers }) => headers.topic)).size).toBe(1)
    expect((await call('listAlertDevices')).body.items[0].lastFailedAt).toBeDefined()
    expect(office.failures).toEqual([])
  })
})

describe('each thing', () => {
  const ids = () =>
    posted
      .map(({ path, headers }) => `${path} ${headers.topic ?? headers['webhook-id']}`)
      .sort((a, b) => (a < b ? -1 : 1))

  it('is told once on each channel by nodes that run at once', async () => {
    await addDevice()
    await addDevice({ name: 'Studio' })
    await addWebhook()
    for (let i = 0; i < 4; i++) {
      await deliver()
      await Promise.all([runAlerts(office), runAlerts(office), runAlerts(office)])
      await Promise.all([outbox().runDue(), outbox().runDue(), outbox().runDue()])
    }
    expect(posted).toHaveLength(12)
    expect(new Set(ids()).size).toBe(12)
    expect(await letters('alert.message')).toHaveLength(4)
  })
  it('is told once on each channel where each transaction crashes before its commit', async () => {
    await addDevice()
    await addWebhook()
    await deliver()
    for (let crashes = 0; ; crashes++) {
      let before = crashes
      let crashed = false
      const tx: Database['tx'] = (work) =>
        office.db.tx(async (inner) => {
          const value = await work(inner)
          if (before-- === 0) {
            crashed = true
            throw new Error('the lights went out')
          }
          return value
        })
      const failing = { db: { ...office.db, tx } }
      await runAlerts({ ...office, ...failing }).catch(() => {})
      await outbox(failing).runDue()
      if (!crashed) break
      // what was put off after a crash
      office.clock.advance(HOUR)
    }
    office.failures.splice(0)
    // A crash after the other side has it sends again: under the same id, by which one side replaces and the other knows it.
    expect(posted.length).toBeGreaterThan(2)
    expect(new Set(ids()).size).toBe(2)
    expect(await letters('alert.message')).toHaveLength(1)
    expect(await waiting()).toEqual([])
  })
  it('of other kinds is told on each channel, too', async () => {
    const device = await addDevice()
    const { path } = await addWebhook()
    await office.db.query('t-fill', 'update mailbox set used_bytes = quota_bytes * 86 / 100 where id = $1', [anna.box])
    await sweepFilling(office)
    await run()
    await sweepFilling(office)
    await run()
    expect(await shownAt(device)).toMatchObject([{ title: 'Casella PEC piena all’85%' }])
    expect(at(path).map(({ body }) => JSON.parse(body.toString()).data)).toEqual([
      { mailbox: anna.address, usedPercent: 85 },
    ])
    expect(await letters('alert.filling')).toHaveLength(1)
  })
})

describe('a webhook', () => {
  /** Whether a request is signed by a key, as a receiver checks it. */
  const isSigned = ({ headers, body }: Posted, key: Buffer): boolean => {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
    return String(headers['webhook-signature']).split(' ').includes(wanted)
  }
  it('is posted what happened, signed, without content; sender and subject where it was told to', async () => {
    const { path, key } = await addWebhook()
    const msgid = await deliver()
    await run()
    await call('setWebhook', { body: { url: base + path, showSender: true, showSubject: true } })
    await deliver()
    await run()
    const [plain, full] = at(path)
    const receivedAt = new Date(office.clock.now()).toISOString()
    expect(JSON.parse(plain!.body.toString())).toEqual({
      type: 'message.delivered',
      timestamp: receivedAt,
      data: { mailbox: anna.address, messageId: msgid, receivedAt },
    })
    expect(plain!.headers['content-type']).toBe('application/json')
    expect(plain!.headers['webhook-timestamp']).toBe(String(Math.floor(office.clock.now() / 1_000)))
    expect(JSON.parse(full!.body.toString()).data).toMatchObject({
      sender: 'tizio@pec.altro.example',
      subject: 'Notifica di un atto',
    })
    expect([plain!, full!].map((one) => isSigned(one, key))).toEqual([true, true])
    expect(isSigned(plain!, randomBytes(32))).toBe(false)
    expect((await letters('alert.webhookSet')).length).toBe(1)
  })
  it('is signed by the old secret and the new one for a day, and after that by the new one', async () => {
    const { path, key } = await addWebhook()
    const renewed = keyOf((await call('renewWebhookSecret')).body.secret)
    await deliver()
    await run()
    // Another master key in between: the secrets stay what they are.
    const old = { id: 'test', key: new Uint8Array(32).fill(7) }
    const vault = openVault([old, { id: 'new', key: new Uint8Array(32).fill(8) }])
    expect(await resealWebhooks(office.db, vault)).toBeGreaterThan(0)
    expect(await resealWebhooks(office.db, vault)).toBe(0)
    office.clock.advance(DAY)
    await deliver()
    await runAlerts(office)
    await outbox({ vault }).runDue()
    expect(at(path).map((one) => [isSigned(one, key), isSigned(one, renewed)])).toEqual([
      [true, true],
      [false, true],
    ])
    await office.db.query('t-unseal', 'delete from webhook', [])
  })
  it('that takes nothing for three days is switched off, and its holder told', async () => {
    const { path } = await addWebhook()
    answers.set(path, { status: 500 })
    const begun = office.clock.now()
    await deliver()
    await run()
    office.clock.advance(SECOND)
    await deliver()
    while ((await waiting()).length > 0) {
      const [next] = (await waiting()).map(({ due }) => due).sort((a, b) => a - b)
      office.clock.advance(Math.max(0, next! - office.clock.now()))
      await run()
    }
    expect(office.clock.now() - begun).toBe(3 * DAY)
    const { webhook, outcomes } = (await call('getWebhook')).body
    expect(webhook.offReason).toBe('failing')
    expect(outcomes.map(({ state, status }: { state: string; status: number }) => [state, status])).toEqual([
      ['failed', 500],
      ['failed', 500],
    ])
    expect(new Set(at(path).map(({ headers }) => headers['webhook-id'])).size).toBe(2)
    expect((await letters('alert.webhookOff')).length).toBe(1)
    const before = posted.length
    await deliver()
    await run()
    expect(posted).toHaveLength(before)
    // Setting it switches it on again; the secret stays.
    answers.clear()
    expect((await call('setWebhook', { body: { url: base + path, ...PLAIN } })).body).toEqual({})
    await deliver()
    await run()
    expect(posted).toHaveLength(before + 1)
  })
  it('that refuses one thing and takes others stays on', async () => {
    const { path } = await addWebhook()
    answers.set(path, { status: 400 })
    await deliver()
    await run()
    answers.clear()
    office.clock.advance(SECOND)
    await deliver()
    await runAlerts(office)
    await outbox().runDue()
    answers.set(path, { status: 400 })
    while ((await waiting()).length > 0) {
      office.clock.advance(HOUR)
      await outbox().runDue()
    }
    const { webhook, outcomes } = (await call('getWebhook')).body
    expect(webhook.offAt).toBeUndefined()
    expect(outcomes.map(({ state }: { state: string }) => state)).toEqual(['delivered', 'failed'])
  })
  it('that says that it is gone is switched off at once', async () => {
    const { path } = await addWebhook()
    answers.set(path, { status: 410 })
    await deliver()
    await deliver()
    await run()
    expect((await call('getWebhook')).body.webhook.offReason).toBe('gone')
    expect(await waiting()).toEqual([])
    expect((await letters('alert.webhookOff')).length).toBe(1)
  })
  it('is tried by a button, also while it is off; then removed', async () => {
    const { path, key } = await addWebhook()
    answers.set(path, { status: 302 })
    expect((await call('tryWebhook')).body).toEqual({ delivered: false, status: 302 })
    answers.clear()
    office.clock.advance(SECOND)
    expect((await call('tryWebhook')).body).toEqual({ delivered: true, status: 201 })
    expect(at(path).every((one) => isSigned(one, key))).toBe(true)
    expect((await call('getWebhook')).body.outcomes).toMatchObject([
      { event: 'webhook.test', state: 'delivered', status: 201 },
      { event: 'webhook.test', state: 'failed', status: 302 },
    ])
    expect((await call('removeWebhook')).status).toBe(204)
    for (const id of ['removeWebhook', 'tryWebhook', 'renewWebhookSecret'] as const)
      expect((await call(id)).status).toBe(404)
    expect((await call('getWebhook')).body.webhook).toBeUndefined()
  })
})

describe('the endpoints', () => {
  it('take no address that leads into our network, and no keys that are none', async () => {
    const { p256dh, auth } = await newBrowser()
    const device = { name: 'Telefono', language: 'it', ...PLAIN, endpoint: `${base}/x`, p256dh, auth }
    for (const wrong of [
      { endpoint: 'https://169.254.169.254/' },
      { endpoint: 'ftp://127.0.0.1/' },
      { endpoint: 'https://[fd00::1]/' },
      { p256dh: auth },
      { auth: 'AAAA' },
    ]) {
      const answer = await call('addAlertDevice', { body: { ...device, ...wrong } })
      expect([answer.status, answer.body.code]).toEqual([422, 'pushRefused'])
    }
    for (const url of [
      'https://10.0.0.1/',
      'https://anna:x@127.0.0.1/',
      'gopher://127.0.0.1/',
      'https://[::ffff:10.0.0.1]/',
    ]) {
      const answer = await call('setWebhook', { body: { url, ...PLAIN } })
      expect([answer.status, answer.body.code]).toEqual([422, 'webhookUrlWrong'])
    }
  })
  it('know a browser that comes again, try it, and touch nobody else’s', async () => {
    const device = await addDevice()
    const { p256dh, auth } = device.browser
    const again = await addDevice({ endpoint: base + device.path, p256dh, auth, name: 'Il mio telefono' })
    expect(again.id).toBe(device.id)
    const { serverKey, items } = (await call('listAlertDevices')).body
    expect(serverKey).toBe(office.vapid!.publicKey)
    expect(items).toMatchObject([{ id: device.id, name: 'Il mio telefono' }])
    const params = { device: device.id }
    expect((await call('tryAlertDevice', { params })).body).toEqual({ delivered: true, status: 201 })
    expect(await shownAt(device)).toMatchObject([{ title: 'Avvisi attivi' }])
    const other = await addAccount(
      office.db,
      { rights: 'own', address: `altra${turn}@pec.prova.example` },
      {},
      office.clock.now(),
    )
    const body = { name: 'x', ...PLAIN }
    for (const id of ['tryAlertDevice', 'removeAlertDevice', 'changeAlertDevice'] as const)
      expect((await call(id, { as: other, params, ...(id === 'changeAlertDevice' ? { body } : {}) })).status).toBe(404)
    expect((await call('removeAlertDevice', { params })).status).toBe(204)
    expect((await call('listAlertDevices')).body.items).toEqual([])
  })
  it('take twenty devices, and forget what left after a month', async () => {
    for (let i = 0; i < 20; i++) await addDevice()
    const { p256dh, auth } = await newBrowser()
    const body = { name: 'uno di troppo', language: 'it', ...PLAIN, endpoint: `${base}/x`, p256dh, auth }
    expect((await call('addAlertDevice', { body })).body.code).toBe('tooManyDevices')
    await deliver()
    await run()
    office.clock.advance(30 * DAY)
    await sweepAlerts(office)
    expect(await office.db.query('t-left', 'select from alert_delivery where mailbox_id = $1', [anna.box])).toEqual([])
  })
})
