// Responses of the server as values, and how each is printed (RFC 9051 §7). Text of one code unit a byte, CRLF included.

import type { Flags } from '../flags.ts'
import type { Thread } from '../thread.ts'
import type { StatusItem } from './command.ts'
import { type FetchValue, printFetch } from './fetchresponse.ts'
import type { ImapMode } from './lexer.ts'
import { printFlagList, printName, printNstring, printSet, printText } from './print.ts'
import { printContinue, printStatus, type Status } from './status.ts'

/** A folder in an answer to LIST (RFC 9051 §7.3.1), with extended data. Attributes come with their backslash. */
export type ListResponse = {
  readonly kind: 'list'
  readonly attributes: readonly string[]
  readonly name: string
  /** RFC 9051 §6.3.9.7: the name that the client asked for or knew before. */
  readonly oldName?: string | undefined
  /** RFC 5258 §4: which selection options folders below meet. */
  readonly childInfo?: readonly string[] | undefined
}

/** Answer to SEARCH and SORT with RETURN (RFC 4731 §3). Sets are uids or sequence numbers, as asked. */
export type EsearchResponse = {
  readonly kind: 'esearch'
  readonly tag: string
  readonly uid: boolean
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Printed where it has any. */
  readonly all?: ArrayLike<number> | undefined
  readonly count?: number | undefined
  readonly modseq?: number | undefined
}

/** MAILBOXID is text, APPENDLIMIT may be null for none, all others are numbers. */
export type StatusValue = readonly [StatusItem, number | string | null]

/** STORAGE counts units of 1024 bytes, MESSAGE messages (RFC 9208 §5). */
export type QuotaResource = {
  readonly resource: 'STORAGE' | 'MESSAGE'
  readonly usage: number
  readonly limit: number
}

export type Response =
  | ({ readonly kind: 'status'; readonly tag: string | undefined } & Status)
  | { readonly kind: 'continue'; readonly text: string }
  | { readonly kind: 'capability' | 'enabled'; readonly names: readonly string[] }
  | ListResponse
  | { readonly kind: 'lsub'; readonly attributes: readonly string[]; readonly name: string }
  | { readonly kind: 'folderStatus'; readonly name: string; readonly values: readonly StatusValue[] }
  | { readonly kind: 'search'; readonly numbers: ArrayLike<number>; readonly modseq?: number | undefined }
  | EsearchResponse
  | { readonly kind: 'sort'; readonly numbers: ArrayLike<number> }
  | { readonly kind: 'thread'; readonly threads: readonly Thread[] }
  | { readonly kind: 'flags'; readonly flags: Flags }
  | { readonly kind: 'exists' | 'recent' | 'expunge'; readonly number: number }
  | { readonly kind: 'vanished'; readonly earlier: boolean; readonly uids: ArrayLike<number> }
  | { readonly kind: 'fetch'; readonly sequence: number; readonly values: readonly FetchValue[] }
  | { readonly kind: 'quota'; readonly root: string; readonly resources: readonly QuotaResource[] }
  | { readonly kind: 'quotaRoot'; readonly folder: string; readonly roots: readonly string[] }
  | { readonly kind: 'namespace'; readonly personal: readonly (readonly [string, string])[] }
  | { readonly kind: 'id'; readonly fields: readonly (readonly [string, string | undefined])[] | undefined }

/** Prints any response. */
export const printResponse = (r: Response, mode: ImapMode): string => {
  switch (r.kind) {
    case 'status':
      return printStatus(r.tag, r)
    case 'continue':
      return printContinue(r.text)
    case 'capability':
      return `* CAPABILITY ${r.names.join(' ')}\r\n`
    case 'enabled':
      return r.names.length === 0 ? '* ENABLED\r\n' : `* ENABLED ${r.names.join(' ')}\r\n`
    case 'list':
      return printList(r, mode)
    case 'lsub':
      return `* LSUB (${r.attributes.join(' ')}) "/" ${printName(r.name, mode)}\r\n`
    case 'folderStatus':
      return `* STATUS ${printName(r.name, mode)} (${r.values.map(printStatusValue).join(' ')})\r\n`
    case 'search':
      return `* SEARCH${printNumbers(r.numbers)}${r.modseq === undefined ? '' : ` (MODSEQ ${r.modseq})`}\r\n`
    case 'esearch':
      return printEsearch(r)
    case 'sort':
      return `* SORT${printNumbers(r.numbers)}\r\n`
    case 'thread':
      return printThreads(r.threads)
    case 'flags':
      return `* FLAGS ${printFlagList(r.flags)}\r\n`
    case 'exists':
    case 'recent':
    case 'expunge':
      return `* ${r.number} ${r.kind.toUpperCase()}\r\n`
    case 'vanished':
      return `* VANISHED ${r.earlier ? '(EARLIER) ' : ''}${printSet(r.uids)}\r\n`
    case 'fetch':
      return printFetch(r.sequence, r.values, mode)
    case 'quota':
      return printQuota(r.root, r.resources, mode)
    case 'quotaRoot':
      return `* QUOTAROOT ${[printName(r.folder, mode), ...r.roots.map((root) => printText(root, mode))].join(' ')}\r\n`
    case 'namespace':
      return printNamespace(r.personal, mode)
    case 'id':
      return printId(r.fields, mode)
  }
}

