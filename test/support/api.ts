// A real HTTP server with the API over an office, and a client that speaks as somebody.
import { randomUUID } from 'node:crypto'
import type { Endpoint } from '../../src/core/api/endpoint.ts'
import { type EndpointId, endpoints } from '../../src/core/api/endpoints.ts'
import type { Role } from '../../src/core/identity/permissions.ts'
import { type Database, timestamp } from '../../src/shell/db/pool.ts'
import { hashToken, newToken } from '../../src/shell/identity/tokens.ts'
import { createMailbox } from '../../src/shell/mailstore/mailboxes.ts'
import type { Office } from '../../src/shell/office.ts'
import { handlers } from '../../src/shell/servers/http/api/handlers.ts'
import type { ApiOptions } from '../../src/shell/servers/http/api.ts'
import { startHttpServer } from '../../src/shell/servers/http.ts'

export type Sent = {
  readonly params?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string | number>>
  /** An object goes as JSON, bytes as they are. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** A bearer token. */
  readonly as?: string | undefined
}
export type Answer = {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  readonly body: any
}
export type TestApi = {
  readonly url: string
  readonly port: number
  readonly call: (id: EndpointId, sent?: Sent) => Promise<Answer>
  readonly close: () => Promise<void>
}

/** The path of an endpoint with its parameters filled in. */
export const pathOf = (id: EndpointId, params: Sent['params'] = {}): string =>
  `/api/v1${(endpoints[id] as Endpoint).path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(params[name] ?? `no-${name}`)))}`

const bodyOf = (body: unknown): { readonly body?: Uint8Array<ArrayBuffer> | string; readonly type?: string } => {
  if (body === undefined) return {}
  if (body instanceof Uint8Array) return { body: Uint8Array.from(body), type: 'application/octet-stream' }
  return { body: JSON.stringify(body), type: 'application/json' }
}

/** Starts the server; replies are checked against their schemas. */
export const startApi = async (
  office: Office,
  more: Partial<Pick<ApiOptions, 'limits' | 'bodyLimitMs'>> & { readonly handlers?: object } = {},
): Promise<TestApi> => {
  const { handlers: others, ...options } = more
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({}),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    log: office.log,
    office,
    api: {
      handlers: { ...handlers, ...others } as typeof handlers,
      checkReplies: true,
      limits: { pointsPerMinute: 1_000_000 },
      ...options,
    },
  })
  const call = async (id: EndpointId, sent: Sent = {}): Promise<Answer> => {
    const { body, type } = bodyOf(sent.body)
    const url = new URL(pathOf(id, sent.params), server.url)
    for (const [name, value] of Object.entries(sent.query ?? {})) url.searchParams.set(name, String(value))
    const response = await fetch(url, {
      method: endpoints[id].method,
      redirect: 'manual',
      headers: {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(sent.as === undefined ? {} : { authorization: `Bearer ${sent.as}` }),
        'x-requested-with': 'ceralacca',
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const json = (response.headers.get('content-type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(bytes.toString()) : bytes }
  }
  return { url: server.url, port: server.port, call, close: server.close }
}

/** Adds somebody who works here, with a living session: the token of it. */
export const addStaff = async (
  db: Database,
  who: {
    readonly email: string
    readonly name?: string
    readonly roles: readonly { readonly role: Role; readonly orderId?: number }[]
    readonly passwordHash?: string
    readonly stage?: 'full' | 'secondFactor' | 'setup'
  },
  now: number,
): Promise<{ readonly id: number; readonly token: string; readonly sessionId: string }> => {
  const [row] = await db.query<{ id: number }>(
    'test-staff',
    `insert into staff (email, email_key, name, password_hash, created_at) values ($1, lower($1), $2, $3, $4) returning id`,
    [who.email, who.name ?? who.email, who.passwordHash ?? null, timestamp(now)],
  )
  const { id } = row!
  for (const { role, orderId } of who.roles)
    await db.query(
      'test-staff-role',
      'insert into staff_role (staff_id, order_id, role, given_at) values ($1, $2, $3, $4)',
      [id, orderId ?? null, role, timestamp(now)],
    )
  const token = newToken('staff')
  const sessionId = randomUUID()
  await db.query(
    'test-session',
    `insert into staff_session (id, token_hash, staff_id, stage, remote_address, user_agent, created_at, seen_at, expires_at)
     values ($1, $2, $3, $4, '127.0.0.1', 'test', $5, $5, $6)`,
    [sessionId, hashToken(token), id, who.stage ?? 'full', timestamp(now), timestamp(now + 12 * 3_600_000)],
  )
  return { id, token, sessionId }
}

/** Adds an Order. */
export const addOrder = async (db: Database, code: string, name: string, now: number): Promise<number> => {
  const [row] = await db.query<{ id: number }>(
    'test-order',
    `insert into professional_order (code, name, profile, created_at) values ($1, $2, '{}', $3) returning id`,
    [code, name, timestamp(now)],
  )
  return row!.id
}

/** Adds a box, and who uses it: its holder, or a collaborator with some rights; the token of a living session. */
export const addAccount = async (
  db: Database,
  who: { readonly rights: 'own' | 'send' | 'read'; readonly address: string },
  session: { readonly stage?: 'full' | 'secondFactor'; readonly seenAt?: number; readonly provedAt?: number },
  now: number,
): Promise<string> => {
  const mailboxId = await createMailbox(db, { address: who.address, quotaBytes: 1_000_000, uidValidity: 1 })
  const [account] =
    who.rights === 'own'
      ? await db.query<{ id: number }>('test-account', 'select id from account where mailbox_id = $1', [mailboxId])
      : await db.query<{ id: number }>(
          'test-delegate',
          `insert into account (kind, email, email_key, name, created_at) values ('delegate', $1, $1, 'Anna', $2) returning id`,
          [`anna+${who.address}`, timestamp(now)],
        )
  if (who.rights !== 'own')
    await db.query(
      'test-delegation',
      'insert into delegation (account_id, mailbox_id, rights, given_at) values ($1, $2, $3, $4)',
      [account!.id, mailboxId, who.rights, timestamp(now)],
    )
  const token = newToken('account')
  const seenAt = session.seenAt ?? now
  await db.query(
    'test-account-session',
    `insert into account_session (id, token_hash, account_id, mailbox_id, stage, remote_address, user_agent, created_at,
       seen_at, expires_at, proved_at)
     values ($1, $2, $3, $4, $5, '127.0.0.1', 'test', $6, $6, $7, $8)`,
    [
      randomUUID(),
      hashToken(token),
      account!.id,
      mailboxId,
      session.stage ?? 'full',
      timestamp(seenAt),
      timestamp(now + 24 * 3_600_000),
      timestamp(session.provedAt ?? seenAt),
    ],
  )
  return token
}
