// The SMTP session as a pure machine: (policy, state, line) → a reply, or an action that the server must do.
import type { SaslMechanism } from '../sasl/exchange.ts'
import { type Command, commands, MAX_COMMAND_LINE, type Phase, splitCommand } from './command.ts'
import { plainReply, type Reply, reply } from './reply.ts'

/** What does not change during a session. */
export type SessionPolicy = {
  readonly role: 'submission' | 'incoming'
  readonly hostname: string
  /** Whether STARTTLS is on offer until TLS is there. */
  readonly offersStartTls: boolean
  readonly maxMessageBytes: number
  readonly maxRecipients: number
  /** Mails taken on one connection. */
  readonly maxTransactions: number
  /** SASL mechanisms, at the submission point, once TLS is there. */
  readonly mechanisms: readonly SaslMechanism[]
}

export type SessionState = {
  readonly phase: Phase
  readonly tls: boolean
  readonly login: boolean
  /** Greeted by EHLO, so that parameters may be used. */
  readonly extended: boolean
  readonly recipients: number
  readonly transactions: number
}

/** What the server must do itself; `settle` then says where the session stands. */
export type SmtpAction = Extract<Command, { kind: 'mail' | 'rcpt' | 'data' | 'bdat' | 'auth' | 'starttls' }>

export type Step =
  | {
      readonly kind: 'reply'
      readonly reply: Reply
      readonly state: SessionState
      /** EHLO or HELO took this name. */
      readonly greeted?: string
      /** Whatever transaction there was is over. */
      readonly reset?: boolean
      /** Bytes of a refused BDAT that follow and must be passed over: they are not commands (RFC 3030 §2). */
      readonly skipBytes?: number
      readonly close?: boolean
    }
  | { readonly kind: 'action'; readonly action: SmtpAction }

/** The state of a fresh connection, or of one whose TLS has just begun (RFC 3207 §4.2). */
export const initialState = (tls: boolean, transactions = 0): SessionState => ({
  phase: 'start',
  tls,
  login: false,
  extended: false,
  recipients: 0,
  transactions,
})

/** The greeting (RFC 5321 §4.2). */
export const greeting = (policy: SessionPolicy): Reply => plainReply(220, `${policy.hostname} ESMTP Ceralacca`)

const offersAuth = (policy: SessionPolicy, state: SessionState): boolean => policy.role === 'submission' && state.tls

/** The extensions on offer now, one a line as EHLO tells them. */
export const extensions = (policy: SessionPolicy, state: SessionState): readonly string[] => [
  'PIPELINING', // RFC 2920
  `SIZE ${policy.maxMessageBytes}`, // RFC 1870
  '8BITMIME', // RFC 6152
  'ENHANCEDSTATUSCODES', // RFC 2034
  'CHUNKING', // RFC 3030
  ...(policy.offersStartTls && !state.tls ? ['STARTTLS'] : []), // RFC 6109 §5.3, RFC 3207
  ...(offersAuth(policy, state) && !state.login ? [`AUTH ${policy.mechanisms.join(' ')}`] : []), // RFC 4954
]

const ready = (state: SessionState): SessionState => ({
  ...state,
  phase: state.phase === 'start' ? 'start' : 'ready',
  recipients: 0,
})

const refuse = (state: SessionState, refusal: Reply): Step => ({ kind: 'reply', reply: refusal, state })

const UNKNOWN = reply(500, '5.5.1', 'Command not known')
const NOT_HERE = reply(502, '5.5.1', 'Command not offered here')
const TLS_FIRST = reply(530, '5.7.0', 'Say STARTTLS first')
const LOGIN_FIRST = reply(530, '5.7.0', 'Authentication is required')
const NO_RECIPIENTS = reply(554, '5.5.1', 'No valid recipients')
const TOO_BIG = reply(552, '5.3.4', 'Message is larger than is taken here')

/** What keeps a command from being heard at all in this session; undefined where nothing does. */
const gate = (policy: SessionPolicy, state: SessionState, verb: string): Reply | undefined => {
  const row = commands.get(verb)
  if (!row) return UNKNOWN
  if (verb === 'STARTTLS' && (!policy.offersStartTls || state.tls)) return NOT_HERE
  if (policy.role === 'submission') {
    // RFC 6109 §3.1, §5.2, §5.3, §2.2.1, RFC 4954 §4: nothing of a mail, and no password, in clear.
    if (!state.tls && !row.inClear) return TLS_FIRST
    if (!state.login && !row.beforeLogin) return LOGIN_FIRST
  } else if (verb === 'AUTH') return NOT_HERE
  if (verb === 'AUTH' && state.login) return reply(503, '5.5.1', 'Already authenticated')
  if (verb === 'AUTH' && state.phase === 'ready' && !state.extended) return reply(503, '5.5.1', 'Say EHLO first')
  if (row.phases.includes(state.phase)) return undefined
  return state.phase === 'mail' && (verb === 'DATA' || verb === 'BDAT') ? NO_RECIPIENTS : row.misplaced
}

