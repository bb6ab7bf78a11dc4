// A message of plain text, as a program writes one to a person (RFC 5322, RFC 2045).
import { fromLatin1, fromUtf8, toLatin1 } from '../lib/bytes.ts'
import { type Instant, mailDate } from '../lib/instant.ts'
import { encodeQuotedPrintable } from './encoding.ts'
import { encodeAddressField, encodeField } from './header.ts'

export type PlainMessage = {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly date: Instant
  /** Without brackets. */
  readonly messageId: string
}

/** The bytes of the message: UTF-8 as quoted-printable, lines ended by CRLF. */
export const plainMessage = ({ from, to, subject, text, date, messageId }: PlainMessage): Uint8Array =>
  fromLatin1(
    encodeAddressField('From', from.name, from.address) +
      encodeAddressField('To', to.name, to.address) +
      encodeField('Subject', subject) +
      `Date: ${mailDate(date)}\r\nMessage-ID: <${messageId}>\r\nMIME-Version: 1.0\r\n` +
      'Auto-Submitted: auto-generated\r\n' + // RFC 3834 §5
      'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' +
      `${encodeQuotedPrintable(toLatin1(fromUtf8(text)))}\r\n`,
  )
