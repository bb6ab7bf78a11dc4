// The authorisation matrix: every endpoint × everybody who may come × their own and another Order's data, judged by
// real requests to a real server over PostgreSQL. It is made from the table of endpoints: none is without a row.
import { randomUUID } from 'node:crypto'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Endpoint, isBinary } from '../../../../../src/core/api/endpoint.ts'
import { type EndpointId, endpoints } from '../../../../../src/core/api/endpoints.ts'
import {
  ORDER_PERMISSIONS,
  ORDER_ROLES,
  PERMISSIONS,
  type Permission,
  PROVIDER_PERMISSIONS,
  PROVIDER_ROLES,
  type Role,
} from '../../../../../src/core/identity/permissions.ts'
import { HOUR, SECOND } from '../../../../../src/core/lib/instant.ts'
import { timestamp } from '../../../../../src/shell/db/pool.ts'
import { openTicket } from '../../../../../src/shell/helpdesk/open.ts'
import { findTicket } from '../../../../../src/shell/helpdesk/store.ts'
import { PROOF_MS } from '../../../../../src/shell/identity/account/sessions.ts'
import { startRecovery } from '../../../../../src/shell/identity/recovery/request.ts'
import { hashToken, newToken } from '../../../../../src/shell/identity/tokens.ts'
import {
  type Answer,
  addAccount,
  addOrder,
  addStaff,
  type Sent,
  startApi,
  type TestApi,
} from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'
import { sample } from '../../../../support/sample.ts'

const OWN = 'OMCEO-AQ'
const OTHER = 'OMCEO-TE'
const ALL = Object.keys(endpoints) as EndpointId[]

/** Who comes: what they are, and where. A grant without an Order is a role at the provider. */
type Visitor =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'applicant' }
  | { readonly kind: 'recovery' }
  /** Holds a ticket of the help desk. */
  | { readonly kind: 'ticket' }
  /** Uses a box; `fresh`: has proved lately to be the one. */
  | { readonly kind: 'account'; readonly rights: 'own' | 'send' | 'read'; readonly fresh: boolean }
  | { readonly kind: 'staff'; readonly grants: readonly { readonly role: Role; readonly order?: string }[] }
  /** Has a secret, but not one that opens: half-way, ended, disabled, invented. */
  | { readonly kind: 'shut' }

type Row = { readonly name: string; readonly visitor: Visitor; token?: string }

const rows: Row[] = [
  { name: 'nobody', visitor: { kind: 'nobody' } },
  { name: 'an applicant', visitor: { kind: 'applicant' } },
  { name: 'another applicant', visitor: { kind: 'applicant' } },
  { name: 'who asks to change a reference e-mail', visitor: { kind: 'recovery' } },
  { name: 'who holds the ticket', visitor: { kind: 'ticket' } },
  { name: 'who holds another ticket', visitor: { kind: 'shut' } },
  ...[OWN, OTHER].flatMap((order) =>
    ORDER_ROLES.map((role) => ({
      name: `${role} of ${order}`,
      visitor: { kind: 'staff', grants: [{ role, order }] } as const,
    })),
  ),
  ...PROVIDER_ROLES.map((role) => ({ name: role, visitor: { kind: 'staff', grants: [{ role }] } as const })),
  { name: 'a holder', visitor: { kind: 'account', rights: 'own', fresh: true } },
  { name: 'a holder ten minutes after a proof', visitor: { kind: 'account', rights: 'own', fresh: true } },
  { name: 'a holder ten minutes and a second after', visitor: { kind: 'account', rights: 'own', fresh: false } },
  { name: 'a holder who has proved in another session', visitor: { kind: 'account', rights: 'own', fresh: false } },
  { name: 'a collaborator who may send, without', visitor: { kind: 'account', rights: 'send', fresh: false } },
  { name: 'a collaborator who may send', visitor: { kind: 'account', rights: 'send', fresh: true } },
  { name: 'a collaborator who may read', visitor: { kind: 'account', rights: 'read', fresh: true } },
  ...[
    'before the second factor',
    'after twelve hours',
    'of a suspended box',
    'let in no more',
    'with an invented secret',
  ].map((name) => ({ name: `a user of a box ${name}`, visitor: { kind: 'shut' } as const })),
  // What one may at one place must not be lent to another.
  {
    name: 'somebody with three roles',
    visitor: {
      kind: 'staff',
      grants: [{ role: 'orderReader', order: OWN }, { role: 'orderAdmin', order: OTHER }, { role: 'operator' }],
    },
  },
  { name: 'somebody without a role', visitor: { kind: 'staff', grants: [] } },
  ...[
    'before the second factor',
    'before it is set up',
    'after twelve hours',
    'disabled',
    'with an invented secret',
  ].map((name) => ({ name: `an administrator ${name}`, visitor: { kind: 'shut' } as const })),
]