/** Limits that are known at the command itself. */
const overLimit = (policy: SessionPolicy, state: SessionState, command: Command): Step | undefined => {
  if (command.kind === 'mail' && state.transactions >= policy.maxTransactions)
    return { ...refuse(state, reply(421, '4.7.0', 'Enough mail on this connection, come back')), close: true } as Step
  // RFC 1870 §6.1
  if (command.kind === 'mail' && (command.parameters.sizeBytes ?? 0) > policy.maxMessageBytes)
    return refuse(state, TOO_BIG)
  // RFC 5321 §4.5.3.1.10
  if (command.kind === 'rcpt' && state.recipients >= policy.maxRecipients)
    return refuse(state, reply(452, '4.5.3', 'Too many recipients'))
  return undefined
}

/** BDAT that is refused: its bytes follow all the same; where their number is not known, nothing more can be read. */
const refusedBdat = (state: SessionState, refusal: Reply, argument: string): Step => {
  const parsed = commands.get('BDAT')!.parse(argument, { auth: [], extended: true })
  return 'code' in parsed || parsed.kind !== 'bdat'
    ? { kind: 'reply', reply: parsed as Reply, state, close: true }
    : { kind: 'reply', reply: refusal, state, skipBytes: parsed.sizeBytes }
}

const greet = (policy: SessionPolicy, state: SessionState, kind: 'ehlo' | 'helo', name: string): Step => {
  const next: SessionState = { ...state, phase: 'ready', recipients: 0, extended: kind === 'ehlo' }
  const lines = kind === 'ehlo' ? [policy.hostname, ...extensions(policy, next)] : [policy.hostname]
  return { kind: 'reply', reply: plainReply(250, lines.join('\n')), state: next, greeted: name, reset: true }
}

const answer = (policy: SessionPolicy, state: SessionState, command: Command): Step => {
  switch (command.kind) {
    case 'ehlo':
    case 'helo':
      return greet(policy, state, command.kind, command.name)
    case 'rset':
      return { kind: 'reply', reply: reply(250, '2.0.0', 'Done'), state: ready(state), reset: true }
    case 'noop':
      return { kind: 'reply', reply: reply(250, '2.0.0', 'Done'), state }
    case 'vrfy': // RFC 5321 §7.3: addresses are not told
      return { kind: 'reply', reply: reply(252, '2.1.5', 'Send the mail and see'), state }
    case 'help':
      return { kind: 'reply', reply: reply(214, '2.0.0', [...commands.keys()].join(' ')), state }
    case 'quit':
      return { kind: 'reply', reply: reply(221, '2.0.0', `${policy.hostname} closes`), state, close: true }
    default:
      return { kind: 'action', action: command }
  }
}

/** Takes one command line, without its CRLF. */
export const step = (policy: SessionPolicy, state: SessionState, line: string): Step => {
  const { verb, argument } = splitCommand(line)
  const closed = gate(policy, state, verb)
  if (closed) return verb === 'BDAT' ? refusedBdat(state, closed, argument) : refuse(state, closed)
  const row = commands.get(verb)!
  if (line.length + 2 > (row.maxLineBytes ?? MAX_COMMAND_LINE)) return refuse(state, LONG_LINE)
  const announced = { auth: offersAuth(policy, state) ? policy.mechanisms : [], extended: state.extended }
  const command = row.parse(argument, announced)
  if ('code' in command) return verb === 'BDAT' ? refusedBdat(state, command, argument) : refuse(state, command)
  return overLimit(policy, state, command) ?? answer(policy, state, command)
}

/** Said to a line longer than its command may have. */
export const LONG_LINE = reply(500, '5.5.2', 'Line too long')

/** The state after an action was done with a positive reply (`done`) or not. */
export const settle = (state: SessionState, action: SmtpAction, done: boolean): SessionState => {
  switch (action.kind) {
    case 'mail':
      return done ? { ...state, phase: 'mail', recipients: 0, transactions: state.transactions + 1 } : state
    case 'rcpt':
      return done ? { ...state, phase: 'rcpt', recipients: state.recipients + 1 } : state
    case 'data':
      return ready(state)
    case 'bdat':
      // RFC 3030 §2: after a refused chunk nothing but RSET helps; MAIL is given up here, and the rest gets 503.
      return done && !action.last ? { ...state, phase: 'chunks' } : ready(state)
    case 'auth':
      return done ? { ...state, login: true } : state
    case 'starttls':
      return done ? initialState(true, state.transactions) : state
  }
}
