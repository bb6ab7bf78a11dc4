// Base subjects: RFC 5256 §2.1 by a table.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseSubject } from '../../../src/core/mail/subject.ts'

test.each<readonly [string, string, boolean]>([
  ['ciao', 'CIAO', false],
  ['  ciao \t mondo ', 'CIAO MONDO', false],
  // Step 2: trailers.
  ['ciao (fwd)', 'CIAO', true],
  ['ciao (FWD) (fwd) ', 'CIAO', true],
  // Step 3: leaders.
  ['Re: ciao', 'CIAO', true],
  ['RE : ciao', 'CIAO', true],
  ['Fw: ciao', 'CIAO', true],
  ['Fwd: Re: ciao', 'CIAO', true],
  ['Re[2]: ciao', 'CIAO', true],
  ['Re [x] : ciao', 'CIAO', true],
  ['[lista] Re: ciao', 'CIAO', true],
  ['[a] [b] Re: [c] ciao', 'CIAO', true],
  // Step 4: blobs, where something remains.
  ['[lista] ciao', 'CIAO', false],
  ['[lista]', '[LISTA]', false],
  ['[a][b]', '[B]', false],
  ['Re: [lista]', '[LISTA]', true],
  ['[a [b] ciao', '[A [B] CIAO', false],
  // Step 6: forwards in brackets.
  ['[Fwd: ciao]', 'CIAO', true],
  ['[fwd: [x] Re: ciao (fwd)] ', 'CIAO', true],
  ['Re: [fwd: ciao]', 'CIAO', true],
  ['[fwd: ciao', '[FWD: CIAO', false],
  // What only looks like it.
  ['Reply: ciao', 'REPLY: CIAO', false],
  ['Ri: ciao', 'RI: CIAO', false],
  ['Re ciao', 'RE CIAO', false],
  ['POSTA CERTIFICATA: Re: ciao', 'POSTA CERTIFICATA: RE: CIAO', false],
  ['', '', false],
  ['Re:', '', true],
  ['Re: (fwd)', '', true],
  ['perché', 'PERCHE\u0301', false],
])('%j', (subject, base, isReply) => expect(baseSubject(subject)).toEqual({ base, isReply }))

test('a base subject is its own', () => {
  const word = fc.constantFrom('re:', 'fwd', '[fwd:', ']', '[', ' ', 'x', '(fwd)', ':', '[a]', 'è')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const { base } = baseSubject(words.join(''))
      expect(baseSubject(base)).toEqual({ base, isReply: false })
    }),
  )
})

test('SUBJECT bombs: marks without end', () => {
  for (const mark of ['re:', '[a]', '[fwd:', '(fwd)', ' ', '[', 're[', '[a] re'])
    expect(baseSubject(mark.repeat(100_000)).base.length).toBeLessThanOrEqual(1_000)
})
