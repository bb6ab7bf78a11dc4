// A server that says what a test tells it to, right or wrong.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type ScriptedServer = {
  readonly port: number
  /** Lines heard, of all connections. */
  readonly heard: string[]
  readonly opened: () => number
  readonly close: () => Promise<void>
}

/**
 * Starts it. `answer` gives what is written after a line (CRLF added), undefined for nothing, or 'close' to cut the
 * connection. It is asked with `greeting` first. Lines of content are lines like others.
 */
export const startScripted = async (
  answer: (line: string, socket: Socket) => string | undefined | 'close',
): Promise<ScriptedServer> => {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  let opened = 0
  const server = createServer((socket) => {
    opened++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    const take = (line: string) => {
      const said = answer(line, socket)
      if (said === 'close') socket.destroy()
      else if (said !== undefined) socket.write(`${said}\r\n`)
    }
    take('greeting')
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      text += chunk
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end)
        text = text.slice(end + 2)
        heard.push(line)
        take(line)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    opened: () => opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Answers as a plain server does; `over` goes first and may leave a line to it by giving undefined. */
export const plainAnswers = (
  over: (line: string) => string | undefined = () => undefined,
  ehlo = '250-mx\r\n250 PIPELINING',
): ((line: string) => string | undefined) => {
  let inContent = false
  return (line) => {
    const said = over(line)
    if (said !== undefined) return said === '' ? undefined : said
    if (inContent) {
      if (line !== '.') return undefined
      inContent = false
      return '250 2.0.0 taken'
    }
    if (line === 'greeting') return '220 mx'
    if (line.startsWith('EHLO')) return ehlo
    if (line === 'DATA') {
      inContent = true
      return '354 go on'
    }
    return line === 'QUIT' ? '221 bye' : '250 ok'
  }
}
