// Group commit on a real database: all or none of a unit, guards, bad units, connections lost in the middle.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { bytesPiece } from '../../../src/core/lib/rope.ts'
import { openFileBlobs } from '../../../src/shell/adapters/blobs.ts'
import { type ContentStore, openContentStore } from '../../../src/shell/content/store.ts'
import type { Database, Tx } from '../../../src/shell/db/pool.ts'
import { createMailbox, findMailboxes, listMessages } from '../../../src/shell/mailstore/mailboxes.ts'
import { type Changes, noChanges } from '../../../src/shell/pec/changes.ts'
import { type CommitterOptions, openCommitter } from '../../../src/shell/pec/commit.ts'
import { loadSubmission, writeArrows } from '../../../src/shell/pec/store.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'

const AT = Date.UTC(2026, 10, 23, 10)
const folder = mkdtempSync(join(tmpdir(), 'commit-'))
let it: TestDatabase
let contents: ContentStore
let boxes: number[]
let n = 0

beforeAll(async () => {
  it = await testDatabase()
  contents = openContentStore({ db: it.db, blobs: openFileBlobs(folder) })
  await writeArrows(it.db)
  const addresses = ['uno@pec.example', 'due@pec.example']
  for (const address of addresses) await createMailbox(it.db, { address, quotaBytes: 1e9, uidValidity: 1 })
  const found = await findMailboxes(it.db, addresses)
  boxes = addresses.map((address) => found.get(address)!.id)
})
afterAll(async () => {
  await contents.close()
  await it.drop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await it.db.tx((tx) => tx.script('delete from message; delete from arrival; delete from outbox'))
})

const open = (more: Partial<CommitterOptions> = {}) =>
  openCommitter({
    db: it.db,
    contents,
    node: 'a',
    leaseMs: 60_000,
    clock: { now: () => AT },
    batch: 64,
    onFiled: () => {},
    retryAfterMs: [0],
    ...more,
  })

/** A message filed in a mailbox. */
const filing = (box: number, change: (changes: Changes, content: string) => void = () => {}): Changes => {
  const changes = noChanges()
  const row = contents.row(contents.newId(), [bytesPiece(new Uint8Array(10))])
  changes.contents.push(row)
  const msgid = `id${++n}@pec.example`
  changes.filings.push({ mailboxId: box, content: row.id, kind: 'acceptance', msgid, sizeBytes: 10, at: AT })
  changes.journal.push({
    event: 'delivered',
    at: AT,
    msgid,
    sender: 's@x.example',
    recipients: [],
    related: [],
    provider: 'P',
  })
  change(changes, row.id)
  return changes
}
const arriving = (identifier: string, ...addresses: string[]) =>
  filing(boxes[0]!, (changes, content) => {
    for (const address of addresses)
      changes.arrivals.push({ identifier, address, signer: 'P', state: 'delivered', content, at: AT })
  })
/** Uids of a mailbox. */
const uids = async (box: number): Promise<number[]> => (await listMessages(it.db, box, 0, 1000)).map((one) => one.uid)
const journaled = async (changes: Changes): Promise<number> => {
  const [row] = await it.db.query<{ n: number }>('journaled', 'select count(*) as n from journal where msgid = $1', [
    changes.journal[0]!.msgid,
  ])
  return Number(row!.n)
}
/** A database whose n-th transactions end as the function says. */
const failing = (how: (attempt: number, run: () => Promise<unknown>) => Promise<unknown>): Database => {
  let attempt = 0
  return { ...it.db, tx: <T>(fn: (tx: Tx) => Promise<T>) => how(++attempt, () => it.db.tx(fn)) as Promise<T> }
}
const lostConnection = () => new Fault('database', 'connection lost')

