// A small SMTP submission client for loads and demonstrations: one connection, many messages, commands pipelined.
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export type Reply = { readonly code: number; readonly text: string }

export type SubmissionOptions = {
  /** Loopback by default; nothing else is ever connected to. */
  readonly host?: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  readonly user?: string
  readonly password?: string
  /** Limit on every wait for a reply. */
  readonly timeoutMs?: number
}

export type Outgoing = {
  readonly from: string
  readonly recipients: readonly string[]
  /** As `dataOf` gives it: dots stuffed, the final dot in place. */
  readonly data: Uint8Array
}

export type Submission = {
  /** The reply to the content, or the first one that refused the mail before it. */
  readonly send: (message: Outgoing) => Promise<Reply>
  readonly quit: () => Promise<void>
  readonly destroy: () => void
}

/** The connection ended before the reply came: whether the message was taken is not known. */
export class ConnectionLost extends Error {}

/** The server said no to something that had to succeed (greeting, TLS, AUTH). */
export class Refused extends Error {
  readonly reply: Reply
  constructor(step: string, reply: Reply) {
    super(`${step}: ${reply.code} ${reply.text}`)
    this.reply = reply
  }
}

type Waiter = { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }

/** One socket and the replies that come on it, in order. */
type Wire = {
  readonly write: (bytes: string | Uint8Array) => void
  readonly reply: () => Promise<Reply>
  readonly upgrade: () => Promise<void>
  readonly destroy: () => void
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

const connected = (open: (done: () => void) => Socket): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = open(() => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })

const openWire = async (options: SubmissionOptions): Promise<Wire> => {
  const host = options.host ?? '127.0.0.1'
  if (!isLoopback(host)) throw new RangeError(`not a loopback address: ${host}`)
  // The certificate is not judged: this client talks to this machine only.
  const whole = { host, port: options.port, rejectUnauthorized: false }
  let socket = await connected((done) =>
    options.security === 'tls' ? connectTls(whole, done) : connectTcp({ host, port: options.port }, done),
  )
  let waiting: Waiter[] = []
  let ready: Reply[] = []
  let partial = ''
  let lines: string[] = []
  let lost: Error | undefined

  const fail = (error: Error): void => {
    lost ??= error
    const failing = waiting
    waiting = []
    for (const waiter of failing) waiter.reject(lost)
    socket.destroy()
  }
  const take = (line: string): void => {
    lines.push(line.slice(4))
    if (line[3] === '-') return
    const reply = { code: Number(line.slice(0, 3)), text: lines.join('\n') }
    lines = []
    const waiter = waiting.shift()
    if (waiter) waiter.resolve(reply)
    else ready.push(reply)
  }
  const listen = (): void => {
    socket.setNoDelay(true)
    socket.setTimeout(options.timeoutMs ?? 120_000, () => fail(new ConnectionLost('no reply in time')))
    socket.on('data', (chunk) => {
      partial += chunk.toString('latin1')
      for (let end = partial.indexOf('\r\n'); end >= 0; end = partial.indexOf('\r\n')) {
        const line = partial.slice(0, end)
        partial = partial.slice(end + 2)
        take(line)
      }
    })
    socket.on('error', (error) => fail(new ConnectionLost(error.message)))
    socket.on('close', () => fail(new ConnectionLost('connection closed')))
  }
  listen()

  return {
    write: (bytes) => {
      if (lost === undefined) socket.write(bytes)
    },
    reply: () => {
      const first = ready.shift()
      if (first !== undefined) return Promise.resolve(first)
      if (lost !== undefined) return Promise.reject(lost)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    upgrade: async () => {
      const plain = socket
      plain.removeAllListeners()
      plain.setTimeout(0)
      ready = []
      socket = await connected((done) => connectTls({ socket: plain, rejectUnauthorized: false }, done))
      listen()
    },
    destroy: () => fail(new ConnectionLost('closed by us')),
  }
}

const must = async (wire: Wire, step: string, command?: string): Promise<void> => {
  if (command !== undefined) wire.write(`${command}\r\n`)
  const reply = await wire.reply()
  if (reply.code >= 300) throw new Refused(step, reply)
}

/** Connects, secures and signs in. Throws Refused, ConnectionLost, or the error of the socket. */
export const openSubmission = async (options: SubmissionOptions): Promise<Submission> => {
  const wire = await openWire(options)
  try {
    await must(wire, 'greeting')
    await must(wire, 'EHLO', 'EHLO client.localhost')
    if (options.security === 'starttls') {
      await must(wire, 'STARTTLS', 'STARTTLS')
      await wire.upgrade()
      await must(wire, 'EHLO', 'EHLO client.localhost')
    }
    if (options.user !== undefined) {
      const secret = Buffer.from(`\0${options.user}\0${options.password ?? ''}`).toString('base64')
      await must(wire, 'AUTH', `AUTH PLAIN ${secret}`)
    }
  } catch (error) {
    wire.destroy()
    throw error
  }
  return {
    send: (message) => sendOn(wire, message),
    quit: async () => {
      await must(wire, 'QUIT', 'QUIT').catch(() => {})
      wire.destroy()
    },
    destroy: wire.destroy,
  }
}

/** RFC 2920: the commands up to DATA in one write, then the content in another. */
const sendOn = async (wire: Wire, { from, recipients, data }: Outgoing): Promise<Reply> => {
  let commands = `MAIL FROM:<${from}>\r\n`
  for (const address of recipients) commands += `RCPT TO:<${address}>\r\n`
  wire.write(`${commands}DATA\r\n`)
  let refusal: Reply | undefined
  for (let left = recipients.length + 1; left > 0; left--) {
    const reply = await wire.reply()
    if (reply.code >= 300) refusal ??= reply
  }
  const go = await wire.reply()
  if (go.code !== 354) return refusal ?? go
  if (refusal !== undefined) {
    // Some recipients were taken and some not: nothing is sent by halves.
    wire.destroy()
    return refusal
  }
  wire.write(data)
  return wire.reply()
}

/** A message as DATA wants it: leading dots doubled, CRLF.CRLF at the end. Lines must end in CRLF. */
export const dataOf = (message: string): Buffer => {
  const stuffed = message.startsWith('.') ? `.${message}` : message
  const whole = stuffed.replaceAll('\r\n.', '\r\n..')
  return Buffer.from(whole.endsWith('\r\n') ? `${whole}.\r\n` : `${whole}\r\n.\r\n`, 'latin1')
}
