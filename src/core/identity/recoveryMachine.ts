// The life of a request to change a dead reference e-mail, and what it must hold.
import { type Machine, machine } from '../lib/machine.ts'

export const RECOVERY_STATES = ['draft', 'awaitingReview', 'awaitingDocument', 'approved', 'refused', 'lapsed'] as const
export type RecoveryState = (typeof RECOVERY_STATES)[number]
export type RecoveryEvent = 'submit' | 'askAgain' | 'approve' | 'refuse' | 'lapse'

export const recoveryMachine: Machine<RecoveryState, RecoveryEvent> = machine<RecoveryState, RecoveryEvent>('draft', {
  draft: { submit: 'awaitingReview', lapse: 'lapsed' },
  awaitingReview: { askAgain: 'awaitingDocument', approve: 'approved', refuse: 'refused' },
  awaitingDocument: { submit: 'awaitingReview', refuse: 'refused', lapse: 'lapsed' },
  approved: {},
  refused: {},
  lapsed: {},
})

/** Days without a change after which a request that was not sent is over. */
export const RECOVERY_IDLE_DAYS = 30

/** Whether it takes papers: by mail or fax while it is judged, too. */
export const recoveryTakes = (state: RecoveryState, origin: 'portal' | 'other'): boolean =>
  state === 'draft' || state === 'awaitingDocument' || (state === 'awaitingReview' && origin === 'other')

export type RecoveryFacts = { readonly emailConfirmed: boolean; readonly kinds: readonly string[] }
export type RecoveryLack = 'email' | 'module' | 'front'

/** What is missing before it can be sent. */
export const recoveryLacks = ({ emailConfirmed, kinds }: RecoveryFacts): readonly RecoveryLack[] => [
  ...(kinds.includes('module') ? [] : (['module'] as const)),
  ...(kinds.includes('front') ? [] : (['front'] as const)),
  ...(emailConfirmed ? [] : (['email'] as const)),
]

/**
 * Whether it goes to the operator by itself: its form came another way than its page, and the new e-mail is confirmed.
 * The document may be another page of the same fax: that is for a person to see, so its lack keeps nothing back.
 */
export const goesOnByPaper = ({
  emailConfirmed,
  papers,
}: {
  readonly emailConfirmed: boolean
  readonly papers: readonly { readonly kind: string; readonly origin: string }[]
}): boolean =>
  emailConfirmed && papers.some(({ kind }) => kind === 'module') && papers.some(({ origin }) => origin !== 'portal')

/** How the box stands to what was typed. */
export type RecoveryMatch = 'right' | 'noSuchBox' | 'otherPerson' | 'noFiscalCode'

/** What an operator reads of it; only `right`, and `noFiscalCode` after a look at the document, may be approved. */
export const matchOf = (
  holder: { readonly fiscalKey: string | null } | undefined,
  fiscalKey: string,
): RecoveryMatch => {
  if (!holder) return 'noSuchBox'
  if (holder.fiscalKey === null) return 'noFiscalCode'
  return holder.fiscalKey === fiscalKey ? 'right' : 'otherPerson'
}
export const mayApproveMatch = (match: RecoveryMatch): boolean => match === 'right' || match === 'noFiscalCode'
