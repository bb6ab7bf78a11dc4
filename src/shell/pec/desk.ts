// Certified mail that the provider itself writes to people, from its own mailbox and through the same engine as all.
import { randomUUID } from 'node:crypto'
import { Fault } from '../../core/lib/refusal.ts'
import { addressKey } from '../../core/mail/address.ts'
import { MimeScanner } from '../../core/mail/mime.ts'
import { plainMessage } from '../../core/mail/plainMessage.ts'
import type { Tx } from '../db/pool.ts'
import { findMailboxes } from '../mailstore/mailboxes.ts'
import type { Office } from '../office.ts'
import { putJob } from '../outbox/jobs.ts'
import { isWaiting, type Job } from '../outbox/outbox.ts'
import { submit } from './submit.ts'
import type { World } from './world.ts'

export type DeskMail = {
  /** Computed from what it is about, where a second one is to be none; a UUID. */
  readonly id?: string
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
}

const LIMIT_BYTES = 1024 * 1024

const once = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/**
 * Writes a certified message and the job that sends it: it is sent once the transaction is committed, exactly once.
 * Gives the id by which `deskMsgid` finds it later.
 */
export const writeDeskMail = (tx: Tx, office: Office, mail: DeskMail): string => {
  const id = mail.id ?? randomUUID()
  const now = office.clock.now()
  const { to, subject, text } = mail
  putJob(tx, { id, kind: 'duty', payload: { duty: 'deskMail', to, subject, text }, dueAt: now }, now)
  return id
}

/** Message-ID of a message of the desk, without brackets: submissions remember it. */
export const deskMessageId = (office: Pick<Office, 'provider'>, id: string): string =>
  `scrivania.${id}@${office.provider.domain}`

/** Sends the message of a job: the submission and the end of the job are one commit. */
export const sendDeskMail = async (office: Office, world: World, job: Job): Promise<void> => {
  if (!(await isWaiting(office.db, job.id))) return
  const { to, subject, text } = job.payload as Required<DeskMail>
  const mailbox = (await findMailboxes(office.db, [office.deskAddress])).get(addressKey(office.deskAddress))
  if (!mailbox) throw new Fault('desk', `there is no mailbox ${office.deskAddress}`)
  const scanner = new MimeScanner()
  const bytes = plainMessage({
    from: { name: office.provider.name, address: mailbox.address },
    to,
    subject,
    text,
    date: world.clock.now(),
    messageId: deskMessageId(office, job.id),
  })
  const content = await world.contents.receive(once(bytes), {
    limitBytes: LIMIT_BYTES,
    head: new Uint8Array(),
    tap: (chunk) => scanner.push(chunk),
  })
  await submit(world, {
    mailbox,
    reversePath: mailbox.address,
    forwardPaths: [to.address],
    content,
    traceBytes: 0,
    scan: scanner.finish(),
    done: [job.id],
  })
}

/** PEC msgid and state of the recipient of a message of the desk; undefined until it was sent. */
export const deskMailStanding = async (
  office: Office,
  id: string,
): Promise<{ readonly identifier: string; readonly accepted: boolean; readonly state: string } | undefined> => {
  const [row] = await office.db.query<{ identifier: string; state: string; recipient: string | null }>(
    'desk-standing',
    `select s.identifier, s.state, r.state as recipient from submission s
     left join recipient r on r.identifier = s.identifier
     where s.mailbox_id = (select id from mailbox where address_key = $1) and s.facts ->> 'clientMsgid' like '<scrivania.%' and s.facts ->> 'clientMsgid' = $2`,
    [addressKey(office.deskAddress), `<${deskMessageId(office, id)}>`],
  )
  return row && { identifier: row.identifier, accepted: row.state === 'accepted', state: row.recipient ?? row.state }
}