type Expected =
  | 'reached'
  | 'signInNeeded'
  | 'accountSignInNeeded'
  | 'holderOnly'
  | 'proofNeeded'
  | 'caseNeeded'
  | 'recoveryNeeded'
  | 'ticketUnknown'
  | 'forbidden'
  | 'notFound'

/** What must become of a request, by the two tables. */
const expected = ({ access }: Endpoint, visitor: Visitor, order: string, sandbox: boolean): Expected => {
  const grants = visitor.kind === 'staff' ? visitor.grants : undefined
  const allows = (place: string | undefined, permission: Permission): boolean =>
    grants?.some((one) => one.order === place && PERMISSIONS[one.role].includes(permission)) ?? false
  switch (access.kind) {
    case 'public':
      return 'reached'
    case 'sandbox':
      return sandbox ? 'reached' : 'notFound'
    case 'applicant':
      return visitor.kind === 'applicant' ? 'reached' : 'caseNeeded'
    case 'recovery':
      return visitor.kind === 'recovery' ? 'reached' : 'recoveryNeeded'
    case 'ticket':
      return visitor.kind === 'ticket' ? 'reached' : 'ticketUnknown'
    case 'account': {
      if (visitor.kind !== 'account') return 'accountSignInNeeded'
      const enough = { own: ['own'], send: ['own', 'send'], read: ['own', 'send', 'read'] }[access.delegates ?? 'own']
      if (!enough.includes(visitor.rights)) return 'holderOnly'
      return access.proof && !visitor.fresh ? 'proofNeeded' : 'reached'
    }
    case 'staff':
      return grants ? 'reached' : 'signInNeeded'
    case 'provider':
      if (!grants) return 'signInNeeded'
      return allows(undefined, access.permission) ? 'reached' : 'forbidden'
    case 'order':
      if (!grants) return 'signInNeeded'
      if (!grants.some((one) => one.order === order)) return 'notFound'
      return allows(order, access.permission) ? 'reached' : 'forbidden'
  }
}

let office: TestOffice
let api: TestApi
let sandbox: TestApi
/** What the handler said who came, for each request that reached one. */
const reached: { id: EndpointId; caller: unknown }[] = []

/** Handlers that only tell that they were reached. */
const stubs = Object.fromEntries(
  ALL.map((id) => [
    id,
    async ({ caller }: { caller: unknown }) => {
      reached.push({ id, caller })
      return { refusal: 'notInThisState' }
    },
  ]),
)

const addApplicant = async (conventionId: number, memberId: number, fiscalKey: string): Promise<string> => {
  const id = randomUUID()
  const now = office.clock.now()
  await office.db.query(
    't-enrolment',
    `insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, created_at)
     values ($1, $2, $3, $4, 'draft', $5, $6)`,
    [id, id.slice(0, 8), conventionId, memberId, fiscalKey, timestamp(now)],
  )
  const token = newToken('case')
  await office.db.query(
    't-key',
    `insert into enrolment_key (token_hash, enrolment_id, purpose, created_at, expires_at) values ($1, $2, 'session', $3, $4)`,
    [hashToken(token), id, timestamp(now), timestamp(now + 24 * HOUR)],
  )
  return token
}

