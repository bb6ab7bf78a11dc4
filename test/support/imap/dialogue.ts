// Plays a text dialogue, of one connection or several, against a real IMAP server over a real mailstore.
//
//   server: {"quotaBytes":100}    options of startTestImap, JSON (first line; optional)
//   C: a1 NOOP                    a line of the client, CRLF added; lines in a row go in one write
//   C- a1 APPEND INBOX            the same without CRLF
//   L+ Subject: x\r\n\r\nciao     a literal+ and its bytes, with \r \n \t \\ and \xHH; L= one of literal8, L. only the bytes
//   S: a1 OK NOOP done            one line of the server, to the letter, or by a /pattern/
//   S... /^a1 OK/                 whatever the server says, up to such a line
//   B C: …, B S: …                the same on another connection, which begins where its letter is first said
//   IN mario                      greeting, STARTTLS where there is need, LOGIN; what is said is passed over
//   TLS                           the client's side of the handshake begins
//   DEFLATE                       from here on this connection is compressed
//   CLOSED                        the server has closed, and said nothing more
//   CUT                           the client goes without a word
//   PUT INBOX 3                   three small messages come into a folder by another way
//   SUSPEND                       the mailbox is suspended
//   # a remark
//
// A pattern's named groups are kept: `${uv}` stands for them later on.
import type { Bench } from '../../shell/mailstore/support.ts'
import { judgeLine, RawClient, unescaped } from '../smtp/dialogue.ts'
import { startTestImap, type TestImap } from './server.ts'

const LINE = /^(?:([A-Z]) (?=C[:+-]|L[+=.]|S[:.]|IN |TLS|DEFLATE|CLOSED|CUT))?(.*)$/

class Player {
  readonly #bench: TestImap
  readonly #clients = new Map<string, RawClient>()
  readonly #kept: Record<string, string> = {}
  #out = ''
  #writer = ''
  #put = 0

  constructor(server: TestImap) {
    this.#bench = server
  }

  async #client(name: string): Promise<RawClient> {
    const { security, port } = this.#bench
    const open = () => (security === 'tls' ? RawClient.openTls(port) : RawClient.open(port))
    const client = this.#clients.get(name) ?? (await open())
    this.#clients.set(name, client)
    return client
  }

  async flush(): Promise<void> {
    if (this.#out !== '') (await this.#client(this.#writer)).write(this.#out)
    this.#out = ''
  }

  end(): void {
    for (const client of this.#clients.values()) client.destroy()
  }

  #filled(text: string): string {
    return text.replace(/\$\{(\w+)\}/g, (_, name: string) => this.#kept[name] ?? `no ${name}`)
  }

  #judge(at: number, expected: string, line: string | undefined): void {
    judgeLine(at, expected, line)
    const groups = expected.startsWith('/') ? new RegExp(expected.slice(1, -1)).exec(line ?? '')?.groups : undefined
    Object.assign(this.#kept, groups)
  }

  async line(at: number, whole: string): Promise<void> {
    const [, name = '', text = ''] = LINE.exec(this.#filled(Buffer.from(whole).toString('latin1')))!
    const words = /^(C[:+-]|L[+=.]) ?(.*)$/.exec(text)
    if (words) {
      if (name !== this.#writer) await this.flush()
      this.#writer = name
      this.#out += said(words[1]!, words[2]!)
      return
    }
    await this.flush()
    const wrong = await this.#direct(at, name, text)
    if (wrong !== undefined) throw new Error(`line ${at}: ${wrong}`)
  }

  async #direct(at: number, name: string, text: string): Promise<string | undefined> {
    const [word, ...rest] = text.split(' ')
    if (word === 'PUT') {
      const texts = Array.from({ length: Number(rest[1]) }, () => {
        this.#put++
        return `From: Test <t@beta.example>\r\nSubject: numero ${this.#put}\r\n\r\ncorpo ${this.#put}\r\n`
      })
      await this.#bench.put(rest[0]!, texts)
      return undefined
    }
    if (word === 'SUSPEND') {
      this.#bench.suspend()
      return undefined
    }
    const client = await this.#client(name)
    if (word === 'S:') this.#judge(at, text.slice(3), await client.line())
    else if (word === 'S...') await this.#until(at, text.slice(5), client)
    else if (word === 'IN') await signIn(client, rest[0]!, this.#bench.security)
    else if (word === 'TLS') await client.secure()
    else if (word === 'DEFLATE') client.compress()
    else if (word === 'CUT') client.destroy()
    else if (word === 'CLOSED') {
      const more = await client.rest()
      return more === '' ? undefined : `the server still says ${more}`
    } else return 'cannot be read'
    return undefined
  }

  async #until(at: number, expected: string, client: RawClient): Promise<void> {
    const pattern = /^\/(.*)\/$/.exec(expected)
    const found = (line: string) => (pattern ? new RegExp(pattern[1]!).test(line) : line === expected)
    for (let line = await client.line(); ; line = await client.line()) {
      if (line === undefined) throw new Error(`line ${at}: the server has closed before ${expected}`)
      if (!found(line)) continue
      this.#judge(at, expected, line)
      return
    }
  }
}

const said = (kind: string, text: string): string => {
  if (kind === 'C:') return `${text}\r\n`
  if (kind === 'C-') return text
  if (kind === 'C+' || kind === 'L.') return unescaped(text)
  const bytes = unescaped(text)
  return `${kind === 'L=' ? '~' : ''}{${bytes.length}+}\r\n${bytes}`
}

const answered = async (client: RawClient, tag: string): Promise<void> => {
  for (let line = await client.line(); !line?.startsWith(`${tag} OK`); line = await client.line())
    if (line === undefined || line.startsWith(tag)) throw new Error(`signing in: the server says ${line}`)
}

/** Signs in, whatever the server has said before. */
export const signIn = async (client: RawClient, user: string, security: 'tls' | 'starttls'): Promise<void> => {
  if (security === 'starttls') {
    client.write('tls STARTTLS\r\n')
    await answered(client, 'tls')
    await client.secure()
  }
  client.write(`in LOGIN ${user} segreto\r\n`)
  await answered(client, 'in')
}

/** Plays a dialogue; rejects with the number of the line that does not hold. */
export const playImapDialogue = async (bench: Bench, text: string): Promise<void> => {
  const options = /^server: (.*)$/m.exec(text)
  const server = await startTestImap(bench, options ? JSON.parse(options[1]!) : {})
  const player = new Player(server)
  try {
    for (const [index, line] of text.split('\n').entries())
      if (line !== '' && !line.startsWith('#') && !line.startsWith('server:')) await player.line(index + 1, line)
    await player.flush()
  } finally {
    player.end()
    await server.close(0)
  }
  const bug = server.events.find((event) => event.kind === 'imapBug')
  if (bug && !text.includes('SERVERBUG')) throw new Error('a bug', { cause: 'error' in bug ? bug.error : undefined })
}
