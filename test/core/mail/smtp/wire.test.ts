// What goes over the wire byte by byte: lines of commands, content with its dots, in any chunks.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DataFault, DataReader, DataWriter } from '../../../../src/core/mail/smtp/data.ts'
import { LineReader, type LineResult } from '../../../../src/core/mail/smtp/line.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
/** The text in chunks of the sizes given, over and over. */
const chunked = (text: string, sizes: readonly number[]): Uint8Array[] => {
  const whole = bytes(text)
  const chunks: Uint8Array[] = []
  for (let at = 0, i = 0; at < whole.length; i++) {
    const size = sizes[i % sizes.length]!
    chunks.push(whole.subarray(at, at + size))
    at += size
  }
  return chunks
}
const anySizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 })

describe('LineReader', () => {
  const readAll = (chunks: readonly Uint8Array[], limit = 100): LineResult[] => {
    const reader = new LineReader()
    const results: LineResult[] = []
    for (const chunk of chunks) {
      reader.push(chunk)
      for (let next = reader.next(limit); next.kind !== 'more'; next = reader.next(limit)) {
        results.push(next)
        if (next.kind === 'broken') return results
      }
    }
    expect(reader.pendingBytes).toBe(0)
    return results
  }

  it('gives the same lines in any chunks', () =>
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -~]{0,30}$/)), anySizes, (lines, sizes) => {
        const text = lines.map((line) => `${line}\r\n`).join('')
        expect(readAll(chunked(text, sizes))).toEqual(lines.map((line) => ({ kind: 'line', text: line })))
      }),
    ))

  it('judges any bytes alike in any chunks', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', 'bcd', '\0'), { maxLength: 40 }),
        anySizes,
        (parts, sizes) => {
          const text = parts.join('')
          expect(readAll(chunked(text, sizes), 6)).toEqual(readAll([bytes(text)], 6))
        },
      ),
    ))

  it.each<[string, string, LineResult[]]>([
    ['a bare LF', 'a\nb\r\n', [{ kind: 'broken', why: 'bareLf' }]],
    ['a bare CR', 'a\rb\r\n', [{ kind: 'broken', why: 'bareCr' }]],
    ['CR CR LF', 'a\r\r\n', [{ kind: 'broken', why: 'bareCr' }]],
    ['a long line', `${'x'.repeat(99)}\r\nok\r\n`, [{ kind: 'long' }, { kind: 'line', text: 'ok' }]],
    ['a line of just the limit', `${'x'.repeat(98)}\r\n`, [{ kind: 'line', text: 'x'.repeat(98) }]],
    ['a line without end', 'x'.repeat(70_000), [{ kind: 'broken', why: 'endless' }]],
    ['an empty line', '\r\n', [{ kind: 'line', text: '' }]],
  ])('%s', (_, text, results) => {
    expect(readAll(chunked(text, [50]))).toEqual(results)
    expect(readAll(chunked(text, [1]))).toEqual(results)
  })

  it('hands over what stands behind a line, and takes back what was not wanted', () => {
    const reader = new LineReader()
    for (const chunk of chunked('DATA\r\nabc.NOOP\r\n', [8])) reader.push(chunk)
    expect(reader.next(100)).toEqual({ kind: 'line', text: 'DATA' })
    expect(reader.pendingBytes).toBe(10)
    expect(Buffer.from(reader.take()!).toString()).toBe('ab')
    const rest = reader.take()!
    reader.giveBack(rest.subarray(2))
    expect(reader.next(100)).toEqual({ kind: 'line', text: 'NOOP' })
    expect(reader.take()).toBeUndefined()
  })
})

type Read = { content: string; used: number; fault: DataFault | undefined; done: boolean; sizeBytes: number }
const readContent = (chunks: readonly Uint8Array[], dots = true, maxLineBytes = 1000): Read => {
  const reader = new DataReader({ dots, maxLineBytes })
  let content = ''
  let used = 0
  for (const chunk of chunks) {
    if (reader.done) break
    used += reader.push(chunk, (piece) => {
      content += Buffer.from(piece).toString('latin1')
    })
  }
  return { content, used, fault: reader.fault, done: reader.done, sizeBytes: reader.sizeBytes }
}
const write = (chunks: readonly Uint8Array[], dots = true) => {
  const writer = new DataWriter(dots)
  const pieces: Uint8Array[] = []
  for (const chunk of chunks) writer.push(chunk, (piece) => pieces.push(piece))
  writer.finish((piece) => pieces.push(piece))
  return { text: Buffer.concat(pieces).toString('latin1'), fault: writer.fault }
}