const addMember = async (orderId: number, code: string): Promise<number> => {
  const [row] = await office.db.query<{ id: number }>(
    't-member',
    `insert into member (order_id, fiscal_key, fiscal_code, surname, given_name, section, status, changed_at)
     values ($1, $2, $2, 'Rossi', 'Mario', 'physician', 'active', $3) returning id`,
    [orderId, code, timestamp(office.clock.now())],
  )
  return row!.id
}

const addConvention = async (orderId: number, code: string): Promise<number> => {
  const [row] = await office.db.query<{ id: number }>(
    't-convention',
    `insert into convention (code, order_id, domain, starts_on, ends_on, terms, created_at)
     values ($1, $2, 'pec.prova.example', '2026-01-01', '2029-01-01', '{}', $3) returning id`,
    [code, orderId, timestamp(office.clock.now())],
  )
  return row!.id
}

let shutCount = 0
let boxCount = 0
/** Somebody who uses a box of their own or, by rights, another's: the token of their session. */
const addBoxUser = (rights: 'own' | 'send' | 'read', session: Parameters<typeof addAccount>[2]): Promise<string> =>
  addAccount(office.db, { rights, address: `box${++boxCount}@pec.prova.example` }, session, office.clock.now())

/** Another session of the same person, in which nothing was proved. */
const sessionBeside = async (token: string): Promise<string> => {
  const other = newToken('account')
  await office.db.query(
    't-beside',
    `insert into account_session (id, token_hash, account_id, mailbox_id, stage, remote_address, user_agent, created_at,
       seen_at, expires_at, proved_at)
     select $1, $2, account_id, mailbox_id, stage, remote_address, user_agent, created_at, seen_at, expires_at, null
     from account_session where token_hash = $3`,
    [randomUUID(), hashToken(other), hashToken(token)],
  )
  return other
}

/** The same where it does not open. */
const shutBoxUser = async (name: string): Promise<string> => {
  const now = office.clock.now()
  if (name.includes('invented')) return newToken('account')
  if (name.includes('second factor')) return addBoxUser('own', { stage: 'secondFactor' })
  if (name.includes('twelve')) return addBoxUser('own', { seenAt: now - 12 * HOUR })
  const token = await addBoxUser(name.includes('let in') ? 'send' : 'own', {})
  const address = `box${boxCount}@pec.prova.example`
  if (name.includes('suspended'))
    await office.db.query('t-suspend', `update mailbox set state = 'suspended' where address = $1`, [address])
  else
    await office.db.query(
      't-revoke',
      'update delegation set revoked_at = $2 where mailbox_id = (select id from mailbox where address = $1)',
      [address, timestamp(now)],
    )
  return token
}

/** A secret that does not open. */
const shutToken = async (name: string, orderId: number): Promise<string> => {
  const now = office.clock.now()
  if (name.includes('ticket')) {
    const token = newToken('ticket')
    await addTicket('other@posta.example', token)
    return token
  }
  if (name.startsWith('a user of a box')) return shutBoxUser(name)
  if (name.includes('invented')) return newToken('staff')
  const stage = name.includes('second factor') ? 'secondFactor' : name.includes('set up') ? 'setup' : 'full'
  const roles = [{ role: 'orderAdmin' as const, orderId }, { role: 'operatorAdmin' as const }]
  const at = name.includes('twelve') ? now - 12 * HOUR : now
  const { id, token } = await addStaff(office.db, { email: `shut${++shutCount}@x.example`, roles, stage }, at)
  if (name.includes('disabled'))
    await office.db.query('t-off', `update staff set state = 'disabled' where id = $1`, [id])
  return token
}

