// A client's session with one SMTP server: greets, secures, and sends mail after mail over one connection.
import { type DataFault, DataWriter } from '../../../core/mail/smtp/data.ts'
import { NO_EXTENSIONS, parseExtensions, type ServerExtensions } from '../../../core/mail/smtp/ehlo.ts'
import { describeReply } from '../../../core/mail/smtp/reply.ts'
import type { MxHost, RecipientOutcome } from '../../../core/ports.ts'
import { Channel, ChannelError } from './channel.ts'
import { type ClientTimeouts, Exchange, type Outcomes, type OutgoingMail } from './exchange.ts'

export type ClientOptions = {
  /** How we name ourselves. */
  readonly hostname: string
  /** PEM; the system's where not given. */
  readonly roots?: (() => readonly string[]) | undefined
  readonly timeouts: ClientTimeouts
  /** Whether BDAT is used where it is offered. */
  readonly chunking: boolean
}

/** Contents up to this size are gathered, so that they go in one write with their commands. */
const SMALL_BYTES = 262_144

const permanent = (code: string, reply: string): RecipientOutcome => ({ kind: 'permanent', code, reply })

const FAULTS: Readonly<Record<DataFault, string>> = {
  bareLf: 'content has a bare LF',
  bareCr: 'content has a bare CR',
  nul: 'content has a NUL',
  longLine: 'content has a line that is too long',
}
const unsendable = (fault: DataFault): RecipientOutcome => permanent('5.6.0', FAULTS[fault])

const forAll = (paths: readonly string[], outcome: RecipientOutcome): Outcomes =>
  new Map(paths.map((path) => [path, outcome]))

export class SmtpClient {
  readonly #channel: Channel
  readonly #timeouts: ClientTimeouts
  readonly #extensions: ServerExtensions
  readonly #chunking: boolean
  #resetFirst = false
  #finished = false
  messages = 0

  private constructor(channel: Channel, extensions: ServerExtensions, options: ClientOptions) {
    this.#channel = channel
    this.#extensions = extensions
    this.#timeouts = options.timeouts
    this.#chunking = options.chunking && extensions.chunking && extensions.pipelining
  }

  /**
   * Opens a session. `requireTls`: only with a verified certificate; else TLS where offered, unverified, and in clear
   * where TLS does not come about. Rejects with ChannelError.
   */
  static async open(host: MxHost, requireTls: boolean, options: ClientOptions): Promise<SmtpClient> {
    try {
      return await SmtpClient.#open(host, requireTls ? 'verified' : 'offered', options)
    } catch (error) {
      if (requireTls || !(error instanceof ChannelError) || error.code !== '4.7.5') throw error
      return SmtpClient.#open(host, 'never', options)
    }
  }

