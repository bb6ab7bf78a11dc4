// The life of an enrolment: from the first page to the active box, or to one of the ways in which it ends without.
import { type Machine, machine } from '../lib/machine.ts'

export type EnrolmentState =
  | 'draft'
  | 'awaitingReview'
  | 'awaitingDocument'
  | 'approved'
  | 'active'
  | 'refused'
  | 'withdrawn'
  | 'lapsed'
  | 'ended'

export type EnrolmentEvent =
  | 'submit'
  | 'askAgain'
  | 'approve'
  | 'refuse'
  | 'withdraw'
  | 'lapse'
  | 'provisioned'
  | 'boxClosed'

/**
 * `draft` reserves an address and buys nothing; `submit` writes the purchase. `awaitingDocument`: the operator has asked
 * for something to be mended. `approved` lasts as long as the box is being made. `ended`: the box was closed since.
 */
export const enrolmentMachine: Machine<EnrolmentState, EnrolmentEvent> = machine<EnrolmentState, EnrolmentEvent>(
  'draft',
  {
    draft: { submit: 'awaitingReview', withdraw: 'withdrawn', lapse: 'lapsed' },
    awaitingReview: { askAgain: 'awaitingDocument', approve: 'approved', refuse: 'refused', withdraw: 'withdrawn' },
    awaitingDocument: { submit: 'awaitingReview', refuse: 'refused', withdraw: 'withdrawn', lapse: 'lapsed' },
    approved: { provisioned: 'active' },
    active: { boxClosed: 'ended' },
    refused: {},
    withdrawn: {},
    lapsed: {},
    ended: {},
  },
)

/** States in which a person cannot begin another enrolment in the same convention, and holds the address. */
export const LIVING: readonly EnrolmentState[] = ['draft', 'awaitingReview', 'awaitingDocument', 'approved', 'active']
