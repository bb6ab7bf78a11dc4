// Assembling: what stands between the delimiters is exactly what was signed.
import { describe, expect, it } from 'vitest'
import { fromBase64, fromLatin1, toLatin1 } from '../../../src/core/lib/bytes.ts'
import { bytesPiece, rangePiece } from '../../../src/core/lib/rope.ts'
import { assemble } from '../../../src/core/pec/assemble.ts'
import type { Draft } from '../../../src/core/pec/model.ts'

const draft: Draft = {
  kind: 'acceptance',
  messageId: 'x@y.example',
  reversePath: 'a@b.example',
  forwardPaths: ['c@d.example'],
  at: 0,
  header: 'From: a@b.example\r\nTo: \xe8@d.example\r\n',
  entity: [bytesPiece(fromLatin1('Content-Type: text/plain\r\n\r\nciao\r\n')), rangePiece('blob', 7, 1000)],
  boundary: '=_sabc',
}
const signature = Uint8Array.from({ length: 200 }, (_, i) => i)
const text = (micalg?: string): string =>
  assemble(draft, signature, micalg)
    .map((piece) => (piece.kind === 'bytes' ? toLatin1(piece.bytes) : '<blob>'))
    .join('')

describe('assemble', () => {
  // RFC 6109 §2.1
  it('makes multipart/signed of the entity and a detached smime.p7s', () => {
    expect(text()).toBe(
      'From: a@b.example\r\nTo: \xe8@d.example\r\nMIME-Version: 1.0\r\n' +
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;\r\n boundary="=_sabc"\r\n' +
        '\r\nThis is an S/MIME signed message\r\n\r\n--=_sabc\r\n' +
        'Content-Type: text/plain\r\n\r\nciao\r\n<blob>\r\n--=_sabc\r\n' +
        'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n' +
        'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n' +
        `${Buffer.from(signature).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n\r\n--=_sabc--\r\n`,
    )
  })
  it('names what is stored, and copies none of it', () => {
    expect(assemble(draft, signature)).toContain(draft.entity[1])
  })
  it('names another digest where told', () => {
    expect(text('sha-512')).toContain('micalg=sha-512;')
  })
  it('holds the signature as it was', () => {
    const base64 = /smime\.p7s"\r\n\r\n([\w+/=\r\n]+)/.exec(text())![1]!
    expect([...fromBase64(base64)]).toEqual([...signature])
  })
})
