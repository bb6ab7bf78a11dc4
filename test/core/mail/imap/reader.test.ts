// The command reader: lines, literals of each kind, limits, and the same result in whatever chunks bytes come.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatin1, toLatin1 } from '../../../../src/core/lib/bytes.ts'
import { CommandReader, GUEST_LIMITS, READER_LIMITS, type ReaderLimits } from '../../../../src/core/mail/imap/reader.ts'

const SMALL: ReaderLimits = {
  lineBytes: 40,
  commandBytes: 80,
  literalBytes: 20,
  literals: 3,
  nonSyncBytes: 30,
  discardBytes: 200,
}

/** What a server does, as words: it says "+", takes message literals, and goes on until nothing is there. */
const play = (chunks: readonly string[], limits: ReaderLimits = READER_LIMITS): readonly string[] => {
  const reader = new CommandReader(limits)
  const events: string[] = []
  let message: { left: number; text: string } | undefined
  for (const chunk of chunks) {
    reader.push(fromLatin1(chunk))
    for (;;) {
      if (message) {
        const bytes = reader.take()
        if (bytes) {
          message.text += toLatin1(bytes.subarray(0, message.left))
          reader.giveBack(bytes.subarray(message.left))
          message.left -= Math.min(bytes.length, message.left)
        }
        if (message.left > 0) break
        events.push(`message ${JSON.stringify(message.text)}`)
        message = undefined
        reader.resume()
        continue
      }
      const result = reader.next()
      if (result.kind === 'more') break
      if (result.kind === 'literal') {
        const { text, sizeBytes, sync, literal8 } = result
        events.push(`literal ${JSON.stringify(text)} ${sizeBytes}${sync ? ' sync' : ''}${literal8 ? ' literal8' : ''}`)
        message = { left: sizeBytes, text: '' }
      } else if (result.kind === 'command') events.push(`command ${JSON.stringify(result.text)}`)
      else if (result.kind === 'refused') events.push(`refused ${result.tag} ${result.why}`)
      else if (result.kind === 'broken') return [...events, `broken ${result.why}`]
      else events.push(result.kind)
    }
  }
  return events
}

const one = (text: string, limits?: ReaderLimits) => play([text], limits)

describe('lines', () => {
  it.each([
    ['a NOOP\r\n', ['command "a NOOP"']],
    ['a NOOP\r\nb NOOP\r\nc', ['command "a NOOP"', 'command "b NOOP"']],
    ['\r\n', ['command ""']],
    ['a NOOP\n', ['command "a NOOP"']],
    ['a NO\rOP\r\nb NOOP\r\n', ['refused a bareCr', 'command "b NOOP"']],
    ['a NOOP\r\r\n', ['refused a bareCr']],
    ['a NO\0OP\r\nb NOOP\r\n', ['refused a nul', 'command "b NOOP"']],
  ])('%j', (bytes, events) => expect(one(bytes)).toEqual(events))

  it('passes over a line that is too long, and goes on', () => {
    expect(one(`a ${'x'.repeat(38)}\r\nb ${'x'.repeat(39)}\r\nc NOOP\r\n`, SMALL)).toEqual([
      `command "a ${'x'.repeat(38)}"`,
      'refused b lineTooLong',
      'command "c NOOP"',
    ])
  })

  it('gives up on a line without end', () => {
    expect(one('x'.repeat(1_048_577))).toEqual(['broken endless'])
  })

  it('does not repeat a tag that is too long to be one', () => {
    expect(one(`${'x'.repeat(1000)} NOOP\r\n`, SMALL)).toEqual(['refused undefined lineTooLong'])
  })
})