describe('group commit', () => {
  test('units of one turn go in one transaction, each mailbox numbered without a gap', async () => {
    let transactions = 0
    const db = failing((attempt, run) => {
      transactions = attempt
      return run()
    })
    const filed: number[][] = []
    const committer = open({
      db,
      onFiled: (all) => filed.push([...new Set(all.map(({ filing }) => filing.mailboxId))].sort()),
    })
    const units = [0, 1, 0, 0, 1].map((box) => filing(boxes[box]!))
    expect(new Set(await Promise.all(units.map(committer.commit)))).toEqual(new Set(['committed']))
    expect(transactions).toBe(1)
    expect(filed).toEqual([[...boxes].sort()])
    for (const [box, count] of [3, 2].entries()) {
      const got = await uids(boxes[box]!)
      expect(got).toHaveLength(count)
      expect(got.at(-1)! - got[0]!).toBe(count - 1)
    }
  })
  test('what comes while a transaction is under way goes in the next ones, no larger than the limit', async () => {
    const sizes: number[] = []
    const committer = open({ batch: 2, onCommit: () => sizes.push(1) })
    await Promise.all([1, 2, 3, 4, 5].map(() => committer.commit(filing(boxes[0]!))))
    expect(sizes).toHaveLength(5)
    expect(await uids(boxes[0]!)).toHaveLength(5)
  })
  test('jobs born under the lease of the node are told of after the commit', async () => {
    const told: Changes[] = []
    const job = { id: contents.newId(), kind: 'timeout', payload: {}, dueAt: AT, leased: true } as const
    await open({ onCommit: (changes) => told.push(changes) }).commit(filing(boxes[0]!, (it) => it.jobs.push(job)))
    expect(told).toHaveLength(1)
    const rows = await it.db.query('leased', 'select lease_owner, leased_until from outbox where id = $1', [job.id])
    expect(rows).toEqual([{ lease_owner: 'a', leased_until: AT + 60_000 }])
  })
})

describe('guards', () => {
  test('an arrival that is recorded loses its unit whole, and no other of the batch', async () => {
    const committer = open()
    expect(await committer.commit(arriving('x1@p', 'a@d'))).toBe('committed')
    const again = arriving('x1@p', 'A@d', 'b@d')
    const other = filing(boxes[1]!)
    expect(await Promise.all([committer.commit(again), committer.commit(other)])).toEqual(['lost', 'committed'])
    expect(await journaled(again)).toBe(0)
    expect(await journaled(other)).toBe(1)
    expect(await uids(boxes[0]!)).toHaveLength(1)
    // b@d of the lost unit was not written either
    expect(await committer.commit(arriving('x1@p', 'b@d'))).toBe('committed')
  })
  test('the same envelope twice in one batch: one is written', async () => {
    const committer = open()
    const both = await Promise.all(['a@d', 'A@d'].map((address) => committer.commit(arriving('x2@p', address))))
    expect(both).toEqual(['committed', 'lost'])
    expect(await uids(boxes[0]!)).toHaveLength(1)
  })
  test('the same receipt twice: one is filed', async () => {
    const committer = open()
    const receipt = () => filing(boxes[0]!, (it) => it.seen.push({ key: 'k1', at: AT }))
    expect(await Promise.all([committer.commit(receipt()), committer.commit(receipt())])).toEqual(['committed', 'lost'])
    expect(await committer.commit(receipt())).toBe('lost')
    expect(await uids(boxes[0]!)).toHaveLength(1)
  })
  test('another signer of the same identifier takes nothing away', async () => {
    const committer = open()
    const of = (signer: string) =>
      filing(boxes[0]!, (changes, content) =>
        changes.arrivals.push({ identifier: 'x3@p', address: 'a@d', signer, state: 'delivered', content, at: AT }),
      )
    expect(await committer.commit(of('Falso'))).toBe('committed')
    expect(await committer.commit(of('Vero'))).toBe('committed')
  })
  test('a job is finished once: who comes second has done nothing', async () => {
    const committer = open()
    const id = contents.newId()
    await committer.commit(
      filing(boxes[0]!, (it) => it.jobs.push({ id, kind: 'timeout', payload: {}, dueAt: AT, leased: false })),
    )
    const finish = () => filing(boxes[0]!, (it) => it.done.push(id))
    expect(await Promise.all([committer.commit(finish()), committer.commit(finish())])).toEqual(['committed', 'lost'])
    expect(await uids(boxes[0]!)).toHaveLength(2)
  })
  test('a transition from a state that no longer holds loses its unit; one without is passed over', async () => {
    const committer = open()
    const identifier = `t${++n}@p`
    const message = { identifier, sender: 's@d', recipients: [{ address: 'R@d', certified: true }], replyTo: 's@d' }
    await committer.commit(
      filing(boxes[0]!, (it) =>
        it.submissions.push({ message, mailboxId: boxes[0]!, receiptType: 'complete', state: 'accepted', at: AT }),
      ),
    )
    const move = (event: 'takeInCharge' | 'delivery' | 'after12h', from?: 'pending') =>
      filing(boxes[0]!, (it) => it.transitions.push({ identifier, address: 'r@d', event, from, at: AT }))
    const outcomes = [move('takeInCharge'), move('delivery'), move('after12h', 'pending'), move('takeInCharge')]
    expect(await Promise.all(outcomes.map(committer.commit))).toEqual(['committed', 'committed', 'lost', 'committed'])
    const known = await loadSubmission(it.db, identifier)
    expect(known!.recipients).toEqual([{ address: 'R@d', certified: true, state: 'delivered' }])
  })
})

