// Secrets that open something: 256 random bits, of which only the SHA-256 is kept.
import { createHash, createHmac, randomBytes } from 'node:crypto'

/** What a secret opens; its prefix says so, to people and to programs that look for leaked ones. */
export type TokenKind = 'staff' | 'case' | 'link' | 'account' | 'device' | 'recovery' | 'ticket'

const PREFIX: Readonly<Record<TokenKind, string>> = {
  staff: 'cls_',
  case: 'clc_',
  link: 'cll_',
  account: 'cla_',
  device: 'cld_',
  recovery: 'clr_',
  ticket: 'clt_',
}
/** A prefix and 32 bytes in base64url. */
const LENGTH = 4 + 43

const print = (kind: TokenKind, bytes: Uint8Array): string =>
  `${PREFIX[kind]}${Buffer.from(bytes).toString('base64url')}`

/** A new secret. */
export const newToken = (kind: TokenKind): string => print(kind, randomBytes(32))

/** The secret that belongs to a request which may come again: computed from what only its sender knows. */
export const derivedToken = (kind: TokenKind, secret: Uint8Array, seed: string): string =>
  print(kind, createHmac('sha256', secret).update(`token ${kind} ${seed}`).digest())

/** What is stored of a secret. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Whether a text can be a secret of the kind at all: what cannot is not looked up. */
export const isToken = (kind: TokenKind, text: string): boolean =>
  text.length === LENGTH && text.startsWith(PREFIX[kind]) && /^[A-Za-z0-9_-]+$/.test(text)
