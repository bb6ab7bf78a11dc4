// Attacks on the sign-in to a box: planted sessions, guesses from one address and from many, questions whether an address
// exists by answers, work and time.
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../../../src/core/lib/instant.ts'
import type { Database } from '../../../../src/shell/db/pool.ts'
import { askReset } from '../../../../src/shell/identity/account/reset.ts'
import { signInToAccount } from '../../../../src/shell/identity/account/signIn.ts'
import { setPassword } from '../../../../src/shell/identity/passwords.ts'
import { newToken } from '../../../../src/shell/identity/tokens.ts'
import { createMailbox } from '../../../../src/shell/mailstore/mailboxes.ts'
import type { Office } from '../../../../src/shell/office.ts'
import { type Answer, startApi, type TestApi } from '../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../support/office.ts'
import { compareRanks, interleaved } from '../../../support/ranks.ts'

const PASSWORD = 'quattro Mele verdi 7'
const NOBODY = 'nobody@pec.prova.example'

let office: TestOffice
/** As in production, and as in the sandbox: the cookies have other names. */
let api: TestApi
let plain: TestApi
let address: string
let made = 0

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  plain = await startApi({ ...office, publicUrl: 'http://127.0.0.1', sandbox: true })
})
afterAll(async () => {
  await api.close()
  await plain.close()
  await office.stop()
})
beforeEach(async () => {
  address = `anna${made++}@pec.prova.example`
  await createMailbox(office.db, { address, displayName: 'Anna Verdi', quotaBytes: 1_000_000, uidValidity: 1 })
  await setPassword(office.db, address, PASSWORD)
  // Another hour: what failed in one test slows no other.
  office.clock.advance(HOUR)
})

/** Comes from a network of one's own, with the cookie of a browser that is known or without. */
const from = (remoteAddress: string, password: string, { name = address, device = '' } = {}, over: Office = office) =>
  signInToAccount(
    over,
    { name, password },
    {
      remoteAddress,
      userAgent: 'test',
      oldToken: undefined,
      newToken: newToken('account'),
      oldDevice: device === '' ? undefined : device,
      newDevice: newToken('device'),
    },
  )
const network = (n: number): string => `198.51.${n >> 8}.${n & 255}`
const outcome = (one: object): string =>
  'refusal' in one ? String(one.refusal) : (one as { session: { stage: string } }).session.stage

describe.each([
  ['in production', '__Host-ceralacca_account', '__Host-ceralacca_device', () => api],
  ['in the sandbox', 'ceralacca_account', 'ceralacca_device', () => plain],
] as const)('a session that was planted, %s', (_, account, device, at) => {
  const cookies = (answer: Answer): Map<string, string> =>
    new Map(answer.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line)!.slice(1) as [string, string]))
  const signIn = (cookie: string) =>
    at().call('signInToAccount', { body: { name: address, password: PASSWORD }, headers: { cookie } })
  const session = (value: string) => at().call('getAccountSession', { headers: { cookie: `${account}=${value}` } })

  it('opens nothing after the sign-in of who was given it, be it invented or the attacker’s own', async () => {
    const invented = newToken('account')
    const own = cookies(await signIn('')).get(account)!
    for (const planted of [invented, own]) {
      const got = cookies(await signIn(`${account}=${planted}`)).get(account)!
      expect(got).not.toBe(planted)
      expect((await session(got)).status).toBe(200)
      expect((await session(planted)).body.code).toBe('accountSignInNeeded')
    }
  })
  it('is none under the other name', async () => {
    const got = cookies(await signIn('')).get(account)!
    const other = account.startsWith('__Host-') ? account.slice(7) : `__Host-${account}`
    const answer = await at().call('getAccountSession', { headers: { cookie: `${other}=${got}` } })
    expect(answer.body.code).toBe('accountSignInNeeded')
  })
  it('nor does a planted device become one that the account knows', async () => {
    const planted = newToken('device')
    const got = cookies(await signIn(`${device}=${planted}`)).get(device)!
    expect(got).not.toBe(planted)
    const hash = await office.db.query(
      't-devices',
      'select 1 from account_device d join account a on a.id = d.account_id join mailbox b on b.id = a.mailbox_id where b.address = $1',
      [address],
    )
    expect(hash).toHaveLength(1)
  })
})