describe('failures', () => {
  test('a unit that cannot be written fails alone', async () => {
    const committer = open()
    const units = [
      filing(boxes[0]!),
      filing(-1, (it) => it.filings.push({ ...it.filings[0]!, mailboxId: boxes[0]!, content: 'none' })),
      filing(boxes[1]!),
    ]
    const outcomes = await Promise.allSettled(units.map(committer.commit))
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await Promise.all(units.map(journaled))).toEqual([1, 0, 1])
    expect(await committer.commit(filing(boxes[0]!))).toBe('committed')
  })
  test('COMMIT was done but its answer lost: told as committed, written once', async () => {
    const db = failing(async (attempt, run) => {
      await run()
      if (attempt === 1) throw lostConnection()
    })
    const told: Changes[] = []
    const committer = open({ db, onCommit: (changes) => told.push(changes) })
    const units = [filing(boxes[0]!), filing(boxes[0]!), arriving('x4@p', 'a@d')]
    expect(await Promise.all(units.map(committer.commit))).toEqual(['committed', 'committed', 'committed'])
    expect(told).toEqual(units)
    expect(await uids(boxes[0]!)).toHaveLength(3)
    expect(await Promise.all(units.map(journaled))).toEqual([1, 1, 1])
  })
  test('the connection lost before COMMIT: written again, once', async () => {
    const db = failing(async (attempt, run) => {
      if (attempt === 1) throw lostConnection()
      return run()
    })
    const units = [filing(boxes[0]!), filing(boxes[0]!)]
    const committer = open({ db })
    expect(await Promise.all(units.map(committer.commit))).toEqual(['committed', 'committed'])
    expect(await uids(boxes[0]!)).toHaveLength(2)
  })
  test('the database stays away: every unit hears it after the same few tries, and later ones go on', async () => {
    let attempts = 0
    const db = failing(async (attempt, run) => {
      attempts = attempt
      if (attempt <= 2) throw lostConnection()
      return run()
    })
    const committer = open({ db })
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => committer.commit(filing(boxes[0]!))))
    expect(outcomes.map((one) => one.status === 'rejected' && one.reason instanceof Fault)).toEqual([true, true, true])
    expect(attempts).toBe(2)
    expect(await committer.commit(filing(boxes[0]!))).toBe('committed')
    expect(await uids(boxes[0]!)).toHaveLength(1)
  })
})
