// Sign-in of staff over real requests: password, second factor, recovery codes, sessions, and the attacks on them.
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../../../src/core/lib/instant.ts'
import { hashPassword } from '../../../../../src/shell/identity/passwords.ts'
import { type Answer, addOrder, addStaff, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

let office: TestOffice
let api: TestApi
let passwordHash: string
let orderId: number
const password = 'tavolo73verde'
const COOKIE = '__Host-ceralacca_staff'

beforeAll(async () => {
  office = await testOffice()
  passwordHash = await hashPassword(password)
  orderId = await addOrder(office.db, 'OMCEO-AQ', 'Ordine di Prova', office.clock.now())
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

let count = 0
/** Somebody new for each test: failures are counted by account. */
const somebody = async () => {
  const email = `segreteria${++count}@ordine.example`
  const roles = [{ role: 'orderAdmin' as const, orderId }]
  const { id } = await addStaff(office.db, { email, name: 'Anna Neri', roles, passwordHash }, office.clock.now())
  return { id, email }
}
/** Each from an address of its own, so that one test's failures do not slow another's. */
let address = 0
const from = (): Record<string, string> => {
  address += 1
  return { 'x-forwarded-for': `203.0.113.${address % 250}` }
}
const cookieOf = (answer: Answer): string | undefined =>
  new RegExp(`^${COOKIE}=([^;]*)`).exec(answer.headers.get('set-cookie') ?? '')?.[1]
const signIn = (email: string, typed = password, headers: Record<string, string> = from()) =>
  api.call('signIn', { body: { email, password: typed }, headers })

const codeAt = (secret: string, at = office.clock.now()): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: at })

/** Signs in for the first time and sets up the second factor. */
const setUp = async (email: string) => {
  const half = cookieOf(await signIn(email))!
  const { body: shown } = await api.call('getSecondFactorSetup', { as: half })
  const answer = await api.call('confirmSecondFactor', { as: half, body: { code: codeAt(shown.secret) } })
  office.clock.advance(MINUTE)
  return { half, secret: shown.secret as string, shown, answer, token: cookieOf(answer)! }
}
const secondFactor = (half: string, code: string) => api.call('giveSecondFactor', { as: half, body: { code } })

describe('the first sign-in', () => {
  it('asks to set up the second factor, and opens nothing before', async () => {
    const { email } = await somebody()
    const answer = await signIn(email)
    expect(answer.body).toMatchObject({
      stage: 'setup',
      email,
      grants: [],
      secondFactor: { required: true, set: false },
    })
    const half = cookieOf(answer)!
    expect(answer.headers.get('set-cookie')).toMatch(/; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax; Secure$/)
    expect((await api.call('listSessions', { as: half })).status).toBe(401)
    expect((await api.call('listOrderStaff', { params: { order: 'OMCEO-AQ' }, as: half })).status).toBe(401)
  })
  it('shows a secret and its QR, the same until it is confirmed, and gives recovery codes once', async () => {
    const { email } = await somebody()
    const half = cookieOf(await signIn(email))!
    const one = await api.call('getSecondFactorSetup', { as: half })
    const two = await api.call('getSecondFactorSetup', { as: half })
    expect(two.body.secret).toBe(one.body.secret)
    expect(one.body.qrSvg).toMatch(/^<svg /)
    expect(one.body.uri).toContain('otpauth://totp/')
    const code = codeAt(one.body.secret)
    const wrong = await api.call('confirmSecondFactor', {
      as: half,
      body: { code: code === '123456' ? '1' : '123456' },
    })
    expect([wrong.status, wrong.body.code]).toEqual([422, 'codeWrong'])
    const right = await api.call('confirmSecondFactor', { as: half, body: { code } })
    expect(right.body.session).toMatchObject({
      stage: 'full',
      grants: [{ role: 'orderAdmin', order: { code: 'OMCEO-AQ' } }],
      secondFactor: { set: true, recoveryCodesLeft: 10 },
    })
    expect(new Set(right.body.recoveryCodes).size).toBe(10)
    expect(right.body.recoveryCodes[0]).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
    const again = await api.call('getSecondFactorSetup', { as: cookieOf(right)! })
    expect([again.status, again.body.code]).toEqual([409, 'notInThisState'])
  })
  it('keeps the secret sealed, and only the digest of the session', async () => {
    const { email, id } = await somebody()
    const { secret, token } = await setUp(email)
    const [row] = await office.db.query<{ totp_secret: Uint8Array }>(
      't-secret',
      'select totp_secret from staff where id = $1',
      [id],
    )
    const bytes = Buffer.from(Secret.fromBase32(secret.replaceAll(' ', '')).buffer)
    expect(Buffer.from(row!.totp_secret).includes(bytes)).toBe(false)
    const sessions = await office.db.query('t-session', 'select * from staff_session where staff_id = $1', [id])
    expect(JSON.stringify(sessions)).not.toContain(token)
  })
})

describe('the second factor', () => {
  it('takes each code once, and none older than one that was used', async () => {
    const { email } = await somebody()
    const { secret } = await setUp(email)
    const code = codeAt(secret)
    const half = cookieOf(await signIn(email))!
    const one = await secondFactor(half, code)
    expect([one.status, one.body.stage]).toEqual([200, 'full'])
    const half2 = cookieOf(await signIn(email))!
    expect((await secondFactor(half2, code)).body.code).toBe('codeWrong')
    expect((await secondFactor(half2, codeAt(secret, office.clock.now() - 30_000))).body.code).toBe('codeWrong')
    office.clock.advance(30_000)
    expect((await secondFactor(half2, codeAt(secret))).status).toBe(200)
  })
  it('lets one of two who use the same code at once in', async () => {
    const { email } = await somebody()
    const { secret } = await setUp(email)
    const halves = [cookieOf(await signIn(email))!, cookieOf(await signIn(email))!]
    const code = codeAt(secret)
    const all = await Promise.all(halves.map((half) => secondFactor(half, code)))
    expect(all.map((one) => one.status).sort()).toEqual([200, 422])
  })
  it('is not to be guessed: five wrong codes, then waits that double, for a crowd too', async () => {
    const { email } = await somebody()
    const { secret } = await setUp(email)
    const half = cookieOf(await signIn(email))!
    const wrong = () => secondFactor(half, codeAt(secret, office.clock.now() - DAY))
    const crowd = await Promise.all(Array.from({ length: 12 }, wrong))
    expect(crowd.filter((one) => one.body.code === 'codeWrong')).toHaveLength(5)
    expect(crowd.filter((one) => one.body.code === 'tooManyAttempts')).toHaveLength(7)
    // the right one is not looked at either, nor from a new session at another address
    expect((await secondFactor(half, codeAt(secret))).status).toBe(429)
    expect((await secondFactor(cookieOf(await signIn(email))!, codeAt(secret))).status).toBe(429)
    office.clock.advance(MINUTE)
    expect((await wrong()).status).toBe(422)
    office.clock.advance(MINUTE)
    expect((await wrong()).status).toBe(429)
    office.clock.advance(MINUTE)
    expect((await secondFactor(half, codeAt(secret))).status).toBe(200)
  })
  it('takes each recovery code once, written as people write, and tells by e-mail', async () => {
    const { email } = await somebody()
    const { answer } = await setUp(email)
    const [code] = answer.body.recoveryCodes as string[]
    const half = cookieOf(await signIn(email))!
    const one = await secondFactor(half, ` ${code!.toLowerCase().replaceAll('-', ' ')} `)
    expect([one.status, one.body.secondFactor.recoveryCodesLeft]).toEqual([200, 9])
    const half2 = cookieOf(await signIn(email))!
    expect((await secondFactor(half2, code!)).body.code).toBe('codeWrong')
    const notices = await office.db.query<{ subject: string }>(
      't-notices',
      'select subject from notice where recipient = $1 order by created_at',
      [email],
    )
    expect(notices.map((one) => one.subject)).toContain('È stato usato un codice di recupero')
  })
  it('gives new recovery codes for a code, and the old ones open nothing any more', async () => {
    const { email } = await somebody()
    const { answer, secret, token } = await setUp(email)
    const renew = (code: string) => api.call('renewRecoveryCodes', { as: token, body: { code } })
    expect((await renew('000000x')).body.code).toBe('codeWrong')
    const { body } = await renew(codeAt(secret))
    expect(body.recoveryCodes).toHaveLength(10)
    const half = cookieOf(await signIn(email))!
    expect((await secondFactor(half, answer.body.recoveryCodes[0])).body.code).toBe('codeWrong')
    expect((await secondFactor(half, body.recoveryCodes[0])).status).toBe(200)
  })
  it('is needed soon: half a session ends after a quarter of an hour', async () => {
    const { email } = await somebody()
    const { secret } = await setUp(email)
    const half = cookieOf(await signIn(email))!
    office.clock.advance(15 * MINUTE)
    expect((await secondFactor(half, codeAt(secret))).body.code).toBe('signInWrong')
  })
})

describe('a session', () => {
  it('gets a new secret at each step, and the old one opens nothing: none can be planted', async () => {
    const { email } = await somebody()
    const { secret } = await setUp(email)
    const planted = cookieOf(await signIn(email))!
    const answer = await api.call('giveSecondFactor', {
      headers: { cookie: `${COOKIE}=${planted}` },
      body: { code: codeAt(secret) },
    })
    const token = cookieOf(answer)!
    expect(token).not.toBe(planted)
    expect((await api.call('getSession', { as: planted })).status).toBe(401)
    expect((await api.call('getSession', { as: token })).body.stage).toBe('full')
  })
  it('ends after an hour without use, and after twelve in any case', async () => {
    const { email } = await somebody()
    const { token } = await setUp(email)
    office.clock.advance(58 * MINUTE)
    expect((await api.call('getSession', { as: token })).status).toBe(200)
    office.clock.advance(HOUR)
    expect((await api.call('getSession', { as: token })).status).toBe(401)
    const { secret, token: busy } = await setUp((await somebody()).email)
    for (let i = 0; i < 23; i++) {
      office.clock.advance(31 * MINUTE)
      expect((await api.call('getSession', { as: busy })).status).toBe(200)
    }
    office.clock.advance(31 * MINUTE)
    expect((await api.call('getSession', { as: busy })).status).toBe(401)
    expect(secret).toBeDefined()
  })
  it('is listed with the others, and may be ended; nobody else’s', async () => {
    const { email, id } = await somebody()
    const stranger = await setUp((await somebody()).email)
    const { secret, token } = await setUp(email)
    const half = cookieOf(await signIn(email))!
    const second = cookieOf(await secondFactor(half, codeAt(secret)))!
    const { body } = await api.call('listSessions', { as: token })
    // the one that addStaff made is there too
    expect(body.items).toHaveLength(3)
    expect(body.items.filter((one: { current: boolean }) => one.current)).toHaveLength(1)
    const foreign = await api.call('endSession', { params: { session: body.items[0].id }, as: stranger.token })
    expect(foreign.status).toBe(404)
    for (const one of body.items)
      if (!one.current)
        expect((await api.call('endSession', { params: { session: one.id }, as: token })).status).toBe(204)
    expect((await api.call('getSession', { as: second })).status).toBe(401)
    expect((await api.call('getSession', { as: token })).status).toBe(200)
    const out = await api.call('signOut', { as: token })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
    expect((await api.call('getSession', { as: token })).status).toBe(401)
    const trail = await office.db.query<{ action: string }>(
      't-trail',
      'select action from audit where staff_id = $1 order by id',
      [id],
    )
    expect(trail.map((one) => one.action)).toEqual([
      'secondFactor.set',
      'session.begun',
      'session.begun',
      'session.ended',
      'session.ended',
      'session.ended',
    ])
  })
  it('dies with a new password, but for the one in which it was set', async () => {
    const { email } = await somebody()
    const { secret, token } = await setUp(email)
    const other = cookieOf(await secondFactor(cookieOf(await signIn(email))!, codeAt(secret)))!
    const change = (current: string, next: string) =>
      api.call('changePassword', { as: token, body: { current, next }, headers: from() })
    expect((await change('sbagliata1', 'finestra84blu')).body.code).toBe('signInWrong')
    const weak = await change(password, 'annaneri1')
    expect([weak.status, weak.body.errors.map((e: { code: string }) => e.code)]).toEqual([
      422,
      ['length', 'notPersonal'],
    ])
    expect((await change(password, 'finestra84blu')).status).toBe(204)
    expect((await api.call('getSession', { as: other })).status).toBe(401)
    expect((await api.call('getSession', { as: token })).status).toBe(200)
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(email, 'finestra84blu')).status).toBe(200)
  })
  it('ends when the role is taken away', async () => {
    const { email, id } = await somebody()
    const { token } = await setUp(email)
    await office.db.query('t-disable', `update staff set state = 'disabled' where id = $1`, [id])
    expect((await api.call('getSession', { as: token })).status).toBe(401)
    expect((await signIn(email)).body.code).toBe('signInWrong')
  })
})

