// What follows an approval: the box, its credentials, its term and the register's row, all in one transaction or none.

import type { ConventionTerms } from '../../../core/convention/convention.ts'
import { activationNotice, welcomeMessage } from '../../../core/enrolment/decisionNotices.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { termEnd } from '../../../core/mailbox/term.ts'
import { tidyName } from '../../../core/register/personName.ts'
import { SYSTEM, writeAudit } from '../../audit/write.ts'
import { type Tx, timestamp } from '../../db/pool.ts'
import { storeScramKeys } from '../../identity/passwords.ts'
import { createMailbox } from '../../mailstore/mailboxes.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { finishJob, putJob } from '../../outbox/jobs.ts'
import type { Job } from '../../outbox/outbox.ts'
import { writeDeskMail } from '../../pec/desk.ts'
import { ceaseDomiciles, insertDomiciles } from '../../register/domicileStore.ts'
import { holdMemberOf } from '../../register/store.ts'
import { forgetSecrets, moveEnrolment } from '../store.ts'

/** What a job of kind `provision` is about: the box of a case. */
export type ProvisionPayload = { readonly enrolment: string }

/** Puts the job that makes the box of an approved case: one for each case, whoever puts it and how often. */
export const putProvision = (tx: Tx, enrolment: string, now: Instant): void => {
  const payload: ProvisionPayload = { enrolment }
  putJob(tx, { id: enrolment, kind: 'provision', payload, dueAt: now }, now)
}

type Approved = {
  readonly id: string
  readonly case_number: string
  readonly address: string
  readonly fiscal_key: string
  readonly password_hash: string | null
  readonly scram_salt: Uint8Array | null
  readonly scram_iterations: number | null
  readonly scram_stored_key: Uint8Array | null
  readonly scram_server_key: Uint8Array | null
  readonly reference_email: string
  readonly convention_id: number
  readonly convention_code: string
  readonly terms: ConventionTerms
  readonly member_id: number
  readonly surname: string
  readonly given_name: string
  readonly order_id: number
  readonly order_name: string
}

/** The case, if it waits for its box; its row and the member's are held until the end. */
const loadApproved = async (tx: Tx, id: string): Promise<Approved | undefined> => {
  holdMemberOf(tx, 'enrolment', id)
  const [row] = await tx.query<Approved>(
    'provision-load',
    `select e.id, e.case_number, e.address, e.fiscal_key, e.password_hash, e.scram_salt, e.scram_iterations,
       e.scram_stored_key, e.scram_server_key, e.reference_email, e.convention_id, c.code as convention_code, c.terms,
       e.member_id, m.surname, m.given_name, o.id as order_id, o.name as order_name
     from enrolment e join convention c on c.id = e.convention_id join member m on m.id = e.member_id
       join professional_order o on o.id = m.order_id
     where e.id = $1 and e.state = 'approved' for update of e`,
    [id],
  )
  return row
}

/** Writes down whose the address is, for ever. Throws where it is another person's: that is never given away. */
const holdAddress = async (tx: Tx, { address, fiscal_key: holder }: Approved, now: Instant): Promise<void> => {
  const [row] = await tx.query<{ fiscal_key: string }>(
    'provision-holder',
    `insert into address_holder (address_key, fiscal_key, at) values ($1, $2, $3)
     on conflict (address_key) do update set address_key = excluded.address_key returning fiscal_key`,
    [addressKey(address), holder, timestamp(now)],
  )
  if (row?.fiscal_key !== holder) throw new Error('the address is or was another person’s')
}

/** The mailbox with folders, quota and credentials. */
const makeBox = async (tx: Tx, one: Approved, now: Instant): Promise<number> => {
  const id = await createMailbox(tx, {
    address: one.address,
    displayName: `${tidyName(one.given_name)} ${tidyName(one.surname)}`,
    passwordHash: one.password_hash ?? undefined,
    quotaBytes: one.terms.quotaBytes,
    uidValidity: Math.floor(now / 1000),
  })
  if (id === undefined) throw new Error('a mailbox has the address already')
  if (one.password_hash && one.scram_salt && one.scram_stored_key && one.scram_server_key) {
    await storeScramKeys(tx, one.address, one.password_hash, {
      salt: one.scram_salt,
      iterations: one.scram_iterations!,
      storedKey: one.scram_stored_key,
      serverKey: one.scram_server_key,
    })
  }
  return id
}

