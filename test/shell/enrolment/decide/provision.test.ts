// The box of an approved case: all or nothing, whatever fails and however often it is run.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database, Tx } from '../../../../src/shell/db/pool.ts'
import { openDatabase } from '../../../../src/shell/db/pool.ts'
import { provisionBox, putProvision } from '../../../../src/shell/enrolment/decide/provision.ts'
import type { Office } from '../../../../src/shell/office.ts'
import type { Job } from '../../../../src/shell/outbox/outbox.ts'
import { type TestOffice, testOffice } from '../../../support/office.ts'
import { makeCase, makeConvention, type TestCase, type TestConvention } from './support.ts'

let office: TestOffice
let convention: TestConvention
let one: TestCase
let job: Job

beforeAll(async () => {
  office = await testOffice()
  convention = await makeConvention(office.db, office.clock.now())
})
afterAll(() => office.stop())

beforeEach(async () => {
  one = await makeCase(office.db, convention, office.clock.now(), {
    fiscalCode: randomUUID().slice(0, 16),
    state: 'approved',
  })
  await office.db.tx(async (tx) => putProvision(tx, one.id, office.clock.now()))
  job = { id: one.id, kind: 'provision', payload: { enrolment: one.id }, attempts: 0 }
})

/** What is there of the case's box: nothing at all, or everything. */
const traces = async () => {
  const [row] = await office.db.query<Record<string, unknown>>(
    'test-traces',
    `select e.state, e.version, e.password_hash, e.scram_stored_key, e.mailbox_id,
       (select count(*)::int from mailbox where address_key = e.address_key) as boxes,
       (select count(*)::int from folder where mailbox_id = b.id) as folders,
       (select count(*)::int from subscription where mailbox_id = b.id) as subscriptions,
       (select count(*)::int from mailbox_scram where mailbox_id = b.id) as keys,
       (select count(*)::int from mailbox_term where enrolment_id = e.id) as terms,
       (select count(*)::int from mailbox_term_event where mailbox_id = b.id) as term_events,
       (select count(*)::int from address_holder where address_key = e.address_key) as holders,
       (select count(*)::int from domicile where member_id = e.member_id and state = 'confirmed') as domiciles,
       (select count(*)::int from enrolment_event where enrolment_id = e.id) as events,
       (select count(*)::int from audit where subject_id = e.case_number) as audits,
       (select count(*)::int from notice where subject_id = e.id::text) as notices,
       (select count(*)::int from outbox where payload ->> 'enrolment' = e.id::text) as jobs,
       (select count(*)::int from outbox where payload ->> 'duty' = 'deskMail' and payload #>> '{to,address}' = e.address) as welcomes
     from enrolment e left join mailbox b on b.address_key = e.address_key where e.id = $1`,
    [one.id],
  )
  return row!
}
const counts = { boxes: 0, folders: 0, subscriptions: 0, keys: 0, terms: 0, term_events: 0, holders: 0 }
const NOTHING = { state: 'approved', version: 1, password_hash: 'hash', mailbox_id: null, ...counts, domiciles: 0 }
const nothing = { ...NOTHING, events: 0, audits: 0, notices: 0, jobs: 1, welcomes: 0 }
const whole = {
  ...{ state: 'active', version: 2, password_hash: null, scram_stored_key: null, boxes: 1, folders: 6 },
  ...{ subscriptions: 6, keys: 1, terms: 1, term_events: 1, holders: 1, domiciles: 1, events: 1, audits: 1 },
  ...{ notices: 1, jobs: 0, welcomes: 1 },
}

/** A database whose transactions do `before` with each statement, told its number from 1. */
const watched = (db: Database, before: (n: number, tx: Tx) => void): Database => ({
  ...db,
  tx: (fn) =>
    db.tx((tx) => {
      let n = 0
      return fn({
        ...tx,
        query: async (name, text, values) => {
          before(++n, tx)
          return tx.query(name, text, values)
        },
        send: (name, text, values) => {
          before(++n, tx)
          tx.send(name, text, values)
        },
      })
    }),
})

