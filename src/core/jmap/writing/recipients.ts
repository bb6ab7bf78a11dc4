// Recipients as people type and paste them: one by one, by commas, by lines, with names; and what is wrong with those that are none.
import { addressKey, parseAddrSpec } from '../../mail/address.ts'
import type { EmailAddress } from '../header.ts'

export type WrongAddress = {
  /** As it was written. */
  readonly text: string
  readonly why: 'noAt' | 'twoAts' | 'blank' | 'accent' | 'noDot' | 'other'
}

export type Recipients = { readonly people: readonly EmailAddress[]; readonly wrong: readonly WrongAddress[] }

/** More of a paste than this is nobody's list of recipients. */
const MOST_CHARACTERS = 100_000

type Piece = { readonly text: string; readonly end: string }

/** Pieces between commas, semicolons and ends of lines, but not within quotes and angle brackets. */
const piecesOf = (text: string): readonly Piece[] => {
  const pieces: Piece[] = []
  let piece = ''
  let quoted = false
  let angle = false
  const close = (end: string): void => {
    if (piece.trim() !== '') pieces.push({ text: piece.trim(), end })
    piece = ''
    angle = false
  }
  for (const unit of text) {
    const isLine = unit === '\n' || unit === '\r'
    // a quote that is never closed ends with its line
    if (isLine) quoted = false
    if (unit === '"') quoted = !quoted
    if (!quoted && unit === '<') angle = true
    if (!quoted && unit === '>') angle = false
    if (isLine || (!quoted && (unit === ';' || unit === '\t' || (unit === ',' && !angle)))) close(unit)
    else piece += unit
  }
  close('')
  return pieces
}

/** `Rossi, Mario <m@x.it>`: the name of one, not two recipients. */
const joinNames = (pieces: readonly Piece[]): readonly string[] => {
  const out: string[] = []
  let before = ''
  for (const [at, { text, end }] of pieces.entries()) {
    const next = pieces[at + 1]?.text ?? ''
    const isName = end === ',' && !/[@<]/.test(text) && /^[^@<]*<[^>]*@/.test(next)
    if (isName) before = `${before}${text}, `
    else {
      out.push(before + text)
      before = ''
    }
  }
  return out
}

const isManyBare = (text: string): boolean => !/[<"]/.test(text) && /@\S*\s+\S*@/.test(text)

const whyWrong = (spec: string): WrongAddress['why'] => {
  const ats = spec.split('@').length - 1
  if (ats === 0) return 'noAt'
  if (/\s/.test(spec)) return 'blank'
  if (ats > 1) return 'twoAts'
  if (/[^\x00-\x7f]/.test(spec)) return 'accent'
  return /@[^.]+$/.test(spec) ? 'noDot' : 'other'
}

/** What people leave around an address: `mailto:`, brackets, a full stop at the end of a sentence. */
const bare = (text: string): string =>
  text
    .trim()
    .replace(/^mailto:/i, '')
    .replace(/^[<'(]+|[>')]+$/g, '')
    .replace(/[.:]+$/, '')
    .trim()

const unquoted = (name: string): string =>
  name
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/\\(["\\])/g, '$1')
    .replace(/^'(.*)'$/s, '$1')
    .trim()

const readOne = (text: string): EmailAddress | WrongAddress => {
  const angle = /^(.*?)<([^<>]*)>?[\s.]*$/s.exec(text)
  const spec = bare(angle ? angle[2]! : text)
  const parsed = parseAddrSpec(spec)
  // RFC 5321 allows a host without a dot; nobody has a box there.
  if (!parsed || !/\.|^\[/.test(parsed.domain)) return { text, why: whyWrong(spec) }
  const name = angle ? unquoted(angle[1]!) : ''
  return { name: name === '' || addressKey(name) === addressKey(parsed.spec) ? null : name, email: parsed.spec }
}

/** The recipients of a text, each once, in order. */
export const readRecipients = (text: string): Recipients => {
  const people = new Map<string, EmailAddress>()
  const wrong: WrongAddress[] = []
  const whole = joinNames(piecesOf(text.slice(0, MOST_CHARACTERS)))
  for (const piece of whole.flatMap((one) => (isManyBare(one) ? one.split(/\s+/) : [one]))) {
    const one = readOne(piece)
    if ('why' in one) wrong.push(one)
    else if (!people.has(addressKey(one.email))) people.set(addressKey(one.email), one)
  }
  return { people: [...people.values()], wrong }
}

/** Adds recipients to others, each once. */
export const addRecipients = (
  there: readonly EmailAddress[],
  more: readonly EmailAddress[],
): readonly EmailAddress[] => {
  const keys = new Set(there.map(({ email }) => addressKey(email)))
  return [...there, ...more.filter(({ email }) => !keys.has(addressKey(email)))]
}
