// What may be done with the conversation that is open: buttons and keys (the sheet of shortcuts binds them) do the same.
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { folderOfSlug, listAddress, type Place, writeAddress } from '../addresses.ts'
import { folderName } from '../folderName.ts'
import { maySend, mayWrite } from '../jmap/client.ts'
import type { Folder } from '../jmap/types.ts'
import { move, setFlagged, setSeen } from '../store/actions.ts'
import { allFolders, folderByRole } from '../store/folders.ts'
import { tell, tellFailure } from '../store/notices.ts'
import { signal, useSignal } from '../store/signal.ts'
import { useMailTexts } from '../texts/mail.ts'
import { useReadTexts } from '../texts/read.ts'
import type { Conversation } from './load.ts'

export type ConversationActions = {
  readonly back: () => void
  readonly reply: (() => void) | undefined
  readonly replyAll: (() => void) | undefined
  readonly forward: (() => void) | undefined
  readonly archive: (() => void) | undefined
  readonly bin: (() => void) | undefined
  readonly markUnread: (() => void) | undefined
  readonly flag: (() => void) | undefined
  readonly flagged: boolean
  readonly moveTo: ((folder: Folder) => void) | undefined
  /** Folders to which it may be moved. */
  readonly folders: readonly Folder[]
  readonly print: () => void
  /** To the message after or before the one that has the focus. */
  readonly nextMessage: () => void
  readonly previousMessage: () => void
}

const current = signal<ConversationActions | undefined>(undefined)

/** What may be done with the conversation that is open; undefined where none is. */
export const useConversationActions = (): ConversationActions | undefined => useSignal(current)
export const openActions = current.get

/** Says which conversation is open. Gives what takes it back. */
export const setConversationActions = (actions: ConversationActions): (() => void) => {
  current.set(actions)
  return () => {
    if (current.get() === actions) current.set(undefined)
  }
}

/** The folder that a conversation is looked at in: in what was found, the one of its last message. */
const folderOf = (place: Place, { lying, letters }: Conversation): Folder | undefined => {
  const folders = allFolders()
  if (place.kind === 'folder') return folderOfSlug(folders, place.slug)
  const last = lying.find(({ id }) => id === letters.at(-1)?.id)
  return folders.find(({ id }) => last !== undefined && id in last.mailboxIds)
}

/** What programs write is answered by nobody. */
const isMachine = (address = ''): boolean => /^(?:mailer-daemon|postmaster|posta-certificata|no-?reply)@/i.test(address)

const focusLetter = (step: 1 | -1): void => {
  const all = Array.from(document.querySelectorAll<HTMLElement>('.cr-letter'))
  const at = all.findIndex((one) => one.contains(document.activeElement))
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step]
  const target = next?.classList.contains('cr-folded') ? next.querySelector<HTMLElement>('button') : next
  target?.focus()
  target?.scrollIntoView({ block: 'nearest' })
}

export const useMakeActions = (place: Place, conversation: Conversation, onPrint: () => void): ConversationActions => {
  const [, navigate] = useLocation()
  const t = useReadTexts()
  const frame = useMailTexts()
  return useMemo(() => {
    const { letters, lying, thread } = conversation
    const here = folderOf(place, conversation)
    const back = (): void => navigate(listAddress(place))
    const ids = lying.filter(({ mailboxIds }) => here && here.id in mailboxIds).map(({ id }) => id)
    const failed = (): void => tellFailure(frame.failed)
    const moveThen = (to: Folder | undefined, said: string): (() => void) | undefined =>
      to && here && to.id !== here.id && ids.length > 0 && mayWrite() && here.myRights.mayRemoveItems
        ? () => {
            const { done, undo } = move(ids, here, to)
            done.catch(failed)
            back()
            tell(said, undo)
          }
        : undefined
    const answered =
      letters.findLast(({ message }) => message.kind !== 'draft' && !isMachine(message.from[0]?.email)) ??
      letters.at(-1)
    const others = new Set([...(answered?.content.to ?? []), ...(answered?.content.cc ?? [])].map(({ email }) => email))
    const write = (kind: 'reply' | 'replyAll' | 'forward'): (() => void) | undefined =>
      answered && maySend() ? () => navigate(writeAddress({ kind, emailId: answered.id })) : undefined
    const marked = letters.at(-1)
    const flagged = lying.some(({ keywords }) => '$flagged' in keywords)
    const elsewhere = allFolders().filter(
      ({ id, role, myRights }) => id !== here?.id && role !== 'drafts' && myRights.mayAddItems,
    )
    return {
      back,
      reply: write('reply'),
      replyAll: others.size > 1 ? write('replyAll') : undefined,
      forward: write('forward'),
      archive: moveThen(folderByRole('archive'), t.done.archived),
      bin: moveThen(folderByRole('trash'), t.done.binned),
      markUnread:
        marked && mayWrite()
          ? () => {
              setSeen([marked.id], false).catch(failed)
              back()
              tell(t.done.unread)
            }
          : undefined,
      flag: mayWrite()
        ? () => {
            const flags = flagged ? lying.filter(({ keywords }) => '$flagged' in keywords) : letters.slice(-1)
            setFlagged(
              flags.map(({ id }) => id),
              !flagged,
            ).catch(failed)
          }
        : undefined,
      flagged,
      moveTo:
        here && ids.length > 0 && mayWrite() && here.myRights.mayRemoveItems
          ? (folder) => moveThen(folder, t.done.moved(folderName(folder, frame)))?.()
          : undefined,
      folders: thread ? elsewhere : [],
      print: onPrint,
      nextMessage: () => focusLetter(1),
      previousMessage: () => focusLetter(-1),
    }
  }, [place, conversation, navigate, t, frame, onPrint])
}
