// The first page of a box over HTTP: how it stands, for its holder and for a collaborator.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../../../src/core/lib/instant.ts'
import { timestamp } from '../../../../../src/shell/db/pool.ts'
import { provisionBox, putProvision } from '../../../../../src/shell/enrolment/decide/provision.ts'
import { setPassword } from '../../../../../src/shell/identity/passwords.ts'
import { newToken } from '../../../../../src/shell/identity/tokens.ts'
import { addAccount, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'
import { pdfTexts } from '../../../../support/pdf.ts'
import { makeCase, makeConvention } from '../../../enrolment/decide/support.ts'

const PASSWORD = 'quattro Mele verdi 7'
const REFERENCE = 'mario.rossi@posta.example'

let office: TestOffice
let api: TestApi
/** A box under a convention. */
let address: string

/** A new session of the box under a convention, by its password. */
const enter = async (): Promise<string> => {
  const { headers } = await api.call('signInToAccount', { body: { name: address, password: PASSWORD } })
  return headers.getSetCookie()[0]!.split(';')[0]!.split('=')[1]!
}
const plainBox = (local: string, rights: 'own' | 'read' = 'own') =>
  addAccount(office.db, { rights, address: `${local}@pec.prova.example` }, {}, office.clock.now())
const change = (sql: string, ...values: readonly (string | number)[]) =>
  office.db.query(`t-${sql}`.slice(0, 60), sql, [address, ...values])

/** The text of a certificate, and the secret of its link, which the page may break. */
const readCertificate = async (pdf: Uint8Array): Promise<{ readonly texts: string; readonly token: string }> => {
  const texts = (await pdfTexts(pdf)).join('\n')
  return { texts, token: /\/verifica#(cll_[\w-]{43})/.exec(texts.replace(/\s/g, ''))![1]! }
}

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  const { db, clock } = office
  const convention = await makeConvention(db, clock.now())
  const one = await makeCase(db, convention, clock.now(), { state: 'approved', referenceEmail: REFERENCE })
  address = one.address
  await db.tx(async (tx) => putProvision(tx, one.id, clock.now()))
  await provisionBox(office, {
    id: one.id,
    kind: 'provision',
    payload: { enrolment: one.id, step: 'box' },
    attempts: 0,
  })
  await setPassword(db, address, PASSWORD)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

describe('the overview', () => {
  it('of a box under a convention says all there is', async () => {
    const { body, status } = await api.call('getBoxOverview', { as: await enter() })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      level: 'ok',
      concerns: [],
      space: { quotaBytes: 1024 ** 3, percent: 0 },
      term: { state: 'active', payer: 'order', takeOutDays: 60, activatedAt: '2026-03-09T09:00:00.000Z' },
      reference: { email: REFERENCE, checkDue: false },
      secondFactor: false,
    })
    expect(['awaiting', 'none', 'confirmed']).toContain(body.domicile.standing)
  })
  it('says which thing is amiss', async () => {
    const as = await enter()
    await change('update mailbox set used_bytes = quota_bytes where address = $1')
    await change(
      'update mailbox_term set close_at = $2 where mailbox_id = (select id from mailbox where address = $1)',
      timestamp(office.clock.now() + 5 * DAY),
    )
    const { body } = await api.call('getBoxOverview', { as })
    expect(body).toMatchObject({ level: 'urgent', concerns: ['closing', 'full'], space: { percent: 100 } })
    await change('update mailbox set used_bytes = 0 where address = $1')
    await change(
      'update mailbox_term set close_at = null where mailbox_id = (select id from mailbox where address = $1)',
    )
  })
  it('of a box without a convention has no term and asks for a reference e-mail', async () => {
    const { body } = await api.call('getBoxOverview', { as: await plainBox('sola') })
    expect(body).toMatchObject({ level: 'attention', concerns: ['referenceMissing'], secondFactor: false })
    expect(body).not.toHaveProperty('term')
    expect(body).not.toHaveProperty('domicile')
  })
  it('tells a collaborator of the mail, and nothing of the holder', async () => {
    const { body } = await api.call('getBoxOverview', { as: await plainBox('studio', 'read') })
    expect(body).toEqual({ level: 'ok', concerns: [], space: { usedBytes: 0, quotaBytes: 1_000_000, percent: 0 } })
  })
  it('is for who is signed in', async () => {
    const as = await plainBox('ieri')
    office.clock.advance(13 * HOUR)
    expect((await api.call('getBoxOverview', { as })).body.code).toBe('accountSignInNeeded')
  })
})

