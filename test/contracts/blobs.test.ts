// The file-system blob store against the contract, and what is its own.
import { mkdtempSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileBlobs } from '../../src/shell/adapters/blobs.ts'
import { blobStoreContract, putBlob } from './blobs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blobs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const path = (sha256: string): string => join(folder, 'sha256', sha256.slice(0, 2), sha256.slice(2))

describe('blobs in files', () => {
  blobStoreContract(
    () => openFileBlobs(folder),
    async (sha256, at) => utimesSync(path(sha256), at / 1000, at / 1000),
  )
  test('a draft is not a blob, and is tidied away only when old', async () => {
    const store = openFileBlobs(folder)
    const writer = await store.create()
    await writer.write(new Uint8Array(300_000))
    await store.tidy?.(0)
    expect(readdirSync(join(folder, 'drafts'))).toHaveLength(1)
    await store.tidy?.(Date.now() + 60_000)
    expect(readdirSync(join(folder, 'drafts'))).toHaveLength(0)
    await writer.abandon()
  })
  test('a removal that a crash cut short is undone', async () => {
    const store = openFileBlobs(folder)
    const sha256 = await putBlob(store, new Uint8Array([1, 2, 3]))
    renameSync(path(sha256), join(folder, 'drafts', `leaving-${sha256}-x`))
    await store.tidy?.(Date.now() + 60_000)
    expect((await Array.fromAsync(store.list())).map((blob) => blob.sha256)).toEqual([sha256])
    expect(readdirSync(join(folder, 'drafts'))).toHaveLength(0)
  })
})
