// Second factor, passkeys, trusted devices and history of an account over HTTP, and attacks on them.
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../../../src/core/lib/instant.ts'
import { setPassword } from '../../../../../src/shell/identity/passwords.ts'
import { createMailbox } from '../../../../../src/shell/mailstore/mailboxes.ts'
import { type Answer, startApi, type TestApi } from '../../../../support/api.ts'
import { makeAuthenticator } from '../../../../support/authenticator.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

const PASSWORD = 'quattro Mele verdi 7'
const NEXT = 'otto Pere rosse 31'
let office: TestOffice
let api: TestApi
let address: string
let made = 0

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})
beforeEach(async () => {
  address = `casella${made++}@pec.prova.example`
  await createMailbox(office.db, { address, displayName: 'Anna Verdi', quotaBytes: 1_000_000, uidValidity: 1 })
  await setPassword(office.db, address, PASSWORD)
  // Another hour: what failed in one test slows no other.
  office.clock.advance(HOUR)
})

type Browser = Map<string, string>
/** Calls as a browser does that keeps its cookies. */
const as = async (browser: Browser, ...[id, sent = {}]: Parameters<TestApi['call']>): Promise<Answer> => {
  const cookie = [...browser].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await api.call(id, { ...sent, headers: { cookie } })
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
    browser.set(name!, value!)
  }
  return answer
}
const enter = (browser: Browser, password = PASSWORD) =>
  as(browser, 'signInToAccount', { body: { name: address, password } })
const codeOf = (secret: string): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: office.clock.now() })
const give = (browser: Browser, code: string, trust = false) =>
  as(browser, 'giveAccountCode', { body: { code, trust } })

/** Somebody with a second factor. */
const withFactor = async () => {
  const browser: Browser = new Map()
  await enter(browser)
  const { secret } = (await as(browser, 'beginAccountFactor')).body
  const { body } = await as(browser, 'confirmAccountFactor', { body: { code: codeOf(secret) } })
  office.clock.advance(MINUTE)
  return { browser, secret: secret as string, codes: body.recoveryCodes as string[] }
}

describe('the second factor', () => {
  it('is asked for after the password, and each code lets in once', async () => {
    const { secret, codes } = await withFactor()
    expect(codes).toHaveLength(10)
    const browser: Browser = new Map()
    expect((await enter(browser)).body.stage).toBe('secondFactor')
    expect((await as(browser, 'getAccountSecurity')).body.code).toBe('accountSignInNeeded')
    const half = browser.get('__Host-ceralacca_account')
    const code = codeOf(secret)
    expect((await give(browser, code)).body).toMatchObject({ stage: 'full', proved: true })
    // The secret of the half session is none of the whole one's.
    expect(browser.get('__Host-ceralacca_account')).not.toBe(half)
    const other: Browser = new Map()
    await enter(other)
    expect((await give(other, code)).body.code).toBe('codeWrong')
  })
  it('gives way to a recovery code, once; renewed ones take the place of the old', async () => {
    const { browser: mine, codes } = await withFactor()
    const browser: Browser = new Map()
    await enter(browser)
    expect((await give(browser, codes[0]!)).body.stage).toBe('full')
    await enter(browser)
    expect((await give(browser, codes[0]!)).body.code).toBe('codeWrong')
    expect((await as(mine, 'getAccountSecurity')).body.recoveryCodesLeft).toBe(9)
    const { recoveryCodes } = (await as(mine, 'renewAccountCodes')).body
    expect((await give(browser, codes[1]!)).body.code).toBe('codeWrong')
    expect((await give(browser, recoveryCodes[1])).body.stage).toBe('full')
  })
  it('stops guesses at the code after a few, wherever they come from', async () => {
    await withFactor()
    const answers: string[] = []
    for (let i = 0; i < 7; i++) {
      const browser: Browser = new Map()
      await enter(browser)
      answers.push((await give(browser, '000000')).body.code)
    }
    expect(answers).toEqual([...Array(5).fill('codeWrong'), 'tooManyAttempts', 'tooManyAttempts'])
  })
  it('ends sessions that the password alone had opened, proves, and is switched off by who has proved', async () => {
    const earlier: Browser = new Map()
    await enter(earlier)
    const { browser, secret } = await withFactor()
    expect((await as(earlier, 'getAccountSecurity')).body.code).toBe('accountSignInNeeded')
    office.clock.advance(11 * MINUTE)
    expect((await as(browser, 'dropAccountFactor')).body.code).toBe('proofNeeded')
    expect((await as(browser, 'proveByCode', { body: { code: codeOf(secret) } })).body.proved).toBe(true)
    expect((await as(browser, 'dropAccountFactor')).status).toBe(204)
    expect((await enter(new Map())).body.stage).toBe('full')
  })
})

