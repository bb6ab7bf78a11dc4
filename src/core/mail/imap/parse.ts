// Reads one whole IMAP command: tag, name, arguments, each by its grammar in ./commands.
import type { Command } from './command.ts'
import type { AppendSoFar } from './commands/append.ts'
import { appendSoFar } from './commands/append.ts'
import { commandNamed } from './commands/index.ts'
import type { CommandGrammar } from './grammar.ts'
import { atom, Cursor, end, FAIL, type ImapMode, space, tagOf } from './lexer.ts'

/** What could not be read: answer BAD with the sentence, tagged where the tag is known. */
export type BadCommand = {
  readonly kind: 'bad'
  readonly tag: string | undefined
  /** Name of the command, where one is known. */
  readonly name: string | undefined
  readonly text: string
}

export type ParsedCommand =
  | {
      readonly kind: 'command'
      readonly tag: string
      /** As it is called in answers: `FETCH`, `UID FETCH`. */
      readonly name: string
      readonly command: Command
      /** Tells the states in which it is allowed. */
      readonly grammar: CommandGrammar
    }
  | BadCommand
  /** SEARCH, SORT or THREAD in a charset that is not known: NO [BADCHARSET …] (RFC 9051 §7.1). */
  | { readonly kind: 'badCharset'; readonly tag: string; readonly name: string; readonly saves: boolean }

type Begun = { readonly tag: string; readonly name: string; readonly grammar: CommandGrammar; readonly uid: boolean }

const bad = (tag: string | undefined, name: string | undefined, text: string): BadCommand => ({
  kind: 'bad',
  tag,
  name,
  text,
})

/** Reads tag and name. */
const begin = (c: Cursor): Begun | BadCommand => {
  const tag = tagOf(c.text)
  if (tag === undefined) return bad(undefined, undefined, 'A command begins with a tag')
  c.at = tag.length
  const first = space(c) === FAIL ? FAIL : atom(c)
  if (first === FAIL) return bad(tag, undefined, 'Expected the name of a command after the tag')
  let name = first.toUpperCase()
  const uid = name === 'UID'
  if (uid) {
    const second = space(c) === FAIL ? FAIL : atom(c)
    if (second === FAIL) return bad(tag, 'UID', 'Expected the name of a command after UID')
    name = second.toUpperCase()
  }
  const grammar = commandNamed(name, uid)
  if (!grammar) return bad(tag, undefined, uid ? 'This command has no UID form, or is not known' : 'Unknown command')
  return { tag, name: uid ? `UID ${name}` : name, grammar, uid }
}

/** Reads a command as the reader has gathered it. */
export const parseCommand = (text: string, mode: ImapMode): ParsedCommand => {
  const c = new Cursor(text, mode)
  const begun = begin(c)
  if ('kind' in begun) return begun
  const { tag, name, grammar } = begun
  const command = grammar.read(c, begun.uid)
  if (c.badCharset) return { kind: 'badCharset', tag, name, saves: c.saves }
  if (command === FAIL || end(c) === FAIL) return bad(tag, name, `${name}: ${c.problem}`)
  return { kind: 'command', tag, name, command, grammar }
}

/** An APPEND at one of its message literals, whose bytes have not been taken. */
export type ParsedAppend = Omit<Extract<ParsedCommand, { readonly kind: 'command' }>, 'kind' | 'command'> &
  AppendSoFar & { readonly kind: 'append' }

/** Reads an APPEND up to the literal that the reader has announced, to be refused before its bytes come. */
export const parseAppendSoFar = (text: string, mode: ImapMode): ParsedAppend | BadCommand => {
  const c = new Cursor(text, mode)
  const begun = begin(c)
  if ('kind' in begun) return begun
  const { tag, name, grammar } = begun
  const found = appendSoFar(c)
  return found === FAIL ? bad(tag, name, `${name}: ${c.problem}`) : { kind: 'append', tag, name, grammar, ...found }
}
