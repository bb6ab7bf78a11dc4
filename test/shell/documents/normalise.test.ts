// Page images of what people send: upright, stripped, of a bearable size; and hostile files by the name of the attack.
import { deflateSync } from 'node:zlib'
import PDFDocument from 'pdfkit'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NormalDocument } from '../../../src/shell/documents/normalise.ts'
import { normalise } from '../../../src/shell/documents/normalise.ts'
import { faxed, pdfOf, pdfOfPages, pdfPage, printedModule } from './papers.ts'

const pagesOf = async (bytes: Uint8Array): Promise<NormalDocument['pages']> => {
  const found = await normalise(bytes, false)
  if ('refusal' in found) throw new Error(found.refusal)
  return found.pages
}
const onePage = async (bytes: Uint8Array): Promise<NormalDocument['pages'][number]> => {
  const pages = await pagesOf(bytes)
  expect(pages).toHaveLength(1)
  return pages[0]!
}
/** Mean of each channel in a corner of an image: which way is up. */
const corner = async (bytes: Uint8Array, left: number, top: number): Promise<readonly number[]> => {
  const { channels } = await sharp(await sharp(bytes).extract({ left, top, width: 20, height: 20 }).toBuffer()).stats()
  return channels.map(({ mean }) => Math.round(mean))
}

