// Canned answers: those of the product, once; then whatever the staff makes of them.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { type CannedAnswer, SHIPPED_ANSWERS, unknownPlaceholders } from '../../core/helpdesk/canned.ts'
import { writeAudit } from '../audit/write.ts'
import { type Queries, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import type { DeskActor } from './desk.ts'

export type StoredAnswer = CannedAnswer & { readonly id: string }

/** Most of them: beyond it nobody finds one. */
const MOST = 200

/** Puts the answers of the product that were never there: what the staff deletes stays away. */
export const shipCanned = (office: Office): Promise<void> =>
  office.db.tx(async (tx) => {
    for (const { title, category, text } of SHIPPED_ANSWERS) {
      const isNew = await tx.query(
        'canned-ship',
        'insert into canned_shipped (title) values ($1) on conflict do nothing returning 1',
        [title],
      )
      if (isNew.length > 0)
        tx.send(
          'canned-ship-put',
          'insert into canned_answer (id, title, category, body, changed_at) values ($1, $2, $3, $4, $5)',
          [randomUUID(), title, category, text, timestamp(office.clock.now())],
        )
    }
  })

export const listCanned = (db: Queries): Promise<readonly StoredAnswer[]> =>
  db.query<StoredAnswer>(
    'canned-list',
    'select id, title, category, body as text from canned_answer order by category nulls last, title, id',
  )

const wrongIn = ({ text }: CannedAnswer): Refusal | undefined => {
  const unknown = unknownPlaceholders(text)
  return unknown.length === 0
    ? undefined
    : {
        refusal: 'badRequest',
        fields: [
          {
            field: 'text',
            code: 'placeholder',
            it: `Queste parole fra graffe non si riempiono da sole: ${unknown.join(', ')}.`,
            en: `These words in braces are not filled in: ${unknown.join(', ')}.`,
          },
        ],
      }
}

/** Writes an answer: a new one where there is no id. */
export const putCanned = async (
  office: Office,
  actor: DeskActor,
  id: string | undefined,
  answer: CannedAnswer,
): Promise<Refusal | undefined> => {
  const wrong = wrongIn(answer)
  if (wrong) return wrong
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    const values = [id ?? randomUUID(), answer.title, answer.category, answer.text, actor.staffId, timestamp(now)]
    const rows =
      id === undefined
        ? await tx.query(
            'canned-insert',
            `insert into canned_answer (id, title, category, body, staff_id, changed_at) select $1, $2, $3, $4, $5, $6
             where (select count(*) from canned_answer) < ${MOST} returning 1`,
            values,
          )
        : await tx.query(
            'canned-update',
            `update canned_answer set title = $2, category = $3, body = $4, staff_id = $5, changed_at = $6 where id = $1
             returning 1`,
            values,
          )
    if (rows.length === 0) return { refusal: id === undefined ? 'ticketTooMany' : 'notFound' }
    audited(tx, actor, now, 'canned.written', String(values[0]), answer.title)
    return undefined
  })
}

/** Deletes an answer. */
export const dropCanned = (office: Office, actor: DeskActor, id: string): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const [row] = await tx.query<{ title: string }>(
      'canned-delete',
      'delete from canned_answer where id = $1 returning title',
      [id],
    )
    if (!row) return { refusal: 'notFound' }
    audited(tx, actor, office.clock.now(), 'canned.deleted', id, row.title)
    return undefined
  })

const audited = (
  tx: Parameters<typeof writeAudit>[0],
  actor: DeskActor,
  at: number,
  action: string,
  subjectId: string,
  title: string,
): void => writeAudit(tx, [{ at, actor, action, subjectKind: 'canned', subjectId, details: { title } }])
