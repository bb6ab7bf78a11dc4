// The original as it travels: its Message-ID replaced, nothing else touched.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromLatin1, toLatin1 } from '../../../src/core/lib/bytes.ts'
import { parseMime } from '../../../src/core/mail/mime.ts'
import { clientMsgidOf, postacert } from '../../../src/core/pec/postacert.ts'

const ID = 'cer1.1@pec.alfa.example'
const travel = (source: string): { text: string; clientMsgid: string | undefined; ranges: number } => {
  const bytes = fromLatin1(source)
  const { root, head } = parseMime(bytes)
  const { rope, clientMsgid } = postacert(
    { head, fields: root.fields, content: 'c', bodyStart: root.bodyStart, sizeBytes: bytes.length },
    ID,
  )
  const text = rope
    .map((piece) =>
      toLatin1(piece.kind === 'bytes' ? piece.bytes : bytes.subarray(piece.offset, piece.offset + piece.length)),
    )
    .join('')
  return { text, clientMsgid, ranges: rope.filter((piece) => piece.kind === 'range').length }
}

// RFC 6109 §2.2.1, §3.1.5
describe('postacert', () => {
  it('replaces the client msgid where it stands and quotes it', () => {
    const { text, clientMsgid } = travel('A: 1\r\nMessage-Id:\r\n <x@y>\r\nB: 2\r\n\r\nbody\r\n')
    expect(text).toBe(`A: 1\r\nMessage-ID: <${ID}>\r\nX-Riferimento-Message-ID: <x@y>\r\nB: 2\r\n\r\nbody\r\n`)
    expect(clientMsgid).toBe('<x@y>')
  })
  it('adds the PEC msgid at the end of the head where there was none', () => {
    const { text, clientMsgid } = travel('A: 1\r\n\r\nbody')
    expect(text).toBe(`A: 1\r\nMessage-ID: <${ID}>\r\n\r\nbody`)
    expect(clientMsgid).toBeUndefined()
  })
  it('lets a forged reference go, and all but one Message-ID', () => {
    const { text } = travel(
      'X-Riferimento-Message-ID: <forged@x>\r\nMessage-ID: <a@b>\r\nMessage-ID: <c@d>\r\nA: 1\r\n\r\nMessage-ID: <in@body>\r\n',
    )
    expect(text).toBe(`Message-ID: <${ID}>\r\nX-Riferimento-Message-ID: <a@b>\r\nA: 1\r\n\r\nMessage-ID: <in@body>\r\n`)
  })
  it('names the body, and does not copy it', () => {
    expect(travel(`A: 1\r\n\r\n${'x'.repeat(10_000)}`).ranges).toBe(1)
    expect(travel('A: 1\r\n\r\n').ranges).toBe(0)
  })
  it('copes with a head without an end', () => {
    expect(travel('A: 1').text).toBe(`A: 1\r\nMessage-ID: <${ID}>\r\n`)
    expect(travel('').text).toBe(`Message-ID: <${ID}>\r\n`)
  })
  it('changes no other byte', () => {
    const field = fc.tuple(fc.constantFrom('To', 'Subject', 'X-Y', 'Message-ID'), fc.stringMatching(/^ [ -~]{0,30}$/))
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), fc.string(), (fields, body) => {
        const line = ([name, value]: readonly [string, string]): string => `${name}:${value}\r\n`
        const kept = fields.filter(([name]) => name !== 'Message-ID').map(line)
        const latin = toLatin1(fromLatin1(body))
        const { text } = travel(`${fields.map(line).join('')}\r\n${latin}`)
        const ours = /Message-ID: <cer1\.1@pec\.alfa\.example>\r\n(X-Riferimento-Message-ID: .*\r\n)?/.exec(text)![0]
        expect(text.replace(ours, '')).toBe(`${kept.join('')}\r\n${latin}`)
      }),
    )
  })
})

describe('client msgid', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['<a@b>', '<a@b>'],
    ['a@b', '<a@b>'],
    ['<a@b', '<a@b>'],
    ['', undefined],
    ['<a b@c>', undefined],
    ['<\xe8@b>', undefined],
    [`<${'x'.repeat(600)}@b>`, undefined],
  ]
  it.each(cases)('%s', (value, expected) => {
    const { root } = parseMime(fromLatin1(`Message-ID: ${value}\r\n\r\n`))
    expect(clientMsgidOf(root.fields)).toBe(expected)
  })
})
