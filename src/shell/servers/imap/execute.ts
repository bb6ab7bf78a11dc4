// Executes one command that was read: whether it is allowed now, who does it, and what is told after it.
import type { Command, ImapState } from '../../../core/mail/imap/command.ts'
import type { ParsedCommand } from '../../../core/mail/imap/parse.ts'
import { badStatus, bye, no, ok, type Status } from '../../../core/mail/imap/status.ts'
import { changes } from '../../mailstore/mailboxes.ts'
import { type AppendIntake, finishAppend } from './commands/append.ts'
import { authenticate, login } from './commands/authenticate.ts'
import { capability, enable, identify, namespaces } from './commands/capability.ts'
import { compress } from './commands/compress.ts'
import { copy, move } from './commands/copy.ts'
import { closeFolder, expunge, unselect } from './commands/expunge.ts'
import { fetchMessages } from './commands/fetch.ts'
import { createFolder, deleteFolder, renameFolder, subscribe } from './commands/folders.ts'
import { idle } from './commands/idle.ts'
import { list, lsub } from './commands/list.ts'
import { quota, quotaRoot } from './commands/quota.ts'
import { search, sort, thread } from './commands/search.ts'
import { select } from './commands/select.ts'
import { status } from './commands/status.ts'
import { store } from './commands/store.ts'
import type { Session } from './session.ts'

/** A command as it was read. */
export type Read = Extract<ParsedCommand, { kind: 'command' }>

/** The answer to a command, where it is not out already; with `why` the connection ends after it. */
export type Outcome = Status | { readonly status?: Status; readonly why?: string }

const DONE = (name: string): Status => ok(`${name} done`)
const INJECTION = bye('Nothing may follow STARTTLS before TLS, closing')

const stateOf = ({ login: who, selected }: Session): ImapState =>
  who === undefined ? 'notAuthenticated' : selected === undefined ? 'authenticated' : 'selected'

const NOT_NOW: Readonly<Record<ImapState, string>> = {
  notAuthenticated: 'Sign in first',
  authenticated: 'Select a folder first',
  selected: 'Not in this state',
}

/** RFC 9051 §7.5.1: during these, by sequence numbers, no message may go. */
const KEEPS_NUMBERS: ReadonlySet<Command['kind']> = new Set(['fetch', 'store', 'search', 'sort', 'thread'])

/** Of these the numbers must be those that the client knows: what may be told is told before they are done. */
const NAMES_MESSAGES: ReadonlySet<Command['kind']> = new Set([...KEEPS_NUMBERS, 'copy', 'move', 'uidExpunge'])

/** These change what the box holds: not for a collaborator who only reads, whose folders open read-only besides. */
const CHANGES: ReadonlySet<Command['kind']> = new Set([
  'create',
  'delete',
  'rename',
  'subscribe',
  'unsubscribe',
  'append',
  'store',
  'copy',
  'move',
  'expunge',
  'uidExpunge',
])
const READER = no('Collaboratore in sola lettura. A collaborator who only reads changes nothing', { kind: 'NOPERM' })

/** Does a command, then tells what has changed in the selected folder. */
export const execute = async (session: Session, read: Read, append: AppendIntake | undefined): Promise<Outcome> => {
  const { command, grammar, name } = read
  const state = stateOf(session)
  if (!grammar.states.includes(state)) {
    const signedIn = state !== 'notAuthenticated' && grammar.states.every((one) => one === 'notAuthenticated')
    return badStatus(`${name}: ${signedIn ? 'You have signed in already' : NOT_NOW[state]}`)
  }
  if (session.login && !changes(session.login) && CHANGES.has(command.kind)) return READER
  const uid = command.kind === 'uidExpunge' || ('uid' in command && command.uid)
  if (NAMES_MESSAGES.has(command.kind)) session.tellNews({ mayGo: uid, uid })
  const outcome = await perform(session, read, append)
  // After BYE there is no news.
  if (command.kind === 'logout') return outcome
  session.tellNews({ mayGo: uid || !KEEPS_NUMBERS.has(command.kind), uid })
  return outcome
}

const perform = (
  session: Session,
  { command, tag, name }: Read,
  append: AppendIntake | undefined,
): Promise<Outcome> | Outcome => {
  switch (command.kind) {
    case 'capability':
      return capability(session)
    case 'noop':
    case 'check':
      return DONE(name)
    case 'logout':
      session.note(bye('Arrivederci. Goodbye'))
      return { status: DONE(name), why: 'logout' }
    case 'startTls':
      return startTls(session, tag)
    case 'id':
      return identify(session)
    case 'namespace':
      return namespaces(session)
    case 'enable':
      return enable(session, command.capabilities)
    case 'authenticate':
      return authenticate(session, command)
    case 'login':
      return login(session, command)
    case 'compress':
      return compress(session, command.mechanism, tag)
    case 'select':
      return select(session, command)
    case 'close':
      return closeFolder(session)
    case 'unselect':
      return unselect(session)
    case 'create':
      return createFolder(session, command)
    case 'delete':
      return deleteFolder(session, command.folder)
    case 'rename':
      return renameFolder(session, command)
    case 'subscribe':
    case 'unsubscribe':
      return subscribe(session, command.folder, command.kind === 'subscribe')
    case 'list':
      return list(session, command)
    case 'lsub':
      return lsub(session, command)
    case 'status':
      return status(session, command)
    case 'append':
      return finishAppend(session, command, append)
    case 'idle':
      return idle(session, tag)
    case 'expunge':
      return expunge(session, undefined)
    case 'uidExpunge':
      return expunge(session, command.uids)
    case 'search':
      return search(session, command, tag)
    case 'sort':
      return sort(session, command, tag)
    case 'thread':
      return thread(session, command)
    case 'fetch':
      return fetchMessages(session, command)
    case 'store':
      return store(session, command)
    case 'copy':
      return copy(session, command)
    case 'move':
      return move(session, command)
    case 'getQuota':
      return quota(session, command.root)
    case 'getQuotaRoot':
      return quotaRoot(session, command.folder)
  }
}

const startTls = async (session: Session, tag: string): Promise<Outcome> => {
  const { wire, secure, context } = session
  if (secure || context.options.security === 'tls') return badStatus('TLS is on already')
  // CVE-2011-0411: what came in clear behind STARTTLS must never be heard as if TLS had carried it.
  if (wire.reader.pendingBytes > 0) {
    session.note(INJECTION)
    return { why: 'startTlsInjection' }
  }
  wire.say(`${tag} OK Begin TLS\r\n`)
  wire.flush()
  return (await secureWire(session)) ? {} : { why: 'tlsFailed' }
}

/** Puts TLS on the wire; false where that fails. */
export const secureWire = async (session: Session): Promise<boolean> => {
  const { wire, context, id, remoteAddress } = session
  const { options, limits, log } = context
  const error = await wire.secure(options.tls(), false, limits.loginMs)
  if (error !== undefined) {
    log({ kind: 'imapTlsFailed', id, remoteAddress, error })
    return false
  }
  session.secure = true
  return true
}
