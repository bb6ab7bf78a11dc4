// The SMTP commands as a table: for each its argument's grammar and where it is allowed (RFC 5321 §4.1).
import { MAX_SASL_LINE, type SaslMechanism } from '../sasl/exchange.ts'
import { isAddressLiteral, isDomain, parsePath, parseXtext } from './path.ts'
import { type Reply, reply } from './reply.ts'

/** Where a session stands: nothing said, greeted, MAIL taken, a recipient taken, BDAT begun. */
export type Phase = 'start' | 'ready' | 'mail' | 'rcpt' | 'chunks'

/** Parameters of MAIL that this server announces. */
export type MailParameters = {
  /** RFC 1870: what the client says the message's size is. */
  readonly sizeBytes?: number | undefined
  /** RFC 6152. */
  readonly body?: '7bit' | '8bitmime' | undefined
  /** RFC 4954 §5: who submitted it first, or null for `<>`. Told, not believed. */
  readonly submitter?: string | null | undefined
}

export type Command =
  | { readonly kind: 'ehlo' | 'helo'; readonly name: string }
  | { readonly kind: 'mail'; readonly address: string | null; readonly parameters: MailParameters }
  | { readonly kind: 'rcpt'; readonly address: string }
  | { readonly kind: 'data' | 'starttls' }
  | { readonly kind: 'rset' | 'noop' | 'vrfy' | 'help' | 'quit' }
  | { readonly kind: 'bdat'; readonly sizeBytes: number; readonly last: boolean }
  | { readonly kind: 'auth'; readonly mechanism: SaslMechanism; readonly initial?: string | undefined }

/** What a session has told that it can do; the grammar of MAIL depends on it. */
export type Announced = { readonly auth: readonly SaslMechanism[]; readonly extended: boolean }

type Row = {
  readonly phases: readonly Phase[]
  /** Said where the command comes in another phase. */
  readonly misplaced: Reply
  /** Allowed at the submission point in clear (RFC 3207 §4). */
  readonly inClear?: boolean
  /** Allowed at the submission point before AUTH (RFC 4954 §6). */
  readonly beforeLogin?: boolean
  /** Bytes that the line may have, CRLF included, where more than the usual. */
  readonly maxLineBytes?: number
  readonly parse: (argument: string, announced: Announced) => Command | Reply
}

/** RFC 5321 §4.5.3.1.4 asks for 512 at least; parameters add to it. */
export const MAX_COMMAND_LINE = 2048

const EVERYWHERE: readonly Phase[] = ['start', 'ready', 'mail', 'rcpt', 'chunks']
const bad = (text: string): Reply => reply(501, '5.5.4', text)
const sequence = (text: string): Reply => reply(503, '5.5.1', text)
const TRANSACTION_FIRST = sequence('Send MAIL first')

/** Hosts name themselves with underscores too; what is taken here is safe to print in a header. */
const HELO_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_.-])?$/
const hello =
  (kind: 'ehlo' | 'helo') =>
  (argument: string): Command | Reply => {
    const name = argument.trim()
    const taken = name.length <= 255 && (isDomain(name) || isAddressLiteral(name) || HELO_NAME.test(name))
    return taken ? { kind, name } : bad(`Say ${kind.toUpperCase()} with your host name`)
  }

const bare =
  (kind: 'data' | 'rset' | 'quit' | 'starttls') =>
  (argument: string): Command | Reply =>
    argument.trim() === '' ? ({ kind } as Command) : bad('This command takes no argument')

const ascii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** The path after `FROM:` or `TO:`; blanks after the colon are let pass, as old clients send them. */
const pathAfter = (keyword: string, argument: string) => {
  if (argument.slice(0, keyword.length).toUpperCase() !== keyword) return undefined
  const path = parsePath(argument.slice(keyword.length).trimStart())
  return path && (path.rest === '' || path.rest[0] === ' ') ? path : undefined
}

type ParameterRow = (value: string | undefined) => MailParameters | Reply
const mailParameters: Readonly<Record<string, ParameterRow>> = {
  // RFC 1870 §6
  SIZE: (value) =>
    value !== undefined && /^[0-9]{1,20}$/.test(value)
      ? { sizeBytes: Math.min(Number(value), Number.MAX_SAFE_INTEGER) }
      : bad('SIZE takes a number'),
  // RFC 6152 §2
  BODY: (value) => {
    const body = value?.toLowerCase()
    return body === '7bit' || body === '8bitmime' ? { body } : bad('BODY is 7BIT or 8BITMIME')
  },
  // RFC 4954 §5
  AUTH: (value) => {
    const submitter = value === undefined ? undefined : parseXtext(value)
    return submitter === undefined || !ascii(submitter)
      ? bad('AUTH takes an address as xtext')
      : { submitter: submitter === '<>' ? null : submitter }
  },
}

