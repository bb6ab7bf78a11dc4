// RemovedEmail/query, /get and /restore: what was removed for good less than thirty days ago (docs/flows/jmap-pec.md).
import { GET_ARGS, isId, isRecord, isString, listOf, QUERY_ARGS } from '../../../core/jmap/args.ts'
import { LIMITS, MOST_QUERIED, PEC } from '../../../core/jmap/capabilities.ts'
import { printState } from '../../../core/jmap/changes.ts'
import { utcDate } from '../../../core/jmap/date.ts'
import { termsOf } from '../../../core/jmap/emailFilter.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError, type SetError } from '../../../core/jmap/errors.ts'
import { emailId } from '../../../core/jmap/ids.ts'
import type { RemovedEmail } from '../../../core/jmap/pec.ts'
import { plainSubject } from '../../../core/jmap/pecLook.ts'
import { isFrom, messageKind } from '../../../core/jmap/pecThread.ts'
import { type Window, windowOf } from '../../../core/jmap/query.ts'
import { foldText } from '../../../core/mail/fold.ts'
import { KEPT_MS, type RemovedRow } from '../../mailstore/removed.ts'
import { type Call, type GetArgs, method } from './method.ts'
import { looksAt } from './pecLooks.ts'
import { checkSet, NOT_FOUND } from './set.ts'

const PROPERTIES: readonly (keyof RemovedEmail)[] = [
  'id',
  'emailId',
  'subject',
  'from',
  'kind',
  'receivedAt',
  'removedAt',
  'until',
  'folder',
]

const idOf = ({ folderId, uid }: RemovedRow): string => `X${folderId}_${uid}`

const rowsOf = ({ options, login }: Call): Promise<readonly RemovedRow[]> => options.mailstore.removed(login.mailboxId)
const stateOf = async ({ options, login }: Call): Promise<string> =>
  printState({ modseq: await options.mailstore.modseq(login.mailboxId) })

const shown = async (call: Call, rows: readonly RemovedRow[]): Promise<readonly RemovedEmail[]> => {
  const looks = await looksAt(call.options, rows)
  return rows.map((row) => {
    const look = looks.get(row.content)
    const from = look?.from ?? []
    return {
      id: idOf(row),
      emailId: emailId(row.content),
      subject: look?.subject ?? plainSubject(row.kind, row.subject),
      from,
      kind: messageKind(row.kind, row.system, row.role === 'sent', () => isFrom(from, call.login.address)),
      receivedAt: utcDate(row.receivedAt),
      removedAt: utcDate(row.removedAt),
      until: utcDate(row.removedAt + KEPT_MS),
      folder: row.folder,
    }
  })
}

const get = method<GetArgs>('RemovedEmail/get', PEC, GET_ARGS, async (call, { ids, properties }) => {
  const wanted = pickProperties(PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  if (!ids || ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const state = await stateOf(call)
  const asked = new Set(ids)
  const rows = (await rowsOf(call)).filter((row) => asked.has(idOf(row)))
  const found = new Map((await shown(call, rows)).map((one) => [one.id, one]))
  return {
    accountId: call.accountId,
    state,
    list: [...asked].flatMap((id) => (found.has(id) ? [picked(found.get(id)!, wanted)] : [])),
    notFound: [...asked].filter((id) => !found.has(id)),
  }
})

type QueryArgs = Window & {
  readonly filter?: Readonly<Record<string, unknown>> | null
  readonly sort?: readonly unknown[] | null
  readonly calculateTotal?: boolean
}

/** What was removed last comes first. */
const query = method<QueryArgs>('RemovedEmail/query', PEC, QUERY_ARGS, async (call, args) => {
  const { text = null, ...others } = args.filter ?? {}
  if (Object.keys(others).length > 0) return methodError('unsupportedFilter')
  if (text !== null && !isString(text)) return { methodError: 'invalidArguments', arguments: ['filter'] }
  if (args.sort && args.sort.length > 0) return methodError('unsupportedSort')
  const queryState = await stateOf(call)
  const terms = text === null ? [] : termsOf(text)
  const found = (await rowsOf(call)).filter(({ subject }) => {
    const folded = foldText(subject ?? '')
    return terms.every((term) => folded.includes(term))
  })
  const window = windowOf({ length: found.length, idAt: (at) => idOf(found[at]!) }, args, MOST_QUERIED)
  if (isMethodError(window)) return window
  return {
    accountId: call.accountId,
    queryState,
    canCalculateChanges: false,
    ...window,
    ...(args.calculateTotal ? { total: found.length } : {}),
  }
})

type RestoreArgs = { readonly ids: readonly string[]; readonly ifInState?: string | null }

/** All that are there come back together, or none where the box has no room. */
const restore = method<RestoreArgs>(
  'RemovedEmail/restore',
  PEC,
  { 'accountId!': isId, 'ids!': listOf(isString) },
  async (call, { ids }) => {
    const checked = await checkSet(call, { destroy: ids }, { state: () => stateOf(call) })
    if ('methodError' in checked) return checked
    const asked = [...new Set(ids)]
    const rows = (await rowsOf(call)).filter((row) => asked.includes(idOf(row)))
    const outcome = rows.length === 0 ? 0 : await call.options.mailstore.restoreOnly(call.login.mailboxId, rows)
    const refused: SetError | undefined = isRecord(outcome) ? { type: 'overQuota' } : undefined
    const restored = refused ? [] : rows
    const there = new Set(rows.map(idOf))
    const notRestored = Object.fromEntries(
      asked.flatMap((id) => (!there.has(id) ? [[id, NOT_FOUND]] : refused ? [[id, refused]] : [])),
    )
    return {
      accountId: call.accountId,
      oldState: checked.oldState,
      newState: await stateOf(call),
      restored:
        restored.length === 0
          ? null
          : Object.fromEntries(restored.map((row) => [idOf(row), { emailId: emailId(row.content) }])),
      notRestored: Object.keys(notRestored).length === 0 ? null : notRestored,
    }
  },
)

export const removedEmailMethods = [get, query, restore]
