// PecAddress/query and /get: whom the box wrote to or heard from, and what the network knows of an address
// (docs/flows/jmap-pec.md). It is worked out from the last messages of the box and kept in memory: it is in no table.
import { GET_ARGS, isString, listOf, nullable, QUERY_ARGS } from '../../../core/jmap/args.ts'
import { LIMITS, PEC } from '../../../core/jmap/capabilities.ts'
import { printState } from '../../../core/jmap/changes.ts'
import { utcDate } from '../../../core/jmap/date.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError } from '../../../core/jmap/errors.ts'
import type { PecAddress } from '../../../core/jmap/pec.ts'
import { addressBook, type Contact, type Meeting, searchBook } from '../../../core/jmap/pecAddress.ts'
import { isFrom, isWritten, messageKind } from '../../../core/jmap/pecThread.ts'
import { type Window, windowOf } from '../../../core/jmap/query.ts'
import { addressKey, domainOf, parseAddrSpec } from '../../../core/mail/address.ts'
import { DRAFT } from '../../../core/mail/flags.ts'
import { type Box, isVisible, type Row } from '../../mailstore/box.ts'
import { joined } from './emails.ts'
import { type Call, type GetArgs, method } from './method.ts'
import { dateOrder } from './order.ts'
import { looksAt } from './pecLooks.ts'

/** Messages that are looked at, the last ones; and rows passed over on the way to them, of each folder. */
const MOST_MESSAGES = 500
const MOST_PASSED = 5_000
/** Messages sent, whose recipients are known without looking. */
const MOST_SENT = 2_000
const MOST_OFFERED = 100
/** Addresses that are paged through. */
const MOST_FOUND = 2_000

const PROPERTIES: readonly (keyof PecAddress)[] = ['id', 'email', 'name', 'certified', 'provider', 'lastAt']

/** The last messages that people wrote; nobody is met in the junk. */
const lastWritten = (box: Box): readonly Row[] => {
  const rows = box.folders.flatMap((folder): readonly Row[] => {
    if (folder.role === 'junk' || folder.role === 'trash') return []
    const { state } = folder
    const order = dateOrder(state)
    const found: Row[] = []
    for (let place = order.length - 1, passed = 0; place >= 0 && passed < MOST_PASSED; place--, passed++) {
      const index = order[place]!
      if (found.length >= MOST_MESSAGES) break
      if (isVisible(state, index) && isWritten(state.kind(index)) && (state.system(index) & DRAFT) === 0)
        found.push({ folder, index })
    }
    return found
  })
  const at = ({ folder, index }: Row): number => folder.state.receivedAt(index)
  return rows.sort((a, b) => at(b) - at(a)).slice(0, MOST_MESSAGES)
}

const meetingsOf = async (call: Call, box: Box): Promise<readonly Meeting[]> => {
  const { options, login } = call
  const rows = lastWritten(box).map((row) => joined([row]))
  const [looks, sent] = await Promise.all([
    looksAt(options, rows),
    options.sent.list(login.mailboxId, { most: MOST_SENT, told: true }),
  ])
  const met: Meeting[] = sent.flatMap(({ at, message }) =>
    (message?.recipients ?? []).map(({ address }) => ({ email: address, name: null, at, how: 'written' })),
  )
  for (const { content, kind, system, inSent, at } of rows) {
    const look = looks.get(content)
    if (!look) continue
    const told = messageKind(kind, system, inSent, () => isFrom(look.from, login.address))
    if (told === 'sent') for (const one of look.to) met.push({ ...one, at, how: 'named' })
    else for (const one of look.from) met.push({ ...one, at, how: told === 'transportEnvelope' ? 'heard' : 'unproven' })
  }
  return met
}

type Kept = { readonly signature: string; readonly book: Promise<ReadonlyMap<string, Contact>> }
/** By box, for each mailstore of this process. */
const booksOf = new WeakMap<object, Map<number, Kept>>()
const MOST_BOOKS = 300

/** The book of the box: the same until something comes or goes. */
const bookOf = async (call: Call): Promise<ReadonlyMap<string, Contact>> => {
  const { options, login } = call
  const { delivered, submissions, messages } = await options.mailstore.states(login.mailboxId)
  const books = booksOf.get(options.mailstore) ?? new Map<number, Kept>()
  booksOf.set(options.mailstore, books)
  const key = login.mailboxId
  const signature = `${delivered} ${submissions} ${messages}`
  const known = books.get(key)
  if (known?.signature === signature) return known.book
  const make = async () =>
    addressBook(await meetingsOf(call, await options.mailstore.box(login.mailboxId)), login.address)
  const kept: Kept = { signature, book: make() }
  books.delete(key)
  books.set(key, kept)
  kept.book.catch(() => books.delete(key))
  for (const oldest of books.keys()) {
    if (books.size <= MOST_BOOKS) break
    books.delete(oldest)
  }
  return kept.book
}

const shown = ({ options }: Call, id: string, known: Contact | undefined): PecAddress => {
  const record = options.directory()?.providerOfDomain(domainOf(id))
  return {
    id,
    email: known?.email ?? id,
    name: known?.name ?? null,
    certified: record !== undefined,
    provider: record?.name ?? null,
    lastAt: known === undefined ? null : utcDate(known.lastAt),
  }
}

type QueryArgs = Window & {
  readonly filter?: Readonly<Record<string, unknown>> | null
  readonly sort?: readonly unknown[] | null
}

/** The likeliest first. The state is of what the box holds, and not of the directory. */
const query = method<QueryArgs>('PecAddress/query', PEC, QUERY_ARGS, async (call, args) => {
  const { text = '', ...others } = args.filter ?? {}
  if (Object.keys(others).length > 0) return methodError('unsupportedFilter')
  if (!isString(text)) return { methodError: 'invalidArguments', arguments: ['filter'] }
  if (args.sort && args.sort.length > 0) return methodError('unsupportedSort')
  const queryState = printState({ modseq: await call.options.mailstore.modseq(call.login.mailboxId) })
  const found = searchBook(await bookOf(call), text.slice(0, 200), MOST_FOUND)
  const window = windowOf({ length: found.length, idAt: (at) => found[at]!.email }, args, MOST_OFFERED)
  if (isMethodError(window)) return window
  return { accountId: call.accountId, queryState, canCalculateChanges: false, ...window }
})

const isAddress = (email: string): boolean => email.length <= 320 && parseAddrSpec(email) !== undefined

/** Ids are addresses: any may be asked about, also such as the box has never met. */
const get = method<GetArgs>(
  'PecAddress/get',
  PEC,
  { ...GET_ARGS, ids: nullable(listOf(isString)) },
  async (call, { ids, properties }) => {
    const wanted = pickProperties(PROPERTIES, properties)
    if (isMethodError(wanted)) return wanted
    if (!ids || ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const state = printState({ modseq: await call.options.mailstore.modseq(call.login.mailboxId) })
    const book = await bookOf(call)
    const asked = [...new Set(ids)]
    return {
      accountId: call.accountId,
      state,
      list: asked.filter(isAddress).map((id) => picked(shown(call, id, book.get(addressKey(id))), wanted)),
      notFound: asked.filter((id) => !isAddress(id)),
    }
  },
)

export const pecAddressMethods = [query, get]
