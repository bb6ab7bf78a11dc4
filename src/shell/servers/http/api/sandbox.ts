// Endpoints of the sandbox: the ordinary mail that it has captured.
import { listNotices } from '../../../notices/notices.ts'
import { handler } from './handler.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const sandboxHandlers = {
  listNotices: handler<'listNotices'>(async ({ office, query: { to, cursor, limit } }) => {
    if (cursor !== undefined && !UUID.test(cursor)) return { refusal: 'badRequest' }
    const rows = await listNotices(office.db, { to, after: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit).map((row) => ({ ...row, createdAt: new Date(row.createdAt).toISOString() }))
    const last = items.at(-1)
    return { items, ...(rows.length > limit && last ? { next: last.id } : {}) }
  }),
}
