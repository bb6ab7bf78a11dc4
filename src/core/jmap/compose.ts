// The header of a message that a client makes (RFC 8621 §4.6): from properties to lines.
import { fromUtf8, toLatin1 } from '../lib/bytes.ts'
import { encodeAddressField, encodeField } from '../mail/header.ts'
import { isDate, isRecord, isString } from './args.ts'
import type { SetError } from './errors.ts'
import { type HeaderForm, type HeaderProperty, parseHeaderProperty } from './header.ts'

/** Properties that stand for a field, with its name as it is usually written. */
export const CONVENIENT_FIELDS: Readonly<Record<string, readonly [name: string, form: HeaderForm]>> = {
  messageId: ['Message-ID', 'MessageIds'],
  inReplyTo: ['In-Reply-To', 'MessageIds'],
  references: ['References', 'MessageIds'],
  sender: ['Sender', 'Addresses'],
  from: ['From', 'Addresses'],
  to: ['To', 'Addresses'],
  cc: ['Cc', 'Addresses'],
  bcc: ['Bcc', 'Addresses'],
  replyTo: ['Reply-To', 'Addresses'],
  subject: ['Subject', 'Text'],
  sentAt: ['Date', 'Date'],
}

/** By their path where they stand within others. A description only where the names do not say what is wrong. */
export const invalidProperties = (properties: readonly string[], description?: string): SetError => ({
  type: 'invalidProperties',
  ...(description === undefined ? {} : { description }),
  properties,
})

type Written = string | undefined

const isAddress = (value: unknown): value is { readonly name?: string | null; readonly email: string } =>
  isRecord(value) &&
  isString(value.email) &&
  /^[^\s<>\0-\x1f\x7f]{1,254}$/.test(value.email) &&
  (value.name === undefined || value.name === null || isString(value.name))

/** An address as it stands in a list, folded lines within it. */
const addressText = ({ name, email }: { readonly name?: string | null; readonly email: string }): string =>
  encodeAddressField('X', name ?? '', email)
    .slice(2)
    .trim()

const writeAddresses = (name: string, value: unknown): Written =>
  Array.isArray(value) && value.every(isAddress) && value.length > 0
    ? `${name}: ${value.map(addressText).join(',\r\n ')}\r\n`
    : undefined

const writeGroups = (name: string, value: unknown): Written => {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const parts: string[] = []
  for (const group of value) {
    if (!isRecord(group) || !Array.isArray(group.addresses) || !group.addresses.every(isAddress)) return undefined
    const list = group.addresses.map(addressText).join(',\r\n ')
    if (group.name === null || group.name === undefined) parts.push(list)
    else if (!isString(group.name)) return undefined
    else {
      const phrase = encodeAddressField('X', group.name, 'x')
        .slice(2)
        .trim()
        .replace(/\s*<x>$/, '')
      parts.push(`${phrase}: ${list};`)
    }
  }
  return `${name}: ${parts.filter((part) => part !== '').join(',\r\n ')}\r\n`
}

const writeIds = (name: string, value: unknown): Written =>
  Array.isArray(value) && value.length > 0 && value.every((id) => isString(id) && /^[!-;=?-~]{1,900}$/.test(id))
    ? `${name}: ${value.map((id) => `<${id}>`).join('\r\n ')}\r\n`
    : undefined

const writeUrls = (name: string, value: unknown): Written =>
  Array.isArray(value) && value.length > 0 && value.every((url) => isString(url) && /^[!-;=?-~]{1,900}$/.test(url))
    ? `${name}: ${value.map((url) => `<${url}>`).join(',\r\n ')}\r\n`
    : undefined

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (number: number): string => String(number).padStart(2, '0')

/** A date as RFC 5322 §3.3 writes it, in the zone in which it was given. */
export const dateText = (value: string): string => {
  const zone = /([+-])(\d\d):(\d\d)$/.exec(value)
  const minutes = zone ? (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0
  const local = new Date(Date.parse(value) + minutes * 60_000)
  const day = `${DAYS[local.getUTCDay()]}, ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()}`
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`
  return `${day} ${time} ${zone ? `${zone[1]}${zone[2]}${zone[3]}` : '+0000'}`
}

const writeRaw = (name: string, value: unknown): Written => {
  if (!isString(value) || !value.isWellFormed() || /[\0]|\r(?!\n)|\n(?![ \t])/.test(value)) return undefined
  const even = value.replace(/\r?\n/g, '\r\n')
  if (even.split('\r\n').some((line) => line.length > 990)) return undefined
  const written = toLatin1(fromUtf8(even))
  return `${name}:${/^[ \t]/.test(written) ? '' : ' '}${written}\r\n`
}

const WRITERS: Readonly<Record<HeaderForm, (name: string, value: unknown) => Written>> = {
  Raw: writeRaw,
  Text: (name, value) => (isString(value) ? encodeField(name, value) : undefined),
  Addresses: writeAddresses,
  GroupedAddresses: writeGroups,
  MessageIds: writeIds,
  Date: (name, value) => (isDate(value) ? `${name}: ${dateText(value)}\r\n` : undefined),
  URLs: writeUrls,
}

/** Whether an empty value stands for a field that is not there. */
const isNothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0)

type HeaderLines = { readonly lines: string; readonly names: ReadonlySet<string> }

/** A name as the client wrote it in `header:Name:…`. */
const writtenName = (property: string): string => property.split(':')[1]!

const writeField = (
  property: string,
  name: string,
  header: Omit<HeaderProperty, 'property' | 'lowerName'>,
  value: unknown,
): string | SetError => {
  const values = header.all ? value : [value]
  if (!Array.isArray(values)) return invalidProperties([property])
  let lines = ''
  for (const one of values) {
    const line = WRITERS[header.form](name, one)
    if (line === undefined) return invalidProperties([property])
    lines += line
  }
  return lines
}

/**
 * The fields that properties of an object ask for; `of` tells what the object is: a message, or a part of one.
 * `taken`: fields that may not be given here, for they are given elsewhere.
 */
export const headerLines = (
  object: Readonly<Record<string, unknown>>,
  of: 'email' | 'part',
  taken: ReadonlySet<string> = new Set(),
): HeaderLines | SetError => {
  const names = new Set<string>()
  let lines = ''
  for (const [property, value] of Object.entries(object)) {
    const convenient =
      of === 'email' && Object.hasOwn(CONVENIENT_FIELDS, property) ? CONVENIENT_FIELDS[property] : undefined
    const header = property.startsWith('header:') ? parseHeaderProperty(property) : undefined
    if (property.startsWith('header:') && !header) return invalidProperties([property])
    if (!convenient && !header) continue
    const name = convenient?.[0] ?? writtenName(property)
    const lowerName = name.toLowerCase()
    // RFC 8621 §4.6: the server writes these; and a field is given in one way.
    const isOurs =
      of === 'email'
        ? lowerName.startsWith('content-') || lowerName === 'mime-version'
        : lowerName === 'content-transfer-encoding'
    if (isOurs || name.length > 76) return invalidProperties([property])
    if (names.has(lowerName) || taken.has(lowerName)) return invalidProperties([property])
    if (isNothing(value)) continue
    names.add(lowerName)
    const written = writeField(property, name, convenient ? { form: convenient[1], all: false } : header!, value)
    if (typeof written !== 'string') return written
    lines += written
  }
  return { lines, names }
}
