// The record of facts: what is written is read, and bytes that are no record are refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1, toUtf8 } from '../../../src/core/lib/bytes.ts'
import { contentFacts } from '../../../src/core/mail/facts/content.ts'
import type { ContentFacts } from '../../../src/core/mail/facts.ts'
import { type FactsRecord, readFacts, writeFacts } from '../../../src/core/mailbox/factsRecord.ts'

/** Every fact of a record, without its lazy parts. */
const plain = (record: FactsRecord): unknown => {
  const { headerText, recordBytes, ...facts } = record
  expect(toUtf8(headerText())).toBe(record.search.header)
  expect(recordBytes).toBeGreaterThan(0)
  return { ...facts, search: { ...record.search } }
}
const kept = ({ search, ...facts }: ContentFacts): unknown => ({
  ...facts,
  search: { header: search.header, complete: search.complete },
})
const MULTIPART = [
  'From: =?UTF-8?Q?Citt=C3=A0?= <a@x.example>',
  'To: b@y.example, Gruppo: c@z.example;',
  'Subject: Re: =?UTF-8?B?8J+OiQ==?= prova',
  'Date: Mon, 23 Nov 2026 10:00:00 +0100',
  'Message-ID: <m@x.example>',
  'References: <a@x> <b@x>',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'testo \u00c3\u00a0',
  '--b',
  'Content-Type: application/pdf; name="=?UTF-8?Q?fattura_=E2=82=AC.pdf?="',
  'Content-Transfer-Encoding: base64',
  '',
  'AAAA',
  '--b--',
  '',
].join('\r\n')

describe('the record of facts', () => {
  test.each([
    ['a message with parts', MULTIPART],
    ['an empty message', ''],
    ['a header alone', 'Subject: x\r\n\r\n'],
    ['bytes beyond ASCII in the header', 'Subject: \xe0\xff\r\n\r\n\xe0'],
    ['a header too long to be kept', `X: ${'y'.repeat(20_000)}\r\n\r\nbody`],
  ])('holds %s', (_, text) => {
    const facts = contentFacts(fromLatin1(text))
    expect(plain(readFacts(writeFacts(facts)))).toEqual(kept(facts))
  })
  test('holds the facts of any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string().map(fromLatin1)), (bytes) => {
        const facts = contentFacts(bytes)
        expect(plain(readFacts(writeFacts(facts)))).toEqual(kept(facts))
      }),
    )
  })
  test('is read where it lies in a larger buffer', () => {
    const record = writeFacts(contentFacts(fromLatin1(MULTIPART)))
    const larger = new Uint8Array(record.length + 20)
    larger.set(record, 7)
    const read = readFacts(larger.subarray(7, 7 + record.length))
    expect(plain(read)).toEqual(plain(readFacts(record)))
  })
  test('refuses bytes that are none, or that end early', () => {
    const record = writeFacts(contentFacts(fromLatin1(MULTIPART)))
    for (const length of [0, 1, 24, 25, 100]) expect(() => readFacts(record.subarray(0, length))).toThrow(/damaged/)
    expect(() => readFacts(new Uint8Array(100))).toThrow(/damaged/)
  })
})
