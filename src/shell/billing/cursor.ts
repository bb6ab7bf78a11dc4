// Where a page of invoices ends: date, number and series of its last row.
import { isCivilDate } from '../../core/lib/calendar.ts'
import type { InvoiceCursor } from './store.ts'

const CURSOR = /^(\d{4}-\d\d-\d\d)_(\d{1,9})_([A-Z]{1,10})$/

/** Reads a cursor; one that is none begins anew. */
export const readCursor = (cursor: string | undefined): InvoiceCursor | undefined => {
  const [, dated = '', number = '', series = ''] = CURSOR.exec(cursor ?? '') ?? []
  return isCivilDate(dated) ? { dated, number: Number(number), series } : undefined
}

export const printCursor = (row: InvoiceCursor | undefined): string | undefined =>
  row && `${row.dated}_${row.number}_${row.series}`
