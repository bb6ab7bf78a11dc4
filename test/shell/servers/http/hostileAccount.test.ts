// Attacks on the ways back into a box: new passwords by link and code, changes of the reference e-mail.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { COOLING_MS } from '../../../../src/core/identity/accountRecovery.ts'
import { DAY, HOUR, MINUTE } from '../../../../src/core/lib/instant.ts'
import type { Database } from '../../../../src/shell/db/pool.ts'
import { askReset, giveResetCode, sendReset } from '../../../../src/shell/identity/account/reset.ts'
import { setPassword } from '../../../../src/shell/identity/passwords.ts'
import type { Job } from '../../../../src/shell/outbox/outbox.ts'
import { addAccount, startApi, type TestApi } from '../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../support/office.ts'

const OLD = 'quattro Mele verdi 7'
const NEXT = 'sette Pere gialle 4'

let office: TestOffice
let api: TestApi
let turn = 0
/** The holder of the test, and a session that has proved to be theirs. */
let anna: { address: string; reference: string; token: string }

const addHolder = async (name: string) => {
  const who = { address: `${name}@pec.prova.example`, reference: `${name}@posta.example`, token: '' }
  who.token = await addAccount(office.db, { rights: 'own', address: who.address }, {}, office.clock.now())
  await setPassword(office.db, who.address, OLD)
  await office.db.query(
    't-reference',
    `update account set reference_email = $2, reference_since = created_at
     where mailbox_id = (select id from mailbox where address = $1)`,
    [who.address, who.reference],
  )
  return who
}

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})
beforeEach(async () => {
  // Yesterday's letters count for nobody today.
  office.clock.advance(2 * DAY)
  turn += 1
  anna = await addHolder(`anna${turn}`)
})

/** Does the duties that were asked for. */
const work = async (): Promise<void> => {
  const jobs = await office.db.query<Job>(
    't-duties',
    `select id, kind, payload, attempts from outbox where payload ->> 'duty' = 'passwordReset' order by created_at`,
  )
  for (const job of jobs) await sendReset(office, job)
}

type Mail = { readonly kind: string; readonly text: string; readonly code: string; readonly token: string }
const mails = async (to: string): Promise<readonly Mail[]> =>
  (
    await office.db.query<{ kind: string; text: string }>(
      't-mails',
      'select kind, body_text as text from notice where recipient = $1 order by created_at, xmin::text::bigint',
      [to],
    )
  ).map(({ kind, text }) => ({
    kind,
    text,
    code: /\n {4}(\d{4} \d{4})\n/.exec(text)?.[1] ?? '',
    token: /#(cll_[\w-]+)/.exec(text)?.[1] ?? '',
  }))
const lastMail = async (to: string): Promise<Mail> => (await mails(to)).at(-1)!

const ask = async (address: string, headers: Record<string, string> = {}): Promise<string> => {
  const { body } = await api.call('askPasswordReset', { body: { address }, headers })
  await work()
  return body.ticket
}
const reset = (token: string, password = NEXT) => api.call('resetPassword', { body: { token, password } })
const canEnter = async (address: string, password: string): Promise<boolean> =>
  (await api.call('signInToAccount', { body: { name: address, password } })).status === 200
const deskMails = async (address: string): Promise<number> =>
  (
    await office.db.query<{ n: number }>(
      't-desk',
      `select count(*) as n from outbox where payload ->> 'duty' = 'deskMail' and payload -> 'to' ->> 'address' = $1`,
      [address],
    )
  )[0]!.n

