// What the log can say: one type for each event, with its level. Addresses and ids yes; content, subjects, secrets no.
import type { ImapEvent } from '../servers/imap/options.ts'
import type { Pop3Event } from '../servers/pop3/options.ts'
import type { SmtpEvent } from '../servers/smtp/options.ts'

export type OperationsEvent =
  | { readonly kind: 'starting'; readonly node: string; readonly roles: readonly string[]; readonly version: string }
  | { readonly kind: 'listening'; readonly service: string; readonly host: string; readonly port: number }
  | { readonly kind: 'ready'; readonly afterMs: number }
  | { readonly kind: 'stopping'; readonly why: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'databaseReady'; readonly version: string; readonly migrations: number }
  | { readonly kind: 'databaseNote'; readonly note: string }
  | { readonly kind: 'jobFaulted'; readonly job: string; readonly attempts: number; readonly error: unknown }
  | { readonly kind: 'jobBug'; readonly job: string; readonly attempts: number; readonly error: unknown }
  | { readonly kind: 'mailstoreError'; readonly what: string; readonly error: unknown }
  | { readonly kind: 'transferTried'; readonly domain: string; readonly outcome: string; readonly reply: string }
  | { readonly kind: 'directoryRefreshed'; readonly providers: number; readonly domains: number }
  | { readonly kind: 'directoryNotRefreshed'; readonly error: unknown }
  | { readonly kind: 'httpRefused'; readonly route: string; readonly status: number; readonly remoteAddress: string }
  | { readonly kind: 'httpFault'; readonly route: string; readonly error: unknown }
  | { readonly kind: 'httpBug'; readonly route: string; readonly reference: string; readonly error: unknown }
  /** The pages are not built: this server gives the API only. */
  | { readonly kind: 'pagesMissing'; readonly folder: string }
  | { readonly kind: 'alarm'; readonly name: string; readonly details: Readonly<Record<string, string | number>> }

export type LogEvent = OperationsEvent | SmtpEvent | ImapEvent | Pop3Event

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** How much each event wants a person: `error` is ours to mend, `warn` may pass by itself. */
export const LEVELS: Readonly<Record<LogEvent['kind'], Level>> = {
  starting: 'info',
  listening: 'info',
  ready: 'info',
  stopping: 'info',
  stopped: 'info',
  databaseReady: 'info',
  databaseNote: 'info',
  jobFaulted: 'warn',
  jobBug: 'error',
  mailstoreError: 'error',
  transferTried: 'info',
  directoryRefreshed: 'info',
  directoryNotRefreshed: 'warn',
  httpRefused: 'info',
  httpFault: 'warn',
  httpBug: 'error',
  pagesMissing: 'warn',
  alarm: 'error',
  smtpOpened: 'debug',
  smtpClosed: 'debug',
  smtpTurnedAway: 'warn',
  smtpTlsFailed: 'info',
  smtpLogin: 'info',
  smtpRefused: 'info',
  smtpContentRefused: 'info',
  smtpFault: 'warn',
  smtpBug: 'error',
  imapOpened: 'debug',
  imapClosed: 'debug',
  imapTurnedAway: 'warn',
  imapTlsFailed: 'info',
  imapLogin: 'info',
  imapRefused: 'debug',
  imapFault: 'warn',
  imapBug: 'error',
  pop3Opened: 'debug',
  pop3Closed: 'debug',
  pop3TurnedAway: 'warn',
  pop3TlsFailed: 'info',
  pop3Login: 'info',
  pop3Fault: 'warn',
  pop3Bug: 'error',
}
