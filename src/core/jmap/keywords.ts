// Keywords of JMAP and flags of IMAP: the same things under other names (RFC 8621 §4.1.1).
import { ANSWERED, DRAFT, FLAGGED, type Flags, SEEN } from '../mail/flags.ts'

const SYSTEM: readonly (readonly [number, string])[] = [
  [SEEN, '$seen'],
  [FLAGGED, '$flagged'],
  [ANSWERED, '$answered'],
  [DRAFT, '$draft'],
]
const MASKS = new Map(SYSTEM.map(([mask, keyword]) => [keyword, mask]))

/** RFC 8621 §4.1.1: one to 255 printable characters but `( ) { ] % * " \`. */
export const isKeyword = (value: unknown): value is string =>
  typeof value === 'string' && /^[!-~]{1,255}$/.test(value) && !/[(){\]%*"\\]/.test(value)

/** The mask of a keyword that is a flag of its own in IMAP. */
export const maskOf = (keyword: string): number | undefined => MASKS.get(keyword.toLowerCase())

/** The keywords of one message in a folder, in lower case. */
export const keywordsOf = (system: number, words: readonly string[]): readonly string[] => [
  ...SYSTEM.filter(([mask]) => (system & mask) !== 0).map(([, keyword]) => keyword),
  ...words.map((word) => word.toLowerCase()),
]

/**
 * The keywords of an Email that lies in several folders, with other flags in each: those that any has, but read it is
 * only where it is so everywhere: nothing unread is hidden.
 */
export const joinKeywords = (all: readonly (readonly string[])[]): readonly string[] => {
  if (all.length === 1) return all[0]!
  const joined = new Set(all.flat())
  if (!all.every((keywords) => keywords.includes('$seen'))) joined.delete('$seen')
  return [...joined]
}

/** Flags of keywords. */
export const flagsOf = (keywords: readonly string[]): Flags => {
  let system = 0
  const words = new Set<string>()
  for (const keyword of keywords) {
    const mask = maskOf(keyword)
    if (mask === undefined) words.add(imapWord(keyword))
    else system |= mask
  }
  return { system, keywords: [...words].sort() }
}

/** Keywords of certified mail are written as they are everywhere else; the others in lower case. */
const CERTIFIED = new Map(
  [
    '$PECAcceptance',
    '$PECNonAcceptance',
    '$PECVirus',
    '$PECEnvelope',
    '$PECTakeInCharge',
    '$PECDelivery',
    '$PECNonDelivery',
    '$PECTimeout',
    '$PECAnomaly',
  ].map((word) => [word.toLowerCase(), word]),
)
export const imapWord = (keyword: string): string => {
  const lower = keyword.toLowerCase()
  return CERTIFIED.get(lower) ?? lower
}