/** Holder and term of the box. */
const writeTerm = (tx: Tx, one: Approved, mailboxId: number, now: Instant, expiresAt: Instant): void => {
  tx.send(
    'provision-term',
    `insert into mailbox_term (mailbox_id, enrolment_id, convention_id, member_id, fiscal_key, reference_email, terms, state, activated_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $9)`,
    [
      mailboxId,
      one.id,
      one.convention_id,
      one.member_id,
      one.fiscal_key,
      one.reference_email,
      JSON.stringify(one.terms),
      timestamp(now),
      timestamp(expiresAt),
    ],
  )
  tx.send(
    'provision-term-event',
    `insert into mailbox_term_event (mailbox_id, seq, at, event, actor) values ($1, 1, $2, 'activate', 'system')`,
    [mailboxId, timestamp(now)],
  )
}

/** The box is the member's digital domicile from now on: what was so, or waited to be, is so no more. */
const moveDomicile = async (tx: Tx, { member_id: memberId, address }: Approved, now: Instant): Promise<void> => {
  ceaseDomiciles(tx, memberId, ['confirmed', 'awaiting'], now)
  await insertDomiciles(tx, [{ memberId, address, origin: 'convention', state: 'confirmed' }], now)
}

/** The case becomes active; the password is the box's alone now. */
const activateCase = async (tx: Tx, one: Approved, mailboxId: number, now: Instant): Promise<void> => {
  const at = { at: now, activatedAt: now }
  const from = { id: one.id, state: 'approved' } as const
  const moved = await moveEnrolment(tx, from, 'provisioned', { ...at, actor: { kind: 'system' }, mailboxId })
  if (!moved) throw new Error('the case changed under its lock')
  forgetSecrets(tx, one.id)
  tx.send('provision-purchase', 'update purchase set mailbox_id = $2 where enrolment_id = $1 and mailbox_id is null', [
    one.id,
    mailboxId,
  ])
}

/** Who is told: the holder at the reference e-mail and in the new box, the Order in its trail. */
const tell = async (tx: Tx, office: Office, one: Approved, now: Instant, expiresAt: Instant): Promise<void> => {
  const { address, order_id: orderId } = one
  const name = `${tidyName(one.given_name)} ${tidyName(one.surname)}`
  const facts = {
    name,
    address,
    caseNumber: one.case_number,
    order: one.order_name,
    provider: office.provider.name,
    mailServers: office.mailServers,
    activatedAt: now,
    expiresAt,
    payer: one.terms.payer,
    helpDeskPhone: one.terms.helpDeskPhone,
    publicUrl: office.publicUrl,
  }
  const details = { address, member: one.member_id, convention: one.convention_code }
  writeAudit(tx, [
    {
      at: now,
      actor: SYSTEM,
      orderId,
      action: 'box.activated',
      subjectKind: 'enrolment',
      subjectId: one.case_number,
      details,
    },
  ])
  await writeNotice(tx, office, {
    ...activationNotice(facts),
    to: one.reference_email,
    subjectKind: 'enrolment',
    subjectId: one.id,
    orderId,
    onceKey: `activation ${one.id}`,
  })
  writeDeskMail(tx, office, { to: { name, address }, ...welcomeMessage(facts) })
}

/**
 * Makes the box of an approved case and finishes the job, in one transaction: after a crash nothing is there and the job
 * is run again, and a second run finds nothing to do. Throws where the box cannot be made: the job is put off.
 */
export const provisionBox = async (office: Office, job: Job): Promise<void> => {
  const { enrolment } = job.payload as ProvisionPayload
  await office.db.tx(async (tx) => {
    if (!(await finishJob(tx, job.id))) return
    const one = await loadApproved(tx, enrolment)
    if (!one) return
    const now = office.clock.now()
    const expiresAt = termEnd(now, one.terms.termMonths)
    await holdAddress(tx, one, now)
    const mailboxId = await makeBox(tx, one, now)
    writeTerm(tx, one, mailboxId, now, expiresAt)
    await moveDomicile(tx, one, now)
    await activateCase(tx, one, mailboxId, now)
    await tell(tx, office, one, now, expiresAt)
  })
}
