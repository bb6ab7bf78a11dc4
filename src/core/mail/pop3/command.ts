// Every POP3 command that is known here, by its word. APOP is not: it wants passwords kept in clear.
import { auth } from './commands/auth.ts'
import { capa } from './commands/capa.ts'
import { dele } from './commands/dele.ts'
import { list } from './commands/list.ts'
import { noop } from './commands/noop.ts'
import { pass } from './commands/pass.ts'
import { quit } from './commands/quit.ts'
import { retr } from './commands/retr.ts'
import { rset } from './commands/rset.ts'
import { stat } from './commands/stat.ts'
import { stls } from './commands/stls.ts'
import { top } from './commands/top.ts'
import { uidl } from './commands/uidl.ts'
import { user } from './commands/user.ts'
import type { CommandGrammar } from './grammar.ts'

export const COMMANDS: ReadonlyMap<string, CommandGrammar> = new Map(
  [user, pass, auth, stls, capa, quit, stat, list, uidl, retr, top, dele, rset, noop].map((row) => [row.name, row]),
)

/** Splits a line into its word, in upper case, and its argument. */
export const splitLine = (line: string): { readonly word: string; readonly argument: string } => {
  const space = line.indexOf(' ')
  return space < 0
    ? { word: line.toUpperCase(), argument: '' }
    : { word: line.slice(0, space).toUpperCase(), argument: line.slice(space + 1) }
}
