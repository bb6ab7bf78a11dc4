// SASLprep: the examples of RFC 4013, and what keyboards and systems write differently.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { saslPrep } from '../../../../src/core/mail/sasl/saslprep.ts'

describe('SASLprep', () => {
  it.each([
    // RFC 4013 §3
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    // the same word from a Mac and from Windows
    ['perche\u0301', 'perch\u00e9'],
    ['a\u00a0b', 'a b'],
    ['a\u3000b', 'a b'],
    ['a\u200bb\u034fc\ufe0fd', 'abcd'],
    ['Sandbox 2026!', 'Sandbox 2026!'],
    ['', ''],
    ['\u{1f600}', '\u{1f600}'],
  ])('%j becomes %j', (text, prepared) => expect(saslPrep(text)).toBe(prepared))

  it.each(['\u0007', '\u0085', '\ue000', '\ufffe', '\ufffd', '\u202e', '\u0341', '\u{e0041}', '\ud800'])(
    'refuses %j',
    (text) => expect(saslPrep(`a${text}`)).toBe(text === '\u0341' ? 'á' : undefined),
  )

  it('what is prepared stays as it is', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = saslPrep(text)
        if (once !== undefined) expect(saslPrep(once)).toBe(once)
      }),
    ))
})
