// Reads the first sheet of an XLSX, streaming: no formula is run, what unpacks too large is refused.
import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'
import { type Entry, fromBuffer, type ZipFile } from 'yauzl'
import { type SheetRow, UnreadableRoll } from './sheetRow.ts'

export type XlsxLimits = {
  readonly entries: number
  /** Of the sheet, unpacked. */
  readonly sheetBytes: number
  /** Of the table of texts, which is held in memory. */
  readonly stringsBytes: number
  /** Of the small parts: workbook, relations. */
  readonly partBytes: number
  /** Bytes without the end of an element: no text of a cell is longer. */
  readonly silenceBytes: number
  readonly columns: number
}
export const XLSX_LIMITS: XlsxLimits = {
  entries: 1_000,
  sheetBytes: 256 * 1024 * 1024,
  stringsBytes: 64 * 1024 * 1024,
  partBytes: 4 * 1024 * 1024,
  silenceBytes: 1024 * 1024,
  columns: 500,
}

const damaged = (): UnreadableRoll =>
  new UnreadableRoll(
    'Il file XLSX è danneggiato o non è un foglio di calcolo. Aprilo, salvalo di nuovo come XLSX o CSV e riprova.',
    'The XLSX file is damaged, or is no spreadsheet. Open it, save it again as XLSX or CSV and retry.',
  )
const tooLarge = (): UnreadableRoll =>
  new UnreadableRoll(
    'Il foglio, una volta aperto, è troppo grande per un elenco di iscritti. Salva il solo elenco come CSV e riprova.',
    'Once unpacked the sheet is too large for a list of members. Save the list alone as CSV and retry.',
  )

type Parts = { readonly zip: ZipFile; readonly entries: ReadonlyMap<string, Entry> }

const openParts = (content: Uint8Array, limits: XlsxLimits): Promise<Parts> =>
  new Promise((resolve, reject) => {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error || !zip) return reject(damaged())
      const entries = new Map<string, Entry>()
      zip.on('error', () => reject(damaged()))
      zip.on('end', () => resolve({ zip, entries }))
      zip.on('entry', (entry: Entry) => {
        entries.set(entry.fileName.toLowerCase(), entry)
        if (entries.size > limits.entries) reject(damaged())
        else zip.readEntry()
      })
      zip.readEntry()
    })
  })

const openEntry = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) => {
    // Encrypted or packed in a way that nobody uses: not readable either.
    zip.openReadStream(entry, (error, stream) => (error || !stream ? reject(damaged()) : resolve(stream)))
  })

export type Handlers = {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Reads a part through a parser, a chunk for each step; stops where it unpacks to more than is allowed. */
async function* parsePart(
  { zip, entries }: Parts,
  name: string,
  limitBytes: number,
  silenceBytes: number,
  handlers: Handlers,
): AsyncGenerator<void> {
  const entry = entries.get(name.toLowerCase())
  if (!entry) throw damaged()
  if (entry.uncompressedSize > limitBytes) throw tooLarge()
  const parser = new SaxesParser({ position: false })
  const decoder = new TextDecoder('utf-8')
  let total = 0
  let silence = 0
  parser.on('error', () => {
    throw damaged()
  })
  // An entity that a document type defines is never unfolded.
  parser.on('doctype', () => {
    throw damaged()
  })
  parser.on('opentag', (tag) => handlers.open?.(localName(tag.name), tag.attributes as Record<string, string>))
  parser.on('text', (text) => handlers.text?.(text))
  parser.on('cdata', (text) => handlers.text?.(text))
  parser.on('closetag', (tag) => {
    silence = 0
    handlers.close?.(localName(tag.name))
  })
  const stream = await openEntry(zip, entry)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      total += chunk.length
      silence += chunk.length
      parser.write(decoder.decode(chunk, { stream: true }))
      if (total > limitBytes || silence > silenceBytes) throw tooLarge()
      yield
    }
    parser.write(decoder.decode()).close()
  } catch (error) {
    throw error instanceof UnreadableRoll ? error : damaged()
  } finally {
    stream.destroy()
  }
}