describe('a new password by link', () => {
  it('is set once; sessions end, and box and reference e-mail are told', async () => {
    await ask(anna.address.toUpperCase())
    const { token } = await lastMail(anna.reference)
    expect((await api.call('lookAtReset', { body: { token } })).body.address).toBe(anna.address)
    expect((await reset(token, 'corta')).body.code).toBe('passwordWeak')
    expect((await reset(token)).status).toBe(204)
    expect(await canEnter(anna.address, NEXT)).toBe(true)
    expect(await canEnter(anna.address, OLD)).toBe(false)
    expect((await api.call('getAccountSession', { as: anna.token })).status).toBe(401)
    expect((await lastMail(anna.reference)).kind).toBe('accountPassword')
    expect(await deskMails(anna.address)).toBe(1)
    // replay
    expect((await reset(token, 'otto Fichi neri 9')).body.code).toBe('linkInvalid')
    expect((await api.call('lookAtReset', { body: { token } })).body.code).toBe('linkInvalid')
  })
  it('is not spent by looking, and gives time to type once', async () => {
    await ask(anna.address)
    const { token } = await lastMail(anna.reference)
    office.clock.advance(59 * MINUTE)
    for (let i = 0; i < 3; i++) expect((await api.call('lookAtReset', { body: { token } })).status).toBe(200)
    office.clock.advance(29 * MINUTE)
    expect((await api.call('lookAtReset', { body: { token } })).status).toBe(200)
    office.clock.advance(2 * MINUTE)
    expect((await reset(token)).body.code).toBe('linkInvalid')
  })
  it('pressed twice at once is one password', async () => {
    await ask(anna.address)
    const { token } = await lastMail(anna.reference)
    const answers = await Promise.all([reset(token), reset(token, 'otto Fichi neri 9')])
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
  })
  it('spends the other links of the box, and no other box’s', async () => {
    const other = await addHolder(`bruno${turn}`)
    await ask(anna.address)
    const first = (await lastMail(anna.reference)).token
    await ask(anna.address)
    await ask(other.address)
    const second = (await lastMail(anna.reference)).token
    expect(second).not.toBe(first)
    expect((await reset(second)).status).toBe(204)
    expect((await reset(first)).body.code).toBe('linkInvalid')
    const theirs = (await lastMail(other.reference)).token
    expect((await api.call('lookAtReset', { body: { token: theirs } })).body.address).toBe(other.address)
    expect(await canEnter(other.address, OLD)).toBe(true)
  })
  it('leads to the address of the office, whatever Host says', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
      referer: 'https://evil.example/nuova-password',
    }
    await ask(anna.address, headers)
    const [email, other] = [`nuova${turn}@posta.example`, `viva${turn}@posta.example`]
    await api.call('askReferenceChange', { as: anna.token, body: { email }, headers })
    const request = { address: anna.address, fiscalCode: 'RSSMRA80A01L219M', email: other }
    await api.call('startRecovery', { body: request, headers })
    for (const [to, page] of [
      [anna.reference, 'nuova-password'],
      [email, 'riferimento'],
      [other, 'recupero'],
    ] as const) {
      const { text } = await lastMail(to)
      expect(text).toContain(`${office.publicUrl}/${page}#cll_`)
      expect(text).not.toContain('evil')
    }
  })
  it('dies with a change of the reference e-mail', async () => {
    await ask(anna.address)
    const { token } = await lastMail(anna.reference)
    await change(`nuova${turn}@posta.example`)
    expect((await reset(token)).body.code).toBe('linkInvalid')
  })
})

describe('the typed code', () => {
  it('opens on the page that asked alone', async () => {
    const ticket = await ask(anna.address)
    const { code } = await lastMail(anna.reference)
    const strange = await ask('nobody@pec.prova.example')
    expect((await api.call('giveResetCode', { body: { ticket: strange, code } })).body.code).toBe('codeWrong')
    const { body } = await api.call('giveResetCode', { body: { ticket, code } })
    expect((await reset(body.token)).status).toBe(204)
    // the link of the letter is spent with it, and so is the code
    expect((await reset((await mails(anna.reference))[0]!.token)).body.code).toBe('linkInvalid')
    expect((await api.call('giveResetCode', { body: { ticket, code } })).body.code).toBe('codeExpired')
  })
  it('may be tried five times, known box or not; the link stays', async () => {
    for (const address of [anna.address, 'nobody@pec.prova.example']) {
      const ticket = await ask(address)
      const codes: string[] = []
      for (let i = 0; i < 6; i++)
        codes.push((await api.call('giveResetCode', { body: { ticket, code: '0000 0000' } })).body.code)
      expect(codes).toEqual([...Array(5).fill('codeWrong'), 'codeExpired'])
    }
    const { token } = await lastMail(anna.reference)
    expect((await api.call('lookAtReset', { body: { token } })).status).toBe(200)
  })
  it('counts tries that come all at once', async () => {
    const ticket = await ask(anna.address)
    const tries = Array.from({ length: 20 }, () => giveResetCode(office, { ticket, code: '00000000' }))
    const refusals = (await Promise.all(tries)).map((one) => 'refusal' in one && one.refusal)
    expect(refusals.filter((one) => one === 'codeWrong')).toHaveLength(5)
  })
})

