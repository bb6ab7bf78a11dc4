// Base subjects (RFC 5256 §2.1): what a subject is about, whatever replies and forwards have added to it.
import { collationKey } from './fold.ts'

export type BaseSubject = {
  /** As a collation key (i;unicode-casemap). */
  readonly base: string
  /** Whether marks of a reply or a forward were taken off. */
  readonly isReply: boolean
}

/** More of a subject than this tells no two apart. */
const MAX_SUBJECT = 1_000

const BLOB = /\[[^[\]]*\][ \t]*/y
const REFWD = /(?:re|fwd?)[ \t]*(?:\[[^[\]]*\][ \t]*)?:/iy

const matchEnd = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** subj-leader at `at`: blobs and then a refwd, or a blank. Its end, or -1. */
const leaderEnd = (text: string, at: number): { end: number; refwd: boolean } | undefined => {
  if (text[at] === ' ') return { end: at + 1, refwd: false }
  let from = at
  for (let blob = matchEnd(BLOB, text, from); blob >= 0; blob = matchEnd(BLOB, text, from)) from = blob
  const end = matchEnd(REFWD, text, from)
  return end < 0 ? undefined : { end, refwd: true }
}

/** The base subject of a decoded subject, step by step as RFC 5256 §2.1 says. */
export const baseSubject = (decoded: string): BaseSubject => {
  // (1)
  let text = decoded.slice(0, MAX_SUBJECT).replace(/[ \t\r\n]+/g, ' ')
  let isReply = false
  for (;;) {
    // (2) subj-trailer
    for (let trailer = /(?: |\(fwd\))$/i.exec(text); trailer; trailer = /(?: |\(fwd\))$/i.exec(text)) {
      if (trailer[0] !== ' ') isReply = true
      text = text.slice(0, trailer.index)
    }
    let at = 0
    for (;;) {
      // (3) subj-leader
      const leader = leaderEnd(text, at)
      if (leader) {
        at = leader.end
        if (leader.refwd) isReply = true
        continue
      }
      // (4) subj-blob, where something is left
      const blob = matchEnd(BLOB, text, at)
      if (blob < 0 || blob >= text.length) break
      at = blob
    }
    text = text.slice(at)
    // (6) subj-fwd
    if (!/^\[fwd:/i.test(text) || !text.endsWith(']')) return { base: collationKey(text), isReply }
    isReply = true
    text = text.slice(5, -1)
  }
}
