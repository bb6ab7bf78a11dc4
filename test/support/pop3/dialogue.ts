// Plays a text dialogue against a real POP3 server.
//
//   server: {"security":"tls"}    options of startTestPop3, JSON (first line; optional)
//   C: USER mario                 a line of the client, CRLF added; lines in a row go in one write
//   C+ raw\r\ntext\x00            the same without CRLF, with \r \n \t \\ and \xHH
//   S: +OK Here                   one line of the server, to the letter, or by a /pattern/
//   TLS                           the client's side of the handshake begins
//   CLOSED                        the server has closed, and said nothing more
//   CUT                           the client goes without a word
//   LEFT 3 5                      the uids that the mailbox has now
//   SEEN 3                        those that were marked as seen
//   2 C: …, 2 S: …                the same on a second connection, which begins where it is first named
//   # a remark
import { judgeLine, RawClient, unescaped } from '../smtp/dialogue.ts'
import { startTestPop3, type TestPop3 } from './server.ts'

const open = async (server: TestPop3): Promise<RawClient> =>
  server.security === 'tls' ? RawClient.openTls(server.port) : RawClient.open(server.port)

const numbers = (of: Iterable<number>): string => [...of].sort((a, b) => a - b).join(' ')

/** Waits until nobody holds the mailbox: the server may still be about it when the client has its last line. */
const released = async (server: TestPop3): Promise<void> => {
  while (server.box.held > 0) await new Promise((resolve) => setImmediate(resolve))
}

/** Does one line that is neither the client's nor the server's. */
const direct = async (server: TestPop3, client: RawClient, line: string): Promise<string | undefined> => {
  const [word, ...rest] = line.split(' ')
  switch (word) {
    case 'TLS':
      await client.secure()
      return undefined
    case 'CUT':
      client.destroy()
      return undefined
    case 'CLOSED': {
      const said = await client.rest()
      return said === '' ? undefined : `the server still says ${said}`
    }
    case 'LEFT':
    case 'SEEN': {
      await released(server)
      const found = numbers(word === 'LEFT' ? server.box.messages.keys() : server.box.seen)
      return found === rest.join(' ') ? undefined : `${word} ${found}`
    }
    default:
      return 'cannot be read'
  }
}

/** Plays a dialogue; rejects with the number of the line that does not hold. */
export const playPop3Dialogue = async (text: string): Promise<void> => {
  const options = /^server: (.*)$/m.exec(text)
  const server = await startTestPop3(options ? JSON.parse(options[1]!) : {})
  const clients = new Map<string, RawClient>()
  let out = ''
  let writer = ''
  const client = async (name: string): Promise<RawClient> => {
    const known = clients.get(name) ?? (await open(server))
    clients.set(name, known)
    return known
  }
  const flush = async (): Promise<void> => {
    if (out !== '') (await client(writer)).write(out)
    out = ''
  }
  try {
    for (const [index, whole] of text.split('\n').entries()) {
      if (whole === '' || whole.startsWith('#') || whole.startsWith('server:')) continue
      const [, name = '', line = ''] = /^(2 )?(.*)$/.exec(whole)!
      if (/^C[:+]/.test(line)) {
        if (name !== writer) await flush()
        writer = name
        out += line.startsWith('C:') ? `${line.slice(3)}\r\n` : unescaped(line.slice(3))
        continue
      }
      await flush()
      const speaker = await client(name)
      if (line.startsWith('S: ')) judgeLine(index + 1, line.slice(3), await speaker.line())
      else {
        const wrong = await direct(server, speaker, line)
        if (wrong !== undefined) throw new Error(`line ${index + 1}: ${wrong}`)
      }
    }
    await flush()
  } finally {
    for (const one of clients.values()) one.destroy()
    await server.close(0)
  }
}