const drain = async (steps: AsyncGenerator<void>): Promise<void> => {
  for await (const _ of steps);
}

/** The path of the first sheet, by the workbook and its relations. */
const firstSheet = async (parts: Parts, limits: XlsxLimits): Promise<string> => {
  let relation: string | undefined
  const targets = new Map<string, string>()
  const { partBytes, silenceBytes } = limits
  await drain(
    parsePart(parts, 'xl/workbook.xml', partBytes, silenceBytes, {
      open: (name, attributes) => {
        // A hidden sheet is not what the person sees first.
        if (name === 'sheet' && attributes.state === undefined) relation ??= attributes['r:id']
      },
    }),
  )
  await drain(
    parsePart(parts, 'xl/_rels/workbook.xml.rels', partBytes, silenceBytes, {
      open: (name, { Id, Target }) => {
        if (name === 'Relationship' && Id && Target) targets.set(Id, Target)
      },
    }),
  )
  const target = (relation && targets.get(relation)) ?? 'worksheets/sheet1.xml'
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`
}

/** The table of texts that cells point into. */
const sharedStrings = async (parts: Parts, limits: XlsxLimits): Promise<readonly string[]> => {
  const strings: string[] = []
  if (!parts.entries.has('xl/sharedstrings.xml')) return strings
  let inText = false
  let phonetic = 0
  let one = ''
  await drain(
    parsePart(parts, 'xl/sharedStrings.xml', limits.stringsBytes, limits.silenceBytes, {
      open: (name) => {
        if (name === 'si') one = ''
        if (name === 'rPh') phonetic++
        inText = name === 't' && phonetic === 0
      },
      text: (text) => {
        if (inText) one += text
      },
      close: (name) => {
        inText = false
        if (name === 'rPh') phonetic--
        if (name === 'si') strings.push(one)
      },
    }),
  )
  return strings
}

/** The column of a cell's reference: `C5` is 2. */
export const columnOf = (reference: string): number | undefined => {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference)?.[1]
  if (letters === undefined) return undefined
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** Collects rows from the events of a sheet. A formula counts for the value that was saved with it. */
const rowCollector = (strings: readonly string[], limits: XlsxLimits) => {
  let rows: SheetRow[] = []
  let cells: string[] = []
  let number = 0
  let column = 0
  let type = 'n'
  let value = ''
  let inValue = false
  const open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (name === 'row') {
      const said = Number(attributes.r)
      number = Number.isInteger(said) && said > number ? said : number + 1
      cells = []
      column = 0
    } else if (name === 'c') {
      column = columnOf(attributes.r ?? '') ?? column
      if (column >= limits.columns) throw tooLarge()
      type = attributes.t ?? 'n'
      value = ''
    } else inValue = name === 'v' || (name === 't' && type === 'inlineStr')
  }
  const close = (name: string): void => {
    inValue = false
    if (name === 'c') {
      while (cells.length < column) cells.push('')
      cells[column] = type === 's' ? (strings[Number(value)] ?? '') : type === 'e' ? '' : value
      column++
    } else if (name === 'row') rows.push({ number, cells })
  }
  const text = (piece: string): void => {
    if (inValue) value += piece
  }
  const take = (): readonly SheetRow[] => {
    const done = rows
    rows = []
    return done
  }
  return { open, close, text, take }
}

/** The rows of the first visible sheet. Throws UnreadableRoll. */
export async function* readXlsx(
  content: Uint8Array,
  limits: XlsxLimits = XLSX_LIMITS,
): AsyncGenerator<readonly SheetRow[]> {
  const parts = await openParts(content, limits)
  try {
    const path = await firstSheet(parts, limits)
    const collector = rowCollector(await sharedStrings(parts, limits), limits)
    for await (const _ of parsePart(parts, path, limits.sheetBytes, limits.silenceBytes, collector))
      yield collector.take()
    yield collector.take()
  } finally {
    parts.zip.close()
  }
}
