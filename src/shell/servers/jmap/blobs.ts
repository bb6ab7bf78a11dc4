// Blobs: uploaded bytes, messages and their parts, as far as an account may see them (RFC 8620 §6).
import { isMultipart } from '../../../core/jmap/bodies.ts'
import { type BlobRef, blobOfId } from '../../../core/jmap/ids.ts'
import { type ContentId, rangePiece } from '../../../core/lib/rope.ts'
import { transferDecoder } from '../../../core/mail/encoding.ts'
import type { PartFacts } from '../../../core/mail/facts.ts'
import type { Box } from '../../mailstore/box.ts'
import { decodedSize } from './emailBody.ts'
import type { JmapOptions } from './options.ts'

/** Bytes of a content, to be decoded or not. */
export type Blob = {
  readonly content: ContentId
  readonly start: number
  readonly end: number
  /** Content-Transfer-Encoding in which they are stored. */
  readonly encoding: string
  readonly type: string
  /** Of a part of a message. */
  readonly part?: PartFacts | undefined
}

const isMessage = ({ type }: PartFacts): boolean => type === 'message/rfc822' || type === 'message/global'

/** The part at a path: numbers of RFC 9051 §6.4.5, which go on through a message within. */
export const partAt = (root: PartFacts, path: readonly number[]): PartFacts | undefined => {
  let entity: PartFacts | undefined = root
  let part: PartFacts | undefined
  for (const number of path) {
    if (part) entity = isMultipart(part) ? part : isMessage(part) ? part.children[0] : undefined
    if (!entity) return undefined
    part = isMultipart(entity) ? entity.children[number - 1] : number === 1 ? entity : undefined
    if (!part) return undefined
  }
  return part ?? root
}

const blobOf = (root: PartFacts, { content, part: path }: BlobRef): Blob | undefined => {
  const part = partAt(root, path)
  if (!part) return undefined
  return { content, start: part.bodyStart, end: part.bodyEnd, encoding: part.encoding, type: part.type, part }
}

/** Finds blobs that an account may see; those that are not there are left out. */
export const findBlobs = async (
  { mailstore }: Pick<JmapOptions, 'mailstore'>,
  mailboxId: number,
  ids: readonly string[],
  given?: Box,
): Promise<ReadonlyMap<string, Blob>> => {
  const refs = new Map(
    ids.flatMap((id) => {
      const ref = blobOfId(id)
      return ref ? [[id, ref] as const] : []
    }),
  )
  if (refs.size === 0) return new Map()
  const box = given ?? (await mailstore.box(mailboxId))
  const contents = [...new Set([...refs.values()].map(({ content }) => content))]
  const inBox = new Set(contents.filter((content) => box.rowsOf(content).length > 0))
  const uploads = await mailstore.uploads(
    mailboxId,
    contents.filter((content) => !inBox.has(content)),
  )
  const looked = new Set([...refs.values()].filter(({ part }) => part.length > 0).map(({ content }) => content))
  const facts = await mailstore.facts([...looked].filter((content) => inBox.has(content) || uploads.has(content)))
  const out = new Map<string, Blob>()
  for (const [id, ref] of refs) {
    const upload = uploads.get(ref.content)
    const record = facts.get(ref.content)
    if (ref.part.length > 0) {
      const blob = record && blobOf(record.parts, ref)
      if (blob) out.set(id, blob)
    } else if (upload) {
      const { content, sizeBytes, type } = upload
      out.set(id, { content, start: 0, end: sizeBytes, encoding: 'binary', type })
    } else if (inBox.has(ref.content)) {
      const { folder, index } = box.rowsOf(ref.content)[0]!
      const end = folder.state.sizeBytes(index)
      out.set(id, { content: ref.content, start: 0, end, encoding: 'binary', type: 'message/rfc822' })
    }
  }
  return out
}

const isEncoded = ({ encoding }: Blob): boolean => encoding === 'base64' || encoding === 'quoted-printable'

/** Bytes of a blob as they are given. */
export const blobSize = ({ contents }: Pick<JmapOptions, 'contents'>, blob: Blob): Promise<number> =>
  blob.part && isEncoded(blob) ? decodedSize(contents, blob.content, blob.part) : Promise.resolve(blob.end - blob.start)

/** The bytes of a blob. */
export async function* blobStream({ contents }: Pick<JmapOptions, 'contents'>, blob: Blob): AsyncGenerator<Uint8Array> {
  const { content, start, end, encoding } = blob
  if (end <= start) return
  const stored = contents.stream([rangePiece(content, start, end - start)])
  if (!isEncoded(blob)) {
    yield* stored
    return
  }
  const decoder = transferDecoder(encoding)
  for await (const chunk of stored) {
    const bytes = decoder.push(chunk)
    // The decoder uses its room again.
    if (bytes.length > 0) yield bytes.slice()
  }
  const rest = decoder.finish()
  if (rest.length > 0) yield rest
}

/** A run of the bytes of a blob; `end` is not in it. */
export async function* blobRange(
  options: Pick<JmapOptions, 'contents'>,
  blob: Blob,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  if (!isEncoded(blob)) {
    yield* blobStream(options, { ...blob, start: blob.start + start, end: Math.min(blob.end, blob.start + end) })
    return
  }
  let at = 0
  for await (const chunk of blobStream(options, blob)) {
    const from = Math.max(0, start - at)
    const to = Math.min(chunk.length, end - at)
    if (from < to) yield chunk.subarray(from, to)
    at += chunk.length
    if (at >= end) return
  }
}
