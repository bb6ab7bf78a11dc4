// What must be true of purchases and invoices, whatever happened to those who wrote them.
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { Database } from '../../../src/shell/db/pool.ts'

export type InvoiceRow = {
  id: string
  number: number
  kind: 'TD01' | 'TD04'
  purchase_id: string
  reverses: string | null
  file_name: string
  net_cents: number
  vat_cents: number
  stamp_cents: number
  total_cents: number
  sha256: string
  xml: Uint8Array
}

/** Holds every invoice against its number, its purchase, its file and its sums; throws where one does not fit. */
export const check = async (db: Database): Promise<readonly InvoiceRow[]> => {
  const rows = await db.query<InvoiceRow>('test-all', 'select * from invoice order by number')
  const [last] = await db.query<{ last: number }>(
    'test-last',
    `select coalesce(max(last_number) filter (where series = 'PEC'), 0) as last from invoice_series`,
  )
  expect(rows.map((row) => row.number)).toEqual(Array.from({ length: rows.length }, (_, i) => i + 1))
  expect(last!.last).toBe(rows.length)
  expect(rows.map((row) => Number.parseInt(/_(.{5})\.xml$/.exec(row.file_name)![1]!, 36))).toEqual(
    rows.map((row) => row.number),
  )
  const byPurchase = Map.groupBy(rows, (row) => row.purchase_id)
  const purchases = await db.query<{ id: string; state: string }>('test-purchases', 'select id, state from purchase')
  const documents = { ordered: [], cancelled: [], invoiced: ['TD01'], reversed: ['TD01', 'TD04'] } as const
  for (const { id, state } of purchases) {
    const of = byPurchase.get(id) ?? []
    expect(of.map((row) => row.kind)).toEqual(documents[state as keyof typeof documents])
    if (of.length === 2) expect([of[1]!.reverses, of[1]!.total_cents]).toEqual([of[0]!.id, of[0]!.total_cents])
  }
  expect([...byPurchase.keys()].every((id) => purchases.some((p) => p.id === id))).toBe(true)
  for (const row of rows) {
    expect(row.net_cents + row.vat_cents + row.stamp_cents).toBe(row.total_cents)
    expect(createHash('sha256').update(row.xml).digest('hex')).toBe(row.sha256)
  }
  return rows
}
