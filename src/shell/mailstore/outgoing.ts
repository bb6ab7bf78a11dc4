// Identities that a box sends by, and what was sent by JMAP: their rows, with the modseqs at which they changed.
import type { NotSent, UndoStatus } from '../../core/jmap/release.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import { type Database, type Queries, timestamp } from '../db/pool.ts'
import type { Box } from './box.ts'
import { lockMailboxFor } from './folders.ts'
import { cancelHeld, type HeldActor, hold, type NewHeld } from './held.ts'
import { receiptsOf, type SentName } from './receipts.ts'

export type AddressValue = { readonly name: string | null; readonly email: string }

export type IdentityValues = {
  readonly name: string
  readonly replyTo: readonly AddressValue[] | null
  readonly bcc: readonly AddressValue[] | null
  readonly textSignature: string
  readonly htmlSignature: string
}

/** Modseqs of the mailbox at which a row came, changed last, and went. */
export type Lifetime = { readonly born: number; readonly changed: number; readonly gone: number | null }

export type IdentityRow = IdentityValues & Lifetime & { readonly id: number; readonly isStandard: boolean }

const IDENTITY = `id, name, reply_to as "replyTo", bcc, text_signature as "textSignature",
  html_signature as "htmlSignature", is_standard as "isStandard", born, changed, gone`

const readIdentities = (db: Queries, mailboxId: number): Promise<readonly IdentityRow[]> =>
  db.query<IdentityRow>(
    'identities-list',
    `select ${IDENTITY} from sender_identity where mailbox_id = $1 order by id`,
    [mailboxId],
  )

/** Identities of a box, those that are gone too; the one that every box has is made where it is not there. */
export const listIdentities = async (
  db: Database,
  mailboxId: number,
  made: (mailboxId: number) => Promise<void>,
): Promise<readonly IdentityRow[]> => {
  const there = await readIdentities(db, mailboxId)
  if (there.some(({ isStandard }) => isStandard)) return there
  await db.tx(async (tx) => {
    const modseq = await lockMailboxFor(tx, mailboxId, 'identities')
    tx.send(
      'identity-standard',
      `insert into sender_identity (mailbox_id, name, is_standard, born, changed)
       select id, display_name, true, $2, $2 from mailbox where id = $1
       on conflict (mailbox_id) where is_standard do nothing`,
      [mailboxId, modseq ?? 0],
    )
  })
  await made(mailboxId)
  return readIdentities(db, mailboxId)
}

const valuesOf = ({ name, replyTo, bcc, textSignature, htmlSignature }: IdentityValues) => [
  name,
  replyTo === null ? null : JSON.stringify(replyTo),
  bcc === null ? null : JSON.stringify(bcc),
  textSignature,
  htmlSignature,
]

/** Makes an identity; gives its id. */
export const createIdentity = (db: Database, mailboxId: number, values: IdentityValues): Promise<number> =>
  db.tx(async (tx) => {
    const modseq = await lockMailboxFor(tx, mailboxId, 'identities')
    const [row] = await tx.query<{ id: number }>(
      'identity-create',
      `insert into sender_identity (mailbox_id, name, reply_to, bcc, text_signature, html_signature, is_standard, born, changed)
       values ($1, $3, $4, $5, $6, $7, false, $2, $2) returning id`,
      [mailboxId, modseq, ...valuesOf(values)],
    )
    return row!.id
  })

export const changeIdentity = (db: Database, mailboxId: number, id: number, values: IdentityValues): Promise<void> =>
  db.tx(async (tx) => {
    const modseq = await lockMailboxFor(tx, mailboxId, 'identities')
    tx.send(
      'identity-change',
      `update sender_identity set changed = $3, name = $4, reply_to = $5, bcc = $6, text_signature = $7,
         html_signature = $8 where id = $2 and mailbox_id = $1`,
      [mailboxId, id, modseq, ...valuesOf(values)],
    )
  })

export const removeIdentity = (db: Database, mailboxId: number, id: number): Promise<void> =>
  db.tx(async (tx) => {
    const modseq = await lockMailboxFor(tx, mailboxId, 'identities')
    const sql = 'update sender_identity set gone = $3 where id = $2 and mailbox_id = $1'
    tx.send('identity-remove', sql, [mailboxId, id, modseq])
  })

export type EnvelopeValue = {
  readonly mailFrom: { readonly email: string; readonly parameters: unknown }
  readonly rcptTo: readonly { readonly email: string; readonly parameters: unknown }[]
}

