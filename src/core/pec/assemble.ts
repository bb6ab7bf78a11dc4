// Puts a signature to a draft: the whole message (RFC 6109 §2.1, RFC 8551 §3.5.3).
import { fromLatin1, toBase64Lines } from '../lib/bytes.ts'
import type { Rope } from '../lib/rope.ts'
import { bytesPiece } from '../lib/rope.ts'
import type { Draft } from './model.ts'
import { PART } from './vocabulary.ts'

/**
 * The whole message of a draft and its detached CMS signature (DER). What stands between the delimiters is exactly
 * `draft.entity`, the bytes that were signed.
 */
// RFC 6109 §2.1: multipart/signed with a .p7s, never opaque.
export const assemble = (draft: Draft, signatureDer: Uint8Array, micalg = 'sha-256'): Rope => {
  const { header, boundary, entity } = draft
  const before =
    `${header}MIME-Version: 1.0\r\n` +
    `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=${micalg};\r\n` +
    ` boundary="${boundary}"\r\n\r\nThis is an S/MIME signed message\r\n\r\n--${boundary}\r\n`
  const after =
    `\r\n--${boundary}\r\nContent-Type: application/pkcs7-signature; name="${PART.signature}"\r\n` +
    `Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${PART.signature}"\r\n\r\n` +
    `${toBase64Lines(signatureDer)}\r\n--${boundary}--\r\n`
  return [bytesPiece(fromLatin1(before)), ...entity, bytesPiece(fromLatin1(after))]
}
