// What the applicant types, as it is kept while typing: each field may be absent or still wrong.
import type { EnrolmentState } from './machine.ts'

export type DocumentType = 'identityCard' | 'passport' | 'drivingLicence'

export type EnrolmentDraft = {
  /** The local part that was typed last; what is reserved stands beside the draft. */
  readonly address?: string | undefined
  readonly phone?: string | undefined
  readonly birthPlace?: string | undefined
  readonly birthDate?: string | undefined
  readonly street?: string | undefined
  readonly postcode?: string | undefined
  readonly town?: string | undefined
  readonly province?: string | undefined
  readonly referenceEmail?: string | undefined
  readonly documentType?: DocumentType | undefined
  readonly documentNumber?: string | undefined
  readonly documentIssuer?: string | undefined
  readonly documentExpiry?: string | undefined
  /** Where the applicant is. */
  readonly step?: string | undefined
}
export type DraftField = keyof EnrolmentDraft

/** What the module states: where one of these changes, what was accepted is no longer what stands there. */
export const MODULE_FIELDS: readonly DraftField[] = [
  'address',
  'phone',
  'birthPlace',
  'birthDate',
  'street',
  'postcode',
  'town',
  'province',
  'documentType',
  'documentNumber',
  'documentIssuer',
  'documentExpiry',
]

/** States in which the applicant writes: before the case is sent, and when the operator asks for it to be mended. */
export const EDITABLE: readonly EnrolmentState[] = ['draft', 'awaitingDocument']

/** Whether a field may be changed in a state. The step is no content: it may always be remembered. */
export const mayChange = (state: EnrolmentState, field: DraftField): boolean =>
  field === 'step' || EDITABLE.includes(state)

/** Controls, and marks that turn the direction of writing: they are never meant, and hide what is there. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g

/** A text as it was typed, without what cannot be seen. */
export const typedText = (text: string): string => text.replace(UNSEEN, ' ').toWellFormed().normalize('NFC')

/** What is compared and checked of a typed text: no blanks around it, single ones inside. */
export const tidyText = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim()

/** The draft after a change; an empty text empties its field. */
export const mergeDraft = (draft: EnrolmentDraft, change: EnrolmentDraft): EnrolmentDraft => {
  const merged: Record<string, string> = {}
  for (const [field, text] of [...Object.entries(draft), ...Object.entries(change)]) {
    if (text === undefined) continue
    const typed = typedText(text)
    if (typed === '') delete merged[field]
    else merged[field] = typed
  }
  return merged as EnrolmentDraft
}

/** Fields whose content differs between two drafts, blanks apart. */
export const changedFields = (before: EnrolmentDraft, after: EnrolmentDraft): readonly DraftField[] =>
  ([...new Set([...Object.keys(before), ...Object.keys(after)])] as DraftField[]).filter(
    (field) => tidyText(before[field]) !== tidyText(after[field]),
  )
