// What RETR and TOP send: against the rule written plainly, for any bytes in any chunks.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromLatin1, toLatin1 } from '../../../../src/core/lib/bytes.ts'
import { DotStuffer, missingEnd, TopCutter } from '../../../../src/core/mail/pop3/content.ts'

/** Messages made of what matters, and any others. */
const message = fc.oneof(
  fc
    .array(fc.constantFrom('.', '..', '\r\n', '\n', '\r', 'a', 'Subject: x', '\r\n\r\n', '\0', '\xff'))
    .map((parts) => parts.join('')),
  fc.uint8Array().map((bytes) => toLatin1(bytes)),
)
const cuts = fc.array(fc.nat(60))
const chunksOf = (text: string, at: readonly number[]): readonly Uint8Array[] => {
  const ends = [...new Set(at.map((end) => Math.min(end, text.length)))].sort((a, b) => a - b)
  return [...ends, text.length].map((end, i) => fromLatin1(text.slice(i === 0 ? 0 : ends[i - 1]!, end)))
}
const stuffed = (text: string, at: readonly number[] = []): string => {
  const stuffer = new DotStuffer()
  const out = chunksOf(text, at).map((chunk) => stuffer.push(chunk))
  return toLatin1(concat(out)) + stuffer.end()
}
const cut = (text: string, lines: number, at: readonly number[] = []): string => {
  const cutter = new TopCutter(lines)
  return toLatin1(concat(chunksOf(text, at).map((chunk) => cutter.push(chunk))))
}

describe('a message as RETR sends it', () => {
  it.each([
    ['', '.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\n', 'a\n\r\n.\r\n'],
    ['\n', '\n\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['a\r\n.\r\nb.c\r\n..\r\n', 'a\r\n..\r\nb.c\r\n...\r\n.\r\n'],
    // hostile: programs that take LF as a line's end must not see the end of the message here
    ['a\n.\nDELE 1\r\n', 'a\n..\nDELE 1\r\n.\r\n'],
    ['a\r.b\r\n', 'a\r.b\r\n.\r\n'],
  ])('%j is %j', (text, wire) => expect(stuffed(text)).toBe(wire))

  it('comes back byte for byte, with its end where it had none, and never ends before', () =>
    fc.assert(
      fc.property(message, cuts, (text, at) => {
        const wire = stuffed(text, at)
        expect(wire).toBe(stuffed(text))
        expect(wire.search(/(?:^|\n)\.\r?\n/)).toBe(wire.length === 3 ? 0 : wire.length - 4)
        const octets = fromLatin1(text)
        const read = wire.slice(0, -3).replace(/(^|\n)\.\./g, '$1.')
        expect(read.slice(0, text.length)).toBe(text)
        expect(read.length).toBe(text.length + missingEnd(text.length, octets.subarray(-2)))
      }),
    ))

  it('whatever holds no dot at a line’s beginning is not copied', () => {
    const chunk = fromLatin1('a.b\r\nc.d\r\n')
    expect(new DotStuffer().push(chunk)).toBe(chunk)
  })
})

describe('the top of a message', () => {
  const text = 'A: 1\r\nB: 2\r\n\r\none\r\n\r\ntwo\r\nthree'
  it.each([
    [0, 'A: 1\r\nB: 2\r\n\r\n'],
    [1, 'A: 1\r\nB: 2\r\n\r\none\r\n'],
    [2, 'A: 1\r\nB: 2\r\n\r\none\r\n\r\n'],
    [4, text],
    [4_000_000_000, text],
  ])('with %d lines', (lines, top) => expect(cut(text, lines)).toBe(top))
  it.each([
    ['no body', 'A: 1\r\n', 'A: 1\r\n'],
    ['no end', 'A: 1', 'A: 1'],
    ['nothing', '', ''],
    ['no header', '\r\nbody\r\n', '\r\n'],
    ['lines that end in LF', 'A: 1\n\nbody\n', 'A: 1\n\n'],
    ['a CR of its own', 'A: 1\r\n\r\r\nB: 2\r\n\r\nbody', 'A: 1\r\n\r\r\nB: 2\r\n\r\n'],
  ])('of a message with %s', (_, whole, top) => expect(cut(whole, 0)).toBe(top))

  it('is what the rule says, in any chunks', () =>
    fc.assert(
      fc.property(message, fc.nat(4), cuts, (whole, lines, at) => {
        const all = whole.split(/(?<=\n)/)
        const empty = all.findIndex((line) => line === '\r\n' || line === '\n')
        const top = empty < 0 ? whole : all.slice(0, empty + 1 + lines).join('')
        expect(cut(whole, lines, at)).toBe(top)
      }),
    ))
})
