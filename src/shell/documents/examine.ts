// Before anything of an upload is kept: its size, the antivirus, its pages.
import { createHash } from 'node:crypto'
import { DOCUMENT_LIMITS, FILE_TYPES, type RefusedDocument } from '../../core/enrolment/documentKinds.ts'
import type { Office } from '../office.ts'
import type { NormalPage } from './images.ts'
import { sharedNormaliser } from './normaliser.ts'

export type ExaminedDocument = {
  /** What was sent, as it was sent. */
  readonly original: Uint8Array
  readonly mediaType: string
  readonly sha256: string
  readonly scannedBy: string
  readonly pages: readonly NormalPage[]
  /** Hints about all pages, each once. */
  readonly warnings: readonly string[]
  readonly qrTexts: readonly string[]
}

/** Reads a body; one that is too long is read no further. */
export const readUpload = async (body: AsyncIterable<Uint8Array>): Promise<Uint8Array | RefusedDocument> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > DOCUMENT_LIMITS.fileBytes) return { refusal: 'documentTooLarge' }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const once = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/**
 * Scans a file and makes its page images. Throws Fault('scanner') where there is no verdict and Fault('documents') where
 * there is no room: nothing unscanned is kept.
 */
export const examineDocument = async (
  office: Office,
  original: Uint8Array,
  options: { readonly wantQr: boolean },
): Promise<ExaminedDocument | RefusedDocument> => {
  if (original.length === 0) return { refusal: 'documentEmpty' }
  if (original.length > DOCUMENT_LIMITS.fileBytes) return { refusal: 'documentTooLarge' }
  const verdict = await office.scanner.scan(once(original))
  if (verdict.kind === 'infected') return { refusal: 'documentInfected' }
  const scannedBy = await office.scanner.version()
  const normal = await (office.normaliser ?? sharedNormaliser()).normalise(original, options)
  if ('refusal' in normal) return normal
  return {
    original,
    mediaType: FILE_TYPES[normal.type],
    sha256: createHash('sha256').update(original).digest('hex'),
    scannedBy,
    pages: normal.pages,
    warnings: [...new Set(normal.pages.flatMap((page) => page.warnings))],
    qrTexts: normal.pages.flatMap((page) => page.qrTexts),
  }
}
