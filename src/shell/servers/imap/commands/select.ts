// SELECT and EXAMINE (RFC 9051 §6.3.2), with what QRESYNC tells of the time in between (RFC 7162 §3.2.5).
import { SEEN } from '../../../../core/mail/flags.ts'
import type { QresyncParameter, SelectCommand } from '../../../../core/mail/imap/command.ts'
import { badStatus, ok, type Status } from '../../../../core/mail/imap/status.ts'
import { viewOf } from '../../../../core/mail/imap/view.ts'
import { changes } from '../../../mailstore/mailboxes.ts'
import type { Folder, FolderState, OpenFolder } from '../../../mailstore/mailstore.ts'
import { ToldKeywords } from '../keywords.ts'
import { Recent } from '../recent.ts'
import { refused } from '../refusals.ts'
import type { Selected, Session } from '../session.ts'
import { tellChanges, tellVanished, wantedRuns } from '../sync.ts'

const CLOSED = ok('The folder selected before is closed', { kind: 'CLOSED' })

export const select = async (session: Session, command: SelectCommand): Promise<Status> => {
  const { mailstore } = session.context.options
  if (command.qresync && !session.qresync) return badStatus('QRESYNC has not been enabled')
  if (session.selected) {
    session.deselect()
    session.note(CLOSED)
  }
  const folder = await mailstore.folder(session.login!.id, command.folder)
  const open = folder && (await mailstore.open(folder.id, session.changed))
  if (!folder || !open) return refused({ refusal: 'nonexistent' })
  // A collaborator who only reads gets READ-ONLY whatever he asked for (RFC 9051 §6.3.2).
  const readOnly = command.readOnly || !changes(session.login!)
  if (command.condstore) session.condstore = true
  session.selected = {
    folderId: folder.id,
    name: folder.name,
    readOnly,
    open,
    view: viewOf(open.state()),
    saved: [],
    keywords: new ToldKeywords(open.state().allKeywords()),
    recent: new Recent(),
  }
  tellFolder(session, folder, open.state())
  if (command.qresync) await resync(session, session.selected, command.qresync, open)
  const kind = readOnly ? 'READ-ONLY' : 'READ-WRITE'
  return ok(`${command.readOnly ? 'EXAMINE' : 'SELECT'} done`, { kind })
}

/** The untagged answers, those of IMAP4rev1 only where IMAP4rev2 is not on. */
const tellFolder = (session: Session, folder: Folder, state: FolderState): void => {
  const selected = session.selected!
  session.say({ kind: 'flags', flags: selected.keywords.flags })
  session.say({ kind: 'exists', number: state.count })
  session.takeRecent(selected)
  if (!session.mode.rev2) {
    const unseen = firstUnseen(state)
    if (unseen !== undefined) session.note(ok('First unseen', { kind: 'UNSEEN', value: unseen }))
  }
  session.notePermanent(selected)
  session.note(ok('UIDs valid', { kind: 'UIDVALIDITY', value: state.uidValidity }))
  session.note(ok('Predicted next UID', { kind: 'UIDNEXT', value: state.uidNext }))
  session.note(ok('Highest mod-sequence', { kind: 'HIGHESTMODSEQ', value: state.highestModseq }))
  session.note(ok('Identity of the folder', { kind: 'MAILBOXID', id: folder.objectId }))
  if (session.mode.rev2) session.say({ kind: 'list', attributes: [], name: folder.name })
}

const firstUnseen = (state: FolderState): number | undefined => {
  for (let index = 0; index < state.count; index++) if ((state.system(index) & SEEN) === 0) return index + 1
  return undefined
}

/** RFC 7162 §3.2.5: what went and what changed since the client was here; nothing where the uids are others now. */
const resync = async (
  session: Session,
  selected: Selected,
  parameter: QresyncParameter,
  open: OpenFolder,
): Promise<void> => {
  const state = open.state()
  if (parameter.uidValidity !== state.uidValidity) return
  const runs = wantedRuns(parameter, state)
  await tellVanished(session, selected, parameter.modseq, runs, parameter)
  await tellChanges(session, selected, parameter.modseq, runs)
}
