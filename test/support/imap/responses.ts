// Reads one response of an IMAP server back into its value: written apart from the printers, to judge them.

import { fromLatin1, toUtf8Strict } from '../../../src/core/lib/bytes.ts'
import type { Flags } from '../../../src/core/mail/flags.ts'
import { SYSTEM_FLAGS } from '../../../src/core/mail/flags.ts'
import type { StatusItem } from '../../../src/core/mail/imap/command.ts'
import type { FetchValue } from '../../../src/core/mail/imap/fetchresponse.ts'
import type { Response, StatusValue } from '../../../src/core/mail/imap/response.ts'
import type { PlainCode, ResponseCode, Status } from '../../../src/core/mail/imap/status.ts'
import { decodeUtf7 } from '../../../src/core/mail/imap/utf7.ts'
import type { Thread } from '../../../src/core/mail/thread.ts'

/** An atom, a string (bytes as code units), or a list of such. */
type Token = { readonly atom: string } | { readonly text: string } | { readonly list: readonly Token[] }

class Scanner {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  take(pattern: RegExp): string {
    const found = new RegExp(pattern.source, 'y')
    found.lastIndex = this.at
    const match = found.exec(this.text)
    if (!match) throw new Error(`${pattern} is not at ${this.at} of ${JSON.stringify(this.text)}`)
    this.at += match[0].length
    return match[1] ?? match[0]
  }