/** A ticket that somebody who is not signed in has opened: its number. */
const addTicket = async (email: string, sessionToken: string): Promise<string> => {
  const request = { category: 'other', subject: 'x', text: 'x', email, context: {} } as const
  const opened = await openTicket(office, { kind: 'email' }, request, { sessionToken })
  if ('refusal' in opened) throw new Error(opened.refusal)
  return (await findTicket(office.db, opened.ticketId))!.number
}

const ids: Record<string, string | number> = {}
let ownAdmin: string

beforeAll(async () => {
  office = await testOffice()
  const now = office.clock.now()
  const orders = new Map([
    [OWN, await addOrder(office.db, OWN, 'Ordine di qui', now)],
    [OTHER, await addOrder(office.db, OTHER, 'Ordine di là', now)],
  ])
  const [own, other] = [orders.get(OWN)!, orders.get(OTHER)!]
  const members = [await addMember(own, 'RSSMRA80A01A345X'), await addMember(other, 'RSSMRA80A01L103Y')]
  const conventions = [await addConvention(own, `${OWN}-0001`), await addConvention(other, `${OTHER}-0001`)]
  let applicants = 0
  for (const row of rows) {
    const { visitor } = row
    if (visitor.kind === 'applicant') {
      const which = applicants++
      row.token = await addApplicant(conventions[which]!, members[which]!, `RSSMRA80A01A34${which}`)
    } else if (visitor.kind === 'staff') {
      const roles = visitor.grants.map(({ role, order }) => ({
        role,
        ...(order === undefined ? {} : { orderId: orders.get(order)! }),
      }))
      const { token, id } = await addStaff(
        office.db,
        { email: `${row.name.replaceAll(' ', '-')}@x.example`, roles },
        now,
      )
      row.token = token
      if (row.name === `orderAdmin of ${OTHER}`) ids.staff = id
      if (row.name === `orderAdmin of ${OWN}`) ownAdmin = token
    } else if (visitor.kind === 'recovery') {
      row.token = newToken('recovery')
      const request = { address: 'x@pec.prova.example', fiscalCode: 'RSSMRA80A01L219M', email: 'x@posta.example' }
      expect(await startRecovery(office, request, row.token)).toHaveProperty('recoveryId')
    } else if (visitor.kind === 'ticket') {
      row.token = newToken('ticket')
      ids.ticket = await addTicket('held@posta.example', row.token)
    } else if (visitor.kind === 'account') {
      const provedAt = now - (visitor.fresh ? (row.name.includes('ten minutes') ? PROOF_MS : 0) : PROOF_MS + SECOND)
      row.token = row.name.includes('another session')
        ? await sessionBeside(await addBoxUser(visitor.rights, { provedAt: now }))
        : await addBoxUser(visitor.rights, { provedAt })
    } else if (visitor.kind === 'shut') row.token = await shutToken(row.name, own)
  }
  ids.member = members[1]!
  ids.import = randomUUID()
  await office.db.query(
    't-import',
    `insert into roll_import (id, order_id, file_name, format, sha256, state, created_at) values ($1, $2, 'x.csv', 'csv', '', 'uploaded', $3)`,
    [ids.import, other, timestamp(now)],
  )
  api = await startApi(office, { handlers: stubs })
  sandbox = await startApi({ ...office, sandbox: true }, { handlers: stubs })
})
afterAll(async () => {
  await api.close()
  await sandbox.close()
  await office.stop()
})

/** A request that fits the endpoint's schemas. */
const requestOf = (id: EndpointId, order: string, more: Readonly<Record<string, string | number>> = {}): Sent => {
  const endpoint: Endpoint = endpoints[id]
  const { params, query, body } = endpoint
  const given = params === undefined ? {} : (sample(params) as Record<string, string | number>)
  const wanted = query === undefined ? undefined : (sample(query) as Record<string, string | number>)
  return {
    params: {
      ...given,
      ...('order' in given ? { order } : {}),
      ...('ticket' in given ? { ticket: ids.ticket! } : {}),
      ...more,
    },
    ...(wanted === undefined ? {} : { query: wanted }),
    ...(body === undefined
      ? {}
      : { body: isBinary(body as Endpoint['body']) ? Buffer.from('x') : sample(body as TSchema) }),
  }
}

