// The life of a box over a real database, the clock moved by hand: notices, renewal, expiry, closing, deletion.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isRefusal } from '../../../src/core/api/problems.ts'
import type { ConventionTerms } from '../../../src/core/convention/convention.ts'
import { DAY, type Instant } from '../../../src/core/lib/instant.ts'
import { timestamp } from '../../../src/shell/db/pool.ts'
import { provisionBox, putProvision } from '../../../src/shell/enrolment/decide/provision.ts'
import type { AccountCaller } from '../../../src/shell/identity/account/sessions.ts'
import { changeBox } from '../../../src/shell/mailbox/change.ts'
import { callOffClosing, lookAtClosing, planClosing } from '../../../src/shell/mailbox/closing.ts'
import { boxesWithEvents } from '../../../src/shell/mailbox/find.ts'
import { beginProcedure } from '../../../src/shell/mailbox/procedure.ts'
import { findRenewalInvoice, lookAtRenewal, renewByLink } from '../../../src/shell/mailbox/renewal.ts'
import { findTermByAddress } from '../../../src/shell/mailbox/store.ts'
import { runDigests, runTerms } from '../../../src/shell/mailbox/terms.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import {
  makeCase,
  makeConvention,
  makeOperator,
  type TestCase,
  type TestConvention,
} from '../enrolment/decide/support.ts'

let office: TestOffice
let operator: number
let n = 0
beforeAll(async () => {
  office = await testOffice()
  operator = await makeOperator(office.db, office.clock.now())
})
afterAll(() => office?.stop())

type Box = TestCase & { readonly convention: TestConvention }
/** A box that was activated now, under a convention of its own. */
const makeBox = async (terms: Partial<ConventionTerms> = {}): Promise<Box> => {
  const convention = await makeConvention(office.db, office.clock.now(), { code: `OMCEO-${++n}`, terms })
  // the test's years go on: so does the convention
  await office.db.query('test-open', "update convention set ends_on = '2999-12-31' where id = $1", [
    convention.conventionId,
  ])
  const one = await makeCase(office.db, convention, office.clock.now(), {
    fiscalCode: randomUUID().slice(0, 16),
    state: 'approved',
    referenceEmail: `titolare${n}@posta.example`,
  })
  await office.db.tx(async (tx) => putProvision(tx, one.id, office.clock.now()))
  await provisionBox(office, {
    id: one.id,
    kind: 'provision',
    payload: { enrolment: one.id, step: 'box' },
    attempts: 0,
  })
  return { ...one, convention }
}
const termOf = async (box: Box) => (await findTermByAddress(office.db, box.address))!
const stateOf = async (box: Box): Promise<string> => {
  const [row] = await office.db.query<{ state: string }>('test-state', 'select state from mailbox where address = $1', [
    box.address,
  ])
  return `${(await termOf(box)).state}/${row!.state}`
}
const noticesTo = async (email: string): Promise<readonly string[]> =>
  (
    await office.db.query<{ kind: string }>(
      'test-notices',
      'select kind from notice where recipient = $1 order by created_at, kind',
      [email],
    )
  ).map((row) => row.kind)
const mine = (): Promise<readonly string[]> => noticesTo(`titolare${n}@posta.example`)
const eventsOf = async (box: Box): Promise<readonly string[]> =>
  (await boxesWithEvents(office, box.address))[0]!.events.map((event) => event.event)
/** Moves the clock to an instant, sweeping each day as the worker would each hour. */
const live = async (until: Instant, step = 3 * DAY): Promise<void> => {
  while (office.clock.now() < until) {
    office.clock.advance(Math.min(step, until - office.clock.now()))
    await runTerms(office)
  }
}
const purchasesOf = (box: Box) =>
  office.db.query<{ kind: string; term: number; payer: string; state: string }>(
    'test-purchases',
    'select kind, term, payer, state from purchase where mailbox_id = (select id from mailbox where address = $1) order by term',
    [box.address],
  )
/** Has the holder's alerts go to a program, too. */
const addWebhook = (box: Box) =>
  office.db.query(
    'test-webhook',
    `insert into webhook (mailbox_id, url, secret, show_sender, show_subject, created_at, changed_at)
     select id, 'https://studio.example/', '', false, false, $2, $2 from mailbox where address = $1`,
    [box.address, timestamp(office.clock.now())],
  )
