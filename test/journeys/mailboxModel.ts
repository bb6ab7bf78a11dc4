// A model of a folder as three clients see it, to be held against the server: uids, flags, modseqs, sequence numbers.
import { type Answer, type ImapClient, readFetch } from '../support/client/imap.ts'

export type ModelMessage = { readonly uid: number; flags: Set<string>; modseq: number }

/** What the folder truly holds, changed by every command that succeeds. */
export class Model {
  messages: ModelMessage[] = []
  uidNext = 1
  /** Every uid ever given. */
  readonly given = new Set<number>()

  add(uid: number, flags: Iterable<string>): void {
    if (this.given.has(uid)) throw new Error(`uid ${uid} was given twice`)
    if (uid < this.uidNext) throw new Error(`uid ${uid} is below UIDNEXT ${this.uidNext}`)
    this.given.add(uid)
    this.uidNext = uid + 1
    this.messages.push({ uid, flags: new Set(flags), modseq: 0 })
  }

  /** What the command under way removes: the server may tell of such a message before it says that it is gone. */
  leaving: readonly ModelMessage[] = []

  remove(uids: ReadonlySet<number>): void {
    this.leaving = this.messages.filter((one) => uids.has(one.uid))
    this.messages = this.messages.filter((one) => !uids.has(one.uid))
  }

  find(uid: number): ModelMessage | undefined {
    return this.messages.find((one) => one.uid === uid)
  }
}

const same = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((x) => b.has(x))

/** One client: what it believes after all that the server told it. */
export class View {
  readonly client: ImapClient
  readonly #model: Model
  /** Uid at each sequence number. */
  uids: number[] = []
  /** Flags as last told. */
  readonly told = new Map<number, ReadonlySet<string>>()
  #highest = 0
  readonly #touched = new Set<number>()

  constructor(client: ImapClient, model: Model) {
    this.client = client
    this.#model = model
  }

  /**
   * Takes in the untagged responses of an answer: what was told last of each message must be what the model says after
   * the command. Of messages that the client changed in silence the server may have told how they were before.
   */
  take(answer: Answer, silent: readonly number[] = []): void {
    this.#touched.clear()
    for (const response of answer.untagged) this.#response(response)
    for (const uid of silent) {
      const message = this.#model.find(uid)
      if (message && this.told.has(uid)) this.told.set(uid, new Set(message.flags))
    }
    for (const uid of this.#touched) {
      const [told, has] = [this.told.get(uid), this.#model.find(uid)?.flags]
      if (told && has && !same(told, has)) throw new Error(`uid ${uid} is told with ${[...told]} and has ${[...has]}`)
    }
  }

  #response(response: string): void {
    const expunge = /^(\d+) EXPUNGE$/.exec(response)
    if (expunge) {
      const [uid] = this.uids.splice(Number(expunge[1]) - 1, 1)
      if (uid === undefined) throw new Error(`EXPUNGE ${expunge[1]} of ${this.uids.length}`)
      if (this.#model.find(uid)) throw new Error(`uid ${uid} is said to be gone and is there`)
      this.told.delete(uid)
      return
    }
    const exists = /^(\d+) EXISTS$/.exec(response)
    if (exists) this.#exists(Number(exists[1]))
    const fetch = readFetch(response)
    if (fetch) this.#fetch(fetch)
  }

  #exists(count: number): void {
    const last = this.uids.at(-1) ?? 0
    const there = this.#model.messages.filter((one) => one.uid > last)
    const leaving = this.#model.leaving.filter((one) => one.uid > last)
    // Told before the command's removals, or after them: the count says which.
    const fresh = count - this.uids.length > there.length ? [...there, ...leaving].sort((a, b) => a.uid - b.uid) : there
    if (count < this.uids.length) throw new Error(`EXISTS ${count} where ${this.uids.length} were known`)
    // Messages that came and went in between were never told of.
    if (count - this.uids.length > fresh.length)
      throw new Error(`EXISTS ${count}: ${this.uids.length} + ${fresh.length}`)
    for (const one of fresh.slice(0, count - this.uids.length)) this.uids.push(one.uid)
  }

  #fetch(fetch: NonNullable<ReturnType<typeof readFetch>>): void {
    const uid = this.uids[fetch.sequence - 1]
    if (uid === undefined) throw new Error(`FETCH of ${fetch.sequence}, of ${this.uids.length}`)
    if (fetch.uid !== undefined && fetch.uid !== uid)
      throw new Error(`FETCH ${fetch.sequence} is uid ${fetch.uid}, not ${uid}`)
    const message = this.#model.find(uid)
    if (fetch.flags) {
      this.told.set(uid, fetch.flags)
      this.#touched.add(uid)
    }
    if (!message) return
    if (fetch.modseq === undefined) return
    if (fetch.modseq < message.modseq)
      throw new Error(`modseq of ${uid} went from ${message.modseq} to ${fetch.modseq}`)
    message.modseq = fetch.modseq
  }

  /** After NOOP everything is told: the view is the folder. */
  checkWhole(): void {
    const uids = this.#model.messages.map((one) => one.uid)
    if (JSON.stringify(this.uids) !== JSON.stringify(uids)) throw new Error(`view ${this.uids}, folder ${uids}`)
    for (const one of this.#model.messages) {
      const told = this.told.get(one.uid)
      if (told && !same(told, one.flags)) throw new Error(`uid ${one.uid}: told ${[...told]}, has ${[...one.flags]}`)
    }
  }

  /** SELECT: forgets all, then takes what the answer says. */
  async select(folder: string, parameters = ''): Promise<void> {
    const answer = await this.client.must(`SELECT "${folder}"${parameters}`)
    this.uids = []
    this.told.clear()
    this.take(answer)
    const highest = Number(/HIGHESTMODSEQ (\d+)/.exec(answer.untagged.join(' '))?.[1] ?? 0)
    if (highest < this.#highest) throw new Error(`HIGHESTMODSEQ went from ${this.#highest} to ${highest}`)
    this.#highest = highest
    const uidNext = Number(/UIDNEXT (\d+)/.exec(answer.untagged.join(' '))?.[1] ?? 0)
    if (uidNext < this.#model.uidNext) throw new Error(`UIDNEXT ${uidNext} after uid ${this.#model.uidNext - 1}`)
    this.checkWhole()
  }
}
