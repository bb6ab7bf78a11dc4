// Requests to change a dead reference e-mail: from the first page to the decision, and attacks on them.
import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../../src/core/lib/instant.ts'
import { sweepDocuments } from '../../../src/shell/documents/retention.ts'
import { provisionBox, putProvision } from '../../../src/shell/enrolment/decide/provision.ts'
import { sendReset } from '../../../src/shell/identity/account/reset.ts'
import { beginAccountSession } from '../../../src/shell/identity/account/sessions.ts'
import { warnHolder } from '../../../src/shell/identity/recovery/request.ts'
import { newToken } from '../../../src/shell/identity/tokens.ts'
import type { Job } from '../../../src/shell/outbox/outbox.ts'
import { type Answer, addAccount, addStaff, startApi, type TestApi } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { faxed, printedModule } from '../documents/papers.ts'
import { makeCase, makeConvention } from '../enrolment/decide/support.ts'

const CODE = 'RSSMRA80A01L219M'

let office: TestOffice
let api: TestApi
let operator: string
let image: Buffer
let turn = 0
let box: { address: string; old: string; next: string }

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  image = await sharp({ create: { width: 800, height: 1000, channels: 3, background: '#ccc' } })
    .jpeg()
    .toBuffer()
})
afterAll(async () => {
  await api.close()
  await office.stop()
})
beforeEach(async () => {
  office.clock.advance(DAY)
  turn += 1
  box = { address: `dario${turn}@pec.prova.example`, old: `old${turn}@posta.example`, next: `new${turn}@posta.example` }
  await addAccount(office.db, { rights: 'own', address: box.address }, {}, office.clock.now())
  await office.db.query(
    't-reference',
    'update account set reference_email = $2 where mailbox_id = (select id from mailbox where address = $1)',
    [box.address, box.old],
  )
  const who = { email: `op${turn}@alfa.example`, roles: [{ role: 'operatorAdmin' as const }] }
  operator = (await addStaff(office.db, who, office.clock.now())).token
})

const work = async (): Promise<void> => {
  const jobs = await office.db.query<Job>(
    't-duties',
    `select id, kind, payload, attempts from outbox where payload ->> 'duty' in ('recoveryWarning', 'passwordReset')`,
  )
  for (const job of jobs) {
    const { duty } = job.payload as { readonly duty: string }
    await (duty === 'passwordReset' ? sendReset(office, job) : warnHolder(office, job))
  }
}
const mails = async (to: string): Promise<readonly { readonly kind: string; readonly text: string }[]> =>
  office.db.query(
    't-mails',
    'select kind, body_text as text from notice where recipient = $1 order by created_at, xmin::text::bigint',
    [to],
  )
const linkIn = (text: string): string => /#(cll_[\w-]+)/.exec(text)?.[1] ?? ''