/** Lets a collaborator in. */
const addCollaborator = (box: Box) =>
  office.db.query(
    'test-collaborator',
    `with a as (insert into account (kind, email, email_key, name, created_at)
       values ('delegate', $1, $1, 'Giulia', $3) returning id)
     insert into delegation (account_id, mailbox_id, rights, given_at)
     select a.id, b.id, 'read', $3 from a, mailbox b where b.address = $2`,
    [`giulia${n}@studio.example`, box.address, timestamp(office.clock.now())],
  )
const isLetIn = async (): Promise<boolean> =>
  (
    await office.db.query(
      'test-let-in',
      'select 1 from delegation d join account a on a.id = d.account_id where a.email = $1 and d.revoked_at is null',
      [`giulia${n}@studio.example`],
    )
  ).length > 0
/** The secret of the link in a notice to the holder. */
const linkOf = async (kind: string): Promise<string> => {
  const [notice] = await office.db.query<{ body_text: string }>(
    'test-link',
    'select body_text from notice where recipient = $1 and kind = $2',
    [`titolare${n}@posta.example`, kind],
  )
  return /\/rinnovo#([\w-]{43})/.exec(notice!.body_text)![1]!
}
const change = (box: Box, event: 'suspend' | 'resume' | 'renew' | 'close') =>
  changeBox(office, {
    address: box.address,
    event,
    reason: 'Per la prova',
    actor: { kind: 'staff', staffId: operator },
  })

describe('the end of a term', () => {
  it('the Order pays: everybody is told, and the box is renewed with a purchase and its invoice', async () => {
    const box = await makeBox()
    const { expiresAt } = await termOf(box)
    await addWebhook(box)
    await live(expiresAt - DAY)
    expect(await mine()).toEqual(['boxActivated', 'term.expiry90', 'term.expiry30', 'term.expiry7'])
    const alerts = await office.db.query<{ channel: string; level: number }>(
      'test-alerts',
      `select channel, level from alert a join mailbox b on b.id = a.mailbox_id
       where b.address = $1 and kind = 'expiry' order by level desc`,
      [box.address],
    )
    expect(alerts.map(({ channel }) => channel)).toEqual(['webhook', 'webhook', 'webhook'])
    expect(alerts.map(({ level }) => [90, 30, 7].findLast((before) => level <= before))).toEqual([90, 30, 7])
    await live(expiresAt + DAY)
    expect(await stateOf(box)).toBe('active/active')
    expect((await termOf(box)).term).toBe(2)
    expect(await purchasesOf(box)).toEqual([{ kind: 'renewal', term: 2, payer: 'order', state: 'invoiced' }])
    expect((await mine()).at(-1)).toBe('term.renewed')
    expect(await eventsOf(box)).toEqual(['activate', 'renew'])
    // the next term is told in its time, again
    const next = (await termOf(box)).expiresAt
    await live(next - 80 * DAY)
    expect((await mine()).filter((kind) => kind === 'term.expiry90')).toHaveLength(2)
  })

  it('the member pays and does nothing: expired, closed after the grace, deleted after the take-out', async () => {
    const box = await makeBox({ payer: 'member', receivesWhenExpired: true })
    const { expiresAt } = await termOf(box)
    await live(expiresAt + DAY)
    expect(await stateOf(box)).toBe('expired/receiving')
    await live(expiresAt + 92 * DAY)
    expect(await stateOf(box)).toBe('closed/reading')
    const [domicile] = await office.db.query<{ state: string }>(
      'test-domicile',
      'select state from domicile where member_id = $1',
      [box.memberId],
    )
    expect(domicile?.state).toBe('ceased')
    await addCollaborator(box)
    expect(await isLetIn()).toBe(true)
    await live((await termOf(box)).purgeAfter! + DAY)
    expect(await stateOf(box)).toBe('purged/suspended')
    expect(await isLetIn()).toBe(false)
    expect(await mine()).toEqual([
      'boxActivated',
      ...[
        'term.expiry90',
        'term.expiry30',
        'term.expiry7',
        'term.expired',
        'term.closed',
        'term.closing30',
        'term.purged',
      ],
    ])
    expect(await eventsOf(box)).toEqual(['activate', 'expire', 'close', 'purge'])
    const [left] = await office.db.query<{ folders: number; holder: number; password: string | null; state: string }>(
      'test-left',
      `select (select count(*)::int from folder where mailbox_id = b.id) as folders, b.password_hash as password,
         (select count(*)::int from address_holder where address_key = b.address_key) as holder,
         (select state from enrolment where mailbox_id = b.id) as state
       from mailbox b where b.address = $1`,
      [box.address],
    )
    expect(left).toEqual({ folders: 0, holder: 1, password: null, state: 'ended' })
  })

  it('an expired box that does not receive is only read', async () => {
    const box = await makeBox({ payer: 'member' })
    await live((await termOf(box)).expiresAt + DAY, 400 * DAY)
    expect(await stateOf(box)).toBe('expired/reading')
  })

  it('a split convention: the Order paid the first term, the member pays the second by the link', async () => {
    const box = await makeBox({ payer: 'split' })
    const { expiresAt } = await termOf(box)
    await live(expiresAt - 20 * DAY)
    const token = await linkOf('term.expiry30')
    const told = { renewed: false, open: true, payer: 'member', expired: false, invoiced: false }
    expect(await lookAtRenewal(office, token)).toMatchObject({ address: box.address, ...told, totalCents: 3_294 })
    expect(await findRenewalInvoice(office, token)).toEqual({ refusal: 'notFound' })
    const both = await Promise.all([renewByLink(office, token), renewByLink(office, token)])
    expect(both.map((one) => !isRefusal(one) && one.renewed)).toEqual([true, true])
    expect(await lookAtRenewal(office, token)).toMatchObject({ renewed: true, open: false, invoiced: false })
    // whose fiscal code is none gets no invoice until it is mended
    const term = await termOf(box)
    expect(term.term).toBe(2)
    expect(term.expiresAt).toBeGreaterThan(expiresAt + 1095 * DAY) // it begins where the first one ends
    expect(await purchasesOf(box)).toMatchObject([{ kind: 'renewal', term: 2, payer: 'member' }])
    expect(await renewByLink(office, `${token.slice(0, -1)}_`)).toEqual({ refusal: 'linkInvalid' })
    expect(await renewByLink(office, '')).toEqual({ refusal: 'linkInvalid' })
  })
})