describe('whether an address exists', () => {
  it('is told by no answer and no work', async () => {
    const counted: string[] = []
    const count = (db: Database): Database => ({
      ...db,
      tx: (fn) =>
        db.tx((tx) =>
          fn({
            ...tx,
            query: (name, text, values) => {
              counted.push(name)
              return tx.query(name, text, values)
            },
            send: (name, text, values) => {
              counted.push(name)
              tx.send(name, text, values)
            },
          }),
        ),
    })
    const worked = async (address: string): Promise<readonly string[]> => {
      counted.length = 0
      await askReset({ ...office, db: count(office.db) }, address, '192.0.2.1')
      return [...counted]
    }
    expect(await worked(anna.address)).toEqual(await worked('nobody@pec.prova.example'))
    const [known, unknown] = [
      await api.call('askPasswordReset', { body: { address: anna.address } }),
      await api.call('askPasswordReset', { body: { address: 'nobody@pec.prova.example' } }),
    ]
    expect([known.status, known.body.ticket.length]).toEqual([unknown.status, unknown.body.ticket.length])
    await work()
  })
  it('floods no mailbox: three letters in ten minutes', async () => {
    for (let i = 0; i < 6; i++) await ask(anna.address)
    expect(await mails(anna.reference)).toHaveLength(3)
  })
  it('opens no suspended box', async () => {
    await office.db.query('t-off', `update mailbox set state = 'suspended' where address = $1`, [anna.address])
    await ask(anna.address)
    expect(await mails(anna.reference)).toHaveLength(0)
  })
})

describe('a changed password', () => {
  it('wants a proof, ends the other sessions and leaves this one', async () => {
    const other = (await api.call('signInToAccount', { body: { name: anna.address, password: OLD } })).headers
    const cookie = other.getSetCookie()[0]!.split(';')[0]!
    const body = { password: NEXT }
    office.clock.advance(11 * MINUTE)
    expect((await api.call('changeAccountPassword', { as: anna.token, body })).body.code).toBe('proofNeeded')
    await api.call('proveByPassword', { as: anna.token, body: { password: OLD } })
    const weak = await api.call('changeAccountPassword', { as: anna.token, body: { password: 'anna' } })
    expect(weak.body.code).toBe('passwordWeak')
    expect((await api.call('changeAccountPassword', { as: anna.token, body })).status).toBe(204)
    expect((await api.call('getAccountSession', { as: anna.token })).status).toBe(200)
    expect((await api.call('getAccountSession', { headers: { cookie } })).status).toBe(401)
    expect(await canEnter(anna.address, NEXT)).toBe(true)
    expect((await lastMail(anna.reference)).text).toContain(`${office.publicUrl}/nuova-password`)
  })
})

/** Changes the reference e-mail of the holder of the test, by the code. */
const change = async (email: string): Promise<void> => {
  const as = anna.token
  expect((await api.call('askReferenceChange', { as, body: { email } })).status).toBe(200)
  const { code } = await lastMail(email)
  expect((await api.call('giveReferenceCode', { as, body: { code } })).body.email).toBe(email)
}
const standing = async () => (await api.call('getReference', { as: anna.token })).body
const use = (token: string) => api.call('useReferenceLink', { body: { token } })