/** Opens a request; the headers of the browser that has it. */
const start = async (address: string, more: object = {}) => {
  const body = { address, fiscalCode: CODE, email: box.next, ...more }
  const { headers, body: view, status } = await api.call('startRecovery', { body })
  return { status, view, as: { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' } }
}
const upload = (headers: { cookie: string }, kind: string) =>
  api.call('putRecoveryDocument', {
    params: { kind },
    body: image,
    headers: { ...headers, 'content-type': 'image/jpeg' },
  })

/** A request that waits for the operator: its number. */
const submitted = async (address: string): Promise<string> => {
  const { as, view } = await start(address)
  await upload(as, 'module')
  await upload(as, 'front')
  expect((await api.call('submitRecovery', { headers: as })).body.code).toBe('recoveryIncomplete')
  const link = linkIn((await mails(box.next)).findLast(({ kind }) => kind === 'recoveryLink')!.text)
  expect((await api.call('openRecovery', { body: { token: link } })).body.emailConfirmed).toBe(true)
  expect((await api.call('submitRecovery', { headers: as })).body.state).toBe('awaitingReview')
  return view.caseNumber
}
const look = async (number: string) =>
  (await api.call('getRecoveryCase', { as: operator, params: { case: number } })).body
/** A session of who has a box, in which they have just proved to be the one. */
const accountOf = async (address: string): Promise<string> => {
  const token = newToken('account')
  const now = office.clock.now()
  const [row] = await office.db.query<{ id: number; mailbox: number }>(
    't-account',
    'select a.id, b.id as mailbox from account a join mailbox b on b.id = a.mailbox_id where b.address = $1',
    [address],
  )
  const session = { id: randomUUID(), token, accountId: row!.id, mailboxId: row!.mailbox, stage: 'full' } as const
  await office.db.tx(async (tx) => {
    beginAccountSession(tx, { ...session, remoteAddress: '::1', userAgent: 'test' }, now)
  })
  return token
}
const decide = async (
  id: 'approveRecovery' | 'refuseRecovery' | 'askRecoveryAgain',
  number: string,
  more: object = {},
  as = operator,
) => {
  const { version } = (await look(number)).case
  return api.call(id, { as, params: { case: number }, body: { version, ...more } })
}

describe('a request to change a dead reference e-mail', () => {
  it('is the same to see whether there is such a box or not', async () => {
    const [known, unknown] = [await start(box.address), await start('nobody@pec.prova.example')]
    const plain = (view: object) => ({ ...view, caseNumber: '', address: '' })
    expect([unknown.status, plain(unknown.view)]).toEqual([known.status, plain(known.view)])
    const letters = await mails(box.next)
    expect(letters.map(({ kind }) => kind)).toEqual(['recoveryLink', 'recoveryLink'])
    expect(letters[0]!.text).toContain(`${office.publicUrl}/recupero#cll_`)
    expect(await mails(box.old)).toEqual([])
    const form = await api.call('getRecoveryForm', { headers: unknown.as })
    expect(form.body.subarray(0, 5).toString()).toBe('%PDF-')
  })
  it('changes the e-mail once an operator approves, tells all, and waits a day before it opens a password', async () => {
    const number = await submitted(box.address)
    await work()
    expect((await mails(box.old)).map(({ kind }) => kind)).toEqual(['recoveryWarning'])
    expect((await look(number)).match).toBe('noFiscalCode')
    const { documents } = await look(number)
    const page = { case: number, document: documents[0].id, page: 1 }
    expect((await api.call('viewRecoveryDocument', { as: operator, params: page })).status).toBe(200)
    expect((await decide('approveRecovery', number)).body.case.state).toBe('approved')
    expect((await decide('approveRecovery', number)).body.code).toBe('notInThisState')
    expect((await mails(box.old)).map(({ kind }) => kind)).toEqual(['recoveryWarning', 'referenceOld'])
    const reset = async (): Promise<void> => {
      await api.call('askPasswordReset', { body: { address: box.address } })
      await work()
    }
    const opens = async (to: string) => (await mails(to)).some(({ kind }) => kind === 'passwordReset')
    await reset()
    expect([await opens(box.old), await opens(box.next)]).toEqual([false, false])
    const lifted = await api.call('liftRecoveryCooling', { as: operator, params: { case: number } })
    expect(lifted.body.coolingUntil).toBeUndefined()
    await reset()
    expect(await opens(box.next)).toBe(true)
  })
  it('is undone by the old one, where that was alive after all', async () => {
    const number = await submitted(box.address)
    await decide('approveRecovery', number)
    const token = linkIn((await mails(box.old)).at(-1)!.text)
    expect((await api.call('useReferenceLink', { body: { token } })).body).toMatchObject({
      kind: 'undo',
      email: box.old,
    })
    office.clock.advance(25 * HOUR)
    await api.call('askPasswordReset', { body: { address: box.address } })
    await work()
    expect((await mails(box.next)).some(({ kind }) => kind === 'passwordReset')).toBe(false)
  })
  it('about a box that is not there cannot be approved; it is mended or refused in words', async () => {
    const number = await submitted('nobody@pec.prova.example')
    expect((await look(number)).match).toBe('noSuchBox')
    expect((await decide('approveRecovery', number)).body.code).toBe('recoveryMismatch')
    const asked = await decide('askRecoveryAgain', number, { reason: 'La firma non si vede.' })
    expect(asked.body.case.state).toBe('awaitingDocument')
    expect((await mails(box.next)).at(-1)!.text).toContain('La firma non si vede.')
    expect((await decide('refuseRecovery', number, { reason: 'Nessuna casella così.' })).body.case.state).toBe(
      'refused',
    )
  })
  it('is decided by one of two operators at once', async () => {
    const number = await submitted(box.address)
    const { version } = (await look(number)).case
    const approve = () => api.call('approveRecovery', { as: operator, params: { case: number }, body: { version } })
    const answers = await Promise.all([approve(), approve()])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await mails(box.old)).filter(({ kind }) => kind === 'referenceOld')).toHaveLength(1)
  })
  it('and a change by the holder, confirmed at the same moment, are made one after the other', async () => {
    const number = await submitted(box.address)
    const account = await accountOf(box.address)
    const theirs = `mia${turn}@posta.example`
    await api.call('askReferenceChange', { as: account, body: { email: theirs } })
    const token = linkIn((await mails(theirs)).at(-1)!.text)
    const { version } = (await look(number)).case
    const [confirmed, approved] = await Promise.all([
      api.call('useReferenceLink', { body: { token } }),
      api.call('approveRecovery', { as: operator, params: { case: number }, body: { version } }),
    ])
    // The approval always holds; the holder's is made before it, or finds the recovery and is not made.
    expect(approved.status).toBe(200)
    expect([200, 409]).toContain(confirmed.status)
    const undone = (await mails(theirs)).some(({ kind }) => kind === 'referenceOld')
    expect(undone).toBe(confirmed.status === 200)
    const [row] = await office.db.query<{ email: string; open: number }>(
      't-standing',
      `select a.reference_email as email, (select count(*)::int from reference_change c
         where c.account_id = a.id and c.state = 'made' and c.undo_until > $2) as open
       from account a join mailbox b on b.id = a.mailbox_id where b.address = $1`,
      [box.address, new Date(office.clock.now()).toISOString()],
    )
    expect(row).toEqual({ email: box.next, open: 1 })
  })
  it('opens to nobody else: no secret of another kind, no other request’s papers', async () => {
    const [mine, other] = [await start(box.address), await start(box.address)]
    await upload(mine.as, 'front')
    expect((await api.call('getRecovery', { headers: other.as })).body.documents).toEqual([])
    const link = linkIn((await mails(box.next))[0]!.text)
    expect((await api.call('getRecovery', { as: link })).body.code).toBe('recoveryNeeded')
    expect((await api.call('lookAtReset', { body: { token: link } })).body.code).toBe('linkInvalid')
    expect((await api.call('useReferenceLink', { body: { token: link } })).body.code).toBe('linkInvalid')
  })
  it('floods nobody, takes no wrong code and no certified e-mail', async () => {
    for (let i = 0; i < 4; i++) await start(box.address)
    expect((await start(box.address)).view.code).toBe('tooManyMessages')
    expect((await start(box.address, { fiscalCode: 'RSSMRA80A01L219X' })).view.code).toBe('fiscalCodeInvalid')
    expect((await start(box.address, { email: 'x@pec.prova.example' })).view.code).toBe('emailCertified')
  })
  it('lapses where it is left, and its papers go', async () => {
    const { as } = await start(box.address)
    await upload(as, 'front')
    office.clock.advance(31 * DAY)
    await sweepDocuments(office)
    expect((await api.call('getRecovery', { headers: as })).body.state).toBe('lapsed')
    office.clock.advance(28 * DAY)
    expect((await api.call('getRecovery', { headers: as })).body.documents).toHaveLength(1)
    office.clock.advance(3 * DAY)
    await sweepDocuments(office)
    const left = await office.db.query(
      't-left',
      `select 1 from document d join recovery r on r.id = d.recovery_id
      where r.state = 'lapsed' and r.address = $1`,
      [box.address],
    )
    expect(left).toEqual([])
  })
})

