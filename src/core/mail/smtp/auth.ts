// The exchanges of AUTH PLAIN and AUTH LOGIN (RFC 4954, RFC 4616), as a pure machine.
import { fromBase64, toUtf8Strict } from '../../lib/bytes.ts'
import { plainReply, type Reply, reply } from './reply.ts'

export type AuthExchange =
  | { readonly kind: 'plain' }
  | { readonly kind: 'loginName' }
  | { readonly kind: 'loginPassword'; readonly username: string }

export type AuthStep =
  | { readonly kind: 'prompt'; readonly reply: Reply; readonly exchange: AuthExchange }
  | { readonly kind: 'credentials'; readonly username: string; readonly password: string }
  | { readonly kind: 'refused'; readonly reply: Reply }

/** Characters of a user name or password. */
const MAX_SECRET = 1024

const malformed: AuthStep = { kind: 'refused', reply: reply(501, '5.5.2', 'Malformed authentication data') }
const cancelled: AuthStep = { kind: 'refused', reply: reply(501, '5.7.0', 'Authentication cancelled') }

const decode = (text: string): string | undefined => {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return toUtf8Strict(fromBase64(text))
}

const plain = (text: string): AuthStep => {
  const parts = decode(text)?.split('\0')
  if (parts?.length !== 3) return malformed
  const [authorization, username, password] = parts as [string, string, string]
  if (username === '' || username.length > MAX_SECRET || password.length > MAX_SECRET) return malformed
  // Nobody acts for another here.
  if (authorization !== '' && authorization !== username)
    return { kind: 'refused', reply: reply(535, '5.7.8', 'Authentication failed') }
  return { kind: 'credentials', username, password }
}

const prompt = (text: string, exchange: AuthExchange): AuthStep => ({
  kind: 'prompt',
  reply: plainReply(334, text),
  exchange,
})

const loginName = (text: string): AuthStep => {
  const username = decode(text)
  if (username === undefined || username === '' || username.length > MAX_SECRET) return malformed
  return prompt('UGFzc3dvcmQ6', { kind: 'loginPassword', username })
}

/** Begins an exchange; `initial` is the response given with the command, `=` for an empty one (RFC 4954 §4). */
export const beginAuth = (mechanism: 'PLAIN' | 'LOGIN', initial?: string): AuthStep => {
  const response = initial === '=' ? '' : initial
  if (mechanism === 'PLAIN') return response === undefined ? prompt('', { kind: 'plain' }) : plain(response)
  return response === undefined ? prompt('VXNlcm5hbWU6', { kind: 'loginName' }) : loginName(response)
}

/** Takes the client's next line. */
export const continueAuth = (exchange: AuthExchange, line: string): AuthStep => {
  if (line === '*') return cancelled
  switch (exchange.kind) {
    case 'plain':
      return plain(line)
    case 'loginName':
      return loginName(line)
    case 'loginPassword': {
      const password = decode(line)
      if (password === undefined || password.length > MAX_SECRET) return malformed
      return { kind: 'credentials', username: exchange.username, password }
    }
  }
}
