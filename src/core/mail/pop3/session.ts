// The POP3 session as a pure machine: (policy, state, line) → an answer, or an action that the server must do.
import { COMMANDS, splitLine } from './command.ts'
import { MECHANISMS } from './commands/auth.ts'
import { type Command, MAX_LINE } from './grammar.ts'
import type { Maildrop } from './maildrop.ts'
import { err, ok, type Response } from './response.ts'

/** What does not change during a session. */
export type SessionPolicy = {
  /** Whether STLS is on offer until TLS is there. */
  readonly offersTls: boolean
}

export type SessionState = {
  readonly tls: boolean
  /** The name that waits for its password. */
  readonly username?: string | undefined
  /** There once the session is in the TRANSACTION state. */
  readonly drop?: Maildrop | undefined
  /** Who has signed in reads only: nothing is deleted. */
  readonly readOnly?: boolean | undefined
}

/** What the server must do itself. Numbers are of messages that are there. */
export type Action =
  | { readonly kind: 'login'; readonly username: string; readonly password: string }
  | Extract<Command, { kind: 'auth' | 'stls' }>
  | Extract<Command, { kind: 'retr' | 'top' }>
  | { readonly kind: 'update' }

export type Step =
  | { readonly kind: 'answer'; readonly response: Response; readonly state: SessionState; readonly close?: boolean }
  /** Each line is printed with CRLF, after the response; then the final dot. None begins with a dot. */
  | { readonly kind: 'lines'; readonly response: Response; readonly lines: Iterable<string> }
  | { readonly kind: 'action'; readonly action: Action; readonly state: SessionState }

export const GREETING = ok('Ceralacca POP3 ready')

const answer = (state: SessionState, response: Response): Step => ({ kind: 'answer', response, state })

const NO_SUCH_MESSAGE = err('No such message')

/** RFC 2449 §6: what is on offer now. */
export const capabilities = (policy: SessionPolicy, state: SessionState): readonly string[] => [
  'TOP',
  'UIDL',
  'RESP-CODES',
  'AUTH-RESP-CODE', // RFC 3206
  'PIPELINING',
  'EXPIRE NEVER',
  // RFC 2595 §4: told while it can be done. No password before it: RFC 6109 §5.3
  ...(policy.offersTls && !state.tls ? ['STLS'] : []),
  ...(state.tls ? ['USER', `SASL ${MECHANISMS.join(' ')}`] : []), // RFC 5034 §6
  'IMPLEMENTATION Ceralacca',
]

/** What keeps a command from being heard in this session; undefined where nothing does. */
const gate = (policy: SessionPolicy, state: SessionState, word: string, line: string): Response | undefined => {
  const row = COMMANDS.get(word)
  if (!row) return err('Command not known')
  if (line.length + 2 > (row.maxLineBytes ?? MAX_LINE)) return LONG_LINE
  if (word === 'STLS' && (!policy.offersTls || state.tls)) return err('TLS is there already')
  if (!state.tls && !row.inClear) return err('Say STLS first: nothing in clear here')
  if (row.phases.includes(state.drop ? 'transaction' : 'authorization')) return undefined
  return state.drop ? err('You are logged in already') : err('Log in first')
}

/** Said to a line longer than its command may have. */
export const LONG_LINE = err('Line too long')

function* listing(drop: Maildrop, of: (number: number) => number | string): Generator<string> {
  for (const number of drop.numbers()) yield `${number} ${of(number)}`
}

const inTransaction = (state: SessionState, drop: Maildrop, command: Command): Step => {
  switch (command.kind) {
    case 'stat':
      return answer(state, ok(`${drop.count} ${drop.octets}`))
    case 'list':
    case 'uidl': {
      const of = (number: number): number | string =>
        command.kind === 'list' ? drop.size(number) : drop.uniqueId(number)
      const { message } = command
      if (message === undefined)
        return { kind: 'lines', response: ok(`${drop.count} messages`), lines: listing(drop, of) }
      return answer(state, drop.has(message) ? ok(`${message} ${of(message)}`) : NO_SUCH_MESSAGE)
    }
    case 'retr':
    case 'top':
      return drop.has(command.message) ? { kind: 'action', action: command, state } : answer(state, NO_SUCH_MESSAGE)
    case 'dele':
      if (!drop.has(command.message)) return answer(state, NO_SUCH_MESSAGE)
      if (state.readOnly) return answer(state, err('A collaborator who only reads deletes nothing', 'SYS/PERM'))
      drop.delete(command.message)
      return answer(state, ok('Marked as deleted'))
    case 'rset':
      drop.reset()
      return answer(state, ok(`${drop.count} messages`))
    case 'quit':
      return { kind: 'action', action: { kind: 'update' }, state }
    default:
      return answer(state, ok('Here'))
  }
}

const inAuthorization = (state: SessionState, command: Command): Step => {
  // A name is good for the very next command only: whoever says something else begins anew (RFC 1939 §7).
  const { username, ...nameless } = state
  switch (command.kind) {
    case 'user':
      return answer({ ...state, username: command.name }, ok('Now the password'))
    case 'pass':
      if (username === undefined) return answer(nameless, err('Say USER first'))
      return { kind: 'action', action: { kind: 'login', username, password: command.password }, state: nameless }
    case 'mechanisms':
      return { kind: 'lines', response: ok('Mechanisms'), lines: MECHANISMS }
    case 'quit':
      return { kind: 'answer', response: ok('Goodbye'), state: nameless, close: true }
    case 'auth':
    case 'stls':
      return { kind: 'action', action: command, state: nameless }
    default:
      return answer(nameless, err('Log in first'))
  }
}

/** Takes one command line, without its CRLF. */
export const step = (policy: SessionPolicy, state: SessionState, line: string): Step => {
  const { word, argument } = splitLine(line)
  const closed = gate(policy, state, word, line)
  if (closed) return answer(state, closed)
  const command = COMMANDS.get(word)!.read(argument)
  if ('ok' in command) return answer(state, command)
  if (command.kind === 'capa')
    return { kind: 'lines', response: ok('Capabilities'), lines: capabilities(policy, state) }
  return state.drop ? inTransaction(state, state.drop, command) : inAuthorization(state, command)
}
