// The structure scanner: RFC 2046 by tables, any split by properties, hostile messages by name, and the samples.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1, toLatin1 } from '../../../src/core/lib/bytes.ts'
import { firstValue, parseHeader } from '../../../src/core/mail/header.ts'
import type { MimeLimits, MimeScan } from '../../../src/core/mail/mime.ts'
import { allParts, MimeScanner, parseMime, partName } from '../../../src/core/mail/mime.ts'
import type { MimePart } from '../../../src/core/mail/structure.ts'

const scan = (text: string, limits: Partial<MimeLimits> = {}): MimeScan => parseMime(fromLatin1(text), limits)

const scanInChunks = (bytes: Uint8Array, sizes: readonly number[], limits: Partial<MimeLimits> = {}): MimeScan => {
  const scanner = new MimeScanner(limits)
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length > 0 ? sizes[i % sizes.length]! : bytes.length
    // A copy that is overwritten after: the scanner must not keep it.
    const chunk = new Uint8Array(bytes.subarray(at, at + size))
    scanner.push(chunk)
    chunk.fill(0x2d)
    at += size
  }
  return scanner.finish()
}

/** The tree in a line: type, and for a leaf its body; `!` where a multipart is not closed. */
const shape = (text: string, part: MimePart): string => {
  const open = part.closed ? '' : '!'
  if (part.children.length === 0)
    return `${part.type}${open}:${JSON.stringify(text.slice(part.bodyStart, part.bodyEnd))}`
  return `${part.type}${open}(${part.children.map((child) => shape(text, child)).join(' ')})`
}

/** What must hold of every tree. */
const checkTree = (text: string, root: MimePart): void => {
  for (const part of allParts(root)) {
    expect(part.headerStart).toBeLessThanOrEqual(part.bodyStart)
    expect(part.bodyStart).toBeLessThanOrEqual(part.bodyEnd)
    expect(part.lines).toBe(text.slice(part.bodyStart, part.bodyEnd).split('\n').length - 1)
    let last = part.bodyStart
    for (const child of part.children) {
      expect(child.headerStart).toBeGreaterThanOrEqual(last)
      expect(child.bodyEnd).toBeLessThanOrEqual(part.bodyEnd)
      last = child.bodyEnd
    }
    for (const field of part.fields) {
      expect(field.start).toBeGreaterThanOrEqual(part.headerStart)
      expect(field.end).toBeLessThanOrEqual(part.bodyStart)
    }
  }
  expect(root.headerStart).toBe(0)
  expect(root.bodyEnd).toBe(text.length)
}

const multipart = (boundary: string, body: string, subtype = 'mixed'): string =>
  `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n${body}`