test('the box is there with folders, credentials, quota, term, domicile, trail, notice', async () => {
  await provisionBox(office, job)
  expect(await traces()).toMatchObject(whole)
  const [box] = await office.db.query<Record<string, unknown>>(
    'test-box',
    `select b.password_hash, b.quota_bytes, b.display_name, s.iterations, t.state, t.expires_at, t.fiscal_key = e.fiscal_key as same, t.terms ->> 'graceDays' as grace
     from mailbox b join mailbox_scram s on s.mailbox_id = b.id join mailbox_term t on t.mailbox_id = b.id
       join enrolment e on e.mailbox_id = b.id where e.id = $1`,
    [one.id],
  )
  expect(box).toEqual({
    password_hash: 'hash',
    quota_bytes: 1024 ** 3,
    display_name: 'Mario Rossi',
    iterations: 4096,
    state: 'active',
    expires_at: Date.parse('2029-03-09T22:59:59Z'),
    same: true,
    grace: '90',
  })
})

test('run twice, and by two nodes at once, it makes one box', async () => {
  const other = openDatabase(office.database.url)
  try {
    await Promise.all([provisionBox(office, job), provisionBox({ ...office, db: other }, job)])
    await provisionBox(office, job)
    expect(await traces()).toMatchObject(whole)
    // Even a job that was put again finds nothing to do.
    await office.db.tx(async (tx) => putProvision(tx, one.id, office.clock.now()))
    await provisionBox(office, job)
    expect(await traces()).toMatchObject(whole)
  } finally {
    await other.close()
  }
})

test('fails at each statement in turn, and leaves nothing; then all is made', async () => {
  for (let at = 1; ; at++) {
    const failing: Office = {
      ...office,
      db: watched(office.db, (n, tx) => {
        if (n === at) tx.send('test-fail', 'select 1 / 0')
      }),
    }
    const failed = await provisionBox(failing, job).then(
      () => false,
      () => true,
    )
    if (!failed) {
      expect(at).toBeGreaterThan(12)
      break
    }
    expect(await traces()).toMatchObject(nothing)
  }
  expect(await traces()).toMatchObject(whole)
})

test.each([2, 4, 9, 14])('the connection killed at statement %i: nothing, then all', async (at) => {
  const killed: Office = {
    ...office,
    db: watched(office.db, (n, tx) => {
      if (n === at) tx.send('test-kill', 'select pg_terminate_backend(pg_backend_pid())')
    }),
  }
  await expect(provisionBox(killed, job)).rejects.toThrow()
  expect(await traces()).toMatchObject(nothing)
  await provisionBox(office, job)
  expect(await traces()).toMatchObject(whole)
})

describe('what stops it is told by throwing, and leaves nothing', () => {
  test('an address that was another person’s', async () => {
    await office.db.query(
      'test-holder',
      `insert into address_holder (address_key, fiscal_key, at) values ($1, 'ANOTHER', '2020-01-01')`,
      [one.address],
    )
    await expect(provisionBox(office, job)).rejects.toThrow('another person')
    expect(await traces()).toMatchObject({ ...nothing, holders: 1 })
  })

  test('an address that a mailbox has', async () => {
    await office.db.query(
      'test-mailbox',
      `insert into mailbox (address, address_key, quota_bytes, uid_validity) values ($1, $1, 1, 1)`,
      [one.address],
    )
    await expect(provisionBox(office, job)).rejects.toThrow('has the address')
    expect(await traces()).toMatchObject({ ...nothing, boxes: 1 })
  })
})

test('the domicile elsewhere ends where that of the box begins', async () => {
  await office.db.query(
    'test-domicile',
    `insert into domicile (member_id, address, address_key, origin, state, since)
     values ($1, 'old@pec.beta.example', 'old@pec.beta.example', 'member', 'confirmed', '2020-01-01'),
            ($1, 'new@pec.beta.example', 'new@pec.beta.example', 'member', 'awaiting', '2026-01-01')`,
    [one.memberId],
  )
  await provisionBox(office, job)
  const rows = await office.db.query<{ address: string; state: string; ended: boolean }>(
    'test-domiciles',
    'select address, state, until is not null as ended from domicile where member_id = $1 order by id',
    [one.memberId],
  )
  expect(rows).toEqual([
    { address: 'old@pec.beta.example', state: 'ceased', ended: true },
    { address: 'new@pec.beta.example', state: 'ceased', ended: true },
    { address: one.address, state: 'confirmed', ended: false },
  ])
})

test('a case that is not approved gets no box, and the job ends', async () => {
  await office.db.query('test-withdraw', `update enrolment set state = 'awaitingReview' where id = $1`, [one.id])
  await provisionBox(office, job)
  expect(await traces()).toMatchObject({ ...nothing, state: 'awaitingReview', jobs: 0 })
})
