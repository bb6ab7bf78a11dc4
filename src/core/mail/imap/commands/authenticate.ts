// AUTHENTICATE (RFC 9051 §6.2.2), with its initial response: `=` is an empty one (RFC 4959 §3).
import { all, type CommandGrammar, ifAhead, NOT_AUTHENTICATED, spaced } from '../grammar.ts'
import { atom, type Cursor, type Fail } from '../lexer.ts'

const BASE64 = /(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/y

const initial = (c: Cursor): string | Fail => {
  const text = c.text.slice(c.at)
  BASE64.lastIndex = 0
  if (text === '' || (text !== '=' && !BASE64.test(text))) return c.fail('a response in base64, or =')
  c.at = c.text.length
  return text === '=' ? '' : text
}

export const authenticate: CommandGrammar = {
  name: 'AUTHENTICATE',
  states: NOT_AUTHENTICATED,
  read: all([spaced(atom), ifAhead(' ', spaced(initial))], (mechanism, response) => ({
    kind: 'authenticate',
    mechanism: mechanism.toUpperCase(),
    initial: response,
  })),
}
