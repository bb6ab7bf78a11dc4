// What a POP3 server is given: limits, desk, maildrops. See startPop3Server in ../pop3.ts.
import type { SecureContext } from 'node:tls'
import type { Snapshot } from '../../../core/mail/pop3/maildrop.ts'
import type { SignInDesk } from '../../identity/sasl.ts'

/** A mailbox that this session has for itself. */
export type OpenMaildrop = {
  readonly snapshot: Snapshot
  /** The bytes of a message by its index (not its number). Throws a Fault. */
  readonly content: (index: number) => AsyncIterable<Uint8Array>
  /** False where another session may have the mailbox now. */
  readonly isHeld: () => boolean
  /** Deletes messages by uid, all or none. Throws a Fault. */
  readonly remove: (uids: readonly number[]) => Promise<void>
  /** Ends it: marks the messages that were fetched as seen, and lets the mailbox go. Never rejects. */
  readonly close: (seenUids: readonly number[]) => Promise<void>
}

/** Opens the maildrop of who has signed in; undefined where another session has it. Throws a Fault. */
export type OpenMaildrops<Login> = (login: Login) => Promise<OpenMaildrop | undefined>

export type Pop3Limits = {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  /** Silence of who has logged in. RFC 1939 §3: at least ten minutes. */
  readonly idleMs: number
  /** Time for all of TLS and login: who is nobody yet gets no ten minutes. */
  readonly loginMs: number
  /** For a client to take more of what is sent. */
  readonly stallMs: number
  /** Refused commands before the connection is closed. */
  readonly maxErrors: number
  /** Failed logins before the connection is closed. */
  readonly maxLogins: number
  /** For the client to read the last answer and close. */
  readonly lingerMs: number
}

export const DEFAULT_LIMITS: Pop3Limits = {
  maxConnections: 2_000,
  maxConnectionsPerAddress: 100,
  idleMs: 600_000,
  loginMs: 180_000,
  stallMs: 120_000,
  maxErrors: 30,
  maxLogins: 5,
  lingerMs: 2_000,
}

/** What is told to the log; never content, never passwords. */
export type Pop3Event =
  | { readonly kind: 'pop3Opened'; readonly id: string; readonly remoteAddress: string }
  | {
      readonly kind: 'pop3Closed'
      readonly id: string
      readonly why: string
      readonly fetched: number
      readonly deleted: number
    }
  | { readonly kind: 'pop3TurnedAway'; readonly remoteAddress: string; readonly why: 'full' | 'fullForAddress' }
  | { readonly kind: 'pop3TlsFailed'; readonly id: string; readonly remoteAddress: string; readonly error: string }
  | {
      readonly kind: 'pop3Login'
      readonly id: string
      readonly remoteAddress: string
      readonly outcome: 'taken' | 'bad' | 'throttled' | 'inUse'
    }
  | { readonly kind: 'pop3Fault'; readonly id: string; readonly error: unknown }
  | { readonly kind: 'pop3Bug'; readonly id: string; readonly reference: string; readonly error: unknown }

export type Pop3ServerOptions<Login = unknown> = {
  /** tls: from the first byte. starttls: by STLS, and demanded. */
  readonly security: 'tls' | 'starttls'
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Asked at each handshake, so that a renewed certificate needs no restart. */
  readonly tls: () => SecureContext
  readonly limits?: Partial<Pop3Limits>
  readonly desk: SignInDesk<Login>
  readonly open: OpenMaildrops<Login>
  /** Why who has logged in may go on no more, if so: asked before each message, and before any is deleted. Throws a Fault. */
  readonly whyEnded?: (login: Login) => Promise<'suspended' | 'revoked' | undefined>
  /** Whether who has logged in may delete, and have messages marked as seen. */
  readonly mayDelete?: (login: Login) => boolean
  readonly log?: (event: Pop3Event) => void
}