describe('literals that are gathered', () => {
  it.each([
    // RFC 9051 §6.2.3, with literals
    ['a LOGIN {4}\r\nfred {3}\r\nfoo\r\n', ['continue', 'continue', 'command "a LOGIN {4}\\r\\nfred {3}\\r\\nfoo"']],
    ['a LOGIN {4+}\r\nfred {3+}\r\nfoo\r\n', ['command "a LOGIN {4+}\\r\\nfred {3+}\\r\\nfoo"']],
    ['a LOGIN {0+}\r\n {2+}\r\n\r\n\r\n', ['command "a LOGIN {0+}\\r\\n {2+}\\r\\n\\r\\n"']],
    ['a LOGIN "{4}" "x\\"{3}"\r\n', ['command "a LOGIN \\"{4}\\" \\"x\\\\\\"{3}\\""']],
    // An open quote cannot go on in the next line: this is an error of the line, not a literal.
    ['a LOGIN "x {4}\r\n', ['command "a LOGIN \\"x {4}"']],
    ['a LOGIN {3+}\r\na\0b x\r\nb NOOP\r\n', ['refused a nul', 'command "b NOOP"']],
    ['a LOGIN {}\r\n', ['command "a LOGIN {}"']],
    ['a LOGIN {4-}\r\n', ['command "a LOGIN {4-}"']],
    ['a XAPPEND box {2+}\r\nhi\r\n', ['command "a XAPPEND box {2+}\\r\\nhi"']],
    // The name of APPEND's folder is gathered too.
    [
      'a APPEND {3+}\r\nbox {2+}\r\nhi\r\n',
      ['literal "a APPEND {3+}\\r\\nbox {2+}\\r\\n" 2', 'message "hi"', 'command "a APPEND {3+}\\r\\nbox {2+}\\r\\n"'],
    ],
  ])('%j', (bytes, events) => expect(one(bytes)).toEqual(events))
})

describe('literals of APPEND', () => {
  it('hands them to the server with the command so far', () => {
    expect(one('a append box (\\Seen) {5}\r\nhello\r\nb NOOP\r\n')).toEqual([
      'literal "a append box (\\\\Seen) {5}\\r\\n" 5 sync',
      'message "hello"',
      'command "a append box (\\\\Seen) {5}\\r\\n"',
      'command "b NOOP"',
    ])
  })

  it('takes several (RFC 3502), and literal8 with NUL (RFC 3516 §4.4)', () => {
    expect(one('a APPEND box {1+}\r\nx (\\Seen) ~{3+}\r\n\0\r\n UTF8 (~{1+}\r\ny)\r\n')).toEqual([
      'literal "a APPEND box {1+}\\r\\n" 1',
      'message "x"',
      'literal "a APPEND box {1+}\\r\\n (\\\\Seen) ~{3+}\\r\\n" 3 literal8',
      'message "\\u0000\\r\\n"',
      'literal "a APPEND box {1+}\\r\\n (\\\\Seen) ~{3+}\\r\\n UTF8 (~{1+}\\r\\n" 1 literal8',
      'message "y"',
      'command "a APPEND box {1+}\\r\\n (\\\\Seen) ~{3+}\\r\\n UTF8 (~{1+}\\r\\n)"',
    ])
  })

  it('lets the server refuse before the bytes come', () => {
    const reader = new CommandReader()
    reader.push(fromLatin1('a APPEND box {5}\r\n'))
    expect(reader.next()).toMatchObject({ kind: 'literal', sync: true })
    reader.refuse()
    reader.push(fromLatin1('b NOOP\r\n'))
    expect(reader.next()).toEqual({ kind: 'command', text: 'b NOOP' })
    expect(reader.inCommand).toBe(false)
  })

  it('passes over the rest of a command that the server has given up', () => {
    const reader = new CommandReader()
    reader.push(fromLatin1('a APPEND box {5+}\r\nhello {7+}\r\ngoodbye\r\nb NOOP\r\n'))
    expect(reader.next()).toMatchObject({ kind: 'literal', sync: false })
    reader.discard(5)
    expect(reader.next()).toEqual({ kind: 'refused', tag: 'a', why: 'discarded' })
    expect(reader.next()).toEqual({ kind: 'command', text: 'b NOOP' })
  })

  it('ends a given-up command at a synchronising literal, where the client waits', () => {
    const reader = new CommandReader()
    reader.push(fromLatin1('a APPEND box {5+}\r\nhello {7}\r\nb NOOP\r\n'))
    reader.next()
    reader.discard(5)
    expect(reader.next()).toEqual({ kind: 'refused', tag: 'a', why: 'discarded' })
    expect(reader.next()).toEqual({ kind: 'command', text: 'b NOOP' })
  })
})

