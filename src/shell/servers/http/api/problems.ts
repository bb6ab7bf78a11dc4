// Sends what is wrong with a request, in the language of who sent it.
import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { problemDocument } from '../../../../core/api/problemDocument.ts'
import type { Refusal } from '../../../../core/api/problems.ts'
import { Fault } from '../../../../core/lib/refusal.ts'
import type { Office } from '../../../office.ts'
import { languageFor } from '../problem.ts'
import { BodyTooLarge } from './bytes.ts'

/** The address of a client, which may have gone. */
const addressOf = (request: FastifyRequest): string =>
  (request.raw.socket as unknown) === null ? 'gone' : (request.ip ?? 'gone')

/** Whether the client went away before its body was here. */
const hasGone = ({ raw }: FastifyRequest): boolean => raw.readableAborted || (raw.destroyed && !raw.complete)

/** Sends a problem, and logs it under its route. */
export const sendRefusal = (
  office: Office,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  reference?: string,
): FastifyReply => {
  const language = languageFor(request.headers['accept-language'])
  const body = problemDocument(refusal, language, reference)
  const { status } = body
  if (status < 500) {
    const route = request.routeOptions.url ?? 'none'
    office.log({ kind: 'httpRefused', route, status, remoteAddress: addressOf(request) })
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="ceralacca"') // RFC 9110 §11.6.1
  if ((status === 429 || status === 503 || refusal.refusal === 'inProgress') && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', refusal.refusal === 'inProgress' ? '1' : '60')
  }
  return reply
    .code(status)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(body))
}

/** What the client is told of an error. */
const refusalOf = (error: FastifyError | Error): Refusal => {
  if (error instanceof BodyTooLarge) return { refusal: 'tooLarge' }
  if (error instanceof Fault) return { refusal: error.port === 'scanner' ? 'documentNotScanned' : 'unavailable' }
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 408) return { refusal: 'tooSlow' }
  if (status === 413) return { refusal: 'tooLarge' }
  if (status === 415) return { refusal: 'unsupportedType' }
  return status !== undefined && status >= 400 && status < 500 ? { refusal: 'badRequest' } : { refusal: 'internal' }
}

/** Answers what was thrown: a fault as 503, anything else as a bug of ours. */
export const sendError = (
  office: Office,
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const refusal: Refusal = hasGone(request) ? { refusal: 'tooSlow' } : refusalOf(error)
  // what else comes of that body is not wanted
  if (refusal.refusal === 'tooLarge') reply.header('connection', 'close')
  const route = request.routeOptions.url ?? 'none'
  if (error instanceof Fault) office.log({ kind: 'httpFault', route, error })
  if (refusal.refusal !== 'internal') return sendRefusal(office, request, reply, refusal)
  const reference = randomUUID()
  office.log({ kind: 'httpBug', route, reference, error })
  return sendRefusal(office, request, reply, refusal, reference)
}
