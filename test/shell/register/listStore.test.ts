// Lists of members by exception: what SQL finds is what the rule says, of every combination, in one Order alone.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { MEMBER_EXCEPTIONS } from '../../../src/core/register/standing.ts'
import { countMembers, listMembers, orderFigures } from '../../../src/shell/register/listStore.ts'
import { type MemberSeen, pageOfMembers } from '../../../src/shell/register/members.ts'
import { putMembers } from '../../../src/shell/register/store.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'
import { addOrder, START, testOffice } from './support.ts'

let database: TestDatabase
let order: number
let members: readonly MemberSeen[]

const day = (offset: number): string => new Date(START + offset * DAY).toISOString()

const STATUSES = ['active', 'suspended', 'cancelled'] as const
const DOMICILES = [[], ['confirmed'], ['awaiting'], ['confirmed', 'awaiting'], ['failed'], ['ceased']] as const
const CASES = [undefined, 'draft', 'refused'] as const
const BOXES = [
  undefined,
  ['active', 400, 10, 0],
  ['active', 90, 95, -30],
  ['active', 91, 94, -29],
  ['suspended', 10, 99, -40],
  ['expired', -3, 99, -40],
  ['closed', -3, 99, -40],
] as const

/** A member for each combination of status, domiciles, case and box. */
const fill = async (orderId: number, code: string): Promise<void> => {
  const { db } = database
  const combinations = STATUSES.flatMap((status) =>
    DOMICILES.flatMap((domiciles) => CASES.flatMap((state) => BOXES.map((box) => ({ status, domiciles, state, box })))),
  ).map((one, i) => ({ ...one, key: `${code}${String(i).padStart(4, '0')}` }))
  await db.tx(async (tx) => {
    const ids = await putMembers(
      tx,
      orderId,
      combinations.map(({ key, status }) => ({
        fiscalCode: key,
        canonicalCode: key,
        surname: 'Rossi',
        givenName: 'Mario',
        number: key,
        section: 'physician',
        status,
      })),
      START,
    )
    const [convention] = await tx.query<{ id: number }>(
      'test-convention',
      `insert into convention (code, order_id, domain, starts_on, ends_on, terms, created_at)
       values ($1, $2, 'pec.example', '2020-01-01', '2040-01-01', '{}', $3) returning id`,
      [`${code}-1`, orderId, day(0)],
    )
    const addCase = (key: string, state: string, name: string): void =>
      tx.send(
        'test-case',
        `insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_at)
         values (gen_random_uuid(), $1, $2, $3, $4, $1, $5)`,
        [`${name}${key}`, convention!.id, ids.get(key), state, day(-5)],
      )
    for (const { key, domiciles, state, box } of combinations) {
      for (const one of domiciles)
        tx.send(
          'test-domicile',
          `insert into domicile (member_id, address, address_key, origin, state, since)
           values ($1, $2, $2, 'member', $3, $4)`,
          [ids.get(key), `${one}${key}@pec.example`, one, day(-9)],
        )
      if (state !== undefined) addCase(key, state, 'C')
      if (box === undefined) continue
      addCase(key, 'ended', 'B')
      const [boxState, expires, used, unread] = box
      tx.send(
        'test-box',
        `with b as (insert into mailbox (address, address_key, quota_bytes, used_bytes, uid_validity)
           values ($1, $1, 100, $2, 1) returning id)
         insert into mailbox_term (mailbox_id, enrolment_id, convention_id, member_id, fiscal_key, reference_email,
                                   terms, state, activated_at, expires_at, unread_since)
         select b.id, e.id, e.convention_id, e.member_id, e.fiscal_key, 'x@example.com', '{}', $3, $4, $5, $6
         from b, enrolment e where e.case_number = $7`,
        [`${key.toLowerCase()}@pec.example`, used, boxState, day(-500), day(expires), day(unread), `B${key}`],
      )
    }
  })
}

beforeAll(async () => {
  database = await testDatabase()
  order = await addOrder(database.db, 'ONE')
  await fill(order, 'ONE')
  await fill(await addOrder(database.db, 'TWO'), 'TWO')
  const { office } = testOffice(database.db)
  const page = await pageOfMembers(office, order, { limit: 1000 })
  members = page.items
})
afterAll(() => database.drop())

test('every combination is there, and of one Order only', () => {
  expect(members).toHaveLength(STATUSES.length * DOMICILES.length * CASES.length * BOXES.length)
  expect(members.every((one) => one.fiscal_code.startsWith('ONE'))).toBe(true)
})