describe('e-mail and password', () => {
  it('get the same answer whether the e-mail is known or not', async () => {
    const { email } = await somebody()
    const [wrong, unknown] = [await signIn(email, 'sbagliata1'), await signIn('nessuno@ordine.example', 'sbagliata1')]
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body])
    expect([...unknown.headers.keys()].sort()).toEqual([...wrong.headers.keys()].sort())
  })
  it('are slowed alike', async () => {
    const { email } = await somebody()
    for (const one of [email, 'nessuno2@ordine.example']) {
      const headers = from()
      const codes = []
      for (let i = 0; i < 5; i++) codes.push((await signIn(one, `sbagliata${i}`, headers)).body.code)
      expect(codes).toEqual(['signInWrong', 'signInWrong', 'signInWrong', 'tooManyAttempts', 'tooManyAttempts'])
      // the right one is not looked at either
      expect((await signIn(one, password, headers)).body.code).toBe('tooManyAttempts')
    }
    office.clock.advance(MINUTE)
    expect((await signIn(email)).status).toBe(200)
  })
  it('are typed as people type: case and spaces of the e-mail do not count', async () => {
    const { email } = await somebody()
    expect((await signIn(` ${email.toUpperCase()} `)).status).toBe(200)
  })
  it('cannot be sent by another site: nobody is signed in as somebody else unawares', async () => {
    const { email } = await somebody()
    const answer = await signIn(email, password, { ...from(), 'sec-fetch-site': 'cross-site' })
    expect([answer.status, answer.body.code, cookieOf(answer)]).toEqual([403, 'crossSite', undefined])
  })
  it.each(['\r\nset-cookie: x=y', '"; Domain=evil.example', 'x'.repeat(300)])(
    'put nothing into a header: %j',
    async (planted) => {
      const { email } = await somebody()
      const answer = await signIn(email, password, { ...from(), cookie: `${COOKIE}=${encodeURIComponent(planted)}` })
      expect(answer.headers.getSetCookie()).toHaveLength(1)
      expect(answer.headers.get('set-cookie')).not.toContain('evil')
    },
  )
})

describe('where no second factor is asked for', () => {
  it('password alone opens', async () => {
    const { email } = await somebody()
    const sandbox = await startApi({
      ...office,
      secondFactor: false,
      sandbox: true,
      publicUrl: 'http://localhost:8080',
    })
    try {
      const answer = await sandbox.call('signIn', { body: { email, password } })
      expect(answer.body).toMatchObject({ stage: 'full', secondFactor: { required: false, set: false } })
      expect(answer.headers.get('set-cookie')).toMatch(
        /^ceralacca_staff=cls_[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/,
      )
      expect((await sandbox.call('listNotices')).status).toBe(200)
    } finally {
      await sandbox.close()
    }
  })
})
