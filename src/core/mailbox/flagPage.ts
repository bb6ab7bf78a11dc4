// A page of flags: the flags of 128 neighbouring uids in one row, so that to flag a whole folder rewrites few rows.
//
// A slot has 8 bytes: 80 | mask of system flags (00: not in force, the flags of arrival hold), index of the set of
// keywords, modseq (6 bytes, big-endian). The sets are lines of text, keywords with a space between them.

/** Uids of a page. */
export const PAGE_UIDS = 128
const SLOT_BYTES = 8
const IN_FORCE = 0x80
const MASK = 0x1f
/** Modseqs are counted up from 1, so that 48 bits last. */
const MODSEQ_LIMIT = 2 ** 48

/** The flags of one uid as a page holds them: a mask, and keywords with a space between them. */
export type PageEntry = {
  readonly uid: number
  readonly system: number
  readonly keywords: string
  readonly modseq: number
}

/** A page as it is stored. */
export type FlagPage = { readonly page: number; readonly sets: string; readonly slots: Uint8Array }

/** The page that a uid is on. */
export const pageOf = (uid: number): number => Math.floor(uid / PAGE_UIDS)

/** A page being written: sets of keywords are numbers of the caller's until it is done. */
export type PageDraft = {
  /** Throws RangeError for what a page cannot hold. */
  readonly put: (uid: number, system: number, set: number, modseq: number) => void
  readonly finish: (textOf: (set: number) => string) => FlagPage
}

/** An empty page. */
export const draftPage = (page: number): PageDraft => {
  const slots = new Uint8Array(PAGE_UIDS * SLOT_BYTES)
  const sets: number[] = [] // few: looked through from the start
  const first = page * PAGE_UIDS
  return {
    put: (uid, system, set, modseq) => {
      const slot = uid - first
      if (!(slot >= 0 && slot < PAGE_UIDS) || (system & ~MASK) !== 0 || !(modseq >= 0 && modseq < MODSEQ_LIMIT))
        throw new RangeError(`flags of uid ${uid} do not fit page ${page}`)
      let place = sets.indexOf(set)
      if (place < 0) place = sets.push(set) - 1
      const at = slot * SLOT_BYTES
      const high = Math.floor(modseq / 2 ** 32)
      slots[at] = IN_FORCE | system
      slots[at + 1] = place
      slots[at + 2] = high >>> 8
      slots[at + 3] = high
      slots[at + 4] = modseq >>> 24
      slots[at + 5] = modseq >>> 16
      slots[at + 6] = modseq >>> 8
      slots[at + 7] = modseq
    },
    finish: (textOf) => ({ page, sets: sets.map(textOf).join('\n'), slots }),
  }
}

/** What a page holds, by rising uid. Throws an Error for what `writePage` does not write: such a row is damaged. */
export const readPage = ({ page, sets, slots }: FlagPage): readonly PageEntry[] => {
  if (slots.length !== PAGE_UIDS * SLOT_BYTES) throw new Error(`a damaged page of flags: ${slots.length} bytes`)
  const words = sets.split('\n')
  const entries: PageEntry[] = []
  for (let slot = 0; slot < PAGE_UIDS; slot++) {
    const at = slot * SLOT_BYTES
    const first = slots[at]!
    if (first === 0) continue
    const keywords = words[slots[at + 1]!]
    if ((first & ~MASK) !== IN_FORCE || keywords === undefined) throw new Error(`a damaged page of flags: slot ${slot}`)
    const high = (slots[at + 2]! << 8) | slots[at + 3]!
    const low = ((slots[at + 4]! << 24) | (slots[at + 5]! << 16) | (slots[at + 6]! << 8) | slots[at + 7]!) >>> 0
    entries.push({ uid: page * PAGE_UIDS + slot, system: first & MASK, keywords, modseq: high * 2 ** 32 + low })
  }
  return entries
}