describe('guesses', () => {
  it('from one address stop there, and keep nobody out elsewhere', async () => {
    const outcomes: string[] = []
    for (let i = 0; i < 6; i++) outcomes.push(outcome(await from(network(1), 'no')))
    expect(outcomes.slice(0, 3)).toEqual(Array(3).fill('accountSignInWrong'))
    expect(outcomes.slice(3)).toEqual(Array(3).fill('tooManyAttempts'))
    expect(outcome(await from(network(1), PASSWORD))).toBe('tooManyAttempts')
    expect(outcome(await from(network(2), PASSWORD))).toBe('full')
    // One address that tries many boxes stops too.
    const many: string[] = []
    for (let i = 0; i < 24; i++) many.push(outcome(await from(network(3), 'no', { name: `x${i}@pec.prova.example` })))
    expect(many.at(-1)).toBe('tooManyAttempts')
  })
  it('from many addresses slow each other; the holder gets in from a known browser at once, from a new one too', async () => {
    const first = await from(network(10), PASSWORD)
    const device = 'device' in first ? first.device : ''
    for (let i = 20; i < 31; i++) expect(outcome(await from(network(i), 'no'))).toBe('accountSignInWrong')
    // The wait of a new address is real time: it is counted where it is decided (core/mail/sasl/backoff), seconds at most.
    expect(outcome(await from(network(99), PASSWORD, { device }))).toBe('full')
    expect(outcome(await from(network(50), PASSWORD))).toBe('full')
  })
  it('at the code use up its tries, and not the holder’s other ways in', async () => {
    const browser: string[] = []
    const as = async (...[id, sent = {}]: Parameters<TestApi['call']>): Promise<Answer> => {
      const answer = await api.call(id, { ...sent, headers: { cookie: browser.join('; ') } })
      for (const line of answer.headers.getSetCookie()) browser.push(line.split(';')[0]!)
      return answer
    }
    const enter = (cookie: readonly string[]) =>
      api.call('signInToAccount', {
        body: { name: address, password: PASSWORD },
        headers: { cookie: cookie.join('; ') },
      })
    await as('signInToAccount', { body: { name: address, password: PASSWORD } })
    browser.splice(0, browser.length - 2)
    const { secret } = (await as('beginAccountFactor')).body
    const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) })
    const code = (): string => totp.generate({ timestamp: office.clock.now() })
    const { recoveryCodes } = (await as('confirmAccountFactor', { body: { code: code() } })).body
    office.clock.advance(MINUTE)
    /** Somebody who has the password, each time in another browser. */
    const give = async (typed: string, trust = false) => {
      const half = (await enter([])).headers.getSetCookie()[0]!.split(';')[0]!
      return api.call('giveAccountCode', { body: { code: typed, trust }, headers: { cookie: half } })
    }
    const trusted = (await give(code(), true)).headers.getSetCookie().map((line) => line.split(';')[0]!)
    office.clock.advance(MINUTE)
    for (let i = 0; i < 5; i++) expect((await give('000000')).body.code).toBe('codeWrong')
    expect((await give(code())).body.code).toBe('tooManyAttempts')
    // Where codes are refused for the while: a device that is trusted, and a recovery code, which nobody guesses.
    expect((await enter(trusted)).body.stage).toBe('full')
    expect((await give('AAAA-AAAA-AAAA-AAAA')).body.code).toBe('tooManyAttempts')
    expect((await give(recoveryCodes[0])).body.stage).toBe('full')
  })
})

/** The statements of a database, counted by their names. */
const counting = (db: Database, said: string[]): Database => {
  const queries = <T extends Pick<Database, 'query'>>(inner: T): T => ({
    ...inner,
    query: (name: string, ...rest: [string, never]) => {
      said.push(name)
      return inner.query(name, ...rest)
    },
  })
  return { ...queries(db), tx: (run) => db.tx((tx) => run(queries(tx))) }
}

describe('whether an address exists', () => {
  it('is told by no answer: sign-in, passkey, new password, dead reference e-mail', async () => {
    const shape = ({ status, body, headers }: Answer) => ({
      status,
      body: JSON.stringify(body)
        .replaceAll(address, 'X')
        .replaceAll(NOBODY, 'X')
        .replace(/"(ticket|instance|caseNumber|challenge)":"[^"]*"/g, ''),
      cookies: headers.getSetCookie().map((line) => line.replace(/=[^;]*/, '')),
    })
    const bodies = (name: string) =>
      [
        ['signInToAccount', { name, password: 'no' }],
        ['askPasswordReset', { address: name }],
        ['beginPasskeySignIn', undefined],
        ['startRecovery', { address: name, fiscalCode: 'RSSMRA80A01L219M', email: `x${made}@posta.example` }],
      ] as const
    for (const [i, [id, body]] of bodies(address).entries()) {
      const [known, unknown] = [await api.call(id, { body }), await api.call(id, { body: bodies(NOBODY)[i]![1] })]
      expect([id, shape(unknown)]).toEqual([id, shape(known)])
    }
    const { options } = (await api.call('beginPasskeySignIn')).body
    expect(options.allowCredentials ?? []).toEqual([])
  })
  it('nor by the work of a sign-in, statement by statement', async () => {
    const said: string[] = []
    const over = { ...office, db: counting(office.db, said) }
    const worked = async (name: string, device = ''): Promise<readonly string[]> => {
      said.length = 0
      await from(network(made), 'no', { name, device }, over)
      return [...said]
    }
    const known = await worked(address)
    expect(known).toContain('account-sign-in-note')
    expect(await worked(NOBODY)).toEqual(known)
    expect(await worked(NOBODY, newToken('device'))).toEqual(known)
  })
  it('nor by the time of a sign-in: a rank test of tries in an order of chance', async () => {
    // Sixty tries: without the work for unknown names each of theirs would be faster than all others. `npm run bench --
    // timing` takes a thousand.
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    let n = 1_000
    for (const kind of interleaved(['known', 'unknown'] as const, 30)) {
      // An hour between them: nothing is slowed on purpose.
      office.clock.advance(HOUR)
      const begun = performance.now()
      await from(network(n++), 'no', { name: kind === 'known' ? address : NOBODY })
      times[kind].push(performance.now() - begun)
    }
    const { above } = compareRanks(times.known, times.unknown)
    expect(Math.abs(above - 0.5)).toBeLessThan(0.4)
  })
  it('nor by the time of asking for a new password: a thousand tries', async () => {
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    for (const kind of interleaved(['known', 'unknown'] as const, 500)) {
      const begun = performance.now()
      await askReset(office, kind === 'known' ? address : NOBODY, '192.0.2.1')
      times[kind].push(performance.now() - begun)
    }
    // Chance alone goes so far once in a million runs.
    expect(Math.abs(compareRanks(times.known, times.unknown).z)).toBeLessThan(5)
    await office.db.query('t-forget', `delete from outbox where payload ->> 'duty' = 'passwordReset'`)
  })
})
