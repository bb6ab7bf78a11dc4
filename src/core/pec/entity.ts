// The entity that is signed: text for people, daticert.xml, postacert.eml (RFC 6109 §2.1, §4.3).
import { fromLatin1, fromUtf8, toBase64Lines } from '../lib/bytes.ts'
import type { Rope } from '../lib/rope.ts'
import { bytesPiece } from '../lib/rope.ts'
import { encodeQuotedPrintable, toLatin1Lossy } from '../mail/encoding.ts'
import type { Boundaries } from './ids.ts'
import type { HumanText } from './text.ts'
import { htmlText, plainText } from './text.ts'
import { PART } from './vocabulary.ts'

// RFC 6109 §4.3.1
const textPart = (type: string, text: string): string =>
  `Content-Type: ${type}; charset="iso-8859-1"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n` +
  encodeQuotedPrintable(toLatin1Lossy(text))

const readablePart = (text: HumanText, boundary: string): string =>
  `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n` +
  `--${boundary}\r\n${textPart('text/plain', plainText(text))}\r\n` +
  `--${boundary}\r\n${textPart('text/html', htmlText(text))}\r\n--${boundary}--\r\n`

// RFC 6109 §4.3.3
const dataPart = (daticert: string): string =>
  `Content-Type: application/xml; name="${PART.certificationData}"\r\nContent-Transfer-Encoding: base64\r\n` +
  `Content-Disposition: inline; filename="${PART.certificationData}"\r\n\r\n${toBase64Lines(fromUtf8(daticert))}`

// RFC 6109 §4.3.2
const MESSAGE_HEAD =
  `Content-Type: message/rfc822; name="${PART.originalMessage}"\r\n` +
  `Content-Disposition: inline; filename="${PART.originalMessage}"\r\n\r\n`

/**
 * The multipart/mixed of a certified message, header included. `attached` is the message to carry as postacert.eml:
 * it is named, not copied.
 */
// RFC 6109 §4.3
export const buildEntity = (
  text: HumanText,
  daticert: string | undefined,
  attached: Rope | undefined,
  { mixed, alternative }: Boundaries,
): Rope => {
  const delimiter = `\r\n--${mixed}`
  let start = `Content-Type: multipart/mixed; boundary="${mixed}"\r\n${delimiter}\r\n${readablePart(text, alternative)}`
  if (daticert !== undefined) start += `${delimiter}\r\n${dataPart(daticert)}`
  if (attached === undefined) return [bytesPiece(fromLatin1(`${start}${delimiter}--\r\n`))]
  return [
    bytesPiece(fromLatin1(`${start}${delimiter}\r\n${MESSAGE_HEAD}`)),
    ...attached,
    bytesPiece(fromLatin1(`${delimiter}--\r\n`)),
  ]
}