describe('papers of a request that come another way', () => {
  /** A request whose page nobody opens any more, with its e-mail confirmed or not. */
  const asked = async ({ confirmed }: { readonly confirmed: boolean }) => {
    const { view, as } = await start(box.address)
    const link = linkIn((await mails(box.next))[0]!.text)
    const confirm = () => api.call('openRecovery', { body: { token: link } })
    if (confirmed) await confirm()
    return { number: view.caseNumber as string, as, confirm }
  }
  const bring = async (body: Uint8Array, fileName = 'fax.tif'): Promise<Answer> =>
    api.call('uploadIncoming', { query: { fileName }, body, as: operator })
  const match = (paper: { id: string }, number: string, kind: string) =>
    api.call('matchIncoming', { params: { incoming: paper.id }, body: { case: number, kind }, as: operator })

  it('find it by the QR, and send it to the operator', async () => {
    const { number } = await asked({ confirmed: true })
    const { body } = await bring(await faxed(await printedModule(number)))
    expect(body).toMatchObject({ state: 'matched', matched: { kind: 'recovery', caseNumber: number } })
    const { case: row, documents, events } = await look(number)
    expect([row.state, documents.map((one: { kind: string }) => one.kind)]).toEqual(['awaitingReview', ['module']])
    expect(events.at(-1).event).toBe('submit')
    await work()
    expect((await mails(box.old)).map(({ kind }) => kind)).toEqual(['recoveryWarning'])
    // The identity document comes by a second fax: it is there beside the form, and nobody decides without having seen it.
    const seen = (await look(number)).case.version
    expect((await bring(await faxed(await printedModule(number)))).body.state).toBe('matched')
    const late = { as: operator, params: { case: number }, body: { version: seen } }
    expect((await api.call('approveRecovery', late)).body.code).toBe('caseChanged')
    expect((await look(number)).documents).toHaveLength(2)
  })
  it('wait with it for the confirmation of the new e-mail', async () => {
    const { number, confirm } = await asked({ confirmed: false })
    await bring(await faxed(await printedModule(number)))
    expect((await look(number)).case.state).toBe('draft')
    expect((await confirm()).body.state).toBe('awaitingReview')
  })
  it('without a QR are suggested by words, and given by an operator, once', async () => {
    const { number } = await asked({ confirmed: true })
    const { body: paper } = await bring(image, `Recupero ${number}.jpg`)
    expect(paper).toMatchObject({ state: 'waiting', suggestedCase: number })
    expect((await match(paper, 'CR-0000-0000', 'module')).body.code).toBe('caseUnknown')
    expect((await match(paper, number, 'module')).body.matched).toEqual({ kind: 'recovery', caseNumber: number })
    expect((await match(paper, number, 'module')).status).toBe(200)
    expect((await match(paper, number, 'front')).body.code).toBe('notInThisState')
    expect((await look(number)).case.state).toBe('awaitingReview')
    const again = await decide('askRecoveryAgain', number, { reason: 'Manca il documento.' })
    expect(again.body.case.state).toBe('awaitingDocument')
    const { body: front } = await bring(image, 'documento.jpg')
    await match(front, number, 'front')
    const { case: row, documents } = await look(number)
    expect([row.state, documents.length]).toEqual(['awaitingReview', 2])
    await decide('refuseRecovery', number, { reason: 'La firma è di un altro.' })
    const { body: third } = await bring(image, 'ancora.jpg')
    expect((await match(third, number, 'back')).body.code).toBe('notInThisState')
  })
})

