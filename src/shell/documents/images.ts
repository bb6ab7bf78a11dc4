// Makes page images of uploaded pictures: upright, smaller, without anything but pixels.
import sharp, { type Sharp } from 'sharp'
import { DOCUMENT_LIMITS, type FileType, type RefusedDocument } from '../../core/enrolment/documentKinds.ts'
import { legibilityWarnings, SHARPNESS_SIDE_PIXELS } from '../../core/enrolment/legibility.ts'
import { readTiff, type TiffPage } from '../../core/enrolment/tiff.ts'
import { readQrTexts } from './qr.ts'

/** A page as it is kept. */
export type NormalPage = {
  readonly mediaType: 'image/jpeg' | 'image/png'
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
  readonly warnings: readonly string[]
  /** Texts of the QRs on the page, where they were asked for. */
  readonly qrTexts: readonly string[]
}

/** Pixels of a page, as they come out of a file. */
export type RawPage = {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly pixels: Uint8Array
}

const JPEG_QUALITY = 82

/** Everything that reads files is shut but the four formats that are taken, from memory. */
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadTiffBuffer',
  ],
})
sharp.cache(false)
sharp.concurrency(1)

const fromRaw = ({ pixels, width, height, channels }: RawPage): Sharp =>
  sharp(pixels, { raw: { width, height, channels }, limitInputPixels: DOCUMENT_LIMITS.pagePixels })

/** Pixels of a page that was drawn with an opacity of its own, which is full everywhere. */
export const withoutOpacity = async (pixels: Uint8Array, width: number, height: number): Promise<RawPage> =>
  toRaw(sharp(pixels, { raw: { width, height, channels: 4 } }).removeAlpha())

const toRaw = async (image: Sharp): Promise<RawPage> => {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels as 1 | 3, pixels: data }
}

/** Compresses a page and says what is to be known of it. Lines of black on white are kept without loss. */
export const finishPage = async (raw: RawPage, kind: 'photo' | 'lines', wantQr: boolean): Promise<NormalPage> => {
  const kept = fromRaw(raw).toColourspace(raw.channels === 1 ? 'b-w' : 'srgb')
  const bytes =
    kind === 'lines'
      ? await kept.png({ compressionLevel: 9 }).toBuffer()
      : await kept.jpeg({ quality: JPEG_QUALITY, mozjpeg: false }).toBuffer()
  const side = SHARPNESS_SIDE_PIXELS
  const sample = await toRaw(
    fromRaw(raw).greyscale().resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }),
  )
  const size = { width: raw.width, height: raw.height }
  return {
    ...size,
    mediaType: kind === 'lines' ? 'image/png' : 'image/jpeg',
    bytes,
    warnings: legibilityWarnings(size, sample),
    qrTexts: wantQr ? await readQrTexts(raw) : [],
  }
}

/** Fits a size into the side that is kept, its pixels made square. */
const keptSize = (width: number, height: number, aspect: number): { width: number; height: number } => {
  const tall = height * aspect
  const scale = Math.min(1, DOCUMENT_LIMITS.keptSidePixels / Math.max(width, tall))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(tall * scale)) }
}

const readPage = async (bytes: Uint8Array, page: number, fax: TiffPage | undefined): Promise<RawPage> => {
  const source = sharp(bytes, { page, failOn: 'error', limitInputPixels: DOCUMENT_LIMITS.pagePixels })
  const meta = await source.metadata()
  const upright = source.autoOrient().flatten({ background: '#fff' })
  const { width, height } = meta.autoOrient
  // a page that lies on its side has its long pixels along the other way
  const aspect = fax === undefined ? 1 : (meta.orientation ?? 1) >= 5 ? 1 / fax.aspect : fax.aspect
  const grey = meta.space === 'b-w' || meta.space === 'grey16'
  return toRaw(upright.resize({ ...keptSize(width, height, aspect), fit: 'fill' }).toColourspace(grey ? 'b-w' : 'srgb'))
}

/** What libvips says of a file that it cannot read; anything else is a bug. */
const refusalOf = (error: unknown): RefusedDocument => {
  if (!(error instanceof Error)) throw error
  if (/pixel limit/i.test(error.message)) return { refusal: 'documentTooManyPixels' }
  return { refusal: 'documentUnreadable' }
}

/** The pages of a picture. A moving picture is its first. */
export const imagePages = async (
  bytes: Uint8Array,
  type: Exclude<FileType, 'pdf'>,
  wantQr: boolean,
): Promise<readonly NormalPage[] | RefusedDocument> => {
  const directories = type === 'tiff' ? readTiff(bytes) : [undefined]
  if ('refusal' in directories) return directories
  const pages: NormalPage[] = []
  for (const [number, directory] of directories.entries()) {
    let raw: RawPage
    try {
      raw = await readPage(bytes, number, directory)
    } catch (error) {
      return refusalOf(error)
    }
    pages.push(await finishPage(raw, directory?.bitsPerSample === 1 ? 'lines' : 'photo', wantQr))
  }
  return pages
}
