// The canonical bytes of a journal entry, and its hash: what an expert recomputes to check the journal.
//
// hash(n) = SHA-256( hash(n - 1) ‖ UTF-8( the following eleven lines, joined by LF, no LF at the end ) )
//    1 position in the chain, decimal, from 1        7 recipients, joined by TAB
//    2 instant: milliseconds since 1970 UTC          8 subject, `=` before it; empty where there is none
//    3 event                                         9 related message-ids, joined by TAB
//    4 msgid                                        10 provider
//    5 client msgid, `=` before it; empty: none     11 detail, `=` before it; empty: none
//    6 sender
// hash(0) is 32 zero bytes. No value holds a control character (they are replaced before an entry is written), and no
// list an empty element: two different entries never give the same lines. The database computes the same, on its own,
// in `journal_append` (migration 0002).
//
// Seam for later: once a day the hash of the day's last entry is stamped by an authority (port Timestamper). Since it
// covers every entry before it, one stamp a day dates and fixes the whole journal (DM 2/11/2005 art. 10).
import { createHash } from 'node:crypto'
import type { JournalEntry } from '../../core/pec/model.ts'

/** Longest text of an entry, in UTF-16 units; the rest is cut off. */
const LONGEST = 10_000
const CONTROL = /[\u0000-\u001f\u007f]/

/** A text as the journal can hold it: no control characters (breaks and tabs become spaces), no broken surrogates. */
export const plain = (text: string): string => {
  const short = text.length > LONGEST ? text.slice(0, LONGEST) : text
  const clean = CONTROL.test(short)
    ? short.replace(/[\t\r\n]+/g, ' ').replace(/[\u0000-\u001f\u007f]/g, '\ufffd')
    : short
  return clean.toWellFormed()
}

/** An entry as it is written: plain texts, no empty elements. */
export const normalise = (entry: JournalEntry): JournalEntry => ({
  event: entry.event,
  at: Math.trunc(entry.at),
  msgid: plain(entry.msgid),
  clientMsgid: entry.clientMsgid === undefined ? undefined : plain(entry.clientMsgid),
  sender: plain(entry.sender),
  recipients: entry.recipients.map(plain).filter((address) => address !== ''),
  subject: entry.subject === undefined ? undefined : plain(entry.subject),
  related: entry.related.map(plain).filter((id) => id !== ''),
  provider: plain(entry.provider),
  detail: entry.detail === undefined ? undefined : plain(entry.detail),
})

const optional = (text: string | undefined): string => (text === undefined ? '' : `=${text}`)

/** The lines of an entry. Throws where a value holds a control character: it was not written by us. */
export const canonical = (seq: number, entry: JournalEntry): string => {
  const values = [entry.event, entry.msgid, entry.clientMsgid ?? '', entry.sender, ...entry.recipients]
  values.push(entry.subject ?? '', ...entry.related, entry.provider, entry.detail ?? '')
  if (values.some((value) => CONTROL.test(value))) throw new Error('a control character')
  if ([...entry.recipients, ...entry.related].includes('')) throw new Error('an empty element')
  return [
    seq,
    entry.at,
    entry.event,
    entry.msgid,
    optional(entry.clientMsgid),
    entry.sender,
    entry.recipients.join('\t'),
    optional(entry.subject),
    entry.related.join('\t'),
    entry.provider,
    optional(entry.detail),
  ].join('\n')
}

/** Hash before the first entry. */
export const GENESIS: Uint8Array = new Uint8Array(32)

/** The hash of an entry, given that of the one before. */
export const chainHash = (previous: Uint8Array, seq: number, entry: JournalEntry): Uint8Array =>
  createHash('sha256').update(previous).update(canonical(seq, entry), 'utf8').digest()