describe('structure (RFC 2046)', () => {
  test.each<[string, string, string]>([
    ['no header at all', '\r\nbody', 'text/plain:"body"'],
    ['nothing', '', 'text/plain:""'],
    ['header only', 'Subject: x\r\n', 'text/plain:""'],
    ['plain', 'Subject: x\r\n\r\na\r\nb\r\n', 'text/plain:"a\\r\\nb\\r\\n"'],
    ['an unreadable type', 'Content-Type: nonsense\r\n\r\na', 'text/plain:"a"'],
    [
      'two parts',
      multipart('b', 'pre\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: a/b\r\n\r\ntwo\r\n\r\n--b--\r\nepilogue'),
      'multipart/mixed(text/plain:"one" a/b:"two\\r\\n")',
    ],
    ['no preamble', multipart('b', '--b\r\n\r\none\r\n--b--'), 'multipart/mixed(text/plain:"one")'],
    ['transport padding', multipart('b', '--b \t\r\n\r\none\r\n--b-- \r\n'), 'multipart/mixed(text/plain:"one")'],
    [
      'bare LF',
      'Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n',
      'multipart/mixed(text/plain:"one")',
    ],
    [
      'mixed line ends',
      'Content-Type: multipart/mixed; boundary=b\n\r\n--b\r\n\none\r\n--b--\n',
      'multipart/mixed(text/plain:"one")',
    ],
    [
      'not at a line start',
      multipart('b', '--b\r\n\r\nx --b\r\nx--b--\r\n--b--'),
      'multipart/mixed(text/plain:"x --b\\r\\nx--b--")',
    ],
    ['after a bare CR', multipart('b', '--b\r\n\r\nx\r--b\r\n--b--'), 'multipart/mixed(text/plain:"x\\r--b")'],
    [
      'text after the boundary',
      multipart('b', '--b\r\n\r\n--bx\r\n--b x\r\n--b--x\r\n--b--'),
      'multipart/mixed(text/plain:"--bx\\r\\n--b x\\r\\n--b--x")',
    ],
    ['never closed', multipart('b', '--b\r\n\r\none\r\n'), 'multipart/mixed!(text/plain:"one\\r\\n")'],
    ['never opened', multipart('b', 'text\r\n'), 'multipart/mixed!:"text\\r\\n"'],
    [
      'closed but never opened',
      multipart('b', 'text\r\n--b--\r\n--b\r\n\r\nx'),
      'multipart/mixed:"text\\r\\n--b--\\r\\n--b\\r\\n\\r\\nx"',
    ],
    ['no boundary', 'Content-Type: multipart/mixed\r\n\r\n--\r\n\r\nx', 'multipart/mixed!:"--\\r\\n\\r\\nx"'],
    ['an empty part', multipart('b', '--b\r\n--b--\r\n'), 'multipart/mixed(text/plain:"")'],
    [
      'an empty body',
      multipart('b', '--b\r\n\r\n--b\r\n\r\n\r\n--b--\r\n'),
      'multipart/mixed(text/plain:"" text/plain:"")',
    ],
    [
      'a part of header only',
      multipart('b', '--b\r\nContent-Type: a/b\r\n--b\r\n\r\nx\r\n--b--'),
      'multipart/mixed(a/b:"" text/plain:"x")',
    ],
    [
      'parts after the close are epilogue',
      multipart('b', '--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny\r\n'),
      'multipart/mixed(text/plain:"x")',
    ],
    [
      'nested',
      multipart('out', `--out\r\n${multipart('in', '--in\r\n\r\nx\r\n--in--\r\n')}\r\n--out--`),
      'multipart/mixed(multipart/mixed(text/plain:"x"))',
    ],
    [
      'a boundary that begins another',
      multipart('b', `--b\r\n${multipart('bb', '--bb\r\n\r\nx\r\n--bb--\r\n')}\r\n--b\r\n\r\ny\r\n--b--`),
      'multipart/mixed(multipart/mixed(text/plain:"x") text/plain:"y")',
    ],
    [
      'a boundary that another begins',
      multipart('bb', `--bb\r\n${multipart('b', '--b\r\n\r\nx\r\n--b--\r\n')}\r\n--bb--`),
      'multipart/mixed(multipart/mixed(text/plain:"x"))',
    ],
    [
      "the parent's delimiter ends the child",
      multipart('out', `--out\r\n${multipart('in', '--in\r\n\r\nx')}\r\n--out\r\n\r\ny\r\n--out--`),
      'multipart/mixed(multipart/mixed!(text/plain:"x") text/plain:"y")',
    ],
    [
      "the parent's delimiter in a header",
      multipart('out', '--out\r\nContent-Type: multipart/mixed; boundary=in\r\n--out--'),
      'multipart/mixed(multipart/mixed!:"")',
    ],
    [
      'equal boundaries: the inner one first',
      multipart('b', `--b\r\n${multipart('b', '--b\r\n\r\nx\r\n--b--\r\n')}\r\n--b\r\n\r\ny\r\n--b--`),
      'multipart/mixed(multipart/mixed(text/plain:"x") text/plain:"y")',
    ],
    [
      'a boundary with a trailing blank',
      'Content-Type: multipart/mixed; boundary="b "\r\n\r\n--b\r\n\r\nx\r\n--b--',
      'multipart/mixed(text/plain:"x")',
    ],
    [
      'a boundary of signs',
      multipart("=_'()+,./:=? b", "--=_'()+,./:=? b\r\n\r\nx\r\n--=_'()+,./:=? b--"),
      'multipart/mixed(text/plain:"x")',
    ],
    [
      'a digest',
      multipart('b', '--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b--', 'digest'),
      'multipart/digest(message/rfc822(text/plain:"y"))',
    ],
    ['a message', 'Content-Type: message/rfc822\r\n\r\nContent-Type: a/b\r\n\r\nx', 'message/rfc822(a/b:"x")'],
    ['a message of header only', 'Content-Type: message/rfc822\r\n\r\nSubject: x', 'message/rfc822(text/plain:"")'],
    [
      'an empty message',
      multipart('b', '--b\r\nContent-Type: message/rfc822\r\n\r\n--b--'),
      'multipart/mixed(message/rfc822(text/plain:""))',
    ],
    [
      'an encoded message',
      'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: BASE64\r\n\r\nU3ViamVjdDogeA==',
      'message/rfc822:"U3ViamVjdDogeA=="',
    ],
    [
      'a signed multipart within a message within a signed one',
      multipart(
        's',
        `--s\r\nContent-Type: message/rfc822\r\n\r\n${multipart('i', '--i\r\n\r\nx\r\n--i\r\nContent-Type: application/pkcs7-signature\r\n\r\nMA==\r\n--i--\r\n', 'signed')}\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n\r\nMA==\r\n--s--\r\n`,
        'signed',
      ),
      'multipart/signed(message/rfc822(multipart/signed(text/plain:"x" application/pkcs7-signature:"MA==")) application/pkcs7-signature:"MA==")',
    ],
  ])('%s', (_, text, expected) => {
    const { root } = scan(text)
    expect(shape(text, root)).toBe(expected)
    checkTree(text, root)
    for (const size of [1, 2, 3, 7]) expect(scanInChunks(fromLatin1(text), [size])).toEqual(scan(text))
  })

  test('tells what is said of a part', () => {
    const { root, head, sizeBytes } = scan(
      "Subject: x\r\nContent-Type: Application/PDF; name=a.pdf\r\nContent-Disposition: Attachment;\r\n filename*=utf-8''per%C3%B2.pdf\r\nContent-Transfer-Encoding: Base64 (x)\r\n\r\nMA==\r\n",
    )
    expect(root).toMatchObject({
      type: 'application/pdf',
      parameters: { name: 'a.pdf' },
      disposition: 'attachment',
      filename: 'però.pdf',
      encoding: 'base64',
      lines: 1,
    })
    expect(partName(root)).toBe('però.pdf')
    expect(firstValue(root.fields, 'subject')).toBe('x')
    expect(head.length).toBe(root.bodyStart)
    expect(sizeBytes).toBe(root.bodyEnd)
  })

  test('tells problems', () => {
    expect(scan(multipart('b', '--b\r\n\r\nx')).problems).toEqual(['multipart at byte 0 is not closed'])
    expect(scan('Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n').problems).toEqual([
      'more than one Content-Type at byte 0',
    ])
    expect(scan('Content-Type: multipart/mixed\r\n\r\n').problems).toEqual(['no boundary at byte 0'])
    expect(scan('rotto\r\nA: 1\r\n\r\n').problems).toEqual(['not a header field at byte 0'])
    expect(scan(`Content-Transfer-Encoding: base64\r\n${multipart('b', '--b--')}`).problems).toEqual([
      'multipart in base64 at byte 0',
    ])
  })
})

