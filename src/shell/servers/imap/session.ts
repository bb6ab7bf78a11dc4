// The state of one IMAP session, and how it tells the client what has changed.
import { Fault } from '../../../core/lib/refusal.ts'
import { NO_FLAGS, RECENT } from '../../../core/mail/flags.ts'
import type { FetchItem } from '../../../core/mail/imap/command.ts'
import { printFetchFlags } from '../../../core/mail/imap/fetchresponse.ts'
import { type ImapMode, REV1 } from '../../../core/mail/imap/lexer.ts'
import { type CommandReader, READER_LIMITS } from '../../../core/mail/imap/reader.ts'
import { printResponse, type Response } from '../../../core/mail/imap/response.ts'
import { ok, printStatus, type Status } from '../../../core/mail/imap/status.ts'
import { isGone, placeOf, renewView, type View } from '../../../core/mail/imap/view.ts'
import type { Mailbox } from '../../mailstore/mailboxes.ts'
import type { FolderState, OpenFolder } from '../../mailstore/mailstore.ts'
import type { Seats } from '../wire/seats.ts'
import type { Wire } from '../wire/wire.ts'
import type { Ended } from './ended.ts'
import type { ToldKeywords } from './keywords.ts'
import type { ImapEvent, ImapLimits, ImapServerOptions } from './options.ts'
import type { Recent } from './recent.ts'

/** What the sessions of one server share. */
export type ServerContext = {
  readonly options: ImapServerOptions
  readonly limits: ImapLimits
  readonly seats: Seats<number>
  readonly log: (event: ImapEvent) => void
  readonly now: () => number
}

/** How long a mailbox is taken to be still active before it is looked at again, in milliseconds. */
const TRUSTED_MS = 5_000

/** The client has gone, or does not read: there is nobody to answer. */
export class Gone extends Error {}

export type Selected = {
  readonly folderId: number
  readonly name: string
  readonly readOnly: boolean
  readonly open: OpenFolder
  view: View<FolderState>
  /** Uids of `$` (RFC 5182), ascending. */
  saved: readonly number[]
  readonly keywords: ToldKeywords
  readonly recent: Recent
}

export type NewsOptions = {
  /** Whether EXPUNGE may be said. */
  readonly mayGo: boolean
  /** Whether UID must be in every FETCH. */
  readonly uid?: boolean
  /** Uids, ascending, of messages that are told whatever they had before. */
  readonly also?: readonly number[]
  /** Modseq of a change of this client's own that it has not asked to hear of (`.SILENT`): no other change has it. */
  readonly silent?: number | undefined
  /** Modseq of one that it has been told of already. */
  readonly told?: number | undefined
}

export class Session {
  readonly context: ServerContext
  readonly wire: Wire<CommandReader>
  readonly id: string
  readonly remoteAddress: string
  mode: ImapMode = REV1
  /** Whether MODSEQ is told with flags (RFC 7162 §3.1). */
  condstore = false
  qresync = false
  secure = false
  compressed = false
  login: Mailbox | undefined
  selected: Selected | undefined
  /** Set while the client waits in IDLE, and is to be woken by changes; `silentMs` since it was heard last. */
  idle: { readonly tag: string; silentMs: number } | undefined
  leaveSeat: (() => void) | undefined
  /** Set by each change while the client idles. */
  news = false
  /** The server is going down. */
  closing = false
  failedLogins = 0
  /** When the mailbox was looked at; the login has just done it. */
  #lookedAt = 0

  constructor(context: ServerContext, wire: Wire<CommandReader>, id: string, remoteAddress: string) {
    this.context = context
    this.wire = wire
    this.id = id
    this.remoteAddress = remoteAddress
  }

  say(response: Response): void {
    this.wire.say(printResponse(response, this.mode))
  }

  /** An untagged status response. */
  note(status: Status): void {
    this.wire.say(printStatus(undefined, status))
  }

  /** Waits until the client has read enough for more to be written. Throws Gone. */
  async drain(): Promise<void> {
    if (!(await this.wire.written(this.context.limits.stallMs))) throw new Gone('the client does not read')
  }

  /** Called after each change of the selected folder. */
  readonly changed = (): void => {
    if (!this.idle) return
    this.news = true
    this.wire.wake()
  }

  /** The client's next line outside commands; undefined where it is none. Throws Gone. */
  async line(limitBytes: number): Promise<string | undefined> {
    const { wire, context } = this
    for (;;) {
      const line = wire.reader.nextLine(limitBytes)
      if (line.kind === 'line') return line.text
      if (line.kind !== 'more') return undefined
      wire.flush()
      await this.drain()
      const waited = await wire.wait(context.limits.loginMs)
      if (waited === 'timeout' || (waited === 'gone' && wire.reader.pendingBytes === 0)) throw new Gone('no line came')
    }
  }

  /** Who has signed in. */
  begin(login: Mailbox): void {
    this.login = login
    this.wire.reader.limits = READER_LIMITS
    this.#lookedAt = performance.now()
  }

