// Who works where, over real requests: invitations, roles, the last administrator, and the trail of it all.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY } from '../../../../../src/core/lib/instant.ts'
import { writeAudit } from '../../../../../src/shell/audit/write.ts'
import { sendPasswordLink } from '../../../../../src/shell/identity/staff/forgotten.ts'
import { inviteWithLink, resetStaff } from '../../../../../src/shell/identity/staff/people.ts'
import { addOrder, addStaff, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

let office: TestOffice
let api: TestApi
let n = 0
let code: string
let orderId: number
let admin: { id: number; token: string }
let provider: { id: number; token: string }

beforeAll(async () => {
  office = await testOffice({ secondFactor: false })
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})
beforeEach(async () => {
  const now = office.clock.now()
  code = `OMCEO-T${++n}`
  orderId = await addOrder(office.db, code, `Ordine numero ${n}`, now)
  admin = await addStaff(
    office.db,
    { email: `admin${n}@ordine.example`, name: 'Ada Capo', roles: [{ role: 'orderAdmin', orderId }] },
    now,
  )
  provider = await addStaff(
    office.db,
    { email: `gestore${n}@alfa.example`, name: 'Ugo Gestore', roles: [{ role: 'operatorAdmin' }] },
    now,
  )
})

const params = () => ({ order: code })
const invite = (email: string, role = 'orderSecretary', as = admin.token, at = code) =>
  api.call('inviteOrderStaff', { params: { order: at }, as, body: { email, name: 'Nina Nuova', role } })
const list = async (as = admin.token) => (await api.call('listOrderStaff', { params: params(), as })).body.items
const change = (staff: number, role: string, as = admin.token) =>
  api.call('changeOrderStaff', { params: { ...params(), staff }, as, body: { role } })

/** The link of the latest invitation to an e-mail, as it was sent. */
const linkTo = async (email: string): Promise<string> => {
  const [row] = await office.db.query<{ body_text: string }>(
    't-link',
    `select body_text from notice where recipient = $1 and kind = 'staffInvitation' order by created_at desc, id limit 1`,
    [email],
  )
  return /\/invito\/(\S+)/.exec(row!.body_text)![1]!
}
const accept = (token: string, password: string) => api.call('acceptInvitation', { body: { token, password } })
const sessionOf = (answer: { headers: Headers }): string =>
  /ceralacca_staff=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')![1]!

describe('an invitation', () => {
  it('goes by e-mail, sets a password, gives the role, and is good once', async () => {
    const email = `nina${n}@ordine.example`
    const invited = await invite(email)
    expect([invited.status, invited.body]).toMatchObject([200, { email, role: 'orderSecretary', state: 'invited' }])
    expect(await list()).toMatchObject([
      { name: 'Ada Capo', state: 'active' },
      { name: 'Nina Nuova', state: 'invited' },
    ])
    const token = await linkTo(email)
    expect((await api.call('getInvitation', { body: { token } })).body).toEqual({
      email,
      name: 'Nina Nuova',
      role: 'orderSecretary',
      order: `Ordine numero ${n}`,
      hasAccount: false,
      newPassword: false,
    })
    const weak = await accept(token, 'nuova1')
    expect([weak.status, weak.body.code, weak.body.errors[0].field]).toEqual([422, 'passwordWeak', 'password'])
    const done = await accept(token, 'finestra84blu')
    expect(done.body).toMatchObject({ stage: 'full', grants: [{ role: 'orderSecretary', order: { code } }] })
    expect((await api.call('listOrderStaff', { params: params(), as: sessionOf(done) })).status).toBe(403)
    for (const answer of [await accept(token, 'finestra84blu'), await api.call('getInvitation', { body: { token } })])
      expect([answer.status, answer.body.code]).toEqual([409, 'linkInvalid'])
    expect((await api.call('signIn', { body: { email, password: 'finestra84blu' } })).status).toBe(200)
    expect((await invite(email)).body.code).toBe('staffExists')
  })
  it('of one that came first, or seven days ago, opens nothing', async () => {
    const email = `nina${n}@ordine.example`
    await invite(email)
    const first = await linkTo(email)
    office.clock.advance(1)
    await invite(email, 'orderReader')
    expect((await accept(first, 'finestra84blu')).body.code).toBe('linkInvalid')
    const second = await linkTo(email)
    office.clock.advance(7 * DAY)
    expect((await accept(second, 'finestra84blu')).body.code).toBe('linkInvalid')
  })
  it('of somebody known elsewhere asks for their password, and tells one Order nothing of the other', async () => {
    const email = `nina${n}@ordine.example`
    await invite(email)
    await accept(await linkTo(email), 'finestra84blu')
    const now = office.clock.now()
    const otherId = await addOrder(office.db, `${code}-B`, 'Altro Ordine', now)
    const other = await addStaff(
      office.db,
      { email: `b${n}@ordine.example`, roles: [{ role: 'orderAdmin', orderId: otherId }] },
      now,
    )
    office.clock.advance(1)
    const { body } = await invite(email.toUpperCase(), 'orderReader', other.token, `${code}-B`)
    expect(body).toMatchObject({ name: 'Nina Nuova', state: 'invited', secondFactor: false })
    expect(body.lastSeenAt).toBeUndefined()
    const token = await linkTo(email.toUpperCase())
    expect((await api.call('getInvitation', { body: { token } })).body.hasAccount).toBe(true)
    expect((await accept(token, 'altrapassword9')).body.code).toBe('signInWrong')
    const done = await accept(token, 'finestra84blu')
    expect(done.body.grants.map((one: { order: { code: string } }) => one.order.code)).toEqual([code, `${code}-B`])
  })
  it('accepted twice at once is accepted once', async () => {
    const email = `nina${n}@ordine.example`
    await invite(email)
    const token = await linkTo(email)
    const all = await Promise.all([accept(token, 'finestra84blu'), accept(token, 'sedia73rossa')])
    expect(all.map((one) => one.status).sort()).toEqual([200, 409])
  })
  it.each(['nessuna chiocciola', 'a@b', '@x.example', 'a b@x.example', 'x@y.example\r\nbcc: z@y.example'])(
    'goes to no %j',
    async (email) => {
      expect((await invite(email)).body.code).toBe('emailInvalid')
    },
  )
  it('holds the name on one line: nobody writes a letter of their own into it', async () => {
    const email = `nina${n}@ordine.example`
    const name = 'Nina\r\n\r\nVai su https://evil.example\u2028\u202e'
    const body = { email, name, role: 'orderReader' }
    const answer = await api.call('inviteOrderStaff', { params: params(), as: admin.token, body })
    expect(answer.body.name).toBe('Nina Vai su https://evil.example')
    const blank = await api.call('inviteOrderStaff', {
      params: params(),
      as: admin.token,
      body: { ...body, name: '\u200b \n' },
    })
    expect(blank.status).toBe(400)
  })
  it('comes from the provider for the first administrator of an Order', async () => {
    const email = `prima${n}@ordine.example`
    const body = { email, name: 'Pia Prima', role: 'orderAdmin' }
    const at = (more: object) => api.call('inviteProviderStaff', { as: provider.token, body: { ...body, ...more } })
    // there is one: the Order's people are the Order's
    expect((await at({ order: code })).body).toMatchObject({
      code: 'staffExists',
      detail: expect.stringContaining('ha già un amministratore'),
    })
    code = `${code}-N`
    await addOrder(office.db, code, 'Ordine nuovo', office.clock.now())
    expect((await at({})).body.code).toBe('orderUnknown')
    expect((await at({ order: 'OMCEO-NO' })).body.code).toBe('orderUnknown')
    expect((await at({ role: 'operator', order: code })).body.code).toBe('orderUnknown')
    expect((await at({ order: code })).status).toBe(200)
    const done = await accept(await linkTo(email), 'finestra84blu')
    expect(done.body.grants).toMatchObject([{ role: 'orderAdmin', order: { code } }])
  })
})

describe('a role', () => {
  it('changes at once, and goes with the sessions and the password', async () => {
    const email = `nina${n}@ordine.example`
    await invite(email)
    const done = await accept(await linkTo(email), 'finestra84blu')
    const { id } = (await list()).find((one: { email: string }) => one.email === email)
    expect((await change(id, 'orderAdmin')).body.role).toBe('orderAdmin')
    expect((await list(sessionOf(done))).length).toBe(2)
    expect((await change(id, 'none')).body.state).toBe('disabled')
    expect((await api.call('getSession', { as: sessionOf(done) })).status).toBe(401)
    expect((await api.call('signIn', { body: { email, password: 'finestra84blu' } })).status).toBe(401)
    expect(await list()).toHaveLength(1)
    // and may come back, with a password of its own
    office.clock.advance(1)
    await invite(email)
    expect((await api.call('getInvitation', { body: { token: await linkTo(email) } })).body.hasAccount).toBe(false)
  })
  it('of an invitation is changed and taken away too', async () => {
    const email = `nina${n}@ordine.example`
    const { id } = (await invite(email)).body
    expect((await change(id, 'orderReader')).body).toMatchObject({ role: 'orderReader', state: 'invited' })
    const token = await linkTo(email)
    await change(id, 'none')
    expect((await accept(token, 'finestra84blu')).body.code).toBe('linkInvalid')
  })
  it('of the last administrator stays', async () => {
    for (const role of ['none', 'orderReader']) expect((await change(admin.id, role)).body.code).toBe('lastAdmin')
    expect((await change(admin.id, 'orderAdmin')).status).toBe(200)
    // an invited one does not count yet
    await invite(`nina${n}@ordine.example`, 'orderAdmin')
    expect((await change(admin.id, 'none')).body.code).toBe('lastAdmin')
  })
  it('of the last two administrators: one of two who leave at once stays', async () => {
    const second = await addStaff(
      office.db,
      { email: `seconda${n}@ordine.example`, roles: [{ role: 'orderAdmin', orderId }] },
      office.clock.now(),
    )
    const all = await Promise.all([change(admin.id, 'none', second.token), change(second.id, 'none', admin.token)])
    // The second is refused as the last one, or, where it came after the first was done, as nobody.
    const [left, stayed] = all.map((one) => one.body.code ?? one.body.state).sort()
    expect([left, ['lastAdmin', 'signInNeeded'].includes(stayed)]).toEqual(['disabled', true])
  })
  it('at another Order is not there', async () => {
    expect((await change(provider.id, 'none')).body.code).toBe('notFound')
    const mine = await api.call('changeProviderStaff', {
      params: { staff: admin.id },
      as: provider.token,
      body: { role: 'none' },
    })
    expect(mine.body.code).toBe('notFound')
  })
})

describe('who has forgotten the password', () => {
  const ask = async (email: string) => {
    const answer = await api.call('requestPassword', { body: { email } })
    const outbox = office.outbox({ duty: (job) => sendPasswordLink(office, job) })
    await outbox.runDue()
    return answer
  }
  const letters = (email: string) =>
    office.db.query<{ body_text: string }>(
      't-letters',
      `select body_text from notice where recipient = $1 and kind = 'staffPassword' order by created_at`,
      [email],
    )
  it('gets a link by e-mail, once in a while, and keeps role and second factor; sessions end', async () => {
    const email = `admin${n}@ordine.example`
    const known = await ask(` ${email.toUpperCase()}`)
    const unknown = await ask('nessuno@ordine.example')
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body])
    expect(await letters('nessuno@ordine.example')).toEqual([])
    await ask(email)
    const all = await letters(email)
    expect(all).toHaveLength(1)
    const token = /\/invito\/(\S+)/.exec(all[0]!.body_text)![1]!
    const shown = (await api.call('getInvitation', { body: { token } })).body
    expect(shown).toMatchObject({ hasAccount: false, newPassword: true })
    const withFactor = await startApi({ ...office, secondFactor: true })
    try {
      const done = await withFactor.call('acceptInvitation', { body: { token, password: 'finestra84blu' } })
      // no way around the second factor
      expect(done.body).toMatchObject({ stage: 'setup', grants: [] })
    } finally {
      await withFactor.close()
    }
    expect((await api.call('getSession', { as: admin.token })).status).toBe(401)
    const back = await api.call('signIn', { body: { email, password: 'finestra84blu' } })
    expect(back.body.grants).toMatchObject([{ role: 'orderAdmin', order: { code } }])
    expect((await accept(token, 'sedia73rossa')).body.code).toBe('linkInvalid')
    expect((await list(sessionOf(back)))[0].state).toBe('active')
  })
  it('gets a link for a day only, and none that brings back a role', async () => {
    const email = `nina${n}@ordine.example`
    await invite(email)
    await accept(await linkTo(email), 'finestra84blu')
    office.clock.advance(DAY)
    await ask(email)
    const [one] = await letters(email)
    const token = /\/invito\/(\S+)/.exec(one!.body_text)![1]!
    const now = office.clock.now()
    const again = await addStaff(
      office.db,
      { email: `altra${n}@x.example`, roles: [{ role: 'orderAdmin', orderId }] },
      now,
    )
    const { id } = (await list(again.token)).find((row: { email: string }) => row.email === email)
    await change(id, 'none', again.token)
    expect((await accept(token, 'sedia73rossa')).body.code).toBe('linkInvalid')
  })
})