describe('any split into chunks gives the same', () => {
  const line = fc.constantFrom(
    'Content-Type: multipart/mixed; boundary=a',
    'Content-Type: multipart/digest; boundary=a--',
    'Content-Type: multipart/mixed;\r\n boundary="ab"',
    'Content-Type: message/rfc822',
    'Subject: x',
    ' folded',
    '',
    '',
    '--a',
    '--a',
    '--a--',
    '--ab',
    '--ab--',
    '--ab \t',
    '--',
    '-',
    'testo\r',
    '\0\xe8',
    'x'.repeat(1_100),
    `--a${' '.repeat(1_100)}`,
  )
  const message = fc
    .array(fc.tuple(line, fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '')), { maxLength: 40 })
    .map((lines) => lines.map(([text, end]) => text + end).join(''))
  const limits = fc.constantFrom<Partial<MimeLimits>>(
    {},
    {},
    { depth: 2 },
    { parts: 3 },
    { headerBytes: 60 },
    { fields: 2 },
    { totalFields: 3 },
  )

  test('of messages made of lines that matter', () => {
    fc.assert(
      fc.property(message, limits, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }), (text, some, sizes) => {
        const whole = scan(text, some)
        checkTree(text, whole.root)
        expect(scanInChunks(fromLatin1(text), sizes, some)).toEqual(whole)
        expect(scanInChunks(fromLatin1(text), [1], some)).toEqual(whole)
        expect(toLatin1(whole.head)).toBe(text.slice(0, whole.head.length))
      }),
      { numRuns: 300 },
    )
  })

  test('also amid the blank line of a header that is just as long as the limit', () => {
    const bytes = fromLatin1('A: 1\r\n\r\nx')
    const whole = parseMime(bytes, { headerBytes: 6 })
    expect([whole.root.bodyStart, whole.problems]).toEqual([8, []])
    for (const size of [1, 7]) expect(scanInChunks(bytes, [size], { headerBytes: 6 })).toEqual(whole)
  })

  test('and the root header is what parseHeader reads', () => {
    fc.assert(
      fc.property(message, fc.constantFrom({}, { headerBytes: 60 }), (text, some) => {
        const bytes = fromLatin1(text)
        const { fields, bodyStart } = parseHeader(bytes, 0, bytes.length, {
          headerBytes: 262_144,
          fields: 2_000,
          ...some,
        })
        const { root } = scan(text, some)
        expect([root.fields, root.bodyStart]).toEqual([fields, bodyStart])
      }),
    )
  })

  test('of any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
        (bytes, sizes) => {
          expect(scanInChunks(bytes, sizes)).toEqual(parseMime(bytes))
        },
      ),
    )
  })
})