const outcomeOf = (answer: Answer): string => (answer.body?.code === 'notInThisState' ? 'reached' : answer.body?.code)

describe.each(ALL)('%s', (id) => {
  const endpoint: Endpoint = endpoints[id]
  const places = endpoint.access.kind === 'order' ? [OWN, OTHER, 'OMCEO-NO'] : [OWN]
  it.each(places)('by everybody, at %s', async (order) => {
    const found: Record<string, string> = {}
    const wanted: Record<string, string> = {}
    for (const { name, visitor, token } of rows) {
      const before = reached.length
      const answer = await api.call(id, { ...requestOf(id, order), as: token })
      found[name] = outcomeOf(answer)
      wanted[name] =
        order === 'OMCEO-NO' && visitor.kind === 'staff' ? 'notFound' : expected(endpoint, visitor, order, false)
      // a handler that was not to be reached was not reached
      expect(reached.length - before, name).toBe(wanted[name] === 'reached' ? 1 : 0)
    }
    expect(found).toEqual(wanted)
  })
})

describe('where the provider requires a second factor', () => {
  it('who has none sets one up, signs out, and does nothing else; who has one is judged as ever', async () => {
    const now = office.clock.now()
    const strict = await startApi({ ...office, accountPolicy: { secondFactorFrom: now } }, { handlers: stubs })
    const without = await addBoxUser('own', { provedAt: now })
    const withOne = await addBoxUser('own', { provedAt: now })
    await office.db.query(
      't-factor',
      'update account set totp_confirmed_at = $2 where mailbox_id = (select id from mailbox where address = $1)',
      [`box${boxCount}@pec.prova.example`, timestamp(now)],
    )
    const open: EndpointId[] = []
    for (const id of ALL) {
      const { access } = endpoints[id] as Endpoint
      if (access.kind !== 'account') continue
      const before = reached.length
      const outcome = outcomeOf(await strict.call(id, { ...requestOf(id, OWN), as: without }))
      expect([id, outcome]).toEqual([id, access.setUp ? 'reached' : 'factorNeeded'])
      expect(reached.length - before, id).toBe(access.setUp ? 1 : 0)
      if (access.setUp) open.push(id)
      expect([id, outcomeOf(await strict.call(id, { ...requestOf(id, OWN), as: withOne }))]).toEqual([id, 'reached'])
    }
    // What is open is told here once more: nothing gets into the list by itself.
    expect(open.sort()).toEqual([
      'addPasskey',
      'beginAccountFactor',
      'beginPasskey',
      'beginPasskeyProof',
      'confirmAccountFactor',
      'getAccountSecurity',
      'proveByCode',
      'proveByPasskey',
      'proveByPassword',
      'renewAccountCodes',
    ])
    await strict.close()
  })
})

describe('in the sandbox', () => {
  it('what is the sandbox’s is there for all, and nothing else changes', async () => {
    for (const id of ALL) {
      const answer = await sandbox.call(id, requestOf(id, OWN))
      expect([id, outcomeOf(answer)]).toEqual([id, expected(endpoints[id], { kind: 'nobody' }, OWN, true)])
    }
  })
})

describe('what a handler is told', () => {
  it('is the Order of the path, and the case of the secret', async () => {
    for (const { visitor, token } of rows) {
      reached.length = 0
      if (visitor.kind === 'staff') {
        const places = visitor.grants.flatMap((grant) => grant.order ?? [])
        for (const order of places) await api.call('listMembers', { ...requestOf('listMembers', order), as: token })
        expect(reached).toMatchObject(places.map((code) => ({ caller: { order: { code } } })))
      } else if (visitor.kind === 'applicant') {
        await api.call('getEnrolment', { as: token })
        const { enrolmentId } = reached[0]!.caller as { enrolmentId: string }
        const [row] = await office.db.query<{ enrolment_id: string }>(
          't-whose',
          'select enrolment_id from enrolment_key where token_hash = $1',
          [hashToken(token!)],
        )
        expect(enrolmentId).toBe(row!.enrolment_id)
      }
    }
  })
})

