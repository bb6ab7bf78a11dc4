// A request to change a dead reference e-mail, as whoever makes it sees it. Anybody may open one, about any address: what
// is true of it is found out by who judges it, so nothing here tells whether there is such a box.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import { makeCaseNumber } from '../../../core/enrolment/caseNumber.ts'
import type { DocumentKind } from '../../../core/enrolment/documentKinds.ts'
import {
  RECOVERY_IDLE_DAYS,
  type RecoveryLack,
  recoveryLacks,
  recoveryMachine,
  recoveryTakes,
} from '../../../core/identity/recoveryMachine.ts'
import { recoveryLinkLetter, recoveryWarning } from '../../../core/identity/recoveryTexts.ts'
import { civilDateOf } from '../../../core/lib/calendar.ts'
import { DAY, MINUTE } from '../../../core/lib/instant.ts'
import { addressKey, parseAddrSpec } from '../../../core/mail/address.ts'
import { parseFiscalCode } from '../../../core/register/fiscalCode.ts'
import type { Actor } from '../../audit/write.ts'
import { type Tx, timestamp } from '../../db/pool.ts'
import { examineDocument, readUpload } from '../../documents/examine.ts'
import { insertDocument } from '../../documents/store.ts'
import { keepsOriginal } from '../../documents/upload.ts'
import { readReference } from '../../enrolment/referenceEmail.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { finishJob } from '../../outbox/jobs.ts'
import type { Job } from '../../outbox/outbox.ts'
import { findHolderByAddress, tellHolder } from '../account/holder.ts'
import { newToken } from '../tokens.ts'
import { makeRecoveryForm } from './form.ts'
import { sendOn, sendOnIfWhole } from './papers.ts'
import {
  findRecovery,
  insertRecovery,
  lockRecovery,
  putRecoveryKey,
  type Recovery,
  type RecoveryPaper,
  recoveryOfLink,
  recoveryPapers,
  supersedeRecoveryPaper,
  touchRecovery,
  writeRecoveryEvent,
} from './store.ts'

/** Letters to one address within ten minutes. */
const MOST_LETTERS = 4
const GONE: Refusal = { refusal: 'recoveryNeeded' }

export const recoveryPage = (office: Pick<Office, 'publicUrl'>): string => `${office.publicUrl}/recupero`

/** A link that opens a request; it confirms the e-mail that it went to. */
export const recoveryLink = (tx: Tx, office: Office, recoveryId: string): string => {
  const token = newToken('link')
  putRecoveryKey(tx, { token, recoveryId, purpose: 'link' }, office.clock.now())
  return `${recoveryPage(office)}#${token}`
}

const sendLink = async (tx: Tx, office: Office, one: Parameters<typeof insertRecovery>[1]): Promise<boolean> => {
  const [row] = await tx.query<{ sent: number }>(
    'recovery-letters',
    `select count(*) as sent from notice where lower(recipient) = lower($1) and created_at > $2 and kind = 'recoveryLink'`,
    [one.newEmail, timestamp(office.clock.now() - 10 * MINUTE)],
  )
  if ((row?.sent ?? 0) >= MOST_LETTERS) return false
  const letter = recoveryLinkLetter({ ...one, link: recoveryLink(tx, office, one.id) })
  await writeNotice(tx, office, { kind: 'recoveryLink', to: one.newEmail, ...letter })
  return true
}

export type RecoveryRequest = { readonly address: string; readonly fiscalCode: string; readonly email: string }

/** Opens a request, in the browser that gets `sessionToken`. */
export const startRecovery = async (
  office: Office,
  request: RecoveryRequest,
  sessionToken: string,
): Promise<{ readonly recoveryId: string } | Refusal> => {
  const now = office.clock.now()
  const year = Number(civilDateOf(now).slice(0, 4))
  const address = parseAddrSpec(request.address.trim())?.spec
  if (address === undefined) return { refusal: 'emailInvalid' }
  const code = parseFiscalCode(request.fiscalCode, year)
  if (code.kind === 'refused') return { refusal: 'fiscalCodeInvalid' }
  const newEmail = readReference(office, request.email)
  if (typeof newEmail !== 'string') return newEmail
  const one = {
    id: randomUUID(),
    caseNumber: makeCaseNumber(year, randomBytes(8)),
    address,
    addressKey: addressKey(address),
    fiscalCode: code.canonical,
    fiscalKey: code.canonical,
    newEmail,
  }
  return office.db
    .tx(async (tx) => {
      insertRecovery(tx, one, now)
      putRecoveryKey(tx, { token: sessionToken, recoveryId: one.id, purpose: 'session' }, now)
      return (await sendLink(tx, office, one)) ? { recoveryId: one.id } : Promise.reject(new TooMany())
    })
    .catch((error: unknown) => {
      if (error instanceof TooMany) return { refusal: 'tooManyMessages' } as const
      throw error
    })
}

/** Undoes the transaction. */
class TooMany extends Error {}

/** Sends the link once more. */
export const sendRecoveryLink = (office: Office, recoveryId: string): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const one = await lockRecovery(tx, recoveryId)
    if (!one) return GONE
    return (await sendLink(tx, office, one)) ? undefined : { refusal: 'tooManyMessages' }
  })

