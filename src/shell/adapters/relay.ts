// The Relay: ordinary e-mail handed to the provider's own mail server, or captured where nothing may leave.
import { createTransport } from 'nodemailer'
import { Fault } from '../../core/lib/refusal.ts'
import type { OrdinaryMail, RecipientOutcome, Relay } from '../../core/ports.ts'

export type RelayOptions = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS, required unless the relay is on this machine. */
  readonly tls: boolean
  readonly credentials?: { readonly user: string; readonly password: string } | undefined
  /** Roots that the relay's certificate must lead to, PEM; the system's where not given. */
  readonly roots?: readonly string[] | undefined
}

const TIMEOUT_MS = 30_000
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i

type SmtpError = Error & { readonly responseCode?: number; readonly response?: string }

/** What a server's answer means; undefined where there was none. */
const answered = ({ responseCode, response = '' }: SmtpError): RecipientOutcome | undefined => {
  if (responseCode === undefined) return undefined
  const code = /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? (responseCode >= 500 ? '5.0.0' : '4.0.0')
  return { kind: responseCode >= 500 ? 'permanent' : 'temporary', code, reply: response.slice(0, 500) }
}

/** A relay over SMTP. */
export const smtpRelay = ({ host, port, tls, credentials, roots }: RelayOptions): Relay => {
  const transport = createTransport({
    host,
    port,
    secure: tls,
    requireTLS: !tls && !LOOPBACK.test(host),
    ...(credentials ? { auth: { user: credentials.user, pass: credentials.password } } : {}),
    tls: { minVersion: 'TLSv1.2', ...(roots ? { ca: [...roots] } : {}) },
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // Nothing is read from files or the network to make a message.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const send = async (mail: OrdinaryMail): Promise<RecipientOutcome> => {
    const { messageId, from, to, subject, text, date, replyTo, thread } = mail
    try {
      const info = await transport.sendMail({
        envelope: { from: /<([^<>]+)>$/.exec(from)?.[1] ?? from, to: [to] },
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${messageId}>`,
        ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
        ...(thread === undefined ? {} : { inReplyTo: `<${thread}>`, references: `<${thread}>` }),
        date: new Date(date),
        // RFC 3834 §5: nobody's out-of-office answers it
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      return { kind: 'delivered', reply: info.response.slice(0, 500) }
    } catch (error) {
      const outcome = answered(error as SmtpError)
      if (outcome) return outcome
      throw new Fault('relay', (error as Error).message, { cause: error })
    }
  }
  return { captures: false, send, close: async () => transport.close() }
}

/** The sandbox's relay: nothing leaves, everything is shown on a page. */
export const capturingRelay = (): Relay => ({
  captures: true,
  send: async () => ({ kind: 'delivered', reply: 'captured' }),
  close: async () => {},
})