/** Names of things of an Order in paths; their ids are filled in before the tests run. */
const THINGS = ['member', 'import', 'invoice', 'staff']
/** Names that choose a form, not a thing; a help page of an Order is its own by the order in the path. */
const HARMLESS = ['format', 'kind', 'slug', 'language', 'version']

describe('another Order’s things under one’s own Order', () => {
  const inner = ALL.filter((id) => {
    const { access, path } = endpoints[id] as Endpoint
    return access.kind === 'order' && THINGS.some((name) => path.includes(`/:${name}`))
  })
  it('are all tried: each parameter below an Order has an example', () => {
    const names = new Set(
      ALL.filter((id) => endpoints[id].access.kind === 'order').flatMap((id) =>
        [...endpoints[id].path.matchAll(/:(\w+)/g)].map((match) => match[1]!),
      ),
    )
    expect([...names].sort()).toEqual(['order', ...THINGS, ...HARMLESS].sort())
  })
  it.each(inner)('%s finds nothing', async (id) => {
    const real = await startApi(office)
    try {
      const name = THINGS.find((one) => endpoints[id].path.includes(`/:${one}`))!
      const answer = await real.call(id, { ...requestOf(id, OWN, { [name]: ids[name] ?? randomUUID() }), as: ownAdmin })
      expect(answer.body.code).toBe('notFound')
    } finally {
      await real.close()
    }
  })
})

describe('changes by who uses a box', () => {
  /** They take a right away, or give nothing to whoever found the browser open. */
  const WITHOUT_PROOF: readonly string[] = [
    ...['endAccountSession', 'revokeAppPassword', 'removeAlertDevice', 'removeWebhook'],
    ...['proveByPassword', 'proveByCode', 'beginPasskeyProof', 'proveByPasskey'],
    ...['confirmReferenceStillMine', 'makeAddressCertificate', 'renameAppPassword', 'setAlerts', 'switchBox'],
    ...['tryAlertDevice', 'tryWebhook'],
  ]
  it('want a proof, but for these', () => {
    const changes = ALL.filter((id) => {
      const { access, method, tag } = endpoints[id] as Endpoint
      return access.kind === 'account' && tag === 'account' && method !== 'GET' && !access.proof
    })
    expect(changes.filter((id) => !WITHOUT_PROOF.includes(id))).toEqual([])
  })
})

describe('the table of permissions', () => {
  it('keeps Orders and provider apart', () => {
    for (const role of ORDER_ROLES)
      for (const one of PERMISSIONS[role]) expect(ORDER_PERMISSIONS as readonly string[]).toContain(one)
    for (const role of PROVIDER_ROLES)
      for (const one of PERMISSIONS[role]) expect(PROVIDER_PERMISSIONS as readonly string[]).toContain(one)
  })
  it('lets readers change nothing', () => {
    for (const id of ALL) {
      const { access, method, path } = endpoints[id] as Endpoint
      if (access.kind !== 'order' || !PERMISSIONS.orderReader.includes(access.permission)) continue
      expect([id, method], path).toEqual([id, 'GET'])
    }
  })
  it('has no permission that no endpoint asks for, and none unknown', () => {
    const asked = new Set(
      ALL.flatMap((id) => {
        const { access } = endpoints[id] as Endpoint
        return 'permission' in access ? [access.permission] : []
      }),
    )
    for (const one of asked) expect([...ORDER_PERMISSIONS, ...PROVIDER_PERMISSIONS]).toContain(one)
  })
})
