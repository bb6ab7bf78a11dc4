// Mailbox/set (RFC 8621 §2.5): folders made, named, placed, removed.
import { isBoolean, isId, isRecord, isString, isUnsignedInt, SET_ARGS } from '../../../core/jmap/args.ts'
import { MAIL } from '../../../core/jmap/capabilities.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import type { SetError } from '../../../core/jmap/errors.ts'
import { folderJmapId, folderOfId } from '../../../core/jmap/ids.ts'
import { applyPatch } from '../../../core/jmap/patch.ts'
import { DELIMITER, folderName, isBelow } from '../../../core/mailbox/folderName.ts'
import { type Box, type BoxFolder, isVisible } from '../../mailstore/box.ts'
import type { FolderRole, StoreRefusal } from '../../mailstore/mailstore.ts'
import { rightsOf, shownMailbox } from './mailbox.ts'
import { type Call, method, realId, type SetArgs } from './method.ts'
import { DONE, type Done, NOT_FOUND, runSet } from './set.ts'

const ROLES: readonly string[] = ['inbox', 'sent', 'drafts', 'trash', 'archive', 'junk'] satisfies FolderRole[]

const openBox = ({ options, login }: Call): Promise<Box> => options.mailstore.box(login.mailboxId)

const folderById = (box: Box, id: string): BoxFolder | undefined => {
  const folderId = folderOfId(id)
  return box.folders.find((folder) => folder.id === folderId)
}

const ROLE_TAKEN = invalidProperties(['role'])

const refusalOf = ({ refusal }: StoreRefusal, existing: BoxFolder | undefined): SetError => {
  if (refusal === 'alreadyExists')
    return { type: 'alreadyExists', ...(existing ? { existingId: folderJmapId(existing.id) } : {}) }
  if (refusal === 'badName') return invalidProperties(['name'])
  if (refusal === 'useTaken') return ROLE_TAKEN
  if (refusal === 'limit') return { type: 'overQuota', description: 'too many mailboxes' }
  if (refusal === 'hasChildren') return { type: 'mailboxHasChild' }
  return refusal === 'inbox' ? { type: 'forbidden' } : NOT_FOUND
}

type Wanted = {
  readonly name: string
  readonly parentId: string | null
  readonly role: string | null
  readonly sortOrder: number
  readonly isSubscribed: boolean
}

const KINDS: Readonly<Record<keyof Wanted, (value: unknown) => boolean>> = {
  name: (value) => isString(value) && value.isWellFormed() && value !== '' && !value.includes(DELIMITER),
  parentId: (value) => value === null || isId(value),
  role: (value) => value === null || (isString(value) && ROLES.includes(value)),
  sortOrder: isUnsignedInt,
  isSubscribed: isBoolean,
}
/** What fits the column. */
const MOST_SORT_ORDER = 2 ** 31 - 1

/** The properties of an object that are not what they may be. */
const wrongIn = (object: Readonly<Record<string, unknown>>): readonly string[] =>
  (Object.keys(KINDS) as (keyof Wanted)[]).filter(
    (name) => !KINDS[name](object[name]) || (name === 'sortOrder' && (object[name] as number) > MOST_SORT_ORDER),
  )

/** The full name of a folder below a parent; or why there can be none. */
const fullName = (box: Box, { name, parentId }: Wanted): string | SetError => {
  const parent = parentId === null ? undefined : folderById(box, parentId)
  if (parentId !== null && !parent) return invalidProperties(['parentId'])
  const full = folderName(parent ? `${parent.name}${DELIMITER}${name}` : name)
  return full ?? invalidProperties(['name'])
}

/** Use, order and subscription, where they are others than they were. */
const arrange = async (
  call: Call,
  folder: BoxFolder | undefined,
  id: number,
  name: string,
  wanted: Wanted,
): Promise<SetError | undefined> => {
  const { options, login } = call
  const { mailstore } = options
  const role = (wanted.role ?? undefined) as FolderRole | undefined
  if (folder?.role !== role || folder?.sortOrder !== wanted.sortOrder) {
    const refused = await mailstore.arrangeFolder(login.mailboxId, id, { role, sortOrder: wanted.sortOrder })
    if (refused) return refusalOf(refused, undefined)
  }
  if ((folder?.subscribed ?? false) !== wanted.isSubscribed) {
    const refused = await mailstore.subscribe(login.mailboxId, name, wanted.isSubscribed)
    if (refused) return refusalOf(refused, undefined)
  }
  return undefined
}

/** Properties of a new folder that only the server sets: a client may say of them what they are anyway. */
const NEW_COUNTS = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 }

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Names of properties that are others than they were; of rights, by their path. */
const changedIn = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly string[] =>
  names
    .filter((name) => !same(before[name], after[name]))
    .flatMap((name) => {
      const [was, is] = [before[name], after[name]]
      if (name !== 'myRights' || !isRecord(was) || !isRecord(is)) return [name]
      const rights = Object.keys({ ...was, ...is }).filter((right) => was[right] !== is[right])
      return rights.map((right) => `myRights/${right}`)
    })

const DEFAULTS = { parentId: null, role: null, sortOrder: 100, isSubscribed: true }

