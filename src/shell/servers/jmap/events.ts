// Push by EventSource (RFC 8620 §7.3): tells which types have changed, and sends pings.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountIdOf } from '../../../core/jmap/ids.ts'
import { stateChange } from '../../../core/jmap/pushStates.ts'
import { openFeed } from './feed.ts'
import type { JmapOptions, Login } from './options.ts'

const LEAST_PING_SECONDS = 5
const MOST_PING_SECONDS = 3_600

export type EventsQuery = { readonly types: string; readonly closeafter: string; readonly ping: string }

/** Keeps a connection open and tells of changes until either side closes it. `closing`: ends it from here. */
export const serveEvents = async (
  options: JmapOptions,
  login: Login,
  query: EventsQuery,
  request: FastifyRequest,
  reply: FastifyReply,
  closing: Set<() => void>,
): Promise<void> => {
  const accountId = accountIdOf(login.mailboxId)
  const { raw } = reply
  let ended = false
  let pinging: NodeJS.Timeout | undefined

  const end = (): void => {
    if (ended) return
    ended = true
    clearInterval(pinging)
    feed.close()
    closing.delete(end)
    raw.end()
  }
  // Who comes back and has missed something is told at once.
  const last = request.headers['last-event-id']
  const feed = await openFeed(options, login, {
    wanted: query.types === '*' ? undefined : new Set(query.types.split(',')),
    since: typeof last === 'string' && last !== '' ? last : undefined,
    tell: (changed, pushState) => {
      raw.write(`id: ${pushState}\nevent: state\ndata: ${JSON.stringify(stateChange(accountId, changed))}\n\n`)
      if (query.closeafter === 'state') end()
    },
    ended: end,
  })
  reply.hijack()
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-accel-buffering': 'no',
  })
  raw.write(':\n\n')
  const asked = Number(query.ping)
  const seconds = asked > 0 ? Math.min(MOST_PING_SECONDS, Math.max(LEAST_PING_SECONDS, asked)) : 0
  // RFC 8620 §7.3: told what the interval really is.
  const ping = (): void => void raw.write(`event: ping\ndata: ${JSON.stringify({ interval: seconds })}\n\n`)
  if (seconds > 0) pinging = setInterval(ping, seconds * 1_000)
  const { socket } = request.raw
  socket.once('close', end)
  if (socket.destroyed) end()
  closing.add(end)
}
