// Opens a zip of evidence for the verify command: entry by entry in memory, within limits, never to disk.
import yauzl from 'yauzl'
import {
  ARCHIVE_LIMITS,
  type ArchiveEntry,
  type ArchiveFinding,
  type ArchiveLimits,
  type ArchiveProblem,
  archiveProblem,
  readArchive,
} from '../../../core/evidence/archive.ts'
import { type Inspection, type InspectOptions, inspectFile } from '../../../core/evidence/inspect.ts'
import type { Part } from '../../../core/evidence/part.ts'
import { answerPlanned } from '../../adapters/verifier.ts'

/** Goes through an inspection with node:crypto. */
const run = <T>(inspection: Inspection<T>): T => {
  let step = inspection.next()
  while (!step.done) step = inspection.next(step.value.map(answerPlanned))
  return step.value
}

/** Looks at one file in memory. */
export const inspectNow = (name: string, bytes: Uint8Array, by: InspectOptions): Part =>
  run(inspectFile(name, bytes, by))

/** Why an archive was not opened. */
export class ArchiveRefused extends Error {
  readonly problem: ArchiveProblem
  constructor(problem: ArchiveProblem) {
    super(problem)
    this.problem = problem
  }
}

const open = (path: string): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => {
    // names are judged by the core, for the page and the command alike
    yauzl.open(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, zip) => {
      if (error) reject(error)
      else resolve(zip)
    })
  })

/** The files that the archive names, folders apart. */
const entriesOf = (zip: yauzl.ZipFile, most: number): Promise<readonly yauzl.Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: yauzl.Entry[] = []
    zip.on('entry', (entry: yauzl.Entry) => {
      if (!entry.fileName.endsWith('/')) entries.push(entry)
      if (entries.length > most) resolve(entries)
      else zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', reject)
    zip.readEntry()
  })

const bytesOf = (zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(error)
      const chunks: Buffer[] = []
      // more bytes than the archive said is an error of the stream (validateEntrySize)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => resolve(Buffer.concat(chunks)))
      stream.on('error', reject)
    })
  })

const entryOf = (entry: yauzl.Entry): ArchiveEntry => ({
  name: entry.fileName,
  sizeBytes: entry.uncompressedSize,
  compressedBytes: entry.compressedSize,
})

/** Verifies all that is in a zip. Throws ArchiveRefused where it is not opened, or not what it says. */
export const verifyArchive = async (
  path: string,
  by: InspectOptions,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<ArchiveFinding> => {
  const zip = await open(path).catch((error: Error) => {
    throw new ArchiveRefused(/file ?name|path/i.test(error.message) ? 'badName' : 'unreadable')
  })
  try {
    const entries = await entriesOf(zip, limits.entries).catch((error: Error) => {
      throw new ArchiveRefused(/file ?name|path/i.test(error.message) ? 'badName' : 'unreadable')
    })
    const problem = archiveProblem(entries.map(entryOf), limits)
    if (problem) throw new ArchiveRefused(problem)
    if (entries.some((entry) => entry.isEncrypted())) throw new ArchiveRefused('encrypted')
    const reader = readArchive(by)
    for (const entry of entries) {
      const bytes = await bytesOf(zip, entry).catch(() => {
        throw new ArchiveRefused('unreadable')
      })
      run(reader.add(entry.fileName, bytes))
    }
    return reader.finish()
  } finally {
    zip.close()
  }
}
