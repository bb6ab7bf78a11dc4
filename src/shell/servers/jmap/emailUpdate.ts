// Email/set, its updates and removals: keywords are flags, folders are places (RFC 8621 §4.6).
import { isRecord } from '../../../core/jmap/args.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import type { SetError } from '../../../core/jmap/errors.ts'
import { contentOfEmail, folderOfId } from '../../../core/jmap/ids.ts'
import { flagsOf, isKeyword, keywordsOf } from '../../../core/jmap/keywords.ts'
import { applyPatch } from '../../../core/jmap/patch.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import type { Flags } from '../../../core/mail/flags.ts'
import type { Box, Row } from '../../mailstore/box.ts'
import type { StoreRefusal } from '../../mailstore/mailstore.ts'
import { metadataOf } from './emails.ts'
import { type Call, realId } from './method.ts'
import { DONE, type Done, NOT_FOUND } from './set.ts'

export const MOST_KEYWORDS = 100

/** Keywords that a client gives: each true. */
export const readKeywords = (given: unknown): readonly string[] | SetError => {
  if (!isRecord(given) || !Object.entries(given).every(([word, value]) => isKeyword(word) && value === true))
    return invalidProperties(['keywords'])
  const words = [...new Set(Object.keys(given).map((word) => word.toLowerCase()))]
  return words.length > MOST_KEYWORDS ? { type: 'tooManyKeywords' } : words
}

/** Folders that a client gives: each true, one at least, all there. */
export const readFolders = (call: Call, box: Box, given: unknown): readonly number[] | SetError => {
  if (!isRecord(given) || Object.keys(given).length === 0) return invalidProperties(['mailboxIds'])
  const out: number[] = []
  for (const [id, value] of Object.entries(given)) {
    const folderId = folderOfId(realId(call, id))
    if (value !== true || folderId === undefined || !box.folders.some((folder) => folder.id === folderId))
      return invalidProperties(['mailboxIds'])
    out.push(folderId)
  }
  return out
}

type Change = {
  readonly id: string
  readonly rows: readonly Row[]
  readonly keywords: readonly string[] | undefined
  readonly folders: readonly number[] | undefined
}

