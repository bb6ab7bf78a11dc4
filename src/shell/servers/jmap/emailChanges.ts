// Email/changes (RFC 8621 §4.3): what came, what is other than it was, what went.
import { CHANGES_ARGS } from '../../../core/jmap/args.ts'
import { MAIL } from '../../../core/jmap/capabilities.ts'
import { type Change, changesOf, parseState, portionOf, type State, type Stay } from '../../../core/jmap/changes.ts'
import { type MethodError, methodError } from '../../../core/jmap/errors.ts'
import { emailId } from '../../../core/jmap/ids.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import { DELETED } from '../../../core/mail/flags.ts'
import type { Box, Gone } from '../../mailstore/box.ts'
import { type Call, type ChangesArgs, method } from './method.ts'

/** What became of the emails of a box since a modseq; `threads`: those that any of them belongs to. */
export type BoxChanges = { readonly changes: readonly Change[]; readonly threads: ReadonlySet<bigint> }

const changesIn = (box: Box, gone: readonly Gone[], since: number): BoxChanges => {
  const touched = new Set<ContentId>(gone.map(({ content }) => content))
  const threads = new Set<bigint>(gone.map(({ thread }) => thread))
  for (const { state, highestModseq } of box.folders) {
    if (Math.max(state.highestModseq, highestModseq) <= since) continue
    for (let index = 0; index < state.count; index++) {
      if (state.modseq(index) <= since) continue
      touched.add(state.content(index))
      threads.add(state.threadKey(index))
    }
  }
  const goneOf = Map.groupBy(gone, ({ content }) => content)
  const changes = [...touched].flatMap((content) => {
    const stays: Stay[] = (goneOf.get(content) ?? []).map(({ born, modseq }) => ({
      born,
      changed: modseq,
      gone: modseq,
    }))
    for (const { state, uidsOf } of box.folders)
      for (const uid of uidsOf(content)) {
        const index = state.indexOf(uid)
        if (index < 0) continue
        const born = state.born(index)
        const changed = state.modseq(index)
        // Marked as deleted it is there for IMAP alone: gone, as far as is known with its last change.
        const isGone = (state.system(index) & DELETED) !== 0
        stays.push({ born, changed, gone: isGone ? changed : undefined })
      }
    return changesOf(emailId(content), stays, since)
  })
  return { changes, threads }
}

/** The changes since a state that may be ours. */
export const emailChangesSince = async (
  { options, login }: Call,
  box: Box,
  text: string,
): Promise<(BoxChanges & { readonly since: State }) | MethodError> => {
  const since = parseState(text)
  if (!since || since.modseq > box.modseq || since.modseq < box.changesSince)
    return methodError('cannotCalculateChanges')
  const gone = await options.mailstore.goneSince(login.mailboxId, since.modseq)
  return { since, ...changesIn(box, gone, since.modseq) }
}

const changes = method<ChangesArgs>('Email/changes', MAIL, CHANGES_ARGS, async (call, { sinceState, maxChanges }) => {
  const box = await call.options.mailstore.box(call.login.mailboxId)
  const found = await emailChangesSince(call, box, sinceState)
  if ('methodError' in found) return found
  return {
    accountId: call.accountId,
    oldState: sinceState,
    ...portionOf(found.changes, found.since, box.modseq, maxChanges ?? undefined),
  }
})

export const emailChangesMethods = [changes]