describe('a certificate of the address', () => {
  it('is a PDF whose QR says whose address it is, and whether it is still so', async () => {
    const answer = await api.call('makeAddressCertificate', { as: await enter() })
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toMatch(/ATT-2026-\d{6}\.pdf/)
    const { texts, token } = await readCertificate(answer.body)
    expect(texts).toContain(address)
    expect(texts).toContain('Mario Rossi')
    const verify = () => api.call('verifyAddressCertificate', { body: { token } })
    expect((await verify()).body).toMatchObject({
      address,
      name: 'Mario Rossi',
      standing: 'active',
      since: '2026-03-09T09:00:00.000Z',
    })
    await change(`update mailbox set state = 'reading' where address = $1`)
    expect((await verify()).body.standing).toBe('ended')
    const refused = await api.call('makeAddressCertificate', { as: await enter() })
    expect(refused.body.code).toBe('notInThisState')
    await change(`update mailbox set state = 'active' where address = $1`)
  })
  it('that nobody issued is unknown', async () => {
    for (const token of ['x', newToken('link')]) {
      expect((await api.call('verifyAddressCertificate', { body: { token } })).body.code).toBe('certificateUnknown')
    }
  })
})

describe('taking out all mail', () => {
  /** An archive that is sent in two pieces; the second comes when the test lets it, or fails. */
  const archive = () => {
    let letGo: (fails?: boolean) => void = () => {}
    const gate = new Promise<boolean>((resolve) => {
      letGo = (fails = false) => resolve(fails)
    })
    const forms: string[] = []
    const takeOut: TestOffice['takeOut'] = async ({ form, mailbox }) => {
      forms.push(`${form} ${mailbox.address}`)
      return (async function* () {
        yield Buffer.from('zip')
        if (await gate) throw new Error('away')
        yield Buffer.from('!')
      })()
    }
    return { takeOut, letGo, forms }
  }
  it('asks for a copy by a proof, tells the holder, and gives it once, within days', async () => {
    const { takeOut, letGo, forms } = archive()
    letGo()
    const other = await startApi({ ...office, takeOut })
    const as = await enter()
    expect((await other.call('takeOutMail', { as })).body.code).toBe('takeOutOver')
    const asked = await other.call('askTakeOut', { as, body: { form: 'eml' } })
    expect(asked.body).toMatchObject({ messages: expect.any(Number), expiresAt: expect.any(String) })
    // Another in its place: one at a time.
    await other.call('askTakeOut', { as, body: { form: 'mbox' } })
    expect((await other.call('getTakeOut', { as })).body.open).toMatchObject({ form: 'mbox', running: false })
    const told = await office.db.query(
      't-take-out-told',
      `select 1 from notice where subject_id = $1 and kind = 'takeOut' and recipient = $2`,
      [address, REFERENCE],
    )
    expect(told).toHaveLength(2)
    office.clock.advance(11 * MINUTE)
    for (const id of ['takeOutMail', 'askTakeOut'] as const) {
      const body = id === 'askTakeOut' ? { body: { form: 'mbox' } } : {}
      expect((await other.call(id, { as, ...body })).body.code).toBe('proofNeeded')
    }
    const again = await enter()
    const answer = await other.call('takeOutMail', { as: again })
    expect([answer.headers.get('content-type'), String(answer.body)]).toEqual(['application/zip', 'zip!'])
    expect(answer.headers.get('content-disposition')).toContain(encodeURIComponent(`copia ${address}.zip`))
    expect(forms).toEqual([`mbox ${address}`])
    const { body } = await other.call('getTakeOut', { as: again })
    expect(body).toEqual({ takenAt: expect.any(String) })
    expect((await other.call('takeOutMail', { as: again })).body.code).toBe('takeOutOver')
    await other.call('askTakeOut', { as: again, body: { form: 'mbox' } })
    office.clock.advance(3 * DAY)
    expect((await other.call('takeOutMail', { as: await enter() })).body.code).toBe('takeOutOver')
    await other.close()
  })
  it('lets one download run at a time; one that broke off may begin again', async () => {
    const { takeOut, letGo } = archive()
    const other = await startApi({ ...office, takeOut })
    const as = await enter()
    await other.call('askTakeOut', { as, body: { form: 'mbox' } })
    const first = other.call('takeOutMail', { as }).catch((error: unknown) => error)
    await expect.poll(async () => (await other.call('getTakeOut', { as })).body.open.running).toBe(true)
    for (const one of [
      await other.call('takeOutMail', { as }),
      await other.call('askTakeOut', { as, body: { form: 'eml' } }),
    ]) {
      expect(one.body.code).toBe('takeOutRunning')
    }
    letGo(true)
    await first
    await expect.poll(async () => (await other.call('getTakeOut', { as })).body.open.running).toBe(false)
    await other.close()
    // Who held it has died: after five minutes it is free.
    const dead = archive()
    const third = await startApi({ ...office, takeOut: dead.takeOut })
    const left = third.call('takeOutMail', { as }).catch((error: unknown) => error)
    await expect.poll(async () => (await third.call('getTakeOut', { as })).body.open?.running).toBe(true)
    office.clock.advance(6 * MINUTE)
    expect((await third.call('getTakeOut', { as })).body.open.running).toBe(false)
    dead.letGo()
    await left
    await third.close()
  })
})