  token(): Token {
    const ahead = this.text[this.at]
    if (ahead === '"') return { text: this.take(/"((?:[^"\\\r\n]|\\["\\])*)"/).replace(/\\(.)/g, '$1') }
    if (ahead === '{' || ahead === '~') {
      const size = Number(this.take(/~?\{(\d+)\}\r\n/))
      const text = this.text.slice(this.at, this.at + size)
      if (text.length !== size) throw new Error('a literal is cut')
      this.at += size
      return { text }
    }
    if (ahead !== '(') return { atom: this.take(/[^ ()"{\r\n]+/) }
    const list: Token[] = []
    this.at++
    while (this.text[this.at] !== ')') {
      // RFC 9051 §7.5.2 has addresses side by side, without a space.
      if (list.length > 0 && this.text[this.at] !== '(') this.take(/ /)
      list.push(this.token())
    }
    this.at++
    return { list }
  }

  tokens(): readonly Token[] {
    const found: Token[] = []
    while (this.text[this.at] === ' ') {
      this.at++
      found.push(this.token())
    }
    this.take(/\r\n$/)
    return found
  }
}

const atomOf = (token: Token | undefined): string => {
  if (token === undefined || !('atom' in token)) throw new Error(`no atom: ${JSON.stringify(token)}`)
  return token.atom
}
const listOf = (token: Token | undefined): readonly Token[] => {
  if (token === undefined || !('list' in token)) throw new Error(`no list: ${JSON.stringify(token)}`)
  return token.list
}
const bytesOf = (token: Token | undefined): string => {
  if (token === undefined || !('text' in token)) throw new Error(`no string: ${JSON.stringify(token)}`)
  return token.text
}
const numberOf = (token: Token | undefined): number => {
  const atom = atomOf(token)
  if (!/^\d+$/.test(atom)) throw new Error(`no number: ${atom}`)
  return Number(atom)
}
const textOf = (token: Token | undefined): string => {
  const text = toUtf8Strict(fromLatin1(bytesOf(token)))
  if (text === undefined) throw new Error('no UTF-8')
  return text
}
const isNil = (token: Token | undefined): boolean => token !== undefined && 'atom' in token && token.atom === 'NIL'
const nameOf = (token: Token | undefined, utf8: boolean): string => {
  if (token !== undefined && 'atom' in token) return token.atom
  const name = utf8 ? textOf(token) : decodeUtf7(bytesOf(token))
  if (name === undefined) throw new Error('no modified UTF-7')
  return name
}

const setOf = (text: string): readonly number[] =>
  text.split(',').flatMap((run) => {
    const [from = 0, to = from] = run.split(':').map(Number)
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })

const flagsOf = (names: readonly string[]): Flags => {
  let system = 0
  const keywords: string[] = []
  for (const name of names) {
    const bit = SYSTEM_FLAGS.find(([, known]) => known === name)?.[0]
    if (bit !== undefined) system |= bit
    else keywords.push(name)
  }
  return { system, keywords }
}
const flagTokens = (token: Token | undefined): readonly string[] => listOf(token).map(atomOf)

/** A code, read from what stands between its brackets. */
const codeOf = (text: string): ResponseCode => {
  const space = text.indexOf(' ')
  const name = space < 0 ? text : text.slice(0, space)
  const rest = space < 0 ? '' : text.slice(space + 1)
  const inner = () =>
    rest
      .replace(/^\(|\)$/g, '')
      .split(' ')
      .filter(Boolean)
  switch (name) {
    case 'CAPABILITY':
      return { kind: name, capabilities: rest.split(' ') }
    case 'BADEVENT':
      return { kind: name, events: inner() }
    case 'BADCHARSET':
      return { kind: name, charsets: inner() }
    case 'UIDNEXT':
    case 'UIDVALIDITY':
    case 'UNSEEN':
    case 'HIGHESTMODSEQ':
      return { kind: name, value: Number(rest) }
    case 'PERMANENTFLAGS':
      return {
        kind: name,
        flags: flagsOf(inner().filter((flag) => flag !== '\\*')),
        any: inner().includes('\\*'),
      }
    case 'APPENDUID': {
      const [uidValidity = '', uids = ''] = rest.split(' ')
      return { kind: name, uidValidity: Number(uidValidity), uids: setOf(uids) }
    }
    case 'COPYUID': {
      const [uidValidity = '', from = '', to = ''] = rest.split(' ')
      return { kind: name, uidValidity: Number(uidValidity), from: setOf(from), to: setOf(to) }
    }
    case 'MODIFIED':
      return { kind: name, numbers: setOf(rest) }
    case 'MAILBOXID':
      return { kind: name, id: rest.slice(1, -1) }
    default:
      return { kind: name as PlainCode }
  }
}

const statusOf = (text: string): Status => {
  const found = /^(OK|NO|BAD|PREAUTH|BYE) (?:\[([^\]]*)\] )?([^\r\n]+)\r\n$/.exec(text)
  if (!found) throw new Error(`no status: ${text}`)
  const code = found[2] === undefined ? undefined : codeOf(found[2])
  const sentence = toUtf8Strict(fromLatin1(found[3]!))
  return { condition: found[1] as Status['condition'], code, text: sentence ?? '' }
}

const threadsOf = (tokens: readonly Token[]): readonly Thread[] => tokens.map((token) => threadOf(listOf(token)))
const threadOf = (tokens: readonly Token[]): Thread => {
  const [first, ...rest] = tokens
  if (first !== undefined && 'list' in first) return { number: undefined, children: threadsOf(tokens) }
  if (rest.length === 0) return { number: numberOf(first), children: [] }
  const flat = rest[0] !== undefined && 'atom' in rest[0]
  return { number: numberOf(first), children: flat ? [threadOf(rest)] : threadsOf(rest) }
}

const dateOf = (token: Token | undefined): number => Date.parse(bytesOf(token).trim().replace(/-/g, ' '))

/** Values of FETCH; `envelope` and the like are given as they stand. */
const fetchOf = (scanner: Scanner): readonly FetchValue[] => {
  const values: FetchValue[] = []
  scanner.take(/\(/)
  for (;;) {
    values.push(itemOf(scanner, scanner.take(/(?:BODY|BINARY|BINARY\.SIZE)\[[^\]]*\](?:<\d+>)?|[A-Z0-9.]+/)))
    if (scanner.text[scanner.at] === ')') break
    scanner.take(/ /)
  }
  scanner.take(/\)\r\n$/)
  return values
}

const itemOf = (scanner: Scanner, name: string): FetchValue => {
  scanner.take(/ /)
  const start = scanner.at
  const token = scanner.token()
  const wire = scanner.text.slice(start, scanner.at)
  switch (name) {
    case 'UID':
      return { kind: 'uid', value: numberOf(token) }
    case 'RFC822.SIZE':
      return { kind: 'size', value: numberOf(token) }
    case 'MODSEQ':
      return { kind: 'modseq', value: numberOf(listOf(token)[0]) }
    case 'FLAGS':
      return { kind: 'flags', ...flagsOf(flagTokens(token)) }
    case 'INTERNALDATE':
      return { kind: 'internalDate', at: dateOf(token) }
    case 'SAVEDATE':
      return { kind: 'saveDate', at: isNil(token) ? undefined : dateOf(token) }
    case 'ENVELOPE':
      return { kind: 'envelope', wire }
    case 'BODYSTRUCTURE':
      return { kind: 'bodyStructure', wire }
    case 'BODY':
      return { kind: 'body', wire }
    case 'EMAILID':
      return { kind: 'emailId', id: atomOf(listOf(token)[0]) }
    case 'THREADID':
      return { kind: 'threadId', id: isNil(token) ? undefined : atomOf(listOf(token)[0]) }
    case 'PREVIEW':
      return { kind: 'preview', text: isNil(token) ? undefined : textOf(token) }
  }
  const size = /^BINARY\.SIZE\[([\d.]*)\]$/.exec(name)
  if (size) return { kind: 'binarySize', part: size[1] ? size[1].split('.').map(Number) : [], value: numberOf(token) }
  return { kind: 'section', name, wire: isNil(token) ? undefined : bytesOf(token) }
}

const listResponse = (tokens: readonly Token[], utf8: boolean): Response => {
  const [attributes, , name, extended] = tokens
  const data = new Map<string, readonly Token[]>()
  const pairs = extended === undefined ? [] : listOf(extended)
  for (let i = 0; i < pairs.length; i += 2) data.set(bytesOf(pairs[i]), listOf(pairs[i + 1]))
  return {
    kind: 'list',
    attributes: flagTokens(attributes),
    name: nameOf(name, utf8),
    oldName: data.has('OLDNAME') ? nameOf(data.get('OLDNAME')?.[0], utf8) : undefined,
    childInfo: data.get('CHILDINFO')?.map(bytesOf),
  }
}

const statusValues = (tokens: readonly Token[]): readonly StatusValue[] => {
  const values: StatusValue[] = []
  for (let i = 0; i < tokens.length; i += 2) {
    const item = atomOf(tokens[i]) as StatusItem
    const value = tokens[i + 1]!
    values.push([item, isNil(value) ? null : 'list' in value ? atomOf(value.list[0]) : numberOf(value)])
  }
  return values
}

const esearchOf = (tokens: readonly Token[]): Response => {
  const [tag, ...rest] = tokens
  const words = rest.map(atomOf)
  const uid = words[0] === 'UID'
  const values = new Map<string, string>()
  for (let i = uid ? 1 : 0; i < words.length; i += 2) values.set(words[i]!, words[i + 1]!)
  const number = (name: string) => (values.has(name) ? Number(values.get(name)) : undefined)
  return {
    kind: 'esearch',
    tag: bytesOf(listOf(tag)[1]),
    uid,
    min: number('MIN'),
    max: number('MAX'),
    all: values.has('ALL') ? setOf(values.get('ALL')!) : undefined,
    count: number('COUNT'),
    modseq: number('MODSEQ'),
  }
}

const quotaOf = (tokens: readonly Token[]): Response => {
  const list = listOf(tokens[1])
  const resources = Array.from({ length: list.length / 3 }, (_, i) => ({
    resource: atomOf(list[i * 3]) as 'STORAGE' | 'MESSAGE',
    usage: numberOf(list[i * 3 + 1]),
    limit: numberOf(list[i * 3 + 2]),
  }))
  return { kind: 'quota', root: textOf(tokens[0]), resources }
}

const idOf = (token: Token | undefined): Response => {
  if (isNil(token)) return { kind: 'id', fields: undefined }
  const list = listOf(token)
  const fields = Array.from({ length: list.length / 2 }, (_, i): readonly [string, string | undefined] => [
    textOf(list[i * 2]),
    isNil(list[i * 2 + 1]) ? undefined : textOf(list[i * 2 + 1]),
  ])
  return { kind: 'id', fields }
}

const searchOf = (tokens: readonly Token[]): Response => {
  const last = tokens.at(-1)
  const modseq = last !== undefined && 'list' in last ? numberOf(last.list[1]) : undefined
  return { kind: 'search', numbers: (modseq === undefined ? tokens : tokens.slice(0, -1)).map(numberOf), modseq }
}

const untagged = (scanner: Scanner, name: string, utf8: boolean): Response => {
  const tokens = scanner.tokens()
  switch (name) {
    case 'CAPABILITY':
      return { kind: 'capability', names: tokens.map(atomOf) }
    case 'ENABLED':
      return { kind: 'enabled', names: tokens.map(atomOf) }
    case 'LIST':
      return listResponse(tokens, utf8)
    case 'LSUB':
      return { kind: 'lsub', attributes: flagTokens(tokens[0]), name: nameOf(tokens[2], utf8) }
    case 'STATUS':
      return { kind: 'folderStatus', name: nameOf(tokens[0], utf8), values: statusValues(listOf(tokens[1])) }
    case 'SEARCH':
      return searchOf(tokens)
    case 'ESEARCH':
      return esearchOf(tokens)
    case 'SORT':
      return { kind: 'sort', numbers: tokens.map(numberOf) }
    case 'THREAD':
      return { kind: 'thread', threads: threadsOf(tokens.length === 0 ? [] : tokens) }
    case 'FLAGS':
      return { kind: 'flags', flags: flagsOf(flagTokens(tokens[0])) }
    case 'VANISHED':
      return { kind: 'vanished', earlier: tokens.length > 1, uids: setOf(atomOf(tokens.at(-1))) }
    case 'QUOTA':
      return quotaOf(tokens)
    case 'QUOTAROOT':
      return { kind: 'quotaRoot', folder: nameOf(tokens[0], utf8), roots: tokens.slice(1).map(textOf) }
    case 'NAMESPACE': {
      const personal = isNil(tokens[0]) ? [] : listOf(tokens[0])
      const pairs = personal.map((one): readonly [string, string] => [textOf(listOf(one)[0]), bytesOf(listOf(one)[1])])
      return { kind: 'namespace', personal: pairs }
    }
    case 'ID':
      return idOf(tokens[0])
    default:
      throw new Error(`${name} is not known`)
  }
}

/** Reads one response, its CRLF included; anything else throws. `utf8`: names are in UTF-8. */
export const parseResponse = (text: string, utf8: boolean): Response => {
  if (text.startsWith('+ ')) return { kind: 'continue', text: new Scanner(text).take(/\+ ([^\r\n]*)\r\n$/) }
  const scanner = new Scanner(text)
  const tag = scanner.take(/[^ ]+/)
  scanner.take(/ /)
  const rest = text.slice(scanner.at)
  if (/^(?:OK|NO|BAD|PREAUTH|BYE) /.test(rest)) {
    return { kind: 'status', tag: tag === '*' ? undefined : tag, ...statusOf(rest) }
  }
  if (tag !== '*') throw new Error('tagged, and no status')
  if (!/^\d/.test(rest)) {
    // Threads stand side by side.
    if (rest.startsWith('THREAD (')) return threadResponse(rest)
    return untagged(scanner, scanner.take(/[A-Z]+/), utf8)
  }
  const number = Number(scanner.take(/\d+/))
  const kind = scanner.take(/ ([A-Z]+)/)
  if (kind === 'FETCH') {
    scanner.take(/ /)
    return { kind: 'fetch', sequence: number, values: fetchOf(scanner) }
  }
  scanner.take(/\r\n$/)
  return { kind: kind.toLowerCase() as 'exists' | 'recent' | 'expunge', number }
}

const threadResponse = (rest: string): Response => {
  const scanner = new Scanner(rest.slice('THREAD'.length).replace(/\r\n$/, ')\r\n').replace(/^ /, ' ('))
  return { kind: 'thread', threads: threadsOf(listOf(scanner.tokens()[0])) }
}
