// Where mail programs reach a box: what people are told, in messages and on pages.

export type MailServer = {
  readonly host: string
  readonly port: number
  /** `tls`: from the first byte (RFC 8314 §3), the only one that is told. */
  readonly security: 'tls'
}

export type MailServers = { readonly imap: MailServer; readonly pop3: MailServer; readonly smtp: MailServer }
