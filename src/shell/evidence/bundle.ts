// The evidence of one message as a zip, made while it is sent: messages are streamed, byte for byte; the same inputs give
// the same bytes.
import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import yazl from 'yazl'
import type { ProviderDirectory } from '../../core/directory/providers.ts'
import { type ArchiveFinding, concludeArchive } from '../../core/evidence/archive.ts'
import { FINGERPRINTS } from '../../core/evidence/belonging.ts'
import { digested, type InspectOptions } from '../../core/evidence/inspect.ts'
import {
  AUTHORITIES_NAME,
  type BundleFacts,
  bundleName,
  daticertName,
  fingerprintsText,
  INTERMEDIATES_NAME,
  JOURNAL_NAME,
  nameMessages,
  ORIGINAL_NAME,
  plainName,
  README_NAME,
  REPORT_NAME,
} from '../../core/evidence/layout.ts'
import type { Part } from '../../core/evidence/part.ts'
import { readmeText } from '../../core/evidence/readme.ts'
import { type ReportSubject, reportJson } from '../../core/evidence/report.ts'
import { equalBytes, fromUtf8, toBase64 } from '../../core/lib/bytes.ts'
import { DAY, HOUR, type Instant, legalTime } from '../../core/lib/instant.ts'
import { type Rope, rangePiece, ropeLength } from '../../core/lib/rope.ts'
import type { Certificate } from '../../core/smime/certificate.ts'
import type { Crl } from '../../core/smime/crl.ts'
import { sameName } from '../../core/smime/name.ts'
import type { Trust } from '../../core/smime/verify.ts'
import type { ContentStore } from '../content/store.ts'
import type { Database } from '../db/pool.ts'
import { journalOfMessage } from '../journal/store.ts'
import { threadOf } from '../pec/conversations.ts'
import { type Inspected, inspectStored } from './inspectStored.ts'
import { reportPdf } from './reportPdf.ts'
import { type KeptMessage, keptMessages, sentMessage } from './store.ts'

/** What evidence is made of. */
export type EvidenceSource = {
  readonly db: Database
  readonly contents: ContentStore
  readonly provider: string
  readonly trust: () => Trust
  /** The directory in use and since when; undefined where there is none yet. */
  readonly directory: () => { readonly directory: ProviderDirectory; readonly at: Instant | undefined } | undefined
  readonly now: () => Instant
}

export type Evidence = { readonly fileName: string; readonly bytes: AsyncIterable<Uint8Array> }

/** How long after its acceptance something of a message may still be written in the journal. */
const JOURNAL_SPAN_MS = 40 * DAY

/** One file of the bundle: in memory where it was made here, else as a rope. */
type BundleFile = { readonly name: string; readonly rope: Rope } | { readonly name: string; readonly bytes: Uint8Array }

const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${toBase64(der).replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`

const pemFile = (name: string, certificates: readonly Certificate[]): BundleFile => ({
  name,
  bytes: fromUtf8(certificates.map((one) => `# ${one.subject.text}\n${pem('CERTIFICATE', one.der)}`).join('')),
})

const unique = (certificates: readonly Certificate[]): readonly Certificate[] =>
  certificates.filter((one, i) => certificates.findIndex((other) => equalBytes(other.der, one.der)) === i)

type Credentials = {
  readonly files: readonly BundleFile[]
  readonly hasIntermediates: boolean
  readonly lists: readonly { readonly name: string; readonly crl: Crl; readonly signers: readonly string[] }[]
}