describe('the exception', () => {
  test.each([...MEMBER_EXCEPTIONS, 'any' as const])('%s', async (exception) => {
    const wanted = members
      .filter((one) => (exception === 'any' ? one.exceptions.length > 0 : one.exceptions.includes(exception)))
      .map((one) => one.id)
    expect(wanted.length).toBeGreaterThan(10)
    expect(wanted.length).toBeLessThan(members.length)
    const page = { sort: 'name', after: undefined, limit: 1000 } as const
    const found = await listMembers(database.db, order, { exception }, page, START)
    expect(found.map((one) => one.id)).toEqual(wanted)
    expect(await countMembers(database.db, order, { exception }, START)).toBe(wanted.length)
  })
})

test('the figures of the Order', async () => {
  const figures = await orderFigures(database.db, order, START)
  expect(figures.members).toBe(members.filter((one) => one.status !== 'cancelled').length)
  expect(figures.boxes).toBe(members.filter((one) => one.box_state !== null).length)
  for (const exception of MEMBER_EXCEPTIONS)
    expect([exception, figures.exceptions[exception]]).toEqual([
      exception,
      members.filter((one) => one.exceptions.includes(exception)).length,
    ])
})

/** What is kept beside each member, and what it says of boxes that are full, made anew from all that it tells of. */
const expectKept = async (orderId: number): Promise<void> => {
  const { db } = database
  const kept = await db.query(
    'test-kept',
    `select id, domicile_confirmed as confirmed, domicile_awaiting as awaiting, case_open as "case", box_state as state,
       box_expires_at as expires, box_unread_since as unread from member where order_id = $1 order by search, id`,
    [orderId],
  )
  const { items } = await pageOfMembers(testOffice(db).office, orderId, { limit: 1000 })
  expect(kept).toEqual(
    items.map((one) => ({
      id: one.id,
      confirmed: one.confirmed,
      awaiting: one.awaiting,
      case: one.case_state !== null,
      state: one.box_state,
      expires: one.expires_at,
      unread: one.box_state === null ? null : one.unread_since,
    })),
  )
  const figures = await orderFigures(db, orderId, START)
  const sums = MEMBER_EXCEPTIONS.map((name) => [name, items.filter((one) => one.exceptions.includes(name)).length])
  expect(figures.exceptions).toEqual(Object.fromEntries(sums))
  expect(figures.boxes).toBe(items.filter((one) => one.box_state !== null).length)
}

test('the migration says the same of what was there before', async () => {
  const before = await database.db.query('test-all', 'select * from member order by id')
  await database.db.tx(async (tx) => {
    await tx.script(`update member set domicile_confirmed = false, domicile_awaiting = true, case_open = true,
      box_id = null, box_state = null, box_expires_at = null, box_unread_since = null;
      select refresh_standing(array(
        select member_id from domicile union select member_id from enrolment union select member_id from mailbox_term
        union select id from member))`)
  })
  expect(await database.db.query('test-all', 'select * from member order by id')).toEqual(before)
})

