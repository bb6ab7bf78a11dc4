// Fills the store fast: every row that one certified message left behind is copied over and over under new names.
import pg from 'pg'
import { socketUrl } from '../src/shell/db/embedded/postmaster.ts'
import { findPostmasters } from '../test/support/client/sandbox.ts'

/** Mailbox messages that a certified message leaves: acceptance, take-in-charge, envelope, delivery receipt. */
const FILED_EACH = 4
const BATCH = 2_500

export type Seeded = { readonly seededMessages: number; readonly seedSeconds: number; readonly databaseMiB: number }

type Content = { readonly id: string; readonly pieces: Buffer }

/** A connection to a provider's database in the sandbox's cluster. */
export const connectTo = async (dataDir: string, database: string): Promise<pg.Client> => {
  const [server] = findPostmasters(dataDir)
  if (server === undefined) throw new Error(`no database runs in ${dataDir}`)
  const client = new pg.Client({ connectionString: socketUrl(server.socketFolder, database) })
  await client.connect()
  return client
}

/** How the passwords are hashed, as one stored hash says: `argon2id m=…,t=…,p=…`. */
export const passwordHashing = async (dataDir: string): Promise<string> => {
  const client = await connectTo(dataDir, 'alfa')
  try {
    const { rows } = await client.query<{ hash: string }>(
      'select password_hash as hash from mailbox where password_hash is not null limit 1',
    )
    const [, algorithm, , costs] = (rows[0]?.hash ?? '').split('$')
    return `${algorithm} ${costs}`
  } finally {
    await client.end()
  }
}

/** The last message delivered within the provider, and the contents that it is made of. */
const loadTemplate = async (client: pg.Client): Promise<{ identifier: string; contents: readonly Content[] }> => {
  const { rows: found } = await client.query<{ identifier: string }>(
    `select s.identifier from submission s join recipient r using (identifier) join arrival a using (identifier)
     where r.state = 'delivered' group by s.identifier having count(*) = 1 order by max(s.accepted_at) desc limit 1`,
  )
  const identifier = found[0]?.identifier
  if (identifier === undefined) throw new Error('there is no delivered message to copy')
  const { rows } = await client.query<Content>(
    `select id::text, pieces from content where id in (
       select postacert_id from submission where identifier = $1
       union select envelope_id from submission where identifier = $1
       union select content_id from arrival where identifier = $1
       union select content_id from message where msgid = $1)`,
    [identifier],
  )
  return { identifier, contents: [...(await originalsOf(client, rows)), ...rows] }
}

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

/** Contents that those rows name and that are not among them: a piece `02` carries the id (content/pieces.ts). */
const originalsOf = async (client: pg.Client, rows: readonly Content[]): Promise<readonly Content[]> => {
  const { rows: near } = await client.query<Content>(
    'select id::text, pieces from content where id <= $1 order by id desc limit 500',
    [
      rows
        .map((row) => row.id)
        .sort()
        .at(-1),
    ],
  )
  const known = new Set(rows.map((row) => row.id))
  return near.filter(
    (one) =>
      !known.has(one.id) && rows.some((row) => row.pieces.includes(Buffer.concat([Buffer.of(2), idBytes(one.id)]))),
  )
}

// A copy's id begins with the copy's number, as a time would, so that rows go in sorted as real ones do.
const copyId = (content: number): string =>
  `(lpad(to_hex(x.n), 12, '0') || '7000' || 'a' || lpad('${content}', 15, '0'))::uuid`

/** SQL of the pieces of a copy: the template's, with the ids that they name put in place of the old ones. */
const copyPieces = (contents: readonly Content[], of: Content): string => {
  let sql = 't.pieces'
  contents.forEach((other, index) => {
    const id = idBytes(other.id)
    for (let at = of.pieces.indexOf(id); at >= 0; at = of.pieces.indexOf(id, at + 16)) {
      sql = `overlay(${sql} placing uuid_send(${copyId(index)}) from ${at + 1})`
    }
  })
  return sql
}

