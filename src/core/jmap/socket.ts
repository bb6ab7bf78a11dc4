// JMAP over WebSocket (RFC 8887): what clients say in their messages, and how they are answered.
import { isRecord, isString } from './args.ts'
import { printRequestError, type RequestError } from './errors.ts'
import { type JmapRequest, parseBody, type RequestLimits, readRequest } from './request.ts'

export const SUBPROTOCOL = 'jmap'
export const SOCKET_PATH = '/jmap/ws'

export type SocketMessage =
  | { readonly kind: 'request'; readonly id: string | undefined; readonly request: JmapRequest }
  | {
      readonly kind: 'pushEnable'
      /** Undefined: all types. */
      readonly types: ReadonlySet<string> | undefined
      readonly pushState: string | undefined
    }
  | { readonly kind: 'pushDisable' }
  | { readonly kind: 'wrong'; readonly id: string | undefined; readonly error: RequestError }

const wrong = (id: string | undefined, detail: string): SocketMessage => ({
  kind: 'wrong',
  id,
  error: { requestError: 'notRequest', detail },
})

/** An id of a request as it is told back; longer ones are nobody's. */
const idOf = (body: Readonly<Record<string, unknown>>): string | undefined =>
  isString(body.id) && body.id.length <= 1_000 ? body.id : undefined

const readPushEnable = ({ dataTypes, pushState }: Readonly<Record<string, unknown>>): SocketMessage => {
  const all = dataTypes === null || dataTypes === undefined
  if (!all && !(Array.isArray(dataTypes) && dataTypes.length <= 1_000 && dataTypes.every(isString)))
    return wrong(undefined, '"dataTypes" must be null or an array of strings')
  if (pushState !== null && pushState !== undefined && !isString(pushState))
    return wrong(undefined, '"pushState" must be a string')
  return {
    kind: 'pushEnable',
    types: all ? undefined : new Set(dataTypes as readonly string[]),
    pushState: isString(pushState) ? pushState : undefined,
  }
}

/** Reads a message of a client (RFC 8887 §4.3.1, §4.3.5.2, §4.3.5.3). */
export const readSocketMessage = (
  bytes: Uint8Array,
  limits: RequestLimits,
  known: (capability: string) => boolean,
): SocketMessage => {
  const parsed = parseBody(bytes, limits)
  if (!('body' in parsed)) return { kind: 'wrong', id: undefined, error: parsed }
  const { body } = parsed
  if (!isRecord(body)) return wrong(undefined, 'The message is not an object')
  const type = body['@type']
  if (type === 'WebSocketPushEnable') return readPushEnable(body)
  if (type === 'WebSocketPushDisable') return { kind: 'pushDisable' }
  const id = idOf(body)
  if (type !== 'Request') return wrong(id, '"@type" must be Request, WebSocketPushEnable or WebSocketPushDisable')
  if (body.id !== undefined && body.id !== null && id === undefined)
    return wrong(undefined, '"id" must be a string of at most 1000 characters')
  const request = readRequest(body, limits, known)
  return 'requestError' in request ? { kind: 'wrong', id, error: request } : { kind: 'request', id, request }
}

/** RFC 8887 §4.3.2 */
export const socketResponse = (id: string | undefined, response: object) => ({
  '@type': 'Response' as const,
  ...(id === undefined ? {} : { requestId: id }),
  ...response,
})

/** RFC 8887 §4.3.3 */
export const socketError = (id: string | undefined, error: RequestError) => ({
  '@type': 'RequestError' as const,
  ...(id === undefined ? {} : { requestId: id }),
  ...printRequestError(error),
})
