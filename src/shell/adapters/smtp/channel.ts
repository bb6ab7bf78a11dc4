// A client's connection to an SMTP server below the mail: connect, TLS, write, and replies one by one with time limits.
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { toLatin1 } from '../../../core/lib/bytes.ts'
import { createReplyReader, type ReceivedReply } from '../../../core/mail/smtp/reply.ts'

/** The connection cannot be had, or was lost; `code` is an enhanced status code of class 4. */
export class ChannelError extends Error {
  readonly code: string
  /** The other side closed or reset the connection. */
  readonly lost: boolean
  constructor(code: string, message: string, lost = false) {
    super(message)
    this.name = 'ChannelError'
    this.code = code
    this.lost = lost
  }
}

const connectionLost = (): ChannelError => new ChannelError('4.4.2', 'the connection was lost', true)
const tooSlow = (): ChannelError => new ChannelError('4.4.2', 'the server does not answer in time')
const notSmtp = (): ChannelError => new ChannelError('4.5.0', 'the server does not speak SMTP')

type Waiter = { readonly resolve: (reply: ReceivedReply) => void; readonly reject: (error: Error) => void }

export class Channel {
  #socket: Socket
  #reader = createReplyReader()
  #replies: ReceivedReply[] = []
  #waiter: Waiter | undefined
  #error: ChannelError | undefined
  /** Told when something comes though nothing was asked, or the connection ends while nobody waits. */
  onSurprise: (() => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#attach(socket)
  }

  /** Connects; rejects with ChannelError. */
  static open(host: string, port: number, ms: number): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host, port, noDelay: true })
      const fail = (why: string) => {
        clearTimeout(timer)
        socket.destroy()
        reject(new ChannelError('4.4.1', `${host}:${port} cannot be reached: ${why}`))
      }
      const failed = (error: Error & { code?: string }) => fail(error.code ?? error.message)
      const timer = setTimeout(() => fail('no answer in time'), ms)
      socket.once('error', failed)
      socket.once('connect', () => {
        clearTimeout(timer)
        socket.off('error', failed)
        resolve(new Channel(socket))
      })
    })
  }

  #attach(socket: Socket): void {
    socket.on('data', this.#onData)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => socket === this.#socket && this.#fail(connectionLost()))
    socket.on('end', () => socket === this.#socket && this.#fail(connectionLost()))
  }

  readonly #onData = (chunk: Uint8Array): void => {
    const replies = this.#reader.push(toLatin1(chunk))
    if (!replies) {
      this.#fail(notSmtp())
      return
    }
    for (const reply of replies) {
      const waiter = this.#waiter
      this.#waiter = undefined
      if (waiter) waiter.resolve(reply)
      else this.#replies.push(reply)
    }
    if (this.#replies.length > 0) this.onSurprise?.()
  }

  #fail(error: ChannelError): void {
    if (this.#error) return
    this.#error = error
    this.#socket.destroy()
    this.#waiter?.reject(error)
    this.#waiter = undefined
    this.onSurprise?.()
  }

  /** The connection can be used no more. */
  get broken(): boolean {
    return this.#error !== undefined
  }

  /** A reply is there that nobody has taken yet. */
  get hasReply(): boolean {
    return this.#replies.length > 0
  }

  /** The next reply; rejects with ChannelError where none comes. */
  async reply(ms: number): Promise<ReceivedReply> {
    const first = this.#replies.shift()
    if (first) return first
    if (this.#error) throw this.#error
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<ReceivedReply>((resolve, reject) => {
        this.#waiter = { resolve, reject }
        timer = setTimeout(() => this.#fail(tooSlow()), ms)
      })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Writes; false where the writer should wait for `drained`. */
  write(bytes: Uint8Array | string): boolean {
    if (this.#error) return true
    return typeof bytes === 'string' ? this.#socket.write(bytes, 'latin1') : this.#socket.write(bytes)
  }

  /** Gathers the writes of `work` into one. */
  together(work: () => void): void {
    this.#socket.cork()
    work()
    this.#socket.uncork()
  }

  /** Waits until what was written has gone; rejects with ChannelError where it does not in time. */
  async drained(ms: number): Promise<void> {
    if (this.#error) throw this.#error
    const socket = this.#socket
    if (!socket.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        socket.off('drain', finish)
        socket.off('close', finish)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#fail(tooSlow())
        finish()
      }, ms)
      socket.on('drain', finish)
      socket.on('close', finish)
    })
    if (this.#error) throw this.#error
  }

  /**
   * Puts TLS on the connection. With `verify` the certificate must lead to the roots (the system's where none are
   * given) and carry the name. Rejects with ChannelError; the connection is then gone.
   */
  async secure(
    tls: { name: string; verify: boolean; roots?: readonly string[] | undefined },
    ms: number,
  ): Promise<void> {
    // What came in clear behind the reply to STARTTLS is nobody's word (RFC 3207 §4.2).
    if (this.#replies.length > 0 || !this.#reader.empty()) {
      this.destroy()
      throw new ChannelError('4.7.0', 'the server speaks before TLS has begun')
    }
    const raw = this.#socket
    raw.off('data', this.#onData)
    const name = isIP(tls.name) ? { host: tls.name } : { servername: tls.name, host: tls.name }
    const secured: TLSSocket = connectTls({
      socket: raw,
      ...name,
      ...(tls.roots ? { ca: [...tls.roots] } : {}),
      rejectUnauthorized: tls.verify,
      minVersion: 'TLSv1.2',
    })
    this.#socket = secured
    await new Promise<void>((resolve, reject) => {
      const finish = (why?: string) => {
        clearTimeout(timer)
        secured.off('secureConnect', done)
        secured.off('error', failed)
        secured.off('close', closed)
        if (why === undefined) return resolve()
        this.destroy()
        reject(new ChannelError('4.7.5', `TLS with ${tls.name} failed: ${why}`))
      }
      const done = () => finish()
      const failed = (error: Error & { code?: string }) => finish(error.code ?? error.message)
      const closed = () => finish('the connection was lost')
      const timer = setTimeout(() => finish('no answer in time'), ms)
      secured.on('secureConnect', done)
      secured.on('error', failed)
      secured.on('close', closed)
      raw.once('close', () => secured.destroy())
    })
    this.#reader = createReplyReader()
    this.#attach(secured)
  }

  /** Says goodbye and closes, without waiting for the answer. */
  quit(): void {
    if (this.#error) return
    this.#error = connectionLost()
    const socket = this.#socket
    socket.end('QUIT\r\n', 'latin1')
    const timer = setTimeout(() => socket.destroy(), 1000)
    socket.once('close', () => clearTimeout(timer))
    socket.resume()
  }

  destroy(): void {
    this.#fail(connectionLost())
  }
}
