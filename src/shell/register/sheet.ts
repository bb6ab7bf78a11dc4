// Opens an uploaded roll, whatever it is: CSV in any common encoding, or XLSX; rows come in batches as they are read.
import { isUtf8 } from 'node:buffer'
import { type CsvProblem, declaredDelimiter, openCsv, sniffDelimiter } from '../../core/register/csv.ts'
import { type SheetRow, UnreadableRoll, type Words } from './sheetRow.ts'
import { readXlsx } from './xlsxRead.ts'

export { type SheetRow, UnreadableRoll } from './sheetRow.ts'

export type SheetFormat = 'csv' | 'xlsx'

/** Rows of a roll at most: the largest Order of Italy has a fifth of them. */
export const MAX_ROWS = 250_000
const CHUNK_BYTES = 64 * 1024
const SNIFFED_CHARACTERS = 64 * 1024

const startsWith = (content: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, i) => content[i] === byte)

/** The format by the first bytes; what cannot be a roll is refused. */
export const sheetFormat = (content: Uint8Array): SheetFormat => {
  if (startsWith(content, 0x50, 0x4b, 0x03, 0x04)) return 'xlsx'
  if (startsWith(content, 0xd0, 0xcf, 0x11, 0xe0))
    throw new UnreadableRoll(
      'Il file è un vecchio XLS oppure è protetto da password. Aprilo nel foglio di calcolo, togli la password e salvalo come XLSX o CSV.',
      'The file is an old XLS, or is protected by a password. Open it in a spreadsheet, remove the password and save it as XLSX or CSV.',
    )
  if (encodingOf(content) !== 'utf-16le' && content.subarray(0, CHUNK_BYTES).includes(0))
    throw new UnreadableRoll(
      'Il file non è una tabella: serve un CSV o un XLSX. Apri l’elenco nel foglio di calcolo e salvalo in uno di questi formati.',
      'The file is no table: a CSV or XLSX is needed. Open the list in a spreadsheet and save it as one of these.',
    )
  return 'csv'
}

/** UTF-8 where all bytes are; UTF-16 by its mark; else what Windows programs write in Italy. */
const encodingOf = (content: Uint8Array): 'utf-8' | 'utf-16le' | 'windows-1252' => {
  if (startsWith(content, 0xff, 0xfe)) return 'utf-16le'
  return isUtf8(content) ? 'utf-8' : 'windows-1252'
}

/** The rows of a file, blank ones too, in batches. Throws UnreadableRoll. */
export const readSheet = (content: Uint8Array, format: SheetFormat): AsyncGenerator<readonly SheetRow[]> =>
  limited(format === 'csv' ? readCsv(content) : readXlsx(content))

async function* limited(batches: AsyncGenerator<readonly SheetRow[]>): AsyncGenerator<readonly SheetRow[]> {
  let rows = 0
  for await (const batch of batches) {
    rows += batch.length
    if (rows > MAX_ROWS)
      throw new UnreadableRoll(
        `Il file ha più di ${MAX_ROWS} righe: dividilo in più file e importali uno alla volta.`,
        `The file has more than ${MAX_ROWS} rows: split it and import the parts one by one.`,
      )
    if (batch.length > 0) yield batch
  }
}

const CSV_WHY: Readonly<Record<CsvProblem['why'], (row: number) => Words>> = {
  openQuote: (row) => ({
    it: `Alla riga ${row} ci sono virgolette aperte e mai chiuse: correggi la riga e carica di nuovo il file.`,
    en: `In row ${row} a quotation mark is opened and never closed: mend the row and upload the file again.`,
  }),
  longCell: (row) => ({
    it: `Alla riga ${row} una cella è troppo lunga per un elenco di iscritti: controlla di aver scelto il file giusto.`,
    en: `In row ${row} a cell is too long for a list of members: check that it is the right file.`,
  }),
  manyColumns: (row) => ({
    it: `La riga ${row} ha troppe colonne per un elenco di iscritti: controlla di aver scelto il file giusto.`,
    en: `Row ${row} has too many columns for a list of members: check that it is the right file.`,
  }),
}

async function* readCsv(content: Uint8Array): AsyncGenerator<readonly SheetRow[]> {
  const encoding = encodingOf(content)
  const sample = new TextDecoder(encoding).decode(content.subarray(0, SNIFFED_CHARACTERS))
  const declared = declaredDelimiter(sample)
  const reader = openCsv(declared ?? sniffDelimiter(sample))
  const decoder = new TextDecoder(encoding)
  let number = 0
  const rowsOf = (found: readonly (readonly string[])[] | CsvProblem): readonly SheetRow[] => {
    if ('kind' in found) {
      const words = CSV_WHY[found.why](found.row)
      throw new UnreadableRoll(words.it, words.en)
    }
    const rows = found.map((cells) => ({ number: ++number, cells }))
    // The line that says the delimiter is no row of the list, though it is counted as one.
    return declared !== undefined && rows[0]?.number === 1 ? rows.slice(1) : rows
  }
  for (let at = 0; at < content.length; at += CHUNK_BYTES)
    yield rowsOf(reader.push(decoder.decode(content.subarray(at, at + CHUNK_BYTES), { stream: true })))
  yield rowsOf(reader.push(decoder.decode()))
  yield rowsOf(reader.end())
}
