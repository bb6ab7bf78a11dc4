// Writes a table as XLSX, streaming: one sheet, every cell a text in place, so that no formula is ever run.
import { crc32, createDeflateRaw } from 'node:zlib'
import { escapeXml } from '../../core/lib/xml.ts'

type Piece = Uint8Array

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const PARTS: readonly (readonly [string, string])[] = [
  [
    '[Content_Types].xml',
    `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  ],
]

const workbook = (title: string): string =>
  `${HEAD}<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="${escapeXml(title).replaceAll('"', '&quot;').slice(0, 31)}" sheetId="1" r:id="rId1"/></sheets></workbook>`

const rowXml = (cells: readonly string[]): string =>
  `<row>${cells
    .map((cell) =>
      cell === '' ? '<c/>' : `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`,
    )
    .join('')}</row>`

async function* sheetXml(rows: AsyncIterable<readonly (readonly string[])[]>): AsyncGenerator<string> {
  // The first row stays in view.
  yield `${HEAD}<worksheet xmlns="${SHEET}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
  for await (const batch of rows) yield batch.map(rowXml).join('')
  yield '</sheetData></worksheet>'
}

// --- the archive: entries whose sizes are told behind them, so that nothing is held ----------------------------------

/** Sizes follow the data; names are UTF-8. */
const FLAGS = 0x0808
const VERSION = 20
const DEFLATED = 8
/** 1 January 1980, the first day that a ZIP can say. */
const DOS_DAY = 0x21

const fields = (...pairs: readonly (readonly [size: 2 | 4, value: number])[]): Buffer => {
  const bytes = Buffer.alloc(pairs.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of pairs) at = size === 2 ? bytes.writeUInt16LE(value, at) : bytes.writeUInt32LE(value, at)
  return bytes
}

type Written = { readonly name: Buffer; readonly offset: number; crc: number; packed: number; unpacked: number }

async function* entryBytes(entry: Written, text: AsyncIterable<string>): AsyncGenerator<Piece> {
  const { name } = entry
  const begin = [
    [4, 0x04034b50],
    [2, VERSION],
    [2, FLAGS],
    [2, DEFLATED],
    [2, 0],
    [2, DOS_DAY],
  ] as const
  yield Buffer.concat([fields(...begin, [4, 0], [4, 0], [4, 0], [2, name.length], [2, 0]), name])
  const deflate = createDeflateRaw()
  const feed = async (): Promise<void> => {
    for await (const piece of text) {
      const bytes = Buffer.from(piece, 'utf8')
      entry.crc = crc32(bytes, entry.crc)
      entry.unpacked += bytes.length
      if (!deflate.write(bytes)) await new Promise((resolve) => deflate.once('drain', resolve))
    }
    deflate.end()
  }
  const feeding = feed().catch((error: unknown) => {
    deflate.destroy(error as Error)
  })
  try {
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      entry.packed += chunk.length
      yield chunk
    }
    await feeding
  } finally {
    deflate.destroy() // whoever reads may stop early
  }
  yield fields([4, 0x08074b50], [4, entry.crc], [4, entry.packed], [4, entry.unpacked])
}

const centralRecord = (entry: Written): Buffer => {
  const { name, offset, crc, packed, unpacked } = entry
  const begin = [
    [4, 0x02014b50],
    [2, VERSION],
    [2, VERSION],
    [2, FLAGS],
    [2, DEFLATED],
    [2, 0],
    [2, DOS_DAY],
  ] as const
  const sizes = [
    [4, crc],
    [4, packed],
    [4, unpacked],
    [2, name.length],
  ] as const
  return Buffer.concat([fields(...begin, ...sizes, [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name])
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

/** The file of a table: the first row is of headings. Rows come in batches, bytes as they are made. */
export async function* writeXlsx(
  title: string,
  rows: AsyncIterable<readonly (readonly string[])[]>,
): AsyncGenerator<Uint8Array> {
  const parts: (readonly [string, AsyncIterable<string>])[] = [
    ...PARTS.map(([name, text]) => [name, once(text)] as const),
    ['xl/workbook.xml', once(workbook(title))],
    ['xl/worksheets/sheet1.xml', sheetXml(rows)],
  ]
  const written: Written[] = []
  let offset = 0
  for (const [name, text] of parts) {
    const entry: Written = { name: Buffer.from(name), offset, crc: 0, packed: 0, unpacked: 0 }
    written.push(entry)
    for await (const piece of entryBytes(entry, text)) {
      offset += piece.length
      yield piece
    }
  }
  const central = Buffer.concat(written.map(centralRecord))
  const count = written.length
  yield Buffer.concat([
    central,
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, central.length], [4, offset], [2, 0]),
  ])
}
