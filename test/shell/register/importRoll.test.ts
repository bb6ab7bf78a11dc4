// Rolls into the register: preview, application, bad rows, the same file twice, crashes, other Orders.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { omocodiaOf } from '../../../src/core/register/fiscalCode.ts'
import type { Actor } from '../../../src/shell/audit/write.ts'
import { applyRoll } from '../../../src/shell/register/applyRoll.ts'
import { mapRoll, uploadRoll, viewRoll } from '../../../src/shell/register/importRoll.ts'
import { membersByCode } from '../../../src/shell/register/store.ts'
import { writeXlsx } from '../../../src/shell/register/xlsxWrite.ts'
import { inventMembers, rollCsv, sandboxRoll } from '../../../src/shell/sandbox/roll.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'
import { accepted, addOrder, bytes, type TestOffice, testOffice } from './support.ts'

let database: TestDatabase
let world: TestOffice
let order: number
let count = 0
const actor: Actor = { kind: 'system' }
const ROSSI = 'RSSMRA80A01H501U'

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  world = testOffice(database.db)
  order = await addOrder(database.db, `O-${++count}`)
})

const upload = async (content: string | Uint8Array, fileName = 'albo.csv', orderId = order) =>
  accepted(await uploadRoll(world.office, { orderId, actor, fileName, body: bytes(content) }))
const apply = async (id: string, orderId = order) => accepted(await applyRoll(world.office, { orderId, id, actor }))
const imported = async (content: string | Uint8Array) => apply((await upload(content)).id)

type Stored = {
  fiscal_code: string
  surname: string
  given_name: string
  status: string
  number: string
  contact_email: string | null
  search: string
}
const stored = (orderId = order) =>
  database.db.query<Stored>(
    'test-members',
    `select fiscal_code, surname, given_name, status, number, contact_email, search from member where order_id = $1 order by search`,
    [orderId],
  )
const domiciles = () =>
  database.db.query<{ address: string; state: string; origin: string }>(
    'test-domiciles',
    'select address, d.state, origin from domicile d join member m on m.id = member_id where order_id = $1 order by d.id',
    [order],
  )

describe('the sandbox’s roll', () => {
  test('is shown first, then written, and a second time changes nothing', async () => {
    const shown = await upload(sandboxRoll())
    expect(shown).toMatchObject({
      format: 'csv',
      state: 'uploaded',
      mapping: {
        number: 0,
        surname: 1,
        givenName: 2,
        fiscalCode: 3,
        birthDate: 4,
        section: 5,
        status: 6,
        email: 7,
        pec: 8,
      },
      counts: { rows: 200, added: 200, changed: 0, unchanged: 0, wrong: 0, absent: 0 },
      errors: [],
    })
    expect(shown.preview.columns[3]).toBe('Codice fiscale')
    expect(shown.preview.sample).toHaveLength(10)
    expect(await stored()).toEqual([])

    expect(await apply(shown.id)).toMatchObject({ state: 'applied', counts: { rows: 200, added: 200, wrong: 0 } })
    const members = await stored()
    expect(members).toHaveLength(200)
    expect(members.find((one) => one.number === '0002')).toMatchObject({
      surname: "D'Angelo Colonna",
      given_name: 'Nicolò',
    })
    expect(await domiciles()).toEqual([
      { address: 'giulia.neri@pec.beta.example', state: 'awaiting', origin: 'secretariat' },
    ])

    const again = await upload(sandboxRoll())
    expect(again.counts).toEqual({ rows: 200, added: 0, changed: 0, unchanged: 200, wrong: 0, absent: 0 })
    const before = await database.db.query(
      'test-whole',
      'select m.*, xmin::text from member m where order_id = $1 order by id',
      [order],
    )
    expect((await apply(again.id)).counts).toEqual(again.counts)
    expect(
      await database.db.query('test-whole', 'select m.*, xmin::text from member m where order_id = $1 order by id', [
        order,
      ]),
    ).toEqual(before)
    expect(await domiciles()).toHaveLength(1)
    const jobs = await database.db.query('test-jobs', `select payload from outbox where kind = 'duty'`)
    expect(jobs).toHaveLength(1)
  })

  test('applying twice is applying once', async () => {
    const { id } = await upload(sandboxRoll())
    const both = await Promise.all([apply(id), apply(id)])
    expect(both.map((one) => one.state)).toContain('applied')
    expect((await apply(id)).counts).toMatchObject({ rows: 200, added: 200, unchanged: 0 })
    const [trail] = await database.db.query<{ n: number }>(
      'test-trail',
      `select count(*) as n from audit where order_id = $1 and action = 'member.added'`,
      [order],
    )
    expect(trail!.n).toBe(200)
  })
})

