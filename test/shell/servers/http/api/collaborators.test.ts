// Collaborators over HTTP and over the sign-in of programs: invitation, acceptance, what each may, its end, the trail.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../../../src/core/lib/instant.ts'
import { sendReset } from '../../../../../src/shell/identity/account/reset.ts'
import { beginAccountSession } from '../../../../../src/shell/identity/account/sessions.ts'
import { noteSubmission } from '../../../../../src/shell/identity/account/submissions.ts'
import { openAuthenticator } from '../../../../../src/shell/identity/authenticate.ts'
import { newToken } from '../../../../../src/shell/identity/tokens.ts'
import { setMailboxState } from '../../../../../src/shell/mailstore/mailboxes.ts'
import { addAccount, type Sent, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'

const PASSWORD = 'quattro Mele verdi 7'

let office: TestOffice
let api: TestApi
let identity: ReturnType<typeof openAuthenticator>
let count = 0
/** The box, its holder's session, and the collaborator's e-mail: new ones for each test. */
let box: string
let holder: string
let email: string

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  identity = openAuthenticator(office.db, office.clock, async () => {})
})
afterAll(async () => {
  await api.close()
  await office.stop()
})
const addBox = async (address: string): Promise<string> => {
  const token = await addAccount(office.db, { rights: 'own', address }, {}, office.clock.now())
  await office.db.query(
    't-reference',
    `update account set reference_email = $2 where mailbox_id = (select id from mailbox where address = $1)`,
    [address, `casa.${address.split('@')[0]}@example.org`],
  )
  return token
}
/** Another session of a box's holder, who has just proved to be the one. */
const addSession = async (address: string): Promise<string> => {
  const [row] = await office.db.query<{ id: number; mailbox_id: number }>(
    't-who',
    'select a.id, a.mailbox_id from account a join mailbox b on b.id = a.mailbox_id where b.address = $1',
    [address],
  )
  const token = newToken('account')
  const who = { accountId: row!.id, mailboxId: row!.mailbox_id, remoteAddress: '127.0.0.1', userAgent: 'test' }
  const session = { id: randomUUID(), token, stage: 'full', ...who } as const
  await office.db.tx(async (tx) => beginAccountSession(tx, session, office.clock.now()))
  return token
}

beforeEach(async () => {
  box = `studio${++count}@pec.prova.example`
  email = `giulia${count}@studio.example`
  holder = await addBox(box)
})

const invite = (more: Record<string, unknown> = {}, as = holder) =>
  api.call('inviteCollaborator', { as, body: { email, name: 'Giulia Neri', rights: 'send', ...more } })
const mails = (to: string) =>
  office.db.query<{ subject: string; body_text: string }>(
    't-mails',
    'select subject, body_text from notice where recipient = $1 order by created_at desc, id',
    [to],
  )
