// Mail in one file: mbox as RFC 4155 has it, lines of a message that look like the start of one quoted as mboxrd does.
import type { Instant } from '../lib/instant.ts'

const LF = 0x0a
const GREATER = 0x3e
const FROM = [0x46, 0x72, 0x6f, 0x6d, 0x20]
const ONE_GREATER = Uint8Array.of(GREATER)

/**
 * Quotes a message that comes in pieces: `>*From ` at the start of a line gets one more `>`, which whoever reads the
 * file takes away again. All other bytes, ends of lines too, stay as they are. Gives the pieces to write; `end` what is
 * held back.
 */
export const mboxQuoter = (): {
  readonly push: (chunk: Uint8Array) => readonly Uint8Array[]
  readonly end: () => readonly Uint8Array[]
} => {
  /** `start`: at the start of a line, `>` perhaps seen; a number: so many characters of `From ` seen; else inside. */
  let state: 'start' | 'inside' | number = 'start'
  const push = (chunk: Uint8Array): readonly Uint8Array[] => {
    const out: Uint8Array[] = []
    let from = 0
    let at = 0
    while (at < chunk.length) {
      if (state === 'inside') {
        const next = chunk.indexOf(LF, at)
        if (next === -1) break
        at = next + 1
        state = 'start'
        continue
      }
      const byte = chunk[at]!
      const seen: number = state === 'start' ? 0 : state
      if (byte === FROM[seen]) {
        if (seen === 0) {
          // What may be the word is held back until it is known: its `>` goes in front of it, wherever the pieces end.
          if (at > from) out.push(chunk.subarray(from, at))
          from = at
        }
        at++
        if (seen + 1 < FROM.length) {
          state = seen + 1
          continue
        }
        out.push(ONE_GREATER, Uint8Array.from(FROM))
        from = at
        state = 'inside'
      } else if (seen > 0) {
        out.push(Uint8Array.from(FROM.slice(0, seen)))
        from = at
        state = 'inside'
      } else {
        if (byte !== GREATER) state = byte === LF ? 'start' : 'inside'
        at++
      }
    }
    // What is held back is in the state; the rest goes.
    if (typeof state !== 'number' && chunk.length > from) out.push(chunk.subarray(from))
    return out
  }
  const end = (): readonly Uint8Array[] => {
    const held = typeof state === 'number' ? [Uint8Array.from(FROM.slice(0, state))] : []
    state = 'start'
    return held
  }
  return { push, end }
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The line before a message: who sent it, and when it came, in UTC. RFC 4155 appendix A */
export const mboxFromLine = (sender: string | undefined, at: Instant): string => {
  const d = new Date(at)
  const time = [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()].map((n) => String(n).padStart(2, '0')).join(':')
  const who = sender && /^[!-~]+@[!-~]+$/.test(sender) ? sender : 'MAILER-DAEMON'
  const day = String(d.getUTCDate()).padStart(2, ' ')
  return `From ${who} ${DAYS[d.getUTCDay()]} ${MONTHS[d.getUTCMonth()]} ${day} ${time} ${d.getUTCFullYear()}\n`
}

/** The address in the From of the beginning of a message, as far as it is plainly there. */
export const senderIn = (head: string): string | undefined => {
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length
  const field = /^from:(.*(?:\r?\n[ \t].*)*)/im.exec(head.slice(0, end))?.[1]
  if (field === undefined) return undefined
  return (/<([^<>\s]+@[^<>\s]+)>/.exec(field) ?? /([^\s<>"(),;:]+@[^\s<>"(),;:]+)/.exec(field))?.[1]
}
