// What every POP3 command says of itself: its word, where it is allowed, how its argument is read.
import type { SaslMechanism } from '../sasl/exchange.ts'
import { err, type Response } from './response.ts'

/** RFC 1939 §3. UPDATE is not among them: nothing is heard in it. */
export type Phase = 'authorization' | 'transaction'

export type Command =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'pass'; readonly password: string }
  | { readonly kind: 'auth'; readonly mechanism: SaslMechanism; readonly initial?: string | undefined }
  | { readonly kind: 'stls' }
  | { readonly kind: 'mechanisms' | 'capa' | 'quit' | 'noop' | 'rset' | 'stat' }
  /** Of one message, or of all. Numbers are as the client counts them, from 1. */
  | { readonly kind: 'list' | 'uidl'; readonly message?: number | undefined }
  | { readonly kind: 'retr'; readonly message: number }
  | { readonly kind: 'dele'; readonly message: number }
  | { readonly kind: 'top'; readonly message: number; readonly lines: number }

export type CommandGrammar = {
  readonly name: string
  readonly phases: readonly Phase[]
  /** Heard without TLS: whatever carries no secret and shows no mail. */
  readonly inClear?: boolean
  /** Longest line with its CRLF, where more than the usual. */
  readonly maxLineBytes?: number
  /** Reads what stands behind the word and a space, as bytes. */
  readonly read: (argument: string) => Command | Response
}

/** RFC 2449 §4: 255. Some passwords are longer. */
export const MAX_LINE = 1_024

const MOST = 0xffff_ffff

/** A number of a message or of lines; leading zeros are let pass. */
export const readNumber = (word: string): number | undefined => {
  if (!/^[0-9]{1,10}$/.test(word)) return undefined
  const value = Number(word)
  return value <= MOST ? value : undefined
}

/** The words of an argument; blanks in a row and at the end are let pass, as old clients send them. */
export const words = (argument: string): readonly string[] => argument.split(' ').filter((word) => word !== '')

/** A command without argument. */
export const bare =
  (kind: 'stls' | 'capa' | 'quit' | 'noop' | 'rset' | 'stat') =>
  (argument: string): Command | Response =>
    words(argument).length === 0 ? { kind } : err('This command takes no argument')

/** A command about one message. */
export const aboutOne =
  (kind: 'retr' | 'dele') =>
  (argument: string): Command | Response => {
    const [word = '', ...more] = words(argument)
    const message = readNumber(word)
    return message === undefined || more.length > 0
      ? err(`Say ${kind.toUpperCase()} and the number of a message`)
      : { kind, message }
  }

/** A command about one message, or about all. */
export const aboutSome =
  (kind: 'list' | 'uidl') =>
  (argument: string): Command | Response => {
    const [word, ...more] = words(argument)
    if (word === undefined) return { kind }
    const message = readNumber(word)
    return message === undefined || more.length > 0
      ? err(`Say ${kind.toUpperCase()}, or ${kind.toUpperCase()} and the number of a message`)
      : { kind, message }
  }
