// Whether files that lie together are about one message: same identifier, same original, receipts of every recipient.
import type { Instant } from '../lib/instant.ts'
import { addressKey, sameAddress } from '../mail/address.ts'
import type { CertificationData, PecKind } from '../pec/model.ts'
import type { Digested, MessageFinding, Part } from './part.ts'
import { pecKindOf, provenData } from './part.ts'

/** What is checked of files together. */
export type TogetherName =
  /** All certified messages are about one message. */
  | 'oneMessage'
  /** Sender, recipients and subject are the same in all that is about it. */
  | 'sameFacts'
  /** The original is the same in the envelope, in complete receipts, and as a file. */
  | 'original'
  /** The provider of the sender accepted it. */
  | 'acceptance'
  /** What became of it is known for each certified recipient. */
  | 'receipts'
  /** Each daticert.xml that lies there as a file is the one inside a message. */
  | 'daticert'
  /** The list of digests is that of the files. */
  | 'fingerprints'

export type TogetherCheck = {
  readonly name: TogetherName
  /** As in the checks of a message: `weak` holds with a reservation, `notChecked` lacks what it needs. */
  readonly outcome: 'holds' | 'weak' | 'fails' | 'notChecked'
  /** Names of files, or addresses, that it is about. */
  readonly detail?: string | undefined
}

/** What became of a message for one recipient, by the receipts that hold. */
export type Fate = {
  readonly address: string
  readonly certified: boolean
  /** `ordinary`: no receipt is due; `unknown`: none is there. */
  readonly fate: 'delivered' | 'notDelivered' | 'takenInCharge' | 'ordinary' | 'unknown'
  readonly at?: Instant | undefined
  /** The file that says it. */
  readonly part?: string | undefined
}

/** All that is about one certified message. */
export type Group = {
  readonly identifier: string
  readonly sender: string
  readonly subject?: string | undefined
  /** Names of the files, in their order. */
  readonly parts: readonly string[]
  readonly recipients: readonly Fate[]
  readonly checks: readonly TogetherCheck[]
}

export type Together = {
  readonly groups: readonly Group[]
  readonly checks: readonly TogetherCheck[]
}

/** Name of the list of digests in an archive: a line for each file, as `sha256sum` writes them. */
export const FINGERPRINTS = 'impronte.sha256'

const check = (name: TogetherName, outcome: TogetherCheck['outcome'], detail?: string): TogetherCheck => ({
  name,
  outcome,
  ...(detail === undefined || detail === '' ? {} : { detail }),
})

/** Longest list of names that is told. */
const named = (names: readonly string[]): string =>
  names.slice(0, 10).join(', ') + (names.length > 10 ? `, … (+${names.length - 10})` : '')

/** Puts the files of an archive together. `fingerprints`: what its list of digests says, where it has one. */
export const together = (parts: readonly Part[], fingerprints?: string): Together => {
  const groups = groupsOf(parts)
  return {
    groups,
    checks: [
      ...(groups.length === 0 ? [] : [check('oneMessage', groups.length === 1 ? 'holds' : 'weak')]),
      ...daticertCheck(parts),
      ...(fingerprints === undefined ? [] : [fingerprintsCheck(parts, fingerprints)]),
    ],
  }
}

type Proven = { readonly part: Part; readonly data: CertificationData }

const groupsOf = (parts: readonly Part[]): readonly Group[] => {
  const byIdentifier = new Map<string, Proven[]>()
  for (const part of parts) {
    const data = provenData(part)
    if (data === undefined) continue
    const known = byIdentifier.get(data.identifier)
    if (known) known.push({ part, data })
    else byIdentifier.set(data.identifier, [{ part, data }])
  }
  return [...byIdentifier].map(([identifier, proven]) => groupOf(identifier, proven, parts))
}

const messageIdOf = (part: Part): string | undefined =>
  part.finding.kind === 'message' && part.finding.verification.kind === 'ordinary'
    ? part.finding.verification.message.messageId
    : undefined

const groupOf = (identifier: string, proven: readonly Proven[], all: readonly Part[]): Group => {
  // The envelope and what the sender's provider says come first: other providers quote them.
  const first = proven.find(({ data }) => data.kind === 'transportEnvelope' || data.kind === 'acceptance') ?? proven[0]!
  const { data } = first
  const clientMsgid = data.clientMsgid?.replace(/^<|>$/g, '')
  const loose = all.filter((part) => messageIdOf(part) === identifier)
  const asSent = all.filter((part) => clientMsgid !== undefined && messageIdOf(part) === clientMsgid)
  const members = new Set([...proven.map(({ part }) => part), ...loose, ...asSent])
  const recipients = data.recipients.map((one) => fateOf(one.address, one.certified, proven))
  return {
    identifier,
    sender: data.sender,
    subject: data.subject,
    parts: all.filter((part) => members.has(part)).map((part) => part.name),
    recipients,
    checks: [
      sameFactsCheck(first, proven),
      originalCheck(proven, loose),
      acceptanceCheck(proven),
      receiptsCheck(recipients),
    ],
  }
}

const sameRecipients = (a: CertificationData, b: CertificationData): boolean => {
  const keys = (data: CertificationData): string =>
    [...new Set(data.recipients.map((one) => addressKey(one.address)))].sort().join('\n')
  return keys(a) === keys(b)
}

const sameSubject = (a: CertificationData, b: CertificationData): boolean => {
  const text = (data: CertificationData): string => (data.subject ?? '').replace(/\s+/g, ' ').trim()
  return text(a) === text(b)
}

