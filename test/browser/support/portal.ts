// The provider's HTTP server with pages and API over a real database, in this process: browser tests move its clock and act as its operator.
import { join } from 'node:path'
import type { ConventionTerms } from '../../../src/core/convention/convention.ts'
import { DAY } from '../../../src/core/lib/instant.ts'
import { timestamp } from '../../../src/shell/db/pool.ts'
import { approveCase, askAgain, refuseCase } from '../../../src/shell/enrolment/decide/decisions.ts'
import { provisionBox, putProvision } from '../../../src/shell/enrolment/decide/provision.ts'
import { sendRequestedLink } from '../../../src/shell/enrolment/resume.ts'
import { runTerms } from '../../../src/shell/mailbox/terms.ts'
import type { Office } from '../../../src/shell/office.ts'
import { handlers } from '../../../src/shell/servers/http/api/handlers.ts'
import { loadPages } from '../../../src/shell/servers/http/pages.ts'
import { startHttpServer } from '../../../src/shell/servers/http.ts'
import { makeCase, makeConvention, type TestConvention } from '../../shell/enrolment/decide/support.ts'
import { addMember, CODE, lastMail, type Person } from '../../shell/enrolment/support.ts'
import { addStaff } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { buildPages } from './sandbox.ts'

export type TestPortal = {
  readonly url: string
  readonly office: TestOffice
  readonly convention: TestConvention
  readonly code: string
  /** A member who may enrol: another one each time. */
  readonly member: (changes?: Parameters<typeof addMember>[3]) => Promise<Person>
  /** An active box under a convention with these terms; `expiring` leads it to its end and gives the link of the notice. */
  readonly box: (terms: Partial<ConventionTerms>) => Promise<{
    readonly address: string
    readonly expiring: () => Promise<string>
  }>
  /** The last ordinary mail that an address got: its text, code, and the secret of its link. */
  readonly mail: (to: string) => ReturnType<typeof lastMail>
  /** The operator decides on a case; what is approved is activated too. */
  readonly decide: (caseNumber: string, what: 'approve' | 'askAgain' | 'refuse', reason?: string) => Promise<void>
  readonly stop: () => Promise<void>
}

const PAGES = join(import.meta.dirname, '../../../dist/web')

/** What a person at the portal is given: a convention's code, and the mail that arrives. */
export type Counter = Pick<TestPortal, 'code' | 'mail'>

/** Serves the pages and the API of an office; links in e-mails lead here from now on. */
export const servePortal = async (office: Office): Promise<{ readonly url: string; close: () => Promise<void> }> => {
  await buildPages()
  const pages = await loadPages(PAGES, { provider: office.provider.name, sandbox: true })
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({}),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    log: (event) => {
      if (event.kind === 'httpBug') console.error(event)
    },
    office,
    pages,
    api: { handlers, checkReplies: true, limits: { pointsPerMinute: 1_000_000 } },
  })
  Object.assign(office, { publicUrl: server.url })
  return server
}

export const startPortal = async (): Promise<TestPortal> => {
  const office = await testOffice({ sandbox: true })
  const server = await servePortal(office)
  const convention = await makeConvention(office.db, office.clock.now())
  const { id: staffId } = await addStaff(
    office.db,
    { email: 'operatore@prova.example', roles: [{ role: 'operator' }] },
    office.clock.now(),
  )
  const decide: TestPortal['decide'] = async (caseNumber, what, reason = '') => {
    const [row] = await office.db.query<{ id: string; version: number }>(
      'test-browser-version',
      'select id, version from enrolment where case_number = $1',
      [caseNumber],
    )
    const { id, version } = row!
    const actor = { kind: 'staff', staffId, remoteAddress: '::1' } as const
    const outcome = await { approve: approveCase, askAgain, refuse: refuseCase }[what](office, actor, {
      caseNumber,
      version,
      reason,
    })
    if ('refusal' in outcome) throw new Error(`the operator's decision was refused: ${outcome.refusal}`)
    if (what === 'approve') {
      await provisionBox(office, { id, kind: 'provision', payload: { enrolment: id }, attempts: 0 })
    }
  }
  const box: TestPortal['box'] = async (terms) => {
    const { db, clock } = office
    const under = await makeConvention(db, clock.now(), {
      code: `OMCEO-Z${terms.payer === 'member' ? 'M' : 'O'}`,
      terms,
    })
    const referenceEmail = `titolare-${terms.payer}@posta.example`
    const one = await makeCase(db, under, clock.now(), {
      state: 'approved',
      referenceEmail,
      local: `scade-${terms.payer}`,
    })
    await db.tx(async (tx) => putProvision(tx, one.id, clock.now()))
    await provisionBox(office, {
      id: one.id,
      kind: 'provision',
      payload: { enrolment: one.id, step: 'box' },
      attempts: 0,
    })
    return {
      address: one.address,
      expiring: async () => {
        await db.query(
          'test-expiring',
          `update mailbox_term set expires_at = $2 where mailbox_id = (select id from mailbox where address = $1)`,
          [one.address, timestamp(clock.now() + 20 * DAY)],
        )
        await runTerms(office)
        return /https?:\S+\/rinnovo#\S+/.exec((await lastMail(db, referenceEmail)).text)![0]
      },
    }
  }
  // Links are sent by the outbox, which here runs when somebody looks for mail.
  const outbox = office.outbox({ duty: (job) => sendRequestedLink(office, job) })
  let people = 0
  return {
    url: server.url,
    office,
    convention,
    code: CODE,
    box,
    member: (changes) => addMember(office.db, convention.orderId, ++people, changes),
    mail: async (to) => {
      await outbox.runDue()
      return lastMail(office.db, to)
    },
    decide,
    stop: async () => {
      await server.close()
      await office.stop()
    },
  }
}
