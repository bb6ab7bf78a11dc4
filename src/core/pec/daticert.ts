// daticert.xml: certification data as XML, printed and read back (RFC 6109 §4.3.3, §4.4; spec/daticert.dtd).
import { toLatin1, toUtf8Strict } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import { italianDay, italianHour, legalTime, MINUTE } from '../lib/instant.ts'
import type { XmlElement } from '../lib/xml.ts'
import { declaredEncoding, escapeXml, parseXml } from '../lib/xml.ts'
import type { CertificationData, PecRecipient } from './model.ts'
import {
  CERTIFIED_WORD,
  ERROR_WORD,
  EXTERNAL_WORD,
  KIND_WORD,
  parseError,
  parseKind,
  parseReceiptType,
  RECEIPT_TYPE_WORD,
} from './vocabulary.ts'

/** Longest daticert.xml that is read, in bytes: some thousands of recipients. */
export const MAX_DATICERT_BYTES = 1 << 20

const leaf = (indent: string, name: string, text: string): string => `${indent}<${name}>${escapeXml(text)}</${name}>\n`
const optional = (indent: string, name: string, text: string | undefined): string =>
  text === undefined ? '' : leaf(indent, name, text)

const printHeading = (data: CertificationData): string => {
  let xml = leaf('    ', 'mittente', data.sender)
  for (const { address, certified } of data.recipients) {
    const kind = certified ? CERTIFIED_WORD : EXTERNAL_WORD
    xml += `    <destinatari tipo="${kind}">${escapeXml(address)}</destinatari>\n`
  }
  return xml + leaf('    ', 'risposte', data.replyTo) + optional('    ', 'oggetto', data.subject)
}

const printData = (data: CertificationData): string => {
  const time = legalTime(data.at)
  let xml = leaf('    ', 'gestore-emittente', data.provider)
  xml += `    <data zona="${time.zone}">\n`
  xml += leaf('      ', 'giorno', italianDay(time)) + leaf('      ', 'ora', italianHour(time))
  xml += `    </data>\n${leaf('    ', 'identificativo', data.identifier)}${optional('    ', 'msgid', data.clientMsgid)}`
  if (data.receiptType !== undefined) xml += `    <ricevuta tipo="${RECEIPT_TYPE_WORD[data.receiptType]}"/>\n`
  xml += optional('    ', 'consegna', data.deliveryTo)
  for (const address of data.takenFor ?? []) xml += leaf('    ', 'ricezione', address)
  return xml + optional('    ', 'errore-esteso', data.extendedError)
}

