// FETCH responses: values of a message's items, names of sections, bodies that are streamed (RFC 9051 §7.5.2).
import type { BodyItem, FetchItem, Section } from './command.ts'
import { type ImapMode, REV1 } from './lexer.ts'
import { literalHead, printAstring, printDateTime, printFlags, printNstring } from './print.ts'

/** A value of one item. `wire`: one code unit a byte, ready to be sent. */
export type FetchValue =
  | { readonly kind: 'uid' | 'size' | 'modseq'; readonly value: number }
  | { readonly kind: 'flags'; readonly system: number; readonly keywords: readonly string[] }
  /** Milliseconds since 1970. */
  | { readonly kind: 'internalDate'; readonly at: number }
  /** RFC 8514 §4.2: undefined (NIL) where the folder cannot tell. */
  | { readonly kind: 'saveDate'; readonly at: number | undefined }
  | { readonly kind: 'envelope' | 'bodyStructure' | 'body'; readonly wire: string }
  | { readonly kind: 'emailId'; readonly id: string }
  /** RFC 8474 §5.2: NIL where there is none. */
  | { readonly kind: 'threadId'; readonly id: string | undefined }
  | { readonly kind: 'preview'; readonly text: string | undefined }
  /** A section under its name (`sectionName`, `binaryName`); undefined: NIL. */
  | { readonly kind: 'section'; readonly name: string; readonly wire: string | undefined }
  | { readonly kind: 'binarySize'; readonly part: readonly number[]; readonly value: number }
  /** A section whose bytes the server sends itself, behind the head that `printFetchParts` gives. */
  | { readonly kind: 'stream'; readonly name: string; readonly sizeBytes: number; readonly literal8: boolean }

const SECTION_TEXTS: Readonly<Record<Section['text'], string>> = {
  all: '',
  header: 'HEADER',
  text: 'TEXT',
  mime: 'MIME',
  headerFields: 'HEADER.FIELDS',
  headerFieldsNot: 'HEADER.FIELDS.NOT',
}

const sectionText = ({ part, text, fields }: Section): string => {
  const number = part.join('.')
  const name = SECTION_TEXTS[text]
  const list = fields === undefined ? '' : ` (${fields.map((field) => printAstring(field, REV1)).join(' ')})`
  return `${number}${number !== '' && name !== '' ? '.' : ''}${name}${list}`
}

/** The name under which a section is answered: `BODY[1.HEADER]<0>`, or that of RFC822 and its kin. */
export const sectionName = (item: BodyItem): string =>
  item.answerAs ?? `BODY[${sectionText(item.section)}]${origin(item.partial)}`

/** `BINARY[1]<0>` */
export const binaryName = (item: Extract<FetchItem, { readonly kind: 'binary' }>): string =>
  `BINARY[${item.part.join('.')}]${origin(item.partial)}`

const origin = (partial: { readonly offset: number } | undefined): string =>
  partial === undefined ? '' : `<${partial.offset}>`

/** NUL goes as literal8, which only BINARY may have; a BODY that has it goes as it is, byte for byte. */
const sectionValue = (name: string, wire: string | undefined): string => {
  if (wire === undefined) return 'NIL'
  const literal8 = name.startsWith('BINARY[') && wire.includes('\0')
  // Sections go as literals, as other servers have it, but for empty ones.
  return wire === '' ? '""' : literalHead(wire.length, literal8) + wire
}

const printValue = (value: Exclude<FetchValue, { readonly kind: 'stream' }>, mode: ImapMode): string => {
  switch (value.kind) {
    case 'uid':
      return `UID ${value.value}`
    case 'size':
      return `RFC822.SIZE ${value.value}`
    case 'modseq':
      return `MODSEQ (${value.value})`
    case 'flags':
      return `FLAGS ${printFlags(value.system, value.keywords)}`
    case 'internalDate':
      return `INTERNALDATE ${printDateTime(value.at)}`
    case 'saveDate':
      return `SAVEDATE ${value.at === undefined ? 'NIL' : printDateTime(value.at)}`
    case 'envelope':
      return `ENVELOPE ${value.wire}`
    case 'bodyStructure':
      return `BODYSTRUCTURE ${value.wire}`
    case 'body':
      return `BODY ${value.wire}`
    case 'emailId':
      return `EMAILID (${value.id})`
    case 'threadId':
      return `THREADID ${value.id === undefined ? 'NIL' : `(${value.id})`}`
    case 'preview':
      return `PREVIEW ${printNstring(value.text, mode)}`
    case 'section':
      return `${value.name} ${sectionValue(value.name, value.wire)}`
    case 'binarySize':
      return `BINARY.SIZE[${value.part.join('.')}] ${value.value}`
  }
}

/**
 * A response with bodies that are streamed, in pieces: after each piece but the last come the bytes of one `stream` value,
 * in their order.
 */
export const printFetchParts = (sequence: number, values: readonly FetchValue[], mode: ImapMode): readonly string[] => {
  const pieces: string[] = []
  let text = `* ${sequence} FETCH (`
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (i > 0) text += ' '
    if (value.kind !== 'stream') {
      text += printValue(value, mode)
      continue
    }
    pieces.push(`${text}${value.name} ${literalHead(value.sizeBytes, value.literal8)}`)
    text = ''
  }
  pieces.push(`${text})\r\n`)
  return pieces
}

/** A response all in one; of `stream` values it has the head only. */
export const printFetch = (sequence: number, values: readonly FetchValue[], mode: ImapMode): string =>
  printFetchParts(sequence, values, mode).join('')

/** What changes often, printed without making values: `* 5 FETCH (UID 7 FLAGS (\Seen) MODSEQ (9))`. */
export const printFetchFlags = (
  sequence: number,
  uid: number | undefined,
  system: number,
  keywords: readonly string[],
  modseq: number | undefined,
): string =>
  `* ${sequence} FETCH (${uid === undefined ? '' : `UID ${uid} `}FLAGS ${printFlags(system, keywords)}${
    modseq === undefined ? '' : ` MODSEQ (${modseq})`
  })\r\n`
