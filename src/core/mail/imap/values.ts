// Values in the arguments of IMAP commands: sets of numbers, names of mailboxes, flags, dates (RFC 9051 §9).
import { type Flags, SYSTEM_FLAGS } from '../flags.ts'
import { tameMarks } from '../marks.ts'
import type { Day, NumberRange, NumberSet } from '../query.ts'
import { list } from './grammar.ts'
import {
  astring,
  atom,
  type Cursor,
  decodeUtf8,
  FAIL,
  type Fail,
  isUtf8,
  listMailbox,
  nzNumber,
  type Parser,
  quoted,
} from './lexer.ts'
import { decodeUtf7 } from './utf7.ts'

// Numbers

const setEnd = (c: Cursor): number | '*' | Fail => (c.skip(0x2a) ? '*' : nzNumber(c))

const ranges: Parser<readonly NumberRange[]> = (c) => {
  const found: NumberRange[] = []
  do {
    const from = setEnd(c)
    if (from === FAIL) return c.fail('a number or *')
    const to = c.skip(0x3a) ? setEnd(c) : from
    if (to === FAIL) return c.fail('a number or *')
    found.push({ from, to })
  } while (c.skip(0x2c))
  return found
}

const SAVED: NumberSet = { kind: 'saved' }

/** sequence-set, `$` included (RFC 9051 §9, RFC 5182). */
export const sequenceSet: Parser<NumberSet> = (c) => {
  if (c.skip(0x24)) return SAVED
  const found = ranges(c)
  return found === FAIL ? FAIL : { kind: 'ranges', ranges: found }
}

/** A set in which `*` and `$` are not allowed (RFC 7162 §7 known-uids and the like). */
export const fixedSet: Parser<NumberSet> = (c) => {
  const start = c.at
  const found = ranges(c)
  if (found === FAIL) return FAIL
  if (!c.text.slice(start, c.at).includes('*')) return { kind: 'ranges', ranges: found }
  c.at = start
  return c.fail('a set of numbers without *')
}

// Names

const inbox = (name: string): string => {
  const first = name.slice(0, 5)
  return first.toUpperCase() === 'INBOX' && (name.length === 5 || name[5] === '/') ? `INBOX${name.slice(5)}` : name
}

/**
 * A name as the client means it. IMAP4rev2 and UTF8=ACCEPT speak UTF-8; before that, what is valid modified UTF-7 is
 * that, and anything else can only be meant as it stands, as mox has it. Undefined where it is not text at all.
 */
export const decodeName = (wire: string, utf8: boolean): string | undefined => {
  const name = (utf8 || !wire.includes('&') ? undefined : decodeUtf7(wire)) ?? decodeUtf8(wire)
  return name === undefined ? undefined : inbox(tameMarks(name).normalize('NFC'))
}

const named =
  (parser: Parser<string>): Parser<string> =>
  (c) => {
    const start = c.at
    const wire = parser(c)
    if (wire === FAIL) return FAIL
    return decodeName(wire, isUtf8(c.mode)) ?? c.fail('a mailbox name in UTF-8', start)
  }

/** The name of a folder, decoded; `inbox` in any case, alone or as the first level, is `INBOX` (RFC 9051 §5.1). */
export const mailbox = named(astring)
/** A pattern of LIST, decoded as a name. */
export const mailboxPattern = named(listMailbox)

/** Text in UTF-8, as user names and passwords are. */
export const text: Parser<string> = (c) => {
  const start = c.at
  const wire = astring(c)
  return wire === FAIL ? FAIL : (decodeUtf8(wire) ?? c.fail('text in UTF-8', start))
}

// Flags

const SYSTEM: ReadonlyMap<string, number> = new Map([
  ...SYSTEM_FLAGS.map(([bit, name]) => [name.toUpperCase(), bit] as const),
  // Nobody can set it, and clients that copy flags send it: passed over, as in Dovecot.
  ['\\RECENT', 0] as const,
])

/** A system flag as its bit, or a keyword. */
const flag: Parser<number | string> = (c) => {
  const start = c.at
  const isSystem = c.skip(0x5c)
  const word = atom(c)
  if (word === FAIL) return c.fail('a flag')
  if (!isSystem) return word
  const bit = SYSTEM.get(`\\${word.toUpperCase()}`)
  if (bit !== undefined) return bit
  c.at = start
  return c.fail('a system flag that exists')
}

