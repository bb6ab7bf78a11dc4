// The Transport over SMTP: finds the servers of a domain, tries them in order, says what became of each recipient.
import { Fault } from '../../core/lib/refusal.ts'
import { parseMailbox } from '../../core/mail/smtp/path.ts'
import type { MxHost, RecipientOutcome, Resolver, Transport } from '../../core/ports.ts'
import { ChannelError } from './smtp/channel.ts'
import { SmtpClient } from './smtp/client.ts'
import { type ClientTimeouts, DEFAULT_TIMEOUTS, type OutgoingMail, StaleConnection } from './smtp/exchange.ts'
import { Pool } from './smtp/pool.ts'

export type TransportOptions = {
  readonly resolver: Resolver
  /** How we name ourselves in EHLO. */
  readonly hostname: string
  /** Roots that servers towards which TLS is required must lead to, PEM; the system's where not given. */
  readonly roots?: () => readonly string[]
  /** Connections to one server (20 where not said). */
  readonly maxConnections?: number
  /** Mails on one connection (1000 where not said). */
  readonly maxMessages?: number
  /** How long a connection stays open unused, milliseconds (60 s where not said). */
  readonly idleMs?: number
  /** RFC 5321 §4.5.3.2 where not said. */
  readonly timeouts?: Partial<ClientTimeouts>
  /** BDAT where a server offers it: a small mail then takes one round trip (true where not said). */
  readonly chunking?: boolean
}

type Outcomes = Map<string, RecipientOutcome>

const temporary = (code: string, reply: string): RecipientOutcome => ({ kind: 'temporary', code, reply })
const permanent = (code: string, reply: string): RecipientOutcome => ({ kind: 'permanent', code, reply })

const NO_SUCH_DOMAIN = permanent('5.1.2', 'the domain does not exist or takes no mail')
const BAD_RECIPIENT = permanent('5.1.3', 'the address cannot be said in SMTP')
const BAD_SENDER = permanent('5.1.7', "the sender's address cannot be said in SMTP")
const CLOSING = temporary('4.3.2', 'the transport is closing')

const isSayable = (address: string): boolean =>
  /^[\x20-\x7e]+$/.test(address) && (parseMailbox(address) !== undefined || address.toLowerCase() === 'postmaster')

/** Recipients that a server let wait because they were too many for one mail (RFC 5321 §4.5.3.1.10). */
const isTooMany = (outcome: RecipientOutcome): boolean => outcome.kind === 'temporary' && outcome.code === '4.5.3'

/**
 * Makes the transport: SMTP between providers, straight to the servers of the domain and never by way of another's
 * (RFC 6109 §2.2.2, §5.3). `send` never rejects for what servers and networks do (that is a temporary outcome); it rejects
 * with what the content throws. Concurrent calls share connections: one mail at a time on each.
 */
export const smtpTransport = (options: TransportOptions): Transport => {
  const clientOptions = {
    hostname: options.hostname,
    roots: options.roots,
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    chunking: options.chunking ?? true,
  }
  const pool = new Pool<SmtpClient>({
    maxConnections: options.maxConnections ?? 20,
    maxMessages: options.maxMessages ?? 1000,
    idleMs: options.idleMs ?? 60_000,
  })

  /** Sends over one connection; again where recipients were left over because they were too many. */
  const sendOver = async (client: SmtpClient, mail: OutgoingMail): Promise<{ outcomes: Outcomes; final: boolean }> => {
    const outcomes: Outcomes = new Map()
    let left = mail.forwardPaths
    for (;;) {
      const sent = await client.send({ ...mail, forwardPaths: left })
      for (const [path, outcome] of sent.outcomes) outcomes.set(path, outcome)
      const waiting = left.filter((path) => isTooMany(outcomes.get(path)!))
      const progress = waiting.length < left.length && client.usable && !sent.ambiguous
      if (waiting.length === 0 || !progress) return { outcomes, final: sent.ambiguous }
      left = waiting
    }
  }

  /** Sends to one server, passing over pooled connections that have died meanwhile. */
  const sendTo = async (host: MxHost, requireTls: boolean, mail: OutgoingMail) => {
    const key = `${host.host}:${host.port} ${host.tlsName} ${requireTls}`
    for (;;) {
      const client = await pool.acquire(key, () => SmtpClient.open(host, requireTls, clientOptions))
      try {
        return await sendOver(client, mail)
      } catch (error) {
        client.destroy()
        if (!(error instanceof StaleConnection)) throw error
      } finally {
        pool.release(key, client)
      }
    }
  }

  /** Tries the servers in order, with the recipients that have no lasting outcome yet. */
  const sendToAny = async (hosts: readonly MxHost[], requireTls: boolean, mail: OutgoingMail, outcomes: Outcomes) => {
    let left = mail.forwardPaths
    for (const host of hosts) {
      if (left.length === 0) return
      try {
        const sent = await sendTo(host, requireTls, { ...mail, forwardPaths: left })
        for (const [path, outcome] of sent.outcomes) outcomes.set(path, outcome)
        if (sent.final) return
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error
        for (const path of left) outcomes.set(path, temporary(error.code, error.message))
      }
      left = left.filter((path) => outcomes.get(path)!.kind === 'temporary')
    }
  }

  const send: Transport['send'] = async (message) => {
    const outcomes: Outcomes = new Map()
    const forAll = (outcome: RecipientOutcome) => {
      for (const path of message.forwardPaths) outcomes.set(path, outcome)
      return outcomes
    }
    if (pool.closed) return forAll(CLOSING)
    if (message.reversePath !== '' && !isSayable(message.reversePath)) return forAll(BAD_SENDER)
    const sayable: string[] = []
    for (const path of new Set(message.forwardPaths)) {
      if (isSayable(path)) sayable.push(path)
      else outcomes.set(path, BAD_RECIPIENT)
    }
    if (sayable.length === 0) return outcomes
    let hosts: readonly MxHost[]
    try {
      hosts = await options.resolver.mx(message.domain)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return forAll(temporary('4.4.3', error.message))
    }
    const { reversePath, sizeBytes, content } = message
    const mail = { reversePath, forwardPaths: sayable, sizeBytes, content }
    if (hosts.length === 0) for (const path of sayable) outcomes.set(path, NO_SUCH_DOMAIN)
    else await sendToAny(hosts, message.requireTls, mail, outcomes)
    return outcomes
  }

  return { send, close: () => pool.close() }
}
