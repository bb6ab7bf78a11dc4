// Delivery status notifications for ordinary recipients (RFC 3464): what a mail server says when it could not deliver.
import { fromUtf8 } from '../lib/bytes.ts'
import { type Instant, mailDate } from '../lib/instant.ts'
import { encodeField } from './header.ts'

export type DsnFailure = {
  readonly address: string
  /** Enhanced status code, `5.1.1` (RFC 3463). */
  readonly code: string
  /** The other server's words. */
  readonly reply: string
}

/** Removes what could break out of a line. */
const oneLine = (text: string): string => text.replace(/[\r\n\0]+/g, ' ').slice(0, 400)

/** A whole failure notice, CRLF line ends, from the null sender to `to`. RFC 3464 §2, RFC 6522 */
export const failureNotice = (of: {
  readonly reportingHost: string
  readonly from: string
  readonly to: string
  readonly subject: string | undefined
  readonly messageId: string
  readonly boundary: string
  readonly at: Instant
  readonly failures: readonly DsnFailure[]
  /** Header section of the message that failed, through its blank line. */
  readonly originalHead: Uint8Array
}): Uint8Array => {
  const text = [
    `Il messaggio "${of.subject ?? ''}" non è stato consegnato a questi destinatari di posta ordinaria.`,
    'The message was not delivered to these ordinary recipients.',
    '',
    ...of.failures.map((failure) => `${failure.address}: ${failure.code} ${oneLine(failure.reply)}`),
    '',
  ]
  const status = [
    `Reporting-MTA: dns; ${of.reportingHost}`,
    '',
    ...of.failures.flatMap((failure) => [
      `Final-Recipient: rfc822; ${failure.address}`,
      'Action: failed',
      `Status: ${failure.code}`,
      `Diagnostic-Code: smtp; ${oneLine(failure.reply)}`,
      '',
    ]),
  ]
  const lines = [
    `Date: ${mailDate(of.at)}`,
    `From: Mail Delivery System <${of.from}>`,
    `To: <${of.to}>`,
    encodeField('Subject', `Mancata consegna: ${of.subject ?? ''}`).trimEnd(),
    `Message-ID: <${of.messageId}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${of.boundary}"`,
    '',
    `--${of.boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...text,
    `--${of.boundary}`,
    'Content-Type: message/delivery-status',
    '',
    ...status,
    `--${of.boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    '',
  ]
  const head = fromUtf8(lines.join('\r\n'))
  const tail = fromUtf8(`\r\n--${of.boundary}--\r\n`)
  const whole = new Uint8Array(head.length + of.originalHead.length + tail.length)
  whole.set(head, 0)
  whole.set(of.originalHead, head.length)
  whole.set(tail, head.length + of.originalHead.length)
  return whole
}
