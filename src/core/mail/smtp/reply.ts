// SMTP replies: how they are made, printed and read (RFC 5321 §4.2, RFC 2034).

/** A reply. `enhanced` is the status code of RFC 3463; "\n" in the text begins a further line. */
export type Reply = {
  readonly code: number
  readonly enhanced?: string | undefined
  readonly text: string
}

/** Makes a reply with an enhanced status code. */
export const reply = (code: number, enhanced: string, text: string): Reply => ({ code, enhanced, text })

/** Makes a reply without one: greeting, EHLO, 334 and 354 carry none (RFC 2034 §3). */
export const plainReply = (code: number, text: string): Reply => ({ code, text })

/** Whether the command was done, or may go on (2yz, 3yz). */
export const isPositive = (r: Reply): boolean => r.code < 400

/** What one line of a reply may hold besides its code (RFC 5321 §4.5.3.1.5: 512 bytes with code and CRLF). */
const MAX_TEXT = 480

/** The reply as it goes over the wire. Whatever is not printable ASCII becomes a space, so no text can add a reply. */
export const printReply = (r: Reply): string => {
  const prefix = r.enhanced === undefined ? '' : `${r.enhanced} `
  if (!/[^\x20-\x7e]/.test(r.text) && r.text.length <= MAX_TEXT) return `${r.code} ${prefix}${r.text}\r\n`
  const lines = r.text.split('\n').map((line) => line.replace(/[^\x20-\x7e]/g, ' ').slice(0, MAX_TEXT))
  return lines.map((line, i) => `${r.code}${i === lines.length - 1 ? ' ' : '-'}${prefix}${line}\r\n`).join('')
}

/** A reply as a client reads it: all lines, the enhanced code taken off where there is one. */
export type ReceivedReply = {
  readonly code: number
  /** Of the first line that carries one whose class agrees with the code. */
  readonly enhanced?: string | undefined
  readonly lines: readonly string[]
}

/** `code enhanced text` on one line, as a person or a report reads it. */
export const describeReply = (r: ReceivedReply): string => {
  const text = r.lines.join(' ').trim()
  return `${r.code}${r.enhanced === undefined ? '' : ` ${r.enhanced}`}${text === '' ? '' : ` ${text}`}`
}

const MAX_REPLY_LINES = 512
const MAX_REPLY_LINE = 4096
const REPLY_LINE = /^([2-5][0-9][0-9])(?:([ -])(.*))?$/s
const ENHANCED = /^([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)/

/** Reads replies from a stream of text (one code unit a byte) in whatever chunks it comes. */
export type ReplyReader = {
  /** Takes a chunk and gives the replies that it completes; undefined where the peer does not speak SMTP. */
  readonly push: (chunk: string) => readonly ReceivedReply[] | undefined
  /** Whether nothing is held of an unfinished reply. */
  readonly empty: () => boolean
}

/** Makes a reader of replies. */
export const createReplyReader = (): ReplyReader => {
  let held = ''
  let code = 0
  let enhanced: string | undefined
  let lines: string[] = []

  /** Takes one line: a finished reply, `more`, or undefined where it is no line of a reply. */
  const line = (text: string): ReceivedReply | 'more' | undefined => {
    const found = REPLY_LINE.exec(text)
    if (!found || (lines.length > 0 && Number(found[1]) !== code) || lines.length >= MAX_REPLY_LINES) return undefined
    code = Number(found[1])
    const rest = found[3] ?? ''
    const status = ENHANCED.exec(rest)
    const agrees = status !== null && status[1]![0] === found[1]![0]
    if (agrees) enhanced ??= status[1]
    lines.push(agrees ? rest.slice(status[0].length) : rest)
    if (found[2] === '-') return 'more'
    const whole = { code, enhanced, lines }
    enhanced = undefined
    lines = []
    return whole
  }

  return {
    push: (chunk) => {
      held += chunk
      const replies: ReceivedReply[] = []
      let from = 0
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n', from)) {
        if (end - from > MAX_REPLY_LINE) return undefined
        const taken = line(held.slice(from, end))
        if (taken === undefined) return undefined
        if (taken !== 'more') replies.push(taken)
        from = end + 2
      }
      held = held.slice(from)
      return held.length > MAX_REPLY_LINE ? undefined : replies
    },
    empty: () => held === '' && lines.length === 0,
  }
}
