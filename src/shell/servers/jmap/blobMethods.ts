// Blob/get, /upload, /lookup (RFC 9404) and /copy (RFC 8620 §6.3).
import { createHash } from 'node:crypto'
import { isId, isRecord, isString, isUnsignedInt, listOf, mapOf, nullable } from '../../../core/jmap/args.ts'
import { BLOB, CORE, LIMITS } from '../../../core/jmap/capabilities.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import { methodError, type SetError } from '../../../core/jmap/errors.ts'
import { blobId, blobOfId, emailId, folderJmapId, threadId } from '../../../core/jmap/ids.ts'
import { toUtf8Strict } from '../../../core/lib/bytes.ts'
import { isMediaType } from '../../../core/mail/parameters.ts'
import { TooLarge } from '../../content/store.ts'
import { type Blob, blobRange, blobSize, findBlobs } from './blobs.ts'
import { type Call, method, realId } from './method.ts'
import { type Done, inOrder } from './set.ts'

/** Bytes of blobs that one request is given inside its response. */
const MOST_BYTES = 10 * 1024 * 1024
const MOST_SOURCES = 64
const DIGESTS: Readonly<Record<string, string>> = {
  'digest:sha': 'sha1',
  'digest:sha-256': 'sha256',
  'digest:sha-512': 'sha512',
}
const DATA = ['data', 'data:asText', 'data:asBase64']

type BlobGetArgs = {
  readonly ids: readonly string[]
  readonly properties?: readonly string[] | null
  readonly offset?: number | null
  readonly length?: number | null
}

const read = async (call: Call, blob: Blob, start: number, end: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of blobRange(call.options, blob, start, end)) chunks.push(chunk.slice())
  return Buffer.concat(chunks)
}

/** What is asked of a blob; undefined where it is too much. */
const shown = async (
  call: Call,
  id: string,
  blob: Blob,
  { offset, length, properties }: BlobGetArgs,
  left: { bytes: number },
): Promise<object | undefined> => {
  const wanted = properties ?? ['data', 'size']
  const size = await blobSize(call.options, blob)
  const start = Math.min(offset ?? 0, size)
  const end = Math.min(size, length === undefined || length === null ? size : start + length)
  const isTruncated = (offset ?? 0) > size || (typeof length === 'number' && (offset ?? 0) + length > size)
  const out: Record<string, unknown> = { id, ...(isTruncated ? { isTruncated } : {}) }
  if (wanted.includes('size')) out.size = size
  const needsBytes = wanted.some((name) => DATA.includes(name) || name in DIGESTS)
  if (!needsBytes) return out
  left.bytes -= end - start
  if (left.bytes < 0) return undefined
  const bytes = await read(call, blob, start, end)
  for (const name of wanted) {
    const algorithm = Object.hasOwn(DIGESTS, name) ? DIGESTS[name] : undefined
    if (algorithm !== undefined) out[name] = createHash(algorithm).update(bytes).digest('base64')
  }
  const text = toUtf8Strict(bytes)
  // RFC 9404 §4.2: also where base64 stands for it.
  const asText = wanted.includes('data:asText') || wanted.includes('data')
  if (text === undefined && asText) out.isEncodingProblem = true
  if (wanted.includes('data:asText') || (wanted.includes('data') && text !== undefined))
    out['data:asText'] = text ?? null
  if (wanted.includes('data:asBase64') || (wanted.includes('data') && text === undefined))
    out['data:asBase64'] = bytes.toString('base64')
  return out
}

const get = method<BlobGetArgs>(
  'Blob/get',
  BLOB,
  {
    'accountId!': isId,
    'ids!': listOf(isString),
    properties: nullable(listOf(isString)),
    offset: nullable(isUnsignedInt),
    length: nullable(isUnsignedInt),
  },
  async (call, args) => {
    const unknown = args.properties?.find(
      (name) => !DATA.includes(name) && name !== 'size' && !Object.hasOwn(DIGESTS, name),
    )
    if (unknown !== undefined)
      return { methodError: 'invalidArguments', description: unknown.slice(0, 100), arguments: ['properties'] }
    if (args.ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const ids = [...new Set(args.ids)].map((id) => realId(call, id))
    const blobs = await findBlobs(call.options, call.login.mailboxId, ids)
    const list: object[] = []
    const left = { bytes: MOST_BYTES }
    for (const id of ids) {
      const blob = blobs.get(id)
      if (!blob) continue
      const one = await shown(call, id, blob, args, left)
      if (!one) return methodError('requestTooLarge', 'the blobs are too large to be given in a response')
      list.push(one)
    }
    return { accountId: call.accountId, list, notFound: ids.filter((id) => !blobs.has(id)) }
  },
)

type Source = Readonly<Record<string, unknown>>

/** The bytes of one source of Blob/upload, or undefined where it is none. */
async function* sourceBytes(call: Call, source: Source, blobs: ReadonlyMap<string, Blob>): AsyncGenerator<Uint8Array> {
  const text = source['data:asText']
  const base64 = source['data:asBase64']
  if (isString(text)) yield Buffer.from(text, 'utf8')
  else if (isString(base64)) yield Buffer.from(base64, 'base64')
  else {
    const blob = blobs.get(realId(call, source.blobId as string))!
    const size = await blobSize(call.options, blob)
    const start = Math.min(size, (source.offset as number | null | undefined) ?? 0)
    const { length } = source
    yield* blobRange(call.options, blob, start, typeof length === 'number' ? Math.min(size, start + length) : size)
  }
}

const isSource = (source: unknown): source is Source => {
  if (!isRecord(source)) return false
  const { 'data:asText': text, 'data:asBase64': base64, blobId: id, offset, length, ...others } = source
  if (Object.keys(others).length > 0 || [text, base64, id].filter((one) => one !== undefined).length !== 1) return false
  if (!nullable(isUnsignedInt)(offset ?? null) || !nullable(isUnsignedInt)(length ?? null)) return false
  if (base64 !== undefined)
    return isString(base64) && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)
  return isString(text ?? id)
}

