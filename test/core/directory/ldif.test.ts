// LDIF: what is printed is read again, and what RFC 2849 allows is understood.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LDIF_LIMITS, type LdifRecord, parseLdif, printLdif, valueText } from '../../../src/core/directory/ldif.ts'

const read = (text: string): readonly LdifRecord[] => {
  const records = parseLdif(Buffer.from(text))
  if ('kind' in records) throw new Error(records.detail)
  return records
}
const plain = (records: readonly LdifRecord[]) =>
  records.map(({ dn, attributes }) => [
    dn,
    ...attributes.map((one) => [[one.name, ...one.options].join(';'), valueText(one)]),
  ])

describe('reading', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('records, with %s', (_, newline) => {
    const text = [
      'version: 1',
      '',
      '# a comment',
      ' that goes on',
      'dn: o=a',
      'O: a',
      'x;Binary:: Y2lhbw==',
      '',
      '',
      'dn:: bz1i',
      'o:b',
    ]
    expect(plain(read(text.join(newline)))).toEqual([
      ['o=a', ['o', 'a'], ['x;binary', 'ciao']],
      ['o=b', ['o', 'b']],
    ])
  })

  it('folded lines, also right after the colon', () => {
    const text = 'dn: o=post\n acert\nhash:\n  7E7A\n EF10\ncert::\n Y2\n lhbw==\n'
    expect(plain(read(text))).toEqual([['o=postacert', ['hash', '7E7AEF10'], ['cert', 'ciao']]])
  })

  it('UTF-8 as it is, and empty values', () => {
    expect(plain(read('dn: o=a\nname: Società\nempty:\n'))).toEqual([['o=a', ['name', 'Società'], ['empty', '']]])
  })

  it('nothing at all', () => {
    expect(read('')).toEqual([])
    expect(read('version: 1\n\n')).toEqual([])
  })

  it.each([
    ['another version', 'version: 2\ndn: o=a\n', 1],
    ['an attribute before any dn', 'o: a\n', 1],
    ['a second dn', 'dn: o=a\ndn: o=b\n', 2],
    ['a line without colon', 'dn: o=a\n\nwhat\n', 3],
    ['a value by URL', 'dn: o=a\nx:< file:///etc/passwd\n', 2],
    ['a change record', 'dn: o=a\nchangetype: delete\n', 2],
    ['malformed base64', 'dn: o=a\nx:: Y2lhb!==\n', 2],
    ['base64 cut short', 'dn: o=a\nx:: Y2lhb\n', 2],
    ['an attribute with a strange name', 'dn: o=a\nx y: 1\n', 2],
  ])('refuses %s, and says where', (_, text, line) => {
    const problem = parseLdif(Buffer.from(text))
    expect(problem).toMatchObject({ kind: 'problem' })
    expect('kind' in problem && problem.detail).toContain(`line ${line}:`)
  })

  it('keeps its limits', () => {
    const text = Buffer.from('dn: o=a\nx: 12345\n\ndn: o=b\n')
    const kind = (limits: object) => 'kind' in parseLdif(text, { ...LDIF_LIMITS, ...limits })
    expect(kind({})).toBe(false)
    expect(kind({ maxBytes: text.length - 1 })).toBe(true)
    expect(kind({ maxLines: 3 })).toBe(true)
    expect(kind({ maxRecords: 1 })).toBe(true)
    expect(kind({ maxValueBytes: 2 })).toBe(true)
  })

  it('reads or refuses any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => parseLdif(bytes) !== undefined))
  })
})

describe('printing', () => {
  const name = fc
    .stringMatching(/^[a-z][a-z0-9-]{0,30}$/)
    .filter((text) => !['dn', 'version', 'changetype', 'control'].includes(text))
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('', ' x', 'x ', ':x', '<x', 'à', 'a\r\nb', 'a\0b'),
  )
  const record = fc.record({
    dn: fc.string({ unit: 'binary', minLength: 1 }),
    values: fc.array(fc.tuple(name, value), { maxLength: 5 }),
  })

  it('is read again', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), (records) => {
        expect(plain(read(printLdif(records)))).toEqual(records.map(({ dn, values }) => [dn, ...values]))
      }),
    )
  })

  it('folds at 76 characters, in ASCII', () => {
    fc.assert(
      fc.property(record, (one) =>
        printLdif([one])
          .split('\n')
          .every((line) => /^[\x01-\x7f]{0,76}$/.test(line)),
      ),
    )
  })
})
