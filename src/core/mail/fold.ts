// Text without regard to case: for SEARCH (folded, to be looked into) and for SORT (collation keys of RFC 5051).
import { tameMarks } from './marks.ts'

const isPlain = (text: string): boolean => !/[^\x00-\x7f]/.test(text)

/** The accents of Latin, Greek and Cyrillic letters; signs of other scripts are letters there, and stay. */
const ACCENTS = /[\u0300-\u036f]/g

/**
 * A text as SEARCH compares it: case folded, compatibility characters and compositions made one (RFC 5051 in spirit),
 * without accents (`perche` finds `perché`), every run of white space and control characters a single space. What is
 * sought and what is looked into go through here alike. Never throws; lone surrogates become U+FFFD.
 */
export const foldText = (text: string): string => {
  const even = /[^\x21-\x7e ]| {2}/.test(text) ? text.replace(/[\s\0-\x1f\x7f]{2,}|[^\S ]|[\0-\x1f\x7f]/g, ' ') : text
  if (isPlain(even)) return even.toLowerCase()
  // Upper case first: it joins what lower case alone keeps apart (ſ and s, ß and ss, ς and σ).
  const folded = tameMarks(even.toWellFormed())
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFKC')
  return folded.replace(/\s{2,}|[^\S ]/g, ' ')
}

/** The two-letter letters that have a title case of their own. */
const TITLE: Readonly<Record<string, string>> = {
  Ǆ: 'ǅ',
  ǅ: 'ǅ',
  ǆ: 'ǅ',
  Ǉ: 'ǈ',
  ǈ: 'ǈ',
  ǉ: 'ǈ',
  Ǌ: 'ǋ',
  ǋ: 'ǋ',
  ǌ: 'ǋ',
  Ǳ: 'ǲ',
  ǲ: 'ǲ',
  ǳ: 'ǲ',
}

const titleOf = (letter: string): string => {
  const upper = TITLE[letter] ?? letter.toUpperCase()
  // Only simple mappings (RFC 5051 §2 step 2): ß, which would become SS, stays.
  return [...upper].length === 1 ? upper : letter
}

/** The key of i;unicode-casemap (RFC 5051 §2): title case, then full decomposition. Compare keys with compareKeys. */
export const collationKey = (text: string): string =>
  isPlain(text)
    ? text.toUpperCase()
    : tameMarks(text.toWellFormed())
        .replace(/[^\x00-\x7f]|[a-z]/gu, titleOf)
        .normalize('NFKD')

/** Order of keys by their UTF-8 octets (i;octet), which is that of code points. */
export const compareKeys = (a: string, b: string): number => {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at)
    const y = b.charCodeAt(at)
    if (x === y) continue
    // Surrogates stand for code points above all others.
    const xHigh = x >= 0xd800 && x <= 0xdfff
    return xHigh === (y >= 0xd800 && y <= 0xdfff) ? x - y : xHigh ? 1 : -1
  }
  return a.length - b.length
}