describe('limits', () => {
  it('widen when somebody has signed in', () => {
    const reader = new CommandReader(GUEST_LIMITS)
    const long = `a ${'x'.repeat(20_000)}\r\n`
    reader.push(fromLatin1(long))
    expect(reader.next()).toEqual({ kind: 'refused', tag: 'a', why: 'lineTooLong' })
    reader.limits = READER_LIMITS
    reader.push(fromLatin1(long))
    expect(reader.next()).toMatchObject({ kind: 'command' })
  })

  it.each([
    [
      'a large literal, before its bytes come',
      'a X {21}\r\nb NOOP\r\n',
      ['refused a literalTooLarge', 'command "b NOOP"'],
    ],
    [
      'a large literal that comes at once',
      `a X {21+}\r\n${'x'.repeat(21)} {1+}\r\ny z\r\nb NOOP\r\n`,
      ['refused a literalTooLarge', 'command "b NOOP"'],
    ],
    ['a literal too large to be passed over', 'a X {201+}\r\n', ['broken literalTooLarge']],
    // RFC 7888 §5, LITERAL-
    [
      'a message above what may come at once',
      `a APPEND b {31+}\r\n${'x'.repeat(31)}\r\n`,
      ['refused a literalTooLarge'],
    ],
    ['many literals', 'a X {1+}\r\nx {1+}\r\nx {1+}\r\nx {1+}\r\nx\r\n', ['refused a tooManyLiterals']],
    [
      'a long command of short lines',
      `a X {20+}\r\n${'x'.repeat(20)} ${'y'.repeat(21)} {20+}\r\n${'x'.repeat(20)}\r\nb NOOP\r\n`,
      ['refused a commandTooLong', 'command "b NOOP"'],
    ],
    [
      'a long line that opens a literal at its end',
      `a ${'x'.repeat(60)} {5+}\r\nb OOP\r\nc NOOP\r\n`,
      ['refused a lineTooLong', 'command "c NOOP"'],
    ],
    ['literals without end that have no size', `a X ${'{0+}\r\n'.repeat(1000)}`, ['broken literalTooLarge']],
    ['a size beyond all numbers', 'a X {99999999999999999999}\r\n', ['refused a literalTooLarge']],
  ])('%s', (_name, bytes, events) => expect(one(bytes, SMALL)).toEqual(events))
})

describe('lines outside commands', () => {
  it('reads what AUTHENTICATE and IDLE wait for', () => {
    const reader = new CommandReader()
    reader.push(fromLatin1('AGEAYg==\r\nDONE\r\nxxxxxx\r\na NOOP\r\n{5+}'))
    expect(reader.nextLine(100)).toEqual({ kind: 'line', text: 'AGEAYg==' })
    expect(reader.nextLine(100)).toEqual({ kind: 'line', text: 'DONE' })
    expect(reader.nextLine(5)).toEqual({ kind: 'refused', tag: undefined, why: 'lineTooLong' })
    expect(reader.next()).toEqual({ kind: 'command', text: 'a NOOP' })
    expect(reader.nextLine(5)).toEqual({ kind: 'more' })
    reader.push(fromLatin1('\r\n'))
    expect(reader.nextLine(5)).toEqual({ kind: 'line', text: '{5+}' })
  })
})

describe('any bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a ',
      'b APPEND x ',
      '{3}',
      '{3+}',
      '~{2+}',
      '{0+}',
      '{250+}',
      '\r\n',
      '\r\n',
      '\n',
      '\r',
      '"',
      '\\',
      '\0',
      ' ',
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    fc.constant('y'.repeat(45)),
  )
  const cut = (text: string, cuts: readonly number[]): readonly string[] => {
    const places = [...new Set(cuts.map((at) => at % (text.length + 1)))].sort((a, b) => a - b)
    return [0, ...places].map((from, i) => text.slice(from, places[i] ?? text.length))
  }

  it('give the same events in any split', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 20 }), (pieces, cuts) => {
        const text = pieces.join('')
        expect(play(cut(text, cuts), SMALL)).toEqual(play([text], SMALL))
      }),
      { numRuns: 500 },
    )
  })

  it('never make a command longer than its limit', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const reader = new CommandReader(SMALL)
        reader.push(fromLatin1(pieces.join('')))
        for (let result = reader.next(); result.kind !== 'more' && result.kind !== 'broken'; result = reader.next()) {
          if (result.kind === 'literal') reader.discard(result.sizeBytes)
          if (result.kind === 'command') expect(result.text.length).toBeLessThanOrEqual(SMALL.commandBytes)
        }
      }),
      { numRuns: 500 },
    )
  })
})