/** Certificates of the signers and of those above them, and the lists that speak of them. */
const credentialsOf = (inspected: readonly Inspected[], trust: Trust): Credentials => {
  const chains = inspected.filter((one) => one.chained).map((one) => one.chain)
  const signers = unique(inspected.flatMap((one) => one.chain.slice(0, 1)))
  const roots = unique(chains.flatMap((chain) => chain.slice(-1)))
  const above = unique(chains.flatMap((chain) => chain.slice(1, -1)))
  const issuers = [...roots, ...above]
  const named = signers.map((certificate, i) => ({
    certificate,
    name: `certificati/firmatario-${i + 1}-${plainName(certificate.subject.organization ?? 'gestore', 30)}.pem`,
  }))
  const lists = trust.crls
    .filter((crl) => issuers.some((issuer) => sameName(issuer.subject, crl.issuer)))
    .map((crl, i) => ({
      crl,
      name: `certificati/revoche-${i + 1}.pem`,
      signers: named
        .filter(({ certificate: one }) => sameName(one.issuer, crl.issuer))
        .filter(({ certificate: one }) => one.notBefore <= crl.thisUpdate && crl.thisUpdate <= one.notAfter)
        .map((one) => one.name),
    }))
  return {
    files: [
      ...(roots.length === 0 ? [] : [pemFile(AUTHORITIES_NAME, roots)]),
      ...(above.length === 0 ? [] : [pemFile(INTERMEDIATES_NAME, above)]),
      ...named.map(({ name, certificate }) => pemFile(name, [certificate])),
      ...lists.map(({ name, crl }) => ({ name, bytes: fromUtf8(pem('X509 CRL', crl.der)) })),
    ],
    hasIntermediates: above.length > 0,
    lists,
  }
}

type Named = Inspected & { readonly name: string }

const describe = (inspected: Inspected) => {
  const { kind, message } = inspected.finding.verification
  const { data } = message
  const about = data?.takenFor ?? (data?.deliveryTo === undefined ? [] : [data.deliveryTo])
  return { inspected, kind, at: data?.at ?? message.at ?? 0, about }
}

const nameAll = (inspected: readonly Inspected[], hasOriginal: boolean): readonly Named[] =>
  nameMessages(inspected.map(describe), hasOriginal).map(({ message, name }) => ({ ...message.inspected, name }))

const ropeOf = ({ content, sizeBytes }: KeptMessage): Rope => [rangePiece(content, 0, sizeBytes)]

/** The original: as it was certified here, or as it lies in the envelope that came. */
const originalOf = (sent: KeptMessage | undefined, inspected: readonly Inspected[]): Rope | undefined => {
  if (sent) return ropeOf(sent)
  const envelope = inspected.find((one) => one.finding.verification.kind === 'transportEnvelope')
  return (envelope ?? inspected.find((one) => one.original !== undefined))?.original
}

const partOf = ({ name, whole, finding }: Named): Part => ({ name, ...whole, finding })

const asDate = (at: Instant): Date => {
  // Zip has local times: the same everywhere, Italian ones.
  const { year, month, day, hour, minute, second } = legalTime(at)
  return new Date(year, month - 1, day, hour, minute, second)
}

const zipOf = (contents: ContentStore, files: readonly BundleFile[], asOf: Instant): AsyncIterable<Uint8Array> => {
  const zip = new yazl.ZipFile()
  const options = { mtime: asDate(asOf), mode: 0o100644, forceDosTimestamp: true }
  for (const file of files) {
    if ('bytes' in file) zip.addBuffer(Buffer.from(file.bytes), file.name, options)
    else {
      zip.addReadStreamLazy(file.name, { ...options, size: ropeLength(file.rope) }, (give) =>
        give(null, Readable.from(contents.stream(file.rope))),
      )
    }
  }
  zip.end()
  return zip.outputStream as unknown as AsyncIterable<Uint8Array>
}

/** The journal about a message, as far as the box has part in it, as JSON lines. */
const journalFile = async (source: EvidenceSource, address: string, identifier: string, from: Instant) => {
  const range = { from: from - HOUR, to: from + JOURNAL_SPAN_MS, address }
  const rows = await journalOfMessage(source.db, identifier, range)
  const text = rows.map((row) => `${JSON.stringify({ ...row, at: new Date(row.at).toISOString() })}\n`).join('')
  return { entries: rows.length, bytes: fromUtf8(text) }
}