describe('under a convention', () => {
  const OLD = 'titolare@posta.example'
  let order: { code: string; id: number }
  /** A member with a box. */
  let holder: { address: string; memberId: number }
  beforeAll(async () => {
    const { db, clock } = office
    const terms = { secondPairOfEyes: true }
    const convention = await makeConvention(db, clock.now(), { code: 'OMCEO-RC', terms })
    const one = await makeCase(db, convention, clock.now(), {
      state: 'approved',
      local: 'titolare',
      referenceEmail: OLD,
      fiscalCode: CODE,
    })
    await db.tx(async (tx) => putProvision(tx, one.id, clock.now()))
    const payload = { enrolment: one.id, step: 'box' }
    await provisionBox(office, { id: one.id, kind: 'provision', payload, attempts: 0 })
    const [row] = await db.query<{ id: number; code: string }>(
      't-member-of',
      `select m.id, o.code from member m join professional_order o on o.id = m.order_id
       join enrolment e on e.member_id = m.id where e.id = $1`,
      [one.id],
    )
    order = { code: row!.code, id: convention.orderId }
    holder = { address: one.address, memberId: row!.id }
  })
  it('two operators approve; a paper that comes between them is seen by both', async () => {
    const number = await submitted(holder.address)
    expect(await look(number)).toMatchObject({ match: 'right', secondPairOfEyes: true })
    expect((await decide('approveRecovery', number)).body.case).toMatchObject({
      state: 'awaitingReview',
      firstApproval: true,
    })
    expect((await decide('approveRecovery', number)).body.code).toBe('samePerson')
    expect((await mails(OLD)).some(({ kind }) => kind === 'referenceOld')).toBe(false)
    const colleague = { email: `altro${turn}@alfa.example`, roles: [{ role: 'operator' as const }] }
    const { token: other } = await addStaff(office.db, colleague, office.clock.now())
    const fax = await faxed(await printedModule(number))
    await api.call('uploadIncoming', { query: { fileName: 'fax.tif' }, body: fax, as: operator })
    expect((await look(number)).case.firstApproval).toBe(false)
    expect((await decide('approveRecovery', number, {}, other)).body.case.state).toBe('awaitingReview')
    expect((await decide('approveRecovery', number)).body.case.state).toBe('approved')
    expect((await mails(OLD)).at(-1)!.kind).toBe('referenceOld')
  })
  it('the secretariat hands in what a member brings to the desk, for the member’s own request only', async () => {
    const { address, memberId } = holder
    const orderId = order.id
    const who = { email: `segreteria${turn}@ordine.example`, roles: [{ role: 'orderSecretary' as const, orderId }] }
    const { token: secretary } = await addStaff(office.db, who, office.clock.now())
    const handIn = (kind: string) =>
      api.call('uploadForMember', { params: { order: order.code, member: memberId, kind }, body: image, as: secretary })
    expect((await handIn('module')).body.code).toBe('notInThisState')
    // Somebody else’s request about the same box is none of theirs.
    await start(address, { fiscalCode: 'VRDLGU75B02L219P' })
    expect((await handIn('module')).body.code).toBe('notInThisState')
    const { view } = await start(address)
    expect((await handIn('module')).body).toEqual({ caseNumber: view.caseNumber, state: 'draft' })
    const link = linkIn((await mails(box.next)).at(-1)!.text)
    await api.call('openRecovery', { body: { token: link } })
    expect((await handIn('front')).body.state).toBe('awaitingReview')
    expect((await look(view.caseNumber)).documents.map((one: { kind: string }) => one.kind)).toEqual([
      'front',
      'module',
    ])
  })
})