describe('a change of the reference e-mail', () => {
  it('is made by the new one, told to the old one, and undone by it', async () => {
    const email = `nuova${turn}@posta.example`
    await api.call('askReferenceChange', { as: anna.token, body: { email } })
    expect((await standing()).email).toBe(anna.reference)
    const { token } = await lastMail(email)
    expect((await api.call('lookAtReferenceLink', { body: { token } })).body.kind).toBe('confirm')
    expect((await use(token)).body).toMatchObject({ kind: 'confirm', email })
    expect((await use(token)).body.code).toBe('linkInvalid')
    // While it is young a new password is asked at the old one, and no other change is made.
    await ask(anna.address)
    expect((await lastMail(anna.reference)).kind).toBe('passwordReset')
    expect((await lastMail(email)).kind).toBe('referenceNew')
    const again = await api.call('askReferenceChange', { as: anna.token, body: { email: 'terza@posta.example' } })
    expect(again.body.code).toBe('referenceCooling')
    const undo = (await mails(anna.reference)).find(({ kind }) => kind === 'referenceOld')!.token
    expect((await use(undo)).body).toMatchObject({ kind: 'undo', email: anna.reference })
    expect((await use(undo)).body.code).toBe('linkInvalid')
    expect((await api.call('getAccountSession', { as: anna.token })).status).toBe(401)
    expect((await mails(email)).at(-1)!.kind).toBe('referenceUndone')
  })
  it('confirmed twice at once is made once', async () => {
    const email = `nuova${turn}@posta.example`
    await api.call('askReferenceChange', { as: anna.token, body: { email } })
    const { token, code } = await lastMail(email)
    const answers = await Promise.all([
      use(token),
      api.call('giveReferenceCode', { as: anna.token, body: { code } }),
      use(token),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await mails(anna.reference)).filter(({ kind }) => kind === 'referenceOld')).toHaveLength(1)
  })
  it('is not confirmed by the link of a change that was replaced or given up, nor after the undo', async () => {
    const [first, second] = [`uno${turn}@posta.example`, `due${turn}@posta.example`]
    await api.call('askReferenceChange', { as: anna.token, body: { email: first } })
    await api.call('askReferenceChange', { as: anna.token, body: { email: second } })
    expect((await use((await lastMail(first)).token)).body.code).toBe('linkInvalid')
    const { code } = await lastMail(first)
    expect((await api.call('giveReferenceCode', { as: anna.token, body: { code } })).body.code).toBe('codeWrong')
    const { token } = await lastMail(second)
    await api.call('dropReferenceChange', { as: anna.token })
    expect((await use(token)).body.code).toBe('linkInvalid')
    expect((await standing()).email).toBe(anna.reference)
  })
  it('stands when its time is over: the old link undoes nothing, the new one opens', async () => {
    const email = `nuova${turn}@posta.example`
    await change(email)
    const undo = (await lastMail(anna.reference)).token
    office.clock.advance(COOLING_MS + 1)
    expect((await use(undo)).body.code).toBe('linkInvalid')
    await ask(anna.address)
    expect((await lastMail(email)).kind).toBe('passwordReset')
  })
  it('takes no link of another purpose or box', async () => {
    const other = await addHolder(`carla${turn}`)
    await ask(anna.address)
    expect((await use((await lastMail(anna.reference)).token)).body.code).toBe('linkInvalid')
    const email = `nuova${turn}@posta.example`
    await api.call('askReferenceChange', { as: anna.token, body: { email } })
    const { token, code } = await lastMail(email)
    expect((await reset(token)).body.code).toBe('linkInvalid')
    expect((await api.call('giveReferenceCode', { as: other.token, body: { code } })).body.code).toBe('codeExpired')
  })
  it('lets its code be tried five times', async () => {
    const email = `nuova${turn}@posta.example`
    await api.call('askReferenceChange', { as: anna.token, body: { email } })
    const give = (code: string) => api.call('giveReferenceCode', { as: anna.token, body: { code } })
    for (let i = 0; i < 5; i++) expect((await give('00000000')).body.code).toBe('codeWrong')
    expect((await give((await lastMail(email)).code)).body.code).toBe('codeExpired')
  })
  it('goes to no certified address, and asks after a year', async () => {
    const as = anna.token
    const wrong = await api.call('askReferenceChange', { as, body: { email: 'x@pec.prova.example' } })
    expect(wrong.body.code).toBe('emailCertified')
    const same = await api.call('askReferenceChange', { as, body: { email: anna.reference } })
    expect(same.body.code).toBe('referenceSame')
    await office.db.query(
      't-old',
      `update account set reference_since = $2, created_at = $2 where reference_email = $1`,
      [anna.reference, new Date(office.clock.now() - 366 * DAY).toISOString()],
    )
    expect((await standing()).checkDue).toBe(true)
    expect((await api.call('confirmReferenceStillMine', { as })).body.checkDue).toBe(false)
    office.clock.advance(HOUR)
  })
})