const factsOf = (
  subject: ReportSubject,
  archive: ArchiveFinding,
  named: readonly Named[],
  credentials: Credentials,
  originalDigest: string | undefined,
  journalEntries: number,
): BundleFacts => {
  const [group] = archive.together.groups
  const inside = named.find(
    ({ finding }) => finding.originalPlace !== undefined && finding.original?.sha256 === originalDigest,
  )
  const place = inside?.finding.originalPlace
  return {
    identifier: subject.identifier,
    provider: subject.provider,
    sender: group?.sender,
    subject: group?.subject,
    messages: named
      .filter(({ finding }) => finding.verification.signer !== undefined)
      .map(({ name, chained, finding }) => ({ name, chained, signedAt: finding.verification.judged.at })),
    original: inside && place && { inside: inside.name, place },
    hasIntermediates: credentials.hasIntermediates,
    lists: credentials.lists.map(({ name, crl, signers }) => ({
      name,
      signers,
      issuer: crl.issuer.text,
      thisUpdate: crl.thisUpdate,
    })),
    journalEntries,
  }
}

/** All that is known of a message in a box; undefined where the box has nothing of it. */
export const makeEvidence = async (
  source: EvidenceSource,
  mailbox: { readonly id: number; readonly address: string },
  identifier: string,
): Promise<Evidence | undefined> => {
  const { db, contents } = source
  const [kept, sent] = await Promise.all([
    keptMessages(db, mailbox.id, identifier, threadOf(identifier)),
    sentMessage(db, mailbox.id, identifier),
  ])
  const all = [...(sent?.envelope ? [sent.envelope] : []), ...kept].filter(
    (one, i, list) => list.findIndex((other) => other.content === one.content) === i,
  )
  if (all.length === 0) return undefined
  const trust = source.trust()
  const index = source.directory()
  const by: InspectOptions = { trust, directories: index ? [index.directory] : [], now: source.now() }
  const inspected: Inspected[] = []
  for (const one of all) inspected.push(await inspectStored(contents, ropeOf(one), by))

  const original = originalOf(sent?.original, inspected)
  const named = nameAll(inspected, original !== undefined)
  const asOf = Math.max(...named.map((one) => one.finding.verification.judged.at))
  const first = Math.min(sent?.acceptedAt ?? Number.POSITIVE_INFINITY, ...all.map((one) => one.at))
  const journal = await journalFile(source, mailbox.address, identifier, first)
  const credentials = credentialsOf(inspected, trust)
  const originalFound = original && (await inspectStored(contents, original, by))

  const subject: ReportSubject = { identifier, mailbox: mailbox.address, provider: source.provider }
  const messages: readonly BundleFile[] = named.flatMap(({ name, rope, daticert }) => [
    { name, rope },
    ...(daticert ? [{ name: daticertName(name), bytes: daticert }] : []),
  ])
  const made: readonly BundleFile[] = [
    ...(journal.entries === 0 ? [] : [{ name: JOURNAL_NAME, bytes: journal.bytes }]),
    ...credentials.files,
  ]
  const others = [...messages, ...made].flatMap((file) =>
    'bytes' in file ? [{ name: file.name, ...digested(file.bytes), finding: { kind: 'other' } as const }] : [],
  )
  const archive = concludeArchive([
    ...(originalFound ? [partOf({ ...originalFound, name: ORIGINAL_NAME })] : []),
    ...named.map(partOf),
    ...others,
  ])
  const judgedBy = { directoryAt: index?.at, lists: credentials.lists }
  const facts = factsOf(subject, archive, named, credentials, originalFound?.whole.sha256, journal.entries)
  const files: readonly BundleFile[] = [
    { name: README_NAME, bytes: fromUtf8(readmeText(facts)) },
    { name: `${REPORT_NAME}.pdf`, bytes: await reportPdf(subject, archive, judgedBy, asOf) },
    {
      name: `${REPORT_NAME}.json`,
      bytes: fromUtf8(`${JSON.stringify(reportJson(subject, archive, judgedBy), undefined, 2)}\n`),
    },
    ...(original ? [{ name: ORIGINAL_NAME, rope: original }] : []),
    ...messages,
    ...made,
  ]
  const digests = new Map(archive.parts.map((part) => [part.name, part.sha256]))
  const list = fingerprintsText(
    files.map((file) => ({
      name: file.name,
      sha256: digests.get(file.name) ?? digested((file as { readonly bytes: Uint8Array }).bytes).sha256,
    })),
  )
  return {
    fileName: bundleName(identifier),
    bytes: zipOf(contents, [...files, { name: FINGERPRINTS, bytes: fromUtf8(list) }], asOf),
  }
}
