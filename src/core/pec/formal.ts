// The formal checks of the access point, as a table in the order in which they are made (RFC 6109 §3.1.1).

import type { Address } from '../mail/address.ts'
import { addressKey, parseAddressList, sameAddress } from '../mail/address.ts'
import { fieldValues, firstValue } from '../mail/header.ts'
import { MIME_LIMITS } from '../mail/mime.ts'
import type { HeaderField, MimePart } from '../mail/structure.ts'
import type { MessageFacts, ReceiptType } from './model.ts'
import { FIELD, parseReceiptType } from './vocabulary.ts'

export type FormalLimits = {
  /** Largest size in bytes times number of recipients; the law asks for no less than 30 MB (DM 2 Nov 2005 art. 12). */
  readonly sizeTimesRecipientsBytes: number
  /** Also asks that every address of To and Cc be a recipient. */
  readonly strictRecipients?: boolean | undefined
  /** The box may write to certified domains only. */
  readonly certifiedOnly?: boolean | undefined
}

/** 30 MB, in bytes. */
export const LEGAL_SIZE_TIMES_RECIPIENTS = 30 * 1024 * 1024

export type FormalInput = {
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly original: {
    readonly root: MimePart
    readonly sizeBytes: number
  }
}

export type FormalFailure = {
  readonly id: string
  readonly source: string
  /** Italian, to complete "a causa di". */
  readonly reason: string
}

/** What the checks look at, read once. */
type View = {
  readonly input: FormalInput
  readonly facts: Pick<MessageFacts, 'recipients'>
  readonly limits: FormalLimits
  readonly from: readonly Address[]
  readonly fromProblems: number
  readonly to: readonly Address[]
  readonly named: ReadonlySet<string>
}

type Check = {
  readonly id: string
  readonly source: string
  readonly holds: (view: View) => boolean
  readonly reason: string | ((view: View) => string)
}

const addressesOf = (fields: readonly HeaderField[], name: string): readonly Address[] =>
  fieldValues(fields, name).flatMap((value) => parseAddressList(value).addresses)

/** At most three of a list, so that a reason stays readable. */
const some = (words: readonly string[]): string => words.slice(0, 3).join(', ') + (words.length > 3 ? ' e altri' : '')

// RFC 5322 §3.6: fields that may stand only once.
const SINGLE = ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'subject', 'date', 'x-tiporicevuta']
const repeated = ({ input }: View): readonly string[] =>
  SINGLE.filter((name) => fieldValues(input.original.root.fields, name).length > 1)

const strangers = ({ input, named }: View): readonly string[] =>
  input.forwardPaths.filter((address) => !named.has(addressKey(address)))

const leftOut = ({ input, named }: View): readonly string[] => {
  const recipients = new Set(input.forwardPaths.map(addressKey))
  return [...named].filter((key) => !recipients.has(key))
}

/**
 * Whether the header is fields and nothing else: no line between them that is none, no bare CR or LF, no NUL, and a
 * blank line after them unless the message ends there. Fields that a limit of the scanner left out count as no fields.
 */
const isWellFormed = ({ root, sizeBytes }: FormalInput['original']): boolean => {
  const { fields, headerStart, bodyStart } = root
  let at = headerStart
  for (const field of fields) {
    if (field.start !== at || /\0|\r(?!\n)|(?<!\r)\n/.test(field.rawValue)) return false
    at = field.end
  }
  return bodyStart > at ? bodyStart - at <= 2 : bodyStart >= sizeBytes
}

/** Parts and fields that an original may have: an envelope adds its own, and must stay within what the scanner reads. */
const MAX_PARTS = MIME_LIMITS.parts - 20
const MAX_FIELDS = MIME_LIMITS.totalFields - 200

/** Whether the structure, the messages inside included, can be read by the provider that gets it in an envelope. */
const isReadable = (root: MimePart): boolean => {
  let parts = 0
  let fields = 0
  const pending: MimePart[] = [root]
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    parts++
    fields += part.fields.length
    if (parts > MAX_PARTS || fields > MAX_FIELDS) return false
    for (const child of part.children) pending.push(child)
  }
  return true
}

const megabytes = (bytes: number): string => `${Math.floor(bytes / (1024 * 1024))} MB`

