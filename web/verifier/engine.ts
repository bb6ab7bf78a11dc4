// The verification itself, in the browser: the same core as `ceralacca verify`. It comes when the first file does.
import { unzipSync } from 'fflate'
import { directoryOfSnapshot } from '../../src/core/directory/snapshot.ts'
import {
  ARCHIVE_LIMITS,
  type ArchiveEntry,
  type ArchiveFinding,
  type ArchiveLimits,
  type ArchiveProblem,
  archiveProblem,
  readArchive,
} from '../../src/core/evidence/archive.ts'
import {
  digested,
  formOf,
  type Inspection,
  type InspectOptions,
  inspectFile,
  inspectMessage,
} from '../../src/core/evidence/inspect.ts'
import type { Part } from '../../src/core/evidence/part.ts'
import { fromBase64 } from '../../src/core/lib/bytes.ts'
import { parseCertificate } from '../../src/core/smime/certificate.ts'
import type { Reply } from '../ui/api.ts'
import { answer } from './answer.ts'

export type Snapshot = Reply<'GET /verifier/snapshot'>

/** What a page can hold at once: less than the command. */
const LIMITS: ArchiveLimits = { ...ARCHIVE_LIMITS, entryBytes: 128 * 1024 * 1024, totalBytes: 384 * 1024 * 1024 }
export const LIMIT_BYTES = 256 * 1024 * 1024

/** What came of a file. */
export type Outcome =
  | { readonly kind: 'part'; readonly part: Part; readonly judgedBy: JudgedBy }
  | { readonly kind: 'archive'; readonly archive: ArchiveFinding; readonly judgedBy: JudgedBy }
  | { readonly kind: 'refused'; readonly problem: ArchiveProblem }

/** What the signer was looked up in; nothing where there is none, or the message is not of that network. */
export type JudgedBy = { readonly authorities: number; readonly providers: number; readonly at: string | undefined }

const drive = async <T>(inspection: Inspection<T>): Promise<T> => {
  let step = inspection.next()
  while (!step.done) step = inspection.next(await Promise.all(step.value.map(answer)))
  return step.value
}

const optionsOf = (snapshot: Snapshot | undefined): InspectOptions => ({
  trust: {
    roots: (snapshot?.authorities ?? []).flatMap((one) => {
      const certificate = parseCertificate(fromBase64(one))
      return certificate.kind === 'certificate' ? [certificate] : []
    }),
    intermediates: [],
    crls: [],
  },
  directories: snapshot?.directory
    ? [directoryOfSnapshot({ providers: snapshot.directory.providers, at: undefined })]
    : [],
  now: Date.now(),
})

const inspectOne = async (name: string, bytes: Uint8Array, by: InspectOptions): Promise<Part> => {
  const part = await drive(inspectFile(name, bytes, by))
  if (part.finding.kind !== 'other') return part
  // as the command does: what is nothing else is read as a message, which it then is not
  return { name, ...digested(bytes), finding: await drive(inspectMessage(bytes, by)) }
}

/** Thrown inside the reader of archives. */
class Refused extends Error {
  readonly problem: ArchiveProblem
  constructor(problem: ArchiveProblem) {
    super(problem)
    this.problem = problem
  }
}

/** The files of a zip, within limits that are judged before anything is unpacked. */
const unpack = (bytes: Uint8Array): readonly (readonly [string, Uint8Array])[] => {
  const entries: ArchiveEntry[] = []
  unzipSync(bytes, {
    filter: ({ name, originalSize, size }) => {
      if (!name.endsWith('/')) entries.push({ name, sizeBytes: originalSize, compressedBytes: size })
      if (entries.length > LIMITS.entries) throw new Refused('tooMany')
      return false
    },
  })
  const problem = archiveProblem(entries, LIMITS)
  if (problem) throw new Refused(problem)
  const files = unzipSync(bytes)
  return entries.map(({ name, sizeBytes }) => {
    const file = files[name]
    // what unpacks to another length than it says is not what it says
    if (file === undefined || file.length !== sizeBytes) throw new Refused('unreadable')
    return [name, file]
  })
}

const inspectArchive = async (bytes: Uint8Array, by: InspectOptions): Promise<ArchiveFinding | ArchiveProblem> => {
  try {
    const reader = readArchive(by)
    for (const [name, content] of unpack(bytes)) await drive(reader.add(name, content))
    return reader.finish()
  } catch (error) {
    return error instanceof Refused ? error.problem : 'unreadable'
  }
}

const isFromElsewhere = (parts: readonly Part[]): boolean =>
  parts.some(
    ({ finding }) =>
      finding.kind === 'message' && finding.verification.checks.some((check) => check.reason === 'unknownIssuer'),
  )

const judge = async (name: string, bytes: Uint8Array, snapshot: Snapshot | undefined): Promise<Outcome> => {
  const by = optionsOf(snapshot)
  const judgedBy: JudgedBy = {
    authorities: by.trust.roots.length,
    providers: snapshot?.directory?.providers.length ?? 0,
    at: snapshot?.directory?.at,
  }
  if (formOf(name, bytes) !== 'archive') return { kind: 'part', part: await inspectOne(name, bytes, by), judgedBy }
  const archive = await inspectArchive(bytes, by)
  return typeof archive === 'string' ? { kind: 'refused', problem: archive } : { kind: 'archive', archive, judgedBy }
}

/** Verifies a file. What was signed under authorities that are not at hand is judged without any: that is not its fault. */
export const verify = async (name: string, bytes: Uint8Array, snapshot: Snapshot | undefined): Promise<Outcome> => {
  const outcome = await judge(name, bytes, snapshot)
  const parts = outcome.kind === 'archive' ? outcome.archive.parts : outcome.kind === 'part' ? [outcome.part] : []
  return snapshot !== undefined && isFromElsewhere(parts) ? judge(name, bytes, undefined) : outcome
}
