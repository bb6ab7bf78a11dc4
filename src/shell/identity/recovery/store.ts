// SQL of requests to change a dead reference e-mail.
import type { DocumentKind } from '../../../core/enrolment/documentKinds.ts'
import { RECOVERY_IDLE_DAYS, type RecoveryState } from '../../../core/identity/recoveryMachine.ts'
import { DAY, type Instant } from '../../../core/lib/instant.ts'
import type { Actor } from '../../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import type { SealedPage } from '../../documents/store.ts'
import { hashToken, isToken, type TokenKind } from '../tokens.ts'

export type Recovery = {
  readonly id: string
  readonly caseNumber: string
  readonly address: string
  readonly addressKey: string
  readonly fiscalCode: string
  readonly fiscalKey: string
  readonly newEmail: string
  readonly emailConfirmedAt: Instant | null
  readonly state: RecoveryState
  readonly version: number
  readonly reviewReason: string | null
  readonly firstApproverId: number | null
  readonly createdAt: Instant
  readonly changedAt: Instant
  readonly submittedAt: Instant | null
  readonly decidedAt: Instant | null
}

const SELECT = `select id, case_number as "caseNumber", address, address_key as "addressKey", fiscal_code as "fiscalCode",
    fiscal_key as "fiscalKey", new_email as "newEmail", email_confirmed_at as "emailConfirmedAt", state, version,
    review_reason as "reviewReason", first_approver_id as "firstApproverId", created_at as "createdAt",
    changed_at as "changedAt", submitted_at as "submittedAt", decided_at as "decidedAt" from recovery`

export const findRecovery = async (db: Queries, id: string): Promise<Recovery | undefined> =>
  (await db.query<Recovery>('recovery-find', `${SELECT} where id = $1`, [id]))[0]
export const findRecoveryByNumber = async (db: Queries, caseNumber: string): Promise<Recovery | undefined> =>
  (await db.query<Recovery>('recovery-number', `${SELECT} where case_number = $1`, [caseNumber]))[0]
export const lockRecovery = async (tx: Tx, id: string): Promise<Recovery | undefined> =>
  (await tx.query<Recovery>('recovery-lock', `${SELECT} where id = $1 for update`, [id]))[0]

/** What waits, oldest first; or what was settled lately. */
export const listRecoveries = (db: Queries, waiting: boolean, limit: number): Promise<readonly Recovery[]> =>
  waiting
    ? db.query<Recovery>(
        'recovery-waiting',
        `${SELECT} where state = 'awaitingReview' order by submitted_at, id limit $1`,
        [limit],
      )
    : db.query<Recovery>('recovery-newest', `${SELECT} where state <> 'draft' order by changed_at desc, id limit $1`, [
        limit,
      ])

export type NewRecovery = Pick<
  Recovery,
  'id' | 'caseNumber' | 'address' | 'addressKey' | 'fiscalCode' | 'fiscalKey' | 'newEmail'
>

export const insertRecovery = (tx: Tx, one: NewRecovery, now: Instant): void => {
  tx.send(
    'recovery-insert',
    `insert into recovery (id, case_number, address, address_key, fiscal_code, fiscal_key, new_email, state, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $8)`,
    [one.id, one.caseNumber, one.address, one.addressKey, one.fiscalCode, one.fiscalKey, one.newEmail, timestamp(now)],
  )
}

/** Writes that a request has changed: who decides on what was there before is told. */
export const touchRecovery = (tx: Tx, id: string, now: Instant): void => {
  tx.send('recovery-touch', 'update recovery set version = version + 1, changed_at = $2 where id = $1', [
    id,
    timestamp(now),
  ])
}

/** Moves the locked request to a state. */
export const moveRecovery = (
  tx: Tx,
  one: Recovery,
  state: RecoveryState,
  now: Instant,
  by: { readonly reviewerId?: number; readonly reason?: string } = {},
): void => {
  tx.send(
    'recovery-move',
    `update recovery set state = $2, version = version + 1, changed_at = $3, reviewer_id = coalesce($4, reviewer_id),
       review_reason = $5, submitted_at = case when $2 = 'awaitingReview' then $3 else submitted_at end,
       first_approver_id = case when $2 in ('awaitingReview', 'awaitingDocument') then null else first_approver_id end,
       decided_at = case when $2 in ('approved', 'refused', 'lapsed') then $3::timestamptz end where id = $1`,
    [one.id, state, timestamp(now), by.reviewerId, by.reason],
  )
}

export const writeRecoveryEvent = (
  tx: Tx,
  id: string,
  event: string,
  actor: Actor,
  now: Instant,
  reason?: string,
): void => {
  tx.send(
    'recovery-event',
    `insert into recovery_event (recovery_id, seq, at, event, actor, staff_id, reason)
     select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6 from recovery_event where recovery_id = $1`,
    [id, timestamp(now), event, actor.kind, actor.kind === 'staff' ? actor.staffId : undefined, reason],
  )
}