describe('rows', () => {
  const head = 'Cognome;Nome;Codice fiscale;Stato;E-mail\n'

  test('bad ones stay in the report with their reasons, and the others get in', async () => {
    const csv = `${head}Rossi;Mario;${ROSSI};Iscritto;x\nVerdi;;RSSMRA80A01H501X;boh;\n\n;;;;\nRossi;Mario;${omocodiaOf(ROSSI)[1]};;\n`
    const shown = await upload(csv)
    expect(shown.counts).toEqual({ rows: 3, added: 1, changed: 0, unchanged: 0, wrong: 2, absent: 0 })
    expect(shown.errors).toEqual([
      {
        row: 3,
        codes: ['fiscalCode.checkCharacter', 'name.missing', 'status.unknown'],
        cells: ['Verdi', '', 'RSSMRA80A01H501X', 'boh', ''],
      },
      { row: 6, codes: ['duplicate'], cells: ['Rossi', 'Mario', omocodiaOf(ROSSI)[1], '', ''] },
    ])
    expect(shown.preview.warnings).toEqual([
      { row: 2, codes: ['email.form'], cells: ['Rossi', 'Mario', ROSSI, 'Iscritto', 'x'] },
    ])
    const done = await apply(shown.id)
    expect(done.errors).toEqual(shown.errors)
    expect(await stored()).toMatchObject([{ fiscal_code: ROSSI, contact_email: null }])
  })

  test('changes are told field by field in the trail; empty cells erase nothing', async () => {
    await imported(`${head}Rossi;Mario;${ROSSI};Iscritto;m@mail.example\n`)
    const statuses: unknown[] = []
    const shown = await upload(`${head}Rossi Bianchi;Mario;${ROSSI};Sospeso;\n`)
    expect(shown.counts).toMatchObject({ changed: 1, added: 0 })
    accepted(
      await applyRoll(world.office, {
        orderId: order,
        id: shown.id,
        actor,
        statusChanged: async (_, changes) => void statuses.push(...changes),
      }),
    )
    expect(await stored()).toMatchObject([
      {
        surname: 'Rossi Bianchi',
        status: 'suspended',
        contact_email: 'm@mail.example',
        search: expect.stringContaining('rossibianchi mario'),
      },
    ])
    expect(statuses).toEqual([{ memberId: expect.any(Number), from: 'active', to: 'suspended' }])
    const [entry] = await database.db.query<{ details: unknown }>(
      'test-change',
      `select details from audit where order_id = $1 and action = 'member.changed'`,
      [order],
    )
    expect(entry!.details).toMatchObject({
      changes: [
        { field: 'surname', from: 'Rossi', to: 'Rossi Bianchi' },
        { field: 'status', from: 'active', to: 'suspended' },
      ],
    })
  })

  test('who is not in the file is told and stays', async () => {
    await imported(`${head}Rossi;Mario;${ROSSI};Iscritto;\n`)
    const shown = await upload(rollCsv(inventMembers(3)))
    expect(shown.counts).toMatchObject({ added: 3, absent: 1 })
    expect(shown.preview.absent).toEqual(['Rossi Mario'])
    expect((await apply(shown.id)).outcome?.absent).toEqual(['Rossi Mario'])
    expect(await stored()).toHaveLength(4)
    expect((await stored()).every((one) => one.status === 'active')).toBe(true)
  })

  test('nobody comes back from death by a file', async () => {
    await imported(`${head}Rossi;Mario;${ROSSI};Deceduto;\n`)
    const shown = await upload(`${head}Rossi;Mario;${ROSSI};Iscritto;\n`)
    expect(shown.errors).toMatchObject([{ row: 2, codes: ['status.impossible'] }])
    await apply(shown.id)
    expect(await stored()).toMatchObject([{ status: 'deceased' }])
  })

  test('a certified address of the file does not displace another one', async () => {
    const pec = 'Cognome;Nome;CF;PEC\n'
    await imported(`${pec}Rossi;Mario;${ROSSI};a@pec.example\n`)
    const shown = await upload(`${pec}Rossi;Mario;${ROSSI};b@pec.example\n`)
    expect(shown.counts).toMatchObject({ unchanged: 1, changed: 0 })
    expect(shown.preview.warnings).toMatchObject([{ codes: ['pec.differs'] }])
    await apply(shown.id)
    expect(await domiciles()).toMatchObject([{ address: 'a@pec.example' }])
  })
})

