// Base64 as SASL exchanges carry it: whole quantums, no other characters (RFC 4954 §4, RFC 4422).
import { fromBase64, toUtf8Strict } from '../../lib/bytes.ts'

/** The bytes; undefined where it is not base64 to the letter. */
export const decodeBase64 = (text: string): Uint8Array | undefined =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? fromBase64(text) : undefined

/** The UTF-8 text within. */
export const decodeText = (text: string): string | undefined => {
  const bytes = decodeBase64(text)
  return bytes && toUtf8Strict(bytes)
}
