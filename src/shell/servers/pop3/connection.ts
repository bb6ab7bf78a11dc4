// One POP3 connection at the server: reads commands, asks the pure session machine, does what it says.
import { randomBytes } from 'node:crypto'
import { Fault } from '../../../core/lib/refusal.ts'
import { Maildrop } from '../../../core/mail/pop3/maildrop.ts'
import { err, ok, printResponse, type Response } from '../../../core/mail/pop3/response.ts'
import {
  type Action,
  GREETING,
  LONG_LINE,
  type SessionPolicy,
  type SessionState,
  step,
} from '../../../core/mail/pop3/session.ts'
import { MAX_SASL_LINE } from '../../../core/mail/sasl/exchange.ts'
import type { LineReader, LineResult } from '../../../core/mail/smtp/line.ts'
import { runSasl, type SaslOutcome } from '../../identity/sasl.ts'
import { Turns } from '../wire/turns.ts'
import type { Wire } from '../wire/wire.ts'
import type { OpenMaildrop, Pop3Event, Pop3Limits, Pop3ServerOptions } from './options.ts'
import { sendMessage } from './send.ts'

/** What the connections of one server share. */
export type ConnectionContext<Login> = {
  readonly options: Pop3ServerOptions<Login>
  readonly limits: Pop3Limits
  readonly policy: SessionPolicy
  readonly log: (event: Pop3Event) => void
}

const TOO_SLOW = err('Nothing came in time, closing')
const SHUTTING_DOWN = err('Service is going down, come back', 'SYS/TEMP')
const TOO_MANY_ERRORS = err('Too many errors, closing')
const BARE_LINE_END = err('Lines end with CR LF, closing')
const INJECTION = err('Nothing may follow STLS before TLS, closing')
const TRY_LATER = err('Something is away, try again later', 'SYS/TEMP')
const IN_USE = err('Another session has this mailbox', 'IN-USE')
const ENDED = {
  // RFC 3206 §4: what is wrong is the credential in one case, the mailbox in the other
  revoked: err('The password of this session was changed, revoked or has expired, nothing was deleted', 'AUTH'),
  suspended: err('The mailbox is suspended, nothing was deleted', 'SYS/PERM'),
} as const
const LOST = err('The mailbox was lost to this session, nothing was deleted', 'SYS/TEMP')
const NOT_REMOVED = err('Nothing was deleted, try again later', 'SYS/TEMP')
const NOT_IN: Readonly<Record<Extract<SaslOutcome<unknown>, { refusal: string }>['refusal'], Response>> = {
  bad: err('Name or password is wrong', 'AUTH'),
  throttled: err('Too many failures, try later', 'LOGIN-DELAY'),
  malformed: err('Malformed authentication data'),
  cancelled: err('Authentication cancelled'),
  gone: err('Authentication cancelled'),
}

export class Connection<Login> {
  readonly #context: ConnectionContext<Login>
  readonly #wire: Wire<LineReader>
  readonly #id: string
  readonly #remoteAddress: string
  readonly #openedAt = performance.now()
  readonly #turns = new Turns()
  #state: SessionState = { tls: false }
  #maildrop: OpenMaildrop | undefined
  #login: Login | undefined
  readonly #fetched = new Set<number>()
  #deleted = 0
  #errors = 0
  #logins = 0
  #closing = false

  constructor(context: ConnectionContext<Login>, wire: Wire<LineReader>, id: string, remoteAddress: string) {
    this.#context = context
    this.#wire = wire
    this.#id = id
    this.#remoteAddress = remoteAddress
  }

