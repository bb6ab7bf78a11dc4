// The API of a mailbox: what arrives, in order, and the exact bytes of each message.
import { Readable } from 'node:stream'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { readBasic } from './basic.ts'
import type { ProblemCode } from './problem.ts'
import type { MailboxReader, MessageSummary } from './reader.ts'

/** Thrown where the rules say no: the server turns it into a problem. */
export class Refused extends Error {
  readonly code: ProblemCode
  constructor(code: ProblemCode) {
    super(code)
    this.code = code
  }
}

const WAIT_LIMIT_SECONDS = 60
const PAGE_LIMIT = 1_000
const UID_LIMIT = 0xffff_ffff // RFC 9051 §2.3.1.1: a uid has 32 bits

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

export const ListQuery = Type.Object(
  {
    after: Type.Integer({ minimum: 0, maximum: UID_LIMIT, default: 0, description: 'Messages with a uid above this' }),
    wait: Type.Integer({ minimum: 0, maximum: WAIT_LIMIT_SECONDS, default: 0, description: 'Seconds to wait for one' }),
    limit: Type.Integer({ minimum: 1, maximum: PAGE_LIMIT, default: 100 }),
  },
  { additionalProperties: false },
)
export const MessageParams = Type.Object({ uid: Type.Integer({ minimum: 1, maximum: UID_LIMIT }) })
const Message = Type.Object({
  uid: Type.Integer(),
  kind: Type.String(),
  msgid: Type.String(),
  subject: Type.Optional(Type.String()),
  receivedAt: Type.String({ description: 'RFC 3339' }),
  sizeBytes: Type.Integer(),
})
export const Status = Type.Object({ messages: Type.Integer(), uidNext: Type.Integer() })
export const RestoreBody = Type.Object(
  { since: Type.String({ maxLength: 40, description: 'RFC 3339: what was removed from then on' }) },
  { additionalProperties: false },
)
export const Restored = Type.Object({ restored: Type.Integer() })
export const MessageList = Type.Object({ messages: Type.Array(Message) })

const shown = ({ uid, kind, msgid, subject, receivedAt, sizeBytes }: MessageSummary) => ({
  uid,
  kind,
  msgid,
  ...(subject === undefined ? {} : { subject }),
  receivedAt: new Date(receivedAt).toISOString(),
  sizeBytes,
})

/** A signal for when the client goes away, so that nobody waits for nobody. */
const goneSignal = (request: FastifyRequest): { readonly signal: AbortSignal; readonly done: () => void } => {
  const controller = new AbortController()
  const leave = (): void => controller.abort()
  request.raw.socket.once('close', leave)
  return { signal: controller.signal, done: () => request.raw.socket.off('close', leave) }
}

/** Adds the requests of a mailbox, as the one that HTTP Basic names. */
export const mailboxRoutes = <Box>(plain: FastifyInstance, reader: MailboxReader<Box>): void => {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>()

  const signIn = async (request: FastifyRequest): Promise<Box> => {
    const credentials = readBasic(request.headers.authorization)
    if (!credentials) throw new Refused('unauthorized')
    const outcome = await reader.authenticate({ ...credentials, remoteAddress: request.ip })
    if ('login' in outcome) return outcome.login
    throw new Refused(outcome.refusal === 'throttled' ? 'tooManyAttempts' : 'unauthorized')
  }

  app.get(
    '/api/v1/messages',
    { schema: { querystring: ListQuery, response: { 200: MessageList } } },
    async (request) => {
      const mailbox = await signIn(request)
      const { after, limit, wait } = request.query
      let messages = await reader.list(mailbox, { after, limit })
      if (messages.length === 0 && wait > 0) {
        const { signal, done } = goneSignal(request)
        await reader.wait(mailbox, after, wait * 1_000, signal).finally(done)
        if (!signal.aborted) messages = await reader.list(mailbox, { after, limit })
      }
      return { messages: messages.map(shown) }
    },
  )

  app.get('/api/v1/status', { schema: { response: { 200: Status } } }, async (request) =>
    reader.status(await signIn(request)),
  )

  app.post('/api/v1/restore', { schema: { body: RestoreBody, response: { 200: Restored } } }, async (request) => {
    const mailbox = await signIn(request)
    const { since } = request.body
    const at = RFC_3339.test(since) ? Date.parse(since) : Number.NaN
    if (Number.isNaN(at)) throw new Refused('badRequest')
    const restored = await reader.restore(mailbox, at)
    if (restored === undefined) throw new Refused('overQuota')
    return { restored }
  })

  app.get('/api/v1/takeout', async (request, reply) =>
    reply
      .header('content-type', 'application/zip')
      .header('content-disposition', 'attachment; filename="posta.zip"')
      .send(Readable.from(await reader.takeOut(await signIn(request)), { objectMode: false })),
  )

  app.get('/api/v1/messages/:uid', { schema: { params: MessageParams } }, async (request, reply) => {
    const { uid } = request.params
    const found = await reader.open(await signIn(request), uid)
    if (!found) throw new Refused('notFound')
    return reply
      .header('content-type', 'message/rfc822')
      .header('content-length', found.sizeBytes)
      .header('content-disposition', `attachment; filename="${uid}.eml"`)
      .send(Readable.from(found.stream, { objectMode: false }))
  })
}