const readChange = (call: Call, box: Box, id: string, patch: Readonly<Record<string, unknown>>): Change | SetError => {
  const content = contentOfEmail(id)
  const rows = content === undefined ? [] : box.rowsOf(content)
  if (rows.length === 0) return NOT_FOUND
  const before: Record<string, unknown> = metadataOf(content!, rows)
  // Ids and keywords in whatever letters they were written.
  const even = Object.fromEntries(
    Object.entries(patch).map(([path, value]) => {
      if (path.startsWith('keywords/')) return [path.toLowerCase(), value]
      if (path.startsWith('mailboxIds/#'))
        return [`mailboxIds/${realId(call, path.slice('mailboxIds/'.length))}`, value]
      return [path, value]
    }),
  )
  const patched = applyPatch(before, even)
  if ('type' in patched) return patched
  const after = patched.value
  // RFC 8621 §4.6: the rest never changes.
  const fixed = Object.keys({ ...before, ...after }).filter(
    (name) =>
      name !== 'keywords' && name !== 'mailboxIds' && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  if (fixed.length > 0) return invalidProperties(fixed)
  const touches = (name: string): boolean =>
    Object.keys(even).some((path) => path === name || path.startsWith(`${name}/`))
  const keywords = touches('keywords') ? readKeywords(after.keywords ?? {}) : undefined
  if (keywords && 'type' in keywords) return keywords
  const folders = touches('mailboxIds') ? readFolders(call, box, after.mailboxIds) : undefined
  if (folders && 'type' in folders) return folders
  return { id, rows, keywords, folders }
}

const isChange = (change: Change | SetError): change is Change => 'rows' in change

type Batch<T> = { readonly what: T; readonly uids: number[]; readonly ids: string[] }

/** Gathers what is done alike to many messages of a folder. */
const makeBatches = <T>() => {
  const batches = new Map<string, Batch<T>>()
  return {
    add: (key: string, what: T, uid: number, id: string): void => {
      const batch = batches.get(key) ?? { what, uids: [], ids: [] }
      batches.set(key, batch)
      batch.uids.push(uid)
      batch.ids.push(id)
    },
    all: () => [...batches.values()],
  }
}

const uidOf = ({ folder, index }: Row): number => folder.state.uids[index]!

const refusalOf = ({ refusal }: StoreRefusal): SetError =>
  refusal === 'overQuota'
    ? { type: 'overQuota' }
    : refusal === 'limit'
      ? { type: 'tooManyKeywords' }
      : { type: 'serverFail', description: refusal }

type FlagWork = { readonly folderId: number; readonly how: 'add' | 'remove'; readonly flags: Flags }

/** Flags by folder, and by what is to be added or taken away. */
const storeKeywords = async (
  { options }: Call,
  changes: readonly Change[],
  failed: Map<string, SetError>,
): Promise<void> => {
  const batches = makeBatches<FlagWork>()
  for (const { id, rows, keywords } of changes) {
    if (!keywords) continue
    for (const row of rows) {
      const { state } = row.folder
      const now = keywordsOf(state.system(row.index), state.keywords(row.index))
      const add = (how: FlagWork['how'], words: readonly string[]): void => {
        if (words.length === 0) return
        const work = { folderId: row.folder.id, how, flags: flagsOf(words) }
        batches.add(`${row.folder.id} ${how} ${words.toSorted().join(' ')}`, work, uidOf(row), id)
      }
      add(
        'add',
        keywords.filter((word) => !now.includes(word)),
      )
      add(
        'remove',
        now.filter((word) => !keywords.includes(word)),
      )
    }
  }
  for (const { what, uids, ids } of batches.all()) {
    const stored = await options.mailstore.store(what.folderId, uids, { how: what.how, ...what.flags })
    if ('refusal' in stored) for (const id of ids) failed.set(id, refusalOf(stored))
  }
}

type PlaceWork = { readonly kind: 'move' | 'copy'; readonly from: number; readonly to: number }

/** Messages to where they are to lie: moved where they leave a place for another, copied to the others. */
const placeMessages = async (
  { options }: Call,
  box: Box,
  changes: readonly Change[],
  failed: Map<string, SetError>,
): Promise<void> => {
  const copies = makeBatches<PlaceWork>()
  const moves = makeBatches<PlaceWork>()
  const removals = makeBatches<number>()
  const sent = box.folders.find(({ role }) => role === 'sent')?.id
  for (const { id, rows, folders } of changes) {
    if (!folders || failed.has(id)) continue
    const here = new Set(rows.map(({ folder }) => folder.id))
    const coming = folders.filter((folderId) => !here.has(folderId))
    const leaving = rows.filter(({ folder }) => !folders.includes(folder.id))
    const source = rows[0]!
    for (const to of coming) {
      const from = leaving.pop()
      const row = from ?? source
      const kind = from ? 'move' : 'copy'
      const batches = from ? moves : copies
      batches.add(`${row.folder.id} ${to}`, { kind, from: row.folder.id, to }, uidOf(row), id)
    }
    for (const row of leaving) removals.add(String(row.folder.id), row.folder.id, uidOf(row), id)
  }
  // Copied before anything moves away from under it.
  for (const { what, uids, ids } of [...copies.all(), ...moves.all()]) {
    const placed = await options.mailstore[what.kind](what.from, uids, what.to)
    if ('refusal' in placed) for (const id of ids) failed.set(id, refusalOf(placed))
    else if (what.to === sent) await options.mailstore.dropCopies(what.to, placed.uids)
  }
  for (const { what, uids } of removals.all()) await options.mailstore.expunge(what, uids)
}

/** Changes keywords and folders of emails. */
export const updateEmails = async (
  call: Call,
  patches: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Promise<ReadonlyMap<string, Done>> => {
  const box = await call.options.mailstore.box(call.login.mailboxId)
  const failed = new Map<string, SetError>()
  const changes: Change[] = []
  for (const [id, patch] of patches) {
    const change = readChange(call, box, id, patch)
    if (isChange(change)) changes.push(change)
    else failed.set(id, change)
  }
  await storeKeywords(call, changes, failed)
  await placeMessages(call, box, changes, failed)
  return new Map([...patches.keys()].map((id) => [id, failed.get(id) ?? DONE]))
}

/** Removes emails from wherever they lie; they can be brought back for thirty days. */
export const destroyEmails = async (call: Call, ids: readonly string[]): Promise<ReadonlyMap<string, Done>> => {
  const { mailstore } = call.options
  const box = await mailstore.box(call.login.mailboxId)
  const out = new Map<string, Done>()
  const batches = makeBatches<number>()
  for (const id of ids) {
    const content: ContentId | undefined = contentOfEmail(id)
    const rows = content === undefined ? [] : box.rowsOf(content)
    out.set(id, rows.length > 0 ? DONE : NOT_FOUND)
    for (const row of rows) batches.add(String(row.folder.id), row.folder.id, uidOf(row), id)
  }
  for (const { what, uids } of batches.all()) await mailstore.expunge(what, uids)
  return out
}
