// A case whole: the enrolment with its convention, its member, its papers and what happened to it.

import { MODULE_FIELDS } from '../../core/enrolment/draft.ts'
import type { NoticeCase } from '../../core/enrolment/notices.ts'
import type { CaseFacts } from '../../core/enrolment/requirements.ts'

import type { Instant } from '../../core/lib/instant.ts'
import type { AddressPerson } from '../../core/register/address.ts'
import { type NameDifference, tidyName } from '../../core/register/personName.ts'
import { type ConventionFacts, conventionById } from '../convention/store.ts'
import type { Queries } from '../db/pool.ts'
import { memberById, type StoredMember } from '../register/store.ts'
import { type CaseEvent, type Enrolment, eventsOf } from './store.ts'

export type CaseDocument = {
  readonly id: string
  readonly kind: 'front' | 'back' | 'module' | 'paper'
  readonly pages: number
  readonly sizeBytes: number
  readonly uploadedAt: Instant
  readonly origin: string
  readonly warnings: readonly string[]
}

export type Box = { readonly address: string; readonly activatedAt: Instant; readonly expiresAt: Instant }

export type Case = ConventionFacts & {
  readonly enrolment: Enrolment
  readonly member: StoredMember
  readonly events: readonly CaseEvent[]
  /** Current ones. */
  readonly documents: readonly CaseDocument[]
  readonly box: Box | undefined
}

const documentsOf = (db: Queries, enrolmentId: string): Promise<readonly CaseDocument[]> =>
  db.query<CaseDocument>(
    'enrolment-documents',
    `select id, kind, pages, size_bytes as "sizeBytes", uploaded_at as "uploadedAt", origin, warnings from document
     where enrolment_id = $1 and state = 'current' order by array_position(array['front', 'back', 'module', 'paper'], kind)`,
    [enrolmentId],
  )

const boxOf = async (db: Queries, enrolmentId: string): Promise<Box | undefined> => {
  const [row] = await db.query<Box>(
    'enrolment-box',
    `select m.address, t.activated_at as "activatedAt", t.expires_at as "expiresAt"
     from mailbox_term t join mailbox m on m.id = t.mailbox_id where t.enrolment_id = $1`,
    [enrolmentId],
  )
  return row
}

/** Loads what belongs to an enrolment. */
export const loadCase = async (db: Queries, enrolment: Enrolment): Promise<Case> => {
  const facts = await conventionById(db, enrolment.conventionId)
  const [member, events, documents, box] = await Promise.all([
    memberById(db, facts.order.id, enrolment.memberId),
    eventsOf(db, enrolment.id),
    documentsOf(db, enrolment.id),
    boxOf(db, enrolment.id),
  ])
  if (!member) throw new Error(`enrolment ${enrolment.id} has lost its member`)
  return { ...facts, enrolment, member, events, documents, box }
}

const happened = (events: readonly CaseEvent[], name: string): boolean => events.some(({ event }) => event === name)

/** What the rules of what is missing look at. */
export const caseFacts = ({ enrolment, events, documents }: Case): CaseFacts => ({
  draft: enrolment.draft,
  address: enrolment.address,
  passwordSet: enrolment.passwordSet,
  passwordCleared: happened(events, 'passwordCleared'),
  referenceEmail: enrolment.referenceEmail,
  referenceConfirmed: enrolment.referenceConfirmedAt !== undefined,
  documents: documents.map(({ kind }) => kind),
  acceptance: enrolment.acceptance,
  acceptanceVoid: happened(events, 'acceptanceVoided'),
})

/** How the names that were typed at the beginning differ from the register's. */
export const nameDifferences = ({ events }: Pick<Case, 'events'>): readonly NameDifference[] =>
  (events.find(({ event }) => event === 'start')?.details.differences as readonly NameDifference[] | undefined) ?? []

export const addressPerson = ({ surname, givenName, section }: StoredMember): AddressPerson => ({
  surname,
  givenName,
  section,
})

/** What all notices about a case say. */
export const noticeCase = ({
  enrolment,
  member,
  order,
  convention,
}: Omit<Case, 'events' | 'documents' | 'box'>): NoticeCase => ({
  caseNumber: enrolment.caseNumber,
  givenName: tidyName(member.givenName),
  order: order.name,
  helpDeskPhone: convention.terms.helpDeskPhone,
})

/** Whether a change touches what the module states. */
export const touchesModule = (fields: readonly string[]): boolean =>
  fields.some((field) => (MODULE_FIELDS as readonly string[]).includes(field))
