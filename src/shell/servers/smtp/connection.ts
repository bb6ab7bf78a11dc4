// One SMTP connection at the server: reads commands, asks the pure session machine, does what it says.
import { MAX_SASL_LINE } from '../../../core/mail/sasl/exchange.ts'
import { splitCommand } from '../../../core/mail/smtp/command.ts'
import type { LineReader, LineResult } from '../../../core/mail/smtp/line.ts'
import { isPositive, plainReply, printReply, type Reply, reply } from '../../../core/mail/smtp/reply.ts'
import {
  greeting,
  initialState,
  LONG_LINE,
  type SessionPolicy,
  type SessionState,
  type SmtpAction,
  settle,
  step,
} from '../../../core/mail/smtp/session.ts'
import { runSasl, type SaslOutcome } from '../../identity/sasl.ts'
import { TransferLost } from '../wire/stream.ts'
import type { Wire } from '../wire/wire.ts'
import { attempt } from './guard.ts'
import type { SmtpEvent, SmtpLimits, SmtpServerOptions, SmtpSession } from './options.ts'
import { Transfer } from './transfer.ts'

/** What the connections of one server share. */
export type ConnectionContext<Login> = {
  readonly options: SmtpServerOptions<Login>
  readonly policy: SessionPolicy
  readonly limits: SmtpLimits
  readonly now: () => number
  readonly log: (event: SmtpEvent) => void
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Commands in a row that bring no mail further (NOOP, RSET, EHLO …) before the connection is closed. */
const MAX_IDLE_COMMANDS = 200

/** Chunks below this size count as such: they cost more than they bring. */
const SMALL_CHUNK = 512

const SENDER_TAKEN = reply(250, '2.1.0', 'Sender taken')
const RECIPIENT_TAKEN = reply(250, '2.1.5', 'Recipient taken')
const TOO_SLOW = reply(421, '4.4.2', 'Nothing came in time, closing')
const SHUTTING_DOWN = reply(421, '4.3.2', 'Service is going down, come back')
const TOO_MANY_ERRORS = reply(421, '4.7.0', 'Too many errors, closing')
const BARE_LINE_END = reply(521, '5.5.2', 'Lines end with CR LF and nothing else, closing')
const INJECTION = reply(501, '5.5.1', 'Nothing may follow STARTTLS before TLS, closing')
const START_TLS = { code: 220, enhanced: '2.0.0', text: 'Begin TLS' }
const LOGIN_TAKEN = reply(235, '2.7.0', 'Authenticated')
const LOGIN_BAD = reply(535, '5.7.8', 'Authentication failed')
const LOGIN_LATER = reply(454, '4.7.0', 'Too many failures, try later')
const NOT_IN: Readonly<Record<Extract<SaslOutcome<unknown>, { refusal: string }>['refusal'], Reply>> = {
  bad: LOGIN_BAD,
  throttled: LOGIN_LATER,
  malformed: reply(501, '5.5.2', 'Malformed authentication data'),
  cancelled: reply(501, '5.7.0', 'Authentication cancelled'),
  gone: LOGIN_BAD,
}

export class Connection<Login> {
  readonly #context: ConnectionContext<Login>
  readonly #wire: Wire<LineReader>
  readonly #session: Mutable<SmtpSession<Login>>
  #state: SessionState
  #errors = 0
  #refusedRecipients = 0
  #idleCommands = 0
  #messages = 0
  #chunked: Transfer<Login> | undefined
  #closing = false
  #closed = false

  constructor(context: ConnectionContext<Login>, wire: Wire<LineReader>, id: string, remoteAddress: string) {
    this.#context = context
    this.#wire = wire
    this.#state = initialState(false)
    this.#session = {
      id,
      role: context.options.role,
      remoteAddress,
      helo: '',
      reversePath: null,
      forwardPaths: [],
      startedAt: context.now(),
    }
  }

  /** Serves the connection to its end; never rejects. */
  async serve(): Promise<void> {
    const { id } = this.#session
    this.#context.log({ kind: 'smtpOpened', id, remoteAddress: this.#session.remoteAddress })
    let why = 'bug'
    try {
      why = await this.#run()
    } catch (error) {
      this.#context.log({ kind: 'smtpBug', id, reference: id, error })
    }
    this.#closed = true
    await this.#abandon('the connection was closed')
    this.#wire.close(this.#context.limits.lingerMs)
    this.#context.log({ kind: 'smtpClosed', id, messages: this.#messages, why })
  }

  /** Lets the mail under way be finished, then closes. */
  shutdown(): void {
    this.#closing = true
    this.#wire.wake()
  }

  /** Closes at once. */
  destroy(): void {
    this.#wire.destroy()
  }

  get #idle(): boolean {
    return this.#state.phase === 'start' || this.#state.phase === 'ready'
  }

  async #run(): Promise<string> {
    if (this.#context.options.security === 'tls' && !(await this.#secure())) return 'tlsFailed'
    this.#say(greeting(this.#context.policy))
    for (;;) {
      const result = await this.#nextLine(MAX_SASL_LINE)
      if (typeof result === 'string') return result
      const why = await this.#take(result)
      if (why !== undefined) return why
    }
  }

  /** The next line, waited for as long as a command may take; otherwise why there is none, already said. */
  async #nextLine(limit: number): Promise<LineResult | string> {
    const { idleMs } = this.#context.limits
    let deadline = 0
    for (;;) {
      if (this.#closing && this.#idle) return this.#leave(SHUTTING_DOWN, 'shutdown')
      const result = this.#wire.reader.next(limit)
      if (result.kind !== 'more') return result
      this.#wire.flush()
      if (!(await this.#wire.written(idleMs))) return 'gone'
      if (deadline === 0) deadline = performance.now() + idleMs
      const waited = await this.#wire.wait(deadline - performance.now())
      if (waited === 'timeout') return this.#leave(TOO_SLOW, 'idle')
      if (waited === 'gone' && this.#wire.reader.pendingBytes === 0) return 'gone'
    }
  }

  #say(reply: Reply): void {
    this.#wire.say(printReply(reply))
  }

  #leave(last: Reply, why: string): string {
    this.#say(last)
    return why
  }

  /** Does one line; gives a reason where the connection must end. */
  async #take(result: LineResult): Promise<string | undefined> {
    if (result.kind === 'broken') return this.#leave(BARE_LINE_END, result.why)
    if (result.kind === 'long') return this.#refused('?', LONG_LINE)
    if (result.kind === 'more') return undefined
    const next = step(this.#context.policy, this.#state, result.text)
    if (next.kind === 'action') return this.#act(next.action)
    if (next.reset) await this.#abandon('the mail was given up')
    this.#state = next.state
    if (next.greeted !== undefined) this.#session.helo = next.greeted
    if (next.skipBytes !== undefined) {
      const skipped = new Transfer<Login>(this.#context, this.#wire, this.#session, false, true)
      if (!(await skipped.receive(next.skipBytes))) return this.#transferEnded(skipped)
    }
    if (next.close) return this.#leave(next.reply, next.reply.code === 221 ? 'quit' : 'limit')
    if (next.reply.code >= 500) return this.#refused(splitCommand(result.text).verb, next.reply)
    this.#say(next.reply)
    // A recipient too many is said as often as a pipelining client asks, and taken in its next mail: it weighs little.
    this.#idleCommands += next.reply.code === 452 ? 0.1 : 1
    if (this.#idleCommands > MAX_IDLE_COMMANDS) return this.#leave(TOO_MANY_ERRORS, 'idleCommands')
    return undefined
  }

  /** Says a refusal and counts it. */
  #refused(verb: string, refusal: Reply): string | undefined {
    this.#say(refusal)
    this.#context.log({
      kind: 'smtpRefused',
      id: this.#session.id,
      verb: /^[A-Z]{1,10}$/.test(verb) ? verb : '?',
      code: refusal.code,
    })
    return ++this.#errors >= this.#context.limits.maxErrors ? this.#leave(TOO_MANY_ERRORS, 'errors') : undefined
  }

  #act(action: SmtpAction): Promise<string | undefined> {
    switch (action.kind) {
      case 'mail':
        return this.#mail(action)
      case 'rcpt':
        return this.#rcpt(action)
      case 'data':
        return this.#data(action)
      case 'bdat':
        return this.#bdat(action)
      case 'auth':
        return this.#auth(action)
      case 'starttls':
        return this.#startTls(action)
    }
  }

  /** Says a handler's reply and moves on; 421 ends the connection. */
  #settled(action: SmtpAction, answer: Reply): string | undefined {
    this.#state = settle(this.#state, action, isPositive(answer))
    this.#say(answer)
    return answer.code === 421 ? 'handler' : undefined
  }

  async #mail(action: Extract<SmtpAction, { kind: 'mail' }>): Promise<string | undefined> {
    const session = this.#session
    const { mailFrom } = this.#context.options.handlers
    session.declaredSize = action.parameters.sizeBytes
    session.forwardPaths = []
    const answer = mailFrom
      ? ((await attempt(this.#context, session.id, () => mailFrom(session, action.address, action.parameters))) ??
        SENDER_TAKEN)
      : SENDER_TAKEN
    if (isPositive(answer)) session.reversePath = action.address
    return this.#settled(action, answer)
  }

  async #rcpt(action: Extract<SmtpAction, { kind: 'rcpt' }>): Promise<string | undefined> {
    const session = this.#session
    const { rcptTo } = this.#context.options.handlers
    const answer = rcptTo
      ? ((await attempt(this.#context, session.id, () => rcptTo(session, action.address))) ?? RECIPIENT_TAKEN)
      : RECIPIENT_TAKEN
    if (isPositive(answer)) session.forwardPaths = [...session.forwardPaths, action.address]
    const why = this.#settled(action, answer)
    // Those who try one address after the other do not get far.
    if (answer.code >= 500 && ++this.#refusedRecipients > this.#context.limits.maxRecipients)
      return this.#leave(TOO_MANY_ERRORS, 'refusedRecipients')
    return why
  }

  async #data(action: SmtpAction): Promise<string | undefined> {
    this.#say({ code: 354, text: 'Send the mail, end it with a dot on its own line' })
    this.#wire.flush()
    const transfer = new Transfer(this.#context, this.#wire, this.#session, true)
    if (!(await transfer.receive(Number.POSITIVE_INFINITY))) return this.#transferEnded(transfer)
    return this.#finished(action, await transfer.finish())
  }

  async #bdat(action: Extract<SmtpAction, { kind: 'bdat' }>): Promise<string | undefined> {
    this.#chunked ??= new Transfer(this.#context, this.#wire, this.#session, false)
    const transfer = this.#chunked
    if (!(await transfer.receive(action.sizeBytes))) return this.#transferEnded(transfer)
    if (!action.last && transfer.refusal === undefined) {
      if (action.sizeBytes < SMALL_CHUNK && ++this.#idleCommands > MAX_IDLE_COMMANDS)
        return this.#leave(TOO_MANY_ERRORS, 'smallChunks')
      return this.#settled(action, reply(250, '2.0.0', `${action.sizeBytes} bytes taken`))
    }
    this.#chunked = undefined
    return this.#finished(action, await transfer.finish())
  }

  #finished(action: SmtpAction, answer: Reply): string | undefined {
    this.#forget()
    this.#errors = 0
    this.#idleCommands = 0
    if (isPositive(answer)) this.#messages++
    return this.#settled(action, answer)
  }

  async #transferEnded(transfer: Transfer<Login>): Promise<string> {
    this.#chunked = undefined
    const { ending } = transfer
    await transfer.abandon(new TransferLost('the content did not come to its end'))
    if (ending) this.#say(ending)
    return ending ? 'content' : 'gone'
  }

  /** Forgets the mail under way. */
  #forget(): void {
    this.#session.reversePath = null
    this.#session.forwardPaths = []
    this.#session.declaredSize = undefined
  }

  async #abandon(why: string): Promise<void> {
    const transfer = this.#chunked
    this.#chunked = undefined
    if (transfer) await transfer.abandon(new TransferLost(why))
    this.#forget()
  }

  async #auth(action: Extract<SmtpAction, { kind: 'auth' }>): Promise<string | undefined> {
    const { mechanism, initial } = action
    const { id, remoteAddress } = this.#session
    const { authenticate, scram } = this.#context.options.handlers
    const desk = { authenticate: authenticate!, scram }
    // Why the connection must end, or the line that is no line of an exchange.
    let broken: LineResult | string | undefined
    const ask = async (challenge: string): Promise<string | undefined> => {
      this.#say(plainReply(334, challenge))
      const result = await this.#nextLine(MAX_SASL_LINE)
      if (typeof result !== 'string' && result.kind === 'line') return result.text
      broken = result
      return undefined
    }
    const outcome = await attempt(this.#context, id, () => runSasl(desk, { mechanism, initial, remoteAddress }, ask))
    if (broken !== undefined) return typeof broken === 'string' ? broken : this.#take(broken)
    if ('login' in outcome) this.#session.login = outcome.login
    const answer = 'login' in outcome ? LOGIN_TAKEN : 'code' in outcome ? outcome : NOT_IN[outcome.refusal]
    const told = answer === LOGIN_TAKEN ? 'taken' : answer === LOGIN_LATER ? 'throttled' : 'bad'
    this.#context.log({ kind: 'smtpLogin', id, remoteAddress, outcome: told })
    return 'login' in outcome ? this.#settled(action, answer) : this.#refused('AUTH', answer)
  }

  async #startTls(action: SmtpAction): Promise<string | undefined> {
    // RFC 3207 §4.2, CVE-2011-0411: what came in clear behind STARTTLS must never be heard as if TLS had carried it.
    if (this.#wire.reader.pendingBytes > 0) return this.#leave(INJECTION, 'startTlsInjection')
    this.#say(START_TLS)
    this.#wire.flush()
    if (!(await this.#secure())) return 'tlsFailed'
    this.#state = settle(this.#state, action, true)
    this.#session.helo = ''
    this.#session.login = undefined
    this.#forget()
    return undefined
  }

  async #secure(): Promise<boolean> {
    const { options, limits, log } = this.#context
    const { id, remoteAddress } = this.#session
    const error = await this.#wire.secure(options.tls(), options.requestPeerCertificate ?? false, limits.idleMs)
    if (error !== undefined) log({ kind: 'smtpTlsFailed', id, remoteAddress, error })
    if (error !== undefined || this.#closed) return false
    this.#session.tls = this.#wire.agreed()
    this.#state = initialState(true, this.#state.transactions)
    return true
  }
}