/** Opens a request by its link; who opens it reads the new e-mail, so that is confirmed. */
export const openRecovery = async (
  office: Office,
  token: string,
  sessionToken: string,
): Promise<{ readonly recoveryId: string } | Refusal> => {
  const now = office.clock.now()
  const recoveryId = await recoveryOfLink(office.db, token, now)
  if (recoveryId === undefined) return { refusal: 'linkInvalid' }
  return office.db.tx(async (tx) => {
    const one = await lockRecovery(tx, recoveryId)
    if (!one) return { refusal: 'linkInvalid' }
    putRecoveryKey(tx, { token: sessionToken, recoveryId, purpose: 'session' }, now)
    if (one.emailConfirmedAt === null) {
      tx.send('recovery-confirm', 'update recovery set email_confirmed_at = $2 where id = $1', [
        recoveryId,
        timestamp(now),
      ])
      touchRecovery(tx, recoveryId, now)
      writeRecoveryEvent(tx, recoveryId, 'emailConfirmed', { kind: 'applicant' }, now)
      await sendOnIfWhole(tx, recoveryId, { kind: 'applicant' }, now)
    }
    return { recoveryId }
  })
}

export type RecoverySight = {
  readonly recovery: Recovery
  readonly papers: readonly RecoveryPaper[]
  readonly lacks: readonly RecoveryLack[]
}

/** The request as it stands. */
export const viewRecovery = async (office: Office, recoveryId: string): Promise<RecoverySight | Refusal> => {
  const recovery = await findRecovery(office.db, recoveryId)
  if (!recovery) return GONE
  const papers = (await recoveryPapers(office.db, recoveryId)).filter(({ state }) => state === 'current')
  const kinds = papers.map(({ kind }) => kind)
  return { recovery, papers, lacks: recoveryLacks({ emailConfirmed: recovery.emailConfirmedAt !== null, kinds }) }
}

/** The form of the request, to sign. */
export const printRecoveryForm = async (
  office: Office,
  recoveryId: string,
): Promise<{ readonly bytes: Uint8Array; readonly fileName: string } | Refusal> => {
  const recovery = await findRecovery(office.db, recoveryId)
  if (!recovery) return GONE
  return { bytes: await makeRecoveryForm(office, recovery), fileName: `modulo-${recovery.caseNumber}.pdf` }
}

/** Keeps a paper of the request; one of its kind that was there makes way. */
export const putRecoveryPaper = async (
  office: Office,
  recoveryId: string,
  kind: DocumentKind,
  body: AsyncIterable<Uint8Array>,
  actor: Actor,
): Promise<Refusal | undefined> => {
  const bytes = await readUpload(body)
  if ('refusal' in bytes) return bytes
  const examined = await examineDocument(office, bytes, { wantQr: false })
  if ('refusal' in examined) return examined
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    const one = await lockRecovery(tx, recoveryId)
    if (!one) return GONE
    if (!recoveryTakes(one.state, 'portal')) return { refusal: 'notInThisState' }
    supersedeRecoveryPaper(tx, one, kind)
    const original = keepsOriginal(kind, examined.mediaType)
    const document = { id: randomUUID(), enrolmentId: undefined, recoveryId, kind, origin: 'portal' } as const
    insertDocument(tx, office.vault, document, examined, original, now)
    touchRecovery(tx, recoveryId, now)
    writeRecoveryEvent(tx, recoveryId, 'documentUploaded', actor, now)
    return undefined
  })
}

/** Takes a paper back, while it can be. */
export const dropRecoveryPaper = (
  office: Office,
  recoveryId: string,
  kind: DocumentKind,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const one = await lockRecovery(tx, recoveryId)
    if (!one) return GONE
    if (!recoveryTakes(one.state, 'portal')) return { refusal: 'notInThisState' }
    supersedeRecoveryPaper(tx, one, kind)
    touchRecovery(tx, recoveryId, office.clock.now())
    return undefined
  })

/** Sends the request to be judged. */
export const submitRecovery = (office: Office, recoveryId: string, actor: Actor): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const one = await lockRecovery(tx, recoveryId)
    if (!one) return GONE
    if (!recoveryMachine.next(one.state, 'submit')) return { refusal: 'notInThisState' }
    const kinds = (await recoveryPapers(tx, recoveryId)).filter((paper) => paper.state === 'current').map((p) => p.kind)
    const lacks = recoveryLacks({ emailConfirmed: one.emailConfirmedAt !== null, kinds })
    if (lacks.length > 0) return { refusal: 'recoveryIncomplete' }
    sendOn(tx, one, actor, now)
    return undefined
  })

/** The duty `recoveryWarning`: tells box and present reference e-mail that somebody asks to change it. */
export const warnHolder = async (office: Office, job: Job): Promise<void> => {
  const { recovery } = job.payload as { readonly recovery: string }
  await office.db.tx(async (tx) => {
    if (!(await finishJob(tx, job.id))) return
    const one = await findRecovery(tx, recovery)
    const holder = one && (await findHolderByAddress(tx, one.addressKey))
    if (one && holder) await tellHolder(tx, office, holder, { kind: 'recoveryWarning', ...recoveryWarning(one) })
  })
}

/** Ends requests that were left, and dates the papers of those that are over. */
export const tendRecoveries = async (office: Office, closedDays: number, archiveDays: number): Promise<void> => {
  const now = office.clock.now()
  await office.db.query(
    'recovery-lapse',
    `update recovery set state = 'lapsed', decided_at = $1, version = version + 1
     where state in ('draft', 'awaitingDocument') and changed_at < $2`,
    [timestamp(now), timestamp(now - RECOVERY_IDLE_DAYS * DAY)],
  )
  await office.db.query(
    'recovery-date-papers',
    `update document d set delete_after = r.decided_at +
       make_interval(days => case when r.state = 'approved' and d.state = 'current' then $2::int else $1::int end)
     from recovery r where d.recovery_id = r.id and d.delete_after is null and r.decided_at is not null`,
    [closedDays, archiveDays],
  )
}