export type RecoveryEventRow = {
  readonly at: Instant
  readonly event: string
  readonly actor: 'applicant' | 'staff' | 'system'
  readonly staff: string | null
  readonly reason: string | null
}

export const recoveryEvents = (db: Queries, id: string): Promise<readonly RecoveryEventRow[]> =>
  db.query<RecoveryEventRow>(
    'recovery-events',
    `select e.at, e.event, e.actor, s.name as staff, e.reason from recovery_event e left join staff s on s.id = e.staff_id
     where e.recovery_id = $1 order by e.seq`,
    [id],
  )

// --- secrets ---------------------------------------------------------------------------------------------------------

export type RecoveryCaller = { readonly kind: 'recovery'; readonly recoveryId: string }

export const putRecoveryKey = (
  tx: Tx,
  key: { readonly token: string; readonly recoveryId: string; readonly purpose: 'session' | 'link' },
  now: Instant,
): void => {
  tx.send(
    'recovery-key-put',
    `insert into recovery_key (token_hash, recovery_id, purpose, created_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (token_hash) do nothing`,
    [
      hashToken(key.token),
      key.recoveryId,
      key.purpose,
      timestamp(now),
      timestamp(now + (RECOVERY_IDLE_DAYS + (key.purpose === 'session' ? 30 : 0)) * DAY),
    ],
  )
}

const byKey = async (
  db: Queries,
  kind: TokenKind,
  purpose: 'session' | 'link',
  token: string,
  now: Instant,
): Promise<string | undefined> => {
  if (!isToken(kind, token)) return undefined
  const [row] = await db.query<{ id: string }>(
    'recovery-by-key',
    'select recovery_id as id from recovery_key where token_hash = $1 and purpose = $2 and expires_at > $3',
    [hashToken(token), purpose, timestamp(now)],
  )
  return row?.id
}

/** Who holds the secret of a request, on a browser. */
export const findRecoveryCaller = async (
  db: Queries,
  token: string,
  now: Instant,
): Promise<RecoveryCaller | undefined> => {
  const recoveryId = await byKey(db, 'recovery', 'session', token, now)
  return recoveryId === undefined ? undefined : { kind: 'recovery', recoveryId }
}

/** The request that the link of a letter opens. */
export const recoveryOfLink = (db: Queries, token: string, now: Instant): Promise<string | undefined> =>
  byKey(db, 'link', 'link', token, now)

// --- papers ----------------------------------------------------------------------------------------------------------

export type RecoveryPaper = {
  readonly id: string
  readonly kind: DocumentKind
  readonly pages: number
  readonly sizeBytes: number
  readonly uploadedAt: Instant
  readonly origin: string
  readonly warnings: readonly string[]
  readonly state: 'current' | 'superseded' | 'archived'
}

export const recoveryPapers = (db: Queries, id: string): Promise<readonly RecoveryPaper[]> =>
  db.query<RecoveryPaper>(
    'recovery-papers',
    `select id, kind, pages, size_bytes as "sizeBytes", uploaded_at as "uploadedAt", origin, warnings, state
     from document where recovery_id = $1 order by state <> 'current', kind, uploaded_at`,
    [id],
  )

/** Takes the current paper of a kind out of the way: gone while nobody has seen it, kept aside afterwards. */
export const supersedeRecoveryPaper = (tx: Tx, one: Recovery, kind: DocumentKind): void => {
  if (kind === 'paper') return
  if (one.submittedAt === null)
    tx.send(
      'recovery-paper-replace',
      `delete from document where recovery_id = $1 and kind = $2 and state = 'current'`,
      [one.id, kind],
    )
  else
    tx.send(
      'recovery-paper-supersede',
      `update document set state = 'superseded' where recovery_id = $1 and kind = $2 and state = 'current'`,
      [one.id, kind],
    )
}

/** A page of a paper of a request. */
export const pageOfRecovery = async (
  db: Queries,
  caseNumber: string,
  documentId: string,
  page: number,
): Promise<SealedPage | undefined> =>
  (
    await db.query<SealedPage>(
      'recovery-page',
      `select d.id as "documentId", d.enrolment_id as "enrolmentId", p.page, p.media_type as "mediaType", p.ciphertext,
         d.key_id as "keyId", d.wrapped_key as "wrappedKey"
       from document d join document_page p on p.document_id = d.id join recovery r on r.id = d.recovery_id
       where r.case_number = $1 and d.id = $2 and p.page = $3`,
      [caseNumber, documentId, page],
    )
  )[0]