/** One row for each bullet of RFC 6109 §3.1.1, and the rules of our own after them. */
const CHECKS: readonly Check[] = [
  {
    id: 'from',
    source: 'RFC 6109 §3.1.1',
    holds: (v) => v.from.length === 1 && v.fromProblems === 0,
    reason: 'un campo From assente o privo di un solo indirizzo valido',
  },
  {
    id: 'to',
    source: 'RFC 6109 §3.1.1',
    holds: (v) => v.to.length > 0,
    reason: 'un campo To assente o privo di indirizzi validi',
  },
  {
    id: 'reverse-path',
    source: 'RFC 6109 §3.1.1',
    holds: (v) => sameAddress(v.input.reversePath, v.from[0]!.spec),
    reason: "un mittente della sessione SMTP diverso dall'indirizzo del campo From",
  },
  {
    id: 'forward-paths',
    source: 'RFC 6109 §3.1.1',
    holds: (v) => strangers(v).length === 0,
    reason: (v) => `destinatari della sessione SMTP assenti dai campi To e Cc: ${some(strangers(v))}`,
  },
  {
    id: 'bcc',
    source: 'RFC 6109 §3.1.1, §2.1',
    holds: (v) => fieldValues(v.input.original.root.fields, 'bcc').every((value) => value.trim() === ''),
    reason: 'un destinatario in copia nascosta (Bcc) presente nel messaggio',
  },
  {
    id: 'size',
    source: 'RFC 6109 §3.1.1, DM 2 Nov 2005 art. 12',
    holds: (v) => v.input.original.sizeBytes * v.input.forwardPaths.length <= v.limits.sizeTimesRecipientsBytes,
    reason: (v) =>
      'una dimensione che, moltiplicata per il numero dei destinatari, supera il limite di ' +
      megabytes(v.limits.sizeTimesRecipientsBytes),
  },
  {
    id: 'repeated-fields',
    source: 'RFC 6109 §3.1.1, RFC 5322 §3.6',
    holds: (v) => repeated(v).length === 0,
    reason: (v) => `campi dell'intestazione ripetuti: ${some(repeated(v))}`,
  },
  {
    id: 'well-formed',
    source: 'RFC 6109 §3.1.1, RFC 5322 §2.2',
    holds: (v) => isWellFormed(v.input.original),
    reason: "un'intestazione del messaggio non conforme allo standard RFC 5322",
  },
  {
    id: 'structure',
    source: 'own rule: what is accepted must be readable to the end',
    holds: (v) => isReadable(v.input.original.root),
    reason: 'una struttura del messaggio con troppe parti o troppi campi',
  },
  {
    id: 'ascii-header',
    source: 'RFC 6109 §3.1.1, RFC 5322 §2.2',
    holds: (v) => v.input.original.root.fields.every((field) => !/[^\x00-\x7f]/.test(field.rawValue)),
    reason: "caratteri non codificati (a 8 bit) nell'intestazione del messaggio",
  },
  {
    id: 'all-recipients',
    source: 'own rule, strict reading of RFC 6109 §3.1.1',
    holds: (v) => v.limits.strictRecipients !== true || leftOut(v).length === 0,
    reason: (v) => `indirizzi dei campi To e Cc assenti dai destinatari della sessione SMTP: ${some(leftOut(v))}`,
  },
  {
    id: 'certified-only',
    source: 'policy of the box',
    holds: (v) => v.limits.certifiedOnly !== true || v.facts.recipients.every((recipient) => recipient.certified),
    reason: (v) =>
      'destinatari che non sono di posta certificata, ai quali la casella non è abilitata a scrivere: ' +
      some(v.facts.recipients.filter((recipient) => !recipient.certified).map((recipient) => recipient.address)),
  },
]

const viewOf = (input: FormalInput, facts: View['facts'], limits: FormalLimits): View => {
  const { fields } = input.original.root
  const from = fieldValues(fields, 'from').map((value) => parseAddressList(value))
  const to = addressesOf(fields, 'to')
  return {
    input,
    facts,
    limits,
    from: from.flatMap((list) => list.addresses),
    fromProblems: from.reduce((sum, list) => sum + list.problems.length, 0),
    to,
    named: new Set([...to, ...addressesOf(fields, 'cc')].map((address) => addressKey(address.spec))),
  }
}

const failureOf = (check: Check, view: View): FormalFailure => ({
  id: check.id,
  source: check.source,
  reason: typeof check.reason === 'string' ? check.reason : check.reason(view),
})

/** The first check that a submitted message fails; undefined where it passes them all. */
// RFC 6109 §3.1.1
export const firstFormalFailure = (
  input: FormalInput,
  facts: Pick<MessageFacts, 'recipients'>,
  limits: FormalLimits,
): FormalFailure | undefined => {
  const view = viewOf(input, facts, limits)
  const failed = CHECKS.find((check) => !check.holds(view))
  return failed && failureOf(failed, view)
}

/** The receipt that the sender asks for: `complete` where X-TipoRicevuta is absent or unknown. */
// RFC 6109 §3.3.2.1
export const requestedReceiptType = (fields: readonly HeaderField[]): ReceiptType =>
  parseReceiptType(firstValue(fields, FIELD.receiptType) ?? '') ?? 'complete'
