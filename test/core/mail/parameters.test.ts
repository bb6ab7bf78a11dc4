// Parameters of MIME fields: quoting, comments, RFC 2231, and what programs really write.
import { describe, expect, test } from 'vitest'
import { isMediaType, parseParameterised } from '../../../src/core/mail/parameters.ts'

describe('parseParameterised', () => {
  test.each<[string, string, Record<string, string>]>([
    [' Text/Plain; Charset="iso-8859-1"', 'text/plain', { charset: 'iso-8859-1' }],
    ['text/plain', 'text/plain', {}],
    ['text / plain (comment; x=1); charset=us-ascii (Plain text)', 'text/plain', { charset: 'us-ascii' }],
    ['multipart/mixed;\r\n\tboundary="a b;c=\\"d\\""', 'multipart/mixed', { boundary: 'a b;c="d"' }],
    ['multipart/mixed; boundary=----=_Part_1', 'multipart/mixed', { boundary: '----=_Part_1' }],
    ['multipart/mixed; boundary="=?utf-8?q?a?="', 'multipart/mixed', { boundary: '=?utf-8?q?a?=' }],
    ['attachment; filename=la mia lettera.pdf', 'attachment', { filename: 'la mia lettera.pdf' }],
    ['attachment; filename="=?utf-8?q?per=C3=B2=2Epdf?="', 'attachment', { filename: 'però.pdf' }],
    ['attachment; filename="per\xc3\xb2.pdf"', 'attachment', { filename: 'però.pdf' }],
    ['attachment; filename="a\\\\b"', 'attachment', { filename: 'a\\b' }],
    ['attachment; filename="never closed', 'attachment', { filename: 'never closed' }],
    ["attachment; filename*=utf-8''per%C3%B2.pdf; filename=pero.pdf", 'attachment', { filename: 'però.pdf' }],
    ["attachment; filename*=iso-8859-1'it'per%F2", 'attachment', { filename: 'però' }],
    ['a/b; name*0*=utf-8\'\'per%C3; name*1*=%B2; name*2=".pdf"', 'a/b', { name: 'però.pdf' }],
    ['a/b; name*2=c; name*0=a; name*1=b', 'a/b', { name: 'abc' }],
    ['a/b; name*0=a; name*2=c', 'a/b', { name: 'a' }],
    ['a/b; name*1=a', 'a/b', {}],
    ["a/b; name*=none'x'a%41", 'a/b', { name: 'aA' }],
    ['a/b; name*=plain', 'a/b', { name: 'plain' }],
    ['a/b; x=1; X=2; ; y; =z; z=', 'a/b', { x: '1', z: '' }],
    ['a/b; __proto__=x; constructor=y', 'a/b', JSON.parse('{"__proto__":"x","constructor":"y"}')],
    ['', '', {}],
    [';;;', '', {}],
  ])('%j', (raw, value, parameters) => {
    const read = parseParameterised(raw)
    expect(read.value).toBe(value)
    expect(Object.entries(read.parameters)).toEqual(Object.entries(parameters))
  })

  test('header injection by a file name: no line end comes out', () => {
    const { parameters } = parseParameterised(
      'attachment; filename*=utf-8\'\'a%0D%0ABcc:%20x%00; name="=?utf-8?q?a=0Ab?="',
    )
    expect(parameters.filename).toBe('aBcc: x')
    expect(parameters.name).toBe('ab')
  })

  test('nothing is inherited', () => expect(parseParameterised('a/b').parameters.constructor).toBeUndefined())

  test('long hostile values stay linear', () => {
    for (const unit of ['(', ')', '"', ';', '=', 'a=b;', 'a*0=b;', '\\', "a*='", '; a="\\', ' '])
      expect(typeof parseParameterised(`a/b;${unit.repeat(100_000)}`).value).toBe('string')
  })
})

test.each([
  ['text/plain', true],
  ['application/vnd.ms-excel+x', true],
  ['text', false],
  ['text/', false],
  ['/plain', false],
  ['text/plain/x', false],
  ['te xt/plain', false],
])('%s is a media type: %s', (value, expected) => expect(isMediaType(value)).toBe(expected))
