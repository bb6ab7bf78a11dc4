// CSV as spreadsheets in Italy read it: semicolons between cells.

/** A cell that a spreadsheet would take for a formula is text: a mark before it says so. */
export const csvCell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A line of CSV as spreadsheets in Italy read it. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(';')}\r\n`
