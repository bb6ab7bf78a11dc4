// Paths, commands and replies: what the SMTP grammar takes and refuses.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commands } from '../../../../src/core/mail/smtp/command.ts'
import { parseExtensions } from '../../../../src/core/mail/smtp/ehlo.ts'
import { parseMailbox, parsePath, parseXtext } from '../../../../src/core/mail/smtp/path.ts'
import { createReplyReader, describeReply, printReply, reply } from '../../../../src/core/mail/smtp/reply.ts'

describe('parseMailbox', () => {
  it.each([
    ['mario.rossi@pec.alfa.example', 'mario.rossi@pec.alfa.example'],
    ['Mario@PEC.Alfa.Example', 'Mario@pec.alfa.example'],
    ["o'neil+tag=x/y@a.it", "o'neil+tag=x/y@a.it"],
    ['"a b@c"@d.it', '"a b@c"@d.it'],
    ['"a\\"b"@d.it', '"a\\"b"@d.it'],
    ['a@[192.0.2.1]', 'a@[192.0.2.1]'],
    ['a@[IPv6:2001:db8::1]', 'a@[IPv6:2001:db8::1]'],
  ])('takes %s', (text, address) => expect(parseMailbox(text)).toBe(address))

  it.each([
    ['no at', 'mario'],
    ['no local part', '@a.it'],
    ['no domain', 'a@'],
    ['two dots', 'a..b@c.it'],
    ['a dot at the end', 'a.@c.it'],
    ['two ats', 'a@b@c.it'],
    ['a blank', 'a b@c.it'],
    ['an open quote', '"a@c.it'],
    ['a control character in quotes', '"a\x01"@c.it'],
    ['an underscore in the domain', 'a@b_c.it'],
    ['a hyphen at the end of a label', 'a@b-.it'],
    ['an empty label', 'a@b..it'],
    ['a long label', `a@${'b'.repeat(64)}.it`],
    ['a long local part', `${'a'.repeat(65)}@b.it`],
    ['a long domain', `a@${'b.'.repeat(127)}itx`],
    ['accents', 'nicolò@b.it'],
    ['CR and LF', 'a@b.it\r\nDATA'],
    ['a bracket', 'a>@b.it'],
  ])('refuses %s', (_, text) => expect(parseMailbox(text)).toBeUndefined())
})

describe('parsePath', () => {
  it.each([
    ['<a@b.it>', 'a@b.it', ''],
    ['<>', null, ''],
    ['<a@b.it> SIZE=1', 'a@b.it', ' SIZE=1'],
    ['<@x.it,@y.it:a@b.it>', 'a@b.it', ''],
    ['<Postmaster>', 'Postmaster', ''],
    ['<"a>b"@c.it>', '"a>b"@c.it', ''],
  ])('reads %s', (text, address, rest) => expect(parsePath(text)).toEqual({ address, rest }))

  it.each(['a@b.it', '<a@b.it', '<@x.it:>', '<@x_y:a@b.it>', '<<a@b.it>>', '< a@b.it>', `<${'a'.repeat(300)}@b.it>`])(
    'refuses %s',
    (text) => expect(parsePath(text)).toBeUndefined(),
  )
})

describe('parseXtext', () => {
  it('decodes what stands for a character', () => expect(parseXtext('a+2Bb+3Dc@d.it')).toBe('a+b=c@d.it'))
  it.each(['a=b', 'a+2', 'a+zz', 'a b'])('refuses %s', (text) => expect(parseXtext(text)).toBeUndefined())
})

