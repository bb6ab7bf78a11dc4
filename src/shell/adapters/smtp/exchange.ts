// One mail on its way over a channel: commands, replies, and what became of each recipient.
import type { ServerExtensions } from '../../../core/mail/smtp/ehlo.ts'
import { describeReply, type ReceivedReply } from '../../../core/mail/smtp/reply.ts'
import type { RecipientOutcome } from '../../../core/ports.ts'
import { type Channel, ChannelError } from './channel.ts'

/** RFC 5321 §4.5.3.2, in milliseconds. */
export type ClientTimeouts = {
  readonly connectMs: number
  readonly greetingMs: number
  /** MAIL, RCPT and what else has a short answer. */
  readonly commandMs: number
  readonly dataStartMs: number
  readonly dataBlockMs: number
  readonly dataEndMs: number
}
export const DEFAULT_TIMEOUTS: ClientTimeouts = {
  connectMs: 30_000,
  greetingMs: 300_000,
  commandMs: 300_000,
  dataStartMs: 120_000,
  dataBlockMs: 180_000,
  dataEndMs: 600_000,
}

export type OutgoingMail = {
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly sizeBytes: number
  readonly content: () => AsyncIterable<Uint8Array>
}

/** The mail was not sent and the server has said nothing to it: an idle connection had died. Try on another one. */
export class StaleConnection extends Error {}

export type Outcomes = Map<string, RecipientOutcome>

/** What a reply means for a recipient. */
export const outcomeOf = (reply: ReceivedReply): RecipientOutcome => {
  const text = describeReply(reply)
  if (reply.code < 300) return { kind: 'delivered', reply: text }
  if (reply.code >= 500) return { kind: 'permanent', code: reply.enhanced ?? '5.0.0', reply: text }
  return { kind: 'temporary', code: reply.enhanced ?? '4.0.0', reply: text }
}

/** A reply that cannot mean success where it stands. */
const notPositive = (reply: ReceivedReply): ReceivedReply => (reply.code < 400 ? { ...reply, code: 451 } : reply)

/** One mail on its way over a channel, and what became of each recipient. */
export class Exchange {
  readonly outcomes: Outcomes = new Map()
  readonly mail: OutgoingMail
  ambiguous = false
  /** The server may still hold a mail begun: RSET must come before the next MAIL. */
  needsReset: boolean
  mustClose = false
  readonly #channel: Channel
  readonly #extensions: ServerExtensions
  readonly #timeouts: ClientTimeouts
  readonly #used: boolean
  #accepted: string[] = []
  #heard = false
  #contentSent = false
  #farewell: ReceivedReply | undefined

  constructor(
    channel: Channel,
    extensions: ServerExtensions,
    timeouts: ClientTimeouts,
    mail: OutgoingMail,
    used: boolean,
    needsReset: boolean,
  ) {
    this.#channel = channel
    this.#extensions = extensions
    this.#timeouts = timeouts
    this.mail = mail
    this.#used = used
    this.needsReset = needsReset
  }

  /** MAIL and RCPTs as they go in one write. */
  head(): string {
    const { mail } = this
    let text = `${this.needsReset ? 'RSET\r\n' : ''}${this.#mailCommand()}`
    for (const path of mail.forwardPaths) text += `RCPT TO:<${path}>\r\n`
    return text
  }

