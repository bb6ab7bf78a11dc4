// NOTIFY (RFC 5465 §8): which events of which folders a client wants to be told of. Not in the registry until it is served.
import type { FetchItem } from '../command.ts'
import { fetchItemList } from '../fetchitems.ts'
import { after, all, ifAhead, isAhead, list, many, map, oneOf, parenthesised, spaced } from '../grammar.ts'
import { type Cursor, FAIL, type Fail, type Parser } from '../lexer.ts'
import { mailbox } from '../values.ts'

/** RFC 5465 §6: folders by what they are, or by name. `subtree`: those named and all below them. */
export type NotifyFilter =
  | { readonly kind: 'selected' | 'selectedDelayed' | 'inboxes' | 'personal' | 'subscribed' }
  | { readonly kind: 'subtree' | 'mailboxes'; readonly folders: readonly string[] }

/** RFC 5465 §5 */
export type NotifyEvent =
  | 'messageExpunge'
  | 'flagChange'
  | 'annotationChange'
  | 'mailboxName'
  | 'subscriptionChange'
  | 'mailboxMetadataChange'
  | 'serverMetadataChange'

export type NotifyGroup = {
  readonly filter: NotifyFilter
  /** What is told of a new message; undefined where new messages are not asked for. */
  readonly messageNew: readonly FetchItem[] | undefined
  readonly events: readonly NotifyEvent[]
}

/** `groups` undefined: NOTIFY NONE. `status`: STATUS of every folder that is meant is to be told at once. */
export type NotifyCommand = {
  readonly kind: 'notify'
  readonly status: boolean
  readonly groups: readonly NotifyGroup[] | undefined
}

const SIMPLE = ['selected', 'inboxes', 'personal', 'subscribed'] as const
const filterWord = oneOf(
  new Map<string, NotifyFilter['kind']>([
    ...SIMPLE.map((kind) => [kind.toUpperCase(), kind] as const),
    ['SELECTED-DELAYED', 'selectedDelayed'],
    ['SUBTREE', 'subtree'],
    ['MAILBOXES', 'mailboxes'],
  ]),
  'folders to be told of',
)
const folderList = list(mailbox)
const folders: Parser<readonly string[]> = (c) => (c.ahead === 0x28 ? folderList(c) : map(mailbox, (name) => [name])(c))

const filter: Parser<NotifyFilter> = (c) => {
  const kind = filterWord(c)
  if (kind === FAIL) return FAIL
  if (kind !== 'subtree' && kind !== 'mailboxes') return { kind }
  const named = spaced(folders)(c)
  return named === FAIL ? FAIL : { kind, folders: named }
}

const EVENTS: readonly NotifyEvent[] = [
  'messageExpunge',
  'flagChange',
  'annotationChange',
  'mailboxName',
  'subscriptionChange',
  'mailboxMetadataChange',
  'serverMetadataChange',
]
const eventWord = oneOf(
  new Map<string, NotifyEvent | 'messageNew'>([
    ['MESSAGENEW', 'messageNew'],
    ...EVENTS.map((one) => [one.toUpperCase(), one] as const),
  ]),
  'an event',
)

type Told = NotifyEvent | { readonly messageNew: readonly FetchItem[] }
const newItems = ifAhead(' (', spaced(fetchItemList))
const event: Parser<Told> = (c) => {
  const word = eventWord(c)
  if (word !== 'messageNew') return word
  const items = newItems(c)
  return items === FAIL ? FAIL : { messageNew: items ?? [] }
}
const eventList = list(event)
const none: Parser<readonly Told[]> = after('NONE', () => [])
const events: Parser<readonly Told[]> = (c) => (isAhead(c, 'NONE') ? none(c) : eventList(c))

const ofMessages = (one: NotifyEvent): boolean =>
  one === 'messageExpunge' || one === 'flagChange' || one === 'annotationChange'

const group: Parser<NotifyGroup> = (c: Cursor): NotifyGroup | Fail => {
  const start = c.at
  const found = parenthesised(all([filter, spaced(events)], (folders, told) => ({ folders, told })))(c)
  if (found === FAIL) return FAIL
  const simple = found.told.filter((one) => typeof one === 'string')
  const messageNew = found.told.find((one) => typeof one !== 'string')?.messageNew
  // RFC 5465 §5: new and expunged messages go together, and changes of flags with both.
  const expunge = simple.includes('messageExpunge')
  if (expunge !== (messageNew !== undefined)) return c.fail('MessageNew and MessageExpunge together', start)
  if (!expunge && simple.some(ofMessages)) return c.fail('MessageNew and MessageExpunge with changes of flags', start)
  // RFC 5465 §6.1: the selected folder has events of messages only.
  const selected = found.folders.kind === 'selected' || found.folders.kind === 'selectedDelayed'
  if (selected && !simple.every(ofMessages)) return c.fail('events of messages for the selected folder', start)
  // RFC 5465 §5.1: messages are fetched of the selected folder only.
  if (!selected && (messageNew?.length ?? 0) > 0) return c.fail('MessageNew without items', start)
  return { filter: found.folders, messageNew, events: [...new Set(simple)] }
}

const nothing: NotifyCommand = { kind: 'notify', status: false, groups: undefined }
const readSet = after(
  'SET',
  all(
    [
      ifAhead(
        ' STATUS',
        after(' STATUS', () => true),
      ),
      spaced(many(group)),
    ],
    (status, asked): NotifyCommand => ({
      kind: 'notify',
      status: status ?? false,
      groups: asked,
    }),
  ),
)
const readNone = after('NONE', () => nothing)

/** Reads what follows the word NOTIFY. */
export const notifyArguments: Parser<NotifyCommand> = spaced((c) => (isAhead(c, 'NONE') ? readNone(c) : readSet(c)))