describe('content of DATA', () => {
  it.each([
    ['nothing', '.\r\n', ''],
    ['a line', 'a\r\n.\r\n', 'a\r\n'],
    ['a stuffed dot', '..\r\n...a\r\n.\r\n', '.\r\n..a\r\n'],
    ['a dot that was not stuffed', '.a\r\n.\r\n', 'a\r\n'],
    ['an empty line', '\r\n\r\n.\r\n', '\r\n\r\n'],
    ['a dot within a line', 'a.\r\nb.c\r\n.\r\n', 'a.\r\nb.c\r\n'],
  ])('%s', (_, text, content) => {
    for (const size of [1, 2, 3, 100]) {
      expect(readContent(chunked(`${text}QUIT\r\n`, [size]))).toMatchObject({
        content,
        done: true,
        fault: undefined,
        used: text.length,
        sizeBytes: content.length,
      })
    }
  })

  const line = fc.oneof(
    fc.constantFrom('', '.', '..', '. .', '.a'),
    fc
      .uint8Array({ maxLength: 20 })
      .map((raw) => Buffer.from(raw.filter((b) => b !== 0 && b !== 10 && b !== 13)).toString('latin1')),
  )
  const content = fc.array(line).map((lines) => lines.map((one) => `${one}\r\n`).join(''))

  it('stuffed by the writer it comes out of the reader as it was, in any chunks', () =>
    fc.assert(
      fc.property(content, anySizes, anySizes, (text, in1, in2) => {
        const sent = write(chunked(text, in1))
        expect(sent.fault).toBeUndefined()
        const read = readContent(chunked(`${sent.text}MAIL`, in2))
        expect(read).toMatchObject({ content: text, done: true, fault: undefined, used: sent.text.length })
      }),
    ))

  it('any bytes are judged alike in any chunks, and only CRLF.CRLF ends them', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\r', '\n', '\r\n', '.', 'a', '\0'), { maxLength: 40 }),
        anySizes,
        (parts, sizes) => {
          const text = parts.join('')
          const whole = readContent([bytes(text)])
          const pieces = readContent(chunked(text, sizes))
          const end = `\r\n${text}`.indexOf('\r\n.\r\n')
          expect(whole.done).toBe(end >= 0)
          expect(whole.used).toBe(end >= 0 ? end + 3 : text.length)
          expect({ done: pieces.done, used: pieces.used, fault: pieces.fault }).toEqual({
            done: whole.done,
            used: whole.used,
            fault: whole.fault,
          })
          const taken = text.slice(0, whole.used)
          expect(whole.fault !== undefined).toBe(
            /\0|(?<!\r)\n|\r(?!\n)/.test(whole.done ? taken : taken.replace(/\r$/, '')),
          )
        },
      ),
    ))

  it('a line may have just the limit, its stuffed dot not counted', () => {
    const longest = `.${'x'.repeat(997)}\r\n`
    for (const size of [7, 400, 5000]) {
      expect(readContent(chunked(`a\r\n.${longest}.\r\n`, [size])).fault).toBeUndefined()
      expect(readContent(chunked(`a\r\n.x${longest}.\r\n`, [size])).fault).toBe('longLine')
      expect(readContent(chunked('x'.repeat(1001), [size])).fault).toBe('longLine')
    }
  })

  it('the writer refuses what would not arrive as it is', () => {
    expect(write([bytes('a\nb')]).fault).toBe('bareLf')
    expect(write([bytes('a\rb')]).fault).toBe('bareCr')
    expect(write([bytes('a\r')]).fault).toBe('bareCr')
    expect(write([bytes('a\0')]).fault).toBe('nul')
    expect(write([bytes('a\n'), bytes('.\r\n')]).text).not.toContain('.\r\n')
  })

  it('the writer ends a last line that is not ended', () => {
    expect(write([bytes('a')]).text).toBe('a\r\n.\r\n')
    expect(write([]).text).toBe('.\r\n')
    expect(write([bytes('.a')], false).text).toBe('.a\r\n')
  })
})

describe('content of BDAT', () => {
  it('keeps dots, and its last line is ended', () => {
    const reader = new DataReader({ dots: false, maxLineBytes: 1000 })
    const pieces: Uint8Array[] = []
    expect(reader.push(bytes('a\r\n.\r\n..b'), (piece) => pieces.push(piece))).toBe(9)
    reader.finish((piece) => pieces.push(piece))
    expect(Buffer.concat(pieces).toString()).toBe('a\r\n.\r\n..b\r\n')
    expect(reader.sizeBytes).toBe(11)
  })
  it('ending in CR it is broken', () => {
    const reader = new DataReader({ dots: false, maxLineBytes: 1000 })
    reader.push(bytes('a\r'), () => {})
    reader.finish(() => {})
    expect(reader.fault).toBe('bareCr')
  })
})
