// Papers for the tests: modules, photos of them, faxes of them, and hostile files.
import sharp from 'sharp'
import { makeCaseNumber } from '../../../src/core/enrolment/caseNumber.ts'
import { type ModuleData, makeModule } from '../../../src/shell/documents/module.ts'
import { normalise } from '../../../src/shell/documents/normalise.ts'

export const caseOf = (n: number): string => makeCaseNumber(2026, Uint8Array.of(9, 8, 7, 6, 5, 4, n >> 8, n & 255))

/** Data of a module, as somebody would have typed them. */
export const moduleData = (caseNumber = caseOf(1)): ModuleData => ({
  caseNumber,
  createdAt: Date.UTC(2026, 10, 26, 9),
  providerName: 'Gestore Alfa',
  orderName: 'Ordine dei Medici di Prova',
  conventionCode: 'OMCEO-XX-0001',
  address: 'niccolo.damico@pec.alfa.example',
  referenceEmail: 'niccolo@posta.example',
  person: {
    surname: 'D’Amico Șerban',
    givenName: 'Niccolò Łukasz',
    fiscalCode: 'RSSMRA80A01H501U',
    birthDate: '1980-01-02',
    birthPlace: 'L’Aquila (AQ)',
    street: 'Via delle Prove 12',
    postcode: '67100',
    town: 'L’Aquila',
    province: 'AQ',
    phone: '0862 000000',
  },
  document: { type: 'identityCard', number: 'CA00000AA', issuer: 'Comune di L’Aquila', expiry: '2031-01-02' },
  term: { months: 36, payer: 'order', priceCents: 1500 },
  sendTo: ['nella pagina della pratica', 'per e-mail a documenti@pec.alfa.example'],
})

/** A module drawn on paper, as a JPEG. */
export const printedModule = async (caseNumber = caseOf(1)): Promise<Uint8Array> => {
  const drawn = await normalise(await makeModule(moduleData(caseNumber)), false)
  if ('refusal' in drawn) throw new Error(drawn.refusal)
  return drawn.pages[0]!.bytes
}

export type FaxOptions = {
  readonly dpiY?: 98 | 196
  /** How far the paper lies askew. */
  readonly degrees?: number
  /** Pixels in a thousand that the line has flipped. */
  readonly noise?: number
  readonly pages?: number
}

/** Noise that is the same each time. */
const flip = (pixels: Uint8Array, perMille: number): Uint8Array => {
  let state = 12345
  return pixels.map((pixel) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >> 8) % 1000 < perMille ? 255 - pixel : pixel
  })
}

/** A paper as a fax machine sends it: 1728 dots a line, black or white, a TIFF of group 4. */
export const faxed = async (paper: Uint8Array, options: FaxOptions = {}): Promise<Uint8Array> => {
  const { dpiY = 196, degrees = 0, noise = 0 } = options
  const height = Math.round((11.69 * dpiY * 1728) / (8.27 * 204))
  const { data } = await sharp(await sharp(paper).rotate(degrees, { background: '#fff' }).toBuffer())
    .resize(1728, height, { fit: 'fill' })
    .greyscale()
    .threshold(150)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(noise > 0 ? flip(data, noise) : data, { raw: { width: 1728, height, channels: 1 } })
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1, xres: 204 / 25.4, yres: dpiY / 25.4 })
    .toBuffer()
}

/** A PDF of the given objects (their numbers are 1, 2, …; the first is the catalogue). */
export const pdfOf = (objects: readonly string[]): Uint8Array => {
  let text = '%PDF-1.7\n'
  const offsets = objects.map((body, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${body}\nendobj\n`
    return at
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  for (const at of offsets) text += `${String(at).padStart(10, '0')} 00000 n \n`
  text += `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

const stream = (dictionary: string, content: string): string =>
  `<<${dictionary}/Length ${content.length}>>\nstream\n${content}\nendstream`

/** A PDF whose one page draws `content`. */
export const pdfPage = (content: string, extra = '', box = '0 0 595 842'): Uint8Array =>
  pdfOf([
    `<</Type/Catalog/Pages 2 0 R${extra}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Contents 4 0 R>>`,
    stream('', content),
  ])

/** A PDF of which the same page comes many times. */
export const pdfOfPages = (count: number, said = count): Uint8Array =>
  pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${'3 0 R '.repeat(count)}]/Count ${said}>>`,
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>',
    stream('', '0 0 50 50 re f'),
  ])

/** A small PDF that takes for ever to draw: each form draws the next one `fan` times. */
export const endlessPdf = (depth = 9, fan = 30): Uint8Array => {
  const form = (n: number): string =>
    stream(
      `/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X ${n + 1} 0 R>>>>`,
      n === 4 + depth ? '0 0 300 300 re f '.repeat(20) : '/X Do '.repeat(fan),
    )
  return pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>',
    stream('', '/X Do'),
    ...Array.from({ length: depth }, (_, i) => form(5 + i)),
  ])
}

/** A photo of a card as a phone takes it, with where it was taken: another one for another side. */
export const photo = async (side: string, more: { readonly width?: number; readonly noisy?: boolean } = {}) => {
  const width = more.width ?? 1600
  const height = Math.round(width * 0.63)
  const bar = (n: number) => ({
    input: {
      create: { width: Math.round(width / 2), height: Math.round(height / 20), channels: 3, background: '#123' },
    },
    left: Math.round(width / 10),
    top: Math.round((height / 12) * (n + 1)),
  })
  const noise = {
    input: {
      create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
    },
    blend: 'overlay',
  }
  const drawn = sharp({ create: { width, height, channels: 3, background: '#dfe7ee' } })
    .composite([
      ...Array.from({ length: 3 + (side.length % 6) }, (_, n) => bar(n)),
      ...(more.noisy ? [noise] : []),
    ] as never)
    .withExif({ IFD3: { GPSLatitude: '42/1 21/1 0/1', GPSLatitudeRef: 'N' } })
  return new Uint8Array(await drawn.jpeg({ quality: 95 }).toBuffer())
}
