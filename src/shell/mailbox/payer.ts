// Who pays the term of a box that runs.
import { payerOf } from '../../core/convention/convention.ts'
import type { Queries } from '../db/pool.ts'
import type { TermRow } from './store.ts'

/** As it was ordered; without an order, as the convention has it. */
export const payerNow = async (db: Queries, row: TermRow): Promise<'order' | 'member'> => {
  const [ordered] = await db.query<{ payer: 'order' | 'member' }>(
    'overview-payer',
    `select payer from purchase where enrolment_id = $1 and term = $2 and state in ('ordered', 'invoiced') limit 1`,
    [row.enrolmentId, row.term],
  )
  return ordered?.payer ?? payerOf(row.terms.payer, row.term)
}