const sameFactsCheck = (first: Proven, proven: readonly Proven[]): TogetherCheck => {
  const others = proven.filter((one) => one !== first)
  if (others.length === 0) return check('sameFacts', 'notChecked')
  const foreign = others.filter(({ data }) => !sameAddress(data.sender, first.data.sender))
  if (foreign.length > 0) return check('sameFacts', 'fails', named(foreign.map(({ part }) => part.name)))
  const unlike = others.filter(({ data }) => !sameRecipients(data, first.data) || !sameSubject(data, first.data))
  return unlike.length === 0
    ? check('sameFacts', 'holds')
    : check('sameFacts', 'weak', named(unlike.map(({ part }) => part.name)))
}

/** Kinds that carry the original whole: a brief receipt carries digests in place of attachments. */
const CARRIES_WHOLE: ReadonlySet<PecKind | 'unknown' | undefined> = new Set<PecKind>([
  'transportEnvelope',
  'deliveryComplete',
])

const originalCheck = (proven: readonly Proven[], loose: readonly Part[]): TogetherCheck => {
  const carried = proven.flatMap(({ part }) => {
    const original = CARRIES_WHOLE.has(pecKindOf(part)) ? (part.finding as MessageFinding).original : undefined
    return original === undefined ? [] : [{ part, original }]
  })
  const reference = carried.find(({ part }) => pecKindOf(part) === 'transportEnvelope') ?? carried[0]
  if (reference === undefined) return check('original', 'notChecked')
  const { sha256 } = reference.original
  const sameAs = (part: Part): boolean =>
    part.sha256 === sha256 || (part.finding as MessageFinding).withCrlf?.sha256 === sha256
  const different = [
    ...carried.filter(({ original }) => original.sha256 !== sha256).map(({ part }) => part.name),
    ...loose.filter((part) => !sameAs(part)).map((part) => part.name),
  ]
  if (different.length > 0) return check('original', 'fails', named(different))
  return carried.length + loose.length > 1 ? check('original', 'holds') : check('original', 'notChecked')
}

const acceptanceCheck = (proven: readonly Proven[]): TogetherCheck =>
  check('acceptance', proven.some(({ data }) => data.kind === 'acceptance') ? 'holds' : 'notChecked')

const FATES: Readonly<Partial<Record<PecKind | 'unknown', Fate['fate']>>> = {
  deliveryComplete: 'delivered',
  deliveryBrief: 'delivered',
  deliveryConcise: 'delivered',
  nonDelivery: 'notDelivered',
  virusNonDelivery: 'notDelivered',
  timeoutFinal: 'notDelivered',
  takeInCharge: 'takenInCharge',
}
/** What counts more when several receipts speak of one recipient: a delivery that came late is a delivery. */
const WEIGHT: Readonly<Record<Fate['fate'], number>> = {
  delivered: 3,
  notDelivered: 2,
  takenInCharge: 1,
  ordinary: 0,
  unknown: 0,
}

const fateOf = (address: string, certified: boolean, proven: readonly Proven[]): Fate => {
  let found: Fate = { address, certified, fate: certified ? 'unknown' : 'ordinary' }
  for (const { part, data } of proven) {
    const fate = FATES[pecKindOf(part) ?? 'unknown']
    if (fate === undefined || WEIGHT[fate] <= WEIGHT[found.fate]) continue
    const told = data.takenFor ?? (data.deliveryTo === undefined ? [] : [data.deliveryTo])
    if (!told.some((one) => sameAddress(one, address))) continue
    found = { address, certified, fate, at: data.at, part: part.name }
  }
  return found
}

const receiptsCheck = (recipients: readonly Fate[]): TogetherCheck => {
  const certified = recipients.filter((one) => one.certified)
  const open = certified.filter((one) => one.fate === 'unknown' || one.fate === 'takenInCharge')
  if (certified.length === open.length) return check('receipts', 'notChecked')
  return open.length === 0
    ? check('receipts', 'holds')
    : check('receipts', 'weak', named(open.map((one) => one.address)))
}

const IS_DATICERT = /(?:^|[/._-])daticert[^/]*\.xml$/i

const daticertCheck = (parts: readonly Part[]): readonly TogetherCheck[] => {
  const files = parts.filter((part) => IS_DATICERT.test(part.name))
  if (files.length === 0) return []
  const messages = parts.filter((part) => provenData(part) !== undefined)
  const inside = (part: Part): Digested | undefined => (part.finding as MessageFinding).daticert
  /** `02-busta.daticert.xml` is of `02-busta.eml`; any other may be of any message. */
  const ownerOf = (file: Part): Part | undefined =>
    messages.find((part) => part.name === file.name.replace(/\.daticert\.xml$/i, '.eml'))
  const strange = files.filter((file) => {
    const owner = ownerOf(file)
    return ![...(owner ? [owner] : messages)].some((part) => inside(part)?.sha256 === file.sha256)
  })
  return [
    strange.length === 0
      ? check('daticert', 'holds')
      : check('daticert', 'fails', named(strange.map((part) => part.name))),
  ]
}

/** Reads a list as `sha256sum` writes it. */
const readList = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, sha256, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []
      return sha256 === undefined || name === undefined ? [] : [[name, sha256] as const]
    }),
  )

const fingerprintsCheck = (parts: readonly Part[], text: string): TogetherCheck => {
  const list = readList(text)
  const found = new Map(parts.map((part) => [part.name, part.sha256]))
  const wrong = [...list].filter(([name, sha256]) => found.get(name) !== sha256).map(([name]) => name)
  const unlisted = [...found.keys()].filter((name) => name !== FINGERPRINTS && !list.has(name))
  const all = [...wrong, ...unlisted]
  return all.length === 0 && list.size > 0 ? check('fingerprints', 'holds') : check('fingerprints', 'fails', named(all))
}
