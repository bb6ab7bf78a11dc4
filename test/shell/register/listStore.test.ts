// Lists of members by exception: what SQL finds is what the rule says, of every combination, in one Order alone.
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
  ['active', 90, 95, -14],
  ['active', 91, 94, -13],
  ['suspended', 10, 99, -20],
  ['expired', -3, 99, -20],
  ['closed', -3, 99, -20],
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
