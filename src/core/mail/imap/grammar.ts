// Combinators of which the grammars of ./commands are made.
import type { Command, ImapState } from './command.ts'
import { atom, type Cursor, FAIL, type Fail, MAX_DEPTH, type Parser, space } from './lexer.ts'

/** A command: its name, where it is allowed, whether it has a UID form, and the grammar of its arguments. */
export type CommandGrammar = {
  readonly name: string
  readonly states: readonly ImapState[]
  /** `also`: with and without UID; `only`: this file is of the UID form (UID EXPUNGE). */
  readonly uid?: 'also' | 'only'
  /** Reads all that follows the name, the space before the first argument included. */
  readonly read: (c: Cursor, uid: boolean) => Command | Fail
}

export const ANY_STATE: readonly ImapState[] = ['notAuthenticated', 'authenticated', 'selected']
export const NOT_AUTHENTICATED: readonly ImapState[] = ['notAuthenticated']
export const AUTHENTICATED: readonly ImapState[] = ['authenticated', 'selected']
export const SELECTED: readonly ImapState[] = ['selected']

/** A command without arguments. */
export const bare =
  <T extends Command>(command: T) =>
  (): T =>
    command

/** One space, then the thing. */
export const spaced =
  <T>(parser: Parser<T>): Parser<T> =>
  (c) =>
    space(c) === FAIL ? FAIL : parser(c)

/** The values of all parsers, one after the other, given to a function. */
export const all =
  <T extends readonly unknown[], R>(
    parsers: { readonly [K in keyof T]: Parser<T[K]> },
    make: (...values: T) => R | Fail,
  ): Parser<R> =>
  (c) => {
    const values: unknown[] = []
    for (const parser of parsers as readonly Parser<unknown>[]) {
      const value = parser(c)
      if (value === FAIL) return FAIL
      values.push(value)
    }
    return make(...(values as unknown as T))
  }

export const map =
  <T, R>(parser: Parser<T>, make: (value: T) => R): Parser<R> =>
  (c) => {
    const value = parser(c)
    return value === FAIL ? FAIL : make(value)
  }

/** The thing if what is ahead begins with the text (upper case; compared without regard to case), else undefined. */
export const ifAhead =
  <T>(text: string, parser: Parser<T>): Parser<T | undefined> =>
  (c) =>
    isAhead(c, text) ? parser(c) : undefined

export const isAhead = (c: Cursor, text: string): boolean =>
  c.text.length - c.at >= text.length && c.text.slice(c.at, c.at + text.length).toUpperCase() === text

/** One of the words, which are looked up in upper case. */
export const oneOf =
  <T>(words: ReadonlyMap<string, T>, expected: string): Parser<T> =>
  (c) => {
    const start = c.at
    const word = atom(c)
    const found = word === FAIL ? undefined : words.get(word.toUpperCase())
    if (found !== undefined) return found
    c.at = start
    return c.fail(expected)
  }

/** What stands in parentheses, deeper by one. */
export const nested =
  <T>(parser: Parser<T>): Parser<T> =>
  (c) => {
    if (++c.depth > MAX_DEPTH) return c.fail('less nesting')
    const value = parser(c)
    c.depth--
    return value
  }

/** The text (upper case), then the thing. */
export const after =
  <T>(text: string, parser: Parser<T>): Parser<T> =>
  (c) => {
    if (!isAhead(c, text)) return c.fail(text)
    c.at += text.length
    return parser(c)
  }

/** The thing in parentheses. */
export const parenthesised = <T>(parser: Parser<T>): Parser<T> =>
  nested((c) => {
    if (!c.skip(0x28)) return c.fail('an opening parenthesis')
    const value = parser(c)
    if (value === FAIL) return FAIL
    return c.skip(0x29) ? value : c.fail('a closing parenthesis')
  })

/** `(a b c)`: things apart by one space, in parentheses; `empty` allows `()`. */
export const list = <T>(parser: Parser<T>, empty: 'empty' | 'one' = 'one'): Parser<readonly T[]> =>
  nested((c) => {
    if (!c.skip(0x28)) return c.fail('an opening parenthesis')
    const values: T[] = []
    if (empty === 'empty' && c.skip(0x29)) return values
    do {
      const value = parser(c)
      if (value === FAIL) return FAIL
      values.push(value)
    } while (c.skip(0x20))
    return c.skip(0x29) ? values : c.fail('a space or a closing parenthesis')
  })

/** Things apart by one space, to the end of the command. */
export const many =
  <T>(parser: Parser<T>): Parser<readonly T[]> =>
  (c) => {
    const values: T[] = []
    do {
      const value = parser(c)
      if (value === FAIL) return FAIL
      values.push(value)
    } while (c.skip(0x20))
    return values
  }
