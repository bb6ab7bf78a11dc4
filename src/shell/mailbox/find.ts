// Finds boxes under conventions for the operator: by address, holder or fiscal code.
import type { Office } from '../office.ts'
import { type StoredTermEvent, searchTerms, type TermRow, termEvents } from './store.ts'

const MOST = 50

/** Boxes that a text finds, each with what happened to it. */
export const boxesWithEvents = async (
  office: Office,
  text: string,
): Promise<readonly { readonly row: TermRow; readonly events: readonly StoredTermEvent[] }[]> => {
  const wanted = text.trim()
  const rows = await searchTerms(office.db, wanted, wanted.toUpperCase().replace(/\s/g, ''), MOST)
  const events = await termEvents(
    office.db,
    rows.map((row) => row.mailboxId),
  )
  return rows.map((row) => ({ row, events: events.filter((event) => event.mailboxId === row.mailboxId) }))
}
