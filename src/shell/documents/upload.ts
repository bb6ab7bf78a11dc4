// Keeps what is uploaded for a case, and takes it back.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import {
  acceptanceBy,
  type DocumentKind,
  type DocumentOrigin,
  FILE_TYPES,
  takesDocument,
} from '../../core/enrolment/documentKinds.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { examineDocument, readUpload } from './examine.ts'
import {
  type CaseRow,
  hasCurrent,
  insertDocument,
  lockCase,
  supersede,
  touchCase,
  writeAcceptance,
  writeEvent,
} from './store.ts'

export type Upload = {
  readonly kind: DocumentKind
  readonly origin: DocumentOrigin
  readonly actor: Actor
  readonly body: AsyncIterable<Uint8Array>
}

/** Writes that staff did something with the papers of a case. */
export const auditDocument = (
  tx: Tx,
  one: CaseRow,
  actor: Actor,
  action: string,
  details: Readonly<Record<string, unknown>>,
  now: Instant,
): void => {
  if (actor.kind === 'applicant') return
  writeAudit(tx, [
    { at: now, actor, orderId: one.orderId, action, subjectKind: 'enrolment', subjectId: one.caseNumber, details },
  ])
}

/** The signed module is what accepts, however the case was accepted before. */
export const acceptByModule = (
  tx: Tx,
  enrolmentId: string,
  kind: DocumentKind,
  origin: DocumentOrigin,
  mediaType: string,
  now: Instant,
): void => {
  if (kind === 'module') writeAcceptance(tx, enrolmentId, acceptanceBy(origin, mediaType), now)
}

/** A module that came as PDF may carry a digital signature, which is over its bytes: they are kept too. */
export const keepsOriginal = (kind: DocumentKind, mediaType: string): boolean =>
  kind === 'module' && mediaType === FILE_TYPES.pdf

/**
 * Scans, draws, encrypts and keeps a paper of a case; one of the same kind that was there makes way. Gives the id, or why
 * not: in the texts of core/api/problemsDocument.
 */
export const storeDocument = async (
  office: Office,
  enrolmentId: string,
  { kind, origin, actor, body }: Upload,
): Promise<{ readonly documentId: string } | Refusal> => {
  const bytes = await readUpload(body)
  if ('refusal' in bytes) return bytes
  const examined = await examineDocument(office, bytes, { wantQr: false })
  if ('refusal' in examined) return examined
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    const one = await lockCase(tx, enrolmentId)
    if (!one || !takesDocument(one.state, origin)) return { refusal: 'notInThisState' }
    const id = randomUUID()
    supersede(tx, one, kind)
    const original = keepsOriginal(kind, examined.mediaType)
    insertDocument(tx, office.vault, { id, enrolmentId, kind, origin }, examined, original, now)
    acceptByModule(tx, enrolmentId, kind, origin, examined.mediaType, now)
    touchCase(tx, enrolmentId, now)
    const details = { kind, origin, pages: examined.pages.length }
    writeEvent(tx, enrolmentId, 'documentUploaded', actor, details, now)
    auditDocument(tx, one, actor, 'document.uploaded', details, now)
    return { documentId: id }
  })
}

/** Takes an upload back, as long as the applicant writes. What is not there is taken back already. */
export const deleteDocument = (
  office: Office,
  enrolmentId: string,
  kind: DocumentKind,
  actor: Actor,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const one = await lockCase(tx, enrolmentId)
    if (!one || !takesDocument(one.state, 'portal')) return { refusal: 'notInThisState' }
    if (!(await hasCurrent(tx, enrolmentId, kind))) return undefined
    supersede(tx, one, kind)
    if (kind === 'module' && one.acceptance !== 'onScreen') writeAcceptance(tx, enrolmentId, undefined, now)
    touchCase(tx, enrolmentId, now)
    writeEvent(tx, enrolmentId, 'documentRemoved', actor, { kind }, now)
    auditDocument(tx, one, actor, 'document.removed', { kind }, now)
    return undefined
  })