describe('hostile messages', () => {
  const nested = (levels: number): string => {
    let text = ''
    for (let i = 0; i < levels; i++)
      text += `${i > 0 ? `--b${i - 1}\r\n` : ''}Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n`
    return `${text}--b${levels - 1}\r\n\r\nx\r\n${Array.from({ length: levels }, (_, i) => `--b${levels - 1 - i}--\r\n`).join('')}`
  }
  const depthOf = (part: MimePart): number => 1 + Math.max(0, ...part.children.map(depthOf))

  test('64 levels are read, 1,000 nested multiparts end in a leaf at the limit', () => {
    expect(scan(nested(64)).problems).toEqual([])
    const text = nested(1_000)
    const { root, problems } = scan(text)
    expect(depthOf(root)).toBe(65)
    expect(problems[0]).toMatch(/^more than 64 levels at byte/)
    checkTree(text, root)
  })

  test('1,000 messages within messages', () => {
    const text = 'Content-Type: message/rfc822\r\n\r\n'.repeat(1_000)
    const { root, problems } = scan(text)
    expect(depthOf(root)).toBe(65)
    expect(problems.length).toBe(1)
  })

  test('100,000 parts: the rest is one leaf', () => {
    const text = multipart('b', '--b\r\n\r\nx\r\n'.repeat(100_000))
    const { root, problems } = scan(text)
    expect(root.children.length).toBe(5_000)
    expect(root.children.at(-1)!.bodyEnd).toBe(text.length)
    expect(problems).toContain(`more than 5000 parts at byte ${root.children.at(-1)!.headerStart - 5}`)
    expect(root.closed).toBe(false)
  })

  test('10,000 headers in each of many parts: fields are bounded', () => {
    const part = `--b\r\n${'A:\r\n'.repeat(10_000)}\r\nx\r\n`
    const { root, problems } = scan(multipart('b', `${part.repeat(20)}--b--\r\n`))
    const count = allParts(root).reduce((sum, each) => sum + each.fields.length, 0)
    expect(count).toBe(20_000)
    expect(root.children.length).toBe(20)
    expect(problems.length).toBeGreaterThan(0)
  })

  test('a header without end is cut at the limit, the part is a leaf, what follows is read', () => {
    const text = multipart(
      'b',
      `--b\r\nContent-Type: multipart/mixed; boundary=c\r\nX: ${'x'.repeat(300_000)}\r\n\r\n--c\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n`,
    )
    for (const sizes of [[], [1_000], [65_536]]) {
      const { root, problems } = scanInChunks(fromLatin1(text), sizes)
      expect(root.children.map((child) => [child.type, child.children.length])).toEqual([
        ['multipart/mixed', 0],
        ['text/plain', 0],
      ])
      expect(problems.length).toBe(1)
      expect(root.closed).toBe(true)
    }
  })

  test('a line of 4 MB without end, in a header and in a body', () => {
    const line = new Uint8Array(4_000_000).fill(0x41)
    expect(scanInChunks(line, [10_000]).root.fields).toEqual([])
    const scanner = new MimeScanner()
    scanner.push(fromLatin1(multipart('b', '--b\r\n\r\n--')))
    for (let at = 0; at < line.length; at += 1_000) scanner.push(line.subarray(at, at + 1_000))
    scanner.push(fromLatin1('\r\n--b--'))
    const { root } = scanner.finish()
    expect(root.children[0]!.bodyEnd - root.children[0]!.bodyStart).toBe(4_000_002)
    expect(root.closed).toBe(true)
  })

  test('NUL and 8 bits in headers, boundaries beyond the limit', () => {
    expect(
      scan('A: \0\r\nContent-Type: multipart/mixed; boundary=b\0\r\n\r\n--b\0\r\n\r\nx\r\n--b\0--').root.children
        .length,
    ).toBe(1)
    expect(scan(multipart('\xe8', '--\xe8\r\n\r\nx\r\n--\xe8--')).root.children.length).toBe(1)
    expect(scan(multipart('b'.repeat(257), `--${'b'.repeat(257)}\r\n\r\nx`)).problems).toEqual([
      'no boundary at byte 0',
    ])
  })

  test('a million lines of two dashes', () => {
    const text = multipart('b', `--b\r\n\r\n${'--\n'.repeat(1_000_000)}--b--`)
    expect(scan(text).root.children[0]!.lines).toBe(999_999)
  })
})

describe('the samples', () => {
  const folder = join(import.meta.dirname, '../../../spec/samples')
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'))

  test('are there', () => expect(files.length).toBe(18))

  test.each(files)('%s', (name) => {
    const bytes = readFileSync(join(folder, name))
    const text = toLatin1(bytes)
    const whole = parseMime(bytes)
    expect(whole.problems).toEqual([])
    checkTree(text, whole.root)
    expect(scanInChunks(bytes, [1])).toEqual(whole)
    expect(scanInChunks(bytes, [97])).toEqual(whole)
    if (name.startsWith('00')) return
    const types = allParts(whole.root).map((part) => part.type)
    expect(types[0]).toBe('multipart/signed')
    expect(types[1]).toBe('multipart/mixed')
    expect(types.at(-1)).toBe('application/pkcs7-signature')
    expect(types.includes('application/xml')).toBe(!name.startsWith('16'))
    const names = allParts(whole.root).map(partName)
    expect(names.at(-1)).toBe('smime.p7s')
    expect(names.includes('daticert.xml')).toBe(!name.startsWith('16'))
  })
})
