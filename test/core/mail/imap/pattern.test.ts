// Patterns of LIST: wildcards, INBOX in any case, what may be below; and that no pattern can make the work explode.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePatterns, parentsOf } from '../../../../src/core/mail/imap/pattern.ts'

const matches = (pattern: string, name: string) => compilePatterns('', [pattern]).matches(name)

/** The RFC's words as directly as they can be said. */
const naive = (pattern: string, name: string): boolean => {
  if (pattern === '') return name === ''
  const [head, ...tail] = pattern
  const rest = tail.join('')
  if (head !== '*' && head !== '%') return name[0] === head && naive(rest, name.slice(1))
  if (naive(rest, name)) return true
  return name !== '' && (head === '*' || name[0] !== '/') && naive(pattern, name.slice(1))
}

describe('patterns', () => {
  it.each([
    ['*', 'a/b/c', true],
    ['%', 'a', true],
    ['%', 'a/b', false],
    ['%/%', 'a/b', true],
    ['a/%', 'a/b', true],
    ['a/%', 'a', false],
    ['a*', 'a/b', true],
    ['a%', 'abc', true],
    ['*c', 'a/b/c', true],
    ['%c', 'a/b/c', false],
    ['a', 'A', false],
    ['', '', true],
    ['', 'a', false],
    ['%*', 'a/b', true],
    // RFC 9051 §5.1: INBOX is one name whatever its case, and so is the first level above its folders.
    ['inbox', 'INBOX', true],
    ['inb%', 'INBOX', true],
    ['*bOx', 'INBOX', true],
    ['inbox/*', 'INBOX/a', true],
    ['inbox/A', 'INBOX/a', false],
    ['inboxes', 'INBOXES', false],
  ])('%s and %s: %s', (pattern, name, is) => expect(matches(pattern, name)).toBe(is))

  it('stand behind their reference', () => {
    expect(compilePatterns('a/', ['%']).matches('a/b')).toBe(true)
    expect(compilePatterns('a/', ['%']).matches('b')).toBe(false)
    expect(compilePatterns('', ['a', 'b']).matches('b')).toBe(true)
  })

  it.each([
    ['*', 'a', true],
    ['%', 'a', false],
    ['%/%', 'a', true],
    ['%/%', 'a/b', false],
    ['a/b/c', 'a', true],
    ['a/b/c', 'b', false],
    ['a/b', 'a/b', false],
    ['a/', 'a', false],
    ['*c', 'a/b', true],
  ])('%s below %s: %s', (pattern, name, could) => {
    expect(compilePatterns('', [pattern]).couldMatchBelow(name)).toBe(could)
  })

  it('match as the RFC says, and tell what may be below', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '%'), maxLength: 7 })
    fc.assert(
      fc.property(pattern, name, name, (wanted, above, below) => {
        expect(matches(wanted, above)).toBe(naive(wanted, above))
        const whole = `${above}/${below}`
        if (below !== '' && naive(wanted, whole)) {
          expect(compilePatterns('', [wanted]).couldMatchBelow(above)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('of stars and near misses end soon', () => {
    expect(matches('*a%'.repeat(300), `${'a'.repeat(900)}/`)).toBe(false)
    expect(matches(`${'%a*'.repeat(200)}b`, 'a'.repeat(1000))).toBe(false)
  })
})

describe('parentsOf', () => {
  it.each([
    ['a', []],
    ['a/b/c', ['a/b', 'a']],
    ['/a', []],
  ])('%s', (name, parents) => expect(parentsOf(name)).toEqual(parents))
})
