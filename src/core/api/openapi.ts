// The table of endpoints as an OpenAPI 3.1 document: the schemas are JSON Schema already.
import type { TSchema } from 'typebox'
import { type Access, type Endpoint, isBinary } from './endpoint.ts'
import { ProblemDocument } from './problemDocument.ts'
import { PROBLEMS, type RefusalCode } from './problems.ts'

type Json = unknown
type JsonObject = Readonly<Record<string, Json>>

export type OpenApiFacts = {
  readonly title: string
  readonly version: string
  /** Where the API is, up to and with /api/v1. */
  readonly url: string
  /** Whether cookies carry the prefix that binds them to the host (over TLS they do). */
  readonly hostCookies: boolean
  readonly sandbox: boolean
  /** Paths that are not of the table. */
  readonly more?: JsonObject
}

const TAGS: Readonly<Record<Endpoint['tag'] | 'mailbox', string>> = {
  enrolment: 'Portal: an enrolment, from the code of a convention to the tracker',
  order: 'Console of an Order: register, roll, invitations, costs, secretaries',
  operator: 'Console of the provider: cases, papers, conventions, boxes',
  staff: 'Sign-in of secretaries and operators',
  account: 'The account of who uses a box: its holder, and collaborators',
  help: 'Help pages',
  provider: 'The provider',
  sandbox: 'In the sandbox only',
  mailbox: 'A certified mailbox: what arrives, and the exact bytes of each message',
}

const ABOUT = `Everything that the pages do. Errors are problem+json (RFC 9457) with a stable code, in Italian or, by
Accept-Language, in English. Secretaries and operators sign in at POST /session, who uses a box
at POST /account/session; programs send the session's secret as a
bearer token instead of the cookie. With a cookie, whatever changes something must carry X-Requested-With: ceralacca.
An Idempotency-Key makes a request safe to send again: for a day the same key of the same caller gives the same answer.`

/** Problems that any endpoint of an access may answer with. */
const commonRefusals = (access: Access): readonly RefusalCode[] => {
  const always: readonly RefusalCode[] = ['badRequest', 'tooLarge', 'internal', 'unavailable']
  switch (access.kind) {
    case 'public':
      return [...always, 'tooManyRequests']
    case 'sandbox':
      return always
    case 'applicant':
      return [...always, 'tooManyRequests', 'caseNeeded', 'crossSite']
    case 'recovery':
      return [...always, 'tooManyRequests', 'recoveryNeeded', 'crossSite']
    case 'ticket':
      return [...always, 'tooManyRequests', 'ticketUnknown', 'crossSite']
    case 'staff':
      return [...always, 'signInNeeded', 'crossSite']
    case 'account': {
      const narrow: readonly RefusalCode[] = access.delegates === 'read' ? [] : ['holderOnly']
      const proof: readonly RefusalCode[] = access.proof ? ['proofNeeded'] : []
      const factor: readonly RefusalCode[] = access.setUp ? [] : ['factorNeeded']
      return [...always, 'accountSignInNeeded', ...factor, ...narrow, ...proof, 'crossSite']
    }
    case 'order':
      return [...always, 'signInNeeded', 'forbidden', 'notFound', 'crossSite']
    case 'provider':
      return [...always, 'signInNeeded', 'forbidden', 'crossSite']
  }
}

const securityOf = (access: Access): readonly JsonObject[] => {
  if (access.kind === 'public' || access.kind === 'sandbox') return []
  const { kind } = access
  const cookie =
    kind === 'applicant' ? 'case' : kind === 'account' || kind === 'recovery' || kind === 'ticket' ? kind : 'staff'
  return [{ [cookie]: [] }, { bearer: [] }]
}

const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(PROBLEMS, code)

