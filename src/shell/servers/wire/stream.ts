// The content of one message on its way from the socket to who takes it, with back-pressure.

/** The client has gone, or has given up the mail, before the content's end. */
export class TransferLost extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'TransferLost'
  }
}

/** Bytes held for the handler before the socket must wait. */
const HIGH_WATER = 262_144

type Result = IteratorResult<Uint8Array, undefined>
const DONE: Result = { done: true, value: undefined }

/** A queue of pieces with one reader. */
export class ContentStream implements AsyncIterable<Uint8Array> {
  #pieces: Uint8Array[] = []
  #queued = 0
  #ended = false
  #discarding = false
  #error: Error | undefined
  #reader: { resolve: (result: Result) => void; reject: (error: Error) => void } | undefined
  #writer: (() => void) | undefined

  /** Whether the writer should wait for `drained`. */
  get full(): boolean {
    return this.#queued >= HIGH_WATER && !this.#discarding
  }

  /** Resolves when there is room again. */
  drained(): Promise<void> {
    if (!this.full) return Promise.resolve()
    return new Promise((resolve) => {
      this.#writer = resolve
    })
  }

  push(piece: Uint8Array): void {
    if (this.#discarding || this.#error || piece.length === 0) return
    const reader = this.#reader
    if (reader) {
      this.#reader = undefined
      reader.resolve({ done: false, value: piece })
      return
    }
    this.#pieces.push(piece)
    this.#queued += piece.length
  }

  end(): void {
    this.#ended = true
    this.#reader?.resolve(DONE)
    this.#reader = undefined
  }

  /** Ends it with an error; pieces not read yet are dropped. The first error stays. */
  fail(error: Error): void {
    if (this.#error || this.#ended) return
    this.#error = error
    this.#drop()
    this.#reader?.reject(error)
    this.#reader = undefined
  }

  /** Nobody reads any more: what comes is dropped. */
  discard(): void {
    this.#discarding = true
    this.#drop()
  }

  #drop(): void {
    this.#pieces = []
    this.#queued = 0
    this.#room()
  }

  #room(): void {
    this.#writer?.()
    this.#writer = undefined
  }

  #next(): Promise<Result> {
    if (this.#error) return Promise.reject(this.#error)
    const piece = this.#pieces.shift()
    if (piece) {
      this.#queued -= piece.length
      if (this.#queued < HIGH_WATER / 2) this.#room()
      return Promise.resolve({ done: false, value: piece })
    }
    if (this.#ended || this.#discarding) return Promise.resolve(DONE)
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.discard()
        return Promise.resolve(DONE)
      },
    }
  }
}