  /** Serves the connection to its end; never rejects. */
  async serve(): Promise<void> {
    const { log, limits } = this.#context
    const id = this.#id
    log({ kind: 'pop3Opened', id, remoteAddress: this.#remoteAddress })
    let why = 'bug'
    try {
      why = await this.#run()
    } catch (error) {
      log({ kind: 'pop3Bug', id, reference: id, error })
    }
    // Whoever comes next must find the mailbox free as soon as this client sees the end.
    await this.#letGo()
    this.#wire.close(limits.lingerMs)
    log({ kind: 'pop3Closed', id, why, fetched: this.#fetched.size, deleted: this.#deleted })
  }

  /** Ends the session between two commands. Nothing is deleted: that is for QUIT. */
  shutdown(): void {
    this.#closing = true
    this.#wire.wake()
  }

  /** Closes at once. */
  destroy(): void {
    this.#wire.destroy()
  }

  async #letGo(): Promise<void> {
    const maildrop = this.#maildrop
    this.#maildrop = undefined
    const { uids } = maildrop?.snapshot ?? { uids: [] }
    const marks = this.#login !== undefined && this.#context.options.mayDelete?.(this.#login) !== false
    await maildrop?.close((marks ? [...this.#fetched] : []).map((number) => uids[number - 1]!))
  }

  async #run(): Promise<string> {
    if (this.#context.options.security === 'tls' && !(await this.#secure())) return 'tlsFailed'
    this.#say(GREETING)
    for (;;) {
      // Who asks and asks and reads nothing is not answered beyond what his socket takes.
      if (!(await this.#wire.written(this.#context.limits.stallMs))) return 'gone'
      const result = await this.#nextLine()
      if (typeof result === 'string') return result
      const why = await this.#take(result)
      if (why !== undefined) return why
    }
  }

  #say(response: Response): void {
    this.#wire.say(printResponse(response))
  }

  /** Says the last word; gives the reason. */
  #leave(last: Response, why: string): string {
    this.#say(last)
    return why
  }

  /** Time left for the next line, in milliseconds. */
  #patience(since: number): number {
    const { idleMs, loginMs } = this.#context.limits
    const now = performance.now()
    return this.#maildrop ? since + idleMs - now : this.#openedAt + loginMs - now
  }

  /** The next line, or why there is none, already said. */
  async #nextLine(): Promise<LineResult | string> {
    const since = performance.now()
    for (;;) {
      if (this.#closing) return this.#leave(SHUTTING_DOWN, 'shutdown')
      const result = this.#wire.reader.next(MAX_SASL_LINE)
      if (result.kind !== 'more') {
        if (this.#turns.over) await this.#turns.pass()
        return result
      }
      this.#wire.flush()
      if (!(await this.#wire.written(this.#context.limits.stallMs))) return 'gone'
      const waited = await this.#wire.wait(this.#patience(since))
      this.#turns.renew()
      if (waited === 'timeout') return this.#leave(TOO_SLOW, 'idle')
      if (waited === 'gone' && this.#wire.reader.pendingBytes === 0) return 'gone'
    }
  }

  /** Does one line; gives a reason where the connection must end. */
  async #take(result: LineResult): Promise<string | undefined> {
    if (result.kind === 'broken') return this.#leave(BARE_LINE_END, result.why)
    if (result.kind === 'long') return this.#refused(LONG_LINE)
    if (result.kind === 'more') return undefined
    if (this.#maildrop?.isHeld() === false) return this.#leave(LOST, 'lost')
    const next = step(this.#context.policy, this.#state, result.text)
    if (next.kind === 'lines') return this.#sayLines(next.response, next.lines)
    this.#state = next.state
    if (next.kind === 'action') return this.#act(next.action)
    if (next.close) return this.#leave(next.response, 'quit')
    if (!next.response.ok) return this.#refused(next.response)
    this.#say(next.response)
    return undefined
  }

  /** Says a refusal and counts it. */
  #refused(refusal: Response): string | undefined {
    this.#say(refusal)
    return ++this.#errors >= this.#context.limits.maxErrors ? this.#leave(TOO_MANY_ERRORS, 'errors') : undefined
  }

  /** A list may be of a million messages: it is written as fast as the client reads. */
  async #sayLines(response: Response, lines: Iterable<string>): Promise<string | undefined> {
    this.#say(response)
    let count = 0
    for (const line of lines) {
      this.#wire.say(`${line}\r\n`)
      if (++count % 4_096 === 0 && !(await this.#wire.written(this.#context.limits.stallMs))) return 'gone'
    }
    this.#wire.say('.\r\n')
    return undefined
  }

  #act(action: Action): Promise<string | undefined> {
    switch (action.kind) {
      case 'stls':
        return this.#startTls()
      case 'login':
        return this.#signIn((remoteAddress) => this.#context.options.desk.authenticate({ ...action, remoteAddress }))
      case 'auth':
        return this.#auth(action)
      case 'retr':
        return this.#retrieve(action.message)
      case 'top':
        return this.#retrieve(action.message, action.lines)
      case 'update':
        return this.#update()
    }
  }

  /** Does work that may fail: a fault of the world may pass, a bug gets a reference. */
  async #attempt<T extends object>(work: () => Promise<T>, failed: Response = TRY_LATER): Promise<T | Response> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Fault) {
        this.#context.log({ kind: 'pop3Fault', id: this.#id, error })
        return failed
      }
      const reference = randomBytes(6).toString('hex')
      this.#context.log({ kind: 'pop3Bug', id: this.#id, reference, error })
      return { ...failed, text: `${failed.text} (reference ${reference})` }
    }
  }

  async #auth(action: Extract<Action, { kind: 'auth' }>): Promise<string | undefined> {
    const { mechanism, initial } = action
    // Why the connection must end, or the line that is no line of an exchange.
    let broken: LineResult | string | undefined
    const ask = async (challenge: string): Promise<string | undefined> => {
      this.#wire.say(`+ ${challenge}\r\n`)
      const result = await this.#nextLine()
      if (typeof result !== 'string' && result.kind === 'line') return result.text
      broken = result
      return undefined
    }
    const { desk } = this.#context.options
    const why = await this.#signIn(
      (remoteAddress) => runSasl(desk, { mechanism, initial, remoteAddress }, ask),
      () => broken !== undefined,
    )
    if (broken === undefined) return why
    return typeof broken === 'string' ? broken : this.#take(broken)
  }

  /** Signs in and opens the maildrop; `silent`: another has said already how it ended. */
  async #signIn(
    signIn: (remoteAddress: string) => Promise<SaslOutcome<Login>>,
    silent: () => boolean = () => false,
  ): Promise<string | undefined> {
    const { options, limits, log } = this.#context
    const outcome = await this.#attempt(() => signIn(this.#remoteAddress))
    if (silent()) return undefined
    const told = (said: 'taken' | 'bad' | 'throttled' | 'inUse'): void =>
      log({ kind: 'pop3Login', id: this.#id, remoteAddress: this.#remoteAddress, outcome: said })
    if ('ok' in outcome) return this.#refused(outcome)
    if ('refusal' in outcome) {
      if (outcome.refusal === 'bad' || outcome.refusal === 'throttled') {
        told(outcome.refusal)
        if (++this.#logins >= limits.maxLogins) return this.#leave(NOT_IN[outcome.refusal], 'logins')
      }
      return this.#refused(NOT_IN[outcome.refusal])
    }
    const opened = await this.#attempt(async () => ({ maildrop: await options.open(outcome.login) }))
    if ('ok' in opened) return this.#refused(opened)
    if (!opened.maildrop) {
      told('inUse')
      return this.#refused(IN_USE)
    }
    told('taken')
    this.#maildrop = opened.maildrop
    this.#login = outcome.login
    const drop = new Maildrop(opened.maildrop.snapshot)
    this.#state = { ...this.#state, drop, readOnly: options.mayDelete?.(outcome.login) === false }
    this.#say(ok(`${drop.count} messages (${drop.octets} octets)`))
    return undefined
  }

  /** Why the session must end now: its password was revoked, or the box suspended; undefined where it need not. */
  async #ended(): Promise<string | undefined> {
    const { whyEnded } = this.#context.options
    const asked = await this.#attempt(async () => ({ why: await whyEnded?.(this.#login!) }))
    // Where it cannot be told now, it is as it was.
    return 'why' in asked && asked.why ? this.#leave(ENDED[asked.why], 'ended') : undefined
  }

  async #retrieve(message: number, lines?: number): Promise<string | undefined> {
    const ended = await this.#ended()
    if (ended !== undefined) return ended
    const maildrop = this.#maildrop!
    const sent = await this.#attempt(async () => ({
      sent: await sendMessage(this.#wire, {
        content: maildrop.content(message - 1),
        sizeBytes: this.#state.drop!.size(message),
        lines,
        stallMs: this.#context.limits.stallMs,
      }),
    }))
    if ('ok' in sent) return this.#refused(sent)
    if (sent.sent === 'gone') return 'gone'
    if (sent.sent === 'broken') {
      // Half a message cannot be taken back: only the end of the connection tells that it is none.
      this.#wire.destroy()
      return 'contentLost'
    }
    if (lines === undefined) this.#fetched.add(message)
    return undefined
  }

