// The SASL exchanges of all servers as one pure machine: PLAIN, LOGIN and SCRAM-SHA-256 over lines of base64.
import { fromUtf8, toBase64 } from '../../lib/bytes.ts'
import { decodeBase64, decodeText } from './base64.ts'
import {
  readScramFirst,
  type ScramFirst,
  type ScramKeys,
  type ScramPending,
  scramChallenge,
  scramVerify,
} from './scram.ts'

/** Mechanisms, the better ones first: clients take the first that they know. */
export const SASL_MECHANISMS = ['SCRAM-SHA-256', 'PLAIN', 'LOGIN'] as const
export type SaslMechanism = (typeof SASL_MECHANISMS)[number]

/** Longest line of an exchange with its CRLF (RFC 4954 §4 asks for 12,288). */
export const MAX_SASL_LINE = 12_288

/** What the server remembers while the client's next line is waited for. */
export type SaslExchange =
  | { readonly kind: 'plain' }
  | { readonly kind: 'loginName' }
  | { readonly kind: 'loginPassword'; readonly username: string }
  | { readonly kind: 'scramFirst' }
  | { readonly kind: 'scramProof'; readonly pending: ScramPending }
  | { readonly kind: 'scramLast'; readonly username: string }

export type SaslStep =
  /** Send the challenge (base64, perhaps empty) and give the client's next line to `continueSasl`. */
  | { readonly kind: 'challenge'; readonly challenge: string; readonly exchange: SaslExchange }
  /** Check them: the exchange is over. */
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Find the keys of the name, or a decoy's, and go on with `continueWithKeys`. */
  | { readonly kind: 'keys'; readonly first: ScramFirst }
  /** The client has proved that it knows the password, and has heard the server's own proof. */
  | { readonly kind: 'proved'; readonly username: string }
  /** The proof is wrong. */
  | { readonly kind: 'disproved'; readonly username: string }
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'cancelled' | 'otherIdentity' | 'binding' }

/** Characters of a user name or password. */
const MAX_SECRET = 1_024

const refused = (why: Extract<SaslStep, { kind: 'refused' }>['why']): SaslStep => ({ kind: 'refused', why })
const MALFORMED = refused('malformed')

const challenge = (text: string, exchange: SaslExchange): SaslStep => ({
  kind: 'challenge',
  challenge: toBase64(fromUtf8(text)),
  exchange,
})

// RFC 4616 §2
const plain = (line: string): SaslStep => {
  const parts = decodeText(line)?.split('\0')
  if (parts?.length !== 3) return MALFORMED
  const [authorization, username, password] = parts as [string, string, string]
  if (username === '' || username.length > MAX_SECRET || password.length > MAX_SECRET) return MALFORMED
  // Nobody acts for another here.
  if (authorization !== '' && authorization !== username) return refused('otherIdentity')
  return { kind: 'password', username, password }
}

const loginName = (line: string): SaslStep => {
  const username = decodeText(line)
  if (username === undefined || username === '' || username.length > MAX_SECRET) return MALFORMED
  return challenge('Password:', { kind: 'loginPassword', username })
}

const loginPassword = (username: string, line: string): SaslStep => {
  const password = decodeText(line)
  if (password === undefined || password.length > MAX_SECRET) return MALFORMED
  return { kind: 'password', username, password }
}

const scramFirst = (line: string): SaslStep => {
  const message = decodeBase64(line)
  if (message === undefined) return MALFORMED
  const first = readScramFirst(message)
  return 'refused' in first ? refused(first.refused) : { kind: 'keys', first }
}

const scramProof = (pending: ScramPending, line: string): SaslStep => {
  const message = decodeBase64(line)
  if (message === undefined) return MALFORMED
  const verdict = scramVerify(pending, message)
  if ('refused' in verdict) return refused(verdict.refused)
  if (!verdict.proved) return { kind: 'disproved', username: pending.username }
  // None of the protocols carries data with success: the client answers the server's proof with an empty line.
  return challenge(verdict.message, { kind: 'scramLast', username: pending.username })
}

const FIRST: Readonly<
  Record<SaslMechanism, { readonly exchange: SaslExchange; readonly prompt: string; take: (line: string) => SaslStep }>
> = {
  PLAIN: { exchange: { kind: 'plain' }, prompt: '', take: plain },
  LOGIN: { exchange: { kind: 'loginName' }, prompt: 'Username:', take: loginName },
  'SCRAM-SHA-256': { exchange: { kind: 'scramFirst' }, prompt: '', take: scramFirst },
}

/** Begins an exchange; `initial` is the response given with the command, `=` for an empty one (RFC 4954 §4). */
export const beginSasl = (mechanism: SaslMechanism, initial?: string): SaslStep => {
  const { exchange, prompt, take } = FIRST[mechanism]
  return initial === undefined ? challenge(prompt, exchange) : take(initial === '=' ? '' : initial)
}

/** Goes on with the keys that were asked for. `serverNonce`: printable, without comma, never the same again. */
export const continueWithKeys = (first: ScramFirst, keys: ScramKeys, serverNonce: string): SaslStep => {
  const { message, pending } = scramChallenge(first, keys, serverNonce)
  return challenge(message, { kind: 'scramProof', pending })
}

/** Takes the client's next line, without its CRLF; `*` gives up. */
export const continueSasl = (exchange: SaslExchange, line: string): SaslStep => {
  if (line === '*') return refused('cancelled')
  switch (exchange.kind) {
    case 'plain':
      return plain(line)
    case 'loginName':
      return loginName(line)
    case 'loginPassword':
      return loginPassword(exchange.username, line)
    case 'scramFirst':
      return scramFirst(line)
    case 'scramProof':
      return scramProof(exchange.pending, line)
    case 'scramLast':
      return line === '' ? { kind: 'proved', username: exchange.username } : MALFORMED
  }
}
