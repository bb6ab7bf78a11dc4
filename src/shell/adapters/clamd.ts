// The real scanner: ClamAV's daemon over INSTREAM. It is given the bytes; it never sees a path, and changes nothing
// (RFC 6109 §5.4). Keeping its signatures current is freshclam's work; `version` tells their age.
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { Fault } from '../../core/lib/refusal.ts'
import type { Scanner, ScanVerdict } from '../../core/ports.ts'
import { limiter } from './limiter.ts'

/** Where clamd listens: a unix socket, or TCP on a trusted network (it has no TLS of its own). */
export type ClamdAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

export type ClamdOptions = {
  readonly address: ClamdAddress
  /** Scans at one time; the rest wait. clamd's own MaxThreads is 10. */
  readonly concurrency?: number
  /** No byte taken and none given for so long means that clamd is stuck. */
  readonly idleTimeoutMs?: number
  /** The whole of one scan, and of one question. */
  readonly scanTimeoutMs?: number
}

export type ClamdScanner = Scanner & {
  /** Engine and age of the signatures, as clamd says. Throws Fault('scanner'). */
  readonly version: () => Promise<string>
}

/** Reads `unix:/path`, `/path` or `tcp:host:port`; undefined where it is none of them. */
export const parseClamdAddress = (text: string): ClamdAddress | undefined => {
  const path = /^(?:unix:)?(\/.+)$/.exec(text)?.[1]
  if (path !== undefined) return { kind: 'unix', path }
  const tcp = /^tcp:(?:\/\/)?(\[[0-9A-Fa-f:]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(text)
  if (!tcp) return undefined
  const port = Number(tcp[2])
  return port > 0 && port < 65_536 ? { kind: 'tcp', host: tcp[1]!.replace(/[[\]]/g, ''), port } : undefined
}

const REPLY_LIMIT = 4_096
/** clamd takes any length up to StreamMaxLength; smaller pieces let it refuse earlier. */
const CHUNK_LIMIT = 256 * 1024

type Exchange = {
  readonly socket: Socket
  /** The one answer, without its NUL. Rejects with a Fault. */
  readonly reply: Promise<string>
  /** Whether clamd has answered or gone: what is still to send is of no use. */
  readonly over: () => boolean
  /** Resolves when more may be written, or the exchange is over. */
  readonly drained: () => Promise<void>
}

const optionsOf = (address: ClamdAddress): NetConnectOpts =>
  address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }

/** Collects what comes up to a NUL. After an early answer clamd hangs up with our bytes unread: the answer counts. */
const readReply = (socket: Socket, scanTimeoutMs: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    let trouble: Error | undefined
    const timer = setTimeout(() => socket.destroy(new Error('no verdict in time')), scanTimeoutMs)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\0')
      if (end >= 0) resolve(text.slice(0, end))
      else if (text.length > REPLY_LIMIT) socket.destroy(new Error('clamd answers too long'))
    })
    socket.on('error', (error) => {
      trouble = error
    })
    socket.on('close', () => {
      clearTimeout(timer)
      reject(new Fault('scanner', trouble?.message ?? 'clamd hung up without a verdict', { cause: trouble }))
    })
  })

const open = (options: Required<ClamdOptions>): Exchange => {
  const socket = connect(optionsOf(options.address))
  socket.setTimeout(options.idleTimeoutMs, () => socket.destroy(new Error('clamd does not move')))
  let over = false
  let wake = (): void => {}
  const settle = (): void => {
    over = true
    wake()
  }
  const reply = readReply(socket, options.scanTimeoutMs)
  reply.then(settle, settle)
  socket.on('drain', () => wake())
  const drained = async (): Promise<void> => {
    if (over) return
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  return { socket, reply, over: () => over, drained }
}

const ask = async (options: Required<ClamdOptions>, command: string): Promise<string> => {
  const { socket, reply } = open(options)
  try {
    socket.write(`z${command}\0`)
    return await reply
  } finally {
    socket.destroy()
  }
}

const lengthPrefix = (length: number): Buffer => {
  const prefix = Buffer.allocUnsafe(4)
  prefix.writeUInt32BE(length)
  return prefix
}

/** Streams the content, and stops early where clamd has answered. Corked: a small message leaves in one write. */
const sendContent = async (exchange: Exchange, content: AsyncIterable<Uint8Array>): Promise<void> => {
  const { socket, over, drained } = exchange
  socket.cork()
  socket.write('zINSTREAM\0')
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; at += CHUNK_LIMIT) {
      if (over()) return
      const piece = chunk.subarray(at, at + CHUNK_LIMIT)
      socket.write(lengthPrefix(piece.length))
      if (socket.write(piece)) continue
      socket.uncork()
      await drained()
      socket.cork()
    }
  }
  socket.write(lengthPrefix(0))
  socket.uncork()
}

const verdictOf = (reply: string): ScanVerdict => {
  if (reply === 'stream: OK') return { kind: 'clean' }
  const found = /^stream: (.+) FOUND$/.exec(reply)?.[1]
  if (found !== undefined) return { kind: 'infected', signature: found }
  if (/size limit exceeded/i.test(reply)) throw new Fault('scanner', 'longer than StreamMaxLength of clamd.conf allows')
  throw new Fault('scanner', `clamd says: ${reply.slice(0, 200)}`)
}

/** A scanner that asks clamd. */
export const clamdScanner = (given: ClamdOptions): ClamdScanner => {
  const options = { concurrency: 10, idleTimeoutMs: 30_000, scanTimeoutMs: 120_000, ...given }
  const turn = limiter(options.concurrency)
  const scan = async (content: AsyncIterable<Uint8Array>): Promise<ScanVerdict> => {
    const exchange = open(options)
    try {
      await sendContent(exchange, content)
      return verdictOf(await exchange.reply)
    } finally {
      exchange.socket.destroy()
    }
  }
  return {
    name: 'clamd',
    scan: (content) => turn(() => scan(content)),
    version: () => ask(options, 'VERSION'),
  }
}
