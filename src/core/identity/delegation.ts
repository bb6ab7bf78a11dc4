// Rules of collaborators: how many, how often they are invited, what their programs may, which of their acts are shown.
import { DAY, type Instant, MINUTE } from '../lib/instant.ts'
import type { AppScope } from './appPassword.ts'

/** `read`: looks and changes nothing. `send`: reads, files and sends. */
export const DELEGATE_RIGHTS = ['read', 'send'] as const
export type DelegateRights = (typeof DELEGATE_RIGHTS)[number]

/** Who is away for a few days finds the link still good. */
export const INVITATION_MS = 7 * DAY
/** Collaborators and open invitations of one box together: more than a practice has. */
export const COLLABORATORS_MOST = 20
/** Letters of invitation that one box causes in a day: nobody writes to the world through us. */
export const LETTERS_A_DAY_MOST = 20
/** How often one invitation is sent. */
export const SENDS_MOST = 5
export const SEND_AGAIN_AFTER_MS = 10 * MINUTE

export type InvitingFacts = {
  readonly collaborators: number
  readonly open: number
  readonly lettersToday: number
}

/** Whether another may be invited, or why not. */
export const mayInvite = ({ collaborators, open, lettersToday }: InvitingFacts): 'yes' | 'tooMany' | 'tooOften' => {
  if (collaborators + open >= COLLABORATORS_MOST) return 'tooMany'
  return lettersToday >= LETTERS_A_DAY_MOST ? 'tooOften' : 'yes'
}

/** Whether an invitation may be sent once more now. */
export const maySendAgain = (
  { sends, sentAt }: { readonly sends: number; readonly sentAt: Instant },
  lettersToday: number,
  now: Instant,
): boolean => sends < SENDS_MOST && now - sentAt >= SEND_AGAIN_AFTER_MS && lettersToday < LETTERS_A_DAY_MOST

/**
 * A person's name as it was typed, tidied; undefined where it is none. It goes into letters to people who never asked
 * for them: letters, blanks, apostrophes, hyphens and the dot of a title, so that no address of a site can stand in it.
 */
export const personName = (typed: string): string | undefined => {
  const name = typed.normalize('NFC').replace(/\s+/g, ' ').trim()
  return /^(?=.*\p{L})(?:[\p{L}\p{M}'’ -]|\.(?= |$))+$/u.test(name) && name.length <= 80 ? name : undefined
}

/** What a program's password may be for, by what its person may. */
export const scopesAllowed = (rights: 'own' | DelegateRights, scopes: readonly AppScope[]): boolean =>
  rights !== 'read' || !scopes.includes('smtp')

/** What collaborators do at a box, as the trail calls it. */
export const ACTS = [
  'collaborator.joined',
  'box.entered',
  'program.entered',
  'mail.submitted',
  'mail.scheduled',
  'mail.canceled',
  'appPassword.made',
  'appPassword.revoked',
  'collaborator.left',
] as const
export type Act = (typeof ACTS)[number]

/** A program polls all day: the trail has its sign-in twice a day, and again where it comes from elsewhere. */
const NOTED_EVERY_MS = 12 * 60 * MINUTE
const NOTED_ELSEWHERE_MS = 60 * MINUTE

/** Whether a sign-in of a program is to be written down, by the one that was written last. */
export const isNoteworthy = (
  last: { readonly at: Instant | null; readonly from: string | null },
  from: string,
  now: Instant,
): boolean => last.at === null || now - last.at >= (last.from === from ? NOTED_EVERY_MS : NOTED_ELSEWHERE_MS)
/** Recipients of one message that the trail names; of more it says how many there were. */
export const RECIPIENTS_NAMED = 50
