// Messages that the journeys send, and how they send them.
import { fromUtf8 } from '../../../src/core/lib/bytes.ts'
import { dataOf, openSubmission, type Reply } from '../../../src/shell/sandbox/submission.ts'
import { PASSWORD, type TestProvider } from './pair.ts'

export type MessageParts = {
  readonly from?: string
  readonly to?: string
  readonly cc?: string
  readonly bcc?: string
  readonly subject?: string
  readonly messageId?: string
  /** Header lines without CRLF. */
  readonly extra?: readonly string[]
  readonly body?: string
}

/** An original message, CRLF line ends. */
export const message = (parts: MessageParts = {}): Uint8Array => {
  const lines = [
    `From: ${parts.from ?? 'FROM'}`,
    ...(parts.to === undefined ? [] : [`To: ${parts.to}`]),
    ...(parts.cc === undefined ? [] : [`Cc: ${parts.cc}`]),
    ...(parts.bcc === undefined ? [] : [`Bcc: ${parts.bcc}`]),
    `Subject: ${parts.subject ?? 'Prova'}`,
    'Date: Mon, 23 Nov 2026 10:00:00 +0100',
    `Message-ID: ${parts.messageId ?? '<prova-1@client.example>'}`,
    ...(parts.extra ?? []),
    ...(parts.extra?.some((line) => line.startsWith('Content-Type'))
      ? []
      : ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8']),
    '',
    parts.body ?? 'Buongiorno.\r\n',
  ]
  return fromUtf8(lines.join('\r\n'))
}

/** Submits as one account of a provider; the sender is the account unless the message says otherwise. */
export const send = async (
  provider: TestProvider,
  local: string,
  recipients: readonly string[],
  content: Uint8Array,
  reversePath = `${local}@${provider.domain}`,
  password = PASSWORD,
): Promise<Reply> => {
  const user = `${local}@${provider.domain}`
  const text = Buffer.from(content).toString('latin1').replace('From: FROM', `From: ${user}`)
  const client = await openSubmission({ port: provider.ports.submission, security: 'tls', user, password })
  try {
    return await client.send({ from: reversePath, recipients, data: dataOf(text) })
  } finally {
    await client.quit()
  }
}

/** Kinds of the messages of a mailbox, in order. */
export const kinds = (messages: readonly { readonly kind: string }[]): readonly string[] =>
  messages.map((one) => one.kind)

/** Hands a message to an incoming point as another server would. `content` goes as it is. */
export const handOver = async (
  provider: TestProvider,
  reversePath: string,
  recipients: readonly string[],
  content: Uint8Array,
): Promise<Reply> => {
  const client = await openSubmission({ port: provider.ports.incoming, security: 'starttls' })
  try {
    return await client.send({ from: reversePath, recipients, data: dataOf(Buffer.from(content).toString('latin1')) })
  } finally {
    await client.quit()
  }
}
