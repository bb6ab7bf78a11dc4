// Every IMAP command that is known here, by name.
import type { CommandGrammar } from '../grammar.ts'
import { append } from './append.ts'
import { authenticate } from './authenticate.ts'
import { capability } from './capability.ts'
import { check } from './check.ts'
import { close } from './close.ts'
import { compress } from './compress.ts'
import { copy } from './copy.ts'
import { create } from './create.ts'
import { deleteFolder } from './delete.ts'
import { enable } from './enable.ts'
import { expunge, uidExpunge } from './expunge.ts'
import { fetchMessages } from './fetch.ts'
import { getQuota } from './getquota.ts'
import { getQuotaRoot } from './getquotaroot.ts'
import { id } from './id.ts'
import { idle } from './idle.ts'
import { listFolders } from './list.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { lsub } from './lsub.ts'
import { move } from './move.ts'
import { namespaces } from './namespace.ts'
import { noop } from './noop.ts'
import { rename } from './rename.ts'
import { search } from './search.ts'
import { examine, select } from './select.ts'
import { sort } from './sort.ts'
import { startTls } from './starttls.ts'
import { status } from './status.ts'
import { store } from './store.ts'
import { subscribe } from './subscribe.ts'
import { thread } from './thread.ts'
import { unselect } from './unselect.ts'
import { unsubscribe } from './unsubscribe.ts'

export const COMMANDS: readonly CommandGrammar[] = [
  append,
  lsub,
  listFolders,
  fetchMessages,
  thread,
  sort,
  search,
  authenticate,
  capability,
  check,
  close,
  compress,
  copy,
  create,
  deleteFolder,
  enable,
  examine,
  expunge,
  getQuota,
  getQuotaRoot,
  id,
  idle,
  login,
  logout,
  move,
  namespaces,
  noop,
  rename,
  select,
  startTls,
  status,
  store,
  subscribe,
  uidExpunge,
  unselect,
  unsubscribe,
]

const PLAIN = new Map(COMMANDS.filter(({ uid }) => uid !== 'only').map((one) => [one.name, one]))
const UID = new Map(COMMANDS.filter(({ uid }) => uid !== undefined).map((one) => [one.name, one]))

/** The grammar of a command by its name in upper case, without UID. */
export const commandNamed = (name: string, uid: boolean): CommandGrammar | undefined => (uid ? UID : PLAIN).get(name)
