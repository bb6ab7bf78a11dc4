// What every vault must do.
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Fault } from '../../src/core/lib/refusal.ts'
import type { Vault } from '../../src/core/ports.ts'

const DOCUMENT = '3f0c1f0e-2f5a-4c39-9c57-0d8f8f1f2a11'
const OTHER = '3f0c1f0e-2f5a-4c39-9c57-0d8f8f1f2a12'
const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

/** The suite; `open` gives the vault, `rotated` one that also has a newer master key, `stranger` one with other keys. */
export const vaultContract = (open: () => Vault, rotated: () => Vault, stranger: () => Vault): void => {
  const front = new Uint8Array(randomBytes(100_000))
  const back = new Uint8Array(randomBytes(50))
  const pages = new Map([
    [1, front],
    [2, back],
  ])

  test('pages come back as they were, and look like nothing meanwhile', async () => {
    const sealed = await open().seal(DOCUMENT, pages)
    expect([...sealed.pages.keys()]).toEqual([1, 2])
    expect(Buffer.from(sealed.pages.get(1)!).includes(Buffer.from(front.subarray(100, 132)))).toBe(false)
    expect(Buffer.from(await open().open(DOCUMENT, sealed.key, 1, sealed.pages.get(1)!)).equals(front)).toBe(true)
    expect(Buffer.from(await open().open(DOCUMENT, sealed.key, 2, sealed.pages.get(2)!)).equals(back)).toBe(true)
  })
  test('an empty page', async () => {
    const sealed = await open().seal(DOCUMENT, new Map([[1, new Uint8Array()]]))
    expect(await open().open(DOCUMENT, sealed.key, 1, sealed.pages.get(1)!)).toHaveLength(0)
  })
  test('the same page twice gives other bytes and another key', async () => {
    const [a, b] = [await open().seal(DOCUMENT, pages), await open().seal(DOCUMENT, pages)]
    expect(Buffer.from(a.pages.get(2)!).equals(b.pages.get(2)!)).toBe(false)
    await expect(open().open(DOCUMENT, a.key, 2, b.pages.get(2)!)).rejects.toBeInstanceOf(Fault)
  })
  test('a page in place of another, or of another document, is not opened', async () => {
    const sealed = await open().seal(DOCUMENT, pages)
    await expect(open().open(DOCUMENT, sealed.key, 1, sealed.pages.get(2)!)).rejects.toBeInstanceOf(Fault)
    await expect(open().open(OTHER, sealed.key, 1, sealed.pages.get(1)!)).rejects.toBeInstanceOf(Fault)
  })
  test.each([0, 11, 12, 40, -1])('one bit changed at %i is seen', async (at) => {
    const sealed = await open().seal(DOCUMENT, pages)
    const page = copy(sealed.pages.get(2)!)
    page[at < 0 ? page.length + at : at]! ^= 1
    await expect(open().open(DOCUMENT, sealed.key, 2, page)).rejects.toBeInstanceOf(Fault)
    const wrapped = copy(sealed.key.wrapped)
    wrapped[at < 0 ? wrapped.length + at : at]! ^= 1
    const key = { ...sealed.key, wrapped }
    await expect(open().open(DOCUMENT, key, 2, sealed.pages.get(2)!)).rejects.toBeInstanceOf(Fault)
  })
  test.each([0, 1, 27])('%i bytes are a fault, not a bug', async (length) => {
    const sealed = await open().seal(DOCUMENT, pages)
    await expect(open().open(DOCUMENT, sealed.key, 2, sealed.pages.get(2)!.subarray(0, length))).rejects.toBeInstanceOf(
      Fault,
    )
    const key = { ...sealed.key, wrapped: sealed.key.wrapped.subarray(0, length) }
    await expect(open().open(DOCUMENT, key, 2, sealed.pages.get(2)!)).rejects.toBeInstanceOf(Fault)
    await expect(open().openSecret('x', new Uint8Array(length))).rejects.toBeInstanceOf(Fault)
  })
  test('without the master key nothing opens', async () => {
    const sealed = await open().seal(DOCUMENT, pages)
    await expect(stranger().open(DOCUMENT, sealed.key, 1, sealed.pages.get(1)!)).rejects.toBeInstanceOf(Fault)
  })
  test('a new master key opens what is old, and wraps it anew', async () => {
    const sealed = await open().seal(DOCUMENT, pages)
    const page = sealed.pages.get(2)!
    expect(Buffer.from(await rotated().open(DOCUMENT, sealed.key, 2, page)).equals(back)).toBe(true)
    const rewrapped = await rotated().rewrap(DOCUMENT, sealed.key)
    expect(rewrapped!.keyId).not.toBe(sealed.key.keyId)
    expect(Buffer.from(await rotated().open(DOCUMENT, rewrapped!, 2, page)).equals(back)).toBe(true)
    await expect(open().open(DOCUMENT, rewrapped!, 2, page)).rejects.toBeInstanceOf(Fault)
    expect(await rotated().rewrap(DOCUMENT, rewrapped!)).toBeUndefined()
  })
  test('a secret opens with its own label only', async () => {
    const sealed = await open().sealSecret('totp of staff 7', back)
    expect(Buffer.from(await rotated().openSecret('totp of staff 7', sealed)).equals(back)).toBe(true)
    await expect(open().openSecret('totp of staff 8', sealed)).rejects.toBeInstanceOf(Fault)
    await expect(stranger().openSecret('totp of staff 7', sealed)).rejects.toBeInstanceOf(Fault)
  })
}
