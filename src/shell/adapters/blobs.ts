// Blobs in a folder: content-addressed files, written once, durable when `finish` returns.
import { createHash, randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instant } from '../../core/lib/instant.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { BlobStore, BlobWriter } from '../../core/ports.ts'

const CHUNK_BYTES = 256 * 1024
const ADDRESS = /^[0-9a-f]{64}$/
/** A blob on its way out; the store's opening and `tidy` bring it back if nobody finished removing it. */
const LEAVING = /^leaving-([0-9a-f]{64})-/

const fault = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? new Fault('blobs', error.message, { cause: error }) : error

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Makes the names of a folder durable. */
const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes every byte of the chunks, in as few calls as the system takes. */
const writeAll = async (handle: FileHandle, chunks: readonly Uint8Array[], length: number): Promise<void> => {
  const { bytesWritten } = await handle.writev(chunks as NodeJS.ArrayBufferView[])
  if (bytesWritten < length) await handle.appendFile(Buffer.concat(chunks).subarray(bytesWritten)) // a short write
}

type Places = {
  readonly drafts: string
  readonly path: (sha256: string) => string
  readonly ready: Set<string>
  root: string
}

/** Moves a finished draft to its address and makes that durable. */
const settle = async (places: Places, draft: string, sha256: string): Promise<void> => {
  const folder = join(places.root, sha256.slice(0, 2))
  if (!places.ready.has(folder)) {
    await mkdir(folder, { recursive: true })
    await syncFolder(places.root)
    places.ready.add(folder)
  }
  await rename(draft, places.path(sha256)) // over the same bytes, where they are there: their age starts anew
  await syncFolder(folder)
}

const openWriter = async (places: Places): Promise<BlobWriter> => {
  const draft = join(places.drafts, `draft-${randomUUID()}`)
  const handle = await open(draft, 'wx', 0o640)
  const hash = createHash('sha256')
  let sizeBytes = 0
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  const flush = async (): Promise<void> => {
    if (waitingBytes === 0) return
    const [chunks, length] = [waiting, waitingBytes]
    waiting = []
    waitingBytes = 0
    await writeAll(handle, chunks, length)
  }
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw fault(error)
    }
  }
  return {
    write: (chunk) =>
      guarded(async () => {
        hash.update(chunk)
        sizeBytes += chunk.length
        waiting.push(chunk)
        waitingBytes += chunk.length
        if (waitingBytes >= CHUNK_BYTES) await flush()
      }),
    finish: () =>
      guarded(async () => {
        await flush()
        await handle.sync()
        await handle.close()
        const sha256 = hash.digest('hex')
        await settle(places, draft, sha256)
        return { sha256, sizeBytes }
      }),
    abandon: async () => {
      await handle.close().catch(() => {})
      await rm(draft, { force: true }).catch(() => {})
    },
  }
}

async function* readRange(path: string, offset: number, length: number): AsyncGenerator<Uint8Array> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    for (let at = 0; at < length; ) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, length - at))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset + at)
      if (bytesRead === 0) throw new Fault('blobs', `${path} ends before ${offset + length}`)
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    throw fault(error)
  } finally {
    await handle?.close()
  }
}

async function* listAll(places: Places): AsyncGenerator<{ sha256: string; writtenAt: Instant; sizeBytes: number }> {
  for (const folder of (await readdir(places.root)).sort()) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue
    for await (const entry of await opendir(join(places.root, folder))) {
      const sha256 = folder + entry.name
      if (!ADDRESS.test(sha256)) continue
      const info = await stat(places.path(sha256)).catch(() => undefined) // removed meanwhile
      if (info !== undefined) yield { sha256, writtenAt: info.mtimeMs, sizeBytes: info.size }
    }
  }
}

/** Takes the blob aside first: a writer may have put it anew since its age was seen, and then it goes back. */
const removeIfOld = async (places: Places, sha256: string, before: Instant): Promise<void> => {
  const path = places.path(sha256)
  const aside = join(places.drafts, `leaving-${sha256}-${randomUUID()}`)
  try {
    if ((await stat(path)).mtimeMs >= before) return
    await rename(path, aside)
    if ((await stat(aside)).mtimeMs >= before) await putBack(places, aside, sha256)
    else await rm(aside, { force: true })
  } catch (error) {
    if (!isMissing(error)) throw fault(error)
  }
}

const putBack = async (places: Places, aside: string, sha256: string): Promise<void> => {
  await link(aside, places.path(sha256)).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
  await syncFolder(join(places.root, sha256.slice(0, 2)))
  await rm(aside, { force: true })
}

const tidyDrafts = async (places: Places, before: Instant): Promise<void> => {
  for (const name of await readdir(places.drafts)) {
    const path = join(places.drafts, name)
    const info = await stat(path).catch(() => undefined)
    if (info === undefined || info.ctimeMs >= before) continue
    const leaving = LEAVING.exec(name)?.[1]
    if (leaving !== undefined) await putBack(places, path, leaving).catch(() => {})
    else await rm(path, { force: true })
  }
}

/**
 * Opens the blob store of a folder (made where missing): `sha256/ab/cdef…`, unfinished ones in `drafts`. It belongs to
 * one database, whose sweeper decides what may go. Throws Fault('blobs').
 */
export const openFileBlobs = (folder: string): BlobStore => {
  const root = join(folder, 'sha256')
  const drafts = join(folder, 'drafts')
  mkdirSync(root, { recursive: true, mode: 0o750 })
  mkdirSync(drafts, { recursive: true, mode: 0o750 })
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
  const path = (sha256: string): string => {
    if (!ADDRESS.test(sha256)) throw new RangeError('not the address of a blob')
    return join(root, sha256.slice(0, 2), sha256.slice(2))
  }
  const places: Places = { root, drafts, path, ready: new Set() }
  return {
    create: () =>
      openWriter(places).catch((error) => {
        throw fault(error)
      }),
    read: (sha256, offset, length) => readRange(path(sha256), offset, length),
    list: () => listAll(places),
    remove: async (sha256, before) => {
      if (before !== undefined) return removeIfOld(places, sha256, before)
      await rm(path(sha256), { force: true })
    },
    tidy: (before) => tidyDrafts(places, before),
  }
}