describe('who has lost everything', () => {
  it('is helped from the command line', async () => {
    const email = `nina${n}@ordine.example`
    const place = { id: orderId, name: 'x' }
    const invited = await inviteWithLink(office, { kind: 'system' }, place, { email, name: 'Nina', role: 'orderAdmin' })
    const first = 'refusal' in invited ? '' : invited.link
    expect(first).toMatch(/^https:\/\/prova\.example\/invito\/cll_[\w-]{43}$/)
    await accept(first.split('/invito/')[1]!, 'finestra84blu')
    const second = (await resetStaff(office, email))!
    expect((await api.call('signIn', { body: { email, password: 'finestra84blu' } })).status).toBe(401)
    const done = await accept(second.split('/invito/')[1]!, 'sedia73rossa')
    expect(done.body.grants).toMatchObject([{ role: 'orderAdmin', order: { code } }])
    expect(await resetStaff(office, 'nessuno@ordine.example')).toBeUndefined()
  })
})

describe('the trail', () => {
  const trail = (query: Record<string, string | number> = {}, as = admin.token) =>
    api.call('listOrderAudit', { params: params(), query, as })
  it('tells who did what, newest first, by pages and by filter; an Order’s to that Order alone', async () => {
    const { id } = (await invite(`nina${n}@ordine.example`)).body
    await change(id, 'orderReader')
    await change(id, 'none')
    const all = (await trail()).body
    expect(all.items.map((one: { action: string; staff: string }) => `${one.staff} ${one.action}`)).toEqual([
      'Ada Capo staff.removed',
      'Ada Capo staff.changed',
      'Ada Capo staff.invited',
    ])
    expect(all.items[1].details).toMatchObject({ before: 'orderSecretary', after: 'orderReader' })
    const one = (await trail({ limit: 2 })).body
    const two = (await trail({ limit: 2, cursor: one.next })).body
    expect([...one.items, ...two.items]).toEqual(all.items)
    expect(two.next).toBeUndefined()
    expect((await trail({ action: 'staff' })).body.items).toHaveLength(3)
    expect((await trail({ action: 'staff.invited' })).body.items).toHaveLength(1)
    expect((await trail({ action: 'sta' })).body.items).toHaveLength(0)
    expect((await trail({ subject: String(id), staff: admin.id })).body.items).toHaveLength(3)
    expect((await trail({ staff: provider.id })).body.items).toHaveLength(0)
    expect((await trail({ cursor: "1' or '1'='1" })).body.code).toBe('badRequest')
    const theirs = (await api.call('listProviderAudit', { as: provider.token, query: { staff: admin.id } })).body
    expect(theirs.items).toEqual([])
  })
  it('of the provider shows what its people did anywhere', async () => {
    const at = office.clock.now()
    await office.db.tx(async (tx) =>
      writeAudit(tx, [
        {
          at,
          actor: { kind: 'staff', staffId: provider.id, remoteAddress: '192.0.2.1' },
          orderId,
          action: 'case.approved',
          subjectKind: 'case',
          subjectId: `C-${n}`,
        },
      ]),
    )
    const query = { subject: `C-${n}` }
    expect((await api.call('listProviderAudit', { as: provider.token, query })).body.items).toHaveLength(1)
    expect((await trail(query)).body.items).toMatchObject([{ staff: 'Ugo Gestore', action: 'case.approved' }])
  })
  it.each(['update audit set action = $1', 'delete from audit where action <> $1'])('only grows: %s', async (text) => {
    await invite(`nina${n}@ordine.example`)
    await expect(office.db.query(`t-${text.slice(0, 6)}`, text, ['x'])).rejects.toThrow('only grows')
  })
})
