// Bodies and replies that are bytes instead of JSON.
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BinaryReply } from '../../../../core/api/endpoint.ts'

/** Thrown inside a body that turns out to be longer than it may. */
export class BodyTooLarge extends Error {
  constructor() {
    super('the body is over its limit')
    this.name = 'BodyTooLarge'
  }
}

/** The chunks of a stream. Who stops early leaves it open: the answer goes over the same connection. */
const chunksOf = (stream: Readable): AsyncIterable<Uint8Array> =>
  stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>

/** The body of a request, up to so many bytes. */
export const bodyBytes = async function* (body: unknown, limitBytes: number): AsyncIterable<Uint8Array> {
  if (!(body instanceof Readable)) return
  let seen = 0
  for await (const chunk of chunksOf(body)) {
    seen += chunk.length
    if (seen > limitBytes) throw new BodyTooLarge()
    yield chunk
  }
}

/** Reads what is left of a body, so that the answer reaches a client that is still sending; not for ever. */
export const drain = async (body: unknown, limitBytes: number): Promise<void> => {
  if (!(body instanceof Readable) || body.readableEnded || body.destroyed) return
  let seen = 0
  for await (const chunk of chunksOf(body)) {
    seen += chunk.length
    if (seen > limitBytes) return
  }
}

/** Whether the request itself says that it is too long. */
export const saysTooLarge = (request: FastifyRequest, limitBytes: number): boolean =>
  Number(request.headers['content-length'] ?? 0) > limitBytes

/** RFC 6266, RFC 8187: a plain name for old programs, the whole one beside it. */
const disposition = (fileName: string | undefined): string => {
  if (fileName === undefined) return 'inline'
  const plain = fileName.replace(/[^A-Za-z0-9._-]+/g, '_')
  const whole = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}

/** Sends bytes. They may be anything: no browser is to run them as a page. */
export const sendBytes = (reply: FastifyReply, { type, bytes, fileName }: BinaryReply): FastifyReply => {
  reply.header('content-type', type).header('content-disposition', disposition(fileName))
  // Browsers show a PDF with a program of their own, which a sandbox would stop.
  if (type !== 'application/pdf') reply.header('content-security-policy', "default-src 'none'; sandbox")
  return bytes instanceof Uint8Array
    ? reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    : reply.send(Readable.from(bytes, { objectMode: false }))
}
