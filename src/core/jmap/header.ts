// Header fields of an Email and its parts, in the forms of RFC 8621 §4.1.2, and the properties that ask for them (§4.1.3).
import { fromLatin1, toUtf8 } from '../lib/bytes.ts'
import { parseMailDate } from '../mail/date.ts'
import { unfold } from '../mail/header.ts'
import { type EnvelopeAddress, envelopeAddresses } from '../mail/imap/envelope.ts'
import type { HeaderField } from '../mail/structure.ts'
import { decodeText, rawToText } from '../mail/words.ts'

export type HeaderForm = 'Raw' | 'Text' | 'Addresses' | 'GroupedAddresses' | 'MessageIds' | 'Date' | 'URLs'

export type EmailAddress = { readonly name: string | null; readonly email: string }
export type AddressGroup = { readonly name: string | null; readonly addresses: readonly EmailAddress[] }

/** A property `header:…`. */
export type HeaderProperty = {
  readonly property: string
  readonly lowerName: string
  readonly form: HeaderForm
  readonly all: boolean
}

const ADDRESS_FIELDS = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'resent-from',
  'resent-sender',
  'resent-reply-to',
  'resent-to',
  'resent-cc',
  'resent-bcc',
]
const ID_FIELDS = ['message-id', 'in-reply-to', 'references', 'resent-message-id']
const DATE_FIELDS = ['date', 'resent-date']
const URL_FIELDS = ['list-help', 'list-unsubscribe', 'list-subscribe', 'list-post', 'list-owner', 'list-archive']
const TEXT_FIELDS = ['subject', 'comments', 'keywords', 'list-id']
/** The others of RFC 5322 and RFC 2369: raw only. */
const RAW_FIELDS = ['return-path', 'received']

/** RFC 8621 §4.1.2: the fields that RFC 5322 and 2369 define, with their forms; any other may have every form. */
const FORMS: ReadonlyMap<string, readonly HeaderForm[]> = (() => {
  const forms = new Map<string, readonly HeaderForm[]>()
  const allow = (names: readonly string[], ...allowed: readonly HeaderForm[]): void => {
    for (const name of names) forms.set(name, ['Raw', ...allowed])
  }
  allow(ADDRESS_FIELDS, 'Addresses', 'GroupedAddresses')
  allow(ID_FIELDS, 'MessageIds')
  allow(DATE_FIELDS, 'Date')
  allow(URL_FIELDS, 'URLs')
  allow(TEXT_FIELDS, 'Text')
  allow(RAW_FIELDS)
  return forms
})()

const FORM_OF: Readonly<Record<string, HeaderForm>> = {
  asRaw: 'Raw',
  asText: 'Text',
  asAddresses: 'Addresses',
  asGroupedAddresses: 'GroupedAddresses',
  asMessageIds: 'MessageIds',
  asDate: 'Date',
  asURLs: 'URLs',
}

/** Reads a property name that begins with `header:`; undefined where it asks for what may not be asked. */
export const parseHeaderProperty = (property: string): HeaderProperty | undefined => {
  const [prefix, name, ...rest] = property.split(':')
  if (prefix !== 'header' || name === undefined || !/^[!-9;-~]{1,200}$/.test(name)) return undefined
  const all = rest.at(-1) === 'all'
  if (all) rest.pop()
  if (rest.length > 1) return undefined
  const form = rest.length === 0 ? 'Raw' : FORM_OF[rest[0]!]
  const lowerName = name.toLowerCase()
  if (form === undefined || !(FORMS.get(lowerName)?.includes(form) ?? true)) return undefined
  return { property, lowerName, form, all }
}

/** A raw value as Unicode: what is not UTF-8 becomes U+FFFD, NUL goes. */
export const rawForm = (rawValue: string): string =>
  /[^\x01-\x7f]/.test(rawValue) ? toUtf8(fromLatin1(rawValue)).replaceAll('\0', '') : rawValue

export const textForm = (rawValue: string): string => decodeText(unfold(rawValue)).normalize('NFC')

