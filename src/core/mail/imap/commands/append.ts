// APPEND (RFC 9051 §6.3.12), several messages (RFC 3502), BINARY (RFC 3516 §4.4), UTF8 (RFC 6855 §4).
import { NO_FLAGS } from '../../flags.ts'
import type { AppendMessage } from '../command.ts'
import { AUTHENTICATED, after, type CommandGrammar, isAhead, spaced } from '../grammar.ts'
import { type Cursor, FAIL, type Fail, literalHead, space } from '../lexer.ts'
import { dateTime, flagList, mailbox } from '../values.ts'

/** What is known where a message literal has been announced: the folder, the messages before it, and this one. */
export type AppendSoFar = {
  readonly folder: string
  readonly before: readonly AppendMessage[]
  readonly message: AppendMessage
}

/** A message up to its literal, of which only `{n}` is in the text: the server takes the bytes. */
const message = (c: Cursor): AppendMessage | Fail => {
  const flags = c.ahead === 0x28 ? spacedAfter(c, flagList(c)) : NO_FLAGS
  if (flags === FAIL) return FAIL
  const receivedAt = c.ahead === 0x22 ? spacedAfter(c, dateTime(c)) : undefined
  if (receivedAt === FAIL) return FAIL
  const utf8 = isAhead(c, 'UTF8')
  const start = c.at
  const head = utf8 ? after('UTF8 (', literalHead)(c) : literalHead(c)
  if (head === FAIL) return FAIL
  if (utf8 && !head.literal8) return c.fail('a literal8', start)
  return { flags, receivedAt, utf8, literal: c.streamed++ }
}

const spacedAfter = <T>(c: Cursor, value: T | Fail): T | Fail => (value === FAIL || space(c) === FAIL ? FAIL : value)

const read = (c: Cursor, stopAtEnd: boolean): AppendSoFar | Fail => {
  const folder = spaced(mailbox)(c)
  if (folder === FAIL) return FAIL
  const before: AppendMessage[] = []
  for (;;) {
    if (space(c) === FAIL) return FAIL
    const one = message(c)
    if (one === FAIL) return FAIL
    if (stopAtEnd && c.ended) return { folder, before, message: one }
    if (one.utf8 && !c.skip(0x29)) return c.fail('a closing parenthesis')
    if (c.ended) return { folder, before, message: one }
    before.push(one)
  }
}

export const appendSoFar = (c: Cursor): AppendSoFar | Fail => read(c, true)

export const append: CommandGrammar = {
  name: 'APPEND',
  states: AUTHENTICATED,
  read: (c) => {
    const found = read(c, false)
    return found === FAIL ? FAIL : { kind: 'append', folder: found.folder, messages: [...found.before, found.message] }
  },
}