describe('commands', () => {
  const parse = (verb: string, argument: string, auth = true, extended = true) =>
    commands.get(verb)!.parse(argument, { auth: auth ? ['PLAIN', 'LOGIN'] : [], extended })

  it.each([
    ['EHLO', 'mx.alfa.example', { kind: 'ehlo', name: 'mx.alfa.example' }],
    ['EHLO', 'WIN_PC', { kind: 'ehlo', name: 'WIN_PC' }],
    ['HELO', '[192.0.2.1]', { kind: 'helo', name: '[192.0.2.1]' }],
    ['MAIL', 'FROM:<a@b.it>', { kind: 'mail', address: 'a@b.it', parameters: {} }],
    ['MAIL', 'from: <>', { kind: 'mail', address: null, parameters: {} }],
    [
      'MAIL',
      'FROM:<a@b.it> SIZE=123 body=8bitmime AUTH=<>',
      { kind: 'mail', address: 'a@b.it', parameters: { sizeBytes: 123, body: '8bitmime', submitter: null } },
    ],
    ['RCPT', 'TO:<a@b.it>', { kind: 'rcpt', address: 'a@b.it' }],
    ['DATA', '', { kind: 'data' }],
    ['BDAT', '0 LAST', { kind: 'bdat', sizeBytes: 0, last: true }],
    ['BDAT', '1000', { kind: 'bdat', sizeBytes: 1000, last: false }],
    ['AUTH', 'plain AGEAYg==', { kind: 'auth', mechanism: 'PLAIN', initial: 'AGEAYg==' }],
    ['AUTH', 'LOGIN', { kind: 'auth', mechanism: 'LOGIN', initial: undefined }],
  ])('%s takes %s', (verb, argument, command) => expect(parse(verb, argument)).toEqual(command))

  it.each([
    ['EHLO', '', 501],
    ['EHLO', 'a b', 501],
    ['EHLO', 'x(evil)', 501],
    ['MAIL', 'FROM:a@b.it', 501],
    ['MAIL', 'TO:<a@b.it>', 501],
    ['MAIL', 'FROM:<a@b.it>SIZE=1', 501],
    ['MAIL', 'FROM:<a@b.it> SIZE=x', 501],
    ['MAIL', 'FROM:<a@b.it> SIZE=1 SIZE=2', 501],
    ['MAIL', 'FROM:<a@b.it> BODY=BINARYMIME', 501],
    ['MAIL', 'FROM:<a@b.it> RET=FULL', 555],
    ['MAIL', 'FROM:<a@b.it> SMTPUTF8', 555],
    ['MAIL', 'FROM:<a@b.it> constructor=1', 555],
    ['MAIL', 'FROM:<nicol\xf2@b.it>', 553],
    ['MAIL', 'FROM:<a@b.it\0>', 553],
    ['RCPT', 'TO:<>', 501],
    ['RCPT', 'TO:<a@b.it> NOTIFY=NEVER', 555],
    ['RCPT', 'TO:<nicol\xf2@b.it>', 553],
    ['DATA', 'x', 501],
    ['BDAT', '', 501],
    ['BDAT', '-1', 501],
    ['BDAT', '1e3 LAST', 501],
    ['BDAT', '9999999999999999', 501],
    ['AUTH', 'CRAM-MD5', 504],
    ['AUTH', 'PLAIN a b', 501],
  ])('%s refuses %s', (verb, argument, code) => expect(parse(verb, argument)).toMatchObject({ code }))

  it('takes no parameters after HELO, and AUTH= only where AUTH is on offer', () => {
    expect(parse('MAIL', 'FROM:<a@b.it> SIZE=1', true, false)).toMatchObject({ code: 555 })
    expect(parse('MAIL', 'FROM:<a@b.it> AUTH=<>', false)).toMatchObject({ code: 555 })
  })

  it('never throws, whatever comes', () =>
    fc.assert(
      fc.property(fc.constantFrom(...commands.keys()), fc.uint8Array({ maxLength: 60 }), (verb, raw) => {
        const result = parse(verb, Buffer.from(raw).toString('latin1'))
        expect('kind' in result || result.code >= 500).toBe(true)
      }),
    ))
})

describe('replies', () => {
  it.each([
    [reply(250, '2.0.0', 'Done'), '250 2.0.0 Done\r\n'],
    [{ code: 250, text: 'a\nb\nc' }, '250-a\r\n250-b\r\n250 c\r\n'],
    [reply(550, '5.1.1', 'one\ntwo'), '550-5.1.1 one\r\n550 5.1.1 two\r\n'],
    [reply(550, '5.1.1', 'perché\r\x00'), '550 5.1.1 perch   \r\n'],
  ])('prints %j', (value, text) => expect(printReply(value)).toBe(text))

  it('cannot be made to say another reply, or a line above 512 bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), (raw) => {
        const text = Buffer.from(raw).toString('latin1')
        const printed = printReply(reply(550, '5.0.0', text))
        const lines = printed.slice(0, -2).split('\r\n')
        expect(printed.endsWith('\r\n')).toBe(true)
        expect(lines.every((line) => /^550[- ]5\.0\.0 [\x20-\x7e]*$/.test(line) && line.length <= 510)).toBe(true)
        expect(lines.findIndex((line) => line[3] === ' ')).toBe(lines.length - 1)
      }),
    ))

  it('are read back in any chunks', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 200, max: 599 }), fc.array(fc.constantFrom('', 'a', 'b c', '5.1.1'))), {
          maxLength: 5,
        }),
        fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 30 }),
        (values, cuts) => {
          const text = values.map(([code, lines]) => printReply({ code, text: lines.join('\n') })).join('')
          const reader = createReplyReader()
          const codes: number[] = []
          for (let at = 0, i = 0; at < text.length; i++) {
            const size = cuts[i % cuts.length]! + 1
            for (const one of reader.push(text.slice(at, at + size))!) codes.push(one.code)
            at += size
          }
          expect(codes).toEqual(values.map(([code]) => code))
          expect(reader.empty()).toBe(true)
        },
      ),
    ))

  it('give the enhanced code where it agrees with the code', () => {
    const [first, second] = createReplyReader().push('550-5.1.1 no\r\n550 5.1.1 body\r\n250 5.0.0 odd\r\n')!
    expect(first).toEqual({ code: 550, enhanced: '5.1.1', lines: ['no', 'body'] })
    expect(describeReply(first!)).toBe('550 5.1.1 no body')
    expect(second).toEqual({ code: 250, enhanced: undefined, lines: ['5.0.0 odd'] })
  })

  it.each(['HTTP/1.1 400 no\r\n', '250-a\r\n251 b\r\n', '999 x\r\n', 'x'.repeat(5000), '250-a\r\n'.repeat(600)])(
    'are refused where they are none: %#',
    (text) => expect(createReplyReader().push(text)).toBeUndefined(),
  )
})

it('EHLO is read: extensions in any case, the size limit, 0 as none told', () => {
  expect(parseExtensions(['mx', 'pipelining', 'SIZE 1000', '8BITMIME', 'STARTTLS'])).toEqual({
    pipelining: true,
    chunking: false,
    eightBit: true,
    startTls: true,
    size: true,
    maxMessageBytes: 1000,
  })
  expect(parseExtensions(['PIPELINING', 'SIZE 0'])).toMatchObject({ pipelining: false, maxMessageBytes: undefined })
})