describe('a trusted device', () => {
  it('is not asked for a code for thirty days, until it is forgotten or the password changes', async () => {
    const { browser, secret } = await withFactor()
    await enter(browser)
    await give(browser, codeOf(secret), true)
    expect((await enter(browser)).body.stage).toBe('full')
    const stolen = new Map([['__Host-ceralacca_device', browser.get('__Host-ceralacca_device')!]])
    expect((await enter(browser)).body.stage).toBe('full')
    // A copy of the cookie is worth nothing after the next sign-in.
    expect((await enter(stolen)).body.stage).toBe('secondFactor')
    const next = { body: { password: NEXT, endAppPasswords: false } }
    expect((await as(browser, 'changeAccountPassword', next)).status).toBe(204)
    expect((await enter(browser, NEXT)).body.stage).toBe('secondFactor')
    office.clock.advance(MINUTE)
    await give(browser, codeOf(secret), true)
    office.clock.advance(31 * DAY)
    expect((await enter(browser, NEXT)).body.stage).toBe('secondFactor')
  })
  it('lets its holder in while the account is attacked from everywhere', async () => {
    const browser: Browser = new Map()
    await enter(browser)
    const answers: string[] = []
    for (let i = 0; i < 8; i++) answers.push((await enter(new Map(), 'no')).body.code)
    expect(answers.at(-1)).toBe('tooManyAttempts')
    expect((await enter(new Map())).body.code).toBe('tooManyAttempts')
    expect((await enter(browser)).body.stage).toBe('full')
  })
  it('of another account is none of this one', async () => {
    const { browser } = await withFactor()
    const [device] = (await as(browser, 'getAccountSecurity')).body.devices
    address = `altra${made++}@pec.prova.example`
    await createMailbox(office.db, { address, displayName: 'Altra', quotaBytes: 1_000_000, uidValidity: 1 })
    await setPassword(office.db, address, PASSWORD)
    const other: Browser = new Map()
    await enter(other)
    expect((await as(other, 'forgetDevice', { params: { device: device.id } })).body.code).toBe('notFound')
  })
})

describe('a passkey', () => {
  /** Those that the last one brought. */
  let codes: string[] | undefined
  const add = async (browser: Browser) => {
    const key = makeAuthenticator(new URL(office.publicUrl).origin)
    const { options } = (await as(browser, 'beginPasskey')).body
    expect(options.authenticatorSelection).toMatchObject({ residentKey: 'required', userVerification: 'required' })
    const credential = key.create(options)
    const body = { name: 'Telefono', credential }
    const added = await as(browser, 'addPasskey', { body })
    expect(added.status).toBe(200)
    codes = added.body.recoveryCodes
    // The challenge is used up.
    expect((await as(browser, 'addPasskey', { body })).body.code).toBe('passkeyWrong')
    return key
  }
  const challenge = async () => (await api.call('beginPasskeySignIn')).body.options

  it('lets in without an address, past the second factor, and each signature once', async () => {
    const { browser } = await withFactor()
    const key = await add(browser)
    const credential = key.get(await challenge())
    const mine: Browser = new Map()
    expect((await as(mine, 'signInByPasskey', { body: { credential } })).body).toMatchObject({
      stage: 'full',
      signInName: address,
    })
    expect((await as(new Map(), 'signInByPasskey', { body: { credential } })).body.code).toBe('passkeyWrong')
  })
  it('does not where origin, verification, counter or age of the challenge are wrong, or it was removed', async () => {
    const browser: Browser = new Map()
    await enter(browser)
    const key = await add(browser)
    const refused = async (credential: object) =>
      expect((await as(new Map(), 'signInByPasskey', { body: { credential } })).body.code).toBe('passkeyWrong')
    await refused(key.get(await challenge(), { origin: 'https://altrove.example' }))
    await refused(key.get(await challenge(), { verified: false }))
    await as(new Map(), 'signInByPasskey', { body: { credential: key.get(await challenge(), { counter: 7 }) } })
    await refused(key.get(await challenge(), { counter: 7 }))
    const old = await challenge()
    office.clock.advance(6 * MINUTE)
    await refused(key.get(old))
    const [row] = (await as(browser, 'getAccountSecurity')).body.passkeys
    expect((await as(browser, 'removePasskey', { params: { passkey: row.id } })).status).toBe(204)
    await refused(key.get(await challenge(), { counter: 20 }))
  })
  it('is a second factor: after the password it is asked for, or a recovery code; other sessions end', async () => {
    const [browser, other]: Browser[] = [new Map(), new Map()]
    await enter(browser!)
    await enter(other!)
    const key = await add(browser!)
    expect(codes).toHaveLength(10)
    expect((await as(other!, 'getAccountSecurity')).body.code).toBe('accountSignInNeeded')
    const mine: Browser = new Map()
    expect((await enter(mine)).body).toMatchObject({ stage: 'secondFactor', factors: { code: false, passkey: true } })
    expect((await as(mine, 'getBoxOverview')).body.code).toBe('accountSignInNeeded')
    const credential = key.get(await challenge())
    expect((await as(mine, 'signInByPasskey', { body: { credential } })).body.stage).toBe('full')
    expect((await as(mine, 'getBoxOverview')).body.secondFactor).toBe(true)
    const lost: Browser = new Map()
    await enter(lost)
    expect((await give(lost, '123456')).body.code).toBe('codeWrong')
    expect((await give(lost, codes![0]!)).body.stage).toBe('full')
    // The second one brings none, and with the last one the codes go.
    const first = codes!
    await add(browser!)
    expect(codes).toBeUndefined()
    for (const { id } of (await as(browser!, 'getAccountSecurity')).body.passkeys) {
      expect((await as(browser!, 'removePasskey', { params: { passkey: id } })).status).toBe(204)
    }
    expect((await as(browser!, 'getAccountSecurity')).body).toMatchObject({ recoveryCodesLeft: 0, passkeys: [] })
    expect((await enter(new Map())).body.stage).toBe('full')
    expect(first).toHaveLength(10)
  })
  it('proves, by a challenge of its own session only', async () => {
    const browser: Browser = new Map()
    await enter(browser)
    const key = await add(browser)
    office.clock.advance(11 * MINUTE)
    const wrong = key.get(await challenge())
    expect((await as(browser, 'proveByPasskey', { body: { credential: wrong } })).body.code).toBe('passkeyWrong')
    const credential = key.get((await as(browser, 'beginPasskeyProof')).body.options)
    expect((await as(browser, 'proveByPasskey', { body: { credential } })).body.proved).toBe(true)
  })
})

