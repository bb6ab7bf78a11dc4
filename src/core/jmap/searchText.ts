// What a person looks for, as one line that can be typed, shared and kept: `da:rossi stato:in-attesa prima:2026-01-01 verbale`.
// Names and values are Italian or English; what is not a name is a word to be found.
import { civilDate, instantOf } from '../lib/calendar.ts'
import { foldText } from '../mail/fold.ts'
import type { PecMessageKind, PecRecipientState } from './pec.ts'

/** `warnings`: what came with a warning; `receipts`: what providers wrote about messages. */
export type SearchKind = 'certified' | 'ordinary' | 'receipts' | 'warnings' | 'sent'
/** `pending`: sent, and of some recipient nothing final is known. */
export type SearchState = 'pending' | 'failed' | 'delivered'

export type Search = {
  /** As they were written, phrases in their quotes. */
  readonly words: string
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly subject: readonly string[]
  readonly kind: SearchKind | undefined
  readonly state: SearchState | undefined
  /** Days, `YYYY-MM-DD`: on it or after, and before it. */
  readonly after: string | undefined
  readonly before: string | undefined
  readonly attachment: boolean | undefined
  readonly unread: boolean | undefined
  readonly flagged: boolean | undefined
  /** Name or word of a folder. */
  readonly folder: string | undefined
  /** Looks in bin and junk too. */
  readonly bin: boolean
}

export const EMPTY_SEARCH: Search = {
  words: '',
  from: [],
  to: [],
  subject: [],
  kind: undefined,
  state: undefined,
  after: undefined,
  before: undefined,
  attachment: undefined,
  unread: undefined,
  flagged: undefined,
  folder: undefined,
  bin: false,
}

type Words<K extends string> = Readonly<Record<K, { readonly it: string; readonly en: string; readonly more: string }>>

/** Names before the colon; `more`: others that are understood. */
const NAMES: Words<Exclude<keyof Search, 'words'>> = {
  from: { it: 'da', en: 'from', more: 'mittente' },
  to: { it: 'a', en: 'to', more: 'destinatario' },
  subject: { it: 'oggetto', en: 'subject', more: '' },
  kind: { it: 'tipo', en: 'kind', more: 'type' },
  state: { it: 'stato', en: 'status', more: 'state' },
  after: { it: 'dopo', en: 'after', more: 'dal since' },
  before: { it: 'prima', en: 'before', more: '' },
  attachment: { it: 'allegato', en: 'attachment', more: 'allegati attachments' },
  unread: { it: 'da-leggere', en: 'unread', more: 'nonletta' },
  flagged: { it: 'evidenza', en: 'flagged', more: 'star' },
  folder: { it: 'cartella', en: 'folder', more: 'in' },
  bin: { it: 'cestino', en: 'bin', more: 'trash' },
}
const KINDS: Words<SearchKind> = {
  certified: { it: 'certificata', en: 'certified', more: 'pec certificate certificati' },
  ordinary: { it: 'ordinaria', en: 'ordinary', more: 'ordinarie' },
  receipts: { it: 'ricevuta', en: 'receipt', more: 'ricevute receipts' },
  warnings: { it: 'anomalia', en: 'anomaly', more: 'anomalie anomalies' },
  sent: { it: 'inviata', en: 'sent', more: 'inviate' },
}
const STATES: Words<SearchState> = {
  pending: { it: 'in-attesa', en: 'pending', more: 'attesa' },
  failed: { it: 'mancata', en: 'failed', more: 'mancata-consegna non-consegnata' },
  delivered: { it: 'consegnata', en: 'delivered', more: 'consegnate' },
}
const ANSWERS: Words<'yes' | 'no'> = {
  yes: { it: 'sì', en: 'yes', more: 'si true 1' },
  no: { it: 'no', en: 'no', more: 'false 0' },
}

const understood = <K extends string>(table: Words<K>): ReadonlyMap<string, K> =>
  new Map(
    (Object.entries(table) as [K, Words<K>[K]][]).flatMap(([key, { it, en, more }]) =>
      [it, en, ...more.split(' ')].filter((word) => word !== '').map((word) => [foldText(word), key] as const),
    ),
  )
