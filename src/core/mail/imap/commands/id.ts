// ID (RFC 2971 §3.1): what a client says of itself, or NIL.
import { ANY_STATE, type CommandGrammar, map, spaced } from '../grammar.ts'
import { type Cursor, decodeUtf8, FAIL, type Fail, nstring, space, string } from '../lexer.ts'

type Field = readonly [string, string | undefined]

// RFC 2971 §3.3
const MAX_FIELDS = 30
const MAX_NAME = 30
const MAX_VALUE = 1024

const field = (c: Cursor): Field | Fail => {
  const start = c.at
  const name = string(c)
  if (name === FAIL || space(c) === FAIL) return FAIL
  if (name.length > MAX_NAME) return c.fail('a field name of at most 30 bytes', start)
  const valueStart = c.at
  const value = nstring(c)
  if (value === FAIL) return FAIL
  if (value !== null && value.length > MAX_VALUE) return c.fail('a value of at most 1024 bytes', valueStart)
  return [name, value === null ? undefined : (decodeUtf8(value) ?? value)]
}

const fields = (c: Cursor): readonly Field[] | undefined | Fail => {
  if (c.ahead !== 0x28) return nil(c)
  c.at++
  const found: Field[] = []
  if (c.skip(0x29)) return found
  do {
    if (found.length === MAX_FIELDS) return c.fail('at most 30 fields')
    const one = field(c)
    if (one === FAIL) return FAIL
    found.push(one)
  } while (c.skip(0x20))
  return c.skip(0x29) ? found : c.fail('a space or a closing parenthesis')
}

const nil = (c: Cursor): undefined | Fail => {
  const found = c.ahead === 0x22 || c.ahead === 0x7b ? FAIL : nstring(c)
  return found === null ? undefined : c.fail('a list of fields or NIL')
}

export const id: CommandGrammar = {
  name: 'ID',
  states: ANY_STATE,
  read: map(spaced(fields), (found) => ({ kind: 'id', fields: found })),
}