const makeOne = async (call: Call, given: Readonly<Record<string, unknown>>): Promise<Done> => {
  const { data, type, ...others } = given
  if (Object.keys(others).length > 0) return invalidProperties(Object.keys(others))
  if (!Array.isArray(data) || !data.every(isSource) || data.length > MOST_SOURCES) return invalidProperties(['data'])
  const kind = type ?? 'application/octet-stream'
  if (!isString(kind) || !isMediaType(kind.toLowerCase())) return invalidProperties(['type'])
  const wanted = (data as readonly Source[]).flatMap(({ blobId: id }) => (isString(id) ? [realId(call, id)] : []))
  const blobs = await findBlobs(call.options, call.login.mailboxId, wanted)
  const notFound = wanted.filter((id) => !blobs.has(id))
  if (notFound.length > 0) return { type: 'blobNotFound', notFound }
  for (const source of data as readonly Source[]) {
    const blob = isString(source.blobId) ? blobs.get(realId(call, source.blobId)) : undefined
    const end = blob && ((source.offset as number) ?? 0) + ((source.length as number) ?? 0)
    if (blob && end! > (await blobSize(call.options, blob))) return invalidProperties(['data'])
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    for (const source of data as readonly Source[]) yield* sourceBytes(call, source, blobs)
  }
  try {
    const row = await call.options.contents.receive(all(), { limitBytes: LIMITS.maxSizeUpload })
    await call.options.mailstore.upload(call.login.mailboxId, row, kind.toLowerCase())
    return { done: { id: blobId(row.id), type: kind, size: row.sizeBytes } }
  } catch (error) {
    if (error instanceof TooLarge) return { type: 'tooLarge' }
    throw error
  }
}

type UploadArgs = { readonly create: Readonly<Record<string, Readonly<Record<string, unknown>>>> }

const upload = method<UploadArgs>(
  'Blob/upload',
  BLOB,
  { 'accountId!': isId, 'create!': mapOf(isId, isRecord) },
  async (call, args) => {
    if (call.login.rights === 'read') return methodError('accountReadOnly')
    if (Object.keys(args.create).length > LIMITS.maxObjectsInSet) return methodError('requestTooLarge')
    const created: Record<string, object | null> = {}
    const notCreated: Record<string, SetError> = {}
    for (const [key, given] of inOrder(args.create)) {
      const outcome = await makeOne(call, given)
      if ('type' in outcome) notCreated[key] = outcome
      else {
        created[key] = outcome.done
        call.createdIds.set(key, (outcome.done as { id: string }).id)
      }
    }
    return {
      accountId: call.accountId,
      created: Object.keys(created).length > 0 ? created : null,
      notCreated: Object.keys(notCreated).length > 0 ? notCreated : null,
    }
  },
)

type LookupArgs = { readonly typeNames: readonly string[]; readonly ids: readonly string[] }
const TYPES = ['Email', 'Mailbox', 'Thread']

const lookup = method<LookupArgs>(
  'Blob/lookup',
  BLOB,
  { 'accountId!': isId, 'typeNames!': listOf(isString), 'ids!': listOf(isString) },
  async (call, { typeNames, ids }) => {
    const unknown = typeNames.find((name) => !TYPES.includes(name))
    if (unknown !== undefined) return methodError('unknownDataType', unknown.slice(0, 100))
    if (ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const asked = [...new Set(ids)].map((id) => realId(call, id))
    const box = await call.options.mailstore.box(call.login.mailboxId)
    const blobs = await findBlobs(call.options, call.login.mailboxId, asked, box)
    const list = asked.flatMap((id) => {
      const content = blobs.has(id) ? blobOfId(id)?.content : undefined
      if (content === undefined) return []
      const rows = box.rowsOf(content)
      const found: Readonly<Record<string, readonly string[]>> = {
        Email: rows.length > 0 ? [emailId(content)] : [],
        Mailbox: [...new Set(rows.map(({ folder }) => folderJmapId(folder.id)))],
        Thread: [...new Set(rows.map(({ folder, index }) => threadId(folder.state.threadKey(index))))],
      }
      return [{ id, matchedIds: Object.fromEntries(typeNames.map((name) => [name, found[name]])) }]
    })
    return { accountId: call.accountId, list, notFound: asked.filter((id) => !blobs.has(id)) }
  },
)

type CopyArgs = { readonly fromAccountId: string }

/** Whoever signs in has one account: there is no other to copy from. */
const copy = method<CopyArgs>(
  'Blob/copy',
  CORE,
  { 'fromAccountId!': isId, 'accountId!': isId, 'blobIds!': listOf(isString) },
  async (call, { fromAccountId }) =>
    fromAccountId === call.accountId
      ? { methodError: 'invalidArguments', description: 'the accounts are the same', arguments: ['fromAccountId'] }
      : methodError('fromAccountNotFound'),
)

export const blobMethods = [get, upload, lookup, copy]
