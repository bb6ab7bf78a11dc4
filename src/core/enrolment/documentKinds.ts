// What an uploaded paper may be, told from its bytes and never from its name; its limits, and why one is refused.
import { toLatin1 } from '../lib/bytes.ts'
import type { EnrolmentState } from './machine.ts'

/** What a paper serves for: the two sides of an identity document, the signed module, other paper of a case. */
export const DOCUMENT_KINDS = ['front', 'back', 'module', 'paper'] as const
export type DocumentKind = (typeof DOCUMENT_KINDS)[number]

/** The kinds of file that are read; from each only images of its pages are kept. */
export const FILE_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  pdf: 'application/pdf',
} as const
export type FileType = keyof typeof FILE_TYPES

export const DOCUMENT_LIMITS = {
  /** Of the file that is uploaded. */
  fileBytes: 15 * 1024 * 1024,
  pages: 10,
  /** Of one page, before it is made smaller. */
  pagePixels: 50_000_000,
  /** Of an image that is kept, its longer side. */
  keptSidePixels: 2400,
  /** A page whose shorter side has fewer is hard to read. */
  legibleSidePixels: 600,
} as const

/** Hints for the person who sends a paper: it is taken all the same. */
export const LEGIBILITY_WARNINGS = ['dark', 'small', 'blurred'] as const
export type LegibilityWarning = (typeof LEGIBILITY_WARNINGS)[number]

/** Why a file is not taken; the texts are in core/api/problemsDocument. */
export const DOCUMENT_REFUSALS = [
  'documentEmpty',
  'documentTooLarge',
  'documentHeic',
  'documentOtherImage',
  'documentOffice',
  'documentArchive',
  'documentExecutable',
  'documentWebPage',
  'documentUnknownType',
  'documentUnreadable',
  'documentEncrypted',
  'documentTooManyPages',
  'documentTooManyPixels',
  'documentTooHard',
  'documentInfected',
  'documentNotScanned',
] as const
export type DocumentRefusal = (typeof DOCUMENT_REFUSALS)[number]

export type RefusedDocument = { readonly refusal: DocumentRefusal }

/** The first bytes of what is recognised; `at` is where they stand. */
type Mark = { readonly mark: string; readonly at?: number }
const starts = (head: string, { mark, at = 0 }: Mark): boolean => head.startsWith(mark, at)

const TYPES: readonly (readonly [FileType, readonly Mark[]])[] = [
  ['jpeg', [{ mark: '\xff\xd8\xff' }]],
  ['png', [{ mark: '\x89PNG\r\n\x1a\n' }]],
  ['webp', [{ mark: 'RIFF' }, { mark: 'WEBP', at: 8 }]],
  ['tiff', [{ mark: 'II*\0' }]],
  ['tiff', [{ mark: 'MM\0*' }]],
]

/** Some programs put a mark of order or an empty line before the header. */
const PDF = /^(?:\xef\xbb\xbf)?\s{0,16}%PDF-/