const DOT_ATOM = /^[^\s"(),:;<>@[\]\\]+$/

const specOf = ({ mailbox, host }: EnvelopeAddress): string => {
  const local = rawToText(mailbox ?? '')
  const shown = local === '' || DOT_ATOM.test(local) ? local : `"${local.replace(/["\\]/g, '\\$&')}"`
  return host ? `${shown}@${rawToText(host)}` : rawToText(mailbox ?? '')
}
const nameOf = (raw: string | undefined): string | null => {
  if (raw === undefined) return null
  const name = decodeText(raw).normalize('NFC').trim()
  return name === '' ? null : name
}

export const groupedForm = (rawValue: string): readonly AddressGroup[] => {
  const groups: { name: string | null; addresses: EmailAddress[] }[] = []
  let open: { name: string | null; addresses: EmailAddress[] } | undefined
  let inGroup = false
  for (const address of envelopeAddresses(rawValue)) {
    if (address.host === undefined) {
      inGroup = address.mailbox !== undefined
      open = inGroup ? { name: nameOf(address.mailbox), addresses: [] } : undefined
      if (open) groups.push(open)
      continue
    }
    const email = specOf(address)
    if (email === '') continue
    if (!open) {
      open = { name: null, addresses: [] }
      groups.push(open)
    }
    open.addresses.push({ name: nameOf(address.name), email })
  }
  return groups
}

export const addressesForm = (rawValue: string): readonly EmailAddress[] =>
  groupedForm(rawValue).flatMap(({ addresses }) => addresses)

/** Ids without brackets; null where the value cannot be read as ids. */
export const messageIdsForm = (rawValue: string): readonly string[] | null => {
  const ids = [...unfold(rawValue).matchAll(/<\s*([^<>]*?)\s*>/g)].map((found) => rawForm(found[1]!))
  const kept = ids.filter((id) => id !== '')
  return kept.length > 0 ? kept : null
}

/** A date as RFC 3339 with the offset that was written; null where it is none. */
export const dateForm = (rawValue: string): string | null => {
  const date = parseMailDate(rawValue)
  if (!date || Math.abs(date.at) > 8e15) return null
  const zone = /\s([+-])(\d{2}):?(\d{2})(?=\s|\(|$)/.exec(unfold(rawValue))
  const minutes = zone ? (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0
  const isZone = zone !== null && Math.abs(minutes) < 24 * 60 && Number(zone[3]) < 60
  const shown = new Date(date.at + (isZone ? minutes * 60_000 : 0)).toISOString()
  if (!/^\d{4}-/.test(shown)) return null
  const plain = shown.replace(/(?:\.000)?Z$/, '')
  return isZone && minutes !== 0 ? `${plain}${zone[1]}${zone[2]}:${zone[3]}` : `${plain}Z`
}

/** URLs in angle brackets (RFC 2369 §2); null where there are none. */
export const urlsForm = (rawValue: string): readonly string[] | null => {
  const urls = [...unfold(rawValue).matchAll(/<([^<>]*)>/g)].map((found) => rawForm(found[1]!).replace(/\s/g, ''))
  return urls.length > 0 ? urls : null
}

const READERS: Readonly<Record<HeaderForm, (rawValue: string) => unknown>> = {
  Raw: rawForm,
  Text: textForm,
  Addresses: addressesForm,
  GroupedAddresses: groupedForm,
  MessageIds: messageIdsForm,
  Date: dateForm,
  URLs: urlsForm,
}

/** The value of a header property: of the last field of that name, or of all (RFC 8621 §4.1.3). */
export const headerValue = (
  fields: readonly HeaderField[],
  { lowerName, form, all }: Pick<HeaderProperty, 'lowerName' | 'form' | 'all'>,
): unknown => {
  const read = READERS[form]
  if (all) return fields.filter((field) => field.lowerName === lowerName).map((field) => read(field.rawValue))
  const last = fields.findLast((field) => field.lowerName === lowerName)
  return last ? read(last.rawValue) : null
}

/** EmailHeader objects, in the order of the section. */
export const allHeaders = (fields: readonly HeaderField[]) =>
  fields.map(({ name, rawValue }) => ({ name, value: rawForm(rawValue) }))
