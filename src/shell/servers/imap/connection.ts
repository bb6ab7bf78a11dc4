// One IMAP connection at the server: gathers commands, has them executed in their order, answers, keeps the time.
import { randomBytes } from 'node:crypto'
import { Fault } from '../../../core/lib/refusal.ts'
import { parseCommand } from '../../../core/mail/imap/parse.ts'
import { type CommandReader, type ReadResult, refusalText } from '../../../core/mail/imap/reader.ts'
import { badStatus, bye, no, printStatus, type Status } from '../../../core/mail/imap/status.ts'
import { Turns } from '../wire/turns.ts'
import type { Wire } from '../wire/wire.ts'
import { AppendIntake } from './commands/append.ts'
import { capabilityNames } from './commands/capability.ts'
import { idleOn } from './commands/idle.ts'
import { ENDED } from './ended.ts'
import { execute, secureWire } from './execute.ts'
import { Gone, type ServerContext, Session } from './session.ts'

const UNAVAILABLE = no('Servizio non disponibile, riprovare. Something is away, try again', { kind: 'UNAVAILABLE' })
const BROKEN = bye('What follows cannot be told apart, closing')
const TOO_SLOW = bye('Nothing came in time, closing')
const SHUTTING_DOWN = bye('Service is going down, come back', { kind: 'UNAVAILABLE' })
const TOO_MANY_ERRORS = bye('Too many errors, closing', { kind: 'CLIENTBUG' })

export class Connection {
  readonly #session: Session
  readonly #openedAt = performance.now()
  readonly #turns = new Turns()
  #append: AppendIntake | undefined
  #errors = 0
  #commands = 0

  constructor(context: ServerContext, wire: Wire<CommandReader>, id: string, remoteAddress: string) {
    this.#session = new Session(context, wire, id, remoteAddress)
  }

  /** Serves the connection to its end; never rejects. */
  async serve(): Promise<void> {
    const { context, wire, id, remoteAddress } = this.#session
    context.log({ kind: 'imapOpened', id, remoteAddress })
    let why = 'bug'
    try {
      why = await this.#run()
    } catch (error) {
      if (error instanceof Gone) why = 'gone'
      else context.log({ kind: 'imapBug', id, command: '', reference: id, error })
    }
    this.#session.end()
    if (why === 'gone') wire.destroy()
    else wire.close(context.limits.lingerMs)
    context.log({ kind: 'imapClosed', id, why, commands: this.#commands })
  }

  /** Ends the session between two commands. */
  shutdown(): void {
    this.#session.closing = true
    this.#session.wire.wake()
  }

  /** Closes at once. */
  destroy(): void {
    this.#session.wire.destroy()
  }

  async #run(): Promise<string> {
    const session = this.#session
    if (session.context.options.security === 'tls' && !(await secureWire(session))) return 'tlsFailed'
    session.note({
      condition: 'OK',
      code: { kind: 'CAPABILITY', capabilities: capabilityNames(session) },
      text: `${session.context.options.hostname} Ceralacca`,
    })
    for (;;) {
      if (session.idle) {
        const over = await this.#attempt('IDLE', () => idleOn(session))
        const why = over && this.#idled(session.idle.tag, over)
        if (why !== undefined) return why
        continue
      }
      const result = await this.#next()
      const why = typeof result === 'string' ? result : await this.#take(result)
      if (why !== undefined) return why
    }
  }

  /** IDLE is over: answered, or with the connection. */
  #idled(tag: string, over: Status): string | undefined {
    this.#session.idle = undefined
    return over.condition === 'BYE' ? this.#leave(over, 'idle') : this.#answer(tag, 'IDLE', over)
  }