/** Statements that make the copies numbered $1 … $2 of message $3, in the order of their references. */
const statements = (contents: readonly Content[]): readonly string[] => {
  const from = 'from generate_series($1::int, $2::int) as x (n)'
  const newIdentifier = "(x.n || '.' || t.identifier)"
  const renamed = `case t.content_id ${contents.map((one, index) => `when '${one.id}' then ${copyId(index)}`).join(' ')} end`
  const idOf = (column: string): string => renamed.replaceAll('t.content_id', column)
  return [
    ...contents.map(
      (one, index) =>
        `insert into content (id, size_bytes, pieces) select ${copyId(index)}, t.size_bytes, ${copyPieces(contents, one)}
         ${from}, content t where t.id = '${one.id}' and $3::text is not null`,
    ),
    `insert into submission (identifier, mailbox_id, facts, receipt_type, postacert_id, envelope_id, state, accepted_at)
     select ${newIdentifier}, t.mailbox_id, t.facts, t.receipt_type, ${idOf('t.postacert_id')}, ${idOf('t.envelope_id')},
            t.state, t.accepted_at
     ${from}, submission t where t.identifier = $3`,
    `insert into recipient (identifier, address_key, address, certified, state, changed_at)
     select ${newIdentifier}, t.address_key, t.address, t.certified, t.state, t.changed_at
     ${from}, recipient t where t.identifier = $3`,
    `insert into arrival (identifier, address_key, signer, state, content_id, at)
     select ${newIdentifier}, t.address_key, t.signer, t.state, ${renamed}, t.at
     ${from}, arrival t where t.identifier = $3`,
    `insert into outbox (id, kind, payload, due_at, attempts, created_at)
     select ${copyId(999)}, t.kind, jsonb_set(t.payload, '{identifier}', to_jsonb(${newIdentifier.replace('t.identifier', '$3')})),
            t.due_at, 0, t.created_at
     ${from}, outbox t where t.kind = 'timeout' and t.payload ->> 'identifier' = $3`,
    // Each copy is of another pair of users; positions go on where each inbox stands.
    `with user_box as (
       select id, row_number() over (order by id) - 1 as place from mailbox where address_key like 'user%'
     ), copied as (
       select x.n, t.uid, f.mailbox_id, t.kind, ${renamed} as content_id, ${newIdentifier.replace('t.identifier', 't.msgid')} as msgid,
              t.subject, t.size_bytes, t.received_at, t.saved_at, t.thread, t.keywords, m.role
       ${from}, message t join folder f on f.id = t.folder_id and f.role = 'inbox' join mailbox m on m.id = f.mailbox_id
       where t.msgid = $3
     ), placed as (
       select c.*, case when c.role = 'service' then c.mailbox_id else u.id end as box
       from copied c left join user_box u
         on u.place = (c.n + (c.kind = 'transportEnvelope')::int) % (select count(*) from user_box)
     ), numbered as (
       select p.*, row_number() over (partition by box order by n, uid) as nth, count(*) over (partition by box) as gained
       from placed p
     ), gained as (
       select box, count(*) as messages, sum(size_bytes) as bytes from placed group by box
     ), boxes as (
       update mailbox b set modseq = modseq + 1, used_bytes = used_bytes + g.bytes, messages = b.messages + g.messages
       from gained g where b.id = g.box returning b.id, b.modseq
     ), moved as (
       update folder f
       set uid_next = uid_next + g.messages, modseq_before = highest_modseq, highest_modseq = b.modseq,
           messages = f.messages + g.messages, unseen = unseen + g.messages, bytes = f.bytes + g.bytes
       from gained g join boxes b on b.id = g.box
       where f.mailbox_id = g.box and f.role = 'inbox'
       returning f.id, f.mailbox_id, f.highest_modseq as modseq, f.uid_next - g.messages as first_uid
     )
     insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, keywords, kind,
                          msgid, subject)
     select moved.id, first_uid + nth - 1, content_id, size_bytes, received_at, saved_at, modseq, thread, keywords, kind,
            msgid, subject
     from numbered join moved on moved.mailbox_id = numbered.box`,
    `select journal_append(
       array_agg(j.at), array_agg(j.event), array_agg(j.msgid), array_agg(j.client_msgid), array_agg(j.sender),
       array_agg(j.recipients), array_agg(j.subject), array_agg(j.related), array_agg(j.provider), array_agg(j.detail))
     from (select (extract(epoch from t.at) * 1000)::int8 as at, t.event, x.n || '.' || t.msgid as msgid, t.client_msgid,
                  t.sender, array_to_string(t.recipients, E'\\t') as recipients, t.subject,
                  array_to_string(t.related, E'\\t') as related, t.provider, t.detail
           ${from}, journal t where t.msgid = $3 order by x.n, t.seq) j`,
  ]
}

/**
 * Copies a delivered message until that many more messages are in the mailboxes of a provider, then lets PostgreSQL
 * tidy up as it would have done over the months that such a store takes to fill.
 */
export const seedMessages = async (dataDir: string, database: string, messages: number): Promise<Seeded> => {
  const startedAt = performance.now()
  const client = await connectTo(dataDir, database)
  try {
    const { identifier, contents } = await loadTemplate(client)
    const inserts = statements(contents)
    const copies = Math.ceil(messages / FILED_EACH)
    await client.query('set synchronous_commit = off')
    for (let first = 1; first <= copies; first += BATCH) {
      await client.query('begin')
      const last = Math.min(first + BATCH - 1, copies)
      for (const sql of inserts) await client.query(sql, [first, last, identifier])
      await client.query('commit')
    }
    await client.query('vacuum analyze')
    await client.query('checkpoint')
    const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
    return {
      seededMessages: copies * FILED_EACH,
      seedSeconds: Math.round((performance.now() - startedAt) / 100) / 10,
      databaseMiB: Math.round(Number(rows[0]!.bytes) / 2 ** 20),
    }
  } finally {
    await client.end()
  }
}
