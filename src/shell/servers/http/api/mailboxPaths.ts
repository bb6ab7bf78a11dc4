// The API of a mailbox (HTTP Basic, ../mailbox.ts) as paths of the OpenAPI document.
import type { TSchema } from 'typebox'
import { ListQuery, MessageList, MessageParams, RestoreBody, Restored, Status } from '../mailbox.ts'

type Properties = Readonly<Record<string, TSchema>>

const parameters = (place: 'query' | 'path', schema: { readonly properties: Properties }) =>
  Object.entries(schema.properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: one,
  }))

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})
const problems = {
  '401': problem('`unauthorized`: address and password of the mailbox are needed'),
  '429': problem('`tooManyAttempts`: too many failed attempts to sign in'),
  '503': problem('`unavailable`: the service is not available at the moment'),
}
const json = (schema: TSchema) => ({ description: 'The answer', content: { 'application/json': { schema } } })
const common = { tags: ['mailbox'], security: [{ mailbox: [] }] }

export const mailboxPaths = {
  '/messages': {
    get: {
      operationId: 'listMessages',
      summary: 'Messages that arrived after a uid; waits for one where asked',
      ...common,
      parameters: parameters('query', ListQuery),
      responses: { '200': json(MessageList), '400': problem('`badRequest`'), ...problems },
    },
  },
  '/messages/{uid}': {
    get: {
      operationId: 'getMessage',
      summary: 'The exact bytes of a message',
      ...common,
      parameters: parameters('path', MessageParams),
      responses: {
        '200': { description: 'The message', content: { 'message/rfc822': {} } },
        '404': problem('`notFound`: there is no such message'),
        ...problems,
      },
    },
  },
  '/status': {
    get: {
      operationId: 'getMailboxStatus',
      summary: 'How many messages there are, and the next uid',
      ...common,
      responses: { '200': json(Status), ...problems },
    },
  },
  '/restore': {
    post: {
      operationId: 'restoreMessages',
      summary: 'Brings back what was removed since an instant',
      ...common,
      requestBody: { required: true, content: { 'application/json': { schema: RestoreBody } } },
      responses: {
        '200': json(Restored),
        '400': problem('`badRequest`'),
        '507': problem('`overQuota`: the mailbox has no room'),
        ...problems,
      },
    },
  },
}
