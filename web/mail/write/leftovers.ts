// Drafts that this device has and the server has not: saved when the line is back, or at the next visit.
import { queued } from '../store/outbox.ts'
import { isOnDesk } from './desks.ts'
import { type Draft, draftsHere, forgetDraft, isMoreHere, keepDraft, keptDraft } from './draft.ts'
import { uploaded } from './files.ts'
import { saveDraft } from './saving.ts'
import type { Sending } from './send.ts'

const isInOutbox = (key: string): boolean =>
  queued().some(({ intent }) => intent.kind === 'send' && (intent.message as Sending).draft.key === key)

/** Drafts that are here and not on the server, but those that somebody writes on or that wait to be sent. */
export const draftsAhead = async (): Promise<readonly Draft[]> =>
  (await draftsHere()).filter((one) => isMoreHere(one) && !isOnDesk(one.key) && !isInOutbox(one.key))

const saveOne = async (draft: Draft): Promise<void> => {
  const whole = { ...draft, attachments: await uploaded(draft, false) }
  const { emailId, revision, attachments } = await saveDraft(whole)
  // it was opened meanwhile: its desk saves it
  if (isOnDesk(draft.key) || (await keptDraft(draft.key)) === undefined) return
  if (draft.about === null) await forgetDraft(draft.key)
  else await keepDraft({ ...draft, emailId, revision, attachments, isAhead: false })
}

let running: Promise<void> | undefined

/** Saves them, one page at a time. */
export const saveDraftsHere = (): Promise<void> => {
  const all = async (): Promise<void> => {
    // one that cannot be saved keeps no other from it
    for (const draft of await draftsAhead()) await saveOne(draft).catch(() => {})
  }
  running ??= ('locks' in navigator ? navigator.locks.request('ceralacca-drafts', all) : all()).finally(() => {
    running = undefined
  })
  return running
}
