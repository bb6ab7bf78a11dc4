// BODY and BODYSTRUCTURE (RFC 9051 §7.5.2): the tree of a message as IMAP tells it.
import { fieldValues, firstValue } from '../header.ts'
import { rawParameterised } from '../parameters.ts'
import type { MimePart } from '../structure.ts'
import { EMPTY_ENVELOPE, printEnvelope } from './envelope.ts'
import { wireNString, wireString } from './wire.ts'

/** Both forms of one entity; `body` is the one without extension data. */
export type PrintedStructure = { readonly body: string; readonly structure: string }

/** What is told of the headers of all parts, in characters: beyond it parts are told without their parameters. */
const STRUCTURE_KEPT = 262_144

type Budget = { left: number }

/** What fits. Once something does not, nothing more is made: to make it costs as much as to tell it. */
const within = (budget: Budget, make: () => string, otherwise: string): string => {
  if (budget.left <= 0) return otherwise
  const text = make()
  budget.left -= text.length
  return budget.left < 0 ? otherwise : text
}

type Parameters = readonly (readonly [string, string])[]

const printParameters = (parameters: Parameters): string =>
  parameters.length === 0
    ? 'NIL'
    : `(${parameters.map(([name, value]) => `${wireString(name)} ${wireString(value)}`).join(' ')})`

/** Type and subtype as written where the scanner took them so; else as it took them. */
const typeOf = (part: MimePart, budget: Budget): { type: string; subtype: string; parameters: Parameters } => {
  const written = budget.left <= 0 ? undefined : firstValue(part.fields, 'content-type')
  const read = written === undefined ? undefined : rawParameterised(written)
  const media = read?.value.toLowerCase() === part.type ? read.value : part.type
  const slash = media.indexOf('/')
  const parameters = read?.parameters ?? []
  const text = part.type.startsWith('text/')
  // RFC 2045 §5.2: text that does not say its charset is US-ASCII.
  const silent = text && !parameters.some(([name]) => /^charset\*?$/i.test(name))
  return {
    type: media.slice(0, slash),
    subtype: media.slice(slash + 1),
    parameters: silent ? [...parameters, ['charset', 'us-ascii']] : parameters,
  }
}

const printDisposition = (part: MimePart): string => {
  const written = firstValue(part.fields, 'content-disposition')
  if (written === undefined) return 'NIL'
  const { value, parameters } = rawParameterised(written)
  // RFC 2183 §2: what has no type is no disposition, but its filename is worth telling.
  return value === '' && parameters.length === 0 ? 'NIL' : `(${wireString(value)} ${printParameters(parameters)})`
}

const printLanguage = (part: MimePart): string => {
  const tags = fieldValues(part.fields, 'content-language')
    .flatMap((value) => value.split(','))
    .map((tag) => tag.replace(/\([^()]*\)|[ \t]/g, ''))
    .filter((tag) => tag !== '')
  return tags.length === 0 ? 'NIL' : `(${tags.map(wireString).join(' ')})`
}

/** The extension data that all entities have. */
const printExtension = (part: MimePart, budget: Budget): string => {
  const extension = (): string => {
    const location = wireNString(firstValue(part.fields, 'content-location'))
    return `${printDisposition(part)} ${printLanguage(part)} ${location}`
  }
  return within(budget, extension, 'NIL NIL NIL')
}

const EMPTY_TEXT = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0'

/** A body of a single part needs one in it, even where none could be read. */
const NO_PART: PrintedStructure = { body: `${EMPTY_TEXT})`, structure: `${EMPTY_TEXT} NIL NIL NIL NIL)` }

const printMultipart = (part: MimePart, budget: Budget): PrintedStructure => {
  const { subtype, parameters } = typeOf(part, budget)
  // The grammar wants a part in each multipart (RFC 9051 §9 body-type-mpart): one without any shows an empty text.
  const children = part.children.length === 0 ? [NO_PART] : part.children.map((child) => print(child, budget))
  let body = '('
  let structure = '('
  for (const child of children) {
    body += child.body
    structure += child.structure
  }
  const media = ` ${wireString(subtype)}`
  const told = within(budget, () => printParameters(parameters), 'NIL')
  const extension = printExtension(part, budget)
  return { body: `${body}${media})`, structure: `${structure}${media} ${told} ${extension})` }
}

const encodingOf = (part: MimePart): string => {
  const written = firstValue(part.fields, 'content-transfer-encoding')
  return (written === undefined ? '' : rawParameterised(written).value) || '7bit'
}

const printSingle = (part: MimePart, budget: Budget): PrintedStructure => {
  const { type, subtype, parameters } = typeOf(part, budget)
  const told = within(budget, () => printParameters(parameters), 'NIL')
  const named = (): string =>
    ['content-id', 'content-description'].map((name) => wireNString(firstValue(part.fields, name))).join(' ')
  const names = within(budget, named, 'NIL NIL')
  const encoding = within(budget, () => wireString(encodingOf(part)), '"7bit"')
  const size = part.bodyEnd - part.bodyStart
  const common = `(${wireString(type)} ${wireString(subtype)} ${told} ${names} ${encoding} ${size}`
  const md5 = within(budget, () => wireNString(firstValue(part.fields, 'content-md5')), 'NIL')
  const extension = ` ${md5} ${printExtension(part, budget)})`
  if (part.type.startsWith('text/')) {
    const body = `${common} ${part.lines}`
    return { body: `${body})`, structure: body + extension }
  }
  if (part.type !== 'message/rfc822' && part.type !== 'message/global')
    return { body: `${common})`, structure: common + extension }
  // One that is encoded, against RFC 2046 §5.2.1, is not looked into.
  const message = part.children[0]
  const envelope = message ? within(budget, () => printEnvelope(message.fields), EMPTY_ENVELOPE) : EMPTY_ENVELOPE
  const inner = message ? print(message, budget) : NO_PART
  return {
    body: `${common} ${envelope} ${inner.body} ${part.lines})`,
    structure: `${common} ${envelope} ${inner.structure} ${part.lines}${extension}`,
  }
}

/** Depth is bounded by the scanner (MIME_LIMITS). */
const print = (part: MimePart, budget: Budget): PrintedStructure =>
  part.type.startsWith('multipart/') ? printMultipart(part, budget) : printSingle(part, budget)

/** The wire texts of BODY and BODYSTRUCTURE of a message, parentheses included; values raw, in written case. */
export const printStructure = (root: MimePart): PrintedStructure => print(root, { left: STRUCTURE_KEPT })
