// Reads the QRs of a page, however it was scanned: askew, as a fax, with noise.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader'
import type { RawPage } from './images.ts'

let ready: Promise<unknown> | undefined
/** Loads the reader once, from its package: nothing is fetched. */
const prepare = (): Promise<unknown> => {
  ready ??= readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))).then((wasmBinary) =>
    prepareZXingModule({
      overrides: { wasmBinary: wasmBinary.buffer as ArrayBuffer },
      fireImmediately: true,
    }),
  )
  return ready
}

const COMMON: ReaderOptions = {
  formats: ['QRCode'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  tryDownscale: true,
  maxNumberOfSymbols: 4,
}

/** Ways to look at a page, the usual first: enlarged and softened, the dots of a fax become squares again. */
const WAYS: readonly { readonly options: ReaderOptions; readonly enlarge: number; readonly soften: number }[] = [
  { options: { ...COMMON, binarizer: 'LocalAverage' }, enlarge: 1, soften: 0 },
  { options: { ...COMMON, binarizer: 'GlobalHistogram', tryDenoise: true }, enlarge: 1, soften: 0 },
  { options: { ...COMMON, binarizer: 'LocalAverage', tryDenoise: true }, enlarge: 1, soften: 1.2 },
  { options: { ...COMMON, binarizer: 'GlobalHistogram' }, enlarge: 1.6, soften: 1.6 },
]

/** Texts of the QRs on a page; none where no way of looking finds any. */
export const readQrTexts = async (page: RawPage): Promise<readonly string[]> => {
  await prepare()
  for (const { options, enlarge, soften } of WAYS) {
    let image = sharp(page.pixels, { raw: { width: page.width, height: page.height, channels: page.channels } })
    if (enlarge !== 1) image = image.resize({ width: Math.round(page.width * enlarge), kernel: 'cubic' })
    if (soften > 0) image = image.blur(soften)
    const { data, info } = await image
      .removeAlpha()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length)
    const found = await readBarcodes(
      { data: pixels, width: info.width, height: info.height, colorSpace: 'srgb' },
      options,
    )
    const texts = found.filter((one) => one.isValid).map((one) => one.text)
    if (texts.length > 0) return [...new Set(texts)]
  }
  return []
}
