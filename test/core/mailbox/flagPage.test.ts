// Pages of flags: what is written is read, and what is damaged is refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  draftPage,
  type FlagPage,
  PAGE_UIDS,
  type PageEntry,
  pageOf,
  readPage,
} from '../../../src/core/mailbox/flagPage.ts'

/** A page of the given entries. */
const writePage = (page: number, entries: readonly PageEntry[]): FlagPage => {
  const draft = draftPage(page)
  const sets = [...new Set(entries.map(({ keywords }) => keywords))]
  for (const { uid, system, keywords, modseq } of entries) draft.put(uid, system, sets.indexOf(keywords), modseq)
  return draft.finish((set) => sets[set]!)
}

const keyword = fc.stringMatching(/^[!-~]{1,12}$/)
const entryOn = (page: number) =>
  fc.record({
    uid: fc.integer({ min: page * PAGE_UIDS, max: page * PAGE_UIDS + PAGE_UIDS - 1 }),
    system: fc.integer({ min: 0, max: 31 }),
    keywords: fc.array(keyword, { maxLength: 3 }).map((words) => words.join(' ')),
    modseq: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  })
const pages = fc
  .integer({ min: 0, max: pageOf(0xffff_ffff) })
  .chain((page) =>
    fc
      .uniqueArray(entryOn(page), { selector: (entry) => entry.uid, maxLength: PAGE_UIDS })
      .map((entries) => ({ page, entries: entries.toSorted((a, b) => a.uid - b.uid) })),
  )
const entry = (uid: number, more: Partial<PageEntry> = {}): PageEntry => ({
  uid,
  system: 0,
  keywords: '',
  modseq: 1,
  ...more,
})

describe('a page of flags', () => {
  test('gives back what was written, by rising uid', () => {
    fc.assert(
      fc.property(pages, ({ page, entries }) => {
        expect(readPage(writePage(page, entries.toReversed()))).toEqual(entries)
      }),
    )
  })
  test('is 1 KiB, whatever it holds', () => {
    expect(writePage(0, []).slots).toHaveLength(1024)
    expect(writePage(3, [entry(384), entry(511)]).slots).toHaveLength(1024)
  })
  test('keeps each set of keywords once', () => {
    const entries = [entry(1, { keywords: 'a b' }), entry(2), entry(3, { keywords: 'a b' })]
    expect(writePage(0, entries).sets).toBe('a b\n')
  })
  test.each([
    ['a uid of another page', entry(128)],
    ['a flag that is none', entry(1, { system: 32 })],
    ['a modseq beyond 48 bits', entry(1, { modseq: 2 ** 48 })],
    ['a modseq below nought', entry(1, { modseq: -1 })],
  ])('takes no %s', (_, wrong) => {
    expect(() => writePage(0, [wrong])).toThrow(RangeError)
  })
  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1020, maxLength: 1024 }),
        fc.array(keyword, { maxLength: 200 }),
        (slots, words) => {
          try {
            for (const { uid, system } of readPage({ page: 1, sets: words.join('\n'), slots })) {
              expect(pageOf(uid)).toBe(1)
              expect(system).toBeLessThan(32)
            }
          } catch (error) {
            expect((error as Error).message).toMatch(/damaged page of flags/)
          }
        },
      ),
    )
  })
})
