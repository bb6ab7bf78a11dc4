// An archive of evidence: what may be opened of it, and the verdict on the whole. Nothing of it is ever written to disk.
import { toUtf8 } from '../lib/bytes.ts'
import { FINGERPRINTS, type Together, together } from './belonging.ts'
import type { Inspection, InspectOptions } from './inspect.ts'
import { digested, inspectFile } from './inspect.ts'
import type { Part } from './part.ts'
import { pecKindOf } from './part.ts'

/** How much of an archive is opened: more is no evidence of one message, or a trap. */
export const ARCHIVE_LIMITS = {
  entries: 1_000,
  entryBytes: 256 * 1024 * 1024,
  totalBytes: 1024 * 1024 * 1024,
  /** How many times larger than its compressed form the whole may be, beyond the first bytes. */
  ratio: 100,
  freeBytes: 64 * 1024 * 1024,
} as const
export type ArchiveLimits = { readonly [Key in keyof typeof ARCHIVE_LIMITS]: number }

/** A file in an archive, as the archive says. */
export type ArchiveEntry = {
  readonly name: string
  readonly sizeBytes: number
  readonly compressedBytes: number
}

export type ArchiveProblem = 'tooMany' | 'tooLarge' | 'bomb' | 'badName' | 'repeated' | 'unreadable' | 'encrypted'

/** Why the archive is not opened at all; undefined where it may be. */
export const archiveProblem = (
  entries: readonly ArchiveEntry[],
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): ArchiveProblem | undefined => {
  if (entries.length > limits.entries) return 'tooMany'
  const names = new Set<string>()
  let total = 0
  let compressed = 0
  for (const { name, sizeBytes, compressedBytes } of entries) {
    if (!isPlainPath(name)) return 'badName'
    if (names.has(name)) return 'repeated'
    names.add(name)
    total += sizeBytes
    compressed += compressedBytes
    if (sizeBytes > limits.entryBytes || total > limits.totalBytes) return 'tooLarge'
  }
  return total > limits.freeBytes && total > compressed * limits.ratio ? 'bomb' : undefined
}

/** A path that stays where it is unpacked, on every system. */
const isPlainPath = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 1_000 &&
  !/^[/\\]|^[A-Za-z]:|[\x00-\x1f\x7f\\]/.test(name) &&
  !name.split('/').some((step) => step === '..' || step === '.')

export type ArchiveFinding = {
  readonly kind: 'archive'
  readonly verdict: 'holds' | 'fails' | 'notPec'
  /** Whether chain and directory of every certified message could be checked. */
  readonly complete: boolean
  readonly parts: readonly Part[]
  readonly together: Together
}

/** The parts of an archive gathered one by one: each is looked at and let go. */
export type ArchiveReader = {
  readonly add: (name: string, bytes: Uint8Array) => Inspection<void>
  readonly finish: () => ArchiveFinding
}

export const readArchive = (by: InspectOptions): ArchiveReader => {
  const parts: Part[] = []
  let fingerprints: string | undefined
  return {
    add: function* (name, bytes) {
      if (name === FINGERPRINTS) fingerprints = toUtf8(bytes)
      // what the reports say of themselves is not evidence
      const plain = /\.(?:xml|pdf|json|txt|sha256|pem|crl|csv)$/i.test(name)
      parts.push(plain ? { name, ...digested(bytes), finding: { kind: 'other' } } : yield* inspectFile(name, bytes, by))
    },
    finish: () => concludeArchive(parts, fingerprints),
  }
}

/** The verdict on parts that lie together. */
export const concludeArchive = (parts: readonly Part[], fingerprints?: string): ArchiveFinding => {
  const whole = together(parts, fingerprints)
  const pec = parts.filter((part) => pecKindOf(part) !== undefined)
  const verifications = pec.flatMap(({ finding }) => (finding.kind === 'message' ? [finding.verification] : []))
  const documents = parts.flatMap(({ finding }) => (finding.kind === 'document' ? [finding] : []))
  const checks = [...whole.checks, ...whole.groups.flatMap((group) => group.checks)]
  const failed =
    verifications.some((one) => one.verdict === 'fails') ||
    documents.some((one) => one.verdict === 'fails') ||
    checks.some((one) => one.outcome === 'fails')
  return {
    kind: 'archive',
    verdict: failed ? 'fails' : verifications.length === 0 ? 'notPec' : 'holds',
    complete: verifications.length > 0 && verifications.every((one) => one.complete),
    parts,
    together: whole,
  }
}
