// PDF documents for people to read and print: one font embedded, tagged for screen readers, the same furniture on all.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
import type { Instant } from '../../core/lib/instant.ts'

export type PdfLanguage = 'it' | 'en'

export type PdfOptions = {
  readonly title: string
  readonly author: string
  readonly language: PdfLanguage
  readonly createdAt: Instant
  /** Small, at the top left of each page: whose document it is. */
  readonly head: string
  /** Small, at the bottom left of each page. */
  readonly foot: string
}

export type TextStyle = {
  readonly bold?: boolean
  readonly size?: number
  readonly align?: 'left' | 'right' | 'center'
  /** Space after it. */
  readonly gap?: number
  readonly color?: string
}

export type Column = {
  readonly title: string
  /** Share of the width; shares are relative to one another. */
  readonly share: number
  readonly align?: 'left' | 'right'
}

/** A document that is written from top to bottom; a new page begins by itself. */
export type Pdf = {
  readonly heading: (text: string, level?: 1 | 2) => void
  readonly paragraph: (text: string, style?: TextStyle) => void
  /** Labels on the left, values beside them. */
  readonly facts: (rows: readonly (readonly [label: string, value: string])[], style?: Pick<TextStyle, 'size'>) => void
  readonly table: (columns: readonly Column[], rows: readonly (readonly string[])[]) => void
  /**
   * A picture (PNG or JPEG) at a margin, with the words that stand for it. What `beside` writes begins at its top: its
   * lines must be short enough to leave the picture free.
   */
  readonly image: (
    bytes: Uint8Array,
    place: {
      readonly width: number
      readonly alt: string
      readonly align?: 'left' | 'right'
      readonly beside?: () => void
    },
  ) => void
  /** A line to write on for each caption, side by side, with what is to be written under it. */
  readonly signature: (...captions: readonly string[]) => void
  readonly space: (points: number) => void
  /** Ends the document and gives its bytes. */
  readonly finish: () => Promise<Uint8Array>
}

const MARGIN = { top: 72, bottom: 64, left: 56, right: 56 }
const INK = '#17324d'
const GREY = '#455a64'
const BODY_SIZE = 10.5

/** Source Sans 3, SIL Open Font License 1.1; read once. */
const fonts = (() => {
  const resolve = createRequire(import.meta.url).resolve
  const read = (style: string): Buffer =>
    readFileSync(resolve(`@expo-google-fonts/source-sans-3/${style}/SourceSans3_${style}.ttf`))
  let loaded: { readonly regular: Buffer; readonly bold: Buffer } | undefined
  return () => {
    loaded ??= { regular: read('400Regular'), bold: read('700Bold') }
    return loaded
  }
})()

const open = (options: PdfOptions): PDFKit.PDFDocument => {
  const at = new Date(options.createdAt)
  const doc = new PDFDocument({
    size: 'A4',
    margins: MARGIN,
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    lang: options.language,
    displayTitle: true,
    info: { Title: options.title, Author: options.author, CreationDate: at, ModDate: at },
  })
  doc.registerFont('regular', fonts().regular)
  doc.registerFont('bold', fonts().bold)
  doc.font('regular').fontSize(BODY_SIZE).fillColor(INK)
  return doc
}

/** Head and foot of each page, once the number of pages is known; screen readers pass over them. */
const furnish = (doc: PDFKit.PDFDocument, options: PdfOptions): void => {
  const { start, count } = doc.bufferedPageRange()
  const width = doc.page.width - MARGIN.left - MARGIN.right
  for (let i = start; i < start + count; i++) {
    doc.switchToPage(i)
    doc.page.margins.bottom = 0 // the foot stands below the text's margin
    doc.markContent('Artifact', { type: 'Pagination' })
    doc.font('regular').fontSize(8.5).fillColor(GREY)
    const foot = doc.page.height - MARGIN.bottom + 20
    const page = options.language === 'it' ? `Pagina ${i + 1} di ${count}` : `Page ${i + 1} of ${count}`
    doc.text(options.head, MARGIN.left, 36, { width, lineBreak: false, ellipsis: true })
    doc.text(options.foot, MARGIN.left, foot, { width: width - 90, height: 24, ellipsis: true })
    doc.text(page, MARGIN.left, foot, { width, align: 'right' })
    doc.lineWidth(0.5).strokeColor(GREY)
    doc
      .moveTo(MARGIN.left, 52)
      .lineTo(doc.page.width - MARGIN.right, 52)
      .stroke()
    doc.endMarkedContent()
  }
}

