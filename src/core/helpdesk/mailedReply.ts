// An answer by ordinary e-mail: whether a person wrote it, which ticket it belongs to, and what in it is new.
import { firstValue } from '../mail/header.ts'
import type { HeaderField } from '../mail/structure.ts'

/** Above this line one writes: what stands below it in an answer is ours. */
export const CUT_LINE = '— Scrivi la risposta sopra questa riga / Write your answer above this line —'

/** Whether a program wrote it: such a message gets no answer and opens nothing. RFC 3834 §2, §5 */
export const isAutomatic = (fields: readonly HeaderField[]): boolean => {
  const value = (name: string): string => (firstValue(fields, name) ?? '').trim().toLowerCase()
  const submitted = value('auto-submitted')
  if (submitted !== '' && submitted.replace(/[;\s].*$/s, '') !== 'no') return true
  if (/^(?:bulk|junk|list|auto[_-]?reply)\b/.test(value('precedence'))) return true
  if (['x-autoreply', 'x-autorespond', 'list-id', 'list-unsubscribe', 'feedback-id'].some((name) => value(name) !== ''))
    return true
  if (value('return-path') === '<>') return true
  if (/^multipart\/report\b/.test(value('content-type'))) return true
  return /<?(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/.test(value('from'))
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/

/** Most Message-IDs of an answer that are looked up. */
const MOST = 20

/** The notices of ours that a message answers: their ids, of 122 random bits, the latest first. */
export const answeredNotices = (fields: readonly HeaderField[], domain: string): readonly string[] => {
  const found = new Set<string>()
  const parent = firstValue(fields, 'in-reply-to') ?? ''
  const older = firstValue(fields, 'references') ?? ''
  const ours = new RegExp(`<(${UUID.source})@${domain.replace(/[.\\^$*+?()[\]{}|]/g, '\\$&')}>`, 'gi')
  for (const text of [parent, older.slice(-4_000)]) {
    const ids = [...text.slice(0, 4_000).matchAll(ours)].map((one) => one[1]!.toLowerCase())
    for (const id of ids.reverse()) found.add(id)
  }
  return [...found].slice(0, MOST)
}

/** The secrets of links of ours that are quoted in a text: who has them was written to. */
export const quotedLinks = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/#(cll_[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/g)].map((one) => one[1]!).slice(0, MOST)),
]

/** Lines with which mail programs begin what they quote. */
const ATTRIBUTION =
  /^\s*(?:>\s*)*(?:(?:il\s(?:giorno\s)?.{4,200}\bha(?:nno)?\sscritto\s?:)|(?:on\s.{4,200}\bwrote\s?:)|(?:-{2,}\s*(?:messaggio originale|original message|messaggio inoltrato|forwarded message)\s*-{2,})|(?:_{10,}))\s*$/i
/** The head that Outlook puts there. */
const OUTLOOK_FROM = /^\s*\*?(?:da|from)\s?:\*?\s?.+/i
const OUTLOOK_NEXT = /^\s*\*?(?:inviato|sent|data|date|a|to)\s?:\*?\s?.+/i
const SIGNATURE = /^-- ?$/

/** Where what is quoted begins: the number of a line. */
const quoteStart = (lines: readonly string[]): number => {
  const cut = CUT_LINE.slice(2, -2)
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (line.includes(cut)) return i
    // An attribution may be folded over two lines.
    if (ATTRIBUTION.test(line) || (ATTRIBUTION.test(`${line} ${lines[i + 1] ?? ''}`) && /^\s*(?:il|on)\s/i.test(line)))
      return i
    if (OUTLOOK_FROM.test(line) && OUTLOOK_NEXT.test(lines[i + 1] ?? '')) return i
    if (SIGNATURE.test(line)) return i
  }
  return lines.length
}

export type TrimmedReply = { readonly text: string; readonly trimmed: boolean }

/** What an answer says that was not said before; all of it where nothing else would be left. */
export const trimReply = (text: string): TrimmedReply => {
  const whole = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim()
  const lines = whole.split('\n')
  const own = lines
    .slice(0, quoteStart(lines))
    .filter((line) => !/^\s*>/.test(line))
    .join('\n')
    .trim()
  return own === '' ? { text: whole, trimmed: false } : { text: own, trimmed: own !== whole }
}
