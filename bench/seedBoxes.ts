// Fills a provider with other people's boxes: rows and index entries as real ones have; their bytes are shared contents.
import { connectTo } from './seed.ts'

export type SeededBoxes = {
  readonly seededBoxes: number
  readonly seededMessages: number
  readonly seedSeconds: number
}

const BATCH = 50

const FOLDERS = `(values ('INBOX', 'inbox'), ('Sent', 'sent'), ('Drafts', 'drafts'), ('Trash', 'trash'),
  ('Archive', 'archive'), ('Junk', 'junk')) as standard (name, role)`

/** Makes so many boxes of so many messages each; contents are those of `message`. */
export const seedBoxes = async (
  dataDir: string,
  database: string,
  boxes: number,
  messages: number,
): Promise<SeededBoxes> => {
  const startedAt = performance.now()
  const client = await connectTo(dataDir, database)
  try {
    await client.query('set synchronous_commit = off')
    await client.query(
      `create temporary table shared as
       select row_number() over () - 1 as n, content_id, size_bytes, thread, msgid, subject
       from (select * from message order by folder_id, uid limit $1)`,
      [messages],
    )
    for (let first = 1; first <= boxes; first += BATCH) {
      const last = Math.min(first + BATCH - 1, boxes)
      await client.query('begin')
      await client.query(
        `with box as (
           insert into mailbox (address, address_key, quota_bytes, uid_validity, modseq, messages, used_bytes)
           select a, a, 1e12, 1, 2, $3::int8, $3::int8 * 5000
           from (select 'seed' || n || '@pec.alfa.example' from generate_series($1::int, $2::int) n) x (a) returning id
         ), made as (
           insert into folder (mailbox_id, name, role, uid_validity, uid_next, highest_modseq, modseq_before, messages, unseen, bytes)
           select box.id, name, role, 1, case role when 'inbox' then $3::int8 + 1 else 1 end, 2, 1,
                  case role when 'inbox' then $3::int8 else 0 end, case role when 'inbox' then $3::int8 else 0 end,
                  case role when 'inbox' then $3::int8 * 5000 else 0 end
           from box, ${FOLDERS} returning id, role
         )
         insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, keywords, kind, msgid, subject)
         select made.id, s.n + 1, s.content_id, s.size_bytes, now(), now(), 2, s.thread, '$PECEnvelope', 'transportEnvelope', s.msgid, s.subject
         from made join shared s on s.n < $3::int8 where made.role = 'inbox' order by made.id, s.n`,
        [first, last, messages],
      )
      await client.query('commit')
    }
    await client.query('vacuum analyze')
    await client.query('checkpoint')
    return {
      seededBoxes: boxes,
      seededMessages: boxes * messages,
      seedSeconds: Math.round((performance.now() - startedAt) / 100) / 10,
    }
  } finally {
    await client.end()
  }
}