  #mailCommand(): string {
    const { size, eightBit } = this.#extensions
    const { reversePath, sizeBytes } = this.mail
    return `MAIL FROM:<${reversePath}>${size ? ` SIZE=${sizeBytes}` : ''}${eightBit ? ' BODY=8BITMIME' : ''}\r\n`
  }

  async #reply(ms: number): Promise<ReceivedReply> {
    const reply = await this.#channel.reply(ms)
    if (reply.code === 421) {
      this.mustClose = true
      this.#farewell = reply
      // An idle connection's last word, said before the mail came.
      if (!this.#heard && this.#used) throw new StaleConnection(describeReply(reply))
    }
    this.#heard = true
    return reply
  }

  /** Reads the replies to `head`. */
  async readHead(): Promise<void> {
    const { commandMs } = this.#timeouts
    if (this.needsReset) await this.#reply(commandMs)
    this.needsReset = false
    const sender = await this.#reply(commandMs)
    for (const path of this.mail.forwardPaths) this.#recipient(path, sender, await this.#reply(commandMs))
  }

  #recipient(path: string, sender: ReceivedReply, reply: ReceivedReply): void {
    if (sender.code >= 300) this.outcomes.set(path, outcomeOf(sender))
    else if (reply.code < 300) this.#accepted.push(path)
    // RFC 5321 §4.5.3.1.10: 552 here means too many recipients, as 452 does.
    else this.outcomes.set(path, outcomeOf(reply.code === 552 ? { ...reply, code: 452, enhanced: '4.5.3' } : reply))
  }

  /** Says MAIL, RCPTs and DATA, in one write where the server lets us; whether the content may follow. */
  async begin(): Promise<boolean> {
    if (!this.#extensions.pipelining) return this.#beginStepwise()
    this.#channel.write(`${this.head()}DATA\r\n`)
    await this.readHead()
    return this.#started()
  }

  async #beginStepwise(): Promise<boolean> {
    const { commandMs } = this.#timeouts
    const say = (text: string) => {
      this.#channel.write(text)
      return this.#reply(commandMs)
    }
    if (this.needsReset) await say('RSET\r\n')
    this.needsReset = false
    const sender = await say(this.#mailCommand())
    if (sender.code >= 300) {
      this.settle(outcomeOf(sender))
      return false
    }
    for (const path of this.mail.forwardPaths) this.#recipient(path, sender, await say(`RCPT TO:<${path}>\r\n`))
    if (this.#accepted.length === 0) {
      this.needsReset = true
      return false
    }
    this.#channel.write('DATA\r\n')
    return this.#started()
  }

  /** The reply to DATA. */
  async #started(): Promise<boolean> {
    const answer = await this.#reply(this.#timeouts.dataStartMs)
    if (answer.code === 354 && this.#accepted.length > 0) return true
    this.needsReset = true
    if (answer.code === 354) {
      // RFC 2920 §3.1: a server that lets nobody's mail begin is sent an empty one.
      this.#channel.write('.\r\n')
      await this.#reply(this.#timeouts.dataEndMs)
    } else for (const path of this.#accepted) this.outcomes.set(path, outcomeOf(notPositive(answer)))
    return false
  }

  /** From now on a lost connection leaves open whether the mail is there. */
  contentWritten(): void {
    this.#contentSent = true
  }

  /** The content was sent: its reply decides for all accepted recipients. */
  async finish(): Promise<void> {
    this.#contentSent = true
    const answer = await this.#reply(this.#timeouts.dataEndMs)
    this.needsReset = this.#accepted.length === 0 || answer.code >= 300
    for (const path of this.#accepted) this.outcomes.set(path, outcomeOf(answer))
  }

  /** The server answered, or went, in the middle of the content. */
  async interrupted(): Promise<void> {
    const answer = await this.#reply(0)
    this.#channel.destroy()
    for (const path of this.#accepted) this.outcomes.set(path, outcomeOf(notPositive(answer)))
  }

  checkSize(sizeBytes: number): void {
    if (sizeBytes !== this.mail.sizeBytes)
      throw new RangeError(`content has ${sizeBytes} bytes, not the ${this.mail.sizeBytes} that were told`)
  }

  /** The same outcome for everybody who has none yet. */
  settle(outcome: RecipientOutcome): void {
    for (const path of this.mail.forwardPaths) if (!this.outcomes.has(path)) this.outcomes.set(path, outcome)
  }

  /** The connection failed: temporary for everybody without an outcome. Other errors go on. */
  failed(error: unknown): void {
    if (error instanceof StaleConnection || !(error instanceof ChannelError)) throw error
    if (!this.#heard && this.#used && error.lost) throw new StaleConnection(error.message)
    this.mustClose = true
    this.ambiguous = this.#contentSent && !this.#farewell
    const lost: RecipientOutcome = { kind: 'temporary', code: error.code, reply: error.message }
    this.settle(this.#farewell ? outcomeOf(this.#farewell) : lost)
  }
}
