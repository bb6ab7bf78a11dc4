// What an SMTP server is given: role, limits, handlers. See startSmtpServer in ../smtp.ts.
import type { SecureContext } from 'node:tls'
import type { MailParameters } from '../../../core/mail/smtp/command.ts'
import type { Reply } from '../../../core/mail/smtp/reply.ts'
import type { SignInDesk } from '../../identity/sasl.ts'

/** One connection as the handlers see it. Paths and size are of the mail under way. */
export type SmtpSession<Login = unknown> = {
  /** Names the connection in logs and Received fields. */
  readonly id: string
  readonly role: 'submission' | 'incoming'
  /** IP address; an IPv4 one without `::ffff:`. */
  readonly remoteAddress: string
  readonly tls?: { readonly protocol: string; readonly cipher: string; readonly peer?: string | undefined } | undefined
  readonly helo: string
  /** What `authenticate` gave. */
  readonly login?: Login | undefined
  /** MAIL FROM; null for `<>`. */
  readonly reversePath: string | null
  readonly forwardPaths: readonly string[]
  readonly declaredSize?: number | undefined
  /** When the connection was opened, milliseconds since 1970. */
  readonly startedAt: number
}

/**
 * What the platform does with mail. A handler that throws Fault is answered 451 4.3.0; anything else it throws is a
 * bug: 451 with a reference that is logged. Undefined stands for the usual positive reply.
 */
export type SmtpHandlers<Login = unknown> = {
  /** Needed where the role is submission. */
  readonly authenticate?: SignInDesk<Login>['authenticate']
  readonly scram?: SignInDesk<Login>['scram']
  readonly mailFrom?: (
    session: SmtpSession<Login>,
    address: string | null,
    parameters: MailParameters,
  ) => Promise<Reply | undefined>
  readonly rcptTo?: (session: SmtpSession<Login>, address: string) => Promise<Reply | undefined>
  /**
   * Takes the content, without stuffed dots. The stream throws TransferRefused where the content is not to be taken
   * (bare CR or LF, NUL, a line too long, too large) and TransferLost where the client has gone: let it pass through.
   * Commit only after the stream has ended. Where it returns before, the rest is passed over. The pieces are the
   * handler's to keep: the server never writes to them again.
   */
  readonly data: (session: SmtpSession<Login>, content: AsyncIterable<Uint8Array>) => Promise<Reply>
}

export type SmtpLimits = {
  readonly maxMessageBytes: number
  readonly maxRecipients: number
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  /** For a command to come whole, and for the TLS handshake. */
  readonly idleMs: number
  /** Between two pieces of content; also the grace before the minimum rate counts. */
  readonly dataIdleMs: number
  /** What the content must come at, over the whole of it, against those who drip it. */
  readonly minDataBytesPerSecond: number
  /** Refused commands before the connection is closed. */
  readonly maxErrors: number
  /** Mails on one connection. */
  readonly maxTransactions: number
  /** Bytes of a content line with its CRLF (RFC 5321 §4.5.3.1.6). */
  readonly maxLineBytes: number
  /** For the client to read the last reply and close. */
  readonly lingerMs: number
}

/** RFC 5321 §4.5.3.2 asks for 5 minutes between commands and 3 between pieces of content. */
export const DEFAULT_LIMITS: SmtpLimits = {
  maxMessageBytes: 32 * 1024 * 1024,
  maxRecipients: 100,
  maxConnections: 1000,
  maxConnectionsPerAddress: 100,
  idleMs: 300_000,
  dataIdleMs: 180_000,
  minDataBytesPerSecond: 500,
  maxErrors: 20,
  maxTransactions: 10_000,
  maxLineBytes: 1000,
  lingerMs: 2000,
}

/** What is told to the log; never content, never passwords. */
export type SmtpEvent =
  | { readonly kind: 'smtpOpened'; readonly id: string; readonly remoteAddress: string }
  | { readonly kind: 'smtpClosed'; readonly id: string; readonly messages: number; readonly why: string }
  | { readonly kind: 'smtpTurnedAway'; readonly remoteAddress: string; readonly why: 'full' | 'fullForAddress' }
  | { readonly kind: 'smtpTlsFailed'; readonly id: string; readonly remoteAddress: string; readonly error: string }
  | {
      readonly kind: 'smtpLogin'
      readonly id: string
      readonly remoteAddress: string
      readonly outcome: 'taken' | 'bad' | 'throttled'
    }
  | { readonly kind: 'smtpRefused'; readonly id: string; readonly verb: string; readonly code: number }
  | { readonly kind: 'smtpContentRefused'; readonly id: string; readonly why: string }
  | { readonly kind: 'smtpFault'; readonly id: string; readonly error: unknown }
  | { readonly kind: 'smtpBug'; readonly id: string; readonly reference: string; readonly error: unknown }

export type SmtpServerOptions<Login = unknown> = {
  /** submission: TLS and AUTH before any mail. incoming: no AUTH, TLS on offer. */
  readonly role: 'submission' | 'incoming'
  /** tls: from the first byte. starttls: on demand (and demanded, at the submission point). */
  readonly security: 'tls' | 'starttls'
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Asked at each handshake, so that a renewed certificate needs no restart. */
  readonly tls: () => SecureContext
  /** Whether to ask clients for a certificate; it is told as `tls.peer`, not judged. */
  readonly requestPeerCertificate?: boolean
  /** How the server names itself. */
  readonly hostname: string
  readonly limits?: Partial<SmtpLimits>
  readonly handlers: SmtpHandlers<Login>
  readonly log?: (event: SmtpEvent) => void
  /** The clock; the system's where none is given. */
  readonly now?: () => number
}
