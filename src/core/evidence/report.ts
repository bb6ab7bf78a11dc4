// The report of a bundle: what was found, by what it was judged, as a value for JSON; the PDF says the same.
import type { Instant } from '../lib/instant.ts'
import type { Crl } from '../smime/crl.ts'
import type { ArchiveFinding } from './archive.ts'
import { archiveJson } from './verdictJson.ts'

/** By what a bundle was judged, with the dates of it. */
export type JudgedBy = {
  /** When the providers' directory was last found to be what is published. */
  readonly directoryAt?: Instant | undefined
  readonly lists: readonly { readonly name: string; readonly crl: Crl }[]
}

/** Whose bundle it is. */
export type ReportSubject = {
  readonly identifier: string
  readonly mailbox: string
  readonly provider: string
}

const iso = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString())

/** The report for programs. Its shape is stable: fields may be added. */
export const reportJson = (subject: ReportSubject, archive: ArchiveFinding, by: JudgedBy) => {
  const { file: _, ...found } = archiveJson('', archive)
  return {
    format: 'ceralacca-evidence',
    version: 1,
    ...subject,
    judgedBy: {
      directory: iso(by.directoryAt),
      lists: by.lists.map(({ name, crl }) => ({
        file: name,
        issuer: crl.issuer.text,
        thisUpdate: iso(crl.thisUpdate),
        nextUpdate: iso(crl.nextUpdate),
      })),
    },
    ...found,
  }
}