describe('columns', () => {
  test('what is not understood is asked, and nothing is applied before', async () => {
    const shown = await upload(`x;y;z\n1;Rossi;Mario\n`)
    expect(shown.counts.rows).toBe(0)
    expect(await applyRoll(world.office, { orderId: order, id: shown.id, actor })).toEqual({ refusal: 'rollMapping' })
    const map = (mapping: Record<string, number>) => mapRoll(world.office, order, shown.id, mapping)
    expect(await map({ surname: 1, givenName: 2 })).toEqual({ refusal: 'rollMapping' })
    expect(await map({ fiscalCode: 9, surname: 1, givenName: 2 })).toEqual({ refusal: 'rollMapping' })
    expect(await map({ fiscalCode: 0, surname: 1, givenName: 2, shoes: 0 })).toEqual({ refusal: 'rollMapping' })
  })

  test('another mapping is looked at anew', async () => {
    const shown = await upload(`Nome;Cognome;Codice fiscale\nRossi;Mario;${ROSSI}\n;x;${ROSSI}\n`)
    expect(shown.errors).toHaveLength(1)
    const mapped = accepted(await mapRoll(world.office, order, shown.id, { fiscalCode: 2, surname: 0, givenName: 1 }))
    expect(mapped).toMatchObject({ counts: { rows: 2, added: 1, wrong: 1 }, preview: { warnings: [] } })
    await apply(shown.id)
    expect(await stored()).toMatchObject([{ surname: 'Rossi', given_name: 'Mario' }])
    expect(await mapRoll(world.office, order, shown.id, { fiscalCode: 2, surname: 0, givenName: 1 })).toEqual({
      refusal: 'notInThisState',
    })
  })

  test('titles above, no headings at all, XLSX', async () => {
    const titled = await upload(`Ordine di Prova;;\n;;\nCognome;Nome;CF\nRossi;Mario;${ROSSI}\n`)
    expect(titled).toMatchObject({ counts: { added: 1, wrong: 0 }, preview: { headingRow: 3 } })
    const bare = await upload(`${ROSSI};Rossi;Mario\n`)
    expect(bare).toMatchObject({
      counts: { added: 1 },
      preview: { headingRow: 0, columns: ['Colonna 1', 'Colonna 2', 'Colonna 3'] },
    })
    async function* rows() {
      yield [
        ['Cognome', 'Nome', 'CF'],
        ['Rossi', 'Mario', ROSSI],
      ]
    }
    const pieces: Uint8Array[] = []
    for await (const piece of writeXlsx('Albo', rows())) pieces.push(piece)
    expect(await upload(Buffer.concat(pieces), 'albo.xlsx')).toMatchObject({ format: 'xlsx', counts: { added: 1 } })
  })

  test.each([
    ['', 'rollEmpty'],
    ['Cognome;Nome;CF\n', 'rollEmpty'],
    ['\x00\x01', 'rollUnreadable'],
    ['a;"b\n', 'rollUnreadable'],
  ])('refused: %j (%s)', async (content, refusal) =>
    expect(
      await uploadRoll(world.office, { orderId: order, actor, fileName: 'x', body: bytes(content) }),
    ).toMatchObject({ refusal }),
  )
})

test('another Order sees nothing of it', async () => {
  const { id } = await upload(sandboxRoll())
  const other = await addOrder(database.db, `O-${++count}`)
  expect(await viewRoll(world.office, other, id)).toEqual({ refusal: 'notFound' })
  expect(await mapRoll(world.office, other, id, { fiscalCode: 0, surname: 1, givenName: 2 })).toEqual({
    refusal: 'notFound',
  })
  expect(await applyRoll(world.office, { orderId: other, id, actor })).toEqual({ refusal: 'notFound' })
  await apply(id)
  expect(await membersByCode(database.db, other, [ROSSI], false)).toEqual(new Map())
  // The same people may be on two registers.
  const copy = await upload(sandboxRoll(), 'albo.csv', other)
  expect(copy.counts).toMatchObject({ added: 200 })
})

test('what a crash stopped goes on from there, and counts once', async () => {
  const roll = rollCsv(inventMembers(1800, 5))
  const { id } = await upload(roll)
  const failing = {
    ...world.office,
    db: {
      ...world.office.db,
      tx: (() => {
        let left = 2
        return ((fn) =>
          left-- > 0 ? database.db.tx(fn) : Promise.reject(new Error('the power is gone'))) as typeof database.db.tx
      })(),
    },
  }
  await expect(applyRoll(failing, { orderId: order, id, actor })).rejects.toThrow('the power is gone')
  expect(await stored()).toHaveLength(999) // two batches of 500 rows, one of them the headings
  expect(await viewRoll(world.office, order, id)).toMatchObject({ state: 'failed', counts: { added: 999 } })
  expect(await apply(id)).toMatchObject({
    state: 'applied',
    counts: { rows: 1800, added: 1800, unchanged: 0, absent: 0 },
  })
  expect(await stored()).toHaveLength(1800)
})

test('a process that died is taken over when its lease is over, not before', async () => {
  const { id } = await upload(sandboxRoll())
  await database.db.query('test-dead', `update roll_import set state = 'applying', working_until = $2 where id = $1`, [
    id,
    new Date(world.clock.at + 1000).toISOString(),
  ])
  expect((await apply(id)).state).toBe('applying')
  world.clock.at += 2000
  expect((await apply(id)).state).toBe('applied')
})
