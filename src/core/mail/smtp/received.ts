// The Received field that a server puts before what it took (RFC 5321 §4.4).
import { type Instant, mailDate } from '../../lib/instant.ts'

export type ReceivedFacts = {
  /** What the client called itself; already of the characters that EHLO lets through. */
  readonly helo: string
  /** IP address of the client. */
  readonly remoteAddress: string
  readonly by: string
  /** Authenticated, and over TLS (RFC 3848). */
  readonly login: boolean
  readonly tls?: { readonly protocol: string; readonly cipher: string } | undefined
  /** Names the session or message in our log. */
  readonly id: string
  /** Named where there is one recipient only: others must not see each other. */
  readonly forwardPaths: readonly string[]
  readonly at: Instant
}

/** Keyword of "with" (RFC 3848): ESMTP, ESMTPS, ESMTPA, ESMTPSA. */
export const protocolName = (tls: boolean, login: boolean): string => `ESMTP${tls ? 'S' : ''}${login ? 'A' : ''}`

const literal = (address: string): string =>
  address.includes(':') ? `[IPv6:${address.replace(/[^0-9A-Fa-f:.]/g, '')}]` : `[${address.replace(/[^0-9.]/g, '')}]`

/** The field, folded, ended by CRLF; ASCII only. */
export const receivedField = (facts: ReceivedFacts): string => {
  const tls = facts.tls ? `\r\n\t(${facts.tls.protocol} ${facts.tls.cipher})` : ''
  const only = facts.forwardPaths.length === 1 ? `\r\n\tfor <${facts.forwardPaths[0]}>` : ''
  const helo = facts.helo.replace(/[^\x21-\x7e]/g, '')
  return (
    `Received: from ${helo} (${literal(facts.remoteAddress)})\r\n` +
    `\tby ${facts.by} with ${protocolName(facts.tls !== undefined, facts.login)}${tls}\r\n` +
    `\tid ${facts.id}${only};\r\n\t${mailDate(facts.at)}\r\n`
  )
}
