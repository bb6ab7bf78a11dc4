// How strings, names, flags, dates and sets of numbers are written in responses: text of one code unit a byte.
import { fromUtf8, toLatin1 } from '../../lib/bytes.ts'
import { type Flags, RECENT, SYSTEM_FLAGS } from '../flags.ts'
import { type ImapMode, isUtf8 } from './lexer.ts'
import { encodeUtf7 } from './utf7.ts'

const PRINTABLE = /^[\x20-\x7e]*$/
const NEEDS_ESCAPE = /["\\]/
/** Longer strings go as literals: some clients have small buffers for a quoted one. */
const MAX_QUOTED = 1_000

/** Unicode text as UTF-8, one code unit a byte. */
export const wireUtf8 = (text: string): string => (PRINTABLE.test(text) ? text : toLatin1(fromUtf8(text)))

const quote = (wire: string): string => (NEEDS_ESCAPE.test(wire) ? `"${wire.replace(/["\\]/g, '\\$&')}"` : `"${wire}"`)

/** `{n}`, CRLF: what goes before the bytes of a literal; of a literal8 for bytes that may hold NUL (RFC 3516 §4.2). */
export const literalHead = (sizeBytes: number, literal8 = false): string => `${literal8 ? '~' : ''}{${sizeBytes}}\r\n`

/** Bytes as a string: quoted where they are printable ASCII and short, else a literal. */
export const printBytes = (wire: string): string =>
  wire.length <= MAX_QUOTED && PRINTABLE.test(wire) ? quote(wire) : literalHead(wire.length) + wire

/** Unicode text as a string: quoted UTF-8 where the session speaks it (RFC 9051 §4.3), else a literal where needed. */
export const printText = (text: string, mode: ImapMode): string => {
  if (text.length <= MAX_QUOTED && PRINTABLE.test(text)) return quote(text)
  const wire = toLatin1(fromUtf8(text))
  const plain = wire.length <= MAX_QUOTED && isUtf8(mode) && !/[\0-\x1f\x7f]/.test(wire)
  return plain ? quote(wire) : literalHead(wire.length) + wire
}

/** nstring: NIL for what is not there. */
export const printNstring = (text: string | undefined, mode: ImapMode): string =>
  text === undefined ? 'NIL' : printText(text, mode)

const ATOM = /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/
/** An astring: an atom where it can be one, NIL excepted. */
export const printAstring = (text: string, mode: ImapMode): string =>
  ATOM.test(text) && text.length <= MAX_QUOTED && text.toUpperCase() !== 'NIL' ? text : printText(text, mode)

/** The name of a folder: modified UTF-7, or UTF-8 where the session speaks it. INBOX goes bare, all others quoted. */
export const printName = (name: string, mode: ImapMode): string => {
  if (name === 'INBOX') return name
  if (isUtf8(mode)) return printText(name, mode)
  return printBytes(encodeUtf7(name))
}

const SHOWN_FLAGS = [...SYSTEM_FLAGS, [RECENT, '\\Recent']] as const

/** Printed masks of system flags: there are 64 of them. */
const SYSTEM_NAMES: readonly string[] = Array.from({ length: 64 }, (_, mask) =>
  SHOWN_FLAGS.filter(([bit]) => (mask & bit) !== 0)
    .map(([, name]) => name)
    .join(' '),
)
const SYSTEM_LISTS: readonly string[] = SYSTEM_NAMES.map((names) => `(${names})`)

/** `(\Seen $Forwarded)` out of a mask and keywords. */
export const printFlags = (system: number, keywords: readonly string[]): string => {
  const mask = system & 63
  if (keywords.length === 0) return SYSTEM_LISTS[mask]!
  const names = SYSTEM_NAMES[mask]!
  return names === '' ? `(${keywords.join(' ')})` : `(${names} ${keywords.join(' ')})`
}

export const printFlagList = (flags: Flags): string => printFlags(flags.system, flags.keywords)

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)
const DAY_MS = 86_400_000
let knownDay = Number.NaN
let knownDayText = ''

/** date-time in UTC, quotes included: `"17-Jul-1996 09:44:25 +0000"`. Milliseconds since 1970. */
export const printDateTime = (at: number): string => {
  const day = Math.floor(at / DAY_MS)
  if (day !== knownDay) {
    const date = new Date(at)
    const year = String(date.getUTCFullYear()).padStart(4, '0')
    knownDayText = `"${String(date.getUTCDate()).padStart(2, ' ')}-${MONTHS[date.getUTCMonth()]}-${year} `
    knownDay = day
  }
  const second = Math.floor((at - day * DAY_MS) / 1000)
  return `${knownDayText}${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)} +0000"`
}

/** Ascending numbers as a sequence-set with runs: `1:3,5`. Empty for none. */
export const printSet = (numbers: ArrayLike<number>, count = numbers.length): string => {
  let out = ''
  for (let at = 0; at < count; ) {
    const from = numbers[at]!
    let to = from
    while (++at < count && numbers[at] === to + 1) to++
    out += `${out === '' ? '' : ','}${from === to ? from : `${from}:${to}`}`
  }
  return out
}
