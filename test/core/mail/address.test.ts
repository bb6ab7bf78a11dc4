// Addresses: lists as header fields hold them, addr-specs as SMTP carries them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromUtf8, toLatin1 } from '../../../src/core/lib/bytes.ts'
import { addressKey, domainOf, parseAddressList, parseAddrSpec, sameAddress } from '../../../src/core/mail/address.ts'

const specs = (text: string): string[] => parseAddressList(text).addresses.map((address) => address.spec)

describe('parseAddressList (RFC 5322 §3.4)', () => {
  test.each<[string, [string, string][]]>([
    ['mario.rossi@PEC.Example', [['', 'mario.rossi@pec.example']]],
    ['<mario@pec.example>', [['', 'mario@pec.example']]],
    ['Mario Rossi <m@x.example>', [['Mario Rossi', 'm@x.example']]],
    [
      '"Rossi, Mario" <m@x.example>, b@y.example',
      [
        ['Rossi, Mario', 'm@x.example'],
        ['', 'b@y.example'],
      ],
    ],
    ['"Detto \\"il Rosso\\"" <m@x.example>', [['Detto "il Rosso"', 'm@x.example']]],
    ['M. Rossi <m@x.example>', [['M. Rossi', 'm@x.example']]],
    ['Mario (studio (legale)) Rossi <m@x.example>', [['Mario Rossi', 'm@x.example']]],
    ['m@x.example (Mario Rossi)', [['Mario Rossi', 'm@x.example']]],
    ['m(a)@(b)x(c).example', [['c', 'm@x.example']]],
    ['<@relay.example,@other.example:m@x.example>', [['', 'm@x.example']]],
    ['mario . rossi @ x . example', [['', 'mario.rossi@x.example']]],
    ['"mario"@x.example', [['', 'mario@x.example']]],
    ['"mario rossi"@x.example', [['', '"mario rossi"@x.example']]],
    ['"a\\"b"@x.example', [['', '"a\\"b"@x.example']]],
    ['m@[192.0.2.1]', [['', 'm@[192.0.2.1]']]],
    ['m@xn--citt-7qa.example', [['', 'm@xn--citt-7qa.example']]],
    [
      'Ordine: a@x.example, "B" <b@x.example>;',
      [
        ['', 'a@x.example'],
        ['B', 'b@x.example'],
      ],
    ],
    [
      'Ordine: a@x.example;, c@x.example',
      [
        ['', 'a@x.example'],
        ['', 'c@x.example'],
      ],
    ],
    ['undisclosed-recipients:;', []],
    [
      'a@x.example,, ,b@x.example,',
      [
        ['', 'a@x.example'],
        ['', 'b@x.example'],
      ],
    ],
    ['=?utf-8?q?Nicol=C3=B2?= <n@x.example>', [['Nicolò', 'n@x.example']]],
    ['=?utf-8?q?Nicol=C3?= =?utf-8?q?=B2?= Rossi <n@x.example>', [['Nicolò Rossi', 'n@x.example']]],
    ['"=?utf-8?b?Tmljb2zDsg==?=" <n@x.example>', [['Nicolò', 'n@x.example']]],
    ['=?utf-8?q?Rossi,_Mario?= <m@x.example>', [['Rossi, Mario', 'm@x.example']]],
    ['"Per conto di: m@x.example" <p@y.example>', [['Per conto di: m@x.example', 'p@y.example']]],
    ['m@x.example <p@y.example>', [['m@x.example', 'p@y.example']]],
    [
      'a@x.example,\r\n\tb@x.example',
      [
        ['', 'a@x.example'],
        ['', 'b@x.example'],
      ],
    ],
    ['', []],
  ])('%s', (text, expected) => {
    const { addresses, problems } = parseAddressList(text)
    expect(addresses.map(({ displayName, spec }) => [displayName, spec])).toEqual(expected)
    expect(problems).toEqual([])
  })

  test.each([
    'mario',
    'mario@',
    '@x.example',
    'mario rossi@x.example',
    'mario..rossi@x.example',
    '.mario@x.example',
    'm@x..example',
    'm@-x.example',
    'm@x_y.example',
    'm@x y.example',
    '<>',
    'Mario <m@x.example> Rossi',
    'm@[x.example]',
    'm]@x.example',
    'm\0@x.example',
    `${'m'.repeat(65)}@x.example`,
    `m@${'x'.repeat(64)}.example`,
    `m@${'x.'.repeat(128)}example`,
  ])('is no address, and says so: %s', (text) => {
    const { addresses, problems } = parseAddressList(text)
    expect(addresses).toEqual([])
    expect(problems.length).toBeGreaterThan(0)
  })

  test('a bad address does not hide the good ones', () => {
    expect(specs('rotto, a@x.example, b@@x.example, "c" <c@x.example>')).toEqual(['a@x.example', 'c@x.example'])
  })

  test.each([
    '"aperta <m@x.example>',
    'Mario (aperto <m@x.example>',
    '<m@x.example',
    'Gruppo: m@x.example',
    'm@x.example;',
    ': m@x.example',
  ])('tells what is not closed or not opened: %s', (text) =>
    expect(parseAddressList(text).problems.length).toBeGreaterThan(0),
  )

  test('addresses beyond ASCII are read and flagged, raw bytes or text', () => {
    for (const text of ['nicolò@città.example', toLatin1(fromUtf8('nicolò@città.example'))]) {
      const { addresses, problems } = parseAddressList(text)
      expect(addresses).toEqual([
        { displayName: '', spec: 'nicolò@città.example', local: 'nicolò', domain: 'città.example' },
      ])
      expect(problems).toEqual(['address beyond ASCII: nicolò@città.example'])
    }
  })

  test('header injection by a display name: no line end comes out', () => {
    const { addresses } = parseAddressList('=?utf-8?q?a=0D=0ABcc:_evil@x.example?= <m@x.example>')
    expect(addresses[0]!.displayName).toBe('aBcc: evil@x.example')
  })

  test('the address hidden in a quoted name, comment or encoded word is not an address', () => {
    expect(specs('"<evil@x.example>," <m@x.example>')).toEqual(['m@x.example'])
    expect(specs('(<evil@x.example>,) m@x.example')).toEqual(['m@x.example'])
    expect(specs('=?utf-8?q?=3Cevil=40x.example=3E=2C?= <m@x.example>')).toEqual(['m@x.example'])
  })

  test('limits on text and on addresses become problems', () => {
    const many = Array.from({ length: 30 }, (_, i) => `a${i}@x.example`).join(',')
    const few = parseAddressList(many, { characters: 10_000, addresses: 20 })
    expect(few.addresses.length).toBe(20)
    expect(few.problems).toEqual(['more than 20 addresses'])
    expect(parseAddressList(many, { characters: 50, addresses: 20 }).problems[0]).toBe('longer than 50 characters')
  })

  test.each(['(', '"', '<', '=?', '=?utf-8?q?', ':', ';', ',', '@', 'a.', '\\', '(\\', '<@a:', 'a ', '[', '()'])(
    'long runs stay linear: %s',
    (unit) => {
      const { problems } = parseAddressList(unit.repeat(200_000 / unit.length))
      expect(problems.length).toBeLessThanOrEqual(50)
    },
  )

  test('any text is read or refused, and every address found is canonical', () => {
    const unit = fc.constantFrom(...'<>()[]",;:@.\\= \t\r\n\0aèZ?_-', 'm@x.example', '=?utf-8?q?a?=', '😀', '\ud800')
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
        for (const { spec, local, domain, displayName } of parseAddressList(units.join('')).addresses) {
          expect(spec).toBe(`${local}@${domain}`)
          expect(`${displayName}${spec}`).not.toMatch(/[\r\n\0]/)
          expect(specs(spec)).toEqual([spec])
        }
      }),
    )
  })
})