  /** Says the last word; gives the reason. */
  #leave(last: Status, why: string): string {
    this.#session.note(last)
    return why
  }

  /** Time left for the next command to come whole, in milliseconds. */
  #patience(since: number): number {
    const { idleMs, loginMs } = this.#session.context.limits
    const { login } = this.#session
    return login ? since + idleMs - performance.now() : this.#openedAt + loginMs - performance.now()
  }

  /** What the reader has, waited for; or why the connection ends, already said. */
  async #next(): Promise<ReadResult | string> {
    const { wire, context } = this.#session
    let since = 0
    for (;;) {
      // Who asks and asks and reads nothing is not answered beyond what the socket takes.
      if (wire.congested) await this.#session.drain()
      if (this.#session.closing && !this.#append) return this.#leave(SHUTTING_DOWN, 'shutdown')
      if (!this.#session.login && this.#patience(0) <= 0) return this.#leave(TOO_SLOW, 'idle')
      const result = wire.reader.next()
      if (result.kind !== 'more') {
        if (this.#turns.over) await this.#turns.pass()
        return result
      }
      wire.flush()
      await this.#session.drain()
      // The whole of the time in one round number: timers of one length cost next to nothing.
      const patience = since === 0 && this.#session.login ? context.limits.idleMs : this.#patience(since)
      if (since === 0) since = performance.now()
      const waited = await wire.wait(patience)
      this.#turns.renew()
      if (waited === 'timeout') return this.#leave(TOO_SLOW, 'idle')
      if (waited === 'gone' && wire.reader.pendingBytes === 0) return 'gone'
    }
  }

  async #take(result: ReadResult): Promise<string | undefined> {
    const session = this.#session
    switch (result.kind) {
      case 'more':
        return undefined
      case 'continue':
        session.wire.say('+ OK\r\n')
        return undefined
      case 'broken':
        return this.#leave(BROKEN, result.why)
      case 'literal': {
        this.#append ??= new AppendIntake(session)
        const append = this.#append
        const answer = await this.#attempt('APPEND', () => append.take(result))
        if (answer === undefined || !append.refuse(answer, result)) return undefined
        this.#append = undefined
        return this.#answer(append.tag, 'APPEND', answer)
      }
      case 'refused': {
        const answer = this.#append?.refusal ?? badStatus(refusalText(result.why))
        const tag = this.#append?.tag ?? result.tag
        this.#append = undefined
        return this.#answer(tag, '', answer)
      }
      case 'command':
        return this.#command(result.text)
    }
  }

  async #command(text: string): Promise<string | undefined> {
    const session = this.#session
    const append = this.#append
    this.#append = undefined
    const parsed = parseCommand(text, session.mode)
    if (parsed.kind === 'bad') return this.#answer(parsed.tag, parsed.name ?? '', badStatus(parsed.text))
    const { tag, name } = parsed
    if (parsed.kind === 'badCharset') {
      const charsets = ['US-ASCII', 'UTF-8']
      // RFC 5182 §2.1: a search that is answered NO and was to be kept leaves nothing in `$`.
      if (parsed.saves && session.selected) session.selected.saved = []
      return this.#answer(tag, name, no('The charset is not known', { kind: 'BADCHARSET', charsets }))
    }
    this.#commands++
    const started = performance.now()
    const ended = await session.whyEnded()
    if (ended) return this.#leave(ENDED[ended], ended)
    const outcome = await this.#attempt(name, () => execute(session, parsed, append))
    session.context.options.measure?.(name, (performance.now() - started) / 1_000)
    if (outcome === undefined) return 'gone'
    if ('condition' in outcome) return this.#answer(tag, name, outcome)
    if (outcome.status) this.#session.wire.say(printStatus(tag, outcome.status))
    return outcome.why
  }

  /** Does work that may fail: a fault of the world may pass, a bug gets a reference. */
  async #attempt<T>(command: string, work: () => Promise<T>): Promise<T | Status> {
    const { context, id } = this.#session
    try {
      return await work()
    } catch (error) {
      if (error instanceof Gone) throw error
      if (error instanceof Fault) {
        context.log({ kind: 'imapFault', id, command, error })
        return UNAVAILABLE
      }
      const reference = randomBytes(6).toString('hex')
      context.log({ kind: 'imapBug', id, command, reference, error })
      return no(`Something went wrong here (reference ${reference})`, { kind: 'SERVERBUG' })
    }
  }

  /** Answers a command; those that cannot be read are counted. */
  #answer(tag: string | undefined, command: string, status: Status): string | undefined {
    const { wire, context, id } = this.#session
    wire.say(printStatus(tag, status))
    if (status.condition === 'OK') {
      this.#errors = 0
      return undefined
    }
    context.log({ kind: 'imapRefused', id, command, code: status.code?.kind ?? status.condition })
    if (this.#session.failedLogins >= context.limits.maxLogins) return this.#leave(TOO_MANY_ERRORS, 'logins')
    if (status.condition !== 'BAD') return undefined
    return ++this.#errors >= context.limits.maxErrors ? this.#leave(TOO_MANY_ERRORS, 'errors') : undefined
  }
}