/** Begins a document. */
export const openPdf = (options: PdfOptions): Pdf => {
  const doc = open(options)
  const chunks: Uint8Array[] = []
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    doc.on('end', resolve)
    doc.on('error', reject)
  })
  const width = (): number => doc.page.width - MARGIN.left - MARGIN.right
  /** Room for so many points, or a new page. */
  const room = (points: number): void => {
    if (doc.y + points > doc.page.height - MARGIN.bottom) doc.addPage()
  }
  const add = (tag: string, draw: () => void): void => void doc.addStructure(doc.struct(tag, {}, draw))
  const write = (tag: string, text: string, style: TextStyle): void => {
    const { bold = false, size = BODY_SIZE, align = 'left', gap = 6, color = INK } = style
    const options = { width: width(), align, lineGap: 1.5 }
    room(size * 2)
    add(tag, () => {
      doc.font(bold ? 'bold' : 'regular').fontSize(size)
      doc.fillColor(color).text(text, MARGIN.left, doc.y, options)
    })
    doc.y += gap
  }

  /** One row of cells side by side in a table, as high as its highest. */
  const row = (table: PDFKit.PDFStructureElement, cells: readonly Cell[], tag: 'TH' | 'TD', gap: number): void => {
    const heights = cells.map((cell) => {
      doc.font(cell.bold ? 'bold' : 'regular').fontSize(cell.size ?? BODY_SIZE)
      return doc.heightOfString(cell.text, { width: cell.width })
    })
    const height = Math.max(...heights) + gap
    room(height)
    const top = doc.y
    let left = MARGIN.left
    const parts = cells.map((cell) => {
      const x = left
      left += cell.width + CELL_GAP
      return doc.struct(tag, {}, () => {
        doc
          .font(cell.bold ? 'bold' : 'regular')
          .fontSize(cell.size ?? BODY_SIZE)
          .fillColor(cell.color)
        doc.text(cell.text, x, top, { width: cell.width, align: cell.align })
      })
    })
    table.add(doc.struct('TR', {}, parts)) // draws, and leaves y below the last cell
    doc.y = top + height
  }

  const rule = (): void => {
    doc.markContent('Artifact')
    doc.lineWidth(0.5).strokeColor('#b0bec5')
    doc
      .moveTo(MARGIN.left, doc.y)
      .lineTo(MARGIN.left + width(), doc.y)
      .stroke()
    doc.endMarkedContent()
    doc.y += 4
  }

  const table = (head: readonly Cell[] | undefined, rows: readonly (readonly Cell[])[], ruled: boolean): void => {
    const element = doc.struct('Table')
    doc.addStructure(element)
    if (head) {
      row(element, head, 'TH', 6)
      rule()
    }
    for (const cells of rows) {
      row(element, cells, 'TD', ruled ? 6 : 2.5)
      if (ruled) rule()
    }
    element.end()
    doc.x = MARGIN.left
    doc.y += 6
  }

  return {
    heading: (text, level = 1) =>
      write(`H${level}`, text, { bold: true, size: level === 1 ? 19 : 13, gap: level === 1 ? 10 : 4 }),
    paragraph: (text, style = {}) => write('P', text, style),
    facts: (rows, { size } = {}) => {
      const label = 150
      const cells = rows.map(([name, value]): readonly Cell[] => [
        { text: name, width: label, align: 'left', bold: false, color: GREY, size },
        { text: value, width: width() - label - CELL_GAP, align: 'left', bold: true, color: INK, size },
      ])
      table(undefined, cells, false)
    },
    table: (columns, rows) => {
      const all = columns.reduce((sum, column) => sum + column.share, 0)
      const usable = width() - CELL_GAP * (columns.length - 1)
      const cell = (column: Column, text: string, bold: boolean): Cell => ({
        text,
        width: (usable * column.share) / all,
        align: column.align ?? 'left',
        bold,
        color: bold ? GREY : INK,
      })
      const head = columns.map((column) => cell(column, column.title, true))
      table(
        head,
        rows.map((texts) => columns.map((column, i) => cell(column, texts[i] ?? '', false))),
        true,
      )
    },
    image: (bytes, { width: wide, alt, align = 'left', beside }) => {
      const height = heightOf(doc, bytes, wide)
      room(height)
      const x = align === 'left' ? MARGIN.left : MARGIN.left + width() - wide
      const { y } = doc
      doc.addStructure(doc.struct('Figure', { alt }, () => void doc.image(Buffer.from(bytes), x, y, { width: wide })))
      doc.y = y
      beside?.()
      doc.y = Math.max(doc.y, y + height + 6)
    },
    signature: (...captions) => {
      room(60)
      doc.y += 34
      const gap = 20
      const wide = (width() - gap * (captions.length - 1)) / captions.length
      const { y } = doc
      doc.markContent('Artifact')
      doc.lineWidth(0.5).strokeColor('#b0bec5')
      for (const i of captions.keys()) {
        const x = MARGIN.left + i * (wide + gap)
        doc.moveTo(x, y).lineTo(x + wide, y)
      }
      doc.stroke()
      doc.endMarkedContent()
      for (const [i, caption] of captions.entries()) {
        add('P', () => {
          doc.font('regular').fontSize(9).fillColor(GREY)
          doc.text(caption, MARGIN.left + i * (wide + gap), y + 4, { width: wide })
        })
      }
      doc.x = MARGIN.left
      doc.y += 6
    },
    space: (points) => {
      doc.y += points
    },
    finish: async () => {
      furnish(doc, options)
      doc.end()
      await ended
      return Buffer.concat(chunks)
    },
  }
}

type Cell = {
  readonly text: string
  readonly width: number
  readonly align: 'left' | 'right'
  readonly bold: boolean
  readonly color: string
  readonly size?: number | undefined
}
const CELL_GAP = 10

const heightOf = (doc: PDFKit.PDFDocument, bytes: Uint8Array, wide: number): number => {
  const image = (
    doc as unknown as { openImage: (source: Buffer) => { readonly width: number; readonly height: number } }
  ).openImage(Buffer.from(bytes))
  return (wide * image.height) / image.width
}
