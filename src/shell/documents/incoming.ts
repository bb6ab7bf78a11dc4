// Papers and faxes that come by other ways than the applicant's page: matched to their case by the QR, or by an operator.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { findCaseNumbers, parseCaseNumber, readCaseQr } from '../../core/enrolment/caseNumber.ts'
import { type DocumentKind, type DocumentOrigin, takesDocument } from '../../core/enrolment/documentKinds.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { canonicalFiscalCode } from '../../core/register/fiscalCode.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { givePaper, keepPaper, notePaper, requestTaking, unnamedKind } from '../identity/recovery/papers.ts'
import { findRecoveryByNumber, type Recovery } from '../identity/recovery/store.ts'
import type { Office } from '../office.ts'
import { type ExaminedDocument, examineDocument, readUpload } from './examine.ts'
import {
  findIncoming,
  type Incoming,
  insertIncoming,
  listWaiting,
  lockIncoming,
  reassign,
  settleIncoming,
} from './incomingStore.ts'
import {
  type CaseRow,
  findCase,
  findCaseOfPerson,
  hasCurrent,
  insertDocument,
  lockCase,
  supersede,
  touchCase,
  writeEvent,
} from './store.ts'
import { acceptByModule, auditDocument, keepsOriginal } from './upload.ts'

export type NewPaper = {
  readonly origin: Exclude<DocumentOrigin, 'portal'>
  readonly actor: Actor
  /** For people to see: who sent it, under which subject, the name of the file. */
  readonly described: string
  /** What names it for ever, where it may come twice. */
  readonly source?: string | undefined
}

const FISCAL_CODE =
  /(?<![A-Z0-9])[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z](?![A-Z0-9])/gi

/** A case or request that the words around a paper name, by its number or a person's fiscal code: for the operator to look at. */
const suggest = async (db: Queries, words: string): Promise<string | undefined> => {
  for (const number of findCaseNumbers(words))
    if ((await findCase(db, number)) || (await findRecoveryByNumber(db, number))) return number
  for (const [written] of words.matchAll(FISCAL_CODE)) {
    const key = canonicalFiscalCode(written)
    const found = key === undefined ? undefined : await findCaseOfPerson(db, key)
    if (found) return found.caseNumber
  }
  return undefined
}

/** The case that the QR of a page names. */
const caseByQr = async (db: Queries, { qrTexts }: ExaminedDocument): Promise<CaseRow | undefined> => {
  for (const text of qrTexts) {
    const number = readCaseQr(text)
    const found = number === undefined ? undefined : await findCase(db, number)
    if (found) return found
  }
  return undefined
}

/** The request to change a reference e-mail that the QR of a page names, held, where it takes papers. */
const recoveryByQr = async (tx: Tx, { qrTexts }: ExaminedDocument): Promise<Recovery | undefined> => {
  for (const text of qrTexts) {
    const number = readCaseQr(text)
    const one = number === undefined ? undefined : await requestTaking(tx, number)
    if (one) return one
  }
  return undefined
}

/** Keeps a paper of such a request, as its form where there is none yet. */
const takeRecoveryPaper = async (
  tx: Tx,
  office: Office,
  one: Recovery,
  { origin, actor, described, source }: NewPaper,
  examined: ExaminedDocument,
): Promise<string> => {
  const now = office.clock.now()
  const id = randomUUID()
  const documentId = keepPaper(tx, office, one, { kind: await unnamedKind(tx, one.id), origin }, examined)
  const paper = { id, documentId, origin, described, source, suggested: undefined, arrivedAt: now }
  if (!(await insertIncoming(tx, paper))) throw new Error(`paper ${source} was taken twice at once`)
  await notePaper(tx, one.id, actor, now)
  settleIncoming(tx, id, { state: 'matched', matchedBy: 'qr' }, actor, now)
  return id
}

/** Gives a paper to a case that the transaction has locked. */
const attach = (
  tx: Tx,
  one: CaseRow,
  paper: Pick<Incoming, 'documentId' | 'origin' | 'mediaType'> & { readonly kind: DocumentKind },
  by: { readonly actor: Actor; readonly matchedBy: 'qr' | 'operator' },
  now: Instant,
): void => {
  const { kind, origin } = paper
  acceptByModule(tx, one.id, kind, origin, paper.mediaType, now)
  touchCase(tx, one.id, now)
  const details = { kind, origin, by: by.matchedBy }
  writeEvent(tx, one.id, 'paperMatched', by.actor, details, now)
  auditDocument(tx, one, by.actor, 'incoming.matched', details, now)
}

/**
 * Keeps a paper that was examined with its QRs. Its QR gives it to its case, as the module where there is none yet;
 * otherwise it waits. Gives its id, or undefined where the same source was taken before.
 */