describe('where the provider requires a second factor', () => {
  const strict = async (from: number) => startApi({ ...office, accountPolicy: { secondFactorFrom: from } })
  const asAt = async (at: TestApi, browser: Browser, ...[id, sent = {}]: Parameters<TestApi['call']>) => {
    const kept = api
    api = at
    return as(browser, id, sent).finally(() => {
      api = kept
    })
  }
  it('it is told before the day', async () => {
    const from = office.clock.now() + 20 * DAY
    const at = await strict(from)
    const body = { name: address, password: PASSWORD }
    const browser: Browser = new Map()
    expect((await asAt(at, browser, 'signInToAccount', { body })).body).toMatchObject({
      stage: 'full',
      secondFactorFrom: new Date(from).toISOString(),
    })
    await at.close()
  })
  it('from the day on nothing is done before one is set up, and the last one stays', async () => {
    const open: Browser = new Map()
    await enter(open)
    const at = await strict(office.clock.now())
    const body = { name: address, password: PASSWORD }
    const browser: Browser = new Map()
    const answer = (await asAt(at, browser, 'signInToAccount', { body })).body
    expect(answer.stage).toBe('setUp')
    expect(answer).not.toHaveProperty('mailbox')
    // A session that was open before the day is no way round it.
    for (const one of [open, browser]) {
      expect((await asAt(at, one, 'getBoxOverview')).body.code).toBe('factorNeeded')
      expect((await asAt(at, one, 'makeAppPassword', { body: { name: 'x', scopes: ['imap'] } })).body.code).toBe(
        'factorNeeded',
      )
    }
    const { secret } = (await asAt(at, browser, 'beginAccountFactor')).body
    expect((await asAt(at, browser, 'confirmAccountFactor', { body: { code: codeOf(secret) } })).status).toBe(200)
    expect((await asAt(at, browser, 'getAccountSession')).body).toMatchObject({ stage: 'full', mailbox: { address } })
    expect((await asAt(at, browser, 'getBoxOverview')).status).toBe(200)
    expect((await asAt(at, browser, 'dropAccountFactor')).body.code).toBe('factorRequired')
    await at.close()
  })
})

describe('the history', () => {
  it('has what failed too, and unknown names cost the same writes', async () => {
    const browser: Browser = new Map()
    await enter(new Map(), 'no')
    const count = async (): Promise<number> =>
      (await office.db.query<{ n: number }>('t-tries', 'select count(*) as n from account_sign_in', []))[0]!.n
    const before = await count()
    await as(new Map(), 'signInToAccount', { body: { name: 'nobody@pec.prova.example', password: 'no' } })
    expect(await count()).toBe(before + 1)
    await enter(browser)
    const { items } = (await as(browser, 'listSignIns')).body
    expect(items.map((row: { outcome: string }) => row.outcome)).toEqual(['entered', 'wrong'])
  })
})
