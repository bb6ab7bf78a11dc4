// Papers of a request to change a reference e-mail that come another way than its page: by e-mail or fax with its QR, by
// the hand of an operator, from the secretariat. Who sends them presses no button: the request goes on by itself.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import type { DocumentKind, DocumentOrigin } from '../../../core/enrolment/documentKinds.ts'
import { goesOnByPaper, recoveryMachine, recoveryTakes } from '../../../core/identity/recoveryMachine.ts'
import { type Actor, writeAudit } from '../../audit/write.ts'
import type { Queries, Tx } from '../../db/pool.ts'
import { type ExaminedDocument, examineDocument, readUpload } from '../../documents/examine.ts'
import { insertDocument } from '../../documents/store.ts'
import { keepsOriginal } from '../../documents/upload.ts'
import type { Office } from '../../office.ts'
import { putJob } from '../../outbox/jobs.ts'
import {
  findRecovery,
  findRecoveryByNumber,
  lockRecovery,
  moveRecovery,
  type Recovery,
  recoveryPapers,
  supersedeRecoveryPaper,
  touchRecovery,
  writeRecoveryEvent,
} from './store.ts'

type OtherOrigin = Exclude<DocumentOrigin, 'portal'>

/** The request of a number, held, where it takes papers. */
export const requestTaking = async (tx: Tx, caseNumber: string): Promise<Recovery | undefined> => {
  const found = await findRecoveryByNumber(tx, caseNumber)
  const one = found && (await lockRecovery(tx, found.id))
  return one && recoveryTakes(one.state, 'other') ? one : undefined
}

/** Sends a request to be judged; the holder of the box, if there is one, is warned by a job: known or not, the same work. */
export const sendOn = (tx: Tx, one: Recovery, actor: Actor, now: number): void => {
  const state = recoveryMachine.next(one.state, 'submit')
  if (!state) throw new Error(`a request that is ${one.state} is not sent`)
  moveRecovery(tx, one, state, now)
  writeRecoveryEvent(tx, one.id, 'submit', actor, now)
  putJob(tx, { kind: 'duty', payload: { duty: 'recoveryWarning', recovery: one.id }, dueAt: now }, now)
}

/** The same where nothing is wanting: after a paper that came another way, and once its e-mail is confirmed. */
export const sendOnIfWhole = async (tx: Tx, recoveryId: string, actor: Actor, now: number): Promise<void> => {
  const one = await lockRecovery(tx, recoveryId)
  if (!one || !recoveryMachine.next(one.state, 'submit')) return
  const papers = (await recoveryPapers(tx, one.id)).filter(({ state }) => state === 'current')
  if (goesOnByPaper({ emailConfirmed: one.emailConfirmedAt !== null, papers })) sendOn(tx, one, actor, now)
}

/** Which paper it is that nobody has named: the form, where there is none yet. */
export const unnamedKind = async (tx: Tx, recoveryId: string): Promise<DocumentKind> => {
  const has = (await recoveryPapers(tx, recoveryId)).some(({ kind, state }) => kind === 'module' && state === 'current')
  return has ? 'paper' : 'module'
}

/** Writes that the held request has one paper more; whoever approved first has not seen it. */
export const notePaper = async (tx: Tx, recoveryId: string, actor: Actor, now: number): Promise<void> => {
  tx.send('recovery-approve-anew', 'update recovery set first_approver_id = null where id = $1', [recoveryId])
  touchRecovery(tx, recoveryId, now)
  writeRecoveryEvent(tx, recoveryId, 'paperMatched', actor, now)
  await sendOnIfWhole(tx, recoveryId, actor, now)
}

/** Keeps a paper of the held request; gives its document. */
export const keepPaper = (
  tx: Tx,
  office: Office,
  one: Recovery,
  { kind, origin }: { readonly kind: DocumentKind; readonly origin: OtherOrigin },
  examined: ExaminedDocument,
): string => {
  const id = randomUUID()
  const document = { id, enrolmentId: undefined, recoveryId: one.id, kind, origin }
  const original = keepsOriginal(kind, examined.mediaType)
  insertDocument(tx, office.vault, document, examined, original, office.clock.now())
  return id
}

/** Makes a document one of a held request. The file as it came is kept of a module only. */
export const givePaper = (tx: Tx, one: Recovery, documentId: string, kind: DocumentKind): void => {
  supersedeRecoveryPaper(tx, one, kind)
  tx.send('recovery-paper-give', 'update document set recovery_id = $2, kind = $3 where id = $1', [
    documentId,
    one.id,
    kind,
  ])
  if (kind !== 'module')
    tx.send('recovery-original-drop', 'delete from document_page where document_id = $1 and page = 0', [documentId])
}

/** The latest open request about a box that a member of an Order has. */
export const requestOfMember = async (db: Queries, memberId: number): Promise<Recovery | undefined> => {
  const [row] = await db.query<{ id: string }>(
    'recovery-of-member',
    `select r.id from mailbox_term t join mailbox b on b.id = t.mailbox_id join recovery r on r.address_key = b.address_key
     where t.member_id = $1 and r.fiscal_key = t.fiscal_key and r.state in ('draft', 'awaitingDocument', 'awaitingReview')
     order by r.created_at desc, r.id limit 1`,
    [memberId],
  )
  return row && findRecovery(db, row.id)
}

/** A paper that the secretariat hands in for a member who stands at the desk. */
export const handInPaper = async (
  office: Office,
  {
    id: recoveryId,
    kind,
    actor,
    body,
    orderId,
  }: {
    readonly id: string
    readonly kind: DocumentKind
    readonly actor: Extract<Actor, { kind: 'staff' }>
    readonly body: AsyncIterable<Uint8Array>
    readonly orderId: number
  },
): Promise<Recovery | Refusal> => {
  const bytes = await readUpload(body)
  if ('refusal' in bytes) return bytes
  const examined = await examineDocument(office, bytes, { wantQr: false })
  if ('refusal' in examined) return examined
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    const one = await lockRecovery(tx, recoveryId)
    if (!one || !recoveryTakes(one.state, 'other')) return { refusal: 'notInThisState' }
    supersedeRecoveryPaper(tx, one, kind)
    keepPaper(tx, office, one, { kind, origin: 'secretariat' }, examined)
    await notePaper(tx, one.id, actor, now)
    writeAudit(tx, [
      { at: now, actor, orderId, action: 'recovery.paper', subjectKind: 'recovery', subjectId: one.caseNumber },
    ])
    return (await findRecovery(tx, one.id))!
  })
}
