// Push by EventSource (RFC 8620 §7.3): tells which types have changed, and sends pings.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountIdOf } from '../../../core/jmap/ids.ts'
import type { JmapOptions, Login } from './options.ts'

/** Changes that come together are told together. */
const GATHER_MS = 50
const LEAST_PING_SECONDS = 5
const MOST_PING_SECONDS = 3_600

export type EventsQuery = { readonly types: string; readonly closeafter: string; readonly ping: string }

/** Types whose state is the modseq of the mailbox. */
const BY_MODSEQ = ['Email', 'Mailbox', 'Thread'] as const

/** The states of the types at this moment. */
const statesOf = async ({ mailstore }: JmapOptions, mailboxId: number): Promise<Readonly<Record<string, string>>> => {
  const modseq = await mailstore.modseq(mailboxId)
  return Object.fromEntries(BY_MODSEQ.map((type) => [type, String(modseq)]))
}

/** Keeps a connection open and tells of changes until either side closes it. `closing`: ends it from here. */
export const serveEvents = (
  options: JmapOptions,
  login: Login,
  query: EventsQuery,
  request: FastifyRequest,
  reply: FastifyReply,
  closing: Set<() => void>,
): void => {
  const wanted = query.types === '*' ? undefined : new Set(query.types.split(','))
  const accountId = accountIdOf(login.mailboxId)
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-accel-buffering': 'no',
  })
  raw.write(':\n\n')
  let told: Readonly<Record<string, string>> = {}
  let gathering: NodeJS.Timeout | undefined
  let ended = false

  const end = (): void => {
    if (ended) return
    ended = true
    clearTimeout(gathering)
    clearInterval(pinging)
    leave()
    closing.delete(end)
    raw.end()
  }
  const tell = async (): Promise<void> => {
    gathering = undefined
    const states = await statesOf(options, login.mailboxId)
    const changed = Object.fromEntries(
      Object.entries(states).filter(([type, state]) => (wanted?.has(type) ?? true) && told[type] !== state),
    )
    told = states
    if (ended || Object.keys(changed).length === 0) return
    const data = JSON.stringify({ '@type': 'StateChange', changed: { [accountId]: changed } })
    raw.write(`id: ${states.Email}\nevent: state\ndata: ${data}\n\n`)
    if (query.closeafter === 'state') end()
  }
  const later = (): void => {
    if (!ended) gathering ??= setTimeout(() => void tell().catch(end), GATHER_MS)
  }
  const leave = options.mailstore.watch(login.mailboxId, later)
  const asked = Number(query.ping)
  const seconds = asked > 0 ? Math.min(MOST_PING_SECONDS, Math.max(LEAST_PING_SECONDS, asked)) : 0
  // RFC 8620 §7.3: told what the interval really is.
  const ping = (): void => void raw.write(`event: ping\ndata: ${JSON.stringify({ interval: seconds })}\n\n`)
  const pinging = seconds > 0 ? setInterval(ping, seconds * 1_000) : undefined
  request.raw.socket.once('close', end)
  closing.add(end)
  // Who comes back and has missed something is told at once.
  const last = request.headers['last-event-id']
  const begin = async (): Promise<void> => {
    told = await statesOf(options, login.mailboxId)
    if (typeof last === 'string' && last !== told.Email) {
      told = {}
      later()
    }
  }
  begin().catch(end)
}
