// LIST in its every form (RFC 9051 §6.3.9, RFC 5258, 5819, 6154, 8440) and LSUB.
import type { Command, ListCommand } from '../../../../core/mail/imap/command.ts'
import { compilePatterns, type FolderPattern, parentsOf } from '../../../../core/mail/imap/pattern.ts'
import { ok, type Status } from '../../../../core/mail/imap/status.ts'
import type { Folder, FolderRole } from '../../../mailstore/mailstore.ts'
import { Turns } from '../../wire/turns.ts'
import { refused } from '../refusals.ts'
import type { Session } from '../session.ts'
import { tellStatus } from './status.ts'

const USES: Readonly<Record<Exclude<FolderRole, 'inbox'>, string>> = {
  sent: '\\Sent',
  drafts: '\\Drafts',
  trash: '\\Trash',
  archive: '\\Archive',
  junk: '\\Junk',
}

/** Steps of comparing that a command may cost: the better part of a second. */
const MOST_STEPS = 10_000_000

/** Whether it would take too long: a wildcard that is not the last can hold each character against each of a name. */
const isTooMuch = (tree: Tree, reference: string, patterns: readonly string[]): boolean => {
  const characters = tree.entries.reduce((sum, { name }) => sum + name.length, 0)
  const places = patterns.map((pattern) => reference + pattern).map((one) => (/[*%]./s.test(one) ? one.length : 1))
  return characters * places.reduce((sum, count) => sum + count, 0) > MOST_STEPS
}

/** A name that LIST may tell: a folder, one that is subscribed though there is none, or one above another. */
type Entry = { readonly name: string; readonly folder: Folder | undefined; readonly subscribed: boolean }

type Tree = {
  readonly entries: readonly Entry[]
  /** Names that have folders below them. */
  readonly parents: ReadonlySet<string>
}

/** INBOX comes first, then the names in their order. */
const byName = (a: Entry, b: Entry): number =>
  a.name === 'INBOX' ? -1 : b.name === 'INBOX' ? 1 : a.name < b.name ? -1 : a.name > b.name ? 1 : 0

const readTree = async (session: Session): Promise<Tree> => {
  const { mailstore } = session.context.options
  const mailboxId = session.login!.id
  const [folders, subscribed] = await Promise.all([mailstore.folders(mailboxId), mailstore.subscriptions(mailboxId)])
  const wanted = new Set(subscribed)
  const entries = new Map<string, Entry>()
  for (const folder of folders)
    entries.set(folder.name, { name: folder.name, folder, subscribed: folder.subscribed || wanted.has(folder.name) })
  for (const name of wanted) if (!entries.has(name)) entries.set(name, { name, folder: undefined, subscribed: true })
  const parents = new Set(folders.flatMap(({ name }) => parentsOf(name)))
  for (const name of parents) if (!entries.has(name)) entries.set(name, { name, folder: undefined, subscribed: false })
  return { entries: [...entries.values()].sort(byName), parents }
}

const useOf = ({ folder }: Entry): string | undefined =>
  folder?.role === undefined || folder.role === 'inbox' ? undefined : USES[folder.role]

const attributesOf = (entry: Entry, { parents }: Tree, subscribed: boolean): readonly string[] => {
  const attributes: string[] = []
  if (!entry.folder) attributes.push('\\NonExistent')
  // RFC 9051 §7.3.1: always told, for it costs nothing here.
  attributes.push(parents.has(entry.name) ? '\\HasChildren' : '\\HasNoChildren')
  if (subscribed && entry.subscribed) attributes.push('\\Subscribed')
  const use = useOf(entry)
  if (use !== undefined) attributes.push(use)
  return attributes
}

/** Whether an entry is what the selection options ask for (RFC 5258 §3.1). */
const isSelected = (entry: Entry, { subscribed, specialUse }: ListCommand['select']): boolean =>
  (!subscribed || entry.subscribed) && (!specialUse || useOf(entry) !== undefined)

/**
 * Names that have something selected below them that does not match the pattern, and so is not told itself: of these
 * RECURSIVEMATCH tells CHILDINFO, which elsewhere would be redundant (RFC 5258 §3.5).
 */
const aboveHidden = (tree: Tree, pattern: FolderPattern, { select }: ListCommand): ReadonlySet<string> => {
  if (!select.recursiveMatch) return NO_NAMES
  const hidden = tree.entries.filter((entry) => isSelected(entry, select) && !pattern.matches(entry.name))
  return new Set(hidden.flatMap(({ name }) => parentsOf(name)))
}
const NO_NAMES: ReadonlySet<string> = new Set()

const childInfo = ({ select }: ListCommand): readonly string[] => [
  ...(select.subscribed ? ['SUBSCRIBED'] : []),
  ...(select.specialUse ? ['SPECIAL-USE'] : []),
]

const tellEntry = async (
  session: Session,
  entry: Entry,
  tree: Tree,
  above: ReadonlySet<string>,
  command: ListCommand,
): Promise<void> => {
  const { select, returning } = command
  const selects = select.subscribed || select.specialUse
  const info = above.has(entry.name) ? childInfo(command) : []
  const chosen = isSelected(entry, select) && (entry.folder !== undefined || selects || tree.parents.has(entry.name))
  if (!chosen && info.length === 0) return
  session.say({
    kind: 'list',
    attributes: attributesOf(entry, tree, select.subscribed || returning.subscribed),
    name: entry.name,
    childInfo: info.length > 0 ? info : undefined,
  })
  if (returning.status && entry.folder) await tellStatus(session, entry.folder, returning.status)
}

export const list = async (session: Session, command: ListCommand): Promise<Status> => {
  const { reference, patterns, extended } = command
  // RFC 9051 §6.3.9: an empty pattern asks for the delimiter.
  if (!extended && patterns.length === 1 && patterns[0] === '') {
    session.say({ kind: 'list', attributes: ['\\Noselect'], name: '' })
    return ok('LIST done')
  }
  const tree = await readTree(session)
  if (isTooMuch(tree, reference, patterns)) return refused({ refusal: 'limit' })
  const pattern = compilePatterns(reference, patterns)
  const above = aboveHidden(tree, pattern, command)
  const turns = new Turns()
  for (const entry of tree.entries) {
    if (turns.over) await turns.pass()
    if (pattern.matches(entry.name)) await tellEntry(session, entry, tree, above, command)
  }
  return ok('LIST done')
}

/** RFC 3501 §6.3.9: subscribed names; what `%` would hide is told by the name above it, marked `\Noselect`. */
const lsubNames = (tree: Tree, pattern: FolderPattern): ReadonlyMap<string, boolean> => {
  const names = new Map<string, boolean>()
  for (const { name, subscribed } of tree.entries) {
    if (!subscribed) continue
    if (pattern.matches(name)) names.set(name, true)
    else
      for (const parent of parentsOf(name)) if (pattern.matches(parent) && !names.has(parent)) names.set(parent, false)
  }
  return names
}

export const lsub = async (
  session: Session,
  { reference, pattern }: Extract<Command, { readonly kind: 'lsub' }>,
): Promise<Status> => {
  const tree = await readTree(session)
  if (isTooMuch(tree, reference, [pattern])) return refused({ refusal: 'limit' })
  for (const [name, itself] of lsubNames(tree, compilePatterns(reference, [pattern])))
    session.say({ kind: 'lsub', attributes: itself ? [] : ['\\Noselect'], name })
  return ok('LSUB done')
}
