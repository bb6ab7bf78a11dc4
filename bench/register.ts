// `node bench/register.ts`: a roll of 50,000 members imported, then the console's lists over it and 99 other Orders.
import { performance } from 'node:perf_hooks'
import type { MemberException } from '../src/core/register/standing.ts'
import { applyRoll } from '../src/shell/register/applyRoll.ts'
import { uploadRoll } from '../src/shell/register/importRoll.ts'
import { countMembers, listMembers, type MemberFilter, orderFigures } from '../src/shell/register/listStore.ts'
import { inventMembers, rollCsv } from '../src/shell/sandbox/roll.ts'
import { testDatabase } from '../test/shell/db/support.ts'
import { accepted, addOrder, bytes, START, testOffice } from '../test/shell/register/support.ts'

const MEMBERS = Number(process.argv[2] ?? 50_000)
const OTHERS = 99
const EACH = 500

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const rssMb = (): number => Math.round(process.memoryUsage.rss() / 1024 / 1024)
const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`

const database = await testDatabase()
const { db } = database
const { office } = testOffice(db)
const actor = { kind: 'system' } as const

let highest = 0
const watch = setInterval(() => {
  highest = Math.max(highest, rssMb())
}, 20)

const importRoll = async (orderId: number, csv: Buffer) => {
  const upload = performance.now()
  const shown = accepted(await uploadRoll(office, { orderId, actor, fileName: 'albo.csv', body: bytes(csv) }))
  const shownIn = seconds(upload)
  const apply = performance.now()
  const done = accepted(await applyRoll(office, { orderId, id: shown.id, actor }))
  return { shownIn, appliedIn: seconds(apply), counts: done.counts }
}

const big = await addOrder(db, 'BIG')
const csv = Buffer.from(rollCsv(inventMembers(MEMBERS, 11)))
for (const time of ['first', 'second']) {
  globalThis.gc?.()
  const before = rssMb()
  highest = before
  const { shownIn, appliedIn, counts } = await importRoll(big, csv)
  say(
    `${time}: ${JSON.stringify(counts)}; shown in ${shownIn}, applied in ${appliedIn}; RSS ${before} → at most ${highest} MB`,
  )
}
clearInterval(watch)

const orders = [big]
for (let i = 0; i < OTHERS; i++) {
  const order = await addOrder(db, `O-${i}`)
  orders.push(order)
  await importRoll(order, Buffer.from(rollCsv(inventMembers(EACH, 100 + i))))
}
say(`${OTHERS} other Orders with ${EACH} members each`)

// Four of five have a box; a few are full, expiring, expired; some domiciles are elsewhere.
await db.tx((tx) =>
  tx.script(`
  insert into convention (code, order_id, domain, starts_on, ends_on, terms, created_at)
    select code || '-1', id, 'pec.example', '2024-01-01', '2034-01-01', '{}', now() from professional_order;
  insert into mailbox (address, address_key, quota_bytes, used_bytes, uid_validity)
    select 'u' || m.id || '@pec.example', 'u' || m.id || '@pec.example', 1000, m.id % 1000 * 95 / 100, 1 from member m where m.id % 5 <> 0;
  update mailbox set used_bytes = 990 where id % 2000 = 0;
  insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_at, submitted_at, mailbox_id)
    select gen_random_uuid(), 'C' || m.id, c.id, m.id, 'active', m.fiscal_key, now(), now(), b.id
    from member m join convention c on c.order_id = m.order_id join mailbox b on b.address_key = 'u' || m.id || '@pec.example';
  insert into mailbox_term (mailbox_id, enrolment_id, convention_id, member_id, fiscal_key, reference_email, terms, state, activated_at, expires_at)
    select mailbox_id, id, convention_id, member_id, fiscal_key, 'x@example.com', '{}',
      case when member_id % 977 = 0 then 'expired' when member_id % 3001 = 0 then 'suspended' else 'active' end,
      timestamptz '2026-01-01', timestamptz '2027-01-01' + (member_id % 1000) * interval '1 day' from enrolment;
  insert into domicile (member_id, address, address_key, origin, state, since)
    select member_id, 'u' || member_id || '@pec.example', 'u' || member_id || '@pec.example', 'convention', 'confirmed', now() from mailbox_term;
  insert into domicile (member_id, address, address_key, origin, state, since)
    select id, 'e' || id || '@other.example', 'e' || id || '@other.example', 'member', case when id % 50 = 0 then 'awaiting' else 'confirmed' end, now() from member where id % 10 = 5;
  insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_at)
    select gen_random_uuid(), 'D' || m.id, c.id, m.id, 'draft', m.fiscal_key, now()
    from member m join convention c on c.order_id = m.order_id where m.id % 100 = 10;
  analyze;`),
)

const measure = async (name: string, work: (order: number, turn: number) => Promise<unknown>): Promise<void> => {
  for (const [kind, list] of [
    ['of 50,000', [big]],
    ['of 500', orders.slice(1)],
  ] as const) {
    const times: number[] = []
    for (let turn = 0; turn < 40; turn++) {
      const from = performance.now()
      await work(list[turn % list.length]!, turn)
      times.push(performance.now() - from)
    }
    times.sort((a, b) => a - b)
    say(
      `${name.padEnd(34)} ${kind.padEnd(10)} p50 ${times[20]!.toFixed(1).padStart(6)} ms   p95 ${times[37]!.toFixed(1).padStart(6)} ms`,
    )
  }
}

const first =
  (filter: MemberFilter, sort: 'name' | 'number' = 'name') =>
  (order: number) =>
    Promise.all([
      listMembers(db, order, filter, { sort, after: undefined, limit: 51 }, START),
      countMembers(db, order, filter, START),
    ])
await measure('figures of the Order', (order) => orderFigures(db, order, START))
await measure('all, first page and count', first({}))
await measure('all by number', first({}, 'number'))
await measure('a page from the middle', (order) =>
  listMembers(db, order, {}, { sort: 'name', after: { key: 'moretti', id: 0 }, limit: 51 }, START),
)
await measure('search: one letter', first({ words: ['r'] }))
await measure('search: name and surname', first({ words: ['rossi', 'mar'] }))
await measure('search: a number', first({ words: ['0421'] }))
await measure('search: nobody', first({ words: ['zzzz'] }))
await measure('section and status', first({ section: 'dentist', status: 'active' }))
const EXCEPTIONS: readonly (MemberException | 'any')[] = [
  'any',
  'noDomicile',
  'awaitingDomicile',
  'enrolling',
  'expiring',
  'expired',
  'full',
  'unread',
  'suspended',
]
for (const exception of EXCEPTIONS) await measure(`exception: ${exception}`, first({ exception }))
await database.drop()