/** ` 1 2 3`: apart by spaces, each with one before it. */
const printNumbers = (numbers: ArrayLike<number>): string => {
  let out = ''
  for (let at = 0; at < numbers.length; at++) out += ` ${numbers[at]}`
  return out
}

const printList = (r: ListResponse, mode: ImapMode): string => {
  const extended: string[] = []
  if (r.childInfo !== undefined) extended.push(`"CHILDINFO" (${r.childInfo.map((one) => `"${one}"`).join(' ')})`)
  if (r.oldName !== undefined) extended.push(`"OLDNAME" (${printName(r.oldName, mode)})`)
  const data = extended.length === 0 ? '' : ` (${extended.join(' ')})`
  return `* LIST (${r.attributes.join(' ')}) "/" ${printName(r.name, mode)}${data}\r\n`
}

const printStatusValue = ([item, value]: StatusValue): string => {
  if (value === null) return `${item} NIL`
  return typeof value === 'string' ? `${item} (${value})` : `${item} ${value}`
}

const printEsearch = (r: EsearchResponse): string => {
  let out = `* ESEARCH (TAG "${r.tag}")${r.uid ? ' UID' : ''}`
  if (r.min !== undefined) out += ` MIN ${r.min}`
  if (r.max !== undefined) out += ` MAX ${r.max}`
  // RFC 4731 §3.1: no ALL where nothing was found.
  if (r.all !== undefined && r.all.length > 0) out += ` ALL ${printSet(r.all)}`
  if (r.count !== undefined) out += ` COUNT ${r.count}`
  if (r.modseq !== undefined) out += ` MODSEQ ${r.modseq}`
  return `${out}\r\n`
}

/** A step of printing threads: text to be written, or messages that follow each other. */
type Step = string | { readonly node: Thread; readonly spaced: boolean }

/**
 * `(2)(3 6 (4 23)(44 7 96))`: a run of single answers goes flat, several stand in parentheses (RFC 5256 §4). With a stack
 * of its own, as threads are as deep as senders like.
 */
const printThreads = (threads: readonly Thread[]): string => {
  const parts: string[] = []
  const stack: Step[] = []
  const pushAll = (nodes: readonly Thread[]) => {
    for (let i = nodes.length - 1; i >= 0; i--) stack.push(')', { node: nodes[i]!, spaced: false }, '(')
  }
  pushAll(threads)
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (typeof step === 'string') {
      parts.push(step)
      continue
    }
    const { node, spaced } = step
    if (node.number !== undefined) parts.push(spaced ? ` ${node.number}` : `${node.number}`)
    const wrote = spaced || node.number !== undefined
    if (node.children.length === 1) stack.push({ node: node.children[0]!, spaced: wrote })
    else if (node.children.length > 1) {
      if (wrote) parts.push(' ')
      pushAll(node.children)
    }
  }
  return parts.length === 0 ? '* THREAD\r\n' : `* THREAD ${parts.join('')}\r\n`
}

const printQuota = (root: string, resources: readonly QuotaResource[], mode: ImapMode): string => {
  const list = resources.map(({ resource, usage, limit }) => `${resource} ${usage} ${limit}`)
  return `* QUOTA ${printText(root, mode)} (${list.join(' ')})\r\n`
}

/** Personal namespaces as prefix and delimiter; there are none of other users, and no shared ones (RFC 9051 §6.3.10). */
const printNamespace = (personal: readonly (readonly [string, string])[], mode: ImapMode): string => {
  const list = personal.map(([prefix, delimiter]) => `(${printText(prefix, mode)} "${delimiter}")`)
  return `* NAMESPACE ${list.length === 0 ? 'NIL' : `(${list.join('')})`} NIL NIL\r\n`
}

const printId = (fields: readonly (readonly [string, string | undefined])[] | undefined, mode: ImapMode): string => {
  if (fields === undefined || fields.length === 0) return '* ID NIL\r\n'
  const list = fields.map(([name, value]) => `${printText(name, mode)} ${printNstring(value, mode)}`)
  return `* ID (${list.join(' ')})\r\n`
}
