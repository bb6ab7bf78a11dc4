// postacert.eml: the original message as it travels, with the PEC msgid in place of the client's (RFC 6109 §2.2.1).
import { fromLatin1 } from '../lib/bytes.ts'
import type { ContentId, Rope } from '../lib/rope.ts'
import { bytesPiece, rangePiece } from '../lib/rope.ts'
import type { HeaderField } from '../mail/structure.ts'
import type { PecMsgid } from './model.ts'
import { FIELD } from './vocabulary.ts'

/** Longest client msgid that is quoted, in characters. */
const MAX_MSGID = 500

/**
 * The Message-ID that the sender's program set, angle brackets included; undefined where there is none, or none that
 * can be quoted (no printable ASCII in one word).
 */
export const clientMsgidOf = (fields: readonly HeaderField[]): string | undefined => {
  const value = fields.find((field) => field.lowerName === 'message-id')?.rawValue.trim()
  if (value === undefined || value.length > MAX_MSGID || !/^[\x21-\x7e]+$/.test(value)) return undefined
  return value.startsWith('<') && value.endsWith('>') ? value : `<${value.replace(/[<>]/g, '')}>`
}

type Original = {
  /** The header section, from the first byte of the content. */
  readonly head: Uint8Array
  readonly fields: readonly HeaderField[]
  readonly content: ContentId
  readonly bodyStart: number
  readonly sizeBytes: number
}

const endsLine = (head: Uint8Array, at: number): boolean => at === 0 || head[at - 1] === 0x0a

/**
 * The original as a rope: its Message-ID replaced where it stands (added as the last field where it had none),
 * X-Riferimento-Message-ID after it, every other byte as it came. A reference that the client forged goes.
 */
// RFC 6109 §2.2.1, §3.1.5
export const postacert = (
  original: Original,
  identifier: PecMsgid,
): { readonly rope: Rope; readonly clientMsgid?: string | undefined } => {
  const { head, fields, content, bodyStart, sizeBytes } = original
  const clientMsgid = clientMsgidOf(fields)
  const reference = clientMsgid === undefined ? '' : `${FIELD.reference}: ${clientMsgid}\r\n`
  const ours = `Message-ID: <${identifier}>\r\n${reference}`
  const out: Uint8Array[] = []
  let at = 0
  let placed = false
  for (const field of fields) {
    if (field.lowerName !== 'message-id' && field.lowerName !== FIELD.reference.toLowerCase()) continue
    out.push(head.subarray(at, field.start))
    if (!placed && field.lowerName === 'message-id') {
      out.push(fromLatin1(ours))
      placed = true
    }
    at = field.end
  }
  if (!placed) {
    const last = Math.max(at, fields.at(-1)?.end ?? 0)
    out.push(head.subarray(at, last), fromLatin1(endsLine(head, last) ? ours : `\r\n${ours}`))
    at = last
  }
  out.push(head.subarray(at))
  const rope: Rope = out.filter((bytes) => bytes.length > 0).map(bytesPiece)
  if (bodyStart >= sizeBytes) return { rope, clientMsgid }
  return { rope: [...rope, rangePiece(content, bodyStart, sizeBytes - bodyStart)], clientMsgid }
}
