// Status responses: OK, NO, BAD, PREAUTH, BYE, with the codes of RFC 9051 §7.1, RFC 5530 and the extensions.
import { fromUtf8, toLatin1 } from '../../lib/bytes.ts'
import type { Flags } from '../flags.ts'
import { printFlags, printSet } from './print.ts'

/** Codes that stand alone. */
export type PlainCode =
  // RFC 9051 §7.1, most of them first in RFC 5530
  | 'ALERT'
  | 'ALREADYEXISTS'
  | 'AUTHENTICATIONFAILED'
  | 'AUTHORIZATIONFAILED'
  | 'CANNOT'
  | 'CLIENTBUG'
  | 'CLOSED'
  | 'CONTACTADMIN'
  | 'CORRUPTION'
  | 'EXPIRED'
  | 'EXPUNGEISSUED'
  | 'HASCHILDREN'
  | 'INUSE'
  | 'LIMIT'
  | 'NONEXISTENT'
  | 'NOPERM'
  | 'NOTSAVED'
  | 'OVERQUOTA'
  | 'PARSE'
  | 'PRIVACYREQUIRED'
  | 'READ-ONLY'
  | 'READ-WRITE'
  | 'SERVERBUG'
  | 'TRYCREATE'
  | 'UIDNOTSTICKY'
  | 'UNAVAILABLE'
  | 'UNKNOWN-CTE'
  // RFC 6154 §3
  | 'USEATTR'
  // RFC 7162 §3.1.2.2
  | 'NOMODSEQ'
  // RFC 7889 §4 and RFC 3516 §4.3 have it as TOOBIG
  | 'TOOBIG'
  // RFC 4978 §3
  | 'COMPRESSIONACTIVE'
  // RFC 5465 §5.8
  | 'NOTIFICATIONOVERFLOW'

export type ResponseCode =
  | { readonly kind: PlainCode }
  | { readonly kind: 'CAPABILITY'; readonly capabilities: readonly string[] }
  /** RFC 5465 §3.1: the events that can be asked for. */
  | { readonly kind: 'BADEVENT'; readonly events: readonly string[] }
  | { readonly kind: 'BADCHARSET'; readonly charsets: readonly string[] }
  | { readonly kind: 'UIDNEXT' | 'UIDVALIDITY' | 'UNSEEN' | 'HIGHESTMODSEQ'; readonly value: number }
  /** `any`: clients may make new keywords (`\*`). */
  | { readonly kind: 'PERMANENTFLAGS'; readonly flags: Flags; readonly any: boolean }
  /** RFC 4315 §3. Uids in the order of the messages. */
  | { readonly kind: 'APPENDUID'; readonly uidValidity: number; readonly uids: readonly number[] }
  | {
      readonly kind: 'COPYUID'
      readonly uidValidity: number
      readonly from: readonly number[]
      readonly to: readonly number[]
    }
  /** RFC 7162 §3.1.3: uids or sequence numbers that were not stored, ascending. */
  | { readonly kind: 'MODIFIED'; readonly numbers: readonly number[] }
  /** RFC 8474 §4.1 */
  | { readonly kind: 'MAILBOXID'; readonly id: string }

/** What a status response tells: how it went, a code, a sentence for people. */
export type Status = {
  readonly condition: 'OK' | 'NO' | 'BAD' | 'PREAUTH' | 'BYE'
  readonly code?: ResponseCode | undefined
  readonly text: string
}

const printPermanent = (flags: Flags, any: boolean): string => {
  const list = printFlags(flags.system, flags.keywords)
  if (!any) return list
  return list === '()' ? '(\\*)' : `${list.slice(0, -1)} \\*)`
}

/** A code with its brackets. */
export const printCode = (code: ResponseCode): string => {
  switch (code.kind) {
    case 'CAPABILITY':
      return `[CAPABILITY ${code.capabilities.join(' ')}]`
    case 'BADEVENT':
      return `[BADEVENT (${code.events.join(' ')})]`
    case 'BADCHARSET':
      return code.charsets.length === 0 ? '[BADCHARSET]' : `[BADCHARSET (${code.charsets.join(' ')})]`
    case 'UIDNEXT':
    case 'UIDVALIDITY':
    case 'UNSEEN':
    case 'HIGHESTMODSEQ':
      return `[${code.kind} ${code.value}]`
    case 'PERMANENTFLAGS':
      return `[PERMANENTFLAGS ${printPermanent(code.flags, code.any)}]`
    case 'APPENDUID':
      return `[APPENDUID ${code.uidValidity} ${printSet(code.uids)}]`
    case 'COPYUID':
      return `[COPYUID ${code.uidValidity} ${printSet(code.from)} ${printSet(code.to)}]`
    case 'MODIFIED':
      return `[MODIFIED ${printSet(code.numbers)}]`
    case 'MAILBOXID':
      return `[MAILBOXID (${code.id})]`
    default:
      return `[${code.kind}]`
  }
}

const PLAIN_TEXT = /^[\x20-\x7e]+$/
const MAX_TEXT = 400
/** A sentence on one line: no control character of it can end the line; RFC 9051 wants one character at least. */
const sentence = (text: string): string => {
  if (PLAIN_TEXT.test(text) && text.length <= MAX_TEXT) return text
  const line = text.slice(0, MAX_TEXT).replace(/[\0-\x1f\x7f-\x9f]/g, ' ')
  return line === '' ? '.' : toLatin1(fromUtf8(line))
}

/** A sentence that begins with a bracket would be read as a code. */
const unlikeCode = (text: string): string => (text[0] === '[' ? `(${text.slice(1)}` : text)

/** A status response, tagged or not (`tag` undefined: `*`), CRLF included. */
export const printStatus = (tag: string | undefined, status: Status): string =>
  status.code === undefined
    ? `${tag ?? '*'} ${status.condition} ${unlikeCode(sentence(status.text))}\r\n`
    : `${tag ?? '*'} ${status.condition} ${printCode(status.code)} ${sentence(status.text)}\r\n`

/** `+ text`: the client goes on. For AUTHENTICATE the text is base64, and may be empty (RFC 9051 §7.6). */
export const printContinue = (text: string): string => `+ ${text}\r\n`

export const ok = (text: string, code?: ResponseCode): Status => ({ condition: 'OK', code, text })
export const no = (text: string, code?: ResponseCode): Status => ({ condition: 'NO', code, text })
export const badStatus = (text: string, code?: ResponseCode): Status => ({ condition: 'BAD', code, text })
export const bye = (text: string, code?: ResponseCode): Status => ({ condition: 'BYE', code, text })
