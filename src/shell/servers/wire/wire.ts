// One socket as a session sees it: bytes in to a reader, text out in batches, TLS on top, time limits.
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { type SecureContext, TLSSocket } from 'node:tls'
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw } from 'node:zlib'

/** Bytes read ahead of the session before the socket is paused. */
const READ_AHEAD = 262_144
/** The same in chunks: each costs some hundred bytes of its own, be there a single byte in it. */
const CHUNKS_AHEAD = 2_048
/** Text gathered before they are written though the batch goes on. */
const WRITE_AT = 65_536
/** Bytes passed over while a closed client is waited for. */
const LINGER_BYTES = 4_194_304

export type Waited = 'input' | 'timeout' | 'gone' | 'woken'

/** What takes the client's bytes: a reader of lines or commands, which is asked for them by the session. */
export type Intake = {
  readonly push: (chunk: Uint8Array) => void
  /** Bytes pushed and not read yet. */
  readonly pendingBytes: number
}

export class Wire<Reader extends Intake> {
  readonly reader: Reader
  #socket: Socket
  /** Where bytes come from and go to: the socket, or the streams that compress them. */
  #source: Readable
  #sink: Writable
  #deflate: DeflateRaw | undefined
  #out = ''
  /** Chunks pushed since the session waited last. */
  #chunks = 0
  #paused = false
  #ended = false
  #gone = false
  #wake: ((why: Waited) => void) | undefined
  #lingering = 0
  readonly #onClose: () => void

  /** `onClose` is called once, when the socket is no more. */
  constructor(socket: Socket, reader: Reader, onClose: () => void) {
    this.#socket = socket
    this.#source = socket
    this.#sink = socket
    this.reader = reader
    this.#onClose = onClose
    socket.setNoDelay(true)
    this.#watch(socket)
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#lingering > 0) {
      this.#lingering -= chunk.length
      if (this.#lingering <= 0) this.destroy()
      return
    }
    this.reader.push(chunk)
    const ahead = ++this.#chunks > CHUNKS_AHEAD || this.reader.pendingBytes > READ_AHEAD
    if (ahead && !this.#paused) {
      this.#paused = true
      this.#source.pause()
    }
    this.#rouse('input')
  }

