// A row of a table, and the reason why a file is none.

export type SheetRow = {
  /** As spreadsheets count, from 1. */
  readonly number: number
  readonly cells: readonly string[]
}

export type Words = { readonly it: string; readonly en: string }

/** The file is no roll that can be read; why, in words. */
export class UnreadableRoll extends Error {
  readonly words: Words
  constructor(it: string, en: string) {
    super(en)
    this.name = 'UnreadableRoll'
    this.words = { it, en }
  }
}
