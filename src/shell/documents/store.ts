// Documents in the database: encrypted pages, what they are of, who looked at them.
import type { DocumentKind, DocumentOrigin } from '../../core/enrolment/documentKinds.ts'
import type { EnrolmentState } from '../../core/enrolment/machine.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Vault, WrappedKey } from '../../core/ports.ts'
import type { Actor } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { holdMemberOf } from '../register/store.ts'
import type { ExaminedDocument } from './examine.ts'

// --- cases -----------------------------------------------------------------------------------------------------------

export type CaseRow = {
  readonly id: string
  readonly caseNumber: string
  readonly state: EnrolmentState
  readonly orderId: number
  readonly acceptance: 'onScreen' | 'signedPdf' | 'paper' | null
}

const CASE = `select e.id, e.case_number as "caseNumber", e.state, e.acceptance, c.order_id as "orderId"
  from enrolment e join convention c on c.id = e.convention_id`

/** The case, locked until the transaction ends, and the applicant's member before it. */
export const lockCase = async (tx: Tx, id: string): Promise<CaseRow | undefined> => {
  holdMemberOf(tx, 'enrolment', id)
  return (await tx.query<CaseRow>('document-case-lock', `${CASE} where e.id = $1 for update of e`, [id]))[0]
}

export const findCase = async (db: Queries, caseNumber: string): Promise<CaseRow | undefined> =>
  (await db.query<CaseRow>('document-case-number', `${CASE} where e.case_number = $1`, [caseNumber]))[0]

/** The living case of who has a fiscal code, where there is one only. */
export const findCaseOfPerson = async (db: Queries, fiscalKey: string): Promise<CaseRow | undefined> => {
  const rows = await db.query<CaseRow>(
    'document-case-person',
    `${CASE} where e.fiscal_key = $1 and e.state in ('draft', 'awaitingDocument', 'awaitingReview')`,
    [fiscalKey],
  )
  return rows.length === 1 ? rows[0] : undefined
}

/** Writes that a case has changed: who decides on what was there before is told. */
export const touchCase = (tx: Tx, id: string, now: Instant): void =>
  tx.send('document-case-touch', 'update enrolment set version = version + 1, changed_at = $2 where id = $1', [
    id,
    timestamp(now),
  ])

export const writeAcceptance = (
  tx: Tx,
  id: string,
  acceptance: 'signedPdf' | 'paper' | undefined,
  now: Instant,
): void =>
  tx.send('document-case-accept', 'update enrolment set acceptance = $2, accepted_at = $3 where id = $1', [
    id,
    acceptance,
    acceptance === undefined ? undefined : timestamp(now),
  ])

/** Writes an event of a case that the transaction has locked. */
export const writeEvent = (
  tx: Tx,
  enrolmentId: string,
  event: string,
  actor: Actor,
  details: Readonly<Record<string, unknown>>,
  now: Instant,
): void =>
  tx.send(
    'document-event',
    `insert into enrolment_event (enrolment_id, seq, at, event, actor, staff_id, details)
     select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6 from enrolment_event where enrolment_id = $1`,
    [
      enrolmentId,
      timestamp(now),
      event,
      actor.kind,
      actor.kind === 'staff' ? actor.staffId : undefined,
      JSON.stringify(details),
    ],
  )

// --- documents -------------------------------------------------------------------------------------------------------

/** What a page's bytes are bound to. */
export const pageContext = (documentId: string, page: number): string => `document ${documentId} page ${page}`

export type NewDocument = {
  readonly id: string
  readonly enrolmentId: string | undefined
  /** Of a request to change a reference e-mail. */
  readonly recoveryId?: string | undefined
  readonly kind: DocumentKind
  readonly origin: DocumentOrigin
}