  readonly #onEnd = (): void => {
    this.#ended = true
    this.#rouse('gone')
  }

  #watch(socket: Socket): void {
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (socket !== this.#socket || this.#gone) return
      this.#gone = true
      this.#rouse('gone')
      this.#onClose()
    })
  }

  #rouse(why: Waited): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.(why)
  }

  /** Whether the client sends nothing more. */
  get ended(): boolean {
    return this.#ended || this.#gone
  }

  /** The socket is no more: nothing can be written. */
  get gone(): boolean {
    return this.#gone
  }

  /** Waits for input, for at most `ms`. */
  async wait(ms: number): Promise<Waited> {
    if (this.ended) return 'gone'
    if (ms <= 0) return 'timeout'
    this.#chunks = 0
    if (this.#paused) {
      this.#paused = false
      this.#source.resume()
    }
    let timer: NodeJS.Timeout | undefined
    const why = await new Promise<Waited>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(() => this.#rouse('timeout'), ms)
    })
    clearTimeout(timer)
    return why
  }

  /** Ends a wait that is under way. */
  wake(): void {
    this.#rouse('woken')
  }

  /** Adds text to the batch: one code unit a byte, with its line ends. */
  say(text: string): void {
    this.#out += text
    if (this.#out.length > WRITE_AT) this.flush()
  }

  /** Writes the batch, and bytes behind it; they are the socket's from now on. */
  send(bytes: Uint8Array): void {
    this.flush()
    if (!this.#gone) this.#write(bytes)
  }

  /** Writes the batch in one go. */
  flush(): void {
    if (this.#out === '' || this.#gone) return
    const text = this.#out
    this.#out = ''
    this.#write(text)
  }

  #write(data: string | Uint8Array): void {
    if (typeof data === 'string') this.#sink.write(data, 'latin1')
    else this.#sink.write(data)
    // The client must have all of it, whatever the compression would still wait for.
    this.#deflate?.flush(constants.Z_SYNC_FLUSH)
  }

  /** From here on both directions are compressed by DEFLATE (RFC 4978); the batch goes out before, as it is. */
  compress(): void {
    this.flush()
    const socket = this.#socket
    // A window of 8 KiB and little else: an idle connection is to cost tens of kilobytes, not hundreds.
    const deflate = createDeflateRaw({ level: 3, windowBits: 13, memLevel: 5, chunkSize: 4_096 })
    const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 4_096 })
    for (const stream of [deflate, inflate]) {
      stream.on('error', () => socket.destroy())
      socket.once('close', () => stream.destroy())
    }
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    inflate.on('data', this.#onData)
    inflate.on('end', this.#onEnd)
    socket.pipe(inflate)
    deflate.pipe(socket)
    this.#source = inflate
    this.#sink = deflate
    this.#deflate = deflate
  }

  /** Whether more has been written than the client has taken, beyond what is held for it lightly. */
  get congested(): boolean {
    return this.#sink.writableNeedDrain
  }

  /** Waits until the client has read enough of what was written; false where it does not within `ms`. */
  async written(ms: number): Promise<boolean> {
    const socket = this.#socket
    const sink = this.#sink
    if (!sink.writableNeedDrain || this.#gone) return !this.#gone
    return new Promise((resolve) => {
      const finish = (done: boolean) => {
        clearTimeout(timer)
        sink.off('drain', drained)
        socket.off('close', closed)
        resolve(done)
      }
      const drained = () => finish(true)
      const closed = () => finish(false)
      const timer = setTimeout(closed, ms)
      sink.on('drain', drained)
      socket.on('close', closed)
    })
  }

  /** Puts TLS on the socket, as its server. Gives what went wrong, if anything did: the socket is then gone. */
  async secure(context: SecureContext, requestCert: boolean, ms: number): Promise<string | undefined> {
    const raw = this.#socket
    raw.off('data', this.#onData)
    raw.off('end', this.#onEnd)
    if (raw.destroyed) return 'the client has gone'
    const secured = new TLSSocket(raw, {
      isServer: true,
      secureContext: context,
      requestCert,
      rejectUnauthorized: false,
    })
    this.#socket = secured
    this.#source = secured
    this.#sink = secured
    this.#watch(secured)
    secured.on('data', this.#onData)
    secured.on('end', this.#onEnd)
    destroyWith(raw, secured)
    const error = await handshake(secured, ms)
    if (error !== undefined) this.destroy()
    return error
  }

  /** What TLS was agreed upon. */
  agreed(): { protocol: string; cipher: string; peer?: string } | undefined {
    if (!(this.#socket instanceof TLSSocket)) return undefined
    const certificate = this.#socket.getPeerCertificate()
    return {
      protocol: this.#socket.getProtocol() ?? 'TLS',
      cipher: this.#socket.getCipher()?.standardName ?? 'unknown',
      ...(certificate?.fingerprint256 === undefined ? {} : { peer: certificate.fingerprint256 }),
    }
  }

  /** Writes the batch, ends our side, and gives the client `ms` to read it: a reset would take the reply from it. */
  close(ms: number): void {
    if (this.#gone) return
    this.flush()
    this.#lingering = LINGER_BYTES
    const socket = this.#socket
    this.#sink.end()
    if (this.#ended) socket.once('finish', () => socket.destroy())
    else socket.once('end', () => socket.destroy())
    this.#source.resume()
    const timer = setTimeout(() => socket.destroy(), ms)
    socket.once('close', () => clearTimeout(timer))
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

// What follows are functions of their own, so that nothing of a handshake is kept by what outlives it.

const destroyWith = (raw: Socket, secured: Socket): void => {
  raw.once('close', () => secured.destroy())
}

/** Waits for the handshake of a server's socket; gives what went wrong. */
const handshake = (secured: TLSSocket, ms: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const finish = (error: string | undefined) => {
      clearTimeout(timer)
      secured.off('secure', done)
      secured.off('error', failed)
      secured.off('close', closed)
      secured.off('end', closed)
      resolve(error)
    }
    const done = () => finish(undefined)
    const failed = (error: Error) => finish(error.message)
    const closed = () => finish('the client has gone')
    const timer = setTimeout(() => finish('handshake too slow'), ms)
    secured.on('secure', done)
    secured.on('error', failed)
    secured.on('close', closed)
    // Half open sockets stay open for us to close: who leaves in the middle of the handshake must not be waited for.
    secured.on('end', closed)
  })