  /** Why the session must end, asked now and then. Where that cannot be told now, it is as it was. */
  async whyEnded(): Promise<Ended | undefined> {
    const { login, context } = this
    const now = performance.now()
    if (!login || now - this.#lookedAt < TRUSTED_MS) return undefined
    this.#lookedAt = now
    return context.options.whyEnded(login).catch((error: unknown) => {
      if (error instanceof Fault) return undefined
      throw error
    })
  }

  /** Lets go of the selected folder. */
  deselect(): void {
    this.selected?.open.close()
    this.selected = undefined
  }

  /** Gives back all that the session holds. */
  end(): void {
    this.deselect()
    this.leaveSeat?.()
    this.leaveSeat = undefined
  }

  /** RFC 7162 §3.1: the first command that speaks of mod-sequences turns them on. */
  enableCondstore(): void {
    if (this.condstore) return
    this.condstore = true
    const { selected } = this
    // RFC 7162 §3.1: whoever turns it on is told where the selected folder stands.
    if (selected)
      this.note({ condition: 'OK', code: { kind: 'HIGHESTMODSEQ', value: selected.view.modseq }, text: 'Enabled' })
  }

  /** The numbers that the client may use now. */
  get known(): { readonly uids: ArrayLike<number>; readonly count: number; readonly saved: readonly number[] } {
    const { view, saved } = this.selected!
    return { uids: view.folder.uids, count: view.count, saved }
  }

  /** Tells FLAGS anew where a message that is to be told has a keyword that the client has not heard of. */
  tellKeywords(words: readonly string[]): void {
    const { selected } = this
    if (!selected?.keywords.learn(words, selected.open.state().allKeywords)) return
    this.say({ kind: 'flags', flags: selected.keywords.flags })
    this.notePermanent(selected)
  }

  /** Takes in the messages of which this session is the first to be told, and says how many are recent. */
  takeRecent({ open, recent, readOnly, view }: Selected): void {
    recent.add(open.recent(!readOnly), open.state().uidNext)
    if (!this.mode.rev2)
      this.say({ kind: 'recent', number: recent.countIn({ uids: view.folder.uids, count: view.count }) })
  }

  /** The flags of a message as this session shows them: with `\Recent` (RFC 3501 §2.3.2), which IMAP4rev2 has not. */
  shownFlags(system: number, uid: number): number {
    return !this.mode.rev2 && this.selected?.recent.has(uid) ? system | RECENT : system
  }

  /** Says which flags can be changed for good. */
  notePermanent({ readOnly, keywords }: Selected): void {
    const permanent = readOnly ? { flags: NO_FLAGS, any: false } : { flags: keywords.flags, any: true }
    this.note(ok('Flags that are kept', { kind: 'PERMANENTFLAGS', ...permanent }))
  }

  /** Tells what has changed in the selected folder since the client was told last. */
  tellNews({ mayGo, uid = false, also, silent, told }: NewsOptions): void {
    const { selected } = this
    if (!selected) return
    const state = selected.open.state()
    const before = selected.view
    const { news, view } = renewView(before, state, mayGo)
    selected.view = view
    if (news.gone.length > 0) this.#tellGone(before, news.gone)
    if (news.exists !== undefined) this.say({ kind: 'exists', number: news.exists })
    if (news.exists !== undefined) this.takeRecent(selected)
    const withUid = uid || this.condstore || this.mode.rev2
    for (const index of withOthers(news.changed, also, view, state)) {
      const { folder, index: at } = view.folder === state ? { folder: state, index } : placeOf(view, state, index)
      const modseq = folder.modseq(at)
      if (modseq === told || (modseq === silent && !this.condstore)) continue
      const number = view.folder.uids[index]!
      // RFC 7162 §3.1.3: the new mod-sequence is told all the same.
      if (modseq === silent) this.wire.say(`* ${index + 1} FETCH (UID ${number} MODSEQ (${modseq}))\r\n`)
      else {
        const shownModseq = this.condstore ? modseq : undefined
        const flags = [this.shownFlags(folder.system(at), number), folder.keywords(at)] as const
        this.tellKeywords(flags[1])
        this.wire.say(printFetchFlags(index + 1, withUid ? number : undefined, ...flags, shownModseq))
      }
    }
  }

  #tellGone(view: View<FolderState>, gone: readonly number[]): void {
    const { uids } = view.folder
    const { selected } = this
    if (selected && selected.saved.length > 0) {
      // RFC 5182 §2.1: what is expunged is in $ no more.
      const left = new Set(gone.map((index) => uids[index]!))
      selected.saved = selected.saved.filter((one) => !left.has(one))
    }
    if (this.qresync) this.say({ kind: 'vanished', earlier: false, uids: gone.map((index) => uids[index]!) })
    // From the highest down, so that none shifts those still to be told.
    else for (let at = gone.length - 1; at >= 0; at--) this.say({ kind: 'expunge', number: gone[at]! + 1 })
  }
}

/** Indexes of the view that have changed, and those of the uids in `also` that are still there, ascending. */
const withOthers = (
  changed: readonly number[],
  also: readonly number[] | undefined,
  view: View<FolderState>,
  state: FolderState,
): readonly number[] => {
  if (also === undefined) return changed
  const { uids } = view.folder
  const all: number[] = []
  let next = 0
  let index = 0
  for (const uid of also) {
    while (index < view.count && uids[index]! < uid) index++
    if (index === view.count) break
    if (uids[index] !== uid || isGone(view, state, index)) continue
    while (next < changed.length && changed[next]! < index) all.push(changed[next++]!)
    if (changed[next] === index) next++
    all.push(index)
  }
  while (next < changed.length) all.push(changed[next++]!)
  return all
}

/** Whether a FETCH item marks the message as seen (RFC 9051 §6.4.5). */
export const marksSeen = (item: FetchItem): boolean => {
  if (item.kind === 'binary') return !item.peek
  if (item.kind !== 'section' || item.peek) return false
  return item.answerAs !== 'RFC822.HEADER'
}
