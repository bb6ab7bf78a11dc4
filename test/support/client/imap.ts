// A small IMAP client for tests that must see every line: commands one by one, untagged responses kept as they come.
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'

export type Answer = {
  readonly status: 'OK' | 'NO' | 'BAD'
  /** Response code with its arguments, without brackets. */
  readonly code: string | undefined
  readonly text: string
  /** Untagged responses since the answer before, without `* `; one code unit a byte, literals in place. */
  readonly untagged: readonly string[]
}

type Waiter = {
  readonly tag: string
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/** Index after the response that begins at `from`, literals included; undefined where it is not whole. */
const endOfResponse = (text: string, from: number): number | undefined => {
  for (let at = from; ; ) {
    const end = text.indexOf('\r\n', at)
    if (end < 0) return undefined
    const literal = /\{(\d+)\}$/.exec(text.slice(Math.max(at, end - 24), end))
    if (!literal) return end + 2
    at = end + 2 + Number(literal[1])
    if (at > text.length) return undefined
  }
}

export class ImapClient {
  readonly #socket: TLSSocket
  #text = ''
  #untagged: string[] = []
  #waiter: Waiter | undefined
  #continued: ((text: string) => void) | undefined
  #tags = 0
  #lost: Error | undefined
  /** Called with every untagged response as it comes. */
  onUntagged: ((response: string) => void) | undefined
  greeting = ''

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1')
      this.#read()
    })
    const lose = (error?: Error): void => {
      this.#lost ??= error ?? new Error('the connection was closed')
      this.#waiter?.reject(this.#lost)
    }
    socket.on('error', lose)
    socket.on('close', () => lose())
  }

  /** Connects with TLS from the first byte and waits for the greeting. */
  static open(options: { readonly port: number; readonly ca?: ConnectionOptions['ca'] }): Promise<ImapClient> {
    const { port, ca } = options
    return new Promise((resolve, reject) => {
      const socket = connect({ host: 'localhost', port, ...(ca ? { ca } : { rejectUnauthorized: false }) })
      socket.setNoDelay(true)
      socket.once('error', reject)
      socket.once('secureConnect', () => {
        const client = new ImapClient(socket)
        client.onUntagged = (greeting) => {
          socket.off('error', reject)
          client.greeting = greeting
          client.onUntagged = undefined
          client.#untagged = []
          resolve(client)
        }
      })
    })
  }

  #read(): void {
    let from = 0
    for (let end = endOfResponse(this.#text, 0); end !== undefined; end = endOfResponse(this.#text, from)) {
      this.#response(this.#text.slice(from, end - 2))
      from = end
    }
    if (from > 0) this.#text = this.#text.slice(from)
  }

  #response(line: string): void {
    if (line.startsWith('* ')) {
      this.#untagged.push(line.slice(2))
      this.onUntagged?.(line.slice(2))
      return
    }
    if (line.startsWith('+')) {
      const go = this.#continued
      this.#continued = undefined
      go?.(line.slice(2))
      return
    }
    const waiter = this.#waiter
    const match = /^(\S+) (OK|NO|BAD) (?:\[([^\]]*)\] ?)?(.*)$/s.exec(line)
    if (!waiter || !match || match[1] !== waiter.tag) throw new Error(`unexpected: ${line}`)
    this.#waiter = undefined
    const untagged = this.#untagged
    this.#untagged = []
    waiter.resolve({ status: match[2] as Answer['status'], code: match[3], text: match[4]!, untagged })
  }

  #answer(tag: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#lost) reject(this.#lost)
      else this.#waiter = { tag, resolve, reject }
    })
  }

  /** Sends a command line (without tag) and gives what comes of it, whatever the status. */
  command(line: string): Promise<Answer> {
    const tag = `c${++this.#tags}`
    const answer = this.#answer(tag)
    this.#socket.write(`${tag} ${line}\r\n`, 'latin1')
    return answer
  }

  /** The same, where only OK will do. */
  async must(line: string): Promise<Answer> {
    const answer = await this.command(line)
    if (answer.status !== 'OK') throw new Error(`${line}: ${answer.status} ${answer.text}`)
    return answer
  }

  /** APPEND of one message with a non-synchronising literal; `options` stand between folder and message. */
  append(folder: string, message: string, options = ''): Promise<Answer> {
    const bytes = Buffer.from(message, 'latin1')
    return this.command(`APPEND "${folder}" ${options === '' ? '' : `${options} `}{${bytes.length}+}\r\n${message}`)
  }

  /** Starts IDLE; gives what ends it. */
  async idle(): Promise<() => Promise<Answer>> {
    const tag = `c${++this.#tags}`
    const answer = this.#answer(tag)
    const begun = new Promise<string>((resolve) => {
      this.#continued = resolve
    })
    this.#socket.write(`${tag} IDLE\r\n`)
    await Promise.race([begun, answer])
    return () => {
      this.#socket.write('DONE\r\n')
      return answer
    }
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/** What a FETCH response says of a message, as far as the tests look at it; `\Recent` is the session's, not the message's. */
export type FetchedFlags = {
  readonly sequence: number
  readonly uid: number | undefined
  readonly flags: ReadonlySet<string> | undefined
  readonly modseq: number | undefined
}

/** Reads a FETCH response without literals. */
export const readFetch = (response: string): FetchedFlags | undefined => {
  const match = /^(\d+) FETCH \((.*)\)$/s.exec(response)
  if (!match) return undefined
  const items = match[2]!
  const flags = /FLAGS \(([^)]*)\)/.exec(items)?.[1]
  const uid = /UID (\d+)/.exec(items)?.[1]
  const modseq = /MODSEQ \((\d+)\)/.exec(items)?.[1]
  return {
    sequence: Number(match[1]),
    uid: uid === undefined ? undefined : Number(uid),
    flags:
      flags === undefined
        ? undefined
        : new Set(flags.split(' ').filter((flag) => flag !== '' && flag.toLowerCase() !== '\\recent')),
    modseq: modseq === undefined ? undefined : Number(modseq),
  }
}
