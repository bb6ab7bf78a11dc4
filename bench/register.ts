// Consoles over a big register: a roll of 50,000 members imported, then the lists of its Order and of 99 others, and the
// operator's. `node bench/register.ts [MEMBERS]`, or `npm run bench -- register`.
import { performance } from 'node:perf_hooks'
import { MEMBER_EXCEPTIONS } from '../src/core/register/standing.ts'
import { listCases } from '../src/shell/enrolment/decide/queue.ts'
import { boxesWithEvents } from '../src/shell/mailbox/find.ts'
import type { Office } from '../src/shell/office.ts'
import { applyRoll } from '../src/shell/register/applyRoll.ts'
import { uploadRoll } from '../src/shell/register/importRoll.ts'
import { orderFigures } from '../src/shell/register/listStore.ts'
import { type MemberQuery, pageOfMembers } from '../src/shell/register/members.ts'
import { inventMembers, rollCsv } from '../src/shell/sandbox/roll.ts'
import { testDatabase } from '../test/shell/db/support.ts'
import { accepted, addOrder, bytes, START, testOffice } from '../test/shell/register/support.ts'
import { atMost, type Check, type Report } from './report.ts'

const OTHERS = 99
const EACH = 500
const LIST_GOAL_MS = 100
const IMPORT_GOAL_SECONDS = 30
const MEMORY_GOAL_MB = 200
const TURNS = 40

type Say = (line: string) => void

const rssMb = (): number => Math.round(process.memoryUsage.rss() / 1024 / 1024)
const secondsFrom = (from: number): number => (performance.now() - from) / 1000
const actor = { kind: 'system' } as const

const importRoll = async (office: Office, orderId: number, csv: string) => {
  const upload = performance.now()
  const body = bytes(Buffer.from(csv))
  const shown = accepted(await uploadRoll(office, { orderId, actor, fileName: 'albo.csv', body }))
  const shownIn = secondsFrom(upload)
  const apply = performance.now()
  const done = accepted(await applyRoll(office, { orderId, id: shown.id, actor }))
  return { shownIn, appliedIn: secondsFrom(apply), counts: done.counts }
}

/** The same roll twice: all of it new, then nothing. */
const importTwice = async (office: Office, orderId: number, members: number, say: Say): Promise<readonly Check[]> => {
  const csv = rollCsv(inventMembers(members, 11))
  const checks: Check[] = []
  for (const time of ['first', 'second']) {
    globalThis.gc?.()
    const before = rssMb()
    let highest = before
    const watch = setInterval(() => {
      highest = Math.max(highest, rssMb())
    }, 20)
    const { shownIn, appliedIn, counts } = await importRoll(office, orderId, csv)
    clearInterval(watch)
    say(
      `${time}: ${JSON.stringify(counts)}; shown in ${shownIn.toFixed(1)} s, applied in ${appliedIn.toFixed(1)} s; RSS ${before} → at most ${highest} MB`,
    )
    checks.push(atMost(`${time} import, seconds`, shownIn + appliedIn, IMPORT_GOAL_SECONDS))
    checks.push(atMost(`${time} import, memory over idle, MB`, highest - before, MEMORY_GOAL_MB))
  }
  return checks
}

/** Four of five have a box; a few are full, expiring, expired; some domiciles are elsewhere; cases are under way. */
const FILL = `
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
`

/** Times of a look, of the big Order and of the others: the slowest of twenty is held against the goal. */
const timesOf = async (work: (turn: number) => Promise<unknown>): Promise<readonly number[]> => {
  const times: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    const from = performance.now()
    await work(turn)
    times.push(performance.now() - from)
  }
  return times.sort((a, b) => a - b)
}

type Look = readonly [name: string, work: (office: Office, order: number) => Promise<unknown>]

const page =
  (query: MemberQuery & { readonly sort?: 'name' | 'number'; readonly cursor?: string }) =>
  (office: Office, order: number): Promise<unknown> =>
    pageOfMembers(office, order, { ...query, limit: 50 })

