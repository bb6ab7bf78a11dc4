// SEARCH, SORT and THREAD (RFC 9051 §6.4.4, RFC 5256), with RETURN (RFC 4731) and `$` (RFC 5182).
import type { SearchView } from '../../../../core/mail/evaluate.ts'
import type { SortFacts } from '../../../../core/mail/facts.ts'
import type { Command, ReturnOption, SearchCommand } from '../../../../core/mail/imap/command.ts'
import { asksModseq } from '../../../../core/mail/imap/searchkeys.ts'
import { ok, type Status } from '../../../../core/mail/imap/status.ts'
import { sortIndexes, sortNeedsFacts } from '../../../../core/mail/sort.ts'
import { threadIndexes } from '../../../../core/mail/thread.ts'
import { eachFacts, findMessages, searchView } from '../find.ts'
import type { Session } from '../session.ts'

type Of<K extends Command['kind']> = Extract<Command, { readonly kind: K }>

type Found = {
  readonly view: SearchView
  /** Indexes in the order in which they are told. */
  readonly order: readonly number[]
  readonly uid: boolean
  readonly modseq: boolean
}

const numberOf = ({ view, uid }: Found, index: number): number => (uid ? view.uids[index]! : index + 1)

const highestModseq = (view: SearchView, indexes: readonly number[]): number =>
  indexes.reduce((highest, index) => Math.max(highest, view.modseq(index)), 0)

/** ESEARCH: what was asked for; the mod-sequence of what is told (RFC 7162 §3.1.10). */
const tellExtended = (session: Session, found: Found, options: readonly ReturnOption[], tag: string): void => {
  const { order, view, uid } = found
  const has = (option: ReturnOption): boolean => options.includes(option)
  const first = order[0]
  const last = order.at(-1)
  const told = has('all') || has('count') ? order : []
  const ends = [has('min') ? first : undefined, has('max') ? last : undefined].filter((one) => one !== undefined)
  const shown = told.length > 0 ? told : ends
  session.say({
    kind: 'esearch',
    tag,
    uid,
    min: has('min') && first !== undefined ? numberOf(found, first) : undefined,
    max: has('max') && last !== undefined ? numberOf(found, last) : undefined,
    all: has('all') ? order.map((index) => numberOf(found, index)) : undefined,
    count: has('count') ? order.length : undefined,
    modseq: found.modseq && shown.length > 0 ? highestModseq(view, shown) : undefined,
  })
}

/** RFC 5182 §2.4: with MIN or MAX and neither ALL nor COUNT, only those are kept. */
const keep = (session: Session, { view, order }: Found, options: readonly ReturnOption[]): void => {
  const ends = options.some((one) => one === 'min' || one === 'max')
  const everything = !ends || options.some((one) => one === 'all' || one === 'count')
  const kept = everything
    ? order
    : order.filter(
        (_, at) => (options.includes('min') && at === 0) || (options.includes('max') && at === order.length - 1),
      )
  session.selected!.saved = kept.map((index) => view.uids[index]!).sort((a, b) => a - b)
}

/** Tells what was found, as the command wants it. */
const tell = (
  session: Session,
  kind: 'search' | 'sort',
  found: Found,
  returning: readonly ReturnOption[] | undefined,
  tag: string,
): void => {
  // RFC 9051 §6.4.4: in IMAP4rev2 the plain form is answered by ESEARCH too.
  const options = returning ?? (session.mode.rev2 && kind === 'search' ? (['all'] as const) : undefined)
  if (options?.includes('save')) keep(session, found, options)
  if (options) {
    // RFC 5182 §2.1: SAVE alone is not answered.
    if (options.some((one) => one !== 'save')) tellExtended(session, found, options, tag)
    return
  }
  const numbers = found.order.map((index) => numberOf(found, index))
  const modseq = found.modseq && numbers.length > 0 ? highestModseq(found.view, found.order) : undefined
  if (kind === 'search') session.say({ kind, numbers, modseq })
  else session.say({ kind, numbers })
}

/** A search that fails leaves `$` empty where it was to be set (RFC 5182 §2.1). */
const saving = async (
  session: Session,
  returning: readonly ReturnOption[] | undefined,
  work: () => Promise<Status>,
): Promise<Status> => {
  if (!returning?.includes('save')) return work()
  let done: Status | undefined
  try {
    done = await work()
    return done
  } finally {
    if (done === undefined && session.selected) session.selected.saved = []
  }
}

export const search = (session: Session, command: SearchCommand, tag: string): Promise<Status> =>
  saving(session, command.returning, async () => {
    const modseq = asksModseq(command.query)
    if (modseq) session.enableCondstore()
    const view = searchView(session)
    const order = await findMessages(session, command.query, view)
    tell(session, 'search', { view, order, uid: command.uid, modseq }, command.returning, tag)
    return ok('SEARCH done')
  })

/** The sort facts of messages, by index. */
const sortFacts = async (
  session: Session,
  view: SearchView,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, SortFacts>> => {
  const all = new Map<number, SortFacts>()
  await eachFacts(session, view, indexes, (index, facts) => all.set(index, facts?.sort ?? NO_SORT))
  return all
}

/** Stands for facts that cannot be had. */
const NO_SORT: SortFacts = {
  sentAt: undefined,
  sentDay: undefined,
  baseSubject: '',
  isReply: false,
  from: '',
  to: '',
  cc: '',
  displayFrom: '',
  displayTo: '',
}

export const sort = (session: Session, command: Of<'sort'>, tag: string): Promise<Status> =>
  saving(session, command.returning, async () => {
    const modseq = asksModseq(command.query)
    if (modseq) session.enableCondstore()
    const view = searchView(session)
    const found = await findMessages(session, command.query, view)
    const facts = sortNeedsFacts(command.by) ? await sortFacts(session, view, found) : new Map<number, SortFacts>()
    const order = sortIndexes(found, command.by, {
      sort: (index) => facts.get(index) ?? NO_SORT,
      receivedAt: view.receivedAt,
      sizeBytes: view.sizeBytes,
    })
    tell(session, 'sort', { view, order, uid: command.uid, modseq }, command.returning, tag)
    return ok('SORT done')
  })

type Linked = {
  readonly sort: SortFacts
  readonly messageId: string | undefined
  readonly references: readonly string[]
}
const UNLINKED: Linked = { sort: NO_SORT, messageId: undefined, references: [] }

export const thread = async (session: Session, { uid, algorithm, query }: Of<'thread'>): Promise<Status> => {
  const view = searchView(session)
  const found = await findMessages(session, query, view)
  const facts = new Map<number, Linked>()
  await eachFacts(session, view, found, (index, one) => {
    if (one) facts.set(index, { sort: one.sort, messageId: one.messageId, references: one.references })
  })
  const of = (index: number): Linked => facts.get(index) ?? UNLINKED
  const threads = threadIndexes(
    found,
    algorithm,
    {
      sort: (index) => of(index).sort,
      receivedAt: view.receivedAt,
      messageId: (index) => of(index).messageId,
      references: (index) => of(index).references,
    },
    (index) => (uid ? view.uids[index]! : index + 1),
  )
  session.say({ kind: 'thread', threads })
  return ok('THREAD done')
}