describe('parseAddrSpec (RFC 5321 §4.1.2)', () => {
  test.each([
    ['mario.rossi@pec.alfa.example', 'mario.rossi@pec.alfa.example'],
    ['Mario@PEC.Example', 'Mario@pec.example'],
    ["o'neill+x=y/z@x.example", "o'neill+x=y/z@x.example"],
    ['"a b"@x.example', '"a b"@x.example'],
    ['"a@b"@x.example', '"a@b"@x.example'],
    ['"a\\\\b\\"c"@x.example', '"a\\\\b\\"c"@x.example'],
    ['"mario"@x.example', 'mario@x.example'],
    ['m@localhost', 'm@localhost'],
    ['m@[192.0.2.1]', 'm@[192.0.2.1]'],
    ['m@[IPv6:2001:db8::1]', 'm@[ipv6:2001:db8::1]'],
    [`${'m'.repeat(64)}@x.example`, `${'m'.repeat(64)}@x.example`],
  ])('%s', (text, spec) => expect(parseAddrSpec(text)?.spec).toBe(spec))

  test.each([
    '',
    '@',
    'm',
    '@x.example',
    'm@',
    ' m@x.example',
    'm@x.example ',
    '<m@x.example>',
    'a b@x.example',
    'a..b@x.example',
    'a.@x.example',
    'm@x.example.',
    'm@.x.example',
    'm@x-.example',
    'm@x_y.example',
    'm@x.example\r\nRCPT TO:<e@x.example>',
    'm\0@x.example',
    '"a"b"@x.example',
    '"a\\"@x.example',
    '"@x.example',
    'nicolò@x.example',
    'm@città.example',
    '(a)m@x.example',
    'm@[a]',
    `${'m'.repeat(65)}@x.example`,
    `m@${'x'.repeat(64)}.example`,
    `${'m'.repeat(64)}@${'abcdefg.'.repeat(24)}example`,
  ])('is none: %s', (text) => expect(parseAddrSpec(text)).toBeUndefined())
})

describe('comparison', () => {
  test.each([
    ['Mario@X.example', 'mario@x.EXAMPLE', true],
    ['"mario"@x.example', 'MARIO@x.example', true],
    ['"mario rossi"@x.example', '"Mario Rossi"@x.example', true],
    ['mario@x.example', 'mari0@x.example', false],
    ['mario@x.example', 'mario@y.example', false],
    // A Kelvin sign is no k.
    ['mi\u212Ae@x.example', 'mike@x.example', false],
  ])('%s and %s: %s', (a, b, same) => expect(sameAddress(a, b)).toBe(same))

  test('domainOf and addressKey', () => {
    expect(domainOf('"a@b"@X.Example')).toBe('x.example')
    expect(domainOf('mario')).toBe('')
    expect(addressKey('"Mario"@X.Example')).toBe('mario@x.example')
    expect(addressKey('')).toBe('')
  })
})