const create = async (call: Call, given: Readonly<Record<string, unknown>>): Promise<Done> => {
  const fixed = { ...NEW_COUNTS, myRights: rightsOf({ role: undefined }, call.login) }
  const unknown = changedIn(
    fixed,
    given,
    Object.keys(given).filter((name) => !(name in KINDS)),
  )
  if (unknown.length > 0) return invalidProperties(unknown)
  const object: Record<string, unknown> = { ...DEFAULTS, ...given }
  if (isString(object.parentId)) object.parentId = realId(call, object.parentId)
  const wrong = wrongIn(object)
  if (wrong.length > 0) return invalidProperties(wrong)
  const wanted = object as Wanted
  const box = await openBox(call)
  const name = fullName(box, wanted)
  if (typeof name !== 'string') return name
  const made = await call.options.mailstore.createFolder(
    call.login.mailboxId,
    name,
    (wanted.role ?? undefined) as FolderRole | undefined,
  )
  if ('refusal' in made)
    return refusalOf(
      made,
      box.folders.find((folder) => folder.name === name),
    )
  const refused = await arrange(call, undefined, made.id, name, wanted)
  if (refused) return refused
  const after = await openBox(call)
  const folder = after.folders.find(({ id }) => id === made.id)
  if (!folder) return NOT_FOUND
  // Told of is what the client has not said itself.
  const shown = Object.entries(shownMailbox(after, folder, call.login)).filter(([property]) => !(property in given))
  return { done: Object.fromEntries(shown) }
}

const update = async (call: Call, id: string, patch: Readonly<Record<string, unknown>>): Promise<Done> => {
  const box = await openBox(call)
  const folder = folderById(box, id)
  if (!folder) return NOT_FOUND
  const before: Record<string, unknown> = shownMailbox(box, folder, call.login)
  const patched = applyPatch(before, patch)
  if ('type' in patched) return patched
  const after: Record<string, unknown> = patched.value
  // A null where there is no null: the default is meant.
  for (const [property, value] of Object.entries(DEFAULTS)) if (!Object.hasOwn(after, property)) after[property] = value
  if (isString(after.parentId)) after.parentId = realId(call, after.parentId)
  const names = Object.keys({ ...before, ...after }).filter((property) => !(property in KINDS))
  const fixed = changedIn(before, after, names)
  if (fixed.length > 0) return invalidProperties(fixed)
  const wrong = wrongIn(after)
  if (wrong.length > 0) return invalidProperties(wrong)
  const wanted = after as Wanted
  let { name } = folder
  if (wanted.name !== before.name || wanted.parentId !== before.parentId) {
    if (folder.role === 'inbox') return { type: 'forbidden', description: 'the inbox stays where it is' }
    const full = fullName(box, wanted)
    if (typeof full !== 'string') return full
    if (isBelow(full, folder.name)) return invalidProperties(['parentId'])
    const { mailstore } = call.options
    const refused = full === name ? undefined : await mailstore.renameFolder(call.login.mailboxId, name, full)
    if (refused)
      return refusalOf(
        refused,
        box.folders.find((other) => other.name === full),
      )
    name = full
  }
  if (folder.role === 'inbox' && wanted.role !== 'inbox') return invalidProperties(['role'])
  return (await arrange(call, folder, folder.id, name, wanted)) ?? DONE
}

/** Names and roles that another folder of the same call gives up are free once it has: those in the way are tried again. */
const updateAll = async (
  call: Call,
  patches: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Promise<ReadonlyMap<string, Done>> => {
  const out = new Map<string, Done>()
  let left = [...patches]
  for (let tried = Number.POSITIVE_INFINITY; left.length > 0 && left.length < tried; ) {
    tried = left.length
    const again: typeof left = []
    for (const [id, patch] of left) {
      const outcome = await update(call, id, patch)
      out.set(id, outcome)
      if ('type' in outcome && (outcome.type === 'alreadyExists' || outcome === ROLE_TAKEN)) again.push([id, patch])
    }
    left = again
  }
  return out
}

const destroy = async (
  call: Call,
  ids: readonly string[],
  removeEmails: boolean,
): Promise<ReadonlyMap<string, Done>> => {
  const out = new Map<string, Done>()
  const box = await openBox(call)
  // Those below before those above.
  const folders = ids.flatMap((id) => folderById(box, id) ?? []).sort((a, b) => b.name.length - a.name.length)
  for (const folder of folders) {
    const id = folderJmapId(folder.id)
    const { state } = folder
    const now = await openBox(call)
    if (folder.role === 'inbox') out.set(id, { type: 'forbidden' })
    else if (now.folders.some((other) => isBelow(other.name, folder.name))) out.set(id, { type: 'mailboxHasChild' })
    else if (!removeEmails && Array.from({ length: state.count }, (_, at) => at).some((at) => isVisible(state, at)))
      out.set(id, { type: 'mailboxHasEmail' })
    else {
      const refused = await call.options.mailstore.deleteFolder(call.login.mailboxId, folder.name)
      // A name that is no folder any more is not shown either.
      if (!refused && folder.subscribed)
        await call.options.mailstore.subscribe(call.login.mailboxId, folder.name, false)
      out.set(id, refused ? refusalOf(refused, undefined) : DONE)
    }
  }
  return out
}

const set = method<SetArgs & { readonly onDestroyRemoveEmails?: boolean }>(
  'Mailbox/set',
  MAIL,
  { ...SET_ARGS, onDestroyRemoveEmails: isBoolean },
  (call, args) =>
    runSet(call, args, {
      state: async () => String(await call.options.mailstore.modseq(call.login.mailboxId)),
      create: (object) => create(call, object),
      update: (patches) => updateAll(call, patches),
      destroy: (ids) => destroy(call, ids, args.onDestroyRemoveEmails ?? false),
    }),
)

export const mailboxSetMethods = [set]
