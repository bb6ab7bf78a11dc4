// The Orders as places of work.
import type { Queries } from '../../db/pool.ts'

/** The Order with a code. */
export const findOrder = async (
  db: Queries,
  code: string,
): Promise<{ readonly id: number; readonly name: string } | undefined> =>
  (
    await db.query<{ id: number; name: string }>(
      'staff-order',
      'select id, name from professional_order where code = $1',
      [code],
    )
  )[0]
