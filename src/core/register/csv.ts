// CSV (RFC 4180, read leniently): text ↔ rows, piece by piece; and cells that no spreadsheet takes for a formula.

export type CsvLimits = { readonly cellLength: number; readonly columns: number }
export const CSV_LIMITS: CsvLimits = { cellLength: 10_000, columns: 500 }

/** What cannot be read: the row, from 1, and why. */
export type CsvProblem = {
  readonly kind: 'problem'
  readonly row: number
  readonly why: 'openQuote' | 'longCell' | 'manyColumns'
}

export type CsvReader = {
  /** Takes the next piece of text; gives the rows that it completes. */
  readonly push: (text: string) => readonly (readonly string[])[] | CsvProblem
  /** The last row, where the text ended without a line end. */
  readonly end: () => readonly (readonly string[])[] | CsvProblem
}

const QUOTE = 34
const CR = 13
const LF = 10

type State = 'start' | 'plain' | 'quoted' | 'quoteInQuoted'

/** Opens a reader of text with one delimiter. A quote within a cell that none began is a letter like others. */
export const openCsv = (delimiter: string, limits: CsvLimits = CSV_LIMITS): CsvReader => {
  const separator = delimiter.charCodeAt(0)
  let state: State = 'start'
  let cell = ''
  let row: string[] = []
  let rows: string[][] = []
  let count = 0
  let afterCr = false
  let problem: CsvProblem | undefined

  const fail = (why: CsvProblem['why']): void => {
    problem ??= { kind: 'problem', row: count + 1, why }
  }
  const endCell = (): void => {
    row.push(cell)
    if (row.length > limits.columns) fail('manyColumns')
    cell = ''
    state = 'start'
  }
  const endRow = (): void => {
    endCell()
    rows.push(row)
    row = []
    count++
  }
  const add = (text: string): void => {
    cell += text
    // A quote that nobody closed swallows the rest of the file: better told than lost.
    if (cell.length > limits.cellLength) fail(state === 'quoted' ? 'openQuote' : 'longCell')
  }
  const take = (): readonly (readonly string[])[] | CsvProblem => {
    if (problem) return problem
    const done = rows
    rows = []
    return done
  }

  const push = (text: string): readonly (readonly string[])[] | CsvProblem => {
    let from = 0 // of the part of the cell that is in this piece
    for (let i = 0; i < text.length && problem === undefined; i++) {
      const unit = text.charCodeAt(i)
      if (afterCr) {
        afterCr = false
        if (unit === LF) {
          from = i + 1
          continue
        }
      }
      if (state === 'quoted') {
        if (unit !== QUOTE) continue
        add(text.slice(from, i))
        state = 'quoteInQuoted'
        from = i + 1
        continue
      }
      if (unit === QUOTE && state !== 'plain') {
        if (state === 'quoteInQuoted') add('"')
        state = 'quoted'
        from = i + 1
      } else if (unit === separator) {
        add(text.slice(from, i))
        endCell()
        from = i + 1
      } else if (unit === LF || unit === CR) {
        add(text.slice(from, i))
        endRow()
        afterCr = unit === CR
        from = i + 1
      } else if (state !== 'plain') {
        if (state === 'quoteInQuoted') from = i
        state = 'plain'
      }
    }
    if (from < text.length) add(text.slice(from))
    return take()
  }
  return {
    push,
    end: () => {
      if (state === 'quoted') fail('openQuote')
      if (cell !== '' || row.length > 0 || state !== 'start') endRow()
      return take()
    },
  }
}

const DELIMITERS = [';', ',', '\t', '|']

/** The first line of a file may say its delimiter (`sep=;`), as spreadsheets write it. */
export const declaredDelimiter = (sample: string): string | undefined => /^sep=(.)(?:\r\n|\r|\n|$)/i.exec(sample)?.[1]

/** The delimiter of a text by its beginning: the one that cuts most rows into the same number of cells, more than one. */
export const sniffDelimiter = (sample: string): string => {
  const score = (delimiter: string): number => {
    const reader = openCsv(delimiter)
    const found = reader.push(sample)
    if ('kind' in found) return 0
    const rows = found.length > 0 ? found : reader.end()
    if ('kind' in rows) return 0
    const widths = new Map<number, number>()
    for (const row of rows.slice(0, 50)) if (row.length > 1) widths.set(row.length, (widths.get(row.length) ?? 0) + 1)
    return Math.max(0, ...[...widths].map(([width, times]) => times * 100 + width))
  }
  return DELIMITERS.map((delimiter) => [score(delimiter), delimiter] as const).reduce((best, one) =>
    one[0] > best[0] ? one : best,
  )[1]
}

/** What spreadsheets would run: a formula, or a cell that begins with what starts one after an import. */
const FORMULA = /^[\t\r\n ]*[=+\-@]|^[\t\r]/

/** A cell that a spreadsheet shows as it is: an apostrophe goes before what would be run. */
export const safeCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** A row of CSV with its line end; quoted where needed, formulas disarmed. */
export const printCsvRow = (cells: readonly string[], delimiter = ';'): string =>
  `${cells
    .map(safeCell)
    .map((cell) =>
      /["\r\n]/.test(cell) || cell.includes(delimiter) || cell.trim() !== cell
        ? `"${cell.replaceAll('"', '""')}"`
        : cell,
    )
    .join(delimiter)}\r\n`
