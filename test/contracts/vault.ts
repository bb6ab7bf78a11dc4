// What every vault must do.
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Fault } from '../../src/core/lib/refusal.ts'
import type { Vault } from '../../src/core/ports.ts'

const PAGE_1 = 'document 3f0c1f0e page 1'
const PAGE_2 = 'document 3f0c1f0e page 2'
const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** The suite; `open` gives the vault, `rotated` one that also has a newer master key, `stranger` one with other keys. */
export const vaultContract = (open: () => Vault, rotated: () => Vault, stranger: () => Vault): void => {
  const page = new Uint8Array(randomBytes(100_000))
  const small = new Uint8Array(randomBytes(50))

  test('pages come back as they were, and look like nothing meanwhile', () => {
    const key = open().newKey()
    const [one, two] = [open().seal(key, PAGE_1, page), open().seal(key, PAGE_2, small)]
    expect(Buffer.from(one).includes(Buffer.from(page.subarray(100, 132)))).toBe(false)
    expect(same(open().open(key, PAGE_1, one), page)).toBe(true)
    expect(same(open().open(key, PAGE_2, two), small)).toBe(true)
  })
  test('an empty page', () => {
    const key = open().newKey()
    expect(open().open(key, PAGE_1, open().seal(key, PAGE_1, new Uint8Array()))).toHaveLength(0)
  })
  test('the same bytes twice look different; another key does not open them', () => {
    const key = open().newKey()
    const [a, b] = [open().seal(key, PAGE_1, small), open().seal(key, PAGE_1, small)]
    expect(same(a, b)).toBe(false)
    expect(() => open().open(open().newKey(), PAGE_1, a)).toThrow(Fault)
  })
  test('a page in place of another is not opened', () => {
    const key = open().newKey()
    expect(() => open().open(key, PAGE_2, open().seal(key, PAGE_1, small))).toThrow(Fault)
  })
  test.each([0, 11, 12, 40, -1])('one bit changed at %i is seen', (at) => {
    const key = open().newKey()
    const sealed = copy(open().seal(key, PAGE_1, small))
    const changed = copy(sealed)
    changed[at < 0 ? changed.length + at : at]! ^= 1
    expect(() => open().open(key, PAGE_1, changed)).toThrow(Fault)
    const wrappedKey = copy(key.wrappedKey)
    wrappedKey[at < 0 ? wrappedKey.length + at : at]! ^= 1
    expect(() => open().open({ ...key, wrappedKey }, PAGE_1, sealed)).toThrow(Fault)
  })
  test.each([0, 1, 27])('%i bytes are a fault, not a bug', (length) => {
    const key = open().newKey()
    const sealed = open().seal(key, PAGE_1, small)
    expect(() => open().open(key, PAGE_1, sealed.subarray(0, length))).toThrow(Fault)
    expect(() => open().open({ ...key, wrappedKey: key.wrappedKey.subarray(0, length) }, PAGE_1, sealed)).toThrow(Fault)
    expect(() => open().openSecret('x', new Uint8Array(length))).toThrow(Fault)
  })
  test('without the master key nothing opens', () => {
    const key = open().newKey()
    const sealed = open().seal(key, PAGE_1, page)
    expect(() => stranger().open(key, PAGE_1, sealed)).toThrow(Fault)
  })
  test('a new master key opens what is old, and wraps it anew', () => {
    const key = open().newKey()
    const sealed = open().seal(key, PAGE_1, small)
    expect(same(rotated().open(key, PAGE_1, sealed), small)).toBe(true)
    const again = rotated().rewrap(key)!
    expect(again.keyId).not.toBe(key.keyId)
    expect(same(rotated().open(again, PAGE_1, sealed), small)).toBe(true)
    expect(() => open().open(again, PAGE_1, sealed)).toThrow(Fault)
    expect(rotated().rewrap(again)).toBeUndefined()
  })
  test('a secret opens with its own context only', () => {
    const sealed = open().sealSecret('totp of staff 7', small)
    expect(same(rotated().openSecret('totp of staff 7', sealed), small)).toBe(true)
    expect(() => open().openSecret('totp of staff 8', sealed)).toThrow(Fault)
    expect(() => stranger().openSecret('totp of staff 7', sealed)).toThrow(Fault)
    const again = rotated().resealSecret('totp of staff 7', sealed)!
    expect(same(rotated().openSecret('totp of staff 7', again), small)).toBe(true)
    expect(() => open().openSecret('totp of staff 7', again)).toThrow(Fault)
    expect(rotated().resealSecret('totp of staff 7', again)).toBeUndefined()
  })
}
