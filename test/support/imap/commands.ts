// Helps tables of IMAP commands: what the arguments of a line come to.
import type { Command } from '../../../src/core/mail/imap/command.ts'
import { type ImapMode, REV1 } from '../../../src/core/mail/imap/lexer.ts'
import { parseCommand } from '../../../src/core/mail/imap/parse.ts'
import type { NumberRange, NumberSet } from '../../../src/core/mail/query.ts'

/** The command of a line without its tag, or the word `bad` or `badCharset`. */
export const commandOf = (line: string, mode: ImapMode = REV1): Command | 'bad' | 'badCharset' => {
  const parsed = parseCommand(`a ${line}`, mode)
  return parsed.kind === 'command' ? parsed.command : parsed.kind
}

/** A set of numbers: `7`, `[1, '*']`. */
export const set = (
  ...ranges: readonly (number | '*' | readonly [NumberRange['from'], NumberRange['to']])[]
): NumberSet => ({
  kind: 'ranges',
  ranges: ranges.map((range) =>
    typeof range === 'object' ? { from: range[0], to: range[1] } : { from: range, to: range },
  ),
})

export const SAVED: NumberSet = { kind: 'saved' }