export const takePaper = async (
  tx: Tx,
  office: Office,
  { origin, actor, described, source }: NewPaper,
  examined: ExaminedDocument,
): Promise<string | undefined> => {
  const now = office.clock.now()
  const named = await caseByQr(tx, examined)
  const locked = named && (await lockCase(tx, named.id))
  const one = locked && takesDocument(locked.state, origin) ? locked : undefined
  const request = named ? undefined : await recoveryByQr(tx, examined)
  if (request) return takeRecoveryPaper(tx, office, request, { origin, actor, described, source }, examined)
  const kind: DocumentKind = one && !(await hasCurrent(tx, one.id, 'module')) ? 'module' : 'paper'
  const [id, documentId] = [randomUUID(), randomUUID()]
  // what waits may still turn out to be a signed module
  const original = keepsOriginal(one ? kind : 'module', examined.mediaType)
  const suggested = one ? undefined : (named?.caseNumber ?? (await suggest(tx, described)))
  insertDocument(tx, office.vault, { id: documentId, enrolmentId: one?.id, kind, origin }, examined, original, now)
  const inserted = await insertIncoming(tx, { id, documentId, origin, described, source, suggested, arrivedAt: now })
  if (!inserted) throw new Error(`paper ${source} was taken twice at once`) // the whole transaction goes
  if (one) {
    attach(tx, one, { documentId, origin, mediaType: examined.mediaType, kind }, { actor, matchedBy: 'qr' }, now)
    settleIncoming(tx, id, { state: 'matched', enrolmentId: one.id, matchedBy: 'qr' }, actor, now)
  }
  return id
}

/** Takes a fax or scan that an operator uploads. */
export const uploadIncoming = async (
  office: Office,
  actor: Actor & { readonly kind: 'staff' },
  fileName: string,
  body: AsyncIterable<Uint8Array>,
): Promise<Incoming | Refusal> => {
  const bytes = await readUpload(body)
  if ('refusal' in bytes) return bytes
  const examined = await examineDocument(office, bytes, { wantQr: true })
  if ('refusal' in examined) return examined
  return office.db.tx(async (tx) => {
    const id = await takePaper(tx, office, { origin: 'console', actor, described: fileName }, examined)
    writeAudit(tx, [
      {
        at: office.clock.now(),
        actor,
        action: 'incoming.uploaded',
        subjectKind: 'incoming',
        subjectId: id!,
        details: {},
      },
    ])
    return (await findIncoming(tx, id!))!
  })
}

/** Gives a waiting paper to a case, as the operator says. */
export const matchIncoming = (
  office: Office,
  actor: Actor & { readonly kind: 'staff' },
  incomingId: string,
  to: { readonly caseNumber: string; readonly kind: DocumentKind },
): Promise<Incoming | Refusal> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const paper = await lockIncoming(tx, incomingId)
    if (!paper) return { refusal: 'notFound' }
    const number = parseCaseNumber(to.caseNumber)
    const found = number === undefined ? undefined : await findCase(tx, number)
    const one = found && (await lockCase(tx, found.id))
    if (!one) return matchToRequest(tx, office, paper, { number: number ?? '', kind: to.kind }, actor)
    // asked again: it is so already
    if (paper.state === 'matched' && paper.enrolmentId === one.id && paper.kind === to.kind) return paper
    if (paper.state !== 'waiting' || !takesDocument(one.state, 'console')) return { refusal: 'notInThisState' }
    supersede(tx, one, to.kind)
    reassign(tx, paper.documentId, one.id, to.kind)
    attach(tx, one, { ...paper, kind: to.kind }, { actor, matchedBy: 'operator' }, now)
    settleIncoming(tx, incomingId, { state: 'matched', enrolmentId: one.id, matchedBy: 'operator' }, actor, now)
    return (await findIncoming(tx, incomingId))!
  })

/** The same where the number is that of a request to change a reference e-mail. */
const matchToRequest = async (
  tx: Tx,
  office: Office,
  paper: Incoming,
  { number, kind }: { readonly number: string; readonly kind: DocumentKind },
  actor: Actor & { readonly kind: 'staff' },
): Promise<Incoming | Refusal> => {
  const now = office.clock.now()
  const found = await findRecoveryByNumber(tx, number)
  if (!found) return { refusal: 'caseUnknown' }
  if (paper.state === 'matched' && paper.recoveryId === found.id && paper.kind === kind) return paper
  const one = await requestTaking(tx, number)
  if (paper.state !== 'waiting' || !one) return { refusal: 'notInThisState' }
  givePaper(tx, one, paper.documentId, kind)
  await notePaper(tx, one.id, actor, now)
  settleIncoming(tx, paper.id, { state: 'matched', matchedBy: 'operator' }, actor, now)
  const details = { kind, origin: paper.origin, by: 'operator' }
  writeAudit(tx, [
    { at: now, actor, action: 'incoming.matched', subjectKind: 'recovery', subjectId: one.caseNumber, details },
  ])
  return (await findIncoming(tx, paper.id))!
}

/** Throws away a paper that is of no case; what it shows goes at once. */
export const discardIncoming = (
  office: Office,
  actor: Actor & { readonly kind: 'staff' },
  incomingId: string,
  reason: string,
): Promise<Incoming | Refusal> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const paper = await lockIncoming(tx, incomingId)
    if (!paper) return { refusal: 'notFound' }
    if (paper.state === 'discarded') return paper
    if (paper.state !== 'waiting') return { refusal: 'notInThisState' }
    settleIncoming(tx, incomingId, { state: 'discarded' }, actor, now)
    tx.send('incoming-forget', 'delete from document_page where document_id = $1', [paper.documentId])
    tx.send('incoming-forget-key', `update document set wrapped_key = '', delete_after = $2 where id = $1`, [
      paper.documentId,
      timestamp(now),
    ])
    writeAudit(tx, [
      {
        at: now,
        actor,
        action: 'incoming.discarded',
        subjectKind: 'incoming',
        subjectId: incomingId,
        details: { reason },
      },
    ])
    return { ...paper, state: 'discarded' }
  })

/** Papers that wait for their case, the oldest first. */
export const listIncoming = (
  office: Office,
  query: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly items: readonly Incoming[]; readonly next?: string }> => listWaiting(office.db, query)