describe('a convention of which the Order pays, and that ends before the box', () => {
  it('asks the holder for the next term: by the link, in the invoice too', async () => {
    const box = await makeBox({ payer: 'order' })
    const { expiresAt } = await termOf(box)
    await office.db.query('test-end', "update convention set ends_on = '2026-12-31' where id = $1", [
      box.convention.conventionId,
    ])
    await live(expiresAt - 20 * DAY)
    const token = await linkOf('term.expiry30')
    expect(await renewByLink(office, token)).toMatchObject({ renewed: true })
    expect(await purchasesOf(box)).toMatchObject([{ kind: 'renewal', term: 2, payer: 'member' }])
  })
})

describe('operators', () => {
  it('suspend, resume, close; each only where the machine has an arrow', async () => {
    const box = await makeBox()
    expect(await change(box, 'resume')).toEqual({ refusal: 'notInThisState' })
    expect(await change(box, 'suspend')).toMatchObject({ state: 'suspended' })
    expect(await stateOf(box)).toBe('suspended/suspended')
    expect(await change(box, 'resume')).toMatchObject({ state: 'active' })
    expect(await change(box, 'close')).toMatchObject({ state: 'closed' })
    expect(await stateOf(box)).toBe('closed/reading')
    expect(await change(box, 'renew')).toEqual({ refusal: 'notInThisState' })
    expect(await change({ ...box, address: 'nessuno@pec.prova.example' }, 'close')).toEqual({ refusal: 'notFound' })
    expect(await eventsOf(box)).toEqual(['activate', 'suspend', 'resume', 'close'])
  })
  it('two at once: one closes, the other is told', async () => {
    const box = await makeBox()
    const outcomes = await Promise.all([change(box, 'close'), change(box, 'close')])
    expect(outcomes.filter(isRefusal)).toHaveLength(1)
  })
})

