// What an IMAP server is given: desk, mailstore, limits. See startImapServer in ../imap.ts.
import type { SecureContext } from 'node:tls'
import type { ContentStore } from '../../content/store.ts'
import type { SignInDesk } from '../../identity/sasl.ts'
import type { Mailbox } from '../../mailstore/mailboxes.ts'
import type { Mailstore } from '../../mailstore/mailstore.ts'
import type { Ended } from './ended.ts'

export type ImapLimits = {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  readonly maxConnectionsPerMailbox: number
  /** Silence of who has signed in. RFC 9051 §5.4: at least 30 minutes. */
  readonly idleMs: number
  /** Time for all of TLS and login. */
  readonly loginMs: number
  /** For a client to take more of what is sent, and between two pieces of a literal. */
  readonly stallMs: number
  /** Between two signs of life to a client in IDLE, so that no router on the way forgets the connection. */
  readonly stillHereMs: number
  /** Commands that cannot be read before the connection is closed. */
  readonly maxErrors: number
  /** Failed logins before the connection is closed. */
  readonly maxLogins: number
  /** Largest message of APPEND. */
  readonly maxMessageBytes: number
  /** Messages of one APPEND. */
  readonly maxAppends: number
  /** For the client to read the last answer and close. */
  readonly lingerMs: number
}

export const DEFAULT_LIMITS: ImapLimits = {
  maxConnections: 20_000,
  maxConnectionsPerAddress: 500,
  maxConnectionsPerMailbox: 64,
  idleMs: 1_860_000,
  loginMs: 60_000,
  stallMs: 120_000,
  stillHereMs: 240_000,
  maxErrors: 20,
  maxLogins: 5,
  maxMessageBytes: 100 * 1024 * 1024,
  maxAppends: 500,
  lingerMs: 2_000,
}

/** What is told to the log; never content, never passwords. */
export type ImapEvent =
  | { readonly kind: 'imapOpened'; readonly id: string; readonly remoteAddress: string }
  | { readonly kind: 'imapClosed'; readonly id: string; readonly why: string; readonly commands: number }
  | { readonly kind: 'imapTurnedAway'; readonly remoteAddress: string; readonly why: 'full' | 'fullForAddress' }
  | { readonly kind: 'imapTlsFailed'; readonly id: string; readonly remoteAddress: string; readonly error: string }
  | {
      readonly kind: 'imapLogin'
      readonly id: string
      readonly remoteAddress: string
      readonly outcome: 'taken' | 'bad' | 'throttled' | 'tooMany'
    }
  | { readonly kind: 'imapRefused'; readonly id: string; readonly command: string; readonly code: string }
  | { readonly kind: 'imapFault'; readonly id: string; readonly command: string; readonly error: unknown }
  | {
      readonly kind: 'imapBug'
      readonly id: string
      readonly command: string
      readonly reference: string
      readonly error: unknown
    }

export type ImapServerOptions = {
  /** tls: from the first byte. starttls: by STARTTLS, and demanded. */
  readonly security: 'tls' | 'starttls'
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** How the server names itself. */
  readonly hostname: string
  /** Asked at each handshake, so that a renewed certificate needs no restart. */
  readonly tls: () => SecureContext
  readonly limits?: Partial<ImapLimits>
  readonly desk: SignInDesk<Mailbox>
  /** Why who has signed in may go on no more, if so: asked now and then, at a command. Throws a Fault. */
  readonly whyEnded: (mailbox: Mailbox) => Promise<Ended | undefined>
  readonly mailstore: Mailstore
  readonly contents: Pick<ContentStore, 'receive' | 'stream' | 'bytes'>
  readonly log?: (event: ImapEvent) => void
  /** Told how long each command took, by its name. */
  readonly measure?: (command: string, seconds: number) => void
  /** The clock; the system's where none is given. */
  readonly now?: () => number
}