/** Prints certification data in the order of the DTD, the time in Italian legal time to the second. */
// RFC 6109 §4.4
export const printDaticert = (data: CertificationData): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<postacert tipo="${KIND_WORD[data.kind]}" errore="${ERROR_WORD[data.error]}">\n` +
  `  <intestazione>\n${printHeading(data)}  </intestazione>\n  <dati>\n${printData(data)}  </dati>\n</postacert>\n`

export type DaticertResult =
  | { readonly kind: 'ok'; readonly data: CertificationData }
  | { readonly kind: 'refused'; readonly reason: string }

class DaticertError extends Error {}
const fail = (reason: string): never => {
  throw new DaticertError(reason)
}

/** How often an element may stand in its parent: `(a, b+, c?, d*)` as a table. */
type Particle = readonly [name: string, min: number, max: number]
const CONTENT: Readonly<Record<string, readonly Particle[]>> = {
  postacert: [
    ['intestazione', 1, 1],
    ['dati', 1, 1],
  ],
  intestazione: [
    ['mittente', 1, 1],
    ['destinatari', 1, Number.POSITIVE_INFINITY],
    ['risposte', 1, 1],
    ['oggetto', 0, 1],
  ],
  dati: [
    ['gestore-emittente', 1, 1],
    ['data', 1, 1],
    ['identificativo', 1, 1],
    ['msgid', 0, 1],
    ['ricevuta', 0, 1],
    ['consegna', 0, 1],
    ['ricezione', 0, Number.POSITIVE_INFINITY],
    ['errore-esteso', 0, 1],
  ],
  data: [
    ['giorno', 1, 1],
    ['ora', 1, 1],
  ],
  ricevuta: [],
}

const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  postacert: ['tipo', 'errore'],
  destinatari: ['tipo'],
  data: ['zona'],
  ricevuta: ['tipo'],
}

const checkContent = (element: XmlElement, particles: readonly Particle[]): void => {
  if (/[^ \t\r\n]/.test(element.text)) fail(`text inside ${element.name}`)
  let at = 0
  for (const [name, min, max] of particles) {
    let count = 0
    while (count < max && element.children[at]?.name === name) {
      at++
      count++
    }
    if (count < min) fail(`${name} is missing in ${element.name}`)
  }
  const extra = element.children[at]
  if (extra !== undefined) fail(`an element of ${element.name} is unknown, repeated or out of order`)
}

/** Validates against the DTD: elements, order, cardinality, attribute names. */
const checkElement = (element: XmlElement): void => {
  for (const name of element.attributes.keys()) {
    if (!ATTRIBUTES[element.name]?.includes(name)) fail(`unknown attribute of ${element.name}`)
  }
  const particles = CONTENT[element.name]
  if (particles !== undefined) checkContent(element, particles)
  else if (element.children.length > 0) fail(`element inside ${element.name}`)
  for (const child of element.children) checkElement(child)
}

const child = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((candidate) => candidate.name === name)
const textOf = (element: XmlElement, name: string): string | undefined => child(element, name)?.text
const required = (element: XmlElement, name: string): string => (textOf(element, name) ?? '').trim()
const all = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((candidate) => candidate.name === name)

const readRecipient = (element: XmlElement): PecRecipient => {
  const word = (element.attributes.get('tipo') ?? CERTIFIED_WORD).trim()
  if (word !== CERTIFIED_WORD && word !== EXTERNAL_WORD) fail('unknown tipo of a recipient')
  return { address: element.text.trim(), certified: word === CERTIFIED_WORD }
}

const readZone = (zone: string): number => {
  const match = /^([+-])([01][0-9]|2[0-3]):?([0-5][0-9])$/.exec(zone)
  if (match === null) return fail('malformed zone')
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * MINUTE
}

/** The instant that day, hour and zone name. A leap second is read as the second after it. */
const readInstant = (element: XmlElement): Instant => {
  const offset = readZone((element.attributes.get('zona') ?? fail('zona is missing')).trim())
  const day = /^([0-9]{2})\/([0-9]{2})\/([0-9]{4})$/.exec(required(element, 'giorno'))
  const hour = /^([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)$/.exec(required(element, 'ora'))
  if (day === null || hour === null) return fail('malformed day or hour')
  const midnight = Date.UTC(Number(day[3]), Number(day[2]) - 1, Number(day[1]))
  const date = new Date(midnight)
  if (date.getUTCDate() !== Number(day[1]) || date.getUTCMonth() !== Number(day[2]) - 1)
    fail('day that is in no calendar')
  return midnight + (Number(hour[1]) * 3600 + Number(hour[2]) * 60 + Number(hour[3])) * 1000 - offset
}

const readData = (root: XmlElement): CertificationData => {
  const heading = child(root, 'intestazione')!
  const dati = child(root, 'dati')!
  const kind = parseKind(root.attributes.get('tipo') ?? fail('tipo is missing'))
  const error = parseError(root.attributes.get('errore') ?? ERROR_WORD.none)
  const receipt = child(dati, 'ricevuta')
  const receiptType = receipt === undefined ? undefined : parseReceiptType(receipt.attributes.get('tipo') ?? '')
  if (receipt !== undefined && receiptType === undefined) fail('unknown tipo of the receipt')
  const takenFor = all(dati, 'ricezione').map((element) => element.text.trim())
  const identifier = required(dati, 'identificativo')
  if (identifier === '') fail('identificativo is empty')
  return {
    kind: kind ?? fail('unknown tipo'),
    error: error ?? fail('unknown errore'),
    sender: required(heading, 'mittente'),
    recipients: all(heading, 'destinatari').map(readRecipient),
    replyTo: required(heading, 'risposte'),
    subject: textOf(heading, 'oggetto'),
    provider: required(dati, 'gestore-emittente'),
    at: readInstant(child(dati, 'data')!),
    identifier,
    clientMsgid: textOf(dati, 'msgid')?.trim(),
    receiptType,
    deliveryTo: textOf(dati, 'consegna')?.trim(),
    takenFor: takenFor.length > 0 ? takenFor : undefined,
    extendedError: textOf(dati, 'errore-esteso'),
  }
}

/** The text of the file in the encoding it declares: UTF-8 unless it says ISO-8859-1. */
const decode = (bytes: Uint8Array): string => {
  const encoding = declaredEncoding(toLatin1(bytes, 0, 200).replace(/^\u00ef\u00bb\u00bf/, '')) ?? 'utf-8'
  if (encoding === 'iso-8859-1' || encoding === 'latin1') return toLatin1(bytes)
  if (encoding !== 'utf-8' && encoding !== 'utf8' && encoding !== 'us-ascii') return fail('unknown encoding')
  return toUtf8Strict(bytes) ?? fail('bytes that are not UTF-8')
}

/**
 * Reads certification data, strictly by the DTD but for white space after the root, as real providers leave it.
 * Values that are addresses, identifiers and dates are trimmed; subject and extended error are not.
 */
export const parseDaticert = (bytes: Uint8Array): DaticertResult => {
  try {
    if (bytes.length > MAX_DATICERT_BYTES) fail('daticert.xml is too long')
    const xml = parseXml(decode(bytes))
    if (xml.kind === 'refused') return xml
    if (xml.root.name !== 'postacert') fail('the root is not postacert')
    checkElement(xml.root)
    return { kind: 'ok', data: readData(xml.root) }
  } catch (error) {
    if (error instanceof DaticertError) return { kind: 'refused', reason: error.message }
    throw error
  }
}