describe('procedures of the Order', () => {
  let box: Box
  beforeEach(async () => {
    box = await makeBox()
  })
  const begin = (kind: Parameters<typeof beginProcedure>[1]['kind'], orderId = box.convention.orderId) =>
    beginProcedure(office, {
      orderId,
      memberId: box.memberId,
      kind,
      on: '2026-03-01',
      reason: 'Delibera 12',
      actor: { kind: 'staff', staffId: operator },
    })
  const statusOf = async (): Promise<string | undefined> =>
    (
      await office.db.query<{ status: string }>('test-status', 'select status from member where id = $1', [
        box.memberId,
      ])
    )[0]?.status

  it('strike-off: the box closes after 60 days, unless the member comes back', async () => {
    expect(await begin('strikeOff')).toBeUndefined()
    expect(await statusOf()).toBe('cancelled')
    expect((await mine()).at(-1)).toBe('procedure.strikeOff')
    await live(office.clock.now() + 40 * DAY)
    expect(await stateOf(box)).toBe('active/active')
    expect(await begin('reinstate')).toBeUndefined()
    await live(office.clock.now() + 40 * DAY)
    expect(await stateOf(box)).toBe('active/active')
    expect(await begin('strikeOff')).toBeUndefined()
    await live(office.clock.now() + 61 * DAY)
    expect(await stateOf(box)).toBe('closed/reading')
    expect(await eventsOf(box)).toEqual('activate planClose orderLeft planOff planClose orderLeft close'.split(' '))
  })
  it('transfer: the box stays to its end, and this Order renews no more', async () => {
    expect(await begin('transfer')).toBeUndefined()
    await live((await termOf(box)).expiresAt + DAY, 400 * DAY)
    expect(await stateOf(box)).toBe('expired/reading')
    expect(await purchasesOf(box)).toEqual([])
  })
  it('death: suspended at once, nobody is written to, closed after 90 days', async () => {
    const before = await mine()
    expect(await begin('death')).toBeUndefined()
    expect(await stateOf(box)).toBe('suspended/suspended')
    expect(await mine()).toEqual(before)
    await live(office.clock.now() + 91 * DAY)
    expect(await stateOf(box)).toBe('closed/reading')
  })
  it('suspension leaves the box', async () => {
    expect(await begin('suspend')).toBeUndefined()
    expect(await stateOf(box)).toBe('active/active')
    expect(await begin('suspend')).toMatchObject({ refusal: 'notInThisState' })
  })
  it('of another Order is not found', async () => {
    const other = await makeConvention(office.db, office.clock.now(), { code: `OMCEO-${++n}` })
    expect(await begin('strikeOff', other.orderId)).toEqual({ refusal: 'notFound' })
    expect(await statusOf()).toBe('active')
  })
})