const OF_ORDER: readonly Look[] = [
  ['figures of the Order', ({ db }, order) => orderFigures(db, order, START)],
  ['all, first page and count', page({})],
  ['all by number', page({ sort: 'number' })],
  ['a page from the middle', page({ cursor: `0.${Buffer.from('moretti').toString('base64url')}` })],
  ['search: one letter', page({ q: 'r' })],
  ['search: name and surname', page({ q: 'rossi mar' })],
  ['search: a number', page({ q: '0421' })],
  ['search: nobody', page({ q: 'zzzz' })],
  ['section and status', page({ section: 'dentist', status: 'active' })],
  ...(['any', ...MEMBER_EXCEPTIONS] as const).map(
    (exception): Look => [`exception: ${exception}`, page({ exception })],
  ),
]

const OF_OPERATOR: readonly Look[] = [
  ['operator: queue', (office) => listCases(office, { limit: 50 })],
  ['operator: queue of an Order', (office) => listCases(office, { limit: 50, order: 'BIG' })],
  ['operator: active cases', (office) => listCases(office, { limit: 50, state: 'active' })],
  ['operator: boxes by address', (office) => boxesWithEvents(office, 'u4217@pec')],
  ['operator: boxes by name', (office) => boxesWithEvents(office, 'moretti')],
]

/** The whole measure, on a database of its own. */
export const measureRegister = async (members: number, say: Say): Promise<Report> => {
  const database = await testDatabase()
  const { db } = database
  const office: Office = { ...testOffice(db).office, reviewDays: 5 }
  const checks: Check[] = []
  const tell = (name: string, kind: string, times: readonly number[]): void => {
    const [p50, p95] = [times[TURNS / 2]!, times[TURNS * 0.95 - 1]!]
    const met = p95 <= LIST_GOAL_MS ? '' : '   missed'
    const told = (value: number): string => `${value.toFixed(1).padStart(6)} ms`
    say(`${name.padEnd(34)} ${kind.padEnd(10)} p50 ${told(p50)}   p95 ${told(p95)}   goal ${LIST_GOAL_MS} ms${met}`)
    checks.push(atMost(`${name} ${kind}, p95 ms`.replace('  ', ' '), p95, LIST_GOAL_MS))
  }
  try {
    const big = await addOrder(db, 'BIG')
    checks.push(...(await importTwice(office, big, members, say)))
    const others: number[] = []
    for (let i = 0; i < OTHERS; i++) {
      const order = await addOrder(db, `O-${i}`)
      others.push(order)
      await importRoll(office, order, rollCsv(inventMembers(EACH, 100 + i)))
    }
    say(`${OTHERS} other Orders with ${EACH} members each`)
    await db.tx((tx) => tx.script(FILL))
    // what the server does by itself a minute after so many rows
    await db.query('bench-vacuum', 'vacuum analyze')
    for (const [name, work] of OF_ORDER) {
      tell(name, `of ${members}`, await timesOf(() => work(office, big)))
      tell(name, `of ${EACH}`, await timesOf((turn) => work(office, others[turn % OTHERS]!)))
    }
    for (const [name, work] of OF_OPERATOR) tell(name, '', await timesOf(() => work(office, big)))
  } finally {
    await database.drop()
  }
  const workload = `an Order of ${members} members imported, lists of it and of ${OTHERS} Orders of ${EACH}, and the operator's`
  return { name: 'register', workload, checks, figures: {} }
}

if (import.meta.main) {
  const report = await measureRegister(
    Number(process.argv[2] ?? 50_000),
    (line) => void process.stdout.write(`${line}\n`),
  )
  const missed = report.checks.filter((check) => !check.met)
  for (const { figure, value, goal } of missed)
    process.stdout.write(`short of its goal: ${figure} ${value}, goal ${goal}\n`)
}