/** A landscape photo: red at its top left, white elsewhere. */
const photo = (width = 900, height = 700): Sharp => {
  const pixels = Buffer.alloc(width * height * 3, 255)
  for (let y = 0; y < 100; y++) for (let x = 0; x < 100; x++) pixels.set([255, 0, 0], (y * width + x) * 3)
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

let paper: Uint8Array
beforeAll(async () => {
  paper = await printedModule()
})

describe('a photo', () => {
  const GPS = { GPSLatitudeRef: 'N', GPSLatitude: '42/1 21/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 0/1' }

  it('keeps nothing but pixels: no place, no camera, no profile', async () => {
    const taken = await photo()
      .withMetadata({ orientation: 1 })
      .withExif({ IFD0: { Make: 'MarcaSegreta' }, IFD3: GPS })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf>LuogoSegreto</rdf></x:xmpmeta>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer()
    expect((await sharp(taken).metadata()).exif?.length).toBeGreaterThan(100)
    expect(taken.includes('MarcaSegreta') && taken.includes('LuogoSegreto')).toBe(true)
    const page = await onePage(taken)
    const left = await sharp(page.bytes).metadata()
    expect([left.exif, left.xmp, left.icc, left.iptc, left.orientation]).toEqual(Array(5).fill(undefined))
    const bytes = Buffer.from(page.bytes)
    for (const secret of ['Exif', 'MarcaSegreta', 'LuogoSegreto', 'GPS', 'adobe', 'ICC_PROFILE', 'Photoshop'])
      expect(bytes.includes(secret), secret).toBe(false)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('taken with orientation %i stands upright', async (orientation) => {
    const taken = await photo().withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer()
    const page = await onePage(taken)
    const [width, height] = orientation >= 5 ? [700, 900] : [900, 700]
    expect([page.width, page.height]).toEqual([width, height])
    // where EXIF says that the first row and the first column are
    const right = [2, 3, 6, 7].includes(orientation)
    const bottom = [3, 4, 7, 8].includes(orientation)
    const [red, green] = await corner(page.bytes, right ? width - 60 : 40, bottom ? height - 60 : 40)
    expect(red).toBeGreaterThan(240)
    expect(green).toBeLessThan(20)
  })

  it('of 12 MB pixels and more becomes of 2,400 by its longer side', async () => {
    const page = await onePage(await photo(4000, 3000).jpeg().toBuffer())
    expect([page.width, page.height, page.mediaType]).toEqual([2400, 1800, 'image/jpeg'])
    const info = await sharp(page.bytes).metadata()
    expect([info.width, info.height, info.format]).toEqual([2400, 1800, 'jpeg'])
  })

  it.each([
    ['PNG of 16 bits', (image: Sharp) => image.toColourspace('rgb16').png()],
    ['PNG with a palette', (image: Sharp) => image.png({ palette: true })],
    ['PNG, interlaced', (image: Sharp) => image.png({ progressive: true })],
    ['WebP', (image: Sharp) => image.webp({ lossless: true })],
    ['JPEG, progressive', (image: Sharp) => image.jpeg({ progressive: true, quality: 100 })],
    ['JPEG of four inks', (image: Sharp) => image.toColourspace('cmyk').jpeg({ quality: 100 })],
    ['TIFF, LZW', (image: Sharp) => image.tiff({ compression: 'lzw' })],
    ['TIFF with JPEG in it', (image: Sharp) => image.tiff({ compression: 'jpeg', quality: 100 })],
  ])('%s', async (_, encode) => {
    const page = await onePage(await encode(photo()).toBuffer())
    expect([page.width, page.height]).toEqual([900, 700])
    const [red, green] = await corner(page.bytes, 40, 40)
    expect(red).toBeGreaterThan(200)
    expect(green).toBeLessThan(60)
    expect(Math.min(...(await corner(page.bytes, 600, 500)))).toBeGreaterThan(245)
  })

  it('with transparent parts lies on white', async () => {
    const clear = sharp({
      create: { width: 700, height: 700, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
    expect(await corner((await onePage(await clear.png().toBuffer())).bytes, 300, 300)).toEqual([255, 255, 255])
  })

  it('of grey only stays grey', async () => {
    const page = await onePage(await photo().greyscale().toColourspace('b-w').png().toBuffer())
    expect((await sharp(page.bytes).metadata()).channels).toBe(1)
  })

  it('that moves is its first picture', async () => {
    const frames = Buffer.alloc(700 * 700 * 3 * 2, 255)
    const moving = sharp(frames, { raw: { width: 700, height: 1400, channels: 3, pageHeight: 700 } })
    expect((await onePage(await moving.webp({ loop: 1 }).toBuffer())).height).toBe(700)
  })
})

describe('hints', () => {
  it('none for a printed page', async () => expect((await onePage(paper)).warnings).toEqual([]))
  it('none for a card that is sharp on a plain table', async () => {
    const card = await sharp(paper).extract({ left: 100, top: 400, width: 900, height: 600 }).toBuffer()
    const table = sharp({ create: { width: 2400, height: 1800, channels: 3, background: '#777' } })
    const taken = await table
      .composite([{ input: card, left: 700, top: 600 }])
      .jpeg()
      .toBuffer()
    expect((await onePage(taken)).warnings).toEqual([])
  })
  it('dark', async () => {
    const dark = await sharp(paper).linear(0.15, 0).jpeg().toBuffer()
    expect((await onePage(dark)).warnings).toContain('dark')
  })
  it('small', async () => {
    const small = await sharp(paper).resize(400).jpeg().toBuffer()
    expect((await onePage(small)).warnings).toContain('small')
  })
  it.each([6, 12])('blurred by %i pixels', async (sigma) => {
    const blurred = await sharp(paper).blur(sigma).jpeg().toBuffer()
    expect((await onePage(blurred)).warnings).toEqual(['blurred'])
  })
})

describe('a fax', () => {
  it.each([98, 196] as const)('of %i lines an inch has square pixels again', async (dpiY) => {
    const page = await onePage(await faxed(paper, { dpiY }))
    expect(page.mediaType).toBe('image/png')
    expect(page.height / page.width).toBeCloseTo(2400 / 1697, 1)
  })
  it('of several pages', async () => {
    const frames = await sharp(paper).resize(800, 1000, { fit: 'fill' }).greyscale().raw().toBuffer()
    const both = sharp(Buffer.concat([frames, frames]), {
      raw: { width: 800, height: 2000, channels: 1, pageHeight: 1000 },
    })
    const pages = await pagesOf(await both.tiff({ compression: 'deflate' }).toBuffer())
    expect(pages.map((page) => [page.width, page.height])).toEqual([
      [800, 1000],
      [800, 1000],
    ])
  })
})

describe('a PDF', () => {
  it('is drawn, turned as its page says', async () => {
    const page = await onePage(pdfPage('1 0 0 rg 0 0 297 421 re f'))
    expect([page.width, page.height]).toEqual([1696, 2400])
    const [red, green] = await corner(page.bytes, 100, 2300)
    expect([red! > 240, green! < 20]).toEqual([true, true])
  })
  it('of a small card is drawn larger', async () => {
    const page = await onePage(pdfPage('0 0 50 50 re f', '', '0 0 243 153'))
    expect(page.width).toBe(1013)
  })
  it('of ten pages is taken, of eleven refused', async () => {
    expect(await pagesOf(pdfOfPages(10))).toHaveLength(10)
    expect(await normalise(pdfOfPages(11), false)).toEqual({ refusal: 'documentTooManyPages' })
  })
  it('that opens with a password only is refused, that may only not be printed is taken', async () => {
    const locked = (options: { userPassword?: string; ownerPassword?: string }): Promise<Uint8Array> =>
      new Promise((resolve) => {
        const doc = new PDFDocument({ ...options, pdfVersion: '1.7' })
        const chunks: Uint8Array[] = []
        doc.on('data', (chunk: Uint8Array) => chunks.push(chunk))
        doc.on('end', () => resolve(Buffer.concat(chunks)))
        doc.rect(0, 0, 100, 100).fill('red')
        doc.end()
      })
    expect(await normalise(await locked({ userPassword: 'segreta' }), false)).toEqual({ refusal: 'documentEncrypted' })
    expect(await pagesOf(await locked({ ownerPassword: 'segreta' }))).toHaveLength(1)
  })
  it('leaves its scripts, links, attachments and author behind', async () => {
    const script = '/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Names<</EmbeddedFiles<</Names[]>>>>'
    const bytes = Buffer.from((await onePage(pdfPage('0 0 300 300 re f', script))).bytes)
    for (const word of ['%PDF', 'JavaScript', 'alert', 'Names']) expect(bytes.includes(word), word).toBe(false)
  })
})

/** A PNG that says to be of a size, with `data` deflated in it. */
const png = (width: number, height: number, data: Uint8Array, before: readonly Buffer[] = []): Uint8Array => {
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), body])
    const framed = Buffer.alloc(typed.length + 8)
    framed.writeUInt32BE(body.length)
    typed.copy(framed, 4)
    framed.writeUInt32BE(crc(typed), typed.length + 4)
    return framed
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  const control = before.map((body) => chunk('acTL', body))
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    ...control,
    chunk('IDAT', deflateSync(data)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
const crc = (bytes: Uint8Array): number => {
  let c = -1
  for (const byte of bytes) {
    c ^= byte
    for (let i = 0; i < 8; i++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0)
  }
  return (c ^ -1) >>> 0
}
const grey = (width: number, height: number): Uint8Array => Buffer.alloc((width + 1) * height)
const rewriteSize = (jpeg: Buffer, width: number, height: number): Buffer => {
  const copy = Buffer.from(jpeg)
  const sof = copy.indexOf(Buffer.of(0xff, 0xc0))
  copy.writeUInt16BE(height, sof + 5)
  copy.writeUInt16BE(width, sof + 7)
  return copy
}

describe('a hostile file', () => {
  it('APNG: frames that claim to be a million', async () => {
    const control = Buffer.from('000f424000000000', 'hex')
    expect((await onePage(png(700, 700, grey(700, 700), [control]))).width).toBe(700)
  })
  it.each([
    ['a bomb: 90,000 by 90,000 in a few bytes', png(90_000, 90_000, Buffer.alloc(1000)), 'documentTooManyPixels'],
    ['a bomb: one line of 60 million pixels', png(60_000_000, 1, Buffer.alloc(1000)), 'documentTooManyPixels'],
    ['a PNG that ends early', png(700, 700, grey(700, 300)), 'documentUnreadable'],
    ['a PNG without rows or columns', png(0, 0, Buffer.alloc(1)), 'documentUnreadable'],
    ['a JPEG of three bytes', Buffer.of(0xff, 0xd8, 0xff), 'documentUnreadable'],
    ['a WebP that is only a header', Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1'), 'documentUnreadable'],
    ['a PDF that is only a header', Buffer.from('%PDF-1.7\n'), 'documentUnreadable'],
    [
      'a PDF without pages',
      pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[]/Count 0>>']),
      'documentUnreadable',
    ],
    [
      'a PDF whose pages hold themselves',
      pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[2 0 R]/Count 9>>']),
      'documentUnreadable',
    ],
    ['a PDF of 100,000 pages', pdfOfPages(100_000), 'documentTooManyPages'],
    ['a PDF that says to have a thousand million pages', pdfOfPages(1, 1e9), ''],
  ])('%s', async (_, bytes, refusal) => {
    const found = await normalise(bytes, false)
    expect('refusal' in found ? found.refusal : '').toBe(refusal)
  })

  it('a JPEG whose header says another size', async () => {
    const taken = await photo().jpeg().toBuffer()
    expect(await normalise(rewriteSize(taken, 65_500, 65_500), false)).toEqual({ refusal: 'documentTooManyPixels' })
    // what is missing is grey, as in every viewer: the operator sees it
    expect(await onePage(rewriteSize(taken, 900, 1400))).toMatchObject({ width: 900, height: 1400 })
  })
  it('a JPEG that ends early', async () => {
    const taken = await photo().jpeg().toBuffer()
    expect(await normalise(taken.subarray(0, taken.length / 2), false)).toEqual({ refusal: 'documentUnreadable' })
  })
  it('pages that are far too wide, or have no size', async () => {
    for (const box of ['0 0 1000000 1', '0 0 0 0', '0 0 -5 -9', `0 0 ${'9'.repeat(60)} 1`]) {
      const page = await onePage(pdfPage('0 0 5 5 re f', '', box))
      expect(Math.max(page.width, page.height), box).toBeLessThanOrEqual(2400)
    }
  })
  it.each([
    ['a ZIP', 'PK\x03\x04evil.exe'],
    ['a web page', '<html><script>alert(1)</script>'],
    ['a PDF', '%PDF-1.7\n1 0 obj\n<<>>\n'],
  ])('a picture and %s in one', async (_, tail) => {
    const both = Buffer.concat([await photo().jpeg().toBuffer(), Buffer.from(tail, 'latin1')])
    const page = await onePage(both)
    expect(Buffer.from(page.bytes).includes(tail.slice(0, 8))).toBe(false)
  })
  it('a PDF with a web page before it is a web page', async () => {
    const both = Buffer.concat([Buffer.from('<html><script>alert(1)</script>'), pdfOfPages(1)])
    expect(await normalise(both, false)).toEqual({ refusal: 'documentWebPage' })
  })
  it('no file of another kind is opened, whatever it is called', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    expect(await normalise(svg, false)).toEqual({ refusal: 'documentWebPage' })
    await expect(sharp(svg).metadata()).rejects.toThrow(/unsupported|blocked/i)
  })
})
