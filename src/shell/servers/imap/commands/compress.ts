// COMPRESS=DEFLATE (RFC 4978).
import { no, ok, printStatus, type Status } from '../../../../core/mail/imap/status.ts'
import type { Outcome } from '../execute.ts'
import type { Session } from '../session.ts'

const ACTIVE: Status = no('Compression is on already', { kind: 'COMPRESSIONACTIVE' })
const UNKNOWN: Status = no('This compression is not on offer', { kind: 'CANNOT' })

/** The answer is the last that goes uncompressed (RFC 4978 §3). */
export const compress = (session: Session, mechanism: string, tag: string): Outcome => {
  if (session.compressed) return ACTIVE
  if (mechanism !== 'DEFLATE') return UNKNOWN
  session.wire.say(printStatus(tag, ok('DEFLATE from here on')))
  session.wire.compress()
  session.compressed = true
  return {}
}
