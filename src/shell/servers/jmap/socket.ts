// JMAP over WebSocket (RFC 8887): requests and push on one connection, as long as who has signed in is let in.
import type { RawData, WebSocket } from 'ws'
import { LIMITS } from '../../../core/jmap/capabilities.ts'
import { accountIdOf } from '../../../core/jmap/ids.ts'
import { stateChange } from '../../../core/jmap/pushStates.ts'
import { readSocketMessage, type SocketMessage, socketError, socketResponse } from '../../../core/jmap/socket.ts'
import type { Seats } from '../wire/seats.ts'
import { hasCapability, runRequest } from './engine.ts'
import { type Feed, openFeed } from './feed.ts'
import type { JmapOptions, Login } from './options.ts'

/** A message may be somewhat longer than a request: it is told so, and the connection lives. */
export const MOST_MESSAGE_BYTES = LIMITS.maxSizeRequest + 64 * 1024
/** Connections of one login, and its event streams: each window and each program has one. */
export const MOST_SOCKETS = 32
const PING_MS = 30_000
/** Without a request, and with push off, nobody is there. */
const IDLE_MS = 30 * 60_000
/** Bytes that a client has not taken yet: more come from nobody who reads. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024

/** RFC 6455 §7.4.1 */
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008
const INTERNAL_ERROR = 1011

export type SocketContext = {
  readonly login: Login
  /** Requests at one time, together with those by HTTP. */
  readonly seats: Seats<string>
  readonly sessionState: () => string
}

const bytesOf = (data: RawData): Uint8Array =>
  Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data

/** Serves a connection until either side closes it. */
export const serveSocket = (options: JmapOptions, socket: WebSocket, context: SocketContext): void => {
  const { login, seats } = context
  const accountId = accountIdOf(login.mailboxId)
  let feed: Feed | undefined
  /** Counts the words on push: what an older one opened is closed again. */
  let pushes = 0
  let alive = true
  let usedAt = performance.now()

  const say = (message: object): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.terminate()
    else socket.send(JSON.stringify(message))
  }
  const stopPush = (): void => {
    pushes++
    feed?.close()
    feed = undefined
  }
  const startPush = async ({ types, pushState }: Extract<SocketMessage, { kind: 'pushEnable' }>): Promise<void> => {
    stopPush()
    const mine = pushes
    const opened = await openFeed(options, login, {
      wanted: types,
      since: pushState,
      tell: (changed, now) => say({ ...stateChange(accountId, changed), pushState: now }),
      ended: (why) =>
        why === 'revoked' ? socket.close(POLICY_VIOLATION, 'signed out') : socket.close(INTERNAL_ERROR, 'try again'),
    })
    if (mine === pushes && socket.readyState === socket.OPEN) feed = opened
    else opened.close()
  }
  const answer = async ({ id, request }: Extract<SocketMessage, { kind: 'request' }>): Promise<void> => {
    const leave = seats.take(login.username)
    if (!leave) {
      const limit = 'maxConcurrentRequests'
      say(socketError(id, { requestError: 'limit', detail: 'Too many at one time', limit }))
      return
    }
    try {
      if (!(await login.mayGoOn('used'))) socket.close(POLICY_VIOLATION, 'signed out')
      else {
        const done = await runRequest(options, login, request)
        say(socketResponse(id, { ...done, sessionState: context.sessionState() }))
      }
    } finally {
      leave()
    }
  }
  const hear = async (data: RawData, isBinary: boolean): Promise<void> => {
    // RFC 8887 §4: text only
    if (isBinary) {
      socket.close(UNSUPPORTED_DATA, 'text only')
      return
    }
    usedAt = performance.now()
    const message = readSocketMessage(bytesOf(data), LIMITS, hasCapability)
    if (message.kind === 'wrong') say(socketError(message.id, message.error))
    else if (message.kind === 'pushDisable') stopPush()
    else if (message.kind === 'pushEnable') await startPush(message)
    else await answer(message)
  }
  const pinging = setInterval(() => {
    if (!alive) return socket.terminate()
    if (!feed && performance.now() - usedAt > IDLE_MS) return socket.close(GOING_AWAY, 'idle')
    alive = false
    return socket.ping()
  }, PING_MS)
  pinging.unref()

  socket.on('pong', () => {
    alive = true
  })
  socket.on('message', (data, isBinary) => {
    hear(data, isBinary).catch(() => socket.close(INTERNAL_ERROR, 'try again'))
  })
  socket.on('close', () => {
    clearInterval(pinging)
    stopPush()
  })
}
