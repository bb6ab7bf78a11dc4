// What clients say by WebSocket (RFC 8887 §4.3).
import { expect, it } from 'vitest'
import { readSocketMessage, socketError, socketResponse } from '../../../src/core/jmap/socket.ts'

const LIMITS = { maxSizeRequest: 1_000, maxCallsInRequest: 2 }
const read = (message: unknown) =>
  readSocketMessage(
    Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)),
    LIMITS,
    (one) => one === 'core',
  )
const request = { '@type': 'Request', id: 'r1', using: ['core'], methodCalls: [['Core/echo', {}, 'c']] }

it('reads requests and words on push', () => {
  expect(read(request)).toMatchObject({ kind: 'request', id: 'r1', request: { calls: [['Core/echo', {}, 'c']] } })
  expect(read({ ...request, id: undefined })).toMatchObject({ kind: 'request', id: undefined })
  expect(read({ ...request, id: null })).toMatchObject({ kind: 'request', id: undefined })
  expect(read({ '@type': 'WebSocketPushEnable', dataTypes: null })).toEqual({ kind: 'pushEnable' })
  expect(read({ '@type': 'WebSocketPushEnable', dataTypes: ['Email'], pushState: 'x' })).toEqual({
    kind: 'pushEnable',
    types: new Set(['Email']),
    pushState: 'x',
  })
  expect(read({ '@type': 'WebSocketPushDisable' })).toEqual({ kind: 'pushDisable' })
})

it.each<readonly [string, unknown, string, string | undefined]>([
  ['no JSON', '{', 'notJSON', undefined],
  ['a list', [], 'notRequest', undefined],
  ['no type', { id: 'x' }, 'notRequest', 'x'],
  ['an answer', { ...request, '@type': 'Response' }, 'notRequest', 'r1'],
  ['an id that is none', { ...request, id: 7 }, 'notRequest', undefined],
  ['an id without end', { ...request, id: 'x'.repeat(1_001) }, 'limit', undefined],
  ['a request without calls', { ...request, methodCalls: undefined }, 'notRequest', 'r1'],
  ['a capability that is not here', { ...request, using: ['other'] }, 'unknownCapability', 'r1'],
  ['too many calls', { ...request, methodCalls: Array(3).fill(request.methodCalls[0]) }, 'limit', 'r1'],
  ['too long', { ...request, more: 'x'.repeat(1_000) }, 'limit', undefined],
  ['types that are none', { '@type': 'WebSocketPushEnable', dataTypes: 'Email' }, 'notRequest', undefined],
  ['a state that is none', { '@type': 'WebSocketPushEnable', dataTypes: null, pushState: 1 }, 'notRequest', undefined],
])('refuses: %s', (_, message, type, id) =>
  expect(read(message)).toMatchObject({ kind: 'wrong', id, error: { requestError: type } }),
)

it('answers by the id of the request', () => {
  expect(socketResponse('r1', { methodResponses: [] })).toEqual({
    '@type': 'Response',
    requestId: 'r1',
    methodResponses: [],
  })
  expect(socketResponse(undefined, {})).toEqual({ '@type': 'Response' })
  expect(socketError('r1', { requestError: 'limit', detail: 'Too many', limit: 'maxConcurrentRequests' })).toEqual({
    '@type': 'RequestError',
    requestId: 'r1',
    type: 'urn:ietf:params:jmap:error:limit',
    status: 400,
    detail: 'Too many',
    limit: 'maxConcurrentRequests',
  })
})