export type SubmissionRow = Lifetime & {
  readonly id: string
  readonly identityId: number
  readonly content: ContentId
  readonly thread: bigint
  readonly envelope: EnvelopeValue
  /** PEC msgid; one that waits, or was called back, has none. */
  readonly identifier: string | null
  /** When it was sent, or is to be. */
  readonly sendAt: Instant
  readonly undoStatus: UndoStatus
  readonly notSent: NotSent | null
  /** States of the recipients (recipientMachine), by address; `ordinary` where no receipt will come. */
  readonly states: Readonly<Record<string, string>>
  /** Whether the message was accepted to be certified. */
  readonly accepted: boolean
}

type SubmissionSql = Omit<SubmissionRow, 'thread' | 'accepted'> & {
  readonly thread: string
  readonly state: string | null
}

/** What was sent from a box, also what is gone from the list; the last sent first. */
export const listSubmissions = async (db: Queries, mailboxId: number): Promise<readonly SubmissionRow[]> => {
  const rows = await db.query<SubmissionSql>(
    'email-submissions-list',
    `select e.id, e.identity_id as "identityId", e.content_id as content, e.thread::text as thread, e.envelope,
       e.identifier, e.send_at as "sendAt", e.undo_status as "undoStatus", e.not_sent as "notSent", e.born, e.changed,
       e.gone, s.state,
       coalesce((select jsonb_object_agg(r.address, case when r.certified or r.state <> 'pending' then r.state else 'ordinary' end) from recipient r where r.identifier = e.identifier), '{}') as states
     from email_submission e left join submission s on s.identifier = e.identifier
     where e.mailbox_id = $1 order by e.send_at desc, e.id limit 10000`,
    [mailboxId],
  )
  return rows.map(({ state, ...row }) => ({ ...row, thread: BigInt(row.thread), accepted: state === 'accepted' }))
}

/** Writes down what was sent. */
export const keepSubmission = (
  db: Database,
  mailboxId: number,
  row: Pick<SubmissionRow, 'id' | 'identityId' | 'content' | 'thread' | 'envelope' | 'sendAt'> & {
    readonly identifier: string
  },
): Promise<void> =>
  db.tx(async (tx) => {
    const modseq = await lockMailboxFor(tx, mailboxId, 'submissions')
    tx.send(
      'email-submission-keep',
      `insert into email_submission (id, mailbox_id, identity_id, content_id, thread, envelope, identifier, send_at, born, changed)
       values ($1, $2, $3, $4, $5::bigint, $6, $7, $8, $9, $9)`,
      [
        row.id,
        mailboxId,
        row.identityId,
        row.content,
        String(row.thread),
        JSON.stringify(row.envelope),
        row.identifier,
        timestamp(row.sendAt),
        modseq,
      ],
    )
  })

/** Takes one from the list; what was sent stays sent. */
export const removeSubmission = (db: Database, mailboxId: number, id: string): Promise<void> =>
  db.tx(async (tx) => {
    const modseq = await lockMailboxFor(tx, mailboxId, 'submissions')
    const sql = 'update email_submission set gone = $3 where id = $2 and mailbox_id = $1'
    tx.send('email-submission-remove', sql, [mailboxId, id, modseq])
  })

/** The verbs over one database; each change wakes who watches the box. */
export const outgoingVerbs = (db: Database, touch: (mailboxId: number) => Promise<void>) => {
  const telling = async <T>(mailboxId: number, work: Promise<T>): Promise<T> => {
    const done = await work
    await touch(mailboxId)
    return done
  }
  return {
    identities: (mailboxId: number) => listIdentities(db, mailboxId, touch),
    createIdentity: (mailboxId: number, values: IdentityValues) =>
      telling(mailboxId, createIdentity(db, mailboxId, values)),
    changeIdentity: (mailboxId: number, id: number, values: IdentityValues) =>
      telling(mailboxId, changeIdentity(db, mailboxId, id, values)),
    removeIdentity: (mailboxId: number, id: number) => telling(mailboxId, removeIdentity(db, mailboxId, id)),
    /** Receipts in a box by the PEC msgid of what was sent, oldest first. */
    receipts: (box: Box, sent: readonly SentName[]) => receiptsOf(db, box, sent),
    submissions: (mailboxId: number) => listSubmissions(db, mailboxId),
    keepSubmission: (mailboxId: number, row: Parameters<typeof keepSubmission>[2]) =>
      telling(mailboxId, keepSubmission(db, mailboxId, row)),
    removeSubmission: (mailboxId: number, id: string) => telling(mailboxId, removeSubmission(db, mailboxId, id)),
    /** Keeps a message until its time. */
    hold: (mailboxId: number, one: NewHeld, most: number, now: Instant) =>
      telling(mailboxId, hold(db, mailboxId, one, most, now)),
    /** Calls one back that waits; how it stands then. */
    cancel: (mailboxId: number, id: string, who: HeldActor, now: Instant) =>
      telling(mailboxId, cancelHeld(db, mailboxId, id, who, now)),
  }
}
export type Outgoing = ReturnType<typeof outgoingVerbs>
