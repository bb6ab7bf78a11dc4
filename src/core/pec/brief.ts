// The original inside a brief receipt: attachments replaced by the hashes of their content (RFC 6109 §3.3.2.2).
import { fromLatin1, fromUtf8 } from '../lib/bytes.ts'
import type { Piece, Rope } from '../lib/rope.ts'
import { bytesPiece, sliceRope } from '../lib/rope.ts'
import type { MimePart } from '../mail/structure.ts'

/** A run of bytes of the message that was scanned: offsets as in its MimePart tree. */
export type ByteSpan = { readonly start: number; readonly end: number }

type Edit = {
  /** What is replaced: a whole part. */
  readonly span: ByteSpan
  /** New header of the part, ended by a blank line. */
  readonly head: string
  /** Header fields that stay, before `head`: only of the top entity, whose header is the message's. */
  readonly kept: readonly ByteSpan[]
}

/** What to hash and what to replace. `digests` holds one rope for each hash wanted, in order. */
export type BriefPlan = {
  readonly source: Rope
  readonly whole: ByteSpan
  readonly digests: readonly Rope[]
  readonly edits: readonly Edit[]
}

const MESSAGE_NAME = 'messaggio.eml'

/** A parameter of Content-Type or Content-Disposition, quoted or in the form of RFC 2231. */
const parameter = (name: string, value: string): string => {
  if (/^[\x20-\x7e]{1,60}$/.test(value)) return ` ${name}="${value.replace(/["\\]/g, '\\$&')}"`
  const hex = Array.from(fromUtf8(value), (byte) => {
    const char = String.fromCharCode(byte)
    return /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  })
  const lines: string[] = []
  for (let at = 0; at < hex.length; at += 20) lines.push(hex.slice(at, at + 20).join(''))
  return lines.map((line, i) => `${i === 0 ? '' : ';\r\n'} ${name}*${i}*=${i === 0 ? "utf-8''" : ''}${line}`).join('')
}

// RFC 6109 §3.3.2.2: the suffix .hash, and the type that says text
const hashHead = (original: string): string => {
  const name = `${original
    .replace(/[\x00-\x1f\x7f]+/g, ' ')
    .toWellFormed()
    .slice(0, 200)}.hash`
  return (
    `Content-Type: text/plain;${parameter('name', name)}\r\n` +
    `Content-Disposition: attachment;${parameter('filename', name)}\r\n\r\n`
  )
}

const isCms = (part: MimePart): boolean =>
  part.type === 'application/pkcs7-mime' || part.type === 'application/x-pkcs7-mime'

/** Name under which the part is an attachment; undefined where it is none. */
const attachmentName = (part: MimePart): string | undefined =>
  part.filename ?? part.parameters.name ?? (part.type === 'message/rfc822' ? MESSAGE_NAME : undefined)

const keptOf = (part: MimePart, top: boolean): readonly ByteSpan[] =>
  top ? part.fields.filter((field) => !field.lowerName.startsWith('content-')) : []

/** Gathers the parts to replace, in the order of the bytes. A stack of its own: depth cannot exhaust ours. */
const editsOf = (top: MimePart): readonly { readonly part: MimePart; readonly edit: Edit }[] => {
  const found: { part: MimePart; edit: Edit }[] = []
  const pending: MimePart[] = [top]
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const name = part === top && part.type.startsWith('multipart/') ? undefined : attachmentName(part)
    if (name !== undefined) {
      const span = { start: part.headerStart, end: part.bodyEnd }
      found.push({ part, edit: { span, head: hashHead(name), kept: keptOf(part, part === top) } })
      continue
    }
    // The signature of a signed original stays as it is.
    const children = part === top && part.type === 'multipart/signed' ? part.children.slice(0, 1) : part.children
    for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]!)
  }
  return found
}

/**
 * Plans the brief form of a message: `source` is the content that was scanned (its first byte at offset 0), `root` the
 * top entity of postacert.eml in it. To hash are the bytes of the parts as they stand, transfer encoding included. A
 * CMS object as top entity stays whole: its brief receipt is the complete one.
 */
// RFC 6109 §3.3.2.2
export const planBrief = (source: Rope, { root }: { readonly root: MimePart }): BriefPlan => {
  const whole = { start: root.headerStart, end: root.bodyEnd }
  if (isCms(root)) return { source, whole, digests: [], edits: [] }
  const found = editsOf(root)
  return {
    source,
    whole,
    digests: found.map(({ part }) => sliceRope(source, part.bodyStart, part.bodyEnd)),
    edits: found.map(({ edit }) => edit),
  }
}

/** The brief form as a rope; `hexDigests` are the SHA-1 of `plan.digests`, 40 hexadecimal digits each. */
// RFC 6109 §3.3.2.2
export const briefRope = (plan: BriefPlan, hexDigests: readonly string[]): Rope => {
  const { source, whole, edits } = plan
  if (hexDigests.length !== edits.length) throw new RangeError('as many digests as spans are needed')
  const out: Piece[] = []
  let at = whole.start
  edits.forEach((edit, i) => {
    out.push(...sliceRope(source, at, edit.span.start))
    for (const { start, end } of edit.kept) out.push(...sliceRope(source, start, end))
    out.push(bytesPiece(fromLatin1(edit.head + hexDigests[i]!.toLowerCase())))
    at = edit.span.end
  })
  out.push(...sliceRope(source, at, whole.end))
  return out
}
