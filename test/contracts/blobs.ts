// What every blob store must do.
import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Fault } from '../../src/core/lib/refusal.ts'
import type { BlobStore } from '../../src/core/ports.ts'

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}
const addresses = async (store: BlobStore): Promise<string[]> =>
  (await Array.fromAsync(store.list())).map((blob) => blob.sha256)

/** Writes the chunks as one blob. */
export const putBlob = async (store: BlobStore, ...chunks: Uint8Array[]): Promise<string> => {
  const writer = await store.create()
  for (const chunk of chunks) await writer.write(chunk)
  return (await writer.finish()).sha256
}

/** The suite; `age` makes a blob look written at that instant. */
export const blobStoreContract = (open: () => BlobStore, age: (sha256: string, at: number) => Promise<void>): void => {
  const bytes = randomBytes(700_001)
  const address = createHash('sha256').update(bytes).digest('hex')

  test('a blob written in parts is named by its hash and comes back', async () => {
    const store = open()
    const writer = await store.create()
    for (let at = 0; at < bytes.length; at += 90_000) await writer.write(bytes.subarray(at, at + 90_000))
    expect(await writer.finish()).toEqual({ sha256: address, sizeBytes: bytes.length })
    expect((await collect(store.read(address, 0, bytes.length))).equals(bytes)).toBe(true)
    expect(await addresses(store)).toEqual([address])
  })
  test.each([
    [0, 1],
    [262_143, 3],
    [500_000, 200_001],
    [700_001, 0],
  ])('a range from %i of %i bytes', async (offset, length) => {
    const store = open()
    await putBlob(store, bytes)
    expect((await collect(store.read(address, offset, length))).equals(bytes.subarray(offset, offset + length))).toBe(
      true,
    )
  })
  test('chunks are of at most 256 KiB', async () => {
    const store = open()
    await putBlob(store, bytes)
    for await (const chunk of store.read(address, 0, bytes.length)) expect(chunk.length).toBeLessThanOrEqual(256 * 1024)
  })
  test('an empty blob', async () => {
    const store = open()
    const sha256 = await putBlob(store)
    expect(sha256).toBe(createHash('sha256').digest('hex'))
    expect(await collect(store.read(sha256, 0, 0))).toHaveLength(0)
  })
  test('the same bytes twice are one blob', async () => {
    const store = open()
    expect(await putBlob(store, bytes)).toBe(await putBlob(store, bytes))
    expect(await addresses(store)).toHaveLength(1)
  })
  test('an abandoned blob is nowhere', async () => {
    const store = open()
    const writer = await store.create()
    await writer.write(bytes)
    await writer.abandon()
    expect(await addresses(store)).toEqual([])
  })
  test('a missing blob, and a range beyond the end, are faults', async () => {
    const store = open()
    await expect(collect(store.read(address, 0, 1))).rejects.toBeInstanceOf(Fault)
    await putBlob(store, bytes)
    await expect(collect(store.read(address, 700_000, 2))).rejects.toBeInstanceOf(Fault)
  })
  test('removed is gone; removing what is not there does nothing', async () => {
    const store = open()
    await putBlob(store, bytes)
    await store.remove(address)
    await store.remove(address)
    await store.remove(address, Date.now())
    expect(await addresses(store)).toEqual([])
  })
  test('removing only what is old spares what was written anew', async () => {
    const store = open()
    await putBlob(store, bytes)
    await age(address, 1000)
    await putBlob(store, bytes)
    await store.remove(address, 2000)
    expect(await addresses(store)).toEqual([address])
    await age(address, 1000)
    await store.remove(address, 2000)
    expect(await addresses(store)).toEqual([])
  })
  test('path traversal: an address that is not a hash is refused', () => {
    expect(() => open().read('../../../../etc/passwd', 0, 1)).toThrow(RangeError)
  })
}