/** Encrypts a document and writes it. `keepOriginal`: page 0 is the file as it was sent. */
export const insertDocument = (
  tx: Tx,
  vault: Vault,
  document: NewDocument,
  examined: ExaminedDocument,
  keepOriginal: boolean,
  now: Instant,
): void => {
  const key = vault.newKey()
  const { id } = document
  tx.send(
    'document-insert',
    `insert into document (id, enrolment_id, kind, state, origin, media_type, pages, size_bytes, sha256, warnings,
       scanned_by, key_id, wrapped_key, uploaded_at, recovery_id)
     values ($1, $2, $3, 'current', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      id,
      document.enrolmentId,
      document.kind,
      document.origin,
      examined.mediaType,
      examined.pages.length,
      examined.original.length,
      examined.sha256,
      examined.warnings,
      examined.scannedBy,
      key.keyId,
      key.wrappedKey,
      timestamp(now),
      document.recoveryId,
    ],
  )
  const original = { mediaType: examined.mediaType, width: 0, height: 0, bytes: examined.original }
  const pages = [keepOriginal ? original : undefined, ...examined.pages]
  for (const [number, page] of pages.entries()) {
    if (page === undefined) continue
    tx.send(
      'document-page-insert',
      `insert into document_page (document_id, page, media_type, width, height, ciphertext)
       values ($1, $2, $3, $4, $5, $6)`,
      [id, number, page.mediaType, page.width, page.height, vault.seal(key, pageContext(id, number), page.bytes)],
    )
  }
}

/** Takes the current document of a kind out of the way: gone in a draft, kept aside until the decision afterwards. */
export const supersede = (tx: Tx, one: CaseRow, kind: DocumentKind): void => {
  if (kind === 'paper') return
  if (one.state === 'draft')
    tx.send('document-replace', `delete from document where enrolment_id = $1 and kind = $2 and state = 'current'`, [
      one.id,
      kind,
    ])
  else
    tx.send(
      'document-supersede',
      `update document set state = 'superseded' where enrolment_id = $1 and kind = $2 and state = 'current'`,
      [one.id, kind],
    )
}

export const hasCurrent = async (tx: Queries, enrolmentId: string, kind: DocumentKind): Promise<boolean> =>
  (
    await tx.query(
      'document-current',
      `select 1 from document where enrolment_id = $1 and kind = $2 and state = 'current'`,
      [enrolmentId, kind],
    )
  ).length > 0

export type SealedPage = WrappedKey & {
  readonly documentId: string
  readonly enrolmentId: string | null
  readonly page: number
  readonly mediaType: string
  readonly ciphertext: Uint8Array
}

const PAGE = `select d.id as "documentId", d.enrolment_id as "enrolmentId", p.page, p.media_type as "mediaType",
  p.ciphertext, d.key_id as "keyId", d.wrapped_key as "wrappedKey"
  from document d join document_page p on p.document_id = d.id`

/** A page of a document of a case. */
export const pageOfCase = async (
  db: Queries,
  caseNumber: string,
  documentId: string,
  page: number,
): Promise<SealedPage | undefined> =>
  (
    await db.query<SealedPage>(
      'document-page-case',
      `${PAGE} join enrolment e on e.id = d.enrolment_id where e.case_number = $1 and d.id = $2 and p.page = $3`,
      [caseNumber, documentId, page],
    )
  )[0]

/** A page of the current document of a kind, for its applicant. */
export const pageOfKind = async (
  db: Queries,
  enrolmentId: string,
  kind: DocumentKind,
  page: number,
): Promise<SealedPage | undefined> =>
  (
    await db.query<SealedPage>(
      'document-page-kind',
      `${PAGE} where d.enrolment_id = $1 and d.kind = $2 and d.state = 'current' and p.page = $3`,
      [enrolmentId, kind, page],
    )
  )[0]

/** A page of a paper that came by another way. */
export const pageOfIncoming = async (db: Queries, incomingId: string, page: number): Promise<SealedPage | undefined> =>
  (
    await db.query<SealedPage>(
      'document-page-incoming',
      `${PAGE} join incoming_document i on i.document_id = d.id where i.id = $1 and p.page = $2`,
      [incomingId, page],
    )
  )[0]

/** Writes that staff look at a page. */
export const writeView = (
  tx: Tx,
  { documentId, enrolmentId, page }: SealedPage,
  viewer: { readonly staffId: number; readonly remoteAddress: string },
  now: Instant,
): void =>
  tx.send(
    'document-view',
    `insert into document_view (document_id, enrolment_id, page, staff_id, remote_address, at)
     values ($1, $2, $3, $4, $5, $6)`,
    [documentId, enrolmentId, page, viewer.staffId, viewer.remoteAddress, timestamp(now)],
  )