const parseMail = (argument: string, announced: Announced): Command | Reply => {
  if (!ascii(argument)) return reply(553, '5.6.7', 'Addresses are of ASCII characters here')
  const path = pathAfter('FROM:', argument)
  if (!path) return reply(501, '5.1.7', 'Say MAIL FROM:<address>')
  let parameters: MailParameters = {}
  const seen = new Set<string>()
  for (const word of path.rest.split(' ')) {
    if (word === '') continue
    const equals = word.indexOf('=')
    const keyword = (equals < 0 ? word : word.slice(0, equals)).toUpperCase()
    const row = Object.hasOwn(mailParameters, keyword) ? mailParameters[keyword] : undefined
    const known = row !== undefined && announced.extended && (keyword !== 'AUTH' || announced.auth.length > 0)
    if (!known) return reply(555, '5.5.4', 'This parameter of MAIL is not known here')
    if (seen.has(keyword)) return bad('A parameter is given twice')
    seen.add(keyword)
    const value = row(equals < 0 ? undefined : word.slice(equals + 1))
    if ('code' in value) return value
    parameters = { ...parameters, ...value }
  }
  return { kind: 'mail', address: path.address, parameters }
}

const parseRcpt = (argument: string): Command | Reply => {
  if (!ascii(argument)) return reply(553, '5.6.7', 'Addresses are of ASCII characters here')
  const path = pathAfter('TO:', argument)
  if (!path || path.address === null) return reply(501, '5.1.3', 'Say RCPT TO:<address>')
  if (path.rest.trim() !== '') return reply(555, '5.5.4', 'RCPT takes no parameters here')
  return { kind: 'rcpt', address: path.address }
}

// RFC 3030 §2
const parseBdat = (argument: string): Command | Reply => {
  const found = /^([0-9]{1,15})(?: +(LAST))?$/i.exec(argument.trim())
  return found
    ? { kind: 'bdat', sizeBytes: Number(found[1]), last: found[2] !== undefined }
    : bad('Say BDAT size [LAST]')
}

// RFC 4954 §4
const parseAuth = (argument: string, announced: Announced): Command | Reply => {
  const [mechanism = '', initial, ...more] = argument.trim().split(/ +/)
  if (more.length > 0) return bad('Say AUTH mechanism [initial-response]')
  const known = announced.auth.find((one) => one === mechanism.toUpperCase())
  if (!known) return reply(504, '5.5.4', `Mechanisms here are ${announced.auth.join(' ')}`)
  return { kind: 'auth', mechanism: known, initial }
}

const said = (kind: 'noop' | 'vrfy' | 'help') => (): Command => ({ kind })

/** Every command known, by its verb. */
export const commands: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    'EHLO',
    { phases: EVERYWHERE, misplaced: TRANSACTION_FIRST, inClear: true, beforeLogin: true, parse: hello('ehlo') },
  ],
  [
    'HELO',
    { phases: EVERYWHERE, misplaced: TRANSACTION_FIRST, inClear: true, beforeLogin: true, parse: hello('helo') },
  ],
  [
    'MAIL',
    { phases: ['ready'], misplaced: sequence('Say EHLO first, and end one mail before the next'), parse: parseMail },
  ],
  ['RCPT', { phases: ['mail', 'rcpt'], misplaced: TRANSACTION_FIRST, parse: parseRcpt }],
  ['DATA', { phases: ['rcpt'], misplaced: TRANSACTION_FIRST, parse: bare('data') }],
  ['BDAT', { phases: ['rcpt', 'chunks'], misplaced: TRANSACTION_FIRST, parse: parseBdat }],
  ['RSET', { phases: EVERYWHERE, misplaced: TRANSACTION_FIRST, inClear: true, beforeLogin: true, parse: bare('rset') }],
  ['NOOP', { phases: EVERYWHERE, misplaced: TRANSACTION_FIRST, inClear: true, beforeLogin: true, parse: said('noop') }],
  ['VRFY', { phases: EVERYWHERE, misplaced: TRANSACTION_FIRST, parse: said('vrfy') }],
  ['HELP', { phases: EVERYWHERE, misplaced: TRANSACTION_FIRST, inClear: true, beforeLogin: true, parse: said('help') }],
  ['QUIT', { phases: EVERYWHERE, misplaced: TRANSACTION_FIRST, inClear: true, beforeLogin: true, parse: bare('quit') }],
  [
    'STARTTLS',
    {
      phases: ['ready'],
      misplaced: sequence('Say EHLO first, and not inside a mail'),
      inClear: true,
      beforeLogin: true,
      parse: bare('starttls'),
    },
  ],
  [
    'AUTH',
    {
      phases: ['ready'],
      misplaced: sequence('Say EHLO first, and not inside a mail'),
      beforeLogin: true,
      maxLineBytes: MAX_SASL_LINE,
      parse: parseAuth,
    },
  ],
])

/** Splits a line into its verb, in upper case, and its argument. */
export const splitCommand = (line: string): { readonly verb: string; readonly argument: string } => {
  const space = line.indexOf(' ')
  return space < 0
    ? { verb: line.toUpperCase(), argument: '' }
    : { verb: line.slice(0, space).toUpperCase(), argument: line.slice(space + 1) }
}