const seen = new Set<string>()
/** The secret of the link that was sent last: the one that was not there before. */
const lastLink = async (to = email): Promise<string> => {
  const links = (await mails(to)).flatMap(({ body_text }) => /collaboratore#(cll_[\w-]+)/.exec(body_text)?.[1] ?? [])
  const [link] = links.filter((one) => !seen.has(one))
  seen.add(link!)
  return link!
}
const accept = (token: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  api.call('acceptCollaboration', { body: { token, name: 'Giulia Neri', password: PASSWORD, ...more }, headers })
const cookieOf = (headers: Headers): string => headers.getSetCookie()[0]!.split(';')[0]!
const list = async (as = holder) => (await api.call('listCollaborators', { as })).body
/** A collaborator who has accepted: as the headers of her requests, and her number. */
const letIn = async (rights: 'read' | 'send' = 'send') => {
  expect((await invite({ rights })).status).toBe(200)
  const answer = await accept(await lastLink())
  expect(answer.body).toMatchObject({ kind: 'delegate', mailbox: { address: box, rights } })
  const [{ id }] = (await list()).collaborators
  return { id: id as number, headers: { cookie: cookieOf(answer.headers) } }
}
const makePassword = async (headers: Record<string, string>, scopes: readonly string[] = ['imap']) =>
  api.call('makeAppPassword', { headers, body: { name: 'Telefono', scopes } })
const signIn = (password: string, service: 'imap' | 'pop3' | 'submission' = 'imap', address = box) =>
  identity.authenticate({ address, password, service, remoteAddress: '192.0.2.7' })
const revoke = (id: number, as = holder) => api.call('revokeCollaborator', { as, params: { collaborator: id } })
const code = async (answer: Promise<{ readonly body: { code?: string } }>) => (await answer).body?.code

describe('an invitation', () => {
  it('is sent to the collaborator and told to the holder, by e-mail', async () => {
    const { body } = await invite()
    expect(body.invitations).toMatchObject([{ email, name: 'Giulia Neri', rights: 'send', expired: false }])
    const [letter] = await mails(email)
    expect(letter!.subject).toContain(box)
    expect(letter!.body_text).toContain(`${office.publicUrl}/collaboratore#cll_`)
    const [told] = await mails(`casa.studio${count}@example.org`)
    expect(told!.body_text).toContain(email)
    expect(told!.body_text).not.toContain('cll_')
  })
  it('is kept as a digest only', async () => {
    await invite()
    const kept = await office.db.query('t-kept', 'select i::text as text from delegation_invitation i', [])
    expect(JSON.stringify(kept)).not.toContain('cll_')
  })
  it('says to who has the link what it is about, and spends nothing by that', async () => {
    await invite({ rights: 'read' })
    const token = await lastLink()
    for (let i = 0; i < 2; i++) {
      expect((await api.call('lookAtCollaboration', { body: { token } })).body).toMatchObject({
        address: box,
        email,
        rights: 'read',
        hasAccount: false,
        signedIn: false,
      })
    }
  })
  it('answers the same whether or not the person has an account', async () => {
    await letIn()
    const other = await addBox(`altro${count}@pec.prova.example`)
    const known = await invite({}, other)
    const unknown = await invite({ email: `nuova${count}@studio.example` }, other)
    const shape = ({ status, body }: typeof known) => [status, Object.keys(body.invitations[0])]
    expect(shape(known)).toEqual(shape(unknown))
  })
  it.each([
    ['another box', () => ({ email: box }), 'emailCertified'],
    ['an address of another provider', () => ({ email: 'x@pec.altrove.example' }), 'emailCertified'],
    ['no address', () => ({ email: 'giulia' }), 'emailInvalid'],
    ['a name that is an address', () => ({ name: 'vinci.example' }), 'nameInvalid'],
  ])('to %s is refused', async (_, more, refusal) => {
    expect(await code(invite(more()))).toBe(refusal)
  })
  it('is one for a person, and is not made for a collaborator', async () => {
    await invite()
    expect(await code(invite({ email: email.toUpperCase() }))).toBe('alreadyInvited')
    await accept(await lastLink())
    expect(await code(invite())).toBe('alreadyCollaborator')
  })
  it('opens nothing a week later; then the same person can be invited anew', async () => {
    await invite()
    const token = await lastLink()
    office.clock.advance(7 * DAY)
    expect(await code(accept(token))).toBe('linkInvalid')
    expect(await code(api.call('lookAtCollaboration', { body: { token } }))).toBe('linkInvalid')
    const again = await addSession(box)
    expect((await invite({}, again)).status).toBe(200)
    expect((await accept(await lastLink())).status).toBe(200)
  })
  it('opens nothing once it is withdrawn', async () => {
    const { body } = await invite()
    const token = await lastLink()
    const params = { invitation: body.invitations[0].id }
    expect((await api.call('withdrawInvitation', { as: holder, params })).body.invitations).toEqual([])
    expect(await code(accept(token))).toBe('linkInvalid')
    expect(await code(api.call('withdrawInvitation', { as: holder, params }))).toBe('notFound')
  })
  it('sent again has a new link, and the former opens nothing', async () => {
    const { body } = await invite()
    const [former, params] = [await lastLink(), { invitation: body.invitations[0].id }]
    expect(await code(api.call('sendInvitationAgain', { as: holder, params }))).toBe('tooManyInvitations')
    office.clock.advance(10 * MINUTE)
    expect((await api.call('sendInvitationAgain', { as: await addSession(box), params })).status).toBe(200)
    expect(await code(accept(former))).toBe('linkInvalid')
    expect((await accept(await lastLink())).status).toBe(200)
  })
  it('of another holder is not there', async () => {
    const { body } = await invite()
    const other = await addBox(`altro${count}@pec.prova.example`)
    const params = { invitation: body.invitations[0].id }
    expect(await code(api.call('withdrawInvitation', { as: other, params }))).toBe('notFound')
    expect(await code(api.call('sendInvitationAgain', { as: other, params }))).toBe('notFound')
  })
  it('is one of twenty at most', async () => {
    for (let i = 0; i < 20; i++) expect((await invite({ email: `x${i}.${email}` })).status).toBe(200)
    expect(await code(invite())).toBe('tooManyCollaborators')
    const { invitations } = await list()
    await api.call('withdrawInvitation', { as: holder, params: { invitation: invitations[0].id } })
    // the letters of a day are counted though
    expect(await code(invite())).toBe('tooManyInvitations')
  })
})

describe('accepting', () => {
  it('sets name and password, signs in to the box, and tells the holder', async () => {
    await invite()
    const answer = await accept(await lastLink(), { name: 'Giulia Maria Neri' })
    expect(answer.body).toMatchObject({ stage: 'full', name: 'Giulia Maria Neri', signInName: email, kind: 'delegate' })
    expect((await list()).collaborators).toMatchObject([{ name: 'Giulia Maria Neri', email, rights: 'send' }])
    expect((await list()).invitations).toEqual([])
    expect((await api.call('signInToAccount', { body: { name: email, password: PASSWORD } })).status).toBe(200)
    const told = (await mails(`casa.studio${count}@example.org`)).map(({ subject }) => subject)
    expect(told.some((subject) => subject.includes('accettato'))).toBe(true)
  })
  it('is done once', async () => {
    await invite()
    const token = await lastLink()
    expect((await accept(token)).status).toBe(200)
    expect(await code(accept(token))).toBe('linkInvalid')
  })
  it('by two at once is done by one of them, with that one’s password', async () => {
    await invite()
    const token = await lastLink()
    const passwords = [`${PASSWORD} a`, `${PASSWORD} b`]
    const answers = await Promise.all(passwords.map((password) => accept(token, { password })))
    const won = answers.findIndex(({ status }) => status === 200)
    expect(answers[1 - won]!.body.code).toBe('linkInvalid')
    const enters = await Promise.all(
      passwords.map((password) => api.call('signInToAccount', { body: { name: email, password } })),
    )
    expect(enters.map(({ status }) => status === 200)).toEqual([won === 0, won === 1])
  })
  it('of two boxes at once by somebody new makes one account', async () => {
    const other = await addBox(`altro${count}@pec.prova.example`)
    await invite()
    const one = await lastLink()
    await invite({}, other)
    const two = await lastLink()
    const answers = await Promise.all([accept(one), accept(two)])
    const statuses = answers.map(({ status }) => status).sort()
    expect([
      [200, 200],
      [200, 409],
    ]).toContainEqual(statuses)
    // who came second gives the password that the first has set
    const late = answers.findIndex(({ status }) => status === 409)
    if (late >= 0) expect((await accept([one, two][late]!)).status).toBe(200)
    const rows = await office.db.query('t-accounts', 'select 1 from account where email = $1', [email])
    expect(rows).toHaveLength(1)
  })
  it('takes no weak password, and the link stays good', async () => {
    await invite()
    const token = await lastLink()
    expect(await code(accept(token, { password: email }))).toBe('passwordWeak')
    expect(await code(accept(token, { password: undefined }))).toBe('passwordWeak')
    expect((await accept(token)).status).toBe(200)
  })
  it('by who has an account wants their password, and sets none', async () => {
    await letIn()
    const other = `altro${count}@pec.prova.example`
    await invite({ rights: 'read' }, await addBox(other))
    const token = await lastLink()
    expect((await api.call('lookAtCollaboration', { body: { token } })).body.hasAccount).toBe(true)
    expect(await code(accept(token, { password: 'un’altra Password 9' }))).toBe('passwordWrong')
    const answer = await accept(token)
    expect(answer.body).toMatchObject({ mailbox: { address: other, rights: 'read' } })
    const boxes = await api.call('listOwnBoxes', { headers: { cookie: cookieOf(answer.headers) } })
    expect(boxes.body.items).toMatchObject([
      { address: other, rights: 'read', current: true },
      { address: box, rights: 'send', current: false },
    ])
  })
  it('by who is signed in with that e-mail wants nothing more; by somebody else it does', async () => {
    const { headers } = await letIn()
    const other = `altro${count}@pec.prova.example`
    const theirs = await addBox(other)
    await invite({}, theirs)
    const token = await lastLink()
    expect(await code(api.call('acceptCollaboration', { as: theirs, body: { token } }))).toBe('passwordWrong')
    expect((await api.call('lookAtCollaboration', { headers, body: { token } })).body.signedIn).toBe(true)
    const answer = await api.call('acceptCollaboration', { headers, body: { token } })
    expect(answer.body).toMatchObject({ mailbox: { address: other } })
    expect((await api.call('getAccountSession', { headers })).body.mailbox.address).toBe(other)
  })
  it('opens nothing of a suspended box', async () => {
    await invite()
    const token = await lastLink()
    await setMailboxState(office.db, box, 'suspended')
    expect(await code(accept(token))).toBe('linkInvalid')
  })
})

describe('a collaborator', () => {
  it('may not do what is the holder’s', async () => {
    const { headers, id } = await letIn()
    const sent: Sent = { headers, params: { collaborator: id } }
    for (const endpoint of ['listCollaborators', 'listActs', 'revokeCollaborator'] as const)
      expect(await code(api.call(endpoint, sent))).toBe('holderOnly')
  })
  it('has own passwords for programs; one who reads none for sending', async () => {
    const { headers, id } = await letIn('read')
    expect(await code(makePassword(headers, ['imap', 'smtp']))).toBe('readersDoNotSend')
    const { secret } = (await makePassword(headers)).body
    expect(await signIn(secret)).toMatchObject({ login: { by: { accountId: id, rights: 'read' } } })
    expect(await signIn(secret, 'submission')).toEqual({ refusal: 'bad' })
    const told = [...(await mails(email)), ...(await mails(`casa.studio${count}@example.org`))]
    expect(told.filter(({ body_text }) => body_text.includes('«Telefono»'))).toHaveLength(2)
    expect((await list()).collaborators[0]).toMatchObject({ programs: 1, lastUsedAt: expect.any(String) })
  })
  it('fills none of the holder’s places for passwords', async () => {
    const { headers } = await letIn()
    await office.db.query(
      't-fill',
      `insert into app_password (id, account_id, mailbox_id, name, scopes, secret_hash, created_at)
       select gen_random_uuid(), account_id, mailbox_id, 'x', '{imap}', sha256((mailbox_id || ' ' || n)::bytea), given_at
       from delegation, generate_series(1, 50) n where mailbox_id = (select id from mailbox where address = $1)`,
      [box],
    )
    expect(await code(makePassword(headers))).toBe('tooManyAppPasswords')
    const own = await api.call('makeAppPassword', { as: holder, body: { name: 'x', scopes: ['imap'] } })
    expect(own.status).toBe(200)
  })
  it('looks at another box and back, and at none that is not open to her', async () => {
    const { headers } = await letIn()
    const other = `altro${count}@pec.prova.example`
    await invite({ rights: 'read' }, await addBox(other))
    await api.call('acceptCollaboration', { headers, body: { token: await lastLink() } })
    const go = (address: string) => api.call('switchBox', { headers, body: { address } })
    expect((await go(box)).body.mailbox).toEqual({ address: box, rights: 'send' })
    expect((await go(other.toUpperCase())).body.mailbox).toEqual({ address: other, rights: 'read' })
    const strange = `strano${count}@pec.prova.example`
    await addBox(strange)
    expect(await code(go(strange))).toBe('notFound')
    expect(await code(api.call('switchBox', { as: holder, body: { address: other } }))).toBe('notFound')
  })
  it('chooses a new password by a link to her e-mail', async () => {
    await letIn()
    const { ticket } = (await api.call('askPasswordReset', { body: { address: ` ${email.toUpperCase()}` } })).body
    expect(ticket).toMatch(/^cll_/)
    const jobs = await office.db.query<{ id: string; payload: unknown }>(
      't-jobs',
      `select id, payload from outbox where payload->>'account' = $1`,
      [email],
    )
    for (const job of jobs) await sendReset(office, { ...job, kind: 'duty', attempts: 1 } as never)
    const [letter] = (await mails(email)).filter(({ subject }) => subject.includes('nuova password'))
    const token = /#(cll_[\w-]+)/.exec(letter!.body_text)![1]!
    expect((await api.call('lookAtReset', { body: { token } })).body.address).toBe(email)
    const password = 'Sette pere gialle 4'
    expect((await api.call('resetPassword', { body: { token, password, endAppPasswords: false } })).status).toBe(204)
    expect((await api.call('signInToAccount', { body: { name: email, password } })).status).toBe(200)
    expect((await api.call('signInToAccount', { body: { name: email, password: PASSWORD } })).status).toBe(401)
  })
})

describe('the end of a right', () => {
  it('closes sessions, passwords of programs and links to phones at once, and tells both', async () => {
    const { headers, id } = await letIn()
    const { secret } = (await makePassword(headers, ['imap', 'smtp'])).body
    const handover = await api.call('makeHandover', { headers })
    const opened = await signIn(secret)
    if (!('login' in opened)) throw new Error('not let in')
    expect((await revoke(id)).body.collaborators).toMatchObject([{ id, endedAt: expect.any(String) }])
    expect(await code(api.call('getBoxOverview', { headers }))).toBe('accountSignInNeeded')
    expect(await identity.whyEnded(opened.login)).toBe('revoked')
    expect(await signIn(secret)).toEqual({ refusal: 'bad' })
    const claim = { token: handover.body.token, name: 'x', profile: false }
    expect(await code(api.call('claimHandover', { body: claim }))).toMatch(/linkInvalid|unavailable/)
    expect((await mails(email)).some(({ subject }) => subject.includes('Non hai più accesso'))).toBe(true)
    const told = (await mails(`casa.studio${count}@example.org`)).map(({ subject }) => subject)
    expect(told.some((subject) => subject.includes('non ha più accesso'))).toBe(true)
    expect(await code(revoke(id))).toBe('notFound')
  })
  it('leaves who signs in afterwards without a box', async () => {
    const { id } = await letIn()
    await revoke(id)
    const answer = await api.call('signInToAccount', { body: { name: email, password: PASSWORD } })
    expect(answer.status).toBe(200)
    expect(answer.body.mailbox).toBeUndefined()
    const headers = { cookie: cookieOf(answer.headers) }
    expect(await code(api.call('listOwnBoxes', { headers }))).toBe('accountSignInNeeded')
  })
  it('is what a holder who changes the password is reminded of', async () => {
    const told = async () =>
      (await mails(`casa.studio${count}@example.org`)).filter(({ body_text }) =>
        body_text.includes('i tuoi collaboratori'),
      )
    const change = () =>
      api.call('changeAccountPassword', {
        as: holder,
        body: { password: 'Otto pesche rosse 5', endAppPasswords: false },
      })
    expect((await change()).status).toBe(204)
    expect(await told()).toHaveLength(0)
    await letIn()
    await change()
    expect(await told()).toHaveLength(1)
  })
  it('leaves other boxes open', async () => {
    const { headers, id } = await letIn()
    const other = `altro${count}@pec.prova.example`
    await invite({}, await addBox(other))
    await api.call('acceptCollaboration', { headers, body: { token: await lastLink() } })
    await revoke(id)
    expect((await api.call('listOwnBoxes', { headers })).body.items).toMatchObject([{ address: other }])
  })
  it('can be begun again by another invitation', async () => {
    const { id } = await letIn()
    await revoke(id)
    await invite({ rights: 'read' })
    expect((await accept(await lastLink())).body).toMatchObject({ mailbox: { address: box, rights: 'read' } })
    expect((await list()).collaborators).toHaveLength(1)
  })
  it('is the collaborator’s own doing too', async () => {
    const { headers } = await letIn()
    expect((await api.call('leaveBox', { headers, body: { address: box } })).status).toBe(204)
    expect(await code(api.call('getBoxOverview', { headers }))).toBe('accountSignInNeeded')
    expect((await list()).collaborators[0].endedAt).toBeDefined()
    expect(await code(api.call('leaveBox', { as: holder, body: { address: box } }))).toBe('notFound')
  })
  it('of another’s box is nobody’s to say', async () => {
    const { id } = await letIn()
    const other = await addBox(`altro${count}@pec.prova.example`)
    expect(await code(revoke(id, other))).toBe('notFound')
    const change = { as: other, params: { collaborator: id }, body: { rights: 'read' } }
    expect(await code(api.call('changeCollaborator', change))).toBe('notFound')
  })
  it('to send closes what programs have open with it, and holds in the browser from now on', async () => {
    const { headers, id } = await letIn()
    const { secret } = (await makePassword(headers, ['imap', 'smtp'])).body
    const opened = await signIn(secret, 'submission')
    if (!('login' in opened)) throw new Error('not let in')
    const change = { as: holder, params: { collaborator: id }, body: { rights: 'read' } }
    expect((await api.call('changeCollaborator', change)).body.collaborators).toMatchObject([{ rights: 'read' }])
    expect(await identity.whyEnded(opened.login)).toBe('revoked')
    expect(await signIn(secret, 'submission')).toEqual({ refusal: 'bad' })
    expect((await api.call('getAccountSession', { headers })).body.mailbox.rights).toBe('read')
    expect((await mails(email)).some(({ body_text }) => body_text.includes('sola lettura'))).toBe(true)
  })
})

describe('the page of acts', () => {
  const acts = async (query: Record<string, string | number> = {}) =>
    (await api.call('listActs', { as: holder, query })).body
  it('has what each collaborator did, newest first, and not what the holder did', async () => {
    const { headers, id } = await letIn()
    const { secret } = (await makePassword(headers, ['imap', 'smtp'])).body
    await api.call('makeAppPassword', { as: holder, body: { name: 'mio', scopes: ['imap'] } })
    for (let i = 0; i < 3; i++) await signIn(secret)
    const opened = await signIn(secret, 'submission')
    if (!('login' in opened)) throw new Error('not let in')
    const session = { id: 'abc', remoteAddress: '192.0.2.7', forwardPaths: ['a@pec.x.example', 'b@pec.x.example'] }
    await noteSubmission(office, opened.login, session)
    await api.call('leaveBox', { headers, body: { address: box } })
    const { items } = await acts()
    expect(items.map(({ act }: { act: string }) => act)).toEqual([
      'collaborator.left',
      'mail.submitted',
      'program.entered',
      'appPassword.made',
      'box.entered',
      'collaborator.joined',
    ])
    expect(items[1]).toMatchObject({
      collaborator: id,
      name: 'Giulia Neri',
      remoteAddress: '192.0.2.7',
      recipients: ['a@pec.x.example', 'b@pec.x.example'],
      recipientCount: 2,
    })
    expect(items[2]).toMatchObject({ program: 'Telefono' })
  })
  it('goes page by page, by person and by days in Italy', async () => {
    const { id } = await letIn()
    const first = await acts({ limit: 1 })
    expect(first.items).toHaveLength(1)
    const second = await acts({ limit: 1, cursor: first.next })
    expect(second.items[0].act).toBe('collaborator.joined')
    expect(second.next).toBeUndefined()
    expect((await acts({ collaborator: id })).items).toHaveLength(2)
    expect((await acts({ collaborator: id + 1 })).items).toHaveLength(0)
    const day = (offset: number) => new Date(office.clock.now() + HOUR + offset).toISOString().slice(0, 10)
    expect((await acts({ from: day(0), to: day(0) })).items).toHaveLength(2)
    expect((await acts({ to: day(-DAY) })).items).toHaveLength(0)
    expect((await acts({ from: day(DAY) })).items).toHaveLength(0)
    const wrong = await api.call('listActs', { as: holder, query: { from: '2026-02-31' } })
    expect(wrong.status).toBe(400)
  })
})