const NAME_WORDS = understood(NAMES)
const KIND_WORDS = understood(KINDS)
const STATE_WORDS = understood(STATES)
const ANSWER_WORDS = understood(ANSWERS)

/** `2026-01-31`, `31/1/2026`, `31.01.2026`; a month or a year is its first day. */
const dayOf = (text: string): string | undefined => {
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text)
  const italian = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text)
  const [year, month, day] = iso
    ? [Number(iso[1]), Number(iso[2] ?? 1), Number(iso[3] ?? 1)]
    : italian
      ? [Number(italian[3]), Number(italian[2]), Number(italian[1])]
      : [0, 0, 0]
  return year < 1990 ? undefined : civilDate(year, month, day)
}

/** What a name with its value says; undefined where it says nothing, and is a word like others. */
const readPair = (name: string, given: string, so: Search): Partial<Search> | undefined => {
  const key = NAME_WORDS.get(foldText(name))
  const value = given.replace(/[\s"]+/g, ' ').trim()
  if (key === undefined || value === '') return undefined
  const told = foldText(value)
  switch (key) {
    case 'from':
    case 'to':
    case 'subject':
      return { [key]: [...so[key], value] }
    case 'folder':
      return { folder: value }
    case 'kind':
      return KIND_WORDS.has(told) ? { kind: KIND_WORDS.get(told) } : undefined
    case 'state':
      return STATE_WORDS.has(told) ? { state: STATE_WORDS.get(told) } : undefined
    case 'after':
    case 'before': {
      const day = dayOf(value)
      return day === undefined ? undefined : { [key]: day }
    }
    default: {
      const answer = ANSWER_WORDS.get(told)
      return answer === undefined ? undefined : { [key]: answer === 'yes' }
    }
  }
}

/** A piece: a phrase in quotes, a name with a phrase or a word, a word. A quote that does not end is a character. */
const PIECES = /([\p{L}-]+):"([^"]*)"|"[^"]*"|(\S+)/gu

/** Reads the line. There is none that cannot be read: what is not understood is looked for. */
export const parseSearch = (text: string): Search => {
  let search = EMPTY_SEARCH
  const words: string[] = []
  for (const [piece, name, phrase] of text.matchAll(PIECES)) {
    const plain = name === undefined ? /^([\p{L}-]+):([^"].*)$/u.exec(piece) : null
    const told = readPair(name ?? plain?.[1] ?? '', phrase ?? plain?.[2] ?? '', search)
    if (told) search = { ...search, ...told }
    else words.push(piece)
  }
  return { ...search, words: words.join(' ') }
}

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value)

/** The line that says it; `parseSearch` reads the same from it. */
export const printSearch = (search: Search, language: 'it' | 'en'): string => {
  const parts: string[] = []
  const add = (key: keyof typeof NAMES, value: string | undefined): void => {
    if (value) parts.push(`${NAMES[key][language]}:${quoted(value)}`)
  }
  const answer = (given: boolean | undefined): string | undefined =>
    given === undefined ? undefined : ANSWERS[given ? 'yes' : 'no'][language]
  for (const key of ['from', 'to', 'subject'] as const) for (const value of search[key]) add(key, value)
  add('kind', search.kind && KINDS[search.kind][language])
  add('state', search.state && STATES[search.state][language])
  add('after', search.after)
  add('before', search.before)
  for (const key of ['attachment', 'unread', 'flagged'] as const) add(key, answer(search[key]))
  add('folder', search.folder)
  add('bin', search.bin ? ANSWERS.yes[language] : undefined)
  if (search.words.trim() !== '') parts.push(search.words.trim())
  return parts.join(' ')
}

const KIND_FILTERS: Readonly<Record<SearchKind, readonly PecMessageKind[]>> = {
  certified: ['transportEnvelope'],
  ordinary: ['ordinary'],
  receipts: [
    'acceptance',
    'nonAcceptance',
    'virusNonAcceptance',
    'takeInCharge',
    'deliveryComplete',
    'deliveryBrief',
    'deliveryConcise',
    'nonDelivery',
    'timeoutWarning',
    'timeoutFinal',
    'virusDetection',
    'virusNonDelivery',
  ],
  warnings: ['anomalyEnvelope', 'virusDetection', 'virusNonDelivery', 'virusNonAcceptance'],
  sent: ['sent'],
}
const STATE_FILTERS: Readonly<Record<SearchState, readonly PecRecipientState[]>> = {
  pending: ['pending', 'taken', 'warned'],
  failed: ['failed', 'expired'],
  delivered: ['delivered'],
}
/** Kinds that are no written message: they are looked for among receipts. */
const AMONG_RECEIPTS: readonly SearchKind[] = ['receipts', 'warnings']

export type SearchFolder = { readonly id: string; readonly name: string; readonly role: string | null }

/** Of a folder what people may call it: its name, its role, its word in addresses. */
const ROLE_WORDS: Readonly<Record<string, readonly string[]>> = {
  inbox: ['arrivo', 'posta in arrivo', 'inbox'],
  sent: ['inviata', 'posta inviata', 'sent'],
  drafts: ['bozze', 'drafts'],
  trash: ['cestino', 'bin', 'trash'],
  junk: ['indesiderata', 'junk', 'spam'],
  archive: ['archivio', 'archive'],
}

const folderCalled = (folders: readonly SearchFolder[], name: string): SearchFolder | undefined => {
  const called = foldText(name)
  return (
    folders.find(({ role }) => role !== null && ROLE_WORDS[role]?.includes(called)) ??
    folders.find((one) => foldText(one.name) === called) ??
    folders.find(({ id }) => id === name)
  )
}

/** Whether nothing is asked for. */
export const isEmptySearch = (search: Search): boolean =>
  printSearch({ ...search, folder: undefined, bin: false }, 'it') === '' && search.folder === undefined

/** When a day begins in Italy, as UTCDate of RFC 8620 §1.4. */
const dayStart = (day: string): string => `${new Date(instantOf(day)).toISOString().slice(0, 19)}Z`

/** The filter of Email/query (RFC 8621 §4.4.1, and that of `urn:ceralacca:pec`). */
export const searchFilter = (search: Search, folders: readonly SearchFolder[]): Readonly<Record<string, unknown>> => {
  const all: Record<string, unknown>[] = []
  if (search.words !== '') all.push({ text: search.words })
  for (const key of ['from', 'to', 'subject'] as const) for (const value of search[key]) all.push({ [key]: value })
  if (search.kind) all.push({ pecKinds: KIND_FILTERS[search.kind] })
  if (!search.kind || !AMONG_RECEIPTS.includes(search.kind)) all.push({ pecWritten: true })
  if (search.state) all.push({ pecStates: STATE_FILTERS[search.state] })
  if (search.after) all.push({ after: dayStart(search.after) })
  if (search.before) all.push({ before: dayStart(search.before) })
  if (search.attachment !== undefined) all.push({ hasAttachment: search.attachment })
  if (search.unread !== undefined) all.push({ [search.unread ? 'notKeyword' : 'hasKeyword']: '$seen' })
  if (search.flagged !== undefined) all.push({ [search.flagged ? 'hasKeyword' : 'notKeyword']: '$flagged' })
  // a folder that is not there holds nothing
  if (search.folder !== undefined) all.push({ inMailbox: folderCalled(folders, search.folder)?.id ?? 'F0' })
  else if (!search.bin) {
    const away = folders.filter(({ role }) => role === 'trash' || role === 'junk').map(({ id }) => id)
    if (away.length > 0) all.push({ inMailboxOtherThan: away })
  }
  return all.length === 1 ? all[0]! : { operator: 'AND', conditions: all }
}

/** The parts that SearchSnippet/get marks. */
export const snippetFilter = (search: Search): Readonly<Record<string, unknown>> | undefined => {
  const all: Record<string, unknown>[] = []
  if (search.words !== '') all.push({ text: search.words })
  for (const value of search.subject) all.push({ subject: value })
  return all.length === 0 ? undefined : all.length === 1 ? all[0]! : { operator: 'AND', conditions: all }
}
