// Brief receipts: attachments become hashes, everything else stays byte for byte.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromLatin1, fromUtf8, toLatin1 } from '../../../src/core/lib/bytes.ts'
import type { Rope } from '../../../src/core/lib/rope.ts'
import { rangePiece } from '../../../src/core/lib/rope.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import type { MimePart } from '../../../src/core/mail/structure.ts'
import { briefRope, planBrief } from '../../../src/core/pec/brief.ts'

const ropeText = (rope: Rope, content: Uint8Array): string =>
  rope
    .map((piece) =>
      toLatin1(piece.kind === 'bytes' ? piece.bytes : content.subarray(piece.offset, piece.offset + piece.length)),
    )
    .join('')
const sha1 = (text: string): string => createHash('sha1').update(text, 'latin1').digest('hex')

const briefOf = (bytes: Uint8Array, root: MimePart = parseMime(bytes).root): string => {
  const plan = planBrief([rangePiece('c', 0, bytes.length)], { root })
  const hashes = plan.digests.map((rope) => sha1(ropeText(rope, bytes)).toUpperCase())
  return ropeText(briefRope(plan, hashes), bytes)
}
const brief = (source: string): string => briefOf(fromLatin1(source))
const replaced = (name: string, content: string): string =>
  `Content-Type: text/plain; name="${name}.hash"\r\nContent-Disposition: attachment; filename="${name}.hash"\r\n\r\n${sha1(content)}`
const multipart = (head: string, ...parts: readonly string[]): string =>
  `From: a@b\r\nContent-Type: ${head}; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\nepilogue\r\n`

const TEXT = 'Content-Type: text/plain\r\n\r\nciao'
const PDF = 'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\nBBBB'
const P7S = 'Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIIB'

// RFC 6109 §3.3.2.2
describe('brief form', () => {
  it('replaces a part with a name or a filename by the hash of its encoded content', () => {
    const named = 'Content-Disposition: attachment; filename="b c.txt"\r\n\r\nxx\r\n'
    expect(brief(multipart('multipart/mixed', TEXT, PDF, named))).toBe(
      multipart('multipart/mixed', TEXT, replaced('a.pdf', 'AAAA\r\nBBBB'), replaced('b c.txt', 'xx\r\n')),
    )
  })
  it('prefers the filename, and keeps any name readable', () => {
    const part = 'Content-Type: text/csv; name=x\r\nContent-Disposition: inline; filename="a\\"\\\\b.csv"\r\n\r\n1'
    expect(brief(multipart('multipart/mixed', part))).toContain('filename="a\\"\\\\b.csv.hash"')
    const accented = "Content-Disposition: attachment; filename*=utf-8''perch%C3%A9%20no.txt\r\n\r\n1"
    const out = briefOf(fromUtf8(multipart('multipart/mixed', accented)))
    expect(out).toContain("filename*0*=utf-8''perch%C3%A9%20no.txt.hash")
    const { root } = parseMime(fromLatin1(out))
    expect(root.children[0]!.filename).toBe('perché no.txt.hash')
    expect(root.children[0]!.parameters.name).toBe('perché no.txt.hash')
  })
  it('goes into nested multiparts and leaves their structure', () => {
    const inner = `Content-Type: multipart/related; boundary=i\r\n\r\n--i\r\n${TEXT}\r\n--i\r\n${PDF}\r\n--i--`
    expect(brief(multipart('multipart/mixed', inner))).toBe(
      multipart('multipart/mixed', inner.replace(PDF, replaced('a.pdf', 'AAAA\r\nBBBB'))),
    )
  })
  it('replaces an attached message whole', () => {
    const message = `Subject: x\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n${PDF}\r\n--m--\r\n`
    const attached = `Content-Type: message/rfc822\r\n\r\n${message}`
    expect(brief(multipart('multipart/mixed', TEXT, attached))).toBe(
      multipart('multipart/mixed', TEXT, replaced('messaggio.eml', message)),
    )
  })
  it('leaves the signature of a signed original as it is', () => {
    const signed = `Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n${PDF}\r\n--i--`
    expect(brief(multipart('multipart/signed', signed, P7S))).toBe(
      multipart('multipart/signed', signed.replace(PDF, replaced('a.pdf', 'AAAA\r\nBBBB')), P7S),
    )
  })
  it('replaces a signature that is not the top one, as any named part', () => {
    const signed = `Content-Type: multipart/signed; boundary=i\r\n\r\n--i\r\n${TEXT}\r\n--i\r\n${P7S}\r\n--i--`
    expect(brief(multipart('multipart/mixed', signed))).toContain(replaced('smime.p7s', 'MIIB'))
  })
  it.each(['application/pkcs7-mime', 'application/x-pkcs7-mime'])('leaves a top %s whole', (type) => {
    const source = `From: a@b\r\nContent-Type: ${type}; smime-type=signed-data; name=smime.p7m\r\n\r\nMIIB\r\n`
    expect(brief(source)).toBe(source)
  })
  it('changes nothing where nothing is attached', () => {
    expect(brief('From: a@b\r\n\r\nciao\r\n')).toBe('From: a@b\r\n\r\nciao\r\n')
    expect(brief(multipart('multipart/mixed', TEXT))).toBe(multipart('multipart/mixed', TEXT))
  })
  it('keeps the header of a message that is itself an attachment', () => {
    expect(brief('From: a@b\r\nContent-Type: application/pdf; name=a.pdf\r\nSubject: x\r\n\r\nAAAA\r\n')).toBe(
      `From: a@b\r\nSubject: x\r\n${replaced('a.pdf', 'AAAA\r\n')}`,
    )
  })
  it('does not take a name of the top multipart for an attachment', () => {
    expect(brief(multipart('multipart/mixed; name=x', TEXT))).toContain('ciao')
  })
  it('cannot be made to write header lines by a name', () => {
    const part = "Content-Disposition: attachment; filename*=utf-8''a%0D%0AX-Ricevuta:%20x\r\n\r\n1"
    expect(brief(multipart('multipart/mixed', part))).not.toMatch(/[\r\n]X-Ricevuta/)
  })
  it('wants as many hashes as it asked for', () => {
    const bytes = fromLatin1(multipart('multipart/mixed', PDF))
    const plan = planBrief([rangePiece('c', 0, bytes.length)], parseMime(bytes))
    expect(() => briefRope(plan, [])).toThrow(RangeError)
  })

  it('makes of the sample envelope what the sample brief receipt holds', () => {
    const sample = (name: string): { bytes: Uint8Array; postacert: MimePart } => {
      const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../spec/samples', name)))
      const part = parseMime(bytes).root.children[0]!.children.find((child) => child.type === 'message/rfc822')!
      return { bytes, postacert: part.children[0]! }
    }
    const envelope = sample('02_busta_di_trasporto.eml')
    const receipt = sample('06_consegna_breve_To.eml')
    const body = (text: string): string => text.slice(text.indexOf('\r\n\r\n'))
    const { postacert, bytes } = receipt
    expect(body(briefOf(envelope.bytes, envelope.postacert))).toBe(
      body(toLatin1(bytes, postacert.headerStart, postacert.bodyEnd)),
    )
  })
})
