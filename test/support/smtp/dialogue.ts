// Plays a text dialogue against a real server.
//
//   server: {"role":"incoming"}   options of startTestServer, JSON (first line; optional)
//   C: EHLO me                    a line of the client, CRLF added; lines in a row go in one write
//   C+ raw\r\ntext\x00            the same without CRLF, with \r \n \t \\ and \xHH
//   S: 250 2.0.0 Done             one line of the server, to the letter
//   S: /^250 /                    or by a pattern
//   TLS                           the client's side of the handshake begins
//   CLOSED                        the server has closed, and said nothing more
//   KEPT 1                        so many mails have come through
//   # a remark
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw } from 'node:zlib'
import { startTestServer, type TestServer, testTls } from './server.ts'

/** A raw client that reads line by line. */
export class RawClient {
  #socket: Socket
  #text = ''
  #closed = false
  #wake: (() => void) | undefined
  #deflate: DeflateRaw | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#attach(socket)
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const client = new RawClient(socket)
    await once(socket, 'connect')
    return client
  }

  /** Opens with TLS from the first byte. */
  static async openTls(port: number): Promise<RawClient> {
    const client = await RawClient.open(port)
    await client.secure()
    return client
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#text += chunk.toString('latin1')
    this.#wake?.()
  }

  #attach(socket: Socket): void {
    socket.on('data', this.#onData)
    socket.on('error', () => socket.destroy())
    socket.on('end', () => this.#end(socket))
    socket.on('close', () => this.#end(socket))
  }

  #end(socket: Socket): void {
    // What is compressed ends when it has been read, not when the socket does.
    if (socket !== this.#socket || this.#deflate) return
    this.#close()
  }

  #close(): void {
    this.#closed = true
    this.#wake?.()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  write(text: string | Uint8Array): void {
    if (this.#deflate) {
      this.#deflate.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
      this.#deflate.flush(constants.Z_SYNC_FLUSH)
      return
    }
    if (typeof text === 'string') this.#socket.write(text, 'latin1')
    else this.#socket.write(text)
  }

  /** Writes with back-pressure; stops where the connection is gone. */
  async writeAll(text: string): Promise<void> {
    const socket = this.#socket
    if (this.#closed || socket.write(text, 'latin1')) return
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off('drain', done)
        socket.off('close', done)
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })
  }

  /** The next line without CRLF; undefined where the server has closed. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return line
      }
      if (this.#closed) return undefined
      await this.#change()
    }
  }

  /** The next reply: its code and the text of its last line. */
  async reply(): Promise<string | undefined> {
    for (;;) {
      const line = await this.line()
      if (line === undefined || line[3] !== '-') return line
    }
  }

  /** Writes a command and gives the reply. */
  async say(text: string): Promise<string | undefined> {
    this.write(`${text}\r\n`)
    return this.reply()
  }

  /** All that still comes until the server closes. */
  async rest(): Promise<string> {
    while (!this.#closed) await this.#change()
    const text = this.#text
    this.#text = ''
    return text
  }

  async secure(): Promise<void> {
    const raw = this.#socket
    raw.off('data', this.#onData)
    const { authority } = await testTls()
    const secured = connectTls({ socket: raw, servername: 'mx.test', ca: [authority.root] })
    this.#socket = secured
    await once(secured, 'secureConnect')
    this.#attach(secured)
  }

  /** From here on both sides are compressed. */
  compress(): void {
    const inflate = createInflateRaw()
    this.#deflate = createDeflateRaw()
    this.#socket.off('data', this.#onData)
    this.#deflate.pipe(this.#socket)
    this.#socket.pipe(inflate).on('data', this.#onData)
    inflate.on('end', () => this.#close())
    inflate.on('error', () => this.#close())
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/** Text with \\r \\n \\t \\\\ and \\xHH resolved. */
export const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex: string | undefined, letter: string) =>
    hex === undefined
      ? ({ r: '\r', n: '\n', t: '\t' }[letter] ?? letter)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  )

/** Throws where the server's line is not what the dialogue's line `at` says. */
export const judgeLine = (at: number, expected: string, line: string | undefined): void => {
  const pattern = /^\/(.*)\/$/.exec(expected)
  const agrees = pattern ? new RegExp(pattern[1]!).test(line ?? '') : line === expected
  if (!agrees || line === undefined) throw new Error(`line ${at}: expected ${expected}, the server says ${line}`)
}

const playLines = async (lines: readonly string[], client: RawClient, server: TestServer): Promise<void> => {
  let out = ''
  const flush = () => {
    if (out !== '') client.write(out)
    out = ''
  }
  for (const [index, line] of lines.entries()) {
    const at = index + 1
    if (line.startsWith('C: ') || line === 'C:') out += `${line.slice(3)}\r\n`
    else if (line.startsWith('C+ ')) out += unescaped(line.slice(3))
    else if (line === '' || line.startsWith('#') || line.startsWith('server:')) continue
    else {
      flush()
      if (line.startsWith('S: ')) judgeLine(at, line.slice(3), await client.line())
      else if (line === 'TLS') await client.secure()
      else if (line === 'CLOSED') {
        const rest = await client.rest()
        if (rest !== '') throw new Error(`line ${at}: the server still says ${rest}`)
      } else if (line.startsWith('KEPT ')) {
        if (server.kept.length !== Number(line.slice(5))) throw new Error(`line ${at}: ${server.kept.length} were kept`)
      } else throw new Error(`line ${at} cannot be read: ${line}`)
    }
  }
  flush()
}

/** Plays a dialogue; rejects with the number of the line that does not hold. */
export const playDialogue = async (text: string): Promise<void> => {
  const lines = text.split('\n')
  const options = /^server: (.*)$/m.exec(text)
  const server = await startTestServer(options ? JSON.parse(options[1]!) : {})
  const client = await RawClient.open(server.port)
  try {
    if (server.security === 'tls') await client.secure()
    await playLines(lines, client, server)
  } finally {
    client.destroy()
    await server.close(0)
  }
}