const problemsOf = (endpoint: Endpoint): JsonObject => {
  const mine = (endpoint.refusals ?? []).filter(isRefusalCode)
  const keyed: readonly RefusalCode[] = endpoint.idempotent ? ['keyReused', 'inProgress'] : []
  const codes = [...new Set([...mine, ...keyed, ...commonRefusals(endpoint.access)])]
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: codes
          .filter((code) => PROBLEMS[code].status === status)
          .map((code) => `\`${code}\`: ${PROBLEMS[code].en.title}`)
          .join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

type ObjectSchema = { readonly properties?: JsonObject; readonly required?: readonly string[] }

const parametersIn = (place: 'path' | 'query', schema: TSchema | undefined): readonly JsonObject[] => {
  const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && !('default' in (one as object))),
    schema: one,
  }))
}

/** Parameters that the path names, whether a schema tells of them or not. */
const pathParameters = ({ path, params }: Endpoint): readonly JsonObject[] => {
  const told = parametersIn('path', params)
  const named = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  return named.map(
    (name) => told.find((one) => one.name === name) ?? { name, in: 'path', required: true, schema: { type: 'string' } },
  )
}

const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: '16 to 200 characters without spaces, chosen at random',
  schema: { type: 'string', minLength: 16, maxLength: 200 },
}

const bodyOf = ({ body }: Endpoint): JsonObject => {
  if (body === undefined) return {}
  if (isBinary(body)) {
    const description = `At most ${body.limitBytes} bytes`
    return { requestBody: { required: true, description, content: { '*/*': { schema: {} } } } }
  }
  return { requestBody: { required: true, content: { 'application/json': { schema: body } } } }
}

const answerOf = ({ reply }: Endpoint): JsonObject => {
  if (reply === undefined) return { '204': { description: 'Done' } }
  if ('binary' in reply) {
    const types = (reply as { readonly types: readonly string[] }).types
    return { '200': { description: 'The bytes', content: Object.fromEntries(types.map((type) => [type, {}])) } }
  }
  return { '200': { description: 'The answer', content: { 'application/json': { schema: reply } } } }
}

const operationOf = (id: string, endpoint: Endpoint): JsonObject => {
  const { access } = endpoint
  const parameters = [
    ...pathParameters(endpoint),
    ...parametersIn('query', endpoint.query),
    ...(endpoint.idempotent ? [KEY] : []),
  ]
  return {
    operationId: id,
    summary: endpoint.summary,
    tags: [endpoint.tag],
    security: securityOf(access),
    ...('permission' in access ? { 'x-permission': access.permission } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...bodyOf(endpoint),
    responses: { ...answerOf(endpoint), ...problemsOf(endpoint) },
  }
}

/** `/orders/:order` as `/orders/{order}`. */
export const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}')

const pathsOf = (table: Readonly<Record<string, Endpoint>>): JsonObject => {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [id, endpoint] of Object.entries(table)) {
    const template = templateOf(endpoint.path)
    paths[template] = { ...paths[template], [endpoint.method.toLowerCase()]: operationOf(id, endpoint) }
  }
  return paths
}

/** The document. */
export const openApiDocument = (table: Readonly<Record<string, Endpoint>>, facts: OpenApiFacts): JsonObject => {
  const shown = Object.fromEntries(
    Object.entries(table).filter(([, { access }]) => facts.sandbox || access.kind !== 'sandbox'),
  )
  const prefix = facts.hostCookies ? '__Host-' : ''
  return {
    openapi: '3.1.0',
    info: {
      title: facts.title,
      version: facts.version,
      description: ABOUT,
      license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
    },
    servers: [{ url: facts.url }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: { ...pathsOf(shown), ...facts.more },
    components: {
      schemas: { Problem: ProblemDocument },
      securitySchemes: {
        staff: { type: 'apiKey', in: 'cookie', name: `${prefix}ceralacca_staff` },
        case: { type: 'apiKey', in: 'cookie', name: `${prefix}ceralacca_case` },
        account: { type: 'apiKey', in: 'cookie', name: `${prefix}ceralacca_account` },
        recovery: { type: 'apiKey', in: 'cookie', name: `${prefix}ceralacca_recovery` },
        ticket: { type: 'apiKey', in: 'cookie', name: `${prefix}ceralacca_ticket` },
        bearer: { type: 'http', scheme: 'bearer' },
        mailbox: { type: 'http', scheme: 'basic', description: 'Address and password of the mailbox' },
      },
    },
  }
}