/** Flags as one value: keywords as first written, each once (case does not tell them apart), sorted. */
const toFlags = (written: readonly (number | string)[]): Flags => {
  let system = 0
  const keywords = new Map<string, string>()
  for (const one of written) {
    if (typeof one === 'number') system |= one
    else if (!keywords.has(one.toLowerCase())) keywords.set(one.toLowerCase(), one)
  }
  return { system, keywords: [...keywords.values()].sort() }
}

const flagNames = list(flag, 'empty')

/** flag-list, which may be empty. */
export const flagList: Parser<Flags> = (c) => {
  const found = flagNames(c)
  return found === FAIL ? FAIL : toFlags(found)
}

/** What STORE takes: a list, or flags without parentheses. */
export const storeFlags: Parser<Flags> = (c) => {
  if (c.ahead === 0x28) return flagList(c)
  const found: (number | string)[] = []
  do {
    const one = flag(c)
    if (one === FAIL) return FAIL
    found.push(one)
  } while (c.skip(0x20))
  return toFlags(found)
}

// Dates

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec'
const DATE = /^(\d{1,2})-([a-z]{3})-(\d{4})$/i
const DATE_TIME = /^( \d|\d\d)-([a-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/i
const DAY_MS = 86_400_000

/** Days since 1970, or undefined where there is no such day. */
const dayOf = (day: string, month: string, year: string): Day | undefined => {
  const index = MONTHS.indexOf(month.toLowerCase())
  if (index < 0 || index % 3 !== 0) return undefined
  const at = new Date(0)
  at.setUTCFullYear(Number(year), index / 3, Number(day))
  return at.getUTCDate() === Number(day) ? Math.floor(at.getTime() / DAY_MS) : undefined
}

/** date, with or without quotes: `1-Feb-1994`. */
export const date: Parser<Day> = (c) => {
  const start = c.at
  const text = c.ahead === 0x22 ? quoted(c) : atom(c)
  const found = text === FAIL ? null : DATE.exec(text)
  const day = found ? dayOf(found[1]!, found[2]!, found[3]!) : undefined
  if (day !== undefined) return day
  c.at = start
  return c.fail('a date like 1-Feb-1994')
}

/** What four digits of a year can tell, in any zone: no database, no other server takes more. */
const FIRST_INSTANT = Date.UTC(1000, 0, 1)
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59)

const dateTimeOf = (text: string): number | undefined => {
  const found = DATE_TIME.exec(text)
  if (!found) return undefined
  const [, dd, month, year, hour, minute, second, sign, zoneHour, zoneMinute] = found
  const day = dayOf(dd!.trim(), month!, year!)
  // RFC 5322 §3.3: 60 is a leap second.
  if (day === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  if (Number(zoneMinute) > 59) return undefined
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1)
  const at = day * DAY_MS + ((Number(hour) * 60 + Number(minute) - zone) * 60 + Number(second)) * 1000
  return at < FIRST_INSTANT || at > LAST_INSTANT ? undefined : at
}

/** date-time in milliseconds since 1970: `"17-Jul-1996 02:44:25 -0700"`. */
export const dateTime: Parser<number> = (c) => {
  const start = c.at
  const text = quoted(c)
  const at = text === FAIL ? undefined : dateTimeOf(text)
  if (at !== undefined) return at
  c.at = start
  return c.fail('a date-time like "17-Jul-1996 02:44:25 -0700"')
}

// RFC 6154 §2
const USES: ReadonlyMap<string, string> = new Map(
  ['\\All', '\\Archive', '\\Drafts', '\\Flagged', '\\Important', '\\Junk', '\\Sent', '\\Trash'].map((use) => [
    use.toUpperCase(),
    use,
  ]),
)

/** A special use, as the RFC writes it where it is one of its own. */
export const useAttribute: Parser<string> = (c) => {
  const start = c.at
  if (!c.skip(0x5c) || atom(c) === FAIL) return c.fail('a special use like \\Sent')
  const use = c.text.slice(start, c.at)
  return USES.get(use.toUpperCase()) ?? use
}
