// Phones and programs over HTTP and over IMAP's sign-in: passwords of programs, the QR to a phone, signed profiles.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, MINUTE } from '../../../../../src/core/lib/instant.ts'
import { openSigner } from '../../../../../src/shell/adapters/signer.ts'
import { runAppPasswordExpiry } from '../../../../../src/shell/identity/account/appPasswordExpiry.ts'
import { makeAppPassword } from '../../../../../src/shell/identity/account/appPasswords.ts'
import { noteSubmission } from '../../../../../src/shell/identity/account/submissions.ts'
import { openAuthenticator } from '../../../../../src/shell/identity/authenticate.ts'
import { setPassword } from '../../../../../src/shell/identity/passwords.ts'
import { type Mailbox, setMailboxState } from '../../../../../src/shell/mailstore/mailboxes.ts'
import { makeAuthority } from '../../../../../src/shell/sandbox/authority.ts'
import { addAccount, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

const PASSWORD = 'quattro Mele verdi 7'
const at = (port: number) => ({ host: 'mx.pec.prova.example', port, security: 'tls' as const })

let office: TestOffice
let api: TestApi
let identity: ReturnType<typeof openAuthenticator>
let folder: string
let count = 0
let address: string
let token: string

beforeAll(async () => {
  const base = await testOffice()
  folder = mkdtempSync(join(tmpdir(), 'cera-profile-'))
  const root = await makeAuthority({ crlUrl: 'http://crl.prova.example/' })
  const server = await root.issueServerCertificate({ names: ['mx.pec.prova.example'] })
  office = {
    ...base,
    domains: new Set(['pec.prova.example']),
    mailServers: { imap: at(993), pop3: at(995), smtp: at(465) },
    profileSigner: openSigner(server),
  }
  writeFileSync(join(folder, 'root.pem'), root.certificatePem)
  api = await startApi(office)
  identity = openAuthenticator(office.db, office.clock, async () => {})
})
afterAll(async () => {
  await api.close()
  await office.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  address = `anna${++count}@pec.prova.example`
  token = await addAccount(office.db, { rights: 'own', address }, {}, office.clock.now())
})

type Service = Parameters<typeof identity.authenticate>[0]['service']
const signIn = (password: string, service: Service = 'imap', who = address) =>
  identity.authenticate({ address: who, password, service, remoteAddress: '192.0.2.7' })
const make = async (scopes: readonly string[] = ['imap', 'smtp'], name = 'Telefono') =>
  (await api.call('makeAppPassword', { as: token, body: { name, scopes } })).body as { id: string; secret: string }
const bad = { refusal: 'bad' }

describe('a password of a program', () => {
  it('opens the services that it is for, and no other', async () => {
    const { secret } = await make()
    expect(await signIn(secret)).toMatchObject({ login: { address } })
    expect(await signIn(secret.replaceAll('-', ''), 'submission')).toMatchObject({ login: { address } })
    expect(await signIn(secret, 'pop3')).toEqual(bad)
    expect(await signIn(secret, 'http')).toEqual(bad)
  })
  it('of another box opens nothing', async () => {
    const { secret } = await make()
    await addAccount(office.db, { rights: 'own', address: `altra${count}@pec.prova.example` }, {}, office.clock.now())
    expect(await signIn(secret, 'imap', `altra${count}@pec.prova.example`)).toEqual(bad)
  })
  it('opens nothing more from the moment when it is revoked', async () => {
    const { id, secret } = await make()
    expect(await signIn(secret)).toHaveProperty('login')
    expect((await api.call('revokeAppPassword', { as: token, params: { appPassword: id } })).status).toBe(204)
    expect(await signIn(secret)).toEqual(bad)
    expect((await api.call('listAppPasswords', { as: token })).body.items).toEqual([])
  })
  it('is told to the holder, at the reference e-mail and in the box', async () => {
    await office.db.query(
      't-reference',
      'update account set reference_email = $2 where mailbox_id = (select id from mailbox where address = $1)',
      [address, `casa${count}@example.org`],
    )
    const { secret } = await make(['imap'], 'Tablet')
    const told = await office.db.query<{ recipient: string; body_text: string }>(
      't-told',
      `select recipient, body_text from notice where kind = 'appPasswordMade' and subject_id = $1`,
      [address],
    )
    expect(told).toMatchObject([{ recipient: `casa${count}@example.org` }])
    expect(told[0]!.body_text).toContain('Tablet')
    expect(told[0]!.body_text).not.toContain(secret)
  })
  it('tells when and where it was used last', async () => {
    const { id, secret } = await make()
    await signIn(secret)
    expect((await api.call('getAppPassword', { as: token, params: { appPassword: id } })).body).toMatchObject({
      name: 'Telefono',
      lastService: 'imap',
      lastRemoteAddress: '192.0.2.7',
    })
  })
  it('is called as its person likes', async () => {
    const { id } = await make()
    await api.call('renameAppPassword', { as: token, params: { appPassword: id }, body: { name: 'Tablet' } })
    expect((await api.call('listAppPasswords', { as: token })).body.items[0].name).toBe('Tablet')
  })
  it('stays where the main password changes, unless its person wants it to end too', async () => {
    const { secret } = await make()
    const change = (password: string, endAppPasswords: boolean) =>
      api.call('changeAccountPassword', { as: token, body: { password, endAppPasswords } })
    expect((await change('Sette pere gialle 4', false)).status).toBe(204)
    expect(await signIn(secret)).toHaveProperty('login')
    expect((await change('Otto pesche rosse 5', true)).status).toBe(204)
    expect(await signIn(secret)).toEqual(bad)
  })
  it('of another account is not there', async () => {
    const { id } = await make()
    const other = await addAccount(office.db, { rights: 'own', address: `x${address}` }, {}, office.clock.now())
    for (const verb of ['getAppPassword', 'revokeAppPassword'] as const)
      expect((await api.call(verb, { as: other, params: { appPassword: id } })).body.code).toBe('notFound')
  })
  it('is one of fifty at most', async () => {
    for (let i = 0; i < 50; i++) await make(['imap'], `n ${i}`)
    const answer = await api.call('makeAppPassword', { as: token, body: { name: 'x', scopes: ['imap'] } })
    expect(answer.body.code).toBe('tooManyAppPasswords')
  })
})

describe('the password of a collaborator’s program', () => {
  const shared = () => `studio${count}@pec.prova.example`
  /** A collaborator with rights on a box of its own holder; the password and who it is of. */
  const collaborator = async (rights: 'read' | 'send') => {
    await addAccount(office.db, { rights, address: shared() }, {}, office.clock.now())
    const [row] = await office.db.query<{ account_id: number; mailbox_id: number }>(
      't-delegate',
      `select account_id, mailbox_id from delegation
       where mailbox_id = (select id from mailbox where address = $1)`,
      [shared()],
    )
    const { account_id: accountId, mailbox_id: mailboxId } = row!
    const scopes = ['imap', 'pop3', 'smtp'] as const
    const wanted = { accountId, mailboxId, name: 'Studio', scopes, expiresAt: undefined }
    const { secret } = await office.db.tx(async (tx) => makeAppPassword(tx, wanted, office.clock.now()))
    return { accountId, mailboxId, secret }
  }
  const revokeDelegation = (accountId: number) =>
    office.db.query('t-undelegate', 'update delegation set revoked_at = $2 where account_id = $1', [
      accountId,
      new Date(office.clock.now()),
    ])

  it('opens the box with the address of the box, under his own name and with his rights', async () => {
    const { secret, accountId } = await collaborator('send')
    for (const service of ['imap', 'pop3', 'submission'] as const)
      expect(await signIn(secret, service, shared())).toMatchObject({
        login: { address: shared(), by: { accountId, rights: 'send' } },
      })
    expect(await signIn(secret, 'imap')).toEqual(bad)
  })
  it('sends nothing where he only reads', async () => {
    const { secret } = await collaborator('read')
    expect(await signIn(secret, 'imap', shared())).toMatchObject({ login: { by: { rights: 'read' } } })
    expect(await signIn(secret, 'submission', shared())).toEqual(bad)
  })
  it('opens nothing once he is not let in any more, and ends what is open', async () => {
    const { secret, accountId } = await collaborator('send')
    const opened = await signIn(secret, 'imap', shared())
    if (!('login' in opened)) throw new Error('not let in')
    expect(await identity.whyEnded(opened.login)).toBeUndefined()
    await revokeDelegation(accountId)
    expect(await identity.whyEnded(opened.login)).toBe('revoked')
    expect(await signIn(secret, 'imap', shared())).toEqual(bad)
  })
  it('ends what is open where his rights become fewer', async () => {
    const { secret, accountId } = await collaborator('send')
    const opened = await signIn(secret, 'imap', shared())
    if (!('login' in opened)) throw new Error('not let in')
    await office.db.query('t-less', `update delegation set rights = 'read' where account_id = $1`, [accountId])
    expect(await identity.whyEnded(opened.login)).toBe('revoked')
  })
  it('leaves his name in the trail where he sends, and that of the holder nowhere', async () => {
    const { secret, accountId } = await collaborator('send')
    const sent = async (login: Mailbox) => {
      await noteSubmission(office, login, { id: 'abc', remoteAddress: '192.0.2.7', forwardPaths: ['a@x.example'] })
      return office.db.query(
        't-trail',
        `select action, details from audit where account_id = $1 and action = 'mail.submitted'`,
        [accountId],
      )
    }
    const own = await signIn((await make()).secret, 'submission')
    const his = await signIn(secret, 'submission', shared())
    if (!('login' in own && 'login' in his)) throw new Error('not let in')
    expect(await sent(own.login)).toEqual([])
    expect(await sent(his.login)).toMatchObject([
      { action: 'mail.submitted', details: { session: 'abc', recipients: ['a@x.example'] } },
    ])
  })
})

describe('what a program’s password has opened', () => {
  const opened = async (secret: string) => {
    const found = await signIn(secret)
    if (!('login' in found)) throw new Error('not let in')
    return found.login
  }
  it('ends when it is revoked, and with the box', async () => {
    const [one, other] = [await make(), await make()]
    const logins = [await opened(one.secret), await opened(other.secret)] as const
    await api.call('revokeAppPassword', { as: token, params: { appPassword: one.id } })
    expect(await identity.whyEnded(logins[0])).toBe('revoked')
    expect(await identity.whyEnded(logins[1])).toBeUndefined()
    await setMailboxState(office.db, address, 'suspended')
    expect(await identity.whyEnded(logins[1])).toBe('suspended')
  })
  it('opens nothing and ends when its time is over', async () => {
    const { id, secret } = await make()
    const login = await opened(secret)
    await office.db.query('t-expire', 'update app_password set expires_at = $2 where id = $1', [
      id,
      new Date(office.clock.now()),
    ])
    expect(await identity.whyEnded(login)).toBe('revoked')
    expect(await signIn(secret)).toEqual(bad)
  })
})

describe('the holder’s own password', () => {
  it('opens programs only while there is no second factor', async () => {
    await setPassword(office.db, address, PASSWORD)
    expect(await signIn(PASSWORD)).toHaveProperty('login')
    await office.db.query(
      't-factor',
      'update account set totp_confirmed_at = $2 where mailbox_id = (select id from mailbox where address = $1)',
      [address, new Date(office.clock.now())],
    )
    for (const service of ['imap', 'pop3', 'submission', 'http'] as const)
      expect(await signIn(PASSWORD, service)).toEqual(bad)
    const { secret } = await make()
    expect(await signIn(secret)).toHaveProperty('login')
  })
})

describe('a passkey', () => {
  const addPasskey = () =>
    office.db.query(
      't-passkey',
      `insert into account_passkey (id, account_id, credential_id, public_key, counter, transports, name, created_at)
       select gen_random_uuid(), id, $1, '', 0, '{}', 'Chiave', $2 from account
       where mailbox_id = (select id from mailbox where address = $1)`,
      [address, new Date(office.clock.now())],
    )
  it('keeps the main password away from programs as a code does, what it had opened included', async () => {
    await setPassword(office.db, address, PASSWORD)
    const before = await signIn(PASSWORD)
    if (!('login' in before)) throw new Error('not let in')
    expect(await identity.whyEnded(before.login)).toBeUndefined()
    await addPasskey()
    expect(await signIn(PASSWORD)).toEqual(bad)
    expect(await identity.whyEnded(before.login)).toBe('revoked')
  })
  it('and the history says why, once an hour; what was wrong is there too', async () => {
    await setPassword(office.db, address, PASSWORD)
    await addPasskey()
    for (let i = 0; i < 3; i++) await signIn(PASSWORD)
    await signIn('indovinata', 'submission')
    const { items } = (await api.call('listSignIns', { as: token })).body
    expect(items).toMatchObject([
      { outcome: 'wrong', method: 'password', service: 'submission', remoteAddress: '192.0.2.7' },
      { outcome: 'needsProgramPassword', method: 'password', service: 'imap' },
    ])
  })
})

describe('a main password that is changed', () => {
  it('ends what it had opened in programs, and not what another has', async () => {
    await setPassword(office.db, address, PASSWORD)
    const { secret } = await make()
    const [main, own] = [await signIn(PASSWORD), await signIn(secret)]
    if (!('login' in main) || !('login' in own)) throw new Error('not let in')
    await setPassword(office.db, address, 'otto Pere rosse 31')
    expect(await identity.whyEnded(main.login)).toBe('revoked')
    expect(await identity.whyEnded(own.login)).toBeUndefined()
  })
})

describe('passwords of programs that expire', () => {
  const policy = { appPasswordMonths: 3 }
  const strict = (): TestOffice => ({ ...office, accountPolicy: policy })
  const listed = async () =>
    (await api.call('listAppPasswords', { as: token })).body.items as { name: string; expiresAt?: string }[]
  const toldOf = async () =>
    (
      await office.db.query<{ subject: string }>(
        't-told-of-end',
        `select n.subject from notice n where n.subject_id = $1 and n.subject like '%scadere%' order by n.id`,
        [address],
      )
    ).length
  it('end three months on, those of before after a month at least; each notice comes once', async () => {
    await office.db.query(
      't-reference-mail',
      `update account set reference_email = 'anna@posta.example' where mailbox_id = (select id from mailbox where address = $1)`,
      [address],
    )
    const old = await make(['imap'], 'Vecchio')
    await office.db.query('t-older', 'update app_password set created_at = $2 where id = $1', [
      old.id,
      new Date(office.clock.now() - 200 * DAY),
    ])
    expect(await listed()).toEqual([expect.not.objectContaining({ expiresAt: expect.anything() })])
    const api2 = await startApi(strict())
    await api2.call('makeAppPassword', { as: token, body: { name: 'Nuovo', scopes: ['imap'] } })
    await api2.close()
    await runAppPasswordExpiry(strict())
    // Made on Monday, 9 March
    expect((await listed()).map((row) => [row.name, row.expiresAt?.slice(0, 10)])).toEqual(
      expect.arrayContaining([
        ['Vecchio', new Date(office.clock.now() + 30 * DAY).toISOString().slice(0, 10)],
        ['Nuovo', expect.stringMatching(/-0[69]-/)],
      ]),
    )
    expect(await toldOf()).toBe(0)
    for (const [days, told] of [
      [16, 1],
      [1, 1],
      [10, 2],
      [1, 2],
    ] as const) {
      office.clock.advance(days * DAY)
      await runAppPasswordExpiry(strict())
      expect([days, await toldOf()]).toEqual([days, told])
    }
    expect(await signIn(old.secret)).toHaveProperty('login')
    office.clock.advance(3 * DAY)
    for (const service of ['imap', 'pop3', 'submission'] as const)
      expect(await signIn(old.secret, service)).toEqual(bad)
    await runAppPasswordExpiry(strict())
    expect(await toldOf()).toBe(2)
  })
  it('last again where the provider wants no end any more', async () => {
    const { secret } = await make()
    await runAppPasswordExpiry(strict())
    expect((await listed())[0]).toHaveProperty('expiresAt')
    await runAppPasswordExpiry(office)
    expect((await listed())[0]).not.toHaveProperty('expiresAt')
    expect(await signIn(secret)).toHaveProperty('login')
  })
})

describe('the QR to another device', () => {
  const handover = async () => (await api.call('makeHandover', { as: token })).body
  const claim = (given: string, profile = false) =>
    api.call('claimHandover', { body: { token: given, name: 'Telefono di Anna', profile } })

  it('gives that device a password of its own, once', async () => {
    const { link, token: given, qrSvg } = await handover()
    expect(link).toBe(`${office.publicUrl}/collega#${given}`)
    expect(qrSvg).toContain('<svg')
    expect((await api.call('lookAtHandover', { body: { token: given } })).body.address).toBe(address)
    const first = await claim(given)
    expect(first.body).toMatchObject({ address, servers: { imap: { port: 993 } } })
    expect(await signIn(first.body.secret)).toHaveProperty('login')
    expect((await claim(given)).body.code).toBe('linkInvalid')
  })
  it('of two devices at once lets one have it', async () => {
    const { token: given } = await handover()
    const both = await Promise.all([claim(given), claim(given)])
    expect(both.map((one) => one.status).sort()).toEqual([200, 409])
  })
  it('is over after ten minutes', async () => {
    const { token: given } = await handover()
    office.clock.advance(10 * MINUTE)
    expect((await claim(given)).body.code).toBe('linkInvalid')
  })
  it('tells the page when the program has signed in', async () => {
    const { token: given } = await handover()
    const watch = async () => (await api.call('watchHandover', { body: { token: given } })).body
    expect(await watch()).toEqual({ claimed: false })
    const { body } = await claim(given)
    expect(await watch()).toEqual({ claimed: true })
    await signIn(body.secret)
    expect(await watch()).toMatchObject({ claimed: true, signedInAt: expect.any(String) })
  })
  it.each(['cll_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x', ''])('%s is none', async (given) => {
    for (const verb of ['lookAtHandover', 'watchHandover'] as const)
      expect((await api.call(verb, { body: { token: given } })).body.code).toBe('linkInvalid')
  })
})

describe('a profile', () => {
  const ticketOf = async (): Promise<string> =>
    (await api.call('setUpDevice', { as: token, body: { name: 'iPhone', profile: true } })).body.ticket
  const fetchProfile = (ticket: string) => api.call('getProfile', { params: { ticket } })

  it('carries the password that was made for it, and its signature is found right by openssl', async () => {
    const { body, headers } = await fetchProfile(await ticketOf())
    expect(headers.get('content-type')).toContain('application/x-apple-aspen-config')
    const file = join(folder, 'pec.mobileconfig')
    writeFileSync(file, body)
    const xml = execFileSync('openssl', [
      ...['cms', '-verify', '-inform', 'DER', '-in', file, '-CAfile', join(folder, 'root.pem'), '-purpose', 'any'],
    ]).toString()
    const password = /<key>IncomingPassword<\/key>\s*<string>([^<]+)<\/string>/.exec(xml)![1]!
    expect(await signIn(password)).toMatchObject({ login: { address } })
    expect(await signIn(password, 'submission')).toMatchObject({ login: { address } })
  })
  it('is the same for a device that asks twice, and gone after five minutes', async () => {
    const ticket = await ticketOf()
    const made = (await api.call('listAppPasswords', { as: token })).body.items
    await fetchProfile(ticket)
    expect((await fetchProfile(ticket)).status).toBe(200)
    expect((await api.call('listAppPasswords', { as: token })).body.items).toHaveLength(made.length)
    office.clock.advance(5 * MINUTE)
    expect((await fetchProfile(ticket)).body.code).toBe('linkInvalid')
  })
})

describe('what programs find by themselves', () => {
  const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, api.url), { headers })
  it.each(['/.well-known/autoconfig/mail/config-v1.1.xml', '/mail/config-v1.1.xml'])('%s', async (path) => {
    const answer = await get(`${path}?emailaddress=nobody@pec.prova.example`)
    expect(answer.headers.get('content-type')).toContain('text/xml')
    expect(await answer.text()).toContain('<hostname>mx.pec.prova.example</hostname>')
    expect((await get(`${path}?emailaddress=x@elsewhere.example`)).status).toBe(404)
    expect((await get(`${path}?emailaddress=x@a&emailaddress=y@b`)).status).toBe(404)
  })
  it('Outlook, by XML and by JSON', async () => {
    const ask = async (body: string) => {
      const url = new URL('/autodiscover/autodiscover.xml', api.url)
      return (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })).text()
    }
    expect(
      await ask(`<Autodiscover><Request><EMailAddress>${address}</EMailAddress></Request></Autodiscover>`),
    ).toContain(`<LoginName>${address}</LoginName>`)
    expect(await ask('<EMailAddress>x@elsewhere.example</EMailAddress>')).toContain('<ErrorCode>500</ErrorCode>')
    const json = await get(`/autodiscover/autodiscover.json/v1.0/${address}?Protocol=AutodiscoverV1`)
    expect(await json.json()).toEqual({
      Protocol: 'AutodiscoverV1',
      Url: `${office.publicUrl}/autodiscover/autodiscover.xml`,
    })
  })
  it('the records of the domain', async () => {
    const { body } = await api.call('getMailSettings', { as: token })
    expect(body.records[0]).toMatch(/^_submissions\._tcp\.pec\.prova\.example\. /)
  })
})
