// Sign-in to a box over HTTP: names, sessions, proofs, as the browser does it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../../../../src/core/lib/instant.ts'
import { setPassword } from '../../../../../src/shell/identity/passwords.ts'
import { createMailbox } from '../../../../../src/shell/mailstore/mailboxes.ts'
import { addAccount, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

const ADDRESS = 'Anna.Verdi@pec.prova.example'
const PASSWORD = 'quattro Mele verdi 7'

let office: TestOffice
let api: TestApi

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  await createMailbox(office.db, { address: ADDRESS, displayName: 'Anna Verdi', quotaBytes: 1_000_000, uidValidity: 1 })
  await setPassword(office.db, ADDRESS, PASSWORD)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

const cookieOf = (headers: Headers): string => headers.getSetCookie()[0]!.split(';')[0]!
const signIn = (name: string, password: string, headers: Record<string, string> = {}) =>
  api.call('signInToAccount', { body: { name, password }, headers })
/** A new session, as the headers of its requests. */
const enter = async (): Promise<{ cookie: string }> => {
  const { headers } = await signIn(ADDRESS, PASSWORD)
  return { cookie: cookieOf(headers) }
}

describe('sign-in to a box', () => {
  it('by address, however it is written, and password', async () => {
    const answer = await signIn(` ${ADDRESS.toUpperCase()} `, PASSWORD)
    expect(answer.body).toMatchObject({
      stage: 'full',
      name: 'Anna Verdi',
      kind: 'holder',
      mailbox: { address: ADDRESS, rights: 'own' },
      proved: true,
    })
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/)
  })
  it('says the same of an address that there is not', async () => {
    const [wrong, unknown] = [await signIn(ADDRESS, 'no'), await signIn('nobody@pec.prova.example', 'no')]
    expect(wrong.status).toBe(401)
    expect({ ...unknown.body, instance: '' }).toEqual({ ...wrong.body, instance: '' })
  })
  it('begins a session of its own: one that was planted opens nothing', async () => {
    const planted = { cookie: 'ceralacca_account=cla_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }
    const { headers } = await signIn(ADDRESS, PASSWORD, planted)
    expect(cookieOf(headers)).not.toBe(planted.cookie)
    expect((await api.call('getAccountSession', { headers: planted })).body.code).toBe('accountSignInNeeded')
  })
  it('opens nothing once the box is suspended', async () => {
    const token = await addAccount(office.db, { rights: 'own', address: 'x@pec.prova.example' }, {}, office.clock.now())
    expect((await api.call('getAccountSession', { as: token })).status).toBe(200)
    await office.db.query('t-off', `update mailbox set state = 'suspended' where address = 'x@pec.prova.example'`)
    expect((await api.call('getAccountSession', { as: token })).body.code).toBe('accountSignInNeeded')
  })
})

describe('sessions', () => {
  it('are listed and ended by who has them', async () => {
    const [one, other] = [await enter(), await enter()]
    const { body } = await api.call('listAccountSessions', { headers: one })
    const current = body.items.filter((row: { current: boolean }) => row.current)
    expect(current).toHaveLength(1)
    const { body: theirs } = await api.call('listAccountSessions', { headers: other })
    const id = theirs.items.find((row: { current: boolean }) => row.current).id
    expect((await api.call('endAccountSession', { params: { session: id }, headers: one })).status).toBe(204)
    expect((await api.call('listAccountSessions', { headers: other })).body.code).toBe('accountSignInNeeded')
  })
  it('of others are not there', async () => {
    const token = await addAccount(office.db, { rights: 'own', address: 'y@pec.prova.example' }, {}, office.clock.now())
    const { body } = await api.call('listAccountSessions', { headers: await enter() })
    const answer = await api.call('endAccountSession', { params: { session: body.items[0].id }, as: token })
    expect(answer.body.code).toBe('notFound')
  })
  it('end with the sign-out, and where nobody uses them', async () => {
    const out = await enter()
    expect((await api.call('signOutOfAccount', { headers: out })).status).toBe(204)
    expect((await api.call('getAccountSession', { headers: out })).status).toBe(401)
    const idle = await enter()
    office.clock.advance(13 * HOUR)
    expect((await api.call('getAccountSession', { headers: idle })).status).toBe(401)
  })
})

describe('a proof', () => {
  it('is given by the password, and holds for ten minutes', async () => {
    const headers = await enter()
    office.clock.advance(11 * MINUTE)
    expect((await api.call('getAccountSession', { headers })).body.proved).toBe(false)
    const wrong = await api.call('proveByPassword', { headers, body: { password: 'no' } })
    expect(wrong.body.code).toBe('passwordWrong')
    expect((await api.call('proveByPassword', { headers, body: { password: PASSWORD } })).body.proved).toBe(true)
    expect((await api.call('getAccountSession', { headers })).body.proved).toBe(true)
  })
})