  static async #open(host: MxHost, tls: 'verified' | 'offered' | 'never', options: ClientOptions): Promise<SmtpClient> {
    const { timeouts } = options
    const channel = await Channel.open(host.host, host.port, timeouts.connectMs)
    try {
      const greeting = await channel.reply(timeouts.greetingMs)
      if (greeting.code !== 220) throw new ChannelError('4.3.2', describeReply(greeting))
      let extensions = await hello(channel, options)
      if (tls === 'verified' && !extensions.startTls)
        throw new ChannelError('4.7.4', `${host.host} does not offer TLS, which is required`)
      if (tls !== 'never' && extensions.startTls) {
        channel.write('STARTTLS\r\n')
        const answer = await channel.reply(timeouts.commandMs)
        if (answer.code !== 220) throw new ChannelError('4.7.5', describeReply(answer))
        const roots = tls === 'verified' ? options.roots?.() : undefined
        await channel.secure({ name: host.tlsName, verify: tls === 'verified', roots }, timeouts.connectMs)
        extensions = await hello(channel, options)
      }
      return new SmtpClient(channel, extensions, options)
    } catch (error) {
      channel.destroy()
      throw error
    }
  }

  /** Whether another mail may be sent. */
  get usable(): boolean {
    return !this.#channel.broken && !this.#finished && !this.#channel.hasReply
  }

  /** Called when the connection ends, or the server speaks, while no mail is under way. */
  whenSurprised(then: (() => void) | undefined): void {
    this.#channel.onSurprise = then
  }

  quit(): void {
    this.#channel.quit()
  }

  destroy(): void {
    this.#channel.destroy()
  }

  /**
   * Sends one mail; an outcome for each forward-path. `ambiguous`: the content was sent whole and no answer came, so
   * the mail may or may not be there. Rejects with StaleConnection, or with what `content` throws.
   */
  async send(mail: OutgoingMail): Promise<{ readonly outcomes: Outcomes; readonly ambiguous: boolean }> {
    const limit = this.#extensions.maxMessageBytes
    if (limit !== undefined && mail.sizeBytes > limit)
      return settled(mail, permanent('5.3.4', `the server takes no more than ${limit} bytes`))
    const used = this.messages++ > 0
    const exchange = new Exchange(this.#channel, this.#extensions, this.#timeouts, mail, used, this.#resetFirst)
    try {
      if (mail.sizeBytes <= SMALL_BYTES) await this.#sendSmall(exchange)
      else await this.#sendLarge(exchange)
    } catch (error) {
      if (!(error instanceof ChannelError)) this.destroy()
      exchange.failed(error)
    }
    this.#resetFirst = exchange.needsReset
    if (exchange.mustClose) this.#finished = true
    return { outcomes: exchange.outcomes, ambiguous: exchange.ambiguous }
  }

  async #sendSmall(exchange: Exchange): Promise<void> {
    const writer = new DataWriter(!this.#chunking)
    const pieces: Uint8Array[] = []
    const keep = (piece: Uint8Array) => void pieces.push(piece)
    let sizeBytes = 0
    for await (const chunk of exchange.mail.content()) {
      sizeBytes += chunk.length
      if (sizeBytes > exchange.mail.sizeBytes) break
      writer.push(chunk, keep)
    }
    exchange.checkSize(sizeBytes)
    writer.finish(keep)
    if (writer.fault) return exchange.settle(unsendable(writer.fault))
    const content = Buffer.concat(pieces)
    if (this.#chunking) {
      const head = Buffer.from(`${exchange.head()}BDAT ${content.length} LAST\r\n`, 'latin1')
      this.#channel.write(Buffer.concat([head, content]))
      exchange.contentWritten()
      await exchange.readHead()
      return exchange.finish()
    }
    if (!(await exchange.begin())) return
    this.#channel.write(content)
    await exchange.finish()
  }

  async #sendLarge(exchange: Exchange): Promise<void> {
    if (!(await exchange.begin())) return
    const channel = this.#channel
    const writer = new DataWriter(true)
    let room = true
    let sizeBytes = 0
    const send = (piece: Uint8Array) => {
      room = channel.write(piece)
    }
    for await (const chunk of exchange.mail.content()) {
      sizeBytes += chunk.length
      channel.together(() => writer.push(chunk, send))
      if (writer.fault || channel.broken || channel.hasReply) break
      if (!room) await channel.drained(this.#timeouts.dataBlockMs)
    }
    if (channel.hasReply || channel.broken) return exchange.interrupted()
    if (!writer.fault) exchange.checkSize(sizeBytes)
    channel.together(() => writer.finish(send))
    if (writer.fault) {
      // Without its end nothing of it counts as sent.
      this.destroy()
      return exchange.settle(unsendable(writer.fault))
    }
    await exchange.finish()
  }
}

const settled = (mail: OutgoingMail, outcome: RecipientOutcome) => ({
  outcomes: forAll(mail.forwardPaths, outcome),
  ambiguous: false,
})

const hello = async (channel: Channel, options: ClientOptions): Promise<ServerExtensions> => {
  channel.write(`EHLO ${options.hostname}\r\n`)
  const answer = await channel.reply(options.timeouts.commandMs)
  if (answer.code === 250) return parseExtensions(answer.lines)
  if (answer.code < 500) throw new ChannelError('4.3.2', describeReply(answer))
  channel.write(`HELO ${options.hostname}\r\n`)
  const plain = await channel.reply(options.timeouts.commandMs)
  if (plain.code !== 250) throw new ChannelError('4.3.2', describeReply(plain))
  return NO_EXTENSIONS
}
