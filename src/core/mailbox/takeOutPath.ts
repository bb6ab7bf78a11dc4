// Names of files for mail that is taken out: what any system can unpack.
import { type Instant, legalTime } from '../lib/instant.ts'

/** Characters that some file system refuses, controls, and what turns a text around. */
const UNFIT = /[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g

const two = (n: number): string => String(n).padStart(2, '0')

/** A part of a path: no separators, no dots at the ends, not too long. */
export const pathPart = (text: string, most: number): string =>
  text
    .toWellFormed()
    .replace(UNFIT, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, most)
    .toWellFormed()
    .replace(/^[\s.]+|[\s.]+$/g, '') || '_'

/** Path of a message in the archive: its folder, then day, subject and uid. */
export const takeOutPath = (folder: string, uid: number, at: Instant, subject: string | undefined): string => {
  const { year, month, day } = legalTime(at)
  const folders = folder.split('/').map((name) => pathPart(name, 60))
  return [
    ...folders,
    `${year}-${two(month)}-${two(day)} ${pathPart(subject ?? 'senza oggetto', 80)} (${uid}).eml`,
  ].join('/')
}
