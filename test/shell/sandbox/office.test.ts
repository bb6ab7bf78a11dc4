// The sandbox's office: what is in it after the first start, and after the second.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listConventions } from '../../../src/shell/convention/conventions.ts'
import { openDatabase } from '../../../src/shell/db/pool.ts'
import { provisionBox } from '../../../src/shell/enrolment/decide/provision.ts'
import { verifyPassword } from '../../../src/shell/identity/passwords.ts'
import { SANDBOX_CONVENTIONS, SANDBOX_ORDER, SANDBOX_STAFF, seedOffice } from '../../../src/shell/sandbox/office.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'

let office: TestOffice
beforeAll(async () => {
  office = await testOffice({ sandbox: true, secondFactor: false })
})
afterAll(() => office.stop())

const census = async () =>
  (
    await office.db.query<Record<string, unknown>>(
      'test-census',
      `select (select count(*)::int from professional_order) as orders, (select count(*)::int from framework) as frameworks,
         (select count(*)::int from convention) as conventions, (select count(*)::int from member) as members,
         (select count(*)::int from staff where state = 'active') as staff, (select count(*)::int from staff_role) as roles,
         (select count(*)::int from enrolment) as cases, (select count(*)::int from invoice) as invoices,
         (select count(*)::int from roll_import where state = 'applied') as rolls,
         (select count(*)::int from domicile where state = 'awaiting') as asked`,
    )
  )[0]

const SEEDED = {
  ...{ orders: 1, frameworks: 1, conventions: 3, members: 200, staff: 3, roles: 3, cases: 1, invoices: 1, rolls: 1 },
  asked: 1,
}

test('is filled once, however often it starts', async () => {
  // One connection: a verb that took another inside its transaction would wait for itself.
  const db = openDatabase(office.database.url, { connections: 1 })
  await seedOffice({ ...office, db }).finally(() => db.close())
  expect(await census()).toEqual(SEEDED)
  await office.db.query('test-change', `update member set status = 'suspended' where status = 'active'`)
  await seedOffice(office)
  expect(await census()).toEqual(SEEDED)
  const [row] = await office.db.query<{ n: number }>(
    'test-kept',
    `select count(*)::int as n from member where status = 'active'`,
  )
  expect(row!.n).toBe(0)
})

test('has one convention open, one over, one full', async () => {
  const { open, expired, full } = SANDBOX_CONVENTIONS
  const standing = new Map((await listConventions(office)).map((one) => [one.code, one.standing]))
  expect(standing).toEqual(
    new Map([
      [open, 'open'],
      [expired, 'expired'],
      [full, 'full'],
    ]),
  )
})

test('staff have the sandbox’s password, and their roles', async () => {
  for (const { email, role } of SANDBOX_STAFF) {
    const [row] = await office.db.query<{ password_hash: string; role: string; code: string | null }>(
      'test-staff-row',
      `select s.password_hash, r.role, o.code from staff s join staff_role r on r.staff_id = s.id
         left join professional_order o on o.id = r.order_id where s.email = $1`,
      [email],
    )
    expect(row).toMatchObject({ role, code: role === 'orderAdmin' ? SANDBOX_ORDER : null })
    expect(await verifyPassword(row!.password_hash, 'Sandbox2026')).toBe(true)
  }
})

test('the holder’s box is made by the job', async () => {
  const outbox = office.outbox({ provision: (job) => provisionBox(office, job) })
  await outbox.runDue()
  expect(office.failures).toEqual([])
  const [row] = await office.db.query<{ address: string; state: string }>(
    'test-holder-box',
    'select b.address, t.state from mailbox_term t join mailbox b on b.id = t.mailbox_id',
  )
  expect(row).toEqual({ address: expect.stringMatching(/^[a-z]+\.[a-z]+@pec\.prova\.example$/), state: 'active' })
})