/** Writes of all kinds, of several rows at once too; n picks the member, m a value. */
const WRITES: readonly ((n: number, m: number) => string)[] = [
  (n, m) => `insert into domicile (member_id, address, address_key, origin, state, since)
    select id, 'a', 'a', 'member', '${['awaiting', 'confirmed', 'failed'][m % 3]}', '2026-01-01' from member
    where order_id = $order and id % 3 = ${n % 3} on conflict do nothing`,
  (n, m) => `update domicile d set state = '${['ceased', 'failed'][m % 2]}' from member m
    where m.id = d.member_id and m.order_id = $order and m.id % 5 = ${n} and d.state in ('awaiting', 'confirmed')`,
  (n) => `update domicile d set member_id = m.id from member m where m.order_id = $order and m.id % 5 = ${n}
    and d.id = (select max(d.id) from domicile d join member m on m.id = d.member_id
                where m.order_id = $order and d.state = 'failed')`,
  (n) => `delete from domicile d using member m where m.id = d.member_id and m.order_id = $order and m.id % 5 = ${n}`,
  (n, m) => `insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_at)
    select gen_random_uuid(), gen_random_uuid()::text, c.id, m.id, '${['draft', 'refused', 'approved'][m % 3]}',
      gen_random_uuid()::text, '2026-01-01'
    from member m join convention c on c.order_id = m.order_id where m.order_id = $order and m.id % 5 = ${n}`,
  (n, m) => `update enrolment e set state = '${['draft', 'awaitingReview', 'active', 'lapsed'][m % 4]}', version = 2
    from member m where m.id = e.member_id and m.order_id = $order and m.id % 5 = ${n}`,
  (n, m) => `with e as (insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_at)
      select gen_random_uuid(), gen_random_uuid()::text, c.id, m.id, 'active', gen_random_uuid()::text, '2026-01-01'
      from member m join convention c on c.order_id = m.order_id where m.order_id = $order and m.id % 5 = ${n}
      returning *),
    b as (insert into mailbox (address, address_key, quota_bytes, used_bytes, uid_validity)
      select id || '@x', id || '@x', 100, ${90 + (m % 10)}, 1 from e returning *)
    insert into mailbox_term (mailbox_id, enrolment_id, convention_id, member_id, fiscal_key, reference_email, terms,
                              state, activated_at, expires_at)
    select b.id, e.id, e.convention_id, e.member_id, e.fiscal_key, 'x', '{}', 'active',
      timestamptz '2026-01-01' + interval '${m} days', timestamptz '2026-11-26' + interval '${m * 5} days'
    from e join b on b.address = e.id || '@x'`,
  (n, m) => `update mailbox_term t set state = '${['active', 'suspended', 'expired', 'closed', 'purged'][m % 5]}'
    from member m where m.id = t.member_id and m.order_id = $order and m.id % 5 = ${n}`,
  (n, m) => `update mailbox_term t set expires_at = timestamptz '2026-11-26' + interval '${m * 5} days',
    unread_since = timestamptz '2026-11-26' - interval '${m} days'
    from member m where m.id = t.member_id and m.order_id = $order and m.id % 3 = ${n % 3}`,
  (n, m) => `update mailbox b set used_bytes = ${90 + (m % 10)}, quota_bytes = ${95 + (m % 6)}
    from mailbox_term t where t.mailbox_id = b.id and t.member_id % 5 = ${n}`,
  (n) =>
    `delete from mailbox_term t using member m where m.id = t.member_id and m.order_id = $order and m.id % 7 = ${n}`,
  (n, m) => `update member set status = '${['active', 'suspended', 'cancelled'][m % 3]}'
    where order_id = $order and id % 5 = ${n}`,
]

test('after any writes, what is kept is what is so', async () => {
  const { db } = database
  let orders = 0
  const writes = fc.array(fc.tuple(fc.nat(WRITES.length - 1), fc.nat(4), fc.nat(40)), { minLength: 4, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(writes, async (all) => {
      const code = `P-${orders++}`
      const orderId = await addOrder(db, code)
      await db.tx((tx) =>
        tx.script(`insert into member (order_id, fiscal_key, fiscal_code, surname, given_name, section, status, changed_at)
            select ${orderId}, 'K' || n, 'K' || n, 'A', 'B', 'both', 'active', '2026-01-01' from generate_series(1, 9) n;
          insert into convention (code, order_id, domain, starts_on, ends_on, terms, created_at)
            values ('${code}-1', ${orderId}, 'x', '2020-01-01', '2040-01-01', '{}', '2026-01-01')`),
      )
      for (const [kind, n, m] of all)
        await db.tx((tx) => tx.script(WRITES[kind]!(n, m).replaceAll('$order', String(orderId))))
      await expectKept(orderId)
    }),
    { numRuns: 60 },
  )
})

/** Until some statement of this database waits for a lock. */
const somebodyWaits = async (): Promise<void> => {
  const text = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  while ((await database.db.query('test-waits', text)).length === 0);
}

test('two who write of one member at once: neither is forgotten', async () => {
  const { db } = database
  const orderId = await addOrder(db, 'BOTH')
  await fill(orderId, 'BOTH')
  const { id } = (await pageOfMembers(testOffice(db).office, orderId, { limit: 1 })).items[0]!
  let other: Promise<void> | undefined
  await db.tx(async (tx) => {
    await tx.script(`insert into domicile (member_id, address, address_key, origin, state, since)
      values (${id}, 'b', 'b', 'member', 'awaiting', '2026-01-01')`)
    other = db.tx((second) =>
      second.script(`insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_at)
        select gen_random_uuid(), 'both', id, ${id}, 'draft', 'both', '2026-01-01'
        from convention where order_id = ${orderId}`),
    )
    await somebodyWaits()
  })
  await other
  const [row] = await db.query('test-one', 'select domicile_awaiting, case_open from member where id = $1', [id])
  expect(row).toEqual({ domicile_awaiting: true, case_open: true })
  await expectKept(orderId)
})
