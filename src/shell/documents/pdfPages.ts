// Makes page images of a PDF: it is drawn by pdfium in WebAssembly, and thrown away.
import { type PDFiumDocument, PDFiumLibrary } from '@hyzyla/pdfium'
import { DOCUMENT_LIMITS, type RefusedDocument } from '../../core/enrolment/documentKinds.ts'
import { finishPage, type NormalPage, withoutOpacity } from './images.ts'

const POINTS_PER_INCH = 72
const MOST_DPI = 300

let library: Promise<PDFiumLibrary> | undefined
const pdfium = (): Promise<PDFiumLibrary> => {
  library ??= PDFiumLibrary.init()
  return library
}

/** The size at which a page is drawn: A4 at about 205 dpi, a small card at 300. */
const drawnSize = (width: number, height: number): { width: number; height: number } | undefined => {
  if (!(width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height))) return undefined
  const scale = Math.min(DOCUMENT_LIMITS.keptSidePixels / Math.max(width, height), MOST_DPI / POINTS_PER_INCH)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

const drawPages = async (
  document: PDFiumDocument,
  wantQr: boolean,
): Promise<readonly NormalPage[] | RefusedDocument> => {
  const count = document.getPageCount()
  if (count > DOCUMENT_LIMITS.pages) return { refusal: 'documentTooManyPages' }
  if (count < 1) return { refusal: 'documentUnreadable' }
  const pages: NormalPage[] = []
  for (let number = 0; number < count; number++) {
    const page = document.getPage(number)
    const { originalWidth, originalHeight } = page.getOriginalSize()
    const size = drawnSize(originalWidth, originalHeight)
    if (size === undefined) return { refusal: 'documentUnreadable' }
    const drawn = await page.render({ scale: 1, ...size, render: 'bitmap' })
    pages.push(await finishPage(await withoutOpacity(drawn.data, size.width, size.height), 'photo', wantQr))
  }
  return pages
}

/** pdfium gave up: out of its memory, or a trap of WebAssembly. It is not used again: the process ends. */
const gaveUp = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'RuntimeError' || /allocate|memory/i.test(error.message))

/** The pages of a PDF. Forms are drawn as they were filled; scripts, links and attachments are not there to run. */
export const pdfPages = async (
  bytes: Uint8Array,
  wantQr: boolean,
): Promise<readonly NormalPage[] | RefusedDocument> => {
  const library = await pdfium()
  let document: PDFiumDocument
  try {
    document = await library.loadDocument(bytes)
  } catch (error) {
    if (gaveUp(error)) return { refusal: 'documentTooHard' }
    if (!(error instanceof Error)) throw error
    return { refusal: /password|security/i.test(error.message) ? 'documentEncrypted' : 'documentUnreadable' }
  }
  try {
    const pages = await drawPages(document, wantQr)
    document.destroy()
    return pages
  } catch (error) {
    if (gaveUp(error)) return { refusal: 'documentTooHard' }
    throw error
  }
}
