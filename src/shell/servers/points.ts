// The access and incoming points as SMTP handlers: who may send what, and what the other side is told.
import { fromLatin1 } from '../../core/lib/bytes.ts'
import { type Instant, SECOND } from '../../core/lib/instant.ts'
import { addressKey, domainOf, sameAddress } from '../../core/mail/address.ts'
import { type MimeScan, MimeScanner } from '../../core/mail/mime.ts'
import { receivedField } from '../../core/mail/smtp/received.ts'
import { type Reply, reply } from '../../core/mail/smtp/reply.ts'
import { sends } from '../../core/mailbox/standing.ts'
import { TooLarge } from '../content/receive.ts'
import type { ContentRow } from '../content/store.ts'
import { noteSubmission } from '../identity/account/submissions.ts'
import type { Authenticator } from '../identity/authenticate.ts'
import { findMailboxes, type Mailbox } from '../mailstore/mailboxes.ts'
import { receive } from '../pec/receive.ts'
import { submit } from '../pec/submit.ts'
import type { World } from '../pec/world.ts'
import type { SmtpHandlers, SmtpSession } from './smtp/options.ts'

export type PointLimits = { readonly maxMessageBytes: number }

/** Stores what a session sends, its trace field before it, and scans its structure on the way. */
const takeIn = async (
  world: World,
  session: SmtpSession<Mailbox>,
  content: AsyncIterable<Uint8Array>,
  hostname: string,
  limits: PointLimits,
): Promise<{ content: ContentRow; traceBytes: number; scan: MimeScan } | Reply> => {
  const scanner = new MimeScanner()
  const head = fromLatin1(
    receivedField({
      by: hostname,
      id: session.id,
      at: world.clock.now(),
      helo: session.helo,
      remoteAddress: session.remoteAddress,
      tls: session.tls,
      login: session.login !== undefined,
      forwardPaths: session.forwardPaths,
    }),
  )
  try {
    const row = await world.contents.receive(content, {
      limitBytes: limits.maxMessageBytes,
      head,
      tap: (chunk) => scanner.push(chunk),
    })
    return { content: row, traceBytes: head.length, scan: scanner.finish() }
  } catch (error) {
    // RFC 6109 §3.1.2: beyond what can be taken in, the error is left to SMTP
    if (error instanceof TooLarge) return reply(552, '5.3.4', 'Messaggio troppo grande. Message too large')
    throw error
  }
}

/** Each recipient once: a client may say the same one again, or in other letters. */
const distinct = (forwardPaths: readonly string[]): readonly string[] =>
  [...new Map(forwardPaths.toReversed().map((address) => [addressKey(address), address])).values()].reverse()

/** How long a mailbox that signed in is taken to be still active, in milliseconds, before it is looked at again. */
const TRUSTED_MS = 5 * SECOND

const isReply = (value: object): value is Reply => 'code' in value

/** Handlers of the access point: TLS and AUTH are the server's, sender and content are ours. RFC 6109 §3.1, §5.2 */
export const accessHandlers = (
  world: World,
  identity: Authenticator,
  hostname: string,
  limits: PointLimits,
): SmtpHandlers<Mailbox> => {
  const seenActive = new WeakMap<Mailbox, Instant>()
  /** A session may last for hours: whoever was suspended meanwhile sends nothing more on it. */
  const turnedAway = async (login: Mailbox): Promise<Reply | undefined> => {
    const now = world.clock.now()
    if (now - (seenActive.get(login) ?? Number.NEGATIVE_INFINITY) < TRUSTED_MS) return undefined
    const found = (await findMailboxes(world.db, [login.address])).get(addressKey(login.address))
    if (found?.id !== login.id || !sends(found.state)) return SUSPENDED
    const ended = await identity.whyEnded(login)
    if (ended) return ended === 'revoked' ? REVOKED : SUSPENDED
    seenActive.set(login, now)
    return undefined
  }
  return {
    ...identity.desk('submission'),
    mailFrom: async (session, address) => {
      const login = session.login!
      const away = await turnedAway(login)
      if (away) return away
      if (address !== null && sameAddress(address, login.address)) return undefined
      // pec.md §5.1: the reverse-path must be the holder's own address
      return reply(
        553,
        '5.7.1',
        `Sender address rejected: not owned by user ${login.address}. Il mittente non appartiene all'utente.`,
      )
    },
    data: async (session, content) => {
      const taken = await takeIn(world, session, content, hostname, limits)
      if (isReply(taken)) return taken
      const forwardPaths = distinct(session.forwardPaths)
      const { id, remoteAddress } = session
      await noteSubmission(world, session.login!, { id, remoteAddress, forwardPaths })
      const { identifier } = await submit(world, {
        mailbox: session.login!,
        reversePath: session.reversePath ?? '',
        forwardPaths,
        ...taken,
      })
      // Not the acceptance: that is a signed receipt (RFC 6109 §3.1.4)
      return reply(250, '2.0.0', `Ok: queued as ${identifier}`)
    },
  }
}

const SUSPENDED = reply(
  550,
  '5.7.1',
  'Casella sospesa o scaduta: non invia. Mailbox suspended or expired: it may not send',
)
// RFC 4954 §6: what opened the session is good no more
const REVOKED = reply(
  535,
  '5.7.8',
  'Password di questa sessione cambiata, revocata o scaduta. The password of this session was changed, revoked or has expired',
)
const RELAY_DENIED = reply(550, '5.7.1', 'Relay denied: dominio non gestito qui. Domain not served here')
const UNKNOWN = reply(550, '5.1.1', 'Indirizzo destinatario sconosciuto. Recipient address unknown')
const NO_ORDINARY = reply(
  554,
  '5.7.1',
  'Messaggio rifiutato dal sistema. Indirizzo destinatario sconosciuto o non abilitato alla ricezione di posta non certificata. Recipient does not take ordinary mail',
)

/** Handlers of the incoming point. RFC 6109 §3.2, §2.2.3 (ordinary mail gets no notice), pec.md §5.3 */
export const incomingHandlers = (world: World, hostname: string, limits: PointLimits): SmtpHandlers<Mailbox> => ({
  rcptTo: async (session, address) => {
    const domain = domainOf(address)
    if (!world.domains.has(domain)) return RELAY_DENIED
    // From a provider every recipient is taken: an unknown one wants a signed non-delivery, not a 550.
    const sender = session.reversePath
    if (sender !== null && world.directory.current().isOfProvider(domainOf(sender))) return undefined
    const mailbox = (await findMailboxes(world.db, [address])).get(addressKey(address))
    if (!mailbox) return UNKNOWN
    return mailbox.ordinaryMail === 'refuse' || mailbox.role === 'service' ? NO_ORDINARY : undefined
  },
  data: async (session, content) => {
    const taken = await takeIn(world, session, content, hostname, limits)
    if (isReply(taken)) return taken
    const outcome = await receive(world, {
      reversePath: session.reversePath ?? '',
      forwardPaths: distinct(session.forwardPaths),
      ...taken,
    })
    if (outcome.kind === 'refused') return reply(554, '5.7.1', outcome.reason)
    return reply(250, '2.0.0', `Ok: ${outcome.kind} ${session.id}`)
  },
})