  /** RFC 1939 §6: the UPDATE state. All that was marked goes, or nothing does. */
  async #update(): Promise<string> {
    const uids = this.#state.drop!.deletedUids()
    if (uids.length > 0) {
      const ended = await this.#ended()
      if (ended !== undefined) return ended
      const failed = await this.#attempt(async () => {
        await this.#maildrop!.remove(uids)
        return {}
      }, NOT_REMOVED)
      if ('ok' in failed) return this.#leave(failed as Response, 'updateFailed')
      this.#deleted = uids.length
    }
    await this.#letGo()
    return this.#leave(ok(`Goodbye (${uids.length} deleted)`), 'quit')
  }

  async #startTls(): Promise<string | undefined> {
    // CVE-2011-0411: what came in clear behind STLS must never be heard as if TLS had carried it.
    if (this.#wire.reader.pendingBytes > 0) return this.#leave(INJECTION, 'startTlsInjection')
    this.#say(ok('Begin TLS'))
    this.#wire.flush()
    return (await this.#secure()) ? undefined : 'tlsFailed'
  }

  async #secure(): Promise<boolean> {
    const { options, limits, log } = this.#context
    const error = await this.#wire.secure(options.tls(), false, limits.loginMs)
    if (error !== undefined) {
      log({ kind: 'pop3TlsFailed', id: this.#id, remoteAddress: this.#remoteAddress, error })
      return false
    }
    this.#state = { tls: true }
    return true
  }
}
