// The content of one mail being received: from the wire through the reader to the handler, within its limits.
import { type DataFault, DataReader } from '../../../core/mail/smtp/data.ts'
import type { LineReader } from '../../../core/mail/smtp/line.ts'
import { type Reply, reply } from '../../../core/mail/smtp/reply.ts'
import { ContentStream } from '../wire/stream.ts'
import type { Wire } from '../wire/wire.ts'
import { attempt } from './guard.ts'
import type { SmtpEvent, SmtpHandlers, SmtpLimits, SmtpSession } from './options.ts'
import { TransferRefused } from './refused.ts'

type Context<Login> = {
  readonly options: { readonly handlers: SmtpHandlers<Login> }
  readonly limits: SmtpLimits
  readonly log: (event: SmtpEvent) => void
}

/** Bytes beyond the largest message that are still read, so that a client hears 552 and is not cut off. */
const DRAIN_BYTES = 67_108_864

const TOO_LARGE = reply(552, '5.3.4', 'Message is larger than is taken here')
const FAR_TOO_LARGE = reply(552, '5.3.4', 'Message is far larger than is taken here, closing')
const TOO_SLOW = reply(421, '4.4.2', 'Content comes too slowly, closing')
const FAULTS: Readonly<Record<DataFault, Reply>> = {
  bareLf: reply(554, '5.6.0', 'Content has a bare LF'),
  bareCr: reply(554, '5.6.0', 'Content has a bare CR'),
  nul: reply(554, '5.6.0', 'Content has a NUL'),
  longLine: reply(554, '5.6.0', 'Content has a line that is too long'),
}

export class Transfer<Login> {
  /** Why the content is not taken; said when its end has come. */
  refusal: Reply | undefined
  /** Why it was not waited for to the end; said before closing. */
  ending: Reply | undefined
  readonly #context: Context<Login>
  readonly #wire: Wire<LineReader>
  readonly #reader: DataReader
  readonly #stream = new ContentStream()
  readonly #id: string
  readonly #handled: Promise<Reply> | undefined
  #received = 0
  #waitedMs = 0
  readonly #emit = (piece: Uint8Array): void => this.#stream.push(piece)

  /** `dots`: DATA, else BDAT. `skip`: nobody is given the content. */
  constructor(
    context: Context<Login>,
    wire: Wire<LineReader>,
    session: SmtpSession<Login>,
    dots: boolean,
    skip = false,
  ) {
    this.#context = context
    this.#wire = wire
    this.#id = session.id
    this.#reader = new DataReader({ dots, maxLineBytes: context.limits.maxLineBytes })
    if (skip) this.#stream.discard()
    else this.#handled = this.#handle(session)
  }

  async #handle(session: SmtpSession<Login>): Promise<Reply> {
    const { data } = this.#context.options.handlers
    const answer = await attempt(this.#context, this.#id, () => data(session, this.#stream))
    this.#stream.discard()
    return answer
  }

  /** Reads `bytes` of content, or to its end (DATA: Infinity). False where it did not come: see `ending`. */
  async receive(bytes: number): Promise<boolean> {
    const lines = this.#wire.reader
    let left = bytes
    if (Number.isFinite(bytes) && this.#received + bytes > this.#mostBytes) {
      this.ending = FAR_TOO_LARGE
      return false
    }
    while (left > 0 && !this.#reader.done) {
      const chunk = lines.take()
      if (!chunk) {
        if (!(await this.#more())) return false
        continue
      }
      const part = chunk.length > left ? chunk.subarray(0, left) : chunk
      const used = this.#reader.push(part, this.#emit)
      if (used < chunk.length) lines.giveBack(chunk.subarray(used))
      left -= used
      this.#received += used
      if (!this.#withinLimits()) return false
      if (this.#stream.full) await this.#stream.drained()
    }
    return true
  }

  /** Stuffed dots may double a content; a little more is drained. */
  get #mostBytes(): number {
    return 2 * this.#context.limits.maxMessageBytes + DRAIN_BYTES
  }

  /** Whether reading may go on; notes why the content is refused. */
  #withinLimits(): boolean {
    const { maxMessageBytes } = this.#context.limits
    const fault = this.#reader.fault
    if (fault) this.#refuse(FAULTS[fault], fault)
    if (this.#reader.sizeBytes > maxMessageBytes || this.#received > 2 * maxMessageBytes) {
      this.#refuse(TOO_LARGE, 'size')
    }
    if (this.#received <= this.#mostBytes) return true
    this.ending = FAR_TOO_LARGE
    return false
  }

  #refuse(refusal: Reply, why: string): void {
    if (this.refusal) return
    this.refusal = refusal
    this.#context.log({ kind: 'smtpContentRefused', id: this.#id, why })
    this.#stream.fail(new TransferRefused(refusal))
  }

  /** Waits for content. Only time spent waiting counts against the minimum rate: our own slowness does not. */
  async #more(): Promise<boolean> {
    const { dataIdleMs, minDataBytesPerSecond } = this.#context.limits
    const allowed = dataIdleMs + (this.#received * 1000) / minDataBytesPerSecond - this.#waitedMs
    const before = performance.now()
    const waited = await this.#wire.wait(Math.min(dataIdleMs, allowed))
    this.#waitedMs += performance.now() - before
    if (waited === 'timeout') this.ending = TOO_SLOW
    return waited === 'input' || waited === 'woken' || (waited === 'gone' && this.#wire.reader.pendingBytes > 0)
  }

  /** The whole content is there: gives the handler's reply, or the refusal, which nothing can overrule. */
  async finish(): Promise<Reply> {
    if (!this.#reader.done) {
      this.#reader.finish(this.#emit)
      this.#withinLimits()
    }
    this.#stream.end()
    const answer = await this.#handled!
    return this.refusal ?? answer
  }

  /** The content will not come: the handler's stream fails, and its reply is nobody's. */
  async abandon(error: Error): Promise<void> {
    this.#stream.fail(error)
    await this.#handled
  }
}
