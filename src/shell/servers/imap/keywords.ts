// Which keywords a client has been told of: none comes in a FETCH before FLAGS has named it (RFC 9051 §7.3.5).
import { DELETED, type Flags, SYSTEM_FLAGS } from '../../../core/mail/flags.ts'

const EVERY_FLAG = SYSTEM_FLAGS.reduce((mask, [bit]) => mask | bit, DELETED)

export class ToldKeywords {
  readonly #told: Set<string>
  /** Lists of which all words have been told: messages of one folder share them. */
  readonly #lists = new WeakSet<readonly string[]>()

  constructor(words: readonly string[]) {
    this.#told = new Set(words)
  }

  /** What FLAGS says. */
  get flags(): Flags {
    return { system: EVERY_FLAG, keywords: [...this.#told].sort() }
  }

  /** Takes in the keywords of a message that is to be told. True where FLAGS must come first; `all`: what it names then. */
  learn(words: readonly string[], all: () => readonly string[]): boolean {
    if (words.length === 0 || this.#lists.has(words)) return false
    this.#lists.add(words)
    if (words.every((word) => this.#told.has(word))) return false
    for (const word of words) this.#told.add(word)
    for (const word of all()) this.#told.add(word)
    return true
  }
}