describe('a box that its holder gives up', () => {
  const callerOf = async (box: Box): Promise<AccountCaller> => {
    const [row] = await office.db.query<{ id: number; mailbox_id: number }>(
      'test-caller',
      'select id, mailbox_id from account where mailbox_id = (select id from mailbox where address = $1)',
      [box.address],
    )
    const mailbox = { id: row!.mailbox_id, address: box.address }
    return { accountId: row!.id, mailbox, rights: 'own' } as AccountCaller
  }
  const plan = async (box: Box, typed = box.address) => planClosing(office, await callerOf(box), typed, '192.0.2.1')
  const keep = async (box: Box) => callOffClosing(office, await callerOf(box), '192.0.2.1')
  const begin = (box: Box, kind: Parameters<typeof beginProcedure>[1]['kind']) =>
    beginProcedure(office, {
      orderId: box.convention.orderId,
      memberId: box.memberId,
      kind,
      on: '2026-03-01',
      reason: 'Delibera 12',
      actor: { kind: 'staff', staffId: operator },
    })
  const orderMail = async (box: Box) => {
    const { profile } = await termOf(box)
    return (await noticesTo(profile.secretariat.email)).filter((kind) => kind.startsWith('closing.'))
  }

  it('closes after thirty days: holder and Order are told, nothing is billed, the mail waits', async () => {
    const box = await makeBox({ payer: 'order' })
    const billed = await purchasesOf(box)
    const before = (await orderMail(box)).length
    expect(await plan(box, 'altra@pec.prova.example')).toEqual({ refusal: 'addressNotTyped' })
    expect(await plan(box, ` ${box.address.toUpperCase()} `)).toBeUndefined()
    expect(await plan(box)).toEqual({ refusal: 'notInThisState' })
    expect(await lookAtClosing(office, await callerOf(box))).toMatchObject({ planned: true })
    expect(await mine()).toContain('closing.planned')
    expect((await orderMail(box)).slice(before)).toEqual(['closing.order'])
    // Until then it is a box as any other, and nobody renews it.
    expect(await stateOf(box)).toBe('active/active')
    expect(await change(box, 'renew')).toEqual({ refusal: 'boxGivenUp' })
    await live((await termOf(box)).holderCloseAt! - 1)
    expect(await stateOf(box)).toBe('active/active')
    office.clock.advance(2)
    await runTerms(office)
    expect(await stateOf(box)).toBe('closed/reading')
    expect(await eventsOf(box)).toEqual('activate planClose close'.split(' '))
    expect(await mine()).toContain('term.closed')
    expect(await purchasesOf(box)).toEqual(billed)
    expect(await keep(box)).toEqual({ refusal: 'notInThisState' })
  })
  it('near the end of its term closes with it, and the Order that would renew does not', async () => {
    const box = await makeBox({ payer: 'order' })
    const { expiresAt } = await termOf(box)
    await live(expiresAt - 10 * DAY)
    const billed = await purchasesOf(box)
    expect(await plan(box)).toBeUndefined()
    expect((await termOf(box)).holderCloseAt).toBe(expiresAt)
    await live(expiresAt + 5 * DAY, DAY / 2)
    expect(await stateOf(box)).toBe('closed/reading')
    expect(await purchasesOf(box)).toEqual(billed)
  })
  it('is kept by who changes their mind: it is renewed as ever, and both are told', async () => {
    const box = await makeBox({ payer: 'order' })
    const { expiresAt } = await termOf(box)
    await live(expiresAt - 10 * DAY)
    await plan(box)
    const before = (await orderMail(box)).length
    expect(await keep(box)).toBeUndefined()
    expect(await keep(box)).toEqual({ refusal: 'notInThisState' })
    expect(await mine()).toContain('closing.calledOff')
    expect((await orderMail(box)).slice(before)).toEqual(['closing.orderCalledOff'])
    await live(expiresAt + 2 * DAY)
    expect(await termOf(box)).toMatchObject({ state: 'active', term: 2 })
  })
  it('keeps what the Order has planned, whatever the holder does; the earlier of the two holds', async () => {
    const box = await makeBox({ payer: 'order' })
    await plan(box)
    const mineAt = (await termOf(box)).holderCloseAt!
    await begin(box, 'strikeOff')
    const { closeAt } = await termOf(box)
    expect(closeAt).toBeGreaterThan(mineAt)
    expect(await keep(box)).toBeUndefined()
    expect(await termOf(box)).toMatchObject({ closeAt, holderCloseAt: null })
    await plan(box)
    await begin(box, 'reinstate')
    expect(await termOf(box)).toMatchObject({ closeAt: null, holderCloseAt: expect.any(Number) })
  })
  it('offers no renewal to the member who pays', async () => {
    const box = await makeBox({ payer: 'member' })
    const { expiresAt } = await termOf(box)
    await live(expiresAt - 25 * DAY)
    const token = await linkOf('term.expiry30')
    await plan(box)
    expect(await lookAtRenewal(office, token)).toMatchObject({ open: false })
    expect(await renewByLink(office, token)).toEqual({ refusal: 'notInThisState' })
    await keep(box)
    expect(await lookAtRenewal(office, token)).toMatchObject({ open: true })
  })
})

it('the Order gets one digest of what its members were told, and the next only news', async () => {
  const box = await makeBox({ payer: 'member' })
  await office.db.query(
    'test-secretariat',
    `update professional_order set profile = jsonb_set(profile, '{secretariat,email}', '"digest@ordine.example"') where id = $1`,
    [box.convention.orderId],
  )
  await runDigests(office)
  expect(await noticesTo('digest@ordine.example')).toEqual([])
  await live((await termOf(box)).expiresAt - 5 * DAY)
  await runDigests(office)
  await runDigests(office)
  expect(await noticesTo('digest@ordine.example')).toEqual(['term.digest'])
})
