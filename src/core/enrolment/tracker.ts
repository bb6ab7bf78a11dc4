// Where a case stands, in the three steps that people are shown, and when the next is expected.

import { addWorkingDays, type YearDay } from '../lib/calendar.ts'
import type { Instant } from '../lib/instant.ts'
import type { EnrolmentState } from './machine.ts'

export type TrackerStep = {
  readonly step: 'received' | 'verified' | 'active'
  readonly state: 'done' | 'current' | 'todo' | 'failed'
  readonly at?: Instant | undefined
}

type Marks = readonly [TrackerStep['state'], TrackerStep['state'], TrackerStep['state']]

/** A case that is to be mended stands again at its first step: it is the applicant who must act. */
const MARKS: Readonly<Record<EnrolmentState, Marks>> = {
  draft: ['current', 'todo', 'todo'],
  awaitingReview: ['done', 'current', 'todo'],
  awaitingDocument: ['current', 'todo', 'todo'],
  approved: ['done', 'done', 'current'],
  active: ['done', 'done', 'done'],
  refused: ['done', 'failed', 'todo'],
  withdrawn: ['failed', 'todo', 'todo'],
  lapsed: ['failed', 'todo', 'todo'],
  ended: ['done', 'done', 'done'],
}

export type CaseInstants = {
  readonly state: EnrolmentState
  readonly submittedAt?: Instant | undefined
  readonly decidedAt?: Instant | undefined
  readonly activatedAt?: Instant | undefined
}

/** The three steps of a case. */
export const trackerOf = ({ state, submittedAt, decidedAt, activatedAt }: CaseInstants): readonly TrackerStep[] => {
  const [received, verified, active] = MARKS[state]
  const shown = (mark: TrackerStep['state'], at: Instant | undefined) =>
    at !== undefined && (mark === 'done' || mark === 'failed') ? { at } : {}
  return [
    { step: 'received', state: received, ...shown(received, submittedAt) },
    { step: 'verified', state: verified, ...shown(verified, decidedAt) },
    { step: 'active', state: active, ...shown(active, activatedAt) },
  ]
}

/** When a case that waits for its review is to be seen at the latest: working days of the Order's calendar. */
export const expectedBy = (
  { state, submittedAt }: CaseInstants,
  reviewDays: number,
  localHolidays: readonly YearDay[],
): Instant | undefined =>
  state === 'awaitingReview' && submittedAt !== undefined
    ? addWorkingDays(submittedAt, reviewDays, localHolidays)
    : undefined

/** States in which a case takes one of the convention's seats: from when it is sent. */
export const SEATED: readonly EnrolmentState[] = ['awaitingReview', 'awaitingDocument', 'approved', 'active']

/** Events that the applicant sees among those of the case; the rest is housekeeping. */
export const SHOWN_EVENTS: readonly string[] = [
  'start',
  'accept',
  'submit',
  'askAgain',
  'approve',
  'refuse',
  'withdraw',
  'lapse',
  'provisioned',
  'boxClosed',
  'documentUploaded',
  'paperMatched',
]