const REFUSED: readonly (readonly [DocumentRefusal, Mark])[] = [
  ['documentExecutable', { mark: 'MZ' }],
  ['documentExecutable', { mark: '\x7fELF' }],
  ['documentExecutable', { mark: '\xca\xfe\xba\xbe' }],
  ['documentExecutable', { mark: '\xcf\xfa\xed\xfe' }],
  ['documentExecutable', { mark: '\xce\xfa\xed\xfe' }],
  ['documentExecutable', { mark: 'dex\n' }],
  ['documentExecutable', { mark: '\0asm' }],
  ['documentExecutable', { mark: '#!' }],
  ['documentExecutable', { mark: 'L\0\0\0\x01\x14\x02\0' }], // a Windows shortcut
  ['documentOffice', { mark: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' }],
  ['documentOffice', { mark: '{\\rtf' }],
  ['documentArchive', { mark: '7z\xbc\xaf\x27\x1c' }],
  ['documentArchive', { mark: 'Rar!\x1a\x07' }],
  ['documentArchive', { mark: '\x1f\x8b' }],
  ['documentArchive', { mark: 'BZh' }],
  ['documentArchive', { mark: '\xfd7zXZ\0' }],
  ['documentArchive', { mark: 'MSCF' }],
  ['documentArchive', { mark: 'ustar', at: 257 }],
  ['documentOtherImage', { mark: 'GIF8' }],
  ['documentOtherImage', { mark: 'BM' }],
  ['documentOtherImage', { mark: '8BPS' }],
  ['documentOtherImage', { mark: '\0\0\x01\0' }],
  ['documentOtherImage', { mark: '\0\0\0\x0cjP  ' }],
  ['documentOtherImage', { mark: '\xff\x0a' }], // JPEG XL
  ['documentOtherImage', { mark: '\0\0\0\x0cJXL ' }],
  ['documentOtherImage', { mark: 'II+\0' }], // BigTIFF: no fax and no scanner makes it
  ['documentOtherImage', { mark: 'MM\0+' }],
]

/** Names of OPC and OpenDocument parts that come first in the ZIP of an office document. */
const OFFICE_PART = /^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|word\/|xl\/|ppt\/|mimetypeapplication\/vnd\.oasis)/

const zipRefusal = (head: string): DocumentRefusal =>
  OFFICE_PART.test(head.slice(30)) ? 'documentOffice' : 'documentArchive'

/** ISO base media: HEIC of phones by its brands, other images and films otherwise. */
const isoMediaRefusal = (head: string): DocumentRefusal => {
  const brands = head.slice(8, 64)
  if (/avif|avis/.test(brands)) return 'documentOtherImage'
  return /hei[cfxms]|hev[cmsx]|mif1|msf1/.test(brands) ? 'documentHeic' : 'documentUnknownType'
}

/** Text that a browser would run or follow. */
const MARKUP = /^(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!doctype|<!--|<(?:html|head|body|script|svg|iframe|meta|title)\b)/i

/** The type of a file by its first bytes, or why it is not taken. */
export const sniffDocument = (bytes: Uint8Array): FileType | RefusedDocument => {
  if (bytes.length === 0) return { refusal: 'documentEmpty' }
  if (bytes.length > DOCUMENT_LIMITS.fileBytes) return { refusal: 'documentTooLarge' }
  const head = toLatin1(bytes, 0, Math.min(bytes.length, 1024))
  for (const [type, marks] of TYPES) if (marks.every((mark) => starts(head, mark))) return type
  if (PDF.test(head)) return 'pdf'
  if (starts(head, { mark: 'PK\x03\x04' }) || starts(head, { mark: 'PK\x05\x06' })) return { refusal: zipRefusal(head) }
  if (starts(head, { mark: 'ftyp', at: 4 })) return { refusal: isoMediaRefusal(head) }
  if (MARKUP.test(head)) return { refusal: 'documentWebPage' }
  for (const [refusal, mark] of REFUSED) if (starts(head, mark)) return { refusal }
  return { refusal: 'documentUnknownType' }
}

/** How a paper came: by the applicant's browser, at the Order's desk, by an operator, by e-mail or fax. */
export type DocumentOrigin = 'portal' | 'secretariat' | 'console' | 'gateway'

/** Whether a case takes a paper in a state: a fax may come after the case was sent, and helps to decide it. */
export const takesDocument = (state: EnrolmentState, origin: DocumentOrigin): boolean =>
  state === 'draft' ||
  state === 'awaitingDocument' ||
  (state === 'awaitingReview' && (origin === 'gateway' || origin === 'console'))

/** How a signed module that came so accepts: a PDF from the applicant may carry a digital signature, all else is paper. */
export const acceptanceBy = (origin: DocumentOrigin, mediaType: string): 'signedPdf' | 'paper' =>
  origin === 'portal' && mediaType === FILE_TYPES.pdf ? 'signedPdf' : 'paper'
